"""A validated randomised trial: participants, arms, endpoints, biomarkers, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.dictionary import Dictionary, Roles
from mirodash.trial.problems import Findings, Problem
from mirodash.trial.repeated_measurements import Series
from mirodash.trial.table import (
    Column,
    Source,
    Table,
    join_list,
    level_name,
    natural_key,
    number_in,
    one_line,
    participants_in_words,
    suggest_name,
)

MISSING = -1
"""The code of a participant whose level is not known."""


@dataclass(frozen=True, eq=False, slots=True)
class Levels:
    """A categorical column: ``codes`` (participants,) index into ``names``; -1 is missing."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]

    def is_in(self, wanted: tuple[str, ...]) -> NDArray[np.bool_]:
        """True for participants whose level is one of ``wanted``; missing is never in."""
        is_wanted = np.zeros(len(self.names) + 1, dtype=np.bool_)  # the last is that of a missing level
        is_wanted[[self.names.index(name) for name in wanted if name in self.names]] = True
        return is_wanted[self.codes]

    def counts(self) -> dict[str, int]:
        """How many participants have each level, in the order of ``names``."""
        tally = np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))
        return {name: int(k) for name, k in zip(self.names, tally, strict=True)}


@dataclass(frozen=True, eq=False, slots=True)
class Measurements:
    """A numeric column: ``values`` (participants,) in the dictionary's unit; NaN is missing.

    Values reported as below or above an assay limit stand at the limit and are flagged.
    """

    values: NDArray[np.float64]
    below_limit: NDArray[np.bool_]
    above_limit: NDArray[np.bool_]

    def of(self, chosen: NDArray[np.bool_]) -> Measurements:
        """Those of the chosen participants, (chosen participants,)."""
        return Measurements(self.values[chosen], self.below_limit[chosen], self.above_limit[chosen])


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """One endpoint: ``time`` (participants,) in the endpoint's unit, ``event`` True where it happened.

    ``usable`` is False where time, event or entry is missing; the others mean nothing there. ``entry``
    (participants,) is the time at which each came under observation; None where all did at the origin.
    ``competing`` (participants,) is True where another event ended follow-up; None where there is none.
    """

    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    entry: NDArray[np.float64] | None = None
    competing: NDArray[np.bool_] | None = None

    def competing_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
        """Who of the chosen participants had another event, (chosen participants,); None without one."""
        return None if self.competing is None else self.competing[chosen]

    def entry_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64] | None:
        """The entry times of the chosen participants, (chosen participants,); None where there are none."""
        return None if self.entry is None else self.entry[chosen]


@dataclass(frozen=True, eq=False)
class Trial:
    """Participants in columns, with the dictionary that gives the columns their meaning.

    Two trials are equal when their content is and as much of it may be told: equality and hash follow
    ``fingerprint``, ``measured`` and ``min_cell``, so results can be memoised by trial and selection.

    Attributes
    ----------
    id : str
        The name in links and on the command line (``mirocals``).
    fingerprint : str
        ``sha256:`` and the digest of everything in the trial, dictionary included.
    outcomes : mapping of endpoint key to Outcome
    numbers : mapping of column to Measurements
        Every numeric biomarker and factor.
    categories : mapping of column to Levels
        Every categorical factor, and the arm, site and country columns.
    notices : tuple of str
        Sentences about what was noticed while reading (limits, rounding, unusable rows).
    source : Source or None
        Where it was read from; no part of its content, and None for a trial that was in no file.
    min_cell : int
        Fewer participants than this are never told apart; 0 tells everything.
    series : mapping of key to Series
        Every repeated measurement.
    measured : str
        The fingerprint of these alone: survival stays what it was when measurements are added. Empty without
        any.
    """

    id: str
    dictionary: Dictionary
    fingerprint: str
    arm: Levels
    outcomes: Mapping[str, Outcome]
    site: Levels | None = None
    country: Levels | None = None
    numbers: Mapping[str, Measurements] = field(default_factory=dict[str, Measurements])
    categories: Mapping[str, Levels] = field(default_factory=dict[str, Levels])
    notices: tuple[str, ...] = ()
    source: Source | None = None
    min_cell: int = 0
    series: Mapping[str, Series] = field(default_factory=dict[str, Series])
    measured: str = ""

    @property
    def participants(self) -> int:
        """How many people were randomised."""
        return self.arm.codes.size

    @property
    def title(self) -> str:
        """The name on screen and in every export; a synthetic trial says so in it."""
        name = self.dictionary.title
        return f"{name} (SYNTHETIC)" if self.dictionary.synthetic else name

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Trial)
            and self.fingerprint == other.fingerprint
            and self.min_cell == other.min_cell
            and self.measured == other.measured
        )

    def __hash__(self) -> int:
        # of a text it is found once, and every result of a view is looked up by its trial many times
        return hash(self.fingerprint)


MAX_ARMS = 12
_CONTROL_NAMES = frozenset({
    "placebo", "control", "controls", "comparator", "vehicle", "sham", "none", "no", "no treatment",
    "untreated", "observation", "soc", "standard", "standard of care", "usual care", "best supportive care",
})  # fmt: skip


_NO_ARM = re.compile(
    r"screen(?:ing)?[ _-]?fail(?:ure|ed)?s?|not[ _-](?:assigned|randomi[sz]ed|treated)|unplanned treatment"
    r"|non[ _-]randomis[eé]e?s?",
    re.IGNORECASE,
)


def is_no_arm(name: str) -> bool:
    """Whether a level of the arm column says that nothing was assigned.

    >>> is_no_arm("Screen Failure"), is_no_arm("Placebo")
    (True, False)
    """
    return _NO_ARM.fullmatch(name) is not None


_NOT_RANDOMISED = re.compile(
    r"screen(?:ing)?[ _-]?fail(?:ure|ed)?s?|scrnfail|not[ _-](?:assigned|randomi[sz]ed|enrolled)|notassgn"
    r"|non[ _-]randomis[eé]e?s?|non[ _-]inclus?e?s?",
    re.IGNORECASE,
)


def is_not_randomised(name: str) -> bool:
    """Whether a level of the arm column says that somebody was never randomised.

    >>> is_not_randomised("Screen Failure"), is_not_randomised("Not treated")
    (True, False)
    """
    return _NOT_RANDOMISED.fullmatch(name.strip()) is not None


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
    if found.ask(_find_implausible(roles.arm, names)) or found.ask(_alike(roles.arm, column, names)):
        return None
    new_problem = found.watch()
    control = _name_arms(roles.control, "control", roles.arm, names, found)
    treated = _name_arms(roles.treated, "treated", roles.arm, names, found)
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


def _find_implausible(column: str, names: tuple[str, ...]) -> Iterator[Problem]:
    """Why the column does not hold the arms of a trial."""
    if len(names) == 1:
        what = f"Column '{column}' holds a single arm, '{names[0]}'; a comparison needs two."
    elif not names:
        what = f"Column '{column}', given as the arm, is empty."
    elif len(names) > MAX_ARMS:
        what = (
            f"Column '{column}', given as the arm, holds {len(names):,} different values "
            f"({join_list(names, most=5)}); that does not look like the arms of a trial."
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
            spellings = join_list([f"'{name}'" for name in alike])
            yield Problem(
                f"Column '{column}': {spellings} differ only in capitals or "
                f"blanks ('{rarest}' in {rows}); write one arm in one way.",
                chosen="Correct these cells in the file.",
                columns=(column,),
                part="arm",
            )


def _name_arms(
    wanted: str | None, part: str, column: str, names: tuple[str, ...], found: Findings
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
    hint = suggest_name(wanted, names) or "."
    what = f"Column '{column}' has no {part} arm '{wanted}'; its arms are {_list(names)}{hint}"
    found.problems.append(Problem(what, chosen=f"Choose the {part} arm.", columns=(column,), part=part))
    return None


def _pair(names: tuple[str, ...], control: str | None, treated: str | None) -> tuple[str, str] | None:
    if control is None:
        likely = [name for name in names if name.casefold() in _CONTROL_NAMES and name != treated]
        if len(likely) == 1:
            control = likely[0]
    names = tuple(name for name in names if not is_no_arm(name))
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
    return join_list(names, most=MAX_ARMS)


_FORMAT = "mirodash-trial-1"
_SAID_LATER = {
    "biomarkers": ("equal_above",),
    "endpoints": ("entry", "other_event_values", "competing", "competing_word"),
}
"""Left out of the fingerprint where they say nothing: trials from before they could be said keep theirs."""


_NOT_SAID = ("french", "measurements")


def _as_said(dictionary: Dictionary) -> dict[str, Any]:
    """What the fingerprint holds of a dictionary."""
    whole: dict[str, Any] = asdict(dictionary)
    said = {name: value for name, value in whole.items() if name not in _NOT_SAID}
    for part, names in _SAID_LATER.items():
        for item in said[part]:
            for name in names:
                if not item[name]:
                    del item[name]
    for marker in said["biomarkers"]:
        for preset in marker["presets"]:
            del preset["source"]  # who published a threshold changes neither a number nor what is meant by it
    return said


def fingerprint(
    dictionary: Dictionary,
    outcomes: Mapping[str, Outcome],
    numbers: Mapping[str, Measurements],
    categories: Mapping[str, Levels],
) -> str:
    """``sha256:`` and the digest of the checked content and its dictionary.

    The format of the file does not matter, nor the order of its rows where participants have
    identifiers: they are sorted by them before. The identifiers themselves are not in it, nor what its texts
    are in French: a translation changes neither a number nor what is meant by it. Repeated measurements have
    a fingerprint of their own.
    """
    digest = hashlib.sha256(_FORMAT.encode())

    def add(name: str, *arrays: np.ndarray) -> None:
        digest.update(json.dumps([name, [len(array) for array in arrays]]).encode())
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes())

    digest.update(json.dumps(_as_said(dictionary), sort_keys=True, ensure_ascii=True).encode())
    for key, outcome in sorted(outcomes.items()):
        time = np.where(outcome.usable, outcome.time, 0.0).astype("<f8")
        add(f"outcome {key}", time, outcome.event & outcome.usable, outcome.usable)
        if outcome.entry is not None:
            add(f"entry {key}", np.where(outcome.usable, outcome.entry, 0.0).astype("<f8"))
        if outcome.competing is not None:
            add(f"competing {key}", outcome.competing & outcome.usable)
    for key, measured in sorted(numbers.items()):
        known = ~np.isnan(measured.values)
        values = np.where(known, measured.values, 0.0).astype("<f8")
        add(f"number {key}", values, known, measured.below_limit, measured.above_limit)
    for key, levels in sorted(categories.items()):
        add(f"category {json.dumps([key, levels.names])}", levels.codes.astype("<i4"))
    return f"sha256:{digest.hexdigest()}"
