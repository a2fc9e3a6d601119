"""Results are kept by their size in memory, and those of every stop of a slider find room."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.errors import OverBudgetError
from mirodash.questions.group_interaction import interaction
from mirodash.questions.participant_flow import count_participant_flow
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.result_cache import ENTRY_BYTES, ResultCache, size_of
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample

MIROCALS = sample("mirocals")
KILOBYTES = 8 * 125


def zeros(kilobytes: int) -> NDArray[np.float64]:
    return np.zeros(kilobytes * 125)


def test_the_least_recently_used_results_make_room():
    cache, computed = ResultCache(10_000), list[int]()

    @cache.memoise
    def result(number: int) -> NDArray[np.float64]:
        computed.append(number)
        return zeros(2)

    for number in (1, 2, 3, 1, 4, 1, 3, 4):
        result(number)
        assert cache.bytes_kept <= 10_000
    assert computed == [1, 2, 3, 4]
    result(2)
    result(1)
    assert computed == [1, 2, 3, 4, 2, 1]


def test_what_is_larger_than_the_memory_is_computed_and_not_kept():
    cache, computed = ResultCache(10_000), list[int]()

    @cache.memoise
    def result(kilobytes: int) -> NDArray[np.float64]:
        computed.append(kilobytes)
        return zeros(kilobytes)

    assert [result(n).nbytes for n in (2, 20, 2, 20)] == [2_000, 20_000, 2_000, 20_000]
    assert computed == [2, 20, 20]


def test_functions_share_the_memory_and_never_a_result():
    cache = ResultCache(100_000)

    @cache.memoise
    def one(number: int) -> str:
        return f"one {number}"

    @cache.memoise
    def other(number: int) -> str:
        return f"other {number}"

    assert (one(1), other(1), one(1), other(1)) == ("one 1", "other 1", "one 1", "other 1")
    info: Any = one
    assert info.cache_info().hits == 1
    info.cache_clear()
    assert cache.bytes_kept == 0


def test_a_result_weighs_what_its_arrays_weigh_and_not_what_the_trial_does():
    assert size_of({"a": zeros(5), "b": [zeros(7)]}) > 12 * KILOBYTES
    assert size_of((zeros(5),) * 3) < 5 * KILOBYTES + 2 * ENTRY_BYTES
    assert size_of((MIROCALS, None, 1.0, "text")) < 2 * ENTRY_BYTES
    result = survival_by_group(MIROCALS, Selection())
    arrays = [
        values
        for group in result.groups
        for arm in (group.comparison.control, group.comparison.treated)
        for values in (arm.curve.time, arm.curve.estimate, arm.curve.lower, arm.curve.upper)
    ]
    assert size_of(result) > sum(values.nbytes for values in arrays)


def test_every_stop_of_a_slider_is_still_known_after_all_others():
    stops = candidate_thresholds(MIROCALS, Selection())
    assert len(stops) > 200
    for question in (survival_by_group, interaction, count_participant_flow):
        first = [question(MIROCALS, Selection(thresholds=(stop,))) for stop in stops]
        again = [question(MIROCALS, Selection(thresholds=(stop,))) for stop in stops]
        assert all(one is other for one, other in zip(first, again, strict=True))


def test_threads_get_the_results_of_their_own_questions():
    cache = ResultCache(20_000)

    @cache.memoise
    def result(number: int) -> NDArray[np.float64]:
        return np.full(200, float(number))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(result, [*range(40)] * 20))
    assert all((values == number).all() for values, number in zip(found, [*range(40)] * 20, strict=True))
    assert cache.bytes_kept <= 20_000


def test_threads_that_ask_at_once_compute_a_result_once():
    cache, computed = ResultCache(10_000), list[int]()
    is_begun, may_end = Event(), Event()

    @cache.memoise
    def double(number: int) -> int:
        computed.append(number)
        is_begun.set()
        may_end.wait(10)
        return 2 * number

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(double, 3)
        assert is_begun.wait(10)
        others = [threads.submit(double, 3) for _ in range(6)]
        assert threads.submit(cache.recall, double, 4).result(10) is None  # nobody else waits
        may_end.set()
        assert [one.result(10) for one in (first, *others)] == [6] * 7
    assert computed == [3]


def test_where_the_first_fails_the_next_computes():
    cache, tried = ResultCache(10_000), list[int]()
    is_begun, may_end = Event(), Event()

    @cache.memoise
    def double(number: int) -> int:
        tried.append(number)
        if len(tried) == 1:
            is_begun.set()
            may_end.wait(10)
            raise OverBudgetError("Over.")
        return 2 * number

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(double, 3)
        assert is_begun.wait(10)
        others = [threads.submit(double, 3) for _ in range(3)]
        may_end.set()
        assert isinstance(first.exception(10), OverBudgetError)
        assert [one.result(10) for one in others] == [6] * 3
    assert tried == [3, 3]
