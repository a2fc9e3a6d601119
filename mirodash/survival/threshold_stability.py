"""Had other participants of the same kind been in the trial, where would the best threshold have been?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.observations import as_numbers
from mirodash.survival.resampled_p import most_impressive
from mirodash.survival.results import Counts, Numbers
from mirodash.survival.scan import threshold_scan
from mirodash.survival.search_range import searchable
from mirodash.survival.search_test import search_test
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
    strata: ArrayLike | None = None,
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
    strata : array (participants,), optional
        Strata of the randomisation, as in the search of the trial itself.
    seed : int

    Returns
    -------
    array (samples,)
        The threshold with the largest score of `mirodash.survival.search_test`, as the best one of the trial
        itself has; NaN for a sample without any candidate.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 6.
    """
    people = searchable(time, event, treated, biomarker, strata)
    marker, _, _, _, arm = people
    arms = [np.flatnonzero(arm == of) for of in (0, 1)]
    allowed = marker if thresholds is None else as_numbers(thresholds, "thresholds")
    best = [
        _best(people[:, _drawn(arms, np.random.SeedSequence(seed, spawn_key=(number,)))], allowed)
        for number in numbers
    ]
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
    (5, 4.9, 4.9)
    """
    columns = (time, event, treated, biomarker)
    best = best_thresholds(*columns, numbers=range(samples), thresholds=thresholds, seed=seed)
    scan = threshold_scan(*columns, thresholds=thresholds, n_resamples=0)
    return stability_of(best, scan.best_threshold, seed=seed)


def _drawn(arms: list[Counts], source: np.random.SeedSequence) -> Counts:
    """Places of a sample's participants: as many from each arm as are in it."""
    rng = np.random.default_rng(source)
    return np.concatenate([of[rng.integers(0, max(1, of.size), of.size)] for of in arms])


def _best(people: Numbers, allowed: Numbers) -> float:
    """The candidate with the largest score, NaN without one.

    A value that was not drawn is no place to stand: the group below would be that of a lower value.
    """
    marker, stratum, time, event, arm = people
    lines = np.intersect1d(marker, allowed)
    test = search_test(time, event, arm, marker, thresholds=lines, strata=stratum)
    place = most_impressive(test.score_z)
    return np.nan if place is None else float(test.thresholds[place])
