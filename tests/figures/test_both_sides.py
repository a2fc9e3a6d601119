"""What is drawn of both sides of every threshold is what was estimated, with a gap where nothing was."""

from __future__ import annotations

import math

import numpy as np

from mirodash.disclosure.curve_values import Side
from mirodash.plot.effect_curves import draw_side_band, draw_side_line, find_reach_of_sides
from mirodash.plot.theme import LIGHT, choose_side_styles
from tests.profiles import for_each

BELOW, _ = choose_side_styles(LIGHT)
X = [1.0, 2.0, 3.0]


def side(ratios: list[float]) -> Side:
    hr = np.array(ratios)
    return Side(hazard_ratio=hr, lower=hr / 2, upper=hr * 2, n=np.ones(3, int), events=np.ones(3, int))


def test_a_line_and_a_band_keep_their_value_until_the_next_threshold_and_have_gaps():
    drawn = draw_side_line(X, side([0.5, math.nan, 2.0]), BELOW, width=4.0)
    known = {(x, y) for x, y in zip(drawn["x"], drawn["y"], strict=True) if y is not None}
    assert {(1.0, 0.5), (2.0, 0.5), (3.0, 2.0)} <= known
    assert {y for _, y in known} == {0.5, 2.0}
    assert drawn["line"] == {"color": BELOW.line, "width": 4.0, "dash": BELOW.dash}
    band = draw_side_band(X, side([0.5, 0.5, 0.5]), BELOW)
    assert {y for y in band["y"] if y is not None} == {0.25, 1.0}


@for_each("ratios", [[1.0, 1.0, 1.0], [math.nan] * 3, [0.5, 2.0, math.inf]])
def test_an_axis_holds_what_is_known_at_nearly_every_threshold(ratios: list[float]):
    reach = find_reach_of_sides((side(ratios), side(ratios)))
    assert math.isfinite(reach)
    assert reach >= max([1.0, *(max(r, 1 / r) for r in ratios if math.isfinite(r))])
