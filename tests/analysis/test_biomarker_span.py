"""The axis of a biomarker holds everybody's value with room to spare, whoever is selected."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import UnusableQuestionError
from mirodash.stratification.selection import Selection
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.store import sample
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
