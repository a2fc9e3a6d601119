"""How the two sides of a threshold are told apart: accent and solid below, ink and dotted above."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.figures.theme import Figure, Theme

SAMPLE_LINE = 26
"""Pixels of a line beside its name."""


@dataclass(frozen=True, slots=True)
class SideLook:
    """How one side is drawn; ``from_left`` where it holds everybody at the left end."""

    name: str
    line: str
    dash: str
    band: str
    width: float
    from_left: bool


def side_looks(theme: Theme) -> tuple[SideLook, SideLook]:
    """Accent and solid against ink and dotted: told apart without colour, and no arm has either."""
    return (
        SideLook("at or below", theme.accent, "solid", theme.accent_band, 2.5, from_left=False),
        SideLook("above", theme.ink, "dot", theme.quiet_band, 2.0, from_left=True),
    )


def side_names(looks: tuple[SideLook, SideLook]) -> list[Figure]:
    """Each side named in the margin at the end where it holds everybody: above at the left."""
    return [
        {
            "text": f"<b>{look.name}</b>",
            "x": 0.0 if look.from_left else 1.0,
            "xref": "paper",
            "xanchor": "left" if look.from_left else "right",
            "xshift": SAMPLE_LINE + 5 if look.from_left else -SAMPLE_LINE - 5,
            "y": 1.0,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 3,
            "showarrow": False,
            "font": {"size": 12, "color": look.line},
        }
        for look in looks
    ]


def side_sample(look: SideLook, *, length: int = SAMPLE_LINE, raised: int = 12) -> Figure:
    """A stretch of the side's line beside its name, so many pixels long and above the picture."""
    return {
        "type": "line",
        "xref": "paper",
        "yref": "paper",
        "xsizemode": "pixel",
        "ysizemode": "pixel",
        "xanchor": 0.0 if look.from_left else 1.0,
        "yanchor": 1.0,
        "x0": 0 if look.from_left else -length,
        "x1": length if look.from_left else 0,
        "y0": raised,
        "y1": raised,
        "line": {"color": look.line, "width": look.width, "dash": look.dash},
    }
