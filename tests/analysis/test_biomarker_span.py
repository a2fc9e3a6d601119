"""The axis of a biomarker holds everybody's value with room to spare, whoever is selected."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import UnusableQuestionError
from mirodash.stratification.selection import Selection
from mirodash.text.ticks import choose_biomarker_ticks
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.store import sample
from tests.panels.views import of_size
from tests.profiles import for_each
from tests.small_trials import eight_people, small_trial

MIROCALS = sample("mirocals")
DEFAULT = Selection()


def _with(values: list[float], scale: str = "log") -> BiomarkerSpan | None:
    trial = eight_people(
        biomarker=[*values, *([math.nan] * (8 - len(values)))],
        biomarkers=(Biomarker("pnfh", "CSF pNFH", "pNFH", scale=scale),),  # type: ignore[arg-type]
    )
    return biomarker_span(trial, DEFAULT)


def test_everybody_in_the_trial_is_on_the_axis():
    span = biomarker_span(MIROCALS, DEFAULT)
    values = MIROCALS.numbers["csf_pnfh"].values
    assert span is not None
    assert 0 < span.low < np.nanmin(values)
    assert span.high > np.nanmax(values)
    assert span.scale == "log"


@for_each("chosen", [{"sites": ()}, {"sites": ("FR-01",)}, {"thresholds": ()}, {"unit": "years"}])
def test_whoever_is_left_out_the_axis_stays(chosen: dict[str, object]):
    assert biomarker_span(MIROCALS, Selection(**chosen)) == biomarker_span(MIROCALS, DEFAULT)  # type: ignore[arg-type]


def test_another_biomarker_has_another_axis():
    span = biomarker_span(MIROCALS, Selection(biomarker="serum_nfl"))
    assert span is not None
    assert span.biomarker.column == "serum_nfl"


def test_room_at_the_ends_is_the_same_share_of_the_picture():
    span = _with([10.0, 1000.0])
    assert span is not None
    below, above = span.position(10) - span.position(span.low), span.position(span.high) - span.position(1000)
    assert below == pytest.approx(above)
    assert below == pytest.approx(0.02 * 2)


def test_a_position_is_a_power_of_ten_or_the_value_itself():
    log, linear = _with([1.0, 100.0]), _with([1.0, 100.0], "linear")
    assert log is not None
    assert linear is not None
    assert (log.position(100), linear.position(100)) == (2, 100)
    assert linear.low == pytest.approx(1 - 0.02 * 99)


@for_each("values", [[0.0, 5.0], [-3.0, 5.0]])
def test_values_of_zero_or_less_have_no_logarithm(values: list[float]):
    span = _with(values)
    assert span is not None
    assert span.scale == "linear"
    assert span.low < min(values)


@for_each("value", [5.0, 0.0, -5.0, 1e-12, 1e300])
@for_each("scale", ["log", "linear"])
def test_one_value_alone_still_makes_an_axis(value: float, scale: str):
    span = _with([value], scale)
    assert span is not None
    assert span.position(span.low) < span.position(value) < span.position(span.high)


@for_each("scale", ["log", "linear"])
def test_values_a_hair_apart_are_as_one(scale: str):
    span = _with([7.0, math.nextafter(7.0, 8.0)], scale)
    assert span is not None
    assert span.low < 6.5
    assert span.high > 7.5


def _of_many(values: list[float], scale: str = "log") -> BiomarkerSpan:
    n = len(values)
    trial = of_size(
        n,
        biomarker=values,
        biomarkers=(Biomarker("pnfh", "CSF pNFH", "pNFH", scale=scale),),  # type: ignore[arg-type]
    )
    span = biomarker_span(trial, DEFAULT)
    assert span is not None
    return span


ZEROS_AND_A_TAIL = [0.0] * 40 + [float(k) for k in range(1, 101)] + [300.0, 900.0, 2400.0] * 10


def test_zeros_with_a_long_tail_have_an_axis_that_is_even_first_and_a_logarithm_then():
    span = _of_many(ZEROS_AND_A_TAIL, "linear")
    assert span.scale == "asinh"
    assert span.bend in {digit * 10.0**power for digit in (1, 2, 5) for power in range(-3, 4)}
    assert span.position(0) == 0
    assert span.position(2 * span.bend) == pytest.approx(math.asinh(2) / math.log(10))
    far = span.position(2000) - span.position(1000)
    assert far == pytest.approx(math.log10(2), abs=1e-4)
    assert span.position(20) - span.position(0) > 0.2 * (span.position(span.high) - span.position(span.low))
    texts = [text for _, text in choose_biomarker_ticks(span)]
    assert texts[0] == "0"


@for_each(
    "values",
    [[-1.0, *ZEROS_AND_A_TAIL], [0.0] * 20 + [float(k) for k in range(1, 9)] * 10, [0.0, 0.0, 5000.0]],
)
def test_values_below_zero_without_a_tail_or_hardly_any_stay_on_an_even_axis(values: list[float]):
    assert _of_many(values, "linear").scale == "linear"


FAR_ENDS = [30.0, *(1000.0 * 1.01**k for k in range(200)), 5e5]


def test_a_few_far_participants_do_not_take_a_third_of_the_axis():
    span = _of_many(FAR_ENDS)
    low, high = span.breaks
    assert low is not None
    assert high is not None
    assert 1000 <= low < high <= 1000 * 1.01**199
    whole = span.position(span.high) - span.position(span.low)
    assert span.position(high) - span.position(low) == pytest.approx(whole / 1.08)
    assert span.position(span.low) < span.position(30) < span.position(low)
    assert span.position(high) < span.position(5e5) < span.position(span.high)
    assert [text for _, text in choose_biomarker_ticks(span)][:: len(choose_biomarker_ticks(span)) - 1] == [
        "//",
        "//",
    ]


@for_each("values", [FAR_ENDS[:60], [float(k) for k in range(1, 301)]])
def test_few_participants_and_even_ends_break_no_axis(values: list[float]):
    assert _of_many(values, "linear").breaks == (None, None)


@for_each("values", [FAR_ENDS, ZEROS_AND_A_TAIL, [float(k) for k in range(300)]])
@for_each("scale", ["log", "linear"])
def test_places_ascend_with_values_and_lead_back_to_them(values: list[float], scale: str):
    span = _of_many(values, scale)
    ordered = sorted({span.low, span.high, *values})
    places = span.positions(ordered)
    assert all(one < other for one, other in pairwise(places))
    for value, place in zip(ordered, places, strict=True):
        assert span.value_at(place) == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_an_axis_without_small_counts_has_no_break_that_would_tell_of_two_participants():
    trial = replace(MIROCALS, min_cell=10)
    span = biomarker_span(trial, DEFAULT)
    assert span is not None
    assert span.breaks == (None, None)


def test_without_a_biomarker_there_is_no_axis():
    assert _with([]) is None
    without = small_trial(arm=["IL-2", "Placebo"], time=[1, 2], event=[1, 1])
    assert biomarker_span(without, DEFAULT) is None
    with pytest.raises(UnusableQuestionError):
        biomarker_span(MIROCALS, Selection(biomarker="nothing"))


@given(st.lists(st.floats(-1e300, 1e300, allow_subnormal=False), min_size=1, max_size=8))
def test_every_value_has_a_finite_place_on_the_axis(values: list[float]):
    for scale in ("log", "linear"):
        span = _with(values, scale)
        assert span is not None
        low, high = span.position(span.low), span.position(span.high)
        assert math.isfinite(high - low)
        assert low < high
        for value in values:
            assert low <= span.position(value) <= high
