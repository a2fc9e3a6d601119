"""The number needed to treat stands beside the survival it comes from, and only where it says something."""

from __future__ import annotations

from mirodash.questions.group_effects import absolute_effects, describe_number_needed
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from tests.profiles import for_each

LABEL = "Number needed to treat"


@for_each("name", ["mirocals", "gbsg2", "mirocals-null"])
def test_a_card_has_it_exactly_where_the_interval_leaves_out_no_difference(name: str):
    trial, view = sample(name), Selection()
    result, effects = survival_by_group(trial, view), absolute_effects(trial, view)
    found = 0
    for panel, effect in zip(SURVIVAL, effects, strict=False):
        answer = panel.compute(trial, view)
        assert answer is not None
        facts = panel.explain(answer).facts
        labels = [fact.label for fact in facts]
        assert (LABEL in labels) == (effect.number_needed is not None)
        if effect.number_needed is not None:
            place = labels.index(LABEL)
            assert unify_spaces(labels[place - 1]).endswith(f"at {result.horizon:,.0f} days")
            assert facts[place] == describe_number_needed(result, effect)
            found += 1
    assert found or name == "mirocals-null"
