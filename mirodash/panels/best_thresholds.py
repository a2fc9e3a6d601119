"""Where the best threshold would land if participants were drawn anew."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.threshold_stability import SHARE_SIZE, SHARES, threshold_stability
from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import CannotComputeError
from mirodash.figures.best_thresholds import HEIGHT, best_thresholds
from mirodash.figures.effect_curve import MARGIN
from mirodash.figures.theme import Figure, Theme
from mirodash.panels.panel import SteppedPanel, among_few_enough
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable, ThresholdStability
from mirodash.trial.trial import Trial
from mirodash.wording.best_thresholds import TITLE, where_the_best_lands
from mirodash.wording.explanation import Explanation


@dataclass(frozen=True, eq=False, slots=True)
class StabilityView:
    """The samples so far, and the axis."""

    found: ThresholdStability
    span: BiomarkerSpan


def _compute(trial: Trial, selection: Selection, step: int) -> StabilityView | NotEstimable:
    found, span = threshold_stability(trial, selection, share=step), biomarker_span(trial, selection)
    if isinstance(found, NotEstimable):
        return found
    if span is None or found.observed is None or not found.best.size:
        return NotEstimable(
            "In no sample does a threshold leave enough participants and events on both sides."
        )
    return StabilityView(found, span)


def _explain(answer: StabilityView | NotEstimable) -> Explanation:
    if isinstance(answer, NotEstimable):
        return Explanation(TITLE, "", "")
    return where_the_best_lands(
        answer.span.biomarker,
        answer.found,
        asked=SHARES * SHARE_SIZE,
    )


def _draw(answer: StabilityView | NotEstimable, theme: Theme) -> Figure:
    if isinstance(answer, NotEstimable):
        raise CannotComputeError(answer.why)
    observed = answer.found.observed
    if observed is None:
        raise CannotComputeError("The trial itself has no best threshold.")
    return best_thresholds(answer.span, answer.found.best, observed, theme)


BEST_THRESHOLDS = SteppedPanel(
    "best-thresholds",
    SHARES,
    among_few_enough(_compute, "Where the best threshold lands in bootstrap samples"),
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)
