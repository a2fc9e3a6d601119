"""The highest grade that five answers allow, against a table that was written out by hand."""

from __future__ import annotations

from itertools import product

from mirodash.questions.subgroup_credibility import (
    QUESTIONS,
    SCALE,
    Answer,
    Ceiling,
    Grade,
    Rule,
    answers_above,
    ceiling,
    is_open,
)
from tests.profiles import for_each

NO, MAYBE_NOT, MAYBE, YES = SCALE

BY_COUNT = {
    # (definitely no, probably no): highest grade, of five answers
    **dict.fromkeys([(0, 5), (1, 4), (2, 3), (3, 2), (4, 1), (5, 0)], "very-low"),
    **dict.fromkeys([(2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (4, 0)], "low"),
    **dict.fromkeys([(1, 0), (1, 1), (1, 2), (1, 3), (0, 2), (0, 3), (0, 4)], "moderate"),
    **dict.fromkeys([(0, 0), (0, 1)], "high"),
}
BY_COUNT_OF_FOUR = {
    **dict.fromkeys([(0, 4), (1, 3), (2, 2), (3, 1), (4, 0)], "very-low"),
    **dict.fromkeys([(2, 0), (2, 1), (3, 0)], "low"),
    **dict.fromkeys([(1, 0), (1, 1), (1, 2), (0, 2), (0, 3)], "moderate"),
    **dict.fromkeys([(0, 0), (0, 1)], "high"),
}


def test_the_ceiling_is_the_table_s_for_every_combination_of_answers():
    wrong = []
    for given in product(SCALE, repeat=5):
        expected = BY_COUNT[given.count(NO), given.count(MAYBE_NOT)]
        found = ceiling(dict(zip(QUESTIONS, given, strict=True)))
        assert found.highest is not None
        if found.highest.value != expected:
            wrong.append((given, found))
    assert wrong == []


def test_a_question_that_does_not_apply_counts_for_nothing():
    for given in product(SCALE, repeat=4):
        answers = dict(zip(QUESTIONS, (*given, Answer.NOT_APPLICABLE), strict=True))
        found = ceiling(answers).highest
        assert found is not None
        assert found.value == BY_COUNT_OF_FOUR[given.count(NO), given.count(MAYBE_NOT)], given


@for_each("missing", QUESTIONS)
def test_no_grade_is_possible_before_every_question_is_answered(missing: str):
    answers = {question: YES for question in QUESTIONS if question != missing}
    found = ceiling(answers)
    assert (found.highest, found.rule, found.unanswered) == (None, Rule.UNANSWERED, (missing,))
    assert not any(found.allows(grade) for grade in Grade)


def test_a_ceiling_allows_every_grade_up_to_itself_and_none_above():
    for k, highest in enumerate(Grade):
        allowed = [grade for grade in Grade if Ceiling(highest, Rule.NO_LIMIT).allows(grade)]
        assert allowed == list(Grade)[: k + 1]


def test_an_answer_that_is_worse_never_raises_the_ceiling():
    order = list(Grade)
    for given in product(SCALE, repeat=5):
        before = ceiling(dict(zip(QUESTIONS, given, strict=True))).highest
        for place, answer in enumerate(given):
            if answer is NO:
                continue
            lower = (*given[:place], SCALE[SCALE.index(answer) - 1], *given[place + 1 :])
            after = ceiling(dict(zip(QUESTIONS, lower, strict=True))).highest
            assert before is not None
            assert after is not None
            assert order.index(after) <= order.index(before)


def test_an_answer_is_open_up_to_the_highest_and_what_does_not_apply_always():
    assert [is_open(answer, MAYBE_NOT) for answer in (*SCALE, Answer.NOT_APPLICABLE)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    highest = dict.fromkeys(QUESTIONS, YES) | {"cut": NO}
    assert answers_above({"cut": MAYBE, "chance": YES}, highest) == ("cut",)
    assert answers_above({}, highest) == ()
