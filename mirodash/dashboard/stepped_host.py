"""Hosts panels that take long: one step a request, so that it can be stopped and nobody else waits."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, no_update

from mirodash.dashboard import ids
from mirodash.dashboard.failures import log_failure
from mirodash.dashboard.panel_host import WORDS, as_words, shown
from mirodash.dashboard.sent_counts import count_sent
from mirodash.dashboard.view import View, view_of
from mirodash.dashboard.words import panel_words, tables
from mirodash.errors import OverBudgetError
from mirodash.plot.theme import theme_named
from mirodash.questions.panel import SteppedPanel
from mirodash.trial.store import TrialStore

LOG = logging.getLogger(__name__)

PATIENCE_S = 0.2
"""A request goes on to the next step while it has not yet lasted longer."""
CATCHING_UP_S = 0.6
"""A process that does not remember the steps before the one asked for, as another did them or it is new,
spends so long on them; the browser then asks again."""


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
        query, step, at = _asked(asked)
        if not step:
            return [no_update for _ in outputs]
        view = view_of(store, query)
        step = min(step, panel.steps)
        done, is_broken = _advanced(panel, view, step)
        if done < step and not is_broken:
            return [as_words(_progress(panel, query, done, at)), *(no_update for _ in outputs[1:])]
        answer = shown(panel.after(done), view, theme_named(theme if isinstance(theme, str) else ""))
        # after a step that fails the next ones would only fail again
        told = _progress(panel, query, panel.steps if is_broken else done, at)
        told["panels"] = {panel.key: panel_words(answer)}
        told["twins"] = {panel.key: tables(answer.explanation.tables) if answer else []}
        figure = answer.figure if answer else None
        return [as_words(told), *([figure or no_update] if panel.draw is not None else [])]


def _progress(panel: SteppedPanel[Any], query: str, done: int, at: int) -> dict[str, Any]:
    """How far a panel is; ``at`` is the number of the request, by which two equal answers differ."""
    steps = {"key": panel.key, "query": query, "at": at, "done": done, "of": panel.steps}
    return {"panels": {}, "twins": {}, "steps": steps}


def _advanced(panel: SteppedPanel[Any], view: View, asked: int) -> tuple[int, bool]:
    """How many steps are done once a request has lasted long enough, and whether the last one failed.

    Steps that this process remembers cost nothing, so it starts with the first. Of a small trial it often
    comes to the end; in any case it does one step that it had not done.
    """
    started = monotonic()
    for step in range(1, panel.steps + 1):
        try:
            panel.advance(view.trial, view.selection, step)
        except OverBudgetError:  # says itself what to do, where it is shown
            return step, True
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
            log_failure(LOG, f"step {step} of panel {panel.key} failed", error, view)
            return step, True
        if monotonic() - started >= (PATIENCE_S if step >= asked else CATCHING_UP_S):
            return step, False
    return panel.steps, False


def _asked(asked: object) -> tuple[str, int, int]:
    """The view, the step and the number of the request; step 0 when nothing was asked that has an answer."""
    if not isinstance(asked, dict):
        return "", 0, 0
    query, step = asked.get("query"), asked.get("step")
    if not isinstance(query, str) or not isinstance(step, int) or step < 1:
        return "", 0, 0
    try:
        query.encode()  # the query goes back with the answer, which half a surrogate pair cannot
    except UnicodeEncodeError:
        return "", 0, 0
    return query, step, count_sent(asked.get("at"))
