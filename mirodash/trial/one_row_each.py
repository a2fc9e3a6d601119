"""Participants have identifiers that differ: every one of them stands in one row."""

from __future__ import annotations

from dataclasses import replace

from mirodash.trial.findings import CORRECT, Findings
from mirodash.trial.problem import Problem
from mirodash.trial.table import Column, Table


def without_nameless(table: Table, name: str, found: Findings) -> Table:
    """The table in which every row has an identifier; rows without are a problem or left out."""
    people = table.columns[name]
    nameless = [i for i, who in enumerate(people.cells) if not who]
    what = f"Column '{name}': {people.where(nameless)} without an identifier."
    problem = Problem(what, chosen=CORRECT, columns=(name,), part="id")
    if found.impossible(problem, people, nameless, why="without an identifier", whole="row"):
        return without(table, nameless)
    return table


def without_repeats(table: Table, name: str, found: Findings, *, two_files: bool = False) -> Table:
    """The table in which nobody stands twice; rows after the first are a problem or left out."""
    people = table.columns[name]
    positions: dict[str, list[int]] = {}
    for i, who in enumerate(people.cells):
        if who:
            positions.setdefault(who, []).append(i)
    repeated = [places for places in positions.values() if len(places) > 1]
    later = sorted(i for places in repeated for i in places[1:])
    problem = Problem(
        (f"'{table.name}': " if two_files else "") + _told(people, repeated),
        chosen="Leave one row per participant in the file.",
        columns=(name,),
        part="id",
    )
    column = replace(people, file=table.name) if two_files else people
    why = "participants who stand in an earlier row"
    return without(table, later) if found.impossible(problem, column, later, why=why, whole="row") else table


def without(table: Table, positions: list[int]) -> Table:
    """The table without the rows at these positions."""
    gone = set(positions)
    return table.take([i for i in range(len(table)) if i not in gone])


def _told(people: Column, repeated: list[list[int]]) -> str:
    """The participants who appear more than once: how many, and in which rows the first of them does."""
    if not repeated:
        return ""
    times = "twice" if max(map(len, repeated)) == 2 else "more than once"
    if len(repeated) == 1:
        return f"1 participant appears {times}, in {people.where(repeated[0])}."
    return f"{len(repeated):,} participants appear {times}: the first in {people.where(repeated[0])}."
