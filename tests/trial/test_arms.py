"""Which arm is the control is recognised or asked for, never assumed."""

from __future__ import annotations

from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.trial.small_files import Edit, Rows, Write, only_problem_of, problems_of


def test_a_single_arm_is_refused(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"arm": "Drug"} for row in rows]), Roles(arm="arm"))
    assert problem == "Column 'arm' holds a single arm, 'Drug'; a comparison needs two."


def test_an_empty_arm_column_is_refused(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"arm": ""} for row in rows]), Roles(arm="arm"))
    assert problem == "Column 'arm', given as the arm, is empty."


def test_a_column_with_many_values_is_no_arm(write: Write, rows: Rows):
    problem = only_problem_of(write(rows), Roles(arm="marker"))
    assert "holds 40 different values" in problem
    assert "does not look like the arms of a trial" in problem


def test_participants_without_an_arm_are_kept_and_counted(write: Write, edited: Edit):
    trial = read_trial([write(edited(arm={4: ""}))])
    assert trial.participants == 40
    assert (trial.arm.codes == -1).sum() == 1
    assert "1 participant without an arm: counted, but not compared." in trial.notices


def test_two_arms_of_which_none_sounds_like_a_control_are_asked_about(write: Write, rows: Rows):
    path = write([row | {"arm": "1" if row["arm"] == "Placebo" else "2"} for row in rows])
    assert only_problem_of(path) == (
        "Column 'arm' has 2 arms: 1 and 2. Which one is the control? Say it with --control."
    )
    trial = read_trial([path], Roles(control="1.0"))
    assert (trial.dictionary.control, trial.dictionary.treated) == ("1", "2")
    assert read_trial([path], Roles(treated="2")).dictionary.control == "1"


def test_three_arms_need_both_named(write: Write, edited: Edit):
    path = write(edited(arm={2: "High dose", 4: "High dose"}))
    assert only_problem_of(path) == (
        "Column 'arm' has 3 arms: Drug, High dose and Placebo. Which one is the treated arm? "
        "Say it with --treated."
    )
    assert only_problem_of(path, Roles(control="Placebo")).endswith(
        "Which one is the treated arm? Say it with --treated."
    )
    trial = read_trial([path], Roles(control="Drug", treated="high dose"))
    assert trial.arm.names == ("Drug", "High dose", "Placebo")
    assert read_trial([path], Roles(treated="Drug")).dictionary.control == "Placebo"


def test_arms_that_do_not_exist_are_told_with_those_that_do(write: Write, rows: Rows):
    problems = problems_of(write(rows), Roles(control="Placbo", treated="IL-2"))
    assert problems == (
        "Column 'arm' has no control arm 'Placbo'; its arms are Drug and Placebo; did you mean 'Placebo'?",
        "Column 'arm' has no treated arm 'IL-2'; its arms are Drug and Placebo.",
    )


def test_the_same_arm_cannot_be_both(write: Write, rows: Rows):
    problem = only_problem_of(write(rows), Roles(control="Drug", treated="Drug"))
    assert problem == "'Drug' cannot be both the control and the treated arm."


def test_the_treated_arm_alone_does_not_make_three_arms_clear(write: Write, edited: Edit):
    path = write(edited(arm={2: "X", 3: "Y", 5: "Y", 7: "Y"}))
    rows = [line.replace("Placebo", "Z") for line in path.read_text().splitlines()]
    path.write_text("\n".join(rows))
    assert only_problem_of(path, Roles(treated="X")).endswith(
        "Which one is the control arm? Say it with --control."
    )
