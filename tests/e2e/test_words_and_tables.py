"""The same numbers as picture, table and file; what a pointer over a curve says; what nothing ever says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Locator, Page, Response, expect

from mirodash import __version__
from mirodash.cli import main
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import count, format_percent, unify_spaces
from mirodash.trial.store import sample_folder
from mirodash.web import ids
from tests.e2e.conftest import Newcomer, Readers
from tests.e2e.explorer import STORE, Explorer, centre, tick_labels

pytestmark = pytest.mark.browser

POINTS_OF_CURVES = """(figure) => figure.querySelector('.js-plotly-plot').data
  .filter((trace) => trace.line && trace.line.width > 2)
  .map(({ x, y }) => x.map((time, k) => [time, y[k]]))"""


def _columns(table: Locator) -> dict[str, list[str]]:
    """Return the cells of a table under their headings."""
    header = table.locator("thead th").all_text_contents()
    rows = [row.locator("th, td").all_text_contents() for row in table.locator("tbody tr").all()]
    return {name: [row[k] for row in rows] for k, name in enumerate(header)}


def _height(points: list[list[float]], time: float) -> float:
    """Return how high a stepped line is at a time."""
    return [y for x, y in points if x <= time][-1]


def test_pointer_table_and_picture_have_the_same_numbers_and_follow_the_view(readers: Readers):
    explorer = Explorer(readers(permissions=["clipboard-read", "clipboard-write"]).new_page()).open()
    _a_pointer_over_a_curve_tells_time_survival_interval_and_number_at_risk(explorer)
    _the_table_behind_a_picture_holds_the_numbers_of_the_picture(explorer)
    _the_tables_follow_the_view(explorer)
    _the_link_is_copied_and_the_page_says_so(explorer)


def _the_table_behind_a_picture_holds_the_numbers_of_the_picture(explorer: Explorer) -> None:
    card = explorer.card(1)
    table = card.locator("table").first
    expect(table).to_be_hidden()
    card.get_by_text("Table", exact=True).click()
    expect(table).to_be_visible()
    columns = _columns(table)
    ticks = [float(text) for text in tick_labels(card).all_text_contents()]
    drawn = card.locator(".textpoint text").all_text_contents()
    assert set(columns["Censored"]) == {"0"}  # so the picture has no row of it
    rows = [columns[name] for name in ("At risk", "Events")]
    for arm, half in enumerate((slice(0, len(ticks)), slice(len(ticks), None))):
        told = [number for row in rows for number in row[half]]
        assert told == drawn[arm * len(told) : (arm + 1) * len(told)]
    assert [float(unify_spaces(text).split()[0]) for text in columns["Time"]] == [*ticks, *ticks]
    curves = explorer.part(ids.panel("survival-1", "figure")).evaluate(POINTS_OF_CURVES)
    heights = [format_percent(_height(curve, time), decimals=1) for curve in curves for time in ticks]
    assert columns["Alive"] == heights


def _the_tables_follow_the_view(explorer: Explorer) -> None:
    card = explorer.card(2)
    card.get_by_text("Table", exact=True).click()
    explorer.preset("median").click()
    explorer.expect_view("threshold=2009")
    group = survival_by_group(STORE.get(""), Selection(thresholds=(2009,))).groups[2]
    first = card.locator("tbody tr").first.locator("td")
    expect(card.locator("caption").first).to_contain_text(group.label)
    expect(first.nth(2)).to_have_text(count(int(group.comparison.treated.at_risk.at_risk[0])))


def test_the_exported_numbers_are_those_of_the_command_line(newcomer: Newcomer):
    explorer = newcomer()
    for query in ("", "trial=gbsg2&threshold=20&threshold=90&keep.tgrade=II"):
        _the_exported_numbers_are_those_of_the_command_line(explorer.open(query), query)


def _the_exported_numbers_are_those_of_the_command_line(explorer: Explorer, query: str) -> None:
    explorer.page.get_by_role("button", name="Export", exact=True).click()
    with explorer.page.expect_download() as downloading:
        explorer.part(ids.EXPORT_NUMBERS).click()
    exported = json.loads(Path(downloading.value.path()).read_text(encoding="utf-8"))
    options = ["--threshold", "20", "--threshold", "90", "--keep", "tgrade=II"] if query else []
    printed = CliRunner().invoke(main, ["analyze", "gbsg2" if query else "mirocals", *options, "--json"])
    assert printed.exit_code == 0, printed.output
    wanted = json.loads(printed.stdout)
    assert exported["groups"] == wanted["groups"]
    assert exported.pop("looks")["selections"] == 1
    assert exported.pop("made")["version"] == __version__
    assert exported == wanted
    assert ("SYNTHETIC" in downloading.value.suggested_filename) is not bool(query)


def _the_link_is_copied_and_the_page_says_so(explorer: Explorer) -> None:
    explorer.part(ids.COPY_LINK).click()
    expect(explorer.part(ids.COPY_SAID)).to_have_text("Link copied")
    assert explorer.page.evaluate("navigator.clipboard.readText()") == explorer.page.url


def _a_pointer_over_a_curve_tells_time_survival_interval_and_number_at_risk(explorer: Explorer) -> None:
    figure = explorer.part(ids.panel("survival-1", "figure"))
    figure.scroll_into_view_if_needed()
    points = figure.evaluate(POINTS_OF_CURVES)[0]
    ticks = tick_labels(explorer.card(1))
    left, right = centre(ticks.first)[0], centre(ticks.last)[0]
    time, height = points[len(points) // 2]
    place = figure.locator(".nsewdrag").first.bounding_box()
    assert place is not None
    y = place["y"] + place["height"] * (1 - height / 1.015)
    explorer.page.mouse.move(left + (right - left) * time / 640, y)
    words = explorer.card(1).locator(".crosshair-words")
    expect(words).to_be_visible()
    said = unify_spaces(words.text_content() or "")
    told = re.search(r"day (\d+) \(95 % CI\)", said)
    assert told, said
    day = int(told[1])
    assert abs(day - time) < 5  # a pixel is some days
    near = {max(point for point in points if point[0] <= at)[1] for at in (day - 0.5, day + 0.5)}
    assert any(f"IL-2 {unify_spaces(format_percent(share))} alive" in said for share in near), said
    assert len(re.findall(r"alive \(\d+ % to \d+ %\), \d+ at risk", said)) == 2  # of both arms


def test_no_participant_can_be_picked_out_of_anything_the_browser_gets(readers: Readers):
    for name in ("mirocals", "gbsg2"):
        _no_participant_can_be_picked_out(readers().new_page(), name)


def _no_participant_can_be_picked_out(page: Page, name: str) -> None:
    lines = (sample_folder() / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]
    identifiers = {line.split(",")[0] for line in lines}
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    explorer = Explorer(page).open(f"trial={name}")
    explorer.thumb().press("Home")
    explorer.expect_view(f"trial={name}&threshold={_lowest_stop(name):g}")
    explorer.wait()
    told = [got.text() for got in answers if "html" in _kind(got) or "json" in _kind(got)]
    assert len(told) >= 6, "the page, its layout, and what callbacks answer"
    everything = "\n".join([*told, page.content()])
    assert identifiers & set(re.findall(r"[A-Z]-\d{3}", everything)) == set()


def _lowest_stop(name: str) -> float:
    return candidate_thresholds(STORE.get(name), Selection())[0]


def _kind(answer: Response) -> str:
    return answer.headers.get("content-type", "")
