"""How the treatment effect changes along the biomarker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.analysis.biomarker_distribution import BiomarkerDistribution, biomarker_distribution
from mirodash.analysis.effect_by_biomarker import EffectByBiomarker, effect_by_biomarker
from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import CannotComputeError
from mirodash.figures.effect_curve import HEIGHT, MARGIN, effect_curve
from mirodash.figures.theme import Figure, Theme
from mirodash.panels.panel import Panel, among_few_enough
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable, SimultaneousBand
from mirodash.trial.trial import Trial
from mirodash.wording.along_biomarker import effect_along_biomarker
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.explanation import Explanation


@dataclass(frozen=True, slots=True)
class EffectView:
    """The fitted curve, where the participants are, and the axis for both."""

    effect: EffectByBiomarker
    spread: BiomarkerDistribution | None
    span: BiomarkerSpan | None
    names: ArmNames


def _compute(trial: Trial, selection: Selection) -> EffectView:
    return EffectView(
        effect_by_biomarker(trial, selection),
        biomarker_distribution(trial, selection),
        biomarker_span(trial, selection),
        arm_names(trial, selection),
    )


def _explain(answer: EffectView) -> Explanation:
    effect, spread = answer.effect, answer.spread
    if effect.biomarker is None or spread is None or isinstance(effect.curve, NotEstimable):
        what = effect.biomarker.short if effect.biomarker else "biomarker"
        return Explanation(f"Effect of {answer.names.treated} by {what}", "", "")
    return effect_along_biomarker(effect.biomarker, effect.curve, spread, answer.names, effect.confidence)


def _draw(answer: EffectView, theme: Theme) -> Figure:
    return drawn(answer, theme)


def drawn(answer: EffectView, theme: Theme, *, simultaneous: SimultaneousBand | None = None) -> Figure:
    """The picture, with a band for the whole curve where one is given.

    Raises
    ------
    CannotComputeError
        When there is no curve.
    """
    effect = answer.effect
    if isinstance(effect.curve, NotEstimable):
        raise CannotComputeError(effect.curve.why)
    if answer.span is None:
        raise CannotComputeError("This trial has no biomarker by which the effect could differ.")
    return effect_curve(
        answer.span,
        effect.curve,
        np.concatenate([effect.control_values, effect.treated_values]),
        names=answer.names,
        theme=theme,
        confidence=effect.confidence,
        simultaneous=simultaneous,
    )


EFFECT_BY_BIOMARKER = Panel(
    "effect",
    among_few_enough(_compute, "The effect along the biomarker"),
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)
