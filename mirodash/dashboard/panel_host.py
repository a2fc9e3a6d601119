"""Hosts every panel alike: its place on the page, its picture, its words, its table, its errors."""

from __future__ import annotations

import json
import logging
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, no_update

from mirodash.dashboard import ids
from mirodash.dashboard.about import METHODS
from mirodash.dashboard.failures import log_failure
from mirodash.dashboard.page_footer import footer_lines
from mirodash.dashboard.view import View, view_of
from mirodash.dashboard.words import page_words, panel_words, tables
from mirodash.errors import OverBudgetError
from mirodash.plot.theme import Theme, theme_named
from mirodash.questions.group_effects import announcement
from mirodash.questions.panel import Panel, Shown, explain, show
from mirodash.text.facts import Explanation
from mirodash.text.methods import methods
from mirodash.trial.store import TrialStore

LOG = logging.getLogger(__name__)

WORDS = "data-words"
"""Where words arrive as JSON: an attribute that ``assets/words.js`` watches. A callback that follows another
one would make every component of the page look whether it is concerned, before the pictures are drawn."""

SOMETHING_WENT_WRONG = "This could not be computed. The view is unchanged; the log has the details."


def register(app: Dash, page: str, panels: tuple[Panel[Any], ...], store: TrialStore) -> None:
    """Let every panel follow the selection: one request redraws all that moves, another fills the tables.

    Panels that stand still while a threshold moves listen to the choice of participants alone.
    """
    moving = tuple(panel for panel in panels if panel.moves_with_thresholds)
    still = tuple(panel for panel in panels if not panel.moves_with_thresholds)
    _redraw(app, page, moving, store, follows=ids.SELECTION)
    if still:
        _redraw(app, page, still, store, follows=ids.POPULATION)

    @app.callback(Output(ids.tables_of(page), "data"), Input(ids.SELECTION_SETTLED, "data"))
    def fill_tables(query: object) -> dict[str, Any]:
        view = view_of(store, query)
        told = {panel.key: explained(panel, view) for panel in panels}
        twins = {key: tables(explanation.tables) for key, explanation in told.items() if explanation}
        twins[METHODS] = tables([methods()])
        said = announcement(view.trial, view.selection)
        return {"twins": twins, "said": said, "footer": footer_lines(view, page)}

    app.clientside_callback(
        ClientsideFunction("mirodash", "showTables"),
        Output(ids.tables_shown(page), "data"),
        Input(ids.tables_of(page), "data"),
    )


def stores(page: str) -> list[Any]:
    """What must be on a page for its panels to be told anything."""
    return [dcc.Store(id=ids.tables_of(page)), dcc.Store(id=ids.tables_shown(page))]


def _redraw(app: Dash, page: str, panels: tuple[Panel[Any], ...], store: TrialStore, *, follows: str) -> None:
    pictures = tuple(panel for panel in panels if panel.draw is not None)

    @app.callback(
        [
            Output(ids.words_of(page, follows), WORDS),
            *(Output(ids.panel(p.key, "figure"), "figure") for p in pictures),
        ],
        Input(follows, "data"),
        Input(ids.THEME, "data"),
    )
    def redraw(query: object, theme: object) -> list[Any]:
        view = view_of(store, query)
        colours = theme_named(theme if isinstance(theme, str) else "")
        answers = {panel.key: shown(panel, view, colours) for panel in panels}
        told: dict[str, Any] = {"panels": {key: panel_words(answer) for key, answer in answers.items()}}
        if follows == ids.SELECTION:
            told["page"] = page_words(view)
        figures = [answer.figure if (answer := answers[p.key]) else None for p in pictures]
        return [as_words(told), *(f or no_update for f in figures)]


def as_words(told: dict[str, Any]) -> str:
    """What is told as the JSON that ``assets/words.js`` reads."""
    return json.dumps(told, ensure_ascii=False, allow_nan=False)


def explained(panel: Panel[Any], view: View) -> Explanation | None:
    """What a panel says of a view, without its picture; an unexpected failure is logged, and says nothing."""
    try:
        return explain(panel, view.trial, view.selection)
    except OverBudgetError:
        # the picture says so in its place
        return Explanation("", "", "")
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, f"panel {panel.key} failed", error, view)
        return Explanation("", "", "")


def shown(panel: Panel[Any], view: View, theme: Theme) -> Shown | None:
    """What a panel shows for a view; an unexpected failure is logged and becomes a sentence in its place."""
    try:
        return show(panel, view.trial, view.selection, theme)
    except OverBudgetError as error:
        return Shown(Explanation("", "", ""), None, " ".join(error.problems))
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, f"panel {panel.key} failed", error, view)
        return Shown(Explanation("", "", ""), None, SOMETHING_WENT_WRONG)
