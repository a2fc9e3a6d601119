"""Whether the effect differs: the ratio of hazard ratios with its interval, and no p-value from a search."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from mirodash.plot.theme import LIGHT
from mirodash.questions.group_interaction import DIFFERING, EffectPerStep, effect_per_step, interaction
from mirodash.questions.panel import show
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios
from mirodash.text.facts import Explanation
from mirodash.text.numbers import format_hazard_ratio, format_interval, unify_spaces
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from tests.panels.views import TRIALS, of_size
from tests.profiles import for_each

MIROCALS = sample("mirocals")


def told(trial: Trial, **chosen: Any) -> Explanation:
    """Return what is said of a view."""
    shown = show(DIFFERING, trial, Selection(**chosen), LIGHT)
    assert shown is not None
    return shown.explanation


def _said(explanation: Explanation) -> str:
    shown = " ".join(f"{fact.label} {fact.value} {fact.detail}" for fact in explanation.facts)
    tables = " ".join(" ".join(row) for table in explanation.tables for row in table.rows)
    return unify_spaces(
        " ".join((explanation.title, explanation.subtitle, explanation.sentence, shown, tables))
    )


@for_each("name", SAMPLES)
def test_the_ratio_and_its_interval_lead_and_no_p_value_follows(name: str):
    trial = sample(name)
    directions = set()
    for threshold in candidate_thresholds(trial, Selection())[::11]:
        found = interaction(trial, Selection(thresholds=(threshold,)))
        explanation = told(trial, thresholds=(threshold,))
        assert not re.search(r"\bp ?[=<>]", _said(explanation))
        if not isinstance(found, RatioOfHazardRatios):
            assert not any(fact.lead for fact in explanation.facts)
            continue
        (lead,) = [fact for fact in explanation.facts if fact.lead]
        shown = format_hazard_ratio(found.ratio, found.ci)
        assert (lead.value, lead.detail) == (shown, format_interval(found.ci))
        assert shown in explanation.tables[0].rows[0][1]
        low, high = found.ci
        if low < 1 < high:
            directions.add("both")
            assert "do not show" in explanation.sentence
            assert "nor that it is the same" in explanation.sentence
        else:
            directions.add("one")
            assert ("less" in explanation.sentence) == (found.ratio > 1)
            assert ("more favourable" in explanation.sentence) == (found.ratio < 1)
        assert "does not allow for a search" in explanation.sentence
    assert "both" in directions


def test_a_clear_difference_is_said_with_its_caution():
    explanation = told(MIROCALS, thresholds=(3700,))
    found = interaction(MIROCALS, Selection(thresholds=(3700,)))
    assert isinstance(found, RatioOfHazardRatios)
    assert found.ci[0] > 1
    assert "less favourable to IL-2" in explanation.sentence
    assert "search" in explanation.sentence
    swapped = told(MIROCALS, thresholds=(3700,), treated="Placebo", control="IL-2")
    assert "more favourable to Placebo" in swapped.sentence


def test_the_effect_along_the_whole_range_stands_beside_every_threshold():
    per_step = effect_per_step(MIROCALS, Selection())
    assert isinstance(per_step, EffectPerStep)
    for thresholds in [(), (3700,), (750, 3700)]:
        fact = told(MIROCALS, thresholds=thresholds).facts[-1]
        assert "doubling" in fact.label
        assert format_hazard_ratio(per_step.ratio) in fact.value
        assert fact.detail == format_interval(per_step.ci)


def test_the_published_strata_are_compared_without_the_one_in_which_an_arm_has_no_deaths():
    strata = Selection(thresholds=(750, 3700))
    found = interaction(MIROCALS, strata)
    assert isinstance(found, InteractionTest)
    assert found.left_out == (0,)
    assert found.ratio is not None
    explanation = told(MIROCALS, thresholds=(750, 3700))
    assert explanation.facts[0].value == format_hazard_ratio(found.ratio.ratio, found.ratio.ci)
    said = unify_spaces(explanation.subtitle)
    assert "with pNFH > 3,700 pg/mL ÷ with 750 < pNFH ≤ 3,700 pg/mL" in said
    assert "pNFH ≤ 750 pg/mL is left out: one arm has no events there." in unify_spaces(explanation.sentence)
    assert isinstance(interaction(replace(MIROCALS, min_cell=5), strata), NotEstimable)


def test_a_linear_step_is_told_with_its_unit():
    trial = TRIALS["biomarker of zero and less"]
    per_step = effect_per_step(trial, Selection())
    assert isinstance(per_step, EffectPerStep)
    assert per_step.step is not None
    label = told(trial, thresholds=()).facts[-1].label
    assert f"{per_step.step:g} pg/mL" in unify_spaces(label)


def test_without_a_biomarker_the_question_does_not_arise():
    assert show(DIFFERING, TRIALS["no biomarker"], Selection(), LIGHT) is None


@for_each(
    ("trial", "chosen"),
    [
        (MIROCALS, {"thresholds": ()}),
        (MIROCALS, {"thresholds": (1e6,)}),
        (MIROCALS, {"sites": ()}),
        (TRIALS["no events"], {}),
        (of_size(2), {}),
    ],
)
def test_without_an_answer_the_reason_is_given(trial: Trial, chosen: dict[str, Any]):
    found = interaction(trial, Selection(**chosen))
    assert isinstance(found, NotEstimable)
    assert told(trial, **chosen).sentence == found.why


def test_several_groups_are_not_summed_up_in_one_ratio():
    explanation = told(MIROCALS, thresholds=(1500, 3700))
    assert "3 groups" in explanation.subtitle
    assert not explanation.tables
    assert not any(fact.lead for fact in explanation.facts)


def test_whole_range_that_cannot_be_estimated_says_why():
    fact = told(TRIALS["no events"]).facts[-1]
    assert fact.value == "not estimable"
    assert fact.detail.endswith(".")
