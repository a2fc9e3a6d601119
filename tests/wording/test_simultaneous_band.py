"""What the band around the whole curve leaves possible."""

from __future__ import annotations

import numpy as np

from mirodash.questions.effect_along_biomarker import describe_curve_with_band
from mirodash.survival.results import EffectCurve, SimultaneousBand
from mirodash.text.facts import Explanation
from mirodash.text.numbers import unify_spaces
from tests.small_trials import MARKER

CURVE = Explanation("Effect of IL-2 by pNFH", "Drag the threshold.", "It goes up.")


def _told(lower: list[float], upper: list[float]) -> Explanation:
    low, high = np.array(lower), np.array(upper)
    ratio = np.sqrt(low * high)
    values = np.linspace(100.0, 100.0 * low.size, low.size)
    curve = EffectCurve(values, ratio, np.sqrt(low * ratio), np.sqrt(high * ratio), (), "log", 0.5, 2)
    return describe_curve_with_band(CURVE, MARKER, curve, SimultaneousBand(low, high, 2.7), 0.95)


def test_a_flat_line_that_fits_shows_nothing_either_way():
    sentence = _told([0.2, 0.3, 0.4], [0.9, 1.2, 2.0]).sentence
    assert sentence.startswith("It goes up. A flat line fits")
    assert "does not show that the effect depends on pNFH, nor that it does not" in sentence


def test_where_no_flat_line_fits_the_effect_depends():
    sentence = _told([0.1, 0.5, 1.2], [0.4, 1.5, 3.0]).sentence
    assert "No flat line fits" in sentence
    assert "nor that it does not" not in sentence


def test_where_the_band_leaves_out_no_effect_is_told_with_its_ends():
    sentence = unify_spaces(_told([0.1, 0.2, 0.5, 1.1, 0.5], [0.4, 0.9, 1.5, 3.0, 2.0]).sentence)
    assert "leaves out a hazard ratio of 1 from 100 to 200 pg/mL and from 400 to 400 pg/mL." in sentence
    assert "Nowhere does it leave out" in _told([0.5, 0.5], [2.0, 2.0]).sentence


def test_the_table_has_both_intervals():
    (table,) = _told([0.25] * 30, [4.0] * 30).tables
    assert len(table.rows) == 9
    assert unify_spaces(table.rows[0][1]) == "1.00 (95 % CI 0.50 to 2.00)"
    assert unify_spaces(table.rows[0][2]) == "1.00 (95 % CI 0.25 to 4.00)"


def test_the_two_bands_are_told_apart():
    told = _told([0.5, 0.5], [2.0, 2.0])
    assert "pointwise" in told.subtitle
    assert "whole curve" in told.subtitle
