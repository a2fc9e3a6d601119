"""Callback requests that no page sends: nearly right, wrong inside, mutated anywhere, or torn apart."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

Part = dict[str, Any]

LONG = "x" * 20_000
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 1.5, 10**400, -(10**30), math.nan, math.inf, -math.inf),
    *(
        "",
        " ",
        "light",
        "\x00",
        "\ud800",
        "\u202e",
        "<b>x</b>",
        "../../etc/passwd",
        "__class__",
        "{0.x}",
        LONG,
    ),
    *([], {}, [[]], {"": {}}, [None], {"a": [1, {"b": None}]}, {"props": {}, "type": "Div"}),
    *("trial=own-AAAAAAAAAAAAAAAAAAAAAA", "trial=__proto__", "own-AAAAAAAAAAAAAAAAAAAAAA", "own-"),
)
QUERIES = (
    *("", "threshold=800", "threshold=500&threshold=900", "threshold=nan", "threshold=1e999", "threshold="),
    *("site=S1", "site=", "keep.sex=F", "keep.=x", "range.age=1..nan", "range.age=20..60", "horizon=100"),
    *("horizon=-1", "confidence=0.999999", "unit=fortnights", "trial=gbsg2", "trial=nothing", "stratum=sex"),
    *("adjust=age&curves=adjusted", "treated=Drug&control=Drug", "prespecified=800&prespecified-in=%3Cb%3E"),
    *("%", "&&&", "a=b=c", "threshold=800&threshold=800", "biomarker=marker", "endpoint=x", "threshold=-5"),
)
PICTURES = ("effect", "search", "survival-0", "survival-9", "subgroups-1", "subgroups-99", "x", "")
WORDS = ("use", "delete", "dictionary", "template-csv", "template-toml", "picture", "table", "flow", "effect")
FIELDS: dict[str, Sequence[Any]] = {
    "picture": PICTURES,
    "what": WORDS,
    "key": (*PICTURES, "flow", "subgroups", "histogram", "adjusted"),
    "pathname": ("/", "/thresholds", "/present", "/data", "/nowhere", "//elsewhere.invalid", "javascript:x"),
    "at": (0, 1, 2, 10**20),
    "ticket": (1, 2, -1),
    "step": (1, 2, 3, 10**9),
    "opens": (True, False),
    "title": ("", "Mine", LONG),
}


class FuzzBodies:
    """An endless stream of requests; the same seed gives the same ones.

    Parameters
    ----------
    callbacks : sequence of dict
        As ``/_dash-dependencies`` lists them.
    seed : int
    trials : sequence of str
        Names of uploaded trials to ask for, one's own and other people's.
    """

    def __init__(self, callbacks: Sequence[Part], *, seed: int, trials: Sequence[str]) -> None:
        self._callbacks = [one for one in callbacks if one["clientside_function"] is None]
        self._random = Random(seed)  # noqa: S311 - no secret is made of it
        self._trials = trials

    def __iter__(self) -> Iterator[bytes]:
        ways = (self._nearly, self._nearly, self._odd, self._mutated, self._mutated, self._torn)
        while True:
            yield self._random.choice(ways)()

    def _nearly(self) -> bytes:
        return _encoded(self._body(lambda part: self._fitting(part["id"], part["property"])))

    def _odd(self) -> bytes:
        return _encoded(self._body(lambda _: self._anything(3)))

    def _mutated(self) -> bytes:
        body = copy.deepcopy(self._body(lambda part: self._fitting(part["id"], part["property"])))
        for _ in range(self._random.randint(1, 4)):
            self._mutate(body)
        return _encoded(body)

    def _torn(self) -> bytes:
        """What is not even JSON any more, or only just."""
        text = bytearray(self._nearly())
        for _ in range(self._random.randint(1, 5)):
            text[self._random.randrange(len(text))] = self._random.randrange(256)
        return bytes(text[: self._random.randint(0, len(text))] if self._random.random() < 0.5 else text)

    def _body(self, value: Any) -> Part:
        callback = self._random.choice(self._callbacks)
        name: str = callback["output"]
        listed = name[2:-2].split("...") if name.startswith("..") else [name]
        outputs = [dict(zip(("id", "property"), one.rpartition(".")[::2], strict=True)) for one in listed]
        for output in outputs:
            output["property"] = output["property"].partition("@")[0]
        inputs, state = (
            [
                {"id": part["id"], "property": part["property"], "value": value(part)}
                for part in callback[kind]
            ]
            for kind in ("inputs", "state")
        )
        return {
            "output": name,
            "outputs": outputs if name.startswith("..") else outputs[0],
            "inputs": inputs,
            "state": state,
            "changedPropIds": [f"{part['id']}.{part['property']}" for part in inputs[:1]],
        }

    def _fitting(self, name: str, prop: str) -> Any:
        if self._random.random() < 0.1:
            return self._anything(2)
        if prop == "n_clicks":
            return self._random.choice((1, 2, 3, None))
        if prop != "data" or "theme" in name:
            return self._random.choice(("light", "dark", "r", "python", "fr"))
        if name.startswith("selection-"):
            return self._query()
        return self._fields()

    def _fields(self) -> Part:
        """What stores hold: some of the fields that any of them has."""
        made: Part = {key: self._random.choice(values) for key, values in FIELDS.items()}
        made |= {"query": self._query(), "search": f"?{self._query()}", "text": self._text()}
        made |= {"draft": self._trial(), "trial": self._trial(), "form": self._anything(3)}
        made["views"] = [
            {"query": self._query(), "picture": self._random.choice(PICTURES), "title": "", "note": ""}
            for _ in range(self._random.randint(0, 3))
        ]
        return {key: value for key, value in made.items() if self._random.random() < 0.9}

    def _query(self) -> str:
        pieces = [self._random.choice(QUERIES) for _ in range(self._random.randint(0, 2))]
        own = [f"trial={self._trial()}"] if self._random.random() < 0.5 else []
        return "&".join([*own, *pieces])

    def _trial(self) -> str:
        return self._random.choice((*self._trials, "own-AAAAAAAAAAAAAAAAAAAAAA", "own-../x", ""))

    def _text(self) -> str:
        return self._random.choice(("{}", "[", "NaN", "[" * 5_000, '{"mirodash": "strip", "version": 1}', ""))

    def _anything(self, depth: int) -> Any:
        if depth == 0 or self._random.random() < 0.6:
            # a later mutation must not reach the list
            return copy.deepcopy(self._random.choice(ODD))
        inner = [self._anything(depth - 1) for _ in range(self._random.randint(0, 3))]
        return inner if self._random.random() < 0.5 else {str(self._random.choice(ODD)): one for one in inner}

    def _mutate(self, body: Part) -> None:
        """Put something odd anywhere, take something away, or say it twice."""
        node: Any = body
        while True:
            places = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not places:
                return
            place = self._random.choice(places)
            if not (isinstance(node[place], (dict, list)) and node[place] and self._random.random() < 0.7):
                break
            node = node[place]
        way = self._random.random()
        if way < 0.5:
            node[place] = self._anything(2)
        elif way < 0.8 or isinstance(node, dict):
            del node[place]
        else:
            node.append(copy.deepcopy(node[place]))


def _encoded(body: Part) -> bytes:
    """As JSON with what JSON does not have: NaN, and halves of surrogate pairs."""
    return json.dumps(body).encode()
