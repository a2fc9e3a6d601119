"""The forest in a browser: what it writes and draws, how it sorts and leads on, with mouse and keyboard."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from mirodash.questions.forest import compute_factor_interactions, draw_forest, list_factor_tests
from mirodash.questions.subgroups import measure_site_heterogeneity, subgroups
from mirodash.text.labels import format_arm_names
from mirodash.web import question_pages as place
from tests.e2e.conftest import Readers
from tests.e2e.explorer import Explorer, shown_by

pytestmark = pytest.mark.browser

PHONE: Any = {"width": 390, "height": 844}
CENTRE = "(mark) => { const box = mark.getBoundingClientRect(); return box.x + box.width / 2; }"


def _said(query: str) -> dict[str, Any]:
    view = shown_by(query)
    trial, selection = view.trial, view.selection
    return draw_forest(
        subgroups(trial, selection),
        measure_site_heterogeneity(trial, selection),
        format_arm_names(trial, selection),
    )


def _rows(query: str) -> list[dict[str, Any]]:
    said = _said(query)
    return [said["overall"], *(row for group in said["groups"] for row in group["rows"])]


def _cells(row: dict[str, Any]) -> list[str]:
    ratios = [f"{row['ratio']}: {row['why']}"] if row["why"] else [row["ratio"], row["shrunken"]]
    return [row["treated"], row["control"], "", *ratios, row["difference"]]


def _open(page: Page, query: str = "") -> Page:
    page.goto(f"/subgroups?{query}" if query else "/subgroups")
    expect(_table(page)).to_be_visible()
    return page


def _table(page: Page) -> Locator:
    return page.locator(f"#{place.TABLE} table")


def _row(page: Page, name: str) -> Locator:
    named = page.get_by_role("rowheader", name=name, exact=True)
    return _table(page).locator("tbody tr").filter(has=named)


def _expect_rows(page: Page, query: str) -> None:
    """Wait until every row has the numbers that the engine gives, in the order of the factors."""
    rows = _rows(query)
    expect(_table(page).locator("tbody th[scope=row]")).to_have_text(
        [row["label"].replace("≤ ", "≤\u00a0").replace("> ", ">\u00a0") for row in rows]
    )
    expect(_table(page).locator("tbody tr:not(.forest-factor) td")).to_have_text(
        [cell for row in rows for cell in _cells(row)]
    )


def _head(page: Page, key: str) -> Locator:
    return _table(page).locator(f"th[data-key='{key}']")


def test_the_forest_says_what_the_engine_says_and_sorts_tests_and_follows(readers: Readers):
    page = _open(readers().new_page())
    _every_row_says_what_the_engine_says_and_leads_where_it_should(page)
    _marks_stand_where_their_numbers_are_on_the_axis(page)
    _tests_come_when_asked_and_go_again(page)
    _columns_sort_with_the_keyboard_and_go_back_to_factors(page)
    _the_head_stays_in_sight_below_the_question(page)
    _the_forest_follows_the_threshold_and_keeps_its_order(page)


def _every_row_says_what_the_engine_says_and_leads_where_it_should(page: Page) -> None:
    _expect_rows(page, "")
    links = _table(page).locator("tbody a")
    found = links.evaluate_all("(all) => all.map((link) => link.getAttribute('href'))")
    assert found == [row["href"] for row in _rows("") if row["href"]]


def _marks_stand_where_their_numbers_are_on_the_axis(page: Page) -> None:
    ticks = _table(page).locator("thead .forest-mark")
    half, one = (ticks.nth(k).evaluate(CENTRE) for k in (1, 2))
    row = next(row for row in _rows("") if row["label"] == "female")
    for mark, ratio in (
        (".forest-square", row["plot"]["ratio"]),
        (".forest-diamond", row["plot"]["shrunken"]),
    ):
        expected = one + (one - half) * math.log(ratio) / math.log(2)
        assert _row(page, "female").locator(mark).evaluate(CENTRE) == pytest.approx(expected, abs=0.6)
    # on a logarithmic axis an interval is as far from its estimate on either side
    drawn_around = _row(page, "female").locator(".forest-shrunken").evaluate(CENTRE)
    middle = math.log(math.prod(row["plot"]["shrunkenEnds"])) / 2 / math.log(2)
    assert drawn_around == pytest.approx(one + (one - half) * middle, abs=0.6)
    nothing = _row(page, "female").locator(".forest-null").evaluate(CENTRE)
    assert nothing == pytest.approx(one, abs=0.6)


def _a_row_opens_explore_with_just_these_people(page: Page) -> None:
    page.get_by_role("link", name="bulbar").click()
    expect(page).to_have_url("/?keep.onset=bulbar")
    Explorer(page).wait().expect_view("keep.onset=bulbar")


def _columns_sort_with_the_keyboard_and_go_back_to_factors(page: Page) -> None:
    expect(_head(page, "group")).to_have_attribute("aria-sort", "other")
    there = sorted(row["sort"]["ratio"] for row in _rows("")[1:] if row["plot"])
    button = _head(page, "ratio").get_by_role("button")
    button.focus()
    for state, wanted in (("ascending", there), ("descending", there[::-1])):
        page.keyboard.press("Enter")
        expect(_head(page, "ratio")).to_have_attribute("aria-sort", state)
        expect(button).to_be_focused()
        shown = _table(page).locator("tbody:last-of-type tr td:nth-child(5)").all_text_contents()
        assert [text.split(" ")[0] for text in shown[: len(wanted)]] == [f"{ratio:.2f}" for ratio in wanted]
        assert all(text.startswith("not estimable") for text in shown[len(wanted) :])
    expect(page.locator(f"#{place.SORTED}")).to_have_text("sorted by Hazard ratio, highest first")
    expect(page.get_by_role("rowheader", name="Sex: female")).to_be_visible()
    assert page.url.endswith("/subgroups#sort=ratio.descending")
    _head(page, "group").get_by_role("button").press("Space")
    _expect_rows(page, "")


def _the_forest_follows_the_threshold_and_keeps_its_order(page: Page) -> None:
    _head(page, "weight").get_by_role("button").click()
    Explorer(page).preset("750 and 3,700").click()
    expect(_row(page, "750 < pNFH ≤\u00a03,700 pg/mL")).to_be_visible()
    expect(_head(page, "weight")).to_have_attribute("aria-sort", "descending")
    page.wait_for_url("**/subgroups?threshold=750&threshold=3700#sort=weight.descending")
    page.reload()
    expect(_head(page, "weight")).to_have_attribute("aria-sort", "descending")
    expect(page.locator(f"#{place.SORTED}")).to_have_text("sorted by Weight, highest first")
    _head(page, "group").get_by_role("button").click()
    assert "#" not in page.url
    _expect_rows(page, "threshold=750&threshold=3700")


def _tests_come_when_asked_and_go_again(page: Page) -> None:
    told, button = page.locator(f"#{place.TESTS}"), page.locator(f"#{place.SHOW_TESTS}")
    expect(told).to_be_empty()
    assert "p =" not in page.locator(f"#{place.PLACE}").inner_text().replace("\u00a0", " ")
    button.click()
    expect(told).to_contain_text("12 factors tested")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(told.locator("tbody tr")).to_have_count(12)
    tests = list_factor_tests(compute_factor_interactions(shown_by("").trial, shown_by("").selection))
    for test in tests:
        row = (
            _table(page)
            .locator(".forest-factor")
            .filter(has=page.locator("th span").get_by_text(test["label"], exact=True))
        )
        expect(row.locator(".forest-test")).to_contain_text(test["p"] or test["why"])
        expect(row.locator(".forest-test")).to_contain_text(test["adjusted"])
    expect(_table(page).locator(".forest-test:not(:empty)")).to_have_count(12)
    button.click()
    expect(told).to_be_empty()
    expect(_table(page).locator(".forest-test:not(:empty)")).to_have_count(0)
    expect(button).to_have_text("Show P for interaction")


def test_the_forest_is_a_file_a_way_to_explore_and_fits_a_phone(readers: Readers):
    page = _open(readers().new_page(), "keep.sex=F")
    _the_file_holds_the_view_on_screen(page)
    _a_row_opens_explore_with_just_these_people(_open(page))
    page.set_viewport_size(PHONE)
    _on_a_phone_every_row_shows_its_name_its_whole_picture_and_its_hazard_ratio(_open(page))


def _the_file_holds_the_view_on_screen(page: Page) -> None:
    with page.expect_download() as waiting:
        page.locator(f"#{place.DOWNLOAD}").click()
    file = waiting.value
    assert file.suggested_filename == "mirodash-mirocals-subgroups-SYNTHETIC.csv"
    lines = Path(file.path()).read_bytes().decode("utf-8").split("\r\n")
    assert lines[0].startswith("\ufefffactor,")
    assert lines[1].startswith("overall,overall,All participants,84,40,15,44,22,")


def _the_head_stays_in_sight_below_the_question(page: Page) -> None:
    _row(page, "UK-07").scroll_into_view_if_needed()
    line = page.locator(".estimand-line").bounding_box()
    head = _head(page, "ratio").bounding_box()
    assert line is not None
    assert head is not None
    assert head["y"] == pytest.approx(line["y"] + line["height"], abs=1.5)


def _on_a_phone_every_row_shows_its_name_its_whole_picture_and_its_hazard_ratio(page: Page) -> None:
    for name in ("female", "UK-07"):
        row = _row(page, name)
        row.scroll_into_view_if_needed()
        for part in ("th", ".forest-picture", "td:nth-child(5)"):
            box = row.locator(part).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
    _marks_stand_where_their_numbers_are_on_the_axis(page)
    region = page.locator(f"#{place.TABLE}")
    assert region.evaluate("(place) => place.scrollWidth <= place.clientWidth")
    expect(_table(page).locator("thead")).to_be_in_viewport()
