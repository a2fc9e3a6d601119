"""How the hazard ratio changes along the whole range of the biomarker, per doubling or per unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from mirodash.analysis.effect_by_biomarker import linear_interaction
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class EffectPerStep:
    """By what the hazard ratio is multiplied, with a Wald interval, for each ``step`` up."""

    step: Literal["doubling", "unit"]
    ratio: float
    ci: tuple[float, float]


def effect_per_step(trial: Trial, selection: Selection) -> EffectPerStep | NotEstimable:
    """Express treatment × biomarker as a factor: per doubling on the log scale, else per unit.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    linear = linear_interaction(trial, selection)
    if isinstance(linear, NotEstimable):
        return linear
    size = math.log(2) if linear.scale == "log" else 1.0
    reach = NormalDist().inv_cdf((1 + selection.confidence) / 2) * linear.se
    exponents = [size * (linear.coef + shift) for shift in (0.0, -reach, reach)]
    if max(map(abs, exponents)) > 300:
        return NotEstimable("The effect changes too steeply along the biomarker to be given as a ratio.")
    ratio, low, high = (math.exp(e) for e in exponents)
    return EffectPerStep("doubling" if linear.scale == "log" else "unit", ratio, (low, high))
