"""The treatment effect along the biomarker as a chart that can be edited."""

from __future__ import annotations

import math

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.export.deck.chart import Axis, Label, Line, ScatterChart, Series, marks, straight
from mirodash.export.deck.looks import ACCENT, ACCENT_PALE, INK, PICTURE, QUIET, Box
from mirodash.questions.talk.slide_data import EffectPicture
from mirodash.survival.results import EffectCurve, NotEstimable
from mirodash.text.labels import ArmNames, one_line
from mirodash.text.numbers import bare_value
from mirodash.text.ticks import biomarker_ticks, reach_of

PLOT = Box(PICTURE.left + 88, PICTURE.top + 30, PICTURE.width - 112, PICTURE.height - 92)
USUAL, WIDE = 4.0, 8.0
"""How far an axis of hazard ratios goes each way: powers of two, so that its marks are neat."""
BEYOND = 1e6
"""Far outside the picture no renderer needs more."""
WITHIN = 1e-6
"""A point exactly at the end of a logarithmic axis is outside for LibreOffice, and its label not written."""
INSIDE = 0.93
"""How far out the words for the two directions stand, as a share of the axis."""
LONGEST_NAME = 26
LONGEST_TITLE = 44


def effect_chart(picture: EffectPicture, names: ArmNames) -> ScatterChart:
    """Hazard ratio against the biomarker, with its band, the line of no effect and the thresholds."""
    curve, span = picture.effect.curve, picture.span
    assert not isinstance(curve, NotEstimable)  # noqa: S101 - `pictured` answers with the reason instead
    reach = ratio_reach(reach_of(curve.hazard_ratio) / 1.6)
    return ScatterChart(
        frame=PICTURE,
        plot=PLOT,
        x=biomarker_axis(span),
        y=ratio_axis(reach),
        series=(
            biomarker_marks(span, reach),
            *no_effect(span, reach, names, drawn=curve.biomarker.tolist()),
            *threshold_lines(span, picture.thresholds, reach),
            *_curve(curve),
        ),
    )


def _curve(curve: EffectCurve) -> list[Series]:
    x = curve.biomarker.tolist()
    return [
        Series("Lower limit", x, bounded(curve.lower.tolist()), line=Line(ACCENT_PALE, 2.0)),
        Series("Upper limit", x, bounded(curve.upper.tolist()), line=Line(ACCENT_PALE, 2.0)),
        Series("Hazard ratio", x, bounded(curve.hazard_ratio.tolist()), line=Line(ACCENT, 4.0)),
    ]


def bounded(ratios: list[float]) -> list[float | None]:
    """Ratios as they are; what is not estimable is a gap, what is beyond any picture its edge."""
    return [min(max(r, 1 / BEYOND), BEYOND) if math.isfinite(r) else None for r in ratios]


def ratio_reach(farthest: float) -> float:
    """How far the axis goes each way."""
    return USUAL if farthest <= USUAL else WIDE


def ratio_axis(reach: float) -> Axis:
    """An upright axis of hazard ratios with a mark at every doubling."""
    return Axis(1 / reach, reach, "Hazard ratio", log=2, step=2.0, grid=True)


def biomarker_axis(span: BiomarkerSpan) -> Axis:
    """The biomarker from left to right; its marks are those of every other picture of it."""
    biomarker = span.biomarker
    name = f"{biomarker.label}, {biomarker.unit}" if biomarker.unit else biomarker.label
    return Axis(
        span.low,
        span.high,
        one_line(name, LONGEST_TITLE),
        log=10 if span.scale == "log" else None,
        title_at=(None, PLOT.bottom + 27),
    )


def biomarker_marks(span: BiomarkerSpan, reach: float) -> Series:
    """The marks themselves, at the foot of an axis of hazard ratios."""
    bottom = (1 + WITHIN) / reach
    return marks("Marks", biomarker_ticks(span), bottom=bottom, height=bottom * (reach**0.036 - 1))


def threshold_lines(
    span: BiomarkerSpan, thresholds: tuple[float, ...], reach: float, *, labelled: bool = True
) -> list[Series]:
    """The thresholds in view, each an upright line of two points, with its value over it."""
    made: list[Series] = []
    for value in thresholds:
        if span.low <= value <= span.high:
            text = one_line(bare_value(span.biomarker, value), LONGEST_NAME)
            over = (Label(1, text, "t", INK),) if labelled else ()
            line = Line(INK, 2.0, "sysDash")
            made.append(
                Series(
                    f"Threshold {text}",
                    [value, value],
                    [1 / reach, reach * (1 - WITHIN)],
                    line=line,
                    labels=over,
                )
            )
    return made


def no_effect(span: BiomarkerSpan, reach: float, names: ArmNames, *, drawn: list[float]) -> list[Series]:
    """The line at 1, and at the edge where curves leave room, which way favours whom."""
    over = f"▲ favours {one_line(names.control, LONGEST_NAME)}"
    under = f"▼ favours {one_line(names.treated, LONGEST_NAME)}"
    edge, place = (span.high * (1 - WITHIN), "l") if _roomier_right(span, drawn) else (span.low, "r")
    return [
        straight("No effect", (span.low, span.high), (1.0, 1.0), Line(QUIET, 1.5)),
        Series(
            "Which way",
            [edge, edge],
            [reach**INSIDE, reach**-INSIDE],
            labels=(Label(0, over, place, QUIET), Label(1, under, place, QUIET)),
        ),
    ]


def _roomier_right(span: BiomarkerSpan, drawn: list[float]) -> bool:
    """Whether the curves stay much farther away from the right edge than from the left one."""
    if not drawn:
        return False
    to_left = span.position(min(drawn)) - span.position(span.low)
    return span.position(span.high) - span.position(max(drawn)) > 2 * to_left
