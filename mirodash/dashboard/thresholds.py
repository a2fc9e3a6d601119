"""The threshold controls: a slider on the histogram's own axis, a number box, presets as chips."""

from __future__ import annotations

from dataclasses import replace

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria
from mirodash.dashboard.panel_menu import HISTOGRAM, menu_button
from mirodash.dashboard.panel_place import graph
from mirodash.dashboard.view import View
from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.questions.biomarker_distribution import HEIGHT
from mirodash.stratification.groups import median, tertiles
from mirodash.stratification.validation import settled, snapped_thresholds
from mirodash.trial.dictionary import Biomarker, Preset

SLIDER_STEPS = 4000
"""A slider moves smoothly; ``assets/selection.js`` puts it on the nearest stop."""


def threshold_controls(view: View) -> list[Component]:
    """Histogram, sliders, boxes, how many, and presets; hidden as a whole without a biomarker."""
    span = biomarker_span(view.trial, view.selection)
    chosen = settled(view.trial, view.selection)
    biomarker = view.trial.dictionary.biomarker(chosen.biomarker)
    thresholds = chosen.thresholds or () if span else ()
    what = f"{biomarker.short}, {biomarker.unit}".rstrip(", ") if biomarker else "biomarker"
    return [
        html.Div(
            [
                html.Div(
                    graph(ids.HISTOGRAM, HEIGHT),
                    role="img",
                    style={"minHeight": f"{HEIGHT}px"},
                    **aria(labelledby=ids.HISTOGRAM_SAID),
                ),
                html.P(id=ids.HISTOGRAM_SAID, className="for-screen-readers"),
                menu_button(HISTOGRAM, pictured=True, tabled=False),
                *(_slider(slot, thresholds, span, what) for slot in ids.THRESHOLD_SLOTS),
                *(_box(slot, thresholds, span) for slot in ids.THRESHOLD_SLOTS),
                _count(len(thresholds)),
                _presets(view, biomarker, thresholds),
            ],
            className="thresholds" if span else "thresholds absent",
        )
    ]


def _slider(slot: int, thresholds: tuple[float, ...], span: BiomarkerSpan | None, what: str) -> Component:
    used = slot <= len(thresholds)
    value = thresholds[slot - 1] if used else _resting(span)
    low, high = (span.position(span.low), span.position(span.high)) if span else (0.0, 1.0)
    slider = dmc.Slider(
        id=ids.threshold_slider(slot),
        min=low,
        max=high,
        step=(high - low) / SLIDER_STEPS,
        precision=12,
        value=span.position(min(max(value, span.low), span.high)) if span else low,
        label=None,
        thumbLabel=f"Threshold {slot}: {what}",
        thumbSize=22,
        size=4,
        updatemode="drag",
    )
    return html.Div(slider, id=ids.threshold_row(slot), className="threshold" if used else "threshold absent")


def _box(slot: int, thresholds: tuple[float, ...], span: BiomarkerSpan | None) -> Component:
    return dmc.NumberInput(
        id=ids.threshold_box(slot),
        label=f"Threshold {slot}" if slot > 1 else "Threshold",
        value=thresholds[slot - 1] if slot <= len(thresholds) else _resting(span),
        thousandSeparator=",",
        hideControls=True,
        debounce=350,
        size="sm",
        className=f"threshold-box in-slot-{slot}",
    )


def _resting(span: BiomarkerSpan | None) -> float:
    """Where an unused slider waits."""
    return span.high if span else 1.0


def _count(number: int) -> Component:
    control = dmc.SegmentedControl(
        id=ids.THRESHOLD_COUNT,
        data=[str(k) for k in (0, *ids.THRESHOLD_SLOTS)],
        value=str(number),
        size="xs",
        **aria(label="How many thresholds"),
    )
    return html.Div([html.Span("How many"), control], className="control-line")


def _presets(view: View, biomarker: Biomarker | None, thresholds: tuple[float, ...]) -> Component:
    offered = [*biomarker.presets] if biomarker else []
    offered += [Preset("median", median(view.trial, view.selection))]
    offered += [Preset("tertiles", tertiles(view.trial, view.selection))]
    if view.trial.min_cell:
        offered = [
            replace(preset, thresholds=snapped_thresholds(view.trial, view.selection, preset.thresholds))
            for preset in offered
        ]
    chips = [
        html.Button(
            preset.name,
            id=ids.chosen("preset", f"{place}:{','.join(map(repr, preset.thresholds))}"),
            className="chip",
            type="button",
            **aria(pressed="true" if preset.thresholds == thresholds else "false"),
        )
        for place, preset in enumerate(offered)
        if preset.thresholds
    ]
    return html.Div(chips, className="chips", role="group", **aria(label="Preset thresholds"))
