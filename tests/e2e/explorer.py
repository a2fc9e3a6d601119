"""The Explore page as a reader sees it: its controls by name, and what it ought to show for an address."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Locator, Page, expect

from mirodash.plot.theme import find_theme
from mirodash.questions.group_effects import describe_caution, describe_estimand
from mirodash.questions.page_panels import EXPLORE_PANELS
from mirodash.questions.panel import show
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.text.facts import Explanation
from mirodash.trial.store import TrialStore
from mirodash.web import ids
from mirodash.web.view import View, read_view

STORE = TrialStore()
"""The same trials as the served dashboard has; what it shows is compared with what they say."""

PATIENCE_SECONDS = 30
expect.set_options(timeout=1000 * PATIENCE_SECONDS)


def shown_by(query: str) -> View:
    """Return the trial and the selection that an address asks for."""
    return read_view(STORE, query)


def canonical(query: str) -> str:
    """Return the address of the same view as the page writes it."""
    view = shown_by(query)
    return reduce_to_canonical(view.trial, view.selection).to_query()


UNSEARCHED_TEXT = """() => {
  const copy = document.body.cloneNode(true);
  const corrected = "[id$=finding], [id$=searched], #panel-over-time, script";
  for (const part of copy.querySelectorAll(corrected)) part.remove();
  return copy.textContent;
}"""

FITS = """() => new Promise((resolve) => {
  const patience = performance.now() + 10_000;
  const look = () => {
    if (document.documentElement.scrollWidth <= document.documentElement.clientWidth) resolve(true);
    else if (performance.now() > patience) resolve(false);
    else requestAnimationFrame(look);
  };
  look();
})"""


class Explorer:
    """One page in one browser, with the controls of Explore."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, query: str = "") -> Explorer:
        """Go to an address and wait until every panel has its words, pictures and tables."""
        self.page.goto(f"/?{query}" if query else "/")
        return self.wait()

    def wait(self) -> Explorer:
        """Wait for the words of the last panel, the pictures and the tables behind them.

        An assertion that waits describes the whole page to assistive technology each time it looks in vain,
        which takes longer than drawing the page; so this waits for elements alone.
        """
        self.part(ids.panel("flow", "body")).locator(".facts").wait_for()
        self.part(ids.panel("flow", "tables")).locator("table").wait_for(state="attached")
        self.part(ids.HISTOGRAM).locator(".main-svg").first.wait_for(state="attached")
        return self

    def part(self, identifier: str | dict[str, str]) -> Locator:
        """Return the element with this id; a control that belongs to a trial has a dictionary for an id."""
        if isinstance(identifier, dict):
            identifier = json.dumps(identifier, separators=(",", ":"), sort_keys=True)
        return self.page.locator(f"[id='{identifier}']")

    def chosen(self, control: str, key: str) -> Locator:
        """Return a control that differs from trial to trial: a site, a country, a filter."""
        return self.part(ids.identify_choice(control, key))

    def thumb(self, slot: int = 1) -> Locator:
        """Return what the mouse grabs and the keyboard moves: the thumb of a threshold's slider."""
        return self.part(ids.threshold_slider(slot)).get_by_role("slider")

    def box(self, slot: int = 1) -> Locator:
        """Return the number box of a threshold."""
        return self.part(ids.threshold_box(slot))

    def handle(self, slot: int = 1) -> Locator:
        """Return the handle of a threshold on the first picture along the biomarker."""
        return self.page.locator(f".handle[data-slot='{slot}']").first

    def card(self, place: int) -> Locator:
        """Return the card of all participants (0) or of one of the groups, ascending."""
        return self.part(ids.panel(f"survival-{place}"))

    def preset(self, name: str) -> Locator:
        """Return the chip that sets the thresholds so called."""
        return self.page.get_by_role("group", name="Preset thresholds").get_by_role("button", name=name)

    def choose(self, identifier: str | dict[str, str], option: str) -> None:
        """Open a menu and pick what it calls by this name."""
        self.part(identifier).click()
        self.page.get_by_role("option", name=option).click()

    def how_many(self, number: int) -> None:
        """Ask for this number of thresholds."""
        group = self.page.get_by_role("radiogroup", name="How many thresholds")
        group.get_by_text(str(number), exact=True).click()

    def query(self) -> str:
        """Return what the address bar says after the question mark."""
        return urlsplit(self.page.url).query

    def drag(self, grip: Locator, across: float) -> None:
        """Take hold of something with the mouse and pull it to the right by so many pixels."""
        x, y = centre(grip)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + across, y, steps=5)
        mouse.up()

    def expect_address(self, query: str) -> None:
        """Wait until the address bar holds this view, written as the page writes it."""
        written = canonical(query)
        wanted = urljoin(self.page.url, f"/?{written}" if written else "/")
        # an assertion about the address would describe the whole page each time it is another one
        self.page.wait_for_function("(wanted) => location.href === wanted", arg=wanted)

    def expect_view(self, query: str) -> None:
        """Wait until everything on the page says what the engine says of this view."""
        view = shown_by(query)
        phrases = " ".join(phrase.text for phrase in describe_estimand(view.trial, view.selection))
        expect(self.part(ids.ESTIMAND)).to_have_text(phrases)
        expect(self.part(ids.BANNER)).to_have_text(describe_caution(view.trial, view.selection) or "")
        theme = find_theme("")
        shown = {panel.key: show(panel, view.trial, view.selection, theme) for panel in EXPLORE_PANELS}
        expect_panels(
            self.page,
            {key: said and list_words(said.explanation, said.why_no_figure) for key, said in shown.items()},
        )


PANEL_WORDS = """(keys) => {
  const flat = (element) => element.textContent.replace(/\\s+/g, " ").trim();
  const read = (key) => {
    const place = document.getElementById(`panel-${key}`);
    if (!place || !place.checkVisibility()) return null;
    const all = (selector) => [...place.querySelectorAll(selector)].map(flat);
    return {
      title: all("h2, h3"), subtitle: all(".subtitle"), labels: all(".facts dt"), facts: all(".facts dd"),
      sentence: all(".sentence"), text: flat(place),
    };
  };
  return Object.fromEntries(keys.map((key) => [key, read(key)]));
}"""
"""What panels say, read in one go: a question for every line of a page takes longer than the page."""


def expect_panels(page: Page, wanted: Mapping[str, dict[str, Any] | None]) -> None:
    """Wait until panels say what is wanted of each, by key; ``None`` is a panel that is not on the screen."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while differ := _list_differences(page.evaluate(PANEL_WORDS, list(wanted)), wanted):
        assert time.monotonic() < patience, "\n".join(differ)
        page.wait_for_timeout(150)


def _list_differences(
    found: Mapping[str, dict[str, Any] | None], wanted: Mapping[str, dict[str, Any] | None]
) -> list[str]:
    """Return a line for every part of a panel that says something else than is wanted."""
    differ: list[str] = []
    for key, words in wanted.items():
        here = found[key]
        if here is None or words is None:
            if here is not words:
                differ.append(f"{key}: {'is not on the screen' if here is None else 'is on the screen'}")
            continue
        differ += [
            f"{key}, {part}: {here[part]} is not {words[part]}"
            for part in ("title", "subtitle", "labels", "facts", "sentence")
            if part in words and here[part] != words[part]
        ]
        if words["includes"] not in here["text"]:
            differ.append(f"{key}: {words['includes']!r} is not in {here['text']!r}")
    return differ


def list_words(told: Explanation, why_no_figure: str = "") -> dict[str, Any]:
    """Return what a panel with this explanation says, part by part, with single spaces."""
    facts = [f"{fact.value} {fact.detail} {fact.word}" for fact in told.facts]
    words: dict[str, Any] = {
        "title": [_flatten(told.title)],
        "subtitle": [_flatten(told.subtitle)],
        "labels": [_flatten(fact.label) for fact in told.facts],
        "facts": [_flatten(fact) for fact in facts],
        "includes": _flatten(why_no_figure),
    }
    if not why_no_figure:
        words["sentence"] = [_flatten(told.sentence)] if told.sentence else []
    return words


def _flatten(text: str) -> str:
    return " ".join(text.split())


def expect_told(place: Locator, told: Explanation, why_no_figure: str = "") -> None:
    """Wait until a panel's title, subtitle, facts and sentence are these."""
    expect(place).to_be_attached()
    key = (place.get_attribute("id") or "").removeprefix("panel-")
    expect_panels(place.page, {key: list_words(told, why_no_figure)})


def centre(place: Locator) -> tuple[float, float]:
    """Return where the middle of something is on the screen, in pixels."""
    expect(place).to_be_visible()
    box = place.bounding_box()
    assert box is not None, "it is not on the screen"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def tick_labels(place: Locator) -> Locator:
    """Return the labels under the horizontal axis of a picture, from left to right."""
    return place.locator(".xtick text")


def picture(path: str | None) -> list[float]:
    """Return the pixels that a line in a picture runs through, as one list of numbers."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path or "")]


def uncorrected_p_values(page: Page) -> list[str]:
    """Return what looks like a p-value beside a threshold and is not that of the search.

    The picture of the hazard ratio over time tests another question, and may have one.
    """
    return re.findall(r"\bp\s*[=<>≤≥].{0,20}", page.evaluate(UNSEARCHED_TEXT))


def fits(page: Page) -> bool:
    """Return whether the page needs no sideways scrolling, as soon as pictures have followed its width."""
    return page.evaluate(FITS)
