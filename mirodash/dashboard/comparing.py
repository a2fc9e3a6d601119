"""Controls that compare like with like: strata, covariates, and curves standardised to the same baseline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_mantine_components as dmc
import numpy as np
from dash import html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria
from mirodash.dashboard.view import View
from mirodash.stratification.selection import ADJUSTED, Selection
from mirodash.stratification.validation import adjustable
from mirodash.text.labels import column_label

KAPLAN_MEIER = "kaplan-meier"
CURVES = ((KAPLAN_MEIER, "Kaplan–Meier"), (ADJUSTED, "Adjusted"))


def comparison_controls(view: View, chosen: Selection) -> list[Component]:
    """Strata for the stratified tests, covariates for the adjusted ones, and which curves the cards show."""
    offered = [
        name
        for name, levels in view.trial.categories.items()
        if not np.array_equal(levels.codes, view.trial.arm.codes)
    ]
    strata = _several(view, offered, id=ids.STRATA, label="Compare within", value=list(chosen.strata))
    covariates = adjustable(view.trial)
    adjust = _several(view, covariates, id=ids.ADJUST, label="Adjust for", value=list(chosen.adjust))
    return [strata, adjust, _curves(chosen)]


def _several(view: View, offered: Iterable[str], **what: Any) -> Component:
    return dmc.MultiSelect(
        data=[{"value": name, "label": column_label(view.trial, name)} for name in offered],
        placeholder="nothing chosen",
        clearable=True,
        size="xs",
        className="filter",
        **what,
    )


def _curves(chosen: Selection) -> Component:
    control = dmc.SegmentedControl(
        id=ids.CURVES,
        data=[{"value": value, "label": label} for value, label in CURVES],
        value=chosen.curves or KAPLAN_MEIER,
        size="xs",
        **aria(label="Survival curves"),
    )
    return html.Div([html.Span("Curves"), control], className="control-line")
