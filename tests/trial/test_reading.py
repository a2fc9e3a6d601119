"""Hostile and degenerate data: each gets its own sentence, with row and column, and never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial.reading import read_trial
from mirodash.trial.roles import Roles
from tests.trial.small_files import Edit, Rows, Write, only_problem_of, problems_of


def test_a_clean_file_is_read_by_its_obvious_names(write: Write, rows: Rows):
    trial = read_trial([write(rows)])
    assert (trial.id, trial.title, trial.participants) == ("small", "small", 40)
    assert (trial.dictionary.control, trial.dictionary.treated) == ("Placebo", "Drug")
    assert trial.arm.names == ("Placebo", "Drug")
    assert trial.arm.counts() == {"Placebo": 20, "Drug": 20}
    assert trial.outcomes["event"].event.sum() == sum(row["event"] == "1" for row in rows)
    assert trial.site is trial.categories["site"]
    assert trial.country is None
    assert (
        "Columns recognised by their names: participant 'id', time 'time', event 'event', arm 'arm' "
        "and site 'site'." in trial.notices
    )


def test_a_described_file_keeps_only_what_the_dictionary_names(write: Write, rows: Rows, described: str):
    trial = read_trial([write([row | {"extra": str(i)} for i, row in enumerate(rows)], described)])
    assert trial.title == "Small trial"
    assert set(trial.numbers) == {"marker"}
    assert set(trial.categories) == {"arm", "site", "sex"}
    assert trial.categories["sex"].names == ("M", "F")
    assert trial.dictionary.factors[0].levels == (("M", "male"), ("F", "female"))
    endpoint = trial.dictionary.endpoints[0]
    assert (endpoint.key, endpoint.horizon, endpoint.event_value, endpoint.plural) == (
        "death",
        200,
        "1",
        "deaths",
    )
    assert trial.notices == ()


def test_arrays_cannot_be_written_to_and_identifiers_are_gone(write: Write, rows: Rows):
    trial = read_trial([write(rows)])
    arrays = [trial.arm.codes, trial.numbers["marker"].values, *(trial.outcomes["event"].__getstate__())]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert "P-001" not in repr(trial)
    with pytest.raises(TypeError):
        trial.numbers["marker"] = None  # type: ignore[index]


def test_negative_times_are_refused_with_their_rows(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(time={3: "-1", 9: "-0.5"})))
    assert problem == "Column 'time': the time is negative in rows 3 and 9; time starts at 0."


def test_long_lists_of_rows_are_cut(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(time=dict.fromkeys(range(2, 22), "-1"))))
    assert "rows 2, 3, 4 and 17 more" in problem


def test_infinite_times_are_refused_with_their_rows(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(time={4: "Inf", 5: "-inf"})))
    assert problem == "Column 'time': the time is infinite in rows 4 and 5."


@pytest.mark.parametrize("code", ["", "NA", "N/A", ".", "NaN", "null", " na "])
def test_missing_times_are_kept_counted_and_unusable(write: Write, edited: Edit, code: str):
    trial = read_trial([write(edited(time={4: code}, event={7: code}))])
    assert trial.participants == 40
    assert trial.outcomes["event"].usable.sum() == 38
    assert any(
        "2 participants lack the time ('time') or the event ('event'): counted, but not usable" in notice
        for notice in trial.notices
    )


def test_times_of_nobody_are_refused(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"time": ""} for row in rows]))
    assert problem == "Nobody has both a time ('time') and a known event ('event')."


@pytest.mark.parametrize(
    ("cell", "unit"), [("1e301", "days"), ("36526", "days"), ("1201", "months"), ("1e308", "weeks")]
)
def test_times_beyond_a_hundred_years_are_refused_with_a_word_about_the_unit(
    write: Write, edited: Edit, cell: str, unit: str
):
    problem = only_problem_of(write(edited(time={8: cell})), Roles(time_unit=unit))
    assert problem == (
        f"Column 'time': row 8 would be beyond 100 years if the time is in {unit}; is the unit right? "
        "Say it in the dictionary (unit = ...)."
    )


def test_text_where_a_time_belongs_is_quoted(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(time={5: "about 90", 6: "<3"})))
    assert problem == "Column 'time': 'about 90' is not a number, in rows 5 and 6."


def test_dates_are_no_times(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"time": "2014-01-02"} for row in rows]))
    assert problem.startswith("Column 'time', given as the time, holds dates (2014-01-02 in row 2).")


def test_events_at_time_zero_are_accepted_and_told(write: Write, edited: Edit, described: str):
    trial = read_trial([write(edited(time={2: "0", 5: "0"}), described)])
    assert trial.outcomes["death"].time.min() == 0
    assert "2 deaths on day 0." in trial.notices


def test_many_ties_are_told(write: Write, edited: Edit, described: str):
    trial = read_trial([write(edited(time={2: "50", 5: "50"}), described)])
    assert (
        "14 % of deaths share their time with another one; Efron's method is used for ties." in trial.notices
    )


def test_near_ties_become_ties(write: Write, edited: Edit, described: str):
    trial = read_trial([write(edited(time={2: "0.30000000000000004", 3: "0.3"}), described)])
    times = trial.outcomes["death"].time
    assert (times == 0.3).sum() == 2
    assert any("1 of them differed by less than that and are now tied" in notice for notice in trial.notices)


def test_missing_biomarkers_are_counted(write: Write, edited: Edit, described: str):
    trial = read_trial([write(edited(marker={2: "", 3: "NA", 4: ".", 5: "null"}), described)])
    assert np.isnan(trial.numbers["marker"].values).sum() == 4
    assert "4 of 40 participants lack Marker." in trial.notices


def test_infinite_biomarkers_are_refused_with_a_word_about_the_assay(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(marker={6: "Inf"})), Roles(biomarker="marker"))
    assert problem.startswith(
        "Column 'marker' is infinite in row 6; if these are beyond the limit of the assay"
    )


def test_text_in_a_biomarker_is_quoted(write: Write, edited: Edit, described: str):
    problem = only_problem_of(write(edited(marker={6: "haemolysed"}), described))
    assert problem == "Column 'marker': 'haemolysed' is not a number, in row 6."


def test_an_empty_biomarker_is_refused(write: Write, rows: Rows, described: str):
    problem = only_problem_of(write([row | {"marker": ""} for row in rows], described))
    assert problem == "Column 'marker', given as a biomarker, holds no numbers."


def test_values_beyond_the_assay_stand_at_its_limit_flagged_and_counted(
    write: Write, edited: Edit, described: str
):
    cells = {2: "<15.6", 3: "< 15.6", 4: "<LLOQ", 5: ">5000", 6: "≤15.6", 7: "BLQ", 8: ">ULOQ", 9: "3"}
    trial = read_trial([write(edited(marker=cells), described)])
    marker = trial.numbers["marker"]
    assert marker.values[:8].tolist() == [15.6, 15.6, 15.6, 5000, 15.6, 15.6, 5000, 3]
    assert marker.below_limit.sum() == 5
    assert marker.above_limit.sum() == 2
    assert (
        "Marker was below the assay limit (15.6) in 5 participants; the limit itself is used."
        in trial.notices
    )
    assert (
        "Marker was above the assay limit (5000) in 2 participants; the limit itself is used."
        in trial.notices
    )
    assert any("lies beyond the assay limits of the dictionary in 1 participant" in n for n in trial.notices)


def test_an_assay_limit_nobody_stated_is_asked_for(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(marker={3: "<LLOQ", 4: "ALQ"})), Roles(biomarker="marker"))
    assert problem == (
        "Column 'marker': '<LLOQ' in rows 3 and 4 means an assay limit that is not known; say it in the "
        "dictionary as lower_limit or upper_limit."
    )


def test_duplicate_participants_are_refused_by_name_and_row(write: Write, rows: Rows):
    problem = only_problem_of(write(rows[:20] + rows[:20]))
    assert problem == "20 participants appear twice: first P-000 in rows 2 and 22."


def test_one_duplicate_is_told_in_the_singular_and_a_triple_as_more(write: Write, rows: Rows):
    assert only_problem_of(write(rows + rows[:1])) == "1 participant appears twice: P-000 in rows 2 and 42."
    thrice = only_problem_of(write(rows + rows[:2] + rows[:1]))
    assert thrice == "2 participants appear more than once: first P-000 in rows 2, 42 and 44."


def test_participants_without_an_identifier_are_refused(write: Write, edited: Edit):
    assert only_problem_of(write(edited(id={7: ""}))) == "Column 'id': row 7 without an identifier."


def test_without_identifiers_every_row_is_a_participant(write: Write, rows: Rows):
    trial = read_trial([write([{k: v for k, v in row.items() if k != "id"} for row in rows])])
    assert trial.participants == 40
    assert "No column identifies participants; every row is taken as one participant." in trial.notices


def test_status_one_and_two_is_asked_for(write: Write, rows: Rows):
    coded = [row | {"event": str(1 + int(row["event"]))} for row in rows]
    problem = only_problem_of(write(coded))
    assert problem == (
        "Column 'event' holds 1 (26 participants) and 2 (14). Which one means the event? "
        "Say it with --event-value."
    )
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
        "Column 'event' holds 0 (26 participants), 1 (13) and 2 (1): more than two values. Are these "
        "competing events? Give a column with two values: the event, and none."
    )


def test_an_event_column_with_many_values_is_refused(write: Write, rows: Rows):
    problem = only_problem_of(write(rows), Roles(event="marker"))
    assert problem == "Column 'marker', given as the event, holds 40 different values instead of two."


def test_an_empty_event_column_is_refused(write: Write, rows: Rows):
    problems = problems_of(write([row | {"event": ""} for row in rows]))
    assert "Column 'event', given as the event, is empty." in problems


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("true", "false"), ("1.0", "0"), ("1", "0.00")])
def test_truth_and_zero_one_are_understood(write: Write, rows: Rows, yes: str, no: str):
    trial = read_trial([write([row | {"event": yes if row["event"] == "1" else no} for row in rows])])
    assert trial.outcomes["event"].event.sum() == 14


def test_yes_and_no_need_a_word(write: Write, rows: Rows):
    path = write([row | {"event": "Yes" if row["event"] == "1" else "no"} for row in rows])
    assert "Say it with --event-value" in only_problem_of(path)
    assert read_trial([path], Roles(event_value="yes")).outcomes["event"].event.sum() == 14


def test_a_censoring_column_is_never_taken_for_an_event_column(write: Write, rows: Rows):
    path = write([{("censored" if k == "event" else k): v for k, v in row.items()} for row in rows])
    problem = only_problem_of(path, Roles(event="censored"))
    assert problem.endswith("Which one means the event? Say it with --event-value.")


def test_a_column_named_cnsr_is_zero_for_an_event(write: Write, rows: Rows):
    path = write([{("CNSR" if k == "event" else k): v for k, v in row.items()} for row in rows])
    trial = read_trial([path], Roles(event="CNSR"))
    assert trial.outcomes["CNSR"].event.sum() == 26


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


def test_a_single_arm_is_refused(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"arm": "Drug"} for row in rows]))
    assert problem == "Column 'arm' holds a single arm, 'Drug'; a comparison needs two."


def test_an_empty_arm_column_is_refused(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"arm": ""} for row in rows]))
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
        "Column 'arm' has 3 arms: Drug, High dose and Placebo. Which two are compared? "
        "Say it with --control and --treated."
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


def test_missing_columns_are_told_with_what_was_meant(write: Write, rows: Rows):
    problems = problems_of(write(rows), Roles(time="tme", biomarker="xyz"))
    assert problems == (
        "There is no column 'tme' (given with --time); did you mean 'time'?",
        "There is no column 'xyz' (given with --biomarker); the columns are id, time, event, arm, marker, "
        "sex and site.",
    )


def test_parts_that_nobody_plays_are_asked_for(write: Write, rows: Rows):
    renamed = [{k.replace("time", "t").replace("arm", "a"): v for k, v in row.items()} for row in rows]
    assert problems_of(write(renamed)) == (
        "Which column holds the arm? Say it with --arm; the columns are id, t, event, a, marker, sex and "
        "site.",
        "Which column holds the time? Say it with --time; the columns are id, t, event, a, marker, sex and "
        "site.",
    )


def test_two_candidates_are_no_guess(write: Write, rows: Rows):
    problem = only_problem_of(write([row | {"status": "1"} for row in rows]))
    assert problem.startswith("Which column holds the event?")


def test_every_problem_is_told_at_once(write: Write, edited: Edit):
    path = write(
        edited(time={2: "-3", 3: "x"}, marker={4: "Inf"}, event={5: "7"}, id={7: "P-001"}),
        '[biomarkers.marker]\n[biomarkers.absent]\n[endpoints.e]\ntime = "time"\nevent = "event"\n',
    )
    found = problems_of(path, Roles(control="Plac", site="where", horizon=-1))
    assert [p[:30] for p in found] == [
        "The horizon must be a number a",
        "There is no column 'where' (gi",
        "There is no column 'absent' (n",
        "1 participant appears twice: P",
        "Column 'arm' has no control ar",
        "Column 'time': 'x' is not a nu",
        "Column 'time': the time is neg",
        "Column 'event' holds 0 (26 par",
        "Column 'marker' is infinite in",
    ]


def test_impossible_options_are_told(write: Write, rows: Rows):
    problems = problems_of(write(rows), Roles(horizon=float("nan"), time_unit="fortnights"))  # type: ignore[arg-type]
    assert problems == (
        "The horizon must be a number above 0.",
        "'fortnights' is no unit of time; known are days, weeks, months, years.",
    )


@pytest.mark.parametrize("count", [0, 3])
def test_one_or_two_files_are_wanted(tmp_path: Path, count: int):
    with pytest.raises(UnusableDataError, match=f"Give one file, or the two files .*; {count} were given"):
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


def test_several_endpoints_are_read_the_first_is_the_default(write: Write, rows: Rows, described: str):
    text = described + '[endpoints.relapse]\ntime = "weeks"\nevent = "relapsed"\nevent_value = true\n'
    path = write(
        [row | {"weeks": "4", "relapsed": "TRUE" if row["sex"] == "F" else "FALSE"} for row in rows], text
    )
    trial = read_trial([path])
    assert list(trial.outcomes) == ["death", "relapse"]
    assert trial.dictionary.endpoints[1].unit == "weeks"
    assert trial.outcomes["relapse"].event.sum() == 20


def test_values_the_dictionary_does_not_name_are_kept_and_told(write: Write, edited: Edit, described: str):
    trial = read_trial([write(edited(sex={3: "X"}), described)])
    assert trial.categories["sex"].names == ("M", "F", "X")
    assert "Column 'sex' has values the dictionary does not name: X." in trial.notices


def test_factors_are_numbers_or_categories_as_their_content_says(write: Write, rows: Rows, described: str):
    text = (
        described
        + "[factors.age]\ncut = 60\n[factors.grade]\n[factors.marker]\n[factors.blank]\n"
        + '[factors.few]\nunit = "g"\n'
    )
    more = [
        row | {"age": str(40 + i), "grade": str(i % 3), "blank": "", "few": str(i % 2)}
        for i, row in enumerate(rows)
    ]
    trial = read_trial([write(more, text)])
    kinds = {factor.column: factor.kind for factor in trial.dictionary.factors}
    assert kinds == {
        "sex": "category",
        "age": "numeric",
        "grade": "category",
        "marker": "numeric",
        "few": "numeric",
    }
    assert "Column 'blank' is empty and was left out." in trial.notices


def test_what_randomisation_was_stratified_by_can_be_used_as_strata(write: Write, rows: Rows, described: str):
    text = described + '[randomisation]\nwithin = ["region"]\n'
    trial = read_trial([write([row | {"region": "N"} for row in rows], text)])
    assert trial.dictionary.randomised_within == ("region",)
    assert trial.dictionary.default_strata == ("region",)
    assert trial.categories["region"].names == ("N",)


def test_levels_are_sorted_as_people_count(write: Write, rows: Rows):
    trial = read_trial([write([row | {"site": str(i % 12 + 1)} for i, row in enumerate(rows)])])
    assert trial.site is not None
    assert trial.site.names[-3:] == ("10", "11", "12")


def test_the_order_of_rows_does_not_matter(write: Write, rows: Rows, described: str):
    forwards = read_trial([write(rows, described)])
    backwards = read_trial([write(rows[::-1], described)])
    assert forwards == backwards
    np.testing.assert_array_equal(forwards.numbers["marker"].values, backwards.numbers["marker"].values)


@pytest.mark.parametrize(
    "change",
    [{"time": {5: "31.5"}}, {"event": {5: "1"}, "time": {5: ""}}, {"marker": {5: ""}},
     {"marker": {5: "<211"}}, {"sex": {5: ""}}, {"arm": {5: "Drug", 6: "Placebo"}}],
)  # fmt: skip
def test_every_change_of_content_changes_the_fingerprint(
    write: Write, rows: Rows, edited: Edit, described: str, change: dict[str, Any]
):
    before = read_trial([write(rows, described)])
    after = read_trial([write(edited(**change), described)])
    assert before.fingerprint != after.fingerprint
    assert before.fingerprint.startswith("sha256:")
    assert len(before.fingerprint) == 71


def test_the_dictionary_is_part_of_the_fingerprint_the_identifiers_are_not(
    write: Write, rows: Rows, described: str
):
    before = read_trial([write(rows, described)])
    assert before != read_trial([write(rows, described.replace('"Marker"', '"Other"'))])
    renamed = [row | {"id": f"Q{i:03d}"} for i, row in enumerate(rows)]
    assert before == read_trial([write(renamed, described)])


@pytest.mark.parametrize("cell", ["<abc", "< ", "1 2", "1_000", "٣"])
def test_what_only_resembles_a_number_is_none(write: Write, edited: Edit, described: str, cell: str):
    problem = only_problem_of(write(edited(marker={6: cell}), described))
    assert problem == f"Column 'marker': '{cell.strip()}' is not a number, in row 6."


def test_a_dictionary_without_endpoints_leaves_time_and_event_to_be_found(write: Write, rows: Rows):
    trial = read_trial([write(rows, '[biomarkers.marker]\nlabel = "Marker"\n')], Roles(event_value="1"))
    assert (trial.dictionary.endpoints[0].time, trial.dictionary.endpoints[0].event) == ("time", "event")
    assert trial.site is None
    assert "site" not in trial.categories
