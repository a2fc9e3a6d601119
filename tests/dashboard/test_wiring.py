"""What a callback names exists and has one writer, and no chart has a button that leads outside."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from dash import dcc, html
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.trial.store import SAMPLES, TrialStore
from mirodash.web.navigation import PAGES, build_shell
from mirodash.web.panel_host import build_graph
from mirodash.web.view import read_view
from tests.dashboard.kinds import SWEPT, reader_of
from tests.dashboard.renderer import Reader, components, outputs_of
from tests.panels.views import DEGENERATE, TRIALS
from tests.profiles import for_each

WITH_PICTURES = ("/", "/thresholds", "/subgroups")
"""Pages with at least the histogram above the slider."""
SVG = "http://www.w3.org/2000/svg"
"""What drawings are called in a page: a name, which no browser asks for."""
ASSETS = Path(__file__).parents[2] / "assets"


def _everything(store: TrialStore) -> list[Component]:
    """Return every component of the shell and of all pages, as the default view opens them."""
    view = read_view(store, "")
    return [
        part
        for tree in (build_shell(store), *(build(view) for build in PAGES.values()))
        for part in _walk(tree)
    ]


def _properties(parts: Iterable[Component]) -> dict[str, list[Component]]:
    """Return the components by id as text; those of a pattern share one name."""
    found: dict[str, list[Component]] = {}
    for part in parts:
        identifier = getattr(part, "id", None)
        if identifier is not None:
            found.setdefault(_kind(identifier), []).append(part)
    return found


def _kind(identifier: Any) -> str:
    """Return an id as text; of a pattern its fixed part: which control it is."""
    if isinstance(identifier, str) and identifier.startswith("{"):
        identifier = json.loads(identifier)
    return identifier if isinstance(identifier, str) else f"pattern {identifier['control']}"


def _misspelt(callbacks: list[dict[str, Any]], there: dict[str, list[Component]]) -> list[str]:
    """Return what callbacks name and no page has: ids, and properties that a component of that id lacks."""
    named = {(_kind(name), prop) for callback in callbacks for name, prop in outputs_of(callback)}
    read = [part for callback in callbacks for part in (*callback["inputs"], *callback["state"])]
    named |= {(_kind(part["id"]), part["property"]) for part in read}
    return sorted(
        f"{name}.{prop}"
        for name, prop in named
        if name not in there or not all(_takes(component, prop) for component in there[name])
    )


def _takes(component: Component, prop: str) -> bool:
    free = tuple(getattr(component, "available_wildcard_properties", ()))
    return prop in component.available_properties or bool(free and prop.startswith(free))


def test_every_id_and_property_that_a_callback_names_exists(reader: Reader):
    assert _misspelt(reader.callbacks, _properties(_everything(TrialStore()))) == []


def test_what_is_misspelt_in_a_callback_is_found():
    there = _properties([html.Div(id="here"), dcc.Store(id={"control": "site", "key": "a"})])
    fine = {
        "output": "..here.children...here.data-words..",
        "inputs": [{"id": '{"control":"site","key":["ALL"]}', "property": "data"}],
        "state": [],
    }
    assert _misspelt([fine], there) == []
    wrong = {
        "output": "her.children",
        "inputs": [{"id": "here", "property": "childen"}],
        "state": [{"id": '{"control":"sites","key":["ALL"]}', "property": "data"}],
    }
    assert _misspelt([wrong], there) == ["her.children", "here.childen", "pattern sites.data"]


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
def test_a_page_holds_no_other_pages(reader: Reader, path: str):
    assert len(reader.get(path).get_data()) < 30_000


def test_every_output_has_one_writer(reader: Reader):
    written = Counter(pair for callback in reader.callbacks for pair in outputs_of(callback))
    assert written
    assert [pair for pair, writers in written.items() if writers > 1] == []


def test_a_drag_asks_the_server_in_one_hop(reader: Reader):
    """Only the address, the header and the selection start requests: no server callback starts another."""
    started_by = {part["id"] for c in reader.server_callbacks() for part in c["inputs"]}
    written = {name for c in reader.server_callbacks() for name, _ in outputs_of(c)}
    assert started_by & written == set()


def test_every_function_of_the_browser_is_in_the_assets(reader: Reader):
    scripts = "".join(path.read_text(encoding="utf-8") for path in ASSETS.glob("*.js"))
    functions = [c["clientside_function"] for c in reader.callbacks if c["clientside_function"]]
    assert functions
    for function in functions:
        assert function["namespace"] == "mirodash"
        assert f"mirodash.{function['function_name']} = " in scripts


def _graphs(node: Any) -> list[dict[str, Any]]:
    return [part["props"] for part in components(node) if part["type"] == "Graph"]


@for_each(name=SAMPLES, path=PAGES)
def test_no_chart_has_a_button_that_sends_it_anywhere(reader: Reader, name: str, path: str):
    page = reader.open(f"?trial={name}", path)["page-content"]
    graphs = _graphs([page, reader.get("/_dash-layout").get_json()])
    assert len(graphs) >= (1 if path in WITH_PICTURES else 0)
    for props in graphs:
        assert props["config"]["showSendToCloud"] is False
        assert props["config"]["plotlyServerURL"] == ""
        assert props["config"]["displayModeBar"] is False


def test_the_graph_factory_shares_nothing_between_charts():
    one, two = build_graph("one", 100), build_graph("two", 200)
    assert isinstance(one, dcc.Graph)
    assert one.to_plotly_json()["props"]["style"]["height"] == "100px"
    assert two.to_plotly_json()["props"]["style"]["height"] == "200px"


def test_only_the_factory_makes_charts():
    package = Path(__file__).parents[2] / "mirodash"
    makers = [p.name for p in package.rglob("*.py") if re.search(r"\bGraph\(", p.read_text(encoding="utf-8"))]
    assert makers == ["panel_host.py"]


def _walk(page: Component) -> list[Component]:
    return [page, *(part for part in page._traverse() if isinstance(part, Component))]


@for_each(name=SWEPT, path=PAGES)
def test_ids_on_a_page_are_unique_and_charts_have_names(name: str, path: str):
    store = TrialStore([TRIALS[name]], samples=())
    page = PAGES[path](read_view(store, ""))
    found = [part.id for part in _walk(page) if getattr(part, "id", None) is not None]
    doubled = [name for name, times in Counter(map(repr, found)).items() if times > 1]
    assert doubled == []
    there = {identifier for identifier in found if isinstance(identifier, str)}
    pictures = [p.to_plotly_json()["props"] for p in _walk(page) if getattr(p, "role", None) == "img"]
    assert len(pictures) == len(_graphs(json.loads(json.dumps(page, cls=PlotlyJSONEncoder))))
    for props in pictures:
        assert set(props["aria-labelledby"].split()) <= there


@for_each(name=SWEPT)
def test_every_trial_opens_and_redraws(name: str):
    reader = reader_of(name)
    opened = reader.open()
    assert opened["header-trial"] == TRIALS[name].id
    assert opened["shell-notice"] == []
    page = opened["page-content"]
    stores = {p["props"]["id"]: p["props"].get("data") for p in components(page) if p["type"] == "Store"}
    assert stores["selection-query"] == ""
    drawn = reader.redraw(stores["selection-query"])
    assert drawn["page"]["estimand"]
    assert all(words is None or words["title"] for words in drawn["panels"].values())
    reader.tables()
    reader.ask("rail-histogram", "", "dark")


def test_two_dashboards_know_nothing_of_each_other():
    small = DEGENERATE["eight people"]
    one, other = Reader(create_app(Settings(), trials=(small,))), Reader(create_app(Settings()))
    assert len(one.callbacks) == len(other.callbacks)
    assert one.open()["header-trial"] == "small"
    assert other.open()["header-trial"] == "mirocals"
    assert "There is no trial 'small'" in json.dumps(other.open("?trial=small")["shell-notice"])
    for _ in range(2):
        assert one.tables()["said"].startswith("All participants: 3 deaths of 5")
        assert other.tables()["said"].startswith("All participants: 90 deaths of 220")


def test_html_from_data_is_never_trusted():
    for path in (Path(__file__).parents[2] / "mirodash").rglob("*.py"):
        assert "dangerously" not in path.read_text(encoding="utf-8").lower()
    for path in ASSETS.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        for unsafe in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert unsafe not in script
        assert not re.search(r"https?://", script.replace(SVG, ""))
