"""What one process computed another reads, for the same question, program and trial only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.one_view import forget
from mirodash.stratification.result_codec import encode
from mirodash.stratification.selection import Declaration, LevelFilter, Selection
from mirodash.stratification.shared_results import WORTH_SECONDS, SharedResults, share_result
from mirodash.trial.trial import Trial
from tests.stratification.shared_questions import (
    ADJUSTED,
    MIROCALS,
    QUESTIONS,
    SMALL_CELLS,
    Memory,
    assert_same,
    ticking,
)

COMPUTED: list[tuple[Any, ...]] = []


@share_result
def counted(trial: Trial, selection: Selection, *, share: int = 0) -> tuple[str, int]:
    """What it is asked, which it writes down."""
    COMPUTED.append((trial, selection, share))
    return selection.to_query(), share


@pytest.fixture(autouse=True)
def _nothing_computed() -> Iterator[None]:
    COMPUTED.clear()
    yield
    COMPUTED.clear()


def results(store: Memory, **options: Any) -> SharedResults:
    return SharedResults(
        **{"store": store, "program": "1", "is_shared": lambda _: True, "clock": ticking(), **options}
    )


@pytest.mark.parametrize("name", QUESTIONS)
def test_another_process_gets_the_same_numbers_without_computing_them(name: str):
    store, ask = Memory(), QUESTIONS[name]
    forget()
    with results(store).use():
        first = ask(MIROCALS, ADJUSTED)
    # as if this were another process, which remembers nothing
    forget()
    store.found = store.missed = 0
    with results(store).use():
        second = ask(MIROCALS, ADJUSTED)
    assert (store.found > 0, store.missed) == (True, 0)
    assert_same(second, first)
    forget()
    assert_same(ask(MIROCALS, ADJUSTED), first)


def test_a_question_is_computed_once_and_outside_of_requests_always():
    store = Memory()
    with results(store).use():
        assert counted(MIROCALS, ADJUSTED, share=3) == counted(MIROCALS, ADJUSTED, share=3)
    assert len(COMPUTED) == 1
    counted(MIROCALS, ADJUSTED, share=3)
    assert len(COMPUTED) == 2


def test_nothing_is_read_for_another_question_program_or_trial():
    store = Memory()
    others = [
        replace(ADJUSTED, **change)
        for change in (
            {"trial": "mirocals"},
            {"endpoint": "os"},
            {"horizon": 300.0},
            {"horizon": 300.00000000000006},
            {"biomarker": "nfl"},
            {"thresholds": None},
            {"thresholds": ()},
            {"treated": "a"},
            {"control": "a"},
            {"sites": ()},
            {"sites": ("a",)},
            {"filters": (LevelFilter("onset", ("bulbar",)),)},
            {"strata": ("onset",)},
            {"adjust": ("age",)},
            {"curves": ""},
            {"declared": Declaration((3000.0,), "protocol", "2017-04-12")},
            {"confidence": 0.9},
            {"unit": "weeks"},
        )
    ]
    for selection in (ADJUSTED, *others):
        with results(store).use():
            counted(MIROCALS, selection)
    with results(store).use():
        counted(MIROCALS, ADJUSTED, share=1)
        counted(SMALL_CELLS, ADJUSTED)
        counted(replace(MIROCALS, fingerprint="sha256:other"), ADJUSTED)
    with results(store, program="2").use():
        counted(MIROCALS, ADJUSTED)
    assert store.found == 0
    assert len(store.kept) == len(COMPUTED) == len(others) + 5


def test_what_a_reader_brought_is_neither_asked_for_nor_written():
    store = Memory()
    with results(store, is_shared=lambda trial: trial.id == "mirocals").use():
        counted(replace(MIROCALS, id="own-mR5hxV3bq0cGd-_8kYlZ1w"), ADJUSTED)
        assert (store.found, store.missed, store.kept) == (0, 0, {})
        counted(MIROCALS, ADJUSTED)
    assert len(store.kept) == 1


def test_what_is_computed_in_no_time_is_not_written():
    store, steps = Memory(), iter([0.0, WORTH_SECONDS / 2, 1.0, 1.0 + WORTH_SECONDS * 2])
    with results(store, clock=lambda: next(steps)).use():
        counted(MIROCALS, ADJUSTED)
        assert store.kept == {}
        counted(MIROCALS, ADJUSTED)
    assert len(store.kept) == 1


@pytest.mark.parametrize(
    "forged", [b"", b"no result", encode(1.5, float), encode(("a", "b"), tuple[str, str])]
)
def test_a_forged_value_is_a_miss_and_is_replaced(forged: bytes):
    store = Memory()
    with results(store).use():
        told = counted(MIROCALS, ADJUSTED)
        (key,) = store.kept
        right = store.kept[key]
        store.kept[key] = forged
        assert counted(MIROCALS, ADJUSTED) == told
    assert len(COMPUTED) == 2
    assert store.kept == {key: right}
