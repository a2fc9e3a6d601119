"""Estimates with their confidence intervals as plotly traces: points on rows, bars along x."""

from __future__ import annotations

from collections.abc import Sequence

from mirodash.plot.theme import Figure

Row = tuple[float, float, tuple[float, float]]
"""Where it stands upwards, the estimate, and the ends of its interval."""


def draw_interval_points(
    rows: Sequence[Row], suffix: str, *, bar: Figure, marker: Figure, hover: list[str] | None = None
) -> list[Figure]:
    """Draw estimates with their confidence intervals along x, on rows; nothing where there is none.

    Parameters
    ----------
    rows : sequence of Row
        In the units of the axes.
    suffix : str
        Of the two axes, as plotly names them: ``""`` or a number.
    bar, marker : dict
        How the intervals and the points look, as plotly's ``error_x`` and ``marker`` have it.
    hover : list of str, optional
        What is said of each row under the pointer; nothing when left out.
    """
    if not rows:
        return []
    said = {"hoverinfo": "skip"} if hover is None else {"hovertext": hover, "hoverinfo": "text"}
    return [
        {
            "type": "scatter",
            "x": [estimate for _, estimate, _ in rows],
            "y": [place for place, _, _ in rows],
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [ends[1] - estimate for _, estimate, ends in rows],
                "arrayminus": [estimate - ends[0] for _, estimate, ends in rows],
                **bar,
            },
            "mode": "markers",
            "marker": marker,
            **said,
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
        }
    ]
