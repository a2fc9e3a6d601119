"""From one or two files to a checked trial, or to every reason why not, each as a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, TypeVarTuple, get_args

from mirodash.errors import UnusableDataError
from mirodash.trial import adam
from mirodash.trial.arms import read_arms, read_levels
from mirodash.trial.baseline import Baseline, add_biomarker, add_factor, in_front
from mirodash.trial.cells import level_name, names_limits, natural_key
from mirodash.trial.delayed_entry import refuse_delayed_entry
from mirodash.trial.dictionary import Dictionary, Endpoint, TimeUnit
from mirodash.trial.dictionary_file import read_dictionary
from mirodash.trial.draft import Draft
from mirodash.trial.files import read_table
from mirodash.trial.fingerprint import fingerprint
from mirodash.trial.outcomes import describe, read_outcome
from mirodash.trial.plan import Plan, make_plan
from mirodash.trial.roles import Roles
from mirodash.trial.source import Source
from mirodash.trial.table import Table
from mirodash.trial.trial import Levels, Outcome, Trial
from mirodash.trial.undescribed import lone_flags, undescribed

A = TypeVarTuple("A")
T = TypeVar("T")

# Checks are our own and not pandera's: they run on the text of cells, so that a sentence can quote what
# is written in which row, and on pairs of columns; importing pandera would take longer than all of them.


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
    roles, problems = _possible(roles)
    table, draft = _read(paths, roles, problems)
    if table is None or draft is None:
        raise UnusableDataError(problems)
    notices = list(table.notices)
    plan = make_plan(table, roles, draft, problems, notices)
    table = _in_order(table, plan, problems, notices)
    trial = _checked(table, plan, problems, notices)
    if trial is None or problems:
        raise UnusableDataError(dict.fromkeys(problems))
    return trial


def _possible(roles: Roles) -> tuple[Roles, list[str]]:
    """The options without those that cannot be, and a sentence for each of these."""
    problems: list[str] = []
    if roles.horizon is not None and not (math.isfinite(roles.horizon) and roles.horizon > 0):
        problems.append("The horizon must be a number above 0.")
        roles = replace(roles, horizon=None)
    if roles.time_unit is not None and roles.time_unit not in get_args(TimeUnit):
        problems.append(f"'{roles.time_unit}' is no unit of time; known are {', '.join(get_args(TimeUnit))}.")
        roles = replace(roles, time_unit=None)
    return roles, problems


def _read(paths: Sequence[Path], roles: Roles, problems: list[str]) -> tuple[Table | None, Draft | None]:
    """The table and its dictionary; what cannot be read adds its sentences to ``problems``."""
    if not 1 <= len(paths) <= 2:
        problems.append(f"Give one file, or the two files ADSL and ADTTE; {len(paths)} were given.")
        return None, None
    tables = [table for path in paths if (table := _attempt(read_table, path, problems=problems))]
    draft = _attempt(_dictionary_beside, paths, problems=problems)
    if len(tables) < len(paths):
        return None, draft
    if len(tables) == 1:
        return _attempt(adam.one_parameter, tables[0], roles.param, problems=problems), draft
    return _attempt(adam.join, tables[0], tables[1], roles.param, problems=problems), draft


def _attempt(read: Callable[[*A], T], *what: *A, problems: list[str]) -> T | None:
    """What ``read`` answers, or None with the sentences of its error added to ``problems``."""
    try:
        return read(*what)
    except UnusableDataError as error:
        problems += error.problems
        return None


def _dictionary_beside(paths: Sequence[Path]) -> Draft:
    beside = [path.with_suffix(".toml") for path in paths if path.name]
    found = [path for path in beside if path.is_file()]
    return read_dictionary(found[0]) if found else Draft()


def _in_order(table: Table, plan: Plan, problems: list[str], notices: list[str]) -> Table:
    """Participants sorted by their identifiers, which have to be there and to differ."""
    if plan.roles.id is None:
        notices.append("No column identifies participants; every row is taken as one participant.")
        return table
    people = table.columns[plan.roles.id]
    nameless = [i for i, who in enumerate(people.cells) if not who]
    if nameless:
        problems.append(f"Column '{plan.roles.id}': {people.where(nameless)} without an identifier.")
    repeated = adam.repeated_participants(people)
    if repeated:
        problems.append(repeated)
    keys = [natural_key(level_name(who)) for who in people.cells]
    return table.take(sorted(range(len(table)), key=keys.__getitem__))


def _checked(table: Table, plan: Plan, problems: list[str], notices: list[str]) -> Trial | None:
    """Read every part of the trial, so that all problems are found, and put the parts together."""
    refuse_delayed_entry(table, plan, problems)
    arms = read_arms(table, plan.roles, problems, notices)
    outcomes = [read_outcome(table, draft, problems, notices) for draft in plan.endpoints]
    baseline = _baseline(table, plan, problems, notices)
    if problems or arms is None:
        return None
    arm, control, treated = arms
    endpoints = tuple(describe(draft, o, table, arm, (control, treated)) for o, draft in outcomes)
    dictionary = _dictionary(table, plan, baseline, (control, treated), endpoints)
    by_key = {endpoint.key: outcome for endpoint, (outcome, _) in zip(endpoints, outcomes, strict=True)}
    return _assembled(
        table, plan=plan, dictionary=dictionary, outcomes=by_key, arm=arm, baseline=baseline, notices=notices
    )


def _baseline(table: Table, plan: Plan, problems: list[str], notices: list[str]) -> Baseline:
    biomarkers, factors = list(plan.draft.biomarkers), list(plan.draft.factors)
    baseline = Baseline()
    if not plan.draft.file:
        biomarkers, factors = undescribed(table, plan, notices)
        for name in lone_flags(table):
            baseline.categories[name] = read_levels(table.columns[name].cells)
    for biomarker in in_front(biomarkers, plan.roles.biomarker):
        add_biomarker(baseline, table, biomarker, problems, notices)
    for factor in factors:
        add_factor(baseline, table, factor, problems, notices)
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


def _assembled(
    table: Table,
    *,
    plan: Plan,
    dictionary: Dictionary,
    outcomes: dict[str, Outcome],
    arm: Levels,
    baseline: Baseline,
    notices: list[str],
) -> Trial:
    categories = baseline.categories | {str(plan.roles.arm): arm}
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
        notices=tuple(dict.fromkeys(notices)),
        source=Source(
            table.files,
            str(plan.roles.arm),
            plan.roles.site,
            tuple(name for name in baseline.numbers if names_limits(table.columns[name].cells)),
        ),
    )
