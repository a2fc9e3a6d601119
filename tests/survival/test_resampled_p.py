"""A p-value from resampling counts the trial itself, and agrees with the envelope that is drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.survival.results import compute_permutation_p_value, envelope, find_largest_z


def test_the_p_value_counts_the_trial_among_its_resamples() -> None:
    maxima = np.array([1.0, 2.0, 2.0, 3.0])
    p = compute_permutation_p_value(np.array([0.5, -2.0, 2.5, 3.5, np.nan]), maxima)
    np.testing.assert_allclose(p, [1, 4 / 5, 2 / 5, 1 / 5, np.nan])
    assert compute_permutation_p_value(np.array([2.0 + 1e-12]), maxima)[0] == 4 / 5


@given(
    st.lists(st.floats(0, 5), min_size=1, max_size=120), st.floats(0, 5), st.sampled_from([0.95, 0.9, 0.5])
)
def test_outside_the_envelope_is_where_p_is_small(maxima: list[float], score: float, level: float) -> None:
    drawn = np.array(maxima)
    edge = envelope(drawn, level)
    small = compute_permutation_p_value(np.array([score]), drawn)[0] <= 1 - level + 1e-12
    if edge is None:
        assert not small
    elif abs(score - edge) > 1e-6:
        assert small == (score > edge)


def test_with_too_few_resamples_nothing_is_outside() -> None:
    assert envelope(np.arange(18.0)) is None
    assert envelope(np.arange(19.0)) == 18.0
    assert envelope(np.empty(0)) is None


def test_the_most_impressive_score_is_the_farthest_from_none_to_either_side() -> None:
    assert find_largest_z(np.array([np.nan, 1.0, -4.0, 3.0])) == 2
    assert find_largest_z(np.full(3, np.nan)) is None
    assert find_largest_z(np.empty(0)) is None
