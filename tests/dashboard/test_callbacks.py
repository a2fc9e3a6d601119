"""Every server callback, asked as a browser asks it, answers with the numbers of the analysis."""

from __future__ import annotations

import base64
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from dash import Dash

from mirodash import __version__
from mirodash.export.analysis_json import analysis_json
from mirodash.factory import create_app
from mirodash.plot.theme import DARK, LIGHT
from mirodash.questions import survival_cards
from mirodash.questions.group_effects import describe_announcement
from mirodash.questions.report import analyze
from mirodash.questions.survival_curves import survival_by_group
from mirodash.settings import Settings
from mirodash.stratification.groups import assign_groups, candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio
from mirodash.text.numbers import format_hazard_ratio, format_interval, unify_spaces
from mirodash.trial.store import sample
from mirodash.web import ids
from mirodash.web.panel_host import SOMETHING_WENT_WRONG
from tests.dashboard.renderer import Reader, components
from tests.panels.views import DEGENERATE, HTML
from tests.profiles import for_each

MIROCALS = sample("mirocals")
QUERIES = (
    "",
    "threshold=1000",
    "threshold=750&threshold=3700",
    "threshold=500&threshold=1000&threshold=2000",
    "threshold=",
    "treated=Placebo&control=IL-2",
    "site=FR-01&site=FR-02&site=UK-01",
    "site=",
    "range.age=50..70&keep.sex=F",
    "horizon=365&unit=months&confidence=0.9",
    "biomarker=serum_nfl&threshold=60",
)


def _selection(query: str) -> Selection:
    return Selection.from_query(query)


def _facts(words: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {fact["label"]: (fact["value"], fact["detail"]) for fact in words["facts"]}


def _text(node: Any) -> str:
    """Return all text of a layout."""
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return " ".join(map(_text, node))
    return _text(node["props"].get("children", [])) if isinstance(node, dict) else ""


@for_each(query=QUERIES)
def test_a_redraw_has_the_numbers_of_the_analysis(reader: Reader, query: str):
    result = survival_by_group(MIROCALS, _selection(query))
    drawn = reader.redraw(query)
    for place, group in enumerate(result.groups):
        words = drawn["panels"][f"survival-{place}"]
        assert words["title"] == group.label
        assert words["subtitle"].split()[0] == str(group.comparison.n)
        cox = group.comparison.cox
        if isinstance(cox, HazardRatio):
            value, detail = _facts(words)["Hazard ratio"]
            assert value == format_hazard_ratio(cox.hr)
            assert detail.startswith(format_interval(cox.ci, result.confidence))
        figure = drawn["figures"].get(f"panel-survival-{place}-figure")
        assert (figure is None) == (group.comparison.n == 0)
        if figure is None:
            assert words["cannot"]
            continue
        treated = {"IL-2": "solid"}.get(result.treated, LIGHT.control.dash)
        line = next(trace for trace in figure["data"] if trace.get("line", {}).get("dash") == treated)
        at = group.comparison.treated.survival_at
        assert at is not None
        assert line["y"][-1] == at.estimate
        assert sum(trace.get("yaxis") == "y2" for trace in figure["data"]) == 1
    for place in range(len(result.groups), 5):
        assert drawn["panels"][f"survival-{place}"] is None
        assert f"panel-survival-{place}-figure" not in drawn["figures"]


@for_each(query=QUERIES)
def test_tables_and_the_announcement_are_of_the_same_view(reader: Reader, query: str):
    selection = _selection(query)
    written = reader.tables(query)
    assert written["said"] == describe_announcement(MIROCALS, selection)
    result = survival_by_group(MIROCALS, selection)
    for place, group in enumerate(result.groups):
        curve, arms, *_ = written["twins"][f"survival-{place}"]
        assert len(curve["rows"]) == 2 * result.ticks.size
        assert [row[1] for row in arms["rows"]] == [
            str(group.comparison.treated.n),
            str(group.comparison.control.n),
        ]
    assert f"survival-{len(result.groups)}" not in written["twins"]


@for_each(query=QUERIES)
def test_the_slider_stops_where_a_group_changes(reader: Reader, query: str):
    written = reader.ask("rail-histogram", query, "light")
    assert tuple(written["selection-stops"]) == candidate_thresholds(MIROCALS, _selection(query))
    bars = [trace for trace in written["rail-histogram"]["data"] if trace["type"] == "bar"]
    everybody = analyze(MIROCALS, _selection(query)).survival.overall.comparison
    known = sum(sum(trace["y"]) for trace in bars)
    assert len(bars) == 2
    assert known <= everybody.n
    assert (str(known) in written["rail-histogram-said"]) or known == 0


@for_each(query=QUERIES)
def test_the_exported_numbers_are_those_of_the_command_line(reader: Reader, query: str):
    seen = {"mirocals": {"threshold=1": 1, "threshold=2": 1}, "pages": {"mirocals": ["/thresholds"]}}
    sent = reader.ask("header-export-file", 1, query, seen)["header-export-file"]
    content = base64.b64decode(sent["content"]).decode() if sent["base64"] else sent["content"]
    numbers = json.loads(content, parse_constant=pytest.fail)
    assert numbers.pop("made")["version"] == __version__
    looked = numbers.pop("looks")
    assert looked["selections"] == 3
    assert looked["every_threshold"]
    assert numbers == json.loads(json.dumps(analysis_json(analyze(MIROCALS, _selection(query)))))
    assert sent["filename"] == "mirodash-mirocals-SYNTHETIC.json"


def test_nothing_is_exported_before_somebody_asks(reader: Reader):
    assert reader.ask("header-export-file", None, "", None) == {}


def test_the_colours_follow_the_theme_and_nothing_else_does(reader: Reader):
    light, dark = reader.redraw("", "light"), reader.redraw("", "dark")
    assert light["panels"] == dark["panels"]
    for name, figure in light["figures"].items():
        assert [trace["x"] for trace in figure["data"]] == [t["x"] for t in dark["figures"][name]["data"]]
    lines = [
        {
            t["line"]["color"]
            for t in d["figures"]["panel-survival-1-figure"]["data"]
            if "dash" in t.get("line", {})
        }
        for d in (light, dark)
    ]
    assert lines == [{theme.treated.line, theme.control.line} for theme in (LIGHT, DARK)]
    for odd in (None, 3, ["dark"], {"a": 1}, "mauve"):
        assert reader.redraw("", odd) == light  # type: ignore[arg-type]


def test_the_default_view_has_no_query(reader: Reader):
    opened = reader.open()
    assert (opened["header-trial"], opened["header-badge"], opened["shell-notice"]) == (
        "mirocals",
        "SYNTHETIC",
        [],
    )
    for explicit in ("?threshold=3700", "?trial=mirocals", "?horizon=640&unit=days&treated=IL-2"):
        stores = _stores(reader.open(explicit)["page-content"])
        assert stores["selection-query"] == ""


def _stores(page: Any) -> dict[str, Any]:
    return {p["props"]["id"]: p["props"].get("data") for p in components(page) if p["type"] == "Store"}


def _control(page: Any, identifier: Any) -> dict[str, Any]:
    (found,) = [p["props"] for p in components(page) if p["props"].get("id") == identifier]
    return found


def test_an_address_sets_every_control(reader: Reader):
    query = urlencode(
        [
            ("horizon", 365),
            ("threshold", 750),
            ("threshold", 2000),
            ("treated", "Placebo"),
            ("control", "IL-2"),
            ("site", "FR-01"),
            ("range.age", "50..70"),
            ("unit", "months"),
        ]
    )
    page = reader.open(f"?{query}")["page-content"]
    assert _stores(page)["selection-query"] == _selection(query).to_query()
    assert _control(page, "rail-horizon")["value"] == 11.99  # months, as times are shown
    assert _control(page, "rail-threshold-1-box")["value"] == 750
    assert _control(page, "rail-threshold-2-box")["value"] == 2000
    assert _control(page, "rail-threshold-count")["value"] == "2"
    assert _control(page, "rail-treated")["value"] == "Placebo"
    assert _control(page, "rail-unit")["value"] == "months"
    assert _control(page, {"control": "site", "key": "FR-01"})["checked"] is True
    assert _control(page, {"control": "site", "key": "UK-01"})["checked"] is False
    assert _control(page, {"control": "range-low", "key": "age"})["value"] == 50


@for_each(
    case=[
        ("?trial=mirocal", "mirocals"),
        ("?biomarker=csf_pnfj", "csf_pnfh"),
        ("?site=XX-99", "XX-99"),
        ("?endpoint=relapse", "relapse"),
        ("?treated=Vitamin", "Vitamin"),
        ("?horizon=1e9", "100 years"),
        ("?keep.sex=other", "other"),
        ("?unit=fortnights", "fortnights"),
        ("?confidence=0.99999", "0.9999"),
    ]
)
def test_what_does_not_fit_is_said_and_there_is_a_view(reader: Reader, case: tuple[str, str]):
    search, words = case
    opened = reader.open(search)
    notice = _text(opened["shell-notice"])
    assert words in notice
    assert notice.endswith((".", "?"))
    stores = _stores(opened["page-content"])
    assert reader.redraw(stores["selection-query"])["panels"]["survival-0"]["facts"]


def test_hundreds_of_problems_do_not_push_the_page_away(reader: Reader):
    notice = reader.open("?" + urlencode([("site", f"Nowhere-{k}") for k in range(300)]))["shell-notice"]
    assert len(notice) == 6
    assert _text(notice).endswith("And 295 more.")


def test_another_page_is_said_not_to_be_there(reader: Reader):
    opened = reader.open(pathname="/nothing")
    assert "no such page" in _text(opened["page-content"])
    assert reader.ask("page-content", "not an address") == {}


@for_each(
    hostile=["javascript:alert(1)", HTML, "%3Cscript%3E", "data:text/html,x"],
    key=["trial", "site", "biomarker", "treated", "keep.sex", "unit", "stratum"],
)
def test_an_address_comes_back_as_text_alone(reader: Reader, hostile: str, key: str):
    opened = reader.open("?" + urlencode({key: hostile}))
    for part in components([opened["page-content"], opened["shell-notice"]]):
        assert part["type"] not in ("Script", "Iframe", "Embed", "ObjectEl", "Markdown")
        for name in ("href", "src", "action", "formAction", "srcDoc", "dangerously_allow_html"):
            assert not str(part["props"].get(name, "/")).strip().lower().startswith(("javascript:", "data:"))
    assert _text(opened["shell-notice"])


def test_names_that_are_markup_stay_data():
    trial = DEGENERATE["names that are markup"]
    reader = Reader(create_app(Settings(), trials=(trial,)))
    drawn = reader.redraw("")
    assert HTML in json.dumps(drawn["panels"])
    for figure in drawn["figures"].values():
        shown = json.dumps(figure, ensure_ascii=False)
        assert "<script" not in shown
        assert "<i>" not in shown
    page = reader.open()["page-content"]
    assert {p["namespace"] for p in components(page)} <= {
        "dash_html_components",
        "dash_core_components",
        "dash_mantine_components",
    }


def test_a_pointer_over_a_curve_tells_no_small_count():
    selection, outcome = Selection(thresholds=(3700,)), MIROCALS.outcomes["death"]
    drawn = Reader(create_app(Settings(min_cell=10))).redraw("")
    hidden = 0
    for place, group in enumerate(assign_groups(MIROCALS, selection).shown):
        figure = drawn["figures"][f"panel-survival-{place}-figure"]
        curves = [trace for trace in figure["data"] if trace.get("customdata")]
        assert len(curves) == 2
        for curve, arm in zip(curves, ("IL-2", "Placebo"), strict=True):
            inside = group.mask & MIROCALS.arm.is_in((arm,))
            # the curve falls in steps of ten, so that more may be told than are left
            for time, said in list(zip(curve["x"], curve["customdata"], strict=True))[:-1]:
                left = int((outcome.time[inside] >= time).sum())
                told = unify_spaces(said).rpartition("<br>")[2]
                assert (told == "&lt;10 at risk") == (left < 10), (arm, time, told)
                assert told.startswith("&lt;") or int(told.split()[0]) >= left
                hidden += left < 10
    assert hidden


def test_one_broken_panel_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, reader: Reader
):
    row = "of a participant"

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError(row)

    monkeypatch.setattr(survival_cards, "draw_survival_card", broken)
    with caplog.at_level(logging.ERROR):
        drawn = reader.redraw("threshold=1500")
    for place in range(3):
        assert drawn["panels"][f"survival-{place}"]["cannot"] == SOMETHING_WENT_WRONG
    assert drawn["panels"]["flow"]["facts"]
    assert drawn["panels"]["effect"]["cannot"] == ""
    assert "panel-effect-figure" in drawn["figures"]
    assert "threshold=1500" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert row not in caplog.text


def test_a_broken_callback_leaves_the_screen_and_tells(monkeypatch: pytest.MonkeyPatch, app: Dash):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    reader = Reader(app)
    monkeypatch.setattr("mirodash.web.panel_host.describe_announcement", broken)
    reply = reader.post(reader.body(ids.tables_of("explore"), ""))
    assert reply.status_code in (200, 204)
    assert SOMETHING_WENT_WRONG in reply.get_data(as_text=True)
    assert "ZeroDivisionError" not in reply.get_data(as_text=True)
    assert ids.tables_of("explore") not in reply.get_json().get("response", {})


def _seen(reader: Reader, query: str) -> tuple[str, str]:
    drawn = reader.redraw(query)
    return drawn["panels"]["survival-1"]["title"], drawn["panels"]["survival-1"]["subtitle"]


def test_two_readers_do_not_affect_each_other(app: Dash):
    first, second = Reader(app), Reader(app)
    queries = [f"threshold={c}" for c in range(600, 6000, 300)]
    alone = {query: _seen(Reader(create_app(Settings())), query) for query in queries[:6]}
    for here, there in zip(queries[:6], reversed(queries[:6]), strict=True):
        assert _seen(first, here) == alone[here]
        assert _seen(second, there) == alone[there]


def test_readers_at_the_same_time_each_get_their_own_numbers(app: Dash):
    queries = [f"threshold={c}&confidence={level}" for c in range(1505, 5905, 300) for level in (0.8, 0.9)]
    expected = {}
    for query in queries:
        group = survival_by_group(MIROCALS, _selection(query)).groups[1]
        assert isinstance(group.comparison.cox, HazardRatio)
        shown = format_interval(group.comparison.cox.ci, _selection(query).confidence)
        expected[query] = (group.label, unify_spaces(shown))

    def look(query: str) -> tuple[str, str]:
        words = Reader(app).redraw(query)["panels"]["survival-1"]
        return words["title"], unify_spaces(_facts(words)["Hazard ratio"][1]).partition(";")[0]

    with ThreadPoolExecutor(6) as readers:
        seen = list(readers.map(look, queries * 2))
    assert seen == [expected[query] for query in queries * 2]
