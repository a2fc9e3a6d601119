"""The effect along the biomarker in words: what the curve shows, for somebody who cannot see it."""

from __future__ import annotations

import numpy as np

from mirodash.analysis.biomarker_distribution import BiomarkerDistribution
from mirodash.survival.results import EffectCurve
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.arms import ArmNames
from mirodash.wording.explanation import Explanation, Table, TablesOnDemand
from mirodash.wording.numbers import confidence_level, count, estimate_with_interval, hazard_ratio, quantity

_TOLD_AT = (0.1, 0.25, 0.5, 0.75, 0.9)

INVITATION = "Drag the threshold."
"""Said on the page, and not on what is taken from it."""


def effect_along_biomarker(
    biomarker: Biomarker,
    curve: EffectCurve,
    spread: BiomarkerDistribution,
    names: ArmNames,
    confidence: float,
) -> Explanation:
    """The hazard ratio at the 10th to 90th percentile of the biomarker, and where it crosses no effect."""
    ends = (_percentile(spread, 0.1), _percentile(spread, 0.9))
    low, high = (hazard_ratio(float(curve.hazard_ratio[_at(curve, value)])) for value in ends)
    return Explanation(
        title=f"Effect of {names.treated} by {biomarker.short}",
        subtitle=f"Hazard ratio with pointwise {confidence_level(confidence)}. {INVITATION}",
        sentence=f"The fitted hazard ratio goes from {low} at {_value(biomarker, ends[0])} to {high} at "
        f"{_value(biomarker, ends[1])}; {_crossing(biomarker, curve)}.",
        tables=TablesOnDemand(lambda: (_table(biomarker, curve, spread, confidence),)),
    )


def _percentile(spread: BiomarkerDistribution, share: float) -> float:
    return dict(spread.quantiles)[share]


def _at(curve: EffectCurve, value: float) -> int:
    return int(np.abs(curve.biomarker - value).argmin())


def _value(biomarker: Biomarker, value: float) -> str:
    return f"{quantity(value, biomarker.decimals)} {biomarker.unit}".strip()


def _crossing(biomarker: Biomarker, curve: EffectCurve) -> str:
    above = curve.hazard_ratio > 1
    changes = np.flatnonzero(above[1:] != above[:-1])
    if changes.size == 0:
        return "it stays on one side of no effect"
    places = " and ".join(_value(biomarker, float(curve.biomarker[k + 1])) for k in changes)
    return f"it crosses no effect near {places}"


def _table(
    biomarker: Biomarker, curve: EffectCurve, spread: BiomarkerDistribution, confidence: float
) -> Table:
    rows: list[tuple[str, ...]] = []
    for share in _TOLD_AT:
        value = _percentile(spread, share)
        i = _at(curve, value)
        ends = (float(curve.lower[i]), float(curve.upper[i]))
        told = estimate_with_interval(float(curve.hazard_ratio[i]), ends, confidence)
        rows.append((f"{100 * share:.0f} %", _value(biomarker, value), told))
    header = ("Participants at or below", biomarker.label, "Hazard ratio")
    return Table(f"Hazard ratio along {biomarker.label}", header, tuple(rows))


def spread_of_biomarker(spread: BiomarkerDistribution, names: ArmNames) -> str:
    """One sentence about the histogram."""
    biomarker = spread.biomarker
    if not spread.quantiles and spread.min_cell:
        return f"Too few participants are selected to show how {biomarker.label} is spread."
    if not spread.quantiles:
        return f"Nobody selected has a value of {biomarker.label}."
    # the smallest and the largest value may not be told: they are two participants'
    lowest, highest = min(spread.quantiles), max(spread.quantiles)
    whom = "participants" if lowest[0] == 0 else "participants, the middle 80\u202f% of them"
    ends = (lowest[1], highest[1])
    return (
        f"Histogram of {biomarker.label} by arm, {names.treated} on {names.control}: {count(spread.n)} "
        f"{whom} from {_value(biomarker, ends[0])} to {_value(biomarker, ends[1])}, "
        f"median {_value(biomarker, _percentile(spread, 0.5))}."
    )
