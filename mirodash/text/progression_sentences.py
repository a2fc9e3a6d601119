"""Sentences of the finding on repeated measurements: what each group did, and how far to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mirodash.survival.effect_modification import Verdict
from mirodash.text.finding_sentences import (
    Evidence,
    Line,
    Overall,
    Scene,
    describe_overall_effect,
    list_modification_clauses,
)
from mirodash.text.labels import format_list

MAX_NAMED_GROUPS = 3
Favoured = Literal["treated", "control", "open", "none"]
"""Whom the overall estimate favours where its interval leaves no difference out; ``none`` without one."""


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What both arms did in one group as it is written; ``instead`` is what is said without numbers.

    ``also`` is what stands behind the numbers, in brackets.
    """

    label: str
    treated: str
    control: str = ""
    also: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """The reader's own question in words.

    Attributes
    ----------
    key : str
        One of the four estimands.
    name : str
        As the page calls it.
    short : str
        What is measured, or the event.
    verb : str
        ``fell by``, ``rose by`` or ``changed by``, of slopes.
    unit : str
        ``points a month`` behind slopes, the measurement's unit behind means.
    """

    key: str
    name: str
    short: str
    verb: str = ""
    unit: str = ""


def describe_progression(scene: Scene, question: Question, groups: Sequence[GroupAnswer]) -> str:
    """The answer to the reader's question in every group, or among all where no threshold makes groups."""
    start = f"Among the {scene.people} selected, " if scene.selected else ""
    if len(groups) == 1 and not groups[0].label:
        whom = "" if scene.selected else f"Of {scene.people}, " if question.key == "slope" else ""
        told = f"{start}{whom}{_describe_first(scene, question, groups[0])}"
        return f"{told[:1].upper()}{told[1:]}{_frame(question)}."
    shown = groups if len(groups) <= MAX_NAMED_GROUPS else (groups[0], groups[-1])
    first, *others = shown
    opening = "with" if start else "With"
    parts = [f"{start}{opening} {first.label}, {_describe_first(scene, question, first)}"]
    parts += [f"with {group.label}, {_describe_next(scene, question, group, first)}" for group in others]
    return f"{'; '.join(parts)}{_frame(question)}."


def _frame(question: Question) -> str:
    """Under which way of allowing for death the numbers hold."""
    return {
        "slope": ", as if no participant had died",
        "worst": f", with {question.short} as the worst outcome",
    }.get(question.key, "")


def _describe_first(scene: Scene, question: Question, group: GroupAnswer) -> str:
    if group.instead:
        return group.instead
    treated, control = scene.names.treated, scene.names.control
    also = f" ({group.also})" if group.also else ""
    if question.key == "slope":
        return (
            f"{question.short} {question.verb} {group.treated}{question.unit} on {treated} and "
            f"{group.control} on {control}{also}"
        )
    if question.key == "worst":
        return (
            f"a participant on {treated} did better than one on {control} in {group.treated} of pairs{also}"
        )
    if question.key == "alive":
        return (
            f"mean {question.short} {group.also} was {group.treated}{question.unit} on {treated} and "
            f"{group.control} on {control}"
        )
    return f"the hazard ratio of {question.short} was {group.treated}{also}"


def _describe_next(scene: Scene, question: Question, group: GroupAnswer, first: GroupAnswer) -> str:
    if group.instead or first.instead:
        return _describe_first(scene, question, group)
    if question.key == "alive":
        when = "" if group.also == first.also else f" {group.also}"
        return f"{group.treated} and {group.control}{when}"
    also = f" ({group.also})" if group.also else ""
    both = f"{group.treated} and {group.control}" if group.control else group.treated
    return f"{both}{also}"


def describe_progression_belief(
    scene: Scene,
    verdict: Verdict,
    line: Line | None,
    question: Question,
    favoured: Favoured,
    *,
    disagreeing: Sequence[str],
    survival: Overall,
) -> str:
    """How far to believe it: effect modification after the search, the overall comparison, the directions.

    Parameters
    ----------
    scene : Scene
    verdict : Verdict
        Of whether the effect on the slope depends on the biomarker.
    line : Line or None
        The thresholds in view.
    question : Question
    favoured : str
        By the reader's question, among all participants.
    disagreeing : sequence of str
        Groups in which the four questions point to different arms.
    survival : str
        The overall comparison of survival, said in one clause.
    """
    clauses = list_modification_clauses(scene, verdict, line, declared=False)
    if favoured == "open" and survival == "open" and question.key != "death":
        what = _name_comparison(question)
        clauses.append(f"overall, neither {what} nor survival differs significantly between the arms")
    else:
        clauses.append(f"overall, {_describe_favoured(scene, question, favoured)}")
        if question.key != "death":
            clauses.append(f"on survival, {describe_overall_effect(scene, survival)}")
    if disagreeing:
        clauses.append(f"the four questions disagree in direction {format_list(list(disagreeing))}")
    text = "; ".join(clauses)
    return f"{text[:1].upper()}{text[1:]}."


def _name_comparison(question: Question) -> str:
    return {
        "slope": f"the slope of {question.short}",
        "worst": "the win probability",
        "alive": f"mean {question.short}",
        "death": f"the hazard of {question.short}",
    }[question.key]


def _describe_favoured(scene: Scene, question: Question, favoured: Favoured) -> str:
    what = _name_comparison(question)
    if favoured == "none":
        return f"{what} cannot be compared"
    if favoured == "open":
        return f"{what} does not differ significantly between the arms"
    return f"{what} favours {scene.names.treated if favoured == 'treated' else scene.names.control}"


def describe_question_evidence(
    scene: Scene, question: Question, favoured: Favoured, result: str, brief: str
) -> Evidence:
    """The reader's question among all participants; ``result`` is its estimate with interval."""
    shown = favoured in ("treated", "control")
    says = f"{_describe_favoured(scene, question, favoured)}."
    cannot = {
        "slope": "What was seen: it asks for the course had none died, and takes lines to be straight.",
        "worst": "Whether death or the measurement decided: the panel of pairs says how many of each.",
        "alive": "An effect of treatment: who is alive depends on treatment as well.",
        "death": "Anything about the measurement.",
    }[question.key]
    return Evidence(
        f"{question.name}, all participants",
        result,
        f"{says[:1].upper()}{says[1:]}",
        cannot,
        question.name,
        brief,
        shown,
    )


def describe_slope_range_evidence(scene: Scene, estimate: str, p: str, *, significant: bool) -> Evidence:
    """Treatment × time × biomarker as a straight line over the whole range; ``estimate`` may say why not."""
    says = (
        f"The difference in slope changes with {scene.marker}; no threshold is needed to see it."
        if significant
        else f"A change of the difference in slope with {scene.marker} is not shown."
    )
    return Evidence(
        "Whole range, straight line",
        ", ".join(part for part in (p, estimate) if part),
        says,
        f"Where a threshold should lie; it assumes a steady change along {scene.marker}.",
        "Whole range",
        p or "not estimable",
        significant,
    )


def describe_direction_evidence(where: Sequence[str], told: str) -> Evidence:
    """Whether the four questions point to one arm in every group; ``told`` is what is said of them."""
    return Evidence(
        "The four questions",
        f"disagree in direction {format_list(list(where))}"
        if where
        else "point to one arm within each group",
        told,
        "How certain each is: their intervals say that.",
        "Four questions",
        f"disagree {format_list(list(where))}" if where else "agree within each group",
        supports=not where,
    )


def describe_survival_evidence(estimate: str, brief: str, *, established: bool) -> Evidence:
    """The overall hazard ratio of death, whatever was measured."""
    return Evidence(
        "Survival, all participants",
        estimate,
        "Death alone, whatever the measurement did: see Explore.",
        "Whether those who live longer also decline more slowly.",
        "Survival",
        brief,
        established,
    )
