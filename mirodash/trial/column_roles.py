"""Column roles: which column plays which part, by options, dictionary, ADaM or well-known names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mirodash.trial import adam
from mirodash.trial.adam_endpoints import describe_endpoints, name_events, strip_unit
from mirodash.trial.dictionary import Draft, EndpointDraft, Roles
from mirodash.trial.problems import AMBIGUOUS, Findings, Problem
from mirodash.trial.table import Table, join_list, suggest_name

_PARTS = ("id", "time", "event", "arm", "site", "country", "biomarker", "entry")
_OPTIONAL = ("id", "site", "country", "entry")
_NECESSARY = {"arm": "the arm", "time": "the time", "event": "the event"}
KNOWN_COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "participant", "participant_id", "patient", "patient_id", "subject", "subject_id",
           "subjid", "usubjid", "pid"),
    "time": ("time", "survival_time", "time_to_event", "time_days", "time_weeks", "time_months",
             "time_years", "survival_days", "survival_weeks", "survival_months", "survival_years"),
    "event": ("event", "status", "died", "dead", "death"),
    "arm": ("arm", "treatment", "trt", "treat", "treatment_arm"),
    "site": ("site", "site_id", "siteid", "centre", "center", "centre_id", "center_id"),
    "country": ("country",),
}  # fmt: skip
"""Names that can hardly mean anything else."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of a trial, by the part they play; every one named here exists."""

    roles: Roles
    draft: Draft
    endpoints: tuple[EndpointDraft, ...]

    @property
    def taken(self) -> frozenset[str]:
        """Columns that play a part and are no baseline factors."""
        roles = self.roles
        own = {roles.id, roles.arm, roles.site, roles.country, roles.time, roles.event}
        own |= {
            name for endpoint in self.endpoints for name in (endpoint.time, endpoint.event, endpoint.entry)
        }
        return frozenset(name for name in own if name)


def make_plan(table: Table, options: Roles, draft: Draft, found: Findings) -> Plan:
    """Decide which column plays which part.

    Columns that do not exist and parts nobody plays are problems.
    """
    said = options.over(_applicable(draft.roles, options))
    nobody: dict[str, Any] = {part: None for part in (*_OPTIONAL, *_NECESSARY) if getattr(said, part) == ""}
    missing = [part for part in _PARTS if part not in nobody and _lacks(table, getattr(said, part))]
    for part in missing:
        source = f"given with --{part}" if getattr(options, part) else _find_named(draft)
        found.problems.append(_no_column(table, getattr(said, part), source, part))
    known = said.over(adam.find_adam_roles(table))
    # that nobody entered late is said, so that it is not asked again
    if said.entry == "":
        nobody["entry"] = ""
    roles = replace(known, **nobody)
    found.problems += _questions(table, roles, draft)
    roles = replace(roles, **dict.fromkeys(missing))
    endpoints = _endpoints(table, options, roles, draft, known)
    entry = None if options.entry is None else options.entry or None
    endpoints += tuple(replace(added, entry=entry) for added in describe_endpoints(table, endpoints))
    found.problems += [
        _no_column(table, column, f"{_find_named(draft)}, {place}", part)
        for column, place, part in _mentions(draft, endpoints)
        if _lacks(table, column)
    ]
    found.problems += _find_duplicates(roles, endpoints, draft)
    return _of_people(Plan(roles, _existing(table, draft), _with_columns(table, endpoints)))


def _lacks(table: Table, column: str | None) -> bool:
    return column is not None and column not in table.columns


def _find_named(draft: Draft) -> str:
    return f"named in '{draft.file}'" if draft.file else "named in the dictionary"


def _no_column(table: Table, column: str, source: str, part: str) -> Problem:
    hint = suggest_name(column, table.columns) or f"; {_columns(table)}."
    what = f"There is no column '{column}' ({source}){hint}"
    return Problem(what, chosen="Choose another column.", part=part)


def _columns(table: Table) -> str:
    return f"the columns are {join_list(list(table.columns), most=15)}"


def _applicable(roles: Roles, options: Roles) -> Roles:
    """The dictionary's roles; its arms mean nothing in another arm column."""
    if options.arm in (None, roles.arm):
        return roles
    return replace(roles, control=None, treated=None)


_ADSL_ALONE = " A file of participants (ADSL) holds none: bring it together with ADTTE."
_ADTTE_ALONE = " A file of times to events (ADTTE) often holds none: bring it together with ADSL."


def _questions(table: Table, roles: Roles, draft: Draft) -> Iterator[Problem]:
    """A question for every necessary part that nobody plays."""
    for part, words in _NECESSARY.items():
        if getattr(roles, part) is None and (part == "arm" or not draft.endpoints):
            yield Problem(
                f"Which column holds {words}?{_explain_lack(table, part)}",
                typed=f"Say it with --{part}; {_columns(table)}.",
                chosen=f"Choose the column of {words}.",
                part=part,
            )


def _explain_lack(table: Table, part: str) -> str:
    """Which file of an ADaM study holds a part that this one has not."""
    is_adtte = adam.is_time_to_event(table)
    if part == "arm" and is_adtte and len(table.files) < 2:
        return _ADTTE_ALONE
    if part == "time" and adam.has_columns(table, "USUBJID") and not is_adtte:
        return _ADSL_ALONE
    # dates that allow two readings are why there is no time
    unread = next((notice for notice in table.notices if AMBIGUOUS in notice), "")
    return f" {unread}" if part == "time" and unread else ""


def _find_duplicates(roles: Roles, endpoints: tuple[EndpointDraft, ...], draft: Draft) -> Iterator[Problem]:
    """Columns with parts that exclude each other: a biomarker is no outcome, an identifier nothing else."""
    described = {biomarker.column for biomarker in draft.biomarkers}
    exclusive = {
        "the identifier": {roles.id},
        "the arm": {roles.arm},
        "the biomarker": {roles.biomarker, *described},
        "the time": {endpoint.time for endpoint in endpoints},
        "the event": {endpoint.event for endpoint in endpoints},
        "the entry": {endpoint.entry for endpoint in endpoints},
    }
    shared = {
        "a site": {roles.site},
        "a country": {roles.country},
        "a factor": {*(f.column for f in draft.factors), *draft.randomised_within, *draft.default_strata},
    }
    for column in sorted({name for columns in exclusive.values() for name in columns if name}):
        played = [part for part, columns in exclusive.items() if column in columns]
        if column == roles.id:
            played += [part for part, columns in shared.items() if column in columns]
        if len(played) > 1:
            yield Problem(
                f"Column '{column}' cannot be {join_list(played)} at once; give each a column of its own.",
                chosen="; choose another column for one of them.",
                columns=(column,),
            )


def _of_people(plan: Plan) -> Plan:
    """The plan without other parts for the column of identifiers, so that no sentence quotes one."""
    own, draft = plan.roles.id, plan.draft
    if own is None:
        return plan
    parts = [part for part in _PARTS if part != "id" and getattr(plan.roles, part) == own]
    described = replace(
        draft,
        biomarkers=tuple(b for b in draft.biomarkers if b.column != own),
        factors=tuple(f for f in draft.factors if f.column != own),
        randomised_within=tuple(name for name in draft.randomised_within if name != own),
        default_strata=tuple(name for name in draft.default_strata if name != own),
    )
    endpoints = tuple(e for e in plan.endpoints if own not in (e.time, e.event, e.entry))
    return replace(
        plan, roles=replace(plan.roles, **dict.fromkeys(parts)), draft=described, endpoints=endpoints
    )


def _endpoints(
    table: Table, options: Roles, roles: Roles, draft: Draft, known: Roles
) -> tuple[EndpointDraft, ...]:
    """The dictionary's endpoints, the first as options change it; otherwise the one that roles name."""
    if draft.endpoints:
        changed = (_apply_changes(draft.endpoints[0], options), *draft.endpoints[1:])
        if options.entry is None:
            return changed
        return tuple(replace(endpoint, entry=options.entry or None) for endpoint in changed)
    if roles.time is None or roles.event is None:
        return ()
    parameter = adam.find_parameter_column(table)
    codes = table.columns[parameter].known() if parameter else []
    is_adam = roles.event == adam.find_adam_roles(table).event
    label = adam.endpoint_label(table) if is_adam else None
    singular, plural, event_free = name_events(codes[0] if codes and is_adam else "", label or "")
    return (
        EndpointDraft(
            key=codes[0].lower() if codes and is_adam else roles.event,
            time=roles.time,
            event=roles.event,
            label=strip_unit(label) if label else None,
            singular=singular,
            plural=plural,
            event_free=event_free,
            event_value=roles.event_value,
            unit=known.time_unit,
            horizon=roles.horizon,
            entry=roles.entry or None,
            other_event_values=roles.other_event_values or (),
            censored_values=roles.censored_values or (),
            competing=roles.competing or (),
        ),
    )


def _apply_changes(endpoint: EndpointDraft, options: Roles) -> EndpointDraft:
    """What the dictionary says of other columns does not hold for those that options name."""
    if options.time is not None and options.time != endpoint.time:
        endpoint = replace(endpoint, time=options.time, unit=None, horizon=None)
    if options.event is not None and options.event != endpoint.event:
        endpoint = EndpointDraft(
            endpoint.key, endpoint.time, options.event, unit=endpoint.unit, horizon=endpoint.horizon
        )
    return replace(
        endpoint,
        event_value=options.event_value or endpoint.event_value,
        unit=options.time_unit or endpoint.unit,
        horizon=options.horizon or endpoint.horizon,
        other_event_values=options.other_event_values or endpoint.other_event_values,
        censored_values=options.censored_values or endpoint.censored_values,
        competing=options.competing or endpoint.competing,
    )


def _mentions(draft: Draft, endpoints: tuple[EndpointDraft, ...]) -> Iterator[tuple[str, str, str]]:
    """Every column a dictionary names beyond the roles, with where it does and the part it plays there."""
    if draft.endpoints:
        for endpoint in endpoints:
            yield endpoint.time, f"[endpoints.{endpoint.key}]", "time"
            yield endpoint.event, f"[endpoints.{endpoint.key}]", "event"
            if endpoint.entry:
                yield endpoint.entry, f"[endpoints.{endpoint.key}]", "entry"
    for biomarker in draft.biomarkers:
        yield biomarker.column, f"[biomarkers.{biomarker.column}]", "biomarker"
    for factor in draft.factors:
        yield factor.column, f"[factors.{factor.column}]", "factor"
    for column in dict.fromkeys(draft.randomised_within + draft.default_strata):
        yield column, "[randomisation]", "factor"
    for column in dict.fromkeys(draft.leave_out):
        yield column, "leave_out", ""


def _existing(table: Table, draft: Draft) -> Draft:
    """The dictionary without what it says of columns that do not exist."""
    return replace(
        draft,
        biomarkers=tuple(b for b in draft.biomarkers if b.column in table.columns),
        factors=tuple(f for f in draft.factors if f.column in table.columns),
    )


def _with_columns(table: Table, endpoints: tuple[EndpointDraft, ...]) -> tuple[EndpointDraft, ...]:
    return tuple(
        e for e in endpoints if all(name in table.columns for name in (e.time, e.event, e.entry) if name)
    )
