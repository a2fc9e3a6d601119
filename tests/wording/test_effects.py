"""The effect in one group: what is uncertain is called so, and nothing is called absent."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.group_effects import describe_effect_in_group
from mirodash.questions.hazard_ratio_panel import HAZARD_RATIO_OVER_TIME
from mirodash.questions.statistics.absolute import choose_survival_decimals
from mirodash.questions.statistics.group_survival import GroupSurvival, at_horizon
from mirodash.questions.statistics.hazards import FEW_EVENTS
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import assign_groups, candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.facts import Explanation, Fact
from mirodash.text.labels import ArmNames, format_arm_names
from mirodash.text.methods import describe_proportional_hazards
from mirodash.text.numbers import format_hazard_ratio, format_percent, unify_spaces
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from tests.panels.views import TRIALS, of_size, selections
from tests.profiles import for_each, share_of_examples

CLAIMS = re.compile(
    r"\b(no|not any|without( any)?|zero) (treatment )?(effect|benefit|difference|influence)\b"
    r"|ineffective|does not (work|help|differ)|significant|proven|proves",
    re.IGNORECASE,
)
SLOW = share_of_examples(0.4)


def told(trial: Trial, **chosen: Any) -> list[tuple[GroupSurvival, Explanation]]:
    """Return every group of a view with what is said of it."""
    return told_of(trial, Selection(**chosen))


def told_of(trial: Trial, selection: Selection) -> list[tuple[GroupSurvival, Explanation]]:
    """Return every group of a view with what is said of it."""
    result, names = survival_by_group(trial, selection), format_arm_names(trial, selection)
    return [(group, describe_effect_in_group(result, group, names)) for group in result.groups]


def facts(explanation: Explanation) -> dict[str, Fact]:
    """Return the facts by their label."""
    return {fact.label: fact for fact in explanation.facts}


def _numbers(text: str) -> list[float]:
    plain = unify_spaces(text).replace("−", "-").replace(",", "")
    return [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", plain)]


def _recount(trial: Trial, selection: Selection, place: int) -> tuple[int, int, list[float]]:
    """Count participants, events and both arms' survival at the horizon again, one participant at a time."""
    chosen, outcome = assign_groups(trial, selection), trial.outcomes[trial.dictionary.endpoints[0].key]
    result = survival_by_group(trial, selection)
    inside = np.flatnonzero(chosen.shown[place].mask)
    shares: list[float] = []
    for treated in (True, False):
        arm = [k for k in inside if chosen.treated[k] == treated]
        share = 1.0
        for t in sorted({float(outcome.time[k]) for k in arm if outcome.event[k]}):
            if t <= result.horizon:
                at_risk = sum(outcome.time[k] >= t for k in arm)
                share *= 1 - sum(outcome.time[k] == t and outcome.event[k] for k in arm) / at_risk
        shares.append(share)
    return len(inside), int(outcome.event[inside].sum()), shares


@for_each("name", SAMPLES)
@for_each("thresholds", [(1500,), (750, 3700), (20, 90)])
def test_counts_and_percentages_agree_with_a_recount(name: str, thresholds: tuple[float, ...]):
    trial, selection = sample(name), Selection(thresholds=thresholds)
    for place, (group, explanation) in enumerate(told_of(trial, selection)):
        n, events, shares = _recount(trial, selection, place)
        # beside a horizon that is shorter than follow-up the subtitle says to when events are counted
        assert _numbers(explanation.subtitle)[:2] == [n, events]
        if group.comparison.treated.n == 0 or group.comparison.control.n == 0:
            continue
        ends = (group.comparison.treated.curve.known_until, group.comparison.control.curve.known_until)
        horizon = survival_by_group(trial, selection).horizon
        if min(ends) < horizon:
            assert f"not estimable after day {min(ends):,.0f}" in unify_spaces(explanation.sentence)
            continue
        ats = (group.comparison.treated.survival_at, group.comparison.control.survival_at)
        places = choose_survival_decimals(ats)
        shown = [format_percent(share, decimals=places) for share in shares]
        free = next(fact for label, fact in facts(explanation).items() if " at " in label)
        assert free.value == " v ".join(shown)
        assert [s in explanation.sentence for s in shown] == [True, True]
        by_arm = explanation.tables[1].rows
        assert [row[3].partition(" (")[0] for row in by_arm] == shown
        assert sum(_numbers(row[1])[0] for row in by_arm) == n
        assert sum(_numbers(row[2])[0] for row in by_arm) == events


def _check_claims(group: GroupSurvival, explanation: Explanation) -> None:
    cox = group.comparison.cox
    for text in (explanation.sentence, *(f"{f.value} {f.detail}" for f in explanation.facts)):
        cannot = isinstance(cox, NotEstimable) and "estimate" in text
        assert cannot or not CLAIMS.search(unify_spaces(text)), text
    if not isinstance(cox, HazardRatio):
        return
    established = "not established" not in explanation.sentence
    assert established == (not cox.ci[0] < 1 < cox.ci[1])
    shown = facts(explanation)["Hazard ratio"]
    assert shown.value
    if 0.01 <= cox.hr <= 100:
        assert shown.value == format_hazard_ratio(cox.hr, cox.ci)
        assert _numbers(shown.value) == pytest.approx([cox.hr], abs=0.005)


@for_each("name", SAMPLES)
def test_at_no_threshold_is_an_effect_called_absent(name: str):
    trial = sample(name)
    for threshold in candidate_thresholds(trial, Selection())[::9]:
        for group, explanation in told(trial, thresholds=(threshold,)):
            _check_claims(group, explanation)


@SLOW
@given(data=st.data())
def test_in_no_view_is_an_effect_called_absent(data: st.DataObject):
    trial = TRIALS[data.draw(st.sampled_from(sorted(TRIALS)))]
    for group, explanation in told_of(trial, data.draw(selections(trial))):
        if "names" not in trial.dictionary.title:
            _check_claims(group, explanation)


def test_both_directions_are_told_in_words_that_fit_their_interval():
    seen = set()
    for name in SAMPLES:
        for swapped in ({}, {"treated": "control", "control": "treated"}):
            trial = sample(name)
            arms = {role: getattr(trial.dictionary, other) for role, other in swapped.items()}
            for threshold in candidate_thresholds(trial, Selection())[::7]:
                for group, explanation in told(trial, thresholds=(threshold,), **arms):
                    cox = group.comparison.cox
                    if not isinstance(cox, HazardRatio):
                        continue
                    lower, higher = "lower" in explanation.sentence, "high" in explanation.sentence
                    assert lower == (cox.ci[0] < 1)
                    assert higher == (cox.ci[1] > 1)
                    seen.add((lower, higher))
    assert seen == {(True, False), (False, True), (True, True)}


def test_a_hazard_many_times_as_high_is_not_given_in_per_cent():
    n = 60
    trial = of_size(n, event=[int(k % 2 == 0 or k % 15 == 1) for k in range(n)])
    sentence = told(trial, thresholds=(), treated="IL-2")[0][1].sentence
    assert "times as high" in sentence
    assert "higher higher" not in sentence
    assert max(_numbers(sentence)) <= 100 or str(640) in sentence


def test_a_ratio_on_few_events_is_marked():
    n = 60
    few = of_size(n, event=[int(k in (0, 3, 10, 21, 30, 33, 44)) for k in range(n)])
    group, explanation = told(few, thresholds=())[0]
    assert min(group.comparison.control.events, group.comparison.treated.events) < FEW_EVENTS
    assert facts(explanation)["Hazard ratio"].uncertain
    assert not facts(told(sample("mirocals"))[0][1])["Hazard ratio"].uncertain


def test_beside_every_hazard_ratio_one_quiet_word_says_whether_it_may_stand_for_all_times():
    seen = set()
    for name, threshold in (("mirocals", 3700), ("mirocals", 500), ("mirocals-null", 2700)):
        for group, explanation in told(sample(name), thresholds=(threshold,)):
            shown, word = facts(explanation)["Hazard ratio"], describe_proportional_hazards(group.comparison)
            seen.add(word)
            assert shown.word == (f"proportional hazards {word}" if word else "")
            assert not word or shown.behind == HAZARD_RATIO_OVER_TIME.key
    assert seen == {"plausible", "doubtful", ""}


@for_each(
    ("name", "words"),
    [
        ("nobody", "No participants are in this group"),
        ("nobody on treatment", "only Placebo has participants"),
        ("nobody on control", "only IL-2 has participants"),
        ("no events", "event"),
        ("one event", "1 event"),
    ],
)
def test_a_group_without_an_estimate_has_its_sentence(name: str, words: str):
    group, explanation = told(TRIALS[name])[0]
    assert isinstance(group.comparison.cox, NotEstimable)
    assert words.lower() in unify_spaces(explanation.sentence).lower()
    assert facts(explanation)["Hazard ratio"].value == "not estimable"
    assert facts(explanation)["Hazard ratio"].detail.endswith((".", ")"))


def test_without_events_in_one_arm_firths_estimate_stands_beside():
    group, explanation = told(TRIALS["events in one arm"])[0]
    assert isinstance(group.comparison.cox, NotEstimable)
    assert group.comparison.cox.firth is not None
    ratio = facts(explanation)["Hazard ratio"]
    assert ratio.uncertain
    assert "Firth" in ratio.detail
    assert f"{group.comparison.cox.firth.hr:.2f}" in ratio.detail


def test_where_nobody_is_followed_to_the_horizon_the_reader_is_told():
    trial = of_size(40, time=[float(k + 1) for k in range(40)], event=[int(k < 30) for k in range(40)])
    beyond = told(trial)[0][1]
    assert "not estimable after day 39" in unify_spaces(beyond.sentence)
    survival = facts(beyond)["Alive at 640\N{NO-BREAK SPACE}days"]
    assert unify_spaces(survival.value) == "not estimable after day 39"
    assert "not estimable" not in told(trial, horizon=20)[0][1].sentence
    assert "where follow-up ends" in facts(beyond)["Restricted mean"].detail
    ticks, arms, landmarks = beyond.tables
    assert all("not estimable after" in unify_spaces(row[-1]) for row in landmarks.rows)
    assert {row[2] for row in ticks.rows if row[1] not in ("0\N{NO-BREAK SPACE}days",)} == {"not estimable"}
    assert all("not estimable after" in row[3] for row in arms.rows)


def test_another_unit_of_time_is_used_throughout():
    days, months = (told(sample("mirocals"), unit=unit)[0][1] for unit in ("days", "months"))
    assert "640 days" in unify_spaces(days.sentence)
    assert "21 months" in unify_spaces(months.sentence)
    assert facts(days)["Hazard ratio"] == facts(months)["Hazard ratio"]
    assert "days" not in unify_spaces(str(months.facts)) + str(months.tables)
    mean = [_numbers(facts(e)["Restricted mean"].value)[0] for e in (days, months)]
    assert mean[0] == pytest.approx(mean[1] * 30.4375, abs=1.6)


def test_the_table_twin_has_the_curve_at_every_tick():
    result = survival_by_group(sample("mirocals"), Selection())
    explanation = told(sample("mirocals"))[0][1]
    curve = explanation.tables[0]
    assert len(curve.rows) == 2 * result.ticks.size
    for row in curve.rows:
        assert sum(_numbers(cell)[0] for cell in row[3:]) == 110
    assert curve.rows[0][2] == format_percent(1, decimals=1)


def test_medians():
    assert facts(told(TRIALS["no events"])[0][1])["Median"].detail == "not reached in either arm"
    assert "not reached" in facts(told(TRIALS["events in one arm"])[0][1])["Median"].value
    assert facts(told(TRIALS["nobody on treatment"])[0][1])["Median"].value.startswith("– v ")
    assert facts(told(TRIALS["nobody"])[0][1])["Median"] == Fact("Median", "–")
    everybody = facts(told(TRIALS["all die before the horizon"])[0][1])["Median"].value
    assert len(_numbers(everybody)) == 2


def test_the_horizon_is_told_in_the_readers_unit():
    assert (
        unify_spaces(at_horizon(survival_by_group(sample("mirocals"), Selection(unit="weeks")))) == "91 weeks"
    )


def test_one_participant_and_one_event_are_singular():
    explanation = told(of_size(1))[0][1]
    assert "1 participant ·" in explanation.subtitle
    assert describe_effect_in_group(
        survival_by_group(of_size(1, event=[1]), Selection()),
        survival_by_group(of_size(1, event=[1]), Selection()).overall,
        ArmNames("IL-2", "Placebo"),
    ).subtitle.endswith("1 death")
