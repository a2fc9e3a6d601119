"""A worker remembers the trials asked for last, and never one whose columns mean something else by now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from mirodash.uploads.uploads import Built, BuiltTrials
from tests.small_trials import eight_people

TRIAL = eight_people()


def _built(name: str, *, revision: bytes = b"1", size: int = 10) -> Built:
    return Built(replace(TRIAL, id=name), revision, size)


def _names(kept: BuiltTrials, names: str, revision: bytes = b"1") -> str:
    return "".join(name for name in names if kept.get(("reader", name), revision))


def test_a_trial_is_remembered_for_its_reader_and_its_revision():
    kept = BuiltTrials()
    kept.keep(("reader", "a"), _built("a"))
    found = kept.get(("reader", "a"), b"1")
    assert found is not None
    assert found.id == "a"
    assert kept.get(("reader", "a"), b"2") is None
    assert kept.get(("other", "a"), b"1") is None
    kept.keep(("reader", "a"), _built("a", revision=b"2"))
    assert kept.get(("reader", "a"), b"1") is None
    assert kept.get(("reader", "a"), b"2") is not None
    kept.drop(("reader", "a"))
    kept.drop(("reader", "a"))
    assert kept.get(("reader", "a"), b"2") is None


def test_the_one_that_nobody_asked_for_the_longest_goes_first():
    kept = BuiltTrials(most=3)
    for name in "abc":
        kept.keep(("reader", name), _built(name))
    assert _names(kept, "a") == "a"
    kept.keep(("reader", "d"), _built("d"))
    assert _names(kept, "abcd") == "acd"


def test_large_trials_make_each_other_forgotten_sooner():
    kept = BuiltTrials(most_bytes=100)
    for name, size in (("a", 50), ("b", 40), ("c", 20)):
        kept.keep(("reader", name), _built(name, size=size))
    assert _names(kept, "abc") == "bc"
    kept.keep(("reader", "d"), _built("d", size=1_000))
    assert _names(kept, "abcd") == "d"


def test_many_threads_at_once_keep_within_the_limit():
    kept = BuiltTrials(most=5)

    def work(worker: int) -> None:
        for k in range(300):
            key = ("reader", str((worker + k) % 9))
            found = kept.get(key, b"1")
            assert found is None or found.id == key[1]
            kept.keep(key, _built(key[1]))
            kept.drop(("reader", str(k % 9)))
            assert len(kept) <= 5

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [None] * 4
