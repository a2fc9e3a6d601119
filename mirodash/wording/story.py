"""The starter set of a talk: everybody, the biomarker as a continuum, each group, and the search."""

from __future__ import annotations

from mirodash.analysis.pictured import pictured
from mirodash.analysis.report import MOST_SEARCHED
from mirodash.stratification.groups import groups
from mirodash.stratification.saved_view import EFFECT, SEARCH, SURVIVAL, SavedView
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import minimal, settled
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial
from mirodash.wording.one_line import one_line

EVERYBODY = "Everybody first: whatever comes later is a part of this."
CONTINUUM = "No threshold yet: the biomarker as it was measured, before anybody drew a line."
LOWEST = "One side of the line; the other side comes next, and its hazard ratio stands here as well."
MIDDLE = "Between the lines."
HIGHEST = "The other side of the same line: show it for as long as the first."
SEARCHED = "What the lines are worth, once it is allowed for that every other line could have been drawn."
LONGEST_MARKER = 40


def story(trial: Trial, *, named: str | None = None) -> tuple[SavedView, ...]:
    """The views that tell what a trial with a biomarker has to say; fewer where some do not exist.

    Titles are left to what the data propose.

    Parameters
    ----------
    trial : Trial
    named : str or None
        What links call the trial; empty for the one the program opened with. None is empty as well, unless
        the trial is a built-in one that the program does not open with by itself.
    """
    name = _usual_name(trial) if named is None else named
    query = minimal(trial, Selection(trial=name)).to_query()
    return tuple(SavedView(query, picture, note=note) for picture, note in _told(trial))


def _usual_name(trial: Trial) -> str:
    return trial.id if trial.id in SAMPLES[1:] else ""


def _told(trial: Trial) -> list[tuple[str, str]]:
    """Pictures that exist, with what the speaker might say; all but the search are known at once."""
    opening = Selection()
    told = [(SURVIVAL[0], EVERYBODY)]
    marker = trial.dictionary.biomarker(settled(trial, opening).biomarker)
    if marker is None:
        return told
    sorted_people = groups(trial, opening)
    made = len(sorted_people.groups)
    notes = (LOWEST, *[MIDDLE] * (made - 2), HIGHEST)[:made]
    further = [
        (EFFECT, f"{one_line(marker.label, LONGEST_MARKER)}. {CONTINUUM}"),
        *zip(SURVIVAL[1:], notes, strict=False),
    ]
    told += [
        (picture, note)
        for picture, note in further
        if not isinstance(pictured(trial, opening, picture), NotEstimable)
    ]
    few = int(sorted_people.everyone.sum()) <= MOST_SEARCHED
    return [*told, (SEARCH, SEARCHED)] if few else told
