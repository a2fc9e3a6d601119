"""Is the best threshold better than luck would make it?"""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.threshold_scan import SHARES, search_share, searched_thresholds
from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import CannotComputeError
from mirodash.figures.effect_curve import MARGIN
from mirodash.figures.interaction_statistic import HEIGHT, interaction_statistic
from mirodash.figures.theme import Figure, Theme
from mirodash.panels.panel import SteppedPanel, among_few_enough
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable, ThresholdScan
from mirodash.trial.trial import Trial
from mirodash.wording.explanation import Explanation
from mirodash.wording.interaction_statistic import search_over_thresholds
from mirodash.wording.luck import LABEL, NOTHING_TO_SEARCH


@dataclass(frozen=True, eq=False, slots=True)
class SearchView:
    """The search so far, and the axis."""

    scan: ThresholdScan
    span: BiomarkerSpan


def _compute(trial: Trial, selection: Selection, step: int) -> SearchView | NotEstimable:
    scan, span = searched_thresholds(trial, selection, share=step), biomarker_span(trial, selection)
    if isinstance(scan, NotEstimable):
        return scan
    if span is None or not scan.candidate.any():
        return NotEstimable(NOTHING_TO_SEARCH)
    return SearchView(scan, span)


def _explain(answer: SearchView | NotEstimable) -> Explanation:
    if isinstance(answer, NotEstimable):
        return Explanation(LABEL, "", "")
    return search_over_thresholds(answer.span.biomarker, answer.scan)


def _draw(answer: SearchView | NotEstimable, theme: Theme) -> Figure:
    if isinstance(answer, NotEstimable):
        raise CannotComputeError(answer.why)
    return interaction_statistic(answer.span, answer.scan, theme)


INTERACTION_STATISTIC = SteppedPanel(
    "interaction-statistic",
    SHARES,
    among_few_enough(_compute, "The search over thresholds"),
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
    work=among_few_enough(search_share, "The search over thresholds"),
)
