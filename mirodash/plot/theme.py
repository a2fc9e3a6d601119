"""Theme and axes of figures: colours by meaning, styles of two sides, escaped text, labels of curves."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from textwrap import wrap
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.stratification.threshold_sides import side_words
from mirodash.text.decimals import OpenInterval, choose_percent_decimals
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_percent
from mirodash.text.small_counts import briefly
from mirodash.text.ticks import RATIO_TICKS, choose_biomarker_ticks


def escape(text: str) -> str:
    """The text with what Plotly reads as markup, or as a place for a number, made harmless."""
    marked = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return marked.replace("%{", "%&#123;")


def shorten(name: str, longest: int = 8) -> str:
    """The name, cut where it would run out of its margin."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


@lru_cache(maxsize=4096)
def format_participants(number: int) -> str:
    """A count of participants or events in a picture.

    >>> format_participants(3700), format_participants(-10)
    ('3,700', '&lt;10')
    """
    return escape(briefly(number))


Figure = dict[str, Any]
"""A plotly figure as plain lists and dictionaries: three to five times faster to send than an object."""

ThemeName = Literal["light", "dark"]

FONT = "Inter Variable, Inter, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class ArmStyle:
    """How one arm is drawn: colour and line style, so that either alone is enough.

    ``text`` is the line's colour, darker where letters need more contrast than lines do.
    """

    line: str
    text: str
    band: str
    bar: str
    dash: str


DASHES = "7px,3px"
"""Of the control arm: gaps shorter than a step, so that no step is lost in one."""
DASHES_FROM_AFAR = "13px,5px"


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """What a picture of survival shows beside its curves, as the reader wants it in this browser.

    Attributes
    ----------
    intervals, censor_ticks, risk_rows : bool
        Whether there are areas for confidence intervals, ticks where follow-up ended, rows of counts.
    rising : bool
        Whether 1 − S is drawn, the share that has had the event.
    lowest, highest : int
        The ends of the upright axis, in per cent.
    pointed_at : bool
        Whether numbers are told where a reader points: not of a picture that is gone in the next frame.
    """

    intervals: bool = True
    censor_ticks: bool = True
    risk_rows: bool = True
    rising: bool = False
    lowest: int = 0
    highest: int = 100
    pointed_at: bool = field(default=True, repr=False)


ALL_SHOWN = FigureOptions()
MIN_RANGE = 5
"""Per cent that the upright axis of survival holds at least."""
_SWITCHES = {
    "no-intervals": "intervals",
    "no-ticks": "censor_ticks",
    "no-rows": "risk_rows",
    "rising": "rising",
}
_RANGE = re.compile(r"y=(\d{1,3})-(\d{1,3})")


def read_figure_options(words: Iterable[str]) -> FigureOptions:
    """Read the words that ``assets/figure_options.js`` writes; what is none of them is passed over.

    >>> read_figure_options(["no-rows", "y=40-100"])
    FigureOptions(intervals=True, censor_ticks=True, risk_rows=False, rising=False, lowest=40, highest=100)
    """
    found = ALL_SHOWN
    for word in words:
        ends = _RANGE.fullmatch(word)
        if word in _SWITCHES:
            found = replace(found, **{_SWITCHES[word]: word == "rising"})
        elif ends and int(ends[1]) + MIN_RANGE <= int(ends[2]) <= 100:
            found = replace(found, lowest=int(ends[1]), highest=int(ends[2]))
    return found


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour of a figure, named after what it means, and what pictures of survival show."""

    ink: str
    quiet: str
    grid: str
    axis: str
    ground: str
    veil: str
    accent: str
    accent_band: str
    quiet_band: str
    on_accent: str
    treated: ArmStyle
    control: ArmStyle
    options: FigureOptions = ALL_SHOWN


LIGHT = Theme(
    ink="#16181d",
    quiet="#5a6270",
    grid="#eceef1",
    axis="#b9bfc8",
    ground="#ffffff",
    veil="rgba(255, 255, 255, 0.75)",
    accent="#4a3f9f",
    accent_band="rgba(74, 63, 159, 0.14)",
    quiet_band="rgba(90, 98, 112, 0.14)",
    on_accent="#ffffff",
    treated=ArmStyle("#0072B2", "#0072B2", "rgba(0, 114, 178, 0.13)", "#0072B2", "solid"),
    control=ArmStyle("#D55E00", "#B85100", "rgba(213, 94, 0, 0.13)", "#D55E00", DASHES),
)
DARK = Theme(
    ink="#eceef2",
    quiet="#a2aab8",
    grid="#272b33",
    axis="#4d5562",
    ground="#121419",
    veil="rgba(18, 20, 25, 0.75)",
    accent="#b3acf5",
    accent_band="rgba(179, 172, 245, 0.18)",
    quiet_band="rgba(162, 170, 184, 0.16)",
    on_accent="#16181d",
    treated=ArmStyle("#58aee6", "#58aee6", "rgba(88, 174, 230, 0.18)", "#3f93cc", "solid"),
    control=ArmStyle("#ff8b45", "#ff8b45", "rgba(255, 139, 69, 0.16)", "#d96f2c", DASHES),
)


def style_arms(theme: Theme, names: ArmNames) -> tuple[ArmStyle, ArmStyle]:
    """Return how the treated and the control arm are drawn: a look belongs to an arm, not to its part."""
    return (theme.control, theme.treated) if names.exchanged else (theme.treated, theme.control)


def pair_colours() -> dict[str, str]:
    """The colours of lines and letters on a light ground, and what each is on a dark one.

    What is painted over another colour, and bars, are not among them: they share a light colour with others.
    """
    pairs = {
        getattr(LIGHT, field.name): getattr(DARK, field.name)
        for field in fields(Theme)
        if isinstance(getattr(LIGHT, field.name), str) and field.name != "on_accent"
    }
    for light, dark in ((LIGHT.treated, DARK.treated), (LIGHT.control, DARK.control)):
        pairs |= {light.line: dark.line, light.text: dark.text, light.band: dark.band}
    return pairs


def find_theme(name: str) -> Theme:
    """The theme of that name, ``dark`` or else light, with the options of figures that follow it."""
    words = name.split()
    colours = DARK if words[:1] == ["dark"] else LIGHT
    options = read_figure_options(words)
    return colours if options == ALL_SHOWN else replace(colours, options=options)


def build_base_layout(theme: Theme, *, height: int, margin: tuple[int, int, int, int]) -> Figure:
    """What all figures share; ``margin`` is left, right, top, bottom in pixels."""
    left, right, top, bottom = margin
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": theme.ink},
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": theme.ground,
            "bordercolor": theme.axis,
            "font": {"family": FONT, "size": 12, "color": theme.ink},
            "align": "left",
        },
        "dragmode": False,
    }


def build_axis(theme: Theme, **changes: Any) -> Figure:
    """A quiet axis that cannot be zoomed by accident; ``changes`` are plotly's own keys."""
    return {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "linecolor": theme.axis,
        "tickcolor": theme.axis,
        "tickfont": {"size": 11.5, "color": theme.quiet},
        "ticklen": 4,
        **changes,
    }


def build_biomarker_axis(span: BiomarkerSpan, theme: Theme) -> Figure:
    """A linear axis in the span's own positions, labelled with values of the biomarker."""
    ticks = choose_biomarker_ticks(span)
    return build_axis(
        theme,
        range=[span.position(span.low), span.position(span.high)],
        tickmode="array",
        tickvals=[span.position(tick) for tick, _ in ticks],
        ticktext=[text for _, text in ticks],
        ticks="outside",
        showline=True,
        tickangle=0,
    )


def titled_biomarker_axis(span: BiomarkerSpan, theme: Theme) -> Figure:
    """The same axis with the biomarker's name and unit under it."""
    biomarker = span.biomarker
    name = f"{biomarker.label}, {biomarker.unit}" if biomarker.unit else biomarker.label
    title = {"text": escape(name), "font": {"size": 11.5, "color": theme.quiet}, "standoff": 6}
    return build_biomarker_axis(span, theme) | {"title": title}


class End(NamedTuple):
    """Name of an arm, where its curve ends and how it is drawn, and whether it reaches the horizon."""

    name: str
    height: float
    interval: OpenInterval
    style: ArmStyle
    is_known: bool


def format_end_shares(ends: Sequence[End]) -> list[str]:
    """The share at each end, all with the decimals that their intervals need; a dash where none is known."""
    places = choose_percent_decimals([(end.height, end.interval) for end in ends if end.is_known])
    return [format_percent(end.height, decimals=places) if end.is_known else "–" for end in ends]


END_LINE = 15.0
"""Pixels from one line of a label at a curve's end to the next."""


def draw_end_labels(
    ends: list[End], *, pixels: float, span: tuple[float, float] = (0.0, 1.0)
) -> list[Figure]:
    """Arm names at the curve ends, moved apart where their lines would touch.

    Parameters
    ----------
    ends : list of End
        One for each curve that is drawn; one that ends before the horizon has no share there.
    pixels : float
        How high the picture of the curves is.
    span : (float, float)
        The shares at its foot and at its head.
    """
    low, high = span
    halves = [END_LINE * (1 + len(wrap_end_name(end.name))) / 2 for end in ends]
    wanted = [pixels * (min(max(end.height, low), high) - low) / (high - low) for end in ends]
    places = spread_labels(wanted, halves, pixels)
    return [
        _draw_end_label(end, share, low + place / pixels * (high - low))
        for end, share, place in zip(ends, format_end_shares(ends), places, strict=True)
    ]


def spread_labels(wanted: Sequence[float], halves: Sequence[float], room: float) -> list[float]:
    """Middles of labels one over the other, as near to where they are wanted as their heights let them.

    Parameters
    ----------
    wanted, halves : sequence of float
        The middle and half the height of each label, in pixels from below.
    room : float
        How far up they may reach; they start at 0.

    Examples
    --------
    >>> spread_labels([100, 90], [15, 15], 200), spread_labels([3, 0], [15, 15], 200)
    ([110.0, 80.0], [45.0, 15.0])
    """
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    groups: list[tuple[list[int], float]] = []
    for k in order:
        members, middle = [k], _keep_inside(float(wanted[k]), halves[k], room)
        # what would touch the labels below it joins them, around the middle of what all of them want
        while groups and middle - _reach(members, halves) < groups[-1][1] + _reach(groups[-1][0], halves):
            members = groups.pop()[0] + members
            middle = _keep_inside(_find_middle(members, wanted, halves), _reach(members, halves), room)
        groups.append((members, middle))
    places = [0.0] * len(wanted)
    for members, middle in groups:
        foot = middle - _reach(members, halves)
        for k in members:
            places[k] = foot + halves[k]
            foot += 2 * halves[k]
    return places


def _reach(members: Sequence[int], halves: Sequence[float]) -> float:
    return sum(halves[k] for k in members)


def _find_middle(members: Sequence[int], wanted: Sequence[float], halves: Sequence[float]) -> float:
    """Where labels that touch have their middle, so that what each is moved adds up to nothing."""
    foot, moved = 0.0, 0.0
    for k in members:
        moved += wanted[k] - (foot + halves[k])
        foot += 2 * halves[k]
    return moved / len(members) + foot / 2


def _keep_inside(middle: float, reach: float, room: float) -> float:
    return float(min(max(middle, reach), max(room - reach, reach)))


MAX_END_LETTERS, MAX_END_LINES = 12, 3
MIN_END_ROOM, END_LETTER = 57, 6.9


@lru_cache(maxsize=64)
def _wrap_end_name(name: str) -> tuple[str, ...]:
    return tuple(wrap(name, MAX_END_LETTERS, max_lines=MAX_END_LINES, placeholder="…") or [name])


def wrap_end_name(name: str) -> list[str]:
    """The name of an arm in lines that fit beside the end of its curve; only one without end is cut.

    >>> wrap_end_name("No hormonal therapy"), wrap_end_name("Placebo + riluzole")
    (['No hormonal', 'therapy'], ['Placebo +', 'riluzole'])
    """
    return list(_wrap_end_name(name))


def measure_end_room(names: Iterable[str]) -> int:
    """Pixels at the right of a chart for the names of its arms."""
    longest = max((len(line) for name in names for line in wrap_end_name(name)), default=0)
    return max(MIN_END_ROOM, round(10 + END_LETTER * longest))


def _draw_end_label(end: End, share: str, height: float) -> Figure:
    return {
        "text": f"<b>{'<br>'.join(map(escape, wrap_end_name(end.name)))}</b><br>{share}",
        "x": 1,
        "xref": "paper",
        "xshift": 5,
        "xanchor": "left",
        "y": height,
        "yref": "y",
        "yanchor": "middle",
        "showarrow": False,
        "align": "left",
        "font": {"size": 11.5, "color": end.style.text},
    }


Edge = Literal["left", "right"]

MAX_NAME_LENGTH = 30
"""Letters of an arm's name that fit beside the arrow."""


def clip_ratios(ratios: NDArray[np.float64]) -> list[float]:
    """Far outside the picture a line is drawn at a thousandfold: larger numbers break the renderer."""
    return np.clip(ratios, 1e-3, 1e3).tolist()


def build_hazard_ratio_axis(
    reach: float, theme: Theme, *, name: str = "hazard ratio", **changes: Any
) -> Figure:
    """A log axis of hazard ratios with few ticks; ``changes`` are plotly's own keys."""
    return build_axis(
        theme,
        type="log",
        range=[-math.log10(reach), math.log10(reach)],
        tickmode="array",
        tickvals=[ratio for ratio, _ in RATIO_TICKS],
        ticktext=[text for _, text in RATIO_TICKS],
        showgrid=True,
        gridcolor=theme.grid,
        title={"text": name, "font": {"size": 11.5, "color": theme.quiet}, "standoff": 4},
        **changes,
    )


def no_effect(theme: Theme) -> Figure:
    """The line at a hazard ratio of 1."""
    line = {"color": theme.ink, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": 1, "y1": 1, "line": line}


def label_favours(
    names: ArmNames, reach: float, theme: Theme, *, side: Edge | tuple[Edge, Edge] = "left"
) -> list[Figure]:
    """Which way is better, said on the picture itself, at the edge where the lines leave room.

    ``side`` is that edge, or the upper and the lower words each have one.
    """
    edge = math.log10(reach)
    sides: tuple[Edge, Edge] = (side, side) if isinstance(side, str) else side
    ways = (("▲", names.control, edge, "top"), ("▼", names.treated, -edge, "bottom"))
    return [
        {
            "text": f"{arrow} favours {escape(shorten(name, MAX_NAME_LENGTH))}",
            "x": 0.004 if beside == "left" else 0.996,
            "xref": "paper",
            "xanchor": beside,
            "y": height,
            "yref": "y",
            "yanchor": anchor,
            "yshift": 12 if anchor == "bottom" else 0,
            "showarrow": False,
            "bgcolor": theme.veil,
            "font": {"size": 11, "color": theme.quiet},
        }
        for (arrow, name, height, anchor), beside in zip(ways, sides, strict=True)
    ]


def find_free_corners(ratios: NDArray[np.float64], edge: Edge) -> tuple[Edge, Edge]:
    """Where words over a curve and words under it stand off it: each at the end farther from the curve.

    ``edge`` is where both stand when the curve ends as high as it begins.

    >>> find_free_corners(np.array([0.25, 0.5, 1.0, 2.0]), "left")
    ('left', 'right')
    """
    known = ratios[np.isfinite(ratios)]
    if known.size < 2 or math.isclose(known[0], known[-1], rel_tol=0.1):
        return edge, edge
    return ("left", "right") if known[0] < known[-1] else ("right", "left")


def find_free_edge(x: list[float], span: BiomarkerSpan) -> Edge:
    """The edge of the picture from which the lines are farther away."""
    if not x:
        return "left"
    to_left, to_right = min(x) - span.position(span.low), span.position(span.high) - max(x)
    return "right" if to_right > 2 * to_left else "left"


def replace_with_print_palette(*, letters: bool) -> dict[str, str]:
    """Every colour of the dark theme with its like in the light one, as ``"18, 20, 25": "255, 255, 255"``.

    Bands are their line's colour made transparent, so they need no entry. ``letters`` tells whether text
    is to be coloured, or all else: an arm's letters are darker than its line.
    """
    pairs: dict[str, str] = {}
    for name in (one.name for one in fields(Theme)):
        dark, light = getattr(DARK, name), getattr(LIGHT, name)
        if isinstance(dark, FigureOptions):
            continue
        if isinstance(dark, ArmStyle):
            ends = [(dark.bar, light.bar), (dark.text, light.text) if letters else (dark.line, light.line)]
        else:
            ends = [(dark, light)]
        pairs |= {_build_parts(old): _build_parts(new) for old, new in ends if old.startswith("#")}
    return pairs


def _build_parts(colour: str) -> str:
    return ", ".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


SAMPLE_LINE = 26
"""Pixels of a line beside its name."""


@dataclass(frozen=True, slots=True)
class SideStyle:
    """How one side is drawn; ``from_left`` where it holds everybody at the left end."""

    name: str
    line: str
    dash: str
    band: str
    width: float
    from_left: bool


def choose_side_styles(theme: Theme, *, equal_above: bool = False) -> tuple[SideStyle, SideStyle]:
    """Accent and solid against ink and dotted: told apart without colour, and no arm has either."""
    below, above = side_words(equal_above=equal_above)
    return (
        SideStyle(below, theme.accent, "solid", theme.accent_band, 2.5, from_left=False),
        SideStyle(above, theme.ink, "dot", theme.quiet_band, 2.0, from_left=True),
    )


def build_side_names(looks: tuple[SideStyle, SideStyle]) -> list[Figure]:
    """Each side named in the margin at the end where it holds everybody: above at the left."""
    return [
        {
            "text": f"<b>{look.name}</b>",
            "x": 0.0 if look.from_left else 1.0,
            "xref": "paper",
            "xanchor": "left" if look.from_left else "right",
            "xshift": SAMPLE_LINE + 5 if look.from_left else -SAMPLE_LINE - 5,
            "y": 1.0,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 3,
            "showarrow": False,
            "font": {"size": 12, "color": look.line},
        }
        for look in looks
    ]


def draw_side_sample(look: SideStyle, *, length: int = SAMPLE_LINE, raised: int = 12) -> Figure:
    """A stretch of the side's line beside its name, so many pixels long and above the picture."""
    return {
        "type": "line",
        "xref": "paper",
        "yref": "paper",
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "xanchor": 0.0 if look.from_left else 1.0,
        "yanchor": 1.0,
        "x0": 0 if look.from_left else -length,
        "x1": length if look.from_left else 0,
        "y0": raised,
        "y1": raised,
        "line": {"color": look.line, "width": look.width, "dash": look.dash},
    }


def draw_field_title(label: str, left: float, theme: Theme) -> Figure:
    """Draw the name of one of several fields of a picture above its left edge, a share of the width."""
    return {
        "text": f"<b>{escape(shorten(label, 34))}</b>",
        "x": left,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 4,
        "showarrow": False,
        "font": {"size": 11.5, "color": theme.ink},
    }
