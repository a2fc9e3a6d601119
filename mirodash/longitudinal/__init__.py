"""Repeated measurements of two arms: arrays in, frozen results out, equal to R's nlme and Wilcoxon's test.

Everything here works from a notebook, without the dashboard and without a trial file.

>>> import numpy as np
>>> from mirodash.longitudinal import fit_lines, sum_by_person
>>> person = np.repeat(np.arange(8), 4)
>>> month = np.tile([0.0, 3, 6, 9], 8)
>>> score = 40 - 0.8 * month + np.sin(7.0 * np.arange(32)) + 0.1 * (person - 3.5) * month
>>> lines = fit_lines(sum_by_person(person, month, score, 8), [0] * 8, [0, 1] * 4, groups=1)
>>> round(lines.slope(0).estimate, 2), round(lines.slope(1).estimate, 2)
(-0.69, -0.91)
"""

from mirodash.longitudinal.death_then_function import compare_death_then_function, gather_courses
from mirodash.longitudinal.landmark import analyse_landmark
from mirodash.longitudinal.mixed_model import fit_mixed_model
from mirodash.longitudinal.person_sums import sum_by_person
from mirodash.longitudinal.slope_along_biomarker import estimate_slope_curve, search_slopes
from mirodash.longitudinal.slopes import fit_lines
from mirodash.longitudinal.slopes_at_thresholds import fit_lines_at_thresholds
from mirodash.longitudinal.visits import assign_visits, compare_means, summarise_visits

__all__ = [
    "analyse_landmark",
    "assign_visits",
    "compare_death_then_function",
    "compare_means",
    "estimate_slope_curve",
    "fit_lines",
    "fit_lines_at_thresholds",
    "fit_mixed_model",
    "gather_courses",
    "search_slopes",
    "sum_by_person",
    "summarise_visits",
]
