"""Kaplan–Meier curves as a chart that can be edited, with the numbers at risk under its marks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mirodash.export.deck.chart import CHART_LETTERS, Axis, Label, Line, ScatterChart, Series, Ticks, marks
from mirodash.export.deck.looks import CONTROL, PICTURE, TREATED, ArmLook, Box
from mirodash.plot.step_curves import Steps, censor_marks, steps
from mirodash.questions.talk.slide_data import SurvivalPicture
from mirodash.survival.results import ArmSummary
from mirodash.text.labels import ArmNames, one_line
from mirodash.text.numbers import count
from mirodash.text.ticks import converted

AT_RISK_ROW = 19.0
ROWS = 4
"""For each arm its name, and its numbers under it."""
LONGEST_LINE = 12
"""Letters of an arm's name that fit in each of two lines at the end of its curve."""
CHART = Box(PICTURE.left, PICTURE.top, PICTURE.width, PICTURE.height - ROWS * AT_RISK_ROW)
_SCALE_ROOM, _ENDS_ROOM, _AXIS_ROOM = 88.0, 110.0, 27.0
PLOT = Box(
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


def arms_of(picture: SurvivalPicture, names: ArmNames) -> Arms:
    """Treated first, as in every table."""
    compared = picture.group.comparison
    return (
        (one_line(names.treated), compared.treated, TREATED),
        (one_line(names.control), compared.control, CONTROL),
    )


def survival_chart(picture: SurvivalPicture, names: ArmNames) -> ScatterChart:
    """The curves of one group: straight steps, the ends of the interval as thin lines, censor ticks."""
    result = picture.result
    scale = converted(1.0, result.endpoint.unit, result.unit)
    arms = [arm for arm in arms_of(picture, names) if arm[1].has_curve]
    ends = [float(steps(arm.curve, result.horizon).estimate[-1]) for _, arm, _ in arms]
    lifted = _lifted(ends, max((len(_end_lines(name)) for name, _, _ in arms), default=1))
    series: list[Series] = [
        marks(f"Marks, {result.unit}", ticks(picture), bottom=0.0, height=0.018),
    ]
    for (name, arm, look), up in reversed(list(zip(arms, lifted, strict=True))):
        series += _arm(name, arm, look, scale=scale, horizon=result.horizon, up=up)
    free = one_line(result.endpoint.event_free, 24)
    return ScatterChart(
        frame=CHART,
        plot=PLOT,
        x=Axis(0.0, result.horizon * scale, result.unit, title_at=(PLOT.right + 26, PLOT.bottom + 3)),
        y=Axis(
            0.0,
            1.0,
            free[:1].upper() + free[1:],
            step=0.25,
            number_format="0\\ %",
            grid=True,
        ),
        series=tuple(series),
    )


def ticks(picture: SurvivalPicture) -> list[tuple[float, str]]:
    """The marks of the time axis in the reader's unit, with what is written at them.

    The horizon is always written; a mark so close before it that the two would touch is not.
    """
    result = picture.result
    times = [converted(t, result.endpoint.unit, result.unit) for t in result.ticks.tolist()]
    *earlier, last = [(time, _tick(time)) for time in times]

    def touches(time: float, text: str) -> bool:
        between = PLOT.width * (last[0] - time) / last[0]
        return between < _DIGIT * (1 + (len(text) + len(last[1])) / 2)

    return [*((time, "" if touches(time, text) else text) for time, text in earlier), last]


def _tick(value: float) -> str:
    if abs(value - round(value)) < 1e-6:
        return count(round(value))
    return f"{value:.1f}" if value >= 0.1 else f"{value:.2g}"


def _arm(
    name: str, arm: ArmSummary, look: ArmLook, *, scale: float, horizon: float, up: float
) -> list[Series]:
    line = steps(arm.curve, horizon)
    x, y = _corners((line.time * scale).tolist(), line.estimate.tolist())
    end = Label(len(x) - 1, "\n".join(_end_lines(name)), "r", look.text, bold=True, up=up)
    drawn = [*_interval(name, line, look, scale)]
    drawn.append(Series(name, x, y, line=Line(look.line, 3.5, look.dash), labels=(end,)))
    marks_x, marks_y = censor_marks(arm.curve, horizon)
    if marks_x.size:
        ticks_up = Ticks(Line(look.line, 1.5), 0.024)
        censored = (marks_x * scale).tolist(), marks_y.tolist()
        drawn.append(Series(f"{name}: censored", *censored, ticks=ticks_up))
    return drawn


def _interval(name: str, line: Steps, look: ArmLook, scale: float) -> list[Series]:
    """The interval's ends; there is none before the first event and none where survival is 0."""
    made: list[Series] = []
    for end, values in (("lower", line.lower), ("upper", line.upper)):
        x, y = _corners((line.time * scale).tolist(), values.tolist())
        known = [k for k, value in enumerate(y) if math.isfinite(value)]
        if known:
            limit = Line(look.pale, 1.25)
            made.append(
                Series(f"{name}: {end} limit", [x[k] for k in known], [y[k] for k in known], line=limit)
            )
    return made


def _corners(time: Sequence[float], height: Sequence[float]) -> tuple[list[float], list[float]]:
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


def _end_lines(name: str) -> list[str]:
    """An arm's name for the end of its curve, in at most two lines."""
    if len(name) <= LONGEST_LINE:
        return [name]
    first = name[: LONGEST_LINE + 1].rpartition(" ")[0]
    if not first:
        return [one_line(name, LONGEST_LINE)]
    return [first, one_line(name[len(first) + 1 :], LONGEST_LINE)]


def _lifted(ends: Sequence[float], lines: int) -> list[float]:
    """How far up each name moves, in points, so that names of curves that end close stand apart."""
    if len(ends) < 2:
        return [0.0] * len(ends)
    places, apart = [end * PLOT.height for end in ends], _APART * lines
    gap = places[0] - places[1]
    half = max(apart - abs(gap), 0.0) / 2
    moved = [half, -half] if gap >= 0 else [-half, half]
    lowest = min(place + up for place, up in zip(places, moved, strict=True))
    clear = max(apart / 2 + 2 - lowest, 0.0)  # of the marks under the axis
    return [up + clear for up in moved]
