"""What a reader finds on the first visit, and what is never found on any page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mirodash.questions.report import analyze
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio, RatioOfHazardRatios
from mirodash.text.numbers import format_hazard_ratio, format_percent, unify_spaces
from mirodash.web import ids
from tests.e2e.conftest import Visit
from tests.e2e.explorer import STORE, Explorer, uncorrected_p_values

pytestmark = pytest.mark.browser

FIGURES = ("effect", "survival-0", "survival-1", "survival-2")


def test_the_page_opens_on_the_built_in_trial_with_its_numbers_and_nothing_it_must_not_have(visit: Visit):
    explorer = visit()
    answered: list[int] = []
    explorer.page.on(
        "response",
        lambda reply: answered.append(reply.status) if "_dash-update-component" in reply.url else None,
    )
    _the_page_opens_on_the_built_in_trial_and_says_what_the_engine_says(explorer)
    _every_card_gives_the_counts_and_effects_of_one_analysis(explorer)
    _there_is_no_p_value_but_the_searchs_and_no_button_that_sends_a_picture_away(explorer)
    # of what was asked for at the first visit, the next one is told that it is the same
    assert answered.count(304) >= 3
    assert set(answered) <= {200, 304}


def _the_page_opens_on_the_built_in_trial_and_says_what_the_engine_says(explorer: Explorer) -> None:
    page = explorer.page
    explorer.expect_view("")
    explorer.expect_address("")
    expect(page).to_have_title("Explore · MiroDash")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(explorer.part(ids.BADGE)).to_have_text("SYNTHETIC")
    expect(explorer.part(ids.BANNER)).to_contain_text("xploratory")
    expect(explorer.part(ids.NOTICE)).to_be_empty()
    expect(explorer.box()).to_have_value("3,700")
    expect(explorer.handle()).to_have_text("3,700")
    for key in FIGURES:
        figure = explorer.part(ids.panel(key, "figure"))
        expect(figure.locator(".scatterlayer path.js-line").first).to_be_visible()
        expect(page.get_by_role("img").filter(has=figure)).to_have_accessible_name(re.compile(r"\w{3}"))
    expect(explorer.card(3)).to_be_hidden()


def _every_card_gives_the_counts_and_effects_of_one_analysis(explorer: Explorer) -> None:
    analysis = analyze(STORE.get(""), Selection())
    assert len(analysis.survival.groups) == 3
    for place, group in enumerate(analysis.survival.groups):
        effect = group.comparison
        at = (effect.treated.survival_at, effect.control.survival_at)
        assert isinstance(effect.cox, HazardRatio)
        assert at[0] is not None
        assert at[1] is not None
        said = unify_spaces(explorer.card(place).text_content() or "")
        assert f"{effect.n} participants" in said
        assert f"{effect.events} deaths" in said
        assert format_hazard_ratio(effect.cox.hr) in said
        assert f"{effect.cox.ci[0]:.2f} to {effect.cox.ci[1]:.2f}" in said
        assert (
            f"{unify_spaces(format_percent(at[0].estimate))} v {unify_spaces(format_percent(at[1].estimate))}"
            in said
        )
    assert isinstance(analysis.interaction, RatioOfHazardRatios)
    expect(explorer.part(ids.panel("differing"))).to_contain_text(
        format_hazard_ratio(analysis.interaction.ratio)
    )


def _there_is_no_p_value_but_the_searchs_and_no_button_that_sends_a_picture_away(
    explorer: Explorer,
) -> None:
    page = explorer.page
    for query in ("", "trial=gbsg2&threshold=20&threshold=90"):
        explorer.open(query)
        page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true; })")
        expect(explorer.part(ids.panel("finding"))).to_contain_text("After searching")
        assert uncorrected_p_values(page) == []
        expect(page.locator(".modebar-btn, .modebar-group")).to_have_count(0)
        for name in page.get_by_role("button").all_text_contents():
            assert not re.search("share|cloud|upload|plotly", name, re.IGNORECASE)
        expect(page.locator("link[href*='//'], script[src*='//'], img[src*='//'], iframe")).to_have_count(0)
