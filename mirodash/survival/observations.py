"""How long each participant was followed, whether the event came, and in which arm: checked and made exact.

Two times that differ only by rounding (0.1 + 0.2 and 0.3) are one time, as everywhere in R's survival
package; otherwise they would not tie and every estimate would change a little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.results import Counts, Numbers

_NUMBERS = (bool, int, float, np.number, np.bool_)
SAME_TIME = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, eq=False, slots=True)
class Observations:
    """Participants' follow-up, with times replaced by their rank among the distinct times.

    Parameters
    ----------
    distinct : array (times,)
        The distinct times, ascending, in the unit of the file.
    code : array (participants,)
        Which of ``distinct`` each participant was followed to.
    event, treated : array (participants,) of 0 and 1
    """

    distinct: Numbers
    code: Counts
    event: Counts
    treated: Counts


def distinct_times(time: Numbers) -> tuple[Numbers, Counts]:
    """Distinct times, with those closer than rounding merged into the earliest of them.

    As R's ``survival:::aeqSurv``: neighbours closer than sqrt(machine epsilon), absolutely or relative to
    the mean of the distinct times, are the same time.

    Returns
    -------
    distinct : array (times,)
    code : array (participants,)
        Index into ``distinct``.
    """
    raw, code = np.unique(time, return_inverse=True)
    if raw.size < 2:
        return raw, code
    gap = np.diff(raw)
    largest = raw[-1]
    mean = largest * float(np.mean(raw / largest))  # the plain sum of very large times would overflow
    starts = np.concatenate(([True], gap > max(SAME_TIME, SAME_TIME * mean)))
    if starts.all():
        return raw, code
    return raw[starts], (np.cumsum(starts) - 1)[code]


def as_numbers(values: ArrayLike, name: str) -> Numbers:
    """A column as floating point; ``name`` is what it is called in the message.

    Raises
    ------
    ValueError
        When it holds text or anything else that is not a number.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"{name} must hold only numbers: {problem}.") from problem


def checked_times(time: ArrayLike) -> Numbers:
    """Follow-up times as (participants,) floats.

    Raises
    ------
    ValueError
        When they are not a list of finite numbers of at least 0.
    """
    times = as_numbers(time, "time")
    if times.ndim != 1:
        raise ValueError(f"The times must be one list of numbers, not an array of shape {times.shape}.")
    if not np.isfinite(times).all():
        missing = int((~np.isfinite(times)).sum())
        raise ValueError(f"{missing} of {times.size} times are missing or infinite; leave them out first.")
    if times.size and times.min() < 0:
        raise ValueError(f"{int((times < 0).sum())} of {times.size} times are negative.")
    return times + 0.0  # minus zero would print as -0


def checked_indicator(values: ArrayLike, name: str, size: int) -> Counts:
    """A yes/no column as (participants,) of 0 and 1.

    Parameters
    ----------
    name : str
        What the column is called in the message.
    size : int
        How many participants there are.

    Raises
    ------
    ValueError
        When it is of another length, or holds anything but 0, 1, True and False.
    """
    given = np.asarray(values)
    if given.shape != (size,):
        raise ValueError(f"There are {size} times but {name} has shape {given.shape}; it must be ({size},).")
    if given.dtype == np.bool_:
        return given.astype(np.int64)
    # pandas hands its nullable booleans and integers over as objects
    numeric = given.dtype.kind in "iuf" or all(isinstance(value, _NUMBERS) for value in given.tolist())
    if not numeric or not ((given == 0) | (given == 1)).all():
        raise ValueError(f"{name} must hold only 0 and 1, or False and True.")
    return given.astype(np.int64)


def checked_confidence(confidence: float) -> float:
    """The confidence level, a share strictly between 0 and 1.

    Raises
    ------
    ValueError
        When it is anything else, such as 95.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, such as 0.95, not {confidence}.")
    return float(confidence)


def observe(time: ArrayLike, event: ArrayLike, treated: ArrayLike) -> Observations:
    """Check one trial's follow-up and number its distinct times.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event : array (participants,)
        1 or True where the event came, 0 or False where follow-up ended without it.
    treated : array (participants,)
        1 or True in the treated arm, 0 or False in the control arm.

    Raises
    ------
    ValueError
        With a sentence saying which column does not fit.
    """
    times = checked_times(time)
    distinct, code = distinct_times(times)
    return Observations(
        distinct=distinct,
        code=code.astype(np.int64, copy=False),
        event=checked_indicator(event, "event", times.size),
        treated=checked_indicator(treated, "treated", times.size),
    )


def checked_members(members: ArrayLike, size: int) -> NDArray[np.bool_]:
    """Who is in which group, as (groups, participants) of booleans.

    Raises
    ------
    ValueError
        When it has another shape or does not hold booleans.
    """
    mask = np.asarray(members)
    if mask.ndim != 2 or mask.shape[1] != size or mask.dtype != np.bool_:
        raise ValueError(
            f"members must be booleans of shape (groups, {size}), not {mask.dtype} of shape {mask.shape}."
        )
    return mask
