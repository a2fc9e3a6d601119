"""Choosing arms, sites, filters, horizon and unit, another trial, and starting over; two readers at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mirodash.trial.store import SAMPLES
from mirodash.web import ids
from mirodash.web.threshold_controls import build_sites_by_country
from tests.e2e.conftest import Newcomer, Visit
from tests.e2e.explorer import STORE, Explorer, fits, picture, tick_labels
from tests.profiles import NIGHTLY

pytestmark = pytest.mark.browser

SITES = build_sites_by_country(STORE.get(""))


def _only(*sites: str) -> str:
    return "&".join(f"site={site}" for site in sites)


def _reset(explorer: Explorer) -> Explorer:
    """Return to the default view, which takes less than opening the page again."""
    explorer.page.get_by_role("button", name="Reset to the default view").click()
    explorer.expect_address("")
    explorer.expect_view("")  # until then the controls are still being set
    return explorer


def _open_sites(explorer: Explorer, country: str) -> None:
    place = explorer.page.locator(".country").filter(has=explorer.chosen("country", country))
    place.locator("summary").click()


def test_countries_and_sites_choose_each_other_and_none_leaves_sentences(newcomer: Newcomer):
    explorer = newcomer()
    _countries_and_sites_choose_each_other(explorer.open())
    _without_any_site_there_are_sentences_and_no_empty_picture(_reset(explorer))


def _countries_and_sites_choose_each_other(explorer: Explorer) -> None:
    france = explorer.chosen("country", "France")
    france.uncheck()
    explorer.expect_view(_only(*SITES["UK"]))
    explorer.expect_address(_only(*SITES["UK"]))
    _open_sites(explorer, "France")
    for site in SITES["France"]:
        expect(explorer.chosen("site", site)).not_to_be_checked()
    explorer.chosen("site", "FR-03").check()
    expect(france).to_be_checked(indeterminate=True)
    explorer.expect_view(_only("FR-03", *SITES["UK"]))
    explorer.expect_address(_only("FR-03", *SITES["UK"]))
    france.click()
    expect(france).to_be_checked()
    explorer.expect_address("")
    explorer.chosen("site", "FR-03").uncheck()
    expect(france).to_be_checked(indeterminate=True)
    explorer.expect_view(_only(*(site for site in SITES["France"] if site != "FR-03"), *SITES["UK"]))


def _without_any_site_there_are_sentences_and_no_empty_picture(explorer: Explorer) -> None:
    for country in SITES:
        explorer.chosen("country", country).uncheck()
    explorer.expect_address("site=")
    explorer.expect_view("site=")
    for key in ("effect", "survival-0"):
        expect(explorer.part(ids.panel(key, "figure"))).to_be_hidden()
        expect(explorer.part(ids.panel(key)).locator(".cannot-say")).not_to_be_empty()
    said = explorer.page.locator("body").inner_text()
    assert not any(word in said for word in ("NaN", "Infinity", "inf ", "None", "undefined"))
    explorer.chosen("country", "UK").check()
    explorer.expect_view(_only(*SITES["UK"]))
    expect(explorer.part(ids.panel("survival-0", "figure"))).to_be_visible()


def test_filters_arms_horizon_and_unit_are_chosen(newcomer: Newcomer):
    explorer = newcomer()
    _filters_by_level_and_by_range(explorer.open())
    _arms_change_places_and_are_never_the_same(_reset(explorer))
    _the_horizon_ends_every_curve_and_every_number(_reset(explorer))
    _months_change_the_axis_and_not_the_curves(explorer)


def _filters_by_level_and_by_range(explorer: Explorer) -> None:
    explorer.choose(ids.identify_choice("keep", "sex"), "female")
    explorer.page.keyboard.press("Escape")
    explorer.expect_view("keep.sex=F")
    explorer.expect_address("keep.sex=F")
    explorer.chosen("range-low", "age").fill("50")
    explorer.chosen("range-low", "age").press("Enter")
    explorer.expect_view("range.age=50..&keep.sex=F")
    explorer.chosen("range-high", "age").fill("70")
    explorer.chosen("range-high", "age").press("Tab")
    explorer.expect_view("range.age=50..70&keep.sex=F")
    explorer.expect_address("range.age=50..70&keep.sex=F")
    expect(explorer.part(ids.panel("flow"))).to_contain_text("filtered out")
    explorer.chosen("range-low", "age").fill("")
    explorer.chosen("range-low", "age").press("Tab")
    explorer.expect_view("range.age=..70&keep.sex=F")


def _arms_change_places_and_are_never_the_same(explorer: Explorer) -> None:
    explorer.choose(ids.TREATED, "Placebo")
    expect(explorer.part(ids.CONTROL)).to_have_value("IL-2 (110)")
    explorer.expect_view("treated=Placebo&control=IL-2")
    explorer.expect_address("treated=Placebo&control=IL-2")


def _the_horizon_ends_every_curve_and_every_number(explorer: Explorer) -> None:
    explorer.part(ids.HORIZON).fill("365")
    explorer.part(ids.HORIZON).press("Enter")
    explorer.expect_view("horizon=365")
    explorer.expect_address("horizon=365")
    expect(tick_labels(explorer.card(1)).last).to_have_text("365")
    explorer.part(ids.HORIZON).fill("")
    explorer.part(ids.HORIZON).press("Tab")
    expect(explorer.part(ids.HORIZON)).to_have_value("640")
    explorer.expect_view("")


def _months_change_the_axis_and_not_the_curves(explorer: Explorer) -> None:
    path = explorer.card(1).locator(".scatterlayer path.js-line")
    expect(tick_labels(explorer.card(1)).last).to_have_text("640")
    assert fits(explorer.page)
    in_days = [path.nth(k).get_attribute("d") for k in range(path.count())]
    explorer.choose(ids.UNIT, "months")
    explorer.expect_view("unit=months")
    explorer.expect_address("unit=months")
    expect(tick_labels(explorer.card(1)).last).to_have_text("21")
    in_months = [path.nth(k).get_attribute("d") for k in range(path.count())]
    assert len(in_days) == len(in_months)
    for days, months in zip(in_days, in_months, strict=True):
        assert picture(months) == pytest.approx(picture(days), abs=0.02)


def test_biomarkers_and_trials_bring_their_own_and_reset_starts_over(newcomer: Newcomer):
    explorer = newcomer()
    _another_biomarker_brings_its_own_axis_and_threshold(explorer.open("keep.sex=F"))
    _reset_returns_to_the_default_view_of_the_same_trial(explorer)
    _the_header_switches_between_all_trials_and_back_returns(explorer)


def _another_biomarker_brings_its_own_axis_and_threshold(explorer: Explorer) -> None:
    explorer.choose(ids.identify_choice("open", "biomarker"), "Regulatory T cells")
    explorer.expect_view("biomarker=tregs&keep.sex=F")
    explorer.expect_address("biomarker=tregs&keep.sex=F")
    explorer.wait()
    expect(explorer.box()).to_have_value("7.5")
    expect(explorer.part(ids.panel("effect"))).to_contain_text("Tregs")
    explorer.page.go_back()
    explorer.expect_view("keep.sex=F")
    expect(explorer.box()).to_have_value("3,700")


def _reset_returns_to_the_default_view_of_the_same_trial(explorer: Explorer) -> None:
    explorer.open("trial=gbsg2&threshold=20&threshold=90&keep.tgrade=II&unit=months&treated=no&control=yes")
    explorer.page.get_by_role("button", name="Reset to the default view").click()
    explorer.expect_address("trial=gbsg2")
    explorer.expect_view("trial=gbsg2")
    expect(explorer.box()).to_have_value("20")
    expect(explorer.part(ids.UNIT)).to_have_value("days")
    explorer.page.go_back()
    expect(explorer.part(ids.UNIT)).to_have_value("months")


def _the_header_switches_between_all_trials_and_back_returns(explorer: Explorer) -> None:
    explorer.open("threshold=2000")
    names = SAMPLES[1:] if NIGHTLY else SAMPLES[-1:]
    for name in names:
        trial = STORE.get(name)
        explorer.choose(ids.TRIAL, trial.dictionary.title)
        explorer.expect_address(f"trial={name}")
        explorer.expect_view(f"trial={name}")
        expect(explorer.part(ids.BADGE)).to_have_text("SYNTHETIC" if trial.dictionary.synthetic else "")
        for factor in trial.dictionary.factors:
            kind = "keep" if factor.kind == "category" else "range-low"
            expect(explorer.chosen(kind, factor.column)).to_be_attached()
    assert not STORE.get(SAMPLES[-1]).dictionary.synthetic
    expect(explorer.chosen("country", "UK")).to_have_count(0)
    for name in reversed(names[:-1]):
        explorer.page.go_back()
        explorer.expect_view(f"trial={name}")
        expect(explorer.part(ids.BADGE)).to_have_text("SYNTHETIC")
    explorer.page.go_back()
    explorer.expect_view("threshold=2000")
    expect(explorer.part(ids.TRIAL)).to_have_value(STORE.get(SAMPLES[0]).dictionary.title)


@pytest.mark.nightly
def test_two_readers_do_not_affect_each_other(visit: Visit):
    first, second = visit(), visit("trial=gbsg2")
    first.thumb().press("Home")
    first.chosen("country", "UK").uncheck()
    first_view = "threshold=62.5&" + _only(*SITES["France"])
    first.expect_view(first_view)
    second.choose(ids.UNIT, "years")
    second.expect_view("trial=gbsg2&unit=years")
    first.choose(ids.UNIT, "weeks")
    first.expect_view(f"{first_view}&unit=weeks")
    second.expect_view("trial=gbsg2&unit=years")
    second.expect_address("trial=gbsg2&unit=years")
