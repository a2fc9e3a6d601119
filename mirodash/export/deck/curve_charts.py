"""Editable charts of survival curves with numbers at risk, effect curves and threshold scans."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import BiomarkerSpan, Side
from mirodash.export.deck.biomarker_axis import (
    along,
    build_biomarker_axis,
    choose_marks,
    find_ends,
    place_values,
)
from mirodash.export.deck.chart import (
    CHART_LETTERS,
    Axis,
    Label,
    Line,
    ScatterChart,
    Series,
    Ticks,
    build_marks,
    interpolate,
)
from mirodash.export.deck.style import (
    ACCENT,
    ACCENT_PALE,
    INK,
    INK_PALE,
    PICTURE,
    QUIET,
    ArmLook,
    Box,
    style_arms,
)
from mirodash.export.deck.tables import Cell
from mirodash.plot.step_curves import Steps, build_step_path, censor_marks, steps
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup
from mirodash.questions.talk.slide_data import EffectPicture, SearchPicture
from mirodash.stratification.threshold_sides import side_words
from mirodash.survival.results import ArmSummary, EffectCurve, NotEstimable, Numbers
from mirodash.text.labels import ArmNames, one_line
from mirodash.text.numbers import format_percent, format_threshold
from mirodash.text.small_counts import briefly
from mirodash.text.ticks import choose_reach, convert_time, format_tick_time

AT_RISK_ROW = 19.0
ROWS = 4
"""For each arm its name, and its numbers under it."""
MAX_LINE_LENGTH = 12
"""Letters of an arm's name that fit in each of two lines at the end of its curve."""
CHART = Box(PICTURE.left, PICTURE.top, PICTURE.width, PICTURE.height - ROWS * AT_RISK_ROW)
_SCALE_ROOM, _ENDS_ROOM, _AXIS_ROOM = 88.0, 110.0, 27.0
SURVIVAL_CHART_PLOT = Box(
    CHART.left + _SCALE_ROOM,
    CHART.top + 8,
    CHART.width - _SCALE_ROOM - _ENDS_ROOM,
    CHART.height - 8 - _AXIS_ROOM,
)
AT_RISK = Box(CHART.left, CHART.bottom, CHART.width, ROWS * AT_RISK_ROW)
_APART = 22.0
"""Points between two lines at the ends of curves."""
_DIGIT = 0.56 * CHART_LETTERS
Arms = tuple[tuple[str, ArmSummary, ArmLook], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the curves of one group stand on a slide: the chart, the plot in it, the numbers under it.

    ``named`` tells whether each curve carries its arm's name, ``scaled`` whether the upright axis has a name.
    """

    chart: Box = CHART
    plot: Box = SURVIVAL_CHART_PLOT
    at_risk: Box = AT_RISK
    named: bool = True
    scaled: bool = True


ALONE = Place()
"""One group with its numbers beside it."""


def build_arms(group: GroupSurvival, names: ArmNames) -> Arms:
    """Treated first, as in every table."""
    compared = group.comparison
    treated, control = style_arms(names)
    return (
        (one_line(names.treated), compared.treated, treated),
        (one_line(names.control), compared.control, control),
    )


def build_survival_chart(
    result: SurvivalByGroup,
    group: GroupSurvival,
    names: ArmNames,
    place: Place = ALONE,
    *,
    rising: bool = False,
) -> ScatterChart:
    """The curves of one group: straight steps, the ends of the interval as thin lines, censor ticks.

    Where they are ``rising`` they are of 1 − S, and the axis says so.
    """
    scale = convert_time(1.0, result.endpoint.unit, result.unit)
    arms = [arm for arm in build_arms(group, names) if arm[1].has_curve]
    ends = [float(steps(arm.curve, result.horizon).estimate[-1]) for _, arm, _ in arms]
    written = [
        build_end_lines(name) if place.named else _write_end_share(arm, rising=rising)
        for name, arm, _ in arms
    ]
    most = max((len(lines) for lines in written), default=1)
    lifted = lift_labels([end * place.plot.height for end in ends], most)
    marks = build_ticks(result, place)
    series: list[Series] = [build_marks(f"Marks, {result.unit}", marks, bottom=0.0, height=0.018)]
    for (name, arm, look), up, lines in reversed(list(zip(arms, lifted, written, strict=True))):
        series += _build_arm(name, arm, look, scale=scale, horizon=result.horizon, up=up, end_lines=lines)
    free = one_line(f"1 − S, with {result.endpoint.event_word}" if rising else result.endpoint.state, 24)
    return ScatterChart(
        frame=place.chart,
        plot=place.plot,
        x=Axis(
            0.0,
            result.horizon * scale,
            result.unit,
            title_at=(place.plot.right + 26, place.plot.bottom + 3),
        ),
        y=Axis(
            0.0,
            1.0,
            free[:1].upper() + free[1:] if place.scaled else "",
            step=0.25,
            number_format="0\\ %",
            grid=True,
        ),
        series=tuple(series),
    )


def _write_end_share(arm: ArmSummary, *, rising: bool) -> list[str]:
    """The share at the horizon, where the curves of several groups stand side by side."""
    at = arm.survival_at
    if at is None or at.estimate is None:
        return []
    return [format_percent(1 - at.estimate if rising else at.estimate)]


def build_ticks(result: SurvivalByGroup, place: Place = ALONE) -> list[tuple[float, str]]:
    """The marks of the time axis in the reader's unit, with what is written at them.

    The horizon is always written; a mark so close before it that the two would touch is not.
    """
    times = [convert_time(t, result.endpoint.unit, result.unit) for t in result.ticks.tolist()]
    *earlier, last = [(time, format_tick_time(time)) for time in times]

    def touch(first: tuple[float, str], second: tuple[float, str]) -> bool:
        between = place.plot.width * (second[0] - first[0]) / last[0]
        return between < _DIGIT * (1 + (len(first[1]) + len(second[1])) / 2)

    step = next(
        (n for n in range(1, len(earlier)) if not any(touch(*pair) for pair in pairwise(earlier[::n]))),
        max(len(earlier), 1),
    )
    return [
        *(
            (time, "" if k % step or touch((time, text), last) else text)
            for k, (time, text) in enumerate(earlier)
        ),
        last,
    ]


def _build_arm(
    name: str,
    arm: ArmSummary,
    look: ArmLook,
    *,
    scale: float,
    horizon: float,
    up: float,
    end_lines: Sequence[str],
) -> list[Series]:
    line = steps(arm.curve, horizon)
    x, y = _build_corners((line.time * scale).tolist(), line.estimate.tolist())
    ends = [Label(len(x) - 1, "\n".join(end_lines), "r", look.text, bold=True, up=up)] if end_lines else []
    drawn = [*_build_interval(name, line, look, scale)]
    drawn.append(Series(name, x, y, line=Line(look.line, 3.5, look.dash), labels=tuple(ends)))
    marks_x, marks_y = censor_marks(arm.curve, horizon)
    if marks_x.size:
        ticks_up = Ticks(Line(look.line, 1.5), 0.024)
        censored = (marks_x * scale).tolist(), marks_y.tolist()
        drawn.append(Series(f"{name}: censored", *censored, ticks=ticks_up))
    return drawn


def _build_interval(name: str, line: Steps, look: ArmLook, scale: float) -> list[Series]:
    """The interval's ends; there is none before the first event and none where survival is 0."""
    made: list[Series] = []
    for end, values in (("lower", line.lower), ("upper", line.upper)):
        x, y = _build_corners((line.time * scale).tolist(), values.tolist())
        known = [k for k, value in enumerate(y) if math.isfinite(value)]
        if known:
            limit = Line(look.pale, 1.25)
            made.append(
                Series(f"{name}: {end} limit", [x[k] for k in known], [y[k] for k in known], line=limit)
            )
    return made


def _build_corners(time: Sequence[float], height: Sequence[float]) -> tuple[list[float], list[float]]:
    """A step line as straight lines: along, then down."""
    x: list[float] = []
    y: list[float] = []
    for k, (t, s) in enumerate(zip(time, height, strict=True)):
        if k:
            x.append(float(t))
            y.append(float(height[k - 1]))
        x.append(float(t))
        y.append(float(s))
    return x, y


def build_end_lines(name: str) -> list[str]:
    """An arm's name for the end of its curve, in at most two lines."""
    if len(name) <= MAX_LINE_LENGTH:
        return [name]
    first = name[: MAX_LINE_LENGTH + 1].rpartition(" ")[0]
    if not first:
        return [one_line(name, MAX_LINE_LENGTH)]
    return [first, one_line(name[len(first) + 1 :], MAX_LINE_LENGTH)]


def lift_labels(places: Sequence[float], lines: int) -> list[float]:
    """How far up each name moves, in points, so that names of curves that end close stand apart.

    ``places`` are the heights above the axis at which the curves end, in points.
    """
    if len(places) < 2:
        return [0.0] * len(places)
    apart = _APART * lines
    gap = places[0] - places[1]
    half = max(apart - abs(gap), 0.0) / 2
    moved = [half, -half] if gap >= 0 else [-half, half]
    lowest = min(place + up for place, up in zip(places, moved, strict=True))
    clear = max(apart / 2 + 2 - lowest, 0.0)  # of the marks under the axis
    return [up + clear for up in moved]


MAX_COLUMN = 70.0
LETTERS = 15.0
MAX_NAME_LENGTH = 48


def at_risk_columns(times: Sequence[float], place: Place = ALONE) -> list[tuple[float, float | None]]:
    """Width of each column, and the time over its middle; None for room before or between columns.

    All columns of numbers are equally wide. Where marks lie farther apart than that, an empty column keeps
    the next one under its mark.
    """
    places = [place.plot.left + place.plot.width * time / times[-1] for time in times]
    width = min([MAX_COLUMN, *(right - left for left, right in pairwise(places))])
    columns: list[tuple[float, float | None]] = []
    reached = place.at_risk.left
    for middle, time in zip(places, times, strict=True):
        gap = middle - width / 2 - reached
        if gap > 0.01:
            columns.append((gap, None))
        columns.append((width, time))
        reached = middle + width / 2
    return columns


def at_risk_table(
    result: SurvivalByGroup, group: GroupSurvival, names: ArmNames, place: Place = ALONE
) -> tuple[list[float], list[list[Cell]]]:
    """Widths of the columns in points, and for each arm a row with its name and one with its numbers."""
    columns = at_risk_columns([time for time, _ in build_ticks(result, place)], place)
    rows: list[list[Cell]] = []
    for name, arm, look in build_arms(group, names):
        named = Cell(
            f"At risk, {one_line(name, MAX_NAME_LENGTH)}",
            "left",
            look.text,
            bold=True,
            size=LETTERS,
            across=len(columns),
        )
        rows.append([named, *(Cell(size=LETTERS),) * (len(columns) - 1)])
        counts = iter(arm.at_risk.at_risk.tolist())
        rows.append(
            [
                Cell(size=LETTERS) if time is None else Cell(briefly(next(counts)), size=LETTERS)
                for _, time in columns
            ]
        )
    return [width for width, _ in columns], rows


EFFECT_CHART_PLOT = Box(PICTURE.left + 88, PICTURE.top + 30, PICTURE.width - 112, PICTURE.height - 92)
USUAL, WIDE = 4.0, 8.0
"""How far an axis of hazard ratios goes each way: powers of two, so that its marks are neat."""
BEYOND = 1e6
"""Far outside the picture no renderer needs more."""
WITHIN = 1e-6
"""A point exactly at the end of a logarithmic axis is outside for LibreOffice, and its label not written."""
INSIDE = 0.93
"""How far out the words for the two directions stand, as a share of the axis."""
MAX_EFFECT_CHART_NAME_LENGTH = 26
AXIS_TITLE_TOP = EFFECT_CHART_PLOT.bottom + 27


def build_effect_chart(picture: EffectPicture, names: ArmNames) -> ScatterChart:
    """Hazard ratio against the biomarker, with its band, the line of no effect and the thresholds."""
    curve, span = picture.effect.curve, picture.span
    assert not isinstance(curve, NotEstimable)  # noqa: S101 - `pictured` answers with the reason instead
    reach = find_ratio_reach(choose_reach(curve.hazard_ratio) / 1.6)
    return ScatterChart(
        frame=PICTURE,
        plot=EFFECT_CHART_PLOT,
        x=build_biomarker_axis(span, title_top=AXIS_TITLE_TOP),
        y=build_ratio_axis(reach, names),
        series=(
            build_biomarker_marks(span, reach),
            *no_effect(
                span, reach, names, drawn=curve.biomarker.tolist(), between=(curve.lower, curve.upper)
            ),
            *threshold_lines(span, picture.thresholds, reach),
            *_build_curve(curve, span, names),
        ),
    )


def _build_curve(curve: EffectCurve, span: BiomarkerSpan, names: ArmNames) -> list[Series]:
    x = place_values(span, curve.biomarker.tolist())
    return [
        Series("Lower limit", x, bound_curve(curve.lower.tolist()), line=Line(ACCENT_PALE, 2.0)),
        Series("Upper limit", x, bound_curve(curve.upper.tolist()), line=Line(ACCENT_PALE, 2.0)),
        Series(names.ratio_heading, x, bound_curve(curve.hazard_ratio.tolist()), line=Line(ACCENT, 4.0)),
    ]


def bound_curve(ratios: list[float]) -> list[float | None]:
    """Ratios as they are; what is not estimable is a gap, what is beyond any picture its edge."""
    return [min(max(r, 1 / BEYOND), BEYOND) if math.isfinite(r) else None for r in ratios]


def find_ratio_reach(farthest: float) -> float:
    """How far the axis goes each way."""
    return USUAL if farthest <= USUAL else WIDE


def build_ratio_axis(reach: float, names: ArmNames) -> Axis:
    """An upright axis of hazard ratios with a mark at every doubling."""
    return Axis(1 / reach, reach, names.ratio_heading, log=2, step=2.0, grid=True)


def build_biomarker_marks(span: BiomarkerSpan, reach: float) -> Series:
    """The marks themselves, at the foot of an axis of hazard ratios."""
    bottom = (1 + WITHIN) / reach
    return build_marks("Marks", choose_marks(span), bottom=bottom, height=bottom * (reach**0.036 - 1))


def threshold_lines(
    span: BiomarkerSpan, thresholds: tuple[float, ...], reach: float, *, labelled: bool = True
) -> list[Series]:
    """The thresholds in view, each an upright line of two points, with its value over it."""
    made: list[Series] = []
    for value in thresholds:
        if span.low <= value <= span.high:
            text = one_line(format_threshold(span.biomarker, value), MAX_EFFECT_CHART_NAME_LENGTH)
            over = (Label(1, text, "t", INK),) if labelled else ()
            line = Line(INK, 2.0, "sysDash")
            made.append(
                Series(
                    f"Threshold {text}",
                    place_values(span, (value, value)),
                    [1 / reach, reach * (1 - WITHIN)],
                    line=line,
                    labels=over,
                )
            )
    return made


def no_effect(
    span: BiomarkerSpan,
    reach: float,
    names: ArmNames,
    *,
    drawn: list[float],
    between: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
) -> list[Series]:
    """The line at 1, and at the edge where curves leave room, which way favours whom.

    ``drawn`` is where there is anything to draw. With the limits ``between`` which it lies there, each of the
    two words goes to the edge at which its own limit stays farther from it: a curve that begins at the very
    edge, as that of a marker with zeros does, would run into them.
    """
    over = f"▲ favours {one_line(names.control, MAX_EFFECT_CHART_NAME_LENGTH)}"
    under = f"▼ favours {one_line(names.treated, MAX_EFFECT_CHART_NAME_LENGTH)}"
    low, high = find_ends(span)
    at_right = (has_room_at_right(span, drawn),) * 2
    if between is not None and drawn:
        lower, upper = between
        at_right = (
            _is_freer_at_right(span, drawn, upper, reach, words=over, otherwise=at_right[0]),
            _is_freer_at_right(span, drawn, 1 / lower, reach, words=under, otherwise=at_right[1]),
        )
    edges = [high * (1 - WITHIN) if right else low for right in at_right]
    labels = (
        Label(k, text, "l" if right else "r", QUIET)
        for k, (text, right) in enumerate(zip((over, under), at_right, strict=True))
    )
    return [
        interpolate("No effect", (low, high), (1.0, 1.0), Line(QUIET, 1.5)),
        Series("Which way", edges, [reach**INSIDE, reach**-INSIDE], labels=tuple(labels)),
    ]


LETTER_WIDE = 0.02
"""The share of the picture's width that a letter of the words for a direction takes."""
WORDS_DEEP = 0.8
"""Above this share of the axis a limit comes near the words."""


def _is_freer_at_right(
    span: BiomarkerSpan,
    drawn: list[float],
    limit: NDArray[np.float64],
    reach: float,
    *,
    words: str,
    otherwise: bool,
) -> bool:
    """Whether the words for upward stand off this limit at the right edge rather than at the left one."""
    start, end = span.position(span.low), span.position(span.high)
    place = (np.array([span.position(value) for value in drawn]) - start) / (end - start)
    known, wide = np.isfinite(limit), LETTER_WIDE * len(words)
    at_left, at_right = (
        float(np.log(limit[known & where]).max(initial=-np.inf)) / math.log(reach)
        for where in (place <= wide, place >= 1 - wide)
    )
    if (at_right if otherwise else at_left) < WORDS_DEEP:
        return otherwise
    return at_right < at_left


def has_room_at_right(span: BiomarkerSpan, drawn: list[float]) -> bool:
    """Whether the curves stay much farther away from the right edge than from the left one."""
    if not drawn:
        return False
    to_left = span.position(min(drawn)) - span.position(span.low)
    return span.position(span.high) - span.position(max(drawn)) > 2 * to_left


SEEN = 0.9
"""The share of thresholds whose ratios set the axis; the outermost rest on a handful of participants."""


def search_chart(picture: SearchPicture, names: ArmNames) -> ScatterChart:
    """Hazard ratio below (accent, solid) and above (ink, dotted) every threshold, with intervals."""
    span, (below, above) = picture.span, picture.sides
    names_of = side_words(equal_above=picture.scan.equal_above)
    reach = _find_reach(picture.sides)
    x = picture.scan.thresholds.tolist()
    return ScatterChart(
        frame=PICTURE,
        plot=EFFECT_CHART_PLOT,
        x=build_biomarker_axis(span, title_top=AXIS_TITLE_TOP),
        y=build_ratio_axis(reach, names),
        series=(
            build_biomarker_marks(span, reach),
            *no_effect(
                span, reach, names, drawn=_where_known(x, picture.sides), between=_limits(picture.sides)
            ),
            *threshold_lines(span, picture.searched.thresholds, reach, labelled=False),
            *_build_side(
                names_of[1],
                names.ratio_heading,
                span,
                x,
                above,
                line=Line(INK, 3.0, "sysDot"),
                limit=Line(INK_PALE, 1.5, "sysDot"),
            ),
            *_build_side(
                names_of[0],
                names.ratio_heading,
                span,
                x,
                below,
                line=Line(ACCENT, 4.0),
                limit=Line(ACCENT_PALE, 1.75),
            ),
            _build_names(span, reach, names_of),
        ),
    )


def _find_reach(sides: tuple[Side, Side]) -> float:
    ratios = np.concatenate([side.hazard_ratio for side in sides])
    known = np.abs(np.log(ratios[np.isfinite(ratios)]))
    return find_ratio_reach(math.exp(min(float(np.quantile(known, SEEN)), 9.0)) if known.size else 1.0)


def _where_known(x: list[float], sides: tuple[Side, Side]) -> list[float]:
    """The thresholds at which there is anything to draw on both sides."""
    known = np.isfinite(sides[0].hazard_ratio) & np.isfinite(sides[1].hazard_ratio)
    return np.asarray(x, dtype=np.float64)[known].tolist()


def _limits(sides: tuple[Side, Side]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lower and the upper end of both intervals together, at the thresholds of `_where_known`."""
    known = np.isfinite(sides[0].hazard_ratio) & np.isfinite(sides[1].hazard_ratio)
    lower = np.fmin(sides[0].lower, sides[1].lower)[known]
    return lower, np.fmax(sides[0].upper, sides[1].upper)[known]


def _build_side(
    name: str, ratio: str, span: BiomarkerSpan, x: list[float], side: Side, *, line: Line, limit: Line
) -> list[Series]:
    parts = (
        (f"Lower limit {name}", side.lower, limit),
        (f"Upper limit {name}", side.upper, limit),
        (f"{ratio} {name}", side.hazard_ratio, line),
    )
    return [
        _steady(label, span, x, values, drawn) for label, values, drawn in parts if np.isfinite(values).any()
    ]


def _steady(name: str, span: BiomarkerSpan, thresholds: list[float], values: Numbers, line: Line) -> Series:
    """A line that keeps its value until the next threshold; where nothing is estimable there is none."""
    xs, ys = build_step_path(thresholds, values)
    # a gap needs a place along the axis, which it takes from the point before it
    x = [value if value is not None else xs[k - 1] or 0.0 for k, value in enumerate(xs)]
    return Series(
        name, place_values(span, x), bound_curve([math.nan if y is None else y for y in ys]), line=line
    )


def _build_names(span: BiomarkerSpan, reach: float, sides: tuple[str, str]) -> Series:
    """Each side named over the end where it holds everybody: above at the left."""
    return Series(
        "Names of the sides",
        [along(span, 0.2), along(span, 0.8)],
        [reach * (1 - WITHIN)] * 2,
        labels=(
            Label(0, f"{sides[1]} (dotted)", "t", INK, bold=True),
            Label(1, f"{sides[0]} (solid)", "t", ACCENT, bold=True),
        ),
    )
