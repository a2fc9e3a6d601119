"""What is found when many groups of one trial are looked at together: spread, shrinkage, tests."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.survival.results import Interval, NotEstimable, Numbers


@dataclass(frozen=True, eq=False, slots=True)
class Shrinkage:
    """Effects of the levels of one factor, each drawn towards their common mean as far as the data ask.

    Arrays are (levels,), on the scale of the effects that were given (log hazard ratios). ``estimate``,
    ``se``, ``lower`` and ``upper`` are posterior mean, standard deviation and the ends of the central
    interval; ``weight`` is the share of each level's own estimate in its shrunken one, averaged over the
    posterior (the rest comes from the mean). ``mean`` and ``tau`` are posterior means of the levels'
    common mean and of the standard deviation between levels.
    """

    estimate: Numbers
    se: Numbers
    lower: Numbers
    upper: Numbers
    weight: Numbers
    mean: float
    tau: float


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How far effects differ between levels beyond what chance alone would make of one common effect.

    ``q`` is Cochran's statistic on ``df`` degrees of freedom and ``p`` its upper tail; ``i_squared`` is the
    share of the spread (between 0 and 1) that chance does not explain; ``tau`` is the standard deviation
    between levels, with an interval that is None where all values of tau, even 0, spread too much.
    """

    levels: int
    q: float
    df: int
    p: float
    i_squared: float
    tau: float
    tau_ci: Interval | None


@dataclass(frozen=True, slots=True)
class FactorInteraction:
    """Likelihood-ratio test of treatment × factor over the levels that have events in both arms.

    ``left_out`` counts participants in other levels, in which no effect can be estimated.
    """

    levels: int
    left_out: int
    test: LikelihoodRatioTest | NotEstimable


@dataclass(frozen=True, slots=True)
class LikelihoodRatioTest:
    """A likelihood-ratio test's degrees of freedom and p-value."""

    df: int
    p: float
