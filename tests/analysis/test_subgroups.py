"""Every row of a forest equals R's coxph on those people, and shrinks as its factor asks."""

from __future__ import annotations

import math
from dataclasses import astuple
from typing import Any

import numpy as np
import pytest

from mirodash.questions.subgroups import Subgroup, SubgroupsOfFactor, subgroups
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.survival.results import Difference, HazardRatio, NotEstimable
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, TRIALS
from tests.profiles import for_each
from tests.reference_cases import load_json

STORED = load_json("subgroups")
NAMES = {"low": 0, "high": 1}


def factor(key: str, trial: Trial | None = None, selection: Selection | None = None) -> SubgroupsOfFactor:
    found = subgroups(trial or sample("mirocals"), selection or Selection())
    return next(item for item in found.factors if item.key == key)


def row_of(key: str, level: str) -> Subgroup:
    """Our row for a level as R names it: by its place for a cut, else by its value in the file."""
    levels = factor(key).levels
    if level in NAMES:
        return levels[NAMES[level]]
    names = sample("mirocals").categories[key].names
    return levels[names.index(level)]


@for_each(("key", "level"), [(k, name) for k in STORED["rows"] for name in STORED["rows"][k]])
def test_a_row_equals_r(key: str, level: str) -> None:
    ours, theirs = row_of(key, level), STORED["rows"][key][level]
    assert ours.n == theirs["n"]
    for arm in ("control", "treated"):
        assert (getattr(ours, arm).n, getattr(ours, arm).events) == tuple(theirs[arm].values())
    if theirs["cox"] is None:
        assert isinstance(ours.cox, NotEstimable)
    else:
        assert isinstance(ours.cox, HazardRatio)
        for part in ("hr", "coef", "se", "ci"):
            assert getattr(ours.cox, part) == pytest.approx(theirs["cox"][part], rel=1e-7), part
    there: Any = theirs["survival_difference"]
    if isinstance(ours.survival_difference, Difference):
        assert ours.survival_difference.estimate == pytest.approx(there["estimate"], abs=1e-10)
        assert ours.survival_difference.ci == pytest.approx(there["ci"], abs=1e-9)


@for_each("key", ["sex", "csf_pnfh", "el_escorial", "site"])
def test_shrunken_rows_equal_r(key: str) -> None:
    case = STORED["spreads"][key]
    drawn = {
        round(e, 8): math.exp(m) for e, m in zip(case["effect"], case["shrinkage"]["estimate"], strict=True)
    }
    rows = [row for row in factor(key).levels if isinstance(row.cox, HazardRatio)]
    assert len(rows) == len(drawn)
    for row in rows:
        assert isinstance(row.cox, HazardRatio)
        assert row.shrunken is not None
        assert row.shrunken.hr == pytest.approx(drawn[round(row.cox.coef, 8)], rel=1e-6)


def test_the_overall_row_is_the_one_of_the_explore_page() -> None:
    trial = sample("mirocals")
    ours, card = subgroups(trial, Selection()).overall, survival_by_group(trial, Selection()).overall
    assert isinstance(ours.cox, HazardRatio)
    assert isinstance(card.comparison.cox, HazardRatio)
    assert astuple(ours.cox)[2:] == pytest.approx(astuple(card.comparison.cox)[2:], rel=1e-12)
    assert ours.survival_difference == card.comparison.survival_difference
    assert (ours.weight, ours.shrunken) == (1.0, None)


def test_the_levels_of_a_factor_hold_nearly_all_of_the_information() -> None:
    for item in subgroups(sample("mirocals"), Selection()).factors:
        assert 0.8 < sum(row.weight for row in item.levels) < 1.05, item.key


def test_a_shrunken_ratio_lies_between_its_own_and_the_others() -> None:
    for item in subgroups(sample("mirocals"), Selection()).factors:
        ratios = [row.cox.hr for row in item.levels if isinstance(row.cox, HazardRatio)]
        for row in item.levels:
            if row.shrunken is not None:
                assert min(ratios) <= row.shrunken.hr <= max(ratios)


def test_rows_follow_the_selection() -> None:
    women = Selection(filters=(LevelFilter("sex", ("F",)),))
    found = factor("sex", selection=women)
    assert [row.n for row in found.levels] == [84, 0]
    assert isinstance(found.levels[1].cox, NotEstimable)
    assert found.levels[1].query is None
    assert found.tau is None


def test_people_without_a_factor_are_counted() -> None:
    found = factor("svc")
    values = sample("mirocals").numbers["svc"].values
    assert found.missing == int(np.isnan(values).sum()) > 0


def test_a_level_without_an_estimate_says_why_and_weighs_nothing() -> None:
    row = next(row for row in factor("site").levels if isinstance(row.cox, NotEstimable))
    assert isinstance(row.cox, NotEstimable)
    assert "cannot be" in row.cox.why
    assert (row.weight, row.shrunken) == (0.0, None)


@for_each("name", DEGENERATE)
def test_no_trial_is_too_small_for_a_forest(name: str) -> None:
    found = subgroups(TRIALS[name], Selection())
    for row in (found.overall, *(row for item in found.factors for row in item.levels)):
        assert row.n == row.control.n + row.treated.n
        assert math.isfinite(row.weight)
        if isinstance(row.cox, HazardRatio) and row.shrunken is not None:
            assert row.shrunken.ci[0] < row.shrunken.hr < row.shrunken.ci[1]
