"""Which views make the same claim, and which another."""

from __future__ import annotations

import re
from dataclasses import replace

from mirodash.stratification.saved_view import claim_of
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from tests.panels.views import DEGENERATE
from tests.profiles import for_each


@for_each(
    "query",
    [
        "horizon=365",
        "unit=months",
        "confidence=0.9",
        "stratum=country",
        "adjust=age",
        "threshold=3700",
        "prespecified=3700&prespecified-in=Plan&prespecified-on=2017-04-12",
    ],
)
def test_what_does_not_change_the_claim_does_not_change_its_key(query: str):
    trial = sample("mirocals")
    assert claim_of(trial, Selection.from_query(query)) == claim_of(trial, Selection())


@for_each(
    ("query", "field"),
    [
        ("threshold=2000", "thresholds"),
        ("threshold=", "thresholds"),
        ("keep.sex=F", "population"),
        ("site=FR-01", "population"),
    ],
)
def test_another_cut_and_other_people_make_another_claim(query: str, field: str):
    trial = sample("mirocals")
    one, other = claim_of(trial, Selection()), claim_of(trial, Selection.from_query(query))
    assert replace(one, **{field: getattr(other, field)}) == other
    assert one.key != other.key


def test_the_same_view_of_another_trial_is_another_claim():
    one, other = (claim_of(sample(name), Selection()) for name in ("mirocals", "mirocals-null"))
    assert replace(one, trial=other.trial) == other
    assert one.key != other.key


@for_each("name", DEGENERATE)
def test_every_trial_has_a_claim_with_a_plain_key(name: str):
    assert re.fullmatch(r"[0-9a-f]{32}", claim_of(DEGENERATE[name], Selection()).key)
