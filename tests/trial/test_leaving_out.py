"""What cannot be is a problem beside its column, or left out and counted when the reader says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mirodash.trial.build import Checked, check
from mirodash.trial.dictionary import BiomarkerDraft, Draft, EndpointDraft, FactorDraft, Roles
from mirodash.trial.problems import LeftOut, Problem
from mirodash.trial.table import Column, Table
from tests.profiles import for_each
from tests.trial.small_files import Edit, Rows

DRAFT = Draft(
    roles=Roles(id="id", arm="arm", site="site", control="Placebo", treated="Drug"),
    endpoints=(EndpointDraft("death", "days", "event", event_value="1", unit="days"),),
    biomarkers=(BiomarkerDraft("marker"),),
    factors=(FactorDraft("sex"),),
)


def table_of(rows: Rows, name: str = "small.csv") -> Table:
    numbers = tuple(range(2, len(rows) + 2))
    return Table(name, {key: Column(tuple(row[key] for row in rows), numbers) for key in rows[0]})


def checked(rows: Rows, *leave_out: str, draft: Draft = DRAFT) -> Checked:
    return check([table_of(rows)], replace(draft, leave_out=leave_out))


def only_problem(rows: Rows, *leave_out: str, draft: Draft = DRAFT) -> Problem:
    found = checked(rows, *leave_out, draft=draft)
    assert found.trial is None
    (problem,) = found.problems
    return problem


IMPOSSIBLE = [
    ("days", "-3", "participant", "negative", "the time is negative in rows 4 and 9"),
    ("days", "Inf", "participant", "infinite", "the time is infinite in rows 4 and 9"),
    ("days", "-inf", "participant", "infinite", "the time is infinite in rows 4 and 9"),
    ("days", "1e301", "participant", "beyond 100 years", "rows 4 and 9 would be beyond 100 years"),
    ("days", "about 90", "participant", "no number", "'about 90' is not a number, in rows 4 and 9"),
    ("days", "<30", "participant", "no number", "'<30' is not a number, in rows 4 and 9"),
    ("days", "2014-01-02", "participant", "no number", "'2014-01-02' is not a number, in rows 4 and 9"),
    (
        "event",
        "lost",
        "participant",
        "neither of two codes",
        "holds lost (2 participants), 0 (24) and 1 (14)",
    ),
    ("event", "-9", "participant", "neither of two codes", "holds -9 (2 participants), 0 (24) and 1 (14)"),
    ("event", "inf", "participant", "neither of two codes", "1 (14) and inf (2): more than two values"),
    ("marker", "inf", "cell", "infinite", "Column 'marker' is infinite in rows 4 and 9"),
    ("marker", "n.d.", "cell", "no number", "'n.d.' is not a number, in rows 4 and 9"),
    ("marker", "<LLOQ", "cell", "beyond an unknown limit", "'<LLOQ' in rows 4 and 9 means an assay limit"),
    ("id", "", "row", "without an identifier", "Column 'id': rows 4 and 9 without an identifier"),
]


@for_each("case", IMPOSSIBLE)
def test_an_impossible_cell_stands_beside_its_column_and_can_be_left_out(
    edited: Edit, case: tuple[str, str, str, str, str]
):
    column, cell, whole, why, said = case
    rows = edited(**{column: {4: cell, 9: cell}})
    problem = only_problem(rows)
    assert said in problem.what
    assert (problem.columns, problem.leaves_out, problem.count) == ((column,), column, 2)
    assert "rows 4 and 9" in problem.shown
    assert problem.chosen.endswith(
        "these 2 cells as missing."
        if whole == "cell"
        else f"leave these 2 {'rows' if whole == 'row' else 'participants'} out."
    )
    agreed = checked(rows, column)
    assert agreed.problems == ()
    (gone,) = agreed.left_out
    assert gone == LeftOut(column, 2, "rows 4 and 9", why, gone.whole)
    assert gone.whole == whole
    assert gone.sentence in agreed.notices
    assert f"2 {'rows' if whole == 'row' else 'cells'} left out as agreed" in gone.sentence


@for_each(("column", "cell", "whole"), [case[:3] for case in IMPOSSIBLE if case[0] != "id"])
def test_leaving_a_cell_out_is_as_if_nothing_stood_there(edited: Edit, column: str, cell: str, whole: str):
    agreed = checked(edited(**{column: {4: cell, 9: cell}}), column).trial
    empty = checked(edited(**{column: {4: "", 9: ""}})).trial
    assert agreed is not None
    assert empty is not None
    assert agreed.fingerprint == empty.fingerprint
    unusable = 0 if whole == "cell" else 2
    assert agreed.outcomes["death"].usable.sum() == 40 - unusable
    assert np.isnan(agreed.numbers["marker"].values).sum() == 2 - unusable


def test_nothing_is_left_out_of_columns_that_were_not_named(edited: Edit):
    rows = edited(days={4: "-3"}, marker={5: "inf"}, event={6: "?"})
    assert [problem.columns for problem in checked(rows, "marker").problems] == [("days",), ("event",)]


def test_later_rows_of_a_participant_are_left_out(rows: Rows):
    twice = [row | {"days": "1"} for row in rows[:3]]
    problem = only_problem(rows + twice)
    assert problem.what == "3 participants appear twice: the first in rows 2 and 42."
    assert (problem.columns, problem.leaves_out, problem.count) == (("id",), "id", 3)
    agreed = checked(rows + twice, "id")
    assert agreed.trial == checked(rows).trial
    assert agreed.notices == (
        "Column 'id': 3 rows left out as agreed, participants who have an earlier row (rows 42, 43 and 44).",
    )


def test_rows_that_are_left_out_cannot_have_other_problems(rows: Rows):
    again = [rows[0] | {"days": "-1"}]
    assert len(checked(rows + again).problems) == 2
    assert checked(rows + again, "id").problems == ()


@for_each("column", ["days", "event", "marker", "id"])
def test_leaving_everybody_out_is_a_problem_again(rows: Rows, column: str):
    cell = "" if column == "id" else "unknown"
    nobody = [row | {column: cell if column != "event" else str(i)} for i, row in enumerate(rows)]
    offered, agreed = only_problem(nobody), checked(nobody, column)
    assert offered.leaves_out == ""
    assert agreed.trial is None
    assert agreed.problems


def test_dates_and_competing_events_are_never_left_out(rows: Rows):
    dated = [row | {"days": "2014-01-02"} for row in rows]
    competing = [row | {"event": str(i % 3)} for i, row in enumerate(rows)]
    for odd, column in ((dated, "days"), (competing, "event")):
        problem = only_problem(odd, column)
        assert (problem.leaves_out, problem.columns) == ("", (column,))
    assert "a competing event" in only_problem(competing).what


def test_the_value_that_means_the_event_is_not_left_out(rows: Rows):
    mixed = [row | {"event": "died" if i % 9 == 0 else "?" if i == 5 else "0"} for i, row in enumerate(rows)]
    draft = replace(DRAFT, endpoints=(replace(DRAFT.endpoints[0], event_value="died"),))
    assert only_problem(mixed, draft=draft).leaves_out == ""
    assert only_problem(mixed, "event", draft=draft).what.endswith("counts as censored?")


def test_of_two_values_neither_is_left_out(rows: Rows):
    words = [row | {"event": "died" if i == 3 else "0"} for i, row in enumerate(rows)]
    draft = replace(DRAFT, endpoints=(replace(DRAFT.endpoints[0], event_value="died"),))
    trial = checked(words, "event", draft=draft).trial
    assert trial is not None
    assert trial.outcomes["death"].event.sum() == 1


def test_an_agreement_about_an_unknown_column_is_a_problem(rows: Rows):
    assert only_problem(rows, "dys").what == (
        "There is no column 'dys' (named in the dictionary, leave_out); did you mean 'days'?"
    )


def test_where_all_is_well_an_agreement_changes_nothing(rows: Rows):
    agreed, silent = checked(rows, "days", "event", "marker", "id", "sex"), checked(rows)
    assert (agreed.trial, agreed.notices, agreed.left_out) == (silent.trial, silent.notices, ())


def adam(people: range, extra: list[str]) -> list[Table]:
    adsl = [{"USUBJID": f"U-{i}", "TRT01P": "Placebo" if i % 2 else "Drug"} for i in range(20)]
    adtte = [{"USUBJID": f"U-{i}", "AVAL": str(5 + i), "AVALU": "DAYS", "CNSR": str(i % 2)} for i in people]
    adtte += [{"USUBJID": who, "AVAL": "1", "AVALU": "DAYS", "CNSR": "0"} for who in extra]
    return [table_of(adsl, "adsl.csv"), table_of(adtte, "adtte.csv")]


def test_rows_of_adtte_that_nobody_or_somebody_twice_has_are_left_out():
    tables = adam(range(22), ["U-3"])
    twice, stray = check(tables, Draft()).problems
    assert (twice.leaves_out, twice.count, stray.leaves_out, stray.count) == ("USUBJID", 1, "USUBJID", 2)
    assert "U-" not in twice.shown + stray.shown
    agreed = check(tables, Draft(leave_out=("USUBJID",), roles=Roles(arm="TRT01P", control="Placebo")))
    clean = check(adam(range(20), []), Draft(roles=Roles(arm="TRT01P", control="Placebo")))
    assert agreed.trial is not None
    assert agreed.trial == clean.trial
    assert [gone.sentence for gone in agreed.left_out] == [
        "Column 'USUBJID': 1 row left out as agreed, participants who have an earlier row "
        "(row 24 of 'adtte.csv').",
        "Column 'USUBJID': 2 rows left out as agreed, participants who are not in 'adsl.csv' "
        "(rows 22 and 23 of 'adtte.csv').",
    ]
