"""What belongs together stands together: numbers under their ticks, thumbs under their bars."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.plot.effect_curves import HEIGHT as EFFECT_HEIGHT
from mirodash.questions.survival_curves import list_count_rows, survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import count
from mirodash.text.ticks import BREAK
from mirodash.web import ids
from tests.e2e.conftest import Newcomer
from tests.e2e.explorer import STORE, Explorer, centre, fits, tick_labels

pytestmark = pytest.mark.browser

TRIAL = STORE.get("")
PHONE = 390
WIDTHS = (1280, PHONE)
HEIGHT = 800
PIXELS_HIGH = "(drawn) => drawn.getBoundingClientRect().height"
PICTURES_FILL = """() => new Promise((resolve) => {
  const patience = performance.now() + 10_000;
  const fills = (plot) => ['clientWidth', 'clientHeight'].every(
    (side) => Math.abs(plot.querySelector('.main-svg')[side] - plot[side]) < 1);
  const look = () => {
    const plots = [...document.querySelectorAll('.js-plotly-plot')].filter((plot) => plot.checkVisibility());
    if (plots.every(fills)) resolve(true);
    else if (performance.now() > patience) resolve(false);
    else requestAnimationFrame(look);
  };
  look();
})"""


def _resize(explorer: Explorer, width: int) -> None:
    """Make the window this wide and wait until every picture has followed."""
    explorer.page.set_viewport_size({"width": width, "height": HEIGHT})
    assert fits(explorer.page)
    assert explorer.page.evaluate(PICTURES_FILL)


def _centres(texts: Locator) -> list[float]:
    edges = "(all) => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    return [(left + right) / 2 for left, right in texts.evaluate_all(edges)]


def _axis(place: Locator) -> tuple[float, float]:
    """Return how an axis with labelled values of the biomarker turns a position into pixels."""
    labels = tick_labels(place)
    texts, places = labels.all_text_contents(), _centres(labels)
    kept = [k for k, text in enumerate(texts) if text != BREAK]
    values, pixels = [float(texts[k].replace(",", "")) for k in kept], [places[k] for k in kept]
    span = biomarker_span(TRIAL, Selection())
    assert span is not None
    first, last = span.position(values[0]), span.position(values[-1])
    per_position = (pixels[-1] - pixels[0]) / (last - first)
    return pixels[0] - per_position * first, per_position


def test_what_belongs_together_stands_together(newcomer: Newcomer):
    explorer = newcomer()
    _the_histogram_spans_the_track_of_the_slider(explorer.open())
    _numbers_at_risk_stand_under_their_ticks(explorer)
    _thumb_histogram_and_curve_agree_where_a_threshold_is(explorer)
    _a_large_screen_gives_the_curve_height(explorer)
    _the_pages_stay_in_reach(explorer)


def _the_pages_stay_in_reach(explorer: Explorer) -> None:
    page = explorer.page
    for width in (1024, 1280):
        _resize(explorer, width)
        page.evaluate("scrollTo(0, 1200)")
        for place in (page.get_by_role("link", name="Thresholds", exact=True), page.locator(".estimand")):
            expect(place).to_be_in_viewport(ratio=1)
        copy = page.get_by_role("button", name="Copy link")
        copy.focus()
        expect(copy).to_be_in_viewport(ratio=1)
        copy.blur()
    page.evaluate("scrollTo(0, 0)")


def _a_large_screen_gives_the_curve_height(explorer: Explorer) -> None:
    curve = explorer.part(ids.panel("effect", "figure"))
    explorer.page.set_viewport_size({"width": 1280, "height": 720})
    drawn = curve.locator(".main-svg").first
    assert explorer.page.evaluate(PICTURES_FILL)
    assert drawn.evaluate(PIXELS_HIGH) == pytest.approx(EFFECT_HEIGHT)
    explorer.page.set_viewport_size({"width": 1920, "height": 1080})
    assert explorer.page.evaluate(PICTURES_FILL)
    assert drawn.evaluate(PIXELS_HIGH) > 1.3 * EFFECT_HEIGHT


def _numbers_at_risk_stand_under_their_ticks(explorer: Explorer) -> None:
    explorer.open("unit=months")
    result = survival_by_group(TRIAL, Selection(unit="months"))
    groups, named = result.groups, list_count_rows(result)
    for width in WIDTHS:
        _resize(explorer, width)
        for place, group in enumerate(groups):
            card = explorer.card(place)
            ticks = _centres(tick_labels(card))
            numbers = card.locator(".scatterlayer .textpoint text")
            arms = (group.comparison.treated.at_risk, group.comparison.control.at_risk)
            rows = [
                {"at risk": arm.at_risk, "censored": arm.censored, "events": arm.events}[name]
                for arm in arms
                for name in named
            ]
            expect(numbers).to_have_text([count(int(n)) for row in rows for n in row])
            columns = _centres(numbers)
            assert len(columns) == len(rows) * len(ticks)
            assert columns == pytest.approx(len(rows) * ticks, abs=1.5), f"{width} px"


def _thumb_histogram_and_curve_agree_where_a_threshold_is(explorer: Explorer) -> None:
    thresholds = (62.5, 750, 3700)
    explorer.open("&".join(f"threshold={c:g}" for c in thresholds))
    span = biomarker_span(TRIAL, Selection())
    assert span is not None
    histogram, curve = explorer.part(ids.HISTOGRAM), explorer.part(ids.panel("effect", "figure"))
    for width in WIDTHS:
        _resize(explorer, width)
        for slot, threshold in enumerate(thresholds, start=1):
            is_bar = width == PHONE and slot == 1
            scale = _bar_at_the_foot(explorer, span) if is_bar else _axis(histogram)
            for marker, (start, per_position) in (
                (explorer.thumb(slot), scale),
                (explorer.handle(slot), _axis(curve)),
            ):
                wanted = start + per_position * span.position(threshold)
                assert centre(marker)[0] == pytest.approx(wanted, abs=2), f"{width} px, slot {slot}"


def _bar_at_the_foot(explorer: Explorer, span: BiomarkerSpan) -> tuple[float, float]:
    """Return the same of the first threshold's slider on a phone, over which no histogram stands."""
    slider = explorer.part(ids.threshold_slider(1))
    bar = explorer.page.locator("#rail-threshold-1").bounding_box()
    track = slider.locator(".mantine-Slider-track").bounding_box()
    assert bar is not None
    assert track is not None
    assert (bar["x"], bar["width"], bar["y"] + bar["height"]) == (0, PHONE, HEIGHT)
    low, high = span.position(span.low), span.position(span.high)
    per_position = track["width"] / (high - low)
    return track["x"] - per_position * low, per_position


def _the_histogram_spans_the_track_of_the_slider(explorer: Explorer) -> None:
    track = explorer.page.locator(f"#{ids.threshold_slider(1)} .mantine-Slider-track").bounding_box()
    bars = explorer.part(ids.HISTOGRAM).locator(".barlayer").bounding_box()
    assert track is not None
    assert bars is not None
    room = 0.04 * track["width"]
    assert track["x"] - 2 <= bars["x"] <= track["x"] + room
    assert track["x"] + track["width"] - room <= bars["x"] + bars["width"] <= track["x"] + track["width"] + 2
