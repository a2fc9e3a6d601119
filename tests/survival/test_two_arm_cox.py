"""The hazard ratio equals closed forms, and Newton's method arrives from far away."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from mirodash.survival.data import (
    EventTimes,
    count_risk_sets,
    count_shared_events,
    select_event_times,
    validate_follow_up,
)
from mirodash.survival.two_arm_cox import (
    ExplicitTies,
    fit_hazard_ratio,
    fit_two_arms,
    maximise_likelihood,
    sum_ties,
)
from tests.profiles import for_each
from tests.reference_cases import load_json


def counted(time: list[float], event: list[int], treated: list[int]) -> EventTimes:
    return select_event_times(
        count_risk_sets(validate_follow_up(time, event, treated), np.ones((1, len(time)), dtype=bool))
    )


def test_the_book() -> None:
    book = load_json("book")["book1"]
    efron = book["efron"]
    counts = counted(book["time"], book["status"], book["x"])
    fits = fit_two_arms(sum_ties(counts), np.array([True]))
    assert fits.coef[0] == pytest.approx(efron["beta"], rel=1e-10)
    assert fits.information[0] == pytest.approx(efron["information"], rel=1e-10)
    assert fits.gain[0] == pytest.approx(efron["loglik"] - efron["loglik_at_0"], rel=1e-10)
    assert fits.score[0] == pytest.approx(efron["score_at_0"] ** 2 / efron["information_at_0"], rel=1e-10)


def test_without_ties_the_closed_form_of_two_events() -> None:
    """Control of 2 + 2 at risk, then treated of 1 + 2: 1 = 2r / (2 + 2r) + 2r / (1 + 2r), so r² = 1/2."""
    counts = counted([1, 2, 3, 4], [1, 1, 0, 0], [0, 1, 0, 1])
    fits = fit_two_arms(sum_ties(counts), np.array([True]))
    assert np.exp(fits.coef[0]) == pytest.approx(0.5**0.5, rel=1e-10)


@for_each("swap", [False, True])
def test_newton_arrives_at_extreme_but_finite_estimates(swap: bool) -> None:
    """Hazard ratio in the thousands: 2,000 treated go first, one control among them."""
    time = np.arange(1.0, 4002.0)
    treated = np.concatenate((np.ones(2000), np.zeros(2001)))
    treated[1000], treated[2000] = 0, 1
    arm = (1 - treated if swap else treated).astype(int)
    counts = counted(time.tolist(), np.ones(time.size, dtype=int).tolist(), arm.tolist())
    ties = ExplicitTies(counts)
    coef = maximise_likelihood(ties, np.array([True]))
    best = minimize_scalar(lambda b: -ties.gain(np.array([b]))[0], bounds=(-20, 20), method="bounded")
    assert abs(coef[0]) > 5
    assert coef[0] == pytest.approx(best.x, abs=1e-3)
    assert ties.total(coef)[0][0] == pytest.approx(0, abs=1e-8)


def test_fits_that_do_not_exist_stay_nan_beside_those_that_do() -> None:
    observed = validate_follow_up([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1])
    members = np.array([[True] * 6, [True, False, True, False, True, True]])
    counts = select_event_times(count_risk_sets(observed, members))
    control, treated = count_shared_events(counts)
    assert (control.tolist(), treated.tolist()) == ([2, 2], [2, 0])
    fits = fit_two_arms(sum_ties(counts), (control > 0) & (treated > 0))
    assert np.isfinite(fits.coef[0])
    assert np.isnan([fits.coef[1], fits.information[1], fits.gain[1], fits.score[1]]).all()


def test_no_groups_at_all() -> None:
    counts = counted([1, 2], [1, 1], [0, 1])
    assert np.isnan(maximise_likelihood(sum_ties(counts), np.array([False]))[0])


def test_rounding_never_makes_a_likelihood_ratio_p_above_one() -> None:
    ratio = fit_hazard_ratio(0.0, 4.0, -1e-17, 0.0, confidence=0.95)
    assert (ratio.hr, ratio.se, ratio.p_lr, ratio.p_wald) == (1.0, 0.5, 1.0, 1.0)
    assert ratio.ci == pytest.approx((np.exp(-0.979982), np.exp(0.979982)), rel=1e-6)
