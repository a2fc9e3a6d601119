"""Threshold packs: what the page needs to follow a dragged threshold without asking for every stop."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.errors import OverBudgetError
from mirodash.plot.theme import find_theme
from mirodash.questions.threshold_pack import PackBlock, pack_block
from mirodash.trial.store import TrialStore
from mirodash.web import ids
from mirodash.web.view import View, log_failure, parse_sequence, read_view

LOG = logging.getLogger(__name__)

ARRIVES = "data-pack"
"""Where a block arrives as JSON: an attribute that ``assets/threshold_pack.js`` watches."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The view, which of its thresholds is moved, near which stop, and the number of the request."""

    query: str
    moved: float
    near: float
    at: int


def build_pack_places() -> list[Component]:
    """What must be on a page whose thresholds are dragged without the server."""
    return [dcc.Store(id=ids.PACK_WANTED), html.Div(id=ids.PACK, hidden=True)]


def register(app: Dash, store: TrialStore) -> None:
    """Answer one block after the other, as ``assets/threshold_pack.js`` asks for them."""

    @app.callback(
        Output(ids.PACK, ARRIVES),
        Input(ids.PACK_WANTED, "data"),
        State(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def send_block(sent: object, theme: object) -> Any:
        wanted = _read_wanted(sent)
        if wanted is None:
            return no_update
        view = read_view(store, wanted.query)
        block = _pack(view, wanted, theme if isinstance(theme, str) else "")
        if block is None:
            return json.dumps({"at": wanted.at, "of": 0})
        return f'{{"at":{wanted.at},"first":{block.first},"of":{block.of},"block":{block.text}}}'


def _pack(view: View, wanted: Wanted, theme: str) -> PackBlock | None:
    """A block, or None where a threshold is to be followed by asking, as it also is where a stop fails."""
    try:
        return pack_block(view.trial, view.selection, wanted.moved, wanted.near, find_theme(theme))
    except OverBudgetError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever it is, the page follows by asking
        log_failure(LOG, "packing failed", error, view)
        return None


def _read_wanted(sent: object) -> Wanted | None:
    if not isinstance(sent, dict):
        return None
    query, moved, near = sent.get("query"), _read_number(sent.get("moved")), _read_number(sent.get("near"))
    if not isinstance(query, str) or moved is None or near is None:
        return None
    return Wanted(query, moved, near, parse_sequence(sent.get("at")))


def _read_number(sent: object) -> float | None:
    """A finite number; of integers that no float can hold, and of all else, None."""
    if isinstance(sent, bool) or not isinstance(sent, (int, float)):
        return None
    try:
        return float(sent) if math.isfinite(float(sent)) else None
    except OverflowError:
        return None
