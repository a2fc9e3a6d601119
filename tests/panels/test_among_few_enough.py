"""Of very many participants the page says what it leaves out, and does not begin it."""

from __future__ import annotations

from typing import Any

import pytest

import mirodash.questions.panel as module
from mirodash.errors import OverBudgetError
from mirodash.plot.theme import LIGHT
from mirodash.questions.panel import MAX_PARTICIPANTS, Panel, SteppedPanel, among_few_enough
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.web.downloads import PANELS
from mirodash.web.panel_host import show_panel
from mirodash.web.view import View

MIROCALS = sample("mirocals")
BY_KEY = {panel.key: panel for panel in PANELS}
LONG = [panel for panel in PANELS if isinstance(panel, SteppedPanel) and "finding" not in panel.key]
"""All but the findings, which say themselves that the search was left out."""
SIZE = MIROCALS.participants


def _last(panel: Panel[Any] | SteppedPanel[Any]) -> Panel[Any]:
    return panel.after(panel.steps) if isinstance(panel, SteppedPanel) else panel


@pytest.mark.parametrize(
    "key", [*(panel.key for panel in LONG), "effect", "effect-simultaneous", "threshold-scan"]
)
def test_what_takes_long_is_left_out_with_a_sentence(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PARTICIPANTS", SIZE - 1)
    told = show_panel(_last(BY_KEY[key]), View(MIROCALS, Selection()), LIGHT)
    assert told is not None
    assert told.figure is None
    assert f"is left out among {SIZE} participants" in told.why_no_figure
    assert told.why_no_figure[0].isupper()


@pytest.mark.parametrize("panel", LONG, ids=[panel.key for panel in LONG])
def test_not_even_a_step_of_it_is_taken(panel: SteppedPanel[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PARTICIPANTS", SIZE - 1)
    with pytest.raises(OverBudgetError):
        panel.advance(MIROCALS, Selection(), 1)


def test_it_is_the_selected_participants_who_count(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Selection] = []
    compute = among_few_enough(lambda _, selection: asked.append(selection), "It")
    monkeypatch.setattr(module, "MAX_PARTICIPANTS", SIZE - 1)
    women = Selection.from_query("keep.sex=F")
    compute(MIROCALS, women)
    assert asked == [women]
    with pytest.raises(OverBudgetError, match="It is left out"):
        compute(MIROCALS, Selection())
    monkeypatch.setattr(module, "MAX_PARTICIPANTS", SIZE)
    compute(MIROCALS, Selection())
    assert len(asked) == 2


def test_a_hundred_thousand_are_few_enough() -> None:
    assert 100_000 <= MAX_PARTICIPANTS < 1_000_000
