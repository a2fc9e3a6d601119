"""The form's words: complete, without numbers that look like a score, and honest about who grades."""

from __future__ import annotations

import re

from mirodash.questions.credibility_text import (
    ANSWER_LABELS,
    CITATION,
    CONSEQUENCES,
    GRADE_LABELS,
    HOW_TO_USE,
    QUESTION_WORDS,
    describe_ceiling,
    flag_answer,
    flag_grade,
)
from mirodash.questions.subgroup_credibility import QUESTIONS, SCALE, Answer, Ceiling, Grade, Rule
from tests.profiles import for_each


def test_there_are_the_five_questions_with_four_answers_each():
    assert tuple(question.key for question in QUESTION_WORDS) == QUESTIONS
    for question in QUESTION_WORDS:
        assert set(question.meanings) - {Answer.NOT_APPLICABLE} == set(SCALE)
        assert question.text.endswith("?")
    not_applicable = [q.key for q in QUESTION_WORDS if Answer.NOT_APPLICABLE in q.meanings]
    assert not_applicable == ["cut"]


def test_every_answer_and_grade_has_a_name_and_every_grade_a_consequence():
    assert set(ANSWER_LABELS) == set(Answer)
    assert set(GRADE_LABELS) == set(CONSEQUENCES) == set(Grade)
    assert CONSEQUENCES[Grade.VERY_LOW] == CONSEQUENCES[Grade.LOW]
    assert "overall effect" in CONSEQUENCES[Grade.LOW]
    assert "uncertainty" in CONSEQUENCES[Grade.MODERATE]


def test_credibility_is_never_a_percentage_or_a_score():
    words = [HOW_TO_USE, *CONSEQUENCES.values(), *ANSWER_LABELS.values()]
    words += [text for q in QUESTION_WORDS for text in (q.text, *q.meanings.values())]
    assert [text for text in words if re.search(r"%|per cent|score|\d out of|\d points", text)] == []


def test_the_source_is_cited():
    assert "CMAJ 2020;192:E901" in CITATION
    assert "iceman.help" in CITATION


@for_each("rule", list(Rule))
def test_every_rule_has_its_sentence(rule: Rule):
    highest = None if rule is Rule.UNANSWERED else Grade.HIGH if rule is Rule.NO_LIMIT else Grade.LOW
    told = describe_ceiling(Ceiling(highest, rule, ("evidence", "cut") if highest is None else ()))
    assert told.endswith(".")
    assert ("questions 2 and 5" in told) == (rule is Rule.UNANSWERED)


def test_what_does_not_agree_is_flagged_and_not_withdrawn():
    assert "“high”, is above that" in flag_grade(Grade.HIGH)
    assert "“probably yes”, does not agree" in flag_answer(Answer.PROBABLY_YES)
