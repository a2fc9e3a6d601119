"""The address bar holds the view: reload, back, forward, a pasted link, and links that nobody made."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.web import ids
from tests.e2e.conftest import Newcomer, Visit
from tests.e2e.explorer import STORE, Explorer, shown_by
from tests.profiles import NIGHTLY

pytestmark = pytest.mark.browser

PASTED = (
    "horizon=365&threshold=750&threshold=3700&treated=Placebo&control=IL-2"
    "&site=FR-01&site=UK-01&site=UK-02&site=UK-03&site=UK-04&site=UK-05&site=UK-06&site=UK-07"
    "&range.age=40..70&keep.sex=F&unit=months"
)


def _expect_pasted(explorer: Explorer) -> None:
    """Wait until everything that the pasted link says stands on the page and in the controls."""
    explorer.expect_view(PASTED)
    explorer.expect_address(PASTED)
    for slot, shown in ((1, "750"), (2, "3,700")):
        expect(explorer.box(slot)).to_have_value(shown)
        expect(explorer.thumb(slot)).to_have_attribute("aria-valuetext", f"{shown} pg/mL")
        expect(explorer.handle(slot)).to_have_text(shown)
    expect(explorer.preset("750 and 3,700")).to_have_attribute("aria-pressed", "true")
    expect(explorer.part(ids.HORIZON)).to_have_value("11.99")  # of months
    expect(explorer.part(ids.UNIT)).to_have_value("months")
    expect(explorer.part(ids.TREATED)).to_have_value("Placebo (110)")
    expect(explorer.part(ids.CONTROL)).to_have_value("IL-2 (110)")
    expect(explorer.chosen("country", "UK")).to_be_checked()
    expect(explorer.chosen("country", "France")).to_be_checked(indeterminate=True)
    expect(explorer.chosen("site", "FR-01")).to_be_checked()
    expect(explorer.chosen("site", "FR-02")).not_to_be_checked()
    expect(explorer.page.locator(".filter").filter(has_text="Sex")).to_contain_text("female")
    expect(explorer.chosen("range-low", "age")).to_have_value("40")
    expect(explorer.chosen("range-high", "age")).to_have_value("70")


def test_a_link_and_what_a_reader_did_are_there_again_after_a_reload(visit: Visit):
    explorer = visit(PASTED)
    _expect_pasted(explorer)
    explorer.page.reload()
    explorer.wait()
    _expect_pasted(explorer)
    explorer.open()
    explorer.thumb().press("Home")
    explorer.chosen("country", "UK").click()
    explorer.choose(ids.UNIT, "weeks")
    explorer.expect_view(query := "threshold=62.5&" + _sites("FR", 10) + "&unit=weeks")
    explorer.page.reload()
    explorer.wait().expect_view(query)
    explorer.expect_address(query)
    expect(explorer.chosen("country", "UK")).not_to_be_checked()


def _sites(country: str, number: int) -> str:
    return "&".join(f"site={country}-{k:02}" for k in range(1, number + 1))


def test_back_and_forward_walk_through_what_was_looked_at_and_a_drag_is_one_step(visit: Visit):
    explorer = visit()
    page = explorer.page
    steps = ["", "threshold=2009", "threshold=750&threshold=3700", "threshold=750&threshold=3700&unit=months"]
    explorer.preset("median").click()
    explorer.expect_address(steps[1])
    explorer.preset("750 and 3,700").click()
    explorer.expect_address(steps[2])
    explorer.choose(ids.UNIT, "months")
    explorer.expect_address(steps[3])
    for step in (2, 1, 0):
        page.go_back()
        explorer.expect_address(steps[step])
        explorer.expect_view(steps[step])
    expect(explorer.box()).to_have_value("3,700")
    page.go_forward()
    explorer.expect_view(steps[1])
    expect(explorer.box()).to_have_value("2,009")
    expect(explorer.preset("median")).to_have_attribute("aria-pressed", "true")
    explorer.drag(explorer.thumb(), across=600)
    explorer.expect_view(f"threshold={candidate_thresholds(STORE.get(''), Selection())[-1]:g}")
    explorer.page.go_back()
    explorer.expect_address("threshold=2009")
    explorer.expect_view("threshold=2009")


NOWHERE = "/nowhere/at/all"
BAD_LINKS = {
    "the trial is right": "threshold=abc&site=Nowhere&biomarker=nope&keep.hat=red&horizon=-3",
    "nothing fits": "threshold=abc&site=Nowhere&biomarker=nope&trial=no-such-trial",
    "far too long": "threshold=2000&site=" + 4_000 * "long-",
    "markup": "site=<script>window.hurt=1</script>&biomarker=<img src=x onerror=window.hurt=1>",
}


def test_what_does_not_fit_is_explained_and_the_page_works(newcomer: Newcomer):
    explorer = newcomer(missing=NOWHERE)
    for name, query in list(BAD_LINKS.items())[0 if NIGHTLY else 1 :]:
        explorer.open(query)
        problems = shown_by(query).problems
        assert problems, f"{name}: a link without problems proves nothing here"
        expect(explorer.part(ids.NOTICE).locator("p")).to_have_text(list(problems))
        assert len(explorer.part(ids.NOTICE).inner_text()) < 1_000, f"{name}: too long to be read"
        explorer.expect_view(query)
        explorer.preset("750 and 3,700").click()
        explorer.expect_view("threshold=750&threshold=3700")
        assert explorer.page.evaluate("window.hurt") is None, name
        assert explorer.page.locator("script:not([src]):has-text('hurt'), img[onerror]").count() == 0, name
    _an_unknown_page_leads_back(explorer.page)


def _an_unknown_page_leads_back(page: Page) -> None:
    page.goto(NOWHERE)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    page.get_by_role("main").get_by_role("link", name="Explore").click()
    Explorer(page).wait().expect_view("")
