"""An arm as a step curve with its band, drawn alike whatever estimated it."""

from __future__ import annotations

from collections.abc import Sequence

from mirodash.analysis.step_lines import Steps
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


def arm_line(name: str, line: Steps, hover: list[str], style: ArmStyle, *, unit: str, scale: float) -> Figure:
    """The curve; ``hover`` is what each of its corners says when somebody points at it."""
    return {
        "type": "scatter",
        "x": (line.time * scale).tolist(),
        "y": line.estimate.tolist(),
        "customdata": hover,
        "mode": "lines",
        "line": {"color": style.line, "width": 2.25, "dash": style.dash, "shape": "hv"},
        "hovertemplate": f"<b>{escaped(name)}</b>, {unit.removesuffix('s')} %{{x:,.1~f}}<br>"
        "%{customdata}<extra></extra>",
    }
