"""Which pictures a view has, and what each is called in a menu."""

from __future__ import annotations

from mirodash.analysis.pictured import forest_pages
from mirodash.analysis.subgroups import subgroups
from mirodash.stratification.groups import groups
from mirodash.stratification.saved_view import EFFECT, SEARCH, SUBGROUPS, SURVIVAL
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled
from mirodash.trial.trial import Trial
from mirodash.wording.luck import LABEL
from mirodash.wording.one_line import one_line

LONGEST_NAME = 60


def picture_names(trial: Trial, selection: Selection) -> tuple[tuple[str, str], ...]:
    """``(picture, name)`` of everything that can be shown of a view, in the order in which a talk shows it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return (*without_forest(trial, selection), *_forest(trial, selection))


def without_forest(trial: Trial, selection: Selection) -> tuple[tuple[str, str], ...]:
    """The same for what Explore and Thresholds show, without the work of looking at every subgroup.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    shown = zip(SURVIVAL, groups(trial, selection).shown, strict=False)
    all_participants, *each = ((picture, one_line(group.label, LONGEST_NAME)) for picture, group in shown)
    marker = trial.dictionary.biomarker(settled(trial, selection).biomarker)
    along = () if marker is None else ((EFFECT, one_line(f"Effect by {marker.short}", LONGEST_NAME)),)
    searched = () if marker is None else ((SEARCH, LABEL),)
    return (all_participants, *along, *each, *searched)


def _forest(trial: Trial, selection: Selection) -> tuple[tuple[str, str], ...]:
    found = subgroups(trial, selection)
    if not found.factors:
        return ()
    pages = len(forest_pages(found))
    if pages == 1:
        return ((f"{SUBGROUPS}-1", "Subgroups"),)
    return tuple((f"{SUBGROUPS}-{page}", f"Subgroups, {page} of {pages}") for page in range(1, pages + 1))
