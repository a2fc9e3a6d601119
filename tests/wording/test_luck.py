"""What a search is worth, said so that no evidence stays no evidence."""

from __future__ import annotations

from mirodash.questions.thresholds.threshold_scan import (
    RESAMPLES,
    describe_progress,
    describe_search_p_value,
    format_p_value_at,
    judge_search,
)
from mirodash.text.numbers import unify_spaces
from tests.made_up_scans import made_up_scan
from tests.profiles import for_each
from tests.small_trials import MARKER


@for_each("p", [0.05, 0.2, 1.0])
def test_what_luck_does_easily_shows_nothing_either_way(p: float):
    told = judge_search(p, MARKER)
    assert "do not show that the effect depends on pNFH, nor that it does not" in told
    assert "no effect" not in told


@for_each("p", [0.0001, 0.049])
def test_what_luck_seldom_does_suggests_dependence_but_no_line(p: float):
    told = judge_search(p, MARKER)
    assert "suggest that the effect depends on pNFH" in told
    assert "less informative about where" in told


@for_each(
    ("p", "share"),
    [
        (0.314, "31 % of"),
        (0.001, "fewer than 1 in 100"),
        (0.999, "nearly all"),
        (0.01, "1.0 % of"),
        (0.0349, "3.5 % of"),
    ],
)
def test_a_p_value_as_a_share_of_trials(p: float, share: str):
    assert unify_spaces(describe_search_p_value(p, 1234)) == (
        f"Without an interaction, at least one of 1,234 thresholds would look this extreme in {share} trials."
    )


def test_progress_ends_when_all_is_done():
    assert RESAMPLES == 10_000
    assert describe_progress(RESAMPLES - 500) == "9,500 of 10,000 resamples so far"
    assert describe_progress(RESAMPLES) == "10,000 resamples"


def test_a_threshold_has_a_p_value_only_after_resampling():
    assert [unify_spaces(text) for text in format_p_value_at(made_up_scan(), 2)] == [
        "searching over thresholds, p = 0.40"
    ]
    assert format_p_value_at(made_up_scan(p_value_adjusted_at=None), 2) == []
