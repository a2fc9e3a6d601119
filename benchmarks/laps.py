"""Contenders take turns, again and again, so that a busy moment of the machine slows all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np


@dataclass(frozen=True, slots=True)
class Lap:
    """One run: how long it took, and one of the numbers it arrived at."""

    seconds: float
    answer: float


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who answers the question: the ``expected`` answer, and how many ``turns`` in each round."""

    run: Callable[[], Lap]
    expected: float
    turns: int = 1


def lap(work: Callable[[], float]) -> Lap:
    """Run something once, by the clock."""
    start = time.perf_counter()
    answer = work()
    return Lap(time.perf_counter() - start, answer)


def race(contenders: Mapping[str, Contender], *, rounds: int) -> dict[str, float]:
    """Median duration of each contender in seconds, after one round that does not count.

    Raises
    ------
    AssertionError
        When one arrives at a wrong number, so that it cannot have done the same work.
    """
    for name, contender in contenders.items():
        found = contender.run().answer
        np.testing.assert_allclose(found, contender.expected, atol=1e-4, err_msg=f"{name} is wrong")
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            taken[name] += [contender.run().seconds for _ in range(contender.turns)]
    return {name: median(seconds) for name, seconds in taken.items()}
