"""The effect chart holds the fitted curve itself, the thresholds in view, and the line of no effect."""

from __future__ import annotations

import math

from mirodash.disclosure.curve_values import threshold_sides
from mirodash.questions.effect_along_biomarker import effect_by_biomarker
from mirodash.questions.thresholds.threshold_scan import search_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve, ThresholdScan
from mirodash.trial.store import sample
from tests.export.deck.taken_apart import chart_of, made, series_of, slides
from tests.panels.views import DEGENERATE
from tests.profiles import for_each

MIROCALS = sample("mirocals")


def test_the_curve_and_its_band_are_the_engines_to_the_last_bit():
    (slide,) = slides(made(MIROCALS, "effect"))
    curve, drawn = effect_by_biomarker(MIROCALS, Selection()).curve, series_of(slide)
    assert isinstance(curve, EffectCurve)
    for name, values in (
        ("Hazard ratio", curve.hazard_ratio),
        ("Lower limit", curve.lower),
        ("Upper limit", curve.upper),
    ):
        assert drawn[name].x == curve.biomarker.tolist()
        assert drawn[name].y == values.tolist()


def test_thresholds_and_no_effect_are_straight_lines():
    (slide,) = slides(made(MIROCALS, "effect", thresholds=(750.0, 3700.0)))
    drawn = series_of(slide)
    for value, text in ((750.0, "750"), (3700.0, "3,700")):
        line = drawn[f"Threshold {text}"]
        assert line.x == [value, value]
        assert line.texts() == [text]
    assert drawn["No effect"].y == [1.0, 1.0]
    assert drawn["Which way"].texts() == ["▲ favours Placebo", "▼ favours IL-2"]


def test_the_axis_is_linear_where_values_of_zero_and_less_rule_out_the_logarithm():
    (slide,) = slides(made(DEGENERATE["biomarker of zero and less"], "effect"))
    across, up = chart_of(slide).chart.part._element.xpath(".//c:valAx/c:scaling")
    assert across.xpath("./c:logBase") == []
    assert up.xpath("./c:logBase/@val") == ["2"]


@for_each("place", [0, 1])
def test_both_sides_of_every_threshold_are_the_scans(place: int):
    (slide,) = slides(made(MIROCALS, "search"))
    scan = search_thresholds(MIROCALS, Selection())
    assert isinstance(scan, ThresholdScan)
    side = threshold_sides(scan, 0.95)[place]
    line = series_of(slide)[f"Hazard ratio {('at or below', 'above')[place]}"]
    ratios = dict(zip(scan.thresholds.tolist(), side.hazard_ratio.tolist(), strict=True))
    starts = {x: y for x, y in zip(line.x, line.y, strict=True) if y is not None}
    known = {x: ratio for x, ratio in ratios.items() if math.isfinite(ratio)}
    assert {x: y for x, y in starts.items() if x in known} == known


def test_a_presenters_threshold_stands_in_the_search_as_well():
    (slide,) = slides(made(MIROCALS, "search", thresholds=(3700.0,)))
    assert series_of(slide)["Threshold 3,700"].x == [3700.0, 3700.0]
    assert set(series_of(slide)["Names of the sides"].texts()) == {"above (dotted)", "at or below (solid)"}
