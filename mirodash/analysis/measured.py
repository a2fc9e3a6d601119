"""The selected participants whose biomarker is known: what they had measured, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.stratification.groups import groups
from mirodash.stratification.selection import Selection
from mirodash.stratification.settling import settled
from mirodash.stratification.strata import Codes, randomised_within, strata
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """Arrays are (participants with the biomarker,); ``time`` is in the endpoint's unit.

    ``stratum`` is that of the randomisation, where the trial names what it was stratified by; participants of
    unknown stratum (-1) are one more.
    """

    biomarker: Biomarker
    values: NDArray[np.float64]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    stratum: Codes


@lru_cache(maxsize=2)
def measured(trial: Trial, selection: Selection) -> Measured | None:
    """The selected participants with the biomarker, whatever the thresholds; None without a biomarker.

    The last ones are kept: every question along the biomarker begins with them.
    """
    chosen = settled(trial, selection)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    if marker is None:
        return None
    people = groups(trial, selection)
    values = trial.numbers[marker.column].values
    inside = people.everyone & np.isfinite(values)
    outcome = trial.outcomes[chosen.endpoint]
    found = Measured(
        biomarker=marker,
        values=values[inside],
        time=outcome.time[inside],
        event=outcome.event[inside],
        treated=people.treated[inside],
        stratum=strata(trial, randomised_within(trial))[inside],
    )
    for array in (found.values, found.time, found.event, found.treated, found.stratum):
        array.flags.writeable = False
    return found


def uncut(selection: Selection) -> Selection:
    """The same people and question, without what moves only thresholds, ticks, strata or curves."""
    return replace(selection, thresholds=(), strata=(), horizon=None, unit="", curves="", declared=None)


def people_only(selection: Selection) -> Selection:
    """The same participants, arms, biomarker and endpoint, without anything else a reader may choose."""
    return replace(uncut(selection), adjust=(), confidence=0.95)
