"""Figures for the stage: font sizes, margins and axes that the back row can read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.plot.theme import (
    DARK,
    DASHES_FROM_AFAR,
    Edge,
    Figure,
    Theme,
    build_axis,
    build_base_layout,
    escape,
    shorten,
)
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_threshold
from mirodash.text.ticks import choose_biomarker_ticks

FONT_SIZE = 24
"""Pixels on a slide of 960 by 540, which are points on one of 13.3 by 7.5 inches."""
STROKE = 3
CURVE = 5
"""Thickness of what is only there to read by, and of what a picture is about."""
ROW = 28
"""Height of a line of letters."""
LETTER_WIDTH = 14
"""Of a usual letter or digit; generous, for a label cut off is worse than one left out."""
SIZE_WITH_FACTS = (616, 320)
"""Width and height of a picture with facts beside it and a slider under it."""
WIDE = (920, 360)
"""Of a picture that has the slide for itself."""
MAX_LETTERS = 8
"""Of an arm's name beside a curve or a row of numbers."""

_STRONGER = {
    False: {"quiet": "#434a57", "treated": "#004f7c", "control": "#843800"},
    True: {"quiet": "#b9c0cc", "treated": "#7cc4f2", "control": "#ff9d63"},
}


def build_stage_theme(theme: Theme) -> Theme:
    """The same colours, with letters that have a contrast of at least 7 to 1; lines stay as they are."""
    colours = _STRONGER[theme.ground == DARK.ground]
    return replace(
        theme,
        quiet=colours["quiet"],
        axis=colours["quiet"],
        treated=replace(theme.treated, text=colours["treated"]),
        control=replace(theme.control, text=colours["control"], dash=DASHES_FROM_AFAR),
    )


def build_stage_layout(theme: Theme, *, size: tuple[int, int], margin: tuple[int, int, int, int]) -> Figure:
    """A layout of fixed size on which nothing can be hovered over or dragged."""
    layout = build_base_layout(theme, height=size[1], margin=margin)
    layout["font"] = {**layout["font"], "size": FONT_SIZE}
    del layout["hoverlabel"]
    return {**layout, "width": size[0], "autosize": False, "hovermode": False}


def build_stage_axis(theme: Theme, **changes: Any) -> Figure:
    """An axis whose line, ticks and letters can be seen from afar."""
    return build_axis(
        theme,
        **{
            "tickfont": {"size": FONT_SIZE, "color": theme.quiet},
            "showline": True,
            "linewidth": STROKE,
            "ticks": "outside",
            "tickwidth": STROKE,
            "ticklen": 6,
            "tickangle": 0,
            "tickmode": "array",
            **changes,
        },
    )


def draw_line_across(theme: Theme, **at: Any) -> Figure:
    """A line to read by, over the whole width or height where ``at`` does not say otherwise."""
    spread = {"xref": "paper", "x0": 0, "x1": 1} if "y0" in at else {"yref": "y domain", "y0": 0, "y1": 1}
    return {"type": "line", "line": {"color": theme.ink, "width": STROKE}, **spread, **at}


def format_annotation(text: str, colour: str, **at: Any) -> Figure:
    """Letters on the picture."""
    return {"text": text, "showarrow": False, "font": {"size": FONT_SIZE, "color": colour}, **at}


def cut_name(name: str) -> str:
    """An arm's name as it fits beside a curve."""
    return shorten(name, MAX_LETTERS)


def measure_width(text: str) -> float:
    """About how many pixels a text takes."""
    return LETTER_WIDTH * len(text)


def fit_text(places: Sequence[float], texts: Sequence[str]) -> list[int]:
    """Which marks can be written without touching: the last one, and others at equal steps.

    Parameters
    ----------
    places : sequence of float
        In pixels, ascending.
    texts : sequence of str
        What would stand there.

    Examples
    --------
    >>> fit_text([0, 90, 180, 200], ["0", "90", "180", "200"])
    [0, 1, 3]
    """
    last = len(places) - 1

    def touch(one: int, other: int) -> bool:
        room = (measure_width(texts[one]) + measure_width(texts[other])) / 2 + LETTER_WIDTH
        return places[other] - places[one] < room

    for step in range(1, last + 1):
        kept = [*(k for k in range(0, last, step) if not touch(k, last)), last]
        if not any(touch(one, other) for one, other in pairwise(kept)):
            return kept
    return [last] if places else []


MARGIN = (92, 18, 34, 72)
"""Left, right, top, bottom in pixels; the slider under the picture has the same left and right."""
_ACROSS = SIZE_WITH_FACTS[0] - MARGIN[0] - MARGIN[1]
_USUAL = ((0.25, "0.25"), (0.5, "0.5"), (1.0, "1"), (2.0, "2"), (4.0, "4"))
_FARTHER = ((0.2, "0.2"), (0.5, "0.5"), (1.0, "1"), (2.0, "2"), (5.0, "5"))
_USUAL_REACH = 5.0
_MAX_NAME_LENGTH = 34
_MAX_ARM_LENGTH = 20


def build_biomarker_layout(
    span: BiomarkerSpan,
    thresholds: Sequence[float],
    *,
    reach: float,
    names: ArmNames,
    theme: Theme,
    side: Edge | tuple[Edge, Edge],
    taken: tuple[float, float] = (0.0, 0.0),
) -> Figure:
    """The layout of a hazard ratio along the biomarker.

    ``side`` is the edge that the lines leave free, or two as in `label_favours`; ``taken`` is how many
    pixels over the picture hold other words, from its left and from its right end.
    """
    layout = build_stage_layout(theme, size=SIZE_WITH_FACTS, margin=MARGIN)
    inside = [c for c in thresholds if span.low <= c <= span.high]
    layout |= {
        "xaxis": _build_biomarker_axis(span, theme),
        "yaxis": _build_ratio_axis(reach, names, theme),
        "shapes": [
            draw_line_across(theme, y0=1, y1=1, yref="y"),
            *(
                draw_line_across(
                    theme,
                    x0=span.position(c),
                    x1=span.position(c),
                    xref="x",
                    line={"color": theme.ink, "width": STROKE, "dash": "dot"},
                )
                for c in inside
            ),
        ],
        "annotations": [
            *_threshold_labels(span, inside, taken, theme),
            *_label_favours(names, reach, theme, side),
        ],
    }
    return layout


def place_of(span: BiomarkerSpan, value: float) -> float:
    """Where a value stands, in pixels from the left end of the axis."""
    low, high = span.position(span.low), span.position(span.high)
    return _ACROSS * (span.position(value) - low) / (high - low)


def _build_biomarker_axis(span: BiomarkerSpan, theme: Theme) -> Figure:
    ticks = choose_biomarker_ticks(span)
    kept = fit_text([place_of(span, value) for value, _ in ticks], [text for _, text in ticks])
    biomarker = span.biomarker
    name = f"{biomarker.label}, {biomarker.unit}" if biomarker.unit else biomarker.label
    return build_stage_axis(
        theme,
        range=[span.position(span.low), span.position(span.high)],
        tickvals=[span.position(ticks[k][0]) for k in kept],
        ticktext=[ticks[k][1] for k in kept],
        title={
            "text": escape(shorten(name, _MAX_NAME_LENGTH)),
            "font": {"size": FONT_SIZE, "color": theme.quiet},
            "standoff": 2,
        },
    )


def _build_ratio_axis(reach: float, names: ArmNames, theme: Theme) -> Figure:
    ticks = _USUAL if reach < _USUAL_REACH else _FARTHER
    return build_stage_axis(
        theme,
        type="log",
        range=[-math.log10(reach), math.log10(reach)],
        tickvals=[value for value, _ in ticks],
        ticktext=[text for _, text in ticks],
        title={"text": names.ratio, "font": {"size": FONT_SIZE, "color": theme.quiet}, "standoff": 0},
    )


def _threshold_labels(
    span: BiomarkerSpan, thresholds: Sequence[float], taken: tuple[float, float], theme: Theme
) -> list[Figure]:
    """Each threshold over its line; those that would touch are left out, for the slider says them too."""
    texts = [escape(format_threshold(span.biomarker, c)) for c in thresholds]
    places = [place_of(span, c) for c in thresholds]
    kept = [
        k
        for k in fit_text(places, texts)
        if not taken[0] or taken[0] < places[k] - measure_width(texts[k]) / 2
        if not taken[1] or places[k] + measure_width(texts[k]) / 2 < _ACROSS - taken[1]
    ]
    return [
        format_annotation(
            f"<b>{texts[k]}</b>",
            theme.ink,
            x=span.position(thresholds[k]),
            xref="x",
            xanchor="center",
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=2,
        )
        for k in kept
    ]


def _label_favours(
    names: ArmNames, reach: float, theme: Theme, side: Edge | tuple[Edge, Edge]
) -> list[Figure]:
    sides: tuple[Edge, Edge] = (side, side) if isinstance(side, str) else side
    ways = (
        ("▲", names.control, math.log10(reach), "top", 0),
        ("▼", names.treated, -math.log10(reach), "bottom", ROW // 4),
    )
    return [
        format_annotation(
            f"{arrow} favours {escape(shorten(name, _MAX_ARM_LENGTH))}",
            theme.quiet,
            x=0.01 if beside == "left" else 0.99,
            xref="paper",
            xanchor=beside,
            y=height,
            yref="y",
            yanchor=anchor,
            yshift=shift,
            bgcolor=theme.veil,
        )
        for (arrow, name, height, anchor, shift), beside in zip(ways, sides, strict=True)
    ]
