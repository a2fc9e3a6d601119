"""Tests of interaction between treatment and groups or factors, with adjustment for multiplicity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincc

from mirodash.errors import CannotComputeError
from mirodash.survival.cox import NestedModels, fit_nested_sums, index_event_times
from mirodash.survival.cox_likelihood import GroupedRiskSums
from mirodash.survival.data import select_entries, validate_confidence, validate_indicator
from mirodash.survival.interaction_cox import CELLS, fit_crossed_models
from mirodash.survival.meta_analysis import FactorInteraction, LikelihoodRatioTest
from mirodash.survival.results import (
    Counts,
    InteractionTest,
    NotEstimable,
    Numbers,
    RatioOfHazardRatios,
    compute_z_quantile,
)

MAX_TERMS = 400_000
"""Cells times events that are held at once: of more events each threshold is fitted for itself."""


def compute_threshold_interaction(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    group: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
    groups: int | None = None,
) -> RatioOfHazardRatios | InteractionTest | NotEstimable:
    """Test treatment × group in a Cox model with both main effects, as R's ``coxph(~ treated * group)``.

    Parameters
    ----------
    time, event, treated : array (participants,)
    group : array (participants,) of int
        Biomarker group, ascending from 0; -1 for those in no group, who are left out.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).
    confidence : float
        Of the interval of the ratio.
    groups : int, optional
        How many groups the thresholds make; by default one more than the highest code. Tell it when the
        uppermost group may be empty.

    Returns
    -------
    RatioOfHazardRatios
        With two groups: the upper group's hazard ratio over the lower's, its Wald interval and p, and the
        likelihood-ratio p.
    InteractionTest
        With more groups: likelihood-ratio test. Groups without events in one of the arms, whose hazard ratio
        is not finite, are left out of it where two others remain.
    NotEstimable
        When fewer than two groups have events in both arms, or of two groups one has not, or there are fewer
        than two groups.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    code = np.asarray(group)
    return compute_threshold_interactions(
        time, event, treated, code[None], entry=entry, confidence=confidence, groups=groups
    )[0]


def compute_threshold_interactions(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    divisions: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
    groups: int | None = None,
) -> tuple[RatioOfHazardRatios | InteractionTest | NotEstimable, ...]:
    """The same for many ways of making groups, of which those of two groups are fitted all together.

    Parameters
    ----------
    time, event, treated, entry, confidence, groups
        As of `compute_threshold_interaction`.
    divisions : array (thresholds, participants) of int
        One row as ``group`` there for each.

    Raises
    ------
    ValueError
        As there.
    """
    level = validate_confidence(confidence)
    codes, size = np.asarray(divisions), np.asarray(time).size
    if codes.ndim != 2 or codes.shape[1:] != (size,) or (codes.size and codes.dtype.kind not in "iu"):
        found = f"{codes.dtype} of {codes.shape[1:]}"
        raise ValueError(f"group must be whole numbers of shape ({size},), not {found}.")
    arm = validate_indicator(treated, "treated", size)
    happened = validate_indicator(event, "event", size)
    divided = [_divide(arm, happened, code, groups) for code in codes]
    fitted = _fit_together(time, happened, entry, divided)
    made: list[RatioOfHazardRatios | InteractionTest | NotEstimable] = []
    for division, fits in zip(divided, fitted, strict=True):
        if isinstance(division, NotEstimable):
            made.append(division)
            continue
        try:
            found = fits or _fit_alone(time, happened, entry, division)
        except CannotComputeError as error:
            made.append(NotEstimable(f"{' '.join(error.problems)} The interaction cannot be estimated."))
            continue
        made.append(_describe_fit(found, division, level))
    return tuple(made)


@dataclass(frozen=True, eq=False, slots=True)
class _Division:
    """Who is compared, ``inside`` (participants,), and in which cell each is: arm × groups + group."""

    inside: NDArray[np.bool_]
    cell: NDArray[np.int64]
    groups: int
    left_out: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """The likelihood-ratio statistic and, of two groups, the log ratio of hazard ratios with its error."""

    statistic: float
    coef: float
    se: float


def _divide(
    arm: NDArray[np.int64], happened: NDArray[np.int64], code: NDArray[np.int64], groups: int | None
) -> _Division | NotEstimable:
    """Sort the participants into arms of groups, or say why their effects cannot be compared."""
    highest = int(code.max(initial=-1))
    count = groups if groups is not None else highest + 1
    if highest >= count:
        raise ValueError(f"group has codes up to {highest}, but there are {count} groups.")
    inside = code >= 0
    if count < 2:
        return NotEstimable("Everybody is in one group: there are no two effects to compare.")
    usable = _with_events_in_both_arms(arm, happened, code)
    left_out: tuple[int, ...] = ()
    if 2 <= usable.size < count:
        left_out = tuple(sorted(set(range(count)) - set(usable.tolist())))
        inside = np.isin(code, usable)
        code, count = np.searchsorted(usable, code), usable.size
    cell = (arm * count + code)[inside].astype(np.int64)
    why = _empty_cell(cell, happened[inside], count)
    return NotEstimable(why) if why else _Division(inside, cell, count, left_out)


def _fit_together(
    time: ArrayLike,
    happened: NDArray[np.int64],
    entry: ArrayLike | None,
    divided: Sequence[_Division | NotEstimable],
) -> list[_Fit | None]:
    """Fits of two groups, those of the same participants at once; None where another way must tell."""
    together: dict[bytes, list[int]] = {}
    for place, division in enumerate(divided):
        if isinstance(division, _Division) and division.groups == 2:
            together.setdefault(division.inside.tobytes(), []).append(place)
    answers: list[_Fit | None] = [None] * len(divided)
    for places in together.values():
        same = [division for place in places if isinstance(division := divided[place], _Division)]
        inside = same[0].inside
        late = select_entries(entry, inside)
        slots, _ = index_event_times(np.asarray(time)[inside], happened[inside], entry=late)
        at_once = MAX_TERMS // (CELLS * int(slots.tied.sum()))
        for first in range(0, len(same), at_once) if at_once else ():
            fits = fit_crossed_models(slots, np.stack([one.cell for one in same[first : first + at_once]]))
            rows = zip(fits.statistic.tolist(), fits.coef.tolist(), fits.se.tolist(), strict=True)
            for place, row in zip(places[first:], rows, strict=False):
                answers[place] = None if np.isnan(row[0]) else _Fit(*row)
    return answers


def _fit_alone(
    time: ArrayLike, happened: NDArray[np.int64], entry: ArrayLike | None, division: _Division
) -> _Fit:
    inside = division.inside
    late = select_entries(entry, inside)
    models = _fits(np.asarray(time)[inside], happened[inside], division.cell, division.groups, late)
    return _Fit(models.statistic, float(models.full.coef[-1]), float(models.full.se[-1]))


def _describe_fit(fit: _Fit, division: _Division, level: float) -> RatioOfHazardRatios | InteractionTest:
    ratio = _ratio(fit, level) if division.groups == 2 else None
    if ratio is not None and not division.left_out:
        return ratio
    return InteractionTest(
        statistic=fit.statistic,
        df=division.groups - 1,
        p_lr=_tail(fit.statistic, division.groups - 1),
        left_out=division.left_out,
        ratio=ratio,
    )


def _fits(time: ArrayLike, event: Counts, cell: Counts, count: int, entry: Numbers | None) -> NestedModels:
    """Both models from one count of the risk sets."""
    slots, _ = index_event_times(time, event, entry=entry)
    arm = np.repeat([0.0, 1.0], count)
    indicators: Numbers = np.tile(np.eye(count)[1:], 2)  # (groups - 1, cells): in group 1, 2, …
    main = np.concatenate((arm[None], indicators))
    places = [_place(i, count) for i in range(1, count)]
    names = ["treatment", *(f"group {place}" for place in places)]
    sums = GroupedRiskSums(slots, cell, 2 * count)
    crossed = np.concatenate((main, arm * indicators))
    names += [f"treatment {place}" for place in places]
    return fit_nested_sums(sums, crossed, slots.tied, names, kept=count)


def _ratio(fit: _Fit, level: float) -> RatioOfHazardRatios:
    coef, se = fit.coef, fit.se
    reach = compute_z_quantile(level) * se
    return RatioOfHazardRatios(
        ratio=float(np.exp(coef)),
        ci=(float(np.exp(coef - reach)), float(np.exp(coef + reach))),
        p_lr=_tail(fit.statistic, 1),
        p_wald=_tail((coef / se) ** 2, 1),
    )


def _empty_cell(cell: Counts, event: NDArray[np.int64], count: int) -> str | None:
    """The first arm of a group without participants or events, as a sentence."""
    people = np.bincount(cell, minlength=2 * count)
    events = np.bincount(cell, weights=event, minlength=2 * count)
    for place in np.flatnonzero(events == 0):
        arm, which = ("control", "treated")[place // count], int(place % count)
        where = _place(which, count)
        if people[place] == 0:
            return f"No participants are in the {arm} arm {where}: the interaction cannot be estimated."
        return (
            f"0 events in the {arm} arm {where} (0 of {people[place]}): the interaction cannot be estimated."
        )
    return None


def _place(which: int, count: int) -> str:
    if count == 2:
        return ("up to the threshold", "above the threshold")[which]
    return f"in group {which + 1} of {count}"


def _tail(statistic: float, df: int) -> float:
    """Upper tail of chi-square."""
    return float(gammaincc(df / 2, statistic / 2))


ARMS = 2


def compute_factor_interaction(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    level: ArrayLike,
    *,
    entry: ArrayLike | None = None,
) -> FactorInteraction:
    """Test treatment × factor in a Cox model with both main effects, as R's ``coxph(~ treated * level)``.

    Parameters
    ----------
    time, event, treated : array (participants,)
    level : array (participants,) of int
        Codes of the levels from 0; -1 where it is missing, which leaves the participant out.
    entry : array (participants,), optional
        When each came under observation, where some did after the origin (left truncation).

    Returns
    -------
    FactorInteraction
        Levels without events in one of the arms have no finite effect; they are left out and counted.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    code = np.asarray(level)
    size = np.asarray(time).size
    if code.shape != (size,) or (code.size and code.dtype.kind not in "iu"):
        raise ValueError(f"level must be whole numbers of shape ({size},), not {code.dtype} of {code.shape}.")
    arm, happened = validate_indicator(treated, "treated", size), validate_indicator(event, "event", size)
    usable = _with_events_in_both_arms(arm, happened, code)
    inside = np.isin(code, usable)
    left_out = int(((code >= 0) & ~inside).sum())
    return FactorInteraction(usable.size, left_out, _test((time, entry), arm, happened, code, usable))


def _with_events_in_both_arms(
    arm: NDArray[np.int64], event: NDArray[np.int64], code: NDArray[np.int64]
) -> NDArray[np.int64]:
    known = (code >= 0) & (event == 1)
    levels = int(code.max(initial=-1)) + 1
    events = np.bincount(code[known] * ARMS + arm[known], minlength=levels * ARMS).reshape(levels, ARMS)
    return np.flatnonzero((events > 0).all(axis=1))


def _test(
    follow_up: tuple[ArrayLike, ArrayLike | None],
    arm: NDArray[np.int64],
    event: NDArray[np.int64],
    code: NDArray[np.int64],
    usable: NDArray[np.int64],
) -> LikelihoodRatioTest | NotEstimable:
    if usable.size < 2:
        return NotEstimable("Fewer than two groups have events in both arms: no effects can be compared.")
    inside = np.isin(code, usable)
    packed = np.where(inside, np.searchsorted(usable, code), -1)
    time, entry = follow_up
    found = compute_threshold_interaction(time, event, arm, packed, entry=entry, groups=usable.size)
    if isinstance(found, NotEstimable):
        return found
    return LikelihoodRatioTest(usable.size - 1, found.p_lr)


def adjust_by_holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values for their number by Holm's step-down rule, as R's ``p.adjust(method = "holm")``.

    Parameters
    ----------
    p_values : sequence of float
        Between 0 and 1, in any order.

    Returns
    -------
    tuple of float
        In the order given. Rejecting those below a level keeps the chance of even one false rejection
        below it, however the tests depend on each other (Holm, Scand J Stat 1979;6:65).

    Examples
    --------
    >>> adjust_by_holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("A p-value lies between 0 and 1.")
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for place, which in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[which]))
        adjusted[which] = highest
    return tuple(adjusted)


def compute_family_wise_error_rate(tests: int, level: float = 0.05) -> float:
    """How likely at least one of so many independent tests falls below ``level`` when nothing is there.

    >>> round(compute_family_wise_error_rate(12), 2)
    0.46
    """
    return 1 - (1 - level) ** tests
