"""What is said where small counts are hidden, and that nothing is said where they are not."""

from __future__ import annotations

from dataclasses import replace

from mirodash.text.small_counts import (
    WITHHELD,
    describe_curve_suppression,
    describe_disclosure,
    describe_exact_counts,
    describe_exact_numbers,
    describe_merged_groups,
    describe_suppression,
    selected_of,
)
from mirodash.trial.store import sample
from tests.profiles import for_each

TRIAL = sample("mirocals")


def test_nothing_is_said_where_everything_is_told() -> None:
    assert (
        describe_disclosure(0),
        describe_curve_suppression(0),
        describe_exact_numbers(0),
        describe_merged_groups(0),
    ) == ("", "", (), "")
    assert describe_suppression(TRIAL) == TRIAL.notices


@for_each(
    ("notice", "kept"),
    [
        ("6 of 220 participants lack Serum NfL.", False),
        ("16 of 220 participants lack Serum NfL.", True),
        ("CSF pNFH was below the limit (62.5) in 1 participant.", False),
        ("Times are rounded to 0.5 days; 1,207 rows were read.", True),
    ],
)
def test_a_notice_with_a_small_count_is_left_out(notice: str, *, kept: bool) -> None:
    told = describe_suppression(replace(TRIAL, min_cell=10, notices=(notice,)))
    assert told == ((notice,) if kept else (WITHHELD,))


@for_each(
    ("selected", "said"),
    [(118, "118 of 220"), (216, "part of 220"), (4, "< 10 of 220"), (0, "part of 220")],
)
def test_how_many_are_selected_tells_no_small_rest(selected: int, said: str) -> None:
    told = selected_of(replace(TRIAL, min_cell=10), selected)
    assert told.replace("\u00a0", " ") == said


def test_a_real_trial_whose_counts_are_all_shown_says_what_they_give_away():
    real = replace(TRIAL, min_cell=0, dictionary=replace(TRIAL.dictionary, synthetic=False))
    assert "a group of one shows that participant's time" in describe_exact_counts(real)
    assert "MIRODASH_MIN_CELL" in describe_exact_counts(real)
    hidden = replace(real, min_cell=10)
    synthetic = replace(real, dictionary=replace(real.dictionary, synthetic=True))
    assert describe_exact_counts(hidden) == describe_exact_counts(synthetic) == ""
