"""Restricted likelihood of lines with random intercepts and slopes, of one model or of many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirodash.longitudinal.model_columns import Columns, Weights
from mirodash.longitudinal.person_sums import PersonSums
from mirodash.survival.results import Numbers

_OF_A_MODEL = ("v0", "v1", "yy", "least_squares")
_STEP = 1e-5  # of the differences from which the curvature is taken, on a scale where parameters are about 1


@dataclass(frozen=True, eq=False, slots=True)
class Design:
    """Sums with scaled time and least squares taken out, of one model or of several of the same participants.

    Attributes
    ----------
    n, s, q, determinant : array (participants,)
        Elements 11, 12 and 22 of Z'Z, with Z the columns 1 and time, and its determinant.
    v0, v1, yy : array (..., participants)
        Z'y and y'y of what least squares leaves.
    columns : Columns
        What shifts the intercept and the slope.
    least_squares : array (..., coefficients)
        What was taken out.
    scale : float
        Time is divided by it.
    """

    n: Numbers
    s: Numbers
    q: Numbers
    determinant: Numbers
    v0: Numbers
    v1: Numbers
    yy: Numbers
    columns: Columns
    least_squares: Numbers
    scale: float

    @property
    def freedom(self) -> float:
        """Measurements without coefficients."""
        return float(self.n.sum()) - self.columns.intercepts - self.columns.slopes

    def of(self, models: NDArray[np.bool_]) -> Design:
        """Those of the chosen models, by mask."""
        if models.all():
            return self
        own = {name: getattr(self, name)[models] for name in _OF_A_MODEL}
        return replace(self, columns=self.columns.of(models), **own)

    def repeat(self, times: int) -> Design:
        """A single model as several that are alike."""
        own = {name: getattr(self, name)[None].repeat(times, axis=0) for name in _OF_A_MODEL}
        return replace(self, columns=self.columns.repeat(times), **own)


@dataclass(frozen=True, eq=False, slots=True)
class PersonWeights:
    """What the model leaves of each participant, and how much each knows.

    With V the covariance of a participant's values over the residual variance and Z the columns 1 and time,
    ``left`` are the two elements of Z'V⁻¹ of the residuals, and ``known`` the elements 11, 12 and 22 of
    Z'V⁻¹Z; each array is (..., participants).
    """

    left: tuple[Numbers, Numbers]
    known: Weights


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """The restricted likelihood at one set of relative variances of every model.

    Attributes
    ----------
    deviance, sigma2 : array (...,)
        -2 × the restricted log-likelihood, and the residual variance.
    gradient : array (..., 3)
    fixed : array (..., coefficients)
    weights : PersonWeights
    """

    deviance: Numbers
    gradient: Numbers
    fixed: Numbers
    sigma2: Numbers
    weights: PersonWeights


def build_design(sums: PersonSums, columns: Columns) -> Design:
    """Scale time and take least squares out of the values; the columns must be apart.

    Parameters
    ----------
    sums : PersonSums
        Of those measured.
    columns : Columns
        Of these participants.
    """
    scale = float(np.sqrt(sums.tt.sum() / sums.n.sum()))
    s, q, ty = sums.t / scale, sums.tt / scale**2, sums.ty / scale
    found = columns.solve((sums.n, s, q), sums.y, ty)
    a, b = found.intercept, found.slope
    yy = sums.yy - 2 * (a * sums.y + b * ty) + a * a * sums.n + 2 * a * b * s + b * b * q
    return Design(
        n=sums.n,
        s=s,
        q=q,
        determinant=np.maximum(sums.n * q - s * s, 0.0),
        v0=sums.y - a * sums.n - b * s,
        v1=ty - a * s - b * q,
        yy=np.maximum(yy, 0.0),
        columns=columns,
        least_squares=found.fixed,
        scale=scale,
    )


def are_apart(sums: PersonSums, columns: Columns) -> NDArray[np.bool_]:
    """In which models the columns can be told apart, (...,)."""
    scale = float(np.sqrt(sums.tt.sum() / sums.n.sum()))
    return columns.are_apart((sums.n, sums.t / scale, sums.tt / scale**2))


def profile_likelihood(work: Design, theta: Numbers) -> Profile:
    """-2 × the restricted log-likelihood, with residual variance and coefficients at their best.

    Parameters
    ----------
    work : Design
    theta : array (..., 3)
        The lower triangle (11, 21, 22) of a root of the random effects' covariance over the residual
        variance, of every model.
    """
    a, b, c = (theta[..., k, None] for k in range(3))
    g, h, k = a * a, a * b, b * b + c * c
    n, s, q, d, v0, v1 = work.n, work.s, work.q, work.determinant, work.v0, work.v1
    det = 1 + g * n + 2 * h * s + k * q + (g * k - h * h) * d
    h11, h12, h22 = known = (n + d * k) / det, (s - d * h) / det, (q + d * g) / det
    # (I + Z'ZG)^-1 Z'y by the adjugate
    u0 = ((1 + s * h + q * k) * v0 - (n * h + s * k) * v1) / det
    u1 = ((1 + n * g + s * h) * v1 - (s * g + q * h) * v0) / det
    weighted = (work.yy - v0 * (g * u0 + h * u1) - v1 * (h * u0 + k * u1)).sum(axis=-1)
    found = work.columns.solve(known, u0, u1)
    freedom = work.freedom
    sigma2 = np.maximum((weighted - found.explained) / freedom, np.finfo(np.float64).tiny)
    deviance = np.log(det).sum(axis=-1) + freedom * (1 + np.log(2 * np.pi * sigma2)) + found.log_determinant
    f0, f1 = found.intercept, found.slope
    left = u0 - h11 * f0 - h12 * f1, u1 - h12 * f0 - h22 * f1
    g11, g12, g22 = _differentiate(left, known, found.leverage, sigma2)
    by_root = (g11 * a[..., 0] + g12 * b[..., 0], g12 * a[..., 0] + g22 * b[..., 0], g22 * c[..., 0])
    gradient = 2 * np.stack(by_root, axis=-1)
    return Profile(deviance, gradient, found.fixed, sigma2, PersonWeights(left, known))


def _differentiate(
    left: tuple[Numbers, Numbers], known: Weights, leverage: Weights, sigma2: Numbers
) -> Weights:
    """What changes with G: H - H C P C' H - q q' / sigma2 summed over participants, elements 11, 12, 22."""
    (q0, q1), (h11, h12, h22), (r11, r12, r22) = left, known, leverage
    e11, e12 = h11 * r11 + h12 * r12, h11 * r12 + h12 * r22
    e21, e22 = h12 * r11 + h22 * r12, h12 * r12 + h22 * r22
    residual = sigma2[..., None]
    return (
        (h11 - (e11 * h11 + e12 * h12) - q0 * q0 / residual).sum(axis=-1),
        (h12 - (e11 * h12 + e12 * h22) - q0 * q1 / residual).sum(axis=-1),
        (h22 - (e21 * h12 + e22 * h22) - q1 * q1 / residual).sum(axis=-1),
    )


def invert_curvature(work: Design, theta: Numbers) -> Numbers:
    """Inverse of the deviance's curvature at relative variances (3,) of one model, (3, 3)."""
    moves = _STEP * np.eye(theta.size)
    both = profile_likelihood(work.repeat(2 * theta.size), np.concatenate((theta + moves, theta - moves)))
    curvature = (both.gradient[: theta.size] - both.gradient[theta.size :]).T / (2 * _STEP)
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    # on the edge, where a variance is 0, one direction has hardly any curvature; and every step leads down
    size = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    return np.asarray((vectors / size) @ vectors.T, dtype=np.float64)
