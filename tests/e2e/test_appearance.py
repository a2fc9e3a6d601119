"""Light and dark: the reader's choice stays, the system's is respected until then, pictures follow."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mirodash.plot.theme import find_theme
from mirodash.web import ids
from tests.e2e.conftest import Visit
from tests.e2e.explorer import Explorer, tick_labels
from tests.figures.contrast import contrast
from tests.profiles import NIGHTLY

pytestmark = pytest.mark.browser

OTHER = {"light": "dark", "dark": "light"}


def _expect_scheme(explorer: Explorer, scheme: str) -> None:
    """Wait until page, curves and labels all have the colours of this scheme."""
    theme = find_theme(scheme)
    expect(explorer.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
    curves = explorer.card(1).locator(".scatterlayer path.js-line[style*='stroke-width: 2']")
    expect(curves).to_have_count(2)
    for curve, style in ((curves.nth(0), theme.treated), (curves.nth(1), theme.control)):
        expect(curve).to_have_css("stroke", _rgb(style.line))
    expect(tick_labels(explorer.card(1)).first).to_have_css("fill", _rgb(theme.quiet))


def _rgb(colour: str) -> str:
    """Return a colour as browsers write it: ``#0072b2`` is ``rgb(0, 114, 178)``."""
    return f"rgb({', '.join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))})"


def test_the_system_decides_at_first_and_then_the_reader(visit: Visit):
    for system in OTHER if NIGHTLY else ("dark",):  # every other journey begins in the light
        _the_reader_decides(visit(color_scheme=system), system)


def _what_can_be_typed_in_is_seen(explorer: Explorer) -> None:
    """Every box of the controls has a border of 3 to 1 and letters of 4.5 to 1 on the page (WCAG 1.4.11)."""
    boxes = explorer.page.evaluate(
        """() => {
          const ground = getComputedStyle(document.body).backgroundColor;
          const boxes = document.querySelectorAll(".rail .mantine-Input-input, .declaration input");
          return [...boxes].map((box) => {
            const { borderTopColor, color, backgroundColor } = getComputedStyle(box);
            return [borderTopColor, color, backgroundColor, ground];
          });
        }"""
    )
    assert len(boxes) > 10
    for border, letters, inside, ground in boxes:
        assert contrast(border, ground) >= 3, (border, ground)
        assert contrast(letters, inside) >= 4.5, (letters, inside)


def _the_reader_decides(explorer: Explorer, system: str) -> None:
    _expect_scheme(explorer, system)
    _what_can_be_typed_in_is_seen(explorer)
    ground = explorer.page.evaluate("getComputedStyle(document.body).backgroundColor")
    explorer.part(ids.THEME_TOGGLE).click()
    _expect_scheme(explorer, OTHER[system])
    _what_can_be_typed_in_is_seen(explorer)
    assert explorer.page.evaluate("getComputedStyle(document.body).backgroundColor") != ground
    explorer.page.reload()
    explorer.wait()
    _expect_scheme(explorer, OTHER[system])
    explorer.part(ids.THEME_TOGGLE).click()
    _expect_scheme(explorer, system)
    _the_arms_differ_in_line_style(explorer)


def _the_arms_differ_in_line_style(explorer: Explorer) -> None:
    curves = explorer.card(1).locator(".scatterlayer path.js-line[style*='stroke-width: 2']")
    expect(curves).to_have_count(2)
    styles = [curves.nth(k).get_attribute("style") or "" for k in (0, 1)]
    assert "stroke-dasharray" not in styles[0]
    assert "stroke-dasharray" in styles[1]
