"""Does treatment act differently in the levels of a factor? One test for all its levels together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.survival.observations import checked_indicator
from mirodash.survival.results import NotEstimable
from mirodash.survival.subgroup_results import FactorInteraction, LikelihoodRatioTest
from mirodash.survival.threshold_interaction import threshold_interaction

ARMS = 2


def factor_interaction(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, level: ArrayLike
) -> FactorInteraction:
    """Test treatment × factor in a Cox model with both main effects, as R's ``coxph(~ treated * level)``.

    Parameters
    ----------
    time, event, treated : array (participants,)
    level : array (participants,) of int
        Codes of the levels from 0; -1 where it is missing, which leaves the participant out.

    Returns
    -------
    FactorInteraction
        Levels without events in one of the arms have no finite effect; they are left out and counted.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    code = np.asarray(level)
    size = np.asarray(time).size
    if code.shape != (size,) or (code.size and code.dtype.kind not in "iu"):
        raise ValueError(f"level must be whole numbers of shape ({size},), not {code.dtype} of {code.shape}.")
    arm, happened = checked_indicator(treated, "treated", size), checked_indicator(event, "event", size)
    usable = _with_events_in_both_arms(arm, happened, code)
    inside = np.isin(code, usable)
    left_out = int(((code >= 0) & ~inside).sum())
    return FactorInteraction(usable.size, left_out, _test(time, arm, happened, code, usable))


def _with_events_in_both_arms(
    arm: NDArray[np.int64], event: NDArray[np.int64], code: NDArray[np.int64]
) -> NDArray[np.int64]:
    known = (code >= 0) & (event == 1)
    levels = int(code.max(initial=-1)) + 1
    events = np.bincount(code[known] * ARMS + arm[known], minlength=levels * ARMS).reshape(levels, ARMS)
    return np.flatnonzero((events > 0).all(axis=1))


def _test(
    time: ArrayLike,
    arm: NDArray[np.int64],
    event: NDArray[np.int64],
    code: NDArray[np.int64],
    usable: NDArray[np.int64],
) -> LikelihoodRatioTest | NotEstimable:
    if usable.size < 2:
        return NotEstimable("Fewer than two groups have events in both arms: no effects can be compared.")
    inside = np.isin(code, usable)
    packed = np.where(inside, np.searchsorted(usable, code), -1)
    found = threshold_interaction(time, event, arm, packed, groups=usable.size)
    if isinstance(found, NotEstimable):
        return found
    return LikelihoodRatioTest(usable.size - 1, found.p_lr)
