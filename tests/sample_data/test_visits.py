"""The invented visits show what is published of MIROCALS, and the lessons nothing that is not there."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.longitudinal import fit_lines, sum_by_person
from mirodash.longitudinal.slopes import Lines
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each

TRIALS = ("mirocals", "mirocals-prognostic", "mirocals-null")


def lines_of(trial: Trial) -> Lines:
    series = trial.series["alsfrs_r"]
    sums = sum_by_person(series.person, series.day / 30.4375, series.value, trial.participants)
    above = (trial.numbers["csf_pnfh"].values > 3700).astype(int)
    found = fit_lines(sums, above, trial.arm.is_in(("IL-2",)), groups=2)
    assert isinstance(found, Lines)
    return found


def test_decline_is_slower_by_the_published_share_where_pnfh_is_low() -> None:
    slower = lines_of(sample("mirocals")).slowing(1, 0)
    assert not isinstance(slower, NotEstimable)
    assert slower.share == pytest.approx(0.23, abs=0.015)


def test_decline_and_noise_are_those_of_other_cohorts() -> None:
    """0.89 points a month in PRECISION-ALS with a standard deviation near 0.49; 1.6 points within people."""
    for name in TRIALS:
        lines = lines_of(sample(name))
        slope = lines.slope(0)
        assert not isinstance(slope, NotEstimable)
        assert slope.estimate == pytest.approx(-0.85, abs=0.15)
        assert lines.model.variance_slope**0.5 == pytest.approx(0.44, abs=0.08)
        assert lines.model.variance_residual**0.5 == pytest.approx(1.6, abs=0.1)


@for_each("name", TRIALS)
def test_cells_rise_and_ccl2_falls_at_every_visit_on_treatment(name: str) -> None:
    trial = sample(name)
    treated = trial.arm.is_in(("IL-2",))
    for key, sign in (("tregs", 1), ("ccl2", -1)):
        series = trial.series[key]
        for day in np.unique(series.day)[1:]:
            here = series.day == day
            means = [series.value[here & (treated[series.person] == arm)].mean() for arm in (False, True)]
            assert sign * (means[1] - means[0]) > 0, (key, day)


@for_each("name", TRIALS)
def test_nobody_is_measured_after_death_and_the_first_value_is_that_of_the_baseline(name: str) -> None:
    trial = sample(name)
    outcome = trial.outcomes["death"]
    for key, series in trial.series.items():
        assert (series.day < outcome.time[series.person]).all()
        if key in trial.numbers:
            first = series.day == 0
            baseline = trial.numbers[key].values[series.person[first]]
            np.testing.assert_array_equal(series.value[first], baseline)


def test_how_much_cells_respond_says_nothing_of_death_in_the_null_lesson() -> None:
    trial = sample("mirocals-null")
    series, outcome = trial.series["tregs"], trial.outcomes["death"]
    first = series.day == 8
    person = series.person[first]
    rise = series.value[first] - trial.numbers["tregs"].values[person]
    mine = trial.arm.is_in(("IL-2",))[person] & ~np.isnan(rise)
    high = rise[mine] > np.median(rise[mine])
    died = outcome.event[person[mine]]
    shares = died[high].mean(), died[~high].mean()
    assert abs(shares[0] - shares[1]) < 0.2
