"""Both sides of every threshold in words, for somebody who cannot see the picture."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import Side
from mirodash.survival.results import ThresholdScan
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.biomarker_value import bare_value, biomarker_value
from mirodash.wording.explanation import Explanation, Table
from mirodash.wording.numbers import between, confidence_level, count, hazard_ratio

TITLE = "What if the threshold stood elsewhere?"
MOST_ROWS = 25
"""A table that can still be read; the command line prints every threshold."""
TOLD_AT = (0.1, 0.5, 0.9)
CAUTION = (
    "Neighbouring thresholds share nearly all participants; no interval allows for how many were looked at."
)


def effect_at_every_threshold(
    biomarker: Biomarker,
    scan: ThresholdScan,
    sides: tuple[Side, Side],
    *,
    events: str,
    confidence: float,
) -> Explanation:
    """The hazard ratios on both sides at the 10th, 50th and 90th percentile; a table of some more.

    Parameters
    ----------
    biomarker : Biomarker
    scan : ThresholdScan
    sides : (Side, Side)
        At or below, and above.
    events : str
        What several events are called.
    confidence : float
        Of the intervals.
    """
    total = int((scan.n_below + scan.n_above)[0])
    places = [int((scan.n_below >= share * total).argmax()) for share in TOLD_AT]
    told = [_at(biomarker, scan, sides, k) for k in dict.fromkeys(places)]
    return Explanation(
        title=TITLE,
        subtitle=f"Hazard ratio on each side of every threshold, with {confidence_level(confidence)}; "
        "how many are there underneath.",
        sentence=f"With the threshold at {'; at '.join(told)}. {CAUTION}",
        tables=(_table(biomarker, scan, sides, events=events, confidence=confidence),),
    )


def told_places(among: NDArray[np.intp], scan: ThresholdScan, best: int | None = None) -> list[int]:
    """Which thresholds a table tells of: some at equal steps of participants, and the best if given."""
    if among.size <= MOST_ROWS:
        return among.tolist()
    below = scan.n_below[among]
    wanted = np.linspace(below[0], below[-1], MOST_ROWS)
    kept = set(among[np.minimum(below.searchsorted(wanted), among.size - 1)].tolist())
    return sorted(kept if best is None else kept | {best})


def _at(biomarker: Biomarker, scan: ThresholdScan, sides: tuple[Side, Side], k: int) -> str:
    below, above = (_ratio(side, k) for side in sides)
    place = biomarker_value(biomarker, float(scan.thresholds[k]))
    return f"{place} the hazard ratio is {below} at or below and {above} above"


def _ratio(side: Side, k: int) -> str:
    ratio = float(side.hazard_ratio[k])
    return hazard_ratio(ratio) if math.isfinite(ratio) else "not estimable"


def _table(
    biomarker: Biomarker, scan: ThresholdScan, sides: tuple[Side, Side], *, events: str, confidence: float
) -> Table:
    level, unit = confidence_level(confidence), f", {biomarker.unit}" if biomarker.unit else ""
    rows = [
        (
            bare_value(biomarker, float(scan.thresholds[k])),
            *(cell for side in sides for cell in _cells(side, k)),
        )
        for k in told_places(np.arange(scan.thresholds.size), scan)
    ]
    header = [f"{biomarker.label}{unit}"]
    for side in ("at or below", "above"):
        header += [f"n {side}", f"{events.capitalize()} {side}", f"Hazard ratio {side} ({level})"]
    return Table(f"Both sides of thresholds of {biomarker.label}", tuple(header), tuple(rows))


def _cells(side: Side, k: int) -> tuple[str, str, str]:
    ratio = _ratio(side, k)
    if math.isfinite(float(side.hazard_ratio[k])):
        ratio = f"{ratio} ({between((float(side.lower[k]), float(side.upper[k])))})"
    return count(int(side.n[k])), count(int(side.events[k])), ratio
