"""Moving a threshold with the mouse, by keyboard, by number and by preset."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.web import ids
from tests.e2e.conftest import Readers, Visit
from tests.e2e.explorer import STORE, Explorer, centre, uncorrected_p_values

pytestmark = pytest.mark.browser

TRIAL = STORE.get("")
STOPS = np.array(candidate_thresholds(TRIAL, Selection()))
UNIT = "pg/mL"


def _span() -> BiomarkerSpan:
    span = biomarker_span(TRIAL, Selection())
    assert span is not None
    return span


def _pixel(frame: Locator, threshold: float) -> float:
    """Return where on the screen a threshold belongs, if this is as wide as the biomarker's axis."""
    span, box = _span(), frame.bounding_box()
    assert box is not None
    low, high = span.position(span.low), span.position(span.high)
    return box["x"] + box["width"] * (span.position(threshold) - low) / (high - low)


def _lonely_stop(above: float, below: float) -> float:
    """Return the stop with most room on both sides: a pixel more or less still hits it."""
    positions = np.log10(STOPS)
    room = np.minimum(np.diff(positions, prepend=-np.inf), np.diff(positions, append=np.inf))
    return float(STOPS[np.argmax(np.where((above < STOPS) & (below > STOPS), room, 0))])


def _number(threshold: float) -> str:
    return f"{threshold:,.10g}"


def _expect_threshold(explorer: Explorer, threshold: float, slot: int = 1) -> None:
    """Wait until a threshold's box, slider and handle all say this, each at the right pixel."""
    expect(explorer.box(slot)).to_have_value(_number(threshold))
    expect(explorer.handle(slot)).to_have_text(_number(threshold))
    expect(explorer.thumb(slot)).to_have_attribute("aria-valuetext", f"{_number(threshold)} {UNIT}")
    frame = explorer.page.locator(".handles")
    assert centre(explorer.handle(slot))[0] == pytest.approx(_pixel(frame, threshold), abs=1.5)


def test_dragging_slider_or_curve_moves_groups_box_handle_and_address(visit: Visit):
    explorer = visit()
    for held_by in ("slider", "curve"):
        _drag(explorer, held_by)


def _drag(explorer: Explorer, held_by: str) -> None:
    page = explorer.page
    track = page.locator(f"#{ids.threshold_slider(1)} .mantine-Slider-track")
    grip, frame = (
        (explorer.thumb(), track) if held_by == "slider" else (explorer.handle(), page.locator(".handles"))
    )
    below, above = _lonely_stop(400, 900), _lonely_stop(7_000, 12_000)
    x, y = centre(grip)
    page.mouse.move(x, y)
    page.mouse.down()
    for threshold in (above, below):
        page.mouse.move(_pixel(frame, threshold), y, steps=4)
        explorer.expect_view(f"threshold={threshold:g}")
        _expect_threshold(explorer, threshold)
    page.mouse.up()
    explorer.expect_address(f"threshold={below:g}")
    explorer.expect_view(f"threshold={below:g}")
    assert uncorrected_p_values(page) == []


def _stepped(threshold: float, by: int) -> float:
    """Return the stop so many steps above or below, wherever between two stops one starts."""
    if by > 0:
        return float(STOPS[min(np.searchsorted(STOPS, threshold, side="right") + by - 1, STOPS.size - 1)])
    return float(STOPS[max(np.searchsorted(STOPS, threshold, side="left") + by, 0)])


@pytest.mark.nightly
def test_keys_step_through_the_values_that_change_a_group_with_everybody_who_shares_one(visit: Visit):
    explorer = visit()
    _keys_step_through_the_values_that_change_a_group(explorer)
    _a_step_moves_everybody_who_shares_a_value(explorer)


def _keys_step_through_the_values_that_change_a_group(explorer: Explorer) -> None:
    observed = TRIAL.numbers["csf_pnfh"].values
    explorer.thumb().focus()
    threshold = 3700.0
    for key, by in (("ArrowRight", 1), ("ArrowUp", 1), ("PageUp", 10), ("ArrowLeft", -1), ("ArrowDown", -1)):
        threshold = _stepped(threshold, by)
        explorer.page.keyboard.press(key)
        _expect_counts(explorer, int((observed <= threshold).sum()), int((observed > threshold).sum()))
        _expect_threshold(explorer, threshold)
    ends = (("PageDown", _stepped(threshold, -10)), ("Home", STOPS[0]), ("End", STOPS[-1]))
    for key, threshold in ends:
        explorer.page.keyboard.press(key)
        _expect_threshold(explorer, float(threshold))
    explorer.expect_view(f"threshold={STOPS[-1]:g}")
    explorer.expect_address(f"threshold={STOPS[-1]:g}")


def _expect_counts(explorer: Explorer, lower: int, upper: int) -> None:
    for place, number in ((1, lower), (2, upper)):
        expect(explorer.card(place).locator(".subtitle")).to_contain_text(f"{number} participants")


def _a_step_moves_everybody_who_shares_a_value(explorer: Explorer) -> None:
    observed = STORE.get("gbsg2").numbers["progrec"].values
    values, numbers = np.unique(observed, return_counts=True)
    place = 1 + int(np.argmax(numbers[1:]))
    before, shared, together = float(values[place - 1]), float(values[place]), int(numbers[place])
    assert together > 5
    explorer.open(f"trial=gbsg2&threshold={before:g}")
    below = int((observed <= before).sum())
    _expect_counts(explorer, below, observed.size - below)
    explorer.thumb().press("ArrowRight")
    _expect_counts(explorer, below + together, observed.size - below - together)
    expect(explorer.box()).to_have_value(_number(shared))


def test_a_threshold_is_typed_or_pressed_as_a_preset(visit: Visit):
    explorer = visit()
    _presets_are_pressed_by_keyboard_and_show_which_one_holds(explorer)
    explorer.how_many(1)
    _a_number_can_be_typed_and_holds_with_enter_or_on_leaving_the_box(explorer)


def _a_number_can_be_typed_and_holds_with_enter_or_on_leaving_the_box(explorer: Explorer) -> None:
    explorer.box().fill("2500")
    explorer.box().press("Enter")
    explorer.expect_view("threshold=2500")
    _expect_threshold(explorer, 2500)
    explorer.box().fill("1,234.5")
    explorer.box().press("Tab")
    explorer.expect_view("threshold=1234.5")
    explorer.expect_address("threshold=1234.5")
    expect(explorer.box()).to_have_value("1,234.5")
    explorer.box().press("ControlOrMeta+a")
    explorer.box().press_sequentially("2,345")  # of which the box makes 2.345 while it is typed
    explorer.box().press("Enter")
    explorer.expect_view("threshold=2345")
    expect(explorer.box()).to_have_value("2,345")
    explorer.box().fill("")
    explorer.box().press("Tab")
    expect(explorer.box()).not_to_have_value("")
    assert "NaN" not in explorer.page.locator("body").inner_text()


def _presets_are_pressed_by_keyboard_and_show_which_one_holds(explorer: Explorer) -> None:
    expect(explorer.preset("3,700 published")).to_have_attribute("aria-pressed", "true")
    for name, thresholds, key in (("750 and 3,700", (750, 3700), "Enter"), ("median", (2009,), "Space")):
        explorer.preset(name).press(key)
        query = "&".join(f"threshold={c}" for c in thresholds)
        expect(explorer.preset(name)).to_have_attribute("aria-pressed", "true")
        expect(explorer.preset("3,700 published")).to_have_attribute("aria-pressed", "false")
        explorer.expect_view(query)
        explorer.expect_address(query)
        for slot, threshold in enumerate(thresholds, start=1):
            _expect_threshold(explorer, threshold, slot)


def test_there_can_be_up_to_three_thresholds_each_moved_alone(visit: Visit):
    explorer = visit()
    _there_can_be_no_threshold_and_up_to_three(explorer)
    _every_threshold_of_three_can_be_moved_alone_and_they_stay_in_order(explorer)


def _there_can_be_no_threshold_and_up_to_three(explorer: Explorer) -> None:
    for number in (0, 1, 2, 3):
        explorer.how_many(number)
        expect(explorer.page.locator(".threshold:visible")).to_have_count(number)
        expect(explorer.page.locator(".handle:visible")).to_have_count(number)
        expect(explorer.page.locator(".threshold-box:visible")).to_have_count(number)
        names = (
            [f"Threshold {slot}" for slot in range(1, number + 1)] if number > 1 else ["Threshold"] * number
        )
        expect(explorer.page.locator(".threshold-box:visible label")).to_have_text(names)
        for name, thumb in zip(
            names, explorer.page.locator(".threshold:visible [role=slider]").all(), strict=True
        ):
            expect(thumb).to_have_accessible_name(f"{name}: pNFH, pg/mL")
        standing = _read_boxes(explorer, number)
        assert [float(text) for text in standing] == sorted({float(text) for text in standing})
        query = "&".join(f"threshold={text}" for text in standing) or "threshold="
        explorer.expect_view(query)
        explorer.expect_address(query)
        expect(explorer.card(number + 1 if number else 0)).to_be_visible()


def _read_boxes(explorer: Explorer, number: int) -> list[str]:
    """Return what the boxes hold, once each that has just appeared has a value of its own."""
    standing: list[str] = []
    for _ in range(200):
        standing = [explorer.box(slot).input_value().replace(",", "") for slot in range(1, number + 1)]
        if len(set(standing)) == number:
            break
        explorer.page.wait_for_timeout(50)
    return standing


def _every_threshold_of_three_can_be_moved_alone_and_they_stay_in_order(explorer: Explorer) -> None:
    explorer.open("threshold=1000&threshold=2000&threshold=4000")
    explorer.thumb(2).press("PageUp")
    middle = _stepped(2000, 10)
    explorer.expect_view(f"threshold=1000&threshold={middle:g}&threshold=4000")
    explorer.thumb(1).press("End")  # as far as the next one, which it never passes
    before = float(STOPS[middle > STOPS][-1])
    explorer.expect_view(f"threshold={before:g}&threshold={middle:g}&threshold=4000")
    explorer.box(1).click()
    explorer.box(1).fill("9000")  # what is typed may pass
    explorer.box(1).press("Enter")
    explorer.expect_view(f"threshold={middle:g}&threshold=4000&threshold=9000")
    explorer.expect_address(f"threshold={middle:g}&threshold=4000&threshold=9000")


def test_a_finger_that_scrolls_over_a_picture_moves_no_threshold_and_a_tap_does(readers: Readers):
    page = readers(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    page.goto("/")
    frame = page.locator("#panel-effect .handles")
    expect(page.locator("#panel-effect .js-plotly-plot .xtick")).not_to_have_count(0)
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    touch = page.context.new_cdp_session(page)
    for share in (0.2, 0.4):
        x, y = box["x"] + share * box["width"], box["y"] + 0.5 * box["height"]
        touch.send(
            "Input.synthesizeScrollGesture", {"x": x, "y": y, "yDistance": -150, "gestureSourceType": "touch"}
        )
        touch.send(
            "Input.synthesizeScrollGesture", {"x": x, "y": y, "yDistance": 150, "gestureSourceType": "touch"}
        )
    assert "threshold" not in page.url
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page.locator("#panel-effect .handle").first).not_to_have_text("3,700")
