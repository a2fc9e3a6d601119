"""Precision of times and the horizon nobody said, by hand."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.trial.outcomes import default_horizon, to_file_precision
from mirodash.trial.precision import precision


def test_times_without_a_precision_are_left_alone_but_for_what_r_ties():
    thirds = np.array([1 / 3, 2 / 3, 1 / 3 + 1e-12, np.nan])
    times, merged = to_file_precision(thirds)
    assert merged == 1
    np.testing.assert_array_equal(times, [1 / 3, 2 / 3, 1 / 3, np.nan])


def test_times_of_nobody_stay_as_they_are():
    times, merged = to_file_precision(np.array([np.nan]))
    assert (np.isnan(times).all(), merged) == (True, 0)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50), st.integers(0, 4))
def test_noise_below_the_precision_disappears(whole: list[int], decimals: int):
    exact = np.round(np.array(whole) / 10.0**decimals, decimals)
    noisy = exact * (1 + 3e-16)
    assert (precision(noisy) or 0) <= decimals
    times, _ = to_file_precision(noisy)
    np.testing.assert_array_equal(times, exact)


@pytest.mark.r
def test_ties_are_the_ties_r_sees(rscript: str):
    draw = np.random.default_rng(1)
    near = [0.1 + 0.2, 0.3, 1.0, 1.0 + 1e-9, 1.0 + 1e-6, 2.0, 1e3 / 3, 1e3 / 3 + 1e-7]
    samples = [draw.choice(near, size=draw.integers(2, 9)) for _ in range(60)]
    ours = [int(np.unique(to_file_precision(sample)[0]).size) for sample in samples]
    vectors = ",".join(f"c({','.join(repr(float(v)) for v in sample)})" for sample in samples)
    code = (
        f"for (t in list({vectors})) "
        "cat(length(survival::survfit(survival::Surv(t, rep(1, length(t))) ~ 1)$time), '')"
    )
    done = subprocess.run([rscript, "-e", code], capture_output=True, text=True, check=True)
    assert ours == [int(count) for count in done.stdout.split()]
    assert len(set(ours)) > 3


def test_the_horizon_is_the_latest_time_with_a_tenth_of_each_arm_at_risk():
    early, late = np.arange(1.0, 101.0), np.arange(1.0, 1001.0)
    assert default_horizon([late, late]) == 900
    assert default_horizon([early, late]) == 91
    assert default_horizon([np.full(20, 640.0), np.full(20, 640.0)]) == 640
    assert default_horizon([np.full(20, 0.0379), np.full(20, 9.0)]) == 0.037


def test_a_horizon_is_never_zero():
    assert default_horizon([np.zeros(5), np.array([0.0, 0.0, 3.0])]) == 3
    assert default_horizon([np.zeros(5), np.zeros(5)]) == 1
    assert default_horizon([np.array([]), np.array([])]) == 1
    assert default_horizon([np.full(20, 5e-324), np.full(20, 1e-300)]) == 1
