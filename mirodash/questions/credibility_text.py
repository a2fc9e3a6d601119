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
from mirodash.text.labels import capitalise, format_arm_names, format_column_label, format_list, lower_first
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
    Grade.VERY_LOW: "Use the overall effect for all patients.",
    Grade.LOW: "Use the overall effect for all patients.",
    Grade.MODERATE: "Use separate effects, and always report the uncertainty.",
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
        "Was the direction of effect modification correctly hypothesised a priori?",
        "Post hoc, in the opposite direction, or biologically implausible",
        "Vague hypothesis, or no direction stated",
        "Hypothesised, without a protocol to show it",
        "In a protocol, in this direction",
    ),
    _describe_question(
        "evidence",
        "Earlier evidence",
        "Was the effect modification supported by prior evidence?",
        "Prior evidence points the other way",
        "None, or unclear",
        "Some, limited or indirect",
        "Strong and directly comparable, such as another trial",
    ),
    _describe_question(
        "chance",
        "Chance",
        "Does a test of interaction suggest that chance is an unlikely explanation?",
        "p above 0.05",
        "p above 0.01, up to 0.05; or no test",
        "p above 0.005, up to 0.01",
        "p of 0.005 or less",
    ),
    _describe_question(
        "number",
        "Number of effect modifiers tested",
        "Were only a small number of effect modifiers tested, or was their number allowed for?",
        "Exploratory, or more than ten",
        "Four to ten, or unclear",
        "Three at most, without a protocol to show it",
        "Three at most in a protocol, or their number allowed for in the analysis",
    ),
    _describe_question(
        "cut",
        "Choice of threshold",
        "If the modifier is continuous: were arbitrary thresholds avoided?",
        "Threshold chosen by the results",
        "The choice of the threshold is not justified",
        "Pre-specified threshold",
        "The whole range was used",
        "Not a continuous modifier",
    ),
)
OTHER_QUESTION = "Is there anything else that bears on it? (optional; it does not change the maximum grade)"


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


def flag_grade(grade: Grade) -> str:
    """That a grade given earlier is above what the answers allow now; it is kept."""
    return f"The grade that was given, “{GRADE_LABELS[grade].lower()}”, is above that: please reconsider it."


def flag_answer(answer: Answer) -> str:
    """That an answer given earlier is above what the computed facts leave open now; it is kept."""
    return f"The answer that was given, “{ANSWER_LABELS[answer].lower()}”, does not agree: reconsider it."


RANDOMISED = "randomised"
NOTHING_OUTSIDE = "External evidence must be judged by you."
UNKNOWN_ELSEWHERE = (
    "That is what this browser has shown, not what the authors of the claim tested: answer for them, from "
    "their protocol and report."
)


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
        Fact("Effect measure", capitalise(result.measures[0]), "relative; treated versus control"),
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
            f"ICEMAN applies when effect modification is suggested (interaction p below 0.1); here "
            f"{format_p_value(found.chance.p)}. This does not demonstrate a homogeneous effect."
        )
    if found.chance.p is None:
        told.append(
            "ICEMAN applies when effect modification is suggested (interaction p below 0.1); no test here. "
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


def limit_in_words(highest: Answer, found: Credibility) -> str:
    """Which answers the interaction test rules out, and why; empty where none."""
    if highest is Answer.DEFINITELY_YES:
        return ""
    why = format_p_value(found.chance.p) if found.chance.p is not None else "there is no test"
    at_most = "" if highest is Answer.DEFINITELY_NO else "at most "
    return f"Automatic assessment: {at_most}{ANSWER_LABELS[highest].lower()} ({why})."


def describe_scenario(overall: Overall) -> tuple[str, str]:
    """Which of the scenarios of the European regulator's guideline this is, and what follows from it."""
    if overall == "for":
        return (
            "Scenario 1 or 2",
            "The overall effect is established. Scenario 1: it is clear, and its consistency over "
            "subgroups is examined. Scenario 2: it is marginal, and a subgroup is sought in which benefit "
            "outweighs risk. Which of them applies is a clinical judgement.",
        )
    start = (
        "The overall interval lies on the side of harm."
        if overall == "against"
        else "The overall interval includes no effect."
    )
    return (
        "Scenario 3",
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
        seen.append(f"{group.label}: {result.measures[0]} {shown}")
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
        f"Examined in this browser: {_describe_counts(looked.thresholds, 'threshold', 'thresholds')} of this "
        f"biomarker, "
        f"{_describe_counts(len(looked.biomarkers), 'biomarker', 'biomarkers')}, "
        f"{_describe_counts(len(looked.factors), 'other factor', 'other factors')}"
    ]
    if looked.factors:
        told.append(f"Factors: {_some([_name_group(trial, column) for column in looked.factors])}")
    return (*told, UNKNOWN_ELSEWHERE)


def _where_cut(trial: Trial, found: Credibility, looked: ViewHistory) -> tuple[str, ...]:
    if not found.claim.thresholds:
        return ("The whole range is used: there is no threshold.",)
    if found.declared:
        return _describe_declaration(found)
    told = ["The threshold is not declared as pre-specified."]
    if looked.every_threshold:
        told.append("The Thresholds page has shown all possible thresholds in this browser.")
    if looked.thresholds > 1:
        told.append(f"It is one of {count(looked.thresholds)} thresholds examined in this browser.")
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
