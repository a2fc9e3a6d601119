"""Do overlapping windows of participants differ more from the overall effect than luck alone would make them?

Which treatment everybody got was drawn by lot, so it is drawn again, many times, while everything else stays:
the biomarker, what it says about prognosis, and what treatment does for everybody alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.kaplan_meier import survival_curves
from mirodash.survival.null_model import KNOTS, left_without_interaction
from mirodash.survival.observations import Observations
from mirodash.survival.results import Counts, Numbers
from mirodash.survival.risk_sets import count_risk_sets
from mirodash.survival.spline import default_knots, restricted_cubic_spline

CELLS_AT_ONCE = 250_000
"""Resamples times participants handled together: a few megabytes."""
ROUNDING = 1e-9
"""A draw may be the trial itself, and must then not fall short of it by rounding."""
NO_VARIANCE = 1e-20


@dataclass(frozen=True, eq=False, slots=True)
class InWindows:
    """Participants in an order of their own, so that a seed deals the same arms to the same people.

    Parameters
    ----------
    observed : Observations
    biomarker : array (participants,)
        In its own unit, known of everybody.
    stratum : array (participants,)
        Codes of the strata of the randomisation; arms are drawn again within them.
    members : array (windows, participants) of bool
    """

    observed: Observations
    biomarker: Numbers
    stratum: Counts
    members: NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class _Terms:
    """What everybody adds to every window, and its square, each (participants, windows)."""

    each: Numbers
    square: Numbers


def p_values_of_windows(
    people: InWindows, *, horizon: float, n_resamples: int, seed: int
) -> tuple[float | None, float | None]:
    """Test whether the hazard ratio, and the survival difference at the horizon, vary between windows.

    A model without any interaction (treatment, and a spline of the biomarker) leaves everybody a residual:
    for the hazard ratio the martingale residual of a Cox model; for the survival difference what a linear
    model leaves of the participant's own influence on the Kaplan–Meier estimate of their arm. A window's
    statistic is the sum of (arm - share treated) × (in the window - share of the window) × residual over
    its root sum of squares; the largest over all windows is compared with those that come out when the
    arms are drawn again.

    The two ask different things: where the biomarker is prognostic, one hazard ratio for everybody means
    survival differences that vary, and the other way round.

    Returns
    -------
    p_hazard_ratio, p_difference : float or None
        None without resamples, and where no window has anything to tell.

    Source: Bonetti and Gelber, Biostatistics 2004;5:465-481, for the largest deviation over windows. They
    permute the biomarker within the arms, which also takes away what it says about prognosis; here the
    arms are drawn again over residuals (Rosenbaum, Stat Sci 2002;17:286-327). The influence on
    Kaplan–Meier is Reid's (Ann Stat 1981;9:78-92). The p-value counts the trial among the draws (Phipson
    and Smyth, Stat Appl Genet Mol Biol 2010;9:39).
    """
    apart = people.members[~people.members.all(axis=1)].astype(np.float64)
    if not len(apart) or not n_resamples:
        return None, None
    terms = (_hazard_terms(people, apart), _survival_terms(people, apart, horizon))
    first, second = _shares_as_large(people, terms, n_resamples=n_resamples, seed=seed)
    return first, second


def influence_on_survival(observed: Observations, horizon: float) -> Numbers:
    """How much everybody moves their own arm's Kaplan–Meier survival at the horizon, (participants,).

    The sum over an arm is 0; the root of the sum of squares, over the size of the arm, is the standard
    error of its survival, nearly Greenwood's.

    Source: Reid, Ann Stat 1981;9:78-92.
    """
    counts = count_risk_sets(observed, np.ones((1, observed.code.size), dtype=np.bool_))
    last = int(counts.time.searchsorted(horizon, side="right")) - 1
    if last < 0:
        return np.zeros(observed.code.size)
    survival = survival_curves(counts, confidence=0.95).estimate[0, :, last]
    at_risk = np.maximum(counts.at_risk[0], 1).astype(np.float64)
    per_event = counts.sizes()[0][:, None] / at_risk
    lived = np.cumsum(per_event * counts.events[0] / at_risk, axis=1)
    arm, until = observed.treated, np.minimum(observed.code, last)
    died = (observed.event == 1) & (observed.code <= last)
    return survival[arm] * (lived[arm, until] - np.where(died, per_event[arm, until], 0.0))


def _hazard_terms(people: InWindows, members: Numbers) -> _Terms:
    observed = people.observed
    left = left_without_interaction(
        observed.distinct[observed.code],
        observed.event.astype(np.float64),
        observed.treated.astype(np.float64),
        people.biomarker,
    )
    return _terms(members, members @ left.expected / left.expected.sum(), left.residual)


def _survival_terms(people: InWindows, members: Numbers, horizon: float) -> _Terms:
    influence = influence_on_survival(people.observed, horizon)
    model = np.column_stack((np.ones(influence.size), people.observed.treated, _smooth(people.biomarker)))
    residual = influence - model @ np.linalg.lstsq(model, influence)[0]
    return _terms(members, members.mean(axis=1), residual)


def _smooth(biomarker: Numbers) -> Numbers:
    """A spline of the (log) biomarker, (participants, terms); a straight line where two values are all."""
    value = np.log(biomarker) if biomarker.min() > 0 else biomarker
    low, high = value.min(), value.max()
    value = (value - (low / 2 + high / 2)) / max(high / 2 - low / 2, np.finfo(np.float64).tiny)
    if np.unique(value).size < KNOTS:
        return value[:, None]
    return restricted_cubic_spline(value, default_knots(value, KNOTS))


def _terms(members: Numbers, share: Numbers, residual: Numbers) -> _Terms:
    each = ((members - share[:, None]) * residual).T
    return _Terms(each, each**2)


def _shares_as_large(
    people: InWindows, terms: tuple[_Terms, ...], *, n_resamples: int, seed: int
) -> list[float | None]:
    """Share of draws, the trial among them, whose largest deviation is as large as the trial's."""
    arm = people.observed.treated.astype(np.float64)
    strata = [np.flatnonzero(people.stratum == code) for code in np.unique(people.stratum)]
    centre = np.empty(arm.size)
    for inside in strata:
        centre[inside] = arm[inside].mean()
    reached = [_largest(arm[None], centre, of)[0] for of in terms]
    as_large = np.ones(len(terms))
    for arms in _drawn_again(arm, strata, n_resamples=n_resamples, seed=seed):
        for place, of in enumerate(terms):
            largest = _largest(arms, centre, of)
            as_large[place] += np.count_nonzero(largest >= reached[place] * (1 - ROUNDING))
    shares = (as_large / (n_resamples + 1)).tolist()
    return [share if there > 0 else None for share, there in zip(shares, reached, strict=True)]


def _drawn_again(arm: Numbers, strata: list[Counts], *, n_resamples: int, seed: int) -> Iterator[Numbers]:
    """Arms dealt anew within the strata, a stretch of resamples at a time: (resamples, participants)."""
    rng = np.random.default_rng(seed)
    stretch = max(1, CELLS_AT_ONCE // arm.size)
    for first in range(0, n_resamples, stretch):
        arms = np.tile(arm, (min(stretch, n_resamples - first), 1))
        for inside in strata:
            arms[:, inside] = rng.permuted(arms[:, inside], axis=1)
        yield arms


def _largest(arms: Numbers, centre: Numbers, terms: _Terms) -> Numbers:
    """Largest absolute standardised deviation of any window, (resamples,); 0 where nothing can be told."""
    sums = arms @ terms.each - centre @ terms.each
    # (arm - centre)² is the square of the centre, and 1 - 2 × centre more for the treated
    variance = arms @ ((1 - 2 * centre)[:, None] * terms.square) + centre**2 @ terms.square
    tells = variance > NO_VARIANCE
    z = np.divide(sums, np.sqrt(np.where(tells, variance, 1.0)), out=np.zeros_like(sums), where=tells)
    return np.abs(z).max(axis=1)
