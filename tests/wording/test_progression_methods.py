"""The methods paragraph tells of repeated measurements where it is asked for, in both languages."""

from __future__ import annotations

import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.questions.talk.methods_paragraph import Language, methods_paragraph
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample


def told(query: str, language: Language = "en", *, measured: bool = True, trial: str = "mirocals") -> str:
    selection = Selection.from_query(query)
    versions = {"MiroDash": "1"}
    paragraph = methods_paragraph(
        sample(trial), selection, language=language, looks=None, versions=versions, measured=measured
    )
    return unify_spaces(paragraph)


def test_model_rule_means_and_search_are_named() -> None:
    text = told("threshold=3700")
    for said in (
        "Repeated measurements of ALSFRS-R",
        "none of them was marked as primary",
        "group × arm × time",
        "restricted maximum likelihood",
        "joint rank, CAFS",
        "Student's intervals",
        "10,000 re-randomisations",
        "survival and nlme",
    ):
        assert said in text
    french = told("threshold=3700", "fr")
    for said in (
        "modèle linéaire mixte",
        "rang conjoint, CAFS",
        "maximum de vraisemblance restreinte",
        "nlme de R",
    ):
        assert said in french
    assert told("threshold=3700", measured=False) in text.replace(
        text[text.index("Repeated measurements of") : text.index("Intervals are")], ""
    ).replace(
        "packages survival and nlme as the reference implementations",
        "package survival as the reference implementation",
    )


def test_the_primary_question_and_the_rule_are_those_of_the_view() -> None:
    text = told("threshold=&estimand=worst&rule=last_common_visit")
    assert "the primary question was “death as the worst outcome”" in text
    assert "Finkelstein and Schoenfeld" in text
    assert "group × arm" not in text
    assert "re-randomisations" not in text[text.index("Repeated measurements of") :]
    assert "question principale : le décès comme pire issue" in told("estimand=worst", "fr").replace(
        " était", ""
    )


def test_only_what_can_be_estimated_is_told_and_nothing_without_measurements() -> None:
    text = told("measure=tregs")
    assert "linear mixed model" not in text
    assert "Means at planned visits" in text
    with pytest.raises(UnusableQuestionError, match="no repeated measurements"):
        told("", trial="gbsg2")
