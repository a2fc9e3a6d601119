"""From a key on the threshold slider to painted curves, beside a page that only sends stored pictures."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import bare_app
from benchmarks.comparison_table import Row, in_words, times_as_long
from benchmarks.people import builtin, large_trial
from mirodash.web import ids

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1280, "height": 720}
KEYSTROKE = Path(__file__).with_name("keystroke.js")
BETWEEN_MS = (30, 90)
"""From a picture that is painted to the next key: a slider that is held, at no fixed phase of the display."""
SETTLED_MS = 1500
"""Longer than the page takes to settle: 400 ms after the last move pictures and tables are asked for."""
LARGE = 20_000
DRAGGED, REACH_PX = 120, 60
"""Moves of the mouse in one drag, and how far it goes to either side: of a slider of 270 pixels."""
LONG_FRAME_MS = 50
PARTS = {
    "asking": "  of which, p50: from the key to the request",
    "replying": "  of which, p50: from the request to the reply",
    "painting": "  of which, p50: from the reply to the painted curves",
}


@dataclass(slots=True)
class Slider:
    """An open page whose slider is moved; ``taken`` holds the parts of each move, in milliseconds."""

    page: Page
    handle: str
    moves: int = 0
    taken: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    frames: list[float] = field(default_factory=list[float])
    phase: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def move(self) -> dict[str, float]:
        """Hold an arrow key until the slider moves by one stop, to and fro by tens; wait for the curves."""
        key = "ArrowLeft" if self.moves // 10 % 2 else "ArrowRight"
        self.moves += 1
        self.page.evaluate("window.awaitNextMove()")
        self.page.keyboard.down(key)
        parts = self.page.evaluate("window.nextMove")
        self.page.wait_for_timeout(self.phase.uniform(*BETWEEN_MS))
        return parts

    def block(self, moves: int) -> None:
        """Some moves in a row without letting go, after one that does not count."""
        self.page.bring_to_front()
        self.page.focus(self.handle)
        self.move()
        self.taken += [self.move() for _ in range(moves)]
        for key in ("ArrowLeft", "ArrowRight"):
            self.page.keyboard.up(key)
        self.page.wait_for_timeout(SETTLED_MS)

    def drag(self) -> None:
        """Pull the handle to and fro for some seconds, as fast as a hand does, and time every frame."""
        box = self.page.locator(self.handle).bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.evaluate("window.watchFrames()")
        for k in range(DRAGGED):
            self.page.mouse.move(x + REACH_PX * np.sin(2 * np.pi * k / DRAGGED), y)
        self.frames += self.page.evaluate("window.endFrames()")
        self.page.mouse.up()
        self.page.wait_for_timeout(SETTLED_MS)

    def share(self, percent: float, part: str = "total") -> float:
        """A percentile of the duration of a part of the moves, in seconds."""
        return float(np.percentile([parts[part] for parts in self.taken], percent)) / 1000


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def measure(folder: Path, *, blocks: int, moves: int) -> Iterator[Row]:
    """Rows for the built-in trial and one of 20,000; ``folder`` takes the file of the latter."""
    if chromium() is None:
        print("Chromium is not installed, so the slider is not measured.", file=sys.stderr)
        return
    graphs = bare_app.moving_keys(builtin())
    with ExitStack() as stack:
        browser = stack.enter_context(open_browser())
        trials = {"220": [], "20,000": [large_file(folder)]}
        sliders = {
            name: _product(browser, stack.enter_context(_served("product", *files)), graphs)
            for name, files in trials.items()
        }
        sliders["bare"] = _bare(browser, stack.enter_context(_served("bare")), graphs, sliders["220"])
        for _ in range(blocks):
            for slider in sliders.values():
                slider.block(moves)
            for slider in (sliders["220"], sliders["bare"]):
                slider.drag()
        load = os.getloadavg()[0]
    yield from _rows(sliders, load)


def _rows(sliders: dict[str, Slider], load: float) -> Iterator[Row]:
    p50 = {name: slider.share(50) for name, slider in sliders.items()}
    p95 = {name: slider.share(95) for name, slider in sliders.items()}
    packed = np.mean([move["isPacked"] for move in sliders["220"].taken])
    what = f"key to painted curves ({packed:.0%} from the pack), p50, and bare Dash"
    yield times_as_long(what, p50["220"], p50["bare"], goal=0.25)
    what = f"key to painted curves, p95 (load average {load:.1f}), and bare Dash"
    yield times_as_long(what, p95["220"], p95["bare"], goal=0.4)
    yield _compare_frames(sliders["220"].frames, sliders["bare"].frames)
    what = "key to painted curves, p50, n = 20,000, which asks, and bare Dash"
    yield times_as_long(what, p50["20,000"], p50["bare"], goal=2)
    yield Row("key to painted curves, p95, n = 20,000", in_words(p95["20,000"]), in_words(p95["bare"]))
    for part, what in PARTS.items():
        yield Row(what, *(in_words(sliders[name].share(50, part)) for name in ("20,000", "bare")))


def _compare_frames(own: list[float], bare: list[float]) -> Row:
    """How long frames of a drag take, the longest of twenty, and how many are too long."""
    told = [
        f"{np.median(frames):.0f} ms, p95 {np.percentile(frames, 95):.0f} ms, "
        f"{np.mean(np.array(frames) > LONG_FRAME_MS):.0%} over {LONG_FRAME_MS} ms"
        for frames in (own, bare)
    ]
    within = max(own) <= LONG_FRAME_MS
    return Row("frames of a drag, and bare Dash", *told, "", f"none over {LONG_FRAME_MS} ms", within)


def large_file(folder: Path) -> str:
    """The CSV file of a trial of 20,000."""
    return str(folder / f"{large_trial(LARGE, folder).id}.csv")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _served(*what: str) -> Iterator[str]:
    """A page served by a process of its own, so that it does not share the interpreter with the others."""
    command = [sys.executable, "-m", "benchmarks.served", *what]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    port = process.stdout.readline().strip()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _product(browser: Browser, address: str, keys: tuple[str, ...]) -> Slider:
    page = browser.new_page(viewport=WIDE)
    page.goto(address)
    _watch(page, [ids.panel(key, "figure") for key in keys])
    slider = Slider(page, f"#{ids.threshold_slider(1)} [role=slider]")
    # a hand that comes near the slider has all its stops sent
    page.hover(slider.handle)
    page.wait_for_load_state("networkidle")
    return slider


def _bare(browser: Browser, address: str, keys: tuple[str, ...], like: Slider) -> Slider:
    """The bare page, with its graphs as wide as those of the product."""
    widths = [like.page.locator(f"#{ids.panel(key, 'figure')}").bounding_box() for key in keys]
    columns = " ".join(f"{box['width']}px" for box in widths if box)
    page = browser.new_page(viewport=WIDE)
    page.goto(address)
    page.add_style_tag(content=f"#bare-graphs {{ grid-template-columns: {columns} !important }}")
    _watch(page, [bare_app.graph_id(key) for key in keys])
    return Slider(page, f"#{bare_app.SLIDER} [role=slider]")


def _watch(page: Page, graphs: list[str]) -> None:
    for graph in graphs:
        page.wait_for_selector(f"#{graph} .js-plotly-plot .main-svg")
    page.wait_for_load_state("networkidle")
    page.evaluate(KEYSTROKE.read_text(encoding="utf-8"), graphs)
