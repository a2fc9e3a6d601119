"""The JSON has exactly the promised keys, whatever the trial is like, and no number that JSON cannot say."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.export.analysis_json import analysis_json
from mirodash.questions.report import analyze
from mirodash.questions.survival_cards import stratified_effect
from mirodash.stratification.selection import Selection
from mirodash.survival.results import FirthEstimate, HazardRatio, NotEstimable
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.reference_cases import load_json
from tests.small_trials import eight_people, small_trial

MIROCALS = sample("mirocals")
TOP = ["trial", "selection", "question", "excluded", "groups", "interaction", "continuous", "notices"]
GROUP = [
    "label",
    "n",
    "events",
    "arms",
    "logrank",
    "cox",
    "ph_test",
    "rmst_difference",
    "survival_difference",
    "landmarks",
]
ARM = [
    "arm",
    "n",
    "events",
    "median",
    "median_ci",
    "median_flags",
    "survival_at",
    "rmst",
    "follow_up",
    "curve",
    "at_risk",
]
TEST = ["statistic", "p", "flags"]
FIRTH = ["hr", "ci", "p", "flags"]
COX = ["hr", "ci", "coef", "se", "p_wald", "p_lr", "p_score", "flags"]
NO_FLAG = {"carried_forward": False}
FLAGS = ["carried_forward", "capped_at", "not_estimable"]


def answer(trial: Trial, selection: Selection = Selection()) -> dict[str, Any]:  # noqa: B008 - frozen
    told = analysis_json(analyze(trial, selection))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    return told


def check_finding(finding: dict[str, Any]) -> None:
    first = ["happened", "belief", "overall", "effect_modification", "reasons"]
    tests = ["whole_range", "threshold", "confirmed_by", "constant_effect_fits"]
    assert list(finding) in ([*first, *tests, "evidence"], [*first, "evidence"])
    for item in finding["evidence"]:
        assert list(item) == ["name", "result", "says", "cannot", "supports"]


def check_shape(told: dict[str, Any]) -> None:
    assert list(told)[:8] == TOP
    assert list(told["trial"]) == ["name", "participants", "fingerprint", "synthetic"]
    assert list(told["selection"]) == ["query"]
    assert all(list(item) == ["reason", "participants"] for item in told["excluded"])
    for group in told["groups"]:
        check_group(group)
    ratio = ["ratio_of_hazard_ratios", "ci", "p_lr", "p_wald", "flags"]
    # of three groups one may be left out, which is said by its name
    apart = ["df", "left_out"]
    shapes = (ratio, [*ratio, *apart], ["p_lr", "df", "flags"], ["not_estimable", "flags"])
    assert list(told["interaction"]) in (*shapes, ["p_lr", "df", "flags", "left_out"])
    check_finding(told["finding"])
    assert list(told["continuous"]) == ["scale", "coef", "se", "p_lr", "flags"]


def check_group(group: dict[str, Any]) -> None:
    assert sorted(group) == sorted(GROUP)
    assert list(group["logrank"]) == list(group["ph_test"]) == TEST
    if "not_estimable" in group["cox"]:
        assert list(group["cox"]) in (["not_estimable", "flags"], ["not_estimable", "firth", "flags"])
        assert group["cox"]["not_estimable"].endswith(".")
        assert list(group["cox"].get("firth", dict.fromkeys(FIRTH))) == FIRTH
    else:
        assert list(group["cox"]) == COX
        assert group["cox"]["ci"][0] <= group["cox"]["hr"] <= group["cox"]["ci"][1]
    assert list(group["rmst_difference"]) == ["tau", "estimate", "se", "ci", "flags"]
    assert list(group["survival_difference"]) == ["time", "estimate", "se", "ci", "flags"]
    for name in ("logrank", "cox", "ph_test", "rmst_difference", "survival_difference"):
        check_flags(group[name])
    assert len(group["arms"]) == 2
    assert sum(arm["n"] for arm in group["arms"]) == group["n"]
    assert sum(arm["events"] for arm in group["arms"]) == group["events"]
    for arm in group["arms"]:
        check_arm(arm)


def check_flags(estimate: dict[str, Any]) -> None:
    flags = estimate["flags"]
    assert list(flags) == FLAGS
    first = next(iter(key for key in estimate if key in ("statistic", "hr", "estimate", "not_estimable")))
    is_missing = first == "not_estimable" or estimate[first] is None
    assert (flags["not_estimable"] is not None) == is_missing
    assert is_missing or not flags["carried_forward"]


def check_arm(arm: dict[str, Any]) -> None:
    assert sorted(arm) == sorted(ARM)
    assert list(arm["survival_at"]) == ["time", "estimate", "ci", "at_risk", "flags"]
    assert list(arm["rmst"]) == ["tau", "estimate", "se", "flags"]
    assert list(arm["follow_up"]) == ["method", "median", "ci", "flags"]
    check_flags(arm["survival_at"])
    check_flags(arm["rmst"])
    assert list(arm["curve"]) == ["time", "estimate", "lower", "upper"]
    assert len({len(column) for column in arm["curve"].values()}) == 1
    table = arm["at_risk"]
    assert list(table) == ["time", "at_risk", "censored", "events"]
    columns = zip(table["at_risk"], table["censored"], table["events"], strict=True)
    assert [sum(column) for column in columns] == [arm["n"]] * len(table["time"])
    assert len(arm["median_ci"]) == len(arm["survival_at"]["ci"]) == 2


def test_the_eight_people():
    told = answer(eight_people())
    check_shape(told)
    assert told["trial"]["name"] == "Small trial"
    assert told["trial"]["participants"] == 8
    assert told["selection"] == {"query": ""}
    assert told["excluded"] == [
        {"reason": "another arm", "participants": 1},
        {"reason": "unusable", "participants": 2},
        {"reason": "biomarker missing", "participants": 1},
    ]
    assert [(g["label"], g["n"], g["events"]) for g in told["groups"]] == [
        ("All participants", 5, 3),
        ("pNFH ≤ 3,700 pg/mL", 2, 1),
        ("pNFH > 3,700 pg/mL", 2, 1),
    ]
    assert [arm["arm"] for arm in told["groups"][0]["arms"]] == ["Placebo", "IL-2"]
    assert "stratified" not in told


def test_every_estimate_of_a_group_lies_in_its_interval():
    told = answer(sample("mirocals"))
    check_shape(told)
    for group in told["groups"]:
        assert "hr" in group["cox"]
        for name in ("rmst_difference", "survival_difference"):
            low, high = group[name]["ci"]
            assert low < group[name]["estimate"] < high


def test_a_synthetic_trial_says_so_in_its_name():
    assert answer(eight_people(synthetic=True))["trial"]["name"] == "Small trial (SYNTHETIC)"


def test_two_thresholds_are_tested_together():
    told = answer(_large(), Selection(thresholds=(10, 20)))
    check_shape(told)
    assert len(told["groups"]) == 4
    assert list(told["interaction"]) == ["p_lr", "df", "flags"]
    assert told["interaction"]["df"] == 2


def test_strata_are_told_when_they_are_chosen():
    told = answer(_large(), Selection(strata=("site",)))
    check_shape(told)
    assert list(told)[8:] == ["finding", "stratified", "search"]
    assert list(told["stratified"]) == ["by", "logrank", "cox", "missing"]
    assert told["stratified"]["by"] == ["site"]
    assert list(told["stratified"]["logrank"]) == TEST
    assert list(told["stratified"]["cox"]) == COX


def _large(**changes: Any) -> Trial:
    n = 40
    columns: dict[str, Any] = {
        "arm": ["IL-2", "Placebo"] * (n // 2),
        "time": [float(10 + (7 * k) % 97) for k in range(n)],
        "event": [1 if k % 3 else 0 for k in range(n)],
        "biomarker": [float(1 + (11 * k) % 37) for k in range(n)],
        "site": [f"S-{k // 2 % 3}" for k in range(n)],
    }
    return small_trial(**(columns | changes))


DEGENERATE: dict[str, tuple[Trial, Selection]] = {
    "nobody": (eight_people(), Selection(sites=())),
    "an empty lower group": (_large(), Selection(thresholds=(0.5,))),
    "an empty upper group": (_large(), Selection(thresholds=(1000,))),
    "one arm empty": (small_trial(arm=["IL-2"] * 4, time=[1, 2, 3, 4], event=[1, 0, 1, 0]), Selection()),
    "no events": (_large(event=[0] * 40), Selection(strata=("site",))),
    "no events in one arm": (_large(event=[0, 1] * 20), Selection(strata=("site",))),
    "one event": (_large(event=[1] + [0] * 39), Selection()),
    "no biomarker": (_large(biomarker=None), Selection()),
    "the same biomarker for all": (_large(biomarker=[5.0] * 40), Selection(thresholds=(5,))),
    "nobody has the biomarker": (_large(biomarker=[math.nan] * 40), Selection(thresholds=(5,))),
    "biomarkers of zero and less": (_large(biomarker=[float(k - 20) for k in range(40)]), Selection()),
    "all at the same time": (_large(time=[5.0] * 40), Selection()),
    "all on day 0": (_large(time=[0.0] * 40), Selection()),
    "one participant": (small_trial(arm=["IL-2"], time=[3], event=[1], biomarker=[4]), Selection()),
    "everybody unusable": (_large(time=[math.nan] * 40), Selection(strata=("site",))),
    "horizon before everybody": (_large(), Selection(horizon=0.001)),
    "horizon after everybody": (_large(), Selection(horizon=30_000)),
    "everybody a stratum": (_large(site=[f"S-{k}" for k in range(40)]), Selection(strata=("site",))),
}


@for_each("name", DEGENERATE)
def test_hardly_any_data_is_no_error(name: str):
    trial, selection = DEGENERATE[name]
    told = answer(trial, selection)
    check_shape(told)
    wanted = 1 + (len(selection.thresholds) + 1 if selection.thresholds else 0)
    if selection.thresholds is not None:
        assert len(told["groups"]) == wanted


def flags(reason: str) -> dict[str, Any]:
    return {"carried_forward": False, "capped_at": None, "not_estimable": reason}


def test_a_group_nobody_is_in_stays():
    told = answer(_large(), Selection(thresholds=(1000,)))
    empty = told["groups"][2]
    apart = "No participants are in this group: there is no difference to estimate."
    assert (empty["label"], empty["n"], empty["events"]) == ("pNFH > 1,000 pg/mL", 0, 0)
    assert empty["arms"][0]["median"] is None
    assert empty["arms"][0]["survival_at"] == {
        "time": 640.0,
        "estimate": None,
        "ci": [None, None],
        "at_risk": 0,
        "flags": flags(apart),
    }
    assert empty["arms"][0]["rmst"] == {"tau": None, "estimate": None, "se": None, "flags": flags(apart)}
    nobody = flags("No participants are in this group: there is nothing to compare.")
    assert empty["logrank"] == empty["ph_test"] == {"statistic": None, "p": None, "flags": nobody}
    nothing = {"estimate": None, "se": None, "ci": [None, None], "flags": flags(apart)}
    assert empty["rmst_difference"] == {"tau": None, **nothing}
    assert empty["survival_difference"] == {"time": None, **nothing}
    assert "not_estimable" in empty["cox"]
    assert "not_estimable" in told["interaction"]


def test_no_events_in_an_arm_gives_firths_estimate():
    cox = answer(_large(event=[0, 1] * 20))["groups"][0]["cox"]
    assert list(cox) == ["not_estimable", "firth", "flags"]
    assert cox["firth"]["hr"] < 1


def test_open_ends_of_firths_interval_are_null():
    analysis = analyze(_large(), Selection())
    overall = analysis.survival.groups[0]
    reason = NotEstimable("Nobody died.", FirthEstimate(0.1, (None, 0.9), 0.02))
    comparison = replace(overall.comparison, cox=reason)
    survival = replace(analysis.survival, groups=(replace(overall, comparison=comparison),))
    told = analysis_json(replace(analysis, survival=survival))
    assert told["groups"][0]["cox"] == {
        "not_estimable": "Nobody died.",
        "firth": {"hr": 0.1, "ci": [None, 0.9], "p": 0.02, "flags": dict.fromkeys(FLAGS) | NO_FLAG},
        "flags": {"carried_forward": False, "capped_at": None, "not_estimable": "Nobody died."},
    }


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["IL-2", "Placebo"]),
        st.integers(0, 12).map(float),
        st.sampled_from([0.0, 1.0]),
        st.sampled_from([math.nan, 1.0, 2.0, 3.0, 4.0]),
    ),
    min_size=1,
    max_size=25,
)


@given(PEOPLE, st.lists(st.sampled_from([0.5, 1.0, 2.5, 4.0]), max_size=3).map(tuple), st.integers(1, 20))
def test_any_small_trial_has_an_answer(
    people: list[tuple[str, float, float, float]], thresholds: tuple[float, ...], horizon: int
):
    arm, time, event, biomarker = (list(column) for column in zip(*people, strict=True))
    trial = small_trial(arm=arm, time=time, event=event, biomarker=biomarker)
    told = answer(trial, Selection(thresholds=thresholds, horizon=horizon))
    check_shape(told)
    counted = told["groups"][1:] if thresholds else told["groups"]
    assert sum(g["n"] for g in counted) + sum(e["participants"] for e in told["excluded"]) == len(people)


def test_the_adjusted_effect_is_told_when_it_is_asked_for() -> None:
    assert "adjusted" not in answer(MIROCALS)
    told = answer(MIROCALS, Selection(adjust=("age", "csf_pnfh", "svc", "sex", "el_escorial")))["adjusted"]
    theirs = load_json("adjusted")["mirocals"]
    assert (told["covariates"][0], told["strata"]) == ("age", ["country", "onset"])
    assert told["scales"]["csf_pnfh"] == "log"
    assert (told["n"], told["events"], told["missing"]) == (217, 87, {"svc": 3})
    assert told["hr"] == pytest.approx(theirs["all"]["hr"], rel=1e-8)
    assert told["ci"] == pytest.approx(theirs["all"]["ci"], rel=1e-8)
    assert told["p"] == pytest.approx(theirs["all"]["p_wald"], rel=1e-8)
    low, _ = told["groups"]
    assert (low["label"], low["hr"]) == ("pNFH ≤ 3,700 pg/mL", pytest.approx(theirs["low"]["hr"], rel=1e-8))


def test_a_covariate_that_is_the_same_for_everybody_is_told_to_be_out_of_the_model() -> None:
    women = replace(Selection.from_query("keep.sex=F"), adjust=("age", "sex"))
    told, without = (
        answer(MIROCALS, replace(women, adjust=by))["adjusted"] for by in (women.adjust, ("age",))
    )
    assert told["constant"] == told["groups"][0]["constant"] == ["sex"]
    assert told["hr"] == without["hr"]
    assert "constant" not in without


def test_an_adjusted_effect_names_what_the_others_fix() -> None:
    told, without = (
        answer(eight_people(), Selection(adjust=columns))["adjusted"]
        for columns in (("age", "sex"), ("age",))
    )
    assert told["collinear"] == ["Sex: male"]
    assert (told["hr"], told["ci"], told["p"]) == (without["hr"], without["ci"], without["p"])
    assert without["collinear"] == []


def test_an_adjusted_effect_that_does_not_exist_says_why() -> None:
    told = answer(eight_people(event=[0] * 8), Selection(adjust=("age", "sex")))["adjusted"]
    assert told["not_estimable"].startswith("No events")
    assert not {"hr", "ci", "p"} & set(told)
    assert (told["n"], told["covariates"], told["strata"]) == (5, ["age", "sex"], [])


def test_the_question_the_unit_and_the_arms_stand_beside_the_numbers() -> None:
    told = answer(MIROCALS, Selection(thresholds=(3700,), strata=("country",), horizon=365))
    assert told["trial"]["synthetic"] is True
    asked = told["question"]
    assert (asked["event"], asked["event_value"], asked["unit"]) == ("died", "1", "days")
    assert (asked["time_origin"], asked["horizon"], asked["up_to_horizon"]) == ("randomisation", 365, False)
    assert [(one["arm"], one["role"]) for one in asked["arms"]] == [
        (arm["arm"], role)
        for arm, role in zip(told["groups"][0]["arms"], ("control", "treated"), strict=True)
    ]
    assert asked["biomarker"]["unit"] == "pg/mL"
    assert (asked["thresholds"], asked["equal_above"]) == ([3700], False)
    assert told["notices"] == list(MIROCALS.notices)
    within = stratified_effect(MIROCALS, Selection(strata=("country",)))
    assert within is not None
    assert isinstance(within.effect.cox, HazardRatio)
    assert (told["stratified"]["cox"]["se"], told["stratified"]["cox"]["p_wald"]) == (
        within.effect.cox.se,
        within.effect.cox.p_wald,
    )


ESTIMATES = ("estimate", "hr", "coef", "statistic", "median", "ratio_of_hazard_ratios")


def _estimates(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in _estimates(item)]
    if not isinstance(node, dict):
        return []
    inner = [found for item in node.values() for found in _estimates(item)]
    is_one = any(not isinstance(node.get(name, []), list) for name in ESTIMATES)
    return [node, *inner] if is_one else inner


@for_each(
    "query", ["", "stratum=country&adjust=age", "threshold=750&threshold=3700&horizon=5000", "threshold=1"]
)
def test_every_estimate_has_its_flags(query: str) -> None:
    found = _estimates(answer(MIROCALS, Selection.from_query(query)))
    assert len(found) > 10
    for one in found:
        flags = one.get("flags", one.get("median_flags"))
        assert flags is not None, one
        assert list(flags) == FLAGS
