"""Result cache: answers for views that were seen before, within a fixed amount of memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import partial
from operator import attrgetter
from threading import Condition, RLock
from typing import Any, ParamSpec, TypeVar

import numpy as np
from cachetools import LRUCache, cached
from cachetools.keys import hashkey
from numpy.typing import NDArray

from mirodash.trial.dictionary import Dictionary
from mirodash.trial.trial import Trial

P = ParamSpec("P")
R = TypeVar("R")
Given = TypeVar("Given", bound=Hashable)
Asked = TypeVar("Asked", bound=Hashable)

MAX_BYTES = 128 * 2**20
"""Of results in a process: many times what all stops of a slider on a trial of a few hundred take."""
SCALARS = frozenset((int, float, bool, type(None)))
NOT_COUNTED = frozenset((Trial, Dictionary))
"""What results share with the trial that they are about."""
SCALAR_BYTES, ARRAY_BYTES = 32, 112
ENTRY_BYTES = 600
"""What a place in the cache takes beside its result: the key, and where it stands in the order of use."""


def size_of(result: object) -> int:
    """Bytes that keeping a result takes: its arrays, texts and numbers, without the trial that it is about.

    What is in it twice counts once, and a view of an array counts as the whole array, which it keeps.

    >>> size_of(np.zeros(1000)) - size_of(np.zeros(0))
    8000
    >>> column = np.zeros(1000)
    >>> size_of((column, column[:10])) - size_of((column,)) < 200
    True
    """
    seen: set[int] = set()
    total = ENTRY_BYTES
    waiting: list[Iterable[Any]] = [(result,)]
    while waiting:
        for thing in waiting.pop():
            kind = type(thing)
            if kind in SCALARS:
                total += SCALAR_BYTES
                continue
            if id(thing) in seen or kind in NOT_COUNTED:
                continue
            seen.add(id(thing))
            if kind is np.ndarray and thing.base is None:
                total += ARRAY_BYTES + thing.nbytes
                continue
            total += sys.getsizeof(thing)
            parts = _PARTS[kind]
            if parts is not None:
                waiting.append(parts(thing))
    return total


class _PartsByKind(dict[type, "Callable[[Any], Iterable[object]] | None"]):
    """How to list what a thing of each kind holds; found out once for a kind."""

    def __missing__(self, kind: type) -> Callable[[Any], Iterable[object]] | None:
        found = self[kind] = _parts_of(kind)
        return found


_PARTS = _PartsByKind()


def _parts_of(kind: type) -> Callable[[Any], Iterable[object]] | None:
    """How to list what a thing of this kind holds: of a view of an array the array; None for nothing."""
    if issubclass(kind, np.ndarray):
        return _base
    if issubclass(kind, (tuple, list, set, frozenset)):
        return iter
    if issubclass(kind, Mapping):
        return _keys_and_values
    names = [item.name for item in fields(kind)] if is_dataclass(kind) else []
    if len(names) > 1:
        return attrgetter(*names)
    return partial(_only_field, names[0]) if names else None


def _base(array: NDArray[Any]) -> Iterable[object]:
    return (array.base,)


def _keys_and_values(mapping: Mapping[object, object]) -> Iterable[object]:
    return (*mapping.keys(), *mapping.values())


def _only_field(name: str, thing: object) -> Iterable[object]:
    return (getattr(thing, name),)


class ResultCache:
    """Results of pure functions within a limit in bytes; the least recently used make room for others.

    A number of results would not do as a limit: those of a hundred thousand participants take a thousand
    times as much as those of a hundred.

    Parameters
    ----------
    max_bytes : int
        For the results of all functions together. A result that is larger is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._results: LRUCache[Hashable, Any] = LRUCache(max_bytes, getsizeof=self._weigh)
        self._known_size: int | None = None
        self._lock = RLock()
        self._computed = Condition(self._lock)

    def _weigh(self, result: object) -> int:
        return size_of(result) if self._known_size is None else self._known_size

    @property
    def bytes_kept(self) -> int:
        """How much the results take that are kept now."""
        return int(self._results.currsize)

    def memoise(self, function: Callable[P, R]) -> Callable[P, R]:
        """Keep what a pure function of hashable arguments returns; threads that ask at once compute it once.

        Three hundred readers who open one link wait for the first of them. Should that one fail, or run out
        of its budget, the next one computes. A function must not ask for its own result meanwhile.

        ``cache_info()`` and ``cache_clear()`` of what is returned are as of ``functools.lru_cache``, but
        clearing forgets the results of every function.
        """
        key = partial(hashkey, f"{function.__module__}.{function.__qualname__}")
        remembering: Callable[P, R] = cached(self._results, key=key, condition=self._computed, info=True)(
            function
        )
        return remembering

    def recall(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """What a memoised function returned for these arguments, None if it is not kept: nothing is computed.

        >>> cache = ResultCache(10_000)
        >>> double = cache.memoise(lambda number: 2 * number)
        >>> cache.recall(double, 4), double(4), cache.recall(double, 4)
        (None, 8, 8)
        """
        with self._lock:
            kept: R | None = self._results.get(_key_of(function, *args, **kwargs))
        return kept

    def remember_together(
        self,
        function: Callable[[Given, Asked], R],
        compute: Callable[[Given, Sequence[Asked]], Sequence[R]],
        given: Given,
        asked: Sequence[Asked],
    ) -> None:
        """Keep what a memoised function returns for many, where those it lacks are computed all in one go.

        They count as much as the largest of the first, the middle and the last of them: to weigh each of the
        stops of a slider takes as long as to compare its arms.

        Parameters
        ----------
        function : given, asked -> result
            The memoised function.
        compute : given, several asked -> results
            The same for several at once, in their order.

        >>> cache = ResultCache(10_000)
        >>> times = cache.memoise(lambda factor, number: factor * number)
        >>> cache.remember_together(times, lambda factor, many: [factor * one for one in many], 2, (3, 4))
        >>> times(2, 3), times(2, 4), times.cache_info().misses
        (6, 8, 0)
        """
        missing = [one for one in asked if self.recall(function, given, one) is None]
        if not missing:
            return
        results = compute(given, missing)
        size = max(size_of(results[place]) for place in {0, len(results) // 2, len(results) - 1})
        for one, result in zip(missing, results, strict=True):
            # as of `memoise`: what is larger than all there is room for is not kept
            with self._lock, suppress(ValueError):
                self._known_size = size
                try:
                    self._results[_key_of(function, given, one)] = result
                finally:
                    self._known_size = None


def _key_of(function: Callable[..., object], *args: object, **kwargs: object) -> Hashable:
    return hashkey(f"{function.__module__}.{function.__qualname__}", *args, **kwargs)


_RESULTS = ResultCache(MAX_BYTES)
memoise = _RESULTS.memoise
"""For functions of a trial and a selection: one memory for all results of the process."""
recall = _RESULTS.recall
"""Of a function that is memoised: what is kept, without computing anything."""
remember_together = _RESULTS.remember_together
"""Of a function that is memoised: what it returns for many, computed in one go."""
