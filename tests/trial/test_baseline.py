"""Hostile biomarkers and factors: limits of the assay, infinities, words among numbers."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from tests.trial.small_files import Edit, Rows, Write, only_problem_of


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
    # a limit that is itself possible stands at the next number
    at_limit = [15.6, 15.6, 15.6, 5000, np.nextafter(15.6, np.inf), 15.6, 5000, 3]
    assert marker.values[:8].tolist() == at_limit
    assert marker.below_limit.sum() == 5
    assert marker.above_limit.sum() == 2
    assert (
        "Marker was below the assay limit (15.6) in 5 participants; the limit itself is used, "
        "but no group is assumed at thresholds beyond it." in trial.notices
    )
    assert (
        "Marker was above the assay limit (5000) in 2 participants; the limit itself is used, "
        "but no group is assumed at thresholds beyond it." in trial.notices
    )
    assert any("lies beyond the assay limits of the dictionary in 1 participant" in n for n in trial.notices)


def test_an_assay_limit_nobody_stated_is_asked_for(write: Write, edited: Edit):
    problem = only_problem_of(write(edited(marker={3: "<LLOQ", 4: "ALQ"})), Roles(biomarker="marker"))
    assert problem == (
        "Column 'marker': '<LLOQ' in rows 3 and 4 means an assay limit that is not known; say it in the "
        "dictionary as lower_limit or upper_limit."
    )


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


@pytest.mark.parametrize("cell", ["<abc", "< ", "1 2", "1_000", "٣"])
def test_what_only_resembles_a_number_is_none(write: Write, edited: Edit, described: str, cell: str):
    problem = only_problem_of(write(edited(marker={6: cell}), described))
    assert problem == f"Column 'marker': '{cell.strip()}' is not a number, in row 6."
