"""A whole trial from its file: what is kept, in which order, under which names."""

from __future__ import annotations

import pytest

from mirodash.trial.build import read_trial
from tests.trial.small_files import Edit, Rows, Write, only_problem_of


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
        "Columns recognised by their names: participant 'id', time 'days', event 'event', arm 'arm' "
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
    for array in (array for array in arrays if array is not None):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert "P-001" not in repr(trial)
    with pytest.raises(TypeError):
        trial.numbers["marker"] = None  # type: ignore[index]


def test_duplicate_participants_are_refused_by_row_and_not_by_name(write: Write, rows: Rows):
    problem = only_problem_of(write(rows[:20] + rows[:20]))
    assert problem == "20 participants appear twice: the first in rows 2 and 22."


def test_one_duplicate_is_told_in_the_singular_and_a_triple_as_more(write: Write, rows: Rows):
    assert only_problem_of(write(rows + rows[:1])) == "1 participant appears twice, in rows 2 and 42."
    thrice = only_problem_of(write(rows + rows[:2] + rows[:1]))
    assert thrice == "2 participants appear more than once: the first in rows 2, 42 and 44."


def test_participants_without_an_identifier_are_refused(write: Write, edited: Edit):
    assert only_problem_of(write(edited(id={7: ""}))) == "Column 'id': row 7 without an identifier."


def test_without_identifiers_every_row_is_a_participant(write: Write, rows: Rows):
    trial = read_trial([write([{k: v for k, v in row.items() if k != "id"} for row in rows])])
    assert trial.participants == 40
    assert "No column identifies participants; every row is taken as one participant." in trial.notices


def test_several_endpoints_are_read_the_first_is_the_default(write: Write, rows: Rows, described: str):
    text = described + '[endpoints.relapse]\ntime = "weeks"\nevent = "relapsed"\nevent_value = true\n'
    path = write(
        [row | {"weeks": "4", "relapsed": "TRUE" if row["sex"] == "F" else "FALSE"} for row in rows], text
    )
    trial = read_trial([path])
    assert list(trial.outcomes) == ["death", "relapse"]
    assert trial.dictionary.endpoints[1].unit == "weeks"
    assert trial.outcomes["relapse"].event.sum() == 20


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
