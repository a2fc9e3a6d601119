"""The effect per step along the biomarker: the linear interaction, in a size that a reader can picture."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.questions.effect_along_biomarker import linear_interaction
from mirodash.questions.group_interaction import EffectPerStep, effect_per_step
from mirodash.stratification.selection import Selection
from mirodash.survival.results import ContinuousInteraction, NotEstimable
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import of_size
from tests.profiles import for_each

MIROCALS = sample("mirocals")


def _with(values: list[float], **changes: Any) -> Trial:
    return of_size(len(values), biomarker=values, **changes)


def _spread(low: float, high: float, n: int = 60) -> list[float]:
    return [low + (high - low) * ((17 * k) % n) / (n - 1) for k in range(n)]


def _found(trial: Trial, **chosen: Any) -> tuple[EffectPerStep, ContinuousInteraction]:
    selection = Selection(**chosen)
    found, linear = effect_per_step(trial, selection), linear_interaction(trial, selection)
    assert isinstance(found, EffectPerStep)
    assert isinstance(linear, ContinuousInteraction)
    return found, linear


@for_each(("confidence", "reach"), [(0.95, 1.959963984540054), (0.9, 1.6448536269514722)])
def test_on_a_log_scale_a_step_is_a_doubling(confidence: float, reach: float):
    found, linear = _found(MIROCALS, confidence=confidence)
    assert linear.scale == "log"
    assert found.step is None
    assert found.ratio == pytest.approx(2**linear.coef, rel=1e-12)
    ends = (2 ** (linear.coef - reach * linear.se), 2 ** (linear.coef + reach * linear.se))
    assert found.ci == pytest.approx(ends, rel=1e-9)


@for_each("high", [0.03, 1.0, 7.0, 90.0, 40_000.0])
def test_on_a_linear_scale_a_step_is_neat_and_within_what_is_usual(high: float):
    found, linear = _found(_with([value - high / 9 for value in _spread(0, high)]))
    assert linear.scale == "linear"
    assert found.step is not None
    digits = found.step / 10.0 ** math.floor(math.log10(found.step) + 1e-9)
    assert min(abs(digits - neat) for neat in (1, 2, 5)) < 1e-9
    # the middle half of evenly spread values is half as wide as all of them
    assert 0.15 * high < found.step <= 0.55 * high
    assert found.ratio == pytest.approx(math.exp(found.step * linear.coef), rel=1e-9)
    assert found.ci[0] < found.ratio < found.ci[1]


def test_where_half_of_all_have_the_same_value_a_step_is_one_unit():
    values = [0.0] * 45 + [float(k) for k in range(15)]
    found, _ = _found(_with([values[(7 * k) % 60] for k in range(60)]))
    assert found.step == 1.0


def test_steeper_than_numbers_go_is_said_not_shown():
    tiny = Biomarker("pnfh", "CSF pNFH", "pNFH")
    for scale in (1e-9, 1e9):
        answer = effect_per_step(_with([scale * v for v in _spread(-1, 1)], biomarkers=(tiny,)), Selection())
        if isinstance(answer, NotEstimable):
            assert answer.why.endswith(".")
        else:
            assert all(math.isfinite(number) and number > 0 for number in (answer.ratio, *answer.ci))


@for_each(
    "trial",
    [
        of_size(40, biomarker=None),
        of_size(40, event=[0] * 40),
        of_size(40, biomarker=[3.0] * 40),
        of_size(40, arm=["Placebo"] * 40),
        of_size(0),
    ],
)
def test_without_an_estimate_the_reason_is_handed_on(trial: Trial):
    answer = effect_per_step(trial, Selection())
    assert answer == linear_interaction(trial, Selection())
    assert isinstance(answer, NotEstimable)
    assert answer.why.endswith(".")


def test_a_question_that_does_not_fit_is_refused():
    with pytest.raises(UnusableQuestionError):
        effect_per_step(MIROCALS, Selection(biomarker="nothing"))
