"""What the reader agreed to leave out is told with its reason, and a small number as its limit."""

from __future__ import annotations

from mirodash.text.data_sentences import left_out_facts
from mirodash.trial.problems import LeftOut

LEFT_OUT = (
    LeftOut("id", 12, "rows 4, 5, 6 and 9 more", "participants who have an earlier row", "row"),
    LeftOut("days", 3, "rows 7, 8 and 9", "negative", "participant"),
    LeftOut("nfl", 1, "row 40", "infinite", "cell"),
)


def test_every_kind_of_leaving_out_has_its_line():
    facts = left_out_facts(LEFT_OUT, 0)
    assert [(fact.label, fact.value) for fact in facts] == [
        ("Rows left out", "12"),
        ("Outcomes left out", "3"),
        ("Values left out", "1"),
    ]
    assert facts[1].detail == "column 'days': negative"


def test_small_numbers_are_not_told_nor_the_rows():
    facts = left_out_facts(LEFT_OUT, 10)
    assert [fact.value.replace("\u00a0", " ") for fact in facts] == ["12", "< 10", "< 10"]
    assert "row 40" not in "".join(fact.detail for fact in facts)


def test_where_nothing_was_left_out_nothing_is_said():
    assert left_out_facts((), 0) == ()
