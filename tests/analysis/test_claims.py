"""The synthetic trials show what they were made to show, and the CDISC pilot study what R says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mirodash.export.analysis_json import analysis_json
from mirodash.questions.report import analyze
from mirodash.stratification.selection import Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.store import sample
from tests.answers import same, same_group


def _answer(name: str, *thresholds: float) -> dict[str, Any]:
    return analysis_json(analyze(sample(name), Selection(thresholds=thresholds)))


def test_overall_there_is_a_modest_effect_that_is_not_established():
    overall = _answer("mirocals", 3700)["groups"][0]
    assert [arm["n"] for arm in overall["arms"]] == [110, 110]
    assert [arm["events"] for arm in overall["arms"]] == [49, 41]
    assert overall["cox"]["hr"] == pytest.approx(0.81, abs=0.015)
    assert overall["cox"]["ci"] == pytest.approx([0.54, 1.22], abs=0.03)
    assert overall["cox"]["p_lr"] > 0.2
    assert overall["logrank"]["p"] > 0.2


def test_everybody_without_an_event_is_followed_to_the_horizon():
    for arm in _answer("mirocals", 3700)["groups"][0]["arms"]:
        assert arm["survival_at"]["time"] == 640
        assert arm["at_risk"]["censored"][-1] == 0
        assert arm["survival_at"]["at_risk"] == arm["n"] - arm["events"]


def test_up_to_3700_the_effect_is_large_and_above_it_there_is_none_to_see():
    told = _answer("mirocals", 3700)
    lower, upper = told["groups"][1:]
    assert lower["n"] / 220 == pytest.approx(0.79, abs=0.005)
    assert lower["cox"]["hr"] == pytest.approx(0.57, abs=0.015)
    assert lower["logrank"]["p"] < 0.05
    assert upper["cox"]["hr"] == pytest.approx(1.37, abs=0.05)
    assert upper["cox"]["ci"] == pytest.approx([0.68, 2.75], abs=0.03)
    assert told["interaction"]["p_lr"] < 0.05


def test_between_750_and_3700_nearly_half_the_deaths_are_prevented():
    middle = _answer("mirocals", 750, 3700)["groups"][2]
    assert middle["n"] / 220 == pytest.approx(0.70, abs=0.005)
    assert middle["cox"]["hr"] == pytest.approx(0.52, abs=0.015)
    assert middle["cox"]["ci"] == pytest.approx([0.30, 0.89], abs=0.03)
    control, treated = (arm["survival_at"]["estimate"] for arm in middle["arms"])
    assert (treated, control) == pytest.approx((0.72, 0.54), abs=0.03)


def test_where_the_biomarker_only_predicts_death_it_does_not_change_the_effect():
    told = _answer("mirocals-prognostic", 3700)
    assert told["continuous"]["p_lr"] > 0.05
    low, high = (group["events"] / group["n"] for group in told["groups"][1:])
    assert high > low


def test_where_nothing_has_an_effect_none_is_established():
    told = _answer("mirocals-null", 3700)
    assert told["groups"][0]["cox"]["p_lr"] > 0.05
    assert told["continuous"]["p_lr"] > 0.05


def test_the_cdisc_pilot_study_agrees_with_r(cdisc_pilot: Path):
    roles = Roles(control="Placebo", treated="Xanomeline High Dose", biomarker="MMSETOT")
    trial = read_trial([cdisc_pilot / "adsl.xpt", cdisc_pilot / "adtte.xpt"], roles)
    told = analysis_json(analyze(trial, Selection(thresholds=(18,), horizon=180, strata=("SITEID",))))
    wanted = json.loads((Path(__file__).parent / "cdisc_pilot.expected.json").read_text(encoding="utf-8"))
    assert told["trial"]["participants"] == wanted["randomised"]
    left_out = {item["reason"]: item["participants"] for item in told["excluded"]}
    assert left_out["another arm"] == wanted["randomised"] - wanted["selected"]
    assert [arm["arm"] for arm in told["groups"][0]["arms"]] == ["Placebo", "Xanomeline High Dose"]
    for group, answer in zip(told["groups"], wanted["groups"], strict=True):
        for arm in group["arms"]:
            del arm["curve"]
        same_group(group, answer)
    same(told["interaction"], wanted["interaction"], 1e-8)
    same(told["continuous"], wanted["continuous"], 1e-8)
    assert told["stratified"]["by"] == wanted["stratified"]["by"]
    same(told["stratified"]["logrank"], wanted["stratified"]["logrank"], 1e-12)
    same({key: told["stratified"]["cox"][key] for key in ("hr", "ci")}, wanted["stratified"]["cox"], 1e-8)
