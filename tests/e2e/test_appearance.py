"""Light and dark: the reader's choice stays, the system's is respected until then, pictures follow."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mirodash.plot.theme import find_theme
from mirodash.web import ids
from tests.e2e.conftest import Visit
from tests.e2e.explorer import Explorer, tick_labels
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


def _the_reader_decides(explorer: Explorer, system: str) -> None:
    _expect_scheme(explorer, system)
    ground = explorer.page.evaluate("getComputedStyle(document.body).backgroundColor")
    explorer.part(ids.THEME_TOGGLE).click()
    _expect_scheme(explorer, OTHER[system])
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
