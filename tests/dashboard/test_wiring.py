"""What a callback names exists and has one writer, and no chart has a button that leads outside."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from dash import Dash, dcc
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from mirodash.dashboard.navigation import PAGES
from mirodash.dashboard.panel_place import graph
from mirodash.dashboard.view import view_of
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.trial.samples import SAMPLES
from mirodash.trial.store import TrialStore
from tests.dashboard.kinds import SWEPT, reader_of
from tests.dashboard.renderer import Reader, components, outputs_of
from tests.panels.views import DEGENERATE, TRIALS
from tests.profiles import for_each

WITH_PICTURES = ("/", "/thresholds", "/subgroups")
"""Pages with at least the histogram above the slider."""
SVG = "http://www.w3.org/2000/svg"
"""What drawings are called in a page: a name, which no browser asks for."""
ASSETS = Path(__file__).parents[2] / "assets"


def _ids(app: Dash) -> set[str]:
    """Return the ids of the validation layout as text, patterns as the set of their keys."""
    layouts = app.validation_layout
    parts = layouts if isinstance(layouts, list | tuple) else [layouts]
    found: set[str] = set()
    for part in parts:
        for component in (part, *part._traverse()):
            identifier = getattr(component, "id", None)
            if identifier is not None:
                found.add(_kind(identifier))
    return found


def _kind(identifier: Any) -> str:
    """Return an id as text; of a pattern its fixed part: which control it is."""
    if isinstance(identifier, str) and identifier.startswith("{"):
        identifier = json.loads(identifier)
    return identifier if isinstance(identifier, str) else f"pattern {identifier['control']}"


def test_every_id_that_a_callback_names_exists(app: Dash, reader: Reader):
    there = _ids(app)
    for callback in reader.callbacks:
        named = {_kind(identifier) for identifier, _ in outputs_of(callback)}
        named |= {_kind(part["id"]) for part in (*callback["inputs"], *callback["state"])}
        assert named <= there, callback["output"]


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
    one, two = graph("one", 100), graph("two", 200)
    assert isinstance(one, dcc.Graph)
    assert one.to_plotly_json()["props"]["style"]["height"] == "100px"
    assert two.to_plotly_json()["props"]["style"]["height"] == "200px"


def test_only_the_factory_makes_charts():
    package = Path(__file__).parents[2] / "mirodash"
    makers = [p.name for p in package.rglob("*.py") if re.search(r"\bGraph\(", p.read_text(encoding="utf-8"))]
    assert makers == ["panel_place.py"]


def _walk(page: Component) -> list[Component]:
    return [page, *(part for part in page._traverse() if isinstance(part, Component))]


@for_each(name=SWEPT, path=PAGES)
def test_ids_on_a_page_are_unique_and_charts_have_names(name: str, path: str):
    store = TrialStore([TRIALS[name]], samples=())
    page = PAGES[path](view_of(store, ""))
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
