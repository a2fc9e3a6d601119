"""The threshold controls: a slider on the histogram's own axis, a number box, presets as chips."""

from __future__ import annotations

import math
from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from mirodash.analysis.biomarker_distribution import biomarker_distribution
from mirodash.dashboard import ids
from mirodash.dashboard.panel_host import graph
from mirodash.dashboard.view import View
from mirodash.figures.biomarker_axis import range_with_room
from mirodash.figures.biomarker_histogram import HEIGHT
from mirodash.stratification.cut_points import candidate_thresholds, median, tertiles
from mirodash.stratification.settling import settled
from mirodash.trial.dictionary import Biomarker, Preset


@dataclass(frozen=True, slots=True)
class ThresholdAxis:
    """Where the sliders can stand.

    ``ends`` is the axis and ``stops`` are the thresholds that change a group, in the biomarker's unit;
    on a log axis the slider moves in powers of ten.
    """

    ends: tuple[float, float]
    stops: tuple[float, ...]
    log: bool

    def position(self, threshold: float) -> float:
        """Where on the slider a threshold stands, kept on the track."""
        low, high = self.ends
        kept = min(max(threshold, low), high)
        return math.log10(kept) if self.log else kept


def threshold_axis(view: View) -> ThresholdAxis | None:
    """The axis for a view's biomarker; None when nobody selected has one."""
    spread = biomarker_distribution(view.trial, view.selection)
    if spread is None or not spread.quantiles:
        return None
    ends = range_with_room(spread.quantiles[0][1], spread.quantiles[-1][1], log=spread.scale == "log")
    return ThresholdAxis(ends, candidate_thresholds(view.trial, view.selection), spread.scale == "log")


def threshold_controls(view: View) -> list[Component]:
    """Histogram, sliders, boxes, how many, and presets; hidden as a whole without a biomarker."""
    axis = threshold_axis(view)
    chosen = settled(view.trial, view.selection)
    biomarker = view.trial.dictionary.biomarker(chosen.biomarker)
    thresholds = chosen.thresholds or () if axis else ()
    return [
        html.Div(
            [
                html.Div(graph(ids.HISTOGRAM, HEIGHT), role="img", **{"aria-labelledby": ids.HISTOGRAM_SAID}),
                html.P(id=ids.HISTOGRAM_SAID, className="for-screen-readers"),
                *(_row(slot, thresholds, axis, biomarker) for slot in ids.THRESHOLD_SLOTS),
                _count(len(thresholds)),
                _presets(view, biomarker, thresholds),
            ],
            className="thresholds" if axis else "thresholds absent",
        )
    ]


def _row(
    slot: int, thresholds: tuple[float, ...], axis: ThresholdAxis | None, biomarker: Biomarker | None
) -> Component:
    used = slot <= len(thresholds)
    value = thresholds[slot - 1] if used else _resting(axis)
    name = f"Threshold {slot}" if len(thresholds) > 1 else "Threshold"
    unit = f", {biomarker.unit}" if biomarker and biomarker.unit else ""
    what = f"{biomarker.short}{unit}" if biomarker else "biomarker"
    slider = dmc.Slider(
        id=ids.threshold_slider(slot),
        min=axis.position(axis.ends[0]) if axis else 0,
        max=axis.position(axis.ends[1]) if axis else 1,
        marks=[{"value": axis.position(stop)} for stop in axis.stops] if axis else [],
        value=axis.position(value) if axis else 0,
        restrictToMarks=True,
        label=None,
        thumbLabel=f"Threshold {slot}: {what}",
        thumbSize=22,
        size=4,
        updatemode="drag",
    )
    box = dmc.NumberInput(
        id=ids.threshold_box(slot),
        label=name,
        value=value,
        thousandSeparator=",",
        hideControls=True,
        debounce=350,
        size="sm",
        **{"aria-label": f"{name}, {what}, exact value"},
    )
    parts = [html.Div(slider, className="track"), box]
    return html.Div(parts, id=ids.threshold_row(slot), className="threshold" if used else "threshold absent")


def _resting(axis: ThresholdAxis | None) -> float:
    """Where an unused slider waits: in the middle of the stops."""
    return axis.stops[len(axis.stops) // 2] if axis and axis.stops else 0.0


def _count(number: int) -> Component:
    control = dmc.SegmentedControl(
        id=ids.THRESHOLD_COUNT,
        data=[str(k) for k in (0, *ids.THRESHOLD_SLOTS)],
        value=str(number),
        size="xs",
        **{"aria-label": "How many thresholds"},
    )
    return html.Div([html.Span("How many"), control], className="line")


def _presets(view: View, biomarker: Biomarker | None, thresholds: tuple[float, ...]) -> Component:
    offered = [*biomarker.presets] if biomarker else []
    offered += [Preset("median", median(view.trial, view.selection))]
    offered += [Preset("tertiles", tertiles(view.trial, view.selection))]
    chips = [
        html.Button(
            preset.name,
            id=ids.chosen("preset", f"{place}:{','.join(map(repr, preset.thresholds))}"),
            className="chip",
            type="button",
            **{"aria-pressed": "true" if preset.thresholds == thresholds else "false"},
        )
        for place, preset in enumerate(offered)
        if preset.thresholds
    ]
    return html.Div(chips, className="chips", role="group", **{"aria-label": "Preset thresholds"})
