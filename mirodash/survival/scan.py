"""What if the line were drawn elsewhere? The hazard ratio on both sides of every possible threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.both_sides import BothSides, both_sides
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.observations import as_numbers, checked_confidence, observe
from mirodash.survival.resampled_p import adjusted_p, envelope
from mirodash.survival.results import Numbers
from mirodash.survival.search_range import LEAST_EVENTS, LEAST_PARTICIPANTS, SEARCHED, observed_between
from mirodash.survival.search_test import SearchTest, null_maxima, search_test
from mirodash.survival.threshold_results import ThresholdScan


def threshold_scan(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    thresholds: ArrayLike | None = None,
    n_resamples: int = 10_000,
    seed: int = 0,
    strata: ArrayLike | None = None,
    least_participants: int = LEAST_PARTICIPANTS,
    least_events: int = LEAST_EVENTS,
    search: tuple[float, float] = SEARCHED,
    confidence: float = 0.95,
) -> ThresholdScan:
    """Compare the arms below and above every threshold of a biomarker, and allow for having searched.

    Each side of each threshold has its own Cox model with Efron's ties, as R's ``coxph``; all are fitted
    together. Participants without the biomarker are left out. How impressive the best threshold is, among
    so many, is told by resampling; see `mirodash.survival.search_test`.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event : array (participants,)
        1 or True where the event came.
    treated : array (participants,)
        1 or True in the treated arm.
    biomarker : array (participants,)
        Value at baseline, in any unit; NaN where missing.
    thresholds : array (thresholds,), optional
        Where to draw the line; "below" is biomarker <= threshold. By default every distinct observed value
        in the range of the search.
    n_resamples, seed : int
        How often, and from which seed, chance alone searches; 0 for no test.
    strata : array (participants,), optional
        Strata of the randomisation, any values that can be sorted.
    least_participants, least_events : int
        What a candidate must leave on each side.
    search : (float, float)
        Candidates lie between these percentiles of the biomarker, as shares.
    confidence : float
        Of the envelope.

    Returns
    -------
    ThresholdScan
        Arrays (thresholds,), in the order of ``thresholds``. ``interaction_z`` and ``score_z`` measure the
        same difference in slightly different ways; the best threshold and its p-value are of ``score_z``.

    Raises
    ------
    ValueError
        When lengths differ, a time is negative or missing, a biomarker or threshold is infinite, or
        ``event`` or ``treated`` is not 0/1.

    Examples
    --------
    >>> scan = threshold_scan(
    ...     [6, 13, 21, 30, 37, 38, 49, 50], [1, 1, 1, 1, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1, 0, 1],
    ...     [1.0, 5.0, 2.0, 6.0, 3.0, 7.0, 4.0, 8.0], thresholds=[6.0],
    ... )
    >>> scan.n_below, scan.n_above
    (array([6]), array([2]))
    """
    _check_resampling(n_resamples, seed)
    level = checked_confidence(confidence)
    given = None if thresholds is None else _checked_thresholds(thresholds)
    test = search_test(
        time,
        event,
        treated,
        biomarker,
        thresholds=given,
        strata=strata,
        least_participants=least_participants,
        least_events=least_events,
        search=search,
    )
    lines = observed_between(test.marker, search) if given is None else given
    sides = both_sides(observe(time, event, treated), as_numbers(biomarker, "biomarker"), lines)
    maxima = null_maxima(test, n_resamples, seed=seed)
    return scan_of(lines, sides, test, maxima, seed=seed, confidence=level)


def scan_of(
    lines: Numbers,
    sides: BothSides,
    test: SearchTest,
    maxima: Numbers,
    *,
    seed: int = 0,
    confidence: float = 0.95,
) -> ThresholdScan:
    """Both sides of thresholds beside the test of the search over them.

    Parameters
    ----------
    lines : array (thresholds,)
    sides : BothSides
        At ``lines``.
    test : SearchTest
        Of the same participants; it may have looked at more thresholds than ``lines``.
    maxima : array (resamples,)
        As many shares of resampling as there are by now.
    """
    with np.errstate(invalid="ignore"):
        z = (sides.coef[1] - sides.coef[0]) / np.hypot(sides.se[0], sides.se[1])
    score = test.score_at(lines)
    candidate = ~np.isnan(score)
    tested = bool(maxima.size and test.thresholds.size)
    return ThresholdScan(
        thresholds=read_only(lines.copy()),
        n_below=read_only(sides.n[0]),
        events_below=read_only(sides.events[0]),
        hazard_ratio_below=read_only(np.exp(sides.coef[0])),
        standard_error_below=read_only(sides.se[0]),
        n_above=read_only(sides.n[1]),
        events_above=read_only(sides.events[1]),
        hazard_ratio_above=read_only(np.exp(sides.coef[1])),
        standard_error_above=read_only(sides.se[1]),
        interaction_z=read_only(z),
        p_value_adjusted=float(np.nanmin(adjusted_p(test.score_z, maxima))) if tested else None,
        candidate=read_only(candidate),
        score_z=read_only(score),
        p_value_adjusted_at=read_only(adjusted_p(score, maxima)) if tested else None,
        envelope=envelope(maxima, confidence) if tested else None,
        n_resamples=int(maxima.size),
        seed=seed,
    )


def _check_resampling(n_resamples: int, seed: int) -> None:
    for name, value in (("n_resamples", n_resamples), ("seed", seed)):
        if not isinstance(value, int | np.integer) or value < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"{name} must be a whole number of at least 0, not {value!r}.")


def _checked_thresholds(thresholds: ArrayLike) -> Numbers:
    lines = as_numbers(thresholds, "thresholds").copy()
    if lines.ndim != 1 or not np.isfinite(lines).all():
        raise ValueError("The thresholds must be one list of finite numbers.")
    return lines
