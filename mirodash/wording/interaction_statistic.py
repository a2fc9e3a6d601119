"""The search over thresholds in words: how good the best one is, and how good luck would make it."""

from __future__ import annotations

import numpy as np

from mirodash.survival.results import ThresholdScan
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.biomarker_value import bare_value, biomarker_value
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.luck import INSIDE, LABEL, NOTHING_TO_SEARCH, RESAMPLES, luck, progress, verdict
from mirodash.wording.numbers import count, p_value, quantity
from mirodash.wording.threshold_scan import told_places


def search_over_thresholds(biomarker: Biomarker, scan: ThresholdScan) -> Explanation:
    """The answer in the title; what was searched, and how far the resampling is."""
    p, place, envelope = scan.p_value_adjusted, scan.best, scan.envelope
    if p is None or place is None or envelope is None:
        return Explanation(LABEL, "", NOTHING_TO_SEARCH)
    searched = scan.thresholds[scan.candidate]
    first, last = float(searched[0]), float(searched[-1])
    ends = f"from {bare_value(biomarker, first)} to {biomarker_value(biomarker, last)}"
    unfinished = "the p-value still moves a little" if scan.n_resamples < RESAMPLES else ""
    z = quantity(float(scan.score_z[place]), 2, signed=True)
    return Explanation(
        title=f"{LABEL}, {p_value(p)} for the best",
        subtitle=f"Standardised interaction at each threshold. {INSIDE} the band.",
        sentence=f"{luck(p, searched.size)} {verdict(p, biomarker)}",
        facts=(
            Fact("Searched", f"{count(searched.size)} thresholds", ends),
            Fact(
                "Best",
                biomarker_value(biomarker, float(scan.thresholds[place])),
                f"z {z}; luck exceeds {_envelope(envelope)} in 5 % of trials",
            ),
            Fact("Resampling", progress(scan.n_resamples), unfinished or "arms dealt anew"),
        ),
        tables=(_table(biomarker, scan, place),),
    )


def _envelope(height: float) -> str:
    return f"±{quantity(height, 2)}"


def _table(biomarker: Biomarker, scan: ThresholdScan, place: int) -> Table:
    rows: list[tuple[str, ...]] = []
    known = np.flatnonzero(scan.candidate)
    for k in told_places(known, scan, place):
        p = "–" if scan.p_value_adjusted_at is None else p_value(float(scan.p_value_adjusted_at[k]))
        z = quantity(float(scan.score_z[k]), 2, signed=True)
        rows.append((bare_value(biomarker, float(scan.thresholds[k])), z, p))
    unit = f", {biomarker.unit}" if biomarker.unit else ""
    header = (f"{biomarker.label}{unit}", "Interaction, z", LABEL)
    return Table(f"Interaction at thresholds of {biomarker.label}", header, tuple(rows))
