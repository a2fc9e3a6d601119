"""Two files share a fingerprint exactly when they hold the same trial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.trial.build import read_trial
from tests.trial.small_files import Edit, Rows, Write


def test_the_order_of_rows_does_not_matter(write: Write, rows: Rows, described: str):
    forwards = read_trial([write(rows, described)])
    backwards = read_trial([write(rows[::-1], described)])
    assert forwards == backwards
    np.testing.assert_array_equal(forwards.numbers["marker"].values, backwards.numbers["marker"].values)


@pytest.mark.parametrize(
    "change",
    [{"days": {5: "31.5"}}, {"event": {5: "1"}, "days": {5: ""}}, {"marker": {5: ""}},
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


def test_saying_the_dictionary_in_french_leaves_the_fingerprint_as_it_was(
    write: Write, rows: Rows, described: str
):
    before = read_trial([write(rows, described)])
    after = read_trial(
        [write(rows, described + '[french]\n"Death from any cause" = "décès toutes causes"\n')]
    )
    assert after.fingerprint == before.fingerprint
    assert before.dictionary.french == ()
    assert after.dictionary.french == (("Death from any cause", "décès toutes causes"),)
