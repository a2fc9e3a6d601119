"""A panel that takes steps shows, after its last one, what it would show at once."""

from __future__ import annotations

from mirodash.plot.theme import LIGHT, Theme
from mirodash.questions.panel import Panel, SteppedPanel, in_one_step, show
from mirodash.stratification.selection import Selection
from mirodash.text.facts import Explanation
from mirodash.trial.trial import Trial
from tests.small_trials import eight_people

TRIAL = eight_people()


def told(answer: int) -> Explanation:
    """Return the answer as a title."""
    return Explanation(str(answer), "", "")


def drawn(answer: int, _: Theme) -> dict[str, object]:
    """Return the answer as a picture."""
    return {"data": [answer]}


def participants(trial: Trial, _: Selection) -> int:
    """Return how many there are."""
    return trial.participants


def test_a_panel_in_one_step_shows_the_same_and_keeps_its_place():
    panel = Panel(
        "x", participants, told, drawn, 99, moves_with_thresholds=False, along_biomarker=(1, 2, 3, 4)
    )
    stepped = in_one_step(panel)
    after = stepped.after(1)
    assert stepped.steps == 1
    assert show(after, TRIAL, Selection(), LIGHT) == show(panel, TRIAL, Selection(), LIGHT)
    assert (after.key, after.height, after.moves_with_thresholds, after.along_biomarker) == (
        "x",
        99,
        False,
        (1, 2, 3, 4),
    )


def test_a_step_that_does_not_exist_is_the_nearest_one():
    panel = SteppedPanel("x", 3, lambda trial, selection, step: step, told)
    titles = [show(panel.after(step), TRIAL, Selection(), LIGHT) for step in (-1, 0, 2, 3, 9)]
    assert [shown.explanation.title for shown in titles if shown] == ["1", "1", "2", "3", "3"]
