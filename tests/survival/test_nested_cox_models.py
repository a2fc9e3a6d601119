"""A Cox model and its smaller neighbour fitted together, against the two fitted one by one."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from mirodash.errors import CannotComputeError
from mirodash.survival.cox import fit_cox_model, nested_cox_models
from mirodash.survival.cox_likelihood import maximise, solve
from mirodash.survival.results import Numbers
from tests.profiles import for_each

NAMES = ("treatment", "biomarker", "treatment × biomarker")


def trial(seed: int, *, ties: int, size: int = 80) -> tuple[Numbers, Numbers, Numbers]:
    """Time, event and covariates; ``ties`` is how many distinct times there are."""
    rng = np.random.default_rng(seed)
    treated, marker = rng.integers(0, 2, size).astype(float), rng.normal(size=size)
    covariates = np.column_stack((treated, marker, treated * marker))
    time = rng.exponential(np.exp(-covariates @ [0.4, 1.2, -0.7]))
    return np.ceil(time / time.max() * ties), rng.random(size) < 0.8, covariates


@for_each("ties", [3, 40, 100_000])
@for_each("kept", [1, 2])
def test_both_are_the_models_fitted_one_by_one(ties: int, kept: int) -> None:
    for seed in range(5):
        time, event, covariates = trial(seed, ties=ties)
        found = nested_cox_models(time, event, covariates, names=NAMES, kept=kept)
        larger, smaller = (
            fit_cox_model(time, event, covariates),
            fit_cox_model(time, event, covariates[:, :kept]),
        )
        np.testing.assert_array_equal(found.full.coef, larger.coef)
        np.testing.assert_array_equal(found.full.covariance, larger.covariance)
        assert found.loglik_without == pytest.approx(smaller.loglik, rel=1e-13)
        assert found.statistic == pytest.approx(2 * (larger.loglik - smaller.loglik), abs=1e-10)


def test_covariates_in_a_few_cells_give_the_same() -> None:
    time, event, covariates = trial(3, ties=30)
    few = np.round(covariates[:, :2]).clip(-1, 1)
    crossed = np.column_stack((few, few[:, 0] * few[:, 1]))
    found = nested_cox_models(time, event, crossed, names=NAMES, kept=2)
    assert found.loglik_without == pytest.approx(fit_cox_model(time, event, few).loglik, rel=1e-13)


def test_why_the_larger_model_cannot_be_fitted_is_said() -> None:
    time, event, covariates = trial(1, ties=50)
    covariates[:, 2] = covariates[:, 0] + covariates[:, 1]
    with pytest.raises(CannotComputeError, match="The treatment × biomarker is fixed by treatment and"):
        nested_cox_models(time, event, covariates, names=NAMES, kept=2)


def test_a_beginning_from_which_nothing_climbs_leaves_the_smaller_model_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time, event, covariates = trial(2, ties=50)

    def lose_the_beginning(*given: object, **options: object) -> object:
        beta, found, steps = maximise(*given, **options)  # type: ignore[arg-type]
        return beta, None if options.get("height_only") else found, steps

    monkeypatch.setattr(import_module("mirodash.survival.cox"), "maximise", lose_the_beginning)
    found = nested_cox_models(time, event, covariates, names=NAMES, kept=2)
    assert found.loglik_without == fit_cox_model(time, event, covariates[:, :2]).loglik


def test_a_step_is_solved_whether_or_not_the_information_is_positive() -> None:
    score = np.array([1.0, -2.0])
    for information in ([[2.0, 0.5], [0.5, 1.0]], [[1.0, 3.0], [3.0, 1.0]]):
        np.testing.assert_allclose(np.array(information) @ solve(np.array(information), score), score)
    with pytest.raises(np.linalg.LinAlgError):
        solve(np.ones((2, 2)), score)
