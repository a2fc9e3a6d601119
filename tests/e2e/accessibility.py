"""What axe finds on a page, by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """Return every violated rule with the elements that violate it; nothing is what is wanted."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{rule['id']}: {', '.join(str(n['target']) for n in rule['nodes'])}" for rule in found]
