"""Each side of a threshold has the interval that its group's own Cox model has."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.disclosure.curve_values import threshold_sides
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.thresholds.threshold_scan import threshold_scan
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio, ThresholdScan
from mirodash.trial.store import sample
from tests.profiles import for_each

MIROCALS = sample("mirocals")


@for_each("confidence", [0.95, 0.8])
def test_both_sides_equal_the_groups_of_that_threshold(confidence: float):
    scan = threshold_scan(MIROCALS, Selection())
    assert isinstance(scan, ThresholdScan)
    sides = threshold_sides(scan, confidence)
    compared = 0
    for k in range(30, scan.thresholds.size, 31):
        chosen = Selection(thresholds=(float(scan.thresholds[k]),), confidence=confidence)
        for side, group in zip(sides, survival_by_group(MIROCALS, chosen).groups[1:], strict=True):
            cox = group.comparison.cox
            assert (side.n[k], side.events[k]) == (group.comparison.n, group.comparison.events)
            assert isinstance(cox, HazardRatio) == bool(np.isfinite(side.hazard_ratio[k]))
            if isinstance(cox, HazardRatio):
                shown = (side.hazard_ratio[k], side.lower[k], side.upper[k])
                assert shown == pytest.approx((cox.hr, *cox.ci), rel=1e-8)
                compared += 1
    assert compared > 8


def test_where_nothing_can_be_estimated_there_is_no_interval_either():
    scan = threshold_scan(MIROCALS, Selection())
    assert isinstance(scan, ThresholdScan)
    for side in threshold_sides(scan, 0.95):
        gaps = [np.isnan(array) for array in (side.hazard_ratio, side.lower, side.upper)]
        assert gaps[0].any()
        assert np.array_equal(gaps[0], gaps[1])
        assert np.array_equal(gaps[0], gaps[2])
        assert not np.isinf(side.upper).any()
