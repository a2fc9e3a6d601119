"""Cumulative incidence beside a competing event, as R's ``survfit`` of a factor of events."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from reference_cases import FOLDER, load_json

from mirodash.survival import compare_arms, estimate_kaplan_meier
from mirodash.survival.competing_events import estimate_cumulative_incidence
from mirodash.survival.results import ArmComparison, Difference, HazardRatio, NotEstimable
from tests.profiles import for_each, share_of_examples

close = pytest.approx


def columns(name: str) -> dict[str, Any]:
    """Return the columns that ``competing.R`` makes of pbc."""
    with (FOLDER / "pbc.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    time = np.array([float(row["time"]) for row in rows])
    status = np.array([int(row["status"]) for row in rows])
    k = np.arange(time.size)
    entry = np.where(k % 4 == 0, 0, np.floor(time * ((k * 7) % 10) / 12)) if name == "late" else None
    if name == "months":
        time = np.floor(time / 91) + 1
    treated = np.array([row["trt"] == "1" for row in rows])
    return {"time": time, "event": status == 2, "competing": status == 1, "entry": entry, "treated": treated}


def compare(given: dict[str, Any], *, horizon: float, ticks: Any = (0.0,)) -> ArmComparison:
    members = np.ones((1, given["time"].size), dtype=bool)
    return compare_arms(**given, members=members, horizon=horizon, ticks=ticks)[0]


@for_each(name=("days", "months", "late"), arm=("control", "treated"))
def test_cumulative_incidence_is_that_of_r(name: str, arm: str) -> None:
    given, expected = columns(name), load_json("competing")[name]
    treated = given.pop("treated")
    mine = treated == (arm == "treated")
    own = {key: None if column is None else column[mine] for key, column in given.items()}
    found, theirs = estimate_cumulative_incidence(**own), expected[arm]
    assert found.time.tolist() == theirs["time"]
    assert found.estimate == close(np.array(theirs["estimate"]), abs=1e-12)
    assert found.event_free == close(np.array(theirs["event_free"]), abs=1e-12)
    assert found.standard_error == close(np.array(theirs["std_err"]), abs=1e-10)
    known = ~np.isnan(found.lower)
    assert known.sum() > 10
    for ours, name_of_it in ((found.lower, "lower"), (found.upper, "upper")):
        told = np.array([np.nan if value is None else value for value in theirs[name_of_it]], dtype=float)
        assert ours[known] == close(told[known], abs=1e-10)
    assert found.time_lost(expected["tau"]) == close((theirs["time_lost"], theirs["time_lost_se"]), abs=1e-8)


@for_each(name=("days", "late"))
def test_arms_are_compared_by_the_incidence_and_the_cause_specific_hazard(name: str) -> None:
    given, expected = columns(name), load_json("competing")[name]
    found, tau = compare(given, horizon=expected["tau"]), expected["tau"]
    assert isinstance(found.cox, HazardRatio)
    assert (found.cox.coef, found.cox.se) == close((expected["coef"], expected["se"]), abs=1e-8)
    shares, errors = [], []
    for arm in ("control", "treated"):
        summary, theirs = getattr(found, arm), expected[arm]
        place = np.searchsorted(theirs["time"], tau, side="right") - 1
        assert summary.survival_at.estimate == close(1 - theirs["estimate"][place], abs=1e-12)
        assert summary.rmst.estimate == close(tau - theirs["time_lost"], abs=1e-8)
        assert summary.rmst.se == close(theirs["time_lost_se"], abs=1e-8)
        shares.append(theirs["estimate"][place])
        errors.append(theirs["std_err"][place])
    assert isinstance(found.survival_difference, Difference)
    assert found.survival_difference.estimate == close(shares[0] - shares[1], abs=1e-12)
    assert found.survival_difference.se == close(np.hypot(*errors), abs=1e-10)


def test_counts_at_every_tick_sum_to_everybody() -> None:
    given = columns("days")
    found = compare(given, horizon=1826, ticks=(0.0, 500.0, 1826.0, 9_999.0))
    for arm in (found.control, found.treated):
        table = arm.at_risk
        assert table.competing is not None
        total = table.at_risk + table.events + table.censored + table.competing
        assert total.tolist() == [arm.n] * 4
        assert arm.competing == table.competing[-1] > 0


def test_follow_up_ends_by_censoring_alone() -> None:
    given = columns("days")
    found = compare(given, horizon=1826)
    mine = ~given["treated"]
    censored = ~(given["event"] | given["competing"])[mine]
    reverse = estimate_kaplan_meier(given["time"][mine], censored)
    half = reverse.time[np.flatnonzero(reverse.estimate <= 0.5)[0]]
    assert found.control.follow_up == half


@for_each(name=("days", "months", "late"))
def test_without_competing_events_it_is_one_minus_kaplan_meier(name: str) -> None:
    given = columns(name)
    given["competing"] = np.zeros(given["time"].size, dtype=bool)
    with_them = compare(given, horizon=900)
    del given["competing"]
    members = np.ones((1, given["time"].size), dtype=bool)
    without = compare_arms(**given, members=members, horizon=900, ticks=(0.0,))[0]
    assert with_them.cox == without.cox
    assert with_them.logrank == without.logrank
    for arm in ("control", "treated"):
        ours, theirs = getattr(with_them, arm), getattr(without, arm)
        assert ours.curve.estimate == close(theirs.curve.estimate, abs=1e-12)
        assert ours.rmst.estimate == close(theirs.rmst.estimate, abs=1e-9)
        assert (ours.median, ours.follow_up) == (theirs.median, theirs.follow_up)


def test_the_order_of_participants_and_names_of_arms_change_nothing() -> None:
    given = columns("late")
    order = np.random.default_rng(5).permutation(given["time"].size)
    shuffled = {key: column[order] for key, column in given.items()}
    found, again = compare(given, horizon=1826), compare(shuffled, horizon=1826)
    renamed = compare({**given, "treated": ~given["treated"]}, horizon=1826)
    for other, sign in ((again, 1), (renamed, -1)):
        assert isinstance(found.survival_difference, Difference)
        assert isinstance(other.survival_difference, Difference)
        expected = sign * found.survival_difference.estimate
        assert other.survival_difference.estimate == close(expected, abs=1e-12)
        assert other.survival_difference.se == close(found.survival_difference.se, abs=1e-12)


def test_nobody_left_to_have_the_event_is_known_and_the_end_of_follow_up_is_not() -> None:
    event, other = np.array([1, 1, 0, 0, 0, 1], dtype=bool), np.array([0, 0, 1, 1, 1, 0], dtype=bool)
    given: dict[str, Any] = {"time": np.arange(1.0, 7.0), "event": event, "competing": other, "entry": None}
    given["treated"] = np.array([0, 1, 0, 1, 0, 1], dtype=bool)
    found = compare(given, horizon=100)
    assert found.control.survival_at is not None
    assert found.control.survival_at.estimate == close(2 / 3)
    given["competing"] = np.array([0, 0, 1, 1, 0, 0], dtype=bool)
    found = compare(given, horizon=100)
    assert found.control.survival_at is not None
    assert found.control.survival_at.estimate is None
    assert isinstance(found.survival_difference, NotEstimable)
    assert found.survival_difference.followed_to == 5


@share_of_examples(0.6)
@examples(
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 6), st.integers(0, 2)), min_size=1, max_size=30)
)
def test_shares_sum_to_one_and_rise(rows: list[tuple[int, int, int]]) -> None:
    entry = np.array([float(row[0]) for row in rows])
    time, status = entry + [row[1] for row in rows], np.array([row[2] for row in rows])
    one = estimate_cumulative_incidence(time, status == 1, status == 2, entry=entry)
    other = estimate_cumulative_incidence(time, status == 2, status == 1, entry=entry)
    assert one.estimate + other.estimate + one.event_free == close(np.ones(one.time.size), abs=1e-12)
    assert (np.diff(one.estimate) >= -1e-15).all()
    assert np.isfinite(one.standard_error).all()


def test_two_events_of_one_participant_are_refused() -> None:
    with pytest.raises(ValueError, match="1 participants have the event and the competing one"):
        estimate_cumulative_incidence([1.0, 2.0], [1, 0], [1, 0])
