"""Infers a data dictionary for a file, with a reason for each column, to be confirmed or changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from types import MappingProxyType

from mirodash.trial import adam
from mirodash.trial.dictionary import Draft, EndpointDraft, Roles
from mirodash.trial.infer.columns import (
    FoundArm,
    Profile,
    find_arm,
    find_country,
    find_participant,
    find_site,
    infer_time_unit,
)
from mirodash.trial.infer.endpoint import (
    AdamStudy,
    FoundOutcome,
    Meaning,
    crowded_reason,
    find_outcome,
    has_codes,
    infer_adam_study,
    infer_event_value,
)
from mirodash.trial.infer.measurements import FoundBaseline, find_baseline
from mirodash.trial.table import Table

_NOUNS: Mapping[str, tuple[str, str, str, str]] = {
    "death": ("Death", "death", "deaths", "alive"),
    "progression": ("Progression", "progression", "progressions", "progression-free"),
    "recurrence": ("Recurrence", "recurrence", "recurrences", "recurrence-free"),
}


_NO_TIME = "No column looks like the time."
_OF_ADSL = "ADSL does not hold the times of an endpoint: bring it together with ADTTE."


@dataclass(frozen=True, slots=True)
class InferredDictionary:
    """A proposal for the dictionary of a file.

    Parameters
    ----------
    draft : Draft
        Roles, arms, one endpoint, biomarkers and factors; None where nothing tells and the reader is asked.
    reasons : mapping of str to str
        One short sentence by part (``time``, ``event``, ``arm``, ``control``, ``id``, ``site``,
        ``country``) or column of a biomarker or factor.
    parameters : tuple of (str, str)
        ``PARAMCD`` and ``PARAM`` of every endpoint of an ADaM file.
    """

    draft: Draft
    reasons: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    parameters: tuple[tuple[str, str], ...] = ()


def infer_dictionary(tables: Sequence[Table], param: str | None = None) -> InferredDictionary:
    """Propose what the columns mean.

    Parameters
    ----------
    tables : sequence of Table
        One table, or ADSL and ADTTE in either order.
    param : str or None
        Which endpoint of an ADaM file; None takes death or overall survival before others.
    """
    if not tables:
        return InferredDictionary(Draft())
    study = infer_adam_study(tables, param)
    if study is not None:
        return _of_study(study)
    table = tables[0]
    profiles = [Profile(name, column) for name, column in table.columns.items()]
    return _of_profiles(table, profiles)


def count_parts(table: Table) -> int:
    """How many parts of a trial are recognised in a table: the more, the more it looks like one."""
    draft = infer_dictionary([table]).draft
    roles, endpoint = draft.roles, next(iter(draft.endpoints), None)
    outcome = (endpoint.time, endpoint.event) if endpoint else (roles.time, roles.event)
    return sum(map(bool, (*outcome, roles.id, roles.arm, roles.control, draft.biomarkers)))


def _of_profiles(table: Table, profiles: Sequence[Profile]) -> InferredDictionary:
    reasons = {"time": _OF_ADSL} if "USUBJID" in table.columns else {}
    who, reasons["id"] = find_participant(profiles)
    rest = _without(profiles, [who])
    outcome = find_outcome(rest)
    rest = _without(rest, [outcome.time, outcome.event])
    arm = find_arm(rest)
    rest = _without(rest, [arm.column])
    country, reasons["country"] = find_country(rest)
    rest = _without(rest, [country])
    site, reasons["site"] = find_site(rest)
    rest = _without(rest, [site])
    outcomes = [part for part in (outcome.time, outcome.event) if part is not None]
    baseline = find_baseline(rest, outcomes, arm.column)
    endpoint = _infer_endpoint(outcome, reasons)
    roles = Roles(
        id=_name(who),
        time=None if endpoint else _name(outcome.time),
        event=None if endpoint else _name(outcome.event),
        site=_name(site),
        country=_name(country),
    )
    return _infer_columns(table, roles, endpoint=endpoint, arm=arm, baseline=baseline, reasons=reasons)


def _without(profiles: Sequence[Profile], taken: Collection[Profile | None]) -> list[Profile]:
    return [profile for profile in profiles if profile not in taken]


def _name(profile: Profile | None) -> str | None:
    return None if profile is None else profile.name


def _infer_endpoint(outcome: FoundOutcome, reasons: dict[str, str]) -> EndpointDraft | None:
    time, event = outcome.time, outcome.event
    reasons["time"] = reasons.get("time", _NO_TIME) if time is None else _infer_time_reason(time)
    meaning = (
        Meaning(None, "No column looks like the event.") if event is None else infer_event_value(event, time)
    )
    reasons["event"] = _infer_event_reason(outcome, meaning)
    if time is None or event is None:
        return None
    label, singular, plural, event_free = _NOUNS.get(outcome.kind, (None, "event", "events", "event-free"))
    return EndpointDraft(
        key=outcome.kind or "event",
        time=time.name,
        event=event.name,
        label=label,
        event_value=meaning.value,
        unit=infer_time_unit(time)[0],
        singular=singular,
        plural=plural,
        event_free=event_free,
    )


def _infer_event_reason(outcome: FoundOutcome, meaning: Meaning) -> str:
    """Why this value means the event, and which other column might hold competing ones."""
    crowded = outcome.crowded
    if crowded is None:
        return meaning.reason
    if outcome.event is None:
        return crowded_reason(crowded)
    # a measurement whose name sounds like an event would only confuse
    return f"{meaning.reason} {crowded_reason(crowded)}" if has_codes(crowded) else meaning.reason


def _infer_time_reason(time: Profile) -> str:
    return f"Its name says so; {infer_time_unit(time)[1]}."


def _infer_columns(
    table: Table,
    roles: Roles,
    *,
    endpoint: EndpointDraft | None,
    arm: FoundArm,
    baseline: FoundBaseline,
    reasons: Mapping[str, str],
    parameters: tuple[tuple[str, str], ...] = (),
) -> InferredDictionary:
    """The draft of all that was found; a part's reason comes before that of a column of the same name."""
    chosen = Roles(arm=_name(arm.column), control=arm.control, treated=arm.treated)
    draft = Draft(
        file=PurePath(table.name).stem + ".toml",
        roles=roles.over(chosen),
        endpoints=(endpoint,) if endpoint else (),
        biomarkers=baseline.biomarkers,
        factors=baseline.factors,
    )
    said = baseline.reasons | dict(reasons) | {"arm": arm.reason, "control": arm.control_reason}
    return InferredDictionary(
        draft, MappingProxyType({part: why for part, why in said.items() if why}), parameters
    )


def _of_study(study: AdamStudy) -> InferredDictionary:
    """An ADaM study says itself what is what; only control and baseline are looked for."""
    table = study.table
    profiles = {name: Profile(name, column) for name, column in table.columns.items()}
    known = adam.find_adam_roles(table)
    rest = [profile for name, profile in profiles.items() if not adam.is_no_baseline(table, name)]
    taken = [known.id, known.site, known.country, known.arm]
    baseline = find_baseline([p for p in rest if p.name not in taken], [], profiles.get(known.arm or ""))
    arm = find_arm([profiles[known.arm]] if known.arm else [])
    events = profiles["CNSR"].levels.get("0", 0)
    reasons = {
        "id": "USUBJID identifies participants in ADaM.",
        "time": f"AVAL is the time in ADaM; {study.unit_reason}.",
        "event": f"CNSR 0 is the event in ADaM: {events:,} of {profiles['CNSR'].known:,}.",
        "site": "Its name says so." if known.site else "",
        "country": "Its name says so." if known.country else "",
    }
    endpoint = EndpointDraft(
        key=(study.param or "event").lower(),
        time="AVAL",
        event="CNSR",
        label=study.label,
        event_value="0" if events else None,
        unit=study.unit,
    )
    roles = Roles(id="USUBJID", site=known.site, country=known.country, param=study.param)
    return _infer_columns(
        table,
        roles,
        endpoint=endpoint,
        arm=arm,
        baseline=baseline,
        reasons=reasons,
        parameters=study.parameters,
    )
