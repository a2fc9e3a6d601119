"""The effect within strata in one line: its ratio with interval, by what, and who belongs to no stratum."""

from __future__ import annotations

from mirodash.questions.survival_cards import (
    EffectWithinStrata,
    describe_effect_within_strata,
    stratified_effect,
)
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.labels import format_column_label
from mirodash.text.numbers import format_hazard_ratio, format_interval
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import of_size
from tests.profiles import for_each

MIROCALS = sample("mirocals")


def _found(trial: Trial, *strata: str, confidence: float = 0.95) -> EffectWithinStrata:
    found = stratified_effect(trial, Selection(strata=strata, confidence=confidence))
    assert found is not None
    return found


@for_each("confidence", [0.95, 0.8])
def test_the_ratio_is_told_with_its_interval_and_by_what(confidence: float):
    found = _found(MIROCALS, "country", "onset", confidence=confidence)
    fact = describe_effect_within_strata(MIROCALS, found, confidence)
    assert isinstance(found.effect.cox, HazardRatio)
    assert fact.value == format_hazard_ratio(found.effect.cox.hr)
    assert fact.detail.startswith(format_interval(found.effect.cox.ci, confidence))
    for column in ("country", "onset"):
        assert format_column_label(MIROCALS, column).lower() in fact.detail.lower()
    assert "p =" not in fact.detail


def test_people_without_a_stratum_are_counted():
    trial = of_size(40, categories={"sex": [None, None, None, *(("f", "m")[k // 3 % 2] for k in range(37))]})
    assert "3 without a stratum" in describe_effect_within_strata(trial, _found(trial, "sex"), 0.95).detail
    assert (
        "without a stratum"
        not in describe_effect_within_strata(of_size(40), _found(of_size(40), "sex"), 0.95).detail
    )


def test_without_an_estimate_the_reason_is_told():
    trial = of_size(40, event=[0] * 40)
    found = _found(trial, "sex")
    assert isinstance(found.effect.cox, NotEstimable)
    fact = describe_effect_within_strata(trial, found, 0.95)
    assert fact.value == "not estimable"
    assert found.effect.cox.why in fact.detail
