"""STEPP: the treatment effect in overlapping windows of participants along the biomarker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.errors import CannotComputeError
from mirodash.survival.data import (
    Observations,
    RiskSets,
    count_risk_sets,
    select_event_times,
    validate_confidence,
    validate_follow_up,
)
from mirodash.survival.effect_curve import select_with_biomarker
from mirodash.survival.kaplan_meier import estimate_survival_curves, find_known_until, read_only
from mirodash.survival.results import Counts, Design, EffectInWindows, Numbers, compute_z_quantile
from mirodash.survival.stepp_test import Draws, InWindows, WindowTest, window_test
from mirodash.survival.two_arm_cox import fit_groups

MAX_EXPONENT = 700.0  # exp() of more is infinite

ONE_ARM = "only one arm is in the window"
NO_SHARED_EVENTS = "one arm has no event while both are at risk"
NOT_FOLLOWED = "follow-up of an arm ends before the horizon"
NOBODY_LEFT = "no participant of one arm is free of the event at the horizon"
NO_EVENTS_YET = "no event by the horizon"


@dataclass(frozen=True, eq=False, slots=True)
class WindowEffect:
    """One effect with its interval, arrays (windows,), NaN where it cannot be estimated.

    ``obstacle`` (windows,) says what stands in the way, "" where nothing does.
    """

    value: Numbers
    lower: Numbers
    upper: Numbers
    obstacle: tuple[str, ...]


def hazard_ratios(counts: RiskSets, *, confidence: float) -> WindowEffect:
    """Hazard ratio of a Cox model in every window, with its Wald interval, as R's ``coxph``."""
    sizes = counts.sizes()
    fits = fit_groups(select_event_times(counts), sizes).fits
    reach = compute_z_quantile(confidence) / np.sqrt(fits.information)
    value, lower, upper = (
        np.exp(np.clip(log_ratio, -MAX_EXPONENT, MAX_EXPONENT))
        for log_ratio in (fits.coef, fits.coef - reach, fits.coef + reach)
    )
    obstacle = _first_obstacle(((sizes == 0).any(axis=1), ONE_ARM), (np.isnan(fits.coef), NO_SHARED_EVENTS))
    return WindowEffect(value, lower, upper, obstacle)


def survival_differences(counts: RiskSets, horizon: float, *, confidence: float) -> WindowEffect:
    """Survival at the horizon, treated minus control, with Greenwood's errors, as R's ``survfit``."""
    last = int(counts.time.searchsorted(horizon, side="right")) - 1
    curves = estimate_survival_curves(counts, confidence=confidence)
    unknown: NDArray[np.bool_] = np.any(find_known_until(counts, curves) < horizon, axis=1)
    windows = counts.at_risk.shape[0]
    survival = curves.estimate[:, :, last] if last >= 0 else np.ones((windows, 2))
    errors = curves.standard_error[:, :, last] if last >= 0 else np.zeros((windows, 2))
    value = survival[:, 1] - survival[:, 0]
    variance: Numbers = (errors**2).sum(axis=1)
    obstacle = _first_obstacle(
        ((counts.sizes() == 0).any(axis=1), ONE_ARM),
        (unknown, NOT_FOLLOWED),
        (np.isnan(variance), NOBODY_LEFT),
        (variance == 0, NO_EVENTS_YET),
    )
    known = np.array([not why for why in obstacle], dtype=np.bool_)
    reach = compute_z_quantile(confidence) * np.sqrt(variance)
    value, lower, upper = (np.where(known, x, np.nan) for x in (value, value - reach, value + reach))
    return WindowEffect(value, lower, upper, obstacle)


def _first_obstacle(*obstacles: tuple[NDArray[np.bool_], str]) -> tuple[str, ...]:
    met: Sequence[NDArray[np.bool_]] = [here for here, _ in obstacles]
    return tuple(np.select(met, [why for _, why in obstacles], default="").tolist())


EVENTS_PER_WINDOW = 20
"""Events a window should hold on average, so that its hazard ratio has a standard error of about 0.45."""
EVENTS_PER_ARM = 3
"""Windows grow until each has this many events in either arm, or holds half of the participants."""
MIN_SHARE = 5
"""A window holds at least a fifth of the participants: thinner ones promise detail that is not there."""
STEPS_PER_WINDOW = 5
"""From one sliding window to the next a fifth of the participants is exchanged."""
TAIL_STEPS = 10
"""Tail windows on either side of the one that holds everybody."""
GROWTH = 1.1

Spans = NDArray[np.int64]
"""First and last distinct value of every window, (windows, 2)."""


def place_sliding_spans(held: Counts, *, size: int, overlap: int) -> Spans:
    """Windows of at least ``size`` participants, of whom at most ``overlap`` are in the next one too.

    Parameters
    ----------
    held : array (values,)
        How many participants share each distinct value, ascending.
    size, overlap : int
        ``overlap`` below ``size``. The last window reaches down from the highest value until it holds
        ``size``, so it may share more.

    Returns
    -------
    array (windows, 2)
        First and last place among the distinct values. One window with everybody when fewer than ``size``
        participants are there.

    Source: Bonetti and Gelber, Stat Med 2000;19:2595-2609 (r2 is ``size``, r1 is ``overlap``); R's
    ``stepp::stepp.win("sliding", r1, r2)``.

    Examples
    --------
    >>> place_sliding_spans(np.array([1, 1, 2, 1, 1]), size=3, overlap=2).tolist()
    [[0, 2], [2, 3], [2, 4]]
    """
    upto = np.concatenate(([0], np.cumsum(held)))
    everybody, end, first = int(upto[-1]), held.size - 1, 0
    spans: list[tuple[int, int]] = []
    while everybody - upto[first] >= size:
        last = int(upto.searchsorted(upto[first] + size)) - 1
        spans.append((first, last))
        if last == end:
            break
        # the first place from which no more than the overlap is left in this window
        first = int(upto.searchsorted(upto[last + 1] - overlap))
    if not spans or spans[-1][1] != end:
        spans.append((max(0, int(upto.searchsorted(everybody - size, side="right")) - 1), end))
    return np.array(spans, dtype=np.int64)


def place_tail_spans(held: Counts, *, size: int, steps: int = TAIL_STEPS) -> Spans:
    """Windows from the lowest values upwards until everybody is in, then without the lowest, step by step.

    Parameters
    ----------
    held : array (values,)
        How many participants share each distinct value, ascending.
    size : int
        The least participants of a window.
    steps : int
        How many windows, at equal steps of participants, lie on either side of everybody; fewer where
        participants share values.

    Source: Bonetti and Gelber, Biostatistics 2004;5:465-481 (tail-oriented); R's
    ``stepp::stepp.win("tail-oriented")``.

    Examples
    --------
    >>> place_tail_spans(np.array([1, 1, 1, 1]), size=2, steps=2).tolist()
    [[0, 1], [0, 2], [0, 3], [1, 3], [2, 3]]
    """
    upto = np.concatenate(([0], np.cumsum(held)))
    everybody, end = int(upto[-1]), held.size - 1
    wanted = np.ceil(np.linspace(min(size, everybody), everybody, steps + 1)).astype(np.int64)
    lasts = np.unique(upto.searchsorted(wanted) - 1)
    firsts = np.unique(upto.searchsorted(everybody - wanted, side="right") - 1)
    low = [(0, int(last)) for last in lasts if last < end]
    high = [(int(first), end) for first in firsts if first > 0]
    return np.array([*low, (0, end), *high], dtype=np.int64)


def members_of(spans: Spans, place: Counts) -> NDArray[np.bool_]:
    """Who is in which window, (windows, participants); ``place`` is everybody's distinct value, from 0."""
    return (place >= spans[:, :1]) & (place <= spans[:, 1:])


def overlap_of(size: int) -> int:
    """How many participants two neighbouring windows share, unless asked otherwise."""
    return size - max(1, size // STEPS_PER_WINDOW)


def place_windows(
    values: Numbers, event: Counts, treated: Counts, *, design: Design, size: int | None, overlap: int | None
) -> NDArray[np.bool_]:
    """Who is in which window, from low to high biomarker.

    Parameters
    ----------
    values, event, treated : array (participants,)
        ``values`` without missing ones.
    design : {"sliding", "tail"}
    size, overlap : int, optional
        See `place_sliding_spans`. By default a window holds a fifth of the participants, or more: 20 events
        on
        average and 3 in either arm of every window, though never more than half of the participants.

    Returns
    -------
    array (windows, participants) of bool
    """
    distinct, place = np.unique(values, return_inverse=True)
    held = np.bincount(place, minlength=distinct.size)

    def spans(participants: int) -> Spans:
        if design == "tail":
            return place_tail_spans(held, size=participants)
        shared = overlap_of(participants) if overlap is None else overlap
        return place_sliding_spans(held, size=participants, overlap=min(shared, participants - 1))

    if size is not None:
        return members_of(spans(size), place)
    return _large_enough(lambda n: members_of(spans(n), place), event, treated)


def _large_enough(
    members: Callable[[int], NDArray[np.bool_]], event: Counts, treated: Counts
) -> NDArray[np.bool_]:
    """The narrowest windows in which either arm has enough events."""
    per_arm = np.stack((event * (1 - treated), event * treated), axis=1)
    made = np.empty((0, event.size), dtype=np.bool_)
    for size in _sizes(event.size, int(event.sum())):
        made = members(size)
        if (made.astype(np.int64) @ per_arm).min() >= EVENTS_PER_ARM:
            break
    return made


def _sizes(participants: int, events: int) -> Iterator[int]:
    """Sizes to try, ascending, the last of them half of the participants."""
    half = max(1, participants // 2)
    least = max(-(-EVENTS_PER_WINDOW * participants // max(1, events)), -(-participants // MIN_SHARE))
    size = min(least, half)
    while size < half:
        yield size
        size = max(size + 1, int(size * GROWTH))
    yield half


MIN_EVENTS = 10
"""In either arm: half of the participants, in a window, should still have a few."""


@dataclass(frozen=True, eq=False, slots=True)
class PreparedWindows:
    """The effects in windows without their p-values, and the test that gives these.

    ``effect.seed`` is that of the draws. The two flags tell whether any window has a hazard ratio and a
    survival difference to be tested.
    """

    effect: EffectInWindows
    _test: WindowTest | None
    _has_ratio: bool
    _has_difference: bool

    def draw(self, k: int, *, steps: int, n_resamples: int, after: Draws | None = None) -> Draws:
        """Step ``k`` of the draws; see `mirodash.survival.stepp_test.WindowTest.draw`."""
        if self._test is None:
            return Draws(np.empty((2, 0)), {})
        return self._test.draw(k, steps=steps, n_resamples=n_resamples, seed=self.effect.seed, after=after)

    def after(self, draws: Sequence[Draws]) -> EffectInWindows:
        """The effects with p-values from the draws made so far."""
        maxima = np.concatenate([np.empty((2, 0)), *(some.maxima for some in draws)], axis=1)
        p_ratio, p_difference = self._test.p_values(maxima) if self._test else (None, None)
        return replace(
            self.effect,
            p_hazard_ratio=p_ratio if self._has_ratio else None,
            p_difference=p_difference if self._has_difference else None,
            n_resamples=int(maxima.shape[1]),
        )


def effect_in_windows(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    horizon: float,
    design: Design = "sliding",
    size: int | None = None,
    overlap: int | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2_500,
    seed: int = 0,
    strata: ArrayLike | None = None,
) -> EffectInWindows:
    """Compare the arms in overlapping windows of participants, ordered by their biomarker.

    Parameters
    ----------
    time : array (participants,)
        Follow-up from the time origin, finite and at least 0.
    event, treated : array (participants,)
        1 or True where the event came, and in the treated arm.
    biomarker : array (participants,)
        In its own unit; NaN where it is missing, and those participants are left out.
    horizon : float
        When survival is compared, above 0.
    design : {"sliding", "tail"}
        Windows of about equal size, or windows that grow from the lowest values up to everybody and then
        lose the lowest.
    size, overlap : int, optional
        The least participants in a window, and the most that neighbouring sliding windows share; see
        `mirodash.survival.stepp.place_windows` for what is taken by default.
    confidence : float
        Of the interval in each window.
    n_resamples, seed : int
        How often, and from which seed, the arms are drawn again for the two p-values; 0 for none.
    strata : array (participants,), optional
        Strata of the randomisation, any values that can be sorted; arms are drawn again within them.

    Raises
    ------
    CannotComputeError
        When an arm or its events are missing or too few, or the biomarker has too few values for windows.
    ValueError
        When the arrays do not fit together or a number is out of its range.

    Source: Bonetti and Gelber, Stat Med 2000;19:2595-2609 and Biostatistics 2004;5:465-481; Lazar, Cole,
    Bonetti and Gelber, J Clin Oncol 2010;28:4539-4544; R's package stepp. The hazard ratio is that of a Cox
    model in every window, the difference that of two Kaplan–Meier curves.
    """
    if n_resamples < 0 or seed < 0:
        raise ValueError(f"n_resamples and seed must be at least 0, not {n_resamples} and {seed}.")
    prepared = prepare_windows(
        time,
        event,
        treated,
        biomarker,
        horizon=horizon,
        design=design,
        size=size,
        overlap=overlap,
        confidence=confidence,
        seed=seed,
        strata=strata,
    )
    draws = prepared.draw(0, steps=1, n_resamples=n_resamples)
    return prepared.after([draws])


def prepare_windows(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    horizon: float,
    design: Design = "sliding",
    size: int | None = None,
    overlap: int | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    strata: ArrayLike | None = None,
) -> PreparedWindows:
    """Everything of `effect_in_windows` but its p-values, whose draws can then be made step by step.

    Parameters, and what raises, as there.
    """
    level = validate_confidence(confidence)
    _check(horizon, size=size, overlap=overlap)
    people = _people(time, event, treated, biomarker, strata)
    observed = people.observed
    _refuse_few_events(observed)
    members = place_windows(
        people.biomarker, observed.event, observed.treated, design=design, size=size, overlap=overlap
    )
    if np.count_nonzero(~members.all(axis=1)) < 2:
        raise CannotComputeError("The biomarker takes too few values for overlapping windows along it.")
    everybody = np.ones((1, observed.code.size), dtype=np.bool_)
    counts = count_risk_sets(observed, np.concatenate((members, everybody)))
    ratio = hazard_ratios(counts, confidence=level)
    difference = survival_differences(counts, horizon, confidence=level)
    if ratio.obstacle[-1]:
        raise CannotComputeError(
            "No event came in one arm while both were at risk: there is no effect to look at in windows."
        )
    inside = [people.biomarker[row] for row in members]
    effect = EffectInWindows(
        design=design,
        low=read_only(np.array([values.min() for values in inside])),
        high=read_only(np.array([values.max() for values in inside])),
        median=read_only(np.array([np.median(values) for values in inside])),
        n=read_only(members.sum(axis=1, dtype=np.int64)),
        events=read_only(members.astype(np.int64) @ observed.event),
        hazard_ratio=read_only(ratio.value[:-1]),
        hazard_ratio_lower=read_only(ratio.lower[:-1]),
        hazard_ratio_upper=read_only(ratio.upper[:-1]),
        difference=read_only(difference.value[:-1]),
        difference_lower=read_only(difference.lower[:-1]),
        difference_upper=read_only(difference.upper[:-1]),
        overall_hazard_ratio=float(ratio.value[-1]),
        overall_difference=None if difference.obstacle[-1] else float(difference.value[-1]),
        horizon=float(horizon),
        p_hazard_ratio=None,
        p_difference=None,
        n_resamples=0,
        seed=seed,
        without_hazard_ratio=_suppress_windows(ratio.obstacle[:-1]),
        without_difference=_suppress_windows(difference.obstacle[:-1]),
    )
    return PreparedWindows(
        effect,
        window_test(replace(people, members=members), horizon=horizon),
        _select_known(ratio.value[:-1], members),
        _select_known(difference.value[:-1], members),
    )


def _check(horizon: float, *, size: int | None, overlap: int | None) -> None:
    if not (np.isfinite(horizon) and horizon > 0):
        raise ValueError(f"The horizon must be a time above 0, not {horizon}.")
    if size is not None and size < 2:
        raise ValueError(f"A window must hold at least 2 participants, not {size}.")
    if overlap is not None and (overlap < 0 or (size is not None and overlap >= size)):
        raise ValueError(
            f"Windows must share at least 0 participants and fewer than they hold, not {overlap}."
        )


def _people(
    time: ArrayLike, event: ArrayLike, treated: ArrayLike, biomarker: ArrayLike, strata: ArrayLike | None
) -> InWindows:
    """Those with the biomarker, by biomarker and then by outcome, whatever the order of the file."""
    known = select_with_biomarker(time, event, treated, biomarker)
    given = np.asarray(biomarker, dtype=np.float64)
    within = np.zeros(given.size) if strata is None else np.asarray(strata)
    if within.shape != given.shape:
        raise ValueError(f"There are {given.size} times but strata has shape {within.shape}.")
    here = ~np.isnan(given)
    codes = np.unique(within, return_inverse=True)[1].astype(np.int64)[here]
    marker: Numbers = given[here]
    order: Counts = np.lexsort((known.treated, known.event, known.time, codes, marker))
    return InWindows(
        validate_follow_up(known.time[order], known.event[order], known.treated[order]),
        marker[order],
        codes[order],
        np.empty((0, order.size), dtype=np.bool_),
    )


def _refuse_few_events(observed: Observations) -> None:
    for name, arm in (("control", 0), ("treated", 1)):
        events = int(observed.event[observed.treated == arm].sum())
        if events < MIN_EVENTS:
            raise CannotComputeError(
                f"{events} {'event' if events == 1 else 'events'} in the {name} arm: "
                f"windows along the biomarker need at least {MIN_EVENTS} in either arm."
            )


def _select_known(value: Numbers, members: NDArray[np.bool_]) -> bool:
    """Whether any window but those of everybody has an effect."""
    return bool((~np.isnan(value) & ~members.all(axis=1)).any())


def _suppress_windows(obstacles: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Each reason with how many windows it left out, the most frequent first."""
    return tuple(Counter(why for why in obstacles if why).most_common())
