"""Recognises files in which people enter after time 0, which one time per participant cannot describe."""

from __future__ import annotations

import numpy as np

from mirodash.trial.cells import parse_numbers
from mirodash.trial.findings import Findings
from mirodash.trial.plan import Plan
from mirodash.trial.problem import Problem
from mirodash.trial.table import Table

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
            typed="; give one row per participant with the time from randomisation, and name it with --time.",
            chosen="; give one row per participant with the time from randomisation, and choose it as the "
            "time.",
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
