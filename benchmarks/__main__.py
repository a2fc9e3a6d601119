"""Run as a program: measure, and print one table with ratios from this one run."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    calibration,
    first_start,
    first_visit,
    fuzz,
    hostile_files,
    large,
    load,
    many_thresholds,
    one_view,
    phones,
    settled,
    slider,
    slides,
    slopes,
)
from benchmarks.comparison_table import Row, rendered
from benchmarks.many_thresholds import Share
from benchmarks.r_process import rscript

Part = Callable[[Path], Iterator[Row]]


def parts(*, quick: bool) -> dict[str, Part]:
    """What can be measured, by name; ``quick`` takes fewer rounds and smaller sizes where that is honest."""
    if quick:
        return {
            "view": lambda folder: one_view.measure(folder, rounds=2, mean_error=False),
            "thresholds": lambda folder: many_thresholds.measure(folder, rounds=2, share=Share(2, 50)),
            "many": lambda folder: many_thresholds.measure_many(folder, rounds=2, for_r=2),
            "million": lambda _: many_thresholds.measure_million(),
            "large": lambda folder: large.measure(folder, steps=2),
            "calibration": lambda _: calibration.measure(trials=100, rounds=1, sizes=calibration.TIMED[:1]),
            "slopes": lambda folder: slopes.measure(folder, trials=50, rounds=2),
            "settled": lambda _: settled.measure(moves=10),
            "slider": lambda folder: slider.measure(folder, blocks=1, moves=5),
            "visit": lambda _: first_visit.measure(visits=1),
            "phones": lambda folder: phones.measure(folder, phones=50),
            "export": lambda _: slides.measure(rounds=5),
            "fuzz": lambda folder: fuzz.measure(folder, requests=500),
            "hostile": lambda folder: hostile_files.measure(folder, rounds=1),
            "load": lambda folder: load.measure(folder, blocks=1, seconds=1.1),
            "start": first_start.measure,
        }
    return {
        "view": lambda folder: one_view.measure(folder, rounds=7),
        "thresholds": lambda folder: many_thresholds.measure(folder, rounds=7),
        "many": lambda folder: many_thresholds.measure_many(folder, rounds=5),
        "million": lambda _: many_thresholds.measure_million(),
        "large": lambda folder: large.measure(folder, steps=5),
        "calibration": lambda _: calibration.measure(trials=2_000, rounds=3),
        "slopes": lambda folder: slopes.measure(folder, trials=2_000, rounds=5),
        "settled": lambda _: settled.measure(moves=60),
        "slider": lambda folder: slider.measure(folder, blocks=6, moves=10),
        "visit": lambda _: first_visit.measure(visits=3),
        "phones": lambda folder: phones.measure(folder, phones=phones.PHONES),
        "export": lambda _: slides.measure(rounds=40),
        "fuzz": lambda folder: fuzz.measure(folder, requests=10_000),
        "hostile": lambda folder: hostile_files.measure(folder, rounds=3),
        "load": lambda folder: load.measure(folder, blocks=2, seconds=3.3),
        "start": first_start.measure,
    }


def main() -> None:
    """Measure the parts asked for; a missed goal is a line in the table and no failure."""
    chosen = _options()
    available = parts(quick=chosen.quick)
    if rscript() is None:
        print("Rscript with the packages survival and nlme is not installed, so nothing is compared with R.")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.only or available:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            rows += available[name](Path(folder))
    print(rendered(rows))
    busy = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{os.cpu_count()} processors, load average {busy}, Python {platform.python_version()}.")


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--quick", action="store_true", help="fewer repetitions: about a minute, noisier")
    names = list(parts(quick=True))
    asked.add_argument("--only", action="append", choices=names, help="this part only; may be repeated")
    return asked.parse_args()


if __name__ == "__main__":
    main()
