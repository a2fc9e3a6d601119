"""Controls of a page: filters, strata, covariates and declared thresholds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_mantine_components as dmc
import numpy as np
from dash import html
from dash.development.base_component import Component

from mirodash.disclosure.counts import suppress_complementary
from mirodash.questions.statistics.catalogue import name_choice
from mirodash.questions.statistics.landmarks import format_landmark_time, list_landmark_times
from mirodash.stratification.adjustment_columns import (
    list_adjustment_choices,
    must_ask_kind,
    read_adjusted_column,
)
from mirodash.stratification.disclosure_grid import build_disclosure_grid
from mirodash.stratification.selection import (
    ADJUSTED,
    MAX_LANDMARKS,
    MAX_STATISTICS,
    LevelFilter,
    RangeFilter,
    Selection,
)
from mirodash.stratification.strata import list_default_strata
from mirodash.stratification.validation import endpoint_of, list_adjustable, resolve
from mirodash.survival.further_statistics import list_offered
from mirodash.text.labels import format_column_label
from mirodash.text.numbers import format_number, unify_spaces
from mirodash.text.small_counts import in_brackets
from mirodash.text.ticks import convert_time
from mirodash.trial.dictionary import Factor
from mirodash.web import ids
from mirodash.web.components import build_aria_attributes
from mirodash.web.threshold_controls import build_site_controls, threshold_controls
from mirodash.web.view import View

KAPLAN_MEIER = "kaplan-meier"
KIND_LABELS = {"": "", "factor": " – codes (a factor)", "number": " – amounts (a number)"}
OFFERED_LANDMARKS = (3.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0, 48.0, 60.0)
"""In months."""
CURVES = ((KAPLAN_MEIER, "Kaplan–Meier"), (ADJUSTED, "Adjusted"))


def build_comparison_controls(view: View, chosen: Selection) -> list[Component]:
    """Strata for the stratified tests, covariates for the adjusted ones, and which curves the cards show."""
    offered = [
        name
        for name, levels in view.trial.categories.items()
        if not np.array_equal(levels.codes, view.trial.arm.codes)
    ]
    offered += [name for name in view.trial.numbers if must_ask_kind(view.trial, name)]
    strata = _several(view, offered, id=ids.STRATA, label="Stratify by", value=list(chosen.chosen_strata))
    asked = {read_adjusted_column(view.trial, text) for text in chosen.adjust}
    offered_once = list_adjustment_choices(view.trial, list_adjustable(view.trial))
    covariates = [*offered_once, *sorted(asked - {*offered_once}, key=lambda item: item.text)]
    adjust = _several(
        view,
        [item.text for item in covariates],
        id=ids.ADJUST,
        label="Adjust for",
        value=[item.text for item in covariates if item in asked],
    )
    landmarks = _build_landmarks(view)
    shown = [_build_curves(chosen), landmarks, _build_statistics(chosen)]
    return [strata, _build_default_strata(view, chosen), adjust, *shown]


def _build_statistics(chosen: Selection) -> Component:
    """Statistics beyond the usual ones."""
    offered = dict.fromkeys((*list_offered(), *chosen.further))
    return dmc.MultiSelect(
        id=ids.STATISTICS,
        label="Further statistics",
        data=[{"value": choice.text, "label": name_choice(choice)} for choice in offered],
        value=list(chosen.statistics),
        maxValues=MAX_STATISTICS,
        placeholder="none",
        clearable=True,
        size="xs",
        className="filter" if offered else "filter absent",
    )


def _build_landmarks(view: View) -> Component:
    """At which times survival is told in the table behind each card."""
    unit = endpoint_of(view.trial, view.selection).unit
    shown = list_landmark_times(view.trial, view.selection)
    offered = {convert_time(months, "months", unit) for months in OFFERED_LANDMARKS} | {*shown}
    return dmc.MultiSelect(
        id=ids.LANDMARKS,
        label="Survival table at",
        data=[
            {"value": repr(time), "label": unify_spaces(format_landmark_time(time, unit, unit))}
            for time in sorted(offered)
        ],
        value=[repr(time) for time in shown],
        maxValues=MAX_LANDMARKS,
        placeholder="no table",
        clearable=True,
        size="xs",
        className="filter",
    )


def _build_default_strata(view: View, chosen: Selection) -> Component:
    """Whether adjusted analyses compare within the strata that the trial's dictionary names."""
    named = " × ".join(format_column_label(view.trial, name) for name in list_default_strata(view.trial))
    return dmc.Switch(
        id=ids.DEFAULT_STRATA,
        label=f"When adjusting, compare within {named}, as the dictionary says",
        checked=chosen.strata != () and bool(named),
        size="xs",
        className="control-line" if named else "control-line absent",
    )


def _name_choice(view: View, text: str) -> str:
    """A column in a menu; one of whole numbers with how it is taken."""
    item = read_adjusted_column(view.trial, text)
    label = format_column_label(view.trial, item.column)
    return f"{label}{KIND_LABELS[item.kind]}"


def _several(view: View, offered: Iterable[str], **what: Any) -> Component:
    return dmc.MultiSelect(
        data=[{"value": name, "label": _name_choice(view, name)} for name in offered],
        placeholder="none",
        clearable=True,
        size="xs",
        className="filter",
        **what,
    )


def _build_curves(chosen: Selection) -> Component:
    control = dmc.SegmentedControl(
        id=ids.CURVES,
        data=[{"value": value, "label": label} for value, label in CURVES],
        value=chosen.curves or KAPLAN_MEIER,
        size="xs",
        **build_aria_attributes(label="Survival curves"),
    )
    return html.Div([html.Span("Curves"), control], className="control-line")


FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("value", "Threshold", {}),
    ("document", "Document, version", {}),
    ("date", "Its date", {"inputProps": {"type": "date"}}),
)


def build_declaration_form() -> list[Component]:
    """What is declared, a form for it, and how much was looked at; ``assets`` scripts read and write them.

    A threshold that was searched for needs a p-value that allows for the search. Only where one was written
    down before the data were seen does its own p-value mean what it says.
    """
    said = html.P(id=_build_part("said"), className="note", role="status")
    form = html.Details(
        [
            html.Summary("Was this threshold pre-specified?"),
            html.P(
                "If you declare it, the unadjusted interaction p-value is also shown, together with the "
                "declaration, here and in exports.",
                className="note",
            ),
            *(_field(part, label, kind) for part, label, kind in FIELDS),
            html.P(id=_build_part("problem"), className="problem", role="alert"),
            html.Button("Declare", id=_build_part("declare"), type="button", className="chip"),
            html.Button("Withdraw", id=_build_part("withdraw"), type="button", className="chip", hidden=True),
        ],
        className="declaration",
    )
    looks = html.P(id=ids.LOOKS_SAID, className="note looks")
    return [said, form, looks]


def _field(part: str, label: str, kind: dict[str, Any]) -> Component:
    # its text is read when it is declared: no callback listens to every letter
    return dmc.TextInput(
        id=_build_part(part),
        label=label,
        size="xs",
        className="field",
        **kind,
        **build_aria_attributes(describedby=_build_part("problem")),
    )


def _build_part(part: str) -> str:
    return f"{ids.DECLARED}-{part}"


SHOWN_AT_ONCE = 3


def filter_controls(view: View) -> list[Component]:
    """The first few filters, and the others behind a disclosure that opens when one is in use."""
    factors = view.trial.dictionary.factors
    controls = [_build_control(view, factor) for factor in factors]
    rest = controls[SHOWN_AT_ONCE:]
    if not rest:
        return controls
    hidden_in_use = {item.column for item in view.selection.filters} & {
        factor.column for factor in factors[SHOWN_AT_ONCE:]
    }
    more = html.Details([html.Summary(f"{len(rest)} more filters"), *rest], open=bool(hidden_in_use))
    return [*controls[:SHOWN_AT_ONCE], more]


def _build_control(view: View, factor: Factor) -> Component:
    return _build_levels(view, factor) if factor.kind == "category" else _build_range(view, factor)


def _build_levels(view: View, factor: Factor) -> Component:
    levels = view.trial.categories[factor.column]
    labels = dict(factor.levels)
    counts = suppress_complementary(list(levels.counts().values()), view.trial.min_cell)
    kept = next(
        (
            f.levels
            for f in view.selection.filters
            if isinstance(f, LevelFilter) and f.column == factor.column
        ),
        (),
    )
    return dmc.MultiSelect(
        id=ids.identify_choice("keep", factor.column),
        label=factor.label,
        placeholder="all",
        data=[
            {"value": name, "label": f"{labels.get(name, name)} ({in_brackets(number)})"}
            for name, number in zip(levels.names, counts, strict=True)
        ],
        value=list(kept),
        clearable=True,
        size="xs",
        className="filter",
    )


def _build_range(view: View, factor: Factor) -> Component:
    values = view.trial.numbers[factor.column].values
    known = values[np.isfinite(values)]
    if view.trial.min_cell:  # the smallest and the largest value are two participants'
        known = np.array(build_disclosure_grid(view.trial, factor.column).stops)
    ends = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    kept = next(
        (f for f in view.selection.filters if isinstance(f, RangeFilter) and f.column == factor.column), None
    )
    boxes = [
        dmc.NumberInput(
            id=ids.identify_choice(f"range-{end}", factor.column),
            value=value if value is not None else "",
            placeholder=f"{'max' if place else 'min'} {format_number(ends[place], factor.decimals)}",
            hideControls=True,
            debounce=500,
            size="xs",
            **build_aria_attributes(label=f"{factor.label}, {word}"),
        )
        for place, (end, word, value) in enumerate(
            (
                ("low", "at least", kept.low if kept else None),
                ("high", "at most", kept.high if kept else None),
            )
        )
    ]
    unit = f", {factor.unit}" if factor.unit else ""
    name = html.Span(f"{factor.label}{unit}", className="filter-name")
    return html.Div(
        [name, html.Div([boxes[0], html.Span("to"), boxes[1]], className="range")], className="filter"
    )


UNITS = ("days", "weeks", "months", "years")
HORIZON_DECIMALS = 2
"""Of a horizon in another unit than the endpoint's, as ``assets/selection.js`` rounds it."""


def build_rail(view: View) -> Component:
    """All controls, set to what the view shows."""
    chosen = resolve(view.trial, view.selection)
    first = _build_section(
        "Biomarker",
        [
            _build_biomarker(view, chosen),
            *threshold_controls(view),
            *(build_declaration_form() if chosen.biomarker else []),
        ],
    )
    sections = [
        _build_section("Endpoint", _build_endpoint(view, chosen)),
        _build_section("Arms", _build_arms(view, chosen)),
        _build_section("Stratification and adjustment", build_comparison_controls(view, chosen)),
    ]
    for title, controls in (("Sites", build_site_controls(view)), ("Participants", filter_controls(view))):
        sections += [_build_section(title, controls)] if controls else []
    reset = html.Button(
        "Reset to the default view", id=ids.RESET, className="quiet-button rail-reset", type="button"
    )
    # on a phone these would push the results off the screen: assets/handles.js folds them there
    more = html.Details(
        [html.Summary("Endpoint, arms, sites and filters"), *sections],
        open=True,
        className="more-controls",
    )
    return html.Aside([reset, first, more], className="rail", **build_aria_attributes(label="Controls"))


def _build_section(title: str, controls: list[Component]) -> Component:
    return html.Section([html.H2(title, className="rail-title"), *controls], className="rail-section")


def _build_biomarker(view: View, chosen: Selection) -> Component:
    offered = [
        {"value": b.column, "label": f"{b.label}, {b.unit}" if b.unit else b.label}
        for b in view.trial.dictionary.biomarkers
    ]
    if not offered:
        return html.P("This trial measured no biomarker.", className="subtitle")
    note = next(b.note for b in view.trial.dictionary.biomarkers if b.column == chosen.biomarker)
    select = dmc.Select(
        id=ids.identify_choice("open", "biomarker"),
        data=offered,
        value=chosen.biomarker,
        allowDeselect=False,
        size="sm",
        **build_aria_attributes(label="Biomarker"),
    )
    return html.Div([select, html.P(note, className="note")] if note else [select])


def _build_endpoint(view: View, chosen: Selection) -> list[Component]:
    endpoints = view.trial.dictionary.endpoints
    select = dmc.Select(
        id=ids.identify_choice("open", "endpoint"),
        data=[{"value": e.key, "label": e.label} for e in endpoints],
        value=chosen.endpoint,
        allowDeselect=False,
        size="sm",
        **build_aria_attributes(label="Endpoint"),
    )
    unit = next(e.unit for e in endpoints if e.key == chosen.endpoint)
    horizon = dmc.NumberInput(
        id=ids.HORIZON,
        label=f"Horizon, {chosen.unit}",
        value=round_horizon(chosen.horizon, unit, chosen.unit),
        min=0,
        thousandSeparator=",",
        hideControls=True,
        debounce=500,
        size="sm",
    )
    units = dmc.Select(
        id=ids.UNIT, label="Show time in", data=list(UNITS), value=chosen.unit, allowDeselect=False, size="sm"
    )
    up_to = dmc.Switch(
        id=ids.UP_TO_HORIZON,
        label="Analyse up to the horizon: censor there for hazard ratios and tests as well",
        checked=chosen.up_to_horizon,
        disabled=bool(view.trial.min_cell),
        size="xs",
        className="control-line",
    )
    return [select, html.Div([horizon, units], className="pair"), up_to]


def round_horizon(horizon: float | None, unit: str, shown: str) -> float | None:
    """A horizon as its box has it, in the unit in which times are shown.

    >>> round_horizon(640.0, "days", "months"), round_horizon(640.5, "days", "days")
    (21.03, 640.5)
    """
    if horizon is None or unit == shown:
        return horizon
    return round(convert_time(horizon, unit, shown), HORIZON_DECIMALS)


def _build_arms(view: View, chosen: Selection) -> list[Component]:
    label, arms = view.trial.dictionary.arm_label, view.trial.arm
    counts = suppress_complementary(list(arms.counts().values()), view.trial.min_cell)
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
