"""What a screen reader says when a view has settled: each group, its counts and its hazard ratio."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.group_effects import describe_announcement
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio
from mirodash.text.numbers import estimate_with_interval, unify_spaces
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from tests.panels.views import TRIALS, of_size, selections
from tests.profiles import for_each, share_of_examples


def _check(trial: Trial, selection: Selection) -> None:
    told = describe_announcement(trial, selection)
    place = 0
    for group in survival_by_group(trial, selection).groups:
        place = told.index(f"{group.label}: ", place)
        rest = told[place + len(group.label) + 2 :]
        events, n = re.findall(r"^([\d,]+) [^\d]*? of ([\d,]*\d)", rest)[0]
        compared = group.comparison
        assert (events, n) == (f"{compared.events:,}", f"{compared.n:,}")
        cox = compared.cox
        if isinstance(cox, HazardRatio):
            assert estimate_with_interval(cox.hr, cox.ci, selection.confidence) in rest
        else:
            assert "not estimable" in rest
    assert told.endswith(".")
    assert not re.search(r"\bp ?[=<>]", unify_spaces(told))


@for_each("name", SAMPLES)
@for_each("thresholds", [None, (), (1000,), (500, 1000, 2000)])
def test_every_group_is_told_in_order(name: str, thresholds: tuple[float, ...] | None):
    _check(sample(name), Selection(thresholds=thresholds))


@share_of_examples(0.8)
@given(data=st.data())
def test_any_view_is_told(data: st.DataObject):
    trial = TRIALS[data.draw(st.sampled_from(sorted(TRIALS)))]
    _check(trial, data.draw(selections(trial)))


def test_one_death_is_singular():
    assert "1 death of 1" in describe_announcement(of_size(1, event=[1]), Selection(thresholds=()))
    assert "0 deaths of 1" in describe_announcement(of_size(1, event=[0]), Selection(thresholds=()))
