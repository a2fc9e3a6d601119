"""Coordinates as CSV: every cell a number or a name, as in the picture, and nothing of small groups."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np

from mirodash.export.curve_numbers import ABOUT, WRITERS, write_numbers
from mirodash.questions.effect_along_biomarker import effect_by_biomarker
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.thresholds.threshold_scan import threshold_scan
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve, ThresholdScan
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.cases.test_competing_events import read as read_pbc
from tests.profiles import for_each

MIROCALS = sample("mirocals")
DEFAULT = Selection()
NAMES = {"group", "arm", "role", "time_unit", "biomarker", "unit", *ABOUT}


def _read(key: str, trial: Trial = MIROCALS, selection: Selection = DEFAULT) -> list[dict[str, str]]:
    text = write_numbers(trial, selection, key, about="n = 220")
    assert text is not None
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@for_each("key", ["survival-0", "survival-2", "effect", "effect-simultaneous", "threshold-scan"])
def test_every_cell_is_a_number_or_a_name_and_says_what_it_belongs_to(key: str):
    lines = _read(key)
    assert len(lines) > 20
    for line in lines:
        assert None not in line
        assert (line["trial"], line["about"], line["confidence"]) == (MIROCALS.title, "n = 220", "0.95")
        for name in line.keys() - NAMES:
            assert line[name] == "" or np.isfinite(float(line[name]))


@for_each("place", [0, 1, 2])
def test_curves_can_be_drawn_again_from_their_lines(place: int):
    result = survival_by_group(MIROCALS, DEFAULT)
    compared = result.groups[place].comparison
    lines = _read(f"survival-{place}")
    for role, arm in (("treated", compared.treated), ("control", compared.control)):
        mine = [line for line in lines if line["role"] == role]
        inside = (arm.curve.time > 0) & (arm.curve.time <= result.horizon)
        assert [float(line["time"]) for line in mine] == [0, *arm.curve.time[inside].tolist()]
        assert [float(line["survival"]) for line in mine] == [1, *arm.curve.estimate[inside].tolist()]
        assert [int(line["at_risk"]) for line in mine[1:]] == arm.curve.at_risk[inside].tolist()
        assert sum(int(line["events"]) for line in mine) == int(arm.curve.events[inside].sum())
        assert mine[0]["at_risk"] == str(arm.n)


def test_the_effect_has_the_grid_of_its_curve_and_the_scan_every_threshold():
    curve, scan = effect_by_biomarker(MIROCALS, DEFAULT).curve, threshold_scan(MIROCALS, DEFAULT)
    assert isinstance(curve, EffectCurve)
    assert isinstance(scan, ThresholdScan)
    lines = _read("effect")
    assert [float(line["value"]) for line in lines] == curve.biomarker.tolist()
    assert [float(line["hazard_ratio"]) for line in lines] == curve.hazard_ratio.tolist()
    assert all(float(line["simultaneous_lower"]) < float(line["pointwise_lower"]) for line in lines)
    assert [float(line["threshold"]) for line in _read("threshold-scan")] == scan.thresholds.tolist()


def test_beside_another_event_the_cumulative_incidence_is_given():
    pbc = read_pbc(competing=("1",))
    lines = _read("survival-0", pbc)
    assert "survival" not in lines[0]
    shares = [float(line["cumulative_incidence"]) for line in lines if line["role"] == "treated"]
    assert shares[0] == 0
    assert shares == sorted(shares)
    ends = [(float(one["lower"]), float(one["upper"])) for one in lines if one["lower"]]
    assert all(low <= high for low, high in ends)


@for_each("key", sorted(WRITERS))
def test_small_counts_are_hidden(key: str):
    trial = replace(MIROCALS, min_cell=10)
    text = write_numbers(trial, DEFAULT, key, about="")
    if text is None:
        assert key in {"survival-3", "survival-4"}
        return
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    counts = [line[name] for line in lines for name in line if name.startswith(("at_risk", "n_", "events"))]
    told = [int(count) for count in counts if count.isdecimal()]
    assert not any(0 < count < 10 for count in told)
    assert not any(name in lines[0] for name in ("events", "censored"))


@for_each("key", ["survival-4", "flow", "nothing"])
def test_what_has_no_coordinates_gives_none(key: str):
    assert write_numbers(MIROCALS, DEFAULT, key, about="") is None
