"""The rail of controls: everything a reader can choose about one trial."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria
from mirodash.dashboard.comparing import comparison_controls
from mirodash.dashboard.declaring import declaration_form
from mirodash.dashboard.filters import filter_controls
from mirodash.dashboard.sites import site_controls
from mirodash.dashboard.thresholds import threshold_controls
from mirodash.dashboard.view import View
from mirodash.disclosure.counts import told_parts
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled
from mirodash.text.small_counts import in_brackets

UNITS = ("days", "weeks", "months", "years")


def rail(view: View) -> Component:
    """All controls, set to what the view shows."""
    chosen = settled(view.trial, view.selection)
    first = _section(
        "Biomarker",
        [
            _biomarker(view, chosen),
            *threshold_controls(view),
            *(declaration_form() if chosen.biomarker else []),
        ],
    )
    sections = [
        _section("Endpoint", _endpoint(view, chosen)),
        _section("Arms", _arms(view, chosen)),
        _section("Compare like with like", comparison_controls(view, chosen)),
    ]
    for title, controls in (("Sites", site_controls(view)), ("Participants", filter_controls(view))):
        sections += [_section(title, controls)] if controls else []
    reset = html.Button("Reset to the default view", id=ids.RESET, className="plain", type="button")
    # on a phone these would push the results off the screen: assets/handles.js folds them there
    more = html.Details(
        [html.Summary("Endpoint, arms, sites and filters"), *sections, reset],
        open=True,
        className="more-controls",
    )
    return html.Aside([first, more], className="rail", **aria(label="Controls"))


def _section(title: str, controls: list[Component]) -> Component:
    return html.Section([html.H2(title, className="rail-title"), *controls], className="rail-section")


def _biomarker(view: View, chosen: Selection) -> Component:
    offered = [
        {"value": b.column, "label": f"{b.label}, {b.unit}" if b.unit else b.label}
        for b in view.trial.dictionary.biomarkers
    ]
    if not offered:
        return html.P("This trial measured no biomarker.", className="subtitle")
    note = next(b.note for b in view.trial.dictionary.biomarkers if b.column == chosen.biomarker)
    select = dmc.Select(
        id=ids.chosen("open", "biomarker"),
        data=offered,
        value=chosen.biomarker,
        allowDeselect=False,
        size="sm",
        **aria(label="Biomarker"),
    )
    return html.Div([select, html.P(note, className="note")] if note else [select])


def _endpoint(view: View, chosen: Selection) -> list[Component]:
    endpoints = view.trial.dictionary.endpoints
    select = dmc.Select(
        id=ids.chosen("open", "endpoint"),
        data=[{"value": e.key, "label": e.label} for e in endpoints],
        value=chosen.endpoint,
        allowDeselect=False,
        size="sm",
        **aria(label="Endpoint"),
    )
    unit = next(e.unit for e in endpoints if e.key == chosen.endpoint)
    horizon = dmc.NumberInput(
        id=ids.HORIZON,
        label=f"Horizon, {unit}",
        value=chosen.horizon,
        min=0,
        thousandSeparator=",",
        hideControls=True,
        debounce=500,
        size="sm",
    )
    units = dmc.Select(
        id=ids.UNIT, label="Show time in", data=list(UNITS), value=chosen.unit, allowDeselect=False, size="sm"
    )
    return [select, html.Div([horizon, units], className="pair")]


def _arms(view: View, chosen: Selection) -> list[Component]:
    label, arms = view.trial.dictionary.arm_label, view.trial.arm
    counts = told_parts(list(arms.counts().values()), view.trial.min_cell)
    data = [
        {"value": name, "label": f"{label(name)} ({in_brackets(number)})"}
        for name, number in zip(arms.names, counts, strict=True)
    ]
    roles = ((ids.TREATED, "Treated", chosen.treated), (ids.CONTROL, "Control", chosen.control))
    return [
        html.Div(
            [
                html.Span(className=f"swatch {role.lower()}"),
                dmc.Select(id=identifier, label=role, data=data, value=value, allowDeselect=False, size="sm"),
            ],
            className="arm",
        )
        for identifier, role, value in roles
    ]
