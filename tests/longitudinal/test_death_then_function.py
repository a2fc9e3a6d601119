"""Death and function together: counts equal R's pair by pair, ranks Wilcoxon's, win ratios those of WINS."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from reference_cases import load_json
from scipy.stats import mannwhitneyu

from mirodash.longitudinal.death_then_function import (
    RULES,
    Courses,
    DeathThenFunction,
    Rule,
    WinRatio,
    compare_death_then_function,
    gather_courses,
)
from mirodash.survival.results import NotEstimable
from tests.longitudinal.series import HORIZON, REAL_DATA, series
from tests.profiles import for_each, share_of_examples

EXPECTED = load_json("longitudinal")["pairs"]
MADE = series()


def compared(courses: Courses, rule: Rule = "joint_rank") -> DeathThenFunction:
    found = compare_death_then_function(courses, rule=rule)
    assert isinstance(found, DeathThenFunction)
    return found


def ratio_of(found: DeathThenFunction) -> WinRatio:
    assert isinstance(found.win_ratio, WinRatio)
    return found.win_ratio


@for_each("rule", RULES)
def test_every_pair_is_decided_as_in_r(rule: Rule) -> None:
    found, expected = compared(MADE.courses, rule), EXPECTED[rule]
    assert (found.wins, found.losses, found.ties) == tuple(expected[k] for k in ("wins", "losses", "ties"))
    assert_allclose(found.score, expected["score"])
    assert_allclose(found.mean_rank, expected["mean_rank"])
    assert_allclose((found.z, found.p), (expected["z"], expected["p"]), rtol=1e-10)
    reach = 1.959963984540054 * expected["net_benefit_se"]
    assert_allclose(found.net_benefit_ci, (found.net_benefit - reach, found.net_benefit + reach), rtol=1e-9)
    assert found.by_death + found.by_function + found.ties == found.pairs


def test_the_joint_rank_has_wilcoxons_p_value() -> None:
    assert EXPECTED["joint_rank"]["ties"] > 0
    found = compared(MADE.courses)
    assert found.p == pytest.approx(EXPECTED["joint_rank"]["wilcoxon"], rel=1e-10)
    treated = MADE.courses.treated
    by_scipy = mannwhitneyu(
        found.score[treated], found.score[~treated], method="asymptotic", use_continuity=False
    )
    assert found.p == pytest.approx(float(by_scipy.pvalue), rel=1e-10)


def prothro() -> Courses:
    """Return the prednisone trial with three years of follow-up; change is that of the prothrombin index."""
    if not (REAL_DATA / "prothro.csv").is_file():
        pytest.skip("The public trial is not here.")
    people = pd.read_csv(REAL_DATA / "prothros.csv").sort_values("id")
    long = pd.read_csv(REAL_DATA / "prothro.csv").sort_values(["id", "time"])
    person = np.searchsorted(people["id"].to_numpy(), long["id"].to_numpy())
    first = long.groupby("id")["pro"].first().to_numpy()
    return gather_courses(
        people["Time"],
        people["death"],
        (people["treat"] == "prednisone").astype(int),
        person=person,
        measured_at=long["time"],
        change=long["pro"].to_numpy() - first[person],
        horizon=3,
    )


@for_each(
    ("rule", "counts", "p"),
    [
        ("joint_rank", (26_751, 32_334, 402), 0.07295445),
        ("last_common_visit", (25_139, 30_386, 3_962), 0.066406),
        ("last_visit", (27_063, 31_910, 514), None),
    ],
)
def test_the_prednisone_trial_is_compared_as_in_r(
    rule: Rule, counts: tuple[int, ...], p: float | None
) -> None:
    found = compared(prothro(), rule)
    assert (found.wins, found.losses, found.ties) == counts
    assert p is None or found.p == pytest.approx(p, abs=5e-7)
    if rule == "joint_rank":
        assert_allclose(found.mean_rank, (255.62, 232.72), atol=0.005)


def test_the_win_ratio_of_the_prednisone_trial_is_that_of_wins() -> None:
    """WINS 1.5.1 printed these."""
    ratio = ratio_of(compared(prothro(), "last_visit"))
    assert ratio.ratio == pytest.approx(0.84810404, abs=5e-9)
    assert ratio.p == pytest.approx(0.10816787, abs=5e-9)
    assert_allclose(ratio.ci, (0.69367, 1.03692), atol=5e-6)


@for_each("rule", RULES)
def test_renaming_the_arms_inverts_the_ratio(rule: Rule) -> None:
    there = compared(MADE.courses, rule)
    c = MADE.courses
    back = compared(Courses(c.time, c.died, ~c.treated, c.measured_at, c.change), rule)
    assert (there.wins, there.losses, there.ties) == (back.losses, back.wins, back.ties)
    assert ratio_of(there).ratio == pytest.approx(1 / ratio_of(back).ratio)
    assert ratio_of(there).ci[0] == pytest.approx(1 / ratio_of(back).ci[1])
    assert there.net_benefit == -back.net_benefit
    assert there.z == pytest.approx(-back.z)
    assert there.probability == pytest.approx(1 - back.probability)


def test_a_survivor_never_measured_again_is_in_no_pair_and_counted() -> None:
    courses = gather_courses(
        [5, 9, 9, 9],
        [1, 0, 0, 0],
        [0, 0, 1, 1],
        person=[1, 2],
        measured_at=[3, 3],
        change=[-1, -2],
        horizon=9,
    )
    found = compared(courses)
    assert found.n == (2, 1)
    assert found.unknown == (0, 1)
    assert (found.wins, found.losses, found.by_death, found.by_function) == (1, 1, 1, 1)


def test_death_after_the_horizon_is_survival_and_later_values_do_not_count() -> None:
    courses = gather_courses(
        [30, 30], [1, 0], [0, 1], person=[0, 1, 0], measured_at=[5, 5, 25], change=[1, 0, -9], horizon=20
    )
    found = compared(courses)
    assert (found.losses, found.by_function) == (1, 1)


@for_each(
    ("died", "change", "why"),
    [
        ([0, 0], [2.0, 1.0], "No pair was won"),
        ([1, 0], [2.0, 1.0], "No pair was lost"),
        ([0, 0], [1.0, 1.0], "No pair was won"),
    ],
)
def test_a_ratio_that_does_not_exist_says_why(died: list[int], change: list[float], why: str) -> None:
    courses = gather_courses(
        [9, 9], died, [0, 1], person=[0, 1], measured_at=[1, 1], change=change, horizon=9
    )
    found = compared(courses)
    assert isinstance(found.win_ratio, NotEstimable)
    assert why in found.win_ratio.why


def test_an_arm_without_anybody_is_a_reason() -> None:
    courses = gather_courses([9, 9], [1, 0], [0, 1], person=[], measured_at=[], change=[], horizon=9)
    found = compare_death_then_function(courses)
    assert isinstance(found, NotEstimable)
    assert "treated arm" in found.why


def by_hand(courses: Courses) -> tuple[int, int, int, int]:
    """Wins, losses and pairs decided by death and by function, pair by pair, under the joint rank."""
    last = courses.last_change
    known = courses.died | ~np.isnan(last)
    wins = losses = death = function = 0
    for a in np.flatnonzero(known & courses.treated):
        for b in np.flatnonzero(known & ~courses.treated):
            either = bool(courses.died[a] or courses.died[b])
            values = (
                (courses.time[a], courses.time[b])
                if courses.died[a] and courses.died[b]
                else (last[a], last[b])
            )
            if courses.died[a] != courses.died[b]:
                values = (0, 1) if courses.died[a] else (1, 0)
            wins, losses = wins + (values[0] > values[1]), losses + (values[0] < values[1])
            decided = values[0] != values[1]
            death, function = death + (decided and either), function + (decided and not either)
    return int(wins), int(losses), int(death), int(function)


@share_of_examples(1)
@given(st.data())
def test_ranks_count_what_pairs_do(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 12))

    def column(strategy: Any) -> list[Any]:
        return data.draw(st.lists(strategy, min_size=n, max_size=n))

    measured = column(st.booleans())
    person = np.flatnonzero(measured)
    change = np.array(column(st.integers(-2, 2)), dtype=np.float64)[person]
    courses = gather_courses(
        column(st.integers(1, 4)),
        column(st.booleans()),
        column(st.booleans()),
        person=person,
        measured_at=np.full(person.size, 0.5),
        change=change,
        horizon=HORIZON,
    )
    found = compare_death_then_function(courses)
    if isinstance(found, NotEstimable):
        return
    assert (found.wins, found.losses, found.by_death, found.by_function) == by_hand(courses)
    assert np.isfinite([found.z, found.p, found.net_benefit, *found.net_benefit_ci]).all()
    assert found.score.sum() == pytest.approx(0)
