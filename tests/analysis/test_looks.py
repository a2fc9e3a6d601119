"""How often somebody looked, counted by hand; what a browser sends may be anything."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.subgroup_credibility import MAX_LOOKS, count_views
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from tests.profiles import for_each

TRIAL = sample("mirocals")
VIEWS = {
    "": 1,  # the trial's own threshold, 3,700
    "threshold=3700": 1,
    "threshold=2000": 1,
    "threshold=2000&unit=months": 1,
    "threshold=750&threshold=3700": 1,
    "threshold=": 1,
    "threshold=2000&keep.sex=F": 1,
    "site=FR-01": 1,
    "range.age=50..": 1,
    "biomarker=nfl&threshold=80": 1,
    "biomarker=nope": 1,
}


def test_distinct_cuts_biomarkers_and_factors_are_counted_once():
    found = count_views(TRIAL, Selection(), {"mirocals": VIEWS, "gbsg2": {"threshold=1": 1}})
    assert found.thresholds == 3
    assert found.factors == ("age", "sex", "site")
    assert not found.every_threshold


def test_the_view_on_screen_is_a_look():
    found = count_views(TRIAL, Selection.from_query("threshold=1234&keep.sex=F"), None)
    assert (found.thresholds, found.factors) == (1, ("sex",))
    assert found.modifiers == 2


def test_no_threshold_is_no_cut():
    found = count_views(TRIAL, Selection(thresholds=()), {"mirocals": {"threshold=": 1}})
    assert found.thresholds == 0


@for_each("pages", [{"mirocals": ["/thresholds", "/subgroups"]}, {"/thresholds": 1, "/subgroups": 2}])
def test_a_page_that_shows_all_at_once_is_a_look_at_all(pages: Any):
    found = count_views(TRIAL, Selection(), {"pages": pages})
    assert found.every_threshold
    assert found.every_factor
    assert found.modifiers > 5


def test_what_a_browser_claims_beyond_measure_is_capped():
    seen = {"mirocals": {f"threshold={1000 + k}": 1 for k in range(MAX_LOOKS + 500)}}
    assert count_views(TRIAL, Selection(), seen).thresholds == MAX_LOOKS + 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(seen=ANYTHING | st.fixed_dictionaries({"mirocals": ANYTHING, "pages": ANYTHING}))
def test_whatever_a_browser_sends_is_counted_or_left(seen: Any):
    assert count_views(TRIAL, Selection(), seen).thresholds >= 1
