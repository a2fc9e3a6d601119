"""Every colour stands out from its ground, and pictures and style sheet have the same ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mirodash.plot.theme import DARK, LIGHT, Theme, find_theme
from tests.figures.contrast import contrast
from tests.profiles import for_each

THEMES = for_each("theme", [LIGHT, DARK])
TOKENS = Path(__file__).parents[2] / "assets" / "tokens.css"
LINES, LETTERS = 3.0, 4.5


def _tokens() -> dict[str, dict[str, str]]:
    """Return the colours of the style sheet by theme; in the dark one the others stay as they are."""
    blocks = re.findall(r"^([^\s{][^{]*)\{([^}]*)\}", TOKENS.read_text(encoding="utf-8"), re.MULTILINE)
    found: dict[str, dict[str, str]] = {}
    for selector, body in blocks:
        colours = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})", body))
        found.setdefault("dark" if "dark" in selector else "light", {}).update(colours)
    return {"light": found["light"], "dark": {**found["light"], **found["dark"]}}


def test_contrast_is_measured_as_the_guidelines_do():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#0072B2", "#ffffff") == pytest.approx(5.19, abs=0.005)
    assert contrast("#D55E00", "#ffffff") == pytest.approx(3.87, abs=0.005)
    assert contrast("rgba(0, 0, 0, 0.5)", "#ffffff") == pytest.approx(
        contrast("#808080", "#ffffff"), rel=0.01
    )


@THEMES
def test_lines_stand_out(theme: Theme):
    for line in (theme.treated.line, theme.control.line, theme.accent, theme.treated.bar, theme.control.bar):
        assert contrast(line, theme.ground) >= LINES


@THEMES
def test_letters_can_be_read(theme: Theme):
    for letters in (theme.ink, theme.quiet, theme.treated.text, theme.control.text, theme.accent):
        assert contrast(letters, theme.ground) >= LETTERS
    assert contrast(theme.on_accent, theme.accent) >= LETTERS


@THEMES
def test_lines_are_seen_on_their_own_band(theme: Theme):
    for arm in (theme.treated, theme.control):
        assert contrast(arm.line, arm.band, ground=theme.ground) >= LINES
    assert contrast(theme.accent, theme.accent_band, ground=theme.ground) >= LINES


@THEMES
def test_an_arm_is_told_by_its_line_style_as_well_as_its_colour(theme: Theme):
    assert theme.treated.dash == "solid"
    line, gap = (float(part.removesuffix("px")) for part in theme.control.dash.split(","))
    assert 0 < gap < line / 2, "a step of a curve must not be lost in a gap"
    assert theme.treated.line != theme.control.line


def test_the_arms_have_the_colours_that_everybody_can_tell_apart():
    assert (LIGHT.treated.line, LIGHT.control.line) == ("#0072B2", "#D55E00")


@for_each(
    ("name", "theme"), [("light", LIGHT), ("dark", DARK), ("", LIGHT), ("mauve", LIGHT), ("DARK", LIGHT)]
)
def test_a_theme_by_its_name(name: str, theme: Theme):
    assert find_theme(name) is theme


@for_each(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_pictures_and_page_have_the_same_colours(name: str, theme: Theme):
    tokens = _tokens()[name]
    drawn = {
        "ground": theme.ground,
        "ink": theme.ink,
        "quiet": theme.quiet,
        "accent": theme.accent,
        "on-accent": theme.on_accent,
        "treated": theme.treated.line,
        "control": theme.control.line,
    }
    assert {key: tokens[key].lower() for key in drawn} == {key: text.lower() for key, text in drawn.items()}


@for_each("name", ["light", "dark"])
def test_the_pages_words_can_be_read(name: str):
    tokens = _tokens()[name]
    for letters, ground in (
        ("ink", "ground"),
        ("ink", "raised"),
        ("quiet", "ground"),
        ("quiet", "raised"),
        ("accent", "ground"),
        ("accent", "accent-soft"),
        ("on-accent", "accent"),
        ("caution", "caution-ground"),
        ("synthetic", "synthetic-ground"),
    ):
        assert contrast(tokens[letters], tokens[ground]) >= LETTERS, (letters, ground)
