"""The search over thresholds of a trial: one answer everywhere, shares that add up, reasons where none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mirodash.questions.thresholds.threshold_scan import (
    SHARES,
    SearchedAt,
    evaluate_thresholds,
    search_thresholds,
    threshold_scan,
)
from mirodash.stratification.groups import MAX_CANDIDATES
from mirodash.stratification.selection import Declaration, Selection
from mirodash.stratification.strata import find_strata
from mirodash.survival import threshold_scan as scanned
from mirodash.survival.results import NotEstimable, ThresholdScan
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, of_size
from tests.profiles import for_each

MIROCALS = sample("mirocals")
DEFAULT = Selection()


def searched(trial: Trial, selection: Selection = DEFAULT, *, share: int = 2) -> ThresholdScan:
    found = search_thresholds(trial, selection, share=share)
    assert isinstance(found, ThresholdScan)
    return found


def told(trial: Trial, selection: Selection, *, share: int = 2) -> SearchedAt:
    found = evaluate_thresholds(trial, selection, share=share)
    assert isinstance(found, SearchedAt)
    return found


def by_hand(trial: Trial, *, within: tuple[str, ...], n_resamples: int) -> ThresholdScan:
    outcome = trial.outcomes["death"]
    values = trial.numbers[trial.dictionary.biomarkers[0].column].values
    treated = trial.arm.codes == trial.arm.names.index(trial.dictionary.treated)
    return scanned(
        outcome.time,
        outcome.event,
        treated,
        values,
        n_resamples=n_resamples,
        strata=find_strata(trial, within),
    )


def test_a_trial_is_searched_within_the_strata_of_its_randomisation():
    assert MIROCALS.dictionary.randomised_within == ("country", "onset")
    found = searched(MIROCALS)
    same = by_hand(MIROCALS, within=("country", "onset"), n_resamples=1000)
    assert (found.p_value_adjusted, found.envelope) == (same.p_value_adjusted, same.envelope)
    assert (found.best_threshold, found.n_resamples) == (same.best_threshold, 1000)
    without = by_hand(MIROCALS, within=(), n_resamples=1000)
    assert found.envelope != without.envelope
    assert told(MIROCALS, DEFAULT).within == ("country", "onset")


def test_the_built_in_trial_has_a_threshold_that_chance_rarely_finds_and_its_null_has_none():
    found = search_thresholds(MIROCALS, DEFAULT)
    null = search_thresholds(sample("mirocals-null"), DEFAULT)
    assert isinstance(found, ThresholdScan)
    assert isinstance(null, ThresholdScan)
    assert found.n_resamples == 10_000
    assert found.p_value_adjusted is not None
    assert null.p_value_adjusted is not None
    assert found.p_value_adjusted < 0.05 < null.p_value_adjusted


def test_every_share_adds_resamples_and_all_agree_on_the_sides():
    plain = threshold_scan(MIROCALS, DEFAULT)
    assert isinstance(plain, ThresholdScan)
    assert (plain.n_resamples, plain.p_value_adjusted, plain.envelope) == (0, None, None)
    one, three = searched(MIROCALS, share=1), searched(MIROCALS, share=3)
    assert (one.n_resamples, three.n_resamples) == (500, 1500)
    for scan in (one, three):
        np.testing.assert_array_equal(scan.hazard_ratio_below, plain.hazard_ratio_below)
        np.testing.assert_array_equal(scan.candidate, plain.candidate)
        assert scan.best_threshold == plain.best_threshold
    assert searched(MIROCALS, share=SHARES + 5).n_resamples == 500 * SHARES
    assert search_thresholds(MIROCALS, DEFAULT, share=-1) is plain


@for_each(
    "changes",
    [
        {"thresholds": (750.0, 2000.0)},
        {"unit": "months", "horizon": 300.0},
        {"strata": ("site",), "confidence": 0.8, "curves": "adjusted"},
        {"adjust": ("age",), "declared": Declaration((3700.0,), "Protocol", "2017-01-01")},
    ],
)
def test_what_does_not_change_who_is_compared_is_answered_from_memory(changes: dict[str, Any]):
    assert search_thresholds(MIROCALS, replace(DEFAULT, **changes), share=2) is searched(MIROCALS)


def test_other_participants_are_another_search():
    some = Selection(sites=("UK-01", "UK-02", "FR-02"))
    assert searched(MIROCALS, some).n_below[0] < searched(MIROCALS).n_below[-1]
    assert told(MIROCALS, some).looked_at < told(MIROCALS, DEFAULT).looked_at


def test_the_readers_threshold_has_the_p_value_of_the_scan():
    scan = searched(MIROCALS)
    assert scan.p_value_adjusted_at is not None
    values = MIROCALS.numbers["csf_pnfh"].values
    below = values[values <= 3700].max()
    assert below < 3700
    place = np.flatnonzero(scan.thresholds == below)[0]
    found = told(MIROCALS, DEFAULT)
    assert [one.threshold for one in found.at] == [3700]
    assert found.at[0].p == scan.p_value_adjusted_at[place]
    assert found.at[0].why_not == ""
    assert (found.p_best, found.n_resamples) == (scan.p_value_adjusted, 1000)
    assert found.looked_at == scan.candidate.sum()


def test_before_any_share_there_is_no_p_value_and_no_reason_against_one():
    found = told(MIROCALS, DEFAULT, share=0)
    assert (found.at[0].p, found.at[0].why_not, found.p_best) == (None, "", None)


BEYOND = "measured only as beyond a limit of the assay, and may be on either side of it."


@for_each(
    ("threshold", "why"),
    [
        (1.0, f"1 participant was {BEYOND}"),
        (99999.0, "One side of it holds 0 of the participants: the search needs at least 10."),
        (750.0, "One side of it holds 1 of the events: the search needs at least 3."),
        (6400.0, "The search goes from the 10th to the 90th percentile."),
    ],
)
def test_where_was_not_looked_the_reason_is_said(threshold: float, why: str):
    (one,) = told(MIROCALS, Selection(thresholds=(threshold,))).at
    assert (one.p, one.why_not) == (None, why)


def test_the_last_value_before_the_search_begins_is_outside_it():
    values = np.sort(MIROCALS.numbers["csf_pnfh"].values)
    first = np.flatnonzero(values >= np.quantile(values, 0.1))[0]
    at = told(MIROCALS, Selection(thresholds=tuple(values[first - 1 : first + 1].tolist()))).at
    assert [one.p is None for one in at] == [True, False]
    assert first / values.size == 0.1
    assert at[0].why_not.startswith("The search goes from")


def test_with_one_arm_the_arms_cannot_be_told_apart():
    (one,) = told(of_size(40, arm=["Placebo"] * 40), Selection(thresholds=(1100.0,))).at
    assert (one.p, one.why_not) == (None, "The arms cannot be distinguished.")


def test_with_more_values_than_a_slider_has_steps_every_value_is_searched():
    trial = of_size(900, biomarker=[float(100 + (53 * k) % 9973) for k in range(900)])
    scan = searched(trial, share=1)
    assert scan.thresholds.size <= MAX_CANDIDATES
    found = told(trial, Selection(thresholds=(4321.0,)), share=1)
    assert found.looked_at > MAX_CANDIDATES
    assert found.at[0].p is not None


def test_participants_of_unknown_stratum_are_one_more():
    n = 120
    sex = ["f", "m", None]
    trial = of_size(n, categories={"sex": [sex[k // 2 % 3] for k in range(n)]}, randomised_within=("sex",))
    codes = find_strata(trial, ("sex",))
    assert sorted(set(codes.tolist())) == [-1, 0, 1]
    same = by_hand(trial, within=("sex",), n_resamples=500)
    assert searched(trial, share=1).envelope == same.envelope


@for_each("name", DEGENERATE)
def test_hardly_any_data_give_a_sentence_or_a_scan(name: str):
    trial = DEGENERATE[name]
    scan = search_thresholds(trial, DEFAULT, share=1)
    found = evaluate_thresholds(
        trial, Selection(thresholds=(3000.0,)) if trial.dictionary.biomarkers else DEFAULT, share=1
    )
    if isinstance(scan, NotEstimable):
        assert scan.why.endswith(".")
        assert found == scan
        return
    assert isinstance(found, SearchedAt)
    assert (found.p_best is None) == (found.looked_at == 0)
    for one in found.at:
        assert (one.p is None) == bool(one.why_not)
        assert one.p is None or 0 < one.p <= 1
