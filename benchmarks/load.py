"""How long readers wait while others ask too, beside a bare page, and the memory of a worker."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask

from benchmarks import bare_app
from benchmarks.comparison_table import Row, in_words
from benchmarks.fuzz import CALLBACKS, Server
from benchmarks.people import builtin
from benchmarks.settled import PAGE, outputs_of
from mirodash.questions.page_panels import IN_STEPS
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.web import ids
from mirodash.web.threshold_controls import SLIDER_STEPS

READERS = (1, 5, 20, 50, 200)
THINKING_S = 1.0
"""From one move of a reader to the next, unless the answer takes longer."""
SETTLES_AFTER = 5
CONFIG = ("--config", "deploy/gunicorn.conf.py")
PATIENCE_S = 30
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
STEP_KEYS = tuple(panel.key for panel in IN_STEPS)


def bare_server() -> Flask:
    """The bare page, as gunicorn serves it (``benchmarks.load:bare_server()``)."""
    return bare_app.bare_app(builtin()).server


def measure(
    folder: Path, *, blocks: int, seconds: float, readers: tuple[int, ...] = READERS
) -> Iterator[Row]:
    """Rows for each number of readers, then for the workers; ``seconds`` is how long a block is."""
    with ExitStack() as stack:
        sides: dict[str, Side] = {}
        for name, (target, moves) in {
            "ours": ("app:server", _product_moves),
            "bare": ("benchmarks.load:bare_server()", _bare_moves),
        }.items():
            place = folder / f"load-{name}"
            place.mkdir()
            server = Server(place, target, *CONFIG)
            stack.callback(server.stop)
            sides[name] = Side(server, moves(Requests(server.callbacks())))
        for number in readers:
            taken = {name: Taken() for name in sides}
            for _, (name, side) in itertools.product(range(blocks), sides.items()):
                asyncio.run(_block(side, number, seconds, taken[name]))
            yield from _rows(number, taken["ours"], taken["bare"])
        yield from _memory(sides["ours"].server, sides["bare"].server)


class Requests:
    """The bodies of the requests that a browser sends to one dashboard.

    Parameters
    ----------
    callbacks : list of dict
        What the dashboard says that can be asked.
    """

    def __init__(self, callbacks: list[dict[str, Any]]) -> None:
        self._callbacks = [one for one in callbacks if one["clientside_function"] is None]

    def body(self, output: str, *values: Any) -> bytes:
        """The request that has ``output`` (``id.property``) written, with these values of its inputs."""
        callback = next(one for one in self._callbacks if output in outputs_of(one))
        pairs = [dict(zip(("id", "property"), each.split("."), strict=True)) for each in outputs_of(callback)]
        inputs = [{**part, "value": value} for part, value in zip(callback["inputs"], values, strict=True)]
        asked = {
            "output": callback["output"],
            "outputs": pairs if callback["output"].startswith("..") else pairs[0],
            "inputs": inputs,
            "state": [{**part, "value": None} for part in callback["state"]],
            "changedPropIds": [f"{inputs[0]['id']}.{inputs[0]['property']}"],
        }
        return json.dumps(asked).encode()


@dataclass(frozen=True, slots=True)
class Moves:
    """What a reader asks for: while the threshold moves, and by ``settled`` when it has come to rest.

    Of both, the number says which of all moves it is. ``settled`` gives the requests that follow one another
    in each of several threads: each is made of the answer to the one before it, until there is none.
    """

    moving: Callable[[int], bytes]
    settled: Callable[[int], tuple[Callable[[bytes | None], bytes | None], ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """A server, and how its page is used."""

    server: Server
    moves: Moves


@dataclass(slots=True)
class Taken:
    """Seconds of each answer to a move; requests that were answered, in how long, and that were not."""

    moves: list[float] = field(default_factory=list[float])
    answered: int = 0
    errors: int = 0
    seconds: float = 0.0

    def share(self, percent: float) -> float:
        """A percentile of the duration of moves, in seconds."""
        return float(np.percentile(self.moves, percent))

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return self.answered / self.seconds


def _product_moves(requests: Requests) -> Moves:
    """The threshold of the built-in trial, from stop to stop; tables and panels in steps when it settles."""
    queries = [
        Selection(thresholds=(stop,)).to_query() for stop in candidate_thresholds(builtin(), Selection())
    ]

    def query(number: int) -> str:
        return queries[number % len(queries)]

    def moving(number: int) -> bytes:
        return requests.body(f"{ids.words_of(PAGE, ids.SELECTION)}.data-words", query(number), "light")

    def tables(number: int, before: bytes | None) -> bytes | None:
        return requests.body(f"{ids.tables_of(PAGE)}.data", query(number)) if before is None else None

    def step(key: str, number: int, before: bytes | None) -> bytes | None:
        place = ids.panel(key, "words")
        done, of = (0, 1) if before is None else _progress(before, place)
        asked = {"query": query(number), "step": done + 1, "at": 1}
        return requests.body(f"{place}.data-words", asked, "light") if done < of else None

    return Moves(
        moving, lambda number: (partial(tables, number), *(partial(step, key, number) for key in STEP_KEYS))
    )


def _progress(answer: bytes, place: str) -> tuple[int, int]:
    """How many steps are done, of how many."""
    steps = json.loads(json.loads(answer)["response"][place]["data-words"])["steps"]
    return steps["done"], steps["of"]


def _bare_moves(requests: Requests) -> Moves:
    """The slider of the bare page; nothing waits there for it to come to rest."""
    graph = f"{bare_app.graph_id(bare_app.moving_keys(builtin())[0])}.figure"
    return Moves(lambda number: requests.body(graph, number % SLIDER_STEPS), lambda _: ())


async def _block(side: Side, readers: int, seconds: float, taken: Taken) -> None:
    """Let so many readers move their thresholds for a while; who has asked by then waits for the answer."""
    started = time.perf_counter()
    rng = np.random.default_rng(readers)
    starts = rng.uniform(0, min(THINKING_S, seconds), readers)
    places = rng.integers(0, 10_000, readers)
    await asyncio.gather(
        *(
            _read(
                Reader(side.server.port, taken, k),
                side.moves,
                int(place),
                started + begin,
                started + seconds,
            )
            for k, (place, begin) in enumerate(zip(places, starts, strict=True))
        )
    )
    taken.seconds += time.perf_counter() - started


async def _read(browser: Reader, moves: Moves, place: int, begin: float, end: float) -> None:
    """One reader: a move a second, and everything else that is asked for after every fifth."""
    for move in itertools.count(place):
        await asyncio.sleep(max(0.0, begin - time.perf_counter()))
        asked = time.perf_counter()
        if asked >= end:
            break
        if await browser.ask(moves.moving(move)) is not None:
            browser.taken.moves.append(time.perf_counter() - asked)
        if move % SETTLES_AFTER == 0:
            await asyncio.gather(*(_follow(browser, thread) for thread in moves.settled(move)))
        begin = max(begin + THINKING_S, time.perf_counter())
    browser.close()


async def _follow(browser: Reader, thread: Callable[[bytes | None], bytes | None]) -> None:
    answer: bytes | None = None
    while (body := thread(answer)) is not None:
        answer = await browser.ask(body)
        if answer is None:
            return


class Reader:
    """Keeps its connections open, as browsers do, and uses as many of them at once as it has questions.

    Each has an address of loopback of its own, as readers at machines of their own have: the server lets
    those who brought no trial compute by address, one after the other.
    """

    def __init__(self, port: int, taken: Taken, number: int) -> None:
        self.taken = taken
        self._port, self._own = port, f"127.0.{1 + number // 250}.{1 + number % 250}"
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, body: bytes) -> bytes | None:
        """The answer to a callback request; None, and an error, where there was none."""
        head = (
            f"POST {CALLBACKS} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self._send(head.encode() + body)

    def close(self) -> None:
        """Close all connections."""
        for _, writer in self._free:
            writer.close()

    async def get(self, path: str) -> bytes | None:
        """What is at a path; None, and an error, where there was none."""
        return await self._send(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode())

    async def _send(self, sent: bytes) -> bytes | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, answer = await self._exchange(sent)
        except (OSError, EOFError, ValueError):
            status, answer = 599, b""
        if status != 200:
            self.taken.errors += 1
            return None
        self.taken.answered += 1
        return answer

    async def _exchange(self, sent: bytes) -> tuple[int, bytes]:
        async for reader, writer in self._connections():
            writer.write(sent)
            try:
                said = await reader.readuntil(b"\r\n\r\n")
            except (EOFError, ConnectionError):
                # a server closes what has been silent for a while; browsers ask again on another connection
                writer.close()
                continue
            found = LENGTH.search(said)
            if found is None:
                raise ValueError("an answer without its length")
            answer = await reader.readexactly(int(found.group(1)))
            if b"connection: close" in said.lower():
                writer.close()
            else:
                self._free.append((reader, writer))
            return int(said.split(b" ", 2)[1]), answer
        raise ConnectionError

    async def _connections(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Those that are free, then a new one."""
        while self._free:
            yield self._free.pop()
        yield await asyncio.open_connection("127.0.0.1", self._port, local_addr=(self._own, 0))


def _rows(readers: int, ours: Taken, bare: Taken) -> Iterator[Row]:
    what = f"{readers} reader{'s' * (readers > 1)}"
    for percent in (50, 95):
        own, other = ours.share(percent), bare.share(percent)
        yield Row(
            f"{what}: answer to a move, p{percent}", in_words(own), in_words(other), f"{own / other:.1f} ×"
        )
    yield Row(f"{what}: requests a second", f"{ours.rate:.1f}", f"{bare.rate:.1f}")
    yield Row(f"{what}: errors", str(ours.errors), str(bare.errors), goal="0", met=ours.errors == 0)


def _memory(ours: Server, bare: Server) -> Iterator[Row]:
    """What a worker takes after all that: the largest of them."""
    kinds = {
        "its share (PSS)": ("Pss",),
        "its own alone (USS)": ("Private_Clean", "Private_Dirty"),
    }
    for name, parts in kinds.items():
        own, other = (max(_kilobytes(pid, parts) for pid in of.workers()) for of in (ours, bare))
        yield Row(
            f"memory of a worker, {name}",
            f"{own / 1024:.0f} MiB",
            f"{other / 1024:.0f} MiB",
            f"{own / other:.1f} ×",
        )


def measure_memory(server: Server) -> float:
    """The largest share of memory (PSS) of a worker, in MiB."""
    return max(_kilobytes(pid, ("Pss",)) for pid in server.workers()) / 1024


def _kilobytes(pid: int, parts: tuple[str, ...]) -> int:
    told = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return sum(int(re.findall(rf"^{part}: +(\d+) kB$", told, re.MULTILINE)[0]) for part in parts)
