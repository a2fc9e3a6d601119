"""Every label of a number is explained by at most one term, and the page shows them all."""

from __future__ import annotations

import json

from mirodash.questions.finding import explain_finding, find
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.stratification.selection import Selection
from mirodash.text.glossary import TERMS
from mirodash.trial.store import TrialStore, sample
from mirodash.web.introduction import build_glossary_page, build_introduction
from mirodash.web.view import read_view

MIROCALS = sample("mirocals")


def _explained(label: str) -> str:
    found = [term.name for term in TERMS if label.lower().startswith(term.labels or ("\0",))]
    return found[0] if found else ""


def test_terms_are_unique_and_defined_in_whole_sentences():
    assert len({term.name for term in TERMS}) == len(TERMS)
    for term in TERMS:
        assert term.definition[0].isupper()
        assert term.definition.endswith(".")
        assert all(label == label.lower() for label in term.labels)


def test_the_numbers_of_a_card_and_of_the_finding_are_explained():
    answer = SURVIVAL[1].compute(MIROCALS, Selection())
    assert answer is not None
    labels = [fact.label for fact in SURVIVAL[1].explain(answer).facts]
    assert [_explained(label) for label in labels] == [
        "Hazard ratio",
        "Survival at the horizon",
        "Number needed to treat",
        "Restricted mean",
        "Median",
        "Median",
    ]
    told = [_explained(fact.label) for fact in explain_finding(find(MIROCALS, Selection())).facts]
    assert told == [
        "Hazard ratio",
        "Interaction over the whole range",
        "Search-corrected p-value",
        "",
        "Simultaneous band",
    ]


def test_the_page_and_the_tooltips_have_the_same_definitions():
    page = str(build_glossary_page(read_view(TrialStore((MIROCALS,)), "")))
    assert all(term.name in page for term in TERMS)
    *_, tooltip = build_introduction()
    kept = json.loads(tooltip.to_plotly_json()["props"]["data-terms"])
    assert kept == [[list(term.labels), term.definition] for term in TERMS if term.labels]
