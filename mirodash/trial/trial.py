"""A trial as the rest of the program sees it: checked, read-only, without participant identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.dictionary import Dictionary
from mirodash.trial.source import Source

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


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """One endpoint: ``time`` (participants,) in the endpoint's unit, ``event`` True where it happened.

    ``usable`` is False where time or event is missing; the other two mean nothing there.
    """

    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    usable: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Trial:
    """Participants in columns, with the dictionary that gives the columns their meaning.

    Two trials are equal when their content is and as much of it may be told: equality and hash follow
    ``fingerprint`` and ``min_cell``, so results can be memoised by trial and selection.

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

    @property
    def participants(self) -> int:
        """How many people were randomised."""
        return int(self.arm.codes.size)

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
        )

    def __hash__(self) -> int:
        return hash((self.fingerprint, self.min_cell))
