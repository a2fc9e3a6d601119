"""Had other participants of the same kind been in the trial, where would the best threshold have been?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.both_sides import both_sides
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.observations import Observations, as_numbers, observe
from mirodash.survival.results import Counts, Numbers
from mirodash.survival.scan import threshold_scan
from mirodash.survival.search_test import LEAST_EVENTS, LEAST_PARTICIPANTS, SEARCHED, observed_between
from mirodash.survival.threshold_results import ThresholdStability

SAMPLES = 500


def best_thresholds(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    numbers: Iterable[int],
    thresholds: ArrayLike | None = None,
    seed: int = 0,
) -> Numbers:
    """The best threshold of each bootstrap sample, drawn with replacement within each arm.

    Who is in a sample follows from ``seed`` and the number of the sample alone, so all samples together are
    the same, however they are shared out.

    Parameters
    ----------
    time, event, treated : array (participants,)
    biomarker : array (participants,)
        In its own unit; NaN where it is missing, and those participants are left out.
    numbers : iterable of int
        Which samples to draw, each from 0.
    thresholds : array (thresholds,), optional
        Where the line may stand, by default at every observed value. In each sample it is tried where the
        sample has a value between its own 10th and 90th percentile.
    seed : int

    Returns
    -------
    array (samples,)
        Best as in `mirodash.survival.scan.threshold_scan`; NaN for a sample without any candidate.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 6.
    """
    observed, marker = observe(time, event, treated), as_numbers(biomarker, "biomarker")
    if marker.shape != observed.code.shape:
        raise ValueError(f"There are {observed.code.size} times but biomarker has shape {marker.shape}.")
    # in one order whatever that of the file, so that the same seed draws the same people
    order = np.lexsort((observed.code, observed.event, marker))
    arms = [order[(observed.treated[order] == of) & ~np.isnan(marker[order])] for of in (0, 1)]
    allowed = marker if thresholds is None else as_numbers(thresholds, "thresholds")
    best: list[float] = []
    for number in numbers:
        drawn = _drawn(arms, np.random.SeedSequence(seed, spawn_key=(number,)))
        lines = np.intersect1d(observed_between(marker[drawn], SEARCHED), allowed)
        best.append(_best(_of(observed, drawn), marker[drawn], lines))
    return read_only(np.array(best, dtype=np.float64))


def stability_of(best: Numbers, observed: float | None, *, seed: int) -> ThresholdStability:
    """The best thresholds of all samples drawn so far, beside that of the trial itself.

    Parameters
    ----------
    best : array (samples,)
        NaN for samples without one.
    observed : float or None
    """
    return ThresholdStability(read_only(best[~np.isnan(best)]), int(best.size), observed, seed)


def threshold_stability(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    samples: int = SAMPLES,
    thresholds: ArrayLike | None = None,
    seed: int = 0,
) -> ThresholdStability:
    """Where the best threshold lands when participants are drawn anew, and where it is in the trial.

    Parameters are those of `best_thresholds`; samples 0 to ``samples`` - 1 are drawn.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> marker, arm = rng.uniform(1, 9, 200), np.arange(200) % 2
    >>> time = rng.exponential(np.where((arm == 1) & (marker <= 5), 40.0, 4.0))
    >>> found = threshold_stability(time, time > 0, arm, marker, samples=5)
    >>> found.samples, round(found.observed, 1), round(float(np.median(found.best)), 1)
    (5, 4.9, 5.7)
    """
    columns = (time, event, treated, biomarker)
    best = best_thresholds(*columns, numbers=range(samples), thresholds=thresholds, seed=seed)
    scan = threshold_scan(*columns, thresholds=thresholds, n_resamples=0)
    return stability_of(best, scan.best_threshold, seed=seed)


def _drawn(arms: list[Counts], source: np.random.SeedSequence) -> Counts:
    """Places of a sample's participants: as many from each arm as are in it."""
    rng = np.random.default_rng(source)
    return np.concatenate([of[rng.integers(0, max(1, of.size), of.size)] for of in arms])


def _of(observed: Observations, drawn: Counts) -> Observations:
    return Observations(
        observed.distinct, observed.code[drawn], observed.event[drawn], observed.treated[drawn]
    )


def _best(observed: Observations, marker: Numbers, lines: Numbers) -> float:
    """The candidate with the largest interaction, NaN without one.

    The whole scan would also prepare its test, which nobody asks for here.
    """
    sides = both_sides(observed, marker, lines)
    large = (sides.n.min(axis=0) >= LEAST_PARTICIPANTS) & (sides.events.min(axis=0) >= LEAST_EVENTS)
    z = np.abs(sides.coef[1] - sides.coef[0]) / np.hypot(sides.se[0], sides.se[1])
    z[~large] = np.nan
    return float(lines[np.nanargmax(z)]) if not np.isnan(z).all() else np.nan
