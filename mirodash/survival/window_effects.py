"""The two effects of treatment, hazard ratio and survival difference, in every window and among everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.effect_sizes import fit_groups
from mirodash.survival.kaplan_meier import survival_curves
from mirodash.survival.results import Numbers
from mirodash.survival.risk_sets import RiskSets, at_event_times
from mirodash.survival.wald import errors_reached

LARGEST = 700.0  # exp() of more is infinite

ONE_ARM = "only one arm is in the window"
NO_SHARED_EVENTS = "one arm has no event while both are at risk"
NOBODY_LEFT = "nobody in one arm is free of the event at the horizon"
NO_EVENTS_YET = "no event by the horizon"


@dataclass(frozen=True, eq=False, slots=True)
class WindowEffect:
    """One effect with its interval, arrays (windows,), NaN where it cannot be estimated.

    ``obstacle`` (windows,) says what stands in the way, "" where nothing does.
    """

    value: Numbers
    lower: Numbers
    upper: Numbers
    obstacle: tuple[str, ...]


def hazard_ratios(counts: RiskSets, *, confidence: float) -> WindowEffect:
    """Hazard ratio of a Cox model in every window, with its Wald interval, as R's ``coxph``."""
    sizes = counts.sizes()
    fits = fit_groups(at_event_times(counts), sizes).fits
    reach = errors_reached(confidence) / np.sqrt(fits.information)
    value, lower, upper = (
        np.exp(np.clip(log_ratio, -LARGEST, LARGEST))
        for log_ratio in (fits.coef, fits.coef - reach, fits.coef + reach)
    )
    obstacle = _first_obstacle(((sizes == 0).any(axis=1), ONE_ARM), (np.isnan(fits.coef), NO_SHARED_EVENTS))
    return WindowEffect(value, lower, upper, obstacle)


def survival_differences(counts: RiskSets, horizon: float, *, confidence: float) -> WindowEffect:
    """Survival at the horizon, treated minus control, with Greenwood's errors, as R's ``survfit``."""
    last = int(counts.time.searchsorted(horizon, side="right")) - 1
    curves = survival_curves(counts, confidence=confidence)
    windows = counts.at_risk.shape[0]
    survival = curves.estimate[:, :, last] if last >= 0 else np.ones((windows, 2))
    errors = curves.standard_error[:, :, last] if last >= 0 else np.zeros((windows, 2))
    value = survival[:, 1] - survival[:, 0]
    variance: Numbers = (errors**2).sum(axis=1)
    obstacle = _first_obstacle(
        ((counts.sizes() == 0).any(axis=1), ONE_ARM),
        (np.isnan(variance), NOBODY_LEFT),
        (variance == 0, NO_EVENTS_YET),
    )
    known = np.array([not why for why in obstacle], dtype=np.bool_)
    reach = errors_reached(confidence) * np.sqrt(variance)
    value, lower, upper = (np.where(known, x, np.nan) for x in (value, value - reach, value + reach))
    return WindowEffect(value, lower, upper, obstacle)


def nobody_at_risk(counts: RiskSets, horizon: float) -> NDArray[np.bool_]:
    """Windows in which an arm's survival is carried forward: nobody in it was followed to the horizon."""
    ahead = int(counts.time.searchsorted(horizon, side="left"))
    if ahead == counts.time.size:
        return np.ones(counts.at_risk.shape[0], dtype=np.bool_)
    return (counts.at_risk[:, :, ahead] == 0).any(axis=1)


def _first_obstacle(*obstacles: tuple[NDArray[np.bool_], str]) -> tuple[str, ...]:
    met: Sequence[NDArray[np.bool_]] = [here for here, _ in obstacles]
    return tuple(np.select(met, [why for _, why in obstacles], default="").tolist())
