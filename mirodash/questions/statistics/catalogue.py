"""List of all statistics of a group, over which page, slides, tables, terminal, JSON and scripts iterate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from mirodash.questions.statistics.absolute import RESTRICTED_MEAN, SURVIVAL_DIFFERENCE
from mirodash.questions.statistics.competing import GRAY, INCIDENCE
from mirodash.questions.statistics.fleming_harrington import build_weighted_logrank
from mirodash.questions.statistics.group_survival import SurvivalByGroup
from mirodash.questions.statistics.hazards import HAZARD_RATIO, LOGRANK, PROPORTIONAL_HAZARDS
from mirodash.questions.statistics.landmarks import LANDMARKS
from mirodash.questions.statistics.medians import FOLLOW_UP, MEDIAN
from mirodash.questions.statistics.statistic import InGroup, Script, Statistic
from mirodash.survival.further_statistics import Choice, list_offered
from mirodash.survival.results import ArmSummary
from mirodash.text.facts import Fact, Table
from mirodash.text.json_values import Json
from mirodash.text.methods import OF_CURVES, OF_OTHER_NUMBERS
from mirodash.text.numbers import count

STATISTICS: tuple[Statistic, ...] = (
    HAZARD_RATIO,
    LOGRANK,
    PROPORTIONAL_HAZARDS,
    SURVIVAL_DIFFERENCE,
    RESTRICTED_MEAN,
    GRAY,
    MEDIAN,
    FOLLOW_UP,
    INCIDENCE,
)
"""The usual ones, in the order in which they are told; those that are asked for follow, then landmarks."""
FURTHER: dict[str, Callable[[Choice], Statistic]] = {"weighted-logrank": build_weighted_logrank}
"""How those of `mirodash.survival.further_statistics` that are asked for are told, by their names there."""


def list_statistics(further: tuple[Choice, ...], *, competing: bool) -> tuple[Statistic, ...]:
    """Every statistic of a view, with those that are asked for.

    ``competing`` tells that another event competes with the endpoint.
    """
    usual = (one for one in STATISTICS if competing or not one.is_beside_competing)
    return (*usual, *(FURTHER[choice.name](choice) for choice in further), LANDMARKS)


def list_told(result: SurvivalByGroup) -> tuple[Statistic, ...]:
    """Every statistic that is told of the groups of a view."""
    return list_statistics(result.further, competing=bool(result.endpoint.competing))


def name_choice(choice: Choice) -> str:
    """A further statistic as a menu calls it."""
    return FURTHER[choice.name](choice).name


def write_sentences(further: tuple[Choice, ...], language: Literal["en", "fr"]) -> tuple[str, ...]:
    """How further statistics are computed, for a methods paragraph."""
    found = (FURTHER[choice.name](choice).sentences.get(language, "") for choice in further)
    return tuple(sentence for sentence in found if sentence)


def describe_statistics(told: InGroup) -> tuple[Fact, ...]:
    """The statistics of a group that stand on its card, as facts."""
    facts = (statistic.fact(told) for statistic in list_told(told.result) if statistic.fact)
    return tuple(fact for fact in facts if fact is not None)


def build_tables(told: InGroup) -> Iterator[Table]:
    """The arms summed up, then what statistics have tables of their own."""
    arms, label = (told.group.written.treated, told.group.written.control), told.group.label
    columns = [statistic.arm_column(told) for statistic in list_told(told.result) if statistic.arm_column]
    cells = ([column.treated for column in columns], [column.control for column in columns])
    rows = tuple(
        (name, count(arm.n), count(arm.events), *shown)
        for name, arm, shown in zip((told.names.treated, told.names.control), arms, cells, strict=True)
    )
    header = ("Arm", "n", "Events", *(column.header for column in columns))
    yield Table(f"{label}: summary by arm", header, rows)
    for statistic in list_told(told.result):
        if statistic.tables:
            yield from statistic.tables(told)


def encode_statistics(told: InGroup) -> Json:
    """The fields that statistics have in the JSON of a group."""
    fields: Json = {}
    for statistic in list_told(told.result):
        fields |= statistic.encode(told) if statistic.encode else {}
    return fields


def encode_arm_statistics(told: InGroup, arm: ArmSummary) -> Json:
    """The fields that statistics have in the JSON of an arm."""
    fields: Json = {}
    for statistic in list_told(told.result):
        fields |= statistic.encode_arm(told, arm) if statistic.encode_arm else {}
    return fields


def list_scripts(further: tuple[Choice, ...], *, competing: bool) -> tuple[Script, ...]:
    """What scripts compute of a group, once for statistics that are computed together."""
    told = list_statistics(further, competing=competing)
    return tuple(dict.fromkeys(statistic.script for statistic in told if statistic.script))


def list_shown_methods(result: SurvivalByGroup) -> tuple[str, ...]:
    """The names, in the table of methods, of what a survival card and its tables show."""
    shown = (statistic for statistic in list_told(result) if statistic.fact or statistic.tables)
    return tuple(name for statistic in shown for name, _, _ in statistic.methods)


def tabulate_methods() -> Table:
    """One row for each kind of number that the pages show."""
    one_of_each = {choice.name: choice for choice in list_offered()}
    told = list_statistics(tuple(one_of_each.values()), competing=True)
    own = (row for statistic in told for row in statistic.methods)
    rows = (*OF_CURVES, *own, *OF_OTHER_NUMBERS)
    return Table("How these numbers are made", ("Number", "Method", "In R"), rows)
