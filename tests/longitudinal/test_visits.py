"""At every visit each is measured, alive and not measured, dead or not followed; means have intervals."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from reference_cases import load_json

from mirodash.longitudinal.visits import MeanDifference, assign_visits, compare_means, summarise_visits
from mirodash.survival.results import NotEstimable
from tests.longitudinal.series import MONTHS, series

MADE = series()
NAN = np.nan


def test_means_and_intervals_equal_r() -> None:
    value = np.full((MADE.arm.size, MONTHS.size), NAN)
    value[MADE.person, MADE.visit] = MADE.value
    for arm, expected in enumerate(load_json("longitudinal")["visit"]):
        found = summarise_visits(value, MADE.days * 100, MADE.died, MADE.arm == arm, visits=MONTHS)
        assert_allclose(found.mean[4], expected["mean"], rtol=1e-12)
        assert_allclose((found.lower[4], found.upper[4]), expected["ci"], rtol=1e-10)


def test_the_difference_of_means_equals_welchs_in_r() -> None:
    value = np.full(MADE.arm.size, NAN)
    here = MADE.visit == 4
    value[MADE.person[here]] = MADE.value[here]
    found, expected = compare_means(value, MADE.arm), load_json("longitudinal")["welch"]
    assert isinstance(found, MeanDifference)
    assert_allclose((found.estimate, found.se), (expected["estimate"], expected["se"]), rtol=1e-10)
    assert_allclose(found.ci, expected["ci"], rtol=1e-9)


def test_too_few_for_a_difference_is_a_reason() -> None:
    assert isinstance(compare_means([1.0, 2.0, NAN, 4.0], [0, 0, 1, 1]), NotEstimable)
    assert isinstance(compare_means([1.0, 1.0, 2.0, 2.0], [0, 0, 1, 1]), NotEstimable)


def test_everybody_is_in_one_state_at_every_visit() -> None:
    """Dead at 5; followed to 12 without a value at 6; lost at 4; measured shortly before death at 6."""
    value = np.array([[1, NAN, NAN], [2, NAN, 3], [4, NAN, NAN], [5, 6, NAN]])
    found = summarise_visits(value, [5, 12, 4, 5.9], [1, 0, 0, 1], [1, 1, 1, 1], visits=[0, 6, 12])
    assert found.measured.tolist() == [4, 1, 1]
    assert found.not_measured.tolist() == [0, 1, 0]
    assert found.dead.tolist() == [0, 1, 2]
    assert found.not_followed.tolist() == [0, 1, 1]
    assert found.mean.tolist() == [3, 6, 3]
    assert np.isnan(found.lower[1:]).all()


def test_a_day_belongs_to_the_nearest_visit() -> None:
    visits = MONTHS * 30.4375
    assert assign_visits(MADE.time * 30.4375, visits).tolist() == MADE.visit.tolist()


@given(st.data())
def test_the_states_sum_to_everybody(data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 8))
    value = np.array(
        data.draw(
            st.lists(
                st.lists(st.sampled_from([NAN, 1.0, 2.0]), min_size=3, max_size=3), min_size=n, max_size=n
            )
        ),
        dtype=np.float64,
    ).reshape(n, 3)
    time = data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    died = data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    found = summarise_visits(value, time, died, np.ones(n, dtype=bool), visits=[0, 4, 8])
    total = found.measured + found.not_measured + found.dead + found.not_followed
    assert total.tolist() == [n] * 3
    assert (np.isnan(found.mean) == (found.measured == 0)).all()
