"""By which method each number on the page is made, with the R function that gives the same."""

from __future__ import annotations

from mirodash.survival.schoenfeld import EVENTS_FOR_A_CURVE
from mirodash.wording.constancy import DOUBT_BELOW
from mirodash.wording.explanation import Table
from mirodash.wording.numbers import percent

_METHODS = (
    ("Survival curve and interval", "Kaplan–Meier, Greenwood's variance, log–log interval", "survfit"),
    ("Median", "Where the curve falls to 50 %; midpoint where it is flat there", "quantile.survfit"),
    (
        "Survival at the horizon",
        "Read off the curve; the last value stands where nobody is at risk",
        "summary.survfit",
    ),
    ("Survival difference", "Treated minus control, normal interval from Greenwood's variances", "survfit"),
    ("Restricted mean difference", "Areas under both curves up to the horizon", "survfit(rmean =)"),
    ("Hazard ratio", "Cox model, treated versus control, Efron's ties, Wald interval", "coxph"),
    (
        "Constancy of the hazard ratio",
        "Score test of a hazard ratio that changes as survival falls, over all of follow-up: doubtful where "
        f"it rejects at the level of {percent(DOUBT_BELOW)}, otherwise unclear with fewer than "
        f"{EVENTS_FOR_A_CURVE} events and plausible with more",
        "cox.zph",
    ),
    (
        "Hazard ratio over time",
        "Scaled Schoenfeld residuals and a natural spline of time through them, pointwise band",
        "plot.cox.zph",
    ),
    ("Hazard ratio without events in an arm", "Firth's penalised likelihood, profile interval", "coxphf"),
    ("Stratified hazard ratio", "Cox model with a baseline hazard for each stratum", "coxph(strata())"),
    (
        "Adjusted hazard ratio",
        "Cox model with treatment and covariates, a baseline hazard for each stratum; Wald interval",
        "coxph(strata())",
    ),
    (
        "Standardised survival",
        "That model's predictions for everybody in either arm, averaged; analytic variance, log–log interval",
        "survfit(newdata =)",
    ),
    ("Ratio of hazard ratios", "Cox model with treatment × group, Wald interval", "coxph"),
    (
        "Effect along the biomarker",
        "Cox model with treatment × restricted cubic spline, pointwise band",
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
        "dealing the arms anew, within the strata of the randomisation, over martingale residuals of a Cox "
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
        "deviation from the overall effect tested by dealing the arms anew, 2,500 times",
        "coxph, survfit",
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
        "At risk, censored, events",
        "At risk: followed at least that long; the others: before that time",
        "summary.survfit",
    ),
)


def methods() -> Table:
    """One row for each kind of number that the pages show."""
    return Table("How these numbers are made", ("Number", "Method", "In R"), _METHODS)
