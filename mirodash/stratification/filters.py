"""A filter is one object that knows its effect, its text in a link and its English sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.trial import Trial

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, order=True)
class LevelFilter:
    """Keeps participants whose ``column`` has one of ``levels`` (``sex is female``)."""

    column: str
    levels: tuple[str, ...]

    def mask(self, trial: Trial) -> Mask:
        """True (participants,) for those kept; a missing level is never kept."""
        return trial.categories[self.column].is_in(self.levels)

    def problem(self, trial: Trial) -> str | None:
        """Why this filter does not fit the trial, or None."""
        if self.column not in trial.categories:
            return f"There is no categorical column '{self.column}' to filter on."
        names = trial.categories[self.column].names
        unknown = [level for level in self.levels if level not in names]
        if unknown:
            return f"Column '{self.column}' has no value '{unknown[0]}'; it has {', '.join(names[:12])}."
        return None

    def sentence(self, trial: Trial) -> str:
        """The filter in words."""
        factor = trial.dictionary.factor(self.column)
        label = factor.label if factor else self.column
        labels = dict(factor.levels) if factor else {}
        shown = " or ".join(labels.get(level, level) for level in self.levels)
        return f"{label}: {shown}" if shown else f"{label}: none"


@dataclass(frozen=True, slots=True, order=True)
class RangeFilter:
    """Keeps participants whose ``column`` lies in [low, high]; an open end is None."""

    column: str
    low: float | None
    high: float | None

    def mask(self, trial: Trial) -> Mask:
        """True (participants,) for those kept; a missing value is never kept."""
        values = trial.numbers[self.column].values
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return (values >= low) & (values <= high)

    def problem(self, trial: Trial) -> str | None:
        """Why this filter does not fit the trial, or None."""
        if self.column not in trial.numbers:
            return f"There is no numeric column '{self.column}' to filter on."
        if self.low is not None and self.high is not None and self.low > self.high:
            return f"The range of '{self.column}' runs backwards: {self.low:g} to {self.high:g}."
        return None

    def sentence(self, trial: Trial) -> str:
        """The filter in words."""
        factor = trial.dictionary.factor(self.column)
        label = factor.label if factor else self.column
        unit = f" {factor.unit}" if factor and factor.unit else ""
        if self.low is None:
            return f"{label}: up to {self.high:g}{unit}"
        if self.high is None:
            return f"{label}: from {self.low:g}{unit}"
        return f"{label}: {self.low:g} to {self.high:g}{unit}"


Filter = LevelFilter | RangeFilter
