"""Standardised curves are R's predictions averaged, their intervals cover, and bad luck is put right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.survival.adjusted import StandardisedCurve, StandardisedSurvival, select_with_covariates
from mirodash.survival.results import NotEstimable, Numbers
from mirodash.survival.standardised_survival import MAX_TIMES, estimate_baseline_hazards, standardise_curves
from mirodash.trial.store import sample
from tests.adjusted_reference import load_adjusted
from tests.profiles import for_each
from tests.reference_cases import load_case, load_json

R = load_json("adjusted")["mirocals"]
MIROCALS = sample("mirocals")
DEATH = MIROCALS.outcomes["death"]
TREATED = MIROCALS.arm.is_in(("IL-2",))
NOTHING = np.zeros((MIROCALS.participants, 0))


def standardised(*columns: Any, **options: Any) -> StandardisedSurvival:
    found = standardise_curves(*columns, **options)
    assert isinstance(found, StandardisedSurvival), found
    return found


def at(curve: StandardisedCurve, values: Numbers, times: list[float]) -> list[float]:
    return values[np.searchsorted(curve.time, times, side="right") - 1].tolist()


def country_by_onset() -> np.ndarray[Any, Any]:
    assert MIROCALS.country is not None
    return MIROCALS.country.codes * 10 + MIROCALS.categories["onset"].codes


@for_each("name", ["veteran", "pbc", "lung"])
def test_the_curves_are_the_predictions_of_r_averaged(name: str) -> None:
    case = load_adjusted(name)
    ours = standardised(
        case.time, case.event, case.treated, case.covariates, strata=case.stratum, horizon=case.horizon
    )
    for curve, theirs in zip((ours.control, ours.treated), case.expected["standardised"], strict=True):
        assert at(curve, curve.estimate, case.expected["grid"]) == pytest.approx(theirs, abs=1e-12)
    assert ours.at_horizon == pytest.approx(
        [theirs[-1] for theirs in case.expected["standardised"]], abs=1e-12
    )


def test_strata_alone_are_standardised_as_r_does() -> None:
    ours = standardised(DEATH.time, DEATH.event, TREATED, NOTHING, strata=country_by_onset(), horizon=640)
    for curve, theirs in zip((ours.control, ours.treated), R["strata_alone"]["standardised"], strict=True):
        assert at(curve, curve.estimate, R["strata_alone"]["grid"]) == pytest.approx(theirs, abs=1e-12)


def test_with_treatment_alone_the_intervals_are_those_of_survfit() -> None:
    ours, theirs = standardised(DEATH.time, DEATH.event, TREATED, NOTHING, horizon=640), R["treatment_alone"]
    for arm, curve in enumerate((ours.control, ours.treated)):
        for values, key in (
            (curve.estimate, "estimate"),
            (curve.standard_error, "se"),
            (curve.lower, "lower"),
            (curve.upper, "upper"),
        ):
            assert at(curve, values, theirs["times"]) == pytest.approx(theirs[key][arm], abs=1e-12)


def test_with_covariates_the_standard_errors_are_those_of_the_bootstrap() -> None:
    theirs = R["bootstrap"]
    z = np.column_stack((MIROCALS.numbers["age"].values, np.log(MIROCALS.numbers["csf_pnfh"].values)))
    ours = standardised(DEATH.time, DEATH.event, TREATED, z, strata=country_by_onset(), horizon=640)
    for arm, curve in enumerate((ours.control, ours.treated)):
        assert at(curve, curve.estimate, theirs["times"]) == pytest.approx(theirs["point"][arm], abs=1e-12)
        # two hundred resamples leave 5 % of doubt about a standard error
        assert at(curve, curve.standard_error, theirs["times"]) == pytest.approx(theirs["se"][arm], rel=0.15)
    assert ours.difference.se == pytest.approx(theirs["difference_se"][-1], rel=0.1)
    assert ours.difference.estimate == pytest.approx(
        theirs["point"][1][-1] - theirs["point"][0][-1], abs=1e-12
    )


def simulated(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """A trial whose prognosis hangs on a covariate and a stratum; treatment halves the hazard."""
    z, stratum, arm = rng.normal(size=n), rng.integers(0, 2, n), rng.permutation(n) % 2
    hazard = 0.002 * np.exp(-0.7 * arm + 0.8 * z) * np.where(stratum, 2.0, 1.0)
    death, censored = rng.exponential(1 / hazard), rng.uniform(200, 900, n)
    return {
        "time": np.ceil(np.minimum(death, censored)),
        "event": death <= censored,
        "treated": arm,
        "covariates": z[:, None],
        "strata": stratum,
    }


def truth(horizon: float) -> tuple[float, float]:
    z = np.random.default_rng(0).normal(size=400_000)
    risk = 0.002 * horizon * np.exp(0.8 * z)
    control, treated = (
        float(np.mean([np.exp(-factor * k * risk).mean() for k in (1, 2)])) for factor in (1, np.exp(-0.7))
    )
    return control, treated


def test_intervals_cover_what_is_true_of_the_population() -> None:
    rng, horizon, trials = np.random.default_rng(2024), 365.0, 400
    control, treated = truth(horizon)
    hits = np.zeros(3)
    for _ in range(trials):
        found = standardised(**simulated(rng, 150), horizon=horizon)
        ends = [(curve.lower[-1], curve.upper[-1]) for curve in (found.control, found.treated)]
        ends.append(found.difference.ci)
        hits += [
            low < value < high
            for (low, high), value in zip(ends, (control, treated, treated - control), strict=True)
        ]
    # 95 % of 400 with a standard error of 1.1 %
    assert (np.abs(hits / trials - 0.95) < 0.035).all(), hits / trials


def test_an_unlucky_draw_of_the_arms_is_put_right() -> None:
    rng = np.random.default_rng(7)
    drawn = simulated(rng, 2000)
    # the treated are those with the worse prognosis more often than not
    worse = (drawn["covariates"][:, 0] + rng.normal(size=2000) > 0).astype(int)
    hazard = (
        0.002 * np.exp(-0.7 * worse + 0.8 * drawn["covariates"][:, 0]) * np.where(drawn["strata"], 2.0, 1.0)
    )
    death, censored = rng.exponential(1 / hazard), rng.uniform(200, 900, 2000)
    drawn |= {"time": np.minimum(death, censored), "event": death <= censored, "treated": worse}
    adjusted = standardised(**drawn, horizon=365)
    ignored = standardised(**(drawn | {"covariates": np.zeros((2000, 0))}), horizon=365)
    control, treated = truth(365.0)
    assert adjusted.difference.estimate == pytest.approx(treated - control, abs=0.05)
    assert ignored.difference.estimate < 0.05 < adjusted.difference.estimate


def test_survival_starts_at_one_never_rises_and_stays_within_its_interval() -> None:
    case = load_adjusted("pbc")
    found = standardised(
        case.time, case.event, case.treated, case.covariates, strata=case.stratum, horizon=case.horizon
    )
    for curve in (found.control, found.treated):
        assert (curve.time[0], curve.estimate[0]) == (0, 1)
        assert np.isnan(curve.lower[0])
        assert curve.time[-1] <= case.horizon
        assert (np.diff(curve.estimate) <= 0).all()
        assert (curve.lower[1:] < curve.estimate[1:]).all()
        assert (curve.estimate[1:] < curve.upper[1:]).all()
        assert not curve.estimate.flags.writeable
    low, high = found.difference.ci
    assert low < found.difference.estimate < high


def test_renaming_the_arms_exchanges_the_curves() -> None:
    case = load_adjusted("veteran")
    shared: dict[str, Any] = {"covariates": case.covariates, "strata": case.stratum, "horizon": case.horizon}
    plain = standardised(case.time, case.event, case.treated, **shared)
    swapped = standardised(case.time, case.event, ~case.treated, **shared)
    assert swapped.control.estimate == pytest.approx(plain.treated.estimate, abs=1e-9)
    assert swapped.control.lower[1:] == pytest.approx(plain.treated.lower[1:], abs=1e-8)
    assert swapped.difference.estimate == pytest.approx(-plain.difference.estimate, abs=1e-9)


def test_very_many_event_times_are_told_at_some_hundreds() -> None:
    rng = np.random.default_rng(3)
    n = 1500
    found = standardised(
        rng.exponential(size=n), np.ones(n), rng.integers(0, 2, n), rng.normal(size=(n, 1)), horizon=99.0
    )
    assert found.control.time.size == MAX_TIMES
    assert found.at_horizon == (found.control.estimate[-1], found.treated.estimate[-1])


def test_baseline_hazards_without_covariates_or_ties_are_those_of_nelson_and_aalen() -> None:
    case = load_case("veteran")
    spread = case.time + np.arange(case.time.size) * 1e-4
    people = select_with_covariates(spread, case.event, case.treated, np.zeros((spread.size, 0)))
    zeros = np.zeros((spread.size, 1))
    found = estimate_baseline_hazards(people, zeros, np.zeros(1), horizon=200.0, most=10_000)
    at_risk = np.array([(spread >= t).sum() for t in found.time[1:]])
    assert found.cumulative[0] == pytest.approx(np.concatenate(([0.0], np.cumsum(1 / at_risk))))
    assert found.variance[0] == pytest.approx(np.concatenate(([0.0], np.cumsum(1 / at_risk**2))))


def test_no_event_before_the_horizon_is_certain_survival() -> None:
    found = standardised(
        [50, 60, 70, 80, 90, 95], [1, 1, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1], np.zeros((6, 0)), horizon=10.0
    )
    assert (found.at_horizon, found.difference.estimate, found.difference.se) == ((1.0, 1.0), 0.0, 0.0)
    assert found.control.estimate.tolist() == [1.0]


def test_what_cannot_be_fitted_is_said() -> None:
    found = standardise_curves([1, 2, 3], [0, 0, 0], [0, 1, 0], np.zeros((3, 0)), horizon=5)
    assert found == NotEstimable("No events in either arm (0 of 3): the arms cannot be compared.")
