"""Everything that is found while a trial is read: what is wrong, what was noticed, what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from mirodash.trial.problem import Problem
from mirodash.trial.table import Column

Whole = Literal["row", "participant", "cell"]
"""What goes with an impossible cell: its row, the participant's outcome, or nothing else."""
CORRECT = "Correct these cells in the file."
_OTHER = "Choose another column."
_INSTEAD: dict[Whole, str] = {
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
    whole: Whole

    @property
    def sentence(self) -> str:
        """As the notices of a trial say it."""
        noun = "row" if self.whole == "row" else "cell"
        return (
            f"Column '{self.column}': {self.count:,} {noun}{'' if self.count == 1 else 's'} left out as "
            f"agreed, {self.why} ({self.rows})."
        )


@dataclass(slots=True)
class Findings:
    """What is found, gathered while a trial is read.

    ``leave_out`` names columns whose impossible cells are left out instead of being a problem.
    """

    leave_out: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list[Problem])
    notices: list[str] = field(default_factory=list[str])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])

    def impossible(
        self, problem: Problem, column: Column, positions: Sequence[int], *, why: str, whole: Whole
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


def _with_offer(problem: Problem, count: int, whole: Whole) -> Problem:
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
