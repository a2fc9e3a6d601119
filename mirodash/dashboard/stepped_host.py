"""Hosts panels that take long: one step a request, so that it can be stopped and nobody else waits."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, no_update

from mirodash.dashboard import ids
from mirodash.dashboard.panel_host import WORDS, as_words, shown
from mirodash.dashboard.view import view_of
from mirodash.dashboard.words import panel_words, tables
from mirodash.figures.theme import theme_named
from mirodash.panels.panel import SteppedPanel
from mirodash.trial.store import TrialStore


def register(app: Dash, panels: tuple[SteppedPanel[Any], ...], store: TrialStore) -> None:
    """Let each panel answer the browser step by step, and start them once a selection has settled."""
    for panel in panels:
        _take_steps(app, panel, store)
    app.clientside_callback(
        ClientsideFunction("mirodash", "startSteps"),
        Output(ids.STEPS_STARTED, "data"),
        Input(ids.SELECTION_SETTLED, "data"),
    )


def _take_steps(app: Dash, panel: SteppedPanel[Any], store: TrialStore) -> None:
    outputs = [Output(ids.panel(panel.key, "words"), WORDS)]
    if panel.draw is not None:
        outputs.append(Output(ids.panel(panel.key, "figure"), "figure"))

    @app.callback(
        outputs,
        Input(ids.panel(panel.key, "step"), "data"),
        Input(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def take_step(asked: object, theme: object) -> list[Any]:
        query, step = _asked(asked)
        if not step:
            return [no_update for _ in outputs]
        answer = shown(
            panel.after(step), view_of(store, query), theme_named(theme if isinstance(theme, str) else "")
        )
        told = {
            "panels": {panel.key: panel_words(answer)},
            "twins": {panel.key: tables(answer.explanation.tables) if answer else []},
            "steps": {"key": panel.key, "query": query, "done": min(step, panel.steps), "of": panel.steps},
        }
        figure = answer.figure if answer else None
        return [as_words(told), *([figure or no_update] if panel.draw is not None else [])]


def _asked(asked: object) -> tuple[str, int]:
    """The view and the step; step 0 when nothing that can be answered was asked."""
    if not isinstance(asked, dict):
        return "", 0
    query, step = asked.get("query"), asked.get("step")
    if not isinstance(query, str) or not isinstance(step, int) or step < 1:
        return "", 0
    return query, step
