"""Where few participants must not be told apart, no count of them is in anything that is shown or written."""

from __future__ import annotations

from dataclasses import replace

import pytest
import small_cells

from mirodash.stratification.filters import LevelFilter
from mirodash.stratification.selection import Selection
from mirodash.trial.samples import sample

TRIAL = sample("mirocals")
HIDING = replace(TRIAL, min_cell=10)
SITE = TRIAL.site.names[0] if TRIAL.site else ""
FACTOR = next(factor.column for factor in TRIAL.dictionary.factors if factor.kind == "category")
LEVEL = TRIAL.categories[FACTOR].names[0]

VIEWS = {
    "as it opens": Selection(),
    "one site": Selection(sites=(SITE,)),
    "three thresholds": Selection(thresholds=(500.0, 3700.0, 9000.0)),
    "one level": Selection(filters=(LevelFilter(FACTOR, (LEVEL,)),)),
    "adjusted": Selection(adjust=("nfl_serum",) if "nfl_serum" in TRIAL.numbers else (), curves="adjusted"),
    "short": Selection(horizon=60.0),
}


@pytest.mark.parametrize("view", VIEWS)
def test_no_small_count_is_told_of(view: str) -> None:
    told = small_cells.told_of(HIDING, VIEWS[view])
    assert small_cells.leaks(told) == []


def test_the_search_for_small_counts_finds_them_where_they_are_told() -> None:
    found = small_cells.leaks(small_cells.told_of(TRIAL, VIEWS["one site"]))
    for place in ("analysis", "terminal", "announcement", "panel survival", "deck", "forest", "subgroups"):
        assert any(place in leak for leak in found), place
