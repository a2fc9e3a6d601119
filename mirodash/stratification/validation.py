"""Validation of a selection against a trial: defaults, problems in sentences, snapped thresholds."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mirodash.errors import UnusableQuestionError
from mirodash.longitudinal.death_then_function import RULES
from mirodash.stratification.adjustment_columns import (
    AdjustedColumn,
    must_ask_kind,
    numeric_values,
    read_adjusted_column,
)
from mirodash.stratification.disclosure_grid import DisclosureGrid, blocks, build_disclosure_grid
from mirodash.stratification.selection import (
    Declaration,
    Filter,
    Mask,
    RangeFilter,
    Selection,
)
from mirodash.stratification.strata import list_default_strata, stratum_column
from mirodash.stratification.unreadable_address import MAX_SHOWN
from mirodash.survival.further_statistics import FURTHER, Choice, is_computable
from mirodash.trial.dictionary import MIN_HORIZON, Endpoint, TimeUnit
from mirodash.trial.trial import Outcome, Trial

MAX_HORIZON: dict[str, float] = {"days": 36_525, "weeks": 5_218, "months": 1_200, "years": 100}
"""A hundred years in each unit of time: beyond it somebody mistook the unit."""
MAX_CONFIDENCE = 0.9999
"""Intervals above this level are too wide to mean anything, and in the end infinite."""
LISTED = 12
NO_LABELS: Mapping[str, str] = MappingProxyType({})
MAX_NAME_LENGTH = 100
"""A sentence quotes no more of a name than this."""


@lru_cache(maxsize=1024)
def validate(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """Sentences for everything in the selection that does not fit the trial, in the order of its fields."""
    return tuple(sentence for check in _CHECKS for sentence in check(trial, selection).sentences)


def repair(trial: Trial, selection: Selection) -> Selection:
    """The selection with whatever does not fit the trial left out; the rest stays as chosen."""
    for check in _CHECKS:
        repair = check(trial, selection).repair
        if repair:
            selection = replace(selection, **repair)
    return selection


def list_adjustable(trial: Trial) -> tuple[str, ...]:
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


def measure_of(trial: Trial, selection: Selection) -> str:
    """The repeated measurement that was chosen, or the trial's first of function; empty without any."""
    known = trial.dictionary.measurements
    first = next((measure.key for measure in known if measure.kind == "function"), "")
    return selection.measure or first or (known[0].key if known else "")


def equal_above_of(trial: Trial, selection: Selection) -> bool:
    """Whether equal values go above a threshold: as chosen, or as the dictionary says of the biomarker."""
    if selection.equal_above is not None:
        return selection.equal_above
    marker = trial.dictionary.biomarker(biomarker_of(trial, selection))
    return marker is not None and marker.equal_above


@dataclass(frozen=True, slots=True)
class _Finding:
    """What does not fit, in sentences, and the values that would."""

    sentences: tuple[str, ...] = ()
    repair: dict[str, Any] | None = None


_FITS = _Finding()


def unknown_name(
    what: str, given: str, available: Iterable[str], *, labels: Mapping[str, str] = NO_LABELS
) -> str:
    """The sentence for a name the trial does not have, with the nearest one it has.

    ``labels`` are what readers know the names by: one may be meant by either, and both are said.
    """
    names, given = list(available), given[:MAX_NAME_LENGTH]
    called = {labels.get(name, name).casefold(): name for name in names}
    called |= {name.casefold(): name for name in names}
    near = difflib.get_close_matches(given.casefold(), list(called), n=1)
    if near:
        meant = called[near[0]]
        label = labels.get(meant, meant)
        known_as = "" if label.casefold() == meant.casefold() else f" ({label})"
        return f"There is no {what} '{given}' in this trial; did you mean '{meant}'{known_as}?"
    if not names:
        return f"There is no {what} '{given}': this trial has none."
    names = [
        name if labels.get(name, name).casefold() == name.casefold() else f"{name} ({labels[name]})"
        for name in names
    ]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"There is no {what} '{given}' in this trial; it has {', '.join(names[:LISTED])}{more}."


def _check_endpoint(trial: Trial, selection: Selection) -> _Finding:
    known = [endpoint.key for endpoint in trial.dictionary.endpoints]
    if not selection.endpoint or selection.endpoint in known:
        return _FITS
    labels = {endpoint.key: endpoint.label for endpoint in trial.dictionary.endpoints}
    return _Finding((unknown_name("endpoint", selection.endpoint, known, labels=labels),), {"endpoint": ""})


def _check_horizon(trial: Trial, selection: Selection) -> _Finding:
    unit = endpoint_of(trial, selection).unit
    horizon = selection.horizon
    if horizon is None or MIN_HORIZON <= horizon <= MAX_HORIZON[unit]:
        return _FITS
    wrong = "more than 100 years" if horizon > 1 else "too short to show anything"
    return _Finding((f"A horizon of {horizon:,g} {unit} is {wrong}; is the unit right?",), {"horizon": None})


def _check_biomarker(trial: Trial, selection: Selection) -> _Finding:
    known = [marker.column for marker in trial.dictionary.biomarkers]
    if not selection.biomarker or selection.biomarker in known:
        return _FITS
    labels = {marker.column: marker.label for marker in trial.dictionary.biomarkers}
    sentence = unknown_name("biomarker", selection.biomarker, known, labels=labels)
    return _Finding((sentence,), {"biomarker": "", "thresholds": None})


def _check_measure(trial: Trial, selection: Selection) -> _Finding:
    known = [measure.key for measure in trial.dictionary.measurements]
    if not selection.measure or selection.measure in known:
        return _FITS
    return _Finding((unknown_name("measurement", selection.measure, known),), {"measure": ""})


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
    unfit = [column for column in selection.chosen_strata if stratum_column(trial, column) is None]
    if not unfit:
        return _FITS
    kept = tuple(column for column in selection.chosen_strata if column not in unfit)
    return _Finding(tuple(_no_stratum(trial, column) for column in unfit), {"strata": kept or None})


def _no_stratum(trial: Trial, column: str) -> str:
    if column in trial.numbers:
        return f"Column '{column}' has too many different values to compare people within each of them."
    return unknown_name("column with strata", column, trial.categories)


def _check_adjust(trial: Trial, selection: Selection) -> _Finding:
    offered = list_adjustable(trial)
    sentences: list[str] = []
    kept: list[str] = []
    columns = [read_adjusted_column(trial, text) for text in selection.adjust]
    for item in columns:
        problem = _check_adjusted_column(trial, item, offered)
        if not problem and [other.column for other in columns].count(item.column) > 1:
            problem = f"Column '{item.column}' is adjusted for twice; once is enough."
        if problem:
            sentences.append(problem)
        else:
            kept.append(item.text)
    return _Finding(tuple(dict.fromkeys(sentences)), {"adjust": tuple(kept)}) if sentences else _FITS


def _check_adjusted_column(trial: Trial, item: AdjustedColumn, offered: tuple[str, ...]) -> str:
    if item.column not in offered:
        return unknown_name("baseline column to adjust for", item.column, offered)
    if item.kind == "number" and numeric_values(trial, item) is None:
        return f"Column '{item.column}' holds other things than numbers: adjust for it as a factor."
    if item.kind or not must_ask_kind(trial, item.column):
        return ""
    values = trial.numbers[item.column].values
    low, high = np.nanmin(values), np.nanmax(values)
    return (
        f"Column '{item.column}' holds whole numbers from {low:g} to {high:g}. Are they codes or amounts? "
        f"Say --adjust {item.column}:factor for codes, --adjust {item.column}:number for amounts; on the "
        "page choose one of the two under “Adjust for”."
    )


def _check_declared(trial: Trial, selection: Selection) -> _Finding:
    if selection.declared is None or trial.dictionary.biomarkers:
        return _FITS
    sentence = "There is no biomarker in this trial on which a threshold could have been fixed."
    return _Finding((sentence,), {"declared": None})


def _check_confidence(trial: Trial, selection: Selection) -> _Finding:
    if selection.confidence <= MAX_CONFIDENCE:
        return _FITS
    sentence = f"The confidence level can be at most {MAX_CONFIDENCE}; 0.95 is usual."
    return _Finding((sentence,), {"confidence": 0.95})


def _check_unit(trial: Trial, selection: Selection) -> _Finding:
    known = get_args(TimeUnit)
    if not selection.unit or selection.unit in known:
        return _FITS
    sentence = f"There is no unit of time '{selection.unit}'; choose {', '.join(known)}."
    return _Finding((sentence,), {"unit": ""})


def _check_landmarks(trial: Trial, selection: Selection) -> _Finding:
    unit = endpoint_of(trial, selection).unit
    wrong = [time for time in selection.landmarks or () if not MIN_HORIZON <= time <= MAX_HORIZON[unit]]
    if not wrong:
        return _FITS
    sentences = tuple(
        f"A landmark of {time:,g} {unit} is no time of a trial; is the unit right?" for time in wrong
    )
    return _Finding(sentences, {"landmarks": None})


def _check_statistics(trial: Trial, selection: Selection) -> _Finding:
    wrong = [choice for choice in selection.further if not is_computable(choice)]
    if not wrong:
        return _FITS
    sentences = tuple(_explain_statistic(choice) for choice in wrong)
    return _Finding(sentences, {"statistics": ()})


def _explain_statistic(choice: Choice) -> str:
    """Why there is no such statistic, and what can be asked for."""
    found = FURTHER.get(choice.name)
    if found is None:
        return f"There is no further statistic '{choice.name[:MAX_SHOWN]}'; there are {', '.join(FURTHER)}."
    names = " and ".join(found.parameters)
    example = Choice(choice.name, found.offered[0]).text
    return f"'{choice.name}' takes {names} from 0 to {found.largest:g}, e.g. {example}."


def _check_up_to_horizon(trial: Trial, selection: Selection) -> _Finding:
    """Two horizons a day apart would tell of the participant who had the event between them."""
    if not (trial.min_cell and selection.up_to_horizon):
        return _FITS
    told = "Small counts are hidden here, so every analysis is over all follow-up, not up to the horizon."
    return _Finding((told,), {"up_to_horizon": False})


_CHECKS: tuple[Callable[[Trial, Selection], _Finding], ...] = (
    _check_endpoint,
    _check_horizon,
    _check_up_to_horizon,
    _check_biomarker,
    _check_measure,
    _check_thresholds,
    _check_arms,
    _check_sites,
    _check_filters,
    _check_strata,
    _check_adjust,
    _check_declared,
    _check_confidence,
    _check_unit,
    _check_landmarks,
    _check_statistics,
)


Numbers = NDArray[np.float64]


def list_selection_columns(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """The columns by which people are selected; whole countries are a choice of countries, not of sites."""
    columns = {item.column for item in selection.filters}
    if selection.sites is not None and trial.site is not None:
        inside = trial.site.is_in(selection.sites)
        if not inside.all():
            columns.add("country" if _is_whole_countries(trial, inside) else "site")
    return tuple(sorted(columns))


def find_grid(trial: Trial, selection: Selection) -> DisclosureGrid:
    """Where the thresholds of a view may stand."""
    column = biomarker_of(trial, selection)
    # a range of the biomarker itself ends at stops, too, so it crosses none of the stretches between them
    return build_disclosure_grid(
        trial, column, tuple(name for name in list_selection_columns(trial, selection) if name != column)
    )


def snap_to_grid(trial: Trial, selection: Selection) -> Selection:
    """The selection with its ranges, thresholds and filters at the nearest stops."""
    filters = tuple(kept for item in selection.filters if (kept := _snap_filter(trial, item)))
    selection = replace(selection, filters=filters)
    return replace(selection, thresholds=snap_thresholds(trial, selection, selection.thresholds or ()))


def snap_thresholds(trial: Trial, selection: Selection, thresholds: tuple[float, ...]) -> tuple[float, ...]:
    """Thresholds of a view at the nearest stops; one where two have the same, none where there is no stop."""
    here = find_grid(trial, selection)
    # where equal values go above, a stop between two stretches is the number just above the lower one
    ends = here.starts if equal_above_of(trial, selection) else here.stops
    moved = {min(ends, key=lambda end: abs(end - c), default=None) for c in thresholds}
    return tuple(sorted(stop for stop in moved if stop is not None))


def _snap_filter(trial: Trial, item: Filter) -> Filter | None:
    if not isinstance(item, RangeFilter):
        return item
    values = trial.numbers[item.column].values
    known = np.sort(values[np.isfinite(values)])
    at = build_disclosure_grid(trial, item.column)
    low = high = None
    if item.low is not None:
        low = _nearest(known, item.low, (-np.inf, *at.starts), side="left")
    if item.high is not None:
        high = _nearest(known, item.high, (*at.stops, np.inf), side="right")
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:
        high = next((stop for stop in at.stops if stop >= low), None)
    return RangeFilter(item.column, low, high)


def _nearest(
    known: Numbers, end: float, ends: tuple[float, ...], *, side: Literal["left", "right"]
) -> float | None:
    """Of the ends that may be, the one that moves the fewest participants; None is an open end."""
    moved = np.abs(known.searchsorted(np.array(ends), side=side) - known.searchsorted(end, side=side))
    nearest = ends[int(moved.argmin())]
    return nearest if np.isfinite(nearest) else None


def _is_whole_countries(trial: Trial, inside: Mask) -> bool:
    if trial.country is None:
        return False
    block = blocks(trial, "country")
    return bool((np.bincount(block, inside) % np.maximum(np.bincount(block), 1) == 0).all())


@lru_cache(maxsize=1024)
def resolve(trial: Trial, selection: Selection) -> Selection:
    """The selection with every open field filled in from the trial's dictionary.

    ``sites`` stays None for every site, ``strata`` and ``filters`` stay as chosen, ``biomarker`` is
    empty and ``thresholds`` is () when the trial measured no biomarker. Where few participants must not
    be told apart, thresholds and the ends of ranges stand at the nearest stops.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `validate`.
    """
    found = validate(trial, selection)
    if found:
        raise UnusableQuestionError(found)
    endpoint = endpoint_of(trial, selection)
    biomarker = biomarker_of(trial, selection)
    marker = trial.dictionary.biomarker(biomarker)
    default_thresholds = marker.default_thresholds if marker else ()
    full = replace(
        selection,
        endpoint=endpoint.key,
        horizon=endpoint.horizon if selection.horizon is None else selection.horizon,
        biomarker=biomarker,
        measure=measure_of(trial, selection),
        estimand=selection.estimand if trial.series else "",
        rule=(selection.rule or RULES[0]) if trial.series else "",
        thresholds=default_thresholds if selection.thresholds is None else selection.thresholds,
        treated=selection.treated or trial.dictionary.treated,
        control=selection.control or trial.dictionary.control,
        unit=selection.unit or endpoint.unit,
        equal_above=equal_above_of(trial, selection),
        strata=selection.strata or (() if selection.strata == () and list_default_strata(trial) else None),
    )
    return snap_to_grid(trial, full) if trial.min_cell else full


def find_active_declaration(trial: Trial, selection: Selection) -> Declaration | None:
    """The declaration of exactly the thresholds in view; None when other ones, or none, were declared.

    Only where there is one may the thresholds' own p-value be shown.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `validate`.
    """
    declared = selection.declared
    if declared is None:
        return None
    fixed, shown = declared.thresholds, resolve(trial, selection)
    if declared.equal_above != shown.equal_above:
        return None
    if trial.min_cell:
        # stops do not depend on anybody's outcome, so moving to one searches for nothing
        fixed = snap_thresholds(trial, shown, fixed)
    return declared if fixed and fixed == shown.thresholds else None


def resolve_endpoint(trial: Trial, selection: Selection) -> tuple[Endpoint, float]:
    """The endpoint that is asked about, and the horizon in its unit.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `validate`.
    """
    chosen, endpoint = resolve(trial, selection), endpoint_of(trial, selection)
    return endpoint, endpoint.horizon if chosen.horizon is None else chosen.horizon


@lru_cache(maxsize=256)
def resolve_outcome(trial: Trial, selection: Selection) -> Outcome:
    """Times and events at the endpoint; censored at the horizon where the selection looks no further.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `validate`.
    """
    endpoint, horizon = resolve_endpoint(trial, selection)
    outcome = trial.outcomes[endpoint.key]
    if not selection.up_to_horizon:
        return outcome
    time, event = np.minimum(outcome.time, horizon), outcome.event & (outcome.time <= horizon)
    usable = outcome.usable if outcome.entry is None else outcome.usable & (outcome.entry < horizon)
    competing = None if outcome.competing is None else outcome.competing & (outcome.time <= horizon)
    for array in (time, event, usable, competing):
        if array is not None:
            array.flags.writeable = False
    return replace(outcome, time=time, event=event, usable=usable, competing=competing)


@lru_cache(maxsize=1024)
def reduce_to_canonical(trial: Trial, selection: Selection) -> Selection:
    """The selection with every field emptied that says what the trial's dictionary says anyway.

    Two selections that show the same view have the same minimal selection, so its ``to_query()`` is
    the canonical address, and the plain address is the default view.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `validate`.
    """
    full = resolve(trial, selection)
    opening = resolve(trial, Selection())
    # a horizon, thresholds and unit are defaults of the endpoint and the biomarker they belong to
    same = Selection(endpoint=full.endpoint, biomarker=full.biomarker)
    if trial.min_cell:
        # where thresholds may stand depends on the people, and the default moves there as well
        same = replace(same, sites=full.sites, filters=full.filters)
    default = resolve(trial, same)
    emptied: dict[str, Any] = {}
    for name, usual in (
        ("endpoint", opening),
        ("biomarker", opening),
        ("measure", opening),
        ("rule", opening),
        ("treated", opening),
        ("control", opening),
        ("horizon", default),
        ("thresholds", default),
        ("equal_above", default),
        ("unit", default),
    ):
        if getattr(full, name) == getattr(usual, name):
            emptied[name] = _OPEN[name]
    if _is_every_site(trial, full.sites):
        emptied["sites"] = None
    return replace(full, **emptied)


_OPEN: dict[str, Any] = {item.name: item.default for item in fields(Selection)}


def are_people_chosen(trial: Trial, selection: Selection) -> bool:
    """Whether sites or filters leave anybody out of the view, or could.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `validate`.
    """
    chosen = resolve(trial, selection)
    return bool(chosen.filters) or not _is_every_site(trial, chosen.sites)


def _is_every_site(trial: Trial, sites: tuple[str, ...] | None) -> bool:
    """True when choosing these sites leaves nobody out, not even people without a site."""
    if sites is None or trial.site is None:
        return sites is None
    return bool(trial.site.is_in(sites).all())
