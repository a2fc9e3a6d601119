"""What the reader's thresholds are worth once it is allowed for that others were looked at too."""

from __future__ import annotations

from mirodash.analysis.searched import Searched, searched_here
from mirodash.analysis.threshold_scan import SHARES, search_share
from mirodash.panels.panel import SteppedPanel, among_few_enough
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial
from mirodash.wording.searched import searched


def _compute(trial: Trial, selection: Selection, step: int) -> Searched | NotEstimable | None:
    return searched_here(trial, selection, share=step)


SEARCHED = SteppedPanel(
    "searched",
    SHARES,
    among_few_enough(_compute, "The search over thresholds"),
    searched,
    work=among_few_enough(search_share, "The search over thresholds"),
)
