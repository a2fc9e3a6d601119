"""What the thresholds in view are worth, as found by looking, and as declared where they were."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.interaction import interaction
from mirodash.analysis.threshold_scan import SHARES, SearchedAt, searched_at, searched_thresholds
from mirodash.stratification.selection import Declaration, Selection
from mirodash.stratification.validation import settled, standing_declaration
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial


@dataclass(frozen=True, eq=False, slots=True)
class Searched:
    """The reader's thresholds within the search over all of them.

    ``own`` is the interaction at the thresholds themselves, None unless exactly these were declared.
    ``chosen_people`` tells whether the reader narrowed the participants by sites or filters.
    """

    biomarker: Biomarker
    found: SearchedAt
    best: float | None
    thresholds: tuple[float, ...]
    declared: Declaration | None
    own: RatioOfHazardRatios | InteractionTest | NotEstimable | None
    chosen_people: bool


def searched_here(
    trial: Trial, selection: Selection, *, share: int = SHARES
) -> Searched | NotEstimable | None:
    """The thresholds in view after so many shares of the resampling; None without a biomarker.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    biomarker = trial.dictionary.biomarker(chosen.biomarker)
    if biomarker is None:
        return None
    found = searched_at(trial, selection, share=share)
    scan = searched_thresholds(trial, selection, share=share)
    if isinstance(found, NotEstimable) or isinstance(scan, NotEstimable):
        return found if isinstance(found, NotEstimable) else None
    is_declared = standing_declaration(trial, selection) is not None
    return Searched(
        biomarker=biomarker,
        found=found,
        best=scan.best_threshold,
        thresholds=chosen.thresholds or (),
        declared=chosen.declared,
        own=interaction(trial, selection) if is_declared else None,
        chosen_people=bool(chosen.filters) or chosen.sites is not None,
    )
