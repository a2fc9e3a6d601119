"""What is seen of a hazard ratio over time: one residual for each event, and a smooth curve through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.results import Numbers


@dataclass(frozen=True, eq=False, slots=True)
class SmoothedEffect:
    """Log hazard ratio as a smooth function of time, with a pointwise band; arrays are (points,).

    ``time`` is in the unit of the file, ascending; ``standard_error`` is of ``estimate``, and ``lower`` and
    ``upper`` are the band at the level that was asked for.
    """

    time: Numbers
    estimate: Numbers
    standard_error: Numbers
    lower: Numbers
    upper: Numbers


@dataclass(frozen=True, eq=False, slots=True)
class ScaledSchoenfeldResiduals:
    """One residual for each event, as R's ``cox.zph(fit, transform = "km")``; arrays are (events,).

    Attributes
    ----------
    time : array (events,)
        When the event came, ascending, in the unit of the file.
    fallen : array (events,)
        1 minus the Kaplan–Meier estimate of both arms together just before it: R's ``x``.
    residual : array (events,)
        On the scale of the log hazard ratio: R's ``y``. Their mean is ``coef``.
    treated : array (events,) of bool
        In which arm the event came.
    coef : float
        The fitted log hazard ratio, treated versus control, the same at all times.
    smooth : SmoothedEffect or None
        None with too few events, or too few different times, for a curve.
    """

    time: Numbers
    fallen: Numbers
    residual: Numbers
    treated: NDArray[np.bool_]
    coef: float
    smooth: SmoothedEffect | None
