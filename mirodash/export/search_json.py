"""What declares a threshold, and what a threshold is worth after a search, as JSON."""

from __future__ import annotations

from typing import Any

from mirodash.questions.subgroup_credibility import Looks
from mirodash.questions.threshold_evidence import Searched
from mirodash.questions.thresholds.threshold_scan import SEED
from mirodash.stratification.selection import Declaration
from mirodash.survival.results import NotEstimable

Json = dict[str, Any]


def declaration_json(declared: Declaration, *, stands: bool) -> Json:
    """Where and when which thresholds were fixed, and whether the view still stands at them."""
    return {
        "thresholds": list(declared.thresholds),
        "document": declared.document,
        "date": declared.date,
        "still_there": stands,
    }


def search_json(answer: Searched | NotEstimable) -> Json:
    """The p-values that allow for the search; of a threshold outside it, why there is none."""
    if isinstance(answer, NotEstimable):
        return {"not_estimable": answer.why}
    found = answer.found
    return {
        "thresholds_searched": found.looked_at,
        "p_value_adjusted": found.p_best,
        "at": [
            {
                "threshold": one.threshold,
                "p_value_adjusted": one.p,
                **({"why_not": one.why_not} if one.why_not else {}),
            }
            for one in found.at
        ],
        "within": list(found.within),
        "n_resamples": found.n_resamples,
        "seed": SEED,
    }


def looks_json(seen: Looks) -> Json:
    """How much was looked at in the browser that exports."""
    return {
        "selections": seen.selections,
        "thresholds": seen.thresholds,
        "every_threshold": seen.every_threshold,
        "every_factor": seen.every_factor,
        "modifiers": [*seen.biomarkers, *seen.factors],
    }
