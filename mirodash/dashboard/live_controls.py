"""What the browser must know to turn controls into a query string without asking the server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from mirodash.dashboard.sites import sites_by_country
from mirodash.dashboard.view import View
from mirodash.disclosure.curve_values import biomarker_span
from mirodash.stratification.selection import Selection, encode_declaration
from mirodash.stratification.validation import minimal, settled


def live_controls(view: View) -> dict[str, Any]:
    """The fixed part of the query, the defaults that it omits, and where sliders can stand.

    Returns
    -------
    dict
        ``before`` and ``after`` are the (key, value) pairs of the query that no live control changes,
        ``defaults`` the values that are left out of it, ``thresholds`` where the page opens and
        ``ends`` of the slider's axis, in the biomarker's unit.
    """
    chosen = minimal(view.trial, view.selection)
    fixed = Selection(trial=chosen.trial, endpoint=chosen.endpoint, biomarker=chosen.biomarker)
    default = settled(view.trial, replace(fixed, trial=""))
    after = Selection(confidence=chosen.confidence)
    span = biomarker_span(view.trial, view.selection)
    return {
        "before": parse_qsl(fixed.to_query()),
        "after": parse_qsl(after.to_query()),
        "defaults": {
            "thresholds": list(default.thresholds or ()),
            "horizon": default.horizon,
            "unit": default.unit,
            "treated": default.treated,
            "control": default.control,
            "opened": {"biomarker": default_of(view, "biomarker"), "endpoint": default_of(view, "endpoint")},
        },
        "tree": {country: list(sites) for country, sites in sites_by_country(view.trial).items()},
        "declared": encode_declaration(chosen.declared) if chosen.declared else [],
        "arms": list(view.trial.arm.names),
        "thresholds": list(settled(view.trial, view.selection).thresholds or ()) if span else [],
        "ends": [span.low, span.high] if span else [0, 1],
        "log": span is not None and span.scale == "log",
        "unit": _unit(view, chosen),
        # thresholds stand at stops only, even those that are typed
        **({"snaps": True} if view.trial.min_cell else {}),
    }


def default_of(view: View, field: str) -> str:
    """What the trial's dictionary opens with."""
    return getattr(settled(view.trial, Selection()), field)


def _unit(view: View, chosen: Selection) -> str:
    biomarker = view.trial.dictionary.biomarker(settled(view.trial, chosen).biomarker)
    return biomarker.unit if biomarker else ""
