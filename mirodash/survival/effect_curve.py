"""The treatment effect as a smooth function of the biomarker, before anybody cuts it into groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincc

from mirodash.errors import CannotComputeError
from mirodash.survival.continuous import WithBiomarker, with_biomarker
from mirodash.survival.cox_model import CoxModel, nested_cox_models
from mirodash.survival.observations import checked_confidence
from mirodash.survival.results import Counts, EffectCurve, Numbers
from mirodash.survival.spline import default_knots, knot_count, quantiles, restricted_cubic_spline
from mirodash.survival.wald import errors_reached

EVENTS_PER_COEFFICIENT = 5
"""Fewer mislead (Vittinghoff and McCulloch, American Journal of Epidemiology 2007;165:710-718)."""
EVENTS_PER_ARM = 5
SHOWN = (0.01, 0.99)
"""The curve is drawn between these percentiles of either arm: beyond them it would rest on hardly anybody."""
LARGEST = 700.0  # exp() of more is infinite


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
    models = nested_cox_models(people.time, people.event, crossed, names=names, kept=1 + df)
    p_lr = float(gammaincc(df / 2, models.statistic / 2))
    return SplineEffect(knots, people.scale, models.full, models.statistic, df, p_lr)


def effect_by_biomarker(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
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
    reach = errors_reached(checked_confidence(confidence))
    fitted, grid = fit_on_grid(time, event, treated, biomarker, points=points)
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
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, biomarker: ArrayLike, *, points: int
) -> tuple[SplineEffect, Numbers]:
    """The model behind `effect_by_biomarker`, and where it is shown: (points,) on the scale of the model.

    Raises
    ------
    CannotComputeError
        As `effect_by_biomarker`.
    """
    people = with_biomarker(time, event, treated, biomarker)
    knots = _knots(people)
    grid = np.linspace(*_shown(people), points)
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


def _shown(people: WithBiomarker) -> tuple[float, float]:
    """Where both arms have participants, on the scale of the model."""
    ends = [quantiles(np.sort(people.value[people.treated == arm]), SHOWN) for arm in (0, 1)]
    low, high = float(max(ends[0][0], ends[1][0])), float(min(ends[0][1], ends[1][1]))
    if low >= high:
        raise CannotComputeError(
            "The arms hardly share any biomarker values: the effect along the biomarker cannot be told."
        )
    return low, high


def as_ratio(log_ratio: Numbers) -> Numbers:
    """Hazard ratios of their logarithms, read-only and never infinite."""
    return _frozen(np.exp(np.clip(log_ratio, -LARGEST, LARGEST)))


def _own_unit(values: Numbers, scale: str) -> Numbers:
    return _frozen(np.exp(values) if scale == "log" else values.copy())


def _frozen(values: Numbers) -> Numbers:
    values.flags.writeable = False
    return values
