"""By what the participants of a view were selected, in few words; nothing for a view of everybody."""

from __future__ import annotations

from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import minimal
from mirodash.trial.trial import Trial
from mirodash.wording.numbers import count
from mirodash.wording.one_line import one_line

MOST_SITES_NAMED = 3


def selected_people(trial: Trial, selection: Selection, *, longest: int) -> str:
    """Sites and filters: ``FR-01, FR-02; Sex: female``, or how many sites where they are many.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = minimal(trial, selection)
    told = [] if chosen.sites is None else [_sites(trial, chosen.sites)]
    told += [item.sentence(trial) for item in chosen.filters]
    return one_line("; ".join(told), longest)


def _sites(trial: Trial, sites: tuple[str, ...]) -> str:
    if 0 < len(sites) <= MOST_SITES_NAMED:
        return ", ".join(sites)
    every = 0 if trial.site is None else len(trial.site.names)
    return f"{count(len(sites))} of {count(every)} sites"
