"""One filter for every baseline factor in the dictionary."""

from __future__ import annotations

import dash_mantine_components as dmc
import numpy as np
from dash import html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria
from mirodash.dashboard.view import View
from mirodash.disclosure.counts import told_parts
from mirodash.stratification.disclosure_grid import stops
from mirodash.stratification.selection import LevelFilter, RangeFilter
from mirodash.text.numbers import quantity
from mirodash.text.small_counts import in_brackets
from mirodash.trial.dictionary import Factor

SHOWN_AT_ONCE = 3


def filter_controls(view: View) -> list[Component]:
    """The first few filters, and the others behind a disclosure that opens when one is in use."""
    factors = view.trial.dictionary.factors
    controls = [_control(view, factor) for factor in factors]
    rest = controls[SHOWN_AT_ONCE:]
    if not rest:
        return controls
    hidden_in_use = {item.column for item in view.selection.filters} & {
        factor.column for factor in factors[SHOWN_AT_ONCE:]
    }
    more = html.Details([html.Summary(f"{len(rest)} more filters"), *rest], open=bool(hidden_in_use))
    return [*controls[:SHOWN_AT_ONCE], more]


def _control(view: View, factor: Factor) -> Component:
    return _levels(view, factor) if factor.kind == "category" else _range(view, factor)


def _levels(view: View, factor: Factor) -> Component:
    levels = view.trial.categories[factor.column]
    labels = dict(factor.levels)
    counts = told_parts(list(levels.counts().values()), view.trial.min_cell)
    kept = next(
        (
            f.levels
            for f in view.selection.filters
            if isinstance(f, LevelFilter) and f.column == factor.column
        ),
        (),
    )
    return dmc.MultiSelect(
        id=ids.chosen("keep", factor.column),
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


def _range(view: View, factor: Factor) -> Component:
    values = view.trial.numbers[factor.column].values
    known = values[np.isfinite(values)]
    if view.trial.min_cell:  # the smallest and the largest value are two participants'
        known = np.array(stops(view.trial, factor.column).stops)
    ends = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    kept = next(
        (f for f in view.selection.filters if isinstance(f, RangeFilter) and f.column == factor.column), None
    )
    boxes = [
        dmc.NumberInput(
            id=ids.chosen(f"range-{end}", factor.column),
            value=value if value is not None else "",
            placeholder=quantity(ends[place], factor.decimals),
            hideControls=True,
            debounce=500,
            size="xs",
            **aria(label=f"{factor.label}, {word}"),
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
