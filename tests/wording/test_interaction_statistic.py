"""The answer of the search stands in the title, with what was searched and how far the resampling is."""

from __future__ import annotations

import numpy as np

from mirodash.questions.thresholds.max_statistic_panel import search_over_thresholds
from mirodash.questions.thresholds.threshold_scan import NOTHING_TO_SEARCH
from mirodash.text.numbers import unify_spaces
from tests.made_up_scans import NAN, made_up_scan
from tests.small_trials import MARKER


def test_the_title_is_the_answer():
    told = search_over_thresholds(MARKER, made_up_scan())
    assert unify_spaces(told.title) == "Searching over thresholds, p = 0.020 for the best"
    searched, best, resampling = told.facts
    assert (searched.value, unify_spaces(searched.detail)) == ("3 thresholds", "from 200 to 800 pg/mL")
    assert unify_spaces(best.value) == "800 pg/mL"
    assert best.detail == "z +3.00; chance exceeds ±2.50 in 5 % of trials"
    assert resampling.value == "10,000 resamples"
    assert told.sentence.startswith("The statistic leaves the band at 1 of 3 thresholds.")


def test_the_sentence_counts_what_leaves_the_band_and_repeats_no_p_value():
    quiet = search_over_thresholds(MARKER, made_up_scan(envelope=3.5))
    assert quiet.sentence == "The statistic stays inside the band at all 3 thresholds."
    loud = search_over_thresholds(MARKER, made_up_scan(envelope=1.2))
    assert loud.sentence.startswith("The statistic leaves the band at 2 of 3 thresholds.")
    assert "p" + chr(0xA0) not in loud.sentence


def test_resampling_that_goes_on_says_so():
    *_, resampling = search_over_thresholds(MARKER, made_up_scan(n_resamples=4500)).facts
    assert resampling.value == "4,500 of 10,000 resamples so far"
    assert "still moves" in resampling.detail


def test_the_table_has_every_searched_threshold_with_the_p_value_of_the_search():
    (table,) = search_over_thresholds(MARKER, made_up_scan()).tables
    assert [tuple(map(unify_spaces, row)) for row in table.rows] == [
        ("200", "+1.00", "p = 0.70"),
        ("400", "−1.50", "p = 0.40"),
        ("800", "+3.00", "p = 0.020"),
    ]


def test_a_long_table_is_thinned_but_keeps_the_best():
    size = 300
    z = np.sin(np.arange(size) / 7)
    z[123] = -5.0
    scan = made_up_scan(
        thresholds=np.arange(1.0, size + 1),
        n_below=np.arange(1, size + 1),
        candidate=np.ones(size, dtype=np.bool_),
        score_z=z,
        p_value_adjusted_at=np.full(size, 0.5),
    )
    (table,) = search_over_thresholds(MARKER, scan).tables
    values = [row[0] for row in table.rows]
    assert len(values) <= 26
    assert {"1", "124", "300"} <= set(values)
    assert values == sorted(values, key=int)


def test_nothing_searched_is_said():
    empty = made_up_scan(score_z=np.full(5, NAN), p_value_adjusted=None, envelope=None)
    told = search_over_thresholds(MARKER, empty)
    assert (told.title, told.sentence) == ("Searching over thresholds", NOTHING_TO_SEARCH)
