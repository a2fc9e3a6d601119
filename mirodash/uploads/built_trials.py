"""The trials that one worker has built from what is kept, so that a slider need not wait for them again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from mirodash.trial.trial import Trial

Key = tuple[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Built:
    """A trial, the revision of its dictionary it was built with, and how many bytes it was built from."""

    trial: Trial
    revision: bytes
    size: int


class BuiltTrials:
    """The trials asked for last, by reader and name; safe to use from many threads.

    Parameters
    ----------
    most_bytes : int
        Of what they were built from, all together; the one asked for last is kept however large it is.
    most : int
        How many of them.
    """

    def __init__(self, *, most_bytes: int = 100_000_000, most: int = 100) -> None:
        self._most_bytes = most_bytes
        self._most = most
        self._built: OrderedDict[Key, Built] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._built)

    def get(self, key: Key, revision: bytes) -> Trial | None:
        """The trial as this revision makes it, or None when it has to be built."""
        with self._lock:
            built = self._built.get(key)
            if built is None or built.revision != revision:
                return None
            self._built.move_to_end(key)
            return built.trial

    def keep(self, key: Key, built: Built) -> None:
        """Remember a trial, and forget those that nobody has asked for the longest."""
        with self._lock:
            self._built.pop(key, None)
            self._built[key] = built
            while len(self._built) > 1 and self._is_full():
                self._built.popitem(last=False)

    def drop(self, key: Key) -> None:
        """Forget a trial; one that is not there is forgotten already."""
        with self._lock:
            self._built.pop(key, None)

    def _is_full(self) -> bool:
        size = sum(built.size for built in self._built.values())
        return size > self._most_bytes or len(self._built) > self._most
