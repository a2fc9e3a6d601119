"""From the tables of a trial and its dictionary to a checked trial, or to every reason why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, TypeVarTuple

from mirodash.errors import UnusableDataError
from mirodash.trial import adam
from mirodash.trial.arms import read_arms, read_levels
from mirodash.trial.baseline import Baseline, add_biomarker, add_factor, in_front
from mirodash.trial.cells import level_name, names_limits, natural_key
from mirodash.trial.delayed_entry import refuse_delayed_entry
from mirodash.trial.dictionary import Dictionary, Endpoint
from mirodash.trial.draft import Draft
from mirodash.trial.fingerprint import fingerprint
from mirodash.trial.outcomes import describe, read_outcome
from mirodash.trial.plan import Plan, make_plan
from mirodash.trial.problem import Problem
from mirodash.trial.roles import Roles, possible
from mirodash.trial.source import Source
from mirodash.trial.table import Table
from mirodash.trial.trial import Levels, Outcome, Trial
from mirodash.trial.undescribed import lone_flags, undescribed

A = TypeVarTuple("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked:
    """A trial, or None with every problem that keeps it from being one; and what was noticed either way."""

    trial: Trial | None
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()


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
    problems: list[str] = []
    roles = possible(roles, problems)
    table = _one_table(tables, roles.param or draft.roles.param, problems)
    if table is None:
        return _answer(None, problems)
    notices = list(table.notices)
    plan = make_plan(table, roles, draft, problems, notices)
    table = _in_order(table, plan, problems, notices)
    trial = _checked(table, plan, problems, notices)
    return _answer(trial, problems, notices)


def _answer(trial: Trial | None, problems: list[str], notices: Sequence[str] = ()) -> Checked:
    said = tuple(Problem(what) for what in dict.fromkeys(problems))
    return Checked(None if said else trial, said, tuple(dict.fromkeys(notices)))


def _one_table(tables: Sequence[Table], param: str | None, problems: list[str]) -> Table | None:
    """The table itself with the rows of one endpoint, or ADSL with ADTTE beside it."""
    if len(tables) == 1:
        return _attempt(adam.one_parameter, tables[0], param, problems=problems)
    return _attempt(adam.join, tables[0], tables[1], param, problems=problems)


def _attempt(read: Callable[[*A], T], *what: *A, problems: list[str]) -> T | None:
    """What ``read`` answers, or None with the sentences of its error added to ``problems``."""
    try:
        return read(*what)
    except UnusableDataError as error:
        problems += error.problems
        return None


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
