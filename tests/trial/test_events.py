"""What counts as an event is asked for wherever a guess could turn deaths into survivors."""

from __future__ import annotations

import pytest

from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.trial.small_files import Edit, Rows, Write, only_problem_of, problems_of


def test_status_one_and_two_is_read_as_r_does_and_said(write: Write, rows: Rows):
    coded = [row | {"event": str(1 + int(row["event"]))} for row in rows]
    trial = read_trial([write(coded)])
    assert trial.outcomes["event"].event.sum() == 14
    assert "The event is 'event' = 2: 2 = event is R's habit: 14 of 40 are 2." in trial.notices


def test_status_three_and_four_is_asked_for(write: Write, rows: Rows):
    coded = [row | {"event": str(3 + int(row["event"]))} for row in rows]
    assert only_problem_of(write(coded)) == (
        "Column 'event' holds 3 (26 participants) and 4 (14). Which one means the event? "
        "Say it with --event-value."
    )


def test_one_and_two_can_be_said(write: Write, rows: Rows):
    coded = [row | {"event": str(1 + int(row["event"]))} for row in rows]
    trial = read_trial([write(coded)], Roles(event_value="2.0"))
    assert trial.outcomes["event"].event.sum() == 14
    assert trial.dictionary.endpoints[0].event_value == "2"


def test_status_all_one_could_be_a_subset_of_any_coding_and_is_asked_for(write: Write, rows: Rows):
    path = write([row | {"event": "1"} for row in rows])
    assert only_problem_of(path) == (
        "Column 'event' holds nothing but 1 (40 participants). Does it mean the event? "
        "Say it with --event-value."
    )
    assert read_trial([path], Roles(event_value="1")).outcomes["event"].event.all()


def test_an_event_value_that_never_occurs_is_refused(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"event": "0"} for row in rows]), Roles(event_value="1"))
    assert problem == (
        "Column 'event' never holds '1', which would mean the event; it holds 0 (40 participants)."
    )


def test_three_values_hint_at_competing_events(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(event={2: "2"})), Roles(event_value="1"))
    assert problem == (
        "Column 'event' also holds 2 (1): the event as well, a competing event, or one that counts as "
        "censored? Say --event-value '2', --competing '2' or --censored-value '2'."
    )
    assert only_problem_of(write(edited(event={2: "2"}))) == (
        "Column 'event' holds 0 (26 participants), 1 (13) and 2 (1): more than two values, perhaps competing "
        "events. Which of them mean the event? Say each with --event-value, with --competing what is another "
        "event, and with --censored-value what counts as censored."
    )


def test_several_values_mean_the_event_or_count_as_censored(write: Write, edited: Edit):
    path = write(edited(event={2: "2"}))
    both = read_trial([path], Roles(event_value="1", other_event_values=("2",)))
    assert both.outcomes["event"].event.sum() == 14
    assert both.dictionary.endpoints[0].event_values == "1 or 2"
    censored = read_trial([path], Roles(event_value="1", censored_values=("2",)))
    assert censored.outcomes["event"].event.sum() == 13
    assert "Of 'event', 0 (26) and 2 (1) count as censored." in censored.notices


def test_an_event_column_with_many_values_is_refused(write: Write, rows: Rows):
    problem = only_problem_of(write(rows), Roles(event="marker"))
    assert problem == "Column 'marker', given as the event, holds 40 different values instead of two."


def test_an_empty_event_column_is_refused(write: Write, rows: Rows):
    problems = problems_of(write([row | {"event": ""} for row in rows]), Roles(event="event"))
    assert "Column 'event', given as the event, is empty." in problems


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("true", "false"), ("1.0", "0"), ("1", "0.00")])
def test_truth_and_zero_one_are_understood(write: Write, rows: Rows, yes: str, no: str):
    trial = read_trial([write([row | {"event": yes if row["event"] == "1" else no} for row in rows])])
    assert trial.outcomes["event"].event.sum() == 14


def test_yes_and_no_are_understood_and_said(write: Write, rows: Rows):
    path = write([row | {"event": "Yes" if row["event"] == "1" else "no"} for row in rows])
    assert "The event is 'event' = Yes: Two values, 14 of 40 are Yes." in read_trial([path]).notices
    assert read_trial([path], Roles(event_value="yes")).outcomes["event"].event.sum() == 14


def test_a_censoring_column_is_never_taken_for_an_event_column(write: Write, rows: Rows):
    path = write([{("censored" if k == "event" else k): v for k, v in row.items()} for row in rows])
    problem = only_problem_of(path, Roles(event="censored"))
    assert problem.endswith("Which one means the event? Say it with --event-value.")


def test_a_column_named_cnsr_is_zero_for_an_event(write: Write, rows: Rows):
    path = write([{("CNSR" if k == "event" else k): v for k, v in row.items()} for row in rows])
    trial = read_trial([path], Roles(event="CNSR"))
    assert trial.outcomes["event"].event.sum() == 26
