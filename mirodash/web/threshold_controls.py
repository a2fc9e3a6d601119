"""Threshold slider, tree of sites, and the client state that turns controls into a query."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import dash_mantine_components as dmc
import numpy as np
from dash import ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component

from mirodash.disclosure.counts import suppress_complementary, total_of
from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.questions.biomarker_distribution import HEIGHT
from mirodash.questions.statistics.landmarks import list_landmark_times
from mirodash.stratification.groups import median, tertiles
from mirodash.stratification.selection import Selection, encode_declaration
from mirodash.stratification.strata import list_default_strata
from mirodash.stratification.validation import endpoint_of, reduce_to_canonical, resolve, snap_thresholds
from mirodash.text.labels import cite_presets
from mirodash.text.small_counts import describe_merged_groups, in_brackets
from mirodash.text.ticks import DAYS
from mirodash.trial.dictionary import Biomarker, Preset
from mirodash.trial.trial import Trial
from mirodash.web import ids
from mirodash.web.components import HISTOGRAM, build_aria_attributes, build_menu_button
from mirodash.web.panel_host import build_graph
from mirodash.web.view import View


def register(app: Dash) -> None:
    """Wire the controls to ``assets/selection.js``; the order here is the order of its parameters.

    Sliders have a callback of their own with a single output, for it runs many times a second. What one
    control does to another is written by the script, and only where it changed: every output of a
    callback makes all components look whether they are concerned.
    """
    slots = ids.THRESHOLD_SLOTS
    app.clientside_callback(
        ClientsideFunction("mirodash", "moveThresholds"),
        Output(ids.SELECTION, "data"),
        *(Input(ids.threshold_slider(slot), "value") for slot in slots),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("mirodash", "updateSelection"),
        Output(ids.POPULATION, "data"),
        *(Input(ids.threshold_box(slot), "value") for slot in slots),
        Input(ids.THRESHOLD_COUNT, "value"),
        Input(ids.match_all("preset"), "n_clicks"),
        Input(ids.TREATED, "value"),
        Input(ids.CONTROL, "value"),
        Input(ids.HORIZON, "value"),
        Input(ids.UNIT, "value"),
        Input(ids.STRATA, "value"),
        Input(ids.ADJUST, "value"),
        Input(ids.CURVES, "value"),
        Input(ids.EQUAL_ABOVE, "checked"),
        Input(ids.DEFAULT_STRATA, "checked"),
        Input(ids.LANDMARKS, "value"),
        Input(ids.UP_TO_HORIZON, "checked"),
        Input(ids.STATISTICS, "value"),
        Input(ids.match_all("site"), "checked"),
        Input(ids.match_all("country"), "checked"),
        Input(ids.match_all("keep"), "value"),
        Input(ids.match_all("range-low"), "value"),
        Input(ids.match_all("range-high"), "value"),
        State(ids.VIEW, "data"),
        State(ids.STOPS, "data"),
        State(ids.POPULATION, "data"),
    )


FEW_SITES = 8


def build_sites_by_country(trial: Trial) -> dict[str, tuple[str, ...]]:
    """The sites of every country; all under an empty name where no country is known."""
    if trial.site is None:
        return {}
    if trial.country is None:
        return {"": trial.site.names}
    found: dict[str, tuple[str, ...]] = {}
    for code, country in enumerate(trial.country.names):
        there = np.unique(trial.site.codes[(trial.country.codes == code) & (trial.site.codes >= 0)])
        found[country] = tuple(trial.site.names[k] for k in there)
    return {country: sites for country, sites in found.items() if sites}


def build_site_controls(view: View) -> list[Component]:
    """A checkbox for each country, and the sites under it behind a disclosure."""
    trial = view.trial
    if trial.site is None:
        return []
    counts = trial.site.counts()
    chosen = set(trial.site.names if view.selection.sites is None else view.selection.sites)
    together = describe_merged_groups(trial.min_cell)
    note: list[Component] = [html.P(together, className="note")] if together else []
    return note + [
        _build_country(
            country, sites, _format_count({site: counts[site] for site in sites}, trial.min_cell), chosen
        )
        for country, sites in build_sites_by_country(trial).items()
    ]


def _format_count(counts: dict[str, int], min_cell: int) -> dict[str, int]:
    return dict(zip(counts, suppress_complementary(list(counts.values()), min_cell), strict=True))


def _build_country(
    country: str, sites: tuple[str, ...], counts: dict[str, int], chosen: set[str]
) -> Component:
    ticked = [site in chosen for site in sites]
    boxes = [
        dmc.Checkbox(
            id=ids.identify_choice("site", site),
            label=f"{site} ({in_brackets(counts[site])})",
            checked=site in chosen,
            size="xs",
            className="site",
        )
        for site in sites
    ]
    everything = dmc.Checkbox(
        id=ids.identify_choice("country", country),
        label=country or "All sites",
        checked=all(ticked),
        indeterminate=any(ticked) and not all(ticked),
        size="sm",
    )
    total = total_of(*counts.values())
    summary = f"{len(sites)} {'site' if len(sites) == 1 else 'sites'} · {in_brackets(total)}"
    opened = not country and len(sites) <= FEW_SITES
    inside = html.Details([html.Summary(summary), html.Div(boxes, className="site-list")], open=opened)
    return html.Div([everything, inside], className="country")


def describe_client_state(view: View) -> dict[str, Any]:
    """The fixed part of the query, the defaults that it omits, and where sliders can stand.

    Returns
    -------
    dict
        ``trial`` is the one on the page, ``before`` and ``after`` are the (key, value) pairs of the query
        that no live control changes, ``defaults`` the values that are left out of it, ``thresholds`` where
        the page opens, ``ends`` of the slider's axis, in the biomarker's unit, and ``horizon`` in the
        endpoint's unit.
    """
    chosen = reduce_to_canonical(view.trial, view.selection)
    fixed = Selection(
        trial=chosen.trial,
        endpoint=chosen.endpoint,
        biomarker=chosen.biomarker,
        measure=chosen.measure,
        estimand=chosen.estimand,
        rule=chosen.rule,
    )
    default = resolve(view.trial, replace(fixed, trial=""))
    fixed_landmarks = replace(fixed, trial="")
    after = Selection(confidence=chosen.confidence)
    span = biomarker_span(view.trial, view.selection)
    return {
        "trial": view.trial.id,
        "before": parse_qsl(fixed.to_query()),
        "after": parse_qsl(after.to_query()),
        "defaults": {
            "thresholds": list(default.thresholds or ()),
            "equal_above": bool(default.equal_above),
            "landmarks": list(list_landmark_times(view.trial, fixed_landmarks)),
            "default_strata": bool(list_default_strata(view.trial)),
            "horizon": default.horizon,
            "unit": default.unit,
            "treated": default.treated,
            "control": default.control,
            "opened": {
                "biomarker": find_default(view, "biomarker"),
                "endpoint": find_default(view, "endpoint"),
                "measure": find_default(view, "measure"),
                "estimand": find_default(view, "estimand"),
                "rule": find_default(view, "rule"),
            },
        },
        "tree": {country: list(sites) for country, sites in build_sites_by_country(view.trial).items()},
        "declared": encode_declaration(chosen.declared) if chosen.declared else [],
        "arms": list(view.trial.arm.names),
        "horizon": resolve(view.trial, view.selection).horizon,
        "endpoint_unit": endpoint_of(view.trial, view.selection).unit,
        "unit_days": DAYS,
        "thresholds": list(resolve(view.trial, view.selection).thresholds or ()) if span else [],
        **(span.describe() if span else {"ends": [0, 1], "log": False, "bend": None, "breaks": [None, None]}),
        "unit": _find_unit(view, chosen),
        # thresholds stand at stops only, even those that are typed
        **({"snaps": True} if view.trial.min_cell else {}),
    }


def find_default(view: View, field: str) -> str:
    """What the trial's dictionary opens with."""
    return getattr(resolve(view.trial, Selection()), field)


def _find_unit(view: View, chosen: Selection) -> str:
    biomarker = view.trial.dictionary.biomarker(resolve(view.trial, chosen).biomarker)
    return biomarker.unit if biomarker else ""


SLIDER_STEPS = 4000
"""A slider moves smoothly; ``assets/selection.js`` puts it on the nearest stop."""


def threshold_controls(view: View) -> list[Component]:
    """Histogram, sliders, boxes, how many, and presets; hidden as a whole without a biomarker."""
    span = biomarker_span(view.trial, view.selection)
    chosen = resolve(view.trial, view.selection)
    biomarker = view.trial.dictionary.biomarker(chosen.biomarker)
    thresholds = chosen.thresholds or () if span else ()
    what = f"{biomarker.short}, {biomarker.unit}".rstrip(", ") if biomarker else "biomarker"
    return [
        html.Div(
            [
                html.Div(
                    build_graph(ids.HISTOGRAM, HEIGHT),
                    role="img",
                    style={"minHeight": f"{HEIGHT}px"},
                    **build_aria_attributes(labelledby=ids.HISTOGRAM_SAID),
                ),
                html.P(id=ids.HISTOGRAM_SAID, className="for-screen-readers"),
                build_menu_button(HISTOGRAM, pictured=True, tabled=False),
                *(_build_slider(slot, thresholds, span, what) for slot in ids.THRESHOLD_SLOTS),
                *(_build_box(slot, thresholds, span) for slot in ids.THRESHOLD_SLOTS),
                html.P(id=ids.THRESHOLD_NOTE, className="note problem", role="status"),
                _count(len(thresholds)),
                _equal_above(on=bool(chosen.equal_above)),
                _build_presets(view, biomarker, thresholds),
            ],
            className="thresholds" if span else "thresholds absent",
        )
    ]


def _build_slider(
    slot: int, thresholds: tuple[float, ...], span: BiomarkerSpan | None, what: str
) -> Component:
    used = slot <= len(thresholds)
    name = _name_threshold(slot, len(thresholds))
    value = thresholds[slot - 1] if used else _find_resting_place(span)
    low, high = (span.position(span.low), span.position(span.high)) if span else (0.0, 1.0)
    slider = dmc.Slider(
        id=ids.threshold_slider(slot),
        min=low,
        max=high,
        step=(high - low) / SLIDER_STEPS,
        precision=12,
        value=span.position(min(max(value, span.low), span.high)) if span else low,
        label=None,
        thumbLabel=f"{name}: {what}",
        thumbSize=24,
        size=4,
        updatemode="drag",
    )
    return html.Div(slider, id=ids.threshold_row(slot), className="threshold" if used else "threshold absent")


def _build_box(slot: int, thresholds: tuple[float, ...], span: BiomarkerSpan | None) -> Component:
    return dmc.NumberInput(
        id=ids.threshold_box(slot),
        label=_name_threshold(slot, len(thresholds)),
        value=thresholds[slot - 1] if slot <= len(thresholds) else _find_resting_place(span),
        thousandSeparator=",",
        hideControls=True,
        debounce=350,
        size="sm",
        className=f"threshold-box in-slot-{slot}",
    )


def _name_threshold(slot: int, number: int) -> str:
    """The first of several has its number too; ``assets/selection.js`` follows when their number changes."""
    return f"Threshold {slot}" if max(slot, number) > 1 else "Threshold"


def _find_resting_place(span: BiomarkerSpan | None) -> float:
    """Where an unused slider waits."""
    return span.high if span else 1.0


def _count(number: int) -> Component:
    control = dmc.SegmentedControl(
        id=ids.THRESHOLD_COUNT,
        data=[str(k) for k in (0, *ids.THRESHOLD_SLOTS)],
        value=str(number),
        size="xs",
        **build_aria_attributes(label="How many thresholds"),
    )
    return html.Div([html.Span("Number of thresholds"), control], className="control-line")


def _equal_above(*, on: bool) -> Component:
    return dmc.Switch(
        id=ids.EQUAL_ABOVE,
        label="Values equal to a threshold are above it (≥)",
        checked=on,
        size="xs",
        className="control-line",
    )


def _build_presets(view: View, biomarker: Biomarker | None, thresholds: tuple[float, ...]) -> Component:
    offered = [*biomarker.presets] if biomarker else []
    offered += [Preset("median", median(view.trial, view.selection))]
    offered += [Preset("tertiles", tertiles(view.trial, view.selection))]
    if view.trial.min_cell:
        offered = [
            replace(preset, thresholds=snap_thresholds(view.trial, view.selection, preset.thresholds))
            for preset in offered
        ]
    chips = [
        html.Button(
            preset.name,
            id=ids.identify_choice("preset", f"{place}:{','.join(map(repr, preset.thresholds))}"),
            className="chip",
            type="button",
            **build_aria_attributes(pressed="true" if preset.thresholds == thresholds else "false"),
        )
        for place, preset in enumerate(offered)
        if preset.thresholds
    ]
    cited: dict[str, list[str]] = {}
    for preset in offered:
        if preset.source and preset.thresholds:
            cited.setdefault(preset.source, []).append(preset.name)
    sources = [html.P(cite_presets(names, source), className="note") for source, names in cited.items()]
    group = html.Div(
        chips, className="chips", role="group", **build_aria_attributes(label="Preset thresholds")
    )
    return html.Div([group, *sources])
