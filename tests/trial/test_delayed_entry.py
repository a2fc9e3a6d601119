"""Participants who enter late are at risk from then on; columns that only look like it mean nothing."""

from __future__ import annotations

from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Answers, Roles
from tests.profiles import for_each
from tests.trial.small_files import Rows, Write, only_problem_of, problems_of


def test_rows_that_run_backwards_are_told(write: Write, rows: Rows):
    processed = [{"start": "5", "stop": row["days"]} | row for row in rows]
    processed[3]["stop"] = "5"
    (backwards,) = problems_of(write(processed), Roles(time="stop", time_unit="days"))
    assert backwards == "Column 'start': the entry is not before the end of follow-up ('stop') in row 5."


def test_delayed_entry_is_recognised_and_said_when_the_stop_is_named_as_the_time(write: Write, rows: Rows):
    processed = [
        {("tstop" if k == "days" else k): v for k, v in row.items()} | {"tstart": "3"} for row in rows
    ]
    trial = read_trial([write(processed)], Roles(time="tstop", time_unit="days"))
    assert trial.dictionary.endpoints[0].entry == "tstart"
    assert any("at risk from 'tstart' on (delayed entry)" in notice for notice in trial.notices)
    nobody = Roles(time="tstop", time_unit="days", entry="")
    assert read_trial([write(processed)], nobody).dictionary.endpoints[0].entry == ""
    from_zero = [row | {"tstart": "0"} for row in processed]
    assert read_trial([write(from_zero)], Roles(time="tstop", time_unit="days")).participants == 40


def test_start_and_stop_that_are_not_the_time_somebody_named_do_no_harm(write: Write, rows: Rows):
    path = write([row | {"start": "3", "stop": "8"} for row in rows])
    assert read_trial([path], Roles(time="days")).participants == 40


def test_an_entry_time_that_is_ignored_is_no_biomarker_either(write: Write, rows: Rows):
    path = write([row | {"entry_days": str(3 * i)} for i, row in enumerate(rows)])
    assert read_trial([path]).dictionary.endpoints[0].entry == "entry_days"
    trial = read_trial([path], answers=Answers(ignore=("entry_days",)))
    assert "entry_days" not in trial.numbers


def test_an_entry_time_that_a_dictionary_does_not_name_is_asked_about(
    write: Write, rows: Rows, described: str
):
    late = [row | {"entry_days": str(3 * i)} for i, row in enumerate(rows)]
    assert "Say --entry entry_days, or --ignore entry_days" in only_problem_of(write(late, described))
    assert read_trial([write(late, 'ignore = ["entry_days"]\n' + described)]).participants == 40


@for_each("name", ["age_at_entry", "nfl_entry", "entry_score", "inclusion"])
def test_what_was_measured_at_entry_is_no_entry_time(write: Write, rows: Rows, name: str):
    path = write([row | {name: str(3 + i % 5)} for i, row in enumerate(rows)])
    assert read_trial([path]).participants == 40


def test_start_and_stop_dates_do_no_harm(write: Write, rows: Rows):
    path = write([row | {"start": "2014-01-02", "stop": "2015-01-02"} for row in rows])
    assert read_trial([path]).participants == 40
