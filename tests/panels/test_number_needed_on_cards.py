"""The number needed to treat stands beside the survival it comes from, and says why it is not reported."""

from __future__ import annotations

from mirodash.questions.group_effects import absolute_effects, describe_number_needed
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from tests.profiles import for_each

LABEL = "Number needed to treat"


@for_each("name", ["mirocals", "gbsg2", "mirocals-null"])
def test_every_card_has_it_at_one_height_and_says_where_the_interval_includes_0(name: str):
    trial, view = sample(name), Selection()
    result, effects = survival_by_group(trial, view), absolute_effects(trial, view)
    places: set[int] = set()
    given: list[bool] = []
    for panel, effect in zip(SURVIVAL, effects, strict=False):
        answer = panel.compute(trial, view)
        assert answer is not None
        facts = panel.explain(answer).facts
        place = [fact.label for fact in facts].index(LABEL)
        assert unify_spaces(facts[place - 1].label).endswith(f"at {result.horizon:,.0f} days")
        assert facts[place] == describe_number_needed(result, effect, is_brief=True)
        given.append(facts[place].value != "not reported")
        places.add(place)
    assert given == [effect.number_needed is not None for effect in effects]
    assert len(places) == 1
    assert any(given) == (name != "mirocals-null")


def test_a_card_whose_difference_has_no_interval_says_so():
    trial = sample("mirocals")
    view = Selection(thresholds=(min(candidate_thresholds(trial, Selection())),))
    answer = SURVIVAL[1].compute(trial, view)
    assert answer is not None
    facts = SURVIVAL[1].explain(answer).facts
    (needed,) = [fact for fact in facts if fact.label == LABEL]
    assert (needed.value, needed.detail) == ("not reported", "the difference has no interval")
