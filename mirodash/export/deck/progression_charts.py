"""Editable charts of repeated measurements: by visit, slopes along the biomarker, pairs, and biology."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mirodash.export.deck.biomarker_axis import (
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
    Marker,
    ScatterChart,
    Series,
    build_marks,
    interpolate,
)
from mirodash.export.deck.curve_charts import (
    AXIS_TITLE_TOP,
    EFFECT_CHART_PLOT,
    MAX_EFFECT_CHART_NAME_LENGTH,
    WITHIN,
    build_end_lines,
    has_room_at_right,
    lift_labels,
)
from mirodash.export.deck.style import (
    ACCENT,
    ACCENT_PALE,
    BODY,
    INK,
    PICTURE,
    QUIET,
    TREATED,
    ArmLook,
    Box,
    style_arms,
)
from mirodash.export.deck.tables import Cell
from mirodash.longitudinal.visits import VisitSummary
from mirodash.questions.progression.measured import GroupProgression
from mirodash.questions.progression.slope_panels import find_group_lines, list_line_times
from mirodash.questions.progression.visit_card import (
    choose_visits,
    count_states,
    find_axis_range,
    list_states,
    list_times,
)
from mirodash.questions.talk.progression_pictures import (
    BiologyPicture,
    LinesPicture,
    PairsPicture,
    ProgressionPicture,
    SlopesPicture,
)
from mirodash.questions.talk.progression_stage import (
    Rows,
    find_lines_range,
    find_probability_range,
    find_slope_reach,
    list_biology_columns,
)
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import ArmNames, one_line
from mirodash.text.numbers import FIXED, count, format_number, format_threshold
from mirodash.text.ticks import choose_even_step

STATE_ROW = 14.5
STATE_LETTERS = 11.0
MAX_NAME_LENGTH = 48
_SCALE_ROOM, _ENDS_ROOM, _AXIS_ROOM = 88.0, 104.0, 27.0
_MAX_COLUMN = 70.0
_STEPS = 5

Arms = tuple[tuple[str, VisitSummary, ArmLook], ...]
Interval = tuple[float, float, float]
"""A place on one axis, and two ends on the other."""


def build_arms(picture: ProgressionPicture, names: ArmNames) -> Arms:
    """Treated first, as in every table."""
    visits = picture.visits
    treated, control = style_arms(names)
    return (
        (one_line(names.treated), visits.treated, treated),
        (one_line(names.control), visits.control, control),
    )


def place_states(picture: ProgressionPicture) -> Box:
    """Where the table under the axis stands: for each arm its name, and a row for each state."""
    height = 2 * (1 + len(list_states(picture.visits))) * STATE_ROW
    return Box(PICTURE.left, PICTURE.bottom - height, PICTURE.width, height)


def _place_plot(picture: ProgressionPicture) -> Box:
    top = PICTURE.top + 8
    height = place_states(picture).top - _AXIS_ROOM - top
    return Box(PICTURE.left + _SCALE_ROOM, top, PICTURE.width - _SCALE_ROOM - _ENDS_ROOM, height)


def _find_ends(picture: ProgressionPicture) -> tuple[float, float]:
    """From where to where time goes, with room for the markers."""
    span = max(max(picture.answer.measure.visits, default=0.0), 1e-9)
    return -0.03 * span, 1.03 * span


def build_visit_chart(picture: ProgressionPicture, names: ArmNames) -> ScatterChart:
    """Means by visit and arm with their intervals, on the axes that all groups share."""
    answer, plot, measure = picture.answer, _place_plot(picture), picture.answer.measure
    start, end = _find_ends(picture)
    low, high = find_axis_range(answer)
    y = _build_even_axis(low, high, f"{picture.name}, {measure.unit}".removesuffix(", "))
    times = list_times(answer, picture.visits.treated)
    chosen = set(choose_visits(answer, picture.visits))
    ticks = [(time, format_number(time, 0) if k in chosen else "") for k, time in enumerate(times)]
    series = [
        build_marks(f"Marks, {measure.visits_unit}", ticks, bottom=y.low, height=0.018 * (y.high - y.low))
    ]
    arms = [arm for arm in build_arms(picture, names) if _list_known(arm[1])]
    heights = [
        plot.height * (float(arm.mean[_list_known(arm)[-1]]) - y.low) / (y.high - y.low) for _, arm, _ in arms
    ]
    lifted = lift_labels(heights, max((len(build_end_lines(name)) for name, _, _ in arms), default=1))
    for arm, up in reversed(list(zip(arms, lifted, strict=True))):
        series += _build_means(arm, list_times(answer, arm[1]), up)
    return ScatterChart(
        frame=Box(PICTURE.left, PICTURE.top, PICTURE.width, plot.bottom + _AXIS_ROOM - PICTURE.top),
        plot=plot,
        x=Axis(start, end, measure.visits_unit, title_at=(plot.right + 26, plot.bottom + 3)),
        y=y,
        series=tuple(series),
    )


def _list_known(arm: VisitSummary) -> list[int]:
    return [k for k, mean in enumerate(arm.mean.tolist()) if not math.isnan(mean)]


def _build_means(arm: tuple[str, VisitSummary, ArmLook], times: list[float], up: float) -> list[Series]:
    name, summary, look = arm
    known = _list_known(summary)
    lower, upper, mean = summary.lower.tolist(), summary.upper.tolist(), summary.mean.tolist()
    spread = [(times[k], lower[k], upper[k]) for k in known if not math.isnan(lower[k])]
    end = Label(len(known) - 1, "\n".join(build_end_lines(name)), "r", look.text, bold=True, up=up)
    line = Series(
        name,
        [times[k] for k in known],
        [mean[k] for k in known],
        line=Line(look.line, 3.5, look.dash),
        marker=Marker("circle" if look is TREATED else "square", 7, look.line),
        labels=(end,),
    )
    return [*_build_upright(f"{name}: interval", spread, Line(look.pale, 2.25)), line]


def _build_upright(name: str, spread: Sequence[Interval], line: Line) -> list[Series]:
    """Intervals as upright lines of two points with gaps between them."""
    x = [place for place, _, _ in spread for _ in range(3)]
    y = [end for _, low, high in spread for end in (low, high, None)]
    return [Series(name, x[:-1], y[:-1], line=line)] if spread else []


def _build_even_axis(low: float, high: float, title: str) -> Axis:
    """An upright axis with round numbers from one mark to another."""
    step = choose_even_step((high - low) / _STEPS)
    first, last = math.floor(low / step), math.ceil(high / step)
    return Axis(
        first * step,
        last * step,
        one_line(title, 30),
        step=step,
        number_format="0" if step >= 1 else "0.0" if step >= 0.1 else "0.00",
        grid=True,
    )


def build_states_table(picture: ProgressionPicture, names: ArmNames) -> tuple[list[float], list[list[Cell]]]:
    """Widths of the columns in points, and the rows: how many are in each state at the marked visits."""
    plot, (start, end) = _place_plot(picture), _find_ends(picture)
    times = list_times(picture.answer, picture.visits.treated)
    chosen = choose_visits(picture.answer, picture.visits)
    places = [plot.left + plot.width * (times[k] - start) / (end - start) for k in chosen]
    columns = _place_columns(places, chosen)
    rows: list[list[Cell]] = []
    for name, arm, look in build_arms(picture, names):
        heading = Cell(
            one_line(name, MAX_NAME_LENGTH),
            "left",
            look.text,
            bold=True,
            size=STATE_LETTERS,
            across=len(columns),
        )
        rows.append([heading, *(Cell(size=STATE_LETTERS),) * (len(columns) - 1)])
        counts = count_states(arm)
        for state in list_states(picture.visits):
            row = [
                Cell(size=STATE_LETTERS) if k is None else Cell(count(counts[state][k]), size=STATE_LETTERS)
                for _, k in columns
            ]
            rows.append([Cell(state, "left", QUIET, size=STATE_LETTERS), *row[1:]])
    return [width for width, _ in columns], rows


def _place_columns(places: list[float], visits: list[int]) -> list[tuple[float, int | None]]:
    """Width of each column and the visit over its middle; None for the names and for room between."""
    width = min([_MAX_COLUMN, *(right - left for left, right in pairwise(places))])
    columns: list[tuple[float, int | None]] = []
    reached = PICTURE.left
    for place, visit in zip(places, visits, strict=True):
        gap = place - width / 2 - reached
        if gap > 0.01:
            columns.append((gap, None))
        columns.append((width, visit))
        reached = place + width / 2
    return columns


def build_slopes_chart(picture: SlopesPicture, names: ArmNames) -> ScatterChart:
    """Difference in slope against the biomarker, with its band, the line of no effect and the thresholds."""
    curve, found = picture.curve, picture.found
    span, reach = found.span, find_slope_reach(picture)
    y = _build_even_axis(-reach, reach, "Difference in slope")
    x = place_values(span, curve.biomarker.tolist())
    height = y.high - y.low
    ends = (("Lower limit", curve.lower), ("Upper limit", curve.upper))
    return ScatterChart(
        frame=PICTURE,
        plot=EFFECT_CHART_PLOT,
        x=build_biomarker_axis(span, title_top=AXIS_TITLE_TOP),
        y=y,
        series=(
            build_marks("Marks", choose_marks(span), bottom=y.low, height=0.018 * height),
            interpolate("No effect", find_ends(span), (0.0, 0.0), Line(QUIET, 1.5)),
            *_label_directions(picture, names, y),
            *_build_thresholds(picture, y),
            *(Series(name, x, values.tolist(), line=Line(ACCENT_PALE, 2.0)) for name, values in ends),
            Series("Difference in slope", x, curve.estimate.tolist(), line=Line(ACCENT, 4.0)),
        ),
    )


def _build_thresholds(picture: SlopesPicture, y: Axis) -> list[Series]:
    span = picture.found.span
    made: list[Series] = []
    for value in picture.thresholds:
        if span.low <= value <= span.high:
            text = one_line(format_threshold(span.biomarker, value), MAX_EFFECT_CHART_NAME_LENGTH)
            line, label = Line(INK, 2.0, "sysDash"), Label(1, text, "t", INK)
            made.append(
                Series(
                    f"Threshold {text}",
                    place_values(span, (value, value)),
                    [y.low, y.high],
                    line=line,
                    labels=(label,),
                )
            )
    return made


def _label_directions(picture: SlopesPicture, names: ArmNames, y: Axis) -> list[Series]:
    """Which way favours whom; nothing where nobody says whether more is better."""
    direction, span = picture.found.answer.measure.direction, picture.found.span
    if not direction:
        return []
    upper, lower = (names.treated, names.control)[:: 1 if direction == "higher" else -1]
    right = has_room_at_right(span, picture.curve.biomarker.tolist())
    low, high = find_ends(span)
    edge, place = (high * (1 - WITHIN), "l") if right else (low, "r")
    texts = (f"▲ favours {upper}", f"▼ favours {lower}")
    labels = tuple(
        Label(k, one_line(text, MAX_EFFECT_CHART_NAME_LENGTH + 10), "l" if place == "l" else "r", QUIET)
        for k, text in enumerate(texts)
    )
    inside = 0.07 * (y.high - y.low)
    return [Series("Which way", [edge, edge], [y.high - inside, y.low + inside], labels=labels)]


_FIELD_GAP, _TIME_ROOM, _HEADROOM = 26.0, 58.0, 0.15
_LETTER = 0.62
"""How wide a bold letter is, of its height."""


def build_lines_charts(picture: LinesPicture, names: ArmNames) -> list[tuple[str, ScatterChart]]:
    """A chart for each group with the fitted lines of both arms and their bands, on one upright axis."""
    groups, answer = picture.shown, picture.answer
    low, high = find_lines_range(picture)
    unit = f", {answer.measure.unit}" if answer.measure.unit else ""
    # the name of each group stands within its field, over the lines
    y = _build_even_axis(low, high + _HEADROOM * (high - low), f"{answer.measure.short}{unit}")
    width = (PICTURE.width - _SCALE_ROOM - _ENDS_ROOM + _FIELD_GAP) / len(groups)
    charts: list[tuple[str, ScatterChart]] = []
    for place, group in enumerate(groups):
        first, last = place == 0, place == len(groups) - 1
        left = PICTURE.left + _SCALE_ROOM + place * width
        plot = Box(
            left,
            PICTURE.top + 8,
            width - _FIELD_GAP,
            PICTURE.height - 8 - _TIME_ROOM,
        )
        start, end = PICTURE.left if first else plot.left - 8, plot.right + (_ENDS_ROOM if last else 8)
        frame = Box(start, PICTURE.top, end - start, PICTURE.height)
        shown = y if first else replace(y, title="", shown=False)
        series = _build_fitted(picture, group, names, plot, y, named=last)
        time = float(list_line_times(answer)[-1])
        step = 6.0 if answer.measure.visits_unit == "months" and time >= 12 else choose_even_step(time / 3)
        text = one_line(picture.labels[place], 24)
        size = min(CHART_LETTERS, (plot.width - 6) / (_LETTER * len(text)))
        name = Label(0, text, "r", INK, bold=True, size=size)
        title = Series("Group", [0.0], [y.high - 0.04 * (y.high - y.low)], labels=(name,))
        x = Axis(0.0, time, answer.measure.visits_unit, step=step, title_at=(None, plot.bottom + 27))
        charts.append((group.label, ScatterChart(frame, plot, x, shown, (*series, title))))
    return charts


def _build_fitted(
    picture: LinesPicture, group: GroupProgression, names: ArmNames, plot: Box, y: Axis, *, named: bool
) -> list[Series]:
    """Both arms' lines with the limits of their bands, and their names at the ends where there is room."""
    found = find_group_lines(picture.answer, group)
    if isinstance(found, NotEstimable):
        return []
    x = list_line_times(picture.answer).tolist()
    treated, control = style_arms(names)
    arms = ((one_line(names.treated), treated), (one_line(names.control), control))
    heights = [plot.height * (float(middle[-1]) - y.low) / (y.high - y.low) for middle, _ in found]
    lifted = lift_labels(heights, max(len(build_end_lines(name)) for name, _ in arms))
    made: list[Series] = []
    for (name, look), (middle, reach), up in zip(arms, found, lifted, strict=True):
        label = Label(len(x) - 1, "\n".join(build_end_lines(name)), "r", look.text, bold=True, up=up)
        made += [
            Series(f"{name}: lower limit", x, (middle - reach).tolist(), line=Line(look.pale, 1.75)),
            Series(f"{name}: upper limit", x, (middle + reach).tolist(), line=Line(look.pale, 1.75)),
            Series(
                name,
                x,
                middle.tolist(),
                line=Line(look.line, 3.5, look.dash),
                labels=(label,) if named else (),
            ),
        ]
    return made


PAIRS_PLOT = Box(PICTURE.left + 10, PICTURE.top + 6, PICTURE.width - 30, PICTURE.height - 64)
_LIFTED = 0.4
"""Rows that a group's name stands above its interval."""


def build_pairs_chart(picture: PairsPicture, names: ArmNames) -> ScatterChart:
    """The win probability of every group with its interval, and a line where neither arm does better."""
    rows, (low, high) = picture.compared, find_probability_range(picture)
    top = float(len(rows))
    step = choose_even_step((high - low) / _STEPS)
    marks = [0.5 + k * step for k in range(-_STEPS, _STEPS + 1) if low <= 0.5 + k * step <= high]
    heights = [top - place - 0.72 for place in range(len(rows))]
    named = tuple(
        Label(place, one_line(group.label, MAX_NAME_LENGTH), "r", INK, bold=True)
        for place, (group, _) in enumerate(rows)
    )
    ends = [(height, *pairs.probability_ci) for height, (_, pairs) in zip(heights, rows, strict=True)]
    return ScatterChart(
        frame=PICTURE,
        plot=PAIRS_PLOT,
        x=Axis(
            low,
            high,
            one_line(f"Pairs in which {names.treated} did better", 44),
            title_at=(None, PAIRS_PLOT.bottom + 27),
        ),
        y=Axis(0.0, top, "", shown=False),
        series=(
            build_marks(
                "Marks", [(mark, f"{100 * mark:.0f} %") for mark in marks], bottom=0.0, height=0.018 * top
            ),
            interpolate("Neither arm does better", (0.5, 0.5), (0.0, top), Line(QUIET, 1.5)),
            *_build_level("Interval", ends, Line(ACCENT, 3.0)),
            Series(
                "Win probability",
                [pairs.probability for _, pairs in rows],
                heights,
                marker=Marker("square", 13, ACCENT),
            ),
            Series("Groups", [low] * len(rows), [height + _LIFTED for height in heights], labels=named),
        ),
    )


def _build_level(name: str, spread: Sequence[Interval], line: Line) -> list[Series]:
    """Intervals as level lines of two points with gaps between them."""
    x = [end for _, low, high in spread for end in (low, high, high)]
    y = [end for height, _, _ in spread for end in (height, height, None)]
    return [Series(name, x[:-1], y[:-1], line=line)] if spread else []


_GROUPS_ROOM = 210.0
_COLUMN_GAP = 24.0
_HEADING = 44.0
_FOOT = 30.0
_LETTERS = 15.0


def _place_columns_of(picture: BiologyPicture) -> list[Box]:
    """Where the columns of charts stand, beside the names of the groups."""
    number = len(list_biology_columns(picture))
    width = (BODY.width - _GROUPS_ROOM) / number
    height = BODY.height - _HEADING
    return [
        Box(BODY.left + _GROUPS_ROOM + place * width, BODY.top + _HEADING, width, height)
        for place in range(number)
    ]


def build_biology_table(picture: BiologyPicture) -> tuple[list[float], list[float], list[list[Cell]]]:
    """Widths, heights and cells of the table on whose empty cells the charts stand."""
    columns, places = list_biology_columns(picture), _place_columns_of(picture)
    heading = [Cell(size=_LETTERS)]
    for name, series in columns:
        phases = ", ".join(
            f"{sign}{FIXED}{phase}" for sign, (phase, _) in zip("●■", series, strict=False) if phase
        )
        text = f"{name}: {phases}" if phases else name
        heading.append(Cell(text, "left", bold=True, size=_LETTERS, lines=2, indent=_COLUMN_GAP / 2))
    rows = [
        [Cell(label, "left", size=_LETTERS), *(Cell(size=_LETTERS),) * len(columns)]
        for label in picture.labels
    ]
    height = (places[0].height - _FOOT) / len(rows)
    widths = [_GROUPS_ROOM, *(place.width for place in places)]
    return widths, [_HEADING, *[height] * len(rows)], [heading, *rows]


def build_biology_charts(picture: BiologyPicture) -> list[tuple[str, ScatterChart]]:
    """A chart for each marker and one for function, each with its name, side by side."""
    return [
        (heading, _build_column(picture, heading, series, place))
        for (heading, series), place in zip(
            list_biology_columns(picture), _place_columns_of(picture), strict=True
        )
    ]


def _build_column(
    picture: BiologyPicture, heading: str, series: list[tuple[str, Rows]], frame: Box
) -> ScatterChart:
    top = float(len(picture.labels))
    ends = [0.0, *(end for _, rows in series for _, _, ci in rows for end in ci)]
    step = choose_even_step((max(ends) - min(ends) or 1.0) / 3)
    drawn: list[Series] = [interpolate("No effect", (0.0, 0.0), (0.0, top), Line(QUIET, 1.5))]
    for number, (phase, rows) in enumerate(series):
        name, colour = phase or heading, INK if number else ACCENT
        spread = [(top - place - 0.5, ci[0], ci[1]) for place, _, ci in rows]
        drawn += _build_level(f"{name}: interval", spread, Line(colour, 2.5))
        heights = [height for height, _, _ in spread]
        marker = Marker("square" if number else "circle", 11, colour)
        drawn.append(Series(name, [estimate for _, estimate, _ in rows], heights, marker=marker))
    return ScatterChart(
        frame=frame,
        plot=Box(frame.left + _COLUMN_GAP / 2, frame.top, frame.width - _COLUMN_GAP, frame.height - _FOOT),
        x=Axis(step * math.floor(min(ends) / step), step * math.ceil(max(ends) / step), "", step=step),
        y=Axis(0.0, top, "", shown=False),
        series=tuple(one for one in drawn if one.x),
    )
