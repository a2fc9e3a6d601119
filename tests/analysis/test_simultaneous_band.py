"""The simultaneous band of a selection belongs to the curve of the same selection."""

from __future__ import annotations

import numpy as np

from mirodash.questions.effect_along_biomarker import effect_by_biomarker, simultaneous_band
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve, NotEstimable, SimultaneousBand
from mirodash.trial.store import SAMPLES, sample
from tests.panels.views import DEGENERATE
from tests.profiles import for_each

MIROCALS = sample("mirocals")
DEFAULT = Selection()


@for_each("name", SAMPLES)
@for_each("confidence", [0.8, 0.95])
def test_the_band_lies_around_the_pointwise_one_at_the_same_points(name: str, confidence: float):
    selection = Selection(confidence=confidence)
    band, curve = (ask(sample(name), selection) for ask in (simultaneous_band, effect_by_biomarker))
    assert isinstance(band, SimultaneousBand)
    assert isinstance(curve.curve, EffectCurve)
    assert (band.lower < curve.curve.lower).all()
    assert (band.upper > curve.curve.upper).all()
    centre = np.sqrt(band.lower * band.upper)
    np.testing.assert_allclose(centre, curve.curve.hazard_ratio, rtol=1e-9)


def test_thresholds_and_appearance_change_nothing():
    there = Selection(thresholds=(750, 2000), unit="months", horizon=300, curves="adjusted")
    assert simultaneous_band(MIROCALS, DEFAULT) is simultaneous_band(MIROCALS, there)


@for_each("name", DEGENERATE)
def test_there_is_a_band_exactly_where_there_is_a_curve(name: str):
    band, curve = (ask(DEGENERATE[name], DEFAULT) for ask in (simultaneous_band, effect_by_biomarker))
    if isinstance(curve.curve, NotEstimable):
        assert band == curve.curve
        return
    assert isinstance(band, SimultaneousBand)
    assert np.isfinite(band.upper).all()
    assert np.isfinite(band.multiplier)
