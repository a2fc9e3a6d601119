"""Hosts panels that take long: one step a request, so that it can be stopped and nobody else waits."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, no_update

from mirodash.dashboard import ids
from mirodash.dashboard.failures import log_failure
from mirodash.dashboard.panel_host import SOMETHING_WENT_WRONG, WORDS, as_words, shown
from mirodash.dashboard.view import View, view_of
from mirodash.dashboard.words import panel_words, tables
from mirodash.figures.theme import theme_named
from mirodash.panels.panel import SteppedPanel
from mirodash.trial.store import TrialStore

LOG = logging.getLogger(__name__)

PATIENCE_S = 0.2
"""A request goes on to the next step while it has not yet lasted longer."""


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
        view = view_of(store, query)
        done = _as_far_as_patience(panel, view, min(step, panel.steps))
        answer = shown(panel.after(done), view, theme_named(theme if isinstance(theme, str) else ""))
        if answer is not None and answer.why_no_figure == SOMETHING_WENT_WRONG:
            done = panel.steps  # the next steps would only fail again
        told = {
            "panels": {panel.key: panel_words(answer)},
            "twins": {panel.key: tables(answer.explanation.tables) if answer else []},
            "steps": {"key": panel.key, "query": query, "done": done, "of": panel.steps},
        }
        figure = answer.figure if answer else None
        return [as_words(told), *([figure or no_update] if panel.draw is not None else [])]


def _as_far_as_patience(panel: SteppedPanel[Any], view: View, step: int) -> int:
    """How many steps are done once a request has lasted long enough: of a small trial often all of them.

    A step that fails is the last one; it fails again where its sentence is shown.
    """
    started = monotonic()
    while step < panel.steps and monotonic() - started < PATIENCE_S:
        try:
            panel.compute(view.trial, view.selection, step)
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
            log_failure(LOG, f"step {step} of panel {panel.key} failed", error, view)
            return step
        step += 1
    return step


def _asked(asked: object) -> tuple[str, int]:
    """The view and the step; step 0 when nothing that can be answered was asked."""
    if not isinstance(asked, dict):
        return "", 0
    query, step = asked.get("query"), asked.get("step")
    if not isinstance(query, str) or not isinstance(step, int) or step < 1:
        return "", 0
    try:
        query.encode()  # the query goes back with the answer, which half a surrogate pair cannot
    except UnicodeEncodeError:
        return "", 0
    return query, step
