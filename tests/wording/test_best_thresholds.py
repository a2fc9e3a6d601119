"""How firmly the best threshold stands, counted by hand."""

from __future__ import annotations

import numpy as np

from mirodash.questions.thresholds.stability_panel import describe_middle, where_the_best_lands
from mirodash.survival.results import ThresholdStability
from mirodash.text.facts import Explanation
from mirodash.text.numbers import unify_spaces
from tests.profiles import for_each
from tests.small_trials import MARKER


def _told(best: list[float], *, observed: float | None = 1000.0, samples: int | None = None) -> Explanation:
    found = ThresholdStability(np.array(best), samples or len(best), observed, 0)
    return where_the_best_lands(MARKER, found, asked=500)


def test_the_middle_of_the_samples_and_the_share_nearby():
    told = _told([100.0, 200.0, 900.0, 950.0, 1000.0, 1050.0, 1100.0, 3000.0, 4000.0, 9000.0])
    sentence = unify_spaces(told.sentence)
    assert "best threshold is 1,000 pg/mL" in sentence
    assert "from 100 to 4,000 pg/mL, and 50 % lie within ±10 % of it" in sentence
    assert "do not say firmly" not in sentence
    assert "after 10 of 500 bootstrap samples" in told.subtitle


def test_a_best_threshold_that_wanders_is_said_to():
    assert "do not say firmly where a line should be drawn" in _told([100.0, 1000.0, 9000.0]).sentence


def test_near_means_nothing_around_zero():
    sentence = _told([-5.0, 0.0, 5.0], observed=0.0).sentence
    assert "within" not in sentence
    assert sentence.endswith(".")


def test_samples_without_any_threshold_are_counted():
    assert _told([900.0, 1000.0], samples=25).facts[1].detail == "23 without any"
    assert _told([900.0, 1000.0]).facts[1].detail == ""


@for_each(("best", "observed"), [([], 1000.0), ([5.0], None)])
def test_without_samples_or_a_best_there_is_only_the_progress(best: list[float], observed: float | None):
    told = _told(best, observed=observed, samples=25)
    assert told.sentence == ""
    assert told.subtitle == "after 25 of 500 bootstrap samples"


def test_the_ends_of_the_middle_are_values_that_a_sample_has():
    best = np.array([1.0, 2.0, 3.0, 50.0])
    assert describe_middle(best) == (1.0, 50.0)


def test_the_table_ascends():
    (table,) = _told([float(k) for k in range(1, 101)]).tables
    values = [int(row[1].split("\u00a0")[0]) for row in table.rows]
    assert values == [5, 10, 25, 50, 75, 90, 95]
