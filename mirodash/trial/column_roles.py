"""Column roles: which column plays which part, by options, dictionary, ADaM or well-known names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from mirodash.trial import adam
from mirodash.trial.dictionary import Draft, EndpointDraft, Roles
from mirodash.trial.problems import Findings, Problem
from mirodash.trial.table import Table, join_list, parse_numbers, suggest_name

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
"""Names that can hardly mean anything else; with two of them in one file nothing is guessed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of a trial, by the part they play; every one named here exists.

    ``time_said`` tells that somebody named the time column, and it was not recognised by its name.
    """

    roles: Roles
    draft: Draft
    endpoints: tuple[EndpointDraft, ...]
    time_said: bool

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

    Columns that do not exist and parts nobody plays are problems; columns recognised by nothing but
    their name are noticed.
    """
    said = options.over(_applicable(draft.roles, options))
    nobody = {part: None for part in (*_OPTIONAL, *_NECESSARY) if getattr(said, part) == ""}
    missing = [part for part in _PARTS if part not in nobody and _lacks(table, getattr(said, part))]
    for part in missing:
        source = f"given with --{part}" if getattr(options, part) else _find_named(draft)
        found.problems.append(_no_column(table, getattr(said, part), source, part))
    known = said.over(adam.find_adam_roles(table))
    guesses = _guesses(table, known, draft)
    _tell(guesses, found.notices)
    roles = replace(known, **{**guesses, **nobody})
    found.problems += _questions(table, roles, draft)
    roles = replace(roles, **dict.fromkeys(missing))
    endpoints = _endpoints(table, options, roles, draft, known)
    found.problems += [
        _no_column(table, column, f"{_find_named(draft)}, {place}", part)
        for column, place, part in _mentions(draft, endpoints)
        if _lacks(table, column)
    ]
    found.problems += _find_duplicates(roles, endpoints, draft)
    time_said = bool(said.time) or bool(draft.endpoints) or adam.is_time_to_event(table)
    return _of_people(Plan(roles, _existing(table, draft), _with_columns(table, endpoints), time_said))


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


def _guesses(table: Table, known: Roles, draft: Draft) -> dict[str, str]:
    """Columns recognised by an obvious name, for parts of which nobody said anything."""
    parts = [part for part in KNOWN_COLUMN_NAMES if getattr(known, part) is None]
    if draft.says_something:
        # a dictionary names what is kept: what it leaves out beyond the necessary stays out
        parts = [part for part in parts if part in ("id", "arm")]
    if draft.says_something and not draft.endpoints:
        parts += [part for part in ("time", "event") if getattr(known, part) is None]
    found: dict[str, str] = {}
    for part in parts:
        candidates = [name for name in table.columns if name.casefold() in KNOWN_COLUMN_NAMES[part]]
        if len(candidates) == 1:
            found[part] = candidates[0]
    return found


def _tell(guesses: Mapping[str, str], notices: list[str]) -> None:
    if guesses:
        pairs = [f"{'participant' if part == 'id' else part} '{name}'" for part, name in guesses.items()]
        notices.append(f"Columns recognised by their names: {join_list(pairs, most=10)}.")


def _questions(table: Table, roles: Roles, draft: Draft) -> Iterator[Problem]:
    """A question for every necessary part that nobody plays."""
    for part, words in _NECESSARY.items():
        if getattr(roles, part) is None and (part == "arm" or not draft.endpoints):
            yield Problem(
                f"Which column holds {words}?",
                typed=f"Say it with --{part}; {_columns(table)}.",
                chosen=f"Choose the column of {words}.",
                part=part,
            )


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
    codes = table.columns["PARAMCD"].known() if "PARAMCD" in table.columns else []
    return (
        EndpointDraft(
            key=codes[0].lower() if codes and roles.event == "CNSR" else roles.event,
            time=roles.time,
            event=roles.event,
            label=adam.endpoint_label(table) if roles.event == "CNSR" else None,
            event_value=roles.event_value,
            unit=known.time_unit,
            horizon=roles.horizon,
            entry=roles.entry or None,
        ),
    )


def _apply_changes(endpoint: EndpointDraft, options: Roles) -> EndpointDraft:
    """What the dictionary says of other columns does not hold for those that options name."""
    if options.time not in (None, endpoint.time):
        endpoint = replace(endpoint, time=options.time, unit=None, horizon=None)
    if options.event not in (None, endpoint.event):
        endpoint = EndpointDraft(
            endpoint.key, endpoint.time, str(options.event), unit=endpoint.unit, horizon=endpoint.horizon
        )
    return replace(
        endpoint,
        event_value=options.event_value or endpoint.event_value,
        unit=options.time_unit or endpoint.unit,
        horizon=options.horizon or endpoint.horizon,
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


_PAIRS = (("start", "stop"), ("tstart", "tstop"), ("entry", "exit"), ("start_time", "stop_time"))


def refuse_delayed_entry(table: Table, plan: Plan, found: Findings) -> None:
    """Report a problem when a start and a stop column say who was at risk when.

    A file in which somebody named another column as the time, or everybody starts at 0, is fine.
    """
    by_name = {name.casefold(): name for name in table.columns}
    for start, stop in _PAIRS:
        if start in by_name and stop in by_name:
            _check(table, plan, by_name[start], by_name[stop], found)


def _check(table: Table, plan: Plan, start: str, stop: str, found: Findings) -> None:
    times = {endpoint.time for endpoint in plan.endpoints}
    if times and all((e.entry, e.time) == (start, stop) for e in plan.endpoints):
        return
    if plan.time_said and times and not times & {start, stop}:
        return
    starts, stops = (parse_numbers(table.columns[name].cells) for name in (start, stop))
    if not (starts.readable and stops.readable):
        return
    if times == {stop} and not np.nansum(np.abs(starts.values)):
        return
    found.problems.append(
        Problem(
            f"Columns '{start}' and '{stop}' describe people who enter after time 0 (delayed entry, counting "
            "process).",
            typed=f"Say it with --time {stop} --entry {start}, with one row per participant.",
            chosen=f"Choose '{stop}' as the time and '{start}' as the entry, with one row per participant.",
            columns=(start, stop),
            part="time",
        )
    )
    backwards = np.flatnonzero(starts.values >= stops.values)
    if backwards.size:
        where = table.columns[start].where(backwards.tolist())
        what = f"'{start}' is not before '{stop}' in {where}."
        todo = "Correct these cells in the file."
        found.problems.append(Problem(what, chosen=todo, columns=(start, stop)))
