"""Uploads in a real Redis: said when it stops, hangs or is full, and answered again when it is back."""

from __future__ import annotations

import queue
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mirodash.errors import UnavailableError, UnusableDataError, UnusableQuestionError
from mirodash.uploads import redis_store
from mirodash.uploads.redis_store import RedisStore
from mirodash.uploads.upload_store import FULL, UNAVAILABLE, digest
from tests.profiles import for_each
from tests.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.redis

READER, TRIAL = "the-cookie-of-a-reader", "own-trial"


@pytest.fixture
def own() -> Iterator[RedisServer]:
    """A server that a test may stop."""
    with redis_server() as server:
        yield server


def _asked(vault: RedisStore) -> dict[str, Callable[[], object]]:
    return {
        "put": lambda: vault.put(READER, TRIAL, {"a": b"1"}),
        "get": lambda: vault.get(READER, TRIAL, "a"),
        "trials": lambda: vault.trials(READER),
        "delete": lambda: vault.delete(READER, TRIAL),
    }


def _assert_silent(vault: RedisStore) -> None:
    for ask in _asked(vault).values():
        with pytest.raises(UnavailableError) as refused:
            ask()
        assert refused.value.problems == (UNAVAILABLE,)


def test_a_stopped_redis_is_said_and_works_again_when_it_is_back(own: RedisServer):
    vault = RedisStore(own.url, kept_seconds=100)
    for _ in range(2):
        vault.put(READER, TRIAL, {"a": b"1"})
        own.stop()
        _assert_silent(vault)
        own.start()
        assert vault.get(READER, TRIAL, "a") is None
        assert vault.trials(READER) == ()


def test_a_redis_that_was_restarted_between_two_questions_is_no_failure(own: RedisServer):
    vault = RedisStore(own.url, kept_seconds=100)
    for ask in _asked(vault).values():
        own.stop()
        own.start()
        ask()


def test_a_redis_that_hangs_is_said_and_keeps_what_it_had(own: RedisServer):
    vault = RedisStore(own.url, kept_seconds=100)
    vault.put(READER, TRIAL, {"a": b"1", "b": b"2"})
    with own.hung():
        with pytest.raises(UnavailableError):
            vault.get(READER, TRIAL, "a")
        with pytest.raises(UnavailableError):
            RedisStore(own.url, kept_seconds=100).trials(READER)
    assert [vault.get(READER, TRIAL, part) for part in "ab"] == [b"1", b"2"]


def test_answers_never_belong_to_a_question_that_was_given_up(own: RedisServer):
    vault = RedisStore(own.url, kept_seconds=100)
    for name in ("one", "two"):
        vault.put(name, TRIAL, {"a": name.encode()})
    with own.hung(), pytest.raises(UnavailableError):
        vault.get("one", TRIAL, "a")
    for _ in range(3):
        assert vault.get("two", TRIAL, "a") == b"two"


def test_stopping_it_under_use_gives_answers_or_a_sentence_and_nothing_else(own: RedisServer):
    vault = RedisStore(own.url, kept_seconds=100)
    vault.put(READER, TRIAL, {"a": b"before"})
    found: queue.SimpleQueue[object] = queue.SimpleQueue()
    enough = threading.Event()

    def ask() -> None:
        while not enough.is_set():
            try:
                found.put(vault.get(READER, TRIAL, "a"))
            except UnavailableError as error:
                found.put(error.problems)

    def wait_for(wanted: object) -> set[object]:
        seen: set[object] = set()
        while wanted not in seen:
            seen.add(found.get())
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(ask) for _ in range(3)]
        seen = wait_for(b"before")
        own.stop()
        seen |= wait_for((UNAVAILABLE,))
        own.start()
        vault.put(READER, TRIAL, {"a": b"after"})
        seen |= wait_for(b"after")
        enough.set()
    assert [reader.result() for reader in readers] == [None] * 3
    assert seen <= {b"before", (UNAVAILABLE,), None, b"after"}


def test_a_full_redis_is_said_and_keeps_what_it_had():
    with redis_server("--maxmemory", "6mb", "--maxmemory-policy", "noeviction") as server:
        vault = RedisStore(server.url, kept_seconds=100)
        vault.put(READER, TRIAL, {"a": b"1", "b": b"1"})

        def fill() -> None:
            for k in range(20):
                vault.put(READER, f"trial {k}", {"a": b"2", "b": bytes(1_000_000)})

        with pytest.raises(UnusableDataError) as refused:
            fill()
        assert refused.value.problems == (FULL,)
        assert [vault.get(READER, TRIAL, part) for part in "ab"] == [b"1", b"1"]
        kept = vault.trials(READER)
        assert kept[0] == TRIAL
        assert [vault.get(READER, trial, "a") for trial in kept[1:]] == [b"2"] * (len(kept) - 1)
        for trial in kept[1:]:
            vault.delete(READER, trial)
        vault.put(READER, "small", {"a": b"3"})
        assert vault.trials(READER) == (TRIAL, "small")


def test_redis_itself_forgets_when_no_worker_runs_any_more(redis: RedisServer):
    client = redis.client()
    client.flushall()
    RedisStore(redis.url, kept_seconds=0.5, spare_seconds=0.5).put(READER, TRIAL, {"a": b"1"})
    assert all(0 < client.pttl(key) <= 1_000 for key in client.keys())  # noqa: SIM118 - no dictionary
    while client.dbsize():
        pass
    assert RedisStore(redis.url, kept_seconds=1).trials(READER) == ()


@pytest.mark.parametrize("jump", [-86_000, 86_000])
def test_a_clock_of_redis_that_jumps_forgets_no_upload(redis: RedisServer, jump: int):
    client = redis.client()
    client.flushall()
    RedisStore(redis.url, kept_seconds=100).put(READER, TRIAL, {"a": b"1"})
    # to Redis, a clock put forward is a key that has so much less left
    for key in client.keys():  # noqa: SIM118 - no dictionary
        client.pexpire(key, client.pttl(key) - 1_000 * jump)
    for vault in (RedisStore(redis.url, kept_seconds=100), RedisStore(redis.url, kept_seconds=100)):
        assert vault.get(READER, TRIAL, "a") == b"1"
        assert vault.trials(READER) == (TRIAL,)


def test_workers_measure_together_how_long_nobody_asked(redis: RedisServer, monkeypatch: pytest.MonkeyPatch):
    client = redis.client()
    client.flushall()
    clocks = {"first": 5_000.0, "second": 70.0}

    def at(name: str) -> None:
        monkeypatch.setattr(redis_store, "uptime", lambda: clocks[name])

    vaults: dict[str, RedisStore] = {}
    for name in clocks:
        at(name)
        vaults[name] = RedisStore(redis.url, kept_seconds=100)
    at("first")
    for reader in ("leaves", "stays"):
        vaults["first"].put(reader, TRIAL, {"a": b"1"})
    for step in range(4):
        # the machines were started at different times, and time passes for both
        clocks["first"] += 30
        clocks["second"] += 30
        name = ("second", "first")[step % 2]
        at(name)
        assert vaults[name].get("stays", TRIAL, "a") == b"1"
    for name, vault in vaults.items():
        at(name)
        assert vault.get("leaves", TRIAL, "a") is None
        assert vault.trials("leaves") == ()
    assert client.exists(f"mirodash:uploads:{digest('leaves')}") == 0
    assert client.zcard("mirodash:uploads:readers") == 1


def test_what_another_version_kept_is_still_known(redis: RedisServer):
    client = redis.client()
    client.flushall()
    vault = RedisStore(redis.url, kept_seconds=100)
    vault.put(READER, TRIAL, {"a": b"1"})
    client.delete("mirodash:uploads:readers", "mirodash:uploads:clock")
    assert vault.get(READER, TRIAL, "a") == b"1"
    assert vault.trials(READER) == (TRIAL,)
    assert client.zcard("mirodash:uploads:readers") == 1


def test_nothing_stays_without_an_end(redis: RedisServer):
    client = redis.client()
    client.flushall()
    vault = RedisStore(redis.url, kept_seconds=100)
    for ask in _asked(vault).values():
        ask()
        assert all(client.ttl(key) > 0 for key in client.keys())  # noqa: SIM118 - no dictionary
    assert client.exists(f"mirodash:uploads:{digest(READER)}") == 0


def test_redis_learns_no_secret(redis: RedisServer):
    client = redis.client()
    client.flushall()
    RedisStore(redis.url, kept_seconds=100).put(READER, TRIAL, {"a": b"1"})
    key = f"mirodash:uploads:{digest(READER)}"
    kept = [*client.keys(), *client.hkeys(key), *client.hvals(key)]
    kept += client.zrange("mirodash:uploads:readers", 0, -1)
    assert READER.encode() not in b"".join(kept)


def test_a_slider_move_is_one_round_trip(redis: RedisServer, monkeypatch: pytest.MonkeyPatch):
    vault = RedisStore(redis.url, kept_seconds=100)
    vault.put(READER, TRIAL, {"a": b"1"})
    sent: list[bytes] = []
    sendall = socket.socket.sendall

    def spy(self: socket.socket, data: bytes) -> None:
        sent.append(bytes(data))
        sendall(self, data)

    monkeypatch.setattr("socket.socket.sendall", spy)
    assert vault.get(READER, TRIAL, "a") == b"1"
    assert len(sent) == 1
    assert b"HGET" in sent[0]


def test_a_redis_user_without_scripts_and_administration_will_do(redis: RedisServer):
    client = redis.client()
    client.execute_command(
        "ACL", "SETUSER", "mirodash", "on", ">word", "~mirodash:uploads:*",
        "+@all", "-@scripting", "-@admin", "-@dangerous",
    )  # fmt: skip
    vault = RedisStore(redis.url.replace("unix://", "unix://mirodash:word@"), kept_seconds=100)
    vault.put(READER, TRIAL, {"a": b"1"})
    assert vault.get(READER, TRIAL, "a") == b"1"
    assert vault.trials(READER) == (TRIAL,)
    vault.delete(READER, TRIAL)
    assert vault.trials(READER) == ()
    wrong = RedisStore(redis.url.replace("unix://", "unix://mirodash:wrong@"), kept_seconds=100)
    _assert_silent(wrong)


def test_it_works_over_a_port_as_well():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with redis_server(port=port):
        vault = RedisStore(f"redis://127.0.0.1:{port}/1", kept_seconds=100)
        vault.put(READER, TRIAL, {"a": b"1"})
        assert vault.get(READER, TRIAL, "a") == b"1"
    _assert_silent(vault)


def test_options_in_the_address_cannot_turn_bytes_into_text(redis: RedisServer):
    vault = RedisStore(f"{redis.url}?decode_responses=yes&socket_timeout=100&protocol=3", kept_seconds=100)
    vault.put(READER, TRIAL, {"a": b"\xff"})
    assert vault.get(READER, TRIAL, "a") == b"\xff"


@for_each("url", ["", "http://x", "redis://host:port", "redis://h?db=x", "unix:///x?nonsense=1"])
def test_what_is_no_address_is_refused_in_a_sentence(url: str):
    with pytest.raises(UnusableQuestionError, match="MIRODASH_REDIS_URL"):
        RedisStore(url, kept_seconds=100)


class _Stranger(socketserver.BaseRequestHandler):
    """A web server, which has never heard of Redis."""

    def handle(self) -> None:
        self.request.recv(1_000)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_something_else_that_answers_there_is_said():
    with socketserver.TCPServer(("127.0.0.1", 0), _Stranger) as stranger:
        answering = threading.Thread(target=lambda: stranger.serve_forever(0.01))
        answering.start()
        _assert_silent(RedisStore(f"redis://127.0.0.1:{stranger.server_address[1]}", kept_seconds=100))
        stranger.shutdown()
        answering.join()
