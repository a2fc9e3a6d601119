"""Every group is standardised to its own participants, and only when that was chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirodash.questions.survival_cards import standardise_survival
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import list_adjustable
from mirodash.survival.adjusted import StandardisedSurvival
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import sample
from tests.panels.views import DEGENERATE
from tests.profiles import for_each
from tests.reference_cases import load_json

MIROCALS = sample("mirocals")
CHOSEN = Selection(adjust=("age", "csf_pnfh", "svc", "sex", "el_escorial"), curves="adjusted")
R = load_json("adjusted")["mirocals"]


def test_equals_the_predictions_of_r_averaged() -> None:
    found = standardise_survival(MIROCALS, CHOSEN, 0)
    assert found is not None
    assert isinstance(found.curves, StandardisedSurvival)
    assert found.curves.at_horizon == pytest.approx([arm[-1] for arm in R["all"]["standardised"]], abs=1e-10)
    assert (found.curves.participants, found.left_out, found.missing) == (217, 3, (("svc", 3),))


def test_a_group_is_those_of_the_threshold() -> None:
    found = standardise_survival(MIROCALS, CHOSEN, 1)
    assert found is not None
    assert isinstance(found.curves, StandardisedSurvival)
    assert (found.curves.participants, found.curves.events) == (R["low"]["n"], R["low"]["events"])
    assert standardise_survival(MIROCALS, CHOSEN, 3) is None


def test_kaplan_and_meier_ask_for_nothing() -> None:
    assert standardise_survival(MIROCALS, replace(CHOSEN, curves=""), 0) is None


def test_moving_a_threshold_leaves_all_participants_alone() -> None:
    here, there = (standardise_survival(MIROCALS, replace(CHOSEN, thresholds=(c,)), 0) for c in (900, 4000))
    assert here is there


def test_nothing_to_adjust_for_is_said() -> None:
    found = standardise_survival(sample("gbsg2"), Selection(curves="adjusted"), 0)
    assert found is not None
    assert isinstance(found.curves, NotEstimable)
    assert "nothing is chosen to adjust for" in found.curves.why


@for_each("name", DEGENERATE)
def test_every_trial_has_curves_or_a_reason(name: str) -> None:
    trial = DEGENERATE[name]
    for columns in ((), list_adjustable(trial)[:1], list_adjustable(trial)):
        for place in range(3):
            found = standardise_survival(trial, Selection(adjust=columns, curves="adjusted"), place)
            curves = found.curves if found else NotEstimable(".")
            if isinstance(curves, NotEstimable):
                assert curves.why.endswith(".")
                continue
            if isinstance(curves.difference, NotEstimable):
                assert None in curves.at_horizon
                assert curves.difference.followed_to == min(curves.control.until, curves.treated.until)
                continue
            low, high = curves.difference.ci
            assert low <= curves.difference.estimate <= high
            assert all(share is not None and 0 <= share <= 1 for share in curves.at_horizon)
