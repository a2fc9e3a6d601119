"""By which method the numbers of a panel or a page are made, short enough for the line at its foot."""

from __future__ import annotations

SURVIVAL = "Kaplan–Meier, log–log interval; Cox model, Efron's ties"
SCAN = "Cox models below and above each threshold"
WINDOWS = "STEPP, arms dealt anew"
SPLINE = "Cox model with treatment × restricted cubic spline"

_METHODS = {
    "effect": SPLINE,
    "differing": "Cox model with treatment × group",
    "flow": "counts",
    "searched": "largest interaction over all thresholds, arms dealt anew",
    "adjusted": "Cox model with covariates and strata",
    "prognosis": "Cox models with and without the biomarker",
    "over-time": "scaled Schoenfeld residuals",
    "threshold-scan": SCAN,
    "interaction-statistic": "standardised interaction scores, arms dealt anew",
    "best-thresholds": "bootstrap within arms",
    "effect-simultaneous": f"{SPLINE}, simultaneous band",
    "subgroups": "Cox models, Wald intervals; shrunken by a normal–normal model",
    "histogram": "counts",
    "explore": SURVIVAL,
    "thresholds": f"{SCAN}; largest interaction, arms dealt anew",
    "credibility": "Cox model with treatment × group",
}


def method_of(panel: str) -> str:
    """The method of a panel or a page, by its key; empty for one that is not known.

    >>> method_of("survival-1") == method_of("survival-0") == SURVIVAL
    True
    """
    if panel.startswith("survival-"):
        return SURVIVAL
    return WINDOWS if panel.startswith("windows-") else _METHODS.get(panel, "")
