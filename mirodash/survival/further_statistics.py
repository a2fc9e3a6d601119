"""Statistics that a reader may ask for beyond the usual ones, each with its parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mirodash.survival.results import NotEstimable
from mirodash.survival.two_arm_cox import FittedGroups
from mirodash.survival.weighted_logrank import weighted_logrank_of


@dataclass(frozen=True, slots=True)
class FurtherStatistic:
    """A statistic of every group that is computed where it is asked for.

    Attributes
    ----------
    parameters : tuple of str
        What its parameters are called; each is a number from 0 to ``largest``.
    offered : tuple of tuples of float
        The parameters that a menu offers.
    compute : (FittedGroups, group, parameters) -> result or NotEstimable
        Its result in one group.
    """

    parameters: tuple[str, ...]
    largest: float
    offered: tuple[tuple[float, ...], ...]
    compute: Callable[[FittedGroups, int, tuple[float, ...]], Any | NotEstimable]


FURTHER: dict[str, FurtherStatistic] = {
    "weighted-logrank": FurtherStatistic(
        parameters=("ρ", "γ"),
        largest=10,
        offered=((0, 1), (1, 0), (1, 1), (0, 0.5), (0.5, 0), (0.5, 0.5), (0, 2), (2, 0)),
        compute=weighted_logrank_of,
    ),
}
"""By the names that a link gives them."""


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """A further statistic with its parameters, as a reader asked for it: ``name:0,1``."""

    name: str
    parameters: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        """As a link says it."""
        return ":".join((self.name, ",".join(f"{value:g}" for value in self.parameters))).removesuffix(":")


def parse_choice(text: str) -> Choice:
    """Read what a link says.

    Raises
    ------
    ValueError
        When it is no name with numbers behind a colon.

    Examples
    --------
    >>> parse_choice("weights:0,0.50"), parse_choice("weights:0,0.50").text
    (Choice(name='weights', parameters=(0.0, 0.5)), 'weights:0,0.5')
    """
    name, _, said = text.partition(":")
    return Choice(name.strip(), tuple(float(number) for number in said.split(",") if number.strip()))


def is_computable(choice: Choice) -> bool:
    """Whether there is such a statistic with such parameters."""
    found = FURTHER.get(choice.name)
    return (
        found is not None
        and len(choice.parameters) == len(found.parameters)
        and all(math.isfinite(value) and 0 <= value <= found.largest for value in choice.parameters)
    )


def list_offered() -> tuple[Choice, ...]:
    """Everything that a menu offers."""
    return tuple(Choice(name, values) for name, found in FURTHER.items() for values in found.offered)


def compute_further(
    fitted: FittedGroups, group: int, choices: tuple[Choice, ...]
) -> Mapping[str, Any | NotEstimable]:
    """The statistics that were asked for in one group, by the text of the choice."""
    return {choice.text: FURTHER[choice.name].compute(fitted, group, choice.parameters) for choice in choices}
