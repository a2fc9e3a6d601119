"""How far an axis of hazard ratios goes each way from no effect, and its few marks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDEST = 8.0
"""Hazard ratios beyond eightfold are shown at the edge: the band there says nothing more."""
RATIO_TICKS = ((0.125, "0.125"), (0.25, "0.25"), (0.5, "0.5"), (1.0, "1"), (2.0, "2"), (4.0, "4"), (8.0, "8"))


def reach_of(ratios: NDArray[np.float64]) -> float:
    """How far the axis goes each way from no effect: symmetric on the log scale, at least fourfold.

    Parameters
    ----------
    ratios : array (points,)
        What should be seen; NaN is left out.
    """
    known = ratios[np.isfinite(ratios) & (ratios > 0)]
    farthest = float(np.exp(min(np.abs(np.log(known)).max(initial=0.0), 9.0)) * 1.6)
    return min(max(farthest, 4.4), WIDEST * 1.1)
