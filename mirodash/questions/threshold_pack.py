"""Threshold pack: what Explore says and draws at the stops of a threshold, before it is moved there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from mirodash.plot.sketch import Looks, Sketch, sketch_figure
from mirodash.plot.theme import Theme
from mirodash.questions.finding import FINDING_AT_HAND
from mirodash.questions.group_interaction import remember_interactions
from mirodash.questions.page_panels import EXPLORE_PANELS
from mirodash.questions.panel import Panel, PanelContent, show
from mirodash.questions.panel_words import describe_page_words, describe_panel_words, describe_tables
from mirodash.questions.survival_curves import remember_survival
from mirodash.questions.thresholds.threshold_scan import is_search_remembered
from mirodash.stratification.groups import assign_groups, candidate_thresholds, remember_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.trial.trial import Trial

MAX_PACKED = 5_000
"""Among more participants a stop takes as long as a request: each is asked for when a threshold is there."""
MAX_STOPS = 300
"""In one file, of all thresholds together: more take more than a request may, and many megabytes."""
BLOCK = 73
"""Stops that are sent together, which take a fifth of a second of a few hundred participants."""
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
    trial: Trial,
    selection: Selection,
    moved: float,
    near: float,
    theme: Theme,
    *,
    panels: tuple[Panel[Any], ...] = MOVING,
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
    panels : tuple of Panel
        Of the page, those that follow a drag; the finding over it always does.

    Returns
    -------
    PackBlock or None
        None where there is nothing to pack.
    """
    found = find_block(trial, selection, moved, near, size=_choose_block_size(trial, selection))
    if found is None:
        return None
    at_hand = is_search_remembered(trial, selection)
    text = _write_block(trial, found.others, found.stops, theme, at_hand, panels=panels)
    return PackBlock(found.first, found.of, text)


def _choose_block_size(trial: Trial, selection: Selection) -> int:
    return BLOCK if int(assign_groups(trial, selection).everyone.sum()) <= MANY else BLOCK_OF_MANY


@dataclass(frozen=True, slots=True)
class Block:
    """Stops that are packed together, from place ``first`` of ``of`` on, and what else is chosen."""

    first: int
    of: int
    stops: tuple[float, ...]
    others: Selection


def find_block(trial: Trial, selection: Selection, moved: float, near: float, *, size: int) -> Block | None:
    """Return the stops to be packed with one; None where it is none, or among too many participants.

    Parameters
    ----------
    trial, selection, moved, near
        As of `pack_block`.
    size : int
        Of a block.
    """
    stops = list_packed_stops(trial, selection)
    if near not in stops:
        return None
    first = stops.index(near) // size * size
    others = tuple(one for one in resolve(trial, selection).thresholds or () if one != moved)
    chosen = replace(selection, thresholds=others)
    return Block(first, len(stops), stops[first : first + size], chosen)


@memoise
def _write_block(
    trial: Trial,
    selection: Selection,
    stops: tuple[float, ...],
    theme: Theme,
    is_at_hand: bool,  # noqa: FBT001 - what was packed before the search is packed anew after it
    *,
    panels: tuple[Panel[Any], ...],
) -> str:
    looks = Looks()
    return write_stops(looks, _pack_stops(trial, selection, stops, theme, looks, panels=panels))


def write_stops(looks: Looks, packed: Iterable[dict[str, Any]]) -> str:
    """Packed stops as JSON, as ``assets/threshold_pack.js`` and the stage read them."""
    stops = list(packed)  # before the looks are listed, which stops add to while they are made
    return orjson.dumps({"looks": looks.listed(), "stops": stops}).decode()


def pack_view(trial: Trial, selection: Selection, theme: Theme) -> dict[str, Any]:
    """Pack a view whole: what stands still, and what each stop of each of its thresholds says and draws.

    While one threshold is at a stop the others are where the view has them. The stop at which the view is
    is always among them. Without a threshold, or among more than `MAX_PACKED` participants, it is the only
    one; of more than `MAX_STOPS` some are left out, evenly.

    Returns
    -------
    dict
        ``looks``; ``still``, the words, tables and sketches of panels that stand still; ``sliders``, of each
        threshold ``here``, the place of the view's own stop among its ``stops``, each with ``at`` (None
        without a threshold), words, tables and sketches.
    """
    looks, thresholds = Looks(), resolve(trial, selection).thresholds or ()
    still = {panel.key: show(panel, trial, selection, theme) for panel in STILL}
    told: dict[str, Any] = {
        "still": {"panels": _describe(still), "tables": _list_tables(still), "sketches": _draw(still, looks)}
    }
    if not thresholds:
        alone = replace(selection, thresholds=())
        stop = _pack_stop(trial, alone, None, _hide_pointed_at(theme), looks, is_tabled=True)
        return {**told, "sliders": [{"stops": [stop], "here": 0}], "looks": looks.listed()}
    listed = list_packed_stops(trial, selection)
    kept = listed[:: max(1, math.ceil(len(listed) * len(thresholds) / MAX_STOPS))]
    told["sliders"] = []
    for moved in thresholds:
        others = replace(selection, thresholds=tuple(one for one in thresholds if one != moved))
        stops = sorted({*kept, moved})
        packed = list(_pack_stops(trial, others, stops, theme, looks, is_tabled=True))
        told["sliders"].append({"stops": packed, "here": stops.index(moved)})
    return {**told, "looks": looks.listed()}


def add_threshold(selection: Selection, stop: float) -> Selection:
    """The selection with one threshold more, in ascending order."""
    return replace(selection, thresholds=tuple(sorted({*(selection.thresholds or ()), stop})))


def _pack_stops(
    trial: Trial,
    others: Selection,
    stops: Sequence[float],
    theme: Theme,
    looks: Looks,
    *,
    panels: tuple[Panel[Any], ...] = MOVING,
    is_tabled: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield what is said and drawn at neighbouring stops, whose groups are compared all together."""
    size, passing = _choose_block_size(trial, others), _hide_pointed_at(theme)
    for first in range(0, len(stops), size):
        together = stops[first : first + size]
        views = [add_threshold(others, stop) for stop in together]
        prepare_stops(trial, views)
        for view, stop in zip(views, together, strict=True):
            yield _pack_stop(trial, view, stop, passing, looks, panels=panels, is_tabled=is_tabled)


def _hide_pointed_at(theme: Theme) -> Theme:
    """Nobody points at a picture that passes: what would be told then is not written."""
    return replace(theme, options=replace(theme.options, pointed_at=False))


def prepare_stops(trial: Trial, views: Sequence[Selection]) -> None:
    """Compute and remember at once what pictures of views ask for that differ in their thresholds."""
    # where a threshold is moved onto another there are fewer groups
    for many in {len(view.thresholds or ()) for view in views}:
        alike = [view for view in views if len(view.thresholds or ()) == many]
        remember_groups(trial, alike)
        remember_survival(trial, alike)
        remember_interactions(trial, alike)


def _pack_stop(
    trial: Trial,
    selection: Selection,
    stop: float | None,
    theme: Theme,
    looks: Looks,
    *,
    panels: tuple[Panel[Any], ...] = MOVING,
    is_tabled: bool = False,
) -> dict[str, Any]:
    answers = {panel.key: show(panel, trial, selection, theme) for panel in (*panels, FINDING_AT_HAND)}
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
