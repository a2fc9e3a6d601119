"""Looks along thresholds made up by hand, for tests that know what must be said and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mirodash.survival.results import EffectInWindows, ThresholdScan

NAN = float("nan")


def made_up_scan(**changes: Any) -> ThresholdScan:
    """Five thresholds of a hundred participants; the middle three were searched, the fourth is best."""
    scan = ThresholdScan(
        thresholds=np.array([100.0, 200.0, 400.0, 800.0, 1600.0]),
        n_below=np.array([5, 20, 50, 80, 97]),
        events_below=np.array([1, 8, 20, 32, 39]),
        hazard_ratio_below=np.array([NAN, 0.25, 0.5, 0.6, 0.8]),
        standard_error_below=np.array([NAN, 0.8, 0.5, 0.4, 0.3]),
        n_above=np.array([95, 80, 50, 20, 3]),
        events_above=np.array([39, 32, 20, 8, 1]),
        hazard_ratio_above=np.array([0.8, 0.9, 1.2, 2.0, NAN]),
        standard_error_above=np.array([0.3, 0.4, 0.5, 0.8, NAN]),
        interaction_z=np.array([NAN, 1.2, 1.3, 1.4, NAN]),
        p_value_adjusted=0.02,
        candidate=np.array([False, True, True, True, False]),
        score_z=np.array([NAN, 1.0, -1.5, 3.0, NAN]),
        p_value_adjusted_at=np.array([NAN, 0.7, 0.4, 0.02, NAN]),
        envelope=2.5,
        n_resamples=10_000,
        seed=0,
    )
    return replace(scan, **changes)


def made_up_windows(**changes: Any) -> EffectInWindows:
    """Four windows in which the effect falls off; in the last there is no difference."""
    columns: dict[str, Sequence[float]] = {
        "low": [10, 100, 200, 400],
        "high": [200, 400, 800, 1600],
        "median": [100, 200, 400, 800],
        "hazard_ratio": [0.4, 0.6, 0.9, 1.4],
        "hazard_ratio_lower": [0.2, 0.3, 0.45, 0.7],
        "hazard_ratio_upper": [0.8, 1.2, 1.8, 2.8],
        "difference": [0.25, 0.15, 0.05, NAN],
        "difference_lower": [0.05, -0.05, -0.15, NAN],
        "difference_upper": [0.45, 0.35, 0.25, NAN],
    }
    arrays: dict[str, Any] = {name: np.array(values, dtype=np.float64) for name, values in columns.items()}
    counts = {"n": np.array([40, 41, 40, 40]), "events": np.array([15, 16, 17, 18])}
    settings: dict[str, Any] = {
        "design": "sliding",
        "overall_hazard_ratio": 0.8,
        "overall_difference": 0.07,
        "horizon": 640.0,
        "p_hazard_ratio": 0.31,
        "p_difference": 0.62,
        "n_resamples": 2500,
        "seed": 0,
    }
    return EffectInWindows(**(arrays | counts | settings | changes))
