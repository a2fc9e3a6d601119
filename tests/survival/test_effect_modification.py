"""The verdict on effect modification follows its table, and no single test is enough for it."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.survival.effect_modification import (
    LEVELS,
    Confirmation,
    ModificationEvidence,
    judge_effect_modification,
)
from tests.profiles import for_each

P_VALUES = st.none() | st.floats(0, 1)


def _judge(whole: float | None, threshold: float | None, constant: bool | None) -> str:
    return judge_effect_modification(ModificationEvidence(whole, "search", threshold, constant)).level


@for_each(
    ("whole", "threshold", "constant", "level"),
    [
        (None, 0.001, False, "not estimable"),
        (0.05, 0.05, False, "not established"),
        (0.2, None, None, "not established"),
        (0.2, 0.001, False, "inconclusive"),
        (0.001, 0.2, False, "inconclusive"),
        (0.001, None, False, "inconclusive"),
        (0.049, 0.049, True, "suggestive"),
        (0.049, 0.049, None, "suggestive"),
        (0.049, 0.049, False, "consistent"),
    ],
)
def test_the_verdict_follows_its_table(
    whole: float | None, threshold: float | None, constant: bool | None, level: str
):
    assert _judge(whole, threshold, constant) == level


@given(P_VALUES, P_VALUES, st.sampled_from([None, True, False]))
def test_suggestive_needs_both_tests(whole: float | None, threshold: float | None, constant: bool | None):
    found = judge_effect_modification(ModificationEvidence(whole, "search", threshold, constant))
    both = whole is not None and threshold is not None and max(whole, threshold) < 0.05
    assert found.is_suggestive == both


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from([None, True, False]))
def test_stronger_evidence_never_weakens_the_verdict(
    whole: float, threshold: float, share: float, constant: Any
):
    def rank(first: float, second: float) -> int:
        return LEVELS.index(
            judge_effect_modification(ModificationEvidence(first, "search", second, constant)).level
        )

    assert rank(share * whole, threshold) >= rank(whole, threshold)
    assert rank(whole, share * threshold) >= rank(whole, threshold)


def test_the_reasons_say_why_a_threshold_was_not_tested():
    states: tuple[Confirmation, ...] = ("search", "declared", "pending", "left out", "impossible")
    for state, whole in product(states, (0.001, 0.5)):
        found = judge_effect_modification(ModificationEvidence(whole, state, None, constant_fits=None))
        assert found.reasons[1] == ("impossible" if state in ("search", "declared") else state)
        assert not found.is_suggestive
