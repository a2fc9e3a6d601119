"""The Thresholds page argues: every panel belongs to one step, and what needs no choice comes first."""

from __future__ import annotations

from mirodash.questions.page_panels import THRESHOLD_ARGUMENT, THRESHOLDS_PANELS
from mirodash.stratification.selection import Selection
from mirodash.text.threshold_argument import NOT_CONCLUDED, describe_order, describe_threshold_question
from mirodash.trial.store import sample
from mirodash.web.question_pages import build_thresholds_page
from mirodash.web.view import View


def test_every_panel_is_in_one_step_and_the_whole_range_comes_first():
    keys = [panel.key for step in THRESHOLD_ARGUMENT for panel in step.panels]
    assert keys == [panel.key for panel in THRESHOLDS_PANELS]
    assert len(set(keys)) == len(keys) == 7
    assert keys[0] == "effect-simultaneous"
    assert keys.index("searched") < keys.index("threshold-scan")


def test_the_page_asks_gives_the_evidence_and_concludes():
    page = str(build_thresholds_page(View(sample("mirocals"), Selection())))
    places = [
        page.index(text)
        for text in (
            describe_threshold_question("IL-2", "pNFH"),
            describe_order(len(THRESHOLD_ARGUMENT)),
            *(step.title for step in THRESHOLD_ARGUMENT),
            NOT_CONCLUDED,
        )
    ]
    assert places == sorted(places)
    assert "'data-says': 'finding'" in page or "data-says='finding'" in page


def test_without_a_biomarker_nothing_is_asked_of_it():
    assert "no biomarker" in describe_threshold_question("IL-2", "")
