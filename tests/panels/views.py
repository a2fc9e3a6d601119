"""Trials with hardly anything in them, and arbitrary views of any trial."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from mirodash.stratification.selection import Filter, LevelFilter, RangeFilter, Selection
from mirodash.stratification.strata import stratum_column
from mirodash.stratification.validation import list_adjustable
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from tests.profiles import NIGHTLY
from tests.small_trials import eight_people, small_trial

NAN = float("nan")
HTML = "<b>x</b><script>alert(1)</script>"
LONG = "a" * 10_000


def of_size(n: int, **changes: Any) -> Trial:
    """A trial of n participants with everything in it: both arms, events, censoring, a biomarker, sites."""
    columns: dict[str, Any] = {
        "arm": [("IL-2", "Placebo")[k % 2] for k in range(n)],
        "time": [float(1 + (37 * k) % 641) for k in range(n)],
        "event": [1 if k % 3 else 0 for k in range(n)],
        "biomarker": [float(100 + (53 * k) % 9973) for k in range(n)],
        "site": [f"S-{k // 2 % 3}" for k in range(n)],
        "categories": {"sex": [("f", "m")[k // 3 % 2] for k in range(n)]},
        "numbers": {"age": [float(20 + (7 * k) % 60) for k in range(n)]},
    }
    return small_trial(**(columns | changes))


def _arms(treated: str, control: str, n: int = 40) -> dict[str, Any]:
    return {
        "arm": [(treated, control)[k % 2] for k in range(n)],
        "treated": treated,
        "control": control,
        "site": [treated] * n,
    }


DEGENERATE: dict[str, Trial] = {
    "eight people": eight_people(),
    "no biomarker": of_size(40, biomarker=None, numbers={"age": [50.0] * 40}),
    "biomarker known of nobody": of_size(40, biomarker=[NAN] * 40),
    "everybody has the same biomarker": of_size(40, biomarker=[3000.0] * 40),
    "biomarkers a hair apart": of_size(40, biomarker=[math.nextafter(7.0, 8.0 * (k % 2)) for k in range(40)]),
    "a linear biomarker a hair apart": of_size(
        40,
        biomarker=[-math.nextafter(7.0, 8.0 * (k % 2)) for k in range(40)],
        biomarkers=(Biomarker("pnfh", "Score", "score"),),
    ),
    "biomarker of zero and less": of_size(40, biomarker=[float(k - 20) for k in range(40)]),
    "biomarker beyond measuring": of_size(40, biomarker=[10.0 ** (15 * k - 290) for k in range(40)]),
    "nobody on treatment": of_size(40, arm=["Placebo"] * 40),
    "nobody on control": of_size(40, arm=["IL-2"] * 40),
    "no events": of_size(40, event=[0] * 40),
    "events in one arm": of_size(40, event=[k % 2 for k in range(40)]),
    "one event": of_size(40, event=[1, *([0] * 39)]),
    "one participant in each arm": of_size(2),
    "one participant": of_size(1),
    "nobody": of_size(0),
    "no usable outcome": of_size(8, time=[NAN] * 8),
    "everybody dies at once": of_size(40, time=[100.0] * 40, event=[1] * 40),
    "everybody leaves at time zero": of_size(40, time=[0.0] * 40),
    "events at time zero": of_size(40, time=[float(k // 4) for k in range(40)], event=[1] * 40),
    "all die before the horizon": of_size(40, time=[float(1 + k) for k in range(40)], event=[1] * 40),
    "times of a blink": of_size(40, time=[1e-9 * (k + 1) for k in range(40)]),
    "times of ages": of_size(40, time=[1e4 * (k + 1) for k in range(40)]),
    "no sites": of_size(40, site=None),
    "names that are markup": of_size(40, **_arms(HTML, "<i>y</i>&amp;%{x}")),
    "names without end": of_size(40, **_arms(LONG, LONG[1:])),
    "a linear biomarker": of_size(
        40, biomarkers=(Biomarker("pnfh", "Score", "score", default_thresholds=(5000.0,)),)
    ),
    "three arms": of_size(60, arm=[("IL-2", "Placebo", "High dose")[k % 3] for k in range(60)]),
}

TRIALS: dict[str, Trial] = {**{name: sample(name) for name in SAMPLES}, **DEGENERATE}

SUPPRESSED = "small counts suppressed"
VIEWED: dict[str, Trial] = {**TRIALS, SUPPRESSED: replace(of_size(60), min_cell=10)}
"""The same, and one whose small counts are not told, for tests that recount nobody."""

KINDS: tuple[str, ...] = (
    tuple(TRIALS)
    if NIGHTLY
    else (
        "mirocals",
        "gbsg2",
        "no biomarker",
        "events in one arm",
        "nobody on treatment",
        "nobody",
        "names that are markup",
    )
)
"""Names of trials of which each differs in kind; at night of all. Hypothesis draws from all at any time."""

KINDS_VIEWED: tuple[str, ...] = (*KINDS, SUPPRESSED)

DEGENERATE_KINDS: tuple[str, ...] = tuple(name for name in KINDS if name in DEGENERATE)


def _filters(draw: st.DrawFn, trial: Trial) -> tuple[Filter, ...]:
    found: list[Filter] = []
    for factor in trial.dictionary.factors:
        if not draw(st.integers(0, 3)) and factor.column in trial.categories:
            names = trial.categories[factor.column].names
            levels = st.sets(st.sampled_from(names)) if names else st.just(set[str]())
            found.append(LevelFilter(factor.column, tuple(draw(levels))))
        elif not draw(st.integers(0, 3)) and factor.column in trial.numbers:
            values = trial.numbers[factor.column].values
            known = values[np.isfinite(values)]
            if known.size:
                ends = st.none() | st.sampled_from(known.tolist())
                low, high = draw(ends), draw(ends)
                if low is None or high is None or low <= high:
                    found.append(RangeFilter(factor.column, low, high))
    return tuple(item for item in found if item != RangeFilter(item.column, None, None))


@st.composite
def selections(draw: st.DrawFn, trial: Trial) -> Selection:
    """Any view that the controls of a trial can produce, and some that only a typed address can."""
    dictionary = trial.dictionary
    thresholds = None
    biomarker = draw(st.sampled_from(["", *(b.column for b in dictionary.biomarkers)]))
    if dictionary.biomarkers:
        column = biomarker or dictionary.biomarkers[0].column
        values = trial.numbers[column].values
        values = values[np.isfinite(values)]
        observed = st.sampled_from(values.tolist()) if values.size else st.nothing()
        anywhere = st.floats(-1e6, 1e6) | observed
        thresholds = draw(st.none() | st.lists(anywhere, max_size=3, unique=True).map(tuple))
    control, treated = draw(st.permutations(trial.arm.names))[:2]
    horizon = st.floats(1e-3, 36_000) | st.sampled_from([30.0, 365.0, 640.0])
    sites = None
    if trial.site is not None and trial.site.names:
        sites = draw(st.none() | st.sets(st.sampled_from(trial.site.names)))
    strata = [column for column in trial.categories if stratum_column(trial, column) is not None]
    columns = list_adjustable(trial)
    return Selection(
        endpoint=draw(st.sampled_from(["", *(e.key for e in dictionary.endpoints)])),
        horizon=draw(st.none() | horizon),
        biomarker=biomarker,
        thresholds=thresholds,
        control=control,
        treated=treated,
        sites=None if sites is None else tuple(sites),
        filters=_filters(draw, trial),
        adjust=tuple(draw(st.lists(st.sampled_from(columns), max_size=2, unique=True))) if columns else (),
        curves=draw(st.sampled_from(["", "", "adjusted"])),
        strata=tuple(draw(st.lists(st.sampled_from(strata), max_size=2, unique=True))) if strata else (),
        confidence=draw(st.sampled_from([0.95, 0.9, 0.8, 0.99])),
        unit=draw(st.sampled_from(["", "days", "weeks", "months", "years"])),
    )
