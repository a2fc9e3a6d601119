"""Where and when a threshold was fixed: the one thing that makes its own p-value worth showing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

DECLARATION_KEYS = ("prespecified", "prespecified-in", "prespecified-on")
LONGEST_DOCUMENT = 200
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Declaration:
    """Thresholds said to have been fixed before the data were seen.

    Parameters
    ----------
    thresholds : tuple of float
        Ascending, in the biomarker's unit.
    document : str
        Where they are written down ("Statistical analysis plan 2.1").
    date : str
        Of that document, as ``2017-04-12``.

    Raises
    ------
    ValueError
        When there is no threshold or no document, or the date is none.
    """

    thresholds: tuple[float, ...]
    document: str
    date: str

    def __post_init__(self) -> None:
        """Refuse a declaration that declares nothing."""
        if not self.thresholds or not all(map(math.isfinite, self.thresholds)):
            raise ValueError("a declaration names the thresholds that were fixed")
        if not self.document.strip() or len(self.document) > LONGEST_DOCUMENT:
            raise ValueError("a declaration names the document in which the thresholds are written")
        if date.fromisoformat(self.date).isoformat() != self.date:
            raise ValueError("the date of the document is written as 2017-04-12")
        object.__setattr__(self, "thresholds", tuple(sorted({float(c) for c in self.thresholds})))
        object.__setattr__(self, "document", self.document.strip())


def encode_declaration(declared: Declaration) -> Pairs:
    """The declaration as (key, value) pairs of a query string."""
    values, place, day = DECLARATION_KEYS
    return [
        *((values, f"{c:.15g}" if float(f"{c:.15g}") == c else repr(c)) for c in declared.thresholds),
        (place, declared.document),
        (day, declared.date),
    ]


def decode_declaration(pairs: Pairs) -> Declaration | None:
    """The declaration in a query string, None without one.

    Raises
    ------
    ValueError
        When what is there declares nothing.
    """
    values, place, day = DECLARATION_KEYS
    thresholds = tuple(float(value) for key, value in pairs if key == values)
    if not thresholds:
        return None
    found = dict(reversed(pairs))
    return Declaration(thresholds, found.get(place, ""), found.get(day, ""))
