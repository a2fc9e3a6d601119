"""What the statistics answer with: frozen, read-only, named after the question.

Shapes are given as (times,), one entry per distinct observed time of an arm; times are in the unit of
the file, survival is a share between 0 and 1. What does not exist is ``None`` (a median not reached)
or `NotEstimable` with the reason, never NaN or infinity in a scalar; in arrays NaN means "no band
here".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
OpenInterval = tuple[float | None, float | None]
Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FirthEstimate:
    """Firth's penalised hazard ratio with profile-likelihood interval and penalised LR p.

    ``ci`` ends are ``None`` where the profile does not cross within exp(±30).
    """

    hr: float
    ci: OpenInterval
    p: float


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """A quantity that does not exist for these participants, with the reason as a sentence."""

    why: str
    firth: FirthEstimate | None = None


@dataclass(frozen=True, eq=False, slots=True)
class SurvivalCurve:
    """Kaplan–Meier estimate of one arm, as R's ``survfit(conf.type = "log-log")``.

    Arrays are (times,), at the arm's distinct observed times in ascending order. ``standard_error`` is
    Greenwood's, of the survival itself. ``lower`` and ``upper`` are NaN before the first event and
    where survival is 0. ``at_risk`` counts those with time >= t; ``events`` and ``censored`` happen at t.
    """

    time: Numbers
    estimate: Numbers
    lower: Numbers
    upper: Numbers
    standard_error: Numbers
    at_risk: Counts
    events: Counts
    censored: Counts


@dataclass(frozen=True, slots=True)
class SurvivalAt:
    """Survival at one time. ``lower``/``upper`` are None where no interval exists.

    ``carried_forward`` is True when nobody is at risk any more at ``time`` and the last value stands.
    """

    time: float
    estimate: float
    lower: float | None
    upper: float | None
    standard_error: float | None
    at_risk: int
    carried_forward: bool


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Area under the curve to ``tau`` with Greenwood's standard error, in the time unit."""

    tau: float
    estimate: float
    se: float


@dataclass(frozen=True, eq=False, slots=True)
class AtRiskTable:
    """At every tick t: at risk (time >= t), and censored and events so far (time < t). They sum to n."""

    time: Numbers
    at_risk: Counts
    censored: Counts
    events: Counts


@dataclass(frozen=True, eq=False, slots=True)
class ArmSummary:
    """Everything told of one arm of one group. Without anyone in it, the optional parts are None."""

    n: int
    events: int
    curve: SurvivalCurve
    median: float | None
    median_ci: OpenInterval
    survival_at: SurvivalAt | None
    rmst: RestrictedMean | None
    at_risk: AtRiskTable

    @property
    def has_curve(self) -> bool:
        """Whether anybody is in it of whom a curve may be drawn."""
        return self.curve.time.size > 0


@dataclass(frozen=True, slots=True)
class LogRank:
    """Log-rank (Mantel–Haenszel) test, as R's ``survdiff``: chi-square on one degree of freedom.

    ``observed`` and ``expected`` are events in the treated arm; ``variance`` is of their difference.
    """

    statistic: float
    p: float
    observed: float
    expected: float
    variance: float


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """Treated versus control, Cox model with Efron's ties, as R's ``coxph``."""

    hr: float
    ci: Interval
    coef: float
    se: float
    p_wald: float
    p_lr: float
    p_score: float


@dataclass(frozen=True, slots=True)
class ProportionalHazardsTest:
    """Score test of constant hazard ratio, as R's ``cox.zph(transform = "km")``; one degree of freedom."""

    statistic: float
    p: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated minus control at ``time`` (survival) or up to it (restricted mean, ``time`` is tau).

    ``capped`` is True when the horizon was lowered to the shorter arm's last follow-up.
    """

    time: float
    estimate: float
    se: float
    ci: Interval
    capped: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class ArmComparison:
    """Two arms of one group of participants, side by side."""

    n: int
    events: int
    control: ArmSummary
    treated: ArmSummary
    logrank: LogRank | NotEstimable
    cox: HazardRatio | NotEstimable
    ph_test: ProportionalHazardsTest | NotEstimable
    rmst_difference: Difference | NotEstimable
    survival_difference: Difference | NotEstimable


@dataclass(frozen=True, slots=True)
class RatioOfHazardRatios:
    """Treatment × group interaction at one threshold: upper group's hazard ratio over the lower's."""

    ratio: float
    ci: Interval
    p_lr: float
    p_wald: float


@dataclass(frozen=True, slots=True)
class InteractionTest:
    """Likelihood-ratio test of treatment × group over more than two groups."""

    statistic: float
    df: int
    p_lr: float


@dataclass(frozen=True, slots=True)
class ContinuousInteraction:
    """Treatment × biomarker in a Cox model; ``coef`` per unit of log biomarker, or of the biomarker itself.

    ``scale`` is ``"log"``, or ``"linear"`` when the biomarker has values <= 0.
    """

    scale: str
    coef: float
    se: float
    p_lr: float


@dataclass(frozen=True, eq=False, slots=True)
class EffectCurve:
    """Hazard ratio (treated versus control) as a smooth function of the biomarker.

    Cox model with treatment × restricted cubic spline of the (log) biomarker; arrays are (points,).
    ``p_lr`` tests the whole treatment × spline interaction, ``df`` its degrees of freedom.
    """

    biomarker: Numbers
    hazard_ratio: Numbers
    lower: Numbers
    upper: Numbers
    knots: tuple[float, ...]
    scale: str
    p_lr: float
    df: int


@dataclass(frozen=True, slots=True)
class StratifiedEffect:
    """Stratified log-rank test and stratified Cox model; ``strata`` counts those with both arms."""

    logrank: LogRank | NotEstimable
    cox: HazardRatio | NotEstimable
    strata: int
