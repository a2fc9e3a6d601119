"""The five questions about a subgroup claim, their answers and the grades, in words of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mirodash.analysis.iceman import OTHER, QUESTIONS, Answer, Ceiling, Grade, Rule
from mirodash.wording.labels import listed

INSTRUMENT = "ICEMAN for randomised trials, in our own words"
CITATION = (
    "Schandelmaier S, Briel M, Varadhan R, et al. Development of the Instrument to assess the Credibility of "
    "Effect Modification Analyses (ICEMAN) in randomized controlled trials and meta-analyses. "
    "CMAJ 2020;192:E901-E906. Original wording and manual: iceman.help"
)
HOW_TO_USE = (
    "One form is for one claim: one outcome, one modifier, one effect measure. Two raters who fill it in "
    "separately and then agree are better than one. It is not for every subgroup of a trial, nor for "
    "showing that an effect is the same everywhere."
)
ANSWER_LABELS = {
    Answer.DEFINITELY_NO: "Definitely no",
    Answer.PROBABLY_NO: "Probably no, or unclear",
    Answer.PROBABLY_YES: "Probably yes",
    Answer.DEFINITELY_YES: "Definitely yes",
    Answer.NOT_APPLICABLE: "Does not apply",
}
GRADE_LABELS = {
    Grade.VERY_LOW: "Very low",
    Grade.LOW: "Low",
    Grade.MODERATE: "Moderate",
    Grade.HIGH: "High",
}
CONSEQUENCES = {
    Grade.VERY_LOW: "Use the overall effect for everybody.",
    Grade.LOW: "Use the overall effect for everybody.",
    Grade.MODERATE: "Use separate effects, and state the doubt each time.",
    Grade.HIGH: "Use separate effects for the groups.",
}
LEANINGS = {"lowers": "Lowers credibility", "raises": "Raises credibility"}


@dataclass(frozen=True, slots=True)
class Question:
    """One core question: a heading of a word or two, the question, and what each answer means here."""

    key: str
    heading: str
    text: str
    meanings: Mapping[Answer, str]


def _question(key: str, heading: str, text: str, *meanings: str) -> Question:
    return Question(key, heading, text, dict(zip(Answer, meanings, strict=False)))


QUESTION_WORDS = (
    _question(
        "direction",
        "Direction",
        "Was it said beforehand which group would benefit more?",
        "Thought of afterwards, the other way round, or hard to believe biologically",
        "A vague idea, or no direction named",
        "Said clearly, but no plan can be shown",
        "In a plan dated before, in this direction",
    ),
    _question(
        "evidence",
        "Earlier evidence",
        "Did anything known before this trial point the same way?",
        "Earlier evidence points the other way",
        "None, or unclear",
        "Some, limited or indirect",
        "Strong and directly comparable, such as another trial",
    ),
    _question(
        "chance",
        "Chance",
        "Is chance an unlikely explanation, by a test of interaction?",
        "p above 0.05",
        "p above 0.01, up to 0.05; or no test",
        "p above 0.005, up to 0.01",
        "p of 0.005 or less",
    ),
    _question(
        "number",
        "How many were tried",
        "Were only a few possible modifiers tried, or was their number allowed for?",
        "Exploration, or more than ten",
        "Four to ten, or nobody says",
        "Three at most, but no plan can be shown",
        "Three at most in a plan, or allowed for in the analysis",
    ),
    _question(
        "cut",
        "Where the cut is",
        "If the modifier is a measurement: was an arbitrary cut avoided?",
        "Cut where the results looked best",
        "Nobody says why it is cut there",
        "The cut was fixed beforehand",
        "The whole range was used",
        "Not a measurement along a scale",
    ),
)
OTHER_QUESTION = "Is there anything else that bears on it? (optional; it does not move the ceiling)"


def heading(question: str) -> str:
    """What a question is called in a sentence."""
    if question == OTHER:
        return "Anything else"
    return next(words.heading for words in QUESTION_WORDS if words.key == question)


def ceiling_in_words(found: Ceiling) -> str:
    """How high the grade can be, and why."""
    if found.highest is None:
        numbers = [str(QUESTIONS.index(question) + 1) for question in found.unanswered]
        which = f"{'question' if len(numbers) == 1 else 'questions'} {listed(numbers)}"
        return f"Answer {which} first: a grade comes after the answers."
    if found.rule is Rule.NO_LIMIT:
        return "These answers allow any grade. Which one it is, is yours to say."
    return f"At most {GRADE_LABELS[found.highest].lower()}: {_WHY[found.rule]}."


_WHY = {
    Rule.ALL_NO: "every answer is on the side of no or unclear",
    Rule.TWO_DEFINITELY: "two answers or more are “definitely no”",
    Rule.ONE_DEFINITELY: "one answer is “definitely no”",
    Rule.TWO_PROBABLY: "two answers or more are “probably no, or unclear”",
}


def grade_taken_back(grade: Grade, found: Ceiling) -> str:
    """That a grade given earlier is above what the answers allow now."""
    return f"The grade “{GRADE_LABELS[grade].lower()}” was taken back. {ceiling_in_words(found)}"


def answer_taken_back(question: str, answer: Answer) -> str:
    """That an answer given earlier is above what the facts leave open now."""
    number = QUESTIONS.index(question) + 1
    label = ANSWER_LABELS[answer].lower()
    return f"The answer “{label}” to question {number} was taken back: the facts beside it do not allow it."
