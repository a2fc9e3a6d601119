"""Several pairs of a time and an event in one file are several endpoints of one trial."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mirodash.trial.build import check, read_trial
from mirodash.trial.dictionary import Draft, Roles
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from mirodash.trial.infer.infer_dictionary import infer_dictionary
from mirodash.trial.readers.files import read_table
from mirodash.trial.table import Table
from tests.profiles import for_each

N = 80
DRAWN = np.random.default_rng(7)
DEATH, OTHER, END = DRAWN.exponential(20, N), DRAWN.exponential(12, N), DRAWN.uniform(8, 40, N)
OS, DIED = np.minimum(DEATH, END).round(2), (DEATH <= END).astype(int)
PFS, PROGRESSED = np.minimum(np.minimum(DEATH, OTHER), END).round(2), (np.minimum(DEATH, OTHER) <= END) * 1
STROKE, HAD_STROKE = np.minimum(OTHER, OS).round(2), (OTHER < OS).astype(int)
BASE = {
    "id": [f"P{k:03}" for k in range(N)],
    "arm": [("Placebo", "Drug")[k % 2] for k in range(N)],
    "crp": DRAWN.lognormal(3, 1, N).round(1),
}
CASES = {
    "underscores": (
        {"os_time_months": OS, "os_event": DIED, "pfs_time_months": PFS, "pfs_event": PROGRESSED},
        {"death": ("os_time_months", "os_event", "1"), "pfs": ("pfs_time_months", "pfs_event", "1")},
    ),
    "progression stands first": (
        {"PFS.months": PFS, "PFS.status": PROGRESSED, "OS.months": OS, "OS.status": DIED},
        {"death": ("OS.months", "OS.status", "1"), "pfs": ("PFS.months", "PFS.status", "1")},
    ),
    "words for values": (
        {
            "OS_MONTHS": OS,
            "OS_STATUS": [("0:LIVING", "1:DECEASED")[k] for k in DIED],
            "DFS_MONTHS": PFS,
            "DFS_STATUS": [("0:DiseaseFree", "1:Recurred/Progressed")[k] for k in PROGRESSED],
        },
        {
            "death": ("OS_MONTHS", "OS_STATUS", "1:DECEASED"),
            "dfs": ("DFS_MONTHS", "DFS_STATUS", "1:Recurred/Progressed"),
        },
    ),
    "French": (
        {"suivi_mois": OS, "deces": DIED, "delai_progression_mois": PFS, "progression": PROGRESSED},
        {
            "death": ("suivi_mois", "deces", "1"),
            "progression": ("delai_progression_mois", "progression", "1"),
        },
    ),
    "a letter for the event": (
        {"rtime": (30 * PFS).round(), "recur": PROGRESSED, "dtime": (30 * OS).round(), "death": DIED},
        {"death": ("dtime", "death", "1"), "recurrence": ("rtime", "recur", "1")},
    ),
    "any other event by its name": (
        {"survival_months": OS, "died": DIED, "stroke_months": STROKE, "stroke_event": HAD_STROKE},
        {"death": ("survival_months", "died", "1"), "stroke": ("stroke_months", "stroke_event", "1")},
    ),
    "any other event by its times": (
        {"survival_months": OS, "died": DIED, "hosp_months": STROKE, "hospitalised": HAD_STROKE},
        {"death": ("survival_months", "died", "1"), "hosp": ("hosp_months", "hospitalised", "1")},
    ),
    "an event or death beside death": (
        {
            "survie_sans_progression_mois": PFS,
            "progression_ou_deces": PROGRESSED,
            "survie_globale_mois": OS,
            "deces": DIED,
        },
        {
            "death": ("survie_globale_mois", "deces", "1"),
            "progression": ("survie_sans_progression_mois", "progression_ou_deces", "1"),
        },
    ),
    "names that differ in a unit and in words": (
        {"OS (months)": OS, "death": DIED, "PFS (months)": PFS, "progression or death": PROGRESSED},
        {"death": ("OS (months)", "death", "1"), "pfs": ("PFS (months)", "progression or death", "1")},
    ),
    "two units": (
        {"os_months": OS, "os_event": DIED, "pfs_days": (30.4375 * PFS).round(), "pfs_event": PROGRESSED},
        {"death": ("os_months", "os_event", "1"), "pfs": ("pfs_days", "pfs_event", "1")},
    ),
}
NONE = {
    "a history of illness": {"diabetes_years": (DRAWN.random(N) < 0.3) * 9.0, "diabetes_status": DIED},
    "an event without a time": {"relapse": PROGRESSED},
    "an indicator that can be read either way": {"pfs_months": PFS, "pfs_cens": PROGRESSED},
    "times beyond follow-up": {"relapse_months": OS + 6, "relapse": PROGRESSED},
}


def file_of(folder: Path, columns: dict[str, Any]) -> Path:
    path = folder / "trial.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(columns)
        written.writerows(zip(*columns.values(), strict=True))
    return path


def table_in(folder: Path, columns: dict[str, Any]) -> Table:
    return read_table(file_of(folder, columns))


@for_each("name", CASES)
def test_pairs_of_columns_are_endpoints_and_death_comes_first(
    name: str, tmp_path_factory: pytest.TempPathFactory
):
    columns, expected = CASES[name]
    table = table_in(tmp_path_factory.mktemp("file"), BASE | columns)
    draft = infer_dictionary([table]).draft
    found = {e.key: (e.time, e.event, e.event_value) for e in draft.endpoints}
    assert list(found.items()) == list(expected.items())
    offered = {b.column for b in draft.biomarkers} | {f.column for f in draft.factors}
    assert offered == {"crp"}
    checked = check([table], Draft(), Roles(time_unit="months"))
    assert checked.trial is not None, checked.problems
    assert [e.key for e in checked.trial.dictionary.endpoints] == list(expected)
    assert sum("this trial opens with Death" in notice for notice in checked.notices) == 1


@for_each("name", NONE)
def test_what_only_looks_like_a_pair_is_no_endpoint(name: str, tmp_path_factory: pytest.TempPathFactory):
    columns = BASE | {"os_months": OS, "os_event": DIED} | NONE[name]
    table = table_in(tmp_path_factory.mktemp("file"), columns)
    assert [e.key for e in infer_dictionary([table]).draft.endpoints] == ["death"]


def test_numbered_pairs_open_with_the_longer_time(tmp_path: Path):
    columns = BASE | {"time": OS, "status": DIED, "time2": PFS, "status2": PROGRESSED}
    draft = infer_dictionary([table_in(tmp_path, columns)]).draft
    assert [(e.key, e.time, e.event) for e in draft.endpoints] == [
        ("event", "time", "status"),
        ("event-2", "time2", "status2"),
    ]


def test_a_time_that_ends_with_follow_up_was_not_known_at_baseline(tmp_path: Path):
    columns = BASE | {"os_months": OS, "os_event": DIED, "on_study": STROKE}
    found = infer_dictionary([table_in(tmp_path, columns)])
    assert [b.column for b in found.draft.biomarkers] == ["crp"]
    assert "never lies beyond 'os_months'" in dict(found.left)["on_study"]


def test_a_unit_that_nobody_said_is_that_of_the_first_endpoint(tmp_path: Path):
    columns = BASE | {"os_time": OS, "os_event": DIED, "pfs_time": PFS, "pfs_event": PROGRESSED}
    path = file_of(tmp_path, columns)
    asked = check([read_table(path)], Draft()).problems
    assert [problem.columns for problem in asked] == [("os_time",)]
    trial = read_trial([path], Roles(time_unit="weeks"))
    assert [e.unit for e in trial.dictionary.endpoints] == ["weeks", "weeks"]
    assert any("'pfs_time' are taken to be in weeks" in notice for notice in trial.notices)


def test_the_dictionary_that_is_written_holds_every_endpoint(tmp_path: Path):
    columns, expected = CASES["underscores"]
    path = file_of(tmp_path, BASE | columns)
    draft = infer_dictionary([read_table(path)]).draft
    assert parse_dictionary(write_dictionary(draft), draft.file) == draft
    inferred = read_trial([path])
    path.with_suffix(".toml").write_text(write_dictionary(draft), encoding="utf-8")
    described = read_trial([path])
    assert described.fingerprint == inferred.fingerprint
    assert list(described.outcomes) == list(expected)


def test_an_endpoint_named_by_options_comes_first_and_the_others_stay(tmp_path: Path):
    columns, _ = CASES["underscores"]
    trial = read_trial([file_of(tmp_path, BASE | columns)], Roles(time="pfs_time_months", event="pfs_event"))
    assert [e.key for e in trial.dictionary.endpoints] == ["pfs", "death"]
