"""What is to be refuted: treatment works alike for everybody, whatever the biomarker says of prognosis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mirodash.errors import CannotComputeError
from mirodash.survival.cox_model import slots_of
from mirodash.survival.martingale import MartingaleResiduals, martingale_residuals
from mirodash.survival.results import Numbers
from mirodash.survival.spline import default_knots, restricted_cubic_spline

KNOTS = 3


def left_without_interaction(
    time: Numbers, event: Numbers, treated: Numbers, biomarker: Numbers
) -> MartingaleResiduals:
    """Martingale residuals of a Cox model with treatment and a smooth curve of the biomarker.

    The curve is a restricted cubic spline with three knots, of the logarithm where the biomarker has one.
    Where data are too few for that, the model is the richest of: treatment and a straight line; treatment;
    a straight line; nothing.

    Parameters
    ----------
    time, event, treated, biomarker : array (participants,)
        Already checked; the biomarker is known of everybody.
    """
    if not event.any():
        return MartingaleResiduals(np.zeros(time.size), np.zeros(time.size))
    slots = slots_of(time, event)[0]
    for covariates in _covariates(treated, biomarker):
        try:
            return martingale_residuals(slots, covariates)
        except CannotComputeError:
            continue
    return martingale_residuals(slots, np.empty((time.size, 0)))


def _covariates(treated: Numbers, biomarker: Numbers) -> Iterator[Numbers]:
    value = np.log(biomarker) if biomarker.min() > 0 else biomarker
    # measured from the middle in units of the spread: cubes of a large value would lose small differences
    low, high = value.min(), value.max()
    value = (value - (low / 2 + high / 2)) / max(high / 2 - low / 2, np.finfo(np.float64).tiny)
    if np.unique(value).size >= KNOTS:
        yield np.column_stack((treated, restricted_cubic_spline(value, default_knots(value, KNOTS))))
    yield np.column_stack((treated, value))
    yield treated[:, None]
    yield value[:, None]
