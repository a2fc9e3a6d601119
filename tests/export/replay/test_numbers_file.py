"""Whatever view of whatever trial was exported, the same trial gives the same numbers again."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from mirodash.export.analysis_json import encode_numbers
from mirodash.export.number_comparison import read_numbers
from mirodash.export.replay import replay_file
from mirodash.questions.report import analyze
from mirodash.questions.subgroup_credibility import count_views
from mirodash.stratification.selection import MAX_QUERY_LENGTH
from tests.panels.views import DEGENERATE, selections
from tests.profiles import share_of_examples


@share_of_examples(0.4)
@given(data=st.data())
def test_every_view_of_every_trial_comes_out_again(data: st.DataObject):
    trial = DEGENERATE[data.draw(st.sampled_from(sorted(DEGENERATE)))]
    chosen = data.draw(selections(trial))
    told = encode_numbers(trial, chosen, looked=count_views(trial, chosen, None), on=date(2026, 5, 9))
    # no view that is reached on a page has more, and a file that asks more is refused
    assume(len(told["selection"]["query"]) <= MAX_QUERY_LENGTH)
    file = read_numbers(json.dumps(told, allow_nan=False, ensure_ascii=data.draw(st.booleans())))
    analyze.cache_clear()
    found = replay_file(file, trial)
    assert (found.is_same, found.complete, found.remarks) == (True, True, ())
    assert found.compared > 20
