"""One view of the built-in trial, everything the Explore page shows, beside lifelines and R."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import lifelines_view
from benchmarks.comparison_table import Row, in_words, times_faster
from benchmarks.laps import Contender, Lap, lap, race
from benchmarks.people import HORIZON, builtin, people_of
from benchmarks.r_process import RProcess, rscript
from mirodash.questions.biomarker_distribution import biomarker_distribution
from mirodash.questions.effect_along_biomarker import effect_by_biomarker
from mirodash.questions.group_interaction import interaction
from mirodash.questions.participant_flow import count_participant_flow
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio
from mirodash.trial.trial import Trial

THRESHOLD = 3700.0
WITHOUT_ERROR = "lifelines without the error of restricted means"
REMEMBERING = ("mirodash.questions.", "mirodash.stratification.", "mirodash.survival.")
QUESTIONS = (interaction, effect_by_biomarker, count_participant_flow, biomarker_distribution)


def measure(folder: Path, *, rounds: int, mean_error: bool = True) -> Iterator[Row]:
    """Rows for one view; ``folder`` takes the file that is handed to R.

    ``mean_error`` says whether lifelines is also asked for the error of the restricted mean: seconds a view.
    """
    trial = builtin()
    people = people_of(trial)
    ticks = survival_by_group(trial, Selection(thresholds=(THRESHOLD,))).ticks
    view = partial(lifelines_view.view, people, threshold=THRESHOLD, horizon=HORIZON, ticks=ticks)
    expected = answer(trial, THRESHOLD)
    contenders = {
        "ours": Contender(partial(from_nothing, trial), expected, turns=9),
        WITHOUT_ERROR: Contender(partial(lap, partial(view, mean_error=False)), expected),
    }
    if mean_error:
        contenders["lifelines"] = Contender(partial(lap, partial(view, mean_error=True)), expected)
    with ExitStack() as stack:
        if rscript():
            csv = people.write(folder / "view.csv")
            r = RProcess("view", csv, str(THRESHOLD), str(HORIZON), ",".join(map(str, ticks)))
            contenders["R survival"] = Contender(stack.enter_context(r).run, expected, turns=3)
        taken = race(contenders, rounds=rounds)
    ours = taken.pop("ours")
    for name, theirs in taken.items():
        goal = 3 if name == "R survival" else 30
        yield times_faster(f"one view, n = 220, and {name}", ours, theirs, goal=goal)
    yield Row("one view, n = 220, while a threshold is dragged", in_words(_dragged(trial)))


def _dragged(trial: Trial) -> float:
    """The median over every threshold in turn; what does not depend on the threshold is remembered."""
    forget()
    stops = candidate_thresholds(trial, Selection())
    return median(lap(partial(answer, trial, threshold)).seconds for threshold in stops)


def from_nothing(trial: Trial) -> Lap:
    """One view after forgetting every remembered result."""
    forget()
    return lap(partial(answer, trial, THRESHOLD))


def answer(trial: Trial, threshold: float) -> float:
    """Compute everything the page shows; the log hazard ratio at or below the threshold stands for it."""
    selection = Selection(thresholds=(threshold,))
    survival = survival_by_group(trial, selection)
    for question in QUESTIONS:
        question(trial, selection)
    cox = survival.groups[1].comparison.cox
    return cox.coef if isinstance(cox, HazardRatio) else float("nan")


def forget() -> None:
    """Empty every memory of results in the layers that compute; the trial itself stays read."""
    modules = [module for name, module in sys.modules.items() if name.startswith(REMEMBERING)]
    for module in modules:
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()
