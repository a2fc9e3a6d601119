"""STEPP of a selection: what it depends on, and what it says of hardly any data."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.thresholds.stepp_windows import RESAMPLES, effect_in_windows
from mirodash.stratification.selection import Selection
from mirodash.survival.results import Design, Difference, EffectInWindows, HazardRatio, NotEstimable
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE
from tests.profiles import for_each

MIROCALS = sample("mirocals")
DEFAULT = Selection()


def windows_of(trial: Trial, selection: Selection, design: Design = "sliding") -> EffectInWindows:
    found = effect_in_windows(trial, selection, design)
    assert isinstance(found, EffectInWindows)
    return found


def test_thresholds_and_appearance_change_nothing():
    there = Selection(thresholds=(750, 2000), strata=("site",), unit="months", curves="adjusted")
    assert windows_of(MIROCALS, DEFAULT) is windows_of(MIROCALS, there)
    assert windows_of(MIROCALS, DEFAULT) is windows_of(MIROCALS, Selection(horizon=640))


def test_the_horizon_changes_the_differences_alone():
    here, there = windows_of(MIROCALS, DEFAULT), windows_of(MIROCALS, Selection(horizon=365))
    assert (here.horizon, there.horizon) == (640, 365)
    np.testing.assert_array_equal(here.hazard_ratio, there.hazard_ratio)
    assert here.p_hazard_ratio == there.p_hazard_ratio
    assert (here.difference != there.difference).all()


def test_the_confidence_changes_the_intervals_alone():
    usual, wide = windows_of(MIROCALS, DEFAULT), windows_of(MIROCALS, Selection(confidence=0.99))
    np.testing.assert_array_equal(usual.hazard_ratio, wide.hazard_ratio)
    assert (wide.hazard_ratio_lower < usual.hazard_ratio_lower).all()
    assert (wide.difference_upper > usual.difference_upper).all()
    assert usual.p_difference == wide.p_difference


@for_each("design", ["sliding", "tail"])
def test_the_overall_effect_is_that_of_everybody(design: Design):
    found = windows_of(MIROCALS, DEFAULT, design)
    overall = survival_by_group(MIROCALS, DEFAULT).overall.comparison
    assert isinstance(overall.cox, HazardRatio)
    assert isinstance(overall.survival_difference, Difference)
    # everybody in this trial has the biomarker
    assert found.overall_hazard_ratio == pytest.approx(overall.cox.hr, rel=1e-9)
    assert found.overall_difference == pytest.approx(overall.survival_difference.estimate, rel=1e-9)
    assert (found.design, found.n_resamples) == (design, RESAMPLES)
    if design == "tail":
        assert found.hazard_ratio[found.n == 220] == pytest.approx(overall.cox.hr, rel=1e-9)


def test_low_levels_benefit_and_high_levels_do_not():
    found = windows_of(MIROCALS, DEFAULT, "tail")
    assert found.hazard_ratio[0] < 0.5
    assert found.hazard_ratio[-1] > 1
    assert found.p_hazard_ratio is not None
    assert found.p_hazard_ratio < 0.05


def test_a_question_that_does_not_fit_is_refused():
    with pytest.raises(UnusableQuestionError, match="no endpoint 'relapse'"):
        effect_in_windows(MIROCALS, Selection(endpoint="relapse"), "tail")


@for_each("design", ["sliding", "tail"])
@for_each("name", DEGENERATE)
def test_hardly_any_data_get_an_answer_or_a_sentence(name: str, design: Design):
    found = effect_in_windows(DEGENERATE[name], DEFAULT, design)
    if isinstance(found, NotEstimable):
        assert found.why.endswith(".")
        return
    assert np.isfinite(found.overall_hazard_ratio)
    for known, reasons in (
        (found.hazard_ratio, found.without_hazard_ratio),
        (found.difference, found.without_difference),
    ):
        assert np.isnan(known).sum() == sum(count for _, count in reasons)
        assert not np.isinf(known).any()
    for p in (found.p_hazard_ratio, found.p_difference):
        assert p is None or 0 < p <= 1
