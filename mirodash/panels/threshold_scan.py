"""What if the threshold stood elsewhere: both sides of every possible one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.analysis.threshold_scan import threshold_scan as scanned
from mirodash.disclosure.curve_values import BiomarkerSpan, Side, biomarker_span, threshold_sides
from mirodash.errors import CannotComputeError
from mirodash.figures.effect_curve import MARGIN
from mirodash.figures.theme import Figure, Theme
from mirodash.figures.threshold_scan import HEIGHT, threshold_scan
from mirodash.panels.panel import Panel, among_few_enough
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import asked_endpoint, settled
from mirodash.survival.results import NotEstimable, ThresholdScan
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.explanation import Explanation
from mirodash.wording.threshold_scan import TITLE, effect_at_every_threshold


@dataclass(frozen=True, eq=False, slots=True)
class ScanView:
    """Every threshold with both its sides, and the axis."""

    scan: ThresholdScan
    sides: tuple[Side, Side]
    span: BiomarkerSpan
    names: ArmNames
    endpoint: Endpoint
    confidence: float


def _compute(trial: Trial, selection: Selection) -> ScanView | NotEstimable:
    scan, span = scanned(trial, selection), biomarker_span(trial, selection)
    if isinstance(scan, NotEstimable):
        return scan
    chosen = settled(trial, selection)
    endpoint, _ = asked_endpoint(trial, selection)
    if span is None:
        return NotEstimable("Nobody has this biomarker.")
    sides = threshold_sides(scan, chosen.confidence)
    if not any(np.isfinite(side.hazard_ratio).any() for side in sides):
        return NotEstimable("At no threshold can a hazard ratio be estimated on either side.")
    return ScanView(scan, sides, span, arm_names(trial, selection), endpoint, chosen.confidence)


def _explain(answer: ScanView | NotEstimable) -> Explanation:
    if isinstance(answer, NotEstimable):
        return Explanation(TITLE, "", "")
    return effect_at_every_threshold(
        answer.span.biomarker,
        answer.scan,
        answer.sides,
        events=answer.endpoint.plural,
        confidence=answer.confidence,
    )


def _draw(answer: ScanView | NotEstimable, theme: Theme) -> Figure:
    if isinstance(answer, NotEstimable):
        raise CannotComputeError(answer.why)
    return threshold_scan(
        answer.span,
        answer.scan.thresholds,
        answer.sides,
        names=answer.names,
        endpoint=answer.endpoint,
        theme=theme,
        confidence=answer.confidence,
    )


THRESHOLD_SCAN = Panel(
    "threshold-scan",
    among_few_enough(_compute, "The hazard ratio at every threshold"),
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)
