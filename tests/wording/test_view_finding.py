"""The finding of a view: both sides always, and never against a number that the page shows."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.finding import (
    MAX_SEARCHED,
    Finding,
    explain_finding,
    find,
    list_evidence,
    recall_finding,
    summarise_finding,
)
from mirodash.questions.group_effects import describe_caution
from mirodash.questions.statistics.absolute import format_shares_of_arms
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.threshold_evidence import Searched, find_threshold_evidence
from mirodash.stratification.selection import Declaration, LevelFilter, Selection
from mirodash.survival.results import HazardRatio
from mirodash.text.numbers import format_p_value, format_range, unify_spaces
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from tests.panels.views import KINDS_VIEWED, TRIALS, VIEWED, selections
from tests.profiles import for_each

MIROCALS = sample("mirocals")
DECLARED = Declaration((3700.0,), "Statistical analysis plan 2.1", "2017-04-12")


def _told(found: Finding) -> tuple[str, str]:
    told = explain_finding(found)
    return unify_spaces(told.title), unify_spaces(told.subtitle)


def test_the_question_of_the_trial_is_answered_in_two_sentences():
    happened, belief = _told(find(MIROCALS, Selection()))
    assert happened == (
        "With pNFH ≤ 3,700 pg/mL, 75 % were alive at 640 days on IL-2 and 60 % on placebo; "
        "with pNFH > 3,700 pg/mL, 23 % and 35 %."
    )
    assert belief == (
        "It is suggestive, not established, that the effect of IL-2 depends on pNFH; a change at "
        "3,700 pg/mL is not established; the overall comparison is not statistically significant."
    )


@for_each("name", [name for name in SAMPLES if name.startswith("mirocals-")])
def test_nothing_is_suggested_in_the_samples_without_an_interaction(name: str):
    found = find(sample(name), Selection())
    assert found.verdict is not None
    assert found.verdict.level == "not established"
    assert "not established" in _told(found)[1]


@for_each(
    ("selection", "level", "words"),
    [
        (Selection(thresholds=()), "suggestive", "Of 220 participants, 63 %"),
        (Selection(thresholds=()), "suggestive", "the hazard ratio goes from 0.25 at pNFH 760 pg/mL to 1.44"),
        (Selection(thresholds=(750.0, 3700.0)), "suggestive", "with 750 < pNFH ≤ 3,700 pg/mL, 73 % and 55 %"),
        (Selection(thresholds=(4172.0,)), "suggestive", "a change at 4,172 pg/mL withstands the correction"),
        (Selection(thresholds=(62.5,)), "suggestive", "the arms cannot be compared"),
        (Selection(declared=DECLARED), "suggestive", "at the declared 3,700 pg/mL the data suggest a"),
        (Selection(biomarker="serum_nfl"), "inconclusive", "after correction for 6 biomarkers"),
        (
            Selection(horizon=5000.0),
            "suggestive",
            "survival at 5,000 days is not estimable (haz",
        ),
        (Selection(filters=(LevelFilter("sex", ("F",)),)), "not established", "Among the 84 of 220 partic"),
        (Selection(sites=()), "not estimable", "No participants are selected"),
    ],
)
def test_what_the_view_is_changes_the_sentences(selection: Selection, level: str, words: str):
    found = find(MIROCALS, selection)
    assert found.verdict is not None
    assert found.verdict.level == level
    assert words in " ".join(_told(found))


def test_while_it_is_computed_the_finding_says_so_and_then_no_more():
    moved = Selection(thresholds=(1234.0,), filters=(LevelFilter("sex", ("F", "M")),))
    first = recall_finding(MIROCALS, moved)
    assert first.evidence is not None
    assert first.evidence.confirmed_by == "pending"
    assert "still being computed" in _told(first)[1]
    find(MIROCALS, moved)
    assert _told(recall_finding(MIROCALS, moved)) == _told(find(MIROCALS, moved))
    assert "being computed" not in _told(recall_finding(MIROCALS, replace(moved, thresholds=(2000.0,))))[1]


def test_among_too_many_participants_the_search_is_said_to_be_left_out():
    found = find(MIROCALS, Selection(), max_searched=MIROCALS.participants - 1)
    assert "the search over thresholds was left out" in _told(found)[1]
    assert MIROCALS.participants < MAX_SEARCHED


def test_a_slide_has_the_verdict_with_its_tests():
    (fact,) = summarise_finding(find(MIROCALS, Selection()))
    assert fact.value == "suggestive"
    assert "p = 0.0091" in unify_spaces(fact.detail)
    assert unify_spaces(fact.detail).endswith("best threshold p = 0.035; this one p = 0.30")


def test_small_counts_stay_out_of_the_finding():
    hiding = replace(MIROCALS, min_cell=10)
    for selection in (
        Selection(),
        Selection(thresholds=(913.0, 3700.0)),
        Selection(sites=(MIROCALS.site.names[0],)),
    ):
        happened, belief = _told(find(hiding, selection))
        ledger = " ".join(item.result for item in list_evidence(find(hiding, selection)))
        assert re.findall(r"(?<![\d.,])[0-9] (?:participants?|of)\b", f"{happened} {belief} {ledger}") == []


@given(st.sampled_from(KINDS_VIEWED), st.data())
def test_no_sentence_contradicts_a_number_of_the_page(name: str, data: st.DataObject):
    trial = VIEWED[name]
    _check(trial, data.draw(selections(trial)))


@for_each("name", SAMPLES)
def test_no_sentence_contradicts_a_number_at_usual_thresholds(name: str):
    trial = sample(name)
    for biomarker in trial.dictionary.biomarkers[:2]:
        middle = float(np.nanmedian(trial.numbers[biomarker.column].values))
        for thresholds in ((), (middle,), (middle / 2, middle)):
            _check(trial, Selection(biomarker=biomarker.column, thresholds=thresholds))


def _check(trial: Trial, selection: Selection) -> None:
    found = find(trial, selection, max_searched=MAX_SEARCHED)
    told = explain_finding(found)
    said = f"{told.title} {told.subtitle}"
    result = survival_by_group(trial, selection)
    assert "nan" not in said.lower()
    assert "None" not in said
    if not result.overall.comparison.n:
        assert told.subtitle == ""
        return
    _check_overall(trial, selection, said, told.facts[0].value)
    shown = result.groups[1:] or result.groups
    for group in shown:
        ats = (group.comparison.treated.survival_at, group.comparison.control.survival_at)
        if all(at is not None and at.estimate is not None for at in ats):
            treated, control = ats
            assert treated is not None
            assert control is not None
            assert all(share in told.title for share in format_shares_of_arms(treated, control))
    _check_tests(trial, selection, found, said)


def _check_overall(trial: Trial, selection: Selection, said: str, brief: str) -> None:
    """The overall clause agrees with the interval in view and with the banner."""
    cox = survival_by_group(trial, selection).overall.comparison.cox
    if not isinstance(cox, HazardRatio):
        assert "the overall effect cannot be estimated" in said.lower()
        return
    assert format_range(cox.ci) in brief
    open_, said = cox.ci[0] <= 1 <= cox.ci[1], said.lower()
    assert ("the overall comparison is not statistically significant" in said) == open_
    assert (describe_caution(trial, selection) is not None) == open_
    if not open_:
        assert f"overall, the hazard was {'lower' if cox.hr < 1 else 'higher'}" in said


def _check_tests(trial: Trial, selection: Selection, found: Finding, said: str) -> None:
    """Every p-value beside the finding is the page's own, and the verdict follows from them."""
    ledger = " ".join(item.result for item in list_evidence(found))
    said = said.lower()  # any clause can begin a sentence
    searched = find_threshold_evidence(trial, selection)
    if isinstance(searched, Searched) and searched.found.p_best is not None:
        assert format_p_value(searched.found.p_best) in ledger
        at = [one.p for one in searched.found.at]
        if searched.own is None:
            assert all(format_p_value(p) in ledger for p in at if p is not None)
            if "withstands the correction for the search" in said:
                assert all(p is None or p < 0.05 for p in at)
            if "a change at" in said and "is not established" in said.split("a change at")[1]:
                assert any(p is not None and p >= 0.05 for p in at)
    suggested = "suggestive" in said or "all tests in this trial agree" in said
    assert suggested == (found.verdict is not None and found.verdict.is_suggestive)


def test_a_trial_of_every_kind_has_a_finding():
    for name, trial in TRIALS.items():
        told = explain_finding(find(trial, Selection()))
        assert told.title.endswith("."), name
        assert re.search(r"[.;] ?[.;]", told.title + told.subtitle) is None, name
