"""What the band around the whole curve leaves open, in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mirodash.survival.results import EffectCurve, SimultaneousBand
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.biomarker_value import bare_value, biomarker_value
from mirodash.wording.explanation import Explanation, Table
from mirodash.wording.numbers import confidence_level, estimate_with_interval

_ROWS = 9


def curve_with_band(
    told: Explanation, biomarker: Biomarker, curve: EffectCurve, band: SimultaneousBand, confidence: float
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
    level = confidence_level(confidence)
    return replace(
        told,
        title=f"{told.title}: the curve as a whole",
        subtitle=f"Inner band: pointwise {level}. Outer, dotted: holds the whole curve with that confidence.",
        sentence=f"{told.sentence} {_flat(biomarker, band)} {_away(biomarker, curve, band)}",
        tables=(_table(biomarker, curve, band, confidence),),
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


def _away(biomarker: Biomarker, curve: EffectCurve, band: SimultaneousBand) -> str:
    """Where the whole band leaves out a hazard ratio of 1."""
    away = (band.upper < 1) | (band.lower > 1)
    if not away.any():
        return "Nowhere does it leave out a hazard ratio of 1."
    edges = np.flatnonzero(np.diff(np.concatenate(([0], away.astype(np.int8), [0]))))
    parts = [
        f"from {bare_value(biomarker, float(curve.biomarker[start]))} to "
        f"{biomarker_value(biomarker, float(curve.biomarker[stop - 1]))}"
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]
    return f"It leaves out a hazard ratio of 1 {' and '.join(parts)}."


def _table(biomarker: Biomarker, curve: EffectCurve, band: SimultaneousBand, confidence: float) -> Table:
    rows = tuple(
        (
            biomarker_value(biomarker, float(curve.biomarker[k])),
            estimate_with_interval(
                float(curve.hazard_ratio[k]), (float(curve.lower[k]), float(curve.upper[k])), confidence
            ),
            estimate_with_interval(
                float(curve.hazard_ratio[k]), (float(band.lower[k]), float(band.upper[k])), confidence
            ),
        )
        for k in np.linspace(0, curve.biomarker.size - 1, _ROWS).round().astype(int).tolist()
    )
    header = (biomarker.label, "Hazard ratio, pointwise", "Hazard ratio, whole curve")
    return Table(f"Hazard ratio along {biomarker.label} with both bands", header, rows)
