"""Upload store in Redis, which the workers of several machines share."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import NoPermissionError, OutOfMemoryError, RedisError, WatchError
from redis.retry import Retry

from mirodash.errors import UnavailableError, UnusableDataError, UnusableQuestionError
from mirodash.uploads.upload_store import FULL, UNAVAILABLE, digest, uptime

_PATIENCE = 1.0
"""Seconds that a reader waits for a Redis that hangs before being told."""
_TRIES = 50
SPARE_SECONDS = 86_400.0
"""How far Redis's own clock may jump ahead before it forgets what is still in use."""
_TOUCHED_EVERY = 5.0
_SWEPT_AT_ONCE = 100
_TRIAL, _PART = b"t", b"p"
_READERS = "mirodash:uploads:readers"
"""When each reader last asked, by the clock of the workers."""
_CLOCK, _PASSED = "mirodash:uploads:clock", "passed"
_TRIED = "mirodash:uploads:tried"
"""A key that nobody reads, written to find out whether Redis takes anything."""


def open_pool(url: str, *, patience: float) -> ConnectionPool:
    """Connections to a Redis that give up after so many seconds of silence.

    Raises
    ------
    UnusableQuestionError
        When the address is none; whether anybody answers there is found out when something is asked.
    """
    try:
        # Options in the address come first: none of them may turn bytes into text or let a reader wait.
        options: dict[str, Any] = parse_url(url) | {
            "decode_responses": False,
            "protocol": 2,
            "socket_timeout": patience,
            "socket_connect_timeout": patience,
            "retry": Retry(NoBackoff(), 1, supported_errors=(NoConnectionError,)),
        }
        pool = ConnectionPool(**options)
        pool.connection_class(**pool.connection_kwargs)  # finds out what no connection can be made with
    except (ValueError, TypeError, RedisError) as error:
        raise UnusableQuestionError("MIRODASH_REDIS_URL is not an address of a Redis server.") from error
    return pool


class RedisStore:
    """A `mirodash.uploads.upload_store.UploadStore` in Redis.

    A reader is one hash, so that all that is theirs expires together: a field for every trial with its
    number and name, and one for every part. Reader, trial and part are digests in it. It needs no
    scripts, so a Redis user without ``@scripting`` will do.

    Redis expires keys by its time of day, and would forget everything when that is put forward. So how
    long a reader has not asked is read from a clock that the workers keep together: the longest time that
    any of them has seen pass. Redis's own expiry comes a day later, for when no worker runs any more.

    Parameters
    ----------
    url : str
        ``redis://``, ``rediss://`` or ``unix://``.
    kept_seconds : float
        A reader who has not asked for so long is forgotten.
    spare_seconds : float
        How much later Redis itself forgets.

    Raises
    ------
    UnusableQuestionError
        When the address is none; whether anybody answers there is found out when something is asked.
    """

    def __init__(self, url: str, *, kept_seconds: float, spare_seconds: float = SPARE_SECONDS) -> None:
        self._kept_seconds = kept_seconds
        self._touched_every = min(_TOUCHED_EVERY, kept_seconds / 4)
        self._milliseconds = max(1, round((kept_seconds + spare_seconds) * 1_000))
        self._passed, self._seen_at = 0.0, uptime()
        self._lock = Lock()
        self._redis: Any = Redis(connection_pool=open_pool(url, patience=_PATIENCE))

    def put(self, reader: str, trial: str, parts: Mapping[str, bytes]) -> None:
        """Keep these parts of a trial, all of them or none; other parts of it stay."""
        if not parts:
            return
        with _sentences():
            seconds, microseconds = self._redis.time()
            number = seconds * 1_000_000 + microseconds
            content = {_part(trial, part): kept for part, kept in parts.items()}
            used, now = self._times(_key(reader))
            with self._redis.pipeline(transaction=True) as steps:
                if used is not None and now - used >= self._kept_seconds:
                    steps.delete(_key(reader))
                steps.hsetnx(_key(reader), _trial(trial), json.dumps([number, trial]))
                steps.hset(_key(reader), mapping=content)
                self._note_use(steps, _key(reader), now)
                steps.execute()
            self._sweep(now)

    def get(self, reader: str, trial: str, part: str) -> bytes | None:
        """One part, or None when there is no such part, or not any more."""
        with _sentences(), self._redis.pipeline(transaction=False) as steps:
            steps.hget(_key(reader), _part(trial, part))
            steps.zscore(_READERS, _key(reader))
            steps.zscore(_CLOCK, _PASSED)
            kept, used, passed = steps.execute()
            if kept is None or not self._touch(_key(reader), used, self._now(passed)):
                return None
            return kept

    def trials(self, reader: str) -> tuple[str, ...]:
        """The reader's trials, in the order in which they came."""
        with _sentences():
            fields = [field for field in self._redis.hkeys(_key(reader)) if field.startswith(_TRIAL)]
            if not fields:
                return ()
            told = self._redis.hmget(_key(reader), fields)
            if not self._touch(_key(reader), *self._times(_key(reader))):
                return ()
            return tuple(name for _, name in sorted(json.loads(text) for text in told if text is not None))

    def delete(self, reader: str, trial: str) -> None:
        """Forget one trial; one that is not there is forgotten already."""
        with _sentences(), self._redis.pipeline(transaction=True) as steps:
            for _ in range(_TRIES):
                with suppress(WatchError):
                    steps.watch(_key(reader))
                    fields = steps.hkeys(_key(reader))
                    steps.multi()
                    for field in fields:
                        if field.startswith((_trial(trial), _part(trial))):
                            steps.hdel(_key(reader), field)
                    steps.execute()
                    return
        raise UnavailableError(UNAVAILABLE)

    def room(self) -> int | None:
        """Try whether something can be kept, and return for how many bytes more there is room.

        None where Redis has no limit, or its user may not ask for it.
        """
        with _sentences():
            with self._redis.pipeline(transaction=True) as steps:
                steps.hset(_TRIED, mapping={b"tried": b""})
                steps.pexpire(_TRIED, 1_000)
                steps.execute()
            try:
                memory = self._redis.info("memory")
            except NoPermissionError:
                return None
            most, used = int(memory.get("maxmemory", 0)), int(memory.get("used_memory", 0))
            return max(0, most - used) if most else None

    def _now(self, passed: float | None) -> float:
        """The clock that the workers share, of which ``passed`` is what the last of them wrote."""
        with self._lock:
            at = uptime()
            self._passed = max(self._passed + at - self._seen_at, passed or 0.0)
            self._seen_at = at
            return self._passed

    def _times(self, key: str) -> tuple[float | None, float]:
        """When a reader last asked, None when that is not known; and what the shared clock shows."""
        with self._redis.pipeline(transaction=False) as steps:
            steps.zscore(_READERS, key)
            steps.zscore(_CLOCK, _PASSED)
            used, passed = steps.execute()
        return used, self._now(passed)

    def _touch(self, key: str, used: float | None, now: float) -> bool:
        """Whether a reader who has something is still known; says so, but not at every move of a slider."""
        if used is not None and now - used >= self._kept_seconds:
            self._sweep(now)
            return False
        if used is None or now - used > self._touched_every:
            with self._redis.pipeline(transaction=True) as steps:
                self._note_use(steps, key, now)
                steps.execute()
            self._sweep(now)
        return True

    def _note_use(self, steps: Any, key: str, now: float) -> None:
        steps.zadd(_READERS, {key: now})
        steps.zadd(_CLOCK, {_PASSED: now}, gt=True)
        for name in (key, _READERS, _CLOCK):
            steps.pexpire(name, self._milliseconds)

    def _sweep(self, now: float) -> None:
        """Forget who has not asked for too long, unless they come back at this very moment."""
        latest = now - self._kept_seconds
        for key in self._redis.zrangebyscore(_READERS, "-inf", latest, start=0, num=_SWEPT_AT_ONCE):
            with self._redis.pipeline(transaction=True) as steps, suppress(WatchError):
                steps.watch(key)
                used = steps.zscore(_READERS, key)
                if used is None or used > latest:
                    continue
                steps.multi()
                steps.delete(key)
                steps.zrem(_READERS, key)
                steps.execute()


def _key(reader: str) -> str:
    return f"mirodash:uploads:{digest(reader)}"


def _trial(trial: str) -> bytes:
    return _TRIAL + digest(trial).encode()


def _part(trial: str, part: str | None = None) -> bytes:
    """The field of a part; without one, how the fields of all parts of the trial begin."""
    return _PART + digest(trial).encode() + (b"" if part is None else digest(part).encode())


@contextmanager
def _sentences() -> Generator[None]:
    """Say in a sentence why Redis did not do what it was asked."""
    try:
        yield
    except OutOfMemoryError as error:
        raise UnusableDataError(FULL) from error
    except (RedisError, OSError) as error:
        raise UnavailableError(UNAVAILABLE) from error
