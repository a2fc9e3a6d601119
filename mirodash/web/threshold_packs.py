"""Threshold packs: what the page needs to follow a dragged threshold without asking for every stop."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.errors import OverBudgetError
from mirodash.plot.theme import find_theme
from mirodash.questions.panel import Panel
from mirodash.questions.threshold_pack import PackBlock, pack_block
from mirodash.trial.store import TrialStore
from mirodash.web import ids
from mirodash.web.components import build_data_attributes
from mirodash.web.view import View, log_failure, parse_sequence, read_view

LOG = logging.getLogger(__name__)

ARRIVES = "data-pack"
"""Where a block arrives as JSON: an attribute that ``assets/threshold_pack.js`` watches."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The view, its threshold that moves and near which stop, and the number of the request.

    ``place`` is the page, or the picture on a slide.
    """

    query: str
    moved: float
    near: float
    place: str
    at: int


def build_pack_places(page: str) -> list[Component]:
    """What must be on a page whose thresholds are dragged without the server."""
    place = html.Div(id=ids.PACK, hidden=True, **build_data_attributes(page=page))
    return [dcc.Store(id=ids.PACK_WANTED), place]


def register(app: Dash, store: TrialStore, panels: Mapping[str, tuple[Panel[Any], ...]]) -> None:
    """Answer one block after the other, as ``assets/threshold_pack.js`` asks for them.

    Parameters
    ----------
    app : Dash
    store : TrialStore
        The trials that are served.
    panels : mapping
        Of each page whose thresholds can be dragged, the panels that follow.
    """

    @app.callback(
        Output(ids.PACK, ARRIVES),
        Input(ids.PACK_WANTED, "data"),
        State(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def send_block(sent: object, theme: object) -> Any:
        wanted = read_wanted(sent)
        if wanted is None or wanted.place not in panels:
            return no_update
        colours = find_theme(theme if isinstance(theme, str) else "")

        def pack(view: View) -> PackBlock | None:
            following = panels[wanted.place]
            return pack_block(
                view.trial, view.selection, wanted.moved, wanted.near, colours, panels=following
            )

        return answer_block(read_view(store, wanted.query), wanted, pack)


def answer_block(view: View, wanted: Wanted, pack: Callable[[View], PackBlock | None]) -> str:
    """A block as JSON; without one where a threshold is to be followed by asking, or where a stop fails."""
    try:
        block = pack(view)
    except OverBudgetError:
        block = None
    except Exception as error:  # noqa: BLE001 - whatever it is, the page follows by asking
        log_failure(LOG, "packing failed", error, view)
        block = None
    if block is None:
        return json.dumps({"at": wanted.at, "of": 0})
    return f'{{"at":{wanted.at},"first":{block.first},"of":{block.of},"block":{block.text}}}'


def read_wanted(sent: object) -> Wanted | None:
    """What a browser asks for; None for what none of ours can have sent."""
    if not isinstance(sent, dict):
        return None
    query, place = sent.get("query"), sent.get("place")
    moved, near = _read_number(sent.get("moved")), _read_number(sent.get("near"))
    if not isinstance(query, str) or not isinstance(place, str) or moved is None or near is None:
        return None
    return Wanted(query, moved, near, place, parse_sequence(sent.get("at")))


def _read_number(sent: object) -> float | None:
    """A finite number; of integers that no float can hold, and of all else, None."""
    if isinstance(sent, bool) or not isinstance(sent, (int, float)):
        return None
    try:
        return float(sent) if math.isfinite(float(sent)) else None
    except OverflowError:
        return None
