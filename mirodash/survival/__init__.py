"""Survival statistics for two arms: arrays in, frozen results out, equal to R's survival package.

Everything here works from a notebook, without the dashboard and without a trial file.

>>> from mirodash.survival import compare_arms, estimate_kaplan_meier, median_survival
>>> estimate_kaplan_meier([5, 8, 12, 12, 15], [1, 0, 1, 1, 0]).at_risk
array([5, 4, 3, 1])
>>> median_survival(estimate_kaplan_meier([5, 8, 12, 12, 15], [1, 0, 1, 1, 0]))[0]
12.0

Two groups of the same eight participants, compared in one call; what cannot be estimated says why.

>>> lower, upper = compare_arms(
...     time=[6, 13, 21, 30, 37, 38, 49, 50], event=[1, 1, 1, 1, 0, 1, 0, 0],
...     treated=[0, 1, 0, 0, 1, 1, 0, 1],
...     members=[[True] * 4 + [False] * 4, [False] * 4 + [True] * 4], horizon=40, ticks=[0, 20, 40],
... )
>>> lower.treated.n, lower.control.n
(1, 3)
>>> upper.cox.why
'Only 1 event among 4 participants: the hazard ratio cannot be estimated.'
"""

from mirodash.survival.adjusted import fit_adjusted_cox
from mirodash.survival.compare import compare_arms, estimate_stratified_effect
from mirodash.survival.cox import fit_cox_model
from mirodash.survival.effect_curve import (
    compute_continuous_interaction,
    effect_by_biomarker,
    estimate_simultaneous_band,
)
from mirodash.survival.interactions import compute_threshold_interaction
from mirodash.survival.kaplan_meier import estimate_kaplan_meier, median_survival, survival_at
from mirodash.survival.schoenfeld import scaled_schoenfeld_residuals
from mirodash.survival.standardised_survival import standardise_curves
from mirodash.survival.stepp import effect_in_windows
from mirodash.survival.threshold_search import threshold_scan, threshold_stability

__all__ = [
    "compare_arms",
    "compute_continuous_interaction",
    "compute_threshold_interaction",
    "effect_by_biomarker",
    "effect_in_windows",
    "estimate_kaplan_meier",
    "estimate_simultaneous_band",
    "estimate_stratified_effect",
    "fit_adjusted_cox",
    "fit_cox_model",
    "median_survival",
    "scaled_schoenfeld_residuals",
    "standardise_curves",
    "survival_at",
    "threshold_scan",
    "threshold_stability",
]
