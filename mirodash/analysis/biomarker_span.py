"""The axis of a biomarker: the same for slider, histogram and curve, whoever is filtered out."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mirodash.analysis.told_values import ends_of_stretches
from mirodash.stratification.disclosure_grid import stops
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled
from mirodash.trial.dictionary import Biomarker, Scale
from mirodash.trial.trial import Trial

ROOM = 0.02
"""Share of the range left free at each end."""


@dataclass(frozen=True, slots=True)
class BiomarkerSpan:
    """From where to where a biomarker is drawn, in its own unit, and on which scale."""

    biomarker: Biomarker
    low: float
    high: float
    scale: Scale

    def position(self, value: float) -> float:
        """A value in the units of the axis: powers of ten on a log scale."""
        return math.log10(value) if self.scale == "log" else value

    def positions(self, values: Iterable[float]) -> list[float]:
        """Many values in the units of the axis."""
        return list(map(math.log10, values)) if self.scale == "log" else list(values)


def biomarker_span(trial: Trial, selection: Selection) -> BiomarkerSpan | None:
    """The observed range over the whole trial with a little room; None where nobody has the biomarker.

    The scale is linear where values of zero or less rule out the logarithm. Where few participants must not
    be told apart, the axis follows from the stops alone: its ends would be two participants' values.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    biomarker = trial.dictionary.biomarker(settled(trial, selection).biomarker)
    if biomarker is None:
        return None
    values = trial.numbers[biomarker.column].values
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    low, high = float(known.min()), float(known.max())
    if trial.min_cell:
        scale: Scale = "log" if biomarker.scale == "log" and low > 0 else "linear"
        ends = ends_of_stretches(stops(trial, biomarker.column).stops)
        # without a stop, an axis on which nothing is drawn
        return BiomarkerSpan(biomarker, ends[0] or 0.1 * (scale == "log"), ends[-1], scale)
    spread = not math.isclose(low, high)
    if biomarker.scale == "log" and low > 0:
        decades = ROOM * (math.log10(high) - math.log10(low)) if spread else math.log10(1.1)
        return BiomarkerSpan(
            biomarker, _within_floats(low / 10**decades), _within_floats(high * 10**decades), "log"
        )
    room = high * ROOM - low * ROOM if spread else abs(high) * 0.1 or 1.0
    return BiomarkerSpan(biomarker, low - room, high + room, "linear")


def _within_floats(positive: float) -> float:
    """The value, or the nearest one that has a logarithm."""
    return min(max(positive, sys.float_info.min), sys.float_info.max)
