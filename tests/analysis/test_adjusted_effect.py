"""The adjusted effect of the built-in trial is R's, and every group of any trial is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirodash.questions.covariate_adjustment import AdjustedGroup, adjusted_effect
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import list_adjustable
from mirodash.survival.adjusted import AdjustedHazardRatio
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.store import sample
from tests.panels.views import DEGENERATE
from tests.profiles import for_each
from tests.reference_cases import load_json

MIROCALS = sample("mirocals")
CHOSEN = Selection(adjust=("age", "csf_pnfh", "svc", "sex", "el_escorial"))
R = load_json("adjusted")["mirocals"]


def groups_of(selection: Selection) -> tuple[AdjustedGroup, ...]:
    found = adjusted_effect(MIROCALS, selection)
    assert found is not None
    return found.groups


@for_each(
    ("selection", "place", "key"),
    [(CHOSEN, 0, "all"), (CHOSEN, 1, "low"), (Selection(), 0, "strata_alone")],
)
def test_equals_r(selection: Selection, place: int, key: str) -> None:
    group, theirs = groups_of(selection)[place], R[key]
    assert isinstance(group.adjusted, AdjustedHazardRatio)
    assert (group.participants, group.events) == (theirs["n"], theirs["events"])
    for ours, name in (("coef", "coef"), ("se", "se"), ("hr", "hr"), ("p", "p_wald")):
        assert getattr(group.adjusted, ours) == pytest.approx(theirs[name], rel=1e-8)
    assert group.adjusted.ci == pytest.approx(theirs["ci"], rel=1e-8)


def test_what_stands_beside_it_is_the_hazard_ratio_of_the_card() -> None:
    cards = survival_by_group(MIROCALS, CHOSEN).groups
    assert [group.unadjusted for group in groups_of(CHOSEN)] == [card.comparison.cox for card in cards]
    assert [group.label for group in groups_of(CHOSEN)] == [card.label for card in cards]


def test_those_with_a_missing_value_are_counted_and_compared_without_adjusting() -> None:
    overall = groups_of(CHOSEN)[0]
    assert overall.left_out + overall.participants == MIROCALS.participants
    assert (overall.left_out, overall.missing) == (3, (("svc", 3),))
    assert isinstance(overall.same_people, HazardRatio)
    assert overall.same_people != overall.unadjusted
    assert groups_of(Selection(adjust=("age",)))[0].same_people is None


def test_only_what_changes_the_model_changes_the_answer() -> None:
    shown_otherwise = replace(CHOSEN, horizon=300.0, unit="months", curves="adjusted")
    assert adjusted_effect(MIROCALS, shown_otherwise) is adjusted_effect(MIROCALS, CHOSEN)
    stricter = adjusted_effect(MIROCALS, replace(CHOSEN, confidence=0.9))
    assert stricter is not None
    narrow, wide = stricter.overall.adjusted, groups_of(CHOSEN)[0].adjusted
    assert isinstance(narrow, AdjustedHazardRatio)
    assert isinstance(wide, AdjustedHazardRatio)
    assert wide.ci[0] < narrow.ci[0] < narrow.ci[1] < wide.ci[1]


@for_each("name", DEGENERATE)
def test_every_trial_has_an_answer_or_a_reason(name: str) -> None:
    trial = DEGENERATE[name]
    for columns in ((), list_adjustable(trial)[:1], list_adjustable(trial)):
        found = adjusted_effect(trial, Selection(adjust=columns))
        for group in found.groups if found else ():
            ratio = group.adjusted
            assert isinstance(ratio, NotEstimable) or 0 < ratio.ci[0] < ratio.hr < ratio.ci[1]
            assert not isinstance(ratio, NotEstimable) or ratio.why.endswith(".")
            assert len(getattr(ratio, "why", "")) < 300


def test_nothing_chosen_in_a_trial_without_strata_is_no_question() -> None:
    assert adjusted_effect(sample("gbsg2"), Selection()) is None


def test_few_events_with_many_sites_have_an_answer() -> None:
    # 17 events and 11 terms: Newton's method from 0 overshoots unless steps are halved
    few = Selection.from_query(
        "range.alsfrs_slope=..0.832&keep.sex=M&adjust=onset_months&adjust=site&adjust=serum_nfl"
    )
    group = groups_of(few)[2]
    assert (group.participants, group.events) == (19, 17)
    assert isinstance(group.adjusted, AdjustedHazardRatio)
    # R 4.2.2, survival 3.5: coxph(~ treated + onset_months + site + log(serum_nfl) + strata(onset))
    assert (group.adjusted.coef, group.adjusted.se) == pytest.approx((1.66661397390, 1.81199710898), rel=1e-9)
