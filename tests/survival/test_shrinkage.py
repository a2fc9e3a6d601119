"""Shrunken effects equal the integrals that R makes, and behave as shrinking should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.survival.meta_analysis import Shrinkage, shrink
from mirodash.survival.results import NotEstimable
from tests.profiles import for_each
from tests.reference_cases import load_json

SPREADS = load_json("subgroups")["spreads"]
LEVELS = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.05, 2)), min_size=2, max_size=20)


def shrunken(effect: list[float], se: list[float], confidence: float = 0.95) -> Shrinkage:
    found = shrink(effect, se, confidence=confidence)
    assert isinstance(found, Shrinkage)
    return found


@for_each("name", SPREADS)
def test_equals_the_integrals_over_tau_that_r_makes(name: str) -> None:
    case = SPREADS[name]
    ours, theirs = shrunken(case["effect"], case["se"]), case["shrinkage"]
    for part in ("estimate", "se", "lower", "upper", "weight"):
        assert getattr(ours, part) == pytest.approx(theirs[part], abs=1e-7), part
    assert (ours.mean, ours.tau) == pytest.approx((theirs["mean"], theirs["tau"]), abs=1e-8)


@given(LEVELS)
def test_every_effect_moves_towards_the_mean_and_becomes_more_certain(
    levels: list[tuple[float, float]],
) -> None:
    effect, se = np.array(levels).T
    ours = shrunken(effect.tolist(), se.tolist())
    assert (ours.estimate >= effect.min() - 1e-9).all()
    assert (ours.estimate <= effect.max() + 1e-9).all()
    assert ((ours.weight > 0) & (ours.weight < 1)).all()
    assert (ours.lower < ours.estimate).all()
    assert (ours.estimate < ours.upper).all()


@given(LEVELS)
def test_calling_the_other_arm_treated_turns_every_sign(levels: list[tuple[float, float]]) -> None:
    effect, se = np.array(levels).T
    one, other = shrunken(effect.tolist(), se.tolist()), shrunken((-effect).tolist(), se.tolist())
    assert other.estimate == pytest.approx(-one.estimate, abs=1e-9)
    assert other.upper == pytest.approx(-one.lower, abs=1e-9)


def test_the_less_a_level_says_the_more_it_is_drawn_to_the_mean() -> None:
    ours = shrunken([-1.0, -1.0, 0.2, 0.3], [0.1, 0.8, 0.2, 0.2])
    assert ours.weight[1] < ours.weight[0]
    assert ours.estimate[0] < -0.8 < ours.estimate[1]


def test_levels_that_are_alike_are_shrunken_to_one_effect() -> None:
    ours = shrunken([-0.3] * 8, [0.3] * 8)
    assert ours.estimate == pytest.approx(-0.3)
    assert (ours.se < 0.3).all()


def test_two_levels_are_not_called_equal_when_chance_could_have_made_the_difference() -> None:
    ours = shrunken([-0.39, -0.10], [0.34, 0.28])
    assert 0.03 < ours.estimate[1] - ours.estimate[0] < 0.29
    assert ours.tau > 0.1


def test_an_interval_covers_what_it_says() -> None:
    """Effects drawn from the model itself lie within their intervals as often as they should."""
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(400):
        tau = abs(rng.normal(0, 0.5))
        se = rng.uniform(0.2, 0.6, 5)
        truth = rng.normal(-0.2, tau, 5)
        ours = shrunken(rng.normal(truth, se).tolist(), se.tolist(), confidence=0.8)
        inside += ((ours.lower < truth) & (truth < ours.upper)).tolist()
    assert np.mean(inside) == pytest.approx(0.8, abs=0.03)


def test_one_level_has_nothing_to_be_shrunken_towards() -> None:
    assert isinstance(shrink([0.1], [0.2]), NotEstimable)
    assert isinstance(shrink([], []), NotEstimable)


@for_each(("effect", "se"), [([0.1, 0.2], [0.1]), ([0.1, 0.2], [0.1, 0]), ([0.1, float("nan")], [1, 1])])
def test_what_is_not_an_estimate_is_refused(effect: list[float], se: list[float]) -> None:
    with pytest.raises(ValueError, match="effect and se"):
        shrink(effect, se)


def test_a_prior_without_width_is_refused() -> None:
    with pytest.raises(ValueError, match="scale"):
        shrink([0.1, 0.2], [0.1, 0.1], scale=0)
