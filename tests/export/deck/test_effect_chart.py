"""The effect chart holds the fitted curve itself, the thresholds in view, and the line of no effect."""

from __future__ import annotations

import math

from mirodash.disclosure.curve_values import biomarker_span, threshold_sides
from mirodash.questions.effect_along_biomarker import effect_by_biomarker
from mirodash.questions.thresholds.threshold_scan import search_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve, ThresholdScan
from mirodash.text.ticks import choose_biomarker_ticks
from mirodash.trial.store import sample
from tests.export.deck.taken_apart import chart_of, made, series_of, sheet_of, slides
from tests.panels.views import DEGENERATE
from tests.profiles import for_each

MIROCALS, GBSG2 = sample("mirocals"), sample("gbsg2")


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


@for_each("picture", ["effect", "search"])
def test_a_biomarker_with_zeros_and_a_long_tail_stands_as_on_the_pages(picture: str):
    chosen = Selection(biomarker="progrec", thresholds=(20.0,))
    (slide,) = slides(made(GBSG2, picture, biomarker="progrec", thresholds=(20.0,)))
    span, drawn = biomarker_span(GBSG2, chosen), series_of(slide)
    assert span is not None
    assert span.scale == "asinh"
    assert drawn["Threshold 20"].x == span.positions((20.0, 20.0))
    assert drawn["No effect"].x == span.positions((span.low, span.high))
    marks = dict(choose_biomarker_ticks(span))
    assert drawn["Marks"].x == span.positions(marks)
    assert drawn["Marks"].texts() == [text for text in marks.values() if text]
    if picture == "effect":
        curve = effect_by_biomarker(GBSG2, chosen).curve
        assert isinstance(curve, EffectCurve)
        assert drawn["Hazard ratio"].x == span.positions(curve.biomarker.tolist())
        assert drawn["Hazard ratio"].y == curve.hazard_ratio.tolist()
    # places are no values of the biomarker: the axis and the workbook say so
    texts = "".join(chart_of(slide).chart.part._element.itertext())
    assert "then logarithmic)" in texts
    assert "place on the axis" in str(sheet_of(slide)["A1"].value)


def test_an_axis_of_values_is_marked_to_its_ends_and_has_no_break():
    (slide,) = slides(made(MIROCALS, "effect"))
    marks, span = series_of(slide)["Marks"], biomarker_span(MIROCALS, Selection())
    assert span is not None
    assert span.breaks != (None, None)
    assert "//" not in marks.texts()
    assert span.breaks[0] is not None
    assert min(marks.x) < span.breaks[0]


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


@for_each("picture", ["effect", "search"])
def test_which_way_favours_whom_stands_off_the_limits_of_a_biomarker_with_zeros(picture: str):
    (slide,) = slides(made(GBSG2, picture, biomarker="progrec", thresholds=(20.0,)))
    drawn = series_of(slide)
    words, span = drawn["Which way"], biomarker_span(GBSG2, Selection(biomarker="progrec"))
    assert span is not None
    middle = (span.position(span.low) + span.position(span.high)) / 2
    assert words.x[1] < middle  # its lower limit falls out of the picture at the right edge
    assert (words.x[0] > middle) == (picture == "effect")
