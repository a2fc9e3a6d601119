"""What a panel is: a question, its picture and its words, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from mirodash.errors import CannotComputeError
from mirodash.figures.theme import Figure, Theme
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.wording.explanation import Explanation

R = TypeVar("R")
Margin = tuple[int, int, int, int]


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
    """

    key: str
    compute: Callable[[Trial, Selection], R | None]
    explain: Callable[[R], Explanation]
    draw: Callable[[R, Theme], Figure] | None = None
    height: int = 0
    moves_with_thresholds: bool = True
    along_biomarker: Margin | None = None


@dataclass(frozen=True, slots=True)
class SteppedPanel(Generic[R]):
    """One question whose answer takes long: it is computed in steps, each shown when it is there.

    Attributes
    ----------
    key, explain, draw, height
        As of a `Panel`.
    steps : int
        How many there are. A step should take some tenths of a second for a trial of a few hundred, so that
        stopping is possible and nobody else waits.
    compute : (trial, selection, step) -> R or None
        The answer after the first ``step`` steps (1 to ``steps``). What earlier steps found is
        memoised, so that each step costs only its own share.
    moves_with_thresholds, along_biomarker
        As of a `Panel`.
    """

    key: str
    steps: int
    compute: Callable[[Trial, Selection, int], R | None]
    explain: Callable[[R], Explanation]
    draw: Callable[[R, Theme], Figure] | None = None
    height: int = 0
    moves_with_thresholds: bool = True
    along_biomarker: Margin | None = None

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


@dataclass(frozen=True, slots=True)
class Shown:
    """What a panel shows for one view: its words, and its picture or why there is none."""

    explanation: Explanation
    figure: Figure | None = None
    why_no_figure: str = ""


def explain(panel: Panel[R], trial: Trial, selection: Selection) -> Explanation | None:
    """Ask a panel's question for its words and tables alone: nothing is drawn."""
    answer = panel.compute(trial, selection)
    return None if answer is None else panel.explain(answer)


def show(panel: Panel[R], trial: Trial, selection: Selection, theme: Theme) -> Shown | None:
    """Ask a panel's question; an expected failure becomes a sentence where the picture would be."""
    answer = panel.compute(trial, selection)
    if answer is None:
        return None
    explanation = panel.explain(answer)
    if panel.draw is None:
        return Shown(explanation)
    try:
        return Shown(explanation, panel.draw(answer, theme))
    except CannotComputeError as error:
        return Shown(explanation, None, " ".join(error.problems))
