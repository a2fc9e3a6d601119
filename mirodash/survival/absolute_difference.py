"""What treatment adds in absolute terms: survival at the horizon, and time free of the event up to it."""

from __future__ import annotations

import numpy as np

from mirodash.survival.results import ArmSummary, Difference, NotEstimable
from mirodash.survival.wald import errors_reached


def _difference(
    time: float, estimate: float, se: float, *, confidence: float, capped: bool = False
) -> Difference:
    reach = errors_reached(confidence) * se
    return Difference(time, estimate, se, (estimate - reach, estimate + reach), capped)


def _missing_arm(control: ArmSummary, treated: ArmSummary) -> NotEstimable:
    if not control.n and not treated.n:
        return NotEstimable("Nobody is in this group: there is no difference to estimate.")
    name, size = ("control", control.n) if control.n else ("treated", treated.n)
    return NotEstimable(f"Only the {name} arm is in this group ({size}): there is no difference to estimate.")


def mean_difference(
    control: ArmSummary, treated: ArmSummary, *, horizon: float, confidence: float
) -> Difference | NotEstimable:
    """Restricted mean survival, treated minus control, with its Wald interval."""
    if control.rmst is None or treated.rmst is None:
        return _missing_arm(control, treated)
    tau = control.rmst.tau
    if tau <= 0:
        return NotEstimable("One arm has no follow-up after time 0: restricted means cannot be compared.")
    se = float(np.hypot(control.rmst.se, treated.rmst.se))
    if se == 0:
        return NotEstimable(f"No events before time {tau:g} in either arm: the difference has no interval.")
    estimate = treated.rmst.estimate - control.rmst.estimate
    return _difference(tau, estimate, se, confidence=confidence, capped=tau < horizon)


def survival_difference(
    control: ArmSummary, treated: ArmSummary, *, confidence: float
) -> Difference | NotEstimable:
    """Survival at the horizon, treated minus control, with Greenwood's standard errors and Wald interval."""
    first, second = control.survival_at, treated.survival_at
    if first is None or second is None:
        return _missing_arm(control, treated)
    for name, at in (("control", first), ("treated", second)):
        if at.standard_error is None:
            why = f"Nobody in the {name} arm is left free of the event at the horizon"
            return NotEstimable(f"{why}: the difference has no interval.")
    se = float(np.hypot(first.standard_error or 0.0, second.standard_error or 0.0))
    if se == 0:
        return NotEstimable(
            f"No events by time {first.time:g} in either arm: the difference has no interval."
        )
    return _difference(first.time, second.estimate - first.estimate, se, confidence=confidence)
