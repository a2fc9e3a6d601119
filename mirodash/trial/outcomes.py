"""An endpoint of the trial: everybody's time and whether the event happened, read, checked and described."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.dictionary import Endpoint, TimeUnit
from mirodash.trial.draft import EndpointDraft
from mirodash.trial.events import read_events
from mirodash.trial.findings import Findings
from mirodash.trial.problem import Problem
from mirodash.trial.table import Column, Table, participants_in_words
from mirodash.trial.times import default_horizon, read_times, to_file_precision
from mirodash.trial.trial import Levels, Outcome

_UNIT_AT_END = re.compile(r"(?:^|_)(days|weeks|months|years)$", re.IGNORECASE)
_MANY_TIES = 0.1


def read_outcome(table: Table, draft: EndpointDraft, found: Findings) -> tuple[Outcome, EndpointDraft]:
    """One endpoint's outcome, and its draft with unit and event value filled in.

    What cannot be is a problem; missing, zero, rounded and tied times are noticed.
    """
    new_problem = found.watch()
    unit = draft.unit or _unit_of(draft.time)
    if unit is None:
        unit = "days"
        found.notices.append(
            f"Times in '{draft.time}' are taken to be in days; --time-unit or the dictionary can say "
            "otherwise."
        )
    column = table.columns[draft.time]
    times = read_times(column, draft.time, unit, found)
    events = read_events(table.columns[draft.event], draft, found)
    filled = replace(draft, unit=unit, event_value=events.value)
    usable = np.isfinite(times) & events.known
    if new_problem():
        return _frozen(times, events.event, usable), filled
    if not usable.any():
        what = f"Nobody has both a time ('{draft.time}') and a known event ('{draft.event}')."
        todo = "Choose other columns."
        found.problems.append(Problem(what, chosen=todo, columns=(draft.time, draft.event), part="time"))
    times, merged = to_file_precision(np.where(usable, times, np.nan))
    outcome = _frozen(times, events.event & usable, usable)
    if merged:
        found.notices.append(
            f"Times in '{draft.time}' were rounded to the precision of the file; {merged:,} of them "
            "differed by less than that and are now tied."
        )
    found.notices += _noticed(outcome, filled, column)
    return outcome, filled


def _unit_of(column: str) -> TimeUnit | None:
    found = _UNIT_AT_END.search(column)
    return cast(TimeUnit, found[1].lower()) if found else None


def _frozen(times: NDArray[np.float64], event: NDArray[np.bool_], usable: NDArray[np.bool_]) -> Outcome:
    for array in (times, event, usable):
        array.setflags(write=False)
    return Outcome(times, event, usable)


def _noticed(outcome: Outcome, endpoint: EndpointDraft, column: Column) -> list[str]:
    """What a reader should know about the times of one endpoint."""
    notices: list[str] = []
    lacking = np.flatnonzero(~outcome.usable)
    if lacking.size:
        verb = "lacks" if lacking.size == 1 else "lack"
        rows = column.where(i for i in lacking.tolist() if column.rows[i])
        notices.append(
            f"{participants_in_words(lacking.size)} {verb} the time ('{endpoint.time}') or the event "
            f"('{endpoint.event}'): counted, but not usable{f' ({rows})' if rows else ''}."
        )
    at_zero = int((outcome.event & (outcome.time == 0)).sum())
    if at_zero:
        when = "on day 0" if endpoint.unit == "days" else "at time 0"
        noun = endpoint.singular if at_zero == 1 else endpoint.plural
        notices.append(f"{at_zero:,} {noun} {when}.")
    _, counts = np.unique(outcome.time[outcome.event], return_counts=True)
    events = int(counts.sum())
    tied = int(counts[counts > 1].sum())
    if events and tied / events > _MANY_TIES:
        notices.append(
            f"{100 * tied / events:.0f} % of {endpoint.plural} share their time with another one; "
            "Efron's method is used for ties."
        )
    return notices


def describe(
    draft: EndpointDraft, outcome: Outcome, table: Table, arm: Levels, compared: Sequence[str]
) -> Endpoint:
    """The endpoint as a trial has it: with a label, and a horizon when nobody said one."""
    horizon = draft.horizon
    if horizon is None:
        codes = [arm.names.index(name) for name in compared]
        horizon = default_horizon([outcome.time[outcome.usable & (arm.codes == code)] for code in codes])
    return Endpoint(
        key=draft.key,
        label=draft.label or table.columns[draft.event].label or draft.event,
        time=draft.time,
        event=draft.event,
        event_value=draft.event_value or "",
        horizon=horizon,
        unit=draft.unit or "days",
        origin=draft.origin,
        singular=draft.singular,
        plural=draft.plural,
        event_free=draft.event_free,
    )
