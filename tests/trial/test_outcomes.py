"""Hostile times: each kind has its sentence with rows, and none without a time vanishes."""

from __future__ import annotations

import pytest

from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.profiles import for_each
from tests.trial.small_files import Edit, Rows, Write, only_problem_of


def test_negative_times_are_refused_with_their_rows(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(days={3: "-1", 9: "-0.5"})))
    assert problem == "Column 'days': the time is negative in rows 3 and 9; time starts at 0."


def test_long_lists_of_rows_are_cut(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(days=dict.fromkeys(range(2, 22), "-1"))))
    assert "rows 2, 3, 4 and 17 more" in problem


def test_infinite_times_are_refused_with_their_rows(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(days={4: "Inf", 5: "-inf"})))
    assert problem == "Column 'days': the time is infinite in rows 4 and 5."


@for_each("code", ["", "NA", "N/A", ".", "NaN", "null", " na "])
def test_missing_times_are_kept_counted_and_unusable(write: Write, edited: Edit, code: str):
    trial = read_trial([write(edited(days={4: code}, event={7: code}))])
    assert trial.participants == 40
    assert trial.outcomes["event"].usable.sum() == 38
    assert any(
        "2 participants lack the time ('days') or the event ('event'): counted, but not usable" in notice
        for notice in trial.notices
    )


def test_times_of_nobody_are_refused(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"days": ""} for row in rows]), Roles(time="days"))
    assert problem == "No participant has both a time ('days') and a known event ('event')."


@pytest.mark.parametrize(
    ("cell", "unit"), [("1e301", "days"), ("36526", "days"), ("1201", "months"), ("1e308", "weeks")]
)
def test_times_beyond_a_hundred_years_are_refused_with_a_word_about_the_unit(
    write: Write, edited: Edit, cell: str, unit: str
):
    problem = only_problem_of(write(edited(days={8: cell})), Roles(time_unit=unit))
    assert problem == (
        f"Column 'days': row 8 would be beyond 100 years if the time is in {unit}; is the unit right? "
        "Say it with --unit or in the dictionary (unit = ...)."
    )


def test_text_where_a_time_belongs_is_quoted(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(days={5: "about 90", 6: "<3"})))
    assert problem == "Column 'days': 'about 90' is not a number, in rows 5 and 6."


def test_dates_are_no_times(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"days": "2014-01-02"} for row in rows]), Roles(time="days"))
    assert problem.startswith("Column 'days', given as the time, holds dates (2014-01-02 in row 2).")


def test_events_at_time_zero_are_accepted_and_told(write: Write, edited: Edit, described: str):
    trial = read_trial([write(edited(days={2: "0", 5: "0"}), described)])
    assert trial.outcomes["death"].time.min() == 0
    assert "2 deaths on day 0." in trial.notices


def test_many_ties_are_told(write: Write, edited: Edit, described: str):
    trial = read_trial([write(edited(days={2: "50", 5: "50"}), described)])
    assert (
        "14 % of deaths share their time with another one; Efron's method is used for ties." in trial.notices
    )


def test_near_ties_become_ties(write: Write, edited: Edit, described: str):
    trial = read_trial([write(edited(days={2: "0.30000000000000004", 3: "0.3"}), described)])
    times = trial.outcomes["death"].time
    assert (times == 0.3).sum() == 2
    assert any("1 of them differed by less than that and are now tied" in notice for notice in trial.notices)
