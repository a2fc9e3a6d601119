"""Cox proportional hazards model with several covariates, and its martingale residuals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.lapack import dpotrf

from mirodash.errors import CannotComputeError
from mirodash.survival.cox_likelihood import (
    Derivatives,
    EventTimeIndex,
    GroupedRiskSums,
    IndividualSums,
    Likelihood,
    RiskSums,
    index_events,
    maximise,
    solve,
)
from mirodash.survival.data import rank_times, validate_indicator, validate_times
from mirodash.survival.results import Counts, Numbers

MAX_CELLS = 16
MAX_NAMES = 4  # in one sentence
COLLINEARITY_TOLERANCE = 1e-10  # share of a covariate's information that the others leave


@dataclass(frozen=True, eq=False, slots=True)
class CoxModel:
    """A fitted Cox model, in the units of the covariates.

    Parameters
    ----------
    coef : array (covariates,)
        Log hazard ratios per unit.
    covariance : array (covariates, covariates)
        Inverse of the observed information.
    loglik_null, loglik : float
        Log partial likelihood with all coefficients 0, and at ``coef``.
    score_null, information_null : array (covariates,), (covariates, covariates)
        First and minus second derivative with all coefficients 0.
    steps : int
        Newton steps taken.
    participants, events : int
    """

    coef: Numbers
    covariance: Numbers
    loglik_null: float
    loglik: float
    score_null: Numbers
    information_null: Numbers
    steps: int
    participants: int
    events: int

    @property
    def se(self) -> Numbers:
        """Standard errors of the log hazard ratios, (covariates,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def score_statistic(self) -> float:
        """Score test of no effect of anything: chi-square on as many degrees of freedom as covariates."""
        return float(self.score_null @ np.linalg.solve(self.information_null, self.score_null))


@dataclass(frozen=True, eq=False, slots=True)
class NestedModels:
    """A Cox model, and the log partial likelihood of the one without its last covariates.

    ``statistic`` tests these: the likelihood-ratio chi-square, on as many degrees of freedom as there are.
    """

    full: CoxModel
    loglik_without: float

    @property
    def statistic(self) -> float:
        """Likelihood-ratio statistic of the covariates left out."""
        return max(0.0, 2 * (self.full.loglik - self.loglik_without))


def fit_cox_model(
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> CoxModel:
    """Fit a Cox model with Efron's ties, as R's ``coxph``.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin; times that differ only by rounding are taken as one, as R does.
    event : array (participants,)
        1 or True where the event came.
    covariates : array (participants, covariates)
        In any units: they are centred and scaled inside.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    strata : array (participants,), optional
        Strata with a baseline hazard of their own; any values that can be sorted.
    names : sequence of str, optional
        What messages call the covariates; "covariate 1" and so on by default.

    Returns
    -------
    CoxModel

    Raises
    ------
    CannotComputeError
        When there are no events, a covariate is constant or a combination of the others, or the likelihood
        has no maximum (a coefficient would be infinite).
    ValueError
        When the arrays do not fit together.
    """
    slots, n = index_event_times(time, event, strata, entry)
    z = _validate_covariates(covariates, n)
    called = tuple(names) if names is not None else tuple(f"covariate {i + 1}" for i in range(z.shape[1]))
    if len(called) != z.shape[1]:
        raise ValueError(f"There are {z.shape[1]} covariates but {len(called)} names.")
    sums, of_units = _units(slots, z)
    return fit_sums(sums, of_units, slots.tied, called)


def find_aliased_covariates(
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> tuple[int, ...]:
    """Places of covariates of which, among those at risk together, the earlier ones leave nothing.

    A covariate that is the same for everybody is not among them: `fit_cox_model` says so by itself. R's
    ``coxph`` gives the others a coefficient of NA.

    Parameters
    ----------
    time, event, covariates, entry, strata
        As of `fit_cox_model`.

    Raises
    ------
    CannotComputeError, ValueError
        As `fit_cox_model`.
    """
    slots, n = index_event_times(time, event, strata, entry)
    z = _validate_covariates(covariates, n)
    sums, of_units = _units(slots, z)
    middle = of_units.min(axis=1) / 2 + of_units.max(axis=1) / 2
    share = sums.participants / sums.participants.sum()
    centred = of_units - (middle + (of_units - middle[:, None]) @ share)[:, None]
    scale = np.sqrt(centred**2 @ share)
    varying = np.flatnonzero(scale > 0)
    if not varying.size:
        return ()
    standard = centred[varying] / scale[varying][:, None]
    information = Likelihood(sums, standard, slots.tied).at(np.zeros(varying.size))[2]
    aliased = _list_aliased(information)
    return tuple(int(varying[place]) for place in aliased)


def _list_aliased(information: Numbers) -> list[int]:
    """Which variables of an information matrix follow from the earlier ones that do not."""
    own = np.diag(information)
    kept: list[int] = []
    aliased: list[int] = []
    for place in range(own.size):
        if own[place] <= COLLINEARITY_TOLERANCE * max(1.0, float(own.max())):
            aliased.append(place)
            continue
        left = own[place]
        if kept:
            crossed = information[kept, place]
            left -= float(crossed @ solve(information[np.ix_(kept, kept)], crossed))
        (kept if left > COLLINEARITY_TOLERANCE * own[place] else aliased).append(place)
    return aliased


def nested_cox_models(
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    names: Sequence[str],
    kept: int,
    entry: ArrayLike | None = None,
) -> NestedModels:
    """Fit a Cox model, and the likelihood of the one with its first ``kept`` covariates only.

    Parameters
    ----------
    time, event, covariates, names, entry
        As of `fit_cox_model`.
    kept : int
        How many covariates stay in the smaller model.

    Raises
    ------
    CannotComputeError, ValueError
        As `fit_cox_model`.
    """
    slots, n = index_event_times(time, event, entry=entry)
    sums, of_units = _units(slots, _validate_covariates(covariates, n))
    return fit_nested_sums(sums, of_units, slots.tied, names, kept=kept)


def _units(slots: EventTimeIndex, z: Numbers) -> tuple[RiskSums, Numbers]:
    """Cells of participants who share their covariates where these are few; and each unit's covariates."""
    cells = _find_covariate_patterns(z)
    if cells is None:
        return IndividualSums(slots), np.ascontiguousarray(z.T)
    cell, first = cells
    return GroupedRiskSums(slots, cell, first.size), np.ascontiguousarray(z[first].T)


def index_event_times(
    time: ArrayLike, event: ArrayLike, strata: ArrayLike | None = None, entry: ArrayLike | None = None
) -> tuple[EventTimeIndex, int]:
    """Check follow-up and number the event times; also how many participants there are.

    Raises
    ------
    CannotComputeError
        When there is no event at all.
    ValueError
        When the arrays do not fit together.
    """
    times = validate_times(time)
    happened = validate_indicator(event, "event", times.size).astype(np.bool_)
    if not happened.any():
        raise CannotComputeError(f"No events (0 of {times.size}): a Cox model cannot be fitted.")
    stratum: Counts | None = None
    if strata is not None:
        given = np.asarray(strata)
        if given.shape != (times.size,):
            raise ValueError(f"There are {times.size} times but strata has shape {given.shape}.")
        stratum = np.unique(given, return_inverse=True)[1].astype(np.int64)
    _, code, first = rank_times(times, entry)
    return index_events(code, happened, stratum, first), times.size


def fit_sums(sums: RiskSums, covariates: Numbers, tied: Counts, names: Sequence[str]) -> CoxModel:
    """Fit to prepared sums over risk sets, so that models of the same participants can share the counting.

    Parameters
    ----------
    sums : RiskSums
        Over participants or cells.
    covariates : array (covariates, units)
        In their own units.
    tied : array (slots,)
        Events at every event time.
    names : sequence of str
        What messages call the covariates.

    Raises
    ------
    CannotComputeError
        As `fit_cox_model`.
    """
    standardised = _Standardised.of(sums, covariates, tied, names)
    return standardised.in_own_units(standardised.maximum())


def fit_nested_sums(
    sums: RiskSums, covariates: Numbers, tied: Counts, names: Sequence[str], *, kept: int
) -> NestedModels:
    """Fit to prepared sums, as `fit_sums`, and find the likelihood without the covariates after ``kept``.

    The smaller model begins where the parabola about the larger one's maximum has its own.

    Raises
    ------
    CannotComputeError
        As `fit_cox_model`.
    """
    larger = _Standardised.of(sums, covariates, tied, names)
    found = larger.maximum()
    beta, information = found[0], found[1][2]
    shift = solve(information[:kept, :kept], information[:kept, kept:] @ beta[kept:])
    z = larger.covariates[:kept]
    likelihood, begin = Likelihood(sums, z, tied), beta[:kept] + shift
    _, at_most, _ = maximise(likelihood, likelihood.at(begin), z, begin=begin, height_only=True)
    if at_most is None:
        smaller = _Standardised.of(sums, covariates[:kept], tied, names[:kept])
        at_most = smaller.maximum()[1]
    return NestedModels(larger.in_own_units(found), at_most[0])


@dataclass(frozen=True, eq=False, slots=True)
class _Standardised:
    """A model in covariates (covariates, units) of mean 0 and variance 1; ``start`` is without effects."""

    sums: RiskSums
    covariates: Numbers
    scale: Numbers
    names: Sequence[str]
    likelihood: Likelihood
    start: Derivatives

    @classmethod
    def of(cls, sums: RiskSums, covariates: Numbers, tied: Counts, names: Sequence[str]) -> _Standardised:
        """Standardise; refuse covariates that differ between no participants or follow from the others."""
        centre, scale = _centre_and_scale(sums, covariates, names)
        z = (covariates - centre[:, None]) / scale[:, None]
        likelihood = Likelihood(sums, z, tied)
        start = likelihood.at(np.zeros(scale.size))
        _refuse_aliased(start[2], names)
        return cls(sums, z, scale, names, likelihood, start)

    def maximum(self) -> tuple[Numbers, Derivatives, int]:
        """Coefficients of the standardised covariates, the derivatives there and the steps taken.

        Raises
        ------
        CannotComputeError
            When the likelihood has no maximum.
        """
        beta, found, steps = maximise(self.likelihood, self.start, self.covariates)
        if found is None:
            largest = self.names[int(np.argmax(np.abs(beta)))]
            raise CannotComputeError(
                f"The hazard ratio of the {largest} has no finite estimate: the more extreme, the better it "
                "fits."
            )
        return beta, found, steps

    def in_own_units(self, maximum: tuple[Numbers, Derivatives, int]) -> CoxModel:
        """The fitted model per unit of every covariate."""
        beta, found, steps = maximum
        size = np.outer(self.scale, self.scale)
        return CoxModel(
            coef=_freeze(beta / self.scale),
            covariance=_freeze(np.linalg.inv(found[2]) / size),
            loglik_null=self.start[0],
            loglik=found[0],
            score_null=_freeze(self.start[1] * self.scale),
            information_null=_freeze(self.start[2] * size),
            steps=steps,
            participants=int(self.sums.participants.sum()),
            events=int(self.sums.events.sum()),
        )


def _centre_and_scale(sums: RiskSums, z: Numbers, names: Sequence[str]) -> tuple[Numbers, Numbers]:
    low, high = z.min(axis=1), z.max(axis=1)
    for name, lowest, highest in zip(names, low, high, strict=True):
        if lowest == highest:
            raise CannotComputeError(
                f"The {name} is the same for every participant ({lowest:g}): its effect cannot be estimated."
            )
    # about the midpoint: the mean of a large biomarker with a tiny spread would lose the spread
    middle = low / 2 + high / 2
    share = sums.participants / sums.participants.sum()
    centre = middle + (z - middle[:, None]) @ share
    return centre, np.sqrt((z - centre[:, None]) ** 2 @ share)


def _refuse_aliased(information: Numbers, names: Sequence[str]) -> None:
    """Refuse a covariate of whose information, with no effects, the earlier ones leave nothing."""
    own = np.diag(information)
    for i, name in enumerate(names):
        if own[i] <= COLLINEARITY_TOLERANCE * max(1.0, float(own.max())):
            raise CannotComputeError(
                f"The {name} does not differ between those at risk together: its effect cannot be estimated."
            )
    correlation = information / np.sqrt(np.outer(own, own))
    # the squared diagonal of Cholesky's factor is what of each covariate the earlier ones leave
    factor, failed = dpotrf(correlation)
    left = np.diag(factor) ** 2
    for i in range(1, len(names)):
        if i + 1 == failed or left[i] <= COLLINEARITY_TOLERANCE:
            raise CannotComputeError(
                f"The {names[i]} is fixed by {_join_names(names[:i])}: their effects cannot be separated."
            )


def _join_names(names: Sequence[str]) -> str:
    if len(names) > MAX_NAMES:
        return f"the {len(names)} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _validate_covariates(covariates: ArrayLike, n: int) -> Numbers:
    z = np.asarray(covariates, dtype=np.float64)
    if z.ndim != 2 or z.shape[0] != n or z.shape[1] == 0:
        raise ValueError(f"The covariates must have shape ({n}, covariates), not {z.shape}.")
    if not np.isfinite(z).all():
        raise ValueError("A covariate is missing or infinite in some participants; exclude them first.")
    return z


def _find_covariate_patterns(z: Numbers) -> tuple[Counts, Counts] | None:
    """Each participant's cell and each cell's first participant, when few rows differ; None otherwise."""
    if len(set(map(tuple, z[: 4 * MAX_CELLS].tolist()))) > MAX_CELLS:
        return None
    cell: NDArray[np.int64] = np.zeros(len(z), dtype=np.int64)
    first: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
    for column in z.T:
        values, code = np.unique(column, return_inverse=True)
        _, first, cell = np.unique(cell * values.size + code, return_index=True, return_inverse=True)
        if first.size > MAX_CELLS:
            return None
    return cell, first


def _freeze(values: Numbers) -> Numbers:
    values.flags.writeable = False
    return values


@dataclass(frozen=True, eq=False, slots=True)
class MartingaleResiduals:
    """Arrays (participants,): ``expected`` events, and ``residual``, observed minus expected."""

    residual: Numbers
    expected: Numbers


def compute_martingale_residuals(slots: EventTimeIndex, covariates: Numbers) -> MartingaleResiduals:
    """Fit a Cox model and compare everybody with it, as R's ``residuals(coxph(...), type = "martingale")``.

    Ties are Efron's in the fit and in the expected events.

    Parameters
    ----------
    slots : EventSlots
        Everybody's place among the event times; see `mirodash.survival.cox.index_event_times`.
    covariates : array (participants, covariates)
        Without columns the expected events are those of the Nelson–Aalen (Fleming–Harrington) estimate.

    Raises
    ------
    CannotComputeError
        When the model cannot be fitted; see `mirodash.survival.cox.fit_cox_model`.

    Source: Therneau, Grambsch and Fleming, Biometrika 77 (1990) 147.
    """
    sums = IndividualSums(slots)
    columns = np.ascontiguousarray(covariates.T)
    predictor = np.zeros(slots.last.size)
    if len(columns):
        names = [f"covariate {k + 1}" for k in range(len(columns))]
        # about the middle, for a large biomarker with a small spread would overflow
        middle = columns.min(axis=1) / 2 + columns.max(axis=1) / 2
        predictor = fit_sums(sums, columns, slots.tied, names).coef @ (columns - middle[:, None])
    weight = np.exp(predictor - predictor.max(initial=-np.inf))
    at_risk, failing = sums.at_risk(weight[None])[0], sums.failing(weight[None])[0]
    slot = np.repeat(np.arange(slots.tied.size), slots.tied)
    begin = np.cumsum(slots.tied) - slots.tied
    fraction = (np.arange(slot.size) - begin[slot]) / slots.tied[slot]
    one = 1 / (at_risk[slot] - fraction * failing[slot])
    hazard, spared = np.add.reduceat(np.stack((one, fraction * one)), begin, axis=1)
    expected = weight * (sums.while_at_risk(hazard) - sums.when_failing(spared))
    return MartingaleResiduals(slots.event - expected, expected)
