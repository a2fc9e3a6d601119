"""What an arm is called where its curve ends, with the share that is left there."""

from __future__ import annotations

from mirodash.figures.text import escaped, short
from mirodash.figures.theme import ArmStyle, Figure
from mirodash.text.numbers import percent

_GAP = 0.105
End = tuple[str, float, ArmStyle]
"""Name of an arm, the height at which its curve ends, and how it is drawn."""


def end_labels(ends: list[End]) -> list[Figure]:
    """Arm names at the curve ends, moved apart where the ends nearly meet.

    Parameters
    ----------
    ends : list of (name, height between 0 and 1, ArmStyle)
        One for each curve that is drawn.
    """
    heights = [end[1] for end in ends]
    if len(heights) == 2 and abs(heights[0] - heights[1]) < 2 * _GAP:
        middle = min(max(sum(heights) / 2, 1.4 * _GAP), 1 - 1.5 * _GAP)
        first_is_higher = heights[0] >= heights[1]
        heights = [middle + _GAP, middle - _GAP][:: 1 if first_is_higher else -1]
    # two lines of text must not run into the axis below nor out of the card above
    kept = [min(max(height, _GAP), 1 - _GAP / 2) for height in heights]
    return [_end_label(end, height) for end, height in zip(ends, kept, strict=True)]


def _end_label(end: End, height: float) -> Figure:
    name, estimate, style = end
    return {
        "text": f"<b>{escaped(short(name, 7))}</b><br>{percent(estimate)}",
        "x": 1,
        "xref": "paper",
        "xshift": 5,
        "xanchor": "left",
        "y": height,
        "yref": "y",
        "yanchor": "middle",
        "showarrow": False,
        "align": "left",
        "font": {"size": 11.5, "color": style.text},
    }
