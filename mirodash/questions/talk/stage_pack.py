"""Stage pack: what a slide says and draws at the stops of its threshold, before it is moved there."""

from __future__ import annotations

from datetime import date
from typing import Any

from mirodash.plot.sketch import Looks, sketch_figure
from mirodash.plot.theme import Theme
from mirodash.questions.talk.stage_view import OnStage, StageFact, build_stage_view
from mirodash.questions.threshold_pack import PackBlock, add_threshold, find_block, write_stops
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial

BLOCK = 12
"""Stops that are sent together: a slide says more of each than a panel."""


def pack_slides(
    trial: Trial,
    selection: Selection,
    picture: str,
    *,
    moved: float,
    near: float,
    theme: Theme,
    on: date,
) -> PackBlock | None:
    """Pack the stops of a slide around one; words and places are those of the slide at each stop.

    Parameters
    ----------
    trial : Trial
    selection : Selection
        A valid one.
    picture : str
        Of the slide; see `mirodash.stratification.saved_view`.
    moved : float
        Which of the thresholds is moved; the others stay.
    near : float
        A stop of the block that is wanted.
    theme : Theme
        Of the pictures.
    on : date
        The day of the talk.

    Returns
    -------
    PackBlock or None
        None where there is nothing to pack.
    """
    found = find_block(trial, selection, moved, near, size=BLOCK)
    if found is None:
        return None
    text = _write_slides(trial, found.others, found.stops, SavedView("", picture), theme, on=on)
    return PackBlock(found.first, found.of, text)


@memoise
def _write_slides(
    trial: Trial,
    others: Selection,
    stops: tuple[float, ...],
    view: SavedView,
    theme: Theme,
    *,
    on: date,
) -> str:
    looks = Looks()
    packed: list[dict[str, Any]] = []
    for stop in stops:
        chosen = add_threshold(others, stop)
        shown = build_stage_view(trial, chosen, view, theme=theme, on=on)
        sketch = sketch_figure(shown.figure, looks, is_shaped=True) if shown.figure else None
        packed.append({"at": stop, **describe_on_stage(trial, shown), "sketch": sketch})
    return write_stops(looks, packed)


def describe_on_stage(trial: Trial, shown: OnStage) -> dict[str, Any]:
    """The words of a slide as plain data, as ``assets/stage_slides.js`` writes them."""
    words = shown.words
    return {
        "title": words.title,
        "proposed": words.proposed,
        "facts": [_describe_fact(one) for one in shown.facts],
        "footer": words.footer,
        "synthetic": trial.dictionary.synthetic,
        "alt": words.alt,
        "wide": shown.is_wide,
    }


def _describe_fact(one: StageFact) -> dict[str, Any]:
    fact = one.fact
    return {
        "label": fact.label,
        "value": fact.value,
        "detail": fact.detail,
        "lead": fact.lead,
        "needed": one.needed,
        "brief": one.brief,
        "reach": one.reach,
    }
