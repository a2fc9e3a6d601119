"""The credibility form as plain data: its words for the browser, and which answers the facts leave open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mirodash.dashboard.view import View
from mirodash.export.saved_json import CREDIBILITY_JSON_TEXTS, LONGEST_NOTE, is_day
from mirodash.questions.credibility_text import (
    ANSWER_LABELS,
    CONSEQUENCES,
    GRADE_LABELS,
    LEANINGS,
    OTHER_QUESTION,
    QUESTION_WORDS,
    answer_taken_back,
    ceiling_in_words,
    facts_beside,
    grade_taken_back,
    limit_in_words,
    scope,
)
from mirodash.questions.subgroup_credibility import (
    GRADES,
    OTHER,
    QUESTIONS,
    Answer,
    Assessment,
    Credibility,
    Looks,
    answers_above,
    ceiling,
    credibility,
    highest_answers,
    is_open,
    looks,
)
from mirodash.stratification.saved_view import claim_of

Data = dict[str, Any]


def description(view: View) -> Data:
    """What the form asks, in words; ``key`` is the claim's, under which the browser keeps the answers."""
    return {
        "key": claim_of(view.trial, view.selection).key,
        "questions": [
            {
                "key": question.key,
                "number": str(place),
                "heading": question.heading,
                "text": question.text,
                "answers": [
                    {"value": answer.value, "label": ANSWER_LABELS[answer], "meaning": meaning}
                    for answer, meaning in question.meanings.items()
                ],
            }
            for place, question in enumerate(QUESTION_WORDS, start=1)
        ],
        "other": {
            "key": OTHER,
            "text": OTHER_QUESTION,
            "answers": [{"value": value, "label": label, "meaning": ""} for value, label in LEANINGS.items()],
        },
        "grades": [
            {"value": grade.value, "label": GRADE_LABELS[grade], "meaning": CONSEQUENCES[grade]}
            for grade in GRADES
        ],
        "longest": {"note": LONGEST_NOTE, **CREDIBILITY_JSON_TEXTS},
    }


def judgement(view: View, assessment: Assessment, seen: object) -> Data:
    """What the facts and the answers leave open; a grade is only ever ruled out, never chosen.

    Answers and a grade that are not open any more are in ``takenBack``, with the value that was judged:
    the browser takes them back if they still stand.
    """
    found = credibility(view.trial, view.selection)
    looked = looks(view.trial, view.selection, seen)
    highest = highest_answers(found, looked)
    above = answers_above(assessment.answers, highest)
    if not _may_be_left_out(found) and assessment.answers.get("cut") is Answer.NOT_APPLICABLE:
        above = (*above, "cut")
    kept = {question: answer for question, answer in assessment.answers.items() if question not in above}
    limit = ceiling(kept)
    taken = [(question, assessment.answers[question]) for question in above]
    told: list[Data] = [
        {"name": question, "value": answer.value, "said": answer_taken_back(question, answer)}
        for question, answer in taken
    ]
    if assessment.grade and not limit.allows(assessment.grade):
        said = grade_taken_back(assessment.grade, limit)
        told.append({"name": "grade", "value": assessment.grade.value, "said": said})
    return {
        "key": found.claim.key,
        "scope": list(scope(view.trial, found)),
        "questions": {
            question: _open(question, view, found, looked, highest[question]) for question in QUESTIONS
        },
        "grades": {
            "allowed": [grade.value for grade in GRADES if limit.allows(grade)],
            "said": ceiling_in_words(limit),
        },
        "day": "" if not assessment.day or is_day(assessment.day) else "The day is written as 2026-05-09.",
        "takenBack": told,
    }


def within(view: View, assessment: Assessment, seen: object) -> Assessment:
    """The assessment without what is not open any more: what an export may hold."""
    taken = {entry["name"] for entry in judgement(view, assessment, seen)["takenBack"]}
    kept = {question: answer for question, answer in assessment.answers.items() if question not in taken}
    return replace(assessment, answers=kept, grade=None if "grade" in taken else assessment.grade)


def facts(view: View, seen: object) -> dict[str, tuple[str, ...]]:
    """The locked sentences beside each question."""
    found = credibility(view.trial, view.selection)
    looked = looks(view.trial, view.selection, seen)
    return {q: facts_beside(q, view.trial, view.selection, found, looked) for q in QUESTIONS}


def _may_be_left_out(found: Credibility) -> bool:
    """Whether the question about the cut need not be answered: there is no scale to cut."""
    return not found.continuous


def _open(question: str, view: View, found: Credibility, looked: Looks, highest: Answer) -> Data:
    meanings = next(words.meanings for words in QUESTION_WORDS if words.key == question)
    allowed = [
        answer.value
        for answer in meanings
        if (_may_be_left_out(found) if answer is Answer.NOT_APPLICABLE else is_open(answer, highest))
    ]
    return {
        "facts": list(facts_beside(question, view.trial, view.selection, found, looked)),
        "limit": limit_in_words(question, highest, found, looked),
        "allowed": allowed,
    }
