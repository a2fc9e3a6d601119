"""A long computation stops at the block in which its budget is spent, and leaves nothing half-made behind."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from threading import Thread

import numpy as np
import pytest

from mirodash.budget import check_budget, limit_computing
from mirodash.errors import CannotComputeError, OverBudgetError
from mirodash.questions.thresholds.threshold_scan import evaluate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.cox import fit_cox_model
from mirodash.survival.data import validate_follow_up
from mirodash.survival.max_statistic import compute_permuted_maxima, search_test
from mirodash.survival.stepp import effect_in_windows
from mirodash.survival.threshold_search import find_best_thresholds, fit_both_sides
from mirodash.trial.store import sample
from tests.reference_cases import load_case

CASE = load_case("lung")
KNOWN = ~np.isnan(CASE.biomarker)
PEOPLE = (CASE.time, CASE.event, CASE.treated, CASE.biomarker)
TEST = search_test(*PEOPLE)
LONG: dict[str, Callable[[], object]] = {
    "the resamples of a search": lambda: compute_permuted_maxima(TEST, 2_000),
    "the two sides of thresholds": lambda: fit_both_sides(
        validate_follow_up(*PEOPLE[:3]), CASE.biomarker, TEST.thresholds
    ),
    "windows": lambda: effect_in_windows(*PEOPLE, horizon=CASE.time.max() / 2),
    "bootstrap samples": lambda: find_best_thresholds(*PEOPLE, numbers=range(3)),
    "a Cox model": lambda: fit_cox_model(CASE.time[KNOWN], CASE.event[KNOWN], CASE.biomarker[KNOWN, None]),
}


def ticking() -> Callable[[], float]:
    """Return a clock on which every look takes a second."""
    clock = itertools.count()
    return lambda: float(next(clock))


@pytest.mark.parametrize("compute", LONG.values(), ids=LONG)
def test_what_takes_long_stops_when_its_budget_is_spent(compute: Callable[[], object]) -> None:
    with limit_computing(0.5, clock=ticking()), pytest.raises(OverBudgetError, match="was stopped"):
        compute()


@pytest.mark.parametrize("compute", LONG.values(), ids=LONG)
def test_what_takes_long_ends_within_a_budget_that_is_large_enough(compute: Callable[[], object]) -> None:
    with limit_computing(1e9, clock=ticking()) as budget:
        compute()
    assert budget.spent >= 2, "it never looked at its budget"


def test_without_a_request_there_is_no_limit() -> None:
    check_budget()
    with limit_computing(-1.0, clock=ticking()), limit_computing(1e9, clock=ticking()):
        check_budget()
    check_budget()


def test_a_budget_is_of_one_thread() -> None:
    stopped: list[BaseException] = []

    def compute() -> None:
        try:
            check_budget()
        except OverBudgetError as error:
            stopped.append(error)

    with limit_computing(-1.0):
        other = Thread(target=compute)
        other.start()
        other.join()
        assert not stopped
        with pytest.raises(OverBudgetError):
            check_budget()


def test_an_answer_that_was_stopped_is_not_remembered() -> None:
    trial, selection = sample("mirocals"), Selection.from_query("threshold=3700&keep.onset=bulbar")
    with limit_computing(2.5, clock=ticking()), pytest.raises(OverBudgetError):
        evaluate_thresholds(trial, selection)
    found = evaluate_thresholds(trial, selection)
    assert found == evaluate_thresholds(trial, selection)
    assert found.n_resamples == 10_000


def test_an_answer_that_takes_too_long_is_not_one_that_does_not_exist() -> None:
    assert not issubclass(OverBudgetError, CannotComputeError)
