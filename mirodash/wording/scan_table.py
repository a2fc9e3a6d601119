"""Both sides of every threshold as plain text, with what the search for the best one is worth."""

from __future__ import annotations

import math

from mirodash.analysis.threshold_scan import SearchedAt
from mirodash.disclosure.curve_values import Side, threshold_sides
from mirodash.survival.results import ThresholdScan
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial
from mirodash.wording import numbers
from mirodash.wording.biomarker_value import bare_value, biomarker_value
from mirodash.wording.tables import SYNTHETIC
from mirodash.wording.text_columns import aligned, labelled, underlined, wrapped

SEARCHED = (
    "The search-corrected p-value says how often luck alone makes the best of all these thresholds look as "
    "good as this one. No interval in the table is corrected for the search."
)
NOT_SEARCHED = "not searched"


def scan_table(
    trial: Trial, biomarker: Biomarker, scan: ThresholdScan, searched: SearchedAt, confidence: float
) -> str:
    """The scan in lines, ending in a newline."""
    head = underlined(f"{trial.title}: {biomarker.label}", "=")
    if trial.dictionary.synthetic:
        head += ["", SYNTHETIC]
    blocks = [head, _search(biomarker, scan, searched), _rows(biomarker, scan, confidence)]
    return numbers.plain_spaces("\n\n".join("\n".join(block) for block in blocks)) + "\n"


def _search(biomarker: Biomarker, scan: ThresholdScan, searched: SearchedAt) -> list[str]:
    if scan.p_value_adjusted is None:
        return wrapped("No threshold leaves enough participants and events on both sides to be searched.")
    looked = f"{numbers.count(searched.looked_at)} thresholds, {numbers.count(scan.n_resamples)} resamples"
    within = f", arms dealt anew within {' × '.join(searched.within)}" if searched.within else ""
    lines = labelled(
        "Searching over thresholds", f"{numbers.p_value(scan.p_value_adjusted)} ({looked}{within})"
    )
    if scan.best_threshold is not None:
        lines += labelled("Best threshold", biomarker_value(biomarker, scan.best_threshold))
    for one in searched.at:
        told = (
            f"{NOT_SEARCHED}. {one.why_not}"
            if one.p is None
            else f"allowing for the search, {numbers.p_value(one.p)}"
        )
        lines += labelled(f"At {biomarker_value(biomarker, one.threshold)}", told)
    return [*lines, "", *wrapped(SEARCHED)]


def _rows(biomarker: Biomarker, scan: ThresholdScan, confidence: float) -> list[str]:
    below, above = threshold_sides(scan, confidence)
    level = numbers.confidence_level(confidence)
    rows: list[tuple[str, ...]] = [
        ("", "n", "events", f"HR at or below ({level})", "n", "events", f"HR above ({level})", "z"),
    ]
    for k, threshold in enumerate(scan.thresholds.tolist()):
        z = float(scan.interaction_z[k])
        written = "-" if math.isnan(z) else numbers.quantity(z, 2, signed=True)
        rows.append((_as_observed(biomarker, threshold), *_side(below, k), *_side(above, k), written))
    return aligned(rows)


def _as_observed(biomarker: Biomarker, threshold: float) -> str:
    """With more decimals than usual where the usual ones would name a value that makes other groups."""
    if round(threshold, biomarker.decimals) == threshold:
        return bare_value(biomarker, threshold)
    return f"{threshold:,.10g}".replace("-", numbers.MINUS, 1) if threshold < 0 else f"{threshold:,.10g}"


def _side(side: Side, k: int) -> tuple[str, str, str]:
    ratio = float(side.hazard_ratio[k])
    ends = (float(side.lower[k]), float(side.upper[k]))
    counts = numbers.count(side.n[k]), numbers.count(side.events[k])
    if math.isnan(ratio):
        return *counts, "not estimable"
    return *counts, f"{numbers.hazard_ratio(ratio)} ({numbers.between(ends)})"
