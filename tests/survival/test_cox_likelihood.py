"""The partial likelihood against Efron's formula written out, its own differences and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from reference_cases import load_json

from mirodash.survival.cox_likelihood import IndividualSums, Likelihood, index_events, maximise
from mirodash.survival.results import Numbers
from tests.profiles import for_each

BETA = np.array([0.3, -0.8])


def trial(*, tied: bool) -> tuple[Numbers, Numbers, Numbers]:
    rng = np.random.default_rng(5)
    time = rng.integers(0, 6, 40) if tied else rng.permutation(40)
    event = rng.random(40) < 0.7
    return time, event, rng.normal(size=(2, 40))


def likelihood_of(time: Numbers, event: Numbers, z: Numbers) -> Likelihood:
    slots = index_events(time.astype(np.int64), event.astype(np.bool_), None)
    return Likelihood(IndividualSums(slots), z, slots.tied)


def written_out(time: Numbers, event: Numbers, z: Numbers, beta: Numbers) -> float:
    predictor = beta @ z
    total = 0.0
    for t in np.unique(time[event]):
        dies = (time == t) & event
        whole, part = np.exp(predictor[time >= t]).sum(), np.exp(predictor[dies]).sum()
        d = int(dies.sum())
        total += predictor[dies].sum() - sum(np.log(whole - j / d * part) for j in range(d))
    return float(total)


@for_each("tied", [True, False])
def test_likelihood_is_efrons(tied: bool) -> None:
    time, event, z = trial(tied=tied)
    assert likelihood_of(time, event, z).at(BETA)[0] == pytest.approx(
        written_out(time, event, z, BETA), rel=1e-13
    )


@for_each("tied", [True, False])
def test_score_and_information_are_its_derivatives(tied: bool) -> None:
    likelihood = likelihood_of(*trial(tied=tied))
    _, score, information = likelihood.at(BETA)
    h = 1e-5
    ends = [(likelihood.at(BETA + h * unit), likelihood.at(BETA - h * unit)) for unit in np.eye(2)]
    np.testing.assert_allclose(score, [(up[0] - down[0]) / (2 * h) for up, down in ends], rtol=1e-7)
    np.testing.assert_allclose(information, [(down[1] - up[1]) / (2 * h) for up, down in ends], rtol=1e-7)


@for_each("book", ["book1", "book5"])
def test_closed_forms_of_the_survival_package(book: str) -> None:
    data = load_json("book")[book]
    z = np.array([data["x"]], dtype=np.float64)
    likelihood = likelihood_of(np.array(data["time"]), np.array(data["status"], dtype=np.bool_), z)
    known = data["efron"]
    start = likelihood.at(np.zeros(1))
    assert start[0] == pytest.approx(known["loglik_at_0"], rel=1e-12)
    assert start[1][0] == pytest.approx(known["score_at_0"], rel=1e-12)
    assert start[2][0, 0] == pytest.approx(known["information_at_0"], rel=1e-12)
    beta, found, _ = maximise(likelihood, start, z)
    assert found is not None
    assert beta[0] == pytest.approx(known["beta"], rel=1e-12)
    assert found[0] == pytest.approx(known["loglik"], rel=1e-12)
    assert found[2][0, 0] == pytest.approx(known["information"], rel=1e-11)


class Rising:
    """A likelihood that says it will rise and does not, or that has lost its curvature."""

    def __init__(self, value: float) -> None:
        self._value = value

    def at(self, beta: Numbers) -> tuple[float, Numbers, Numbers]:
        return (self._value if beta.any() else 0.0), np.ones(1), np.ones((1, 1))


@for_each(("value", "information"), [(-1.0, 1.0), (float("nan"), 1.0), (1.0, 0.0)])
def test_a_likelihood_that_cannot_be_climbed_has_no_maximum(value: float, information: float) -> None:
    start = (0.0, np.ones(1), np.full((1, 1), information))
    _, found, _ = maximise(Rising(value), start, np.ones((1, 3)))  # type: ignore[arg-type]
    assert found is None


def test_a_likelihood_that_never_settles_has_no_maximum() -> None:
    start = (0.0, np.ones(1), np.ones((1, 1)))
    _, found, steps = maximise(Rising(0.0), start, np.ones((1, 3)))  # type: ignore[arg-type]
    assert found is None
    assert steps == 100
