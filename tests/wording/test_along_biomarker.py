"""The curve in words: the hazard ratio at percentiles, and where it crosses from one side to the other."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mirodash.questions.biomarker_distribution import BiomarkerDistribution, biomarker_distribution
from mirodash.questions.effect_along_biomarker import (
    describe_biomarker_spread,
    describe_effect_along_biomarker,
    effect_by_biomarker,
)
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve
from mirodash.text.facts import Explanation
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import format_hazard_ratio, unify_spaces
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.store import SAMPLES, sample
from tests.panels.views import TRIALS
from tests.profiles import for_each
from tests.small_trials import MARKER

NAMES = ArmNames("IL-2", "Placebo")


def _spread(trial_name: str = "mirocals") -> BiomarkerDistribution:
    spread = biomarker_distribution(TRIALS[trial_name], Selection())
    assert spread is not None
    return spread


def _told(ratios: list[float], *, marker: Biomarker = MARKER, confidence: float = 0.95) -> Explanation:
    """Return what is said of a curve through the given hazard ratios, from left to right."""
    spread = _spread()
    values = np.geomspace(*(dict(spread.quantiles)[share] for share in (0.0, 1.0)), len(ratios))
    ratio = np.array(ratios)
    curve = EffectCurve(values, ratio, ratio / 2, ratio * 2, (1.0, 2.0, 3.0), "log", 0.5, 2)
    return describe_effect_along_biomarker(marker, curve, spread, NAMES, confidence)


@for_each("name", SAMPLES)
def test_the_table_has_the_fitted_ratios(name: str):
    found, spread = effect_by_biomarker(sample(name), Selection()), _spread(name)
    assert isinstance(found.curve, EffectCurve)
    assert found.biomarker is not None
    told = describe_effect_along_biomarker(found.biomarker, found.curve, spread, NAMES, 0.95)
    quantiles = dict(spread.quantiles)
    (table,) = told.tables
    assert len(table.rows) >= 3
    for share, value, ratio in table.rows:
        at = quantiles[float(unify_spaces(share).removesuffix(" %")) / 100]
        assert float(value.split()[0].replace(",", "")) == pytest.approx(at, abs=0.51)
        # the curve is known at so many values that the nearest one is as good as the value itself
        near = np.interp(at, found.curve.biomarker, found.curve.hazard_ratio)
        assert float(ratio.split()[0]) == pytest.approx(near, rel=0.05, abs=0.006)
    assert not re.search(r"\bp\s?[=<>]", unify_spaces(told.sentence + told.subtitle + str(table)))


def test_the_sentence_tells_where_the_curve_starts_and_ends():
    told = _told([0.4, 0.5, 0.6, 0.7, 0.8])
    ratios = [r for r in (0.4, 0.5, 0.6, 0.7, 0.8) if format_hazard_ratio(r) in told.sentence]
    assert len(ratios) == 2
    assert told.sentence.index(format_hazard_ratio(ratios[0])) < told.sentence.index(
        format_hazard_ratio(ratios[1])
    )
    assert "crosses" not in told.sentence
    assert "IL-2" in told.title


def test_where_it_crosses_is_told_with_the_value():
    ratios = np.geomspace(0.5, 2.0, 101).tolist()
    spread = dict(_spread().quantiles)
    middle = np.sqrt(spread[0.0] * spread[1.0])
    near = re.search(r"near ([\d,]+) pg/mL", unify_spaces(_told(ratios).sentence))
    assert near is not None
    assert float(near[1].replace(",", "")) == pytest.approx(middle, rel=0.1)


def test_two_crossings_are_both_told():
    ratios = np.concatenate([np.linspace(0.5, 2, 50), np.linspace(2, 0.5, 50)]).tolist()
    sentence = unify_spaces(_told(ratios).sentence)
    assert len(re.findall(r"[\d,]+ pg/mL", sentence.partition("near")[2])) == 2


def test_the_level_of_the_band_is_told():
    assert "90 % CI" in unify_spaces(_told([0.5, 0.9], confidence=0.9).subtitle)


def test_a_histogram_in_a_sentence():
    sentence = unify_spaces(describe_biomarker_spread(_spread(), NAMES))
    assert "220 participants" in sentence
    assert "IL-2" in sentence
    assert "median" in sentence
    nobody = biomarker_distribution(sample("mirocals"), Selection(sites=()))
    assert nobody is not None
    assert "No selected participant" in describe_biomarker_spread(nobody, NAMES)
