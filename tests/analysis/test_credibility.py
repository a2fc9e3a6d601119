"""Which test belongs to a claim, and which answers its p-value and what was looked at leave open."""

from __future__ import annotations

from mirodash.questions.effect_along_biomarker import effect_by_biomarker
from mirodash.questions.group_interaction import choose_interaction_test, interaction
from mirodash.questions.subgroup_credibility import (
    Answer,
    Chance,
    ViewHistory,
    chance,
    credibility,
    highest_answers,
    highest_by_p,
)
from mirodash.questions.thresholds.threshold_scan import SearchedAt, evaluate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve, RatioOfHazardRatios
from mirodash.trial.store import sample
from tests.panels.views import TRIALS, of_size
from tests.profiles import for_each

PLAN = "prespecified=3700&prespecified-in=Plan+2.1&prespecified-on=2017-04-12"
ONE_LOOK = ViewHistory(1, 1, ("pnfh",), ())


def _view(query: str = "") -> Selection:
    return Selection.from_query(query)


@for_each(
    ("p", "highest"),
    [
        (1.0, "definitely-no"),
        (0.0500001, "definitely-no"),
        (0.05, "probably-no"),
        (0.0100001, "probably-no"),
        (0.01, "probably-yes"),
        (0.0050001, "probably-yes"),
        (0.005, "definitely-yes"),
        (0.0, "definitely-yes"),
        (None, "probably-no"),
    ],
)
def test_the_bands_of_p_end_where_the_instrument_ends_them(p: float | None, highest: str):
    assert highest_by_p(p).value == highest


def test_a_threshold_that_is_not_declared_has_the_p_that_allows_for_the_search():
    trial = sample("mirocals")
    found, expected = chance(trial, _view()), evaluate_thresholds(trial, _view())
    assert isinstance(expected, SearchedAt)
    assert (found.how, found.p) == ("searched", expected.at[0].p)


def test_the_p_of_several_thresholds_is_the_smallest_that_allows_for_the_search():
    trial, view = sample("mirocals"), _view("threshold=2000&threshold=3700")
    expected = evaluate_thresholds(trial, view)
    assert isinstance(expected, SearchedAt)
    assert chance(trial, view).p == min(one.p for one in expected.at if one.p is not None)


def test_only_exactly_the_declared_threshold_has_its_own_p():
    trial, view = sample("mirocals"), _view(PLAN)
    own = interaction(trial, view)
    assert isinstance(own, RatioOfHazardRatios)
    found = chance(trial, view)
    assert (found.how, found.p) == ("declared", choose_interaction_test(own)[0])
    assert credibility(trial, view).declared is view.declared
    for elsewhere in ("threshold=3600", "threshold=750&threshold=3700", "threshold="):
        moved = _view(f"{elsewhere}&{PLAN}")
        assert credibility(trial, moved).declared is None
        assert chance(trial, moved).how != "declared"


def test_without_a_threshold_nothing_was_searched():
    trial, view = sample("mirocals"), _view("threshold=")
    curve = effect_by_biomarker(trial, view).curve
    assert isinstance(curve, EffectCurve)
    assert chance(trial, view) == Chance("whole range", curve.p_lr)


def test_where_the_search_did_not_look_there_is_no_test_and_a_reason():
    found = chance(sample("mirocals"), _view("threshold=1"))
    assert (found.how, found.p, found.suggested) == ("none", None, False)
    assert found.why.endswith(".")


@for_each(("p", "suggested"), [(0.0999, True), (0.1, False), (None, False)])
def test_a_modification_is_suggested_below_a_tenth(p: float | None, suggested: bool):
    assert Chance("searched", p).suggested is suggested


def test_only_the_interaction_test_limits_an_answer():
    highest = highest_answers(credibility(sample("mirocals-null"), _view()))
    assert highest.pop("chance") is Answer.DEFINITELY_NO
    assert set(highest.values()) == {Answer.DEFINITELY_YES}


def test_the_overall_result_is_open_or_established_on_one_side():
    assert credibility(sample("mirocals"), _view()).overall == "open"
    assert credibility(sample("gbsg2"), _view()).overall == "for"
    swapped = _view("treated=no&control=yes")
    assert credibility(sample("gbsg2"), swapped).overall == "against"


def test_a_biomarker_of_two_values_has_no_scale_to_cut():
    two = of_size(40, biomarker=[float(1 + k // 2 % 2) for k in range(40)])
    assert not credibility(two, _view("threshold=1")).continuous
    assert credibility(sample("mirocals"), _view()).continuous


@for_each("name", TRIALS)
def test_every_trial_has_facts_or_reasons(name: str):
    for query in ("", "threshold=", "threshold=1000&threshold=5000"):
        view = _view(query if TRIALS[name].dictionary.biomarkers else "")
        found = credibility(TRIALS[name], view)
        assert (found.chance.p is None) == bool(found.chance.why)
        assert found.chance.p is None or 0 <= found.chance.p <= 1
