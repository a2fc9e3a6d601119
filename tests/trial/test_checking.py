"""A trial that is already in tables is checked as its file with a dictionary beside it is."""

from __future__ import annotations

from mirodash.trial.build import check, read_trial
from mirodash.trial.dictionary import Draft, Roles
from mirodash.trial.dictionary_toml import parse_dictionary
from mirodash.trial.readers.files import read_table
from tests.trial.small_files import Rows, Write


def test_tables_and_a_dictionary_make_the_trial_of_the_file(write: Write, rows: Rows, described: str):
    path = write(rows, described)
    checked = check([read_table(path)], parse_dictionary(described, "small.toml"))
    assert (checked.problems, checked.notices) == ((), ())
    assert checked.trial == read_trial([path])


def test_there_is_no_trial_with_a_problem(write: Write, rows: Rows):
    single = read_table(write([row | {"arm": "Drug"} for row in rows]))
    checked = check([single], Draft(), Roles(arm="arm"))
    assert checked.trial is None
    assert [problem.sentence for problem in checked.problems] == [
        "Column 'arm' holds a single arm, 'Drug'; a comparison needs two."
    ]
    assert checked.notices[0].startswith("Columns recognised by their names: ")
