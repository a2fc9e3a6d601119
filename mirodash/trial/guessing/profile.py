"""What a column holds, looked at once: how many values, which, numbers or dates."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.cells import are_dates, level_name, parse_numbers
from mirodash.trial.table import Column

_FEW = 12
_BEGINNING = 100


@dataclass(frozen=True, eq=False)
class Profile:
    """One column and what can be seen in it; each look is taken when it is first asked for."""

    name: str
    column: Column

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How often each cell stands there, without the empty ones."""
        counts = Counter(self.column.cells)
        del counts[""]
        return counts

    @cached_property
    def known(self) -> int:
        """In how many rows something stands."""
        return sum(self.counts.values())

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.column.cells)

    def has_levels(self, least: int, most: float) -> bool:
        """Whether there are so many different values; of many it is not asked how they are named."""
        return least <= len(self.counts) <= 3 * most + 3 and least <= len(self.levels) <= most

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """The values as levels are named (1.0 is 1), the most frequent first."""
        counts: Counter[str] = Counter()
        for cell, count in self.counts.items():
            counts[level_name(cell)] += count
        return dict(counts.most_common())

    @cached_property
    def numbers(self) -> Mapping[str, float]:
        """The number of every cell that is one; a value beyond an assay limit stands at the limit."""
        cells = list(self.counts)
        beginning = parse_numbers(cells[:_BEGINNING])
        if len(cells) > _BEGINNING and len(beginning.not_numbers) == _BEGINNING:
            return {}  # free text: reading it to its end would find no more numbers than it began with
        values = parse_numbers(cells).values.tolist()
        return {cell: value for cell, value in zip(cells, values, strict=True) if math.isfinite(value)}

    @cached_property
    def numeric_share(self) -> float:
        """How many of the known cells are numbers, or name an assay limit as ``<LLOQ`` does, 0 to 1."""
        if len(self.numbers) in (0, len(self.counts)):
            return float(bool(self.numbers))
        others = [cell for cell in self.counts if cell not in self.numbers]
        named = [others[place] for place in parse_numbers(others).unstated_limits]
        readable = sum(self.counts[cell] for cell in self.numbers) + sum(self.counts[cell] for cell in named)
        return readable / self.known if self.known else 0.0

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """The numbers (participants,), NaN where there is none."""
        numbers, none = self.numbers, float("nan")
        return np.array([numbers.get(cell, none) for cell in self.column.cells], dtype=np.float64)

    @cached_property
    def distinct(self) -> NDArray[np.float64]:
        """The different numbers, sorted."""
        return np.unique(np.fromiter(self.numbers.values(), dtype=np.float64, count=len(self.numbers)))

    @cached_property
    def are_dates(self) -> bool:
        """Whether (nearly) every known cell is a date."""
        cells = list(islice(self.counts, _FEW))
        return bool(cells) and sum(
            not self.numbers.get(cell) and are_dates([cell]) for cell in cells
        ) > 0.8 * len(cells)

    @property
    def is_unique(self) -> bool:
        """Whether no two rows hold the same."""
        return self.known > 1 and len(self.counts) == self.known

    @cached_property
    def is_whole(self) -> bool:
        """Whether all numbers are whole."""
        return bool(self.distinct.size) and bool(np.all(self.distinct == np.floor(self.distinct)))
