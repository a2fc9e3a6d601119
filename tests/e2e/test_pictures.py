"""What a reader takes from a panel: files of an exact size, with the screen's numbers and their footer."""

from __future__ import annotations

import csv
import io
import math
import struct
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from playwright.sync_api import Download, Locator, Page, expect

from mirodash.questions.effect_along_biomarker import INVITATION
from mirodash.questions.talk.view_description import describe_source
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.web import ids
from mirodash.web.panel_host import build_footer_lines
from tests.e2e.accessibility import violations
from tests.e2e.conftest import Newcomer, Readers, Visit
from tests.e2e.explorer import STORE, Explorer, centre, shown_by

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
INCH_MM = 25.4
UNCONTROLLED = (
    ".rail",
    ".tools",
    ".pages",
    ".panel-menu",
    ".menu-list",
    "button:not(.forest-sort, .term)",
    "input:not(#header-trial, .measure input)",
    "summary",
    "dialog",
    "#introduction",
)


def _menu(page: Page) -> Locator:
    return page.get_by_role("menu", name="Export")


def _open(page: Page, key: str) -> Locator:
    page.locator(f"#{ids.panel(key, 'menu')}").click()
    expect(_menu(page)).to_be_visible()
    return _menu(page)


def _taken(page: Page, key: str, name: str, detail: str) -> Download:
    """Return the file that an item of a panel's menu gives."""
    item = _open(page, key).get_by_role("menuitem", name=f"{name} {detail}", exact=True)
    with page.expect_download() as downloading:
        item.click()
    return downloading.value


def _bytes(file: Download) -> bytes:
    return Path(file.path()).read_bytes()


def _png(data: bytes) -> dict[str, tuple[int, ...]]:
    """Return size in pixels and pixels per metre, read off the chunks before the picture itself."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    found: dict[str, tuple[int, ...]] = {}
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            return found
        if kind == b"IHDR":
            found["size"] = struct.unpack_from(">II", data, at + 8)
        if kind == b"pHYs":
            found["resolution"] = struct.unpack_from(">IIB", data, at + 8)
        at += 12 + length
    raise AssertionError("a picture without pixels")


def _words(element: Any) -> str:
    """Return everything that a drawing says, with single spaces."""
    return " ".join(" ".join(element.itertext()).split())


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_pictures_for_slides_and_print_have_the_size_type_and_ground_they_promise(visit: Visit):
    explorer = visit("threshold=750&threshold=3700", color_scheme="dark")
    page = explorer.page
    _a_slide_is_3840_by_2160_and_white_though_the_page_is_dark(page)
    _expect_print(page, 85, "one column")
    _expect_print(page, 174, "two columns")
    _the_type_of_a_picture_for_print_is_that_of_a_journal(page)
    _thresholds_are_lines_in_a_picture_along_the_biomarker(page)
    _a_histogram_has_no_table_and_the_flow_no_picture(page)


def _a_slide_is_3840_by_2160_and_white_though_the_page_is_dark(page: Page) -> None:
    _open(page, "effect")
    assert violations(page, "[role=menu]") == [], "the menu"
    page.keyboard.press("Escape")
    file = _taken(page, "survival-1", "Picture for a slide", "PNG, 3840 × 2160")
    assert file.suggested_filename == "mirodash-mirocals-survival-1-SYNTHETIC-slide.png"
    assert _png(_bytes(file))["size"] == (3840, 2160)
    corner = """async (bytes) => {
      const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context.drawImage(image, 0, 0);
      return [...context.getImageData(3, 3, 1, 1).data];
    }"""
    assert page.evaluate(corner, list(_bytes(file))) == [255, 255, 255, 255]


def _expect_print(page: Page, width: int, name: str) -> None:
    file = _taken(page, "effect", f"Picture for print, {name}", f"PNG, {width} mm")
    assert file.suggested_filename == f"mirodash-mirocals-effect-SYNTHETIC-{width}mm.png"
    found = _png(_bytes(file))
    pixels = found["size"][0]
    across, down, unit = found["resolution"]
    assert (across, unit) == (down, 1)
    assert across * INCH_MM / 1000 == pytest.approx(600, abs=0.1)
    assert 1000 * pixels / across == pytest.approx(width, abs=0.05)
    file = _taken(page, "effect", f"Picture for print, {name}", f"SVG, {width} mm")
    drawing = fromstring(_bytes(file))
    box = [float(number) for number in drawing.attrib["viewBox"].split()]
    assert drawing.attrib["width"] == f"{width}mm"
    assert float(drawing.attrib["height"].removesuffix("mm")) == pytest.approx(
        width * box[3] / box[2], abs=0.01
    )
    # the same drawing as the pixels
    assert found["size"][1] / pixels == pytest.approx(box[3] / box[2], abs=1e-3)


def _the_type_of_a_picture_for_print_is_that_of_a_journal(page: Page) -> None:
    drawing = fromstring(_bytes(_taken(page, "survival-1", "Picture for print, one column", "SVG, 85 mm")))
    points = 85 / INCH_MM * 72 / float(drawing.attrib["viewBox"].split()[2])
    sizes = [
        float(text.attrib["font-size"]) * points
        for text in drawing.iter(f"{SVG}text")
        if "font-size" in text.attrib
    ]
    assert len(sizes) > 8
    assert min(sizes) >= 6.99
    assert max(sizes) <= 9.01
    assert drawing.attrib["font-family"] == "Inter, Arial, Helvetica, sans-serif"
    # lines that stand below others by the height of their letters fall together in some programs
    assert not [line for line in drawing.iter(f"{SVG}tspan") if line.attrib.get("dy", "").endswith("em")]


def test_pictures_and_tables_say_what_the_screen_says_and_what_they_rest_on(newcomer: Newcomer):
    explorer = newcomer()
    query = "threshold=1000&keep.sex=F"
    for asked in ("trial=gbsg2&threshold=90", query):
        _a_picture_says_what_the_panel_says_and_what_it_rests_on(explorer.open(asked), asked)
    _a_table_as_a_file_holds_the_strings_of_the_screen(explorer, query)
    _a_selection_that_leaves_nobody_gives_its_reason_in_place_of_a_picture(explorer)
    _the_forest_is_a_picture_with_every_row(explorer.page)


def _a_picture_says_what_the_panel_says_and_what_it_rests_on(explorer: Explorer, query: str) -> None:
    page, view = explorer.page, shown_by(query)
    file = _taken(page, "survival-1", "Picture for print, two columns", "SVG, 174 mm")
    told = _words(fromstring(_bytes(file)))
    card = explorer.card(1)
    for place in ("h2", ".subtitle", ".fact dt", ".fact strong", ".fact dd span"):
        for text in card.locator(place).all_text_contents():
            assert _flat(text) in told, text
    n, events = [text.split()[0] for text in card.locator(".subtitle").inner_text().split(" · ")]
    assert f"n = {n}, {events} " in told
    assert describe_source(view.trial, view.selection) in told
    assert ("SYNTHETIC DATA" in told) is view.trial.dictionary.synthetic
    assert ("SYNTHETIC" in file.suggested_filename) is view.trial.dictionary.synthetic


def _thresholds_are_lines_in_a_picture_along_the_biomarker(page: Page) -> None:
    drawing = fromstring(_bytes(_taken(page, "effect", "Picture for a slide", "SVG")))
    texts = [_flat("".join(text.itertext())) for text in drawing.iter(f"{SVG}text")]
    assert {"750", "3,700"} <= set(texts)
    assert INVITATION not in _words(drawing), "nobody can drag on paper"


def _the_forest_is_a_picture_with_every_row(page: Page) -> None:
    page.goto("/subgroups")
    expect(page.locator("#forest-table tbody tr").first).to_be_visible()
    wanted = page.locator("#forest-table tbody th[scope=row]").all_text_contents()
    ratios = page.locator("#forest-table tbody td:nth-child(5):not(.forest-why)").all_text_contents()
    drawing = fromstring(_bytes(_taken(page, "subgroups", "Picture for print, two columns", "SVG, 174 mm")))
    told = _words(drawing)
    assert len(wanted) > 20
    assert [name for name in wanted if _flat(name) not in told] == []
    assert [ratio for ratio in ratios if _flat(ratio) not in told] == []
    file = _taken(page, "subgroups", "Picture for a slide", "PNG, 3840 × 2160")
    assert _png(_bytes(file))["size"] == (3840, 2160)


def _a_histogram_has_no_table_and_the_flow_no_picture(page: Page) -> None:
    items = _open(page, "histogram").get_by_role("menuitem")
    assert not [name for name in items.all_inner_texts() if "CSV" in name]
    page.keyboard.press("Escape")
    file = _taken(page, "histogram", "Picture for print, one column", "PNG, 85 mm")
    assert _png(_bytes(file))["size"][0] == 2008
    items = _open(page, "flow").get_by_role("menuitem")
    expect(items).to_have_count(1)
    expect(items).to_contain_text("CSV")


def _a_table_as_a_file_holds_the_strings_of_the_screen(explorer: Explorer, query: str) -> None:
    file = _taken(explorer.page, "survival-2", "Table", "CSV")
    assert file.suggested_filename == "mirodash-mirocals-survival-2-SYNTHETIC.csv"
    text = _bytes(file).decode("utf-8")
    assert text.startswith("\ufeff")
    rows = [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(text[1:], newline=""))]
    shown: list[list[str]] = []
    tables = explorer.card(2).locator("table").all()
    for table in tables:
        shown += [[]] * bool(shown)
        shown += [[table.locator("caption").text_content() or ""]] * (len(tables) > 1)
        shown += [row.locator("th, td").all_text_contents() for row in table.locator("tr").all()]
    view = shown_by(query)
    *table_rows, empty, foot, made_from = rows
    assert table_rows == shown
    assert empty == []
    assert made_from == [describe_source(view.trial, view.selection)]
    assert foot[0].startswith("n = ")
    assert "SYNTHETIC" in foot[0]


def test_the_menu_is_used_by_keyboard_and_a_move_of_a_threshold_asks_for_no_file(visit: Visit):
    explorer = visit()
    _a_move_of_a_threshold_asks_for_no_file(explorer)
    _the_keyboard_opens_walks_and_closes_the_menu(explorer.page)


def _the_keyboard_opens_walks_and_closes_the_menu(page: Page) -> None:
    button = page.locator(f"#{ids.panel('effect', 'menu')}")
    button.focus()
    page.keyboard.press("Enter")
    items = _menu(page).get_by_role("menuitem")
    expect(items.first).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(_menu(page)).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    page.keyboard.press("Tab")
    expect(_menu(page)).to_be_hidden()
    page.locator(f"#{ids.panel('survival-0', 'menu')}").click()
    page.locator(".brand").click()
    expect(_menu(page)).to_be_hidden()


def _a_move_of_a_threshold_asks_for_no_file(explorer: Explorer) -> None:
    asked: list[str] = []
    explorer.page.on("request", lambda request: asked.append(request.post_data or ""))
    explorer.thumb().press("ArrowRight")
    explorer.thumb().press("ArrowRight")
    above = [stop for stop in candidate_thresholds(STORE.get(""), Selection()) if stop > 3700]
    second = f"{above[1]:,.10g}"
    expect(explorer.box()).to_have_value(second)
    expect(explorer.card(1).locator("h2")).to_contain_text(second)
    assert asked
    assert not [body for body in asked if "panel-menu" in body]


def test_paper_has_no_controls_and_says_what_it_rests_on(readers: Readers):
    page = readers(color_scheme="dark").new_page()
    page.emulate_media(media="print")
    for path in ("/", "/thresholds", "/subgroups", "/progression", "/credibility"):
        _paper_has_no_controls_and_says_what_it_rests_on(page, path)


def _paper_has_no_controls_and_says_what_it_rests_on(page: Page, path: str) -> None:
    page.goto(f"{path}?threshold=1000")
    view = shown_by("threshold=1000")
    name = path.strip("/") or "explore"
    foot = page.locator("#page-footer p")
    expect(foot).to_have_text(build_footer_lines(view, name))
    expect(page.locator(".estimand-line")).to_contain_text("IL-2 versus Placebo")
    expect(page.locator(".banner")).to_be_visible()
    expect(page.locator("#header-badge")).to_have_text("SYNTHETIC")
    for control in UNCONTROLLED:
        assert page.locator(control).filter(visible=True).count() == 0, control
    underlined = (
        "(terms) => terms.filter((term) => getComputedStyle(term).textDecorationLine !== 'none').length"
    )
    assert page.locator(".term").evaluate_all(underlined) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def _both_sides_of_a_threshold_stand_side_by_side_on_paper(explorer: Explorer) -> None:
    explorer.page.emulate_media(media="print")
    everybody, below, above = (explorer.card(place).bounding_box() or {} for place in range(3))
    assert everybody["y"] + everybody["height"] <= below["y"]
    assert below["y"] == above["y"]
    assert below["x"] + below["width"] < above["x"]


@pytest.mark.nightly
def test_pictures_are_drawn_for_paper_and_as_before_afterwards(visit: Visit):
    explorer = visit(color_scheme="dark", viewport={"width": 1680, "height": 900})
    _pictures_are_light_and_narrow_enough_on_paper_and_as_before_afterwards(explorer.page)
    _a_threshold_stands_on_paper_where_the_axis_says(explorer)
    _both_sides_of_a_threshold_stand_side_by_side_on_paper(explorer)


@pytest.mark.nightly
@pytest.mark.parametrize("width", [390, 1280])
def test_paper_is_the_same_from_a_window_of_any_width(visit: Visit, width: int):
    _a_threshold_stands_on_paper_where_the_axis_says(visit(viewport={"width": width, "height": 900}))


def _pictures_are_light_and_narrow_enough_on_paper_and_as_before_afterwards(page: Page) -> None:
    state = """() => [...document.querySelectorAll('.plot')].map((plot) => ({
      width: plot.getBoundingClientRect().width,
      drawn: plot.querySelector('.main-svg')?.getBoundingClientRect().height ?? 0,
      letters: [...plot.querySelectorAll('.xtick text')].map((text) => text.getBoundingClientRect().height),
      colours: [...plot.querySelectorAll('.scatterlayer .js-line')].map((line) => line.style.stroke),
    })).filter(({ width }) => width)"""
    before = page.evaluate(state)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    printed = page.evaluate(state)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(state) == before
    assert max(plot["width"] for plot in before) > 700
    sizes = [[min(plot["letters"], default=0) for plot in plots] for plots in (before, printed)]
    assert sizes[0] == sizes[1]  # drawn anew, not shrunk
    assert max(plot["width"] for plot in printed) <= 701
    assert max(plot["drawn"] for plot in printed[:1]) < max(
        plot["drawn"] for plot in before[:1]
    )  # as on any screen
    colours = {colour for plot in printed for colour in plot["colours"]}
    assert {"rgb(0, 114, 178)", "rgb(213, 94, 0)"} <= colours
    assert "rgb(88, 174, 230)" not in colours


def _a_threshold_stands_on_paper_where_the_axis_says(explorer: Explorer) -> None:
    page = explorer.page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    ticks = explorer.part(ids.panel("effect", "figure")).locator(".xtick text")
    left, right = (centre(ticks.get_by_text(text, exact=True))[0] for text in ("500", "5,000"))
    wanted = left + (right - left) * math.log(3700 / 500) / math.log(5000 / 500)
    assert centre(explorer.part(ids.panel("effect")).locator(".handle[data-slot='1']"))[0] == pytest.approx(
        wanted, abs=2
    )


def _a_selection_that_leaves_nobody_gives_its_reason_in_place_of_a_picture(explorer: Explorer) -> None:
    explorer.page.goto("/?site=")
    expect(explorer.card(0)).to_contain_text("no participants are in this group")
    file = _taken(explorer.page, "survival-0", "Picture for print, one column", "SVG, 85 mm")
    drawing = fromstring(_bytes(file))
    told = _words(drawing)
    assert "No curve can be drawn: no participants are in this group." in told
    source = describe_source(shown_by("site=").trial, Selection.from_query("site="))
    assert source in told
    seen = _flat(" ".join("".join(text.itertext()) for text in drawing.iter(f"{SVG}text")))
    address, fingerprint = source.split("sha256:")
    assert f"{address}sha256:{fingerprint[:8]}…" in seen
    assert fingerprint not in seen
