"""On paper a dark page has the colours of the light one."""

from __future__ import annotations

import re

from mirodash.plot.theme import replace_with_print_palette
from tests.profiles import for_each


def _rgb(colour: str) -> str:
    return ", ".join(str(part) for part in bytes.fromhex(colour.removeprefix("#")))


@for_each(
    ("dark", "line", "letters"),
    [
        ("#58aee6", "#0072B2", "#0072B2"),
        ("#ff8b45", "#D55E00", "#B85100"),
        ("#121419", "#ffffff", "#ffffff"),
        ("#eceef2", "#16181d", "#16181d"),
    ],
)
def test_a_colour_of_the_dark_page_becomes_its_like(dark: str, line: str, letters: str):
    assert replace_with_print_palette(letters=False)[_rgb(dark)] == _rgb(line)
    assert replace_with_print_palette(letters=True)[_rgb(dark)] == _rgb(letters)


@for_each("letters", [True, False])
def test_colours_are_written_as_a_browser_writes_them(letters: bool):
    pairs = replace_with_print_palette(letters=letters)
    assert len(pairs) >= 10
    for colour in (*pairs, *pairs.values()):
        assert re.fullmatch(r"\d{1,3}, \d{1,3}, \d{1,3}", colour)
