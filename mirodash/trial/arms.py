"""Who was randomised to what, and which of the arms is the control."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirodash.trial.cells import level_name, natural_key, number_in
from mirodash.trial.roles import Roles
from mirodash.trial.table import Table, did_you_mean, in_words, one_line, participants_in_words
from mirodash.trial.trial import MISSING, Levels

MOST_ARMS = 12
_CONTROL_NAMES = frozenset({
    "placebo", "control", "controls", "comparator", "vehicle", "sham", "none", "no", "no treatment",
    "untreated", "observation", "soc", "standard", "standard of care", "usual care", "best supportive care",
})  # fmt: skip


def read_levels(cells: Sequence[str], first: Sequence[str] = ()) -> Levels:
    """A categorical column; levels in the order of ``first``, then naturally sorted (2 before 10)."""
    names = [level_name(cell) for cell in cells]
    rest = sorted({name for name in names if name} - set(first), key=natural_key)
    order = [*dict.fromkeys(first), *rest]
    code = {name: i for i, name in enumerate(order)} | {"": MISSING}
    codes = np.array([code[name] for name in names], dtype=np.int32)
    codes.setflags(write=False)
    return Levels(codes, tuple(order))


def read_arms(
    table: Table, roles: Roles, problems: list[str], notices: list[str]
) -> tuple[Levels, str, str] | None:
    """The arm column with the names of control and treated, control and treated first.

    Returns None, with sentences added to ``problems``, when there are fewer than two arms or nobody
    can tell which is the control.
    """
    if roles.arm is None:
        return None
    column = table.columns[roles.arm]
    names = read_levels(column.cells).names
    if not _plausible(roles.arm, names, problems):
        return None
    before = len(problems)
    control = _named(roles.control, "control", roles.arm, names, problems)
    treated = _named(roles.treated, "treated", roles.arm, names, problems)
    if len(problems) > before:
        return None
    pair = _pair(names, control, treated)
    if pair is None:
        problems.append(_question(roles.arm, names, control, treated))
        return None
    if pair[0] == pair[1]:
        problems.append(f"'{pair[0]}' cannot be both the control and the treated arm.")
        return None
    unknown = sum(not cell for cell in column.cells)
    if unknown:
        notices.append(f"{participants_in_words(unknown)} without an arm: counted, but not compared.")
    return read_levels(column.cells, pair), *pair


def _plausible(column: str, names: tuple[str, ...], problems: list[str]) -> bool:
    if len(names) == 1:
        problems.append(f"Column '{column}' holds a single arm, '{names[0]}'; a comparison needs two.")
    elif not names:
        problems.append(f"Column '{column}', given as the arm, is empty.")
    elif len(names) > MOST_ARMS:
        problems.append(
            f"Column '{column}', given as the arm, holds {len(names):,} different values "
            f"({in_words(names, most=5)}); that does not look like the arms of a trial."
        )
    return 2 <= len(names) <= MOST_ARMS


def _named(
    wanted: str | None, part: str, column: str, names: tuple[str, ...], problems: list[str]
) -> str | None:
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
    problems.append(f"Column '{column}' has no {part} arm '{wanted}'; its arms are {_list(names)}{hint}")
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


def _question(column: str, names: tuple[str, ...], control: str | None, treated: str | None) -> str:
    arms = f"Column '{column}' has {len(names)} arms: {_list(names)}."
    if len(names) == 2:
        return f"{arms} Which one is the control? Say it with --control."
    if control is None and treated is None:
        return f"{arms} Which two are compared? Say it with --control and --treated."
    part = "treated" if treated is None else "control"
    return f"{arms} Which one is the {part} arm? Say it with --{part}."


def _list(names: Sequence[str]) -> str:
    return in_words(names, most=MOST_ARMS)
