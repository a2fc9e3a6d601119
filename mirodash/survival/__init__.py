"""Survival statistics for two arms: arrays in, frozen results out, equal to R's survival package.

Everything here works from a notebook, without the dashboard and without a trial file.

>>> from mirodash.survival import kaplan_meier
>>> kaplan_meier([5, 8, 12, 12, 15], [1, 0, 1, 1, 0]).at_risk
array([5, 4, 3, 1])
"""

from mirodash.survival.comparison import compare_arms
from mirodash.survival.kaplan_meier import kaplan_meier
from mirodash.survival.scan import threshold_scan
from mirodash.survival.stratified import stratified_effect

__all__ = ["compare_arms", "kaplan_meier", "stratified_effect", "threshold_scan"]
