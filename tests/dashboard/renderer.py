"""A browser without a screen: asks a dashboard over HTTP exactly as Dash's renderer does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dash import Dash
from werkzeug.test import TestResponse

from mirodash.web import ids

CALLBACKS = "/_dash-update-component"
Part = dict[str, Any]


def outputs_of(callback: Part) -> list[tuple[str, str]]:
    """Return the ``(id, property)`` pairs that a callback writes; a pattern's id stays JSON text."""
    name: str = callback["output"]
    parts = name[2:-2].split("...") if name.startswith("..") else [name]
    pairs = [part.rpartition(".")[::2] for part in parts]
    return [(identifier, prop.partition("@")[0]) for identifier, prop in pairs]


def components(node: Any) -> Iterator[Part]:
    """Yield every component of a layout as sent over HTTP, wherever in the tree it stands."""
    if isinstance(node, list):
        for child in node:
            yield from components(child)
    elif isinstance(node, dict):
        if "props" in node and "type" in node:
            yield node
        for child in node.values():
            yield from components(child)


@dataclass
class Reader:
    """One reader of one dashboard, with the page that the address opened."""

    app: Dash
    callbacks: list[Part] = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.server.test_client()
        self.callbacks = self.client.get("/_dash-dependencies").get_json()

    def server_callbacks(self) -> list[Part]:
        """Return the callbacks that the server answers; the others run in the browser."""
        return [callback for callback in self.callbacks if callback["clientside_function"] is None]

    def writer_of(self, identifier: str) -> Part:
        """Return the one server callback that writes something of this component."""
        (found,) = [c for c in self.server_callbacks() if identifier in dict(outputs_of(c))]
        return found

    def body(self, identifier: str, *values: Any) -> Part:
        """Return the request for what writes a component; ``values`` are of its inputs, then its states."""
        callback = self.writer_of(identifier)
        pairs = [{"id": name, "property": prop} for name, prop in outputs_of(callback)]
        declared = [*callback["inputs"], *callback["state"]]
        given = [
            {"id": part["id"], "property": part["property"], "value": value}
            for part, value in zip(declared, values, strict=True)
        ]
        split = len(callback["inputs"])
        return {
            "output": callback["output"],
            "outputs": pairs if callback["output"].startswith("..") else pairs[0],
            "inputs": given[:split],
            "state": given[split:],
            "changedPropIds": [f"{part['id']}.{part['property']}" for part in given[:1]],
        }

    def get(self, path: str) -> TestResponse:
        """Return what stands at a path, read to its end and closed."""
        reply = self.client.get(path)
        reply.get_data()
        reply.close()
        return reply

    def post(self, body: Any) -> TestResponse:
        """Send a callback request, whatever it holds."""
        return self.client.post(CALLBACKS, json=body)

    def ask(self, identifier: str, *values: Any) -> dict[str, Any]:
        """Return what the callback wrote, by id; each id is written in one property."""
        reply = self.post(self.body(identifier, *values))
        assert reply.status_code == 200, reply.get_data(as_text=True)
        # json of the standard library, asked not to let through what JSON does not have
        answer = json.loads(reply.get_data(as_text=True), parse_constant=_refuse)
        written: dict[str, dict[str, Any]] = answer["response"]
        return {name: next(iter(props.values())) for name, props in written.items()}

    def open(self, search: str = "", pathname: str = "/") -> dict[str, Any]:
        """Return what opening an address writes: page, trial, badge and notice."""
        return self.ask("page-content", {"pathname": pathname, "search": search})

    def redraw(self, query: str = "", theme: str = "light") -> dict[str, Any]:
        """Return everything that a change of the selection redraws: words by panel key, figures by id."""
        names = [ids.words_of("explore", follows) for follows in (ids.SELECTION, ids.POPULATION)]
        moved, still = (self.ask(name, query, theme) for name in names)
        told = [json.loads(written.pop(name)) for name, written in zip(names, (moved, still), strict=True)]
        words = {**told[0]["panels"], **told[1]["panels"]}
        return {"panels": words, "page": told[0]["page"], "figures": {**moved, **still}}

    def tables(self, query: str = "") -> dict[str, Any]:
        """Return the tables behind the pictures, and what screen readers are told."""
        return self.ask(ids.tables_of("explore"), query)[ids.tables_of("explore")]

    def step(self, key: str, query: str = "", step: int = 1) -> dict[str, Any]:
        """Return what a panel that takes steps tells after one of them, and its picture if it has one."""
        place, picture = ids.panel(key, "words"), ids.panel(key, "figure")
        written = self.ask(place, {"query": query, "step": step}, "light")
        return {**json.loads(written[place]), "figure": written.get(picture)}


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")
