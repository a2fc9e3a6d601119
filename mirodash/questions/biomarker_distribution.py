"""Distribution of the biomarker by arm, and its histogram above the slider."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import suppress_excluded
from mirodash.disclosure.curve_values import AxisScale, BiomarkerSpan, biomarker_span, find_interval_ends
from mirodash.plot.theme import (
    ArmStyle,
    Figure,
    Theme,
    build_base_layout,
    build_biomarker_axis,
    escape,
    shorten,
    style_arms,
)
from mirodash.stratification.groups import (
    Measured,
    assign_groups,
    candidate_thresholds,
    drop_thresholds,
    select_measured,
)
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_number
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

BINS = 24
QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


@dataclass(frozen=True, eq=False, slots=True)
class BiomarkerDistribution:
    """A histogram by arm on the biomarker's own scale.

    ``edges`` is (bins + 1,), ``control`` and ``treated`` are (bins,) counts of participants;
    ``quantiles`` are (share at or below, value) pairs of both arms together, empty without anybody.
    ``scale`` is that of the axis, linear or asinh where values of zero rule out the logarithm. ``missing``
    participants are selected but lack the biomarker. Where few participants must not be told apart, the
    bins are the stretches between stops, the outermost of them open, and quantiles stand at the nearest
    stops.
    """

    biomarker: Biomarker
    scale: AxisScale
    edges: NDArray[np.float64]
    control: NDArray[np.int64]
    treated: NDArray[np.int64]
    quantiles: tuple[tuple[float, float], ...]
    missing: int
    min_cell: int = 0

    @property
    def n(self) -> int:
        """How many selected participants have the biomarker."""
        return int(self.control.sum() + self.treated.sum())


def biomarker_distribution(trial: Trial, selection: Selection) -> BiomarkerDistribution | None:
    """The biomarker among the selected participants, whatever the thresholds; None without a biomarker.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _without_thresholds(trial, drop_thresholds(selection))


@memoise
def _without_thresholds(trial: Trial, selection: Selection) -> BiomarkerDistribution | None:
    people = select_measured(trial, selection)
    if people is None:
        return None
    is_log = people.biomarker.scale == "log" and bool((people.values > 0).all())
    scale: AxisScale = "log" if is_log else "linear"
    values, quantiles = people.values, _quantiles(people.values)
    if trial.min_cell:
        stops = candidate_thresholds(trial, selection)
        edges = np.array(find_interval_ends(stops))
        # in the middle of its bin, so that a value at a stop is counted below it
        values = ((edges[:-1] + edges[1:]) / 2)[np.searchsorted(stops, values, side="left")]
        quantiles = _nearest(quantiles[1:-1], stops)
    else:
        span = biomarker_span(trial, selection)
        bend = span.bend if span and span.scale == "asinh" else None
        scale = "asinh" if bend is not None else scale
        edges = _edges(people, scale, bend or 1.0)
    control = np.histogram(values[~people.treated], edges)[0].astype(np.int64)
    treated = np.histogram(values[people.treated], edges)[0].astype(np.int64)
    for array in (edges, control, treated):
        array.flags.writeable = False
    missing = int(assign_groups(trial, selection).everyone.sum()) - people.values.size
    return BiomarkerDistribution(
        people.biomarker,
        scale,
        edges,
        control,
        treated,
        quantiles,
        suppress_excluded(missing, trial.min_cell),
        trial.min_cell,
    )


def _edges(people: Measured, scale: AxisScale, bend: float) -> NDArray[np.float64]:
    """Equal bins on the scale; the outermost edges are exactly the smallest and the largest value."""
    if not people.values.size:
        return np.array([1.0, 2.0])
    low, high = float(people.values.min()), float(people.values.max())
    if math.isclose(low, high):  # or so close that edges between them would not ascend
        return np.array([low - abs(low) / 2 - 0.5 * (low == 0), high + abs(high) / 2 + 0.5 * (high == 0)])
    if scale == "asinh":
        edges = bend * np.sinh(np.linspace(math.asinh(low / bend), math.asinh(high / bend), BINS + 1))
    else:
        edges = np.geomspace(low, high, BINS + 1) if scale == "log" else np.linspace(low, high, BINS + 1)
    edges[0], edges[-1] = low, high
    return edges


def _quantiles(values: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    """Observed values, the smallest with at least that share of the participants at or below them."""
    if not values.size:
        return ()
    found = np.quantile(values, QUANTILES, method="inverted_cdf")
    return tuple((share, float(value)) for share, value in zip(QUANTILES, found, strict=True))


def _nearest(
    quantiles: tuple[tuple[float, float], ...], stops: tuple[float, ...]
) -> tuple[tuple[float, float], ...]:
    """Each quantile at the stop nearest to it; none without stops."""
    if not stops:
        return ()
    return tuple((share, min(stops, key=lambda stop: abs(stop - value))) for share, value in quantiles)


HEIGHT = 92
SIDE = 12
"""Pixels left and right of the plot: the slider's track is inset by the same."""


def draw_biomarker_histogram(
    span: BiomarkerSpan, result: BiomarkerDistribution, names: ArmNames, theme: Theme
) -> Figure:
    """Draw both arms stacked, control below.

    Parameters
    ----------
    span : BiomarkerSpan
        The axis; the slider has the same.
    result : BiomarkerDistribution
        Counts by arm and bin.
    names : ArmNames
        What the arms are called.
    theme : Theme
        Colours by meaning.
    """
    layout = build_base_layout(theme, height=HEIGHT, margin=(SIDE, SIDE, 4, 20))
    layout |= {
        "barmode": "stack",
        "bargap": 0,
        "hovermode": "closest",
        "xaxis": build_biomarker_axis(span, theme) | {"ticks": "", "showline": False, "ticklen": 0},
        "yaxis": {"visible": False, "fixedrange": True, "rangemode": "tozero"},
    }
    edges = np.array(_find_positions(span, result.edges.tolist()))
    places = [format_number(edge, result.biomarker.decimals) for edge in result.edges]
    bins = [f"{low} to {high}" for low, high in pairwise(places)]
    treated, control = style_arms(theme, names)
    arms = ((names.control, result.control, control), (names.treated, result.treated, treated))
    data = [
        {
            "type": "bar",
            "x": ((edges[:-1] + edges[1:]) / 2).tolist(),
            "y": counts.tolist(),
            "width": (edges[1:] - edges[:-1]).tolist(),
            "customdata": bins,
            "marker": {
                "color": style.bar,
                "opacity": 0.85,
                "line": {"width": 0},
                **_draw_pattern(style, theme),
            },
            "hovertemplate": f"%{{customdata}}<br>{escape(name)}: %{{y}}<extra></extra>",
        }
        for name, counts, style in arms
    ]
    side = _find_lower_side(result.control + result.treated)
    layout["annotations"] = [
        _name_bars(name, style, theme, side=side, line=line)
        for line, (name, _, style) in enumerate(reversed(arms))
    ]
    return {"data": data, "layout": layout}


MAX_NAME_LENGTH = 16


def _find_lower_side(counts: NDArray[np.int64]) -> Literal["left", "right"]:
    """On which side there is room above the bars."""
    third = max(1, counts.size // 3)
    return "left" if counts[:third].max(initial=0) <= counts[-third:].max(initial=0) else "right"


def _name_bars(
    name: str, style: ArmStyle, theme: Theme, *, side: Literal["left", "right"], line: int
) -> Figure:
    """An arm's name where few have such a value, with a mark in its colour, striped as its bars are."""
    mark = "■" if style.dash == "solid" else "▨"
    return {
        "text": f'<span style="color: {style.bar}">{mark}</span> {escape(shorten(name, MAX_NAME_LENGTH))}',
        "x": 0 if side == "left" else 1,
        "xref": "paper",
        "xanchor": side,
        "y": 1,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -14 * line,
        "borderpad": 0,
        "showarrow": False,
        "font": {"size": 11, "color": theme.quiet},
    }


def _draw_pattern(style: ArmStyle, theme: Theme) -> Figure:
    """Stripes for the arm whose line is dashed: two greys of a print are told apart."""
    if style.dash == "solid":
        return {}
    return {
        "pattern": {"shape": "/", "size": 5, "solidity": 0.22, "fgcolor": theme.ground, "bgcolor": style.bar}
    }


def _find_positions(span: BiomarkerSpan, edges: list[float]) -> list[float]:
    """Edges on the axis; of nobody the edges mean nothing, and may have no logarithm."""
    return span.positions(span.low if span.scale == "log" and edge <= 0 else edge for edge in edges)
