"""How long the starter strip takes as a file of slides, after its statistics are known and from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from benchmarks.comparison_table import Row, in_words
from benchmarks.laps import lap
from benchmarks.one_view import forget
from benchmarks.people import builtin
from mirodash.export.deck import Slide, deck
from mirodash.questions.talk.slide_data import build_starter_deck
from mirodash.stratification.selection import Selection

GOAL = 2.0
"""Seconds that nineteen of twenty exports may take."""
DAY = date(2026, 1, 1)


def measure(*, rounds: int) -> Iterator[Row]:
    """Two rows: 95th percentiles over the rounds."""
    for what, first in (("statistics known", False), ("from nothing", True)):
        taken = [_seconds(from_nothing=first) for _ in range(rounds + 1)][1:]
        slow = float(np.quantile(taken, 0.95))
        yield Row(
            f"starter strip as slides, {what}, p95 of {rounds}",
            in_words(slow),
            goal=f"≤ {GOAL:g} s",
            met=slow <= GOAL,
        )


def _seconds(*, from_nothing: bool) -> float:
    trial = builtin()
    slides = [Slide(trial, Selection(), view) for view in build_starter_deck(trial)]
    if from_nothing:
        forget()  # not before the story, which looks at every picture that it tells of
    return lap(lambda: float(len(deck(slides, on=DAY)))).seconds
