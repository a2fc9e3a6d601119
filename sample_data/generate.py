"""Writes the three synthetic trials; every participant in them is invented.

No individual data of MIROCALS are public, so the built-in trial is drawn from a model and then
*conditioned* on what was published. Nothing about a real person is in it.

How it is made
--------------
1. **Baseline** (``draw_baseline``). One table of 220 participants for all three trials. Marginal
   distributions are spread evenly over their quantiles, and ranks are shared out by correlated
   latent normals, so that a median or a correlation comes out as intended. The randomisation list
   (permuted blocks of four within country × onset) is redrawn until the arms hold the numbers
   ``IN_GROUP`` of participants with CSF pNFH up to 750, up to 3,700 and above 3,700 pg/mL.
2. **Outcome** (``draw_outcome``). Days to death follow a Weibull model with proportional hazards;
   everyone alive at day 640 is censored there.
3. **Conditioning** (``draw_mirocals``), for ``mirocals`` only. In each arm × pNFH group the times are
   redrawn until the number of deaths is that of ``DEATHS``; then the whole trial is redrawn until
   the hazard ratios and intervals agree with the published ones (``agrees_with_publication``). That
   is rejection sampling: no participant's time is ever edited. The numbers in ``IN_GROUP`` and
   ``DEATHS`` are not published; they were derived from the published totals and intervals. The seed is
   the first one that also passes the tests of ordinariness in ``tests/sample_data``
   (proportional hazards, no other factor modifying the effect, a smoothly rising effect curve).

``mirocals-prognostic`` and ``mirocals-null`` are plain draws, not conditioned on any result; their
seeds are simply 2 and 3. Only uniform random numbers are used, so the files are the same bit for bit
everywhere.

Usage: ``python sample_data/generate.py [--check] [--into FOLDER]``.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Table = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Published:
    """A published hazard ratio, how near to it the trial must come, and its interval if known."""

    hazard_ratio: float
    tolerance: float
    interval: tuple[float, float] | None = None


PARTICIPANTS = 220
HORIZON = 640
CUTS = (750, 3700)
ASSAY_FLOOR = 62.5
SHAPE = 1.25
"""Weibull shape: the hazard of death rises slowly after randomisation."""

BASELINE_SEED = 108
MIROCALS_SEED = 270
PROGNOSTIC_SEED = 2
NULL_SEED = 3
MISSING_SEED = 4

SITES = {
    "France": (14, 30, 8, 17, 4, 22, 12, 5, 10, 6),
    "UK": (12, 26, 4, 19, 9, 15, 7),
}
BULBAR = {"France": 34, "UK": 26}
WOMEN = 84
EL_ESCORIAL = {"possible": 25, "lab-supported probable": 48, "probable": 87, "definite": 60}
IN_GROUP = {"IL-2": (7, 77, 26), "Placebo": (13, 77, 20)}
DEATHS = {"IL-2": (0, 21, 20), "Placebo": (1, 35, 13)}
EVERYBODY = Published(0.81, 0.006, (0.54, 1.22))
UP_TO_3700 = Published(0.57, 0.008)
FROM_750_TO_3700 = Published(0.52, 0.006, (0.30, 0.89))
ABOVE_3700 = Published(1.37, 0.02, (0.68, 2.75))
MISSING = {"svc": 3, "serum_nfl": 6, "tregs": 9}
COLUMNS = (
    "country",
    "site",
    "arm",
    "sex",
    "age",
    "onset",
    "el_escorial",
    "onset_months",
    "alsfrs_r",
    "alsfrs_slope",
    "svc",
    "csf_pnfh",
    "serum_nfl",
    "tregs",
)
DECIMALS = {"onset_months": 1, "alsfrs_slope": 2, "serum_nfl": 1, "tregs": 1}


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """Log hazard ratios of the model, and the expected deaths by the horizon in an average participant.

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
PROGNOSTIC = Hazard(cumulative=0.50, pnfh=0.75, treatment=-0.2, age=0.15, bulbar=0.2)
NO_EFFECT = Hazard(cumulative=-math.log(130 / 220))


def normals(rng: np.random.Generator, n: int) -> Floats:
    """Independent standard normals (n,) by inversion of uniforms."""
    return np.array([NormalDist().inv_cdf(u) for u in rng.random(n)])


def even_quantiles(rng: np.random.Generator, n: int) -> Floats:
    """Ascending probabilities (n,), one in each n-th of the unit interval."""
    return (np.arange(n) + rng.random(n)) / n


def by_rank(latent: Floats, ascending: NDArray[Any]) -> NDArray[Any]:
    """``ascending`` (n,) handed out so that the k-th smallest ``latent`` gets the k-th value."""
    values = np.empty_like(ascending)
    values[np.argsort(latent, kind="stable")] = ascending
    return values


def skewed(p: Floats, *, low: float, high: float, a: float, b: float) -> Floats:
    """Quantiles at ``p`` of a Kumaraswamy distribution on [low, high]."""
    return low + (high - low) * (1 - (1 - p) ** (1 / b)) ** (1 / a)


def mix(rng: np.random.Generator, z: Floats, correlation: float) -> Floats:
    """Standard normals with this correlation with ``z``."""
    return correlation * z + math.sqrt(1 - correlation**2) * normals(rng, z.size)


def draw_places(rng: np.random.Generator) -> Table:
    """Country, site and onset of every participant, in order of enrolment."""
    sites = [
        (country, f"{'FR' if country == 'France' else 'UK'}-{k:02d}")
        for country, sizes in SITES.items()
        for k, size in enumerate(sizes, start=1)
        for _ in range(size)
    ]
    order = np.argsort(rng.random(PARTICIPANTS))
    country = np.array([sites[k][0] for k in order])
    onset = np.full(PARTICIPANTS, "limb", dtype="<U6")
    for name, count in BULBAR.items():
        there = np.flatnonzero(country == name)
        onset[there[np.argsort(rng.random(there.size))[:count]]] = "bulbar"
    return {"country": country, "site": np.array([sites[k][1] for k in order]), "onset": onset}


def draw_pnfh(rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Standard normal scores and CSF pNFH in pg/mL, log-normal; one more is below the assay's floor."""
    measured = [NormalDist().inv_cdf(p) for p in even_quantiles(rng, PARTICIPANTS - 1)]
    z = by_rank(rng.random(PARTICIPANTS), np.array([-3.0, *measured]))
    pnfh = np.round(np.exp(7.617 + 0.743 * z))
    pnfh[np.argmin(z)] = ASSAY_FLOOR
    return z, pnfh


def draw_function(rng: np.random.Generator, z: Floats) -> Table:
    """Months since onset, ALSFRS-R, its slope since onset and slow vital capacity at randomisation.

    ``z`` are the normal scores of pNFH: the more of it, the faster the decline, and the sooner somebody
    is seen.
    """
    pace = mix(rng, z, 0.48)
    at_riluzole = by_rank(
        mix(rng, -pace, 0.45), skewed(even_quantiles(rng, z.size), low=3, high=24, a=1.3, b=2.2)
    )
    run_in = (12 + 6 * rng.random(z.size)) * 7 / 30.4375
    months = np.round(at_riluzole + run_in, 1)
    score = np.clip(np.round(48 - 0.55 * np.exp(0.6 * pace) * months), 20, 47)
    breath = 0.07 * score + normals(rng, z.size)
    return {
        "onset_months": months,
        "alsfrs_r": score,
        "alsfrs_slope": (48 - score) / months,
        "svc": np.round(by_rank(breath, skewed(even_quantiles(rng, z.size), low=70, high=135, a=1.5, b=2.6))),
    }


def draw_participants(rng: np.random.Generator) -> Table:
    """Everything known at randomisation, except the arm."""
    table = draw_places(rng)
    bulbar = table["onset"] == "bulbar"
    z, pnfh = draw_pnfh(rng)
    table["csf_pnfh"] = pnfh
    table |= draw_function(rng, z)
    age = skewed(even_quantiles(rng, z.size), low=18, high=77, a=3.95, b=2.1)
    table["age"] = np.floor(by_rank(0.4 * bulbar + normals(rng, z.size), age))
    sex = np.repeat(["M", "F"], [PARTICIPANTS - WOMEN, WOMEN])
    table["sex"] = by_rank(0.5 * bulbar + normals(rng, z.size), sex)
    category = np.repeat(list(EL_ESCORIAL), list(EL_ESCORIAL.values()))
    table["el_escorial"] = by_rank(normals(rng, z.size) - 0.06 * table["alsfrs_r"], category)
    table["serum_nfl"] = np.exp(math.log(66) + 0.58 * mix(rng, z, 0.69))
    table["tregs"] = np.maximum(7.4 + 1.9 * mix(rng, z, -0.1), 1.5)
    return table


def randomise(rng: np.random.Generator, table: Table) -> NDArray[np.str_]:
    """The arm of every participant: permuted blocks of four within country × onset."""
    arm = np.empty(PARTICIPANTS, dtype="<U7")
    for country in BULBAR:
        for onset in ("bulbar", "limb"):
            stratum = np.flatnonzero((table["country"] == country) & (table["onset"] == onset))
            for block in np.split(stratum, range(4, stratum.size, 4)):
                arms = np.repeat(["IL-2", "Placebo"], block.size // 2)
                arm[block] = arms[np.argsort(rng.random(block.size))]
    return arm


def draw_baseline(seed: int) -> Table:
    """The participants and their arms, redrawn until every arm × pNFH group has its ``IN_GROUP``."""
    rng = np.random.default_rng(seed)
    wanted = np.array([IN_GROUP["IL-2"], IN_GROUP["Placebo"]])
    while True:
        table = draw_participants(rng)
        group = pnfh_group(table)
        if np.any(np.bincount(group) != wanted.sum(axis=0)):
            continue
        for _ in range(200):
            table["arm"] = randomise(rng, table)
            treated = table["arm"] == "IL-2"
            if np.array_equal([np.bincount(group[treated]), np.bincount(group[~treated])], wanted):
                return table


def pnfh_group(table: Table) -> NDArray[np.int64]:
    """0 up to 750, 1 up to 3,700, 2 above 3,700 pg/mL."""
    return np.searchsorted(CUTS, table["csf_pnfh"], side="left")


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
    coef = 0.0
    for _ in range(8):
        p = risk_treated * math.exp(coef)
        p /= p + risk_control
        information = float(np.sum(p * (1 - p)))
        coef += (deaths_treated - float(np.sum(p))) / information
    return coef, 1 / math.sqrt(information)


def hide_some(seed: int, table: Table) -> Table:
    """The table with a few secondary measurements missing, as NaN."""
    rng = np.random.default_rng(seed)
    hidden = {name: column.copy() for name, column in table.items()}
    for name, count in MISSING.items():
        hidden[name][np.argsort(rng.random(PARTICIPANTS))[:count]] = np.nan
    return hidden


def cell(name: str, value: Any) -> str:
    """One value as it stands in the file; empty when missing."""
    if isinstance(value, str):
        return str(value)
    if math.isnan(value):
        return ""
    if name == "csf_pnfh" and value <= ASSAY_FLOOR:
        return f"<{ASSAY_FLOOR:g}"
    return f"{value:.{DECIMALS.get(name, 0)}f}"


def as_csv(table: Table, days: Floats) -> str:
    """The trial as the text of its file, one line per participant in order of enrolment."""
    columns = {name: table[name] for name in COLUMNS} | {"days": days, "died": (days < HORIZON) * 1.0}
    lines = [",".join(["participant", *columns])]
    lines += [
        ",".join([f"S-{k + 1:03d}", *(cell(name, column[k]) for name, column in columns.items())])
        for k in range(PARTICIPANTS)
    ]
    return "\n".join(lines) + "\n"


def trials() -> dict[str, str]:
    """File name and text of the three synthetic trials."""
    baseline = draw_baseline(BASELINE_SEED)
    shown = hide_some(MISSING_SEED, baseline)
    days = {
        "mirocals": draw_mirocals(MIROCALS_SEED, baseline),
        "mirocals-prognostic": draw_outcome(PROGNOSTIC_SEED, baseline, PROGNOSTIC),
        "mirocals-null": draw_outcome(NULL_SEED, baseline, NO_EFFECT),
    }
    return {f"{name}.csv": as_csv(shown, values) for name, values in days.items()}


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or compare them with what is there; 1 when a file differs."""
    parser = argparse.ArgumentParser(description="Write the synthetic trials.")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="folder (default: this one)")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    differing = 0
    for name, text in trials().items():
        path = options.into / name
        if not options.check:
            path.write_bytes(text.encode())
        elif not path.is_file() or path.read_bytes() != text.encode():
            differing += 1
            sys.stderr.write(f"{path} is not what generate.py makes; run python sample_data/generate.py.\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
