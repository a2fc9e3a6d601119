"""What is published of MIROCALS holds for the synthetic trial, recounted with lifelines and numpy."""

from __future__ import annotations

import math
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.statistics import logrank_test, proportional_hazard_test
from numpy.typing import NDArray
from scipy import stats

from tests.profiles import for_each

HORIZON = 640
Published = tuple[float, float]
"""A hazard ratio, and how near the trial has to come to it."""
Interval = tuple[float, float]


def cox(table: pd.DataFrame, **covariates: NDArray[np.float64] | pd.Series) -> CoxPHFitter:
    """A Cox model of death on these covariates only."""
    frame = table[["days", "died"]].assign(**covariates).astype(float)
    return CoxPHFitter().fit(frame, "days", "died")


def likelihood_ratio_p(smaller: CoxPHFitter, larger: CoxPHFitter) -> float:
    degrees = len(larger.params_) - len(smaller.params_)
    return float(stats.chi2.sf(2 * (larger.log_likelihood_ - smaller.log_likelihood_), degrees))


def hazard_ratio(table: pd.DataFrame) -> tuple[float, float, float]:
    fit = cox(table, treated=table["treated"])
    low, high = np.exp(fit.confidence_intervals_.to_numpy()[0])
    return float(np.exp(fit.params_["treated"])), float(low), float(high)


def logrank_p(table: pd.DataFrame) -> float:
    treated, control = (table[table["treated"] == arm] for arm in (1, 0))
    return float(logrank_test(treated["days"], control["days"], treated["died"], control["died"]).p_value)


def interaction_p(table: pd.DataFrame, factor: NDArray[np.bool_] | pd.Series) -> float:
    z = np.asarray(factor, dtype=float)
    t = table["treated"]
    return likelihood_ratio_p(cox(table, t=t, z=z), cox(table, t=t, z=z, tz=t * z))


def groups(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    pnfh = table["csf_pnfh"]
    return {
        "all": table,
        "low": table[pnfh <= 3700],
        "high": table[pnfh > 3700],
        "middle": table[(pnfh > 750) & (pnfh <= 3700)],
    }


def test_arms_deaths_and_follow_up(mirocals: pd.DataFrame):
    assert len(mirocals) == 220
    assert mirocals["arm"].value_counts().to_dict() == {"IL-2": 110, "Placebo": 110}
    assert mirocals.groupby("arm")["died"].sum().to_dict() == {"IL-2": 41, "Placebo": 49}
    assert set(mirocals["died"]) == {0, 1}
    assert (mirocals.loc[mirocals["died"] == 0, "days"] == HORIZON).all()
    assert mirocals.loc[mirocals["died"] == 1, "days"].between(1, HORIZON - 1).all()
    assert mirocals["days"].dtype.kind == "i"


@for_each(
    ("group", "share", "published", "interval"),
    [
        ("all", 1.00, (0.81, 0.015), (0.54, 1.22)),
        ("low", 0.79, (0.57, 0.015), None),
        ("middle", 0.70, (0.52, 0.015), (0.30, 0.89)),
        ("high", 0.21, (1.37, 0.05), (0.68, 2.75)),
    ],
)
def test_hazard_ratios(
    mirocals: pd.DataFrame, group: str, share: float, published: Published, interval: Interval | None
):
    published_ratio, tolerance = published
    members = groups(mirocals)[group]
    estimate, low, high = hazard_ratio(members)
    assert len(members) / 220 == pytest.approx(share, abs=0.005)
    assert estimate == pytest.approx(published_ratio, abs=tolerance)
    if interval:
        assert (low, high) == pytest.approx(interval, abs=0.03)


def test_hazard_ratios_overall_and_in_the_middle_agree_as_printed(mirocals: pd.DataFrame):
    printed = {name: f"{hazard_ratio(members)[0]:.2f}" for name, members in groups(mirocals).items()}
    assert (printed["all"], printed["middle"]) == ("0.81", "0.52")


def test_logrank(mirocals: pd.DataFrame):
    assert logrank_p(mirocals) > 0.2
    assert logrank_p(groups(mirocals)["low"]) < 0.05
    assert logrank_p(groups(mirocals)["middle"]) < 0.05
    assert logrank_p(groups(mirocals)["high"]) > 0.2


def test_alive_at_the_end_between_750_and_3700(mirocals: pd.DataFrame):
    alive = 1 - groups(mirocals)["middle"].groupby("arm")["died"].mean()
    assert alive["IL-2"] == pytest.approx(0.72, abs=0.012)
    assert alive["Placebo"] == pytest.approx(0.54, abs=0.012)


def test_interaction_at_3700_and_along_log_pnfh(mirocals: pd.DataFrame):
    high = (mirocals["csf_pnfh"] > 3700).astype(float)
    t = mirocals["treated"]
    assert interaction_p(mirocals, mirocals["csf_pnfh"] > 3700) < 0.05
    assert cox(mirocals, t=t, z=high, tz=t * high).summary.loc["tz", "p"] < 0.05
    assert interaction_p(mirocals, np.log(mirocals["csf_pnfh"])) < 0.05


def natural_spline(x: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Restricted cubic spline without intercept, (x.size, knots - 1)."""
    last, before = knots[-1], knots[-2]
    cube = {float(k): np.clip(x - k, 0, None) ** 3 for k in knots}
    columns = [x] + [
        (
            cube[float(k)]
            - cube[float(before)] * (last - k) / (last - before)
            + cube[float(last)] * (before - k) / (last - before)
        )
        / (last - knots[0]) ** 2
        for k in knots[:-2]
    ]
    return np.column_stack(columns)


@for_each("quantiles", [(0.1, 0.5, 0.9), (0.05, 0.35, 0.65, 0.95)])
def test_effect_rises_smoothly_with_pnfh_and_crosses_one_near_3700(
    mirocals: pd.DataFrame, quantiles: tuple[float, ...]
):
    x = np.log(mirocals["csf_pnfh"].to_numpy())
    knots = np.quantile(x, quantiles)
    treated = mirocals["treated"].to_numpy()
    basis = natural_spline(x, knots)
    names = [f"b{k}" for k in range(basis.shape[1])]
    main = dict(zip(names, basis.T, strict=True)) | {"t": treated}
    fit = cox(mirocals, **main, **{f"t{name}": treated * main[name] for name in names})
    grid = np.quantile(x, np.linspace(0.05, 0.95, 91))
    effect = fit.params_["t"] + natural_spline(grid, knots) @ fit.params_[[f"t{n}" for n in names]].to_numpy()
    assert np.diff(effect).min() > -0.01
    assert math.exp(effect[0]) < 0.6
    assert math.exp(effect[-1]) > 1.3
    no_effect = math.exp(np.interp(0.0, effect, grid))
    assert 3000 < no_effect < 4500


@for_each("group", ["all", "low", "middle", "high"])
def test_hazards_are_proportional(mirocals: pd.DataFrame, group: str):
    members = groups(mirocals)[group]
    frame = members[["days", "died", "treated"]].astype(float)
    fit = CoxPHFitter().fit(frame, "days", "died")
    assert proportional_hazard_test(fit, frame, time_transform="km").summary["p"].iloc[0] > 0.1


@pytest.mark.r
def test_hazards_are_proportional_says_r(mirocals: pd.DataFrame, rscript: str, tmp_path: Path):
    script = tmp_path / "zph.R"
    script.write_text(
        "library(survival); for (file in commandArgs(TRUE)) { d <- read.csv(file);"
        'cat(cox.zph(coxph(Surv(days, died) ~ treated, d), transform = "km")$table["treated", "p"], "") }'
    )
    paths = {name: tmp_path / f"{name}.csv" for name in groups(mirocals)}
    for name, members in groups(mirocals).items():
        members.to_csv(paths[name], index=False)
    done = subprocess.run([rscript, script, *paths.values()], capture_output=True, text=True, check=True)
    found = dict(zip(paths, map(float, done.stdout.split()), strict=True))
    assert {name: p for name, p in found.items() if p <= 0.1} == {}


@for_each(
    ("column", "level"),
    [("sex", "F"), ("onset", "bulbar"), ("country", "UK"), ("el_escorial", "possible")],
)
def test_no_category_modifies_the_effect(mirocals: pd.DataFrame, column: str, level: str):
    assert interaction_p(mirocals, mirocals[column] == level) > 0.05


@for_each(
    ("column", "cut"), [("age", 60), ("onset_months", 14), ("alsfrs_r", 40), ("svc", 95), ("tregs", 7.5)]
)
def test_no_other_measurement_modifies_the_effect(mirocals: pd.DataFrame, column: str, cut: float):
    measured = mirocals.dropna(subset=[column])
    assert interaction_p(measured, measured[column] > cut) > 0.05


def test_pnfh_is_prognostic_on_placebo(mirocals: pd.DataFrame):
    placebo = mirocals[mirocals["treated"] == 0]
    fit = cox(placebo, ln_pnfh=np.log(placebo["csf_pnfh"]))
    assert 1.4 < math.exp(fit.params_["ln_pnfh"]) < 2.6
    assert fit.summary.loc["ln_pnfh", "p"] < 0.01


def test_deaths_come_without_clumps_or_gaps(mirocals: pd.DataFrame):
    days = np.sort(mirocals.loc[mirocals["died"] == 1, "days"])
    assert np.diff([0, *days, HORIZON]).max() < 60
    assert np.unique(days, return_counts=True)[1].max() <= 3
    for arm in ("IL-2", "Placebo"):
        of_arm = mirocals.loc[(mirocals["died"] == 1) & (mirocals["arm"] == arm), "days"]
        thirds = np.histogram(of_arm, bins=[0, 213, 426, HORIZON])[0]
        assert thirds.min() / len(of_arm) > 0.15
