"""Linear mixed model by REML: lines over time, and each participant's own intercept and slope around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import ndtr

from mirodash.budget import check_budget
from mirodash.survival.data import convert_to_numbers, validate_confidence
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Counts, Interval, NotEstimable, Numbers, compute_z_quantile

LEAST_REPEATED = 3
"""Participants measured three times or more: with two values, noise and pace cannot be told apart."""
MAX_ITERATIONS = 200
MAX_NEWTON_STEPS = 30
MAX_HALVINGS = 20
SETTLED, NEARLY_SETTLED, NEAR_SETTLED = 1e-9, 1e-6, 1e-13
"""Deviance that may be left to gain: the aim, what is accepted where rounding stops the search, and the aim
where the curvature is another model's."""
_STEP = 1e-5  # of the differences from which the curvature is taken, on a scale where parameters are about 1


@dataclass(frozen=True, eq=False, slots=True)
class PersonSums:
    """All that a model of straight lines needs to know of each participant; arrays are (participants,).

    Attributes
    ----------
    n : number of measurements
    t, tt : sums of times and of their squares
    y, ty, yy : sums of values, of times × values, and of squared values
    within : residual sum of squares around the participant's own least-squares line
    distinct : number of distinct times
    """

    n: Numbers
    t: Numbers
    tt: Numbers
    y: Numbers
    ty: Numbers
    yy: Numbers
    within: Numbers
    distinct: Counts

    def of(self, chosen: ArrayLike) -> PersonSums:
        """Those of the chosen participants, by mask or by place."""
        at = np.asarray(chosen)
        return PersonSums(
            *(getattr(self, name)[at] for name in ("n", "t", "tt", "y", "ty", "yy", "within", "distinct"))
        )

    @property
    def participants(self) -> int:
        """How many participants there are, measured or not."""
        return int(self.n.size)

    @property
    def measurements(self) -> int:
        """How many values there are."""
        return int(self.n.sum())


def sum_by_person(person: ArrayLike, time: ArrayLike, value: ArrayLike, participants: int) -> PersonSums:
    """Sums over the measurements of each participant, computed once for every later model.

    Parameters
    ----------
    person : array (measurements,)
        Whose each is, from 0 to ``participants`` - 1.
    time : array (measurements,)
        From randomisation, in the unit in which slopes are wanted (per month: in months).
    value : array (measurements,)
    participants : int

    Raises
    ------
    ValueError
        When lengths differ, or a time or value is missing or infinite.
    """
    times, values = convert_to_numbers(time, "time"), convert_to_numbers(value, "value")
    who = np.asarray(person, dtype=np.int64)
    if not who.shape == times.shape == values.shape:
        raise ValueError(f"There are {who.size} participants, {times.size} times and {values.size} values.")
    if not (np.isfinite(times).all() and np.isfinite(values).all()):
        raise ValueError("Times and values of measurements must be finite numbers.")
    if who.size and (who.min() < 0 or who.max() >= participants):
        raise ValueError(f"Participants must be numbered from 0 to {participants - 1}.")

    def add(weights: Numbers | None = None) -> Numbers:
        return np.bincount(who, weights=weights, minlength=participants).astype(np.float64)

    n = add()
    t, y = add(times), add(values)
    each = np.maximum(n, 1)
    around, off = times - (t / each)[who], values - (y / each)[who]
    spread, shared = add(around * around), add(around * off)
    slope = np.divide(shared, spread, out=np.zeros_like(spread), where=spread > 0)
    rest = off - slope[who] * around
    pairs = np.unique(np.stack((who.astype(np.float64), times)), axis=1)[0].astype(np.int64)
    return PersonSums(
        n=read_only(n),
        t=read_only(t),
        tt=read_only(add(times * times)),
        y=read_only(y),
        ty=read_only(add(times * values)),
        yy=read_only(add(values * values)),
        within=read_only(add(rest * rest)),
        distinct=read_only(np.bincount(pairs, minlength=participants).astype(np.int64)),
    )


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


@dataclass(frozen=True, eq=False, slots=True)
class PersonWeights:
    """What the model leaves of each participant, and how much each knows; arrays are (participants,).

    With V the covariance of a participant's values over the residual variance and Z the columns 1 and time,
    ``left`` (2, participants) is Z'V⁻¹ of the residuals, and ``known`` (3, participants) are the elements
    11, 12 and 22 of Z'V⁻¹Z.
    """

    left: Numbers
    known: Numbers


@dataclass(frozen=True, eq=False, slots=True)
class _Design:
    """Sums with scaled time and least squares taken out; columns are (participants, coefficients)."""

    n: Numbers
    s: Numbers
    q: Numbers
    determinant: Numbers
    v: Numbers
    yy: Numbers
    intercept: Numbers
    slope: Numbers
    least_squares: Numbers
    scale: float

    @property
    def freedom(self) -> float:
        return float(self.n.sum()) - self.intercept.shape[1] - self.slope.shape[1]


@dataclass(frozen=True, eq=False, slots=True)
class _Profile:
    """The restricted likelihood at one set of relative variances."""

    deviance: float
    gradient: Numbers
    fixed: Numbers
    inverse: Numbers
    sigma2: float
    weights: PersonWeights


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
    level = validate_confidence(confidence)
    prepared = _prepare(sums, intercept, slope)
    if isinstance(prepared, NotEstimable):
        return prepared
    work, within = prepared
    found = None if near is None else _maximise_near(work, near)
    found = found or _maximise(work, within)
    if found is None:
        return NotEstimable("The mixed model did not converge.")
    return _describe(work, *found, confidence=level)


def weigh_participants(
    sums: PersonSums, intercept: ArrayLike, slope: ArrayLike
) -> tuple[PersonWeights, MixedModel] | NotEstimable:
    """Residuals and information of every participant in a fitted model, with time as in ``sums``.

    Parameters are those of `fit_mixed_model`; everybody must have been measured.
    """
    prepared = _prepare(sums, intercept, slope)
    if isinstance(prepared, NotEstimable):
        return prepared
    work, within = prepared
    found = _maximise(work, within)
    if found is None:
        return NotEstimable("The mixed model did not converge.")
    weights = _profile(work, found[0]).weights
    scale = work.scale
    left = weights.left * np.array([[1.0], [scale]])
    known = weights.known * np.array([[1.0], [scale], [scale**2]])
    return PersonWeights(read_only(left), read_only(known)), _describe(work, *found, confidence=0.95)


def _prepare(
    sums: PersonSums, intercept: ArrayLike, slope: ArrayLike
) -> tuple[_Design, float] | NotEstimable:
    """The design of those measured and the variance around their own lines, or why there is no model."""
    columns = [np.asarray(part, dtype=np.float64) for part in (intercept, slope)]
    for part in columns:
        if part.ndim != 2 or len(part) != sums.participants or not np.isfinite(part).all():
            raise ValueError(f"There must be finite columns of {sums.participants} participants.")
    measured = sums.n > 0
    mine = sums.of(measured)
    why = _find_obstacle(mine)
    if why:
        return NotEstimable(why)
    work = _design(mine, columns[0][measured], columns[1][measured])
    if work is None:
        return NotEstimable("Too few different times or participants to tell the lines apart.")
    if work.freedom < 1:
        return NotEstimable("There are no more measurements than lines to estimate.")
    return work, float(mine.within.sum() / np.maximum(mine.n - 2, 0)[mine.distinct >= 2].sum())


def _find_obstacle(sums: PersonSums) -> str:
    """Why no model can be fitted, or an empty text."""
    if not (sums.distinct >= 2).any():
        return "Nobody was measured more than once, so there is no change over time to estimate."
    repeated = int((sums.distinct >= 3).sum())
    if repeated < LEAST_REPEATED:
        many = ("Nobody was", "Only 1 participant was", f"Only {repeated} participants were")[
            min(repeated, 2)
        ]
        return f"{many} measured three times or more; a mixed model needs {LEAST_REPEATED} such participants."
    total = float(sums.yy.sum() - sums.y.sum() ** 2 / sums.n.sum())
    if float(sums.within.sum()) <= 1e-10 * max(total, 1e-300):
        return "All measurements of each participant lie on a straight line: there is no residual variance."
    return ""


def _design(sums: PersonSums, intercept: Numbers, slope: Numbers) -> _Design | None:
    """Scale time and take least squares out of the values; None where columns cannot be told apart."""
    scale = float(np.sqrt(sums.tt.sum() / sums.n.sum()))
    s, q, ty = sums.t / scale, sums.tt / scale**2, sums.ty / scale
    crossed = _cross(intercept, slope, sums.n, s, q)
    size = np.sqrt(np.diag(crossed))
    if not (size > 0).all() or np.linalg.eigvalsh(crossed / np.outer(size, size))[0] < 1e-10:
        return None
    target = np.concatenate((intercept.T @ sums.y, slope.T @ ty))
    found = np.linalg.solve(crossed / np.outer(size, size), target / size) / size
    a, b = intercept @ found[: intercept.shape[1]], slope @ found[intercept.shape[1] :]
    yy = sums.yy - 2 * (a * sums.y + b * ty) + a * a * sums.n + 2 * a * b * s + b * b * q
    return _Design(
        n=sums.n,
        s=s,
        q=q,
        determinant=np.maximum(sums.n * q - s * s, 0.0),
        v=np.stack((sums.y - a * sums.n - b * s, ty - a * s - b * q)),
        yy=np.maximum(yy, 0.0),
        intercept=intercept,
        slope=slope,
        least_squares=found,
        scale=scale,
    )


def _cross(intercept: Numbers, slope: Numbers, w11: Numbers, w12: Numbers, w22: Numbers) -> Numbers:
    """X'WX with W's elements of each participant, (coefficients, coefficients)."""
    first, both = intercept.shape[1], intercept.shape[1] + slope.shape[1]
    crossed = np.empty((both, both))
    crossed[:first, :first] = (intercept.T * w11) @ intercept
    crossed[:first, first:] = (intercept.T * w12) @ slope
    crossed[first:, :first] = crossed[:first, first:].T
    crossed[first:, first:] = (slope.T * w22) @ slope
    return crossed


def _profile(work: _Design, theta: Numbers) -> _Profile:
    """-2 × the restricted log-likelihood, with residual variance and coefficients at their best.

    ``theta`` is the lower triangle (11, 21, 22) of a root of the random effects' covariance over the
    residual variance.
    """
    a, b, c = theta
    g, h, k = a * a, a * b, b * b + c * c
    n, s, q, d = work.n, work.s, work.q, work.determinant
    det = 1 + g * n + 2 * h * s + k * q + (g * k - h * h) * d
    h11, h12, h22 = (n + d * k) / det, (s - d * h) / det, (q + d * g) / det
    v0, v1 = work.v
    # (I + Z'ZG)^-1 Z'y by the adjugate
    u0 = ((1 + s * h + q * k) * v0 - (n * h + s * k) * v1) / det
    u1 = ((1 + n * g + s * h) * v1 - (s * g + q * h) * v0) / det
    weighted = float((work.yy - v0 * (g * u0 + h * u1) - v1 * (h * u0 + k * u1)).sum())
    crossed = _cross(work.intercept, work.slope, h11, h12, h22)
    inverse = np.asarray(np.linalg.inv(crossed), dtype=np.float64)
    target = np.concatenate((work.intercept.T @ u0, work.slope.T @ u1))
    fixed: Numbers = inverse @ target
    freedom = work.freedom
    sigma2 = max((weighted - float(fixed @ target)) / freedom, np.finfo(np.float64).tiny)
    logdet = np.linalg.slogdet(crossed)[1]
    deviance = float(np.log(det).sum() + freedom * (1 + np.log(2 * np.pi * sigma2)) + logdet)
    split = work.intercept.shape[1]
    f0, f1 = work.intercept @ fixed[:split], work.slope @ fixed[split:]
    left = np.stack((u0 - h11 * f0 - h12 * f1, u1 - h12 * f0 - h22 * f1))
    weights = PersonWeights(left, np.stack((h11, h12, h22)))
    g11, g12, g22 = _differentiate(work, weights, inverse, sigma2)
    gradient = 2 * np.array([g11 * a + g12 * b, g12 * a + g22 * b, g22 * c])
    return _Profile(deviance, gradient, fixed, inverse, sigma2, weights)


def _differentiate(
    work: _Design, weights: PersonWeights, inverse: Numbers, sigma2: float
) -> tuple[float, float, float]:
    """What changes with G: H - H C P C' H - q q' / sigma2 summed over participants, elements 11, 12, 22."""
    split = work.intercept.shape[1]
    (q0, q1), (h11, h12, h22) = weights.left, weights.known
    r11 = np.einsum("ij,ij->i", work.intercept @ inverse[:split, :split], work.intercept)
    r12 = np.einsum("ij,ij->i", work.intercept @ inverse[:split, split:], work.slope)
    r22 = np.einsum("ij,ij->i", work.slope @ inverse[split:, split:], work.slope)
    e11, e12 = h11 * r11 + h12 * r12, h11 * r12 + h12 * r22
    e21, e22 = h12 * r11 + h22 * r12, h12 * r12 + h22 * r22
    return (
        float((h11 - (e11 * h11 + e12 * h12) - q0 * q0 / sigma2).sum()),
        float((h12 - (e11 * h12 + e12 * h22) - q0 * q1 / sigma2).sum()),
        float((h22 - (e21 * h12 + e22 * h22) - q1 * q1 / sigma2).sum()),
    )


def _start(work: _Design, within: float) -> Numbers:
    """Relative variances by moments: those of levels and paces over that around participants' lines.

    ``within`` is the variance around participants' own lines.
    """
    level = np.divide(work.v[0], work.n)
    between = max(float(np.average(level**2, weights=work.n)) / within, 0.1)
    sloped = work.determinant > 1e-9 * work.n * work.q
    d = work.determinant[sloped]
    pace = (work.n[sloped] * work.v[1, sloped] - work.s[sloped] * work.v[0, sloped]) / d
    # slopes of least squares vary as the participants' own do, and by n / d of the residual variance
    own = float(np.average(pace**2, weights=d)) / within - float(np.average(work.n[sloped] / d, weights=d))
    return np.array([np.sqrt(between), 0.0, np.sqrt(max(own, 0.05))])


def _maximise(work: _Design, within: float) -> tuple[Numbers, Numbers] | None:
    """The best relative variances: quasi-Newton steps, then Newton's until the deviance does not move."""
    check_budget()

    def value(theta: Numbers) -> tuple[float, Numbers]:
        at = _profile(work, theta)
        return at.deviance, at.gradient

    start = _start(work, within)
    found = minimize(value, start, jac=True, method="BFGS", options={"gtol": 1e-2, "maxiter": MAX_ITERATIONS})
    theta = np.asarray(found.x, dtype=np.float64)
    best = _profile(work, theta)
    for _ in range(MAX_NEWTON_STEPS):
        inverse = _invert_curvature(work, theta)
        step = inverse @ best.gradient
        expected = abs(float(best.gradient @ step)) / 2
        if expected <= SETTLED:
            return theta - step, inverse
        shorter = (0.5**halving for halving in range(MAX_HALVINGS))
        tried = ((theta - size * step, _profile(work, theta - size * step)) for size in shorter)
        better = next(((at, new) for at, new in tried if new.deviance < best.deviance), None)
        if better is None:
            return (theta, inverse) if expected <= NEARLY_SETTLED else None
        theta, best = better
    return None


def _maximise_near(work: _Design, near: Optimum) -> tuple[Numbers, Numbers] | None:
    """The same from the optimum of a like model, by BFGS with the curvature there; None if it is lost."""
    unit = np.array([1.0, work.scale, work.scale])
    theta, inverse = near.root * unit, near.inverse * np.outer(unit, unit)
    best = _profile(work, theta)
    for _ in range(MAX_NEWTON_STEPS):
        step = inverse @ best.gradient
        expected = float(best.gradient @ step) / 2
        if not expected >= 0:
            return None
        if expected <= NEAR_SETTLED:
            return theta - step, inverse
        new = _profile(work, theta - step)
        if not new.deviance < best.deviance and expected > SETTLED:
            return None  # so near to the optimum rounding decides which of two deviances is lower
        change = new.gradient - best.gradient
        turned = float(-step @ change)
        if turned > 0:
            off = np.eye(3) + np.outer(step, change) / turned
            inverse = off @ inverse @ off.T + np.outer(step, step) / turned
        theta, best = theta - step, new
    return None


def _invert_curvature(work: _Design, theta: Numbers) -> Numbers:
    columns = [
        (_profile(work, theta + move).gradient - _profile(work, theta - move).gradient) / (2 * _STEP)
        for move in _STEP * np.eye(theta.size)
    ]
    curvature = np.stack(columns, axis=1)
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    # on the edge, where a variance is 0, one direction has hardly any curvature; and every step leads down
    size = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    return np.asarray((vectors / size) @ vectors.T, dtype=np.float64)


def _describe(work: _Design, theta: Numbers, inverse: Numbers, *, confidence: float) -> MixedModel:
    at = _profile(work, theta)
    a, b, c = theta
    slopes = work.slope.shape[1]
    unit = np.concatenate((np.ones(work.intercept.shape[1]), np.full(slopes, 1 / work.scale)))
    # scaled time multiplies |X'V^-1 X| by 1 / scale^2 for every slope
    deviance = at.deviance + 2 * slopes * np.log(work.scale)
    return MixedModel(
        fixed=read_only((work.least_squares + at.fixed) * unit),
        covariance=read_only(at.sigma2 * at.inverse * np.outer(unit, unit)),
        participants=int(work.n.size),
        measurements=int(work.n.sum()),
        variance_intercept=float(at.sigma2 * a * a),
        covariance_random=float(at.sigma2 * a * b / work.scale),
        variance_slope=float(at.sigma2 * (b * b + c * c) / work.scale**2),
        variance_residual=float(at.sigma2),
        log_likelihood=float(-deviance / 2),
        confidence=confidence,
        optimum=Optimum(
            read_only(theta / np.array([1.0, work.scale, work.scale])),
            read_only(inverse / np.outer([1.0, work.scale, work.scale], [1.0, work.scale, work.scale])),
        ),
    )
