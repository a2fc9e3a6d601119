"""Panel: one question of a page with its figure, text and table as a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, TypeVar

from mirodash.errors import CannotComputeError, OverBudgetError
from mirodash.plot.theme import Figure, Theme
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import Selection
from mirodash.text.facts import Explanation, Table
from mirodash.text.numbers import count
from mirodash.trial.trial import Trial

R = TypeVar("R")
P = ParamSpec("P")
Margin = tuple[int, int, int, int]

MAX_PARTICIPANTS = 300_000
"""Among more, what takes long is left out: not even one step of it would fit into a request."""


@dataclass(frozen=True, slots=True)
class Panel(Generic[R]):
    """One question of a page.

    Attributes
    ----------
    key : str
        Kebab-case; part of the ids on the page.
    compute : (trial, selection) -> R or None
        The answer; None when the question does not arise (a third group with one threshold).
    explain : R -> Explanation
        Title, sentence, facts and tables.
    draw : (R, theme) -> figure, or None
        The picture, if the panel has one; may raise CannotComputeError.
    height : int
        Of the picture, in pixels, so that nothing jumps while it is drawn.
    moves_with_thresholds : bool
        False where only the choice of participants changes the answer: such a panel stands still while
        a threshold is dragged.
    along_biomarker : tuple of int or None
        Left, right, top and bottom margin in pixels of a picture whose horizontal axis is the biomarker:
        the thresholds lie on it as handles.
    tabulate : R -> tables, optional
        The tables of its explanation alone, where they cost less without the words.
    """

    key: str
    compute: Callable[[Trial, Selection], R | None]
    explain: Callable[[R], Explanation]
    draw: Callable[[R, Theme], Figure] | None = None
    height: int = 0
    moves_with_thresholds: bool = True
    along_biomarker: Margin | None = None
    tabulate: Callable[[R], Sequence[Table]] | None = None


@dataclass(frozen=True, slots=True)
class SteppedPanel(Generic[R]):
    """One question whose answer takes long: it is computed in steps, each shown when it is there.

    Attributes
    ----------
    key, explain, draw, height
        As of a `Panel`.
    steps : int
        How many there are, for a trial of any size: a step should take no more than a second or two of
        100,000 participants, so that stopping is possible. Of a trial of a few hundred a request takes many.
    compute : (trial, selection, step) -> R or None
        The answer after the first ``step`` steps (1 to ``steps``). What earlier steps found is
        memoised, so that each step costs only its own share.
    moves_with_thresholds, along_biomarker
        As of a `Panel`.
    work : (trial, selection, step) -> None, optional
        Does and remembers what one step needs, where that costs less than its whole answer.
    """

    key: str
    steps: int
    compute: Callable[[Trial, Selection, int], R | None]
    explain: Callable[[R], Explanation]
    draw: Callable[[R, Theme], Figure] | None = None
    height: int = 0
    moves_with_thresholds: bool = True
    along_biomarker: Margin | None = None
    work: Callable[[Trial, Selection, int], None] | None = None

    def advance(self, trial: Trial, selection: Selection, step: int) -> None:
        """Do the work of one step; next to nothing when this process remembers it."""
        if self.work is None:
            self.compute(trial, selection, step)
        else:
            self.work(trial, selection, step)

    def after(self, step: int) -> Panel[R]:
        """The panel as it stands after so many steps."""
        done = min(max(step, 1), self.steps)
        return Panel(
            self.key,
            lambda trial, selection: self.compute(trial, selection, done),
            self.explain,
            self.draw,
            self.height,
            self.moves_with_thresholds,
            self.along_biomarker,
        )


def in_one_step(panel: Panel[R]) -> SteppedPanel[R]:
    """A panel whose answer takes long but comes whole: the rest of the page does not wait for it."""
    return SteppedPanel(
        panel.key,
        1,
        lambda trial, selection, _: panel.compute(trial, selection),
        panel.explain,
        panel.draw,
        panel.height,
        panel.moves_with_thresholds,
        panel.along_biomarker,
    )


def among_few_enough(
    compute: Callable[Concatenate[Trial, Selection, P], R], what: str
) -> Callable[Concatenate[Trial, Selection, P], R]:
    """The same question, which is not even begun among more than `MAX_PARTICIPANTS`.

    Parameters
    ----------
    compute : (trial, selection, ...) -> R
        Of a panel.
    what : str
        What is left out, as a sentence begins.

    Raises
    ------
    OverBudgetError
        From the function that is returned, saying what is left out.
    """

    def begin(trial: Trial, selection: Selection, *args: P.args, **options: P.kwargs) -> R:
        size = int(assign_groups(trial, selection).everyone.sum())
        if size > MAX_PARTICIPANTS:
            raise OverBudgetError(
                f"{what} is left out among {count(size)} participants: of more than "
                f"{count(MAX_PARTICIPANTS)} it would take minutes. Choose fewer participants, or ask on the "
                "command line."
            )
        return compute(trial, selection, *args, **options)

    return begin


@dataclass(frozen=True, slots=True)
class PanelContent:
    """What a panel shows for one view: its words, and its picture or why there is none."""

    explanation: Explanation
    figure: Figure | None = None
    why_no_figure: str = ""


def explain(panel: Panel[R], trial: Trial, selection: Selection) -> Explanation | None:
    """Ask a panel's question for its words and tables alone: nothing is drawn."""
    answer = panel.compute(trial, selection)
    return None if answer is None else panel.explain(answer)


def tabulate(panel: Panel[R], trial: Trial, selection: Selection) -> Sequence[Table] | None:
    """Ask a panel's question for its tables alone; None where it does not arise."""
    answer = panel.compute(trial, selection)
    if answer is None:
        return None
    return panel.explain(answer).tables if panel.tabulate is None else panel.tabulate(answer)


def show(panel: Panel[R], trial: Trial, selection: Selection, theme: Theme) -> PanelContent | None:
    """Ask a panel's question; an expected failure becomes a sentence where the picture would be."""
    answer = panel.compute(trial, selection)
    if answer is None:
        return None
    explanation = panel.explain(answer)
    if panel.draw is None:
        return PanelContent(explanation)
    try:
        return PanelContent(explanation, panel.draw(answer, theme))
    except CannotComputeError as error:
        return PanelContent(explanation, None, " ".join(error.problems))
