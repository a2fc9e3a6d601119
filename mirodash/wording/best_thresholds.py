"""How firmly the data place the best threshold, in words."""

from __future__ import annotations

import numpy as np

from mirodash.survival.results import Numbers, ThresholdStability
from mirodash.trial.dictionary import Biomarker
from mirodash.wording.biomarker_value import bare_value, biomarker_value
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.numbers import count, percent

TITLE = "Where would the best threshold land?"
MIDDLE = (0.1, 0.9)
"""Between these shares lie the middle 80 % of the samples."""
NEAR, FIRM = 0.1, 0.5
NOT_FIRM = "The data do not say firmly where a line should be drawn."
TOLD_AT = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def where_the_best_lands(biomarker: Biomarker, found: ThresholdStability, *, asked: int) -> Explanation:
    """The range that holds most samples, and how many stay near the trial's own best threshold.

    Parameters
    ----------
    biomarker : Biomarker
    found : ThresholdStability
        After some or all of the samples.
    asked : int
        How many samples there will be.
    """
    drawn = f"after {count(found.samples)} of {count(asked)} bootstrap samples"
    if found.observed is None or not found.best.size:
        return Explanation(TITLE, drawn, "")
    low, high = middle(found.best)
    observed = biomarker_value(biomarker, found.observed)
    spread = f"{bare_value(biomarker, low)} to {biomarker_value(biomarker, high)}"
    without = found.samples - found.best.size
    return Explanation(
        title=TITLE,
        subtitle=f"Best threshold when participants are drawn anew, {drawn}",
        sentence=f"Here the best threshold is {observed}. In samples drawn anew from the same participants "
        f"the middle 80 % lie from {spread}{_nearness(found, found.observed)}",
        facts=(
            Fact("Best in this trial", observed),
            Fact("Middle 80 % of samples", spread, f"{count(without)} without any" if without else ""),
        ),
        tables=(_table(biomarker, found),),
    )


def middle(best: Numbers) -> tuple[float, float]:
    """The ends of the middle 80 %, values that some sample has."""
    low, high = np.quantile(best, MIDDLE, method="inverted_cdf").tolist()
    return low, high


def _nearness(found: ThresholdStability, observed: float) -> str:
    """How many samples stay near; a tenth of a value of 0 or less would mean nothing."""
    if observed <= 0:
        return "."
    share = float((np.abs(found.best - observed) <= NEAR * observed).mean())
    told = f", and {percent(share)} lie within ±10 % of it."
    return told if share >= FIRM else f"{told} {NOT_FIRM}"


def _table(biomarker: Biomarker, found: ThresholdStability) -> Table:
    ends = np.quantile(found.best, TOLD_AT, method="inverted_cdf").tolist()
    rows = tuple(
        (percent(share), biomarker_value(biomarker, value))
        for share, value in zip(TOLD_AT, ends, strict=True)
    )
    return Table("Best threshold in bootstrap samples", ("Samples at or below", biomarker.label), rows)
