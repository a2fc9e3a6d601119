"""The effect of treatment before and after adjusting for baseline factors."""

from __future__ import annotations

from mirodash.analysis.adjusted_effect import adjusted_effect
from mirodash.panels.panel import Panel, among_few_enough, in_one_step
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.wording.adjusted import adjusted_effect_in_words
from mirodash.wording.explanation import Explanation


def _compute(trial: Trial, selection: Selection) -> Explanation:
    return adjusted_effect_in_words(trial, adjusted_effect(trial, selection))


def _explain(answer: Explanation) -> Explanation:
    return answer


ADJUSTED = in_one_step(Panel("adjusted", among_few_enough(_compute, "The adjusted effect"), _explain))
"""Asked once the reader pauses: the curves do not wait for a model of every group."""
