"""The finding is over every page about a view, the same in each."""

from __future__ import annotations

from collections.abc import Callable

from dash.development.base_component import Component

from mirodash.questions.finding import FINDING, explain_finding, find
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.web import ids
from mirodash.web.credibility_page import build_credibility_page
from mirodash.web.question_pages import build_explore_page, build_subgroups_page, build_thresholds_page
from mirodash.web.view import View
from tests.profiles import for_each

VIEW = View(sample("mirocals"), Selection())


@for_each("build", [build_explore_page, build_thresholds_page, build_subgroups_page])
def test_pages_that_follow_the_selection_have_its_place_before_their_pictures(
    build: Callable[[View], Component],
):
    page = str(build(VIEW))
    assert page.index(ids.panel(FINDING.key, "head")) < page.index("page-estimand")


def test_the_credibility_page_has_the_finding_itself():
    told = explain_finding(find(VIEW.trial, VIEW.selection))
    page = str(build_credibility_page(VIEW))
    said = [told.title, told.subtitle, *(fact.value for fact in told.facts)]
    assert [text for text in said if repr(text)[1:-1] not in page] == []
