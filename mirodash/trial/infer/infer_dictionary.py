"""Infers a data dictionary for a file, with a reason for each column, to be confirmed or changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from types import MappingProxyType

from mirodash.trial import adam
from mirodash.trial.adam_endpoints import name_events, strip_unit
from mirodash.trial.answers import apply_answers
from mirodash.trial.dictionary import Answers, Draft, EndpointDraft, MeasureDraft, Roles
from mirodash.trial.event_words import event_key
from mirodash.trial.infer.columns import (
    FoundArm,
    Profile,
    find_arm,
    find_country,
    find_participant,
    find_repeated,
    find_site,
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
from mirodash.trial.infer.entry import find_entry
from mirodash.trial.infer.further_endpoints import find_further_endpoints, name_endpoint, put_death_first
from mirodash.trial.infer.measurements import LATER, FoundBaseline, find_baseline
from mirodash.trial.infer.time_unit import FoundUnit, infer_time_unit
from mirodash.trial.infer.visit_columns import describe_visit_columns, infer_visit_columns
from mirodash.trial.joining import join
from mirodash.trial.missing_codes import find_missing_codes
from mirodash.trial.problems import Findings
from mirodash.trial.repeated_measurements import infer_measures, part_tables
from mirodash.trial.table import Table, join_list

_NO_TIME = "No column looks like the time."
_OF_ADSL = "ADSL does not hold the times of an endpoint: bring it together with ADTTE."


@dataclass(frozen=True, slots=True)
class InferredDictionary:
    """A proposal for the dictionary of a file.

    Parameters
    ----------
    draft : Draft
        Roles, arms, endpoints (the first is the one a trial opens with), biomarkers and factors; None where
        nothing tells and the reader is asked.
    reasons : mapping of str to str
        One short sentence by part (``time``, ``event``, ``arm``, ``control``, ``id``, ``site``,
        ``country``) or column of a biomarker, a factor, or one that is not offered as either.
    parameters : tuple of (str, str)
        ``PARAMCD`` and ``PARAM`` of every endpoint of an ADaM file.
    left : tuple of (str, str)
        Columns that are not offered as biomarkers or factors, with why as the end of a sentence.
    """

    draft: Draft
    reasons: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    parameters: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()


def infer_dictionary(
    tables: Sequence[Table],
    param: str | None = None,
    *,
    said: Roles = Roles(),  # noqa: B008 - frozen
    answers: Answers = Answers(),  # noqa: B008 - frozen
) -> InferredDictionary:
    """Propose what the columns mean.

    Parameters
    ----------
    tables : sequence of Table
        One table, or several that belong together, in any order.
    param : str or None
        Which endpoint of an ADaM file; None takes death or overall survival before others.
    said : Roles
        What the reader said: these columns are taken as they are, and the others inferred beside them.
    answers : Answers
        What the reader answered about rows, cells and columns.
    """
    if not tables:
        return InferredDictionary(Draft())
    asked, unheard = Draft().answered(answers), Findings()
    # repeated measurements have rows of their own, and say nothing of columns of participants
    people, repeated = part_tables(tables)
    tables = [apply_answers(table, asked, said.id, unheard) for table in people]
    codes = _infer_codes(tables, answers)
    inferred = _infer(tables, codes, param, said, answers)
    # what looks like a code among times is no gap but a question
    playing = _list_playing(inferred.draft) & codes.keys()
    if playing:
        codes = {name: found for name, found in codes.items() if name not in playing}
        inferred = _infer(tables, codes, param, said, answers)
    playing_parts = _list_playing(inferred.draft)
    reasons = dict(inferred.reasons)
    for name, found in codes.items():
        codes_said = f"{join_list(list(found))} looks like a code for not known; please check."
        reasons[name] = f"{reasons.get(name, '')} {codes_said}".strip()
    draft = replace(
        inferred.draft,
        missing=tuple(codes.items()),
        measurements=_infer_measurements(tables, repeated, playing_parts),
    ).answered(answers)
    return replace(inferred, draft=draft, reasons=MappingProxyType(reasons))


Codes = Mapping[str, tuple[str, ...]]


def _infer(
    tables: Sequence[Table], codes: Codes, param: str | None, said: Roles, answers: Answers
) -> InferredDictionary:
    """The proposal for tables in which these codes stand for "not known"."""
    unheard = Findings()
    tables = [apply_answers(t, Draft(missing=tuple(codes.items())), said.id, unheard) for t in tables]
    study = infer_adam_study(tables, param or said.param)
    if study is not None:
        return _of_study(study, said, answers)
    table = join(tables, None, unheard) if len(tables) > 1 else None
    table = table or tables[0]
    return _of_profiles(table, _list_profiles(table, answers), said)


def _infer_measurements(
    people: Sequence[Table], repeated: Sequence[Table], playing: Iterable[str | None]
) -> tuple[MeasureDraft, ...]:
    """Repeated measurements in files of their own, or else in columns beside the participants."""
    if repeated:
        return infer_measures(repeated)
    return infer_visit_columns(people[0], frozenset(playing)) if len(people) == 1 else ()


def _list_playing(draft: Draft) -> set[str | None]:
    """The columns of identifiers, arms, times and events."""
    roles = draft.roles
    own = {roles.id, roles.arm, roles.site, roles.country, roles.time, roles.event, roles.entry}
    return own | {name for e in draft.endpoints for name in (e.time, e.event, e.entry)}


def _infer_codes(tables: Sequence[Table], answers: Answers) -> dict[str, tuple[str, ...]]:
    """The codes for "not known" in columns about which nobody answered."""
    answered = {*dict(answers.missing), *answers.ignore}
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for name, column in table.columns.items():
            if name not in answered and (codes := find_missing_codes(column.cells)):
                found[name] = codes
    return found


def describe_inferred(inferred: InferredDictionary, said: Roles) -> list[str]:
    """What was understood without anybody saying it, in sentences, for whoever is not shown the proposal."""
    draft, reasons = inferred.draft, inferred.reasons
    endpoint = next(iter(draft.endpoints), None)
    parts = {
        "participant": (said.id, draft.roles.id),
        "time": (said.time, endpoint.time if endpoint else draft.roles.time),
        "event": (said.event, endpoint.event if endpoint else draft.roles.event),
        "arm": (said.arm, draft.roles.arm),
        "site": (said.site, draft.roles.site),
        "country": (said.country, draft.roles.country),
    }
    pairs = [f"{part} '{name}'" for part, (own, name) in parts.items() if name and own is None]
    notices = [f"Columns recognised by their names: {join_list(pairs, most=10)}."] if pairs else []
    if endpoint and endpoint.unit and said.time_unit is None:
        notices.append(
            f"The time '{endpoint.time}' is in {endpoint.unit}: {_clause(reasons.get('unit', ''))}"
        )
    if endpoint and endpoint.event_value and said.event_value is None and not _is_plain(endpoint.event_value):
        notices.append(f"The event is '{endpoint.event}' = {endpoint.event_value}: {reasons['event']}")
    if draft.roles.control and said.control is None:
        notices.append(f"The control is '{draft.roles.control}': {_clause(reasons.get('control', ''))}")
    notices += [*_describe_special(draft, said), *describe_visit_columns(draft.measurements)]
    by_reason: dict[str, list[str]] = {}
    for name, why in inferred.left:
        by_reason.setdefault(why, []).append(f"'{name}'")
    for why, names in by_reason.items():
        notices.append(f"Not offered as biomarkers or factors: {join_list(names, most=40)} ({why}).")
    return notices


def _describe_special(draft: Draft, said: Roles) -> Iterator[str]:
    """Entry times, further endpoints and the actual arm, of which most files have none."""
    entry = draft.endpoints[0].entry if draft.endpoints else None
    if entry and said.entry is None:
        yield (
            f"Participants are at risk from '{entry}' on (delayed entry); --ignore {entry} "
            "counts everybody from time 0."
        )
    if len(draft.endpoints) > 1:
        yield _describe_several(draft.endpoints)
    if adam.is_actual_arm(draft.roles.arm):
        yield ACTUAL_ARM.format(draft.roles.arm)


def _describe_several(endpoints: Sequence[EndpointDraft]) -> str:
    """Which endpoints there are, and which is the first."""
    first, *others = [
        f"{e.label or e.event} ('{e.time}' with '{e.event}'"
        f"{'' if e.event_value is None or _is_plain(e.event_value) else f' = {e.event_value}'})"
        for e in endpoints
    ]
    return (
        f"The file holds {len(endpoints)} endpoints; this trial opens with {first}, and has "
        f"{join_list(others, most=20)} as well (--time and --event put another one first)."
    )


ACTUAL_ARM = (
    "The file holds no planned arm (TRT01P): the actual one, '{}', is used, so participants are "
    "compared as they were treated and not as they were randomised."
)


def _clause(reason: str) -> str:
    return reason[:1].lower() + reason[1:]


def _is_plain(value: str) -> bool:
    """Whether a value means the event without a word: 1, or true."""
    return event_key(value) == 1.0


def count_parts(table: Table) -> int:
    """How many parts of a trial are recognised in a table: the more, the more it looks like one."""
    draft = infer_dictionary([table]).draft
    roles, endpoint = draft.roles, next(iter(draft.endpoints), None)
    outcome = (endpoint.time, endpoint.event) if endpoint else (roles.time, roles.event)
    return sum(map(bool, (*outcome, roles.id, roles.arm, roles.control, draft.biomarkers)))


def _list_profiles(table: Table, answers: Answers) -> list[Profile]:
    return [Profile(name, column) for name, column in table.columns.items() if name not in answers.ignore]


def _of_profiles(table: Table, profiles: Sequence[Profile], said: Roles) -> InferredDictionary:
    reasons = {"time": _OF_ADSL} if adam.has_columns(table, "USUBJID") else {}
    by_name = {profile.name: profile for profile in profiles}
    named = {part: by_name.get(name) if (name := getattr(said, part)) else None for part in _COLUMN_PARTS}
    rest = _without(profiles, named.values())
    who = named["id"]
    if _is_open("id", named, said):
        who, reasons["id"] = find_participant(rest)
        who, reasons["id"] = (who, reasons["id"]) if who else find_repeated(rest)
    rest = _without(rest, [who])
    outcome = _find_outcome(rest, named, said)
    rest = _without(rest, [outcome.time, outcome.event])
    arm = find_arm([named["arm"]], chosen=True) if named["arm"] else find_arm(rest)
    rest = _without(rest, [arm.column])
    entry = named["entry"]
    if _is_open("entry", named, said):
        entry = find_entry(rest, outcome.time)
    rest = _without(rest, [entry])
    further = find_further_endpoints(table, rest, outcome, entry)
    rest = _without(rest, further.columns)
    country, site = _find_places(rest, named, said, reasons)
    rest = _without(rest, [country, site])
    outcomes = [part for part in (outcome.time, outcome.event) if part is not None]
    baseline = find_baseline(rest, outcomes, arm.column)
    baseline = replace(baseline, left=dict(further.left) | baseline.left)
    endpoint = _infer_endpoint(table, outcome, entry, reasons)
    roles = Roles(
        id=_name(who),
        time=None if endpoint else _name(outcome.time),
        event=None if endpoint else _name(outcome.event),
        site=_name(site),
        country=_name(country),
        entry=None if endpoint else _name(entry),
    )
    return _infer_columns(
        table,
        roles,
        endpoints=(endpoint, *further.drafts) if endpoint else (),
        arm=arm,
        baseline=baseline,
        reasons=reasons,
    )


def _find_places(
    rest: Sequence[Profile], named: Mapping[str, Profile | None], said: Roles, reasons: dict[str, str]
) -> tuple[Profile | None, Profile | None]:
    """The columns of country and site, where nobody said which they are."""
    country, site = named["country"], named["site"]
    if _is_open("country", named, said):
        country, reasons["country"] = find_country(rest)
    if _is_open("site", named, said):
        site, reasons["site"] = find_site(_without(rest, [country]))
    return country, site


def _find_outcome(rest: Sequence[Profile], named: Mapping[str, Profile | None], said: Roles) -> FoundOutcome:
    """The time and the event; a column that was named and is not there is not replaced by another."""
    outcome = find_outcome(rest, time=named["time"], event=named["event"])
    if said.time is not None and named["time"] is None:
        outcome = replace(outcome, time=None)
    if said.event is not None and named["event"] is None:
        outcome = replace(outcome, event=None)
    return put_death_first(rest, outcome) if said.time is None and said.event is None else outcome


def _is_open(part: str, named: Mapping[str, Profile | None], said: Roles) -> bool:
    """Whether nobody said which column plays a part, or that none does."""
    return named[part] is None and getattr(said, part) is None


_COLUMN_PARTS = ("id", "time", "event", "arm", "site", "country", "entry")


def _without(profiles: Sequence[Profile], taken: Iterable[Profile | None]) -> list[Profile]:
    gone = set(taken)
    return [profile for profile in profiles if profile not in gone]


def _name(profile: Profile | None) -> str | None:
    return None if profile is None else profile.name


def _infer_endpoint(
    table: Table, outcome: FoundOutcome, entry: Profile | None, reasons: dict[str, str]
) -> EndpointDraft | None:
    time, event = outcome.time, outcome.event
    if entry is not None:
        reasons["entry"] = "Its name and its values say so: it lies before the time; please check."
    unit = infer_time_unit(table, time.name) if time is not None else FoundUnit(None, "")
    reasons["time"] = reasons.get("time", _NO_TIME) if time is None else _infer_time_reason(unit)
    if time is not None:
        reasons["unit"] = _infer_unit_reason(unit)
    meaning = (
        Meaning(None, "No column looks like the event.") if event is None else infer_event_value(event, time)
    )
    reasons["event"] = _infer_event_reason(outcome, meaning)
    if time is None or event is None:
        return None
    return replace(
        name_endpoint(time.name, event.name, outcome.kind),
        event_value=meaning.value,
        unit=unit.unit,
        entry=_name(entry),
    )


def _infer_event_reason(outcome: FoundOutcome, meaning: Meaning) -> str:
    """Why this value means the event, and which other column might hold competing ones."""
    if outcome.rivals:
        return (
            f"{join_list([repr(p.name) for p in outcome.rivals])} both look like the event: which one is it?"
        )
    crowded = outcome.crowded
    if crowded is None:
        return meaning.reason
    if outcome.event is None:
        return crowded_reason(crowded)
    # a measurement whose name sounds like an event would only confuse
    return f"{meaning.reason} {crowded_reason(crowded)}" if has_codes(crowded) else meaning.reason


def _infer_time_reason(unit: FoundUnit) -> str:
    return f"Its name says so; {unit.reason}." if unit.unit else "Its name says so."


def _infer_unit_reason(unit: FoundUnit) -> str:
    if unit.unit is None:
        return (
            f"{unit.reason[:1].upper()}{unit.reason[1:]}: which one is it?"
            if unit.reason
            else "Which unit is it?"
        )
    _, _, how = unit.reason.partition(", ")
    how = how or unit.reason.partition(": ")[2]
    return f"{how[:1].upper()}{how[1:]}."


def _infer_columns(
    table: Table,
    roles: Roles,
    *,
    endpoints: tuple[EndpointDraft, ...],
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
        endpoints=endpoints,
        biomarkers=baseline.biomarkers,
        factors=baseline.factors,
    )
    left = {name: f"Not offered: {why}." for name, why in baseline.left.items()}
    said = left | baseline.reasons | dict(reasons) | {"arm": arm.reason, "control": arm.control_reason}
    return InferredDictionary(
        draft,
        MappingProxyType({part: why for part, why in said.items() if why}),
        parameters,
        tuple(baseline.left.items()),
    )


def _of_study(study: AdamStudy, said: Roles, answers: Answers) -> InferredDictionary:
    """An ADaM study says itself what is what; only control and baseline are looked for."""
    table = study.table
    profiles = {profile.name: profile for profile in _list_profiles(table, answers)}
    known = said.over(adam.find_adam_roles(table))
    time, event = profiles.get(known.time or ""), profiles.get(known.event or "")
    rest = [profile for name, profile in profiles.items() if not adam.is_no_baseline(table, name)]
    taken = [known.id, known.site, known.country, known.arm, known.time, known.event]
    outcome = [part for part in (time, event) if part is not None]
    baseline = find_baseline([p for p in rest if p.name not in taken], outcome, profiles.get(known.arm or ""))
    late = {name: LATER for name in profiles if name not in taken and profiles[name] not in rest}
    baseline = replace(baseline, left=late | baseline.left)
    arm = find_arm([profiles[known.arm]], chosen=True) if known.arm in profiles else find_arm([])
    meaning = _infer_adam_event(event, time)
    own = known.time == adam.find_column(table, "AVAL")
    unit = study.unit if own or time is None else infer_time_unit(table, time.name)
    reasons = {
        "id": "USUBJID identifies participants in ADaM.",
        "time": f"AVAL is the time in ADaM{f'; {unit.reason}' if unit.unit else ''}.",
        "unit": _infer_unit_reason(unit),
        "event": meaning.reason,
        "site": "Its name says so." if known.site else "",
        "country": "Its name says so." if known.country else "",
    }
    if arm.column is None and len(table.files) < 2:
        arm = replace(arm, reason="ADTTE holds no arm here: bring it together with ADSL.")
    if adam.is_actual_arm(known.arm):
        arm = replace(arm, reason=f"{arm.reason} {ACTUAL_ARM.format(known.arm)}")
    singular, plural, event_free = name_events(study.param or "", study.label or "")
    endpoint = EndpointDraft(
        key=(study.param or known.event or "event").lower(),
        time=str(known.time),
        event=str(known.event),
        label=strip_unit(study.label) if study.label else None,
        event_value=meaning.value,
        unit=unit.unit,
        singular=singular,
        plural=plural,
        event_free=event_free,
    )
    roles = Roles(id=known.id, site=known.site, country=known.country, param=study.param)
    return _infer_columns(
        table,
        roles,
        endpoints=(endpoint,) if time is not None and event is not None else (),
        arm=arm,
        baseline=baseline,
        reasons=reasons,
        parameters=study.parameters,
    )


def _infer_adam_event(event: Profile | None, time: Profile | None) -> Meaning:
    """``CNSR`` 0 is the event; another column is looked at as in any file."""
    if event is None:
        return Meaning(None, "No column looks like the event.")
    if event.name.upper() != "CNSR":
        return infer_event_value(event, time)
    events = event.levels.get("0", 0)
    return Meaning("0" if events else None, f"CNSR 0 is the event in ADaM: {events:,} of {event.known:,}.")
