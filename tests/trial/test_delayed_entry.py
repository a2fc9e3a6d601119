"""People who enter late are refused, and columns that only look like it are not."""

from __future__ import annotations

from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.trial.small_files import Rows, Write, only_problem_of, problems_of


def test_counting_process_data_are_refused_with_rows_that_run_backwards(write: Write, rows: Rows):
    processed = [{"start": "5", "stop": row["time"]} | row for row in rows]
    processed[3]["stop"] = "5"
    delayed, backwards = problems_of(write(processed))
    assert delayed.startswith("Columns 'start' and 'stop' describe people who enter after time 0")
    assert backwards == "'start' is not before 'stop' in row 5."


def test_delayed_entry_is_refused_even_when_the_stop_is_named_as_the_time(write: Write, rows: Rows):
    processed = [
        {("tstop" if k == "time" else k): v for k, v in row.items()} | {"tstart": "3"} for row in rows
    ]
    assert "delayed entry" in only_problem_of(write(processed), Roles(time="tstop"))
    from_zero = [row | {"tstart": "0"} for row in processed]
    assert read_trial([write(from_zero)], Roles(time="tstop")).participants == 40


def test_start_and_stop_that_are_not_the_time_somebody_named_do_no_harm(write: Write, rows: Rows):
    path = write([row | {"start": "3", "stop": "8"} for row in rows])
    assert read_trial([path], Roles(time="time")).participants == 40


def test_start_and_stop_dates_do_no_harm(write: Write, rows: Rows):
    path = write([row | {"start": "2014-01-02", "stop": "2015-01-02"} for row in rows])
    assert read_trial([path]).participants == 40
