"""A landmark analysis equals R's Cox model of who is alive after it, and a split by response misleads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from reference_cases import load_json

from mirodash.longitudinal.landmark import Landmark, analyse_landmark
from mirodash.plot.theme import LIGHT
from mirodash.questions.panel import show
from mirodash.questions.progression.landmark_panel import LANDMARKS, RESPONSE, analyse_response
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import sample
from tests.longitudinal.series import PARTICIPANTS, series

MADE = series()
NUMBER = np.arange(PARTICIPANTS)
RESPONSES = np.where(NUMBER % 11 == 0, np.nan, (NUMBER * 17) % 23 / 3)


def test_the_hazard_ratio_and_who_is_counted_equal_r() -> None:
    found = analyse_landmark(RESPONSES, MADE.days, MADE.died, np.log(MADE.marker), landmark=6)
    expected = load_json("longitudinal")["landmark"]
    assert isinstance(found, Landmark)
    assert (found.participants, found.events, found.gone) == (
        expected["participants"],
        expected["events"],
        expected["gone"],
    )
    assert found.participants + found.gone + found.unmeasured == PARTICIPANTS
    assert_allclose(
        (found.sd, found.coef, found.se), [expected[name] for name in ("sd", "coef", "se")], rtol=1e-8
    )


def test_a_response_without_spread_or_events_has_a_reason() -> None:
    same = np.ones(PARTICIPANTS)
    assert isinstance(analyse_landmark(same, MADE.days, MADE.died, None, landmark=6), NotEstimable)
    assert isinstance(analyse_landmark(RESPONSES, MADE.days, MADE.died, None, landmark=23), NotEstimable)


def test_on_a_trial_without_any_effect_responders_look_better_and_landmarks_do_not() -> None:
    found = analyse_response(sample("mirocals-null"), Selection())
    assert found is not None
    for marker in found.markers:
        assert [one.day for one in marker.landmarks if isinstance(one, Landmark)] == list(LANDMARKS)
        for one in marker.landmarks:
            assert isinstance(one, Landmark)
            assert one.ci[0] < 1 < one.ci[1]
    ever = found.markers[1].ever
    assert isinstance(ever, Landmark)
    assert np.exp(ever.coef / ever.sd) == pytest.approx(0.38, abs=0.01)
    shown = show(RESPONSE, sample("mirocals-null"), Selection(), LIGHT)
    assert shown is not None
    assert shown.figure is not None
    assert "association among treated survivors" in shown.explanation.sentence
    biased = [fact for fact in shown.explanation.facts if "split by response" in fact.label]
    assert all("biased" in fact.detail and "not to be quoted" in fact.detail for fact in biased)
    assert len(shown.explanation.tables[0].rows) == 2 * len(LANDMARKS)


def test_small_counts_and_trials_without_markers_show_nothing() -> None:
    guarded = show(RESPONSE, replace(sample("mirocals"), min_cell=5), Selection(), LIGHT)
    assert guarded is not None
    assert guarded.figure is None
    assert not any(
        character.isdigit() for row in guarded.explanation.tables[0].rows for character in row[2:7]
    )
    assert show(RESPONSE, sample("gbsg2"), Selection(), LIGHT) is None
