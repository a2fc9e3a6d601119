"""Where everybody randomised is, and why some are left out."""

from __future__ import annotations

from mirodash.analysis.participant_flow import participant_flow
from mirodash.panels.panel import Panel
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.wording.arms import arm_names
from mirodash.wording.disclosure import told_notices
from mirodash.wording.explanation import Explanation
from mirodash.wording.flow import flow_of_participants


def _compute(trial: Trial, selection: Selection) -> Explanation:
    return flow_of_participants(
        participant_flow(trial, selection), arm_names(trial, selection), told_notices(trial)
    )


def _explain(answer: Explanation) -> Explanation:
    return answer


FLOW = Panel("flow", _compute, _explain)
