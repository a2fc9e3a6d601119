"""How the effect would look wherever a threshold were drawn: both sides of each, as an editable chart."""

from __future__ import annotations

import math

import numpy as np

from mirodash.disclosure.curve_values import BiomarkerSpan, Side
from mirodash.export.deck.chart import Label, Line, ScatterChart, Series
from mirodash.export.deck.effect_chart import (
    PLOT,
    WITHIN,
    biomarker_axis,
    biomarker_marks,
    bounded,
    no_effect,
    ratio_axis,
    ratio_reach,
    threshold_lines,
)
from mirodash.export.deck.looks import ACCENT, ACCENT_PALE, INK, INK_PALE, PICTURE
from mirodash.plot.step_curves import stair
from mirodash.questions.talk.slide_data import SearchPicture
from mirodash.survival.results import Numbers
from mirodash.text.labels import ArmNames

SEEN = 0.9
"""The share of thresholds whose ratios set the axis; the outermost rest on a handful of participants."""
BELOW, ABOVE = "at or below", "above"


def search_chart(picture: SearchPicture, names: ArmNames) -> ScatterChart:
    """Hazard ratio at or below (accent, solid) and above (ink, dotted) every threshold, with intervals."""
    span, (below, above) = picture.span, picture.sides
    reach = _reach(picture.sides)
    x = picture.scan.thresholds.tolist()
    return ScatterChart(
        frame=PICTURE,
        plot=PLOT,
        x=biomarker_axis(span),
        y=ratio_axis(reach),
        series=(
            biomarker_marks(span, reach),
            *no_effect(span, reach, names, drawn=_where_known(x, picture.sides)),
            *threshold_lines(span, picture.searched.thresholds, reach, labelled=False),
            *_side(ABOVE, x, above, line=Line(INK, 3.0, "sysDot"), limit=Line(INK_PALE, 1.5, "sysDot")),
            *_side(BELOW, x, below, line=Line(ACCENT, 4.0), limit=Line(ACCENT_PALE, 1.75)),
            _names(span, reach),
        ),
    )


def _reach(sides: tuple[Side, Side]) -> float:
    ratios = np.concatenate([side.hazard_ratio for side in sides])
    known = np.abs(np.log(ratios[np.isfinite(ratios)]))
    return ratio_reach(math.exp(min(float(np.quantile(known, SEEN)), 9.0)) if known.size else 1.0)


def _where_known(x: list[float], sides: tuple[Side, Side]) -> list[float]:
    """The thresholds at which there is anything to draw on both sides."""
    known = np.isfinite(sides[0].hazard_ratio) & np.isfinite(sides[1].hazard_ratio)
    return np.asarray(x, dtype=np.float64)[known].tolist()


def _side(name: str, x: list[float], side: Side, *, line: Line, limit: Line) -> list[Series]:
    parts = (
        (f"Lower limit {name}", side.lower, limit),
        (f"Upper limit {name}", side.upper, limit),
        (f"Hazard ratio {name}", side.hazard_ratio, line),
    )
    return [_steady(label, x, values, drawn) for label, values, drawn in parts if np.isfinite(values).any()]


def _steady(name: str, thresholds: list[float], values: Numbers, line: Line) -> Series:
    """A line that keeps its value until the next threshold; where nothing is estimable there is none."""
    xs, ys = stair(thresholds, values)
    # a gap needs a place along the axis, which it takes from the point before it
    x = [value if value is not None else xs[k - 1] or 0.0 for k, value in enumerate(xs)]
    return Series(name, x, bounded([math.nan if y is None else y for y in ys]), line=line)


def _names(span: BiomarkerSpan, reach: float) -> Series:
    """Each side named over the end where it holds everybody: above at the left."""
    return Series(
        "Names of the sides",
        [along(span, 0.2), along(span, 0.8)],
        [reach * (1 - WITHIN)] * 2,
        labels=(
            Label(0, f"{ABOVE} (dotted)", "t", INK, bold=True),
            Label(1, f"{BELOW} (solid)", "t", ACCENT, bold=True),
        ),
    )


def along(span: BiomarkerSpan, share: float) -> float:
    """The value at a share of the way along the axis."""
    if span.scale == "log":
        return math.exp(math.log(span.low) + share * (math.log(span.high) - math.log(span.low)))
    return span.low + share * (span.high - span.low)
