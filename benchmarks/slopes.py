"""Slopes of groups and arms beside nlme, and how often a search for slopes finds what is not there."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import mixedlm
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.comparison_table import Row, in_words, times_faster
from benchmarks.laps import Contender, lap, race
from benchmarks.r_process import RProcess, rscript
from mirodash.longitudinal.person_sums import PersonSums, sum_by_person
from mirodash.longitudinal.slope_along_biomarker import search_slopes
from mirodash.longitudinal.slopes_at_thresholds import fit_lines_at_thresholds
from mirodash.questions.progression.measured import progression
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.max_statistic import compute_permuted_maxima
from mirodash.survival.results import NotEstimable, compute_permutation_p_value
from mirodash.trial.store import sample

PARTICIPANTS, LARGE = 220, 10_000
RESAMPLES = 399
LEVEL = 0.05
MONTHS = np.array([0.0, 1, 2, 3, 6, 9, 12, 15, 18])
SPLIT = 0.806
"""Standard deviations of the log biomarker: 21 % of participants lie above."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is true of the slope: by the biomarker, by treatment, and by treatment above the split."""

    name: str
    prognosis: float = 0.0
    effect: float = 0.0
    above: float = 0.0

    @property
    def has_threshold(self) -> bool:
        """Whether the effect on the slope depends on the biomarker."""
        return self.above != 0


SCENARIOS = (
    Scenario("nothing"),
    Scenario("prognostic", prognosis=0.25),
    Scenario("works for everybody", effect=0.4),
    Scenario("prognostic, works for everybody", prognosis=0.25, effect=0.4),
    Scenario("predictive", prognosis=0.2, effect=0.3, above=-0.5),
)


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """One trial: measurements (measurements,) in long form, arms and biomarker (participants,)."""

    person: NDArray[np.int64]
    time: NDArray[np.float64]
    value: NDArray[np.float64]
    treated: NDArray[np.int64]
    biomarker: NDArray[np.float64]

    @property
    def sums(self) -> PersonSums:
        """What a model of straight lines needs to know of each participant."""
        return sum_by_person(self.person, self.time, self.value, self.treated.size)


def draw(scenario: Scenario, rng: np.random.Generator, *, participants: int = PARTICIPANTS) -> Measured:
    """Whole points as in ALS trials at nine visits, up to a death that comes sooner to fast decliners."""
    z = rng.normal(size=participants)
    treated = (rng.permutation(participants) < participants // 2).astype(np.int64)
    own = 0.49 * rng.normal(size=participants) - scenario.prognosis * z
    slope = own + treated * (scenario.effect + scenario.above * (z > SPLIT)) - 0.89
    score = 36 + 5 * rng.normal(size=participants)[:, None] + slope[:, None] * MONTHS
    life = 30 * rng.exponential(size=participants) * np.exp(0.5 * (slope + 0.89))
    person, visit = np.nonzero(life[:, None] > MONTHS)
    value = np.round(score + 1.6 * rng.normal(size=score.shape))[person, visit]
    return Measured(person, MONTHS[visit], value, treated, np.exp(7.617 + 0.743 * z))


def differences(trial: Measured, sums: PersonSums, thresholds: Sequence[float]) -> float:
    """Fit group × arm × time at every threshold; the difference in slope below the last stands for all."""
    lines = fit_lines_at_thresholds(sums, trial.treated, trial.biomarker, thresholds)[-1]
    difference = lines if isinstance(lines, NotEstimable) else lines.slope_difference(1, 0)
    return float("nan") if isinstance(difference, NotEstimable) else difference.estimate


def p_value(trial: Measured, *, resamples: int, seed: int) -> float:
    """The p-value of the best threshold that allows for the search; 1 where there is no model."""
    test = search_slopes(trial.sums, trial.treated, trial.biomarker)
    if isinstance(test, NotEstimable):
        return 1.0
    maxima = compute_permuted_maxima(test, resamples, seed=seed)
    return float(compute_permutation_p_value(test.score_z, maxima).min(initial=1.0))


def measure(
    folder: Path, *, trials: int, rounds: int, thresholds: int = 50, for_others: int = 5
) -> Iterator[Row]:
    """Rows: models at many thresholds beside nlme and mixedlm, a large trial, how often a threshold is found.

    ``folder`` takes the file that is handed to R. nlme and mixedlm fit ``for_others`` of the ``thresholds``,
    scaled up.
    """
    trial = draw(SCENARIOS[-1], np.random.default_rng(1))
    lines = [float(line) for line in np.quantile(trial.biomarker, np.linspace(0.1, 0.9, thresholds))]
    some = [*lines[:: thresholds // for_others][: for_others - 1], lines[-1]]
    expected = differences(trial, trial.sums, lines)
    fit = partial(differences, trial, trial.sums, lines)
    contenders = {
        "ours": Contender(partial(lap, fit), expected),
        "mixedlm": Contender(partial(lap, partial(_fit_with_mixedlm, trial, some)), expected),
    }
    with ExitStack() as stack:
        if rscript():
            csv = _write(trial, folder / "slopes.csv")
            r = RProcess("slopes", csv, ",".join(map(repr, some)))
            contenders["nlme"] = Contender(stack.enter_context(r).run, expected)
        taken = race(contenders, rounds=rounds)
    what = f"group × arm × time, n = {PARTICIPANTS} at 9 visits, {thresholds} thresholds"
    yield Row(f"{what}, each", in_words(taken["ours"] / thresholds))
    for other, goal in (("nlme", 100), ("mixedlm", None)):
        if other in taken:
            theirs = taken[other] * thresholds / for_others
            yield times_faster(f"{what} ({other}: {for_others}, scaled up)", taken["ours"], theirs, goal=goal)
    large = draw(SCENARIOS[-1], np.random.default_rng(2), participants=LARGE)
    seconds = median(lap(lambda: differences(large, large.sums, [2000.0])).seconds for _ in range(rounds))
    yield Row(f"group × arm × time, n = {LARGE:,}", in_words(seconds), goal="≤ 1 s", met=seconds <= 1)
    yield _time_moves()
    yield from _calibrate(trials)


def _time_moves() -> Row:
    """What one move of the threshold takes the server: the model, ranks of pairs and means of every group."""
    trial = sample("mirocals")
    moves = candidate_thresholds(trial, Selection())[20:-20:4]
    progression(trial, Selection(thresholds=(moves[0],)))
    taken: list[float] = []
    for threshold in moves[1:]:
        selection = Selection(thresholds=(threshold,))
        survival_by_group(trial, selection)  # that of Explore, which has a line of its own
        start = time.process_time()
        progression(trial, selection)
        taken.append(time.process_time() - start)
    seconds = median(taken)
    what = f"a threshold moves: model, ranks, means, n = {trial.participants} at 9 visits, processor time"
    return Row(what, in_words(seconds), goal="≤ 15 ms", met=seconds <= 0.015)


def _fit_with_mixedlm(trial: Measured, thresholds: Sequence[float]) -> float:
    """The same models by another engine in Python; the difference in slope below the last threshold."""
    table = pd.DataFrame({"person": trial.person, "time": trial.time, "value": trial.value})
    found = float("nan")
    for threshold in thresholds:
        cell = 2 * (trial.biomarker > threshold) + trial.treated
        held = table.assign(cells=pd.Categorical(cell[trial.person]))
        found = mixedlm.lmer("value ~ cells * time + (time | person)", held).fixef()["cells.1:time"]
    return float(found)


def _write(trial: Measured, path: Path) -> Path:
    columns = (
        trial.person,
        trial.time,
        trial.value,
        trial.treated[trial.person],
        trial.biomarker[trial.person],
    )
    rows = [",".join(map(repr, row)) for row in zip(*(column.tolist() for column in columns), strict=True)]
    path.write_text("\n".join(["person,time,value,treated,biomarker", *rows]) + "\n", encoding="utf-8")
    return path


def _calibrate(trials: int) -> Iterator[Row]:
    for number, scenario in enumerate(SCENARIOS):
        rng = np.random.default_rng([1, number])
        drawn = (draw(scenario, rng) for _ in range(trials))
        hits = sum(p_value(trial, resamples=RESAMPLES, seed=k) <= LEVEL for k, trial in enumerate(drawn))
        share = hits / trials
        error = math.sqrt(max(share * (1 - share), LEVEL * (1 - LEVEL)) / trials)
        label = "threshold found for slopes" if scenario.has_threshold else "false threshold found for slopes"
        ours = f"{100 * share:.1f} ± {100 * error:.1f} %"
        what = f"{label}, {scenario.name}, {trials:,} trials, n = {PARTICIPANTS}"
        if scenario.has_threshold or trials < 2_000:
            yield Row(what, ours)
        else:
            yield Row(what, ours, goal="4 to 6 %", met=0.04 <= share <= 0.06)
