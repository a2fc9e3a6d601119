"""A scan as JSON has the keys of the contract, the scan's numbers, and null for what does not exist."""

from __future__ import annotations

import json

import numpy as np

from mirodash.export.analysis_json import scan_json
from mirodash.survival import threshold_scan
from mirodash.survival.results import ThresholdScan
from tests.reference_cases import load_case


def scan(*, n_resamples: int = 200) -> ThresholdScan:
    case = load_case("veteran")
    lines = [5.0, 40.0, 60.0, 80.0, 99.0]
    return threshold_scan(
        case.time, case.event, case.treated, case.biomarker, thresholds=lines, n_resamples=n_resamples, seed=4
    )


def test_the_numbers_are_those_of_the_scan():
    found = scan()
    told = json.loads(json.dumps(scan_json(found), allow_nan=False))
    assert (told["best_threshold"], told["n_resamples"], told["seed"]) == (found.best_threshold, 200, 4)
    assert (told["p_value_adjusted"], told["envelope"]) == (found.p_value_adjusted, found.envelope)
    assert [row["threshold"] for row in told["thresholds"]] == [5, 40, 60, 80, 99]
    for k, row in enumerate(told["thresholds"]):
        for side in ("below", "above"):
            assert row[side].keys() == {"n", "events", "hr", "se"}
            assert row[side]["n"] == getattr(found, f"n_{side}")[k]
            assert row[side]["events"] == getattr(found, f"events_{side}")[k]
        assert row["candidate"] is bool(found.candidate[k])
    assert found.p_value_adjusted_at is not None
    middle = told["thresholds"][2]
    assert middle["below"]["hr"] == found.hazard_ratio_below[2]
    assert middle["above"]["se"] == found.standard_error_above[2]
    assert middle["interaction_z"] == found.interaction_z[2]
    assert middle["p_value_adjusted"] == found.p_value_adjusted_at[2]


def test_what_does_not_exist_is_null():
    found = scan()
    below_everybody, *_, above_everybody = scan_json(found)["thresholds"]
    assert np.isnan(found.hazard_ratio_below[0])
    assert (below_everybody["below"]["hr"], below_everybody["interaction_z"]) == (None, None)
    assert (above_everybody["above"]["n"], above_everybody["above"]["se"]) == (0, None)
    assert (above_everybody["candidate"], above_everybody["p_value_adjusted"]) == (False, None)
    untested = scan_json(scan(n_resamples=0))
    assert (untested["p_value_adjusted"], untested["envelope"], untested["n_resamples"]) == (None, None, 0)
    assert {row["p_value_adjusted"] for row in untested["thresholds"]} == {None}
