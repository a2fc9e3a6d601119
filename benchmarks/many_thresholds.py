"""The hazard ratio on both sides of 200 thresholds, beside lifelines and R, and for a million people."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import lifelines_view
from benchmarks.comparison_table import Row, in_words, times_faster
from benchmarks.laps import Contender, lap, race
from benchmarks.people import People, builtin, crowd, people_of
from benchmarks.r_process import RProcess, rscript
from mirodash.survival.data import validate_follow_up
from mirodash.survival.threshold_search import fit_both_sides

THRESHOLDS = 200
GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the 200 thresholds the slower ones are given; their time is then scaled up."""

    lifelines: int
    r: int


def measure(folder: Path, *, rounds: int, share: Share = Share(5, 200)) -> Iterator[Row]:
    """Rows for the built-in trial of 220; ``folder`` takes the file that is handed to R."""
    people = people_of(builtin())
    lines = people.lines(THRESHOLDS)
    few = _spread(lines, share.lifelines)
    fits = partial(lap, partial(lifelines_view.both_sides, people, few))
    beside = {"lifelines": Contender(fits, expected=scan(people, few))}
    taken = _race(people, folder, beside, rounds=rounds, for_r=share.r)
    label = f"both sides of {THRESHOLDS} thresholds, n = 220"
    theirs = taken["lifelines"] * THRESHOLDS / share.lifelines
    yield times_faster(f"{label}, and lifelines{_scaled(share.lifelines)}", taken["ours"], theirs, goal=1000)
    if "R" in taken:
        theirs = taken["R"] * THRESHOLDS / share.r
        yield times_faster(f"{label}, and R coxph{_scaled(share.r)}", taken["ours"], theirs, goal=100)


def measure_many(folder: Path, *, rounds: int, size: int = 20_000, for_r: int = 10) -> Iterator[Row]:
    """The row for a large trial with whole days; R is given ``for_r`` of the thresholds."""
    taken = _race(crowd(size), folder, {}, rounds=rounds, for_r=for_r)
    label = f"both sides of {THRESHOLDS} thresholds, n = {size:,}"
    if "R" not in taken:
        yield Row(label, in_words(taken["ours"]))
        return
    theirs = taken["R"] * THRESHOLDS / for_r
    yield times_faster(f"{label}, and R coxph{_scaled(for_r)}", taken["ours"], theirs, goal=50)


def measure_million(*, size: int = 1_000_000) -> Iterator[Row]:
    """Rows for a million participants with whole days, in a process of its own to see its largest memory."""
    command = [sys.executable, "-m", "benchmarks.million", str(size)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    label = f"both sides of {THRESHOLDS} thresholds, n = {size:,}"
    seconds, gigabytes = told["seconds"], told["bytes"] / GIGABYTE
    yield Row(f"{label}: time", in_words(seconds), goal="≤ 5 s", met=seconds <= 5)
    yield Row(f"{label}: largest memory", f"{gigabytes:.2f} GB", goal="< 2 GB", met=gigabytes < 2)


def scan(people: People, lines: NDArray[np.float64]) -> float:
    """Our scan; the log hazard ratio at or below the last threshold stands for it."""
    observed = validate_follow_up(people.time, people.event, people.treated)
    return float(fit_both_sides(observed, people.biomarker, lines).coef[0, -1])


def _race(
    people: People, folder: Path, beside: dict[str, Contender], *, rounds: int, for_r: int
) -> dict[str, float]:
    lines = people.lines(THRESHOLDS)
    scanned = partial(scan, people, lines)
    ours = Contender(partial(lap, scanned), expected=scanned(), turns=9)
    with ExitStack() as stack:
        if rscript():
            csv = people.write(folder / f"thresholds-{people.time.size}.csv")
            few = _spread(lines, for_r)
            asked = RProcess("thresholds", csv, ",".join(map(repr, few.tolist())))
            beside = beside | {"R": Contender(stack.enter_context(asked).run, expected=scan(people, few))}
        return race({"ours": ours} | beside, rounds=rounds)


def _spread(lines: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """Some of the thresholds: the middle ones of equal stretches, so that groups are as large on average."""
    return lines[((np.arange(number) + 0.5) * lines.size / number).astype(int)]


def _scaled(number: int) -> str:
    return "" if number == THRESHOLDS else f" (timed at {number}, scaled up)"
