"""What axe finds on pages, by the rules of WCAG 2.2 AA, gathered so that everything is reported at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mirodash.web import ids
from tests.e2e.explorer import fits
from tests.profiles import NIGHTLY

WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
WIDE, PHONE, NARROW = (1280, 720), (390, 844), (320, 640)
SIZES = (WIDE, PHONE, NARROW)
LOOKED_AT = {(scheme, size) for scheme in ("light", "dark") for size in SIZES}
"""Combinations at which axe looks at night; by day once in each colour scheme, wide and narrow."""
if not NIGHTLY:
    LOOKED_AT = {("light", WIDE), ("dark", PHONE)}
SHORTEN = "document.querySelectorAll('tbody tr:nth-child(n+4)').forEach((row) => { row.hidden = true; })"
"""Every row of a table has the colours of its first three; axe takes a second for a hundred cells."""
MARK = """() => {
  const known = new Set();
  const mark = (text) => {
    const held = text.parentElement;
    if (!text.data.trim()) return;
    if (!held.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
    const { color, fill, fontSize, fontWeight } = getComputedStyle(held);
    const behind = [];
    for (let part = held; part; part = part.parentElement) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(part);
      if (opacity !== '1' || backgroundImage !== 'none') behind.push(opacity, backgroundImage);
      if (backgroundColor === 'rgba(0, 0, 0, 0)') continue;
      behind.push(backgroundColor);
      break;
    }
    const colours = [held.namespaceURI, color, fill, fontSize, fontWeight, ...behind].join();
    if (!known.has(colours)) held.dataset.colours = known.add(colours).size;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) mark(walker.currentNode);
  return known.size;
}"""
"""Marks one text in each combination of colours and sizes: of 16 seconds of axe, 11 go into the contrasts of
a page's thousand texts, which have about sixty combinations."""
CONTRAST = "color-contrast"
AXE = Axe()


def violations(page: Page, within: str | None = None) -> list[str]:
    """Return every violated rule with the elements that violate it; nothing is what is wanted.

    ``within`` is a selector of the part that is looked at, of the whole page when left out.
    """
    if NIGHTLY or within is not None:
        # going twice over the page, to find the part, takes longer than all the contrasts of a part
        found = _run(page, within, WCAG)
    else:
        page.evaluate(SHORTEN)
        # nothing inside a picture is a control or has a name of its own
        part = {"include": [["html"]], "exclude": [[".main-svg"]]}
        found = _run(page, part, {**WCAG, "rules": {CONTRAST: {"enabled": False}}})
        assert page.evaluate(MARK) > 0
        only = {"type": "rule", "values": [CONTRAST]}
        found += _run(page, {"include": [["[data-colours]"]]}, {**WCAG, "runOnly": only})
        page.evaluate(
            "document.querySelectorAll('[data-colours]').forEach((held) => delete held.dataset.colours)"
        )
    return [f"{rule['id']}: {', '.join(str(n['target']) for n in rule['nodes'])}" for rule in found]


def _run(page: Page, context: Any, options: dict[str, Any]) -> list[dict[str, Any]]:
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.axe_script)
    run = "([context, options]) => axe.run(context || document, options)"
    return page.evaluate(run, [context, options])["violations"]


@dataclass
class Survey:
    """Looks at one page after the other in one colour scheme, and keeps what is wrong with any of them."""

    page: Page
    scheme: str
    wrong: list[str] = field(default_factory=list)

    def look(self, where: str, within: str | None = None) -> None:
        """Look at the page as it is, or at a part of it, with axe alone."""
        self.wrong += [f"{where}, {self.scheme}: {rule}" for rule in violations(self.page, within)]

    def look_at_every_width(self, where: str, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
        """Look at the page at every width; none may scroll sideways."""
        for width, height in sizes:
            self.page.set_viewport_size({"width": width, "height": height})
            if not fits(self.page):
                self.wrong.append(f"{where}, {self.scheme}: scrolls sideways at {width} px")
            if (self.scheme, (width, height)) in LOOKED_AT:
                self.look(f"{where} at {width} px")
        self.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

    def turn_dark(self) -> None:
        """Choose the other colour scheme, as a reader does, and wait until the page has it."""
        self.page.locator(f"#{ids.THEME_TOGGLE}").click()
        self.scheme = "dark"
        expect(self.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
