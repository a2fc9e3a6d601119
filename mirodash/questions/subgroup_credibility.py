"""Credibility of a subgroup claim (ICEMAN): view history, facts, answers and highest grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, cast

import numpy as np

from mirodash.errors import UnusableQuestionError
from mirodash.questions.effect_along_biomarker import effect_by_biomarker
from mirodash.questions.group_interaction import choose_interaction_test, interaction
from mirodash.questions.statistics.group_survival import SurvivalByGroup
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.thresholds.threshold_scan import evaluate_thresholds
from mirodash.stratification.saved_view import Claim, claim_of
from mirodash.stratification.selection import Declaration, Selection
from mirodash.stratification.validation import find_active_declaration, list_adjustable, resolve
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.trial import Trial

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


MAX_LOOKS = 1_000
"""Whoever looked more often than this has searched; counting on would change nothing."""
PAGES = "pages"
BEFORE = "before"
EVERY_THRESHOLD = "/thresholds"
EVERY_FACTOR = "/subgroups"
SITE = "site"
_SAME_LOOK: dict[str, Any] = {"unit": "", "confidence": 0.95, "curves": "", "declared": None}
"""What changes how a selection is shown, or what is said of it, but not what is looked at."""


@dataclass(frozen=True, slots=True)
class ViewHistory:
    """What was looked at in one browser, the view on screen included.

    ``selections`` counts distinct selections, those before a reset included, ``thresholds`` distinct sets of
    thresholds on the biomarker of the claim. ``modifiers`` names the columns of biomarkers and of the factors
    by which people were selected. ``every_threshold`` and ``every_factor`` are True where a page showed them
    all at once.
    """

    selections: int
    thresholds: int
    biomarkers: tuple[str, ...]
    factors: tuple[str, ...]
    every_threshold: bool = False
    every_factor: bool = False

    @property
    def modifiers(self) -> int:
        """How many possible modifiers of the effect were looked at."""
        return len(self.biomarkers) + len(self.factors)


def count_views(trial: Trial, selection: Selection, seen: object) -> ViewHistory:
    """Count what a browser has seen of a trial.

    Parameters
    ----------
    trial, selection
        The view on screen, which is a look as well.
    seen : object
        What the browser kept: query strings by trial name. Whatever else it is, is not counted.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    kept = cast("Mapping[Any, Any]", seen) if isinstance(seen, Mapping) else {}
    queries = tuple(sorted(_texts(kept.get(trial.id))))
    here = resolve(trial, selection)
    views = {here, *_views(trial, queries)}
    pages = kept.get(PAGES)
    visited = set(_texts(pages.get(trial.id) if isinstance(pages, Mapping) and trial.id in pages else pages))
    all_factors = list_adjustable(trial) if EVERY_FACTOR in visited else ()
    biomarkers = {view.biomarker for view in views if view.biomarker}
    factors = {item.column for view in views for item in view.filters} | {*all_factors}
    if any(view.sites is not None for view in views):
        factors.add(SITE)
    return ViewHistory(
        selections=len({replace(view, **_SAME_LOOK) for view in views}) + _count_before(kept, trial),
        thresholds=len({v.thresholds for v in views if v.biomarker == here.biomarker and v.thresholds}),
        biomarkers=tuple(sorted(biomarkers)),
        factors=tuple(sorted(factors - biomarkers)),
        every_threshold=EVERY_THRESHOLD in visited,
        every_factor=EVERY_FACTOR in visited,
    )


def _count_before(kept: Mapping[Any, Any], trial: Trial) -> int:
    """Selections that were looked at before the count on screen was reset."""
    before = kept.get(BEFORE)
    number = cast("Mapping[Any, Any]", before).get(trial.id) if isinstance(before, Mapping) else 0
    return min(number, MAX_LOOKS) if isinstance(number, int) and number > 0 else 0


def _texts(found: object) -> Iterable[str]:
    """The first texts in a list, or among the keys of a mapping."""
    if not isinstance(found, (Mapping, list, tuple)):
        return ()
    return islice((text for text in cast("Iterable[Any]", found) if isinstance(text, str)), MAX_LOOKS)


@lru_cache(maxsize=32)
def _views(trial: Trial, queries: tuple[str, ...]) -> frozenset[Selection]:
    """The views that fit the trial, with every field filled in, so that each counts once."""
    found: set[Selection] = set()
    for query in queries:
        try:
            found.add(resolve(trial, Selection.from_query(query)))
        except UnusableQuestionError:
            continue
    return frozenset(found)


SUGGESTED = 0.1
"""The instrument is for a modification that the interaction test suggests: p below this."""
NO_TEST = "Nothing could be looked at here."
_BANDS = ((0.05, Answer.DEFINITELY_NO), (0.01, Answer.PROBABLY_NO), (0.005, Answer.PROBABLY_YES))

Overall = Literal["for", "against", "open"]
How = Literal["searched", "declared", "whole range", "none"]


@dataclass(frozen=True, slots=True)
class Chance:
    """The interaction test that belongs to a claim.

    ``how`` tells which: corrected for having searched over thresholds, uncorrected because the threshold
    was declared, along the whole range without any threshold, or none, for the reason in ``why``.
    """

    how: How
    p: float | None = None
    why: str = ""

    @property
    def suggested(self) -> bool:
        """Whether the test suggests a modification at all."""
        return self.p is not None and self.p < SUGGESTED


@dataclass(frozen=True, eq=False, slots=True)
class Credibility:
    """Everything about one claim that follows from the data and from the address.

    ``declared`` is the declaration of exactly these thresholds. ``continuous`` is False where the
    biomarker has at most two values, so that no cut is arbitrary. ``overall`` tells whether the effect
    among all participants is established for the treatment, against it, or open.
    """

    claim: Claim
    chance: Chance
    declared: Declaration | None
    continuous: bool
    overall: Overall


def credibility(trial: Trial, selection: Selection) -> Credibility:
    """Compute what can be computed about the claim that a view makes.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    claim = claim_of(trial, selection)
    return Credibility(
        claim=claim,
        chance=chance(trial, selection),
        declared=find_active_declaration(trial, selection),
        continuous=_continuous(trial, claim.biomarker),
        overall=overall(survival_by_group(trial, selection)),
    )


def chance(trial: Trial, selection: Selection) -> Chance:
    """The interaction test of the claim, corrected for a search unless there was none."""
    chosen = resolve(trial, selection)
    if not chosen.biomarker:
        return Chance("none", why="This trial has no biomarker by which the effect could differ.")
    if not chosen.thresholds:
        return _along_the_whole_range(trial, selection)
    if find_active_declaration(trial, selection) is not None:
        found = interaction(trial, selection)
        if isinstance(found, NotEstimable):
            return Chance("none", why=found.why)
        return Chance("declared", choose_interaction_test(found)[0])
    return _search_threshold(trial, selection)


def highest_by_p(p: float | None) -> Answer:
    """The highest answer to the question about chance that an interaction p allows; None is no test.

    >>> [highest_by_p(p).value for p in (0.05, 0.005, None)]
    ['probably-no', 'definitely-yes', 'probably-no']
    """
    if p is None:
        return Answer.PROBABLY_NO
    return next((answer for above, answer in _BANDS if p > above), Answer.DEFINITELY_YES)


def highest_answers(found: Credibility) -> dict[str, Answer]:
    """The highest answer to each question that the computed facts leave open.

    Only the interaction test is computed. How many modifiers and cuts the authors of a claim tried is not
    what a reader of it looked at, so views are shown beside these questions and limit nothing.
    """
    return dict.fromkeys(QUESTIONS, SCALE[-1]) | {"chance": highest_by_p(found.chance.p)}


def overall(result: SurvivalByGroup) -> Overall:
    """Whether the interval of the overall hazard ratio excludes no effect, and on which side."""
    cox = result.overall.comparison.cox
    if isinstance(cox, NotEstimable):
        return "open"
    return _side(cox)


def _side(cox: HazardRatio) -> Overall:
    low, high = cox.ci
    if high < 1:
        return "for"
    return "against" if low > 1 else "open"


def _along_the_whole_range(trial: Trial, selection: Selection) -> Chance:
    curve = effect_by_biomarker(trial, selection).curve
    if isinstance(curve, NotEstimable):
        return Chance("none", why=curve.why)
    return Chance("whole range", curve.p_lr)


def _search_threshold(trial: Trial, selection: Selection) -> Chance:
    """The smallest p of the thresholds: each allows for the search over all, so the smallest one does too."""
    found = evaluate_thresholds(trial, selection)
    if isinstance(found, NotEstimable):
        return Chance("none", why=found.why)
    tested = [one.p for one in found.at if one.p is not None]
    if tested:
        return Chance("searched", min(tested))
    return Chance("none", why=next((one.why_not for one in found.at if one.why_not), NO_TEST))


def _continuous(trial: Trial, column: str) -> bool:
    if not column:
        return False
    values = trial.numbers[column].values
    return np.unique(values[np.isfinite(values)]).size > 2
