"""Keeps results in Redis for other workers; without a Redis that answers, it is as if nothing were kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from redis import Redis
from redis.exceptions import NoPermissionError, OutOfMemoryError, RedisError

from mirodash.uploads.redis_store import open_pool

R = TypeVar("R")

SLOTS = 8_192
MAX_BYTES = 64_000
"""Of one result. Most take a few kilobytes: 30 MB in all, and never more than half a gigabyte."""
KEPT_SECONDS = 3_600
PATIENCE = 0.1
"""Seconds that a reader waits for an answer."""
SLOW = 0.02
MAX_SLOW = 3
"""After so many slow answers in a row computing is quicker."""
PAUSE = 30.0
"""Seconds for which a Redis that was silent or slow is not asked again."""
ROOM_ASKED_EVERY = 10.0
MAX_SHARE = 0.5
"""Of Redis's memory: the rest is for trials that readers bring."""
_SIGNATURE = hashlib.sha256().digest_size


class RedisResults:
    """A `mirodash.stratification.shared_results.ResultStore` in Redis.

    Every key falls onto one of a fixed number of slots, where the later result takes the place of the
    earlier: no counting, no scripts, and a bound on what all of them take. A value is signed together with
    its key, so that nothing is believed that a worker with the same secret did not write for this question.

    Parameters
    ----------
    url : str
        ``redis://``, ``rediss://`` or ``unix://``.
    secret : str
        Shared by all workers.
    clock : () -> float
        Seconds that pass.

    Raises
    ------
    UnusableQuestionError
        When the address is none.
    """

    def __init__(self, url: str, secret: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._redis: Any = Redis(connection_pool=open_pool(url, patience=PATIENCE))
        self._signing = hmac.digest(secret.encode(), b"results that workers share", "sha256")
        self._clock = clock
        self._lock = Lock()
        self._slow, self._paused_until = 0, float("-inf")
        self._room_asked, self._has_room = float("-inf"), False

    def get(self, key: str) -> bytes | None:
        """What was put under a key and is still there; None else, and when Redis does not answer."""
        slot = _slot(key)
        # no more than a result can be is read, whatever is there
        kept = self._ask(lambda: self._redis.getrange(slot, 0, _SIGNATURE + MAX_BYTES))
        if not isinstance(kept, bytes):
            return None
        signature, value = kept[:_SIGNATURE], kept[_SIGNATURE:]
        return value if hmac.compare_digest(signature, self._signature(key, value)) else None

    def put(self, key: str, value: bytes) -> None:
        """Keep a result for an hour at most, where there is room for it."""
        if len(value) > MAX_BYTES or not self._room():
            return
        signed = self._signature(key, value) + value
        self._ask(lambda: self._redis.set(_slot(key), signed, ex=KEPT_SECONDS))

    def _signature(self, key: str, value: bytes) -> bytes:
        return hmac.digest(self._signing, hashlib.sha256(key.encode()).digest() + value, "sha256")

    def _room(self) -> bool:
        """Whether results may take more of Redis's memory; asked now and then."""
        now = self._clock()
        with self._lock:
            if now - self._room_asked < ROOM_ASKED_EVERY:
                return self._has_room
            self._room_asked = now
        found = self._ask(self._is_spacious)
        with self._lock:
            self._has_room = found is True
            return self._has_room

    def _is_spacious(self) -> bool:
        try:
            memory = self._redis.info("memory")
        except NoPermissionError:
            return True
        most, used = int(memory.get("maxmemory", 0)), int(memory.get("used_memory", 0))
        return not most or used < MAX_SHARE * most

    def _ask(self, question: Callable[[], R]) -> R | None:
        """The answer; None when there is none, and while it was silent or slow a moment ago."""
        started = self._clock()
        if started < self._paused_until:
            return None
        try:
            answer = question()
        except OutOfMemoryError:
            with self._lock:
                self._has_room = False
            return None
        # whatever a server that is none of Redis answers, the reader gets computed numbers
        except (RedisError, OSError, ValueError, TypeError, AttributeError, LookupError):
            self._pause()
            return None
        with self._lock:
            self._slow = self._slow + 1 if self._clock() - started > SLOW else 0
            is_slow = self._slow >= MAX_SLOW
        if is_slow:
            self._pause()
        return answer

    def _pause(self) -> None:
        with self._lock:
            self._slow, self._paused_until = 0, self._clock() + PAUSE


def _slot(key: str) -> str:
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % SLOTS
    return f"mirodash:results:{number}"
