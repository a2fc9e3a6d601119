"""The invented participants of the synthetic trials: everything known about them at randomisation.

Marginal distributions are spread evenly over their quantiles and handed out by the ranks of correlated
latent normals, so that a median or a correlation comes out as intended. Only the totals of
``README.md``'s first table are published; sites, onset, months, scores and cells are invented.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Table = dict[str, NDArray[Any]]

PARTICIPANTS = 220
CUTS = (750, 3700)
ASSAY_FLOOR = 62.5
SITES = {
    "France": (14, 30, 8, 17, 4, 22, 12, 5, 10, 6),
    "UK": (12, 26, 4, 19, 9, 15, 7),
}
BULBAR = {"France": 34, "UK": 26}
WOMEN = 84
EL_ESCORIAL = {"possible": 25, "lab-supported probable": 48, "probable": 87, "definite": 60}
IN_GROUP = {"IL-2": (7, 77, 26), "Placebo": (13, 77, 20)}
"""Participants with pNFH up to 750, up to 3,700 and above 3,700 pg/mL; derived, not published."""
MISSING = {"svc": 3, "serum_nfl": 6, "tregs": 9}


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
    pnfh = np.exp(7.617 + 0.743 * z).round()
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


def hide_some(seed: int, table: Table) -> Table:
    """The table with a few secondary measurements missing, as NaN."""
    rng = np.random.default_rng(seed)
    hidden = {name: column.copy() for name, column in table.items()}
    for name, count in MISSING.items():
        hidden[name][np.argsort(rng.random(PARTICIPANTS))[:count]] = np.nan
    return hidden
