"""A picture of a view is made of the same answers as the panels, and a forest over pages loses no row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import CannotComputeError, UnusableQuestionError
from mirodash.plot.theme import LIGHT
from mirodash.questions.effect_along_biomarker import (
    EFFECT_BY_BIOMARKER,
    effect_by_biomarker,
    simultaneous_band,
)
from mirodash.questions.group_interaction import interaction
from mirodash.questions.panel import Panel
from mirodash.questions.report import MAX_SEARCHED
from mirodash.questions.subgroups import Subgroup, Subgroups, SubgroupsOfFactor, subgroups
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.slide_data import (
    ROWS_A_SLIDE,
    EffectPicture,
    ForestPicture,
    SearchPicture,
    SurvivalPicture,
    find_slide_data,
    forest_pages,
)
from mirodash.questions.threshold_evidence import SEARCHED
from mirodash.questions.thresholds.threshold_scan_panel import THRESHOLD_SCAN
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, TRIALS, of_size
from tests.profiles import for_each
from tests.small_trials import eight_people

MIROCALS = sample("mirocals")
MOVED = Selection(thresholds=(1500.0, 4000.0), unit="months")
OVERALL = subgroups(MIROCALS, Selection()).overall


def factor(name: str, levels: int) -> SubgroupsOfFactor:
    """Return a factor with so many levels, all different."""
    rows = tuple(replace(OVERALL, label=f"{name}{k}") for k in range(levels))
    return SubgroupsOfFactor(name, name, "factor", "level", rows, 0, None)


def forest(*sizes: int) -> Subgroups:
    """Return a forest whose factors have so many levels."""
    made = tuple(factor(f"f{k}-", size) for k, size in enumerate(sizes))
    return replace(subgroups(MIROCALS, Selection()), factors=made)


def rows_of(factors: tuple[SubgroupsOfFactor, ...]) -> list[tuple[str, Subgroup]]:
    """Return every row with its factor's key, in order."""
    return [(item.key, level) for item in factors for level in item.levels]


@given(st.lists(st.integers(1, 45), max_size=12))
def test_every_row_of_a_forest_stands_once_on_its_pages_in_order_and_a_page_has_room(sizes: list[int]):
    found = forest(*sizes)
    pages = forest_pages(found)
    assert [row for page in pages for row in rows_of(page)] == rows_of(found.factors)
    for place, page in enumerate(pages):
        used = (place == 0) + sum(1 + len(item.levels) for item in page)
        assert used <= ROWS_A_SLIDE
        assert page or (place == 0)


@for_each("name", TRIALS)
def test_every_row_of_a_trial_is_on_one_of_its_pages(name: str):
    trial = TRIALS[name]
    found = subgroups(trial, Selection())
    first = find_slide_data(trial, Selection(), "subgroups-1")
    assert isinstance(first, ForestPicture)
    pages = [find_slide_data(trial, Selection(), f"subgroups-{page}") for page in range(1, first.pages + 1)]
    shown = [page for page in pages if isinstance(page, ForestPicture)]
    assert [page.page for page in shown] == list(range(1, first.pages + 1))
    assert [row for page in shown for row in rows_of(page.factors)] == rows_of(found.factors)
    beyond = find_slide_data(trial, Selection(), f"subgroups-{first.pages + 1}")
    assert isinstance(beyond, NotEstimable)
    assert f"page {first.pages}." in beyond.why


def test_a_factor_with_more_levels_than_a_page_holds_goes_on_under_the_same_name():
    pages = forest_pages(forest(2 * ROWS_A_SLIDE))
    assert {item.label for page in pages for item in page} == {"f0-"}
    assert len(pages) > 2


@for_each("selection", [Selection(), MOVED, Selection(sites=("FR-01", "UK-02"))])
def test_a_survival_picture_is_the_group_that_the_panel_shows(selection: Selection):
    for place in range(len(survival_by_group(MIROCALS, selection).groups)):
        shown, panel = find_slide_data(MIROCALS, selection, f"survival-{place}"), SURVIVAL[place]
        answer = panel.compute(MIROCALS, selection)
        assert isinstance(shown, SurvivalPicture)
        assert answer is not None
        assert shown.group is answer.group
        assert shown.result is answer.result
        assert shown.interaction == interaction(MIROCALS, selection)


def test_the_effect_picture_is_the_curve_of_the_panel_with_the_band_of_the_whole():
    shown = find_slide_data(MIROCALS, MOVED, "effect")
    answer = EFFECT_BY_BIOMARKER.compute(MIROCALS, MOVED)
    assert isinstance(shown, EffectPicture)
    assert answer is not None
    assert shown.effect is answer.effect is effect_by_biomarker(MIROCALS, MOVED)
    assert (shown.spread, shown.span) == (answer.spread, answer.span)
    assert shown.thresholds == (1500.0, 4000.0)
    assert shown.whole is simultaneous_band(MIROCALS, MOVED)


def test_the_search_picture_has_the_p_values_and_sides_of_the_panels():
    shown = find_slide_data(MIROCALS, MOVED, "search")
    searched = SEARCHED.compute(MIROCALS, MOVED, SEARCHED.steps)
    scan = THRESHOLD_SCAN.compute(MIROCALS, MOVED)
    assert isinstance(shown, SearchPicture)
    assert searched is not None
    assert not isinstance(searched, NotEstimable)
    assert shown.searched.found == searched.found
    assert scan is not None
    assert not isinstance(scan, NotEstimable)
    for ours, theirs in zip(shown.sides, scan.sides, strict=True):
        assert ours.hazard_ratio.tobytes() == theirs.hazard_ratio.tobytes()
        assert (ours.n == theirs.n).all()


@for_each("name", DEGENERATE)
def test_a_picture_is_missing_with_a_reason_exactly_where_the_panel_cannot_draw(name: str):
    trial = DEGENERATE[name]
    for picture, panel in (
        *((f"survival-{place}", SURVIVAL[place]) for place in range(3)),
        ("effect", EFFECT_BY_BIOMARKER),
    ):
        shown = find_slide_data(trial, Selection(), picture)
        assert isinstance(shown, NotEstimable) != _draws(panel, trial), picture
        if isinstance(shown, NotEstimable):
            assert shown.why.endswith(".")


def _draws(panel: Panel[Any], trial: Trial) -> bool:
    answer = panel.compute(trial, Selection())
    if answer is None:
        return False
    try:
        assert panel.draw is not None
        panel.draw(answer, LIGHT)
    except CannotComputeError:
        return False
    return True


def test_a_group_that_the_thresholds_do_not_make_is_not_there():
    shown = find_slide_data(MIROCALS, Selection(thresholds=()), "survival-1")
    assert isinstance(shown, NotEstimable)
    assert "thresholds make fewer" in shown.why


def test_a_search_among_very_many_is_left_to_its_page():
    shown = find_slide_data(of_size(MAX_SEARCHED + 1), Selection(), "search")
    assert isinstance(shown, NotEstimable)
    assert f"{MAX_SEARCHED:,}" in shown.why


@for_each("picture", ["survival-0", "effect", "search", "subgroups-1"])
def test_a_selection_that_does_not_fit_the_trial_is_refused(picture: str):
    with pytest.raises(UnusableQuestionError):
        find_slide_data(eight_people(), Selection(endpoint="nothing"), picture)
