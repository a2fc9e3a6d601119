"""Whether one hazard ratio may stand for early and late alike."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.hazard_ratio_over_time import HazardRatioOverTime, hazard_ratio_over_time
from mirodash.errors import CannotComputeError
from mirodash.figures.hazard_ratio_over_time import HEIGHT, hazard_ratio_over_time_figure
from mirodash.figures.theme import Figure, Theme
from mirodash.panels.panel import Panel, among_few_enough, in_one_step
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.explanation import Explanation
from mirodash.wording.hazard_ratio_over_time import effect_over_time


@dataclass(frozen=True, slots=True)
class OverTime:
    """The hazard ratios over time, and what the arms are called."""

    result: HazardRatioOverTime
    names: ArmNames


def _compute(trial: Trial, selection: Selection) -> OverTime:
    return OverTime(hazard_ratio_over_time(trial, selection), arm_names(trial, selection))


def _explain(answer: OverTime) -> Explanation:
    return effect_over_time(answer.result, answer.names)


def _draw(answer: OverTime, theme: Theme) -> Figure:
    overall = answer.result.groups[0].residuals
    if isinstance(overall, NotEstimable):
        raise CannotComputeError(overall.why)
    return hazard_ratio_over_time_figure(answer.result, theme)


HAZARD_RATIO_OVER_TIME = in_one_step(
    Panel("over-time", among_few_enough(_compute, "The hazard ratio over time"), _explain, _draw, HEIGHT)
)
"""Asked when somebody wants to know how far to trust a hazard ratio: it rests behind a disclosure."""
