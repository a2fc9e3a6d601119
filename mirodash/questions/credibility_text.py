"""Sentences on the credibility of a subgroup claim: questions, answers, grades and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mirodash.questions.statistics.group_survival import SurvivalByGroup, at_horizon
from mirodash.questions.subgroup_credibility import (
    QUESTIONS,
    SITE,
    Answer,
    Ceiling,
    Chance,
    Credibility,
    Grade,
    Overall,
    Rule,
    ViewHistory,
)
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.survival.results import HazardRatio
from mirodash.text.facts import Fact
from mirodash.text.labels import format_arm_names, format_column_label, format_list, lower_first
from mirodash.text.numbers import LIKELIHOOD_RATIO, WALD, count, estimate_with_interval, format_p_value
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

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


def _describe_question(key: str, heading: str, text: str, *meanings: str) -> Question:
    return Question(key, heading, text, dict(zip(Answer, meanings, strict=False)))


QUESTION_WORDS = (
    _describe_question(
        "direction",
        "Direction",
        "Was it said beforehand which group would benefit more?",
        "Thought of afterwards, the other way round, or hard to believe biologically",
        "A vague idea, or no direction named",
        "Said clearly, but no plan can be shown",
        "In a plan dated before, in this direction",
    ),
    _describe_question(
        "evidence",
        "Earlier evidence",
        "Did anything known before this trial point the same way?",
        "Earlier evidence points the other way",
        "None, or unclear",
        "Some, limited or indirect",
        "Strong and directly comparable, such as another trial",
    ),
    _describe_question(
        "chance",
        "Chance",
        "Is chance an unlikely explanation, by a test of interaction?",
        "p above 0.05",
        "p above 0.01, up to 0.05; or no test",
        "p above 0.005, up to 0.01",
        "p of 0.005 or less",
    ),
    _describe_question(
        "number",
        "How many were tried",
        "Were only a few possible modifiers tried, or was their number allowed for?",
        "Exploration, or more than ten",
        "Four to ten, or unclear",
        "Three at most, but no plan can be shown",
        "Three at most in a plan, or allowed for in the analysis",
    ),
    _describe_question(
        "cut",
        "Where the cut is",
        "If the modifier is a measurement: was an arbitrary cut avoided?",
        "Cut where the results looked best",
        "The choice of the threshold is not justified",
        "The cut was fixed beforehand",
        "The whole range was used",
        "Not a measurement along a scale",
    ),
)
OTHER_QUESTION = "Is there anything else that bears on it? (optional; it does not move the ceiling)"


def describe_ceiling(found: Ceiling) -> str:
    """How high the grade can be, and why."""
    if found.highest is None:
        numbers = [str(QUESTIONS.index(question) + 1) for question in found.unanswered]
        which = f"{'question' if len(numbers) == 1 else 'questions'} {format_list(numbers)}"
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
    return f"The grade “{GRADE_LABELS[grade].lower()}” was taken back. {describe_ceiling(found)}"


def describe_withdrawn_answer(question: str, answer: Answer) -> str:
    """That an answer given earlier is above what the facts leave open now."""
    number = QUESTIONS.index(question) + 1
    label = ANSWER_LABELS[answer].lower()
    return f"The answer “{label}” to question {number} was taken back: the facts beside it do not allow it."


RANDOMISED = "randomised"
NOTHING_OUTSIDE = "MiroDash knows nothing outside this trial."
UNKNOWN_ELSEWHERE = "What others tried on this trial cannot be counted here."


def describe_claim(trial: Trial, selection: Selection) -> str:
    """The claim as one sentence that can be right or wrong."""
    chosen, names = resolve(trial, selection), format_arm_names(trial, selection)
    result = survival_by_group(trial, selection)
    about = f"The effect of {names.treated} versus {names.control} on {lower_first(result.endpoint.label)}"
    marker = trial.dictionary.biomarker(chosen.biomarker)
    if marker is None:
        return f"{about} does not depend on a biomarker here: this trial measured none."
    if not chosen.thresholds:
        return f"{about} depends on {lower_first(marker.label)}, along its whole range."
    labels = [group.label for group in assign_groups(trial, selection).groups]
    return f"{about} differs between {', '.join(labels[:-1])} and {labels[-1]}."


def describe_claim_facts(trial: Trial, selection: Selection) -> tuple[Fact, ...]:
    """What the instrument asks to be stated first: outcome, time, measure, modifier, people."""
    result, chosen = survival_by_group(trial, selection), resolve(trial, selection)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    everyone = result.overall.comparison
    return (
        Fact("Outcome", result.endpoint.label, f"{count(everyone.events)} among {count(everyone.n)}"),
        Fact("Time", at_horizon(result), f"from {result.endpoint.origin}"),
        Fact("Effect measure", "Hazard ratio", "relative; treated versus control"),
        Fact("Modifier", marker.label if marker else "none", _cut(marker, chosen)),
    )


def _cut(marker: Biomarker | None, chosen: Selection) -> str:
    if marker is None:
        return ""
    if not chosen.thresholds:
        return "whole range"
    return f"cut into {count(len(chosen.thresholds) + 1)} groups"


def describe_scope(trial: Trial, found: Credibility) -> tuple[str, ...]:
    """What speaks against filling in the form at all, or for reading it with care."""
    told: list[str] = []
    if found.chance.p is not None and not found.chance.suggested:
        told.append(
            f"The form is not meant for this claim: it is for a suggested modification (interaction p below "
            f"0.1), and here {format_p_value(found.chance.p)}. That is not evidence of the same "
            "effect in everybody."
        )
    if found.chance.p is None:
        told.append(
            f"The form is for a suggested modification (interaction p below 0.1), and here is no test. "
            f"{found.chance.why}"
        )
    if trial.dictionary.population != RANDOMISED:
        told.append(
            f"The form is for randomised comparisons; this trial calls its participants "
            f"{trial.dictionary.population}. Check who was allocated by chance."
        )
    return tuple(told)


def describe_question_facts(
    question: str, trial: Trial, selection: Selection, found: Credibility, looked: ViewHistory
) -> tuple[str, ...]:
    """The computed facts about one question; nobody can edit them."""
    if question == "direction":
        return _describe_direction(survival_by_group(trial, selection))
    if question == "evidence":
        return (NOTHING_OUTSIDE,)
    if question == "chance":
        return _describe_chance(found)
    return _number(trial, looked) if question == "number" else _where_cut(trial, found, looked)


def limit_in_words(question: str, highest: Answer, found: Credibility, looked: ViewHistory) -> str:
    """Which answers the facts rule out, and why; empty where none."""
    if highest is Answer.DEFINITELY_YES:
        return ""
    label = ANSWER_LABELS[highest].lower()
    only = "As computed, only" if highest is Answer.DEFINITELY_NO else "As computed, at most"
    return f"{only} “{label}”: {_why(question, found, looked)}."


def _why(question: str, found: Credibility, looked: ViewHistory) -> str:
    if question == "chance":
        return format_p_value(found.chance.p) if found.chance.p is not None else "there is no test"
    if question == "number":
        return f"{count(looked.modifiers)} possible modifiers were looked at here"
    if found.declared:
        return "there is a cut, fixed beforehand"
    if looked.every_threshold:
        return "the Thresholds page has shown every possible cut"
    if looked.cut_moved:
        return "other cuts were looked at here"
    return "the cut is not declared"


def describe_scenario(overall: Overall) -> tuple[str, str]:
    """Which of the scenarios of the European regulator's guideline this is, and what follows from it."""
    if overall == "for":
        return (
            "First or second scenario",
            "The overall effect is established. First: it is large enough, and one looks whether it holds "
            "throughout. Second: its worth is in doubt, and a group is sought in which it is worthwhile. "
            "Which one it is, is a clinical judgement.",
        )
    start = (
        "The overall interval lies on the side of harm."
        if overall == "against"
        else "The overall interval includes no effect."
    )
    return (
        "Third scenario",
        f"{start} Benefit in a group then rests on that group alone: normally a question for another trial, "
        "not an answer from this one.",
    )


SCENARIO_SOURCE = (
    "European Medicines Agency, guideline on subgroups in confirmatory trials, EMA/CHMP/539146/2013"
)


def _describe_direction(result: SurvivalByGroup) -> tuple[str, ...]:
    """The effects in the groups, as seen in this trial; whether they were foreseen nobody can compute."""
    seen: list[str] = []
    for group in result.groups[1:]:
        cox = group.comparison.cox
        shown = (
            estimate_with_interval(cox.hr, cox.ci, result.confidence)
            if isinstance(cox, HazardRatio)
            else "not estimable"
        )
        seen.append(f"{group.label}: hazard ratio {shown}")
    return tuple(seen) or ("No threshold: the effect curve on Explore shows the direction.",)


_TESTS = {
    "searched": "Interaction, allowing for a search over all thresholds",
    "declared": "Interaction between the groups ({test}), not corrected: the threshold was declared",
    "whole range": "Interaction along the whole range (likelihood ratio), without a threshold",
}


def _describe_chance(found: Credibility) -> tuple[str, ...]:
    tested: Chance = found.chance
    if tested.p is None:
        return (f"No interaction test: {tested.why}",)
    test = WALD if len(found.claim.thresholds) == 1 else LIKELIHOOD_RATIO
    told = [f"{_TESTS[tested.how].format(test=test)}: {format_p_value(tested.p)}"]
    return (*told, *_describe_declaration(found))


def _describe_declaration(found: Credibility) -> tuple[str, ...]:
    if found.declared is None:
        return ()
    return (f"Declared in {found.declared.document}, {found.declared.date}",)


def _number(trial: Trial, looked: ViewHistory) -> tuple[str, ...]:
    told = [
        f"Looked at in this browser: {_describe_counts(looked.thresholds, 'cut', 'cuts')} of this biomarker, "
        f"{_describe_counts(len(looked.biomarkers), 'biomarker', 'biomarkers')}, "
        f"{_describe_counts(len(looked.factors), 'other factor', 'other factors')}"
    ]
    if looked.factors:
        told.append(f"Factors: {_some([_name_group(trial, column) for column in looked.factors])}")
    return (*told, UNKNOWN_ELSEWHERE)


def _where_cut(trial: Trial, found: Credibility, looked: ViewHistory) -> tuple[str, ...]:
    if not found.claim.thresholds:
        return ("The whole range is used: there is no cut.",)
    if found.declared:
        return _describe_declaration(found)
    told = ["The cut is not declared as fixed beforehand."]
    if looked.every_threshold:
        told.append("The Thresholds page has shown all possible cuts.")
    if looked.thresholds > 1:
        told.append(f"It is one of {count(looked.thresholds)} cuts looked at in this browser.")
    if not found.continuous:
        told.append("This biomarker has at most two values.")
    return tuple(told)


def _name_group(trial: Trial, column: str) -> str:
    marker = trial.dictionary.biomarker(column)
    if marker is not None:
        return marker.short
    return "site" if column == SITE else lower_first(format_column_label(trial, column))


def _some(names: list[str], most: int = 6) -> str:
    more = len(names) - most
    return f"{', '.join(names[:most])} and {more} more" if more > 0 else ", ".join(names)


def _describe_counts(number: int, one: str, many: str) -> str:
    return f"{count(number)} {one if number == 1 else many}"
