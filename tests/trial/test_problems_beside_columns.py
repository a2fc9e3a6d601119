"""Every problem says beside which column it stands, where it is put right, and what to choose there."""

from __future__ import annotations

from dataclasses import replace

from mirodash.trial.build import check
from mirodash.trial.dictionary import BiomarkerDraft, Draft, EndpointDraft, FactorDraft, Roles
from mirodash.trial.problems import Problem
from tests.profiles import for_each
from tests.trial.small_files import Edit, Rows
from tests.trial.test_leaving_out import DRAFT, adam, checked, only_problem, table_of

ENDPOINT = DRAFT.endpoints[0]
OPEN = replace(DRAFT, endpoints=(replace(ENDPOINT, event_value=None),))


def with_roles(**roles: str | None) -> Draft:
    return replace(DRAFT, roles=replace(DRAFT.roles, **roles))


def about(problem: Problem) -> tuple[tuple[str, ...], str, str]:
    return problem.columns, problem.part, problem.chosen


def test_a_status_of_three_and_four_asks_which_means_the_event(rows: Rows):
    coded = [row | {"event": str(3 + int(row["event"]))} for row in rows]
    problem = only_problem(coded, draft=OPEN)
    assert about(problem) == (("event",), "event_value", "Choose which value means the event.")
    assert problem.what == ("Column 'event' holds 3 (26 participants) and 4 (14). Which one means the event?")
    assert problem.sentence == f"{problem.what} Say it with --event-value."


def test_a_status_of_one_value_asks_whether_it_means_the_event(rows: Rows):
    problem = only_problem([row | {"event": "1"} for row in rows], draft=OPEN)
    assert about(problem)[:2] == (("event",), "event_value")
    assert problem.chosen.startswith("If it does, choose it")


def test_where_no_cell_is_a_number_another_column_is_to_be_chosen(rows: Rows):
    problem = only_problem([row | {"days": "soon"} for row in rows])
    assert about(problem) == (("days",), "time", "Choose another column.")
    assert not problem.leaves_out


def test_what_a_third_value_means_is_answered_where_the_event_is_chosen(rows: Rows):
    three = [row | {"event": str(i % 3)} for i, row in enumerate(rows)]
    problem = only_problem(three)
    assert about(problem) == (("event",), "event_value", "Say which.")
    assert [(choice.answers, choice.entry) for choice in problem.choices] == [
        ("other_event_values", "2"),
        ("competing", "2"),
        ("censored_values", "2"),
    ]
    assert only_problem(three, draft=OPEN).shown.endswith("Choose which value means the event.")


def test_a_time_in_the_wrong_unit_is_put_right_at_the_unit(rows: Rows):
    draft = replace(DRAFT, endpoints=(replace(ENDPOINT, unit="years"),))
    problem = only_problem(rows, draft=draft)
    assert about(problem)[:2] == (("days",), "unit")
    assert problem.what.endswith("would be beyond 100 years if the time is in years; is the unit right?")
    assert problem.chosen == (
        "Choose the unit of the time, or correct these cells in the file, or leave these 27 participants out."
    )


def test_one_arm_is_no_comparison(rows: Rows):
    problem = only_problem(
        [row | {"arm": "Drug"} for row in rows], draft=with_roles(control=None, treated=None)
    )
    assert about(problem) == (("arm",), "arm", "Choose another column as the arm.")


@for_each("spelling", ["placebo", "PLACEBO", "Pla cebo", "Pla  cebo"])
def test_an_arm_written_in_two_ways_is_told_with_its_rows(edited: Edit, spelling: str):
    problem = only_problem(edited(arm={3: spelling, 5: spelling}))
    assert f"'{spelling}' in rows 3 and 5" in problem.what
    assert "differ only in capitals or blanks" in problem.what
    assert about(problem) == (("arm",), "arm", "Correct these cells in the file.")


def test_blanks_around_an_arm_are_no_other_arm(edited: Edit):
    assert checked(edited(arm={3: "Placebo"})).problems == ()


def test_the_control_is_asked_for_where_it_is_chosen(rows: Rows):
    coded = [row | {"arm": "1" if row["arm"] == "Placebo" else "2"} for row in rows]
    problem = only_problem(coded, draft=with_roles(control=None, treated=None))
    assert about(problem) == (("arm",), "control", "Choose the control arm.")
    three = [row | {"arm": str(i % 3)} for i, row in enumerate(rows)]
    neither = only_problem(three, draft=with_roles(control=None, treated=None))
    assert about(neither)[1:] == ("control", "Choose the control arm and the treated arm.")
    one = only_problem(three, draft=with_roles(control="0", treated=None))
    assert about(one)[1:] == ("treated", "Choose the treated arm.")


def test_an_arm_that_does_not_exist_is_chosen_again(rows: Rows):
    problem = only_problem(rows, draft=with_roles(control="Placbo"))
    assert about(problem) == (("arm",), "control", "Choose the control arm.")
    same = only_problem(rows, draft=with_roles(control="Drug"))
    assert about(same)[1] == "control"


def test_parts_that_nobody_plays_are_asked_for_by_their_name(rows: Rows):
    renamed = [{f"x_{name}": cell for name, cell in row.items()} for row in rows]
    nobody = Draft(title="Trial", roles=Roles(arm="", time="", event=""))
    problems = check([table_of(renamed)], nobody).problems
    assert [(p.part, p.shown) for p in problems] == [
        ("arm", "Which column holds the arm? Choose the column of the arm."),
        ("time", "Which column holds the time? Choose the column of the time."),
        ("event", "Which column holds the event? Choose the column of the event."),
    ]


def test_people_who_start_late_are_refused_beside_both_columns(rows: Rows):
    late = [row | {"start": "5", "stop": row["days"]} for row in rows]
    late[3]["stop"] = "5"
    draft = replace(DRAFT, endpoints=(replace(ENDPOINT, time="stop"),))
    (delayed,) = checked(late, draft=draft).problems
    assert delayed.columns == ("start",)
    assert delayed.shown.endswith("Choose 'start' as the entry, or count everybody from time 0.")
    assert [(choice.answers, choice.entry) for choice in delayed.choices] == [("ignore", "start")]
    entered = replace(draft, endpoints=(replace(draft.endpoints[0], entry="start"),))
    (backwards,) = checked(late, draft=entered).problems
    assert backwards.part == "entry"
    assert "is not before the end of follow-up ('stop') in row 5" in backwards.what


def test_a_biomarker_without_numbers_is_none(rows: Rows):
    problem = only_problem([row | {"marker": ""} for row in rows])
    assert about(problem) == (("marker",), "biomarker", "Do not use it as a biomarker.")


def test_a_limit_that_is_only_named_is_given_at_the_biomarker(edited: Edit):
    problem = only_problem(edited(marker={3: "<LLOQ"}))
    assert problem.chosen == "Give the limit of the assay, or take this cell as missing."
    assert problem.sentence == (
        "Column 'marker': '<LLOQ' in row 3 means an assay limit that is not known; say it in the dictionary "
        "as lower_limit or upper_limit."
    )


@for_each(
    "draft",
    [
        with_roles(arm="id", control=None, treated=None),
        with_roles(site="id"),
        replace(DRAFT, endpoints=(replace(ENDPOINT, time="id"),)),
        replace(DRAFT, endpoints=(replace(ENDPOINT, event="id"),)),
        replace(DRAFT, biomarkers=(BiomarkerDraft("id"),)),
        replace(DRAFT, factors=(FactorDraft("id"),)),
        replace(DRAFT, default_strata=("id",)),
    ],
)
def test_a_column_of_identifiers_plays_no_other_part_and_is_never_quoted(rows: Rows, draft: Draft):
    found = checked(rows, draft=draft)
    assert found.trial is None
    assert found.problems[0].what.startswith("Column 'id' cannot be the identifier and ")
    said = "".join(problem.shown + problem.sentence for problem in found.problems) + "".join(found.notices)
    assert not any(row["id"] in said for row in rows)


def test_repeated_participants_are_named_by_their_rows_only(rows: Rows):
    found = checked(rows + rows[:5], draft=DRAFT)
    assert "P-0" not in "".join(problem.shown + problem.sentence for problem in found.problems)


def test_the_endpoint_of_an_adam_file_is_chosen_at_the_parameter():
    adsl, adtte = adam(range(20), [])
    codes = replace(adtte.columns["CNSR"], cells=tuple("OS" if i % 2 else "PFS" for i in range(20)))
    both = replace(adtte, columns={**adtte.columns, "PARAMCD": codes})
    unknown = Draft(roles=Roles(param="EFS"))
    (problem,) = check([adsl, both], unknown).problems
    assert about(problem) == (("PARAMCD",), "param", "Choose the endpoint.")
    assert check([both], unknown).problems == (problem,)


@for_each(
    ("draft", "what", "part"),
    [
        (replace(DRAFT, endpoints=(replace(ENDPOINT, horizon=-1.0),)),
         "The horizon must be a number above 0.", "horizon"),
        (replace(DRAFT, endpoints=(replace(ENDPOINT, horizon=float("nan")),)),
         "The horizon must be a number above 0.", "horizon"),
        (replace(DRAFT, biomarkers=(BiomarkerDraft("marker", lower_limit=9.0, upper_limit=3.0),)),
         "The lower limit of the assay must lie below the upper one.", "biomarker"),
        (replace(DRAFT, biomarkers=(BiomarkerDraft("marker", lower_limit=float("inf")),)),
         "The limits of the assay must be numbers.", "biomarker"),
        (replace(DRAFT, biomarkers=(BiomarkerDraft("marker", default_thresholds=(1.0, 2.0, 3.0, 4.0)),)),
         "4 thresholds are given; at most three can be set.", "biomarker"),
        (replace(DRAFT, biomarkers=(BiomarkerDraft("marker"), BiomarkerDraft("marker"))),
         "The biomarker 'marker' is described 2 times; once is enough.", "biomarker"),
    ],
)  # fmt: skip
def test_what_no_dictionary_can_say_is_a_problem_of_the_mapping(
    rows: Rows, draft: Draft, what: str, part: str
):
    problem = only_problem(rows, draft=draft)
    assert (problem.what, problem.part) == (what, part)


def test_the_dictionary_s_own_names_stand_in_the_sentence(rows: Rows):
    draft = replace(DRAFT, file="essai.toml", endpoints=(EndpointDraft("death", "dys", "event"),))
    assert only_problem(rows, draft=draft).what == (
        "There is no column 'dys' (named in 'essai.toml', [endpoints.death]); did you mean 'days'?"
    )


def test_the_roles_of_options_come_before_the_mapping(rows: Rows):
    found = check([table_of(rows)], DRAFT, Roles(control="Drug", treated="Placebo"))
    assert found.trial is not None
    assert found.trial.dictionary.control == "Drug"
