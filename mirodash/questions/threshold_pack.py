"""Threshold pack: what Explore says and draws at the stops of a threshold, before it is moved there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mirodash.plot.sketch import Looks, Sketch, sketch_figure
from mirodash.plot.theme import Theme
from mirodash.questions.finding import FINDING_AT_HAND
from mirodash.questions.page_panels import EXPLORE_PANELS
from mirodash.questions.panel import Panel, PanelContent, show
from mirodash.questions.panel_words import describe_page_words, describe_panel_words, describe_tables
from mirodash.questions.thresholds.threshold_scan import is_search_remembered
from mirodash.stratification.groups import assign_groups, candidate_thresholds
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.trial.trial import Trial

MAX_PACKED = 5_000
"""Among more participants a stop takes as long as a request: each is asked for when a threshold is there."""
BLOCK = 24
"""Stops that are sent together, which take a quarter of a second of a few hundred participants."""
BLOCK_OF_MANY = 6
MANY = 1_000

MOVING: tuple[Panel[Any], ...] = tuple(panel for panel in EXPLORE_PANELS if panel.moves_with_thresholds)
STILL: tuple[Panel[Any], ...] = tuple(panel for panel in EXPLORE_PANELS if not panel.moves_with_thresholds)

Answers = Mapping[str, PanelContent | None]
"""What panels show, by key."""


@dataclass(frozen=True, slots=True)
class PackBlock:
    """Neighbouring stops of a slider, the first of them at place ``first`` of all ``of``.

    ``text`` is a JSON object: ``looks``, and ``stops``, each with the threshold ``at``, the words of every
    panel and of the page, and the ``sketches`` of the pictures; see `mirodash.plot.sketch`.
    """

    first: int
    of: int
    text: str


def list_packed_stops(trial: Trial, selection: Selection) -> tuple[float, ...]:
    """Return the stops at which a threshold can be packed; none among more than `MAX_PACKED` participants."""
    if int(assign_groups(trial, selection).everyone.sum()) > MAX_PACKED:
        return ()
    return candidate_thresholds(trial, selection)


def pack_block(
    trial: Trial, selection: Selection, moved: float, near: float, theme: Theme
) -> PackBlock | None:
    """Pack the stops around one; the words and places are those of the view at each stop.

    Parameters
    ----------
    trial : Trial
    selection : Selection
        A valid one.
    moved : float
        Which of its thresholds is moved; the others stay.
    near : float
        A stop of the block that is wanted.
    theme : Theme
        Of the pictures.

    Returns
    -------
    PackBlock or None
        None where there is nothing to pack.
    """
    stops = list_packed_stops(trial, selection)
    if near not in stops:
        return None
    size = BLOCK if int(assign_groups(trial, selection).everyone.sum()) <= MANY else BLOCK_OF_MANY
    first = stops.index(near) // size * size
    others = tuple(one for one in resolve(trial, selection).thresholds or () if one != moved)
    at_hand = is_search_remembered(trial, selection)
    text = _write_block(
        trial, replace(selection, thresholds=others), stops[first : first + size], theme, at_hand
    )
    return PackBlock(first, len(stops), text)


@memoise
def _write_block(
    trial: Trial,
    selection: Selection,
    stops: tuple[float, ...],
    theme: Theme,
    is_at_hand: bool,  # noqa: FBT001 - what was packed before the search is packed anew after it
) -> str:
    looks = Looks()
    packed = [_pack_stop(trial, _add_threshold(selection, stop), stop, theme, looks) for stop in stops]
    return json.dumps(
        {"looks": looks.listed(), "stops": packed}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def pack_view(trial: Trial, selection: Selection, theme: Theme) -> dict[str, Any]:
    """Pack a view whole: what stands still, and what each stop of its first threshold says and draws.

    The stop at which the view stands is among them, wherever that is. Without a threshold, or among more than
    `MAX_PACKED` participants, it is the only one.

    Returns
    -------
    dict
        ``looks``; ``still``, the words, tables and sketches of panels that stand still; ``stops``, each with
        ``at`` (None without a threshold), words, tables and sketches; ``here``, the place of the view's own.
    """
    looks, thresholds = Looks(), resolve(trial, selection).thresholds or ()
    others = replace(selection, thresholds=thresholds[1:])
    still = {panel.key: show(panel, trial, selection, theme) for panel in STILL}
    told: dict[str, Any] = {
        "still": {"panels": _describe(still), "tables": _list_tables(still), "sketches": _draw(still, looks)}
    }
    if not thresholds:
        told["stops"] = [_pack_stop(trial, others, None, theme, looks, is_tabled=True)]
        return {**told, "here": 0, "looks": looks.listed()}
    stops = sorted({*list_packed_stops(trial, selection), thresholds[0]})
    told["stops"] = [
        _pack_stop(trial, _add_threshold(others, stop), stop, theme, looks, is_tabled=True) for stop in stops
    ]
    return {**told, "here": stops.index(thresholds[0]), "looks": looks.listed()}


def _add_threshold(selection: Selection, stop: float) -> Selection:
    return replace(selection, thresholds=tuple(sorted({*(selection.thresholds or ()), stop})))


def _pack_stop(
    trial: Trial,
    selection: Selection,
    stop: float | None,
    theme: Theme,
    looks: Looks,
    *,
    is_tabled: bool = False,
) -> dict[str, Any]:
    answers = {panel.key: show(panel, trial, selection, theme) for panel in (*MOVING, FINDING_AT_HAND)}
    return {
        "at": stop,
        "panels": _describe(answers),
        "page": describe_page_words(trial, selection),
        "sketches": _draw(answers, looks),
        **({"tables": _list_tables(answers)} if is_tabled else {}),
    }


def _describe(answers: Answers) -> dict[str, Any]:
    return {key: describe_panel_words(answer) for key, answer in answers.items()}


def _list_tables(answers: Answers) -> dict[str, Any]:
    return {
        key: describe_tables(answer.explanation.tables)
        for key, answer in answers.items()
        if answer and answer.explanation.tables
    }


def _draw(answers: Answers, looks: Looks) -> dict[str, Sketch | None]:
    figures = {key: answer.figure for key, answer in answers.items() if answer and answer.figure}
    return {key: sketch_figure(figure, looks) for key, figure in figures.items()}
