"""Which column plays which part: options before the dictionary before what is obvious."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.profiles import for_each
from tests.trial.small_files import Edit, Rows, Write, only_problem_of, problems_of


def test_missing_columns_are_told_with_what_was_meant(write: Write, rows: Rows):
    problems = problems_of(write(rows), Roles(time="dys", biomarker="xyz"))
    assert problems == (
        "There is no column 'dys' (given with --time); did you mean 'days'?",
        "There is no column 'xyz' (given with --biomarker); the columns are id, days, event, arm, marker, "
        "sex and site.",
    )


def test_parts_that_nobody_plays_are_asked_for(write: Write, rows: Rows):
    renamed = [{k.replace("days", "x").replace("arm", "a"): v for k, v in row.items()} for row in rows]
    coded = [row | {"a": str(int(row["a"] == "Drug"))} for row in renamed]
    assert problems_of(write(coded)) == (
        "Which column holds the arm? Say it with --arm; the columns are id, x, event, a, marker, sex and "
        "site.",
        "Which column holds the time? Say it with --time; the columns are id, x, event, a, marker, sex and "
        "site.",
    )


@pytest.mark.parametrize(
    ("roles", "parts"),
    [
        (Roles(biomarker="days", time="days"), "'days' cannot be the biomarker and the time at once"),
        (Roles(time="event", event="event"), "'event' cannot be the time and the event at once"),
        (Roles(arm="event", event="event", control="0"), "'event' cannot be the arm and the event at once"),
        (Roles(id="arm", arm="arm"), "'arm' cannot be the identifier and the arm at once"),
    ],
)
def test_no_column_plays_two_parts(write: Write, rows: Rows, roles: Roles, parts: str):
    assert any(parts in problem for problem in problems_of(write(rows), roles))


def test_two_candidates_are_no_guess(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"status": str(i % 2)} for i, row in enumerate(rows)]))
    assert problem.startswith("Which column holds the event?")


def test_every_problem_is_told_at_once(write: Write, edited: Edit):
    path = write(
        edited(days={2: "-3", 3: "x"}, marker={4: "Inf"}, event={5: "7"}, id={7: "P-001"}),
        '[biomarkers.marker]\n[biomarkers.absent]\n[endpoints.e]\ntime = "days"\nevent = "event"\n',
    )
    found = problems_of(path, Roles(control="Plac", site="where", horizon=-1))
    assert [p[:30] for p in found] == [
        "The horizon must be a number a",
        "There is no column 'where' (gi",
        "There is no column 'absent' (n",
        "1 participant appears twice, i",
        "Column 'arm' has no control ar",
        "Column 'days': 'x' is not a nu",
        "Column 'days': the time is neg",
        "Column 'event' holds 0 (26 par",
        "Column 'marker' is infinite in",
    ]


def test_impossible_options_are_told(write: Write, rows: Rows):
    problems = problems_of(write(rows), Roles(horizon=float("nan"), time_unit="fortnights"))  # type: ignore[arg-type]
    assert problems == (
        "The horizon must be a number above 0.",
        "'fortnights' is no unit of time; known are days, weeks, months, years.",
    )


@for_each("count", [0, 7])
def test_one_or_several_files_are_wanted(tmp_path: Path, count: int):
    with pytest.raises(
        UnusableDataError, match=f"Give one file, or up to 6 that belong together; {count} were given"
    ):
        read_trial([tmp_path / "a.csv"] * count)


def test_the_dictionary_and_the_data_are_told_of_together(write: Write):
    found = problems_of(write("a\n1\n", "titel = 3"))
    assert len(found) == 2


def test_options_override_the_dictionary(write: Write, rows: Rows, described: str):
    path = write(
        [row | {"relapse_weeks": "5", "relapsed": row["event"], "x": row["marker"]} for row in rows],
        described,
    )
    trial = read_trial(
        [path],
        Roles(
            time="relapse_weeks",
            event="relapsed",
            event_value="0",
            biomarker="x",
            control="Drug",
            treated="Placebo",
        ),
    )
    endpoint = trial.dictionary.endpoints[0]
    assert (endpoint.time, endpoint.event, endpoint.event_value) == ("relapse_weeks", "relapsed", "0")
    assert (endpoint.unit, endpoint.horizon, endpoint.label, endpoint.plural) == (
        "weeks",
        5.0,
        "relapsed",
        "events",
    )
    assert trial.dictionary.control == "Drug"
    assert [b.column for b in trial.dictionary.biomarkers] == ["x", "marker"]


def test_an_option_moves_a_described_biomarker_to_the_front(write: Write, rows: Rows, described: str):
    text = described + '[biomarkers.second]\nlabel = "Second"\n'
    path = write([row | {"second": str(i)} for i, row in enumerate(rows)], text)
    assert read_trial([path]).dictionary.biomarkers[0].column == "marker"
    first = read_trial([path], Roles(biomarker="second", horizon=100)).dictionary
    assert first.biomarkers[0].label == "Second"
    assert first.endpoints[0].horizon == 100


def test_the_arms_of_the_dictionary_mean_nothing_in_another_column(write: Write, rows: Rows, described: str):
    path = write([row | {"given": "none" if i % 2 else "full"} for i, row in enumerate(rows)], described)
    trial = read_trial([path], Roles(arm="given"))
    assert (trial.dictionary.control, trial.dictionary.treated) == ("none", "full")


def test_a_dictionary_without_endpoints_leaves_time_and_event_to_be_found(write: Write, rows: Rows):
    trial = read_trial([write(rows, '[biomarkers.marker]\nlabel = "Marker"\n')], Roles(event_value="1"))
    assert (trial.dictionary.endpoints[0].time, trial.dictionary.endpoints[0].event) == ("days", "event")
    assert trial.site is None
    assert "site" not in trial.categories
