"""Treatment × side of a threshold, fitted at many thresholds at once: as each of them fitted for itself."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.survival.cox import fit_cox_model
from mirodash.survival.interactions import compute_threshold_interaction, compute_threshold_interactions
from mirodash.survival.kaplan_meier import compute_chi_square_p_value
from mirodash.survival.results import NotEstimable, RatioOfHazardRatios


def make_trial(seed: int, *, late: bool) -> tuple[np.ndarray, ...]:
    """Follow-up in whole months, so that many events tie, with a biomarker that changes the effect."""
    random = np.random.default_rng(seed)
    people = 160
    treated = random.integers(0, 2, people)
    marker = random.normal(size=people)
    hazard = np.exp(0.4 * marker - 0.5 * treated * (marker > 0.2))
    time = np.ceil(12 * random.exponential(1 / hazard))
    event = (random.uniform(size=people) < 0.7).astype(int)
    entry = np.where(random.uniform(size=people) < 0.4, np.floor(random.uniform(size=people) * time), 0.0)
    return time, event, treated, marker, entry if late else np.zeros(people)


@pytest.mark.parametrize("late", [False, True])
def test_many_thresholds_at_once_are_as_each_for_itself_by_the_general_cox_model(late: bool) -> None:
    time, event, treated, marker, entry = make_trial(3, late=late)
    since = entry if late else None
    lines = np.quantile(marker, np.linspace(0.1, 0.9, 25))
    sides = (marker > lines[:, None]).astype(np.int64)
    # some have no value, not the same ones at every threshold
    sides[::2, :7] = -1
    found = compute_threshold_interactions(time, event, treated, sides, entry=since, groups=2)
    assert len(found) == len(lines)
    for side, told in zip(sides, found, strict=True):
        assert isinstance(told, RatioOfHazardRatios)
        inside = side >= 0
        columns = np.column_stack((treated, side, treated * side))[inside].astype(float)
        own = None if since is None else since[inside]
        full = fit_cox_model(time[inside], event[inside], columns, entry=own)
        without = fit_cox_model(time[inside], event[inside], columns[:, :2], entry=own)
        assert np.log(told.ratio) == pytest.approx(full.coef[2], abs=1e-10)
        reach = 1.959963984540054 * full.se[2]
        assert np.log(told.ci) == pytest.approx((full.coef[2] - reach, full.coef[2] + reach), abs=1e-9)
        alone = compute_threshold_interaction(time, event, treated, side, entry=since, groups=2)
        assert isinstance(alone, RatioOfHazardRatios)
        assert (alone.ratio, alone.p_lr, alone.p_wald) == pytest.approx(
            (told.ratio, told.p_lr, told.p_wald), rel=1e-10
        )
        statistic = 2 * (full.loglik - without.loglik)
        assert told.p_lr == pytest.approx(compute_chi_square_p_value(statistic), rel=1e-8)


def test_a_threshold_without_an_answer_says_why_and_leaves_the_others_alone() -> None:
    time, event, treated, marker, _ = make_trial(5, late=False)
    order = np.argsort(time)
    line = float(np.median(marker))
    usual = (marker > line).astype(np.int64)
    # above this one, the events of the treated all come after everybody else has left
    separated = np.zeros(time.size, dtype=np.int64)
    apart = order[-6:]
    separated[apart] = 1
    changed, happened = treated.copy(), event.copy()
    changed[apart], happened[apart] = [0, 0, 0, 1, 1, 1], 1
    nobody = np.zeros(time.size, dtype=np.int64)
    sides = np.stack([usual, separated, nobody])
    found = compute_threshold_interactions(time, happened, changed, sides, groups=2)
    alone = [compute_threshold_interaction(time, happened, changed, side, groups=2) for side in sides]
    assert list(found[1:]) == alone[1:]
    assert isinstance(found[0], RatioOfHazardRatios)
    assert isinstance(found[1], NotEstimable)
    assert "no finite estimate" in found[1].why
    assert isinstance(found[2], NotEstimable)
    assert "above the threshold" in found[2].why
