"""Statistical methods of every number, with R's function for it, and the versions of the software."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Literal

from mirodash import __version__
from mirodash.survival.results import ArmComparison, NotEstimable
from mirodash.survival.schoenfeld import EVENTS_FOR_A_CURVE

Constancy = Literal["plausible", "doubtful", "unclear", ""]

DOUBT_BELOW = 0.05
"""The level of the test of a constant hazard ratio, whatever the level of the intervals."""


def describe_proportional_hazards(comparison: ArmComparison) -> Constancy:
    """The word for one group; empty where there is no test.

    A test that finds no change does not show that there is none, so that no word says "constant"; with few
    events it would hardly find any, so that not even "plausible" is said.
    """
    test = comparison.ph_test
    if isinstance(test, NotEstimable):
        return ""
    if test.p < DOUBT_BELOW:
        return "doubtful"
    return "unclear" if comparison.events < EVENTS_FOR_A_CURVE else "plausible"


def note_proportional_hazards(comparison: ArmComparison) -> str:
    """What stands behind the interval: ``proportional hazards plausible``; empty where there is no test."""
    word = describe_proportional_hazards(comparison)
    return f"proportional hazards {word}" if word else ""


CURVE, AT_RISK = "Survival curve and interval", "At risk, censored, events"
INCIDENCE = "Cumulative incidence, where another event competes"
OF_CURVES = (
    (CURVE, "Kaplan–Meier, Greenwood's variance, log–log interval", "survfit"),
    (
        INCIDENCE,
        "Aalen–Johansen, infinitesimal jackknife, log–log interval; its area up to the horizon is the "
        "time lost; "
        "hazard ratios and tests are cause-specific",
        "survfit(Surv(time, factor()))",
    ),
    (
        AT_RISK,
        "At risk: followed at least that long; the others: before that time",
        "summary.survfit",
    ),
)
"""Rows of the table of methods: what the number is called, how it is made, R's function."""
OF_OTHER_NUMBERS = (
    (
        "Hazard ratio over time",
        "Scaled Schoenfeld residuals and a natural spline of time through them, pointwise band",
        "plot.cox.zph",
    ),
    (
        "Hazard ratio without events in an arm",
        "Firth's penalised likelihood, profile interval, penalised likelihood-ratio test",
        "coxphf",
    ),
    ("Stratified hazard ratio", "Cox model with a baseline hazard for each stratum", "coxph(strata())"),
    (
        "Adjusted hazard ratio",
        "Cox model with treatment and covariates, a baseline hazard for each stratum; Wald interval and test",
        "coxph(strata())",
    ),
    (
        "Standardised survival",
        "That model's predictions for everybody in either arm, averaged; analytic variance, log–log interval",
        "survfit(newdata =)",
    ),
    (
        "Ratio of hazard ratios",
        "Cox model with treatment × group, Wald interval and test; a likelihood-ratio test for more groups",
        "coxph",
    ),
    (
        "Effect along the biomarker",
        "Cox model with treatment × restricted cubic spline, pointwise band, likelihood-ratio test",
        "coxph",
    ),
    (
        "Per doubling or per step",
        "Cox model with treatment × biomarker, on the log scale if it can be",
        "coxph",
    ),
    (
        "Whole curve of the effect",
        "Simultaneous band: the tube formula's multiplier in place of 1.96, at most Scheffé's",
        "–",
    ),
    (
        "Searching over thresholds",
        "Largest standardised interaction score from the 10th to the 90th percentile; its distribution by "
        "permuting the arms, within the strata of the randomisation, over martingale residuals of a Cox "
        "model with treatment and a spline of the biomarker; 10,000 times",
        "coxph, residuals",
    ),
    (
        "Where the best threshold lands",
        "The largest interaction in 500 bootstrap samples of participants, drawn within arms",
        "–",
    ),
    (
        "Effect in windows",
        "STEPP: overlapping windows of participants, sliding or growing from either end; their largest "
        "deviation from the overall effect tested by permuting the arms, 2,500 times",
        "coxph, survfit",
    ),
    (
        "Baseline characteristics",
        "Counts, means or quartiles by arm; standardised differences of Austin, of levels by Yang and Dalton",
        "tapply, quantile",
    ),
    (
        "Shrunken estimates of subgroups",
        "Normal–normal model for each factor, with the spread averaged over a half-normal prior of scale 0.5",
        "integrate",
    ),
    ("Differences between sites", "Cochran's Q, I², Paule–Mandel τ with Q-profile interval", "uniroot"),
    (
        "Interaction tests of factors",
        "Likelihood-ratio test of treatment × level; Holm's correction for the number of factors",
        "anova.coxph, p.adjust",
    ),
    (
        "Biomarker and prognosis",
        "Cox models with and without the other baseline factors, and their linear predictor × treatment",
        "coxph",
    ),
    (
        "Difference in slope",
        "Mixed model for group × arm × time with random intercepts and slopes, restricted likelihood, normal "
        "interval; the share by which a decline is slower has Fieller's",
        "nlme::lme",
    ),
    (
        "Death as the worst outcome",
        "Every treated against every control participant: who died did worse, earlier worse still, the "
        "living by their last change (CAFS); Wilcoxon's ranks, interval of the win ratio after Dong",
        "wilcox.test, WINS",
    ),
    (
        "Means by visit",
        "Of those measured at the nearest planned visit, Student's interval",
        "t.test",
    ),
    (
        "Searching over thresholds for slopes",
        "Largest standardised interaction score, its distribution by permuting the arms, within the strata "
        "of the randomisation, over what a mixed model with treatment and a spline of the biomarker leaves "
        "of each participant's slope; 10,000 times",
        "nlme::lme",
    ),
    (
        "Response and later death",
        "Landmark analysis in the treated arm: Cox model of events after a day by the response until then, "
        "for each standard deviation, adjusted for the biomarker at baseline",
        "coxph",
    ),
)
"""The same for what is said beyond the statistics of a group."""


def describe_software_versions() -> dict[str, str]:
    """The versions of MiroDash and Python that are running, by name."""
    return {"MiroDash": __version__, "Python": platform.python_version()}


def describe_programs(versions: Mapping[str, str]) -> list[str]:
    """Each program with its version."""
    return [f"{name} {version}" for name, version in versions.items()]


SURVIVAL = "Kaplan–Meier, log–log interval; Cox model, Efron's ties"
SCAN = "Cox models below and above each threshold"
WINDOWS = "STEPP, arms permuted"
SPLINE = "Cox model with treatment × restricted cubic spline"

_PANEL_METHODS = {
    "finding": "Cox models, search-corrected p",
    "effect": SPLINE,
    "differing": "Cox model with treatment × group",
    "flow": "counts",
    "searched": "largest interaction over all thresholds, arms permuted",
    "adjusted": "Cox model with covariates and strata",
    "prognosis": "Cox models with and without the biomarker",
    "over-time": "scaled Schoenfeld residuals",
    "threshold-scan": SCAN,
    "interaction-statistic": "standardised interaction scores, arms permuted",
    "best-thresholds": "bootstrap within arms",
    "effect-simultaneous": f"{SPLINE}, simultaneous band",
    "subgroups": "Cox models, Wald intervals; shrunken by a normal–normal model",
    "histogram": "counts",
    "explore": SURVIVAL,
    "thresholds": f"{SCAN}; largest interaction, arms permuted",
    "progression": "mixed model, REML; joint ranks (CAFS); means by visit",
    "baseline": "counts, means and quartiles; standardised differences (Austin; Yang and Dalton)",
    "credibility": "Cox model with treatment × group",
}


_PROGRESSION_METHODS = {
    "progression-finding": "mixed model, search-corrected p, Cox model",
    "progression-lines": "mixed model for group × arm × time, REML",
    "progression-along": "mixed model with treatment × spline × time, REML",
    "progression-searched": "largest interaction in slopes over all thresholds, arms permuted",
    "progression-pairs": "joint ranks (CAFS), every pair of participants",
    "progression-landmark": "Cox models after landmarks, treated arm, adjusted for baseline risk",
    "progression-biology": "means at visits by phase, Welch's interval",
}


def describe_method(panel: str) -> str:
    """The method of a panel or a page, by its key; empty for one that is not known.

    >>> describe_method("survival-1") == describe_method("survival-0") == SURVIVAL
    True
    """
    if panel.startswith("survival-"):
        return SURVIVAL
    if panel.startswith("progression-"):
        return _PROGRESSION_METHODS.get(panel, _PANEL_METHODS["progression"])
    return WINDOWS if panel.startswith("windows-") else _PANEL_METHODS.get(panel, "")
