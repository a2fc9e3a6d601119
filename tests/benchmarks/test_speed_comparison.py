"""That the comparisons run and that both sides arrive at the same numbers; how fast is not asked here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import many_thresholds, one_view
from benchmarks.comparison_table import Row, rendered, times_as_long, times_faster
from benchmarks.many_thresholds import Share
from benchmarks.people import HORIZON, builtin, crowd, large_trial
from mirodash.questions.survival_curves import survival_by_group


def test_one_view_is_computed_from_nothing():
    trial = builtin()
    one_view.answer(trial, 3700.0)
    taken = one_view.from_nothing(trial)
    assert survival_by_group.cache_info().hits == 0
    assert np.exp(taken.answer) == pytest.approx(0.57, abs=0.015)


def test_both_sides_of_thresholds_are_compared(tmp_path: Path):
    rows = list(many_thresholds.measure(tmp_path, rounds=1, share=Share(lifelines=2, r=2)))
    assert "(timed at 2, scaled up)" in rows[0].what


def test_a_crowd_is_followed_in_whole_days_to_the_horizon():
    people = crowd(1000)
    assert people.time.min() >= 1
    assert people.time.max() == HORIZON
    assert (people.time % 1 == 0).all()


def test_a_large_trial_is_read_like_any_other(tmp_path: Path):
    trial = large_trial(300, tmp_path)
    assert trial.participants == 300
    assert trial.dictionary.synthetic


def test_a_goal_is_met_or_not():
    assert times_faster("scan", 0.01, 1.0, goal=100).met
    assert times_faster("scan", 0.01, 0.9, goal=100).met is False
    assert times_as_long("slider", 0.06, 0.05, goal=1.25).met
    assert times_as_long("slider", 0.07, 0.05, goal=1.25).met is False


def test_the_table_has_a_line_for_each_row_under_its_headings():
    lines = rendered([times_faster("scan", 0.005, 5.0, goal=100), Row("one view", "7 ms")]).splitlines()
    assert lines[0].split() == ["what", "ours", "theirs", "ratio", "goal", "met"]
    assert lines[2].split() == ["scan", "5", "ms", "5", "s", "1,000", "×", "≥", "100", "×", "faster", "yes"]
    assert lines[3].split() == ["one", "view", "7", "ms"]
