"""What a first visit and the next one take over a slow line, beside a bare Dash page with two graphs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, dcc
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from benchmarks import bare_app
from benchmarks.comparison_table import Row, in_words
from benchmarks.people import builtin
from benchmarks.slider import chromium, open_browser
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.web.static_files import CompressedFiles

BYTES_A_SECOND = 10_000_000 / 8
LATENCY_MS = 40
SLOWER = 4
"""Times as slow as this machine, as a phone is."""
FIRST_GOAL, NEXT_GOAL = 1_600_000, 30_000
REQUESTS_GOAL = 40
QUIET_MS = 2_500
"""Nothing is asked for any more when it has been quiet for so long."""
WORDS = "() => Boolean(document.querySelector('#first-words, .finding h1'))"
PICTURE = "() => document.querySelectorAll('.js-plotly-plot .main-svg').length >= 2"


@dataclass(slots=True)
class Visit:
    """One opening of a page: bytes over the wire, requests, seconds until words and pictures are there."""

    sizes: list[float] = field(default_factory=list[float])
    asked: int = 0
    words: float = 0.0
    pictures: float = 0.0

    @property
    def size(self) -> float:
        """Bytes in all."""
        return sum(self.sizes)


def measure(*, visits: int) -> Iterator[Row]:
    """Rows for the first visit, the next one, and how soon there is something to read and to see."""
    if chromium() is None:
        print("Chromium is not installed, so the first visit is not measured.")
        return
    files = CompressedFiles()
    apps = {"ours": create_app(Settings(), files=files), "bare": _bare()}
    with ExitStack() as stack:
        browser = stack.enter_context(open_browser())
        addresses = {name: stack.enter_context(_served(app)) for name, app in apps.items()}
        _visit_twice(browser, addresses["ours"])
        # as `mirodash serve` does while it runs, and keeps for the next start
        files.improve_in_background()
        files.finish()
        found = {name: [_visit_twice(browser, at) for _ in range(visits)] for name, at in addresses.items()}
    ours, bare = (min(found[name], key=lambda pair: pair[0].pictures) for name in ("ours", "bare"))
    for what, k, goal in (("first visit", 0, FIRST_GOAL), ("next visit", 1, NEXT_GOAL)):
        yield Row(
            f"{what}, over the wire, and a bare page with two graphs",
            _kilobytes(ours[k].size),
            _kilobytes(bare[k].size),
            goal=f"≤ {_kilobytes(goal)}",
            met=ours[k].size <= goal,
        )
        met = ours[k].asked <= REQUESTS_GOAL
        yield Row("  requests", str(ours[k].asked), str(bare[k].asked), "", f"≤ {REQUESTS_GOAL}", met)
        yield Row("  until numbers can be read", in_words(ours[k].words))
        yield Row("  until two pictures are drawn", in_words(ours[k].pictures), in_words(bare[k].pictures))


def _kilobytes(size: float) -> str:
    return f"{size / 1000:,.0f} kB"


def _bare() -> Dash:
    """A page of Dash and two graphs, that asks for nothing more."""
    figures = list(bare_app.pictures(builtin(), bare_app.THRESHOLDS[0]).values())[:2]
    app = Dash("bare", serve_locally=True, enable_mcp=False)
    app.layout = dmc.MantineProvider([dcc.Graph(figure=figure) for figure in figures])
    return app


@contextmanager
def _served(app: Dash) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _visit_twice(browser: Browser, address: str) -> tuple[Visit, Visit]:
    """The first visit of a reader, and the next one in the same browser."""
    context = browser.new_context(bypass_csp=True)
    try:
        return _visit(context, address), _visit(context, address)
    finally:
        context.close()


def _visit(context: BrowserContext, address: str) -> Visit:
    page = context.new_page()
    found = Visit()
    _watch(page, found)
    page.goto(address, wait_until="commit")
    found.words = _read_clock(page, WORDS) if "first-words" in page.content() else 0.0
    found.pictures = _read_clock(page, PICTURE)
    seen = -1
    while seen != found.asked:
        seen = found.asked
        page.wait_for_timeout(QUIET_MS)
    page.close()
    return found


def _watch(page: Page, found: Visit) -> None:
    """Slow the line and the machine down, and count what comes over the line."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    line = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND, "latency": LATENCY_MS}
    session.send("Network.emulateNetworkConditions", {"offline": False, **line})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    kept: set[str] = set()

    def answered(event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            kept.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        # what a browser has kept and does not ask for crosses no line
        if event["requestId"] not in kept and event["encodedDataLength"]:
            found.asked += 1
            found.sizes.append(event["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)


def _read_clock(page: Page, is_there: str) -> float:
    """Seconds from the beginning of the visit until something is there."""
    page.wait_for_function(is_there, polling=50, timeout=120_000)
    return float(page.evaluate("performance.now()")) / 1000
