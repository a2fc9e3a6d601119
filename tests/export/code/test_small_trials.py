"""Where data are hardly enough the scripts print nothing exactly where the analysis says nothing."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from reference_cases import degenerate_names, load_degenerate

from mirodash.errors import UnusableDataError
from mirodash.export.code import ScriptLanguage
from mirodash.stratification.selection import Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.trial import Trial
from tests.export.code.same_numbers import LANGUAGES, check, is_left_to_the_night
from tests.profiles import NIGHTLY, share_of_examples
from tests.strategies import MadeUpTrial, trials

ROLES = Roles(
    time="time",
    time_unit="days",
    event="event",
    event_value="1",
    arm="arm",
    control="control",
    treated="treated",
    biomarker="marker",
)


KINDS = ("plain", "late", "competing", "late beside competing")
"""Whether participants enter late, by a rule, and whether another event competes with the event."""


def read(people: MadeUpTrial, folder: Path, kind: str = "plain") -> Trial:
    """The trial in a file, with people of whom nothing else is known: a file needs two arms."""
    rng = np.random.default_rng(people.time.size)
    with (folder / "trial.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "event", "arm", "marker", "entry"])
        for time, event, treated, marker in zip(
            people.time, people.event, people.treated, people.biomarker, strict=True
        ):
            status = 2 if "competing" in kind and rng.random() < 0.3 else int(event)
            cells = (repr(float(time)), status, ("control", "treated")[int(treated)])
            entry = int(rng.integers(0, time)) if time > 1 and rng.random() < 0.6 else 0
            writer.writerow([*cells, "" if np.isnan(marker) else repr(float(marker)), entry])
        writer.writerows([["", "1", "control", "1", "0"], ["", "0", "treated", "2", "0"]])
        writer.writerow(["", "2" if "competing" in kind else "0", "treated", "2", "0"])
    more: dict[str, Any] = {"entry": "entry" if "late" in kind else ""}
    more |= {"competing": ("2",)} if "competing" in kind else {}
    return read_trial([folder / "trial.csv"], replace(ROLES, **more))


def chances(seed: int) -> MadeUpTrial:
    """A trial of few people, times and events, as it comes."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 40))
    return MadeUpTrial(
        time=rng.integers(0, 12, n).astype(float),
        event=rng.random(n) < rng.random(),
        treated=rng.random(n) < 0.5,
        biomarker=np.where(rng.random(n) < 0.1, np.nan, rng.integers(1, 20, n)),
    )


def known(people: MadeUpTrial) -> MadeUpTrial:
    """The trial with a participant who leaves at once, so that somebody can be analysed."""
    return MadeUpTrial(
        np.append(people.time, 0.0),
        np.append(people.event, False),
        np.append(people.treated, False),
        np.append(people.biomarker, np.nan),
    )


VIEWS = (Selection(horizon=6.0, thresholds=(9.5,)), Selection(horizon=20.0, thresholds=(5.0, 12.0)))


@given(people=trials(largest=25))
@example(people=MadeUpTrial(*(np.zeros(0, dtype=kind) for kind in (float, bool, bool, float))))
@share_of_examples(0.1)
def test_python_knows_no_more_and_no_less(people: MadeUpTrial, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("small")
    trial = read(known(people), folder)
    for view in VIEWS:
        check(trial, view, "python", folder, folder / "trial.csv")


@pytest.mark.r
def test_r_knows_no_more_and_no_less(tmp_path: Path):
    failed: list[tuple[int, str]] = []
    for seed in range(200 if NIGHTLY else 12):
        kind = KINDS[seed % len(KINDS)]
        trial = read(known(chances(seed)), tmp_path, kind)
        view = VIEWS[seed // len(KINDS) % 2]
        try:
            check(trial, view, "r", tmp_path, tmp_path / "trial.csv")
        except AssertionError as error:
            failed.append((seed, f"{kind}: {error}"))
    assert failed == []


def test_python_knows_as_much_of_late_entry_and_competing_events(tmp_path: Path):
    for seed in range(200 if NIGHTLY else 6):
        kind = KINDS[1 + seed % (len(KINDS) - 1)]
        trial = read(known(chances(seed)), tmp_path, kind)
        check(trial, VIEWS[seed % 2], "python", tmp_path, tmp_path / "trial.csv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_degenerate_trials(language: ScriptLanguage, tmp_path: Path):
    checked = 0
    for place, name in enumerate(degenerate_names()):
        if is_left_to_the_night(language, place):
            continue
        case = load_degenerate(name)
        try:
            trial = read(MadeUpTrial(case.time, case.event, case.treated, case.biomarker), tmp_path)
        except UnusableDataError:
            continue  # a biomarker that nobody has, times beyond a hundred years
        thresholds = () if case.threshold is None else (case.threshold,)
        view = Selection(horizon=case.horizon, thresholds=thresholds)
        check(trial, view, language, tmp_path, tmp_path / "trial.csv")
        checked += 1
    assert checked > 5
