"""The starter set of a talk: everybody, the biomarker as a continuum, each group, and the search."""

from __future__ import annotations

from mirodash.stratification.groups import groups
from mirodash.stratification.saved_view import EFFECT, SEARCH, SURVIVAL, SavedView
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import minimal, settled
from mirodash.trial.samples import SAMPLES
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
    """The views that tell what a trial with a biomarker has to say; fewer where it has none, or no threshold.

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
    everybody = [(SURVIVAL[0], EVERYBODY)]
    marker = trial.dictionary.biomarker(settled(trial, Selection()).biomarker)
    if marker is None:
        return everybody
    measured = one_line(marker.label, LONGEST_MARKER)
    continuum = (EFFECT, f"{measured}. {CONTINUUM}")
    made = len(groups(trial, Selection()).groups)
    notes = (LOWEST, *[MIDDLE] * (made - 2), HIGHEST)[:made]
    each = [(SURVIVAL[place], note) for place, note in enumerate(notes, start=1)]
    return [*everybody, continuum, *each, (SEARCH, SEARCHED)]
