"""Both sides of every threshold for a room: how the effect would look wherever the line were drawn."""

from __future__ import annotations

from dataclasses import replace

from mirodash.analysis.pictured import SearchPicture
from mirodash.figures.both_sides import reach_of_sides, side_band, side_line
from mirodash.figures.side_looks import SideLook, side_looks, side_sample
from mirodash.figures.stage.along import along_layout
from mirodash.figures.stage.frame import CURVE, ROW, width_of, written
from mirodash.figures.theme import Figure, Theme
from mirodash.wording.arms import ArmNames

_SAMPLE = 36
"""Pixels of a side's line beside its name."""
_RAISED = 18
"""Pixels from the picture up to that line."""


def search(answer: SearchPicture, names: ArmNames, theme: Theme) -> Figure:
    """Draw the hazard ratio at or below, and above, every possible threshold."""
    looks = side_looks(theme)
    x = [answer.span.position(value) for value in answer.scan.thresholds.tolist()]
    pairs = list(zip(answer.sides, looks, strict=True))
    layout = along_layout(
        answer.span,
        answer.searched.thresholds,
        reach=reach_of_sides(answer.sides),
        names=names,
        theme=theme,
        side="left",
        taken=(_room(looks[1]), _room(looks[0])),
    )
    layout["annotations"] += [_name(look) for look in looks]
    layout["shapes"] += [
        side_sample(replace(look, width=CURVE), length=_SAMPLE, raised=_RAISED) for look in looks
    ]
    bands = [side_band(x, side, look) for side, look in pairs]
    return {
        "data": [*bands, *(side_line(x, side, look, width=CURVE) for side, look in pairs)],
        "layout": layout,
    }


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
