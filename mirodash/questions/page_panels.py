"""The questions of the Explore, Thresholds and Progression pages, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mirodash.questions.baseline_table import BASELINE
from mirodash.questions.covariate_adjustment import ADJUSTED
from mirodash.questions.effect_along_biomarker import EFFECT_BY_BIOMARKER, EFFECT_SIMULTANEOUS
from mirodash.questions.finding import FINDING
from mirodash.questions.group_interaction import DIFFERING
from mirodash.questions.hazard_ratio_panel import HAZARD_RATIO_OVER_TIME
from mirodash.questions.panel import Panel, SteppedPanel
from mirodash.questions.participant_flow import FLOW
from mirodash.questions.prognosis_panel import PROGNOSIS
from mirodash.questions.progression.biology import BIOLOGY
from mirodash.questions.progression.landmark_panel import RESPONSE
from mirodash.questions.progression.pairs_panel import PAIRS
from mirodash.questions.progression.slope_finding import PROGRESSION_FINDING
from mirodash.questions.progression.slope_panels import FITTED_LINES, SLOPES_ALONG
from mirodash.questions.progression.slope_search import SLOPES_SEARCHED
from mirodash.questions.progression.visit_card import PROGRESSION_CARDS
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.threshold_evidence import SEARCHED
from mirodash.questions.thresholds.max_statistic_panel import INTERACTION_STATISTIC
from mirodash.questions.thresholds.stability_panel import BEST_THRESHOLDS
from mirodash.questions.thresholds.stepp_panel import SLIDING_WINDOWS, TAIL_WINDOWS
from mirodash.questions.thresholds.threshold_scan_panel import THRESHOLD_SCAN
from mirodash.text.threshold_argument import EVERY_THRESHOLD, PLACE, SEARCH, WHOLE_RANGE, WINDOWS

EXPLORE_PANELS: tuple[Panel[Any], ...] = (EFFECT_BY_BIOMARKER, DIFFERING, *SURVIVAL, FLOW)
"""Those that follow a drag."""

IN_STEPS: tuple[SteppedPanel[Any], ...] = (
    FINDING,
    ADJUSTED,
    PROGNOSIS,
    HAZARD_RATIO_OVER_TIME,
    BASELINE,
)
"""Those that are answered once the reader pauses."""


@dataclass(frozen=True, slots=True)
class ArgumentStep:
    """One step of the argument on the Thresholds page: what it asks, why it comes here, and its panels."""

    title: str
    reason: str
    panels: tuple[Panel[Any] | SteppedPanel[Any], ...]


THRESHOLD_ARGUMENT: tuple[ArgumentStep, ...] = (
    ArgumentStep(*WHOLE_RANGE, (EFFECT_SIMULTANEOUS,)),
    ArgumentStep(*SEARCH, (SEARCHED, INTERACTION_STATISTIC)),
    ArgumentStep(*PLACE, (BEST_THRESHOLDS,)),
    ArgumentStep(*EVERY_THRESHOLD, (THRESHOLD_SCAN,)),
    ArgumentStep(*WINDOWS, (SLIDING_WINDOWS, TAIL_WINDOWS)),
)
"""What needs no choice first, then what allows for the choice, then how far it can be trusted."""

THRESHOLDS_PANELS: tuple[Panel[Any] | SteppedPanel[Any], ...] = tuple(
    panel for step in THRESHOLD_ARGUMENT for panel in step.panels
)

PROGRESSION_PANELS: tuple[Panel[Any] | SteppedPanel[Any], ...] = (
    PROGRESSION_FINDING,
    *PROGRESSION_CARDS,
    SLOPES_ALONG,
    SLOPES_SEARCHED,
    FITTED_LINES,
    PAIRS,
    BIOLOGY,
    RESPONSE,
)
"""What was found, four ways of allowing for death in each group, then each of them in pictures."""
