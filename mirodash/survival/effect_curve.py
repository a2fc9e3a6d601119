"""Treatment effect along a continuous biomarker: linear interaction, spline curve and simultaneous band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincc, gammaincinv, ndtr

from mirodash.errors import CannotComputeError
from mirodash.survival.cox import CoxModel, nested_cox_models
from mirodash.survival.data import select_entries, validate_confidence, validate_indicator, validate_times
from mirodash.survival.kaplan_meier import compute_chi_square_p_value
from mirodash.survival.results import (
    ContinuousInteraction,
    Counts,
    EffectCurve,
    NotEstimable,
    Numbers,
    SimultaneousBand,
    compute_z_quantile,
)
from mirodash.survival.spline import default_knots, knot_count, quantiles, restricted_cubic_spline


@dataclass(frozen=True, eq=False, slots=True)
class WithBiomarker:
    """Those whose biomarker is known, with it on the scale of the model.

    Parameters
    ----------
    time, event, treated, value : array (participants with the biomarker,)
        ``value`` is the natural logarithm of the biomarker when ``scale`` is ``"log"``, else the biomarker.
    scale : str
        ``"log"``, or ``"linear"`` when somebody's biomarker is 0 or less.
    entry : array (participants with the biomarker,) or None
        When each came under observation; None where everybody is at risk from the origin on.
    """

    time: Numbers
    event: Counts
    treated: Counts
    value: Numbers
    scale: str
    entry: Numbers | None = None


def select_with_biomarker(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    entry: ArrayLike | None = None,
) -> WithBiomarker:
    """Leave out those without the biomarker and put it on the log scale where it has one.

    Raises
    ------
    CannotComputeError
        When nobody has the biomarker, it is the same for everybody or infinite, or an arm or the events
        are missing.
    ValueError
        When the arrays do not fit together.
    """
    times = validate_times(time)
    values = np.asarray(biomarker, dtype=np.float64)
    if values.shape != times.shape:
        raise ValueError(f"There are {times.size} times but biomarker has shape {values.shape}.")
    happened = validate_indicator(event, "event", times.size)
    arm = validate_indicator(treated, "treated", times.size)
    known = ~np.isnan(values)
    _refuse(values[known], happened[known], arm[known], times.size)
    logs = bool((values[known] > 0).all())
    return WithBiomarker(
        time=times[known],
        event=happened[known],
        treated=arm[known],
        value=np.log(values[known]) if logs else values[known],
        scale="log" if logs else "linear",
        entry=select_entries(entry, known),
    )


def _refuse(values: Numbers, event: NDArray[np.int64], arm: NDArray[np.int64], everybody: int) -> None:
    if not values.size:
        raise CannotComputeError(f"No participant has a biomarker value (0 of {everybody}).")
    infinite = int(np.isinf(values).sum())
    if infinite:
        raise CannotComputeError(f"{infinite} of {values.size} biomarker values are infinite.")
    if values.min() == values.max():
        raise CannotComputeError(
            f"The biomarker is {values[0]:g} for every participant: the effect along it cannot be estimated."
        )
    for name, here in (("control", arm == 0), ("treated", arm == 1)):
        if not here.any():
            raise CannotComputeError(f"No participant in the {name} arm has a biomarker value.")
        if not event[here].any():
            raise CannotComputeError(
                f"0 events in the {name} arm among those with a biomarker value (0 of {int(here.sum())})."
            )


def centre(values: Numbers) -> Numbers:
    """Deviations from the midpoint: a product with treatment is then no copy of treatment itself."""
    return values - (values.min() / 2 + values.max() / 2)


def compute_continuous_interaction(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    entry: ArrayLike | None = None,
) -> ContinuousInteraction | NotEstimable:
    """Treatment × biomarker in a Cox model, as R's ``coxph(~ treated * log(biomarker))``.

    Parameters
    ----------
    time, event, treated : array (participants,)
    biomarker : array (participants,)
        In its own unit; NaN where it is missing, and those participants are left out. On the log scale unless
        a value is 0 or less.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).

    Returns
    -------
    ContinuousInteraction
        ``exp(coef)`` is the ratio of hazard ratios per unit of the natural log (or of the biomarker).
    NotEstimable
        With the reason.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    try:
        people = select_with_biomarker(time, event, treated, biomarker, entry)
        value = centre(people.value)
        crossed = np.column_stack((people.treated, value, people.treated * value))
        names = ("treatment", "biomarker", "treatment × biomarker")
        models = nested_cox_models(
            people.time, people.event, crossed, names=names, kept=2, entry=people.entry
        )
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))
    return ContinuousInteraction(
        scale=people.scale,
        coef=float(models.full.coef[2]),
        se=float(models.full.se[2]),
        p_lr=compute_chi_square_p_value(models.statistic),
    )


EVENTS_PER_COEFFICIENT = 5
"""Fewer mislead (Vittinghoff and McCulloch, American Journal of Epidemiology 2007;165:710-718)."""
EVENTS_PER_ARM = 5
SHOWN = (0.01, 0.99)
"""The curve is drawn between these percentiles of either arm: beyond them it would rest on hardly anybody."""
MAX_EXPONENT = 700.0  # exp() of more is infinite


@dataclass(frozen=True, eq=False, slots=True)
class SplineEffect:
    """A fitted treatment × restricted cubic spline model.

    Parameters
    ----------
    knots : array (k,)
        On ``scale``.
    scale : str
        ``"log"`` (natural logarithm of the biomarker) or ``"linear"``.
    model : CoxModel
        Coefficients: treatment, then the k - 1 spline terms, then their products with treatment.
    statistic : float
        Likelihood-ratio statistic of the products together; chi-square on ``df`` degrees of freedom.
    df : int
    p_lr : float
    """

    knots: Numbers
    scale: str
    model: CoxModel
    statistic: float
    df: int
    p_lr: float

    def log_hazard_ratio(self, values: ArrayLike) -> tuple[Numbers, Numbers]:
        """Log hazard ratio of treatment and its standard error at biomarker values on ``scale``.

        Parameters
        ----------
        values : array (points,)

        Returns
        -------
        estimate, se : array (points,)
        """
        basis = self.effect_basis(values)
        variance = np.einsum("pi,ij,pj->p", basis, self.effect_covariance, basis)
        return basis @ self.model.coef[self._of_effect], np.sqrt(variance)

    def effect_basis(self, values: ArrayLike) -> Numbers:
        """What the coefficients of the effect are multiplied by at values on ``scale``, (points, k)."""
        given = np.asarray(values, dtype=np.float64)
        return np.column_stack((np.ones(given.size), _basis(given, self.knots)))

    @property
    def effect_covariance(self) -> Numbers:
        """Covariance of the coefficients of the effect: treatment and its products, (k, k)."""
        return self.model.covariance[np.ix_(self._of_effect, self._of_effect)]

    @property
    def _of_effect(self) -> Counts:
        k = self.knots.size
        return np.r_[0, k : 2 * k - 1]


def _basis(values: Numbers, knots: Numbers) -> Numbers:
    """Spline terms, (points, k - 1), counted from the middle knot in spans of the knots: free of the unit."""
    middle, span = knots[knots.size // 2], knots[-1] - knots[0]
    return restricted_cubic_spline((values - middle) / span, (knots - middle) / span)


def fit_spline_effect(people: WithBiomarker, knots: Numbers) -> SplineEffect:
    """Fit treatment × restricted cubic spline, and test it against the spline without interaction.

    Parameters
    ----------
    people : WithBiomarker
    knots : array (k,)
        On the scale of ``people.value``, strictly ascending.

    Raises
    ------
    CannotComputeError
        When a coefficient has no finite estimate.
    """
    basis = _basis(people.value, knots)
    terms = [f"biomarker spline term {i + 1}" for i in range(basis.shape[1])]
    names = ["treatment", *terms, *(f"treatment × {term}" for term in terms)]
    crossed = np.column_stack((people.treated, basis, people.treated[:, None] * basis))
    df = basis.shape[1]
    models = nested_cox_models(
        people.time, people.event, crossed, names=names, kept=1 + df, entry=people.entry
    )
    p_lr = float(gammaincc(df / 2, models.statistic / 2))
    return SplineEffect(knots, people.scale, models.full, models.statistic, df, p_lr)


def effect_by_biomarker(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
    points: int = 120,
) -> EffectCurve:
    """Hazard ratio, treated versus control, along the biomarker with a pointwise band.

    Parameters
    ----------
    time, event, treated : array (participants,)
    biomarker : array (participants,)
        In its own unit; NaN where it is missing, and those participants are left out. On the log scale unless
        a value is 0 or less.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    confidence : float
        Of the band at each point.
    points : int
        How many points, evenly spaced on the scale of the model, where both arms are between their 1st and
        99th percentile of the biomarker.

    Returns
    -------
    EffectCurve
        With 3 knots, or 4 from 200 participants and 100 events on (`spline.knot_count`); biomarker and
        knots in the biomarker's own unit.

    Raises
    ------
    CannotComputeError
        When there are too few events or distinct values, an arm is missing, or a coefficient is not finite.
    ValueError
        When the arrays do not fit together.

    Source: Royston and Sauerbrei, Stat Med 2004;23:2509-2525 (continuous interactions); Harrell (2015) for
    the splines; R's ``coxph(~ treated * rms::rcs(log(biomarker)))``.
    """
    reach = compute_z_quantile(validate_confidence(confidence))
    fitted, grid = fit_on_grid(time, event, treated, biomarker, points=points, entry=entry)
    estimate, se = fitted.log_hazard_ratio(grid)
    return EffectCurve(
        biomarker=_own_unit(grid, fitted.scale),
        hazard_ratio=as_ratio(estimate),
        lower=as_ratio(estimate - reach * se),
        upper=as_ratio(estimate + reach * se),
        knots=tuple(_own_unit(fitted.knots, fitted.scale).tolist()),
        scale=fitted.scale,
        p_lr=fitted.p_lr,
        df=fitted.df,
    )


def fit_on_grid(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    points: int,
    entry: ArrayLike | None = None,
) -> tuple[SplineEffect, Numbers]:
    """The model behind `effect_by_biomarker`, and where it is shown: (points,) on the scale of the model.

    Raises
    ------
    CannotComputeError
        As `effect_by_biomarker`.
    """
    people = select_with_biomarker(time, event, treated, biomarker, entry)
    knots = _knots(people)
    grid = np.linspace(*_select_grid(people), points)
    return fit_spline_effect(people, knots), grid


def _knots(people: WithBiomarker) -> Numbers:
    """Default knots, or why there are too few events or values for any."""
    events = int(people.event.sum())
    distinct = np.unique(people.value).size
    count = min(knot_count(people.value.size, events), max(distinct, 3))
    needed = EVENTS_PER_COEFFICIENT * (2 * count - 1)
    if events < needed:
        raise CannotComputeError(
            f"{events} events are too few for a curve of the effect along the biomarker: it needs {needed}."
        )
    for name, arm in (("control", 0), ("treated", 1)):
        here = int(people.event[people.treated == arm].sum())
        if here < EVENTS_PER_ARM:
            raise CannotComputeError(
                f"{here} {'event' if here == 1 else 'events'} in the {name} arm are too few for a curve of "
                f"the effect along the biomarker: it needs {EVENTS_PER_ARM} in either arm."
            )
    if distinct < count:
        raise CannotComputeError(
            f"The biomarker has {distinct} distinct values: too few for a curve of the effect along it."
        )
    return default_knots(people.value, count)


def _select_grid(people: WithBiomarker) -> tuple[float, float]:
    """Where both arms have participants, on the scale of the model."""
    ends = [quantiles(np.sort(people.value[people.treated == arm]), SHOWN) for arm in (0, 1)]
    low, high = float(max(ends[0][0], ends[1][0])), float(min(ends[0][1], ends[1][1]))
    if low >= high:
        raise CannotComputeError(
            "The arms hardly share any biomarker values: the effect along the biomarker cannot be estimated."
        )
    return low, high


def as_ratio(log_ratio: Numbers) -> Numbers:
    """Hazard ratios of their logarithms, read-only and never infinite."""
    return _freeze(np.exp(np.clip(log_ratio, -MAX_EXPONENT, MAX_EXPONENT)))


def _own_unit(values: Numbers, scale: str) -> Numbers:
    return _freeze(np.exp(values) if scale == "log" else values.copy())


def _freeze(values: Numbers) -> Numbers:
    values.flags.writeable = False
    return values


HALVINGS = 60


def estimate_simultaneous_band(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
    points: int = 120,
) -> SimultaneousBand:
    """Simultaneous band around the curve of `mirodash.survival.effect_curve.effect_by_biomarker`.

    Parameters
    ----------
    time, event, treated, biomarker, entry : array (participants,)
        As there.
    confidence : float
        That the band holds the curve at all points together.
    points : int
        As there; the band is at the same points.

    Raises
    ------
    CannotComputeError
        Where there is no curve.
    ValueError
        When the arrays do not fit together.

    Measured on 1,000 trials of 220 participants with 90 events: it holds the whole true curve in 95 %, the
    band of `effect_by_biomarker` in 80 %.
    """
    level = validate_confidence(confidence)
    fitted, grid = fit_on_grid(time, event, treated, biomarker, points=points, entry=entry)
    estimate, se = fitted.log_hazard_ratio(grid)
    multiplier = simultaneous_multiplier(fitted.effect_basis(grid), fitted.effect_covariance, level)
    reach = multiplier * se
    return SimultaneousBand(as_ratio(estimate - reach), as_ratio(estimate + reach), multiplier)


def simultaneous_multiplier(basis: Numbers, covariance: Numbers, confidence: float = 0.95) -> float:
    """How many standard errors wide a band must be to hold a curve of normal estimates everywhere.

    The curve's standardised values at all points trace a path on the unit sphere. The volume of the tube
    around it says how often the largest of them exceeds a bound c: at most
    ``2 (1 - Φ(c)) + κ exp(-c²/2) / π``, κ being the length of the path, and hardly less at the usual levels.
    It needs no random numbers. Scheffé's bound, for all possible curves, is taken where it is smaller.

    Parameters
    ----------
    basis : array (points, coefficients)
        Along the curve, close enough together to follow its bends.
    covariance : array (coefficients, coefficients)

    Source: Sun and Loader, Ann Stat 1994;22:1328-1345; Naiman, Ann Stat 1986;14:896-906.

    Examples
    --------
    Of one point the multiplier is that of a single interval.

    >>> round(simultaneous_multiplier(np.array([[1.0, 2.0]]), np.eye(2)), 6)
    1.959964
    """
    spread, axes = np.linalg.eigh(covariance)
    path = basis @ (axes * np.sqrt(np.maximum(spread, 0)))
    path /= np.maximum(np.linalg.norm(path, axis=1, keepdims=True), np.finfo(np.float64).tiny)
    # of a chord the angle is known to the last digit, of a cosine near 1 it is not
    chords = np.linalg.norm(np.diff(path, axis=0), axis=1)
    length = float((2 * np.arcsin(np.minimum(chords / 2, 1))).sum())
    scheffe = float(np.sqrt(2 * gammaincinv(basis.shape[1] / 2, confidence)))
    low, high = compute_z_quantile(confidence), scheffe
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        exceeded = 2 * float(ndtr(-middle)) + length / np.pi * float(np.exp(-(middle**2) / 2))
        low, high = (middle, high) if exceeded > 1 - confidence else (low, middle)
    return high
