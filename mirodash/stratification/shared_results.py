"""A cache of results that workers share: what one of them computed for long, the others read.

Nothing is passed through the analyses for it: a context variable holds the shared results of the request
being answered, and elsewhere (on the command line, in a script) there are none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, wraps
from time import thread_time
from typing import Any, ParamSpec, Protocol, TypeVar, cast, get_type_hints

from mirodash.stratification.result_codec import decode, encode
from mirodash.trial.trial import Trial

P = ParamSpec("P")
R = TypeVar("R")

WORTH_SECONDS = 0.002
"""Of processor time: what took less is computed again sooner than it is written for others."""


class ResultStore(Protocol):
    """Bytes by key, kept as long as there is room: neither method ever raises, nor takes long."""

    def get(self, key: str) -> bytes | None:
        """What was put under a key, as far as can be known; None when there is nothing."""
        ...

    def put(self, key: str, value: bytes) -> None:
        """Keep something for a while, or do not."""
        ...


@dataclass(frozen=True, slots=True)
class SharedResults:
    """Results in a store that other processes read and write too.

    Parameters
    ----------
    store : ResultStore
        What it answers is checked.
    program : str
        What tells this version of the program from every other one, whose numbers may differ.
    is_shared : Trial -> bool
        Which trials' results may be put there: those of everybody, not what a reader brought.
    clock : () -> float
        Seconds of processor time of this thread.
    """

    store: ResultStore
    program: str
    is_shared: Callable[[Trial], bool]
    clock: Callable[[], float] = thread_time

    @contextmanager
    def use(self) -> Generator[None]:
        """Look for results here while the block is run, and put them here."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    def find(self, function: Callable[..., R], args: tuple[Any, ...], options: dict[str, Any]) -> R:
        """What the function returns for these arguments, read or computed."""
        asked = (*args, *options.values())
        if not all(self.is_shared(trial) for trial in _trials_in(asked)):
            return function(*args, **options)
        key, kind = self._key(function, args, options), _kind_of_result(function)
        kept = self.store.get(key)
        if kept is not None:
            with suppress(ValueError):
                return cast("R", decode(kept, kind))
        started = self.clock()
        result = function(*args, **options)
        if self.clock() - started >= WORTH_SECONDS:
            with suppress(ValueError):
                self.store.put(key, encode(result, kind))
        return result

    def _key(self, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> str:
        named = [f"{function.__module__}.{function.__qualname__}", _described(args)]
        named += [[name, _described(value)] for name, value in sorted(options.items())]
        text = json.dumps([self.program, named])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_CURRENT: ContextVar[SharedResults | None] = ContextVar("shared_results", default=None)


def share_result(function: Callable[P, R]) -> Callable[P, R]:
    """Read the result of a pure function of trials and selections where another worker has computed it.

    To be used inside ``memoise`` or ``lru_cache``, so that what this process remembers is not asked for. The
    annotation of the result says which types it may hold; see `mirodash.stratification.result_codec`. A
    result must not tell more of single participants than a page does: it leaves the process.
    """

    @wraps(function)
    def shared(*args: P.args, **kwargs: P.kwargs) -> R:
        results = _CURRENT.get()
        return function(*args, **kwargs) if results is None else results.find(function, args, kwargs)

    return shared


@cache
def _kind_of_result(function: Callable[..., Any]) -> Any:
    return get_type_hints(function)["return"]


def _trials_in(arguments: Iterable[Any]) -> Generator[Trial]:
    """The trials among the arguments, and in frozen questions about them."""
    for thing in arguments:
        if isinstance(thing, Trial):
            yield thing
        elif is_dataclass(thing):
            yield from _trials_in(getattr(thing, item.name) for item in fields(thing))


def _described(thing: Any) -> Any:
    """An argument as JSON that differs whenever the argument does: every field of a selection is in it."""
    if isinstance(thing, Trial):
        return ["Trial", thing.fingerprint, thing.min_cell, thing.measured]
    if is_dataclass(thing):
        return [type(thing).__name__, *(_described(getattr(thing, item.name)) for item in fields(thing))]
    if isinstance(thing, tuple):
        return ["tuple", *map(_described, cast("tuple[Any, ...]", thing))]
    if thing is None or isinstance(thing, str | int | float):
        return thing
    raise TypeError(f"no key can be made of a {type(thing).__name__}")
