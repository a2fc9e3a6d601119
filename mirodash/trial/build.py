"""Builds a checked trial from one or two files and their dictionary, or reports every problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from mirodash.errors import UnusableDataError
from mirodash.trial import adam
from mirodash.trial.adam import drop_missing_ids, drop_repeated_ids, join
from mirodash.trial.baseline import (
    Baseline,
    add_biomarker,
    add_factor,
    find_undescribed,
    in_front,
    lone_flags,
)
from mirodash.trial.column_roles import Plan, make_plan, refuse_delayed_entry
from mirodash.trial.dictionary import Dictionary, Draft, Endpoint, Roles, validate_draft, validate_options
from mirodash.trial.dictionary_toml import read_dictionary
from mirodash.trial.outcomes import describe, read_outcome
from mirodash.trial.problems import Findings, LeftOut, Problem
from mirodash.trial.readers.files import read_table
from mirodash.trial.table import Source, Table, level_name, names_limits, natural_key
from mirodash.trial.trial import Levels, Outcome, Trial, fingerprint, read_arms, read_levels


@dataclass(frozen=True, slots=True)
class Checked:
    """A trial, or None with every problem that keeps it from being one; and what was noticed either way."""

    trial: Trial | None
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def check(tables: Sequence[Table], draft: Draft, roles: Roles = Roles()) -> Checked:  # noqa: B008 - frozen
    """Check a trial that is already in tables.

    Parameters
    ----------
    tables : sequence of Table
        One table, or ADSL and ADTTE in either order.
    draft : Draft
        What a dictionary, or the mapping on the Data page, says.
    roles : Roles
        What options say; they override the dictionary, which overrides ADaM and obvious names.
    """
    found = Findings(frozenset(draft.leave_out))
    roles = validate_options(roles, found.problems)
    found.problems += validate_draft(draft)
    table = _one_table(tables, roles.param or draft.roles.param, found)
    trial = None if table is None else _trial(table, draft, roles, found)
    problems = tuple(dict.fromkeys(found.problems))
    notices = tuple(dict.fromkeys(found.notices))
    return Checked(None if problems else trial, problems, notices, tuple(found.left_out))


def _one_table(tables: Sequence[Table], param: str | None, found: Findings) -> Table | None:
    """The table itself with the rows of one endpoint, or ADSL with ADTTE beside it."""
    if len(tables) == 1:
        problem = adam.parameter_problem(tables[0], param)
        if not problem:
            return adam.one_parameter(tables[0], param)
        found.problems.append(problem)
        return None
    return join(tables[0], tables[1], param, found)


def _trial(table: Table, draft: Draft, roles: Roles, found: Findings) -> Trial | None:
    """The trial in a table, as far as there is one."""
    found.notices += table.notices
    plan = make_plan(table, roles, draft, found)
    table = _in_order(table, plan, found)
    return _validate(table, plan, found) if len(table) else None


def _in_order(table: Table, plan: Plan, found: Findings) -> Table:
    """Participants sorted by their identifiers, which have to be there and to differ."""
    name = plan.roles.id
    if name is None:
        found.notices.append("No column identifies participants; every row is taken as one participant.")
        return table
    table = drop_repeated_ids(drop_missing_ids(table, name, found), name, found)
    if not len(table):
        what = f"Nobody is left: no row has an identifier in column '{name}'."
        found.problems.append(Problem(what, chosen="Choose another column.", columns=(name,), part="id"))
    keys = [natural_key(level_name(who)) for who in table.columns[name].cells]
    return table.take(sorted(range(len(table)), key=keys.__getitem__))


def _validate(table: Table, plan: Plan, found: Findings) -> Trial | None:
    """Read every part of the trial, so that all problems are found, and put the parts together."""
    refuse_delayed_entry(table, plan, found)
    arms = read_arms(table, plan.roles, found)
    outcomes = [read_outcome(table, draft, found) for draft in plan.endpoints]
    baseline = _baseline(table, plan, found)
    if found.problems or arms is None:
        return None
    arm, control, treated = arms
    endpoints = tuple(describe(draft, o, table, arm, (control, treated)) for o, draft in outcomes)
    dictionary = _dictionary(table, plan, baseline, (control, treated), endpoints)
    by_key = {endpoint.key: outcome for endpoint, (outcome, _) in zip(endpoints, outcomes, strict=True)}
    return _assemble(
        table, plan=plan, dictionary=dictionary, outcomes=by_key, arm=arm, baseline=baseline, found=found
    )


def _baseline(table: Table, plan: Plan, found: Findings) -> Baseline:
    biomarkers, factors = list(plan.draft.biomarkers), list(plan.draft.factors)
    baseline = Baseline()
    if not plan.draft.says_something:
        biomarkers, factors = find_undescribed(table, plan, found.notices)
        for name in lone_flags(table):
            baseline.categories[name] = read_levels(table.columns[name].cells)
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
            one_row_each=next((each.column for each in found.left_out if each.whole == "row"), ""),
            decimals=tuple((name, to.decimals) for name, to in rounded if to.decimals is not None),
            digits=tuple((name, to.digits) for name, to in rounded if to.digits is not None),
        ),
    )


def _named_limits(table: Table, baseline: Baseline) -> Iterator[str]:
    """The numeric columns in which a limit of the assay is named without its number."""
    for name, measured in baseline.numbers.items():
        beyond = measured.below_limit.any() or measured.above_limit.any()
        if beyond and names_limits(table.columns[name].cells):
            yield name


def read_trial(paths: Sequence[Path], roles: Roles = Roles()) -> Trial:  # noqa: B008 - frozen
    """Read and check a trial.

    Parameters
    ----------
    paths : sequence of Path
        One file (CSV, XLSX, SAS, Parquet), with its dictionary ``<stem>.toml`` beside it if there is
        one, or ADSL and ADTTE in either order.
    roles : Roles
        What options say; they override the dictionary, which overrides ADaM and obvious names.

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
    checked = check(tables, draft, roles)
    if checked.trial is None:
        raise UnusableDataError(problem.sentence for problem in checked.problems)
    return checked.trial


def _read(paths: Sequence[Path], sheet: str) -> tuple[list[Table], Draft, list[str]]:
    """The tables, their dictionary, and a sentence for everything that cannot be read."""
    if not 1 <= len(paths) <= 2:
        return [], Draft(), [f"Give one file, or the two files ADSL and ADTTE; {len(paths)} were given."]
    tables: list[Table] = []
    draft, problems = Draft(), list[str]()
    for path in paths:
        try:
            tables.append(read_table(path, sheet=sheet))
        except UnusableDataError as error:
            problems += error.problems
    try:
        draft = _dictionary_beside(paths)
    except UnusableDataError as error:
        problems += error.problems
    return tables, draft, problems


def _dictionary_beside(paths: Sequence[Path]) -> Draft:
    beside = [path.with_suffix(".toml") for path in paths if path.name]
    found = [path for path in beside if path.is_file()]
    return read_dictionary(found[0]) if found else Draft()
