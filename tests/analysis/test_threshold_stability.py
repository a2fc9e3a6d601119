"""The bootstrap of a selection: shares add up, thresholds change nothing, and little data get a sentence."""

from __future__ import annotations

import numpy as np

from mirodash.questions.thresholds.stability_panel import SHARE_SIZE, SHARES, threshold_stability
from mirodash.questions.thresholds.threshold_scan import threshold_scan
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable, ThresholdScan, ThresholdStability
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE
from tests.profiles import for_each

MIROCALS = sample("mirocals")
DEFAULT = Selection()


def stability(trial: Trial, selection: Selection, share: int) -> ThresholdStability:
    found = threshold_stability(trial, selection, share=share)
    assert isinstance(found, ThresholdStability)
    return found


def test_every_share_adds_to_those_before_it():
    first, second = stability(MIROCALS, DEFAULT, 1), stability(MIROCALS, DEFAULT, 2)
    assert (first.samples, second.samples) == (SHARE_SIZE, 2 * SHARE_SIZE)
    np.testing.assert_array_equal(second.best[: first.best.size], first.best)
    assert stability(MIROCALS, DEFAULT, 0).samples == 0


def test_all_shares_are_five_hundred_samples_around_the_best_of_the_scan():
    found = threshold_stability(MIROCALS, DEFAULT)
    scan = threshold_scan(MIROCALS, DEFAULT)
    assert isinstance(found, ThresholdStability)
    assert isinstance(scan, ThresholdScan)
    assert (found.samples, found.best.size, found.observed) == (500, 500, scan.best_threshold)
    assert SHARES * SHARE_SIZE == 500
    assert set(found.best.tolist()) <= set(scan.thresholds.tolist())
    assert stability(MIROCALS, DEFAULT, SHARES + 1) is found


def test_thresholds_and_appearance_change_nothing():
    there = Selection(thresholds=(750, 2000), unit="months", horizon=300, confidence=0.9, curves="adjusted")
    assert stability(MIROCALS, DEFAULT, 2) is stability(MIROCALS, there, 2)


@for_each("name", DEGENERATE)
def test_hardly_any_data_get_an_answer_or_a_sentence(name: str):
    found = threshold_stability(DEGENERATE[name], DEFAULT, share=1)
    if isinstance(found, NotEstimable):
        assert found.why.endswith(".")
        return
    assert found.best.size <= found.samples == SHARE_SIZE
    assert np.isfinite(found.best).all()
    assert found.observed is not None
