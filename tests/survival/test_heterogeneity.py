"""The spread between sites equals what R's root finder gives, and is none where chance explains all."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.survival.meta_analysis import Heterogeneity, heterogeneity
from mirodash.survival.results import NotEstimable
from tests.profiles import for_each
from tests.reference_cases import load_json

SPREADS = load_json("subgroups")["spreads"]


def spread(effect: list[float], se: list[float]) -> Heterogeneity:
    found = heterogeneity(effect, se)
    assert isinstance(found, Heterogeneity)
    return found


@for_each("name", SPREADS)
def test_equals_r(name: str) -> None:
    case = SPREADS[name]
    ours, theirs = spread(case["effect"], case["se"]), case["heterogeneity"]
    assert ours.df == len(case["effect"]) - 1
    assert (ours.q, ours.p, ours.i_squared) == pytest.approx(
        (theirs["q"], theirs["p"], theirs["i_squared"]), rel=1e-10
    )
    assert ours.tau == pytest.approx(theirs["tau"], abs=1e-7)
    expected = theirs["tau_ci"]
    assert ours.tau_ci == (None if expected is None else pytest.approx(expected, abs=1e-6))


def test_effects_closer_than_chance_have_no_spread() -> None:
    ours = spread([-0.2, -0.21, -0.19], [0.3, 0.3, 0.3])
    assert (ours.tau, ours.i_squared, ours.tau_ci) == (0.0, 0.0, None)


def test_identical_effects_have_no_spread() -> None:
    assert spread([-0.2, -0.2], [0.3, 0.3]).q == pytest.approx(0, abs=1e-20)


def test_the_spread_between_many_levels_is_found() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(0, 0.6, 400)
    ours = spread(rng.normal(truth, 0.3).tolist(), [0.3] * 400)
    assert ours.tau == pytest.approx(0.6, abs=0.06)
    assert ours.tau_ci is not None
    assert ours.tau_ci[0] < 0.6 < ours.tau_ci[1]


def test_one_level_has_no_spread_to_estimate() -> None:
    assert isinstance(heterogeneity([0.1], [0.2]), NotEstimable)
