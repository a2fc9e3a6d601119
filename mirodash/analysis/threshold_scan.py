"""What if the threshold stood elsewhere? Both sides of every possible one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mirodash.analysis.measured import measured, uncut
from mirodash.stratification.cut_points import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.survival.scan import threshold_scan as scanned
from mirodash.survival.threshold_results import ThresholdScan
from mirodash.trial.trial import Trial


def threshold_scan(trial: Trial, selection: Selection) -> ThresholdScan | NotEstimable:
    """Hazard ratios below and above every threshold that makes a different pair of groups.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _without_thresholds(trial, uncut(selection))


@lru_cache(maxsize=64)
def _without_thresholds(trial: Trial, selection: Selection) -> ThresholdScan | NotEstimable:
    people = measured(trial, selection)
    if people is None:
        return NotEstimable("This trial has no biomarker on which a threshold could be set.")
    candidates = candidate_thresholds(trial, selection)
    if not candidates:
        return NotEstimable(
            "Fewer than two different biomarker values: no threshold splits these participants."
        )
    return scanned(people.time, people.event, people.treated, people.values, thresholds=np.array(candidates))
