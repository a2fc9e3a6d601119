"""What holds for every place where uploads are kept: readers are apart, and nothing is kept by halves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from mirodash.uploads.upload_store import UploadStore
from tests.profiles import share_of_examples
from tests.uploads.conftest import Place

HOSTILE = [
    "",
    ".",
    "..",
    "../x",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "C:\\x",
    "CON",
    "a\0b",
    "x" * 10_000,
    "é",
    "e\u0301",
    "\u202ex",
    "\ud800",
    "🏥",
    "a b\n",
    "*",
    "a:b",
    "A:B",
    "used",
    "about",
    "t",
    "readers",
]


def test_what_was_put_is_got_and_nothing_else(vault: UploadStore):
    vault.put("reader", "trial", {"a": b"1", "b": b""})
    assert vault.get("reader", "trial", "a") == b"1"
    assert vault.get("reader", "trial", "b") == b""
    assert vault.get("reader", "trial", "c") is None
    assert vault.get("reader", "other", "a") is None
    assert vault.get("other", "trial", "a") is None
    assert vault.trials("reader") == ("trial",)
    assert vault.trials("other") == ()


def test_a_new_part_leaves_the_others(vault: UploadStore):
    vault.put("reader", "trial", {"a": b"1", "b": b"2"})
    vault.put("reader", "trial", {"b": b"3", "c": b"4"})
    assert [vault.get("reader", "trial", part) for part in "abc"] == [b"1", b"3", b"4"]


def test_nothing_put_is_nothing_kept(vault: UploadStore):
    vault.put("reader", "trial", {})
    assert vault.trials("reader") == ()


def test_trials_stay_in_the_order_in_which_they_came(vault: UploadStore):
    for trial in "dbeac":
        vault.put("reader", trial, {"a": b""})
    vault.put("reader", "d", {"b": b""})
    assert vault.trials("reader") == tuple("dbeac")
    vault.delete("reader", "d")
    vault.put("reader", "d", {"a": b""})
    assert vault.trials("reader") == tuple("beacd")


def test_a_deleted_trial_is_gone_with_all_its_parts(vault: UploadStore):
    vault.put("reader", "trial", {"a": b"1", "b": b"2"})
    vault.put("reader", "other", {"a": b"3"})
    vault.delete("reader", "trial")
    vault.delete("reader", "trial")
    assert vault.trials("reader") == ("other",)
    assert vault.get("reader", "other", "a") == b"3"
    vault.put("reader", "trial", {"c": b"4"})
    assert [vault.get("reader", "trial", part) for part in "abc"] == [None, None, b"4"]


def test_another_worker_sees_the_same(place: Place):
    first, second = place.open(), place.open()
    first.put("reader", "trial", {"a": b"1"})
    assert second.get("reader", "trial", "a") == b"1"
    second.put("reader", "trial", {"a": b"2"})
    assert first.get("reader", "trial", "a") == b"2"
    first.delete("reader", "trial")
    assert second.get("reader", "trial", "a") is None


def test_readers_and_trials_with_hostile_names_are_kept_apart(vault: UploadStore):
    for reader in HOSTILE:
        vault.put(reader, reader, {reader: reader.encode("utf-8", "surrogatepass")})
    for reader in HOSTILE:
        assert vault.trials(reader) == (reader,)
        assert vault.get(reader, reader, reader) == reader.encode("utf-8", "surrogatepass")
    for one, other in permutations(HOSTILE, 2):
        assert vault.get(one, other, one) is None
        assert vault.get(one, one, other) is None
    for reader in HOSTILE[::2]:
        vault.delete(reader, reader)
    assert [vault.trials(reader) != () for reader in HOSTILE] == [i % 2 == 1 for i in range(len(HOSTILE))]


def test_a_reader_who_does_not_ask_is_forgotten(place: Place):
    vault = place.open(kept_seconds=100)
    vault.put("leaves", "trial", {"a": b"1"})
    vault.put("leaves", "other", {"a": b"1"})
    place.let_pass(60)
    vault.put("stays", "trial", {"a": b"1"})
    place.let_pass(60)
    assert vault.get("leaves", "trial", "a") is None
    assert vault.trials("leaves") == ()
    assert vault.get("stays", "trial", "a") == b"1"


def test_what_was_forgotten_does_not_come_back(place: Place):
    vault = place.open(kept_seconds=100)
    vault.put("leaves", "trial", {"a": b"1", "b": b"2"})
    place.let_pass(101)
    vault.put("leaves", "trial", {"a": b"3"})
    assert vault.get("leaves", "trial", "a") == b"3"
    assert vault.get("leaves", "trial", "b") is None


ASKED: dict[str, Callable[[UploadStore], object]] = {
    "get": lambda vault: vault.get("reader", "trial", "a"),
    "trials": lambda vault: vault.trials("reader"),
    "put": lambda vault: vault.put("reader", "other", {"a": b""}),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_whatever_is_asked_lets_the_time_begin_anew(place: Place, ask: Callable[[UploadStore], object]):
    vault = place.open(kept_seconds=100)
    vault.put("reader", "trial", {"a": b"1"})
    for _ in range(3):
        place.let_pass(60)
        ask(vault)
    assert vault.get("reader", "trial", "a") == b"1"


def _together(*tasks: Callable[[], object]) -> None:
    """Do everything at the same moment; what one of them raises is raised."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()


def test_many_workers_at_once_lose_nothing(place: Place):
    def fill(worker: int) -> None:
        vault = place.open()
        for k in range(10):
            vault.put("reader", "trial", {f"part {worker} {k}": b"1"})
            vault.put("reader", f"trial {worker} {k}", {"a": b"1"})
            vault.delete("reader", f"trial {worker} {k}")

    _together(*(lambda worker=worker: fill(worker) for worker in range(6)))
    vault = place.open()
    assert vault.trials("reader") == ("trial",)
    kept = [vault.get("reader", "trial", f"part {worker} {k}") for worker in range(6) for k in range(10)]
    assert kept == [b"1"] * 60


def test_a_part_that_is_replaced_again_and_again_is_never_missing(place: Place):
    vault = place.open()
    vault.put("reader", "trial", {"a": b"0", "b": b"0"})

    def replace_it() -> None:
        writer = place.open()
        for k in range(60):
            writer.put("reader", "trial", {"a": str(k).encode()})

    def look() -> None:
        for _ in range(300):
            assert vault.get("reader", "trial", "a") is not None
            assert vault.get("reader", "trial", "b") == b"0"

    _together(replace_it, replace_it, look, look)


def test_what_is_deleted_while_it_is_used_is_there_or_gone(place: Place):
    def put() -> None:
        vault = place.open()
        for _ in range(40):
            vault.put("reader", "trial", {"a": b"1", "b": b"1"})

    def delete() -> None:
        vault = place.open()
        for _ in range(40):
            vault.delete("reader", "trial")

    def look() -> None:
        vault = place.open()
        for _ in range(200):
            assert vault.get("reader", "trial", "a") in (None, b"1")
            assert vault.trials("reader") in ((), ("trial",))

    _together(put, delete, put, delete, look)
    vault = place.open()
    vault.delete("reader", "trial")
    assert vault.trials("reader") == ()


Model = dict[str, dict[str, dict[str, bytes]]]

few = st.sampled_from(["", "x", "../x", "\ud800", "y" * 300])
steps = st.one_of(
    st.tuples(st.just("put"), few, few, st.dictionaries(few, st.binary(max_size=20), max_size=3)),
    st.tuples(st.just("get"), few, few, few),
    st.tuples(st.just("delete"), few, few),
    st.tuples(st.just("trials"), few),
)


def _expected(model: Model, doing: str, reader: str, *rest: Any) -> object:
    """What a dictionary in memory answers."""
    trials = model.setdefault(reader, {})
    if doing == "put" and rest[1]:
        trials.setdefault(rest[0], {}).update(rest[1])
    elif doing == "delete":
        trials.pop(rest[0], None)
    elif doing == "get":
        return trials.get(rest[0], {}).get(rest[1])
    elif doing == "trials":
        return tuple(trials)
    return None


@share_of_examples(0.6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=25))
def test_a_vault_is_a_dictionary_that_many_workers_share(place: Place, doings: list[tuple[Any, ...]]):
    place.clear()
    workers, model = (place.open(), place.open()), Model()
    for k, (doing, *rest) in enumerate(doings):
        assert getattr(workers[k % 2], doing)(*rest) == _expected(model, doing, *rest), (doing, rest)
