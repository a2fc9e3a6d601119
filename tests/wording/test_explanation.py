"""Tables are written when they are read, once, and are then like any others."""

from __future__ import annotations

from dataclasses import replace

from mirodash.questions.survival_cards import SURVIVAL
from mirodash.stratification.selection import Selection
from mirodash.text.facts import Explanation, Table, TablesOnDemand
from mirodash.trial.store import sample

ONE = Table("One", ("a",), (("1",),))
OTHER = Table("Other", ("b",), (("2",),))


def test_tables_are_written_once_and_not_before_they_are_read():
    written: list[int] = []

    def write() -> tuple[Table, ...]:
        written.append(1)
        return ONE, OTHER

    told = Explanation("title", "", "", tables=TablesOnDemand(write))
    assert replace(told, title="other").title == "other"
    assert written == []
    assert [table.caption for table in told.tables] == ["One", "Other"]
    assert (len(told.tables), told.tables[0], told.tables[1:]) == (2, ONE, (OTHER,))
    assert written == [1]


def test_they_are_equal_to_the_same_tables_written_before():
    late, early = TablesOnDemand(lambda: [ONE]), (ONE,)
    assert late == early
    assert early == late
    assert hash(late) == hash(early)
    assert late != (OTHER,)
    assert late != "One"
    assert Explanation("", "", "", tables=late) == Explanation("", "", "", tables=early)


def test_a_card_writes_its_tables_from_the_group_it_is_about():
    first, second = SURVIVAL[1], SURVIVAL[2]
    for panel, label in ((first, "pNFH ≤ 3,700 pg/mL"), (second, "pNFH > 3,700 pg/mL")):
        answer = panel.compute(sample("mirocals"), Selection())
        assert answer is not None
        assert all(table.caption.startswith(label) for table in panel.explain(answer).tables)
