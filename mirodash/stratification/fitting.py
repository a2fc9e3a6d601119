"""What of a selection does not fit a trial, in sentences, and what would."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, get_args

from mirodash.stratification.selection import Selection
from mirodash.stratification.strata import stratum_column
from mirodash.trial.dictionary import SHORTEST_HORIZON, Endpoint, TimeUnit
from mirodash.trial.trial import Trial

LONGEST_HORIZON: dict[str, float] = {"days": 36_525, "weeks": 5_218, "months": 1_200, "years": 100}
"""A hundred years in each unit of time: beyond it somebody mistook the unit."""
HIGHEST_CONFIDENCE = 0.9999
"""Intervals above this level are too wide to mean anything, and in the end infinite."""
LISTED = 12
LONGEST_NAME = 100
"""A sentence quotes no more of a name than this."""


@lru_cache(maxsize=1024)
def problems(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """Sentences for everything in the selection that does not fit the trial, in the order of its fields."""
    return tuple(sentence for check in _CHECKS for sentence in check(trial, selection).sentences)


def mended(trial: Trial, selection: Selection) -> Selection:
    """The selection with whatever does not fit the trial left out; the rest stays as chosen."""
    for check in _CHECKS:
        repair = check(trial, selection).repair
        if repair:
            selection = replace(selection, **repair)
    return selection


def adjustable(trial: Trial) -> tuple[str, ...]:
    """The baseline columns that an analysis can adjust for: biomarkers, factors, country and site."""
    described = (*trial.dictionary.biomarkers, *trial.dictionary.factors)
    columns = dict.fromkeys(item.column for item in described)
    groupings = {"country": trial.country, "site": trial.site}
    return (*columns, *(name for name, levels in groupings.items() if levels and name not in columns))


def endpoint_of(trial: Trial, selection: Selection) -> Endpoint:
    """The endpoint that was chosen, or the trial's first."""
    return trial.dictionary.endpoint(selection.endpoint) or trial.dictionary.endpoints[0]


def biomarker_of(trial: Trial, selection: Selection) -> str:
    """The column of the biomarker that was chosen, or of the trial's first; empty without one."""
    known = [marker.column for marker in trial.dictionary.biomarkers]
    return selection.biomarker or (known[0] if known else "")


@dataclass(frozen=True, slots=True)
class _Finding:
    """What does not fit, in sentences, and the values that would."""

    sentences: tuple[str, ...] = ()
    repair: dict[str, Any] | None = None


_FITS = _Finding()


def unknown_name(what: str, given: str, available: Iterable[str]) -> str:
    """The sentence for a name the trial does not have, with the nearest one it has."""
    names, given = list(available), given[:LONGEST_NAME]
    near = difflib.get_close_matches(given.casefold(), [name.casefold() for name in names], n=1)
    if near:
        meant = next(name for name in names if name.casefold() == near[0])
        return f"There is no {what} '{given}' in this trial; did you mean '{meant}'?"
    if not names:
        return f"There is no {what} '{given}': this trial has none."
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"There is no {what} '{given}' in this trial; it has {', '.join(names[:LISTED])}{more}."


def _check_endpoint(trial: Trial, selection: Selection) -> _Finding:
    known = [endpoint.key for endpoint in trial.dictionary.endpoints]
    if not selection.endpoint or selection.endpoint in known:
        return _FITS
    return _Finding((unknown_name("endpoint", selection.endpoint, known),), {"endpoint": ""})


def _check_horizon(trial: Trial, selection: Selection) -> _Finding:
    unit = endpoint_of(trial, selection).unit
    horizon = selection.horizon
    if horizon is None or SHORTEST_HORIZON <= horizon <= LONGEST_HORIZON[unit]:
        return _FITS
    wrong = "more than 100 years" if horizon > 1 else "too short to show anything"
    return _Finding((f"A horizon of {horizon:,g} {unit} is {wrong}; is the unit right?",), {"horizon": None})


def _check_biomarker(trial: Trial, selection: Selection) -> _Finding:
    known = [marker.column for marker in trial.dictionary.biomarkers]
    if not selection.biomarker or selection.biomarker in known:
        return _FITS
    sentence = unknown_name("biomarker", selection.biomarker, known)
    return _Finding((sentence,), {"biomarker": "", "thresholds": None})


def _check_thresholds(trial: Trial, selection: Selection) -> _Finding:
    if not selection.thresholds or trial.dictionary.biomarkers:
        return _FITS
    sentence = "There is no biomarker in this trial on which a threshold could be set."
    return _Finding((sentence,), {"thresholds": None})


def _check_arms(trial: Trial, selection: Selection) -> _Finding:
    sentences: list[str] = []
    chosen: dict[str, str] = {}
    for role in ("control", "treated"):
        given: str = getattr(selection, role)
        if given and given not in trial.arm.names:
            sentences.append(unknown_name("arm", given, trial.arm.names))
            given = ""
        chosen[role] = given
    control = chosen["control"] or trial.dictionary.control
    treated = chosen["treated"] or trial.dictionary.treated
    if control == treated:
        sentences.append(f"The treated and the control arm are both '{control}'; choose two different arms.")
        chosen = {"control": "", "treated": ""}
    return _Finding(tuple(sentences), chosen) if sentences else _FITS


def _check_sites(trial: Trial, selection: Selection) -> _Finding:
    if selection.sites is None:
        return _FITS
    if trial.site is None:
        return _Finding(("This trial has no sites to choose from.",), {"sites": None})
    names = trial.site.names
    unknown = [site for site in selection.sites if site not in names]
    if not unknown:
        return _FITS
    kept = tuple(site for site in selection.sites if site in names)
    return _Finding(tuple(unknown_name("site", site, names) for site in unknown), {"sites": kept or None})


def _check_filters(trial: Trial, selection: Selection) -> _Finding:
    found = {item: problem for item in selection.filters if (problem := item.problem(trial))}
    if not found:
        return _FITS
    kept = tuple(item for item in selection.filters if item not in found)
    return _Finding(tuple(found.values()), {"filters": kept})


def _check_strata(trial: Trial, selection: Selection) -> _Finding:
    unfit = [column for column in selection.strata if stratum_column(trial, column) is None]
    if not unfit:
        return _FITS
    kept = tuple(column for column in selection.strata if column not in unfit)
    return _Finding(tuple(_no_stratum(trial, column) for column in unfit), {"strata": kept})


def _no_stratum(trial: Trial, column: str) -> str:
    if column in trial.numbers:
        return f"Column '{column}' has too many different values to compare people within each of them."
    return unknown_name("column with strata", column, trial.categories)


def _check_adjust(trial: Trial, selection: Selection) -> _Finding:
    offered = adjustable(trial)
    unknown = [column for column in selection.adjust if column not in offered]
    if not unknown:
        return _FITS
    kept = tuple(column for column in selection.adjust if column in offered)
    return _Finding(
        tuple(unknown_name("baseline column to adjust for", column, offered) for column in unknown),
        {"adjust": kept},
    )


def _check_declared(trial: Trial, selection: Selection) -> _Finding:
    if selection.declared is None or trial.dictionary.biomarkers:
        return _FITS
    sentence = "There is no biomarker in this trial on which a threshold could have been fixed."
    return _Finding((sentence,), {"declared": None})


def _check_confidence(trial: Trial, selection: Selection) -> _Finding:
    if selection.confidence <= HIGHEST_CONFIDENCE:
        return _FITS
    sentence = f"The confidence level can be at most {HIGHEST_CONFIDENCE}; 0.95 is usual."
    return _Finding((sentence,), {"confidence": 0.95})


def _check_unit(trial: Trial, selection: Selection) -> _Finding:
    known = get_args(TimeUnit)
    if not selection.unit or selection.unit in known:
        return _FITS
    sentence = f"There is no unit of time '{selection.unit}'; choose {', '.join(known)}."
    return _Finding((sentence,), {"unit": ""})


_CHECKS: tuple[Callable[[Trial, Selection], _Finding], ...] = (
    _check_endpoint,
    _check_horizon,
    _check_biomarker,
    _check_thresholds,
    _check_arms,
    _check_sites,
    _check_filters,
    _check_strata,
    _check_adjust,
    _check_declared,
    _check_confidence,
    _check_unit,
)
