"""Results of survival statistics: frozen and read-only, with the reason where a number does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

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
    """A quantity that does not exist for these participants, with the reason as a sentence.

    ``followed_to`` is the last time at which it exists, where follow-up ended before the time asked about.
    """

    why: str
    firth: FirthEstimate | None = None
    followed_to: float | None = None


@dataclass(frozen=True, eq=False, slots=True)
class SurvivalCurve:
    """Kaplan–Meier estimate of one arm, as R's ``survfit(conf.type = "log-log")``.

    Arrays are (times,), at the arm's distinct observed times in ascending order. ``standard_error`` is
    Greenwood's, of the survival itself. ``lower`` and ``upper`` are NaN before the first event and
    where survival is 0. ``at_risk`` counts those with time >= t; ``events`` and ``censored`` happen at t.

    Where another event can come first, ``estimate`` is the share that has not had the event (one minus the
    cumulative incidence), ``competing`` (times,) counts the other event and ``event_free`` (times,) is the
    share that has had neither; both are None elsewhere. ``entry`` (late participants,) is when those came
    under observation who did after the origin, ascending; None where everybody is from the origin on.
    """

    time: Numbers
    estimate: Numbers
    lower: Numbers
    upper: Numbers
    standard_error: Numbers
    at_risk: Counts
    events: Counts
    censored: Counts
    competing: Counts | None = None
    event_free: Numbers | None = None
    entry: Numbers | None = None

    def count_at_risk(self, time: float) -> int:
        """How many have entered before a time and are followed to it or beyond."""
        ahead = int(self.time.searchsorted(time, side="left"))
        if ahead == self.time.size:
            return 0
        number = int(self.at_risk[ahead])
        if self.entry is None:
            return number
        since = self.entry.searchsorted([time, self.time[ahead]], side="left")
        return number - int(since[1] - since[0])

    @property
    def known_until(self) -> float:
        """Last time at which survival is known: the last follow-up, infinity once nobody can have the event.

        NaN without anyone.
        """
        if not self.time.size:
            return float("nan")
        left = self.estimate if self.event_free is None else self.event_free
        return float("inf") if left[-1] <= 0 else float(self.time[-1])


@dataclass(frozen=True, slots=True)
class SurvivalAt:
    """Survival at one time. ``lower``/``upper`` are None where no interval exists.

    ``estimate`` is None where follow-up ended before ``time`` with the curve above 0; ``followed_to`` is then
    the last follow-up, otherwise None. A curve that has reached 0 is known at every later time.
    """

    time: float
    estimate: float | None
    lower: float | None
    upper: float | None
    standard_error: float | None
    at_risk: int
    followed_to: float | None = None

    @property
    def carried_forward(self) -> bool:
        """Whether a value at ``time`` could only be the curve's last one, carried forward."""
        return self.followed_to is not None


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Area under the curve to ``tau`` with Greenwood's standard error, in the time unit."""

    tau: float
    estimate: float
    se: float


@dataclass(frozen=True, eq=False, slots=True)
class AtRiskTable:
    """At every tick t: at risk (time >= t), and censored and events so far (time < t). They sum to n.

    Where participants enter late, they sum to ``entered``, how many had entered by then; otherwise that is
    None. ``competing`` counts those who had another event before, where there is one, and is part of the sum.
    """

    time: Numbers
    at_risk: Counts
    censored: Counts
    events: Counts
    entered: Counts | None = None
    competing: Counts | None = None


@dataclass(frozen=True, eq=False, slots=True)
class ArmSummary:
    """Everything told of one arm of one group. Without anyone in it, the optional parts are None.

    ``follow_up`` is the median follow-up by reverse Kaplan–Meier, None where it is not reached. ``competing``
    is how many had another event first, None where there is none.
    """

    n: int
    events: int
    curve: SurvivalCurve
    median: float | None
    median_ci: OpenInterval
    survival_at: SurvivalAt | None
    rmst: RestrictedMean | None
    at_risk: AtRiskTable
    follow_up: float | None = None
    follow_up_ci: OpenInterval = (None, None)
    competing: int | None = None

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
class GrayTest:
    """Gray's test of cumulative incidences, as R's ``cmprsk::cuminc``: chi-square on one degree of freedom.

    ``difference`` is the observed minus the expected number of events in the treated arm, ``variance`` its
    variance.
    """

    statistic: float
    p: float
    difference: float
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

    ``capped`` is True when the horizon was lowered to where an arm's follow-up ends with its curve above 0.
    """

    time: float
    estimate: float
    se: float
    ci: Interval
    capped: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class ArmComparison:
    """Two arms of one group of participants, side by side.

    ``further`` are statistics that were asked for beyond these, by the text of the choice. ``gray`` compares
    the cumulative incidences, None where no other event competes. Everything but the counts and the arms is
    hidden where small counts would be told.
    """

    n: int
    events: int
    control: ArmSummary
    treated: ArmSummary
    logrank: LogRank | NotEstimable
    cox: HazardRatio | NotEstimable
    ph_test: ProportionalHazardsTest | NotEstimable
    rmst_difference: Difference | NotEstimable
    survival_difference: Difference | NotEstimable
    further: Mapping[str, Any | NotEstimable] = field(default_factory=dict[str, Any])
    gray: GrayTest | NotEstimable | None = None


@dataclass(frozen=True, slots=True)
class RatioOfHazardRatios:
    """Treatment × group interaction at one threshold: upper group's hazard ratio over the lower's."""

    ratio: float
    ci: Interval
    p_lr: float
    p_wald: float


@dataclass(frozen=True, slots=True)
class InteractionTest:
    """Likelihood-ratio test of treatment × group over more than two groups.

    ``left_out`` are the places, from 0, of groups of which an arm has no events: they have no finite hazard
    ratio, and the test is of the others. ``ratio`` compares these when they are two.
    """

    statistic: float
    df: int
    p_lr: float
    left_out: tuple[int, ...] = ()
    ratio: RatioOfHazardRatios | None = None


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


ROUNDING = 1e-9  # a resample may be the trial itself, and must then not fall short of it by rounding


def compute_permutation_p_value(score: Numbers, maxima: Numbers) -> Numbers:
    """How often chance alone finds a threshold at least as impressive, for each score; NaN for NaN.

    ``(1 + resamples with a maximum >= |score|) / (1 + resamples)``: the trial counts as one of them, so
    that the p-value is never 0 and the test never too liberal for a small number of resamples.

    Source: Phipson and Smyth, Stat Appl Genet Mol Biol 9 (2010) 39.
    """
    ordered = np.sort(maxima)
    short = ordered.searchsorted(np.abs(score) * (1 - ROUNDING), side="left")
    p = (1 + ordered.size - short) / (1 + ordered.size)
    return np.where(np.isnan(score), np.nan, p)


def find_largest_z(score: Numbers) -> int | None:
    """Which of the scores (thresholds,) is farthest from 0, to either side; None when all are NaN."""
    size = np.abs(score)
    return None if np.isnan(size).all() else int(np.nanargmax(size))


def envelope(maxima: Numbers, confidence: float = 0.95) -> float | None:
    """What ``|score|`` must exceed for an adjusted p of at most ``1 - confidence``; None when nothing can."""
    allowed = int(np.floor((1 - confidence) * (maxima.size + 1) + ROUNDING))
    return float(np.sort(maxima)[-allowed]) if 0 < allowed <= maxima.size else None


Design = Literal["sliding", "tail"]


@dataclass(frozen=True, eq=False, slots=True)
class ThresholdScan:
    """Both sides of every threshold at once. Arrays are (thresholds,); NaN where not estimable.

    "Below" is biomarker <= threshold, "above" is biomarker > threshold; with ``equal_above`` they are < and
    >=. ``interaction_z`` is the difference of the log hazard ratios (above minus below) over its standard
    error.

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
    equal_above: bool = False

    @property
    def best(self) -> int | None:
        """Place of the best threshold among ``thresholds``; None without candidates."""
        return find_largest_z(self.score_z)

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

    ``overall_difference`` is None where follow-up of an arm ends before the horizon, nobody in an arm is left
    free of the event, or no event has come by then. ``without_hazard_ratio`` and ``without_difference`` say
    why windows are without one (NaN), and how many.
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


def compute_z_quantile(confidence: float) -> float:
    """How many standard errors a normal interval of that level reaches each way.

    Parameters
    ----------
    confidence : float
        A share between 0 and 1.

    Examples
    --------
    >>> round(compute_z_quantile(0.95), 6)
    1.959964
    """
    return float(ndtri(0.5 + confidence / 2))
