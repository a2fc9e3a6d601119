"""The answers that people give about a subgroup claim, and how high its credibility can be graded then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

QUESTIONS = ("direction", "evidence", "chance", "number", "cut")
"""The five core questions for randomised trials, in their order."""
OTHER = "other"
"""The optional sixth: it has a leaning and a note, and no part in the ceiling."""
Leaning = Literal["", "lowers", "raises"]


class Answer(Enum):
    """One of four answers, from no to yes, or that the question does not arise."""

    DEFINITELY_NO = "definitely-no"
    PROBABLY_NO = "probably-no"
    PROBABLY_YES = "probably-yes"
    DEFINITELY_YES = "definitely-yes"
    NOT_APPLICABLE = "not-applicable"


SCALE = (Answer.DEFINITELY_NO, Answer.PROBABLY_NO, Answer.PROBABLY_YES, Answer.DEFINITELY_YES)
"""The answers in ascending order of what they say for the claim."""


class Grade(Enum):
    """How credible a claim is, as somebody judged it."""

    VERY_LOW = "very-low"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


GRADES = tuple(Grade)
"""Ascending."""


class Rule(Enum):
    """Which rule sets the highest grade."""

    UNANSWERED = "unanswered"
    ALL_NO = "all no"
    TWO_DEFINITELY = "two definitely no"
    ONE_DEFINITELY = "one definitely no"
    TWO_PROBABLY = "two probably no"
    NO_LIMIT = "no limit"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The highest grade that the answers allow, None while a question is ``unanswered``, and why."""

    highest: Grade | None
    rule: Rule
    unanswered: tuple[str, ...] = ()

    def allows(self, grade: Grade) -> bool:
        """Whether somebody may choose this grade."""
        return self.highest is not None and GRADES.index(grade) <= GRADES.index(self.highest)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one person, or two together, said of one claim.

    ``answers`` and ``notes`` are by question; ``notes`` may hold one for `OTHER`. ``day`` is written as
    2026-05-09. A grade is never computed: None is one that nobody gave.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict[str, Answer])
    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    leaning: Leaning = ""
    grade: Grade | None = None
    reason: str = ""
    initials: str = ""
    day: str = ""


def ceiling(answers: Mapping[str, Answer]) -> Ceiling:
    """The highest grade that these answers allow.

    A question that does not apply counts for nothing. With a single "probably no" and nothing worse the
    guidance sets no limit, so neither does this.

    Parameters
    ----------
    answers : mapping of question to Answer
        Questions other than the five are ignored.

    References
    ----------
    Schandelmaier S, Briel M, Varadhan R, et al. CMAJ 2020;192:E901-E906, the guidance on the overall rating.
    """
    unanswered = tuple(question for question in QUESTIONS if question not in answers)
    if unanswered:
        return Ceiling(None, Rule.UNANSWERED, unanswered)
    given = [answers[question] for question in QUESTIONS if answers[question] is not Answer.NOT_APPLICABLE]
    definitely, probably = given.count(Answer.DEFINITELY_NO), given.count(Answer.PROBABLY_NO)
    if definitely + probably == len(given):
        return Ceiling(Grade.VERY_LOW, Rule.ALL_NO)
    if definitely >= 2:
        return Ceiling(Grade.LOW, Rule.TWO_DEFINITELY)
    if definitely == 1:
        return Ceiling(Grade.MODERATE, Rule.ONE_DEFINITELY)
    if probably >= 2:
        return Ceiling(Grade.MODERATE, Rule.TWO_PROBABLY)
    return Ceiling(Grade.HIGH, Rule.NO_LIMIT)


def answers_above(answers: Mapping[str, Answer], highest: Mapping[str, Answer]) -> tuple[str, ...]:
    """The questions whose answer is higher than the facts leave open, in their order."""
    return tuple(
        question
        for question in QUESTIONS
        if question in answers and not is_open(answers[question], highest[question])
    )


def is_open(answer: Answer, highest: Answer) -> bool:
    """Whether an answer is none above another; that a question does not apply is never above."""
    return answer is Answer.NOT_APPLICABLE or SCALE.index(answer) <= SCALE.index(highest)
