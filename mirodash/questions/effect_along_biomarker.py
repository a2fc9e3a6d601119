"""Treatment effect along the biomarker: the spline curve with pointwise and simultaneous bands."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import suppress_reason
from mirodash.disclosure.curve_values import (
    BiomarkerSpan,
    biomarker_span,
    no_stops,
    select_between_grid_values,
    suppress_outside_grid,
)
from mirodash.errors import CannotComputeError
from mirodash.plot.effect_curves import HEIGHT, MARGIN, draw_effect_curve
from mirodash.plot.theme import Figure, Theme
from mirodash.questions.biomarker_distribution import BiomarkerDistribution, biomarker_distribution
from mirodash.questions.panel import Panel, among_few_enough
from mirodash.stratification.groups import Measured, drop_thresholds, people_only, select_measured
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.survival.effect_curve import compute_continuous_interaction, estimate_simultaneous_band
from mirodash.survival.effect_curve import effect_by_biomarker as fitted_curve
from mirodash.survival.results import ContinuousInteraction, EffectCurve, NotEstimable, SimultaneousBand
from mirodash.text.facts import Explanation, Table, TablesOnDemand
from mirodash.text.labels import ArmNames, capitalise, format_arm_names
from mirodash.text.numbers import (
    count,
    estimate_with_interval,
    format_bare_value,
    format_biomarker_value,
    format_confidence_level,
    format_hazard_ratio,
    format_number,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

CURVE_POINTS = 120
"""Enough for a smooth line across half a screen."""
NO_BIOMARKER = NotEstimable("This trial has no biomarker by which the effect could differ.")


@dataclass(frozen=True, eq=False, slots=True)
class EffectByBiomarker:
    """The effect along the biomarker, and where along it the participants stand.

    ``control_values`` and ``treated_values`` (participants of the arm with the biomarker,) are ascending,
    so that nobody can be followed from one picture to another; empty where few participants must not be told
    apart.
    """

    biomarker: Biomarker | None
    curve: EffectCurve | NotEstimable
    linear: ContinuousInteraction | NotEstimable
    control_values: NDArray[np.float64]
    treated_values: NDArray[np.float64]
    confidence: float


def effect_by_biomarker(trial: Trial, selection: Selection) -> EffectByBiomarker:
    """The smooth effect of treatment along the biomarker; moving a threshold does not change it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _without_thresholds(trial, drop_thresholds(selection))


def linear_interaction(trial: Trial, selection: Selection) -> ContinuousInteraction | NotEstimable:
    """Treatment × log biomarker alone, without the cost of the curve.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _linear(trial, drop_thresholds(selection))


@memoise
def _without_thresholds(trial: Trial, selection: Selection) -> EffectByBiomarker:
    people = select_measured(trial, selection)
    if people is None:
        nobody = np.empty(0)
        return EffectByBiomarker(None, NO_BIOMARKER, NO_BIOMARKER, nobody, nobody, selection.confidence)
    each = np.full_like(people.values, np.nan) if trial.min_cell else people.values
    return EffectByBiomarker(
        people.biomarker,
        suppress_reason(
            suppress_outside_grid(trial, selection, fit_effect_curve(people, selection.confidence)),
            trial.min_cell,
        ),
        _linear(trial, selection),
        _ascending(each[~people.treated]),
        _ascending(each[people.treated]),
        selection.confidence,
    )


@memoise
def _linear(trial: Trial, selection: Selection) -> ContinuousInteraction | NotEstimable:
    people = select_measured(trial, selection)
    if people is None:
        return NO_BIOMARKER
    found = compute_continuous_interaction(
        people.time, people.event, people.treated, people.values, entry=people.entry
    )
    return suppress_reason(found, trial.min_cell)


def fit_effect_curve(people: Measured, confidence: float) -> EffectCurve | NotEstimable:
    """The whole curve of these people, or why there is none."""
    try:
        return fitted_curve(
            people.time,
            people.event,
            people.treated,
            people.values,
            entry=people.entry,
            confidence=confidence,
            points=CURVE_POINTS,
        )
    except CannotComputeError as error:
        return NotEstimable(" ".join(error.problems))


def _ascending(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ordered = np.sort(values[~np.isnan(values)])
    ordered.flags.writeable = False
    return ordered


def simultaneous_band(trial: Trial, selection: Selection) -> SimultaneousBand | NotEstimable:
    """The band at the points of the curve of `mirodash.questions.effect_along_biomarker`, at its confidence.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _band(trial, replace(people_only(selection), confidence=selection.confidence))


@memoise
@share_result
def _band(trial: Trial, selection: Selection) -> SimultaneousBand | NotEstimable:
    people = select_measured(trial, selection)
    if people is None:
        return NO_BIOMARKER
    try:
        band = estimate_simultaneous_band(
            people.time,
            people.event,
            people.treated,
            people.values,
            entry=people.entry,
            confidence=selection.confidence,
            points=CURVE_POINTS,
        )
    except CannotComputeError as error:
        return suppress_reason(NotEstimable(" ".join(error.problems)), trial.min_cell)
    return _suppress_band(trial, selection, people, band) if trial.min_cell else band


def _suppress_band(
    trial: Trial, selection: Selection, people: Measured, band: SimultaneousBand
) -> SimultaneousBand | NotEstimable:
    """The band at the points of the curve that are told."""
    curve = fit_effect_curve(people, selection.confidence)
    if isinstance(curve, NotEstimable):
        return curve
    shown = select_between_grid_values(trial, selection, curve.biomarker)
    if not shown.any():
        return no_stops(trial)
    lower, upper = band.lower[shown], band.upper[shown]
    for column in (lower, upper):
        column.flags.writeable = False
    return replace(band, lower=lower, upper=upper)


_TOLD_AT = (0.1, 0.25, 0.5, 0.75, 0.9)

INVITATION = "Drag the threshold."
"""Said on the page, and not on what is taken from it."""


def describe_effect_along_biomarker(
    biomarker: Biomarker,
    curve: EffectCurve,
    spread: BiomarkerDistribution,
    names: ArmNames,
    confidence: float,
) -> Explanation:
    """The hazard ratio at the 10th to 90th percentile of the biomarker, and where it crosses no effect."""
    ends = (_describe_percentile(spread, 0.1), _describe_percentile(spread, 0.9))
    low, high = (format_hazard_ratio(float(curve.hazard_ratio[_at(curve, value)])) for value in ends)
    return Explanation(
        title=f"Effect of {names.treated} by {biomarker.short}",
        subtitle=f"{names.ratio_heading} with pointwise {format_confidence_level(confidence)}. {INVITATION}",
        sentence=f"The fitted {names.ratio} goes from {low} at {_describe_value(biomarker, ends[0])} to "
        f"{high} at "
        f"{_describe_value(biomarker, ends[1])}; {_describe_crossing(biomarker, curve)}.",
        tables=TablesOnDemand(lambda: (_build_table(biomarker, curve, spread, names, confidence),)),
    )


def _describe_percentile(spread: BiomarkerDistribution, share: float) -> float:
    return dict(spread.quantiles)[share]


def _at(curve: EffectCurve, value: float) -> int:
    return int(np.abs(curve.biomarker - value).argmin())


def _describe_value(biomarker: Biomarker, value: float) -> str:
    return f"{format_number(value, biomarker.decimals)} {biomarker.unit}".strip()


def _describe_crossing(biomarker: Biomarker, curve: EffectCurve) -> str:
    above = curve.hazard_ratio > 1
    changes = np.flatnonzero(above[1:] != above[:-1])
    if changes.size == 0:
        return "it stays on one side of no effect"
    places = " and ".join(_describe_value(biomarker, float(curve.biomarker[k + 1])) for k in changes)
    return f"it crosses no effect near {places}"


def _build_table(
    biomarker: Biomarker,
    curve: EffectCurve,
    spread: BiomarkerDistribution,
    names: ArmNames,
    confidence: float,
) -> Table:
    rows: list[tuple[str, ...]] = []
    for share in _TOLD_AT:
        value = _describe_percentile(spread, share)
        i = _at(curve, value)
        ends = (float(curve.lower[i]), float(curve.upper[i]))
        told = estimate_with_interval(float(curve.hazard_ratio[i]), ends, confidence)
        rows.append((f"{100 * share:.0f} %", _describe_value(biomarker, value), told))
    header = ("Participants at or below", biomarker.label, names.ratio_heading)
    return Table(f"{names.ratio_heading} along {biomarker.label}", header, tuple(rows))


def describe_biomarker_spread(spread: BiomarkerDistribution, names: ArmNames) -> str:
    """One sentence about the histogram."""
    biomarker = spread.biomarker
    if not spread.quantiles and spread.min_cell:
        return f"Too few participants are selected to show how {biomarker.label} is spread."
    if not spread.quantiles:
        return f"No selected participant has a value of {biomarker.label}."
    # the smallest and the largest value may not be told: they are two participants'
    lowest, highest = min(spread.quantiles), max(spread.quantiles)
    whom = "participants" if lowest[0] == 0 else "participants, the middle 80\u202f% of them"
    ends = (lowest[1], highest[1])
    return (
        f"Histogram of {biomarker.label} by arm, {names.treated} on {names.control}: {count(spread.n)} "
        f"{whom} from {_describe_value(biomarker, ends[0])} to {_describe_value(biomarker, ends[1])}, "
        f"median {_describe_value(biomarker, _describe_percentile(spread, 0.5))}."
    )


@dataclass(frozen=True, slots=True)
class EffectView:
    """The fitted curve, where the participants are, and the axis for both."""

    effect: EffectByBiomarker
    spread: BiomarkerDistribution | None
    span: BiomarkerSpan | None
    names: ArmNames


def _compute(trial: Trial, selection: Selection) -> EffectView:
    return EffectView(
        effect_by_biomarker(trial, selection),
        biomarker_distribution(trial, selection),
        biomarker_span(trial, selection),
        format_arm_names(trial, selection),
    )


def _explain(answer: EffectView) -> Explanation:
    effect, spread = answer.effect, answer.spread
    if effect.biomarker is None or spread is None or isinstance(effect.curve, NotEstimable):
        what = effect.biomarker.short if effect.biomarker else "biomarker"
        return Explanation(f"Effect of {answer.names.treated} by {what}", "", "")
    return describe_effect_along_biomarker(
        effect.biomarker, effect.curve, spread, answer.names, effect.confidence
    )


def _draw(answer: EffectView, theme: Theme) -> Figure:
    return draw_effect(answer, theme)


def draw_effect(answer: EffectView, theme: Theme, *, simultaneous: SimultaneousBand | None = None) -> Figure:
    """The picture, with a band for the whole curve where one is given.

    Raises
    ------
    CannotComputeError
        When there is no curve.
    """
    effect = answer.effect
    if isinstance(effect.curve, NotEstimable):
        raise CannotComputeError(effect.curve.why)
    if answer.span is None:
        raise CannotComputeError("This trial has no biomarker by which the effect could differ.")
    return draw_effect_curve(
        answer.span,
        effect.curve,
        np.concatenate([effect.control_values, effect.treated_values]),
        names=answer.names,
        theme=theme,
        confidence=effect.confidence,
        simultaneous=simultaneous,
    )


EFFECT_BY_BIOMARKER = Panel(
    "effect",
    among_few_enough(_compute, "The effect along the biomarker"),
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)


_ROWS = 9


def describe_curve_with_band(
    told: Explanation,
    biomarker: Biomarker,
    curve: EffectCurve,
    band: SimultaneousBand,
    confidence: float,
    *,
    ratio: str = "hazard ratio",
) -> Explanation:
    """The words of the curve, with what the wider band leaves possible.

    Parameters
    ----------
    told : Explanation
        Of the curve itself.
    biomarker : Biomarker
    curve : EffectCurve
    band : SimultaneousBand
        At the points of the curve.
    confidence : float
        Of both bands.
    """
    level = format_confidence_level(confidence)
    return replace(
        told,
        title=f"{told.title}: the curve as a whole",
        subtitle=f"Inner band: pointwise {level}. Outer, dotted: holds the whole curve with that confidence.",
        sentence=f"{told.sentence} {_flat(biomarker, band)} {_away(biomarker, curve, band, ratio)}",
        tables=(_build_band_table(biomarker, curve, band, confidence, ratio=capitalise(ratio)),),
    )


def _flat(biomarker: Biomarker, band: SimultaneousBand) -> str:
    """Whether one hazard ratio for everybody fits into the band."""
    low, high = float(band.lower.max()), float(band.upper.min())
    if low <= high:
        return (
            f"A flat line fits into the outer band: the curve does not show that the effect depends on "
            f"{biomarker.short}, "
            "nor that it does not."
        )
    return f"No flat line fits into the outer band: by this the effect depends on {biomarker.short}."


def _away(biomarker: Biomarker, curve: EffectCurve, band: SimultaneousBand, ratio: str) -> str:
    """Where the whole band leaves out a hazard ratio of 1."""
    away = (band.upper < 1) | (band.lower > 1)
    if not away.any():
        return f"Nowhere does it leave out a {ratio} of 1."
    edges = np.flatnonzero(np.diff(np.concatenate(([0], away.astype(np.int8), [0]))))
    parts = [
        f"from {format_bare_value(biomarker, float(curve.biomarker[start]))} to "
        f"{format_biomarker_value(biomarker, float(curve.biomarker[stop - 1]))}"
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]
    return f"It leaves out a {ratio} of 1 {' and '.join(parts)}."


def _build_band_table(
    biomarker: Biomarker, curve: EffectCurve, band: SimultaneousBand, confidence: float, *, ratio: str
) -> Table:
    rows = tuple(
        (
            format_biomarker_value(biomarker, float(curve.biomarker[k])),
            estimate_with_interval(
                float(curve.hazard_ratio[k]), (float(curve.lower[k]), float(curve.upper[k])), confidence
            ),
            estimate_with_interval(
                float(curve.hazard_ratio[k]), (float(band.lower[k]), float(band.upper[k])), confidence
            ),
        )
        for k in np.linspace(0, curve.biomarker.size - 1, _ROWS).round().astype(int).tolist()
    )
    header = (biomarker.label, f"{ratio}, pointwise", f"{ratio}, whole curve")
    return Table(f"{ratio} along {biomarker.label} with both bands", header, rows)


@dataclass(frozen=True, eq=False, slots=True)
class BandView:
    """The curve with everything that Explore shows of it, and its wider band."""

    effect: EffectView
    band: SimultaneousBand | NotEstimable


def _compute_band(trial: Trial, selection: Selection) -> BandView | None:
    effect = EFFECT_BY_BIOMARKER.compute(trial, selection)
    return None if effect is None else BandView(effect, simultaneous_band(trial, selection))


def _explain_band(answer: BandView) -> Explanation:
    told, effect = EFFECT_BY_BIOMARKER.explain(answer.effect), answer.effect.effect
    if (
        effect.biomarker is None
        or isinstance(effect.curve, NotEstimable)
        or isinstance(answer.band, NotEstimable)
    ):
        return told
    ratio = answer.effect.names.ratio
    return describe_curve_with_band(
        told, effect.biomarker, effect.curve, answer.band, effect.confidence, ratio=ratio
    )


def _draw_band(answer: BandView, theme: Theme) -> Figure:
    if isinstance(answer.band, NotEstimable):
        raise CannotComputeError(answer.band.why)
    return draw_effect(answer.effect, theme, simultaneous=answer.band)


EFFECT_SIMULTANEOUS = Panel(
    "effect-simultaneous",
    _compute_band,
    _explain_band,
    _draw_band,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)
