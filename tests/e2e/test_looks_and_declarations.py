"""What this browser has looked at is counted, and a threshold can be declared as fixed in advance."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, expect

from mirodash.web import ids
from tests.e2e.conftest import Visit
from tests.e2e.explorer import Explorer

pytestmark = pytest.mark.browser


def _declared(page: Page, part: str) -> Locator:
    return page.locator(f"#{ids.DECLARED}-{part}")


def _fill(page: Page, value: str, document: str, date: str) -> None:
    for part, text in (("value", value), ("document", document), ("date", date)):
        _declared(page, part).fill(text)
    _declared(page, "declare").click()


def _withdraw(page: Page) -> None:
    _declared(page, "withdraw").click()
    expect(_declared(page, "said")).to_have_text("")


def test_looks_are_counted_by_trial_survive_a_reload_and_are_reset(visit: Visit):
    explorer = visit()
    _every_different_view_is_one_look(explorer)
    _looks_survive_a_reload_until_they_are_reset(explorer)
    _each_trial_has_its_own_count(explorer)


def _every_different_view_is_one_look(explorer: Explorer) -> None:
    said = explorer.part(ids.LOOKS_SAID)
    expect(said).to_contain_text("Views examined in this browser: 1")
    explorer.preset("750 and 3,700").click()
    expect(said).to_contain_text("Views examined in this browser: 2")
    explorer.choose(ids.UNIT, "months")
    explorer.expect_view("threshold=750&threshold=3700&unit=months")
    explorer.preset("3,700 published").click()
    expect(explorer.part(ids.panel("survival-3"))).to_be_hidden()
    explorer.preset("median").click()
    expect(said).to_contain_text("Views examined in this browser: 3")


def _looks_survive_a_reload_until_they_are_reset(explorer: Explorer) -> None:
    explorer.open("threshold=1000")
    said = explorer.part(ids.LOOKS_SAID)
    expect(said).to_contain_text("Views examined in this browser: 4")
    said.get_by_role("button", name="reset").click()
    expect(said).to_contain_text("Views examined in this browser: 1")
    explorer.page.reload()
    explorer.wait()
    expect(said).to_contain_text("Views examined in this browser: 1")


def _each_trial_has_its_own_count(explorer: Explorer) -> None:
    explorer.preset("median").click()
    expect(explorer.part(ids.LOOKS_SAID)).to_contain_text("Views examined in this browser: 2")
    explorer.choose(ids.TRIAL, "no effect")
    explorer.wait()
    expect(explorer.part(ids.LOOKS_SAID)).to_contain_text("Views examined in this browser: 1")


def test_a_declaration_is_in_the_address_says_what_is_missing_and_goes_with_its_biomarker(visit: Visit):
    explorer = visit()
    explorer.page.get_by_text("Was this threshold pre-specified?").click()
    _what_is_proposed_stays_when_it_is_typed_once_more(explorer.page)
    _a_declaration_that_declares_nothing_says_what_is_missing(explorer.page)
    _withdraw(explorer.page)
    _a_declaration_goes_into_the_address_and_comes_back_from_it(explorer)
    _another_biomarker_drops_the_declaration(explorer)


def _what_is_proposed_stays_when_it_is_typed_once_more(page: Page) -> None:
    expect(_declared(page, "value")).to_have_value("3700")
    _fill(page, "3700", "SAP", "2017-04-12")
    expect(_declared(page, "said")).to_have_text("Declared: 3,700 pg/mL in SAP, 2017-04-12.")
    _withdraw(page)


def _a_declaration_goes_into_the_address_and_comes_back_from_it(explorer: Explorer) -> None:
    page = explorer.page
    expect(page).to_have_url("/")
    _fill(page, "3,700", "SAP 2.1", "2017-04-12")
    expect(_declared(page, "said")).to_have_text("Declared: 3,700 pg/mL in SAP 2.1, 2017-04-12.")
    expect(page).to_have_url("/?prespecified=3700&prespecified-in=SAP+2.1&prespecified-on=2017-04-12")
    page.reload()
    explorer.wait()
    expect(_declared(page, "said")).to_contain_text("Declared: 3,700 pg/mL in SAP 2.1")
    explorer.preset("median").click()
    expect(_declared(page, "said")).to_contain_text("The current threshold differs from the declared one.")
    page.get_by_text("Was this threshold pre-specified?").click()
    _withdraw(page)
    assert not any(key.startswith("prespecified") for key in parse_qs(explorer.query()))


def _a_declaration_that_declares_nothing_says_what_is_missing(page: Page) -> None:
    _fill(page, "low", "", "")
    problem = _declared(page, "problem")
    expect(problem).to_contain_text("Give the threshold as a number")
    expect(problem).to_contain_text("Name the document")
    expect(problem).to_contain_text("Give the day")
    expect(page).to_have_url("/")
    _fill(page, "750 3700", "Protocol <b>3</b>", "2016-01-31")
    expect(problem).to_have_text("")
    expect(_declared(page, "said")).to_contain_text("Declared: 750 and 3,700 pg/mL in Protocol <b>3</b>")


def _another_biomarker_drops_the_declaration(explorer: Explorer) -> None:
    _fill(explorer.page, "3,700", "SAP", "2017-04-12")
    expect(_declared(explorer.page, "said")).to_contain_text("Declared: 3,700 pg/mL in SAP, 2017-04-12.")
    explorer.choose(ids.identify_choice("open", "biomarker"), "Serum NfL")
    explorer.wait()
    expect(explorer.page).to_have_url("/?biomarker=serum_nfl")
    expect(_declared(explorer.page, "said")).to_have_text("")
