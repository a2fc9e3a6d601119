"""Both sides of every threshold, told to somebody who cannot see the picture."""

from __future__ import annotations

import numpy as np

from mirodash.disclosure.curve_values import threshold_sides
from mirodash.questions.thresholds.threshold_scan import describe_threshold_scan, list_suppressed_places
from mirodash.survival.results import ThresholdScan
from mirodash.text.facts import Explanation
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import unify_spaces
from tests.made_up_scans import made_up_scan
from tests.small_trials import MARKER


def _told(scan: ThresholdScan, confidence: float = 0.95) -> Explanation:
    sides = threshold_sides(scan, confidence)
    names = ArmNames("IL-2", "Placebo")
    return describe_threshold_scan(MARKER, scan, sides, events="deaths", names=names, confidence=confidence)


def test_the_sentence_has_both_sides_at_low_middle_and_high_thresholds():
    sentence = unify_spaces(_told(made_up_scan()).sentence)
    assert sentence.startswith(
        "With the threshold at 200 pg/mL the hazard ratio is 0.25 at or below and 0.90 above; "
        "at 400 pg/mL the hazard ratio is 0.50 at or below and 1.20 above; "
        "at 1,600 pg/mL the hazard ratio is 0.80 at or below and not estimable above."
    )
    assert "no interval allows for how many were looked at" in sentence


def test_the_table_has_counts_and_intervals_of_both_sides():
    (table,) = _told(made_up_scan(), 0.9).tables
    low, *_, last = table.rows
    assert [unify_spaces(cell) for cell in low[:5]] == ["100", "5", "1", "not estimable", "95"]
    assert table.rows[2][1:4] == ("50", "20", "0.50 (0.22 to 1.14)")
    assert last[-1] == "not estimable"
    assert "90 % CI" in unify_spaces(table.header[3])
    assert "Deaths above" in table.header


def test_a_table_of_hundreds_is_thinned_at_equal_steps_of_participants():
    below = np.concatenate([np.arange(1, 101), [500, 1000]])
    scan = made_up_scan(n_below=below)
    kept = list_suppressed_places(np.arange(below.size), scan)
    assert len(kept) <= 25
    assert {0, 100, 101} <= set(kept)
    assert list_suppressed_places(np.arange(4), scan) == [0, 1, 2, 3]
    assert 57 in list_suppressed_places(np.arange(below.size), scan, 57)
