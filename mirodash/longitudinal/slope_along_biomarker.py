"""Difference in slope along a baseline biomarker, and the permutation test of a search over thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirodash.longitudinal.mixed_model import Contrast, MixedModel, fit_mixed_model, weigh_participants
from mirodash.longitudinal.person_sums import PersonSums
from mirodash.survival.data import convert_to_numbers, validate_indicator
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.max_statistic import (
    LEAST_PARTICIPANTS,
    SEARCHED,
    SearchTest,
    list_candidates,
    prepare_search,
)
from mirodash.survival.results import NotEstimable, Numbers, compute_z_quantile
from mirodash.survival.spline import KNOTS, default_knots, quantiles, restricted_cubic_spline

LEAST_FOR_CURVE = 40
"""Participants with the biomarker and measurements in the smaller arm, below which there is no curve."""
SHOWN = (0.02, 0.98)
"""Shares of each arm's participants between which the curve is shown."""


@dataclass(frozen=True, eq=False, slots=True)
class SlopeCurve:
    """Difference in slope, treated minus control, as a smooth function of the biomarker: (points,) arrays.

    ``scale`` is ``"log"``, or ``"linear"`` when the biomarker has values of 0 or less. ``linear`` is the
    change of the difference in slope per unit of the natural logarithm (or of the biomarker), in a model
    with a straight line.
    """

    biomarker: Numbers
    estimate: Numbers
    lower: Numbers
    upper: Numbers
    scale: str
    participants: int
    linear: Contrast


@dataclass(frozen=True, eq=False, slots=True)
class _Values:
    """The biomarker of those who have it, on the scale of the model and between -1 and 1."""

    scale: str
    middle: float
    reach: float
    values: Numbers

    def __call__(self, biomarker: Numbers) -> Numbers:
        on_scale = np.log(biomarker) if self.scale == "log" else biomarker
        return (on_scale - self.middle) / self.reach


def _scale_values(marker: Numbers) -> _Values:
    scale = "log" if marker.min() > 0 else "linear"
    on_scale = np.log(marker) if scale == "log" else marker
    low, high = float(on_scale.min()), float(on_scale.max())
    middle, reach = low / 2 + high / 2, max(high / 2 - low / 2, np.finfo(np.float64).tiny)
    return _Values(scale, middle, reach, (on_scale - middle) / reach)


def _select_measured(
    sums: PersonSums, treated: ArrayLike, biomarker: ArrayLike
) -> tuple[PersonSums, Numbers, Numbers]:
    """Sums, arm and biomarker of those with a measurement and a biomarker value."""
    marker = convert_to_numbers(biomarker, "biomarker")
    arm = validate_indicator(treated, "treated", sums.participants).astype(np.float64)
    if marker.shape != arm.shape:
        raise ValueError(
            f"There are {sums.participants} participants but biomarker has shape {marker.shape}."
        )
    if np.isinf(marker).any():
        raise ValueError(f"{int(np.isinf(marker).sum())} of {marker.size} biomarker values are infinite.")
    used = ~np.isnan(marker) & (sums.n > 0)
    return sums.of(used), arm[used], marker[used]


def estimate_slope_curve(
    sums: PersonSums, treated: ArrayLike, biomarker: ArrayLike, *, points: int = 101, confidence: float = 0.95
) -> SlopeCurve | NotEstimable:
    """Fit treatment × time × a restricted cubic spline of the biomarker, with three knots.

    Parameters
    ----------
    sums : PersonSums
    treated : array (participants,)
    biomarker : array (participants,)
        In its own unit; NaN where missing.
    points : int
    confidence : float

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Source: the model of `mirodash.longitudinal.mixed_model`; the spline as in Harrell (2015), equation 2.25.
    """
    mine, arm, marker = _select_measured(sums, treated, biomarker)
    fewest = int(min((arm == 1).sum(), (arm == 0).sum()))
    if fewest < LEAST_FOR_CURVE:
        return NotEstimable(
            f"{fewest} measured participants in the smaller arm are too few for a curve: "
            f"it needs {LEAST_FOR_CURVE}."
        )
    scaled = _scale_values(marker)
    if np.unique(marker).size < KNOTS:
        return NotEstimable("The biomarker has too few distinct values for a curve.")
    knots = default_knots(scaled.values, KNOTS)
    fitted = _fit_with_treatment(mine, arm, restricted_cubic_spline(scaled.values, knots), confidence)
    straight = _fit_with_treatment(mine, arm, scaled.values[:, None], confidence)
    if isinstance(fitted, NotEstimable):
        return fitted
    if isinstance(straight, NotEstimable):
        return straight
    ends = [quantiles(np.sort(scaled.values[arm == of]), SHOWN) for of in (0, 1)]
    low, high = max(ends[0][0], ends[1][0]), min(ends[0][1], ends[1][1])
    if low >= high:
        return NotEstimable("The arms hardly share any biomarker values.")
    grid = np.linspace(low, high, points)
    basis = np.column_stack((np.ones(points), restricted_cubic_spline(grid, knots)))
    effect = fitted.fixed[-basis.shape[1] :]
    covariance = fitted.covariance[-basis.shape[1] :, -basis.shape[1] :]
    estimate = basis @ effect
    reach = compute_z_quantile(confidence) * np.sqrt(np.einsum("ij,jk,ik->i", basis, covariance, basis))
    shown = grid * scaled.reach + scaled.middle
    return SlopeCurve(
        biomarker=read_only(np.exp(shown) if scaled.scale == "log" else shown),
        estimate=read_only(estimate),
        lower=read_only(estimate - reach),
        upper=read_only(estimate + reach),
        scale=scaled.scale,
        participants=fitted.participants,
        linear=_describe_linear(straight, scaled),
    )


def estimate_slope_interaction(
    sums: PersonSums, treated: ArrayLike, biomarker: ArrayLike, *, confidence: float = 0.95
) -> Contrast | NotEstimable:
    """Treatment × time × biomarker as a straight line: how the difference in slope changes per unit.

    Parameters are those of `estimate_slope_curve`, whose ``linear`` this is; it needs no curve.
    """
    mine, arm, marker = _select_measured(sums, treated, biomarker)
    if min(int((arm == 1).sum()), int((arm == 0).sum())) < 2 or np.unique(marker).size < 2:
        return NotEstimable("Too few measured participants with the biomarker in one of the arms.")
    scaled = _scale_values(marker)
    straight = _fit_with_treatment(mine, arm, scaled.values[:, None], confidence)
    return straight if isinstance(straight, NotEstimable) else _describe_linear(straight, scaled)


def _describe_linear(straight: MixedModel, scaled: _Values) -> Contrast:
    """The last coefficient of the model with a straight line, per unit of the scale."""
    per_unit = np.zeros(straight.fixed.size)
    per_unit[-1] = 1 / scaled.reach
    return straight.contrast(per_unit)


def _fit_with_treatment(
    sums: PersonSums, arm: Numbers, basis: Numbers, confidence: float
) -> MixedModel | NotEstimable:
    """Coefficients of the slope end with treatment and treatment × each column of ``basis``."""
    prognosis = np.column_stack((np.ones(arm.size), basis))
    columns = np.column_stack((prognosis, arm[:, None] * prognosis))
    return fit_mixed_model(sums, columns, columns, confidence=confidence)


def search_slopes(
    sums: PersonSums,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    thresholds: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    least_participants: int = LEAST_PARTICIPANTS,
    search: tuple[float, float] = SEARCHED,
) -> SearchTest | NotEstimable:
    """Prepare the test of the largest treatment × (biomarker > threshold) × time interaction.

    In the null model treatment changes the slope alike for everybody, and the biomarker may be prognostic:
    intercept and slope follow a restricted cubic spline of it. Of what the model leaves of each
    participant's slope, freed of the intercept's, the score above c is summed and arms are permuted within
    strata, as in `mirodash.survival.max_statistic.search_test`. Scores are positive where the difference in
    slope is larger above.

    Parameters
    ----------
    sums : PersonSums
    treated, biomarker, strata : array (participants,)
        Those without a measurement or the biomarker are left out.
    thresholds : array (thresholds,), optional
    least_participants : int
        That must be left on each side.
    search : (float, float)

    Raises
    ------
    ValueError
        When the arrays do not fit together.

    Source: Rosenbaum, Stat Sci 17 (2002) 286, for permuting arms over residuals.
    """
    mine, arm, marker = _select_measured(sums, treated, biomarker)
    if not marker.size or min((arm == 1).sum(), (arm == 0).sum()) == 0:
        return NotEstimable("One of the arms has no measured participant with the biomarker.")
    within = np.zeros(sums.participants) if strata is None else np.unique(strata, return_inverse=True)[1]
    used = ~np.isnan(convert_to_numbers(biomarker, "biomarker")) & (sums.n > 0)
    stratum = within[used]
    order = np.lexsort((mine.ty, mine.y, mine.n, arm, stratum, marker))
    mine, arm, marker, stratum = mine.of(order), arm[order], marker[order], stratum[order]
    scaled = _scale_values(marker).values
    enough = np.unique(marker).size >= KNOTS
    basis = restricted_cubic_spline(scaled, default_knots(scaled, KNOTS)) if enough else scaled[:, None]
    columns = np.column_stack((np.ones(arm.size), basis, arm))
    found = weigh_participants(mine, columns, columns)
    if isinstance(found, NotEstimable):
        return found
    (intercepts, slopes), (k11, k12, k22) = found[0].left, found[0].known
    share = k12.sum() / k11.sum()
    lines = list_candidates(
        marker, np.zeros(marker.size), thresholds, least=(least_participants, 0), search=search
    )
    return prepare_search(
        marker,
        arm,
        stratum,
        residual=_in_units_of_spread(slopes - share * intercepts),
        expected=np.maximum(k22 - 2 * share * k12 + share**2 * k11, 0.0),
        lines=lines,
    )


def _in_units_of_spread(values: Numbers) -> Numbers:
    """Over their root mean square, so that no unit of measurement is mistaken for a lack of variance."""
    size = float(np.sqrt(np.mean(values**2)))
    return values / size if size > 0 else values
