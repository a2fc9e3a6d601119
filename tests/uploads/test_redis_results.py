"""Results in a real Redis: read by other workers, believed only when signed, and never missed."""

from __future__ import annotations

import json
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.one_view import forget
from mirodash.errors import UnusableQuestionError
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.uploads import redis_results
from mirodash.uploads.redis_results import KEPT_SECONDS, MAX_BYTES, PAUSE, ROOM_ASKED_EVERY, RedisResults
from mirodash.uploads.uploads import open_results
from tests.dashboard.owners import Owner
from tests.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.redis

SECRET = "0123456789abcdef" * 2
ROOT = Path(__file__).parents[2]


@dataclass
class Clock:
    """Shows the time that a test sets."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own() -> Iterator[RedisServer]:
    """A server that a test may stop."""
    with redis_server() as server:
        yield server


def test_another_worker_reads_what_one_wrote_and_nothing_else(redis: RedisServer, clock: Clock):
    one, other = (RedisResults(redis.url, SECRET, clock=clock) for _ in range(2))
    assert one.get("a question") is None
    one.put("a question", b"\0a result")
    assert other.get("a question") == b"\0a result"
    assert other.get("another question") is None
    assert RedisResults(redis.url, SECRET[::-1], clock=clock).get("a question") is None


def test_results_expire_and_larger_ones_are_not_kept(own: RedisServer, clock: Clock):
    results, client = RedisResults(own.url, SECRET, clock=clock), own.client()
    results.put("small", b"1" * MAX_BYTES)
    (key,) = client.keys("*")
    assert 0 < client.ttl(key) <= KEPT_SECONDS
    assert results.get("small") == b"1" * MAX_BYTES
    results.put("large", b"1" * (MAX_BYTES + 1))
    assert client.keys("*") == [key]


def test_there_are_never_more_results_than_slots(
    own: RedisServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(redis_results, "SLOTS", 4)
    results = RedisResults(own.url, SECRET, clock=clock)
    for number in range(40):
        results.put(str(number), b"%d" % number)
    assert len(own.client().keys("*")) == 4
    found = [results.get(str(number)) for number in range(40)]
    # of those that fall onto one slot the last is there, and is taken for none of the others
    assert sum(value is not None for value in found) == 4
    assert all(value in (None, b"%d" % number) for number, value in enumerate(found))


def test_forged_truncated_and_swapped_values_are_misses(own: RedisServer, clock: Clock):
    results, client = RedisResults(own.url, SECRET, clock=clock), own.client()
    results.put("one", b"a result")
    (place,) = client.keys("*")
    kept = client.get(place)
    results.put("two", b"another")
    (other,) = set(client.keys("*")) - {place}
    forged = [kept[:length] for length in range(len(kept))]
    forged += [kept[:-1] + b"x", kept + b"x", client.get(other), b"x" * 10_000_000]
    for value in forged:
        client.set(place, value)
        assert results.get("one") is None
    client.delete(place)
    client.rpush(place, b"a list")
    assert results.get("one") is None
    # what is no text at all was a failure, so Redis is left alone for a while
    clock.now += PAUSE
    client.set(place, kept)
    assert results.get("one") == b"a result"


def test_a_redis_that_stops_is_as_if_there_were_none_and_is_asked_again_later(own: RedisServer, clock: Clock):
    results = RedisResults(own.url, SECRET, clock=clock)
    results.put("one", b"a result")
    own.stop()
    assert results.get("one") is None
    results.put("one", b"a result")
    own.start()
    results.put("one", b"a result")
    assert (results.get("one"), own.client().keys("*")) == (None, [])
    clock.now += PAUSE
    results.put("one", b"a result")
    assert results.get("one") == b"a result"


def test_a_redis_that_hangs_is_waited_for_once(
    own: RedisServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    results = RedisResults(own.url, SECRET, clock=clock)
    results.put("one", b"a result")
    asked: list[str] = []
    getrange = results._redis.getrange
    monkeypatch.setattr(
        results._redis, "getrange", lambda key, *of: (asked.append(key), getrange(key, *of))[1]
    )
    with own.hung():
        assert [results.get("one") for _ in range(50)] == [None] * 50
    assert len(asked) == 1
    clock.now += PAUSE
    assert results.get("one") == b"a result"


def test_a_slow_redis_is_left_alone(redis: RedisServer, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    results = RedisResults(redis.url, SECRET, clock=clock)
    results.put("slow", b"a result")
    getrange, seconds = results._redis.getrange, 0.05

    def take_long(*asked: object) -> bytes:
        clock.now += seconds
        return getrange(*asked)

    monkeypatch.setattr(results._redis, "getrange", take_long)
    assert [results.get("slow") for _ in range(5)] == [b"a result"] * 3 + [None] * 2
    seconds = 0.001
    clock.now += PAUSE
    assert [results.get("slow") for _ in range(5)] == [b"a result"] * 5


def test_a_full_redis_takes_no_results_and_half_of_it_is_left_to_uploads(clock: Clock):
    with redis_server("--maxmemory", "32mb", "--maxmemory-policy", "noeviction") as server:
        results, client = RedisResults(server.url, SECRET, clock=clock), server.client()
        results.put("before", b"a result")
        uploads = [f"upload {k}" for k in range(12)]
        for name in uploads:
            client.set(name, b"1" * 1_500_000)
        clock.now += ROOM_ASKED_EVERY
        results.put("half", b"a result")
        assert (results.get("before"), results.get("half")) == (b"a result", None)
        client.delete(*uploads)
        clock.now += ROOM_ASKED_EVERY
        results.put("half", b"a result")
        assert results.get("half") == b"a result"
        # it fills up after it was asked how much room there is
        client.config_set("maxmemory", "1")
        results.put("full", b"a result")
        client.config_set("maxmemory", "0")
        assert (results.get("full"), results.get("half")) == (None, b"a result")


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$-7\r\n", b"*1\r\n:1\r\n", b":5\r\n", b""]
)
def test_what_is_no_redis_is_as_if_there_were_none(answer: bytes, clock: Clock):
    class Other(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(1_000) and answer:
                self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Other) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            results = RedisResults(f"redis://127.0.0.1:{server.server_address[1]}/0", SECRET, clock=clock)
            for _ in range(3):
                assert results.get("one") is None
                results.put("one", b"a result")
                clock.now += PAUSE
        finally:
            server.shutdown()
            thread.join()


def test_an_address_that_is_none_is_said():
    with pytest.raises(UnusableQuestionError):
        RedisResults("redis://127.0.0.1:port/0", SECRET)


def test_results_are_kept_only_where_redis_is_named_and_they_are_not_switched_off(redis: RedisServer):
    assert open_results(Settings()) is None
    assert open_results(Settings(redis_url=redis.url, secret=SECRET, result_cache=False)) is None
    assert isinstance(open_results(Settings(redis_url=redis.url, secret=SECRET)), RedisResults)


ANSWER = """
import json, sys
from mirodash.factory import create_app
from mirodash.uploads import redis_results
from mirodash.settings import Settings
from mirodash.survival.max_statistic import SearchTest
from tests.dashboard.renderer import Reader

redis_results.PATIENCE = redis_results.SLOW = 30  # a busy machine is not a silent Redis
computed, share = [], SearchTest.share
def counted(test, k, **options):
    computed.append(k)
    return share(test, k, **options)
SearchTest.share = counted
reader, done, of = Reader(create_app(Settings.from_env())), 0, 1
while done < of:
    told = reader.step("searched", "threshold=3000", done + 1)
    done, of = told["steps"]["done"], told["steps"]["of"]
print(json.dumps([len(computed), told["panels"]]))
"""


def _answer(url: str) -> tuple[int, object]:
    """How many shares of the search a new process computes, and what it tells."""
    known = {"MIRODASH_REDIS_URL": url, "MIRODASH_SECRET": SECRET, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ANSWER]
    done = subprocess.run(command, env=known, cwd=ROOT, capture_output=True, text=True, check=True)
    computed, told = json.loads(done.stdout)
    return computed, told


def test_a_second_process_answers_a_search_without_computing_it(own: RedisServer):
    computed, told = _answer(own.url)
    assert computed == 20
    assert _answer(own.url) == (0, told)
    client = own.client()
    for key in client.keys("mirodash:results:*"):
        client.setrange(key, 40, b"forged")
    assert _answer(own.url) == (20, told)


def test_results_of_what_a_reader_brought_never_leave_the_process(own: RedisServer, tmp_path: Path):
    settings = Settings(redis_url=own.url, secret=SECRET)
    owner, client = Owner(create_app(settings), settings), own.client()
    hers = owner.upload_people(200, "Hers alone", tmp_path)
    forget()
    told = owner.step("searched", f"trial={hers}", 20)
    assert told["steps"]["done"] == 20
    assert client.keys("mirodash:results:*") == []
    owner.step("searched", "", 20)
    assert client.keys("mirodash:results:*")
