"""Which columns the Data page takes for identifiers of participants when nobody said so."""

from __future__ import annotations

from mirodash.trial.table import Column
from mirodash.web.data_mapping import MASK, find_identifying, preview
from tests.profiles import for_each

PEOPLE = [f"Jane {k}" for k in range(40)]


def _column(cells: list[str]) -> Column:
    return Column(tuple(cells), tuple(range(2, len(cells) + 2)))


@for_each(cells=[PEOPLE, [*PEOPLE, "Jane 3"], [name for name in PEOPLE for _ in range(2)]])
def test_texts_that_hardly_repeat_are_not_shown(cells: list[str]):
    columns = {"who": _column(cells)}
    assert find_identifying(columns, ()) == {"who"}
    assert {cell for row in preview(columns, find_identifying(columns, ()), ())["rows"] for cell in row} == {
        MASK
    }


@for_each(
    cells=[
        ["Lyon", "Nice"] * 20,
        [f"site {k % 13}" for k in range(40)],
        [*(str(k / 7) for k in range(40)), "<5"],
    ]
)
def test_sites_and_measurements_are_shown(cells: list[str]):
    assert find_identifying({"what": _column(cells)}, ()) == frozenset()
