"""Builds a checked trial from one or two files and their dictionary, or reports every problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from mirodash.errors import UnusableDataError
from mirodash.trial import adam
from mirodash.trial.adam import drop_missing_ids, drop_repeated_ids, drop_rows
from mirodash.trial.adam_endpoints import find_code
from mirodash.trial.adding_endpoints import add_endpoints, first_endpoint
from mirodash.trial.answers import apply_answers, ask_about_codes, ask_about_population, find_unknown_columns
from mirodash.trial.baseline import Baseline, add_biomarker, add_factor, in_front, why_unreadable
from mirodash.trial.coded_alike import ask_together, decide_together, find_undecided
from mirodash.trial.column_roles import Plan, make_plan
from mirodash.trial.dictionary import (
    Answers,
    BiomarkerDraft,
    Dictionary,
    Draft,
    Endpoint,
    EndpointDraft,
    MeasureDraft,
    Roles,
    TimeUnit,
    validate_draft,
    validate_options,
)
from mirodash.trial.dictionary_toml import read_dictionary
from mirodash.trial.event_words import event_key
from mirodash.trial.infer.columns import Profile
from mirodash.trial.infer.endpoint import infer_event_value
from mirodash.trial.infer.entry import find_entry
from mirodash.trial.infer.infer_dictionary import describe_inferred, infer_dictionary
from mirodash.trial.infer.time_unit import infer_time_unit
from mirodash.trial.joining import MAX_FILES, OWN_MEASUREMENTS, join
from mirodash.trial.outcomes import describe, read_outcome
from mirodash.trial.problems import Choice, Findings, LeftOut, MeasureRead, Problem
from mirodash.trial.readers.files import read_table
from mirodash.trial.repeated_measurements import describe_source, part_tables, read_series
from mirodash.trial.repeated_rows import (
    combine_identifiers,
    find_combined_identifier,
    keep_one_row_each,
    split_identifier,
)
from mirodash.trial.table import (
    Source,
    Table,
    join_list,
    level_name,
    names_limits,
    natural_key,
    participants_in_words,
)
from mirodash.trial.trial import (
    Levels,
    Outcome,
    Trial,
    fingerprint,
    is_not_randomised,
    read_arms,
    read_levels,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A trial, or None with every problem that keeps it from being one; and what was noticed either way."""

    trial: Trial | None
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    measured: tuple[MeasureRead, ...] = ()
    measured_left_out: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


def check(
    tables: Sequence[Table],
    draft: Draft,
    roles: Roles = Roles(),  # noqa: B008 - frozen
    answers: Answers = Answers(),  # noqa: B008 - frozen
) -> Checked:
    """Check a trial that is already in tables.

    Where the draft says nothing, what the columns mean is inferred, as the Data page proposes it. What stays
    open is a problem, which is a question there.

    Parameters
    ----------
    tables : sequence of Table
        One table, or several that belong together, in any order; those of repeated measurements among them.
    draft : Draft
        What a dictionary, or the mapping on the Data page, says.
    roles : Roles
        What options say; they override the dictionary, which overrides ADaM and obvious names.
    answers : Answers
        What options answer about rows, cells and columns.
    """
    found = Findings(frozenset(draft.leave_out + answers.leave_out))
    roles = validate_options(roles, found.problems)
    tables, repeated = part_tables(tables)
    is_inferred = not draft.says_something
    if is_inferred:
        inferred = infer_dictionary(tables, said=roles, answers=answers)
        if repeated:  # visits have a file of their own
            inferred = replace(inferred, draft=replace(inferred.draft, measurements=()))
        found.notices += describe_inferred(inferred, roles)
        draft = replace(
            inferred.draft, file="", roles=replace(_fit_arms(inferred.draft.roles, roles), param=None)
        )
    elif not draft.endpoints or draft.roles.arm is None:
        draft = _fill_parts(draft, tables, roles, answers, found)
    draft = draft.answered(answers)
    found.problems += validate_draft(draft)
    found.problems += find_unknown_columns(tables, draft)
    who = roles.id or draft.roles.id
    tables = [apply_answers(table, draft, who, found) for table in tables]
    opens = roles.param or draft.roles.param or first_endpoint(tables)
    table = join(tables, opens, found)
    if table is not None:
        table = combine_identifiers(add_endpoints(table, tables, opens, found), who)
    trial = None if table is None else _trial(table, repeated, draft, roles, found, is_inferred=is_inferred)
    problems = tuple(dict.fromkeys(found.problems))
    notices = tuple(dict.fromkeys(found.notices))
    return Checked(
        None if problems else trial,
        problems,
        notices,
        tuple(found.left_out),
        tuple(found.measured),
        MappingProxyType(found.measured_left_out),
    )


def _fit_arms(inferred: Roles, said: Roles) -> Roles:
    """The inferred roles without an arm that options give the other part."""
    if said.treated is not None and said.control is None and said.treated == inferred.control:
        inferred = replace(inferred, control=None, treated=None)
    if said.control is not None and said.treated is None and said.control == inferred.treated:
        inferred = replace(inferred, control=None, treated=None)
    return inferred


def _fill_parts(
    draft: Draft, tables: Sequence[Table], roles: Roles, answers: Answers, found: Findings
) -> Draft:
    """A dictionary that names no endpoint or no arm, with those that are inferred; nothing else is added."""
    said = roles.over(draft.roles)
    inferred = infer_dictionary(tables, said=said, answers=answers).draft
    own, other = draft.roles, inferred.roles
    parts = Roles(id=other.id)
    if said.arm is None:
        parts = replace(parts, arm=other.arm, control=other.control, treated=other.treated)
    endpoints = draft.endpoints
    if not endpoints and None in (said.time, said.event):
        endpoints = inferred.endpoints
        parts = replace(parts, time=other.time, event=other.event)
    filled = {"participant": (own.id, parts.id), "arm": (own.arm, parts.arm)}
    filled |= {"time": ("" if draft.endpoints else None, next((e.time for e in endpoints), None))}
    names = [f"{part} '{name}'" for part, (before, name) in filled.items() if before is None and name]
    if names:
        found.notices.append(f"Columns recognised by their names: {join_list(names)}.")
    return replace(draft, roles=own.over(parts), endpoints=endpoints)


def _trial(
    table: Table,
    repeated: Sequence[Table],
    draft: Draft,
    roles: Roles,
    found: Findings,
    *,
    is_inferred: bool = False,
) -> Trial | None:
    """The trial in a table, as far as there is one, with the repeated measurements in others."""
    found.notices += table.notices
    plan = make_plan(table, roles, draft, found)
    if is_inferred:
        plan = _drop_unreadable(table, plan, found)
    table = _drop_not_randomised(table, plan, found)
    table, plan = _one_row_each(table, plan, found)
    plan = _complete(table, plan, found)
    table = _in_order(table, plan, found)
    return _validate(table, repeated, plan, found) if len(table) else None


def _drop_unreadable(table: Table, plan: Plan, found: Findings) -> Plan:
    """The plan without baseline columns that hold what is no number, unless somebody asked for them."""
    gone: set[str] = set()
    drafts = {f.column: BiomarkerDraft(f.column) for f in plan.draft.factors if f.kind == "numeric"}
    drafts |= {b.column: b for b in plan.draft.biomarkers}
    for name, draft in drafts.items():
        if name == plan.roles.biomarker or name in plan.draft.leave_out or name not in table.columns:
            continue
        why = why_unreadable(table.columns[name], draft)
        if why:
            gone.add(name)
            found.notices.append(
                f"{why} It is not offered; --leave-out '{name}' takes such cells as missing."
            )
    described = replace(
        plan.draft,
        biomarkers=tuple(b for b in plan.draft.biomarkers if b.column not in gone),
        factors=tuple(f for f in plan.draft.factors if f.column not in gone),
    )
    return replace(plan, draft=described)


def _drop_not_randomised(table: Table, plan: Plan, found: Findings) -> Table:
    """The table without those whose arm says that they were not randomised."""
    arm = plan.roles.arm
    if arm is None:
        return table
    cells = table.columns[arm].cells
    gone = [i for i, cell in enumerate(cells) if cell and is_not_randomised(cell)]
    if not gone or len(gone) == len(cells):
        return table
    names = join_list(sorted({cells[i] for i in gone}))
    found.notices.append(
        f"{participants_in_words(len(gone))} with '{arm}' = {names} {'was' if len(gone) == 1 else 'were'} "
        f"not randomised and {'is' if len(gone) == 1 else 'are'} not counted "
        f"({table.columns[arm].where(gone)})."
    )
    return drop_rows(table, gone)


def _one_row_each(table: Table, plan: Plan, found: Findings) -> tuple[Table, Plan]:
    """One row of everybody, where rows of one participant differ in what was measured alone."""
    roles = plan.roles
    if roles.id is None or roles.id in plan.draft.leave_out or not plan.endpoints:
        return table, plan
    outcome = [name for endpoint in plan.endpoints for name in (endpoint.time, endpoint.event)]
    parts = [name for name in (roles.arm, *outcome, roles.site, roles.country) if name]
    kept = keep_one_row_each(table, roles.id, parts)
    if kept is None:
        return table, plan
    found.notices += kept.notices
    gone = set(kept.unknown)
    draft = replace(
        plan.draft,
        biomarkers=tuple(b for b in plan.draft.biomarkers if b.column not in gone),
        factors=tuple(f for f in plan.draft.factors if f.column not in gone),
    )
    files = kept.table.files
    if not kept.first:
        unscripted = "several rows a participant, of which the first is not the one that counts"
        files = tuple(replace(file, unscripted=file.unscripted or unscripted) for file in files)
    found.one_row_each = roles.id
    return replace(kept.table, files=files), replace(plan, draft=draft)


def _complete(table: Table, plan: Plan, found: Findings) -> Plan:
    """The plan with the unit and the event value of each endpoint that nobody said, inferred or asked."""
    endpoints: list[EndpointDraft] = []
    for endpoint in plan.endpoints:
        if find_code(endpoint.time):
            # one that was added counts time as the first does where its own rows do not say
            first = endpoints[0].unit if endpoints else None
            unit = endpoint.unit or infer_time_unit(table, endpoint.time).unit or first
            endpoints.append(replace(endpoint, unit=unit))
            continue
        unit = endpoint.unit or _find_unit(table, endpoint, next(iter(endpoints), None), found)
        value = endpoint.event_value
        if value is None:
            time = Profile(endpoint.time, table.columns[endpoint.time])
            meaning = infer_event_value(Profile(endpoint.event, table.columns[endpoint.event]), time)
            value = meaning.value
            if value is not None and event_key(value) != 1.0:
                found.notices.append(f"The event is '{endpoint.event}' = {value}: {meaning.reason}")
        endpoints.append(replace(endpoint, unit=unit, event_value=value))
    return replace(plan, endpoints=decide_together(table, endpoints, found))


def _find_unit(
    table: Table, endpoint: EndpointDraft, first: EndpointDraft | None, found: Findings
) -> TimeUnit | None:
    """The unit of an endpoint's time where nobody said it: inferred, that of the first endpoint, or asked."""
    known = infer_time_unit(table, endpoint.time)
    if known.unit is not None:
        found.notices.append(f"Times in '{endpoint.time}' are {known.reason}.")
        return known.unit
    if first is None:
        found.problems.append(_ask_unit(endpoint.time, known.reason))
        return None
    if first.unit is not None:
        found.notices.append(
            f"Times in '{endpoint.time}' are taken to be in {first.unit}, as those in '{first.time}' are."
        )
    return first.unit


def _ask_unit(time: str, reason: str) -> Problem:
    why = f" {reason[:1].upper()}{reason[1:]}." if reason else ""
    return Problem(
        f"Are the times in '{time}' days, weeks, months or years?{why}",
        typed="Say it with --unit.",
        chosen="Choose the unit of the time.",
        columns=(time,),
        part="unit",
    )


def _in_order(table: Table, plan: Plan, found: Findings) -> Table:
    """Participants sorted by their identifiers, which have to be there and to differ."""
    name = plan.roles.id
    if name is None:
        found.notices.append("No column identifies participants; every row is taken as one participant.")
        return table
    table = drop_missing_ids(table, name, found)
    together = None
    if name not in plan.draft.leave_out:
        others = [other for other in (plan.roles.site, plan.roles.country) if other]
        together = find_combined_identifier(table, name, others)
    if together is None:
        table = drop_repeated_ids(table, name, found)
    else:
        found.problems.append(_ask_identifier(table, name, together))
    if not len(table):
        what = f"No participant is left: no row has an identifier in column '{name}'."
        found.problems.append(Problem(what, chosen="Choose another column.", columns=(name,), part="id"))
    keys = [natural_key(level_name(who)) for who in table.columns[name].cells]
    return table.take(sorted(range(len(table)), key=keys.__getitem__))


def _ask_identifier(table: Table, name: str, together: str) -> Problem:
    first, _ = split_identifier(together)
    count = len(set(table.columns[name].cells))
    return Problem(
        f"The {count:,} numbers in '{name}' are in {len(table):,} rows and begin again at each '{first}': "
        f"do '{first}' and '{name}' together identify a participant?",
        typed=f'Say it with --id "{together}".',
        chosen=f"Choose '{together}' as the participant.",
        columns=(name,),
        part="id",
    )


def _validate(table: Table, repeated: Sequence[Table], plan: Plan, found: Findings) -> Trial | None:
    """Read every part of the trial, so that all problems are found, and put the parts together."""
    _ask_entry(table, plan, found)
    ask_about_population(table, plan, plan.draft, found)
    measured = [b.column for b in plan.draft.biomarkers] + [f.column for f in plan.draft.factors]
    times = [name for e in plan.endpoints for name in (e.time, e.entry) if name]
    ask_about_codes(table, list(dict.fromkeys(measured)), times, plan.draft, found)
    arms = read_arms(table, plan.roles, found)
    outcomes = list(_read_outcomes(table, plan, found))
    ask_together(table, plan.endpoints, found)
    baseline = _baseline(table, plan, found)
    visits = read_series(table, plan.roles.id, repeated, plan.draft.measurements, found)
    if found.problems or arms is None:
        return None
    arm, control, treated = arms
    endpoints = tuple(describe(draft, o, table, arm, (control, treated)) for o, draft in outcomes)
    dictionary = _dictionary(table, plan, baseline, (control, treated), endpoints)
    by_key = {endpoint.key: outcome for endpoint, (outcome, _) in zip(endpoints, outcomes, strict=True)}
    trial = _assemble(
        table, plan=plan, dictionary=dictionary, outcomes=by_key, arm=arm, baseline=baseline, found=found
    )
    described = {draft.key: draft for draft in plan.draft.measurements}
    sources = tuple(describe_source(described.get(m.key, MeasureDraft(m.key))) for m in visits.measures)
    return replace(
        trial,
        source=None if trial.source is None else replace(trial.source, measured=sources),
        dictionary=replace(dictionary, measurements=visits.measures),
        series=MappingProxyType(dict(visits.series)),
        measured=visits.fingerprint,
    )


def _ask_entry(table: Table, plan: Plan, found: Findings) -> None:
    """Ask about times from which participants seem to have been at risk, where nobody said what they are."""
    name = None if plan.roles.entry == "" else _find_entry(table, plan)
    if name is None:
        return
    found.problems.append(
        Problem(
            f"Column '{name}' looks like the time from which participants were at risk (delayed entry): "
            "before it they could not have had the event, and counting them from time 0 favours whoever "
            "entered late.",
            typed=f"Say --entry {name}, or --ignore {name} to count everybody from time 0 all the same.",
            chosen=f"Choose '{name}' as the entry, or count everybody from time 0.",
            columns=(name,),
            part="entry",
            choices=(Choice("ignore", name, "Count everybody from time 0"),),
        )
    )


def _find_entry(table: Table, plan: Plan) -> str | None:
    """A column of entry times that plays no other part and is described as nothing else."""
    described = {*(b.column for b in plan.draft.biomarkers), *(f.column for f in plan.draft.factors)}
    taken = plan.taken | described | set(plan.draft.ignore)
    profiles = [Profile(name, column) for name, column in table.columns.items() if name not in taken]
    for endpoint in plan.endpoints:
        if endpoint.entry:
            continue
        found = find_entry(profiles, Profile(endpoint.time, table.columns[endpoint.time]))
        if found is not None:
            return found.name
    return None


def _read_outcomes(table: Table, plan: Plan, found: Findings) -> Iterator[tuple[Outcome, EndpointDraft]]:
    """Every endpoint's outcome; one that was added from ADTTE is left out where it cannot be read."""
    undecided = find_undecided(table, plan.endpoints)
    for draft in plan.endpoints:
        if draft in undecided:
            continue
        code = find_code(draft.time)
        if not code:
            yield read_outcome(table, draft, found)
            continue
        own = Findings(found.leave_out)
        added = read_outcome(table, draft, own)
        if own.problems:
            found.notices.append(f"Endpoint {code} ({draft.label}) is left out: {own.problems[0].what}")
            continue
        found.notices += [f"{draft.label}: {notice}" for notice in own.notices]
        found.left_out += own.left_out
        found.flags += own.flags
        yield added


def _baseline(table: Table, plan: Plan, found: Findings) -> Baseline:
    biomarkers, factors = list(plan.draft.biomarkers), list(plan.draft.factors)
    baseline = Baseline()
    for biomarker in in_front(biomarkers, plan.roles.biomarker):
        add_biomarker(baseline, table, biomarker, found)
    for factor in factors:
        add_factor(baseline, table, factor, found)
    own = (plan.roles.arm, plan.roles.site, plan.roles.country)
    for name in {*own, *plan.draft.randomised_within, *plan.draft.default_strata}:
        if name is not None and name in table.columns:
            baseline.categories.setdefault(name, read_levels(table.columns[name].cells))
    return baseline


def _dictionary(
    table: Table, plan: Plan, baseline: Baseline, arms: tuple[str, str], endpoints: tuple[Endpoint, ...]
) -> Dictionary:
    draft = plan.draft
    return Dictionary(
        title=draft.title or adam.study(table) or Path(table.name).stem,
        control=arms[0],
        treated=arms[1],
        endpoints=endpoints,
        biomarkers=tuple(baseline.biomarkers),
        factors=tuple(baseline.factors),
        synthetic=draft.synthetic,
        description=draft.description,
        source=draft.source,
        population=draft.population,
        arm_labels=draft.arm_labels,
        randomised_within=draft.randomised_within,
        default_strata=draft.default_strata,
        french=draft.french,
    )


def _assemble(
    table: Table,
    *,
    plan: Plan,
    dictionary: Dictionary,
    outcomes: dict[str, Outcome],
    arm: Levels,
    baseline: Baseline,
    found: Findings,
) -> Trial:
    categories = baseline.categories | {str(plan.roles.arm): arm}
    rounded = tuple(baseline.rounded.items())
    return Trial(
        id=Path(table.name).stem,
        dictionary=dictionary,
        fingerprint=fingerprint(dictionary, outcomes, baseline.numbers, categories),
        arm=arm,
        outcomes=MappingProxyType(outcomes),
        site=categories.get(plan.roles.site or ""),
        country=categories.get(plan.roles.country or ""),
        numbers=MappingProxyType(dict(baseline.numbers)),
        categories=MappingProxyType(categories),
        notices=tuple(dict.fromkeys(found.notices)),
        source=Source(
            table.files,
            str(plan.roles.arm),
            plan.roles.site,
            tuple(_named_limits(table, baseline)),
            left_out=tuple(dict.fromkeys(each.column for each in found.left_out if each.whole != "row")),
            one_row_each=found.one_row_each
            or next((each.column for each in found.left_out if each.whole == "row"), ""),
            decimals=tuple((name, to.decimals) for name, to in rounded if to.decimals is not None),
            digits=tuple((name, to.digits) for name, to in rounded if to.digits is not None),
            coded=tuple(name for name, codes in plan.draft.missing if codes),
            flags=tuple(dict.fromkeys(found.flags)),
            from_measurements=tuple(_list_from_measurements(table)),
        ),
    )


def _list_from_measurements(table: Table) -> Iterator[str]:
    """Columns of baseline values that a file of measurements gave."""
    files = {file.name for file in table.files if file.unscripted == OWN_MEASUREMENTS}
    return (name for name, column in table.columns.items() if column.file in files)


def _named_limits(table: Table, baseline: Baseline) -> Iterator[str]:
    """The numeric columns in which a limit of the assay is named without its number."""
    for name, measured in baseline.numbers.items():
        beyond = measured.below_limit.any() or measured.above_limit.any()
        if beyond and names_limits(table.columns[name].cells):
            yield name


def read_trial(
    paths: Sequence[Path],
    roles: Roles = Roles(),  # noqa: B008 - frozen
    answers: Answers = Answers(),  # noqa: B008 - frozen
) -> Trial:
    """Read and check a trial.

    Parameters
    ----------
    paths : sequence of Path
        One file of any kind that can be read, with its dictionary ``<stem>.toml`` beside it if there is
        one, or several that belong together (ADSL, ADTTE, measurements) in any order. The file
        ``<stem>.visits.csv`` beside it holds its repeated measurements, if it is there.
    roles : Roles
        What options say; they override the dictionary. Without one, the rest is inferred.
    answers : Answers
        What options answer about rows, cells and columns.

    Returns
    -------
    Trial
        Participants sorted by their identifiers (in the file's order when there are none).

    Raises
    ------
    UnusableDataError
        With a sentence for every problem, all at once.
    """
    tables, draft, problems = _read(paths, roles.sheet or "")
    if problems:
        # the options alone can be judged without the files
        options: list[Problem] = []
        validate_options(roles, options)
        raise UnusableDataError([*(option.sentence for option in options), *problems])
    checked = check(tables, draft, roles, answers)
    if checked.trial is None:
        raise UnusableDataError(problem.sentence for problem in checked.problems)
    return checked.trial


def _read(paths: Sequence[Path], sheet: str) -> tuple[list[Table], Draft, list[str]]:
    """The tables, their dictionary, and a sentence for everything that cannot be read."""
    if not 1 <= len(paths) <= MAX_FILES:
        return (
            [],
            Draft(),
            [f"Give one file, or up to {MAX_FILES} that belong together; {len(paths)} were given."],
        )
    tables: list[Table] = []
    draft, problems = Draft(), list[str]()
    visits = [beside for path in paths if (beside := visits_beside(path)) is not None and beside not in paths]
    for path in (*paths, *visits):
        try:
            tables.append(read_table(path, sheet=sheet))
        except UnusableDataError as error:
            problems += error.problems
    try:
        draft = _dictionary_beside(paths)
    except UnusableDataError as error:
        problems += error.problems
    return tables, draft, problems


VISITS = ".visits"


def visits_beside(path: Path) -> Path | None:
    """The file of repeated measurements that goes with a file: ``trial.visits.csv`` beside ``trial.csv``."""
    beside = path.with_name(f"{path.stem}{VISITS}.csv") if path.name else path
    return beside if beside != path and beside.is_file() else None


def _dictionary_beside(paths: Sequence[Path]) -> Draft:
    beside = [path.with_suffix(".toml") for path in paths if path.name]
    found = [path for path in beside if path.is_file()]
    return read_dictionary(found[0]) if found else Draft()
