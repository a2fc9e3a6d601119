"""What the reader's thresholds are worth once it is allowed for that others were looked at too."""

from __future__ import annotations

from mirodash.analysis.threshold_scan import SHARES
from mirodash.panels.panel import SteppedPanel
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial
from mirodash.wording.searched import Searched, searched, searched_here

SHARES_A_STEP = 4
"""Of a small trial a step of 2,000 resamples takes hundredths of a second, of 20,000 participants one."""


def _compute(trial: Trial, selection: Selection, step: int) -> Searched | NotEstimable | None:
    return searched_here(trial, selection, share=step * SHARES_A_STEP)


SEARCHED = SteppedPanel("searched", SHARES // SHARES_A_STEP, _compute, searched)
