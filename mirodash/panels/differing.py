"""Whether the effect differs between the groups."""

from __future__ import annotations

from mirodash.analysis.effect_per_step import effect_per_step
from mirodash.analysis.interaction import interaction
from mirodash.panels.panel import Panel
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled
from mirodash.trial.trial import Trial
from mirodash.wording.arms import arm_names
from mirodash.wording.differing import difference_between_groups
from mirodash.wording.explanation import Explanation


def _compute(trial: Trial, selection: Selection) -> Explanation | None:
    chosen = settled(trial, selection)
    biomarker = trial.dictionary.biomarker(chosen.biomarker)
    if biomarker is None:
        return None
    return difference_between_groups(
        interaction(trial, selection),
        effect_per_step(trial, selection),
        biomarker,
        chosen.thresholds or (),
        chosen.confidence,
        treated=arm_names(trial, selection).treated,
    )


def _explain(answer: Explanation) -> Explanation:
    return answer


DIFFERING = Panel("differing", _compute, _explain)
