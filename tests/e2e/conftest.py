"""A dashboard that is served, a browser that looks at it, and a watch over everything the browser does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from dash import Dash
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from mirodash.factory import create_app
from mirodash.settings import Settings
from tests.e2e.explorer import Explorer

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PROJECTOR = {"width": 1280, "height": 720}
PATIENCE_MS = 30_000
"""How long to wait for something to appear: a slow machine is not a wrong answer."""
SIGNED_WITH = "a secret for tests, of more than 32 signs"

INTRODUCED = "try { localStorage.setItem('mirodash-introduced', '1'); } catch { }"
"""Readers in tests have been here before: the introduction pushes the page down."""

Readers = Callable[..., BrowserContext]
Newcomer = Callable[..., Explorer]
Visit = Callable[..., Explorer]


class QuietHandler(WSGIRequestHandler):
    """Serves without a line of log for every request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def served(app: Dash) -> Iterator[str]:
    """Serve a dashboard on a free port of this machine, and give its origin."""
    running = make_server("127.0.0.1", 0, app.server, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings under which uploads are kept in a folder of this process."""
    return Settings(uploads=tmp_path_factory.mktemp("served") / "uploads", secret=SIGNED_WITH)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Dash:
    """Return the one dashboard that every journey of this process looks at."""
    return create_app(settings)


@pytest.fixture(scope="session")
def server(app: Dash) -> Iterator[str]:
    """Serve it on a free port of this machine and return its origin."""
    with served(app) as origin:
        yield origin


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Start the system's Chromium once for all tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@contextmanager
def present_page(browser: Browser, server: str, views: list[dict[str, str]]) -> Iterator[Page]:
    """Open the Present page with a strip of these views, in a browser whose console may complain."""
    context = browser.new_context(base_url=server)
    context.set_default_timeout(PATIENCE_MS)
    kept = json.dumps(json.dumps({"views": views}))
    context.add_init_script(INTRODUCED)
    context.add_init_script(f"localStorage.setItem('mirodash-strip', {kept})")
    page = context.new_page()
    page.goto("/present")
    try:
        yield page
    finally:
        context.close()


@pytest.fixture
def readers(server: str, browser: Browser) -> Iterator[Readers]:
    """Return a function that makes a new reader: a browser profile with nothing in it.

    Whatever any of them does, no test passes with an error in the console or in a script, with anything
    that the Content-Security-Policy refused (Chromium says so in the console), with an answer of 400 or
    more (except for an address named as ``missing``), or with a request to another machine.
    """
    local = (f"{server}/", "data:", f"blob:{server}/")
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def watch(context: BrowserContext, missing: str) -> None:
        def complain(what: str, where: str, *, wrong: bool = True) -> None:
            if wrong and where != f"{server}{missing}":
                complaints.append(f"{what}: {where}")

        context.on("console", lambda m: complain(m.text, m.location["url"], wrong=m.type == "error"))
        context.on("weberror", lambda failed: complain("script", str(failed.error)))
        context.on("response", lambda got: complain(str(got.status), got.url, wrong=got.status >= 400))
        context.on("request", lambda r: complain("elsewhere", r.url, wrong=not r.url.startswith(local)))

    def new_reader(*, missing: str = "", **options: Any) -> BrowserContext:
        # a page that pulses while it loads is painted sixty times a second, by the processor
        usual = {"viewport": PROJECTOR, "base_url": server, "reduced_motion": "reduce"}
        context = browser.new_context(**{**usual, **options})
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(INTRODUCED)
        watch(context, missing)
        contexts.append(context)
        return context

    yield new_reader
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def newcomer(readers: Readers) -> Newcomer:
    """Return a function that makes a new browser profile with an empty tab, for a journey to begin with."""

    def new_tab(**options: Any) -> Explorer:
        return Explorer(readers(**options).new_page())

    return new_tab


@pytest.fixture
def visit(newcomer: Newcomer) -> Visit:
    """Return a function that opens an address in a new browser profile and waits for all of the page."""

    def open_address(query: str = "", **options: Any) -> Explorer:
        return newcomer(**options).open(query)

    return open_address
