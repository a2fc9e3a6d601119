"""Both sides of every threshold for a room: how the effect would look wherever the line were drawn."""

from __future__ import annotations

import numpy as np

from mirodash.analysis.pictured import SearchPicture
from mirodash.analysis.stretches import stair, stair_band
from mirodash.analysis.threshold_sides import Side
from mirodash.figures.hazard_ratio_axis import drawable
from mirodash.figures.side_looks import SideLook, side_looks
from mirodash.figures.stage.along import along_layout
from mirodash.figures.stage.frame import CURVE, ROW, width_of, written
from mirodash.figures.theme import Figure, Theme
from mirodash.wording.arms import ArmNames
from mirodash.wording.ratio_ticks import reach_of

_SAMPLE = 36
"""Pixels of a side's line beside its name."""


def search(answer: SearchPicture, names: ArmNames, theme: Theme) -> Figure:
    """Draw the hazard ratio at or below, and above, every possible threshold."""
    looks = side_looks(theme)
    x = [answer.span.position(value) for value in answer.scan.thresholds.tolist()]
    pairs = list(zip(answer.sides, looks, strict=True))
    layout = along_layout(
        answer.span,
        answer.searched.thresholds,
        reach=_reach(answer.sides),
        names=names,
        theme=theme,
        side="left",
        taken=(_room(looks[1]), _room(looks[0])),
    )
    layout["annotations"] += [_name(look) for look in looks]
    layout["shapes"] += [_sample(look) for look in looks]
    bands = [_band(x, side, look) for side, look in pairs]
    return {"data": [*bands, *(_line(x, side, look) for side, look in pairs)], "layout": layout}


def _reach(sides: tuple[Side, Side]) -> float:
    """What is seen of nearly every threshold; the outermost rest on a handful of participants."""
    logs = np.log(np.concatenate([side.hazard_ratio for side in sides]))
    known = np.abs(logs[np.isfinite(logs)])
    return reach_of(np.exp(np.quantile(known, [0.9])) if known.size else np.ones(1))


def _band(x: list[float], side: Side, look: SideLook) -> Figure:
    lower, upper = (np.where(np.isfinite(end), drawable(end), np.nan) for end in (side.lower, side.upper))
    xs, ys = stair_band(x, lower, upper)
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": look.band,
        "hoverinfo": "skip",
    }


def _line(x: list[float], side: Side, look: SideLook) -> Figure:
    xs, ys = stair(x, np.asarray(drawable(side.hazard_ratio)))
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "line": _stroke(look),
        "hoverinfo": "skip",
    }


def _stroke(look: SideLook) -> Figure:
    return {"color": look.line, "width": CURVE, "dash": look.dash}


def _room(look: SideLook) -> float:
    """Pixels that a side's name takes over the picture."""
    return _SAMPLE + width_of(look.name) + ROW


def _name(look: SideLook) -> Figure:
    """Each side named over the end where it holds everybody: above at the left."""
    return written(
        f"<b>{look.name}</b>",
        look.line,
        x=0 if look.from_left else 1,
        xref="paper",
        xanchor="left" if look.from_left else "right",
        xshift=_SAMPLE + 8 if look.from_left else -_SAMPLE - 8,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=2,
    )


def _sample(look: SideLook) -> Figure:
    return {
        "type": "line",
        "xref": "paper",
        "yref": "paper",
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "xanchor": 0 if look.from_left else 1,
        "yanchor": 1,
        "x0": 0 if look.from_left else -_SAMPLE,
        "x1": _SAMPLE if look.from_left else 0,
        "y0": 18,
        "y1": 18,
        "line": _stroke(look),
    }
