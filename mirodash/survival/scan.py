"""What if the line were drawn elsewhere? The hazard ratio on both sides of every possible threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.efron_ties import tie_sums
from mirodash.survival.estimability import shared_events
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.observations import Observations, as_numbers, observe
from mirodash.survival.results import Counts, Numbers
from mirodash.survival.risk_sets import EventTimes, from_the_end
from mirodash.survival.threshold_results import ThresholdScan
from mirodash.survival.two_arm_cox import maximise

# thresholds × event times handled together: small enough for the processor's cache, which halves the time
CELLS_AT_ONCE = 32_000


@dataclass(frozen=True, eq=False, slots=True)
class _Cells:
    """Participants in order of the threshold that first takes them in.

    ``events`` and ``leaving`` (participants,) are places in a table (2 arms, event times), or -1 for those
    without an event, and for those who leave before the first event; participants of bin b are at
    ``start[b]:start[b + 1]``.
    """

    events: Counts
    leaving: Counts
    start: Counts
    times: int


def candidate_thresholds(biomarker: Numbers) -> Numbers:
    """Distinct observed values from the 10th to the 90th percentile; missing values are left out."""
    known = biomarker[~np.isnan(biomarker)]
    if not known.size:
        return known
    low, high = np.quantile(known, (0.1, 0.9))
    values = np.unique(known)
    return values[(values >= low) & (values <= high)]


def threshold_scan(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    thresholds: ArrayLike | None = None,
    n_resamples: int = 10_000,
    seed: int = 0,
) -> ThresholdScan:
    """Compare the arms below and above every threshold of a biomarker.

    Each side of each threshold has its own Cox model with Efron's ties, as R's ``coxph``; all are fitted
    together. Participants without the biomarker are left out.

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
        from the 10th to the 90th percentile.
    n_resamples, seed : int
        How often, and from which seed, the null distribution of the largest interaction is resampled. They
        are checked, but the distribution is not resampled here, so ``p_value_adjusted`` is None.

    Returns
    -------
    ThresholdScan
        Arrays (thresholds,), in the order of ``thresholds``. ``best_threshold`` has the largest
        ``|interaction_z|``; it has been searched for, so it promises more than it will keep.

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
    observed = observe(time, event, treated)
    marker = _checked_marker(biomarker, observed.code.size)
    lines = candidate_thresholds(marker) if thresholds is None else _checked_thresholds(thresholds)
    distinct, place = np.unique(lines, return_inverse=True)
    known = ~np.isnan(marker)
    kept = Observations(
        observed.distinct, observed.code[known], observed.event[known], observed.treated[known]
    )
    bins = distinct.searchsorted(marker[known], side="left")
    fits = [np.empty((0, 2, 2))]
    fits.extend(_both_sides(counts) for counts in _counts_by_threshold(kept, bins, distinct.size))
    coef, se = np.concatenate(fits)[place].transpose(1, 2, 0)
    with np.errstate(invalid="ignore"):
        z = (coef[1] - coef[0]) / np.hypot(se[0], se[1])
    n_below = np.cumsum(np.bincount(bins, minlength=distinct.size + 1))[:-1][place]
    events_below = np.cumsum(np.bincount(bins[kept.event == 1], minlength=distinct.size + 1), dtype=np.int64)[
        :-1
    ][place]
    return ThresholdScan(
        thresholds=read_only(lines),
        n_below=read_only(n_below),
        events_below=read_only(events_below),
        hazard_ratio_below=read_only(np.exp(coef[0])),
        standard_error_below=read_only(se[0].copy()),
        n_above=read_only(bins.size - n_below),
        events_above=read_only(int(kept.event.sum()) - events_below),
        hazard_ratio_above=read_only(np.exp(coef[1])),
        standard_error_above=read_only(se[1].copy()),
        interaction_z=read_only(z),
        best_threshold=None if np.isnan(z).all() else float(lines[np.nanargmax(np.abs(z))]),
        p_value_adjusted=None,
        candidate=read_only(np.zeros(lines.size, dtype=np.bool_)),
        score_z=read_only(np.full(lines.size, np.nan)),
        p_value_adjusted_at=None,
        envelope=None,
        n_resamples=0,
        seed=seed,
    )


def _check_resampling(n_resamples: int, seed: int) -> None:
    for name, value in (("n_resamples", n_resamples), ("seed", seed)):
        if not isinstance(value, int | np.integer) or value < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"{name} must be a whole number of at least 0, not {value!r}.")


def _checked_marker(biomarker: ArrayLike, size: int) -> Numbers:
    marker = as_numbers(biomarker, "biomarker")
    if marker.shape != (size,):
        raise ValueError(
            f"There are {size} times but biomarker has shape {marker.shape}; it must be ({size},)."
        )
    if np.isinf(marker).any():
        raise ValueError(f"{int(np.isinf(marker).sum())} of {size} biomarker values are infinite.")
    return marker


def _checked_thresholds(thresholds: ArrayLike) -> Numbers:
    lines = as_numbers(thresholds, "thresholds").copy()
    if lines.ndim != 1 or not np.isfinite(lines).all():
        raise ValueError("The thresholds must be one list of finite numbers.")
    return lines


def _cells(observed: Observations, bins: Counts, thresholds: int) -> _Cells:
    """Sort participants by bin, so that every stretch of thresholds reads its own participants only."""
    has_event = np.bincount(observed.code[observed.event == 1], minlength=observed.distinct.size) > 0
    times = int(has_event.sum())
    # a participant is at risk up to the last event time that is not after their own
    last = (np.cumsum(has_event) - 1)[observed.code]
    cell = np.where(last < 0, -1, observed.treated * times + last)
    order = np.argsort(bins, kind="stable")
    return _Cells(
        events=np.where(observed.event == 1, cell, -1)[order],
        leaving=cell[order],
        start=np.concatenate(([0], np.cumsum(np.bincount(bins, minlength=thresholds + 1)))),
        times=times,
    )


def _counts_by_threshold(observed: Observations, bins: Counts, thresholds: int) -> Iterator[EventTimes]:
    """Risk sets below and above a stretch of thresholds at a time: groups are (2 × thresholds,)."""
    cells = _cells(observed, bins, thresholds)
    size = 2 * cells.times
    stretch = max(1, CELLS_AT_ONCE // max(1, 2 * cells.times))
    everyone = [_table(part, 0, 1, size)[0] for part in (cells.events, cells.leaving)]
    below = [np.zeros(size), np.zeros(size)]
    for first in range(0, thresholds, stretch):
        last = min(first + stretch, thresholds)
        mine = slice(cells.start[first], cells.start[last])
        own_bin = np.repeat(np.arange(last - first), np.diff(cells.start[first : last + 1]))
        both: list[Numbers] = []
        for kind, part in enumerate((cells.events, cells.leaving)):
            sums = below[kind] + np.cumsum(_table(part[mine], own_bin, last - first, size), axis=0)
            below[kind] = sums[-1]
            both.append(
                np.concatenate((sums, everyone[kind] - sums)).reshape(2 * (last - first), 2, cells.times)
            )
        events, at_risk = both[0], from_the_end(both[1])
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


def _both_sides(counts: EventTimes) -> Numbers:
    """Log hazard ratio and standard error, (thresholds, 2 quantities, 2 sides)."""
    control, treated = shared_events(counts)
    finite = (control > 0) & (treated > 0) & _tells_arms_apart(counts)
    ties = tie_sums(counts)
    coef = maximise(ties, finite)
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
