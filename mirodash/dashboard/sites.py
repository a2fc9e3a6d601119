"""Sites as a tree under their countries, with how many participants each has."""

from __future__ import annotations

import dash_mantine_components as dmc
import numpy as np
from dash import html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.view import View
from mirodash.disclosure.counts import told_parts, total_of
from mirodash.text.small_counts import in_brackets, shown_together
from mirodash.trial.trial import Trial

FEW_SITES = 8


def sites_by_country(trial: Trial) -> dict[str, tuple[str, ...]]:
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


def site_controls(view: View) -> list[Component]:
    """A checkbox for each country, and the sites under it behind a disclosure."""
    trial = view.trial
    if trial.site is None:
        return []
    counts = trial.site.counts()
    chosen = set(trial.site.names if view.selection.sites is None else view.selection.sites)
    together = shown_together(trial.min_cell)
    note: list[Component] = [html.P(together, className="note")] if together else []
    return note + [
        _country(country, sites, _told({site: counts[site] for site in sites}, trial.min_cell), chosen)
        for country, sites in sites_by_country(trial).items()
    ]


def _told(counts: dict[str, int], min_cell: int) -> dict[str, int]:
    return dict(zip(counts, told_parts(list(counts.values()), min_cell), strict=True))


def _country(country: str, sites: tuple[str, ...], counts: dict[str, int], chosen: set[str]) -> Component:
    ticked = [site in chosen for site in sites]
    boxes = [
        dmc.Checkbox(
            id=ids.chosen("site", site),
            label=f"{site} ({in_brackets(counts[site])})",
            checked=site in chosen,
            size="xs",
            className="site",
        )
        for site in sites
    ]
    everything = dmc.Checkbox(
        id=ids.chosen("country", country),
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
