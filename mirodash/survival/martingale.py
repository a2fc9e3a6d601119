"""How many events each participant had minus how many a Cox model expected: what it left unexplained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.survival.cox_model import fit_sums
from mirodash.survival.cox_sums import EventSlots, IndividualSums
from mirodash.survival.results import Numbers


@dataclass(frozen=True, eq=False, slots=True)
class MartingaleResiduals:
    """Arrays (participants,): ``expected`` events, and ``residual``, observed minus expected."""

    residual: Numbers
    expected: Numbers


def martingale_residuals(slots: EventSlots, covariates: Numbers) -> MartingaleResiduals:
    """Fit a Cox model and compare everybody with it, as R's ``residuals(coxph(...), type = "martingale")``.

    Ties are Efron's in the fit and in the expected events.

    Parameters
    ----------
    slots : EventSlots
        Everybody's place among the event times; see `mirodash.survival.cox_model.slots_of`.
    covariates : array (participants, covariates)
        Without columns the expected events are those of the Nelson–Aalen (Fleming–Harrington) estimate.

    Raises
    ------
    CannotComputeError
        When the model cannot be fitted; see `mirodash.survival.cox_model.cox_model`.

    Source: Therneau, Grambsch and Fleming, Biometrika 77 (1990) 147.
    """
    sums = IndividualSums(slots)
    columns = np.ascontiguousarray(covariates.T)
    predictor = np.zeros(slots.last.size)
    if len(columns):
        names = [f"covariate {k + 1}" for k in range(len(columns))]
        # about the middle, for a large biomarker with a small spread would overflow
        middle = columns.min(axis=1) / 2 + columns.max(axis=1) / 2
        predictor = fit_sums(sums, columns, slots.tied, names).coef @ (columns - middle[:, None])
    weight = np.exp(predictor - predictor.max(initial=-np.inf))
    at_risk, failing = sums.at_risk(weight[None])[0], sums.failing(weight[None])[0]
    slot = np.repeat(np.arange(slots.tied.size), slots.tied)
    begin = np.cumsum(slots.tied) - slots.tied
    fraction = (np.arange(slot.size) - begin[slot]) / slots.tied[slot]
    one = 1 / (at_risk[slot] - fraction * failing[slot])
    hazard, spared = np.add.reduceat(np.stack((one, fraction * one)), begin, axis=1)
    expected = weight * (sums.while_at_risk(hazard) - sums.when_failing(spared))
    return MartingaleResiduals(slots.event - expected, expected)
