"""The counts are what counting one by one gives, for any groups."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.survival.data import count_risk_sets, select_event_times, validate_follow_up
from tests.strategies import MadeUpTrial, trials


@given(trials(largest=20), st.data())
def test_counting_one_by_one(trial: MadeUpTrial, data: st.DataObject) -> None:
    masks = st.lists(st.booleans(), min_size=trial.time.size, max_size=trial.time.size)
    members = np.array([data.draw(masks), data.draw(masks)], dtype=bool).reshape(2, trial.time.size)
    counts = count_risk_sets(validate_follow_up(trial.time, trial.event, trial.treated), members)
    assert counts.time.tolist() == sorted(set(trial.time.tolist()))
    for group, mask in enumerate(members):
        for arm, flag in enumerate((False, True)):
            mine = mask & (trial.treated == flag)
            assert counts.sizes()[group, arm] == mine.sum()
            for place, time in enumerate(counts.time):
                here = mine & (trial.time == time)
                assert counts.events[group, arm, place] == (here & trial.event).sum()
                assert counts.censored[group, arm, place] == (here & ~trial.event).sum()
                assert counts.at_risk[group, arm, place] == (mine & (trial.time >= time)).sum()


@given(trials(largest=20))
def test_event_times_are_those_with_an_event_in_some_group(trial: MadeUpTrial) -> None:
    members = np.stack([trial.biomarker <= 10, trial.biomarker > 10])
    counts = count_risk_sets(validate_follow_up(trial.time, trial.event, trial.treated), members)
    kept = select_event_times(counts)
    known = ~np.isnan(trial.biomarker)
    assert counts.time[kept.index].tolist() == sorted(set(trial.time[trial.event & known].tolist()))
    assert kept.control_events.sum() == (trial.event & known & ~trial.treated).sum()
    own = kept.only(1)
    assert ((own.control_events + own.treated_events) > 0).all()
    assert own.treated_events.sum() == kept.treated_events[1].sum()
