"""Who was randomised to what, and which of the arms is the control."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mirodash.trial.cells import level_name, natural_key, number_in
from mirodash.trial.findings import Findings
from mirodash.trial.problem import Problem
from mirodash.trial.roles import Roles
from mirodash.trial.table import Column, Table, did_you_mean, in_words, one_line, participants_in_words
from mirodash.trial.trial import MISSING, Levels

MOST_ARMS = 12
_CONTROL_NAMES = frozenset({
    "placebo", "control", "controls", "comparator", "vehicle", "sham", "none", "no", "no treatment",
    "untreated", "observation", "soc", "standard", "standard of care", "usual care", "best supportive care",
})  # fmt: skip


def read_levels(cells: Sequence[str], first: Sequence[str] = ()) -> Levels:
    """A categorical column; levels in the order of ``first``, then naturally sorted (2 before 10)."""
    name_of = {cell: level_name(cell) for cell in set(cells)}
    names = [name_of[cell] for cell in cells]
    rest = sorted({name for name in names if name} - set(first), key=natural_key)
    order = [*dict.fromkeys(first), *rest]
    code = {name: i for i, name in enumerate(order)} | {"": MISSING}
    codes = np.array([code[name] for name in names], dtype=np.int32)
    codes.setflags(write=False)
    return Levels(codes, tuple(order))


def read_arms(table: Table, roles: Roles, found: Findings) -> tuple[Levels, str, str] | None:
    """The arm column with the names of control and treated, control and treated first.

    Returns None, with problems found, when there are fewer than two arms or nobody can tell which is the
    control.
    """
    if roles.arm is None:
        return None
    column = table.columns[roles.arm]
    names = read_levels(column.cells).names
    if found.ask(_implausible(roles.arm, names)) or found.ask(_alike(roles.arm, column, names)):
        return None
    new_problem = found.watch()
    control = _named(roles.control, "control", roles.arm, names, found)
    treated = _named(roles.treated, "treated", roles.arm, names, found)
    if new_problem():
        return None
    pair = _pair(names, control, treated)
    if pair is None:
        found.problems.append(_question(roles.arm, names, control, treated))
        return None
    if pair[0] == pair[1]:
        what = f"'{pair[0]}' cannot be both the control and the treated arm."
        todo = "Choose another arm for one of them."
        found.problems.append(Problem(what, chosen=todo, columns=(roles.arm,), part="control"))
        return None
    unknown = sum(not cell for cell in column.cells)
    if unknown:
        found.notices.append(f"{participants_in_words(unknown)} without an arm: counted, but not compared.")
    return read_levels(column.cells, pair), *pair


def _implausible(column: str, names: tuple[str, ...]) -> Iterator[Problem]:
    """Why the column does not hold the arms of a trial."""
    if len(names) == 1:
        what = f"Column '{column}' holds a single arm, '{names[0]}'; a comparison needs two."
    elif not names:
        what = f"Column '{column}', given as the arm, is empty."
    elif len(names) > MOST_ARMS:
        what = (
            f"Column '{column}', given as the arm, holds {len(names):,} different values "
            f"({in_words(names, most=5)}); that does not look like the arms of a trial."
        )
    else:
        return
    yield Problem(what, chosen="Choose another column as the arm.", columns=(column,), part="arm")


def _alike(column: str, cells: Column, names: tuple[str, ...]) -> Iterator[Problem]:
    """Arms that differ in nothing but capitals and blanks: one arm, written in two ways."""
    by_meaning: dict[str, list[str]] = {}
    for name in names:
        by_meaning.setdefault("".join(name.casefold().split()), []).append(name)
    for alike in by_meaning.values():
        if len(alike) > 1:
            rarest = min(alike, key=[level_name(cell) for cell in cells.cells].count)
            rows = cells.where(i for i, cell in enumerate(cells.cells) if level_name(cell) == rarest)
            spellings = in_words([f"'{name}'" for name in alike])
            yield Problem(
                f"Column '{column}': {spellings} differ only in capitals or "
                f"blanks ('{rarest}' in {rows}); write one arm in one way.",
                chosen="Correct these cells in the file.",
                columns=(column,),
                part="arm",
            )


def _named(wanted: str | None, part: str, column: str, names: tuple[str, ...], found: Findings) -> str | None:
    """The arm somebody named, as the file spells it."""
    if wanted is None:
        return None
    wanted = one_line(wanted)
    number = number_in(wanted)
    matches = (
        [name for name in names if name == level_name(wanted)]
        or [name for name in names if number is not None and number_in(name) == number]
        or [name for name in names if name.casefold() == wanted.casefold()]
    )
    if len(matches) == 1:
        return matches[0]
    hint = did_you_mean(wanted, names) or "."
    what = f"Column '{column}' has no {part} arm '{wanted}'; its arms are {_list(names)}{hint}"
    found.problems.append(Problem(what, chosen=f"Choose the {part} arm.", columns=(column,), part=part))
    return None


def _pair(names: tuple[str, ...], control: str | None, treated: str | None) -> tuple[str, str] | None:
    if control is None:
        likely = [name for name in names if name.casefold() in _CONTROL_NAMES and name != treated]
        if len(likely) == 1:
            control = likely[0]
    if len(names) == 2 and (control or treated):
        control = control or next(name for name in names if name != treated)
        treated = treated or next(name for name in names if name != control)
    return (control, treated) if control and treated else None


def _question(column: str, names: tuple[str, ...], control: str | None, treated: str | None) -> Problem:
    part = "control" if treated else "treated"
    if len(names) == 2:
        question, typed, todo = "Which one is the control?", "--control", "Choose the control arm."
        part = "control"
    elif control is None and treated is None:
        question, typed = "Which two are compared?", "--control and --treated"
        part, todo = "control", "Choose the control arm and the treated arm."
    else:
        question, typed = f"Which one is the {part} arm?", f"--{part}"
        todo = f"Choose the {part} arm."
    return Problem(
        f"Column '{column}' has {len(names)} arms: {_list(names)}. {question}",
        typed=f"Say it with {typed}.",
        chosen=todo,
        columns=(column,),
        part=part,
    )


def _list(names: Sequence[str]) -> str:
    return in_words(names, most=MOST_ARMS)
