"""Overlapping windows of participants along the biomarker, in which the effect is looked at one by one.

Windows are cut between distinct values: participants with the same biomarker are always in the same windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from mirodash.survival.results import Counts, Numbers
from mirodash.survival.threshold_results import Design

EVENTS_PER_WINDOW = 20
"""Events a window should hold on average, so that its hazard ratio has a standard error of about 0.45."""
EVENTS_PER_ARM = 3
"""Windows grow until each has this many events in either arm, or holds half of the participants."""
LEAST_SHARE = 5
"""A window holds at least a fifth of the participants: thinner ones promise detail that is not there."""
STEPS_PER_WINDOW = 5
"""From one sliding window to the next a fifth of the participants is exchanged."""
TAIL_STEPS = 10
"""Tail windows on either side of the one that holds everybody."""
GROWTH = 1.1

Spans = NDArray[np.int64]
"""First and last distinct value of every window, (windows, 2)."""


def sliding_spans(held: Counts, *, size: int, overlap: int) -> Spans:
    """Windows of at least ``size`` participants, of whom at most ``overlap`` are in the next one too.

    Parameters
    ----------
    held : array (values,)
        How many participants share each distinct value, ascending.
    size, overlap : int
        ``overlap`` below ``size``. The last window reaches down from the highest value until it holds
        ``size``, so it may share more.

    Returns
    -------
    array (windows, 2)
        First and last place among the distinct values. One window with everybody when fewer than ``size``
        participants are there.

    Source: Bonetti and Gelber, Stat Med 2000;19:2595-2609 (r2 is ``size``, r1 is ``overlap``); R's
    ``stepp::stepp.win("sliding", r1, r2)``.

    Examples
    --------
    >>> sliding_spans(np.array([1, 1, 2, 1, 1]), size=3, overlap=2).tolist()
    [[0, 2], [2, 3], [2, 4]]
    """
    upto = np.concatenate(([0], np.cumsum(held)))
    everybody, end, first = int(upto[-1]), held.size - 1, 0
    spans: list[tuple[int, int]] = []
    while everybody - upto[first] >= size:
        last = int(upto.searchsorted(upto[first] + size)) - 1
        spans.append((first, last))
        if last == end:
            break
        # the first place from which no more than the overlap is left in this window
        first = int(upto.searchsorted(upto[last + 1] - overlap))
    if not spans or spans[-1][1] != end:
        spans.append((max(0, int(upto.searchsorted(everybody - size, side="right")) - 1), end))
    return np.array(spans, dtype=np.int64)


def tail_spans(held: Counts, *, size: int, steps: int = TAIL_STEPS) -> Spans:
    """Windows from the lowest values upwards until everybody is in, then without the lowest, step by step.

    Parameters
    ----------
    held : array (values,)
        How many participants share each distinct value, ascending.
    size : int
        The least participants of a window.
    steps : int
        How many windows, at equal steps of participants, lie on either side of everybody; fewer where
        participants share values.

    Source: Bonetti and Gelber, Biostatistics 2004;5:465-481 (tail-oriented); R's
    ``stepp::stepp.win("tail-oriented")``.

    Examples
    --------
    >>> tail_spans(np.array([1, 1, 1, 1]), size=2, steps=2).tolist()
    [[0, 1], [0, 2], [0, 3], [1, 3], [2, 3]]
    """
    upto = np.concatenate(([0], np.cumsum(held)))
    everybody, end = int(upto[-1]), held.size - 1
    wanted = np.ceil(np.linspace(min(size, everybody), everybody, steps + 1)).astype(np.int64)
    lasts = np.unique(upto.searchsorted(wanted) - 1)
    firsts = np.unique(upto.searchsorted(everybody - wanted, side="right") - 1)
    low = [(0, int(last)) for last in lasts if last < end]
    high = [(int(first), end) for first in firsts if first > 0]
    return np.array([*low, (0, end), *high], dtype=np.int64)


def members_of(spans: Spans, place: Counts) -> NDArray[np.bool_]:
    """Who is in which window, (windows, participants); ``place`` is everybody's distinct value, from 0."""
    return (place >= spans[:, :1]) & (place <= spans[:, 1:])


def overlap_of(size: int) -> int:
    """How many participants two neighbouring windows share, unless asked otherwise."""
    return size - max(1, size // STEPS_PER_WINDOW)


def windows_along(
    values: Numbers, event: Counts, treated: Counts, *, design: Design, size: int | None, overlap: int | None
) -> NDArray[np.bool_]:
    """Who is in which window, from low to high biomarker.

    Parameters
    ----------
    values, event, treated : array (participants,)
        ``values`` without missing ones.
    design : {"sliding", "tail"}
    size, overlap : int, optional
        See `sliding_spans`. By default a window holds a fifth of the participants, or more: 20 events on
        average and 3 in either arm of every window, though never more than half of the participants.

    Returns
    -------
    array (windows, participants) of bool
    """
    distinct, place = np.unique(values, return_inverse=True)
    held = np.bincount(place, minlength=distinct.size)

    def spans(participants: int) -> Spans:
        if design == "tail":
            return tail_spans(held, size=participants)
        shared = overlap_of(participants) if overlap is None else overlap
        return sliding_spans(held, size=participants, overlap=min(shared, participants - 1))

    if size is not None:
        return members_of(spans(size), place)
    return _large_enough(lambda n: members_of(spans(n), place), event, treated)


def _large_enough(
    members: Callable[[int], NDArray[np.bool_]], event: Counts, treated: Counts
) -> NDArray[np.bool_]:
    """The narrowest windows in which either arm has enough events."""
    per_arm = np.stack((event * (1 - treated), event * treated), axis=1)
    made = np.empty((0, event.size), dtype=np.bool_)
    for size in _sizes(event.size, int(event.sum())):
        made = members(size)
        if (made.astype(np.int64) @ per_arm).min() >= EVENTS_PER_ARM:
            break
    return made


def _sizes(participants: int, events: int) -> Iterator[int]:
    """Sizes to try, ascending, the last of them half of the participants."""
    half = max(1, participants // 2)
    least = max(-(-EVENTS_PER_WINDOW * participants // max(1, events)), -(-participants // LEAST_SHARE))
    size = min(least, half)
    while size < half:
        yield size
        size = max(size + 1, int(size * GROWTH))
    yield half
