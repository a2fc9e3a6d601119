"""The effect of treatment before and after adjusting for baseline factors."""

from __future__ import annotations

from mirodash.analysis.adjusted_effect import adjusted_effect
from mirodash.panels.panel import SteppedPanel
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.wording.adjusted import adjusted_effect_in_words
from mirodash.wording.explanation import Explanation


def _compute(trial: Trial, selection: Selection, step: int) -> Explanation:
    del step  # there is one; it takes long only because lifelines has to be loaded first
    return adjusted_effect_in_words(trial, adjusted_effect(trial, selection))


def _explain(answer: Explanation) -> Explanation:
    return answer


ADJUSTED = SteppedPanel("adjusted", 1, _compute, _explain)
