"""Statistic: a number that compares two arms, with everything that is ever said of it in one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup
from mirodash.survival.results import ArmSummary, NotEstimable
from mirodash.text.facts import Fact, Table
from mirodash.text.json_values import Json
from mirodash.text.labels import ArmNames

NO_PARTICIPANTS = NotEstimable("No participants are in this arm.")


@dataclass(frozen=True, slots=True)
class InGroup:
    """A group of a view, as its statistics are told; ``names`` are what its arms are called."""

    result: SurvivalByGroup
    group: GroupSurvival
    names: ArmNames

    @property
    def why_absent(self) -> NotEstimable:
        """Why an arm has no estimate, where it has none."""
        missing = self.group.comparison.survival_difference
        return missing if isinstance(missing, NotEstimable) else NO_PARTICIPANTS


@dataclass(frozen=True, slots=True)
class ArmColumn:
    """A column of the table that sums the arms up."""

    header: str
    treated: str
    control: str


@dataclass(frozen=True, slots=True)
class Script:
    """How scripts compute it: functions, and what is called for the rows of one group.

    ``people`` are the participants of a group, ``label`` its name. The call in R gives named numbers, that
    in Python a dictionary of them, under the same names.
    """

    r: str
    r_call: str
    python: str
    python_call: str


Method = tuple[str, str, str]
"""A row of the table of methods: what the number is called, how it is made, R's function."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic; page, slides, tables, terminal, JSON, scripts and methods iterate over a list of these.

    What a comparison holds is hidden as a whole where small counts would be told; see
    `mirodash.disclosure.counts.suppress_comparison`.

    Attributes
    ----------
    key : str
        Its name in JSON.
    methods : tuple of Method
        Its rows in the table of methods.
    fact : InGroup -> Fact or None
        On a card and on slides, where it stands there.
    lines : InGroup -> lines
        In the terminal.
    encode : InGroup -> dict
        Its fields in the JSON of a group.
    encode_arm : (InGroup, ArmSummary) -> dict
        Its fields in the JSON of an arm.
    arm_column : InGroup -> ArmColumn
        In the table that sums the arms up.
    tables : InGroup -> tables
        Behind the picture.
    script : Script
        In R and Python; statistics that are computed together share one.
    name : str
        In the menu, of one that is asked for.
    sentences : mapping of str to str
        By language, for the methods paragraph, of one that is asked for.
    is_beside_competing : bool
        Whether it is told only where another event competes.
    """

    key: str
    methods: tuple[Method, ...] = ()
    fact: Callable[[InGroup], Fact | None] | None = None
    lines: Callable[[InGroup], list[str]] | None = None
    encode: Callable[[InGroup], Json] | None = None
    encode_arm: Callable[[InGroup, ArmSummary], Json] | None = None
    arm_column: Callable[[InGroup], ArmColumn] | None = None
    tables: Callable[[InGroup], tuple[Table, ...]] | None = None
    script: Script | None = None
    name: str = ""
    sentences: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    is_beside_competing: bool = False
