"""Sums over the measurements of each participant: all that a model of straight lines needs to know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirodash.survival.data import convert_to_numbers
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Counts, Numbers


@dataclass(frozen=True, eq=False, slots=True)
class PersonSums:
    """All that a model of straight lines needs to know of each participant; arrays are (participants,).

    Attributes
    ----------
    n : number of measurements
    t, tt : sums of times and of their squares
    y, ty, yy : sums of values, of times × values, and of squared values
    within : residual sum of squares around the participant's own least-squares line
    distinct : number of distinct times
    """

    n: Numbers
    t: Numbers
    tt: Numbers
    y: Numbers
    ty: Numbers
    yy: Numbers
    within: Numbers
    distinct: Counts

    def of(self, chosen: ArrayLike) -> PersonSums:
        """Those of the chosen participants, by mask or by place."""
        at = np.asarray(chosen)
        return PersonSums(
            *(getattr(self, name)[at] for name in ("n", "t", "tt", "y", "ty", "yy", "within", "distinct"))
        )

    @property
    def participants(self) -> int:
        """How many participants there are, measured or not."""
        return self.n.size

    @property
    def measurements(self) -> int:
        """How many values there are."""
        return int(self.n.sum())


def sum_by_person(person: ArrayLike, time: ArrayLike, value: ArrayLike, participants: int) -> PersonSums:
    """Sums over the measurements of each participant, computed once for every later model.

    Parameters
    ----------
    person : array (measurements,)
        Whose each is, from 0 to ``participants`` - 1.
    time : array (measurements,)
        From randomisation, in the unit in which slopes are wanted (per month: in months).
    value : array (measurements,)
    participants : int

    Raises
    ------
    ValueError
        When lengths differ, or a time or value is missing or infinite.
    """
    times, values = convert_to_numbers(time, "time"), convert_to_numbers(value, "value")
    who = np.asarray(person, dtype=np.int64)
    if not who.shape == times.shape == values.shape:
        raise ValueError(f"There are {who.size} participants, {times.size} times and {values.size} values.")
    if not (np.isfinite(times).all() and np.isfinite(values).all()):
        raise ValueError("Times and values of measurements must be finite numbers.")
    if who.size and (who.min() < 0 or who.max() >= participants):
        raise ValueError(f"Participants must be numbered from 0 to {participants - 1}.")

    def add(weights: Numbers | None = None) -> Numbers:
        return np.bincount(who, weights=weights, minlength=participants).astype(np.float64)

    n = add()
    t, y = add(times), add(values)
    each = np.maximum(n, 1)
    around, off = times - (t / each)[who], values - (y / each)[who]
    spread, shared = add(around * around), add(around * off)
    slope = np.divide(shared, spread, out=np.zeros_like(spread), where=spread > 0)
    rest = off - slope[who] * around
    pairs = np.unique(np.stack((who.astype(np.float64), times)), axis=1)[0].astype(np.int64)
    return PersonSums(
        n=read_only(n),
        t=read_only(t),
        tt=read_only(add(times * times)),
        y=read_only(y),
        ty=read_only(add(times * values)),
        yy=read_only(add(values * values)),
        within=read_only(add(rest * rest)),
        distinct=read_only(np.bincount(pairs, minlength=participants).astype(np.int64)),
    )
