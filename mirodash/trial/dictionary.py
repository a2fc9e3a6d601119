"""The data dictionary: what each column of a trial means, in the reader's words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Scale = Literal["log", "linear"]
Kind = Literal["numeric", "category"]
TimeUnit = Literal["days", "weeks", "months", "years"]

SHORTEST_HORIZON = 1e-6
"""In any unit: half a minute of a year; the ticks of a shorter axis say nothing, and in the end are all 0."""


def why_no_horizon(horizon: float) -> str:
    """Why a number cannot be a horizon, as a sentence; ``""`` when it can.

    >>> why_no_horizon(0), why_no_horizon(5e-324)
    ('The horizon must be a number above 0.', 'The horizon must be at least 0.000001; is the unit right?')
    """
    if not (math.isfinite(horizon) and horizon > 0):
        return "The horizon must be a number above 0."
    return "" if horizon >= SHORTEST_HORIZON else "The horizon must be at least 0.000001; is the unit right?"


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of thresholds, offered as a chip (``3,700 published``)."""

    name: str
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Biomarker:
    """A numeric baseline measurement on which participants can be split by thresholds.

    ``lower_limit`` and ``upper_limit`` are the assay's limits, in ``unit``; ``note`` says when and
    how it was measured. ``default_thresholds`` is where the dashboard opens.
    """

    column: str
    label: str
    short: str
    unit: str = ""
    scale: Scale = "linear"
    decimals: int = 0
    lower_limit: float | None = None
    upper_limit: float | None = None
    note: str = ""
    presets: tuple[Preset, ...] = ()
    default_thresholds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Factor:
    """A baseline characteristic by which participants can be filtered (and later compared).

    ``levels`` orders the values of a category and gives each its label as ``(value, label)`` pairs;
    ``cut`` is where a numeric factor is split in subgroup tables.
    """

    column: str
    label: str
    kind: Kind
    unit: str = ""
    decimals: int = 0
    levels: tuple[tuple[str, str], ...] = ()
    cut: float | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A time to an event: which columns hold it, and what counts as an event.

    ``horizon`` is in ``unit``, measured from ``origin``. ``singular`` and ``plural`` name one and
    several events (death, deaths); ``event_free`` names those without one (alive).
    """

    key: str
    label: str
    time: str
    event: str
    event_value: str
    horizon: float
    unit: TimeUnit = "days"
    origin: str = "randomisation"
    singular: str = "event"
    plural: str = "events"
    event_free: str = "event-free"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Everything the screens, the tables and the command line need to name things.

    ``french`` gives any of these texts in French, as ``(text, French)`` pairs.
    """

    title: str
    control: str
    treated: str
    endpoints: tuple[Endpoint, ...]
    biomarkers: tuple[Biomarker, ...] = ()
    factors: tuple[Factor, ...] = ()
    synthetic: bool = False
    description: str = ""
    source: str = ""
    population: str = "randomised"
    arm_labels: tuple[tuple[str, str], ...] = ()
    randomised_within: tuple[str, ...] = ()
    default_strata: tuple[str, ...] = ()
    french: tuple[tuple[str, str], ...] = ()

    def endpoint(self, key: str) -> Endpoint | None:
        """The endpoint with this key, if there is one."""
        return next((e for e in self.endpoints if e.key == key), None)

    def biomarker(self, column: str) -> Biomarker | None:
        """The biomarker in this column, if there is one."""
        return next((b for b in self.biomarkers if b.column == column), None)

    def factor(self, column: str) -> Factor | None:
        """The factor in this column, if there is one."""
        return next((f for f in self.factors if f.column == column), None)

    def arm_label(self, arm: str) -> str:
        """How an arm is called on screen."""
        return dict(self.arm_labels).get(arm, arm)
