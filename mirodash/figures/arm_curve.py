"""An arm as a step curve with its band, drawn alike whatever estimated it."""

from __future__ import annotations

from collections.abc import Sequence

from mirodash.analysis.step_lines import Drawn, Steps
from mirodash.figures.text import escaped
from mirodash.figures.theme import ArmStyle, Figure


def arm_band(x: Sequence[float | None], y: Sequence[float | None], style: ArmStyle, scale: float) -> Figure:
    """The interval as an area; ``scale`` turns a time of the file into the reader's unit."""
    return {
        "type": "scatter",
        "x": [None if v is None else v * scale for v in x],
        "y": y,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": style.band,
        "hoverinfo": "skip",
    }


def arm_lines(
    name: str, line: Drawn, told: Steps, hover: list[str], style: ArmStyle, *, unit: str, scale: float
) -> list[Figure]:
    """The curve; ``hover`` is what is told at its corners ``told`` when a reader points at them.

    A thinned curve has fewer places to point at than vertices: they lie on a line that is not seen.
    """
    curve: Figure = {
        "type": "scatter",
        "x": (line.time * scale).tolist(),
        "y": line.height.tolist(),
        "mode": "lines",
        "line": {"color": style.line, "width": 2.25, "dash": style.dash, "shape": line.shape},
    }
    pointed: Figure = {
        "customdata": hover,
        "hovertemplate": f"<b>{escaped(name)}</b>, {unit.removesuffix('s')} %{{x:,.1~f}}<br>"
        "%{customdata}<extra></extra>",
    }
    if line.shape == "hv":
        return [curve | pointed]
    places: Figure = {
        "type": "scatter",
        "x": (told.time * scale).tolist(),
        "y": told.estimate.tolist(),
        "mode": "lines",
        "line": {"color": style.line, "width": 0},
    }
    return [curve | {"hoverinfo": "skip"}, places | pointed]
