"""What a look along all thresholds answers with: both sides, how much is luck, windows, and stability.

Shapes: (thresholds,) in ascending order of the threshold, (windows,) from low to high biomarker,
(samples,) bootstrap samples. In arrays NaN means "not estimable here"; a scalar that does not exist is
None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.resampled_p import most_impressive
from mirodash.survival.results import Counts, Numbers

Design = Literal["sliding", "tail"]


@dataclass(frozen=True, eq=False, slots=True)
class ThresholdScan:
    """Both sides of every threshold at once. Arrays are (thresholds,); NaN where not estimable.

    "Below" is biomarker <= threshold, "above" is biomarker > threshold. ``interaction_z`` is the
    difference of the log hazard ratios (above minus below) over its standard error.

    The search-corrected test looks at the ``candidate`` thresholds only. ``score_z`` is its statistic, the
    standardised interaction score, NaN elsewhere. ``p_value_adjusted_at`` is, for every candidate, the
    p-value that allows for having looked at all of them; ``p_value_adjusted`` is that of the largest
    ``|score_z|``. ``envelope`` is what the largest ``|score_z|`` exceeds in 5 % of trials in which the
    effect does not depend on the biomarker. All three are None without resampling (``n_resamples`` 0)
    or without candidates. The best threshold is the one with the largest ``|score_z|``, whose p-value is that
    of the search.
    """

    thresholds: Numbers
    n_below: Counts
    events_below: Counts
    hazard_ratio_below: Numbers
    standard_error_below: Numbers
    n_above: Counts
    events_above: Counts
    hazard_ratio_above: Numbers
    standard_error_above: Numbers
    interaction_z: Numbers
    p_value_adjusted: float | None
    candidate: NDArray[np.bool_]
    score_z: Numbers
    p_value_adjusted_at: Numbers | None
    envelope: float | None
    n_resamples: int
    seed: int

    @property
    def best(self) -> int | None:
        """Place of the best threshold among ``thresholds``; None without candidates."""
        return most_impressive(self.score_z)

    @property
    def best_threshold(self) -> float | None:
        """It has been searched for, so it promises more than it will keep; None without candidates."""
        return None if self.best is None else float(self.thresholds[self.best])


@dataclass(frozen=True, eq=False, slots=True)
class EffectInWindows:
    """STEPP: the effect in overlapping windows of participants along the biomarker; arrays are (windows,).

    ``low`` and ``high`` are the smallest and the largest biomarker value in a window, ``median`` is where
    it is drawn. ``difference`` is survival treated minus control at ``horizon``, a share. Windows of the
    ``sliding`` design hold about the same number of participants; those of the ``tail`` design first
    grow from the lowest values up to everybody and then lose the lowest values one step at a time.
    ``p_hazard_ratio`` and ``p_difference`` test, by resampling, whether the windows differ more from the
    overall effect than luck makes them; None where that cannot be told.

    ``overall_difference`` is None where nobody in an arm is left free of the event, or no event has come by
    the horizon. ``without_hazard_ratio`` and ``without_difference`` say why windows are without one (NaN),
    and how many. In ``carried_forward`` windows an arm had nobody at risk any more at the horizon;
    a number below 0 is the limit below which so few are not told, in however many windows.
    """

    design: Design
    low: Numbers
    high: Numbers
    median: Numbers
    n: Counts
    events: Counts
    hazard_ratio: Numbers
    hazard_ratio_lower: Numbers
    hazard_ratio_upper: Numbers
    difference: Numbers
    difference_lower: Numbers
    difference_upper: Numbers
    overall_hazard_ratio: float
    overall_difference: float | None
    horizon: float
    p_hazard_ratio: float | None
    p_difference: float | None
    n_resamples: int
    seed: int
    without_hazard_ratio: tuple[tuple[str, int], ...] = ()
    without_difference: tuple[tuple[str, int], ...] = ()
    carried_forward: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class ThresholdStability:
    """Where the best threshold lands when participants are drawn anew.

    ``best`` (samples,) is the best threshold of each bootstrap sample that has one, in the biomarker's
    unit; ``samples`` is how many were drawn. ``observed`` is the best threshold of the trial itself.
    """

    best: Numbers
    samples: int
    observed: float | None
    seed: int


@dataclass(frozen=True, eq=False, slots=True)
class SimultaneousBand:
    """A band that holds the whole curve of the effect, not each point of it, with the stated confidence.

    Arrays are (points,), at the points of the `EffectCurve` it belongs to. ``multiplier`` takes the place
    of 1.96 times the standard error.
    """

    lower: Numbers
    upper: Numbers
    multiplier: float
