"""Every panel and every page that is printed names its method."""

from __future__ import annotations

from mirodash.questions import page_panels
from mirodash.text.methods import describe_method
from tests.profiles import for_each

PANELS = (
    *page_panels.EXPLORE_PANELS,
    *page_panels.IN_STEPS,
    *page_panels.THRESHOLDS_PANELS,
    *page_panels.PROGRESSION_PANELS,
)
PAGES = ("explore", "thresholds", "subgroups", "credibility")


@for_each("key", [*dict.fromkeys(panel.key for panel in PANELS), *PAGES, "histogram"])
def test_what_is_taken_away_names_its_method_in_few_words(key: str):
    assert 0 < len(describe_method(key)) <= 80


def test_what_is_not_known_has_no_method():
    assert describe_method("nothing") == ""
