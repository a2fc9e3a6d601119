"""When the invented participants die: a Weibull model, and how its draws are held to the publication.

Days to death follow a Weibull model with proportional hazards; whoever is alive at day 640 is censored
there. ``draw_outcome`` is one plain draw. ``draw_mirocals`` draws again and again, first in each arm ×
pNFH group until the number of deaths is that of ``DEATHS``, then in each pNFH group until its hazard
ratio is near enough to the published one, then all of them until the overall one is. That is
rejection sampling: nobody's time is ever edited.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from baseline import PARTICIPANTS, Floats, Table, pnfh_group
from numpy.typing import NDArray

Bools = NDArray[np.bool_]

HORIZON = 640
SHAPE = 1.25
"""Weibull shape: the hazard of death rises slowly after randomisation."""
DEATHS = {"IL-2": (0, 21, 20), "Placebo": (1, 35, 13)}
"""Up to 750, up to 3,700 and above 3,700 pg/mL; derived from published totals, not published."""


@dataclass(frozen=True)
class Published:
    """A published hazard ratio, how near to it the trial must come, and its interval if known."""

    hazard_ratio: float
    tolerance: float
    interval: tuple[float, float] | None = None


EVERYBODY = Published(0.81, 0.006, (0.54, 1.22))
UP_TO_3700 = Published(0.57, 0.008)
FROM_750_TO_3700 = Published(0.52, 0.006, (0.30, 0.89))
ABOVE_3700 = Published(1.37, 0.02, (0.68, 2.75))


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """Log hazard ratios of the model.

    ``cumulative`` is the cumulative hazard at the horizon of a participant on placebo aged 60, with
    limb onset and pNFH at its median; in the two plain trials it is set so that 90 deaths are expected.
    ``pnfh`` is per unit of ln(pNFH); ``treatment`` is the effect of IL-2 at 3,700 pg/mL and
    ``treatment_by_pnfh`` how much it rises per unit of ln(pNFH); ``age`` is per decade.
    """

    cumulative: float
    pnfh: float = 0.0
    treatment: float = 0.0
    treatment_by_pnfh: float = 0.0
    age: float = 0.0
    bulbar: float = 0.0


PREDICTIVE = Hazard(cumulative=0.60, pnfh=0.55, treatment=0.05, treatment_by_pnfh=0.75, age=0.15, bulbar=0.2)
PROGNOSTIC = Hazard(cumulative=0.52, pnfh=0.75, treatment=-0.2, age=0.15, bulbar=0.2)
NO_EFFECT = Hazard(cumulative=-math.log(130 / 220))


def cumulative_hazard(table: Table, model: Hazard) -> Floats:
    """The expected number of deaths by the horizon (participants,) under the model."""
    ln_pnfh = np.log(table["csf_pnfh"])
    effect = model.treatment + model.treatment_by_pnfh * (ln_pnfh - math.log(3700))
    return model.cumulative * np.exp(
        model.pnfh * (ln_pnfh - 7.617)
        + np.where(table["arm"] == "IL-2", effect, 0.0)
        + model.age * (table["age"] - 60) / 10
        + np.where(table["onset"] == "bulbar", model.bulbar, 0.0)
    )


def days_to_death(uniform: Floats, hazard: Floats) -> Floats:
    """Whole days to death, or the horizon for those alive then, by inversion of uniforms."""
    days = HORIZON * (-np.log1p(-uniform) / hazard) ** (1 / SHAPE)
    return np.minimum(np.ceil(days), HORIZON)


def draw_outcome(seed: int, table: Table, model: Hazard) -> Floats:
    """A plain draw of days to death from the model."""
    uniform = np.random.default_rng(seed).random(PARTICIPANTS)
    return days_to_death(uniform, cumulative_hazard(table, model))


def draw_mirocals(seed: int, table: Table) -> Floats:
    """Days to death, redrawn until they agree with the publication."""
    rng = np.random.default_rng(seed)
    hazard = cumulative_hazard(table, PREDICTIVE)
    group, treated = pnfh_group(table), table["arm"] == "IL-2"
    days = np.empty(PARTICIPANTS)
    while True:
        for k in range(3):
            rows = group == k
            days[rows] = draw_group(rng, hazard[rows], treated[rows], k)
        if agrees(days, treated, EVERYBODY) and agrees(days[group < 2], treated[group < 2], UP_TO_3700):
            return days


def draw_group(rng: np.random.Generator, hazard: Floats, treated: Bools, k: int) -> Floats:
    """Days to death in pNFH group ``k``, redrawn until deaths and hazard ratio are as wanted."""
    published = {1: FROM_750_TO_3700, 2: ABOVE_3700}
    days = np.empty(hazard.size)
    while True:
        for arm, rows in (("IL-2", treated), ("Placebo", ~treated)):
            days[rows] = draw_cell(rng, hazard[rows], DEATHS[arm][k])
        if k not in published or agrees(days, treated, published[k]):
            return days


def draw_cell(rng: np.random.Generator, hazard: Floats, deaths: int) -> Floats:
    """Days to death in one arm of a pNFH group, redrawn until so many have died."""
    while True:
        draws = days_to_death(rng.random((50, hazard.size)), hazard)
        as_wanted = np.flatnonzero(np.sum(draws < HORIZON, axis=1) == deaths)
        if as_wanted.size:
            return draws[as_wanted[0]]


def agrees(days: Floats, treated: Bools, published: Published) -> bool:
    """Whether hazard ratio and 95 % interval are near enough to the published ones."""
    coef, se = hazard_ratio(days, treated)
    ends = (math.exp(coef - 1.96 * se), math.exp(coef + 1.96 * se))
    return abs(math.exp(coef) - published.hazard_ratio) <= published.tolerance and all(
        abs(end - wanted) <= 0.025 for end, wanted in zip(ends, published.interval or ends, strict=True)
    )


def hazard_ratio(days: Floats, treated: Bools) -> tuple[float, float]:
    """Log hazard ratio and standard error of a Cox model for treatment alone, ties as Efron (1977)."""
    times, ties = np.unique(days[days < HORIZON], return_counts=True)
    share = np.concatenate([np.arange(d) / d for d in ties])
    time = np.repeat(times, ties)[:, None]

    def at_risk(who: Floats) -> Floats:
        return np.sum(who >= time, axis=1) - share * np.sum(who == time, axis=1)

    risk_treated, risk_control = at_risk(days[treated]), at_risk(days[~treated])
    deaths_treated = np.count_nonzero(days[treated] < HORIZON)
    coef, information = 0.0, math.nan
    for _ in range(8):
        p = risk_treated * math.exp(coef)
        p /= p + risk_control
        information = float(np.sum(p * (1 - p)))
        coef += (deaths_treated - float(np.sum(p))) / information
    return coef, 1 / math.sqrt(information)
