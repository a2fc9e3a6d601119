"""From a fresh clone to the first picture: installing with make and with pip alone, and the first start."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.comparison_table import Row, in_words, times_faster
from benchmarks.slider import chromium, open_browser
from tests.checkout import ROOT, copy_checkout

FIRST_CURVE = ".plot .scatterlayer path"
MAX_SECONDS_TO_PICTURE = 30
"""Of installing and starting together, on a quiet machine with a fast index."""


def measure(folder: Path) -> Iterator[Row]:
    """Install twice from nothing, then start what make installed as on its first day."""
    by_make = _seconds(copy_checkout(folder / "make"), ["make .venv/.product"], caches=folder / "make-caches")
    by_pip = _seconds(copy_checkout(folder / "pip"), _readme_lines(), caches=folder / "pip-caches")
    yield times_faster("installing the product with make, beside pip alone", by_make, by_pip, goal=2)
    answer, picture = _start(folder / "make")
    yield Row("  of the first start: until the first page is answered", in_words(answer))
    if picture is not None:
        yield Row("  of the first start: until a curve is painted", in_words(picture))
        total = by_make + picture
        goal = f"≤ {MAX_SECONDS_TO_PICTURE} s, quiet machine"
        yield Row(
            "from a fresh clone to the first picture",
            in_words(total),
            "",
            "",
            goal,
            total <= MAX_SECONDS_TO_PICTURE,
        )


def _readme_lines() -> list[str]:
    """The README's lines for machines without make, up to the one that starts the dashboard."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("```sh\npython3 -m venv .venv\n")[2].partition("```")[0]
    return ["python3 -m venv .venv", *block.splitlines()[:-1]]


def _seconds(checkout: Path, lines: list[str], *, caches: Path) -> float:
    """How long these lines take in a checkout, when no package has been downloaded before."""
    environment = {**os.environ, "UV_CACHE_DIR": str(caches / "uv"), "PIP_CACHE_DIR": str(caches / "pip")}
    started = time.perf_counter()
    for line in lines:
        command = shlex.split(line)
        subprocess.run(command, cwd=checkout, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _start(checkout: Path) -> tuple[float, float | None]:
    """Seconds until the first page and until the first curve, of a program that has never run."""
    command = [checkout / ".venv" / "bin" / "mirodash", "serve", "--no-browser", "--port", "0"]
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().partition("MiroDash is at ")[2].partition(" ")[0]
            answered = time.perf_counter() - started
            if chromium() is None:
                print("Chromium is not installed, so the first picture is not measured.", file=sys.stderr)
                return answered, None
            with open_browser() as browser:
                page = browser.new_page()
                page.goto(address)
                page.wait_for_selector(FIRST_CURVE, timeout=120_000)
                return answered, time.perf_counter() - started
        finally:
            server.terminate()
