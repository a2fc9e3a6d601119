"""Settles a selection on a trial: fills in what the reader left open, or empties what says nothing new."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.declaration import Declaration
from mirodash.stratification.fitting import biomarker_of, endpoint_of, problems
from mirodash.stratification.selection import Selection
from mirodash.stratification.snapping import snapped, snapped_thresholds
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial


@lru_cache(maxsize=1024)
def settled(trial: Trial, selection: Selection) -> Selection:
    """The selection with every open field filled in from the trial's dictionary.

    ``sites`` stays None for every site, ``strata`` and ``filters`` stay as chosen, ``biomarker`` is
    empty and ``thresholds`` is () when the trial measured no biomarker. Where few participants must not
    be told apart, thresholds and the ends of ranges stand at the nearest stops.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `problems`.
    """
    found = problems(trial, selection)
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
        thresholds=default_thresholds if selection.thresholds is None else selection.thresholds,
        treated=selection.treated or trial.dictionary.treated,
        control=selection.control or trial.dictionary.control,
        unit=selection.unit or endpoint.unit,
    )
    return snapped(trial, full) if trial.min_cell else full


def standing_declaration(trial: Trial, selection: Selection) -> Declaration | None:
    """The declaration of exactly the thresholds in view; None when other ones, or none, were declared.

    Only where there is one may the thresholds' own p-value be shown.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `problems`.
    """
    declared = selection.declared
    if declared is None:
        return None
    fixed = declared.thresholds
    if trial.min_cell:
        # stops do not depend on anybody's outcome, so moving to one searches for nothing
        fixed = snapped_thresholds(trial, settled(trial, selection), fixed)
    return declared if fixed and fixed == settled(trial, selection).thresholds else None


def asked_endpoint(trial: Trial, selection: Selection) -> tuple[Endpoint, float]:
    """The endpoint that is asked about, and the horizon in its unit.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `problems`.
    """
    chosen, endpoint = settled(trial, selection), endpoint_of(trial, selection)
    return endpoint, endpoint.horizon if chosen.horizon is None else chosen.horizon


@lru_cache(maxsize=1024)
def minimal(trial: Trial, selection: Selection) -> Selection:
    """The selection with every field emptied that says what the trial's dictionary says anyway.

    Two selections that show the same view have the same minimal selection, so its ``to_query()`` is
    the canonical address, and the plain address is the default view.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial; see `problems`.
    """
    full = settled(trial, selection)
    opening = settled(trial, Selection())
    # a horizon, thresholds and unit are defaults of the endpoint and the biomarker they belong to
    same = Selection(endpoint=full.endpoint, biomarker=full.biomarker)
    if trial.min_cell:
        # where thresholds may stand depends on the people, and the default moves there as well
        same = replace(same, sites=full.sites, filters=full.filters)
    default = settled(trial, same)
    emptied: dict[str, Any] = {}
    for name, usual in (
        ("endpoint", opening),
        ("biomarker", opening),
        ("treated", opening),
        ("control", opening),
        ("horizon", default),
        ("thresholds", default),
        ("unit", default),
    ):
        if getattr(full, name) == getattr(usual, name):
            emptied[name] = _OPEN[name]
    if _is_every_site(trial, full.sites):
        emptied["sites"] = None
    return replace(full, **emptied)


_OPEN: dict[str, Any] = {item.name: item.default for item in fields(Selection)}


def _is_every_site(trial: Trial, sites: tuple[str, ...] | None) -> bool:
    """True when choosing these sites leaves nobody out, not even people without a site."""
    if sites is None or trial.site is None:
        return sites is None
    return bool(trial.site.is_in(sites).all())
