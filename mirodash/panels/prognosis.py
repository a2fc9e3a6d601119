"""Whether the biomarker is more than a stand-in for prognosis."""

from __future__ import annotations

from mirodash.analysis.prognosis import prognosis
from mirodash.panels.panel import Panel, among_few_enough, in_one_step
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.wording.arms import arm_names
from mirodash.wording.explanation import Explanation
from mirodash.wording.prognosis import prognosis_in_words


def _compute(trial: Trial, selection: Selection) -> Explanation | None:
    found = prognosis(trial, selection)
    return prognosis_in_words(trial, found, arm_names(trial, selection).treated) if found else None


def _explain(answer: Explanation) -> Explanation:
    return answer


PROGNOSIS = in_one_step(Panel("prognosis", among_few_enough(_compute, "What is prognostic"), _explain))
