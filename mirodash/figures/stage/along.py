"""What pictures along the biomarker share on stage: both axes, no effect, thresholds, which way is better."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.figures.hazard_ratio_axis import Edge
from mirodash.figures.stage.frame import (
    BESIDE,
    LETTERS,
    ROW,
    STROKE,
    fitting,
    line_across,
    stage_axis,
    stage_layout,
    width_of,
    written,
)
from mirodash.figures.text import escaped, short
from mirodash.figures.theme import Figure, Theme
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import bare_value
from mirodash.text.ticks import biomarker_ticks

MARGIN = (92, 18, 34, 72)
"""Left, right, top, bottom in pixels; the slider under the picture has the same left and right."""
_ACROSS = BESIDE[0] - MARGIN[0] - MARGIN[1]
_USUAL = ((0.25, "0.25"), (0.5, "0.5"), (1.0, "1"), (2.0, "2"), (4.0, "4"))
_FARTHER = ((0.2, "0.2"), (0.5, "0.5"), (1.0, "1"), (2.0, "2"), (5.0, "5"))
_USUAL_REACH = 5.0
_LONGEST_NAME = 34
_LONGEST_ARM = 20


def along_layout(
    span: BiomarkerSpan,
    thresholds: Sequence[float],
    *,
    reach: float,
    names: ArmNames,
    theme: Theme,
    side: Edge,
    taken: tuple[float, float] = (0.0, 0.0),
) -> Figure:
    """The layout of a hazard ratio along the biomarker.

    ``side`` is the edge that the lines leave free; ``taken`` is how many pixels over the picture hold other
    words, from its left and from its right end.
    """
    layout = stage_layout(theme, size=BESIDE, margin=MARGIN)
    inside = [c for c in thresholds if span.low <= c <= span.high]
    layout |= {
        "xaxis": _biomarker_axis(span, theme),
        "yaxis": _ratio_axis(reach, theme),
        "shapes": [
            line_across(theme, y0=1, y1=1, yref="y"),
            *(
                line_across(
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
            *_favours(names, reach, theme, side),
        ],
    }
    return layout


def place_of(span: BiomarkerSpan, value: float) -> float:
    """Where a value stands, in pixels from the left end of the axis."""
    low, high = span.position(span.low), span.position(span.high)
    return _ACROSS * (span.position(value) - low) / (high - low)


def _biomarker_axis(span: BiomarkerSpan, theme: Theme) -> Figure:
    ticks = biomarker_ticks(span)
    kept = fitting([place_of(span, value) for value, _ in ticks], [text for _, text in ticks])
    biomarker = span.biomarker
    name = f"{biomarker.label}, {biomarker.unit}" if biomarker.unit else biomarker.label
    return stage_axis(
        theme,
        range=[span.position(span.low), span.position(span.high)],
        tickvals=[span.position(ticks[k][0]) for k in kept],
        ticktext=[ticks[k][1] for k in kept],
        title={
            "text": escaped(short(name, _LONGEST_NAME)),
            "font": {"size": LETTERS, "color": theme.quiet},
            "standoff": 2,
        },
    )


def _ratio_axis(reach: float, theme: Theme) -> Figure:
    ticks = _USUAL if reach < _USUAL_REACH else _FARTHER
    return stage_axis(
        theme,
        type="log",
        range=[-math.log10(reach), math.log10(reach)],
        tickvals=[value for value, _ in ticks],
        ticktext=[text for _, text in ticks],
        title={"text": "hazard ratio", "font": {"size": LETTERS, "color": theme.quiet}, "standoff": 0},
    )


def _threshold_labels(
    span: BiomarkerSpan, thresholds: Sequence[float], taken: tuple[float, float], theme: Theme
) -> list[Figure]:
    """Each threshold over its line; those that would touch are left out, for the slider says them too."""
    texts = [escaped(bare_value(span.biomarker, c)) for c in thresholds]
    places = [place_of(span, c) for c in thresholds]
    kept = [
        k
        for k in fitting(places, texts)
        if not taken[0] or taken[0] < places[k] - width_of(texts[k]) / 2
        if not taken[1] or places[k] + width_of(texts[k]) / 2 < _ACROSS - taken[1]
    ]
    return [
        written(
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


def _favours(names: ArmNames, reach: float, theme: Theme, side: Edge) -> list[Figure]:
    ways = (
        ("▲", names.control, math.log10(reach), "top", 0),
        ("▼", names.treated, -math.log10(reach), "bottom", ROW // 4),
    )
    return [
        written(
            f"{arrow} favours {escaped(short(name, _LONGEST_ARM))}",
            theme.quiet,
            x=0.01 if side == "left" else 0.99,
            xref="paper",
            xanchor=side,
            y=height,
            yref="y",
            yanchor=anchor,
            yshift=shift,
            bgcolor=theme.veil,
        )
        for arrow, name, height, anchor, shift in ways
    ]
