"""Windows hold enough participants, move upwards, and never part people who share a value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.survival.results import Design
from mirodash.survival.stepp import (
    EVENTS_PER_ARM,
    EVENTS_PER_WINDOW,
    overlap_of,
    place_sliding_spans,
    place_tail_spans,
    place_windows,
)
from tests.profiles import for_each

HELD = st.lists(st.integers(1, 9), min_size=1, max_size=40).map(np.array)


def sizes_of(held: np.ndarray, spans: np.ndarray) -> list[int]:
    return [int(held[first : last + 1].sum()) for first, last in spans]


@given(HELD, st.integers(1, 60), st.integers(0, 59))
def test_sliding_windows_hold_enough_and_share_no_more_than_they_may(
    held: np.ndarray, size: int, overlap: int
):
    overlap = min(overlap, size - 1)
    spans = place_sliding_spans(held, size=size, overlap=overlap)
    assert min(sizes_of(held, spans)) >= min(size, held.sum())
    assert (spans[0, 0], spans[-1, 1]) == (0, held.size - 1)
    assert len({(first, last) for first, last in spans.tolist()}) == len(spans)
    for (first, last), (following, until) in zip(spans[:-1].tolist(), spans[1:].tolist(), strict=True):
        assert until > last
        assert following >= first
        # no gap: nobody between two windows is left out of both
        assert following <= last + 1
        if until != held.size - 1:
            assert held[following : last + 1].sum() <= overlap


@given(HELD, st.integers(1, 60))
def test_a_sliding_window_is_no_larger_than_it_must_be(held: np.ndarray, size: int):
    for first, last in place_sliding_spans(held, size=size, overlap=size - 1)[:-1].tolist():
        assert held[first:last].sum() < size


@given(HELD, st.integers(1, 60), st.integers(1, 12))
def test_tail_windows_grow_to_everybody_and_then_lose_the_lowest(held: np.ndarray, size: int, steps: int):
    spans = place_tail_spans(held, size=size, steps=steps)
    everybody = spans.tolist().index([0, held.size - 1])
    assert (spans[: everybody + 1, 0] == 0).all()
    assert (spans[everybody:, 1] == held.size - 1).all()
    assert (np.diff(spans[: everybody + 1, 1]) > 0).all()
    assert (np.diff(spans[everybody:, 0]) > 0).all()
    assert min(sizes_of(held, spans)) >= min(size, held.sum())
    assert len(spans) <= 2 * steps + 1


@pytest.mark.parametrize("design", ["sliding", "tail"])
@given(values=st.lists(st.integers(0, 12), min_size=2, max_size=60), size=st.integers(2, 30))
def test_people_who_share_a_value_share_their_windows(design: Design, values: list[int], size: int):
    marker = np.array(values, dtype=np.float64)
    nobody = np.zeros(marker.size, dtype=np.int64)
    members = place_windows(marker, nobody, nobody, design=design, size=size, overlap=None)
    for value in np.unique(marker):
        alike = members[:, marker == value]
        assert (alike == alike[:, :1]).all()
    assert members.any(axis=0).all()


def trial(n: int, events: int, *, late: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values 0 to n - 1, alternating arms, and events spread evenly or among the highest values only."""
    event = np.zeros(n, dtype=np.int64)
    event[np.arange(n - events, n) if late else np.linspace(0, n - 1, events).round().astype(int)] = 1
    return np.arange(n, dtype=np.float64), event, np.random.default_rng(1).permutation(n) % 2


@for_each(("n", "events"), [(220, 90), (120, 60), (1000, 250), (5000, 2000)])
def test_without_being_told_windows_hold_a_fifth_or_twenty_events(n: int, events: int):
    values, event, treated = trial(n, events)
    members = place_windows(values, event, treated, design="sliding", size=None, overlap=None)
    wanted = max(n / 5, EVENTS_PER_WINDOW * n / events)
    assert wanted <= members.sum(axis=1).min() <= 1.25 * wanted
    assert 10 <= len(members) <= 25
    shared = (members[0] & members[1]).sum()
    assert shared == overlap_of(int(members[0].sum()))


def test_windows_grow_until_either_arm_has_events_in_each():
    values, event, treated = trial(220, 150, late=True)
    members = place_windows(values, event, treated, design="sliding", size=None, overlap=None)
    assert 70 < members.sum(axis=1).min() <= 110
    for arm in (0, 1):
        assert (members @ (event * (treated == arm))).min() >= EVENTS_PER_ARM


def test_windows_never_hold_more_than_half_for_want_of_events():
    values, event, treated = trial(100, 5)
    members = place_windows(values, event, treated, design="sliding", size=None, overlap=None)
    assert members.sum(axis=1).tolist() == [50] * len(members)
