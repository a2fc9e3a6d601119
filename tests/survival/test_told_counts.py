"""A small count travels as the limit it is below, and nobody can subtract their way to it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.disclosure.counts import (
    SUPPRESSED,
    suppress_complementary,
    suppress_rows,
    suppress_small,
    suppress_small_counts,
    total_of,
)

COUNTS = st.integers(0, 60)


@given(COUNTS, st.integers(0, 20))
def test_a_count_is_told_from_the_limit_on_and_hidden_below_it(number: int, min_cell: int) -> None:
    found = suppress_small(number, min_cell)
    assert found == (number if number >= min_cell else -min_cell)
    assert suppress_small(found, min_cell) == found


def test_without_a_limit_nothing_is_touched() -> None:
    numbers = np.array([0, 1, 12])
    assert suppress_small_counts(numbers, 0) is numbers
    assert suppress_rows([numbers, numbers], 0)[1] is numbers
    assert suppress_complementary((0, 1, 12), 0) == (0, 1, 12)


@given(st.lists(COUNTS, min_size=2, max_size=6), st.integers(1, 20))
def test_no_part_of_a_told_total_follows_from_the_others(parts: list[int], min_cell: int) -> None:
    found = suppress_complementary(parts, min_cell)
    assert sum(number < 0 for number in found) != 1
    assert all(number >= min_cell for number in found if number >= 0)
    assert all(found[k] == -min_cell for k, part in enumerate(parts) if part < min_cell)
    assert all(found[k] in (part, SUPPRESSED) for k, part in enumerate(parts) if part >= min_cell)


def test_rows_are_hidden_column_by_column() -> None:
    at_risk, gone = suppress_rows([np.array([100, 96, 40]), np.array([0, 4, 60])], 10)
    assert at_risk.tolist() == [SUPPRESSED, SUPPRESSED, 40]
    assert gone.tolist() == [-10, -10, 60]


def test_a_sum_with_a_hidden_part_is_hidden() -> None:
    assert total_of(3, 4) == 7
    assert total_of(30, -10) == total_of(SUPPRESSED, 30) == SUPPRESSED
