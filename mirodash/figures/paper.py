"""What becomes of the colours of a dark page on paper, which is white."""

from __future__ import annotations

from dataclasses import fields

from mirodash.figures.theme import DARK, LIGHT, ArmStyle, Theme


def colours_on_paper(*, letters: bool) -> dict[str, str]:
    """Every colour of the dark theme with its like in the light one, as ``"18, 20, 25": "255, 255, 255"``.

    Bands are their line's colour made transparent, so they need no entry. ``letters`` tells whether text
    is to be coloured, or all else: an arm's letters are darker than its line.
    """
    pairs: dict[str, str] = {}
    for name in (field.name for field in fields(Theme)):
        dark, light = getattr(DARK, name), getattr(LIGHT, name)
        if isinstance(dark, ArmStyle):
            ends = [(dark.bar, light.bar), (dark.text, light.text) if letters else (dark.line, light.line)]
        else:
            ends = [(dark, light)]
        pairs |= {_parts(old): _parts(new) for old, new in ends if old.startswith("#")}
    return pairs


def _parts(colour: str) -> str:
    return ", ".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
