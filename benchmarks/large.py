"""A trial of 100,000 participants: the longest single step of each answer in steps, and what a drag sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any

from dash import Dash

from benchmarks.comparison_table import Row, in_words
from benchmarks.people import large_trial
from mirodash.factory import create_app
from mirodash.plot.theme import find_theme
from mirodash.questions.panel import SteppedPanel, show
from mirodash.settings import Settings
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.web import ids
from mirodash.web.navigation import IN_STEPS
from mirodash.web.security import CALLBACKS

LONGEST_STEP = 2.0
"""Seconds of processor time that no single step may take."""
MAX_PAYLOAD = 60_000
"""Bytes that a move of a threshold may send, before they are compressed."""
THRESHOLDS = (3_000.0, 3_100.0, 3_200.0)


def measure(folder: Path, *, steps: int, size: int = 100_000) -> Iterator[Row]:
    """Rows of the first ``steps`` steps of each panel that takes steps, and of moves of a threshold."""
    trial = large_trial(size, folder)
    for panel in IN_STEPS:
        taken = min(steps, panel.steps)
        seconds, step = _longest(trial, panel, taken)
        yield Row(
            f"{panel.key}, n = {size:,}: longest of {taken} of {panel.steps} steps (the {step}.)",
            in_words(seconds),
            goal=f"≤ {LONGEST_STEP:g} s",
            met=seconds <= LONGEST_STEP,
        )
    app = create_app(Settings(), trials=(trial,))
    answers = [_moved(app, threshold) for threshold in THRESHOLDS]
    sent, seconds = (max(column) for column in zip(*answers[1:], strict=True))
    yield Row(
        f"a move of a threshold, n = {size:,}: sent",
        f"{sent / 1000:.1f} kB",
        goal=f"≤ {MAX_PAYLOAD / 1000:g} kB",
        met=sent <= MAX_PAYLOAD,
    )
    yield Row(f"a move of a threshold, n = {size:,}: processor time", in_words(seconds))


def _longest(trial: Trial, panel: SteppedPanel[Any], steps: int) -> tuple[float, int]:
    """Processor time of the longest of the first steps, with showing it, and which one it was."""
    selection, theme = Selection(thresholds=(3_000.0,)), find_theme("")
    taken = [
        (_seconds(lambda step=step: show(panel.after(step), trial, selection, theme)), step)
        for step in range(1, steps + 1)
    ]
    return max(taken)


def _seconds(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started


def _moved(app: Dash, threshold: float) -> tuple[int, float]:
    """Bytes of the answer to one move, and processor time until it is there."""
    client = app.server.test_client()
    place = ids.words_of("explore", ids.SELECTION)
    callbacks: list[dict[str, Any]] = client.get("/_dash-dependencies").get_json()
    (callback,) = [one for one in callbacks if f"..{place}." in one["output"]]
    outputs = [part.rpartition(".") for part in callback["output"][2:-2].split("...")]
    values = (f"threshold={threshold:g}", "light")
    body = {
        "output": callback["output"],
        "outputs": [{"id": name, "property": prop} for name, _, prop in outputs],
        "inputs": [
            {"id": part["id"], "property": part["property"], "value": value}
            for part, value in zip(callback["inputs"], values, strict=True)
        ],
        "state": [],
        "changedPropIds": [f"{ids.SELECTION}.data"],
    }
    sent: list[int] = []
    seconds = _seconds(lambda: sent.append(len(client.post(CALLBACKS, json=body).get_data())))
    return sent[0], seconds
