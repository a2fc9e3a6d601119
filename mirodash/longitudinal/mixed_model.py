"""Linear mixed model by REML: lines over time, and each participant's own intercept and slope around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import ndtr

from mirodash.budget import check_budget
from mirodash.longitudinal.model_columns import AnyColumns, Columns
from mirodash.longitudinal.person_sums import PersonSums
from mirodash.longitudinal.restricted_likelihood import (
    Design,
    PersonWeights,
    Profile,
    are_apart,
    build_design,
    invert_curvature,
    profile_likelihood,
)
from mirodash.survival.data import validate_confidence
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Interval, NotEstimable, Numbers, compute_z_quantile

LEAST_REPEATED = 3
"""Participants measured three times or more: with two values, noise and pace cannot be told apart."""
MAX_ITERATIONS = 200
MAX_NEWTON_STEPS = 30
MAX_HALVINGS = 20
SETTLED, NEARLY_SETTLED, NEAR_SETTLED = 1e-9, 1e-6, 1e-13
"""Deviance that may be left to gain: the aim, what is accepted where rounding stops the search, and the aim
where the curvature is another model's."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """A weighted sum of fixed effects with its normal interval and two-sided Wald p-value."""

    estimate: float
    se: float
    ci: Interval
    p: float


@dataclass(frozen=True, eq=False, slots=True)
class Optimum:
    """Where the likelihood is largest, with time in its own unit.

    ``root`` (3,) is the lower triangle of a root of the random effects' covariance over the residual
    variance, ``inverse`` (3, 3) the inverse of the deviance's curvature there.
    """

    root: Numbers
    inverse: Numbers


@dataclass(frozen=True, eq=False, slots=True)
class MixedModel:
    """Straight lines with random intercepts and slopes, as R's ``lme(..., random = ~ time | id)`` by REML.

    Attributes
    ----------
    fixed : array (coefficients,)
        Of what shifts the intercept, then of what shifts the slope.
    covariance : array (coefficients, coefficients)
    participants, measurements : int
        With at least one measurement, and how many of these there are.
    variance_intercept, covariance_random, variance_slope : float
        Between participants.
    variance_residual : float
    log_likelihood : float
        Restricted, with the constants that nlme counts.
    confidence : float
        Of intervals. They are normal: no degrees of freedom are estimated.
    optimum : Optimum
        From where a like model of the same participants is soon fitted.
    """

    fixed: Numbers
    covariance: Numbers
    participants: int
    measurements: int
    variance_intercept: float
    covariance_random: float
    variance_slope: float
    variance_residual: float
    log_likelihood: float
    confidence: float
    optimum: Optimum

    def contrast(self, weights: ArrayLike) -> Contrast:
        """A weighted sum of the coefficients, weights (coefficients,)."""
        w = np.asarray(weights, dtype=np.float64)
        estimate, se = float(w @ self.fixed), float(np.sqrt(w @ self.covariance @ w))
        reach = compute_z_quantile(self.confidence) * se
        p = float(2 * ndtr(-abs(estimate / se)))
        return Contrast(estimate, se, (estimate - reach, estimate + reach), p)


def fit_mixed_model(
    sums: PersonSums,
    intercept: ArrayLike,
    slope: ArrayLike,
    *,
    confidence: float = 0.95,
    near: Optimum | None = None,
) -> MixedModel | NotEstimable:
    """Fit lines whose intercepts and slopes depend on what is known of participants, by REML.

    Parameters
    ----------
    sums : PersonSums
        Participants without any measurement are left out.
    intercept, slope : array (participants, coefficients)
        Columns that shift the intercept and the slope: indicators of arms, or values of a biomarker. The
        mean of a participant at time t is ``intercept @ a + t * (slope @ b)``.
    confidence : float
        Of intervals.
    near : Optimum, optional
        Of another model of these participants; it only saves steps.

    Returns
    -------
    MixedModel or NotEstimable
        With the reason: too few repeated measurements, no residual variance, columns that do not differ.

    Raises
    ------
    ValueError
        When the columns do not fit ``sums``.

    Notes
    -----
    With Z of a participant the columns 1 and time, and G the covariance of the random effects over the
    residual variance, Z'(I + ZGZ')⁻¹Z = (Z'Z + |Z'Z| adj G) / |I + GZ'Z|: a participant is a few sums,
    however often measured.

    Source: Laird and Ware, Biometrics 38 (1982) 963; Bates, Mächler, Bolker and Walker, J Stat Softw 67
    (2015) 1, for the profiled criterion.
    """
    columns = _validate_columns(sums, intercept, slope)
    measured = sums.n > 0
    mine = AnyColumns(columns.intercept[measured], columns.slope[measured])
    return fit_columns(sums.of(measured), mine, confidence=confidence, near=near)


def fit_columns(
    sums: PersonSums, columns: Columns, *, confidence: float, near: Optimum | None = None
) -> MixedModel | NotEstimable:
    """The same with columns of any kind, of participants who all have been measured."""
    level = validate_confidence(confidence)
    work = _prepare(sums, columns)
    if isinstance(work, NotEstimable):
        return work
    found = None if near is None else _start_near(work, near)
    found = found or _maximise(work, _within(sums))
    if found is None:
        return NotEstimable("The mixed model did not converge.")
    theta, inverse = found
    at = profile_likelihood(work, theta)
    covariance = work.columns.invert(at.weights.known)
    return _describe(work, at, theta, inverse, covariance=covariance, confidence=level)


def _start_near(work: Design, near: Optimum) -> tuple[Numbers, Numbers] | None:
    """Relative variances and inverse curvature of a single model, from those of a like one."""
    theta, inverse, settled = _maximise_near(work.repeat(1), near)
    return (theta[0], inverse[0]) if settled[0] else None


def fit_like_models(
    sums: PersonSums, columns: Columns, near: Optimum, *, confidence: float = 0.95
) -> list[MixedModel | None]:
    """Fit many models of the same participants together, each from the optimum of one that is like them.

    Parameters
    ----------
    sums : PersonSums
        Everybody must have been measured.
    columns : Columns
        With one leading axis: models.
    near : Optimum
    confidence : float

    Returns
    -------
    list of MixedModel or None
        None where this start leads nowhere: `fit_columns` fits such a model, or says why there is none.
    """
    level = validate_confidence(confidence)
    apart = are_apart(sums, columns)
    fitted: list[MixedModel | None] = [None] * apart.size
    if _find_obstacle(sums) or not apart.any():
        return fitted
    work = build_design(sums, columns.of(apart))
    if work.freedom < 1:
        return fitted
    theta, inverse, settled = _maximise_near(work, near)
    work, theta, inverse = work.of(settled), theta[settled], inverse[settled]
    at = profile_likelihood(work, theta)
    covariance = work.columns.invert(at.weights.known)
    for k, place in enumerate(np.flatnonzero(apart)[settled].tolist()):
        fitted[place] = _describe(
            work, at, theta[k], inverse[k], k, covariance=covariance[k], confidence=level
        )
    return fitted


def weigh_participants(
    sums: PersonSums, intercept: ArrayLike, slope: ArrayLike
) -> tuple[PersonWeights, MixedModel] | NotEstimable:
    """Residuals and information of every participant in a fitted model, with time as in ``sums``.

    Parameters are those of `fit_mixed_model`; everybody must have been measured.
    """
    work = _prepare(sums, _validate_columns(sums, intercept, slope))
    if isinstance(work, NotEstimable):
        return work
    found = _maximise(work, _within(sums))
    if found is None:
        return NotEstimable("The mixed model did not converge.")
    theta, inverse = found
    at = profile_likelihood(work, theta)
    (left0, left1), (k11, k12, k22) = at.weights.left, at.weights.known
    scale = work.scale
    weights = PersonWeights(
        (read_only(left0), read_only(left1 * scale)),
        (read_only(k11), read_only(k12 * scale), read_only(k22 * scale**2)),
    )
    covariance = work.columns.invert(at.weights.known)
    return weights, _describe(work, at, theta, inverse, covariance=covariance, confidence=0.95)


def _validate_columns(sums: PersonSums, intercept: ArrayLike, slope: ArrayLike) -> AnyColumns:
    columns = [np.asarray(part, dtype=np.float64) for part in (intercept, slope)]
    for part in columns:
        if part.ndim != 2 or len(part) != sums.participants or not np.isfinite(part).all():
            raise ValueError(f"There must be finite columns of {sums.participants} participants.")
    return AnyColumns(columns[0], columns[1])


def _prepare(sums: PersonSums, columns: Columns) -> Design | NotEstimable:
    """The design of those measured, or why there is no model."""
    why = _find_obstacle(sums)
    if why:
        return NotEstimable(why)
    if not are_apart(sums, columns):
        return NotEstimable("Too few different times or participants to tell the lines apart.")
    work = build_design(sums, columns)
    if work.freedom < 1:
        return NotEstimable("There are no more measurements than lines to estimate.")
    return work


def _within(sums: PersonSums) -> float:
    """The variance around participants' own lines."""
    return float(sums.within.sum() / np.maximum(sums.n - 2, 0)[sums.distinct >= 2].sum())


def _find_obstacle(sums: PersonSums) -> str:
    """Why no model can be fitted, or an empty text."""
    if not (sums.distinct >= 2).any():
        return "No participant was measured more than once, so there is no change over time to estimate."
    repeated = int((sums.distinct >= 3).sum())
    if repeated < LEAST_REPEATED:
        many = ("No participant was", "Only 1 participant was", f"Only {repeated} participants were")[
            min(repeated, 2)
        ]
        return f"{many} measured three times or more; a mixed model needs {LEAST_REPEATED} such participants."
    total = float(sums.yy.sum() - sums.y.sum() ** 2 / sums.n.sum())
    if float(sums.within.sum()) <= 1e-10 * max(total, 1e-300):
        return "All measurements of each participant lie on a straight line: there is no residual variance."
    return ""


def _start(work: Design, within: float) -> Numbers:
    """Relative variances by moments: those of levels and paces over that around participants' lines.

    ``within`` is the variance around participants' own lines.
    """
    level = np.divide(work.v0, work.n)
    between = max(float(np.average(level**2, weights=work.n)) / within, 0.1)
    sloped = work.determinant > 1e-9 * work.n * work.q
    d = work.determinant[sloped]
    pace = (work.n[sloped] * work.v1[sloped] - work.s[sloped] * work.v0[sloped]) / d
    # slopes of least squares vary as the participants' own do, and by n / d of the residual variance
    own = float(np.average(pace**2, weights=d)) / within - float(np.average(work.n[sloped] / d, weights=d))
    return np.array([np.sqrt(between), 0.0, np.sqrt(max(own, 0.05))])


def _maximise(work: Design, within: float) -> tuple[Numbers, Numbers] | None:
    """The best relative variances: quasi-Newton steps, then Newton's until the deviance does not move."""
    check_budget()

    def value(theta: Numbers) -> tuple[float, Numbers]:
        at = profile_likelihood(work, theta)
        return float(at.deviance), at.gradient

    start = _start(work, within)
    found = minimize(value, start, jac=True, method="BFGS", options={"gtol": 1e-2, "maxiter": MAX_ITERATIONS})
    theta = np.asarray(found.x, dtype=np.float64)
    best = profile_likelihood(work, theta)
    for _ in range(MAX_NEWTON_STEPS):
        inverse = invert_curvature(work, theta)
        step = inverse @ best.gradient
        expected = abs(float(best.gradient @ step)) / 2
        if expected <= SETTLED:
            return theta - step, inverse
        shorter = (0.5**halving for halving in range(MAX_HALVINGS))
        tried = ((theta - size * step, profile_likelihood(work, theta - size * step)) for size in shorter)
        better = next(((at, new) for at, new in tried if new.deviance < best.deviance), None)
        if better is None:
            return (theta, inverse) if expected <= NEARLY_SETTLED else None
        theta, best = better
    return None


def _maximise_near(work: Design, near: Optimum) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """The same for several models from the optimum of a like one, by BFGS with the curvature there.

    Returns relative variances (models, 3), inverse curvature (models, 3, 3), and which models settled; of
    the others nothing is known.
    """
    unit = np.array([1.0, work.scale, work.scale])
    models = len(work.least_squares)
    theta = np.tile(near.root * unit, (models, 1))
    inverse = np.tile(near.inverse * np.outer(unit, unit), (models, 1, 1))
    settled = np.zeros(models, dtype=np.bool_)
    places, mine, here, turned = np.arange(models), work, theta.copy(), inverse.copy()
    best = profile_likelihood(mine, here)
    deviance, gradient = best.deviance, best.gradient
    for _ in range(MAX_NEWTON_STEPS):
        check_budget()
        step = (turned @ gradient[..., None])[..., 0]
        expected = (gradient * step).sum(axis=-1) / 2
        done = (expected >= 0) & (expected <= NEAR_SETTLED)
        theta[places[done]], inverse[places[done]] = (here - step)[done], turned[done]
        settled[places[done]] = True
        going = expected > NEAR_SETTLED
        if not going.any():
            break
        mine, places, deviance, gradient = mine.of(going), places[going], deviance[going], gradient[going]
        step, turned, expected = step[going], turned[going], expected[going]
        here = here[going] - step
        new = profile_likelihood(mine, here)
        turned = _update_curvature(turned, step, new.gradient - gradient)
        # so near to the optimum rounding decides which of two deviances is lower
        lost = ~(new.deviance < deviance) & (expected > SETTLED)
        deviance, gradient = new.deviance, np.where(lost[:, None], np.nan, new.gradient)
    return theta, inverse, settled


def _update_curvature(inverse: Numbers, step: Numbers, change: Numbers) -> Numbers:
    """Inverse curvature (models, 3, 3) after steps back (models, 3) that changed the gradient, by BFGS."""
    turned = -(step * change).sum(axis=-1)[:, None, None]
    curved = turned > 0
    size = np.where(curved, turned, 1.0)
    off = np.eye(3) + step[:, :, None] * change[:, None, :] / size
    better = off @ inverse @ off.swapaxes(-1, -2) + step[:, :, None] * step[:, None, :] / size
    return np.where(curved, better, inverse)


def _describe(
    work: Design,
    at: Profile,
    theta: Numbers,
    inverse: Numbers,
    model: int | tuple[()] = (),
    *,
    covariance: Numbers,
    confidence: float,
) -> MixedModel:
    """One model at these relative variances; ``model`` is its place among several."""
    a, b, c = theta.tolist()
    slopes, scale = work.columns.slopes, work.scale
    unit = np.concatenate((np.ones(work.columns.intercepts), np.full(slopes, 1 / scale)))
    # scaled time multiplies |X'V^-1 X| by 1 / scale^2 for every slope
    deviance = float(at.deviance[model]) + 2 * slopes * float(np.log(scale))
    sigma2 = float(at.sigma2[model])
    of_root = np.array([1.0, scale, scale])
    return MixedModel(
        fixed=read_only((work.least_squares[model] + at.fixed[model]) * unit),
        covariance=read_only(sigma2 * covariance * np.outer(unit, unit)),
        participants=work.n.size,
        measurements=int(work.n.sum()),
        variance_intercept=sigma2 * a * a,
        covariance_random=sigma2 * a * b / scale,
        variance_slope=sigma2 * (b * b + c * c) / scale**2,
        variance_residual=sigma2,
        log_likelihood=-deviance / 2,
        confidence=confidence,
        optimum=Optimum(read_only(theta / of_root), read_only(inverse / np.outer(of_root, of_root))),
    )
