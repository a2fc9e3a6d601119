"""Threshold search: hazard ratios below and above every candidate, and stability of the best."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.budget import check_budget
from mirodash.survival.data import (
    EventTimes,
    Observations,
    convert_to_numbers,
    count_shared_events,
    reverse_cumsum,
    validate_confidence,
    validate_follow_up,
)
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.max_statistic import (
    LEAST_EVENTS,
    LEAST_PARTICIPANTS,
    SEARCHED,
    SearchTest,
    compute_permuted_maxima,
    find_searchable_range,
    list_observed_between,
    search_test,
)
from mirodash.survival.results import (
    Counts,
    Numbers,
    ThresholdScan,
    ThresholdStability,
    compute_permutation_p_value,
    envelope,
    find_largest_z,
)
from mirodash.survival.two_arm_cox import maximise_likelihood, sum_ties

# thresholds × event times handled together: small enough for the processor's cache, which halves the time
CELLS_AT_ONCE = 32_000


@dataclass(frozen=True, eq=False, slots=True)
class _Cells:
    """Participants in order of the threshold that first takes them in.

    ``events`` and ``leaving`` (participants,) are places in a table (2 arms, event times), or -1 for those
    without an event, and for those who leave before the first event; participants of bin b are at
    ``start[b]:start[b + 1]``. ``absent`` (participants,) is the place of the last event time before somebody
    enters, -1 where there is none; it is None where everybody is at risk from the origin on.
    """

    events: Counts
    leaving: Counts
    start: Counts
    times: int
    absent: Counts | None = None

    @property
    def parts(self) -> tuple[Counts, ...]:
        """The places by what is counted at them."""
        here = (self.events, self.leaving)
        return here if self.absent is None else (*here, self.absent)


@dataclass(frozen=True, eq=False, slots=True)
class SubgroupFits:
    """Arrays (2 sides, thresholds), below first: counts, log hazard ratio and its standard error.

    NaN where there is no estimate.
    """

    n: Counts
    events: Counts
    coef: Numbers
    se: Numbers


def fit_both_sides(observed: Observations, marker: Numbers, thresholds: Numbers) -> SubgroupFits:
    """A Cox model with Efron's ties on each side of each threshold, as R's ``coxph``.

    Parameters
    ----------
    observed : Observations
    marker : array (participants,)
        Biomarker; those for whom it is NaN are left out.
    thresholds : array (thresholds,)
        In any order; "below" is biomarker <= threshold.
    """
    distinct, place = np.unique(thresholds, return_inverse=True)
    known = ~np.isnan(marker)
    kept = Observations(
        observed.distinct,
        observed.code[known],
        observed.event[known],
        observed.treated[known],
        None if observed.first is None else observed.first[known],
    )
    bins = distinct.searchsorted(marker[known], side="left")
    fits = [np.empty((0, 2, 2))]
    fits.extend(_fits(counts) for counts in _counts_by_threshold(kept, bins, distinct.size))
    coef, se = np.concatenate(fits)[place].transpose(1, 2, 0)
    n = _up_to(bins, distinct.size)[place]
    events = _up_to(bins[kept.event == 1], distinct.size)[place]
    return SubgroupFits(
        n=np.stack((n, bins.size - n)),
        events=np.stack((events, int(kept.event.sum()) - events)),
        coef=coef,
        se=se,
    )


def _up_to(bins: Counts, thresholds: int) -> Counts:
    """How many are at or below each threshold, (thresholds,)."""
    return np.cumsum(np.bincount(bins, minlength=thresholds + 1), dtype=np.int64)[:-1]


def _cells(observed: Observations, bins: Counts, thresholds: int) -> _Cells:
    """Sort participants by bin, so that every stretch of thresholds reads its own participants only."""
    has_event = np.bincount(observed.code[observed.event == 1], minlength=observed.distinct.size) > 0
    times = int(has_event.sum())
    # a participant is at risk up to the last event time that is not after their own
    so_far = np.cumsum(has_event)
    last = (so_far - 1)[observed.code]
    cell = np.where(last < 0, -1, observed.treated * times + last)
    order = np.argsort(bins, kind="stable")
    absent = None
    if observed.first is not None:
        before = np.minimum(np.concatenate(([0], so_far))[observed.first] - 1, last)
        absent = np.where(before < 0, -1, observed.treated * times + before)[order]
    return _Cells(
        events=np.where(observed.event == 1, cell, -1)[order],
        leaving=cell[order],
        start=np.concatenate(([0], np.cumsum(np.bincount(bins, minlength=thresholds + 1)))),
        times=times,
        absent=absent,
    )


def _counts_by_threshold(observed: Observations, bins: Counts, thresholds: int) -> Iterator[EventTimes]:
    """Risk sets below and above a stretch of thresholds at a time: groups are (2 × thresholds,)."""
    cells = _cells(observed, bins, thresholds)
    size = 2 * cells.times
    stretch = max(1, CELLS_AT_ONCE // max(1, 2 * cells.times))
    everyone = [_table(part, 0, 1, size)[0] for part in cells.parts]
    below = [np.zeros(size) for _ in cells.parts]
    for first in range(0, thresholds, stretch):
        check_budget()
        last = min(first + stretch, thresholds)
        mine = slice(cells.start[first], cells.start[last])
        own_bin = np.repeat(np.arange(last - first), np.diff(cells.start[first : last + 1]))
        both: list[Numbers] = []
        for kind, part in enumerate(cells.parts):
            sums = below[kind] + np.cumsum(_table(part[mine], own_bin, last - first, size), axis=0)
            below[kind] = sums[-1]
            both.append(
                np.concatenate((sums, everyone[kind] - sums)).reshape(2 * (last - first), 2, cells.times)
            )
        events, leaving = both[0], both[1] if cells.absent is None else both[1] - both[2]
        at_risk = reverse_cumsum(leaving)
        yield EventTimes(
            control_events=events[:, 0],
            treated_events=events[:, 1],
            control_at_risk=at_risk[:, 0],
            treated_at_risk=at_risk[:, 1],
            index=np.arange(cells.times),
        )


def _table(cell: Counts, row: Counts | int, rows: int, size: int) -> Numbers:
    counted = cell >= 0
    flat = (row * size + cell)[counted]
    return np.bincount(flat, minlength=rows * size).reshape(rows, size).astype(np.float64)


def _fits(counts: EventTimes) -> Numbers:
    """Log hazard ratio and standard error, (thresholds, 2 quantities, 2 sides)."""
    control, treated = count_shared_events(counts)
    finite = (control > 0) & (treated > 0) & _tells_arms_apart(counts)
    ties = sum_ties(counts)
    coef = maximise_likelihood(ties, finite)
    _, information = ties.total(np.where(finite, coef, 0.0))
    se = np.where(finite, 1 / np.sqrt(np.where(finite, information, 1)), np.nan)
    return np.stack((coef.reshape(2, -1), se.reshape(2, -1))).transpose(2, 0, 1)


def _tells_arms_apart(counts: EventTimes) -> NDArray[np.bool_]:
    """Where an event left somebody behind while both arms were at risk.

    Exactly there the variance of the log-rank test is above 0; all of it would be a third of a scan's time.
    """
    events = counts.control_events + counts.treated_events
    left_behind = counts.control_at_risk + counts.treated_at_risk > events
    both = (counts.control_at_risk > 0) & (counts.treated_at_risk > 0)
    return np.any(both & left_behind & (events > 0), axis=-1)


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
    so many, is told by resampling; see `mirodash.survival.max_statistic`.

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
    level = validate_confidence(confidence)
    given = None if thresholds is None else _validate_thresholds(thresholds)
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
    lines = list_observed_between(test.marker, search) if given is None else given
    sides = fit_both_sides(
        validate_follow_up(time, event, treated), convert_to_numbers(biomarker, "biomarker"), lines
    )
    maxima = compute_permuted_maxima(test, n_resamples, seed=seed)
    return scan_of(lines, sides, test, maxima, seed=seed, confidence=level)


def scan_of(
    lines: Numbers,
    sides: SubgroupFits,
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
        p_value_adjusted=float(np.nanmin(compute_permutation_p_value(test.score_z, maxima)))
        if tested
        else None,
        candidate=read_only(candidate),
        score_z=read_only(score),
        p_value_adjusted_at=read_only(compute_permutation_p_value(score, maxima)) if tested else None,
        envelope=envelope(maxima, confidence) if tested else None,
        n_resamples=maxima.size,
        seed=seed,
    )


def _check_resampling(n_resamples: int, seed: int) -> None:
    for name, value in (("n_resamples", n_resamples), ("seed", seed)):
        if not isinstance(value, int | np.integer) or value < 0:
            raise ValueError(f"{name} must be a whole number of at least 0, not {value!r}.")


def _validate_thresholds(thresholds: ArrayLike) -> Numbers:
    lines = convert_to_numbers(thresholds, "thresholds").copy()
    if lines.ndim != 1 or not np.isfinite(lines).all():
        raise ValueError("The thresholds must be one list of finite numbers.")
    return lines


SAMPLES = 500


def find_best_thresholds(
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
        The threshold with the largest score of `mirodash.survival.max_statistic`, as the best one of the
        trial
        itself has; NaN for a sample without any candidate.

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 6.
    """
    people = find_searchable_range(time, event, treated, biomarker, strata)
    marker, _, _, _, arm = people
    arms = [np.flatnonzero(arm == of) for of in (0, 1)]
    allowed = marker if thresholds is None else convert_to_numbers(thresholds, "thresholds")
    best = [
        _find_best(people[:, _draw_sample(arms, np.random.SeedSequence(seed, spawn_key=(number,)))], allowed)
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
    return ThresholdStability(read_only(best[~np.isnan(best)]), best.size, observed, seed)


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
    """Where the best threshold lands when participants are resampled, and where it is in the trial.

    Parameters are those of `find_best_thresholds`; samples 0 to ``samples`` - 1 are drawn.

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
    best = find_best_thresholds(*columns, numbers=range(samples), thresholds=thresholds, seed=seed)
    scan = threshold_scan(*columns, thresholds=thresholds, n_resamples=0)
    return stability_of(best, scan.best_threshold, seed=seed)


def _draw_sample(arms: list[Counts], source: np.random.SeedSequence) -> Counts:
    """Places of a sample's participants: as many from each arm as are in it."""
    rng = np.random.default_rng(source)
    return np.concatenate([of[rng.integers(0, max(1, of.size), of.size)] for of in arms])


def _find_best(people: Numbers, allowed: Numbers) -> float:
    """The candidate with the largest score, NaN without one.

    A value that was not drawn is no place to stand: the group below would be that of a lower value.
    """
    marker, stratum, time, event, arm = people
    lines = np.intersect1d(marker, allowed)
    test = search_test(time, event, arm, marker, thresholds=lines, strata=stratum)
    place = find_largest_z(test.score_z)
    return np.nan if place is None else float(test.thresholds[place])
