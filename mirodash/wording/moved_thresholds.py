"""What a reader is told whose thresholds or ranges were moved, as few participants must not be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mirodash.stratification.selection import RangeFilter, Selection
from mirodash.stratification.validation import biomarker_of, problems, snapped
from mirodash.trial.trial import Trial


def moved_thresholds(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """Sentences on what of a reader's choice was moved; none where nothing was, or nothing has to be.

    The thresholds with which a trial opens are the reader's as well.
    """
    if not trial.min_cell or problems(trial, selection):
        return ()
    return tuple(_moved(trial, selection))


def _moved(trial: Trial, selection: Selection) -> Iterator[str]:
    least = f"at least {trial.min_cell} participants of each arm"
    marker = trial.dictionary.biomarker(biomarker_of(trial, selection))
    asked = selection.thresholds
    if asked is None:
        asked = marker.default_thresholds if marker else ()
    at = snapped(trial, replace(selection, thresholds=asked))
    for before in selection.filters:
        after = next((item for item in at.filters if item.column == before.column), None)
        if isinstance(before, RangeFilter) and before != after:
            told = after.sentence(trial) if after else "everybody"
            yield f"The range was moved ({told}): {least} are on either side of its ends."
    if not asked or at.thresholds == asked:
        return
    if not at.thresholds:
        yield f"No threshold can be set here: on either side of it there must be {least}."
        return
    yield (
        f"Moved to {' and '.join(f'{stop:,.6g}' for stop in at.thresholds)}: "
        f"{least} are between neighbouring thresholds."
    )
