"""Before a trial is used its page shows the times, the biomarker and the first curves, and no small count."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.survival.kaplan_meier import survival_at
from mirodash.trial.store import sample
from mirodash.web.first_pictures import describe_first_pictures

MIROCALS = sample("mirocals")
STEP = re.compile(r"H([0-9.]+)V([0-9.]+)")


def test_bars_are_the_shares_with_and_without_the_event():
    times, biomarker, _ = describe_first_pictures(MIROCALS)
    outcome = MIROCALS.outcomes["death"]
    assert times["series"] == [["event", "Deaths"], ["censored", "Censored"]]
    died, censored = np.array(times["bars"]).sum(axis=1)
    assert died / censored == pytest.approx(outcome.event.sum() / (~outcome.event).sum(), abs=0.02)
    assert biomarker["title"].endswith("logarithmic")
    (heights,) = biomarker["bars"]
    assert max(heights) == 1


def test_curves_stand_where_the_estimate_does():
    curves = describe_first_pictures(MIROCALS)[-1]
    result = survival_by_group(MIROCALS, Selection(thresholds=()))
    for line, arm in zip(
        curves["lines"], (result.overall.comparison.treated, result.overall.comparison.control), strict=True
    ):
        corners = [(float(x), float(y)) for x, y in STEP.findall(line["path"])]
        assert len(corners) > 20
        for x, y in corners[::5]:
            at = survival_at(arm.curve, min(x + 0.005, 100) / 100 * result.horizon)
            assert at is not None
            assert at.estimate == pytest.approx(1 - y / 100, abs=1e-4)
    assert "alive at 640" in curves["lines"][0]["said"]


def test_no_bar_and_no_word_tells_few_participants_apart():
    limit = 15
    trial = replace(MIROCALS, min_cell=limit)
    pictures = describe_first_pictures(trial)
    assert {picture["kind"] for picture in pictures} >= {"curves"}
    whole = int(MIROCALS.outcomes["death"].usable.sum())
    for picture in pictures:
        if picture["kind"] == "bars":
            bars = np.array(picture["bars"])
            counts = bars / bars.sum() * whole
            assert not ((counts > 0.5) & (counts < limit - 0.5)).any()
            assert picture["said"] == ""
            assert not any(re.search("[0-9]", end) for end in picture["ends"])
