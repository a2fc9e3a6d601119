"""Slides have the colours of the screen, letters that a room can read, and text that fits its room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mirodash.export.deck.style import ACCENT, CONTROL, INK, LOUD, QUIET, TREATED, build_lines, truncate_text
from mirodash.plot.theme import LIGHT
from tests.figures.contrast import contrast
from tests.profiles import for_each


def test_an_arm_has_the_colour_that_it_has_on_screen():
    assert (f"#{TREATED.line}", f"#{CONTROL.line}") == (LIGHT.treated.line, LIGHT.control.line)
    assert (TREATED.dash, CONTROL.dash) == ("solid", "sysDash")
    assert (f"#{ACCENT}".lower(), f"#{INK}".lower()) == (LIGHT.accent, LIGHT.ink)


@for_each("colour", [INK, QUIET, ACCENT, LOUD, TREATED.text, CONTROL.text])
def test_words_stand_out_from_a_white_ground(colour: str):
    assert contrast(f"#{colour}", "#ffffff") >= 7


@given(st.text(max_size=200), st.floats(20, 400))
def test_a_text_that_is_cut_is_on_one_line_and_says_so(text: str, width: float):
    cut = truncate_text(text, 15, width)
    assert "\n" not in cut
    assert len(cut) <= max(1, width / 15 / 0.33 + 1)
    assert truncate_text(cut, 15, 1e6) == cut


@given(st.text("abc ", max_size=200))
def test_a_wider_box_never_takes_more_lines(text: str):
    heights = [build_lines(text, 20, width) for width in (100, 200, 400, 800)]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] >= 1
