"""Interaction statistic at every threshold against its permutation distribution: figure, text and panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import CannotComputeError
from mirodash.plot.effect_curves import MARGIN
from mirodash.plot.step_curves import build_step_path
from mirodash.plot.theme import Figure, Theme, build_axis, build_base_layout, escape, titled_biomarker_axis
from mirodash.questions.panel import SteppedPanel, among_few_enough
from mirodash.questions.thresholds.threshold_scan import (
    INSIDE,
    LABEL,
    NOTHING_TO_SEARCH,
    RESAMPLES,
    SHARES,
    describe_progress,
    format_p_value_at,
    list_suppressed_places,
    search_share,
    search_thresholds,
)
from mirodash.stratification.selection import Selection
from mirodash.stratification.threshold_sides import side_words
from mirodash.survival.results import NotEstimable, ThresholdScan
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import (
    count,
    format_bare_value,
    format_biomarker_value,
    format_number,
    format_p_value,
    format_threshold_with_unit,
)
from mirodash.text.threshold_argument import describe_beyond_chance
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

HEIGHT = 232
MIN_REACH = 3.6
"""Standard errors that are always in the picture, so that a quiet trial looks quiet."""
ROOM = 1.6
"""Times the largest value: above it stand the words."""
SWATCH = 14


def draw_interaction_statistic(
    span: BiomarkerSpan, scan: ThresholdScan, theme: Theme, *, ratio: str = "hazard ratio"
) -> Figure:
    """Draw the standardised interaction at every threshold that was searched.

    Parameters
    ----------
    span : BiomarkerSpan
        The axis.
    scan : ThresholdScan
        With ``score_z``; its envelope is drawn where it has been resampled.
    theme : Theme
        Colours by meaning.
    ratio : str
        What the measure of the effect is called.

    Returns
    -------
    dict
        A plotly figure: the statistic, the band that luck stays in, and the best threshold as a dot.
    """
    x = [span.position(value) for value in scan.thresholds.tolist()]
    reach = _find_reach(scan)
    envelope = (
        [] if scan.envelope is None else _draw_envelope(_draw_searched_range(x, scan), scan.envelope, theme)
    )
    layout = build_base_layout(theme, height=HEIGHT, margin=MARGIN)
    layout |= {
        "hovermode": "x",
        "xaxis": titled_biomarker_axis(span, theme),
        "yaxis": build_axis(
            theme,
            range=[-reach, reach],
            dtick=2,
            showgrid=True,
            gridcolor=theme.grid,
            title={"text": "interaction, z", "font": {"size": 11.5, "color": theme.quiet}, "standoff": 4},
        ),
        "shapes": [_draw_zero_line(theme), *([_draw_swatch(theme)] if envelope else [])],
        "annotations": [
            *_label_directions(reach, ratio, theme, equal_above=scan.equal_above),
            *([_inside(theme)] if envelope else []),
            *_best_named(span, scan, theme),
        ],
        "uirevision": "statistic",
    }
    return {
        "data": [
            *envelope,
            _draw_line(x, scan, theme),
            *_best(span, scan, theme),
            _build_hover(span, x, scan),
        ],
        "layout": layout,
    }


def _find_reach(scan: ThresholdScan) -> float:
    known = np.abs(scan.score_z[np.isfinite(scan.score_z)])
    return max(MIN_REACH, ROOM * float(known.max(initial=0.0)), ROOM * (scan.envelope or 0.0))


def _draw_searched_range(x: list[float], scan: ThresholdScan) -> tuple[float, float]:
    """From the first threshold that was searched to where the last one ends."""
    known = np.flatnonzero(np.isfinite(scan.score_z))
    return x[int(known[0])], x[min(int(known[-1]) + 1, len(x) - 1)]


def _draw_envelope(across: tuple[float, float], height: float, theme: Theme) -> list[Figure]:
    left, right = across
    edge = {"color": theme.quiet, "width": 1, "dash": "dot"}
    outline = {
        "type": "scatter",
        "x": [left, right, right, left, left],
        "y": [height, height, -height, -height, height],
        "mode": "lines",
        "line": edge,
        "fill": "toself",
        "fillcolor": theme.quiet_band,
        "hoverinfo": "skip",
    }
    return [outline]


def _draw_line(x: list[float], scan: ThresholdScan, theme: Theme) -> Figure:
    xs, ys = build_step_path(x, scan.score_z)
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": {"color": theme.accent, "width": 2},
        "hoverinfo": "skip",
    }


def _best(span: BiomarkerSpan, scan: ThresholdScan, theme: Theme) -> list[Figure]:
    k = scan.best
    if k is None:
        return []
    dot = {
        "type": "scatter",
        "x": [span.position(float(scan.thresholds[k]))],
        "y": [float(scan.score_z[k])],
        "mode": "markers",
        "marker": {"size": 9, "color": theme.accent, "line": {"color": theme.ground, "width": 1.5}},
        "hoverinfo": "skip",
    }
    return [dot]


def _best_named(span: BiomarkerSpan, scan: ThresholdScan, theme: Theme) -> list[Figure]:
    k = scan.best
    if k is None:
        return []
    value, z = float(scan.thresholds[k]), float(scan.score_z[k])
    where, (low, high) = span.position(value), (span.position(span.low), span.position(span.high))
    to_left = where > low + 0.6 * (high - low)
    label = {
        "text": f"<b>best: {escape(format_threshold_with_unit(span.biomarker, value))}</b>",
        "x": where,
        "y": z,
        "xanchor": "right" if to_left else "left",
        "xshift": -8 if to_left else 8,
        "yanchor": "bottom" if z >= 0 else "top",
        "showarrow": False,
        "bgcolor": theme.veil,
        "font": {"size": 12, "color": theme.accent},
    }
    return [label]


def _build_hover(span: BiomarkerSpan, x: list[float], scan: ThresholdScan) -> Figure:
    told: list[str] = []
    known = np.flatnonzero(np.isfinite(scan.score_z))
    for k in known.tolist():
        place = escape(format_biomarker_value(span.biomarker, float(scan.thresholds[k])))
        z = format_number(float(scan.score_z[k]), 2, signed=True)
        told.append("<br>".join([f"<b>{place}</b>", f"z {z}", *format_p_value_at(scan, k)]))
    return {
        "type": "scatter",
        "x": [x[k] for k in known.tolist()],
        "y": scan.score_z[known].tolist(),
        "hovertext": told,
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "text",  # a template would have the bare position under the axis as well
    }


def _draw_zero_line(theme: Theme) -> Figure:
    thin = {"color": theme.ink, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": 0, "y1": 0, "line": thin}


def _label_directions(reach: float, ratio: str, theme: Theme, *, equal_above: bool) -> list[Figure]:
    """What a large and what a small value means."""
    below, above = side_words(equal_above=equal_above)
    ways = ((f"▲ {ratio} higher {above}", reach, "top"), (f"▼ higher {below}", -reach, "bottom"))
    return [
        {
            "text": text,
            "x": 0.004,
            "xref": "paper",
            "xanchor": "left",
            "y": height,
            "yanchor": anchor,
            "showarrow": False,
            "bgcolor": theme.veil,
            "font": {"size": 11, "color": theme.quiet},
        }
        for text, height, anchor in ways
    ]


def _inside(theme: Theme) -> Figure:
    return {
        "text": INSIDE,
        "x": 0.0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": SWATCH + 5,
        "y": 1.0,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 3,
        "showarrow": False,
        "font": {"size": 11, "color": theme.quiet},
    }


def _draw_swatch(theme: Theme) -> Figure:
    """A piece of the band beside what it means."""
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "paper",
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "xanchor": 0.0,
        "yanchor": 1.0,
        "x0": 0,
        "x1": SWATCH,
        "y0": 6,
        "y1": 18,
        "fillcolor": theme.quiet_band,
        "line": {"color": theme.quiet, "width": 1, "dash": "dot"},
    }


def search_over_thresholds(biomarker: Biomarker, scan: ThresholdScan) -> Explanation:
    """The answer in the title; what was searched, and how far the resampling is."""
    p, place, envelope = scan.p_value_adjusted, scan.best, scan.envelope
    if p is None or place is None or envelope is None:
        return Explanation(LABEL, "", NOTHING_TO_SEARCH)
    searched = scan.thresholds[scan.candidate]
    first, last = float(searched[0]), float(searched[-1])
    ends = f"from {format_bare_value(biomarker, first)} to {format_biomarker_value(biomarker, last)}"
    unfinished = "the p-value still moves a little" if scan.n_resamples < RESAMPLES else ""
    z = format_number(float(scan.score_z[place]), 2, signed=True)
    return Explanation(
        title=f"{LABEL}, {format_p_value(p)} for the best",
        subtitle=f"Standardised interaction at each threshold. {INSIDE} the band.",
        sentence=describe_beyond_chance(_count_beyond(scan, envelope), searched.size),
        facts=(
            Fact("Searched", f"{count(searched.size)} thresholds", ends),
            Fact(
                "Best",
                format_biomarker_value(biomarker, float(scan.thresholds[place])),
                f"z {z}; chance exceeds {_describe_envelope(envelope)} in 5 % of trials",
            ),
            Fact("Resampling", describe_progress(scan.n_resamples), unfinished or "arms permuted"),
        ),
        tables=(_build_table(biomarker, scan, place),),
    )


def _count_beyond(scan: ThresholdScan, envelope: float) -> int:
    """At how many thresholds the statistic leaves the band."""
    return int((np.abs(scan.score_z[scan.candidate]) > envelope).sum())


def _describe_envelope(height: float) -> str:
    return f"±{format_number(height, 2)}"


def _build_table(biomarker: Biomarker, scan: ThresholdScan, place: int) -> Table:
    rows: list[tuple[str, ...]] = []
    known = np.flatnonzero(scan.candidate)
    for k in list_suppressed_places(known, scan, place):
        p = "–" if scan.p_value_adjusted_at is None else format_p_value(float(scan.p_value_adjusted_at[k]))
        z = format_number(float(scan.score_z[k]), 2, signed=True)
        rows.append((format_bare_value(biomarker, float(scan.thresholds[k])), z, p))
    unit = f", {biomarker.unit}" if biomarker.unit else ""
    header = (f"{biomarker.label}{unit}", "Interaction, z", LABEL)
    return Table(f"Interaction at thresholds of {biomarker.label}", header, tuple(rows))


@dataclass(frozen=True, eq=False, slots=True)
class SearchView:
    """The search so far, and the axis."""

    scan: ThresholdScan
    span: BiomarkerSpan
    ratio: str


def _compute(trial: Trial, selection: Selection, step: int) -> SearchView | NotEstimable:
    scan, span = search_thresholds(trial, selection, share=step), biomarker_span(trial, selection)
    if isinstance(scan, NotEstimable):
        return scan
    if span is None or not scan.candidate.any():
        return NotEstimable(NOTHING_TO_SEARCH)
    return SearchView(scan, span, format_arm_names(trial, selection).ratio)


def _explain(answer: SearchView | NotEstimable) -> Explanation:
    if isinstance(answer, NotEstimable):
        return Explanation(LABEL, "", "")
    return search_over_thresholds(answer.span.biomarker, answer.scan)


def _draw(answer: SearchView | NotEstimable, theme: Theme) -> Figure:
    if isinstance(answer, NotEstimable):
        raise CannotComputeError(answer.why)
    return draw_interaction_statistic(answer.span, answer.scan, theme, ratio=answer.ratio)


INTERACTION_STATISTIC = SteppedPanel(
    "interaction-statistic",
    SHARES,
    among_few_enough(_compute, "The search over thresholds"),
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
    work=among_few_enough(search_share, "The search over thresholds"),
)
