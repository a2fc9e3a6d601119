"""That calibration draws what it says and tells findings from false ones; what it finds is not asked here."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration import PARTICIPANTS, SCENARIOS, Found, draw, findings, measure


def test_false_findings_have_a_goal_and_findings_have_none() -> None:
    rows = list(measure(trials=2, rounds=1, sizes=((PARTICIPANTS, 60.0),)))
    assert len(rows) == 2 * len(SCENARIOS) + 1
    assert ["false" in row.what for row in rows] == [True] * 8 + [False] * 3
    # two trials tell nothing about 5 %
    assert {row.met for row in rows[:-1]} == {None}
    assert "10,000 resamples" in rows[-1].what


def test_the_finding_is_suggestive_where_the_effect_depends_and_seldom_elsewhere() -> None:
    chosen = (SCENARIOS[0], SCENARIOS[1], SCENARIOS[-1])
    nothing, prognostic, predictive = (findings(scenario, trials=60, resamples=99) for scenario in chosen)
    # of 60 trials without dependence, at 5 % 8 or more are false findings in fewer than 1 of 100 runs
    assert nothing.suggested <= 7 / 60
    assert prognostic.suggested <= 7 / 60
    assert predictive.suggested > 0.3


def test_the_error_of_a_share_is_that_of_counting() -> None:
    assert Found(0.05, 0.4, 2_000).error == np.sqrt(0.05 * 0.95 / 2_000)
    assert Found(0.0, 0.4, 100).error > 0.02


def test_treatment_and_biomarker_act_as_the_scenario_says() -> None:
    rng = np.random.default_rng(4)
    drawn = [draw(SCENARIOS[-1], rng) for _ in range(40)]
    columns = ("event", "treated", "biomarker")
    event, treated, biomarker = (np.concatenate([getattr(p, name) for p in drawn]) for name in columns)
    high = biomarker > 3700
    assert treated.mean() == 0.5
    assert 0.18 < high.mean() < 0.24
    assert event[treated & ~high].mean() < event[~treated & ~high].mean() - 0.1
    assert event[treated & high].mean() > event[~treated & high].mean() + 0.05
