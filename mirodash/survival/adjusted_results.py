"""What analyses that allow for other baseline factors answer with: frozen and read-only."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.survival.results import Difference, Interval, NotEstimable, Numbers


@dataclass(frozen=True, slots=True)
class AdjustedHazardRatio:
    """Treated versus control among people alike in the covariates, and of the same stratum.

    As R's ``coxph`` with Efron's ties; interval and ``p`` are Wald's. ``terms`` counts the coefficients of
    covariates, ``strata`` those strata in which an event came while both arms were at risk.
    """

    hr: float
    ci: Interval
    coef: float
    se: float
    p: float
    participants: int
    events: int
    terms: int
    strata: int


@dataclass(frozen=True, eq=False, slots=True)
class StandardisedCurve:
    """Mean predicted survival of everybody, had everybody been in one arm.

    Arrays are (times,), at time 0 and at the event times of both arms up to the horizon (500 of them at
    most); ``lower`` and ``upper`` are NaN where survival is 1 or 0.
    """

    time: Numbers
    estimate: Numbers
    standard_error: Numbers
    lower: Numbers
    upper: Numbers


@dataclass(frozen=True, eq=False, slots=True)
class StandardisedSurvival:
    """Both arms on the same baseline, with treated minus control at the horizon.

    ``at_horizon`` are the estimates of the control and the treated arm there.
    """

    control: StandardisedCurve
    treated: StandardisedCurve
    difference: Difference
    at_horizon: tuple[float, float]
    participants: int
    events: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """A hazard ratio, or a ratio of two, with a Wald interval."""

    ratio: float
    ci: Interval


@dataclass(frozen=True, slots=True)
class PrognosisAdjusted:
    """What a biomarker tells alone, and what it still tells when prognosis is allowed for.

    ``alone`` and ``adjusted`` are hazard ratios per unit of the biomarker; ``predictive_alone`` and
    ``predictive_adjusted`` are by what the hazard ratio of treatment is multiplied per unit. All four are of
    the same people.
    """

    alone: Ratio | NotEstimable
    adjusted: Ratio | NotEstimable
    predictive_alone: Ratio | NotEstimable
    predictive_adjusted: Ratio | NotEstimable
    participants: int
    events: int
