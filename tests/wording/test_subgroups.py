"""What is said of a forest as a whole keeps to what its rows can bear."""

from __future__ import annotations

import re

import numpy as np

from mirodash.questions.forest import describe_caution, describe_forest
from mirodash.questions.subgroups import measure_site_heterogeneity, subgroups
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio
from mirodash.text.facts import Explanation
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.test_explore_panels import UNSAID, texts
from tests.panels.views import DEGENERATE, DEGENERATE_KINDS, of_size
from tests.profiles import for_each


def told(trial: Trial, selection: Selection | None = None) -> Explanation:
    chosen = selection or Selection()
    return describe_forest(
        subgroups(trial, chosen), measure_site_heterogeneity(trial, chosen), format_arm_names(trial, chosen)
    )


def test_the_sentence_counts_the_rows_that_fit_one_effect() -> None:
    found = subgroups(sample("mirocals"), Selection())
    assert isinstance(found.overall.cox, HazardRatio)
    rows = [row.cox for factor in found.factors for row in factor.levels]
    there = [cox for cox in rows if isinstance(cox, HazardRatio)]
    inside = sum(cox.ci[0] <= found.overall.cox.hr <= cox.ci[1] for cox in there)
    assert f"within the interval of {inside} of {len(there)} subgroups" in told(sample("mirocals")).sentence


def test_a_spread_that_is_not_seen_is_not_called_none() -> None:
    spread = told(sample("mirocals")).facts[0]
    assert "would fit too" in spread.detail
    assert "(τ 0.00, 95 % CI 0.00 to 0.71)" in unify_spaces(spread.detail)


def test_a_spread_that_is_seen_is_told_as_a_factor() -> None:
    rng = np.random.default_rng(8)
    site = np.arange(600) % 4
    treated = np.arange(600) // 4 % 2 == 0
    rate = np.exp(np.where(treated, (site - 1.5) * 1.2, 0.0))
    trial = of_size(
        600,
        arm=[("Placebo", "IL-2")[int(on)] for on in treated],
        time=(rng.exponential(100 / rate)).round(3).tolist(),
        event=[1] * 600,
        site=[f"S-{k}" for k in site],
    )
    spread = told(trial).facts[0]
    assert re.search(
        r"4 of 4 sites differ typically by a factor of [2-9]\.\d\d from their mean", spread.detail
    )


def test_the_caution_names_both_ways_of_misreading_rows() -> None:
    said = describe_caution(subgroups(sample("mirocals"), Selection()))
    assert "no evidence that the effect differs" in said
    assert "nor do overlapping intervals show that it is the same" in said
    assert "each of 13 factors" in said


@for_each("name", DEGENERATE_KINDS)
def test_no_trial_leaves_it_without_words(name: str) -> None:
    trial = DEGENERATE[name]
    said = told(trial)
    assert said.sentence
    for text in texts(said):
        without_names = re.sub("|".join(map(re.escape, trial.arm.names)), "", text)
        assert not UNSAID.search(without_names), text


def test_nobody_at_all_is_said_plainly() -> None:
    assert told(DEGENERATE["nobody"]).sentence.startswith("No participants are in this group")
