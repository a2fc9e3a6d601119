"""Whether one hazard ratio may stand for early and late alike: one quiet word beside it."""

from __future__ import annotations

from typing import Literal

from mirodash.survival.results import ArmComparison, NotEstimable
from mirodash.survival.schoenfeld import EVENTS_FOR_A_CURVE

Constancy = Literal["plausible", "doubtful", "unclear", ""]

DOUBT_BELOW = 0.05
"""The level of the test of a constant hazard ratio, whatever the level of the intervals."""


def constancy(comparison: ArmComparison) -> Constancy:
    """The word for one group; empty where there is no test.

    A test that finds no change does not show that there is none, so that no word says "constant"; with few
    events it would hardly find any, so that not even "plausible" is said.
    """
    test = comparison.ph_test
    if isinstance(test, NotEstimable):
        return ""
    if test.p < DOUBT_BELOW:
        return "doubtful"
    return "unclear" if comparison.events < EVENTS_FOR_A_CURVE else "plausible"


def beside_a_hazard_ratio(comparison: ArmComparison) -> str:
    """What stands behind the interval: ``constancy plausible``; empty where there is no test."""
    word = constancy(comparison)
    return f"constancy {word}" if word else ""
