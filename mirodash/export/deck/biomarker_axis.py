"""The biomarker along the horizontal axis of a chart in PowerPoint, whose axes are even or logarithmic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.export.deck.chart import Axis
from mirodash.text.labels import one_line
from mirodash.text.numbers import format_bare_value
from mirodash.text.ticks import choose_biomarker_ticks

MAX_TITLE_LENGTH = 44


def build_biomarker_axis(span: BiomarkerSpan, *, title_top: float) -> Axis:
    """The biomarker from left to right, on the scale of the pages.

    PowerPoint cannot draw the scale of a biomarker with zeros, even first and then logarithmic: such an axis
    is one of places, and so are the numbers in the workbook; its marks carry the values.
    """
    biomarker = span.biomarker
    name = one_line(
        f"{biomarker.label}, {biomarker.unit}" if biomarker.unit else biomarker.label, MAX_TITLE_LENGTH
    )
    if span.scale == "asinh":
        name += f" (even to {format_bare_value(biomarker, span.bend)}, then logarithmic)"
    low, high = find_ends(span)
    return Axis(
        low,
        high,
        name,
        log=10 if span.scale == "log" else None,
        title_at=(None, title_top),
        in_workbook=f"{name}: place on the axis" if span.scale == "asinh" else "",
    )


def place_values(span: BiomarkerSpan, values: Iterable[float]) -> list[float]:
    """Where values stand on such an axis: as they are, or places of `BiomarkerSpan.position`."""
    return span.positions(values) if span.scale == "asinh" else list(values)


def find_ends(span: BiomarkerSpan) -> tuple[float, float]:
    """The ends of the axis."""
    low, high = place_values(span, (span.low, span.high))
    return low, high


def choose_marks(span: BiomarkerSpan) -> list[tuple[float, str]]:
    """The marks of the pages; an axis of values has no break, so that it is marked to its ends."""
    whole = span if span.scale == "asinh" else replace(span, breaks=(None, None))
    marks = choose_biomarker_ticks(whole)
    places = place_values(span, (value for value, _ in marks))
    return [(place, text) for place, (_, text) in zip(places, marks, strict=True)]


def along(span: BiomarkerSpan, share: float) -> float:
    """What stands at a share of the way along the axis."""
    low, high = find_ends(span)
    if span.scale == "log":
        return math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    return low + share * (high - low)
