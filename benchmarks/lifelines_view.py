"""Everything the Explore page shows, computed with lifelines as its documentation shows it."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.exceptions import ConvergenceWarning
from lifelines.statistics import logrank_test, proportional_hazard_test
from lifelines.utils import restricted_mean_survival_time
from numpy.typing import NDArray
from scipy.integrate import IntegrationWarning
from scipy.stats import chi2

from benchmarks.people import People
from mirodash.survival.spline import default_knots, restricted_cubic_spline

CURVE_POINTS = 120


def view(
    people: People, *, threshold: float, horizon: float, ticks: NDArray[np.float64], mean_error: bool
) -> float:
    """All groups, the interaction, the effect along the biomarker, its spread and who is where.

    ``mean_error`` says whether to ask for the variance of the restricted mean, which takes most of the time.

    Returns
    -------
    float
        The log hazard ratio at or below the threshold.
    """
    table = _table(people)
    upper = people.biomarker > threshold
    fits = [
        _one_group(table[mask], horizon=horizon, ticks=ticks, mean_error=mean_error)
        for mask in (np.ones(upper.size, dtype=bool), ~upper, upper)
    ]
    crossed = table.assign(upper=upper.astype(float), both=table["treated"] * upper)
    _likelihood_ratio(crossed, ["treated", "upper"], ["both"])
    _along_biomarker(table, np.log(people.biomarker))
    edges = np.geomspace(people.biomarker.min(), people.biomarker.max(), 25)
    for arm in (people.treated, ~people.treated):
        np.histogram(people.biomarker[arm], edges)
    pd.crosstab(people.treated, upper)
    return float(fits[1].params_.iloc[0])


def both_sides(people: People, thresholds: NDArray[np.float64]) -> float:
    """Hazard ratio and standard error on both sides of every threshold.

    Returns
    -------
    float
        The log hazard ratio at or below the last.
    """
    table = _table(people)
    found: list[tuple[float, float]] = []
    for threshold in thresholds:
        below = people.biomarker <= threshold
        for side in (below, ~below):
            # with few events in an arm it warns, and goes on as long as it takes
            with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
                fitted = CoxPHFitter().fit(table[side], "time", "event")
            found.append((fitted.params_.iloc[0], fitted.standard_errors_.iloc[0]))
    return float(found[-2][0])


def _table(people: People) -> pd.DataFrame:
    columns = {"time": people.time, "event": people.event, "treated": people.treated.astype(float)}
    return pd.DataFrame(columns)


def _one_group(
    group: pd.DataFrame, *, horizon: float, ticks: NDArray[np.float64], mean_error: bool
) -> CoxPHFitter:
    treated = group["treated"] == 1
    arms = [group[~treated], group[treated]]
    for arm in arms:
        curve = KaplanMeierFitter().fit(arm["time"], arm["event"])
        _ = (curve.confidence_interval_, curve.median_survival_time_, curve.predict(horizon))
        # at risk, censored and events under the axis, as lifelines.plotting.add_at_risk_counts reads them
        for tick in ticks:
            curve.event_table.loc[:tick, ["removed", "observed", "censored"]].sum()
        with warnings.catch_warnings(action="ignore", category=IntegrationWarning):
            restricted_mean_survival_time(curve, t=horizon, return_variance=mean_error)
    logrank_test(arms[0]["time"], arms[1]["time"], arms[0]["event"], arms[1]["event"])
    fitted = CoxPHFitter().fit(group, "time", "event")
    _ = (fitted.summary, fitted.log_likelihood_ratio_test())
    proportional_hazard_test(fitted, group, time_transform="km")
    return fitted


def _likelihood_ratio(table: pd.DataFrame, terms: list[str], products: list[str]) -> CoxPHFitter:
    outcome = ["time", "event"]
    additive = CoxPHFitter().fit(table[[*outcome, *terms]], "time", "event")
    full = CoxPHFitter().fit(table[[*outcome, *terms, *products]], "time", "event")
    chi2.sf(2 * (full.log_likelihood_ - additive.log_likelihood_), len(products))
    return full


def _along_biomarker(table: pd.DataFrame, value: NDArray[np.float64]) -> None:
    knots = default_knots(value, 3)
    treated = table["treated"].to_numpy()
    crossed = table.assign(**_terms(restricted_cubic_spline(value, knots), lambda term: term * treated))
    full = _likelihood_ratio(crossed, ["treated", "b0", "b1"], ["t0", "t1"])
    grid = np.linspace(*np.quantile(value, (0.01, 0.99)), CURVE_POINTS)
    shown = np.column_stack((np.ones(CURVE_POINTS), restricted_cubic_spline(grid, knots)))
    mine = ["treated", "t0", "t1"]
    covariance = full.variance_matrix_.loc[mine, mine].to_numpy()
    effect, error = shown @ full.params_[mine].to_numpy(), np.sqrt(((shown @ covariance) * shown).sum(axis=1))
    np.exp(effect[:, None] + error[:, None] * np.array([-1.96, 0, 1.96]))
    straight = table.assign(b0=value, t0=value * treated)
    _likelihood_ratio(straight, ["treated", "b0"], ["t0"])


def _terms(
    basis: NDArray[np.float64], times: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    named: dict[str, NDArray[np.float64]] = {}
    for k, term in enumerate(basis.T):
        named |= {f"b{k}": term, f"t{k}": times(term)}
    return named
