"""The time and the event that belong together: overall survival first, the end of an interval, no dates."""

from __future__ import annotations

from tests.profiles import for_each
from tests.trial.guessing.judging import guessed, proposed

N = 30
FLAGS = ["1" if i % 3 else "0" for i in range(N)]
DAYS = [str(5 + 11 * i) for i in range(N)]
SHORTER = [str(2 + 7 * i) for i in range(N)]


def pair(columns: dict[str, list[str]]) -> tuple[str | None, str | None]:
    said = proposed(guessed(columns))
    return said["time"], said["event"]


@for_each(
    "columns",
    [
        {"pfs": SHORTER, "pfs_event": FLAGS, "os": DAYS, "os_event": FLAGS},
        {"os_event": FLAGS, "os": SHORTER, "pfs_event": FLAGS, "pfs": DAYS},
    ],
)
def test_overall_survival_comes_first_in_any_order(columns: dict[str, list[str]]):
    assert pair(columns) == ("os", "os_event")


def test_a_time_goes_with_the_event_of_the_same_name():
    assert pair({"os_time": DAYS, "pfs_time": SHORTER, "pfs_status": FLAGS}) == ("pfs_time", "pfs_status")


@for_each(
    "name",
    ["months_survived", "survived (months)", "time_censored", "nb_jours", "tps_suivi", "lastfu", "dur"],
)
def test_a_time_is_recognised_by_its_name(name: str):
    assert pair({"status": FLAGS, name: DAYS}) == (name, "status")


def test_adsl_alone_is_told_to_come_with_adtte():
    answer = guessed({"USUBJID": [f"U{i}" for i in range(N)], "TRT01P": ["A", "B"] * (N // 2)})
    assert answer.reasons["time"].endswith("bring it together with ADTTE.")


@for_each("entry", ["start", "tstart", "entry_time"])
def test_where_people_enter_late_the_end_is_the_time(entry: str):
    stop = [str(100 + int(day)) for day in DAYS]
    assert pair({entry: DAYS, "stop": stop, "event": FLAGS}) == ("stop", "event")


@for_each(
    "cells",
    [
        [f"2020-03-{1 + i:02d}" for i in range(N)],
        [str(1960 + i) for i in range(N)],
        ["-" + day for day in DAYS],
        ["1", "2"] * (N // 2),
        ["soon"] * N,
    ],
)
def test_what_cannot_be_a_time_is_none(cells: list[str]):
    assert pair({"time": cells, "event": FLAGS}) == (None, "event")


def test_a_few_impossible_cells_do_not_hide_the_time():
    assert pair({"time": ["-3", "unknown", *DAYS[2:]], "event": FLAGS}) == ("time", "event")


@for_each(
    "name", ["age", "time_since_diagnosis", "onset_months", "protime", "treatment_duration", "duree_maladie",
             "weight"],
)  # fmt: skip
def test_what_is_measured_before_is_no_time(name: str):
    assert pair({name: DAYS, "event": FLAGS}) == (None, "event")


@for_each("name", ["er_status", "marital status", "smoking_status", "menostat", "ecog"])
def test_other_statuses_are_no_event(name: str):
    assert pair({"time": DAYS, name: FLAGS}) == ("time", None)


@for_each(
    ("name", "longest", "unit"),
    [
        ("survie_mois", 20, "months"),
        ("suivi (semaines)", 300, "weeks"),
        ("time_yrs", 20, "years"),
        ("futime_d", 20, "days"),
        ("Time_to_death_M", 20, "months"),
        ("OSmonths", 20, "months"),
        ("progyrs", 20, "years"),
        ("time", 9.5, None),
        ("time", 60, None),
        ("time", 900, None),
        ("time", 2500, "days"),
    ],
)
def test_the_unit_is_in_the_name_or_the_only_possible_one_or_asked(
    name: str, longest: float, unit: str | None
):
    answer = guessed({name: [f"{longest * (i + 1) / N:.4g}" for i in range(N)], "died": FLAGS})
    assert proposed(answer)["unit"] == unit
    assert answer.reasons["unit"].endswith("?") == (unit is None)
