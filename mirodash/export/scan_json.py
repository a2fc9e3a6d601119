"""A look along all thresholds as JSON: every number at full precision, and null for what does not exist."""

from __future__ import annotations

from typing import Any

from mirodash.export.disclosure_json import disclosure_json, json_count
from mirodash.export.json_numbers import json_number
from mirodash.survival.results import ThresholdScan

Json = dict[str, Any]


def scan_json(scan: ThresholdScan, *, min_cell: int = 0) -> Json:
    """The scan as nested dictionaries that ``json.dumps(allow_nan=False)`` accepts.

    ``candidate`` tells where the search looked, ``p_value_adjusted`` of a threshold allows for all of
    them, ``envelope`` is what the largest ``|score_z|`` exceeds by chance alone in 5 % of trials.
    ``min_cell`` is that of the trial, whose scan hides counts below it.
    """
    return {
        **disclosure_json(min_cell),
        "thresholds": [_threshold(scan, k) for k in range(scan.thresholds.size)],
        "best_threshold": json_number(scan.best_threshold),
        "p_value_adjusted": json_number(scan.p_value_adjusted),
        "n_resamples": scan.n_resamples,
        "seed": scan.seed,
        "envelope": json_number(scan.envelope),
    }


def _threshold(scan: ThresholdScan, k: int) -> Json:
    p = scan.p_value_adjusted_at
    return {
        "threshold": float(scan.thresholds[k]),
        "below": {
            "n": json_count(int(scan.n_below[k])),
            "events": json_count(int(scan.events_below[k])),
            "hr": json_number(scan.hazard_ratio_below[k]),
            "se": json_number(scan.standard_error_below[k]),
        },
        "above": {
            "n": json_count(int(scan.n_above[k])),
            "events": json_count(int(scan.events_above[k])),
            "hr": json_number(scan.hazard_ratio_above[k]),
            "se": json_number(scan.standard_error_above[k]),
        },
        "interaction_z": json_number(scan.interaction_z[k]),
        "candidate": bool(scan.candidate[k]),
        "score_z": json_number(scan.score_z[k]),
        "p_value_adjusted": None if p is None else json_number(p[k]),
    }
