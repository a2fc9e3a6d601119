"""Means at scheduled visits, and who is alive and measured, alive and not measured, or dead at each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from mirodash.survival.data import convert_to_numbers, validate_confidence, validate_indicator, validate_times
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Counts, Interval, NotEstimable, Numbers


@dataclass(frozen=True, eq=False, slots=True)
class VisitSummary:
    """What was measured at every visit of some participants; arrays are (visits,).

    ``measured``, ``not_measured``, ``dead`` and ``not_followed`` sum to ``participants`` at every visit.
    ``not_measured`` are alive; of ``not_followed`` nobody knows, as their follow-up ended before. ``mean``
    is NaN where nobody was measured, ``lower`` and ``upper`` where fewer than two were, or all have one
    value. They are Student's interval.
    """

    visits: Numbers
    participants: int
    measured: Counts
    not_measured: Counts
    dead: Counts
    not_followed: Counts
    mean: Numbers
    sd: Numbers
    lower: Numbers
    upper: Numbers


def assign_visits(time: ArrayLike, visits: ArrayLike) -> Counts:
    """The scheduled visit nearest to each time, (measurements,): the earlier one in the middle between two.

    Parameters
    ----------
    time : array (measurements,)
    visits : array (visits,)
        Scheduled times, ascending, at least one.

    Examples
    --------
    >>> assign_visits([0, 40, 46, 300], [0, 30, 60])
    array([0, 1, 2, 2])
    """
    times, planned = np.asarray(time, dtype=np.float64), np.asarray(visits, dtype=np.float64)
    halfway = (planned[1:] + planned[:-1]) / 2
    return np.searchsorted(halfway, times, side="left").astype(np.int64)


def summarise_visits(
    value: ArrayLike,
    time: ArrayLike,
    died: ArrayLike,
    chosen: ArrayLike,
    *,
    visits: ArrayLike,
    confidence: float = 0.95,
) -> VisitSummary:
    """Mean with interval of the measured, and the state of everybody, at every visit.

    Somebody who was measured counts as measured even where death came before the visit's nominal time.

    Parameters
    ----------
    value : array (participants, visits)
        NaN where there is none.
    time, died : array (participants,)
        To death or the end of follow-up, in the unit of ``visits``.
    chosen : array (participants,)
        True for those who are summarised.
    visits : array (visits,)
        Nominal times.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    level = validate_confidence(confidence)
    times, planned = validate_times(time), convert_to_numbers(visits, "visits")
    event = validate_indicator(died, "died", times.size) == 1
    mine = validate_indicator(chosen, "chosen", times.size) == 1
    values = convert_to_numbers(value, "value")
    if values.shape != (times.size, planned.size):
        raise ValueError(f"Values must be ({times.size}, {planned.size}), not {values.shape}.")
    values, times, event = values[mine], times[mine, None], event[mine, None]
    measured = ~np.isnan(values)
    ended = ~measured & (times < planned)
    dead = ~measured & event & (times <= planned)
    lost = ended & ~dead
    n = measured.sum(axis=0)
    mean, sd = _describe(values, measured)
    reach = stdtrit(np.maximum(n - 1, 1), 0.5 + level / 2) * sd / np.sqrt(np.maximum(n, 1))
    return VisitSummary(
        visits=read_only(planned.copy()),
        participants=int(mine.sum()),
        measured=_count(measured),
        not_measured=_count(~measured & ~dead & ~lost),
        dead=_count(dead),
        not_followed=_count(lost),
        mean=read_only(mean),
        sd=read_only(sd),
        lower=read_only(mean - reach),
        upper=read_only(mean + reach),
    )


TOO_FEW_MEASURED = "Fewer than two participants of an arm were measured."


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """Mean of the treated minus that of the controls with Welch's interval; ``n`` is (control, treated)."""

    estimate: float
    se: float
    ci: Interval
    n: tuple[int, int]


def compare_means(
    value: ArrayLike, treated: ArrayLike, *, confidence: float = 0.95
) -> MeanDifference | NotEstimable:
    """Difference of two means without assuming one variance, as R's ``t.test``.

    Parameters
    ----------
    value : array (participants,)
        NaN where there is none.
    treated : array (participants,)
    confidence : float

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Examples
    --------
    >>> compare_means([1.0, 2, 3, 5, 6, 9], [0, 0, 0, 1, 1, 1]).estimate
    4.666666666666667
    """
    level = validate_confidence(confidence)
    values = convert_to_numbers(value, "value")
    arm = validate_indicator(treated, "treated", values.size) == 1
    known = ~np.isnan(values)
    parts = [values[known & ~arm], values[known & arm]]
    n = (int(parts[0].size), int(parts[1].size))
    if min(n) < 2:
        return NotEstimable(TOO_FEW_MEASURED)
    means = float(parts[0].mean()), float(parts[1].mean())
    return _compare(means, (float(parts[0].var(ddof=1)), float(parts[1].var(ddof=1))), n, level)


def compare_at_visit(
    control: VisitSummary, treated: VisitSummary, visit: int, *, confidence: float = 0.95
) -> MeanDifference | NotEstimable:
    """The same from the means of both arms at a visit."""
    level = validate_confidence(confidence)
    n = int(control.measured[visit]), int(treated.measured[visit])
    if min(n) < 2:
        return NotEstimable(TOO_FEW_MEASURED)
    spread = (control.sd[visit], treated.sd[visit])
    variances = tuple(0.0 if np.isnan(sd) else float(sd) ** 2 for sd in spread)
    return _compare(
        (float(control.mean[visit]), float(treated.mean[visit])), (variances[0], variances[1]), n, level
    )


def _compare(
    means: tuple[float, float], variances: tuple[float, float], n: tuple[int, int], level: float
) -> MeanDifference | NotEstimable:
    """Welch's interval from means, variances and numbers of (control, treated)."""
    errors = [variance / size for variance, size in zip(variances, n, strict=True)]
    if sum(errors) <= 0:
        return NotEstimable("All values of each arm are the same, so the difference has no interval.")
    freedom = sum(errors) ** 2 / sum(e**2 / (k - 1) for e, k in zip(errors, n, strict=True))
    se = float(np.sqrt(sum(errors)))
    estimate = means[1] - means[0]
    reach = float(stdtrit(freedom, 0.5 + level / 2)) * se
    return MeanDifference(estimate, se, (estimate - reach, estimate + reach), n)


def _count(chosen: NDArray[np.bool_]) -> Counts:
    return read_only(chosen.sum(axis=0).astype(np.int64))


def _describe(values: Numbers, measured: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Mean and standard deviation of the measured, (visits,) each; NaN where there are too few."""
    n = measured.sum(axis=0)
    total = np.where(measured, values, 0.0).sum(axis=0)
    mean = np.divide(total, n, out=np.full(n.size, np.nan), where=n > 0)
    squares = np.where(measured, (values - mean) ** 2, 0.0).sum(axis=0)
    variance = np.divide(squares, n - 1, out=np.full(n.size, np.nan), where=n > 1)
    return mean, np.sqrt(np.where(variance > 0, variance, np.nan))
