"""Death and function as one outcome in a picture: deaths as a curve, beside it the change of the living."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.errors import CannotComputeError
from mirodash.longitudinal.death_then_function import Courses, DeathThenFunction, WinRatio
from mirodash.plot.theme import (
    ArmStyle,
    Figure,
    Theme,
    build_axis,
    build_base_layout,
    draw_field_title,
    escape,
    shorten,
    style_arms,
)
from mirodash.questions.panel import Panel
from mirodash.questions.progression.measured import GroupProgression, Progression, progression
from mirodash.questions.progression.words import RULE_NAMES, format_win_probability
from mirodash.stratification.selection import Mask, Selection
from mirodash.survival.results import NotEstimable, Numbers
from mirodash.text.facts import Explanation, Fact, Table, TablesOnDemand
from mirodash.text.labels import ArmNames, format_arm_names
from mirodash.text.numbers import count, format_number, format_percent, format_range
from mirodash.text.ticks import convert_time
from mirodash.trial.trial import Trial

HEIGHT = 262
_MARGIN = (56, 44, 28, 42)
_GAP = 0.05
_SPLIT = 0.56
"""Of a field: deaths over time are left of it, the change of survivors is right of it."""


@dataclass(frozen=True, eq=False, slots=True)
class Pairs:
    """Every pair of a treated and a control participant, in every group of a view."""

    answer: Progression
    names: ArmNames
    unit: str


def _compute(trial: Trial, selection: Selection) -> Pairs | None:
    answer = progression(trial, selection)
    if answer is None:
        return None
    return Pairs(answer, format_arm_names(trial, selection), answer.measure.visits_unit)


def explain_pairs(found: Pairs) -> Explanation:
    """The rule, and in every group how often the treated participant of a pair did better."""
    answer = found.answer
    dead = answer.endpoint.singular
    return Explanation(
        title=f"{dead.capitalize()} and {answer.measure.short} together",
        subtitle=describe_rule(answer),
        sentence=(
            f"Every participant on {found.names.treated} is compared with each on {found.names.control}: how "
            "often the first did better. The curve shows deaths, the boxes the last change of those who "
            "live, with the 5th, 25th, 50th, 75th and 95th percentile. The living of two arms are different "
            "people, so that their change is shown beside the deaths only."
        ),
        facts=tuple(_describe_group(answer, group) for group in answer.groups),
        tables=TablesOnDemand(lambda: (_build_table(found),)),
    )


def describe_rule(answer: Progression) -> str:
    """How two participants are compared, in one line."""
    dead, short = answer.endpoint.singular, answer.measure.short
    name = RULE_NAMES[answer.rule]
    named = f"{name[:1].upper()}{name[1:]}"
    if answer.rule == "joint_rank":
        return (
            f"{named}: an earlier {dead} is worse, any {dead} is worse than none, "
            f"then the smaller last change of {short}"
        )
    change = (
        f"the smaller change of {short} at the last visit both reached"
        if answer.rule == "last_common_visit"
        else f"the smaller last change of {short} of each"
    )
    return f"{named}: a {dead} is worse than longer follow-up of the other; otherwise {change}"


def _describe_group(answer: Progression, group: GroupProgression) -> Fact:
    pairs = group.pairs
    if isinstance(pairs, NotEstimable):
        return Fact(group.label, "not estimable", pairs.why)
    benefit = f"net benefit {format_number(pairs.net_benefit, 2, signed=True)}"
    by_death = format_percent(pairs.by_death / pairs.pairs)
    decided = "" if answer.min_cell else f", {by_death} of pairs decided by {answer.endpoint.singular}"
    return Fact(group.label, format_win_probability(pairs, answer.confidence), f"{benefit}{decided}")


def _build_table(found: Pairs) -> Table:
    answer = found.answer
    header = (
        *("Group", "Wins", "Losses", "Ties", "By death", "By function", "Mean rank, treated", "control"),
        *("Win ratio", "Interval", "Win odds", "Net benefit"),
    )
    rows = tuple(_build_row(answer, group, group.pairs) for group in answer.groups)
    return Table(f"{answer.measure.label} and {answer.endpoint.singular}: pairs", header, rows)


def _build_row(
    answer: Progression, group: GroupProgression, pairs: DeathThenFunction | NotEstimable
) -> tuple[str, ...]:
    if isinstance(pairs, NotEstimable):
        return (group.label, *["–"] * 11)
    counts = (pairs.wins, pairs.losses, pairs.ties, pairs.by_death, pairs.by_function)
    shown = ["not shown"] * 5 if answer.min_cell else [count(number) for number in counts]
    ranks = [format_number(pairs.mean_rank[arm], 1) for arm in (1, 0)]
    ratio = pairs.win_ratio
    told = (
        (f"{ratio.ratio:.2f}", format_range(ratio.ci))
        if isinstance(ratio, WinRatio)
        else ("not estimable", "–")
    )
    odds = "–" if pairs.win_odds is None else f"{pairs.win_odds:.2f}"
    return (group.label, *shown, *ranks, *told, odds, format_number(pairs.net_benefit, 3, signed=True))


def draw_pairs(found: Pairs, theme: Theme) -> Figure:
    """Draw one field for each group: deaths over time, and the change of survivors.

    Raises
    ------
    CannotComputeError
        When no group can be drawn.
    """
    answer = found.answer
    drawn = [
        (place, group, group.courses)
        for place, group in enumerate(answer.groups)
        if isinstance(group.courses, Courses) and isinstance(group.pairs, DeathThenFunction)
    ]
    if not drawn:
        why = answer.overall.courses
        raise CannotComputeError(
            f"No picture: {why.why if isinstance(why, NotEstimable) else 'no participants are compared.'}"
        )
    horizon = convert_time(answer.horizon, "days", found.unit)
    layout = build_base_layout(theme, height=HEIGHT, margin=_MARGIN)
    layout |= {"hovermode": "closest", "uirevision": "pairs", "annotations": [], "boxmode": "overlay"}
    reach = _find_reach([courses for _, _, courses in drawn])
    width = (1 + _GAP) / len(drawn)
    data: list[Figure] = []
    for field, (_, group, courses) in enumerate(drawn):
        left, right = field * width, (field + 1) * width - _GAP
        middle = left + _SPLIT * (right - left)
        first, second = _suffix(2 * field + 1), _suffix(2 * field + 2)
        data += _draw_field(found, courses, theme, axes=(first, second))
        layout |= _build_axes(
            found,
            theme,
            places=(left, middle, right),
            axes=(first, second),
            horizon=horizon,
            reach=reach,
            first=field == 0,
            last=field == len(drawn) - 1,
        )
        layout["annotations"].append(draw_field_title(group.label, left, theme))
    return {"data": data, "layout": layout}


def _suffix(number: int) -> str:
    return "" if number == 1 else str(number)


def _find_reach(drawn: list[Courses]) -> tuple[float, float]:
    changes = np.concatenate([_list_survivors(courses) for courses in drawn])
    if not changes.size:
        return -1.0, 1.0
    low, high = np.quantile(changes, [0.02, 0.98])
    room = 0.08 * (high - low or 1.0)
    return float(low - room), float(high + room)


def _list_survivors(courses: Courses, arm: Mask | None = None) -> Numbers:
    mine = ~courses.died if arm is None else ~courses.died & arm
    last = courses.last_change[mine]
    return last[~np.isnan(last)]


def _draw_field(found: Pairs, courses: Courses, theme: Theme, *, axes: tuple[str, str]) -> list[Figure]:
    first, second = axes
    data: list[Figure] = []
    treated, control = style_arms(theme, found.names)
    arms = ((found.names.treated, courses.treated, treated), (found.names.control, ~courses.treated, control))
    for place, (name, arm, style) in enumerate(arms):
        data.append(_draw_deaths(found, name, courses, arm, style, axes=first))
        change = _list_survivors(courses, arm)
        if change.size:
            data.append(_draw_box(name, change, style, place, axes=second))
    return data


def _draw_deaths(
    found: Pairs, name: str, courses: Courses, arm: Mask, style: ArmStyle, *, axes: str
) -> Figure:
    """The share of all in the arm who died by each time: no one leaves a joint rank by being censored."""
    times = np.sort(courses.time[arm & courses.died])
    share = np.arange(1, times.size + 1) / max(int(arm.sum()), 1)
    end = convert_time(found.answer.horizon, "days", found.unit)
    x = [0.0, *(convert_time(float(time), "days", found.unit) for time in times), end]
    y = [0.0, *share.tolist(), float(share[-1]) if share.size else 0.0]
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines",
        "line": {"color": style.line, "width": 2.2, "dash": style.dash, "shape": "hv"},
        "hovertext": [f"{escape(name)}<br>{format_percent(height)} dead" for height in y],
        "hoverinfo": "text",
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
    }


def _draw_box(name: str, change: Numbers, style: ArmStyle, place: int, *, axes: str) -> Figure:
    low, q1, median, q3, high = (float(q) for q in np.quantile(change, [0.05, 0.25, 0.5, 0.75, 0.95]))
    return {
        "type": "box",
        "x": [place],
        "q1": [q1],
        "median": [median],
        "q3": [q3],
        "lowerfence": [low],
        "upperfence": [high],
        "width": 0.55,
        "line": {"color": style.line, "width": 1.6},
        "fillcolor": style.band,
        "hoverinfo": "skip",
        "name": escape(name),
        "xaxis": f"x{axes}",
        "yaxis": f"y{axes}",
    }


def _build_axes(
    found: Pairs,
    theme: Theme,
    *,
    places: tuple[float, float, float],
    axes: tuple[str, str],
    horizon: float,
    reach: tuple[float, float],
    first: bool,
    last: bool,
) -> Figure:
    left, middle, right = places
    one, other = axes
    small = {"font": {"size": 11.5, "color": theme.quiet}, "standoff": 4}
    names = [escape(shorten(name, 8)) for name in (found.names.treated, found.names.control)]
    sign = "" if found.answer.measure.direction != "lower" else ", less is worse"
    return {
        f"xaxis{one}": build_axis(
            theme,
            domain=[left, middle],
            range=[0, horizon],
            anchor=f"y{one}",
            nticks=4,
            ticks="outside",
            showline=True,
            title={"text": found.unit, **small},
        ),
        f"yaxis{one}": build_axis(
            theme,
            range=[0, 1],
            anchor=f"x{one}",
            tickmode="array",
            tickvals=[0, 0.5, 1],
            ticktext=["0", "50", "100 %"],
            showticklabels=first,
            showgrid=True,
            gridcolor=theme.grid,
            **({"title": {"text": "dead", **small}} if first else {}),
        ),
        f"xaxis{other}": build_axis(
            theme,
            domain=[middle + 0.004, right],
            range=[-0.6, 1.6],
            anchor=f"y{other}",
            tickmode="array",
            tickvals=[0, 1],
            ticktext=names,
            showline=True,
        ),
        f"yaxis{other}": build_axis(
            theme,
            range=list(reach),
            anchor=f"x{other}",
            side="right",
            nticks=5,
            showticklabels=last,
            showgrid=True,
            gridcolor=theme.grid,
            zeroline=True,
            zerolinecolor=theme.axis,
            **({"title": {"text": f"change of the living{sign}", **small}} if last else {}),
        ),
    }


PAIRS = Panel("progression-pairs", _compute, explain_pairs, draw_pairs, HEIGHT)
