"""A room that opens one link: how long its phones wait, and what they ask for while they drag."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from benchmarks.comparison_table import Row, in_words
from benchmarks.fuzz import CALLBACKS, Server
from benchmarks.load import CONFIG, Reader, Requests, Taken, measure_memory
from benchmarks.people import builtin
from benchmarks.settled import PAGE
from benchmarks.slider import chromium, open_browser
from mirodash.questions.threshold_pack import BLOCK, list_packed_stops
from mirodash.stratification.selection import Selection
from mirodash.web import ids

PHONES = 300
COMING_S = 10.0
"""Within which all of a room open the link."""
WIDTH = {"width": 390, "height": 844}
MOVES = 40
COUNT_SHOWN = """() => {
  window.shown = 0;
  window.addEventListener('mirodash-scrubbed', () => { window.shown += 1; });
}"""
REST_MS = 5_000
"""Of the hand: by then nothing is asked for any more that the opening asked for."""


def measure(folder: Path, *, phones: int) -> Iterator[Row]:
    """Rows for the opening, the memory after it, and the requests of a phone whose threshold is dragged."""
    place = folder / "phones"
    place.mkdir()
    server = Server(place, "app:server", *CONFIG)
    try:
        requests = Requests(server.callbacks())
        before = measure_memory(server)
        taken, page = Taken(), Taken()
        asyncio.run(_open_all(server.port, requests, phones, taken, page))
        yield from _tell_opening(phones, taken, page)
        after = measure_memory(server)
        yield Row(
            f"memory of a worker, before and after {phones} phones", f"{after:.0f} MiB", f"{before:.0f} MiB"
        )
        yield from _drag(server.port)
    finally:
        server.stop()


async def _open_all(port: int, requests: Requests, phones: int, taken: Taken, page: Taken) -> None:
    """Let each phone open the link at its own moment, and take the whole pack."""
    started = time.perf_counter()
    await asyncio.gather(
        *(
            _open(Reader(port, page, k), Reader(port, taken, k), requests, k * COMING_S / phones)
            for k in range(phones)
        )
    )
    taken.seconds = time.perf_counter() - started


async def _open(page: Reader, pack: Reader, requests: Requests, wait: float) -> None:
    """One phone: its page with the numbers in it, what Dash needs, the pictures, then block after block."""
    await asyncio.sleep(wait)
    started = time.perf_counter()
    for path in ("/", "/_dash-layout", "/_dash-dependencies"):
        await page.get(path)
    await page.ask(requests.body(f"{ids.words_of(PAGE, ids.SELECTION)}.data-words", "", "light"))
    await page.ask(requests.body(f"{ids.words_of(PAGE, ids.POPULATION)}.data-words", "", "light"))
    page.taken.moves.append(time.perf_counter() - started)
    started = time.perf_counter()
    for wanted in list_blocks():
        answer = await pack.ask(requests.body(f"{ids.PACK}.data-pack", wanted))
        if answer is not None and b'"stops' not in answer.replace(b"\\", b""):
            pack.taken.errors += 1
    pack.taken.moves.append(time.perf_counter() - started)
    page.close()
    pack.close()


def list_blocks() -> list[dict[str, Any]]:
    """What a phone asks for to have every stop of the built-in trial."""
    stops = list_packed_stops(builtin(), Selection())
    return [
        {"query": "", "moved": 3700.0, "near": near, "place": PAGE, "at": at}
        for at, near in enumerate(stops[::BLOCK], 1)
    ]


def _tell_opening(phones: int, taken: Taken, page: Taken) -> Iterator[Row]:
    for what, of in (("page and pictures", page), ("the pack of all stops", taken)):
        told = f"{in_words(of.share(50))}, p95 {in_words(of.share(95))}"
        yield Row(f"{phones} phones within {COMING_S:.0f} s: {what}, p50", told)
    errors = taken.errors + page.errors
    yield Row(f"{phones} phones: errors", str(errors), goal="0", met=errors == 0)


def _drag(port: int) -> Iterator[Row]:
    """What one of them asks for while its threshold is dragged, and once it is let go."""
    if chromium() is None:
        print("Chromium is not installed, so no phone is dragged on.", file=sys.stderr)
        return
    with open_browser() as browser:
        page = browser.new_page(viewport=WIDTH)
        asked: list[str] = []
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector(".js-plotly-plot .main-svg")
        handle = f"#{ids.threshold_slider(1)} [role=slider]"
        page.locator(handle).scroll_into_view_if_needed()
        page.hover(handle)
        _wait_until_quiet(page)
        page.on("request", lambda request: asked.append(request.url))
        shown = _pull(page, handle)
        dragging = sum(CALLBACKS in url for url in asked)
        page.mouse.up()
        _wait_until_quiet(page)
        yield Row(
            f"requests of a phone in {MOVES} moves of a hand ({shown} stops shown)",
            str(dragging),
            goal="0",
            met=not dragging,
        )
        yield Row("  once it is let go", str(len(asked) - dragging))


def _wait_until_quiet(page: Page) -> None:
    """Wait until nothing was asked for in a while."""
    asked: list[float] = [time.perf_counter()]
    watch = partial(_note_time, asked)
    page.on("request", watch)
    while time.perf_counter() - asked[-1] < REST_MS / 1000:
        page.wait_for_timeout(REST_MS / 10)
    page.remove_listener("request", watch)


def _note_time(asked: list[float], _: object) -> None:
    asked.append(time.perf_counter())


def _pull(page: Page, handle: str) -> int:
    """Pull the handle to one side, without letting go; return how many stops were shown from the pack."""
    page.evaluate(COUNT_SHOWN)
    box = page.locator(handle).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(MOVES):
        page.mouse.move(x - 2 * k, y)
    page.wait_for_timeout(REST_MS / 10)
    return int(page.evaluate("() => window.shown"))
