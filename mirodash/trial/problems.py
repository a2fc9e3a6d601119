"""Problems of a file: what keeps it from being a trial, what was noticed, and which rows were excluded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from mirodash.trial.table import Column

AMBIGUOUS = "can be read day first or month first, so no time was computed from them"
"""What is said of dates in which no day is beyond 12."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that a reader can tick: ``entry`` goes into the list ``answers`` of the mapping."""

    answers: Literal["ignore", "missing", "keep", "other_event_values", "competing", "censored_values"]
    entry: str
    said: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    what : str
        One sentence that says what is wrong and where, with the rows; it quotes no identifier.
    typed : str
        What to do on the command line (``Say it with --control.``); empty where ``what`` says enough.
        A text that begins with a semicolon goes on with the sentence.
    chosen : str
        What to do on the Data page (``Choose the control arm.``).
    columns : tuple of str
        Beside which columns it stands; empty for the file as a whole.
    part : str
        The part of the mapping where it is put right (``id``, ``time``, ``event``, ``event_value``,
        ``unit``, ``horizon``, ``arm``, ``control``, ``treated``, ``site``, ``country``, ``biomarker``,
        ``factor``, ``param``); empty where no choice helps.
    leaves_out : str
        The column that the dictionary's ``leave_out`` must name for the rest to be used; empty where
        nothing can be left out.
    count : int
        How many rows, participants or cells would then be left out.
    choices : tuple of Choice
        Answers that can be ticked on the Data page.
    """

    what: str
    typed: str = ""
    chosen: str = ""
    columns: tuple[str, ...] = ()
    part: str = ""
    leaves_out: str = ""
    count: int = 0
    choices: tuple[Choice, ...] = ()

    @property
    def sentence(self) -> str:
        """As the command line says it."""
        return _join(self.what, self.typed)

    @property
    def shown(self) -> str:
        """As the Data page says it."""
        return _join(self.what, self.chosen)


def _join(what: str, todo: str) -> str:
    if todo.startswith(";"):
        return f"{what.removesuffix('.')}{todo}"
    return f"{what} {todo}".strip()


ExclusionUnit = Literal["row", "participant", "cell"]
"""What goes with an impossible cell: its row, the participant's outcome, or nothing else."""
CORRECT = "Correct these cells in the file."
_OTHER = "Choose another column."
_INSTEAD: dict[ExclusionUnit, str] = {
    "row": "leave {these} {rows} out",
    "participant": "leave {these} {participants} out",
    "cell": "take {these} {cells} as missing",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Cells that the reader agreed to leave out: how many, in which rows (in words), and why."""

    column: str
    count: int
    rows: str
    why: str
    whole: ExclusionUnit

    @property
    def sentence(self) -> str:
        """As the notices of a trial say it."""
        noun = "row" if self.whole == "row" else "cell"
        return (
            f"Column '{self.column}': {self.count:,} {noun}{'' if self.count == 1 else 's'} left out as "
            f"agreed, {self.why} ({self.rows})."
        )


@dataclass(frozen=True, slots=True)
class MeasureRead:
    """What was read of one repeated measurement.

    ``source`` is the name of its file, and ``columns`` are those beside the participants; one of the two is
    empty. ``days`` are those of the first and the last value from randomisation, None without any. ``timed``
    tells whether times are numbers in a unit that may be said, and not days of ADaM or dates.
    """

    key: str
    source: str
    columns: tuple[str, ...]
    values: int
    participants: int
    days: tuple[float, float] | None
    timed: bool
    phases: tuple[str, ...] = ()


@dataclass(slots=True)
class Findings:
    """What is found, gathered while a trial is read.

    ``leave_out`` names columns whose impossible cells are left out instead of being a problem;
    ``one_row_each`` is the column of participants when one row of each was taken; ``flags`` are event columns
    whose empty cells count as no event. ``measured`` says of each repeated measurement what was read, and
    ``measured_left_out`` by its key what was not; ``""`` is the key of rows that are of no one measurement.
    """

    leave_out: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list[Problem])
    notices: list[str] = field(default_factory=list[str])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    one_row_each: str = ""
    flags: list[str] = field(default_factory=list[str])
    measured: list[MeasureRead] = field(default_factory=list[MeasureRead])
    measured_left_out: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def leave_out_measured(self, key: str, sentence: str) -> None:
        """Notice what is left out of a repeated measurement."""
        self.notices.append(sentence)
        self.measured_left_out.setdefault(key, []).append(sentence)

    def impossible(
        self, problem: Problem, column: Column, positions: Sequence[int], *, why: str, whole: ExclusionUnit
    ) -> bool:
        """Report cells that cannot be, or note that they are left out.

        Parameters
        ----------
        problem : Problem
            What is wrong with them, about one column; what can be done instead of it is added here.
        column : Column
        positions : sequence of int
            Of the cells; nothing happens when there are none.
        why : str
            The reason in a word or two (``negative``).
        whole : {"row", "participant", "cell"}
            What is left out with the cell.

        Returns
        -------
        bool
            True when the cells are to be left out.
        """
        if not len(positions):
            return False
        (name,) = problem.columns
        if name in self.leave_out:
            found = LeftOut(name, len(positions), column.where(positions), why, whole)
            self.left_out.append(found)
            self.notices.append(found.sentence)
            return True
        left = sum(map(bool, column.cells)) - sum(bool(column.cells[i]) for i in positions)
        self.problems.append(_with_offer(problem, len(positions), whole) if left else _without_any(problem))
        return False

    def ask(self, problems: Iterable[Problem]) -> bool:
        """Add problems; True when there were any."""
        before = len(self.problems)
        self.problems += problems
        return len(self.problems) > before

    def watch(self) -> Callable[[], bool]:
        """A question that can be asked later: has there been another problem since?"""
        before = len(self.problems)
        return lambda: len(self.problems) > before


def _without_any(problem: Problem) -> Problem:
    """The problem of a column in which no cell is right: there is little to correct."""
    return replace(problem, chosen=_OTHER) if problem.chosen == CORRECT else problem


def _with_offer(problem: Problem, count: int, whole: ExclusionUnit) -> Problem:
    """The problem, and that leaving the cells out would do as well."""
    plural = "" if count == 1 else "s"
    instead = _INSTEAD[whole].format(
        these="this" if count == 1 else f"these {count:,}",
        rows=f"row{plural}",
        participants=f"participant{plural}",
        cells=f"cell{plural}",
    )
    chosen = f"{problem.chosen.removesuffix('.')}, or {instead}."
    return replace(problem, chosen=chosen, leaves_out=problem.columns[0], count=count)
