"""The thresholds as handles that lie on every picture along the biomarker."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria, data


def handles(margin: tuple[int, int, int, int]) -> Component:
    """The handles of one picture, placed and moved by ``assets/handles.js``.

    For a pointer only: the sliders are the same control for the keyboard and for screen readers. A click
    beside them brings the nearest threshold there.

    Parameters
    ----------
    margin : tuple of int
        Of the picture: left, right, top, bottom in pixels.
    """
    lines = [
        html.Div(html.Span(), className="handle absent", **data(slot=str(slot)))
        for slot in ids.THRESHOLD_SLOTS
    ]
    left, right, top, bottom = margin
    place = {"left": left, "right": right, "top": top, "bottom": bottom}
    return html.Div(lines, className="handles", style=place, **aria(hidden="true"))
