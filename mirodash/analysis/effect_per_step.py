"""How the hazard ratio changes along the whole range of the biomarker, per doubling or per neat step."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mirodash.analysis.biomarker_distribution import biomarker_distribution
from mirodash.analysis.effect_by_biomarker import linear_interaction
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable, errors_reached
from mirodash.trial.trial import Trial

STEEPEST = 300.0
"""Logarithm of the largest ratio that is still a number."""


@dataclass(frozen=True, slots=True)
class EffectPerStep:
    """By what the hazard ratio is multiplied, with a Wald interval, for each step up.

    ``step`` is in the biomarker's unit; None is a doubling, the step of a log scale.
    """

    step: float | None
    ratio: float
    ci: tuple[float, float]


def effect_per_step(trial: Trial, selection: Selection) -> EffectPerStep | NotEstimable:
    """Express treatment × biomarker as a factor: per doubling on the log scale, else per neat step.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    linear = linear_interaction(trial, selection)
    if isinstance(linear, NotEstimable):
        return linear
    step = None if linear.scale == "log" else neat_step(trial, selection)
    size = math.log(2) if step is None else step
    reach = errors_reached(selection.confidence) * linear.se
    exponents = [size * (linear.coef + shift) for shift in (0.0, -reach, reach)]
    if max(map(abs, exponents)) > STEEPEST:
        return NotEstimable("The effect changes too steeply along the biomarker to be given as a ratio.")
    ratio, low, high = (math.exp(exponent) for exponent in exponents)
    return EffectPerStep(step, ratio, (low, high))


def neat_step(trial: Trial, selection: Selection) -> float:
    """1, 2 or 5 times a power of ten, the largest within the interquartile range."""
    spread = biomarker_distribution(trial, selection)
    quantiles = dict(spread.quantiles) if spread else {}
    width = quantiles.get(0.75, 1.0) - quantiles.get(0.25, 0.0)
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(digit * power for digit in (5, 2, 1) if digit * power <= width)
