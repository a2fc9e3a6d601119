"""The treatment effect in overlapping windows of participants, from low to high biomarker (STEPP)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.errors import CannotComputeError
from mirodash.survival.continuous import with_biomarker
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.observations import Observations, checked_confidence, observe
from mirodash.survival.results import Counts, Numbers
from mirodash.survival.risk_sets import count_risk_sets
from mirodash.survival.threshold_results import Design, EffectInWindows
from mirodash.survival.window_effects import hazard_ratios, nobody_at_risk, survival_differences
from mirodash.survival.window_test import Draws, InWindows, WindowTest, window_test
from mirodash.survival.windows import windows_along

LEAST_EVENTS = 10
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
        """Step ``k`` of the draws; see `mirodash.survival.window_test.WindowTest.draw`."""
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
        `mirodash.survival.windows.windows_along` for what is taken by default.
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
    level = checked_confidence(confidence)
    _check(horizon, size=size, overlap=overlap)
    people = _people(time, event, treated, biomarker, strata)
    observed = people.observed
    _refuse_few_events(observed)
    members = windows_along(
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
        without_hazard_ratio=_told(ratio.obstacle[:-1]),
        without_difference=_told(difference.obstacle[:-1]),
        carried_forward=int(nobody_at_risk(counts, horizon)[:-1].sum()),
    )
    return PreparedWindows(
        effect,
        window_test(replace(people, members=members), horizon=horizon),
        _known(ratio.value[:-1], members),
        _known(difference.value[:-1], members),
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
    known = with_biomarker(time, event, treated, biomarker)
    given = np.asarray(biomarker, dtype=np.float64)
    within = np.zeros(given.size) if strata is None else np.asarray(strata)
    if within.shape != given.shape:
        raise ValueError(f"There are {given.size} times but strata has shape {within.shape}.")
    here = ~np.isnan(given)
    codes = np.unique(within, return_inverse=True)[1].astype(np.int64)[here]
    marker: Numbers = given[here]
    order: Counts = np.lexsort((known.treated, known.event, known.time, codes, marker))
    return InWindows(
        observe(known.time[order], known.event[order], known.treated[order]),
        marker[order],
        codes[order],
        np.empty((0, order.size), dtype=np.bool_),
    )


def _refuse_few_events(observed: Observations) -> None:
    for name, arm in (("control", 0), ("treated", 1)):
        events = int(observed.event[observed.treated == arm].sum())
        if events < LEAST_EVENTS:
            raise CannotComputeError(
                f"{events} {'event' if events == 1 else 'events'} in the {name} arm: "
                f"windows along the biomarker need at least {LEAST_EVENTS} in either arm."
            )


def _known(value: Numbers, members: NDArray[np.bool_]) -> bool:
    """Whether any window but those of everybody has an effect."""
    return bool((~np.isnan(value) & ~members.all(axis=1)).any())


def _told(obstacles: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Each reason with how many windows it left out, the most frequent first."""
    return tuple(Counter(why for why in obstacles if why).most_common())
