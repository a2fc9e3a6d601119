"""Evidence for the thresholds in view: permutation p-value after a search, or p-value if declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mirodash.questions.group_interaction import choose_interaction_test, interaction
from mirodash.questions.panel import SteppedPanel, among_few_enough
from mirodash.questions.thresholds.threshold_scan import (
    ALPHA,
    LABEL,
    NOT_WHERE,
    NOTHING_TO_SEARCH,
    SHARES,
    SearchedAt,
    SearchedThreshold,
    describe_progress,
    describe_search_p_value,
    evaluate_thresholds,
    judge_search,
    search_share,
    search_thresholds,
)
from mirodash.stratification.selection import Declaration, Selection
from mirodash.stratification.validation import find_active_declaration, resolve
from mirodash.survival.results import InteractionTest, NotEstimable, RatioOfHazardRatios
from mirodash.text.facts import Explanation, Fact
from mirodash.text.labels import format_list
from mirodash.text.numbers import (
    count,
    format_named_p_value,
    format_p_value,
    format_threshold,
    format_threshold_with_unit,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial


@dataclass(frozen=True, eq=False, slots=True)
class Searched:
    """The reader's thresholds within the search over all of them.

    ``own`` is the interaction at the thresholds themselves, None unless exactly these were declared.
    ``chosen_people`` tells whether the reader narrowed the participants by sites or filters.
    """

    biomarker: Biomarker
    found: SearchedAt
    best: float | None
    thresholds: tuple[float, ...]
    declared: Declaration | None
    own: RatioOfHazardRatios | InteractionTest | NotEstimable | None
    chosen_people: bool
    biomarkers: int = 1
    """How many the reader can choose among, for which no p-value of one search allows."""


def find_threshold_evidence(
    trial: Trial, selection: Selection, *, share: int = SHARES
) -> Searched | NotEstimable | None:
    """The thresholds in view after so many shares of the resampling; None without a biomarker.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    biomarker = trial.dictionary.biomarker(chosen.biomarker)
    if biomarker is None:
        return None
    found = evaluate_thresholds(trial, selection, share=share)
    scan = search_thresholds(trial, selection, share=share)
    if isinstance(found, NotEstimable) or isinstance(scan, NotEstimable):
        return found if isinstance(found, NotEstimable) else None
    is_declared = find_active_declaration(trial, selection) is not None
    return Searched(
        biomarker=biomarker,
        found=found,
        best=scan.best_threshold,
        thresholds=chosen.thresholds or (),
        declared=chosen.declared,
        own=interaction(trial, selection) if is_declared else None,
        chosen_people=bool(chosen.filters) or chosen.sites is not None,
        biomarkers=len(trial.dictionary.biomarkers),
    )


TITLE = "Is this more than chance?"
DECLARED = "Declared threshold"
NEITHER = "that the effect differs between the groups, nor that it is the same"
IF_FIXED = "That holds if the threshold was fixed before anybody saw the data."
NOT_OF_PARTICIPANTS = (
    "The declaration is of the threshold; choosing sites or participants as well is a search of another "
    "kind, for which no p-value here allows."
)


def explain_threshold_evidence(answer: Searched | NotEstimable) -> Explanation:
    """What the search says of the reader's thresholds; their own p-value only where they were declared."""
    if isinstance(answer, NotEstimable):
        return Explanation(TITLE, "", answer.why)
    found = answer.found
    if found.p_best is None:
        told = " ".join([*_describe_declaration(answer), NOTHING_TO_SEARCH])
        return Explanation(TITLE, "", told, _own(answer))
    looked = f"{count(found.looked_at)} thresholds of {answer.biomarker.short}"
    if answer.biomarkers > 1:
        looked += f" alone (for the choice among {count(answer.biomarkers)} biomarkers see “Why?”)"
    return Explanation(
        title=TITLE,
        subtitle=f"{looked}, {describe_progress(found.n_resamples)}",
        sentence=" ".join([*_describe_declaration(answer), *_describe_search(answer, found.p_best)]),
        facts=(*_own(answer), *_describe_moved(answer), *_describe_correction(answer, found.p_best)),
    )


def declared_in(declared: Declaration) -> str:
    """Where and when thresholds were declared: ``Declared in SAP 2.1, 12 April 2017``."""
    day = date.fromisoformat(declared.date)
    return f"Declared in {declared.document}, {day.day} {day:%B %Y}"


def searched_lines(answer: Searched) -> tuple[tuple[str, str], ...]:
    """The same facts as (label, text), for tables of plain text."""
    p_best = answer.found.p_best
    corrected = (
        (Fact(LABEL, "", NOTHING_TO_SEARCH),) if p_best is None else _describe_correction(answer, p_best)
    )
    own = (
        (DECLARED, f"{fact.label.removeprefix('Declared ')}: {_write_line(fact)}") for fact in _own(answer)
    )
    return (*own, *((fact.label, _write_line(fact)) for fact in corrected))


def _write_line(fact: Fact) -> str:
    return ", ".join(part for part in (fact.value, fact.detail) if part)


def most_telling(answer: Searched) -> SearchedThreshold | None:
    """The reader's threshold; of several the one that luck explains least, None without any.

    Each p-value allows for the search over all thresholds, so the smallest of several does, too.
    """
    tested = [(one.p, one.threshold, one) for one in answer.found.at if one.p is not None]
    if tested:
        return min(tested, key=lambda entry: entry[:2])[2]
    return answer.found.at[0] if answer.found.at else None


def _own(answer: Searched) -> tuple[Fact, ...]:
    """The interaction at declared thresholds, with the declaration that makes it worth showing."""
    if answer.own is None or answer.declared is None:
        return ()
    return (Fact(declared_in(answer.declared), _own_test(answer.own), _own_detail(answer), lead=True),)


def _own_test(own: RatioOfHazardRatios | InteractionTest | NotEstimable) -> str:
    if isinstance(own, NotEstimable):
        return "not estimable"
    return f"interaction {format_named_p_value(*choose_interaction_test(own))}"


def _own_detail(answer: Searched) -> str:
    if isinstance(answer.own, NotEstimable):
        return answer.own.why
    return f"at {_name_threshold(answer.biomarker, answer.thresholds)}, not corrected for any search"


def _describe_correction(answer: Searched, p_best: float) -> tuple[Fact, ...]:
    """The search at the reader's threshold and at the best; as a whole where there is not one threshold."""
    found, here = answer.found, most_telling(answer)
    looked = f"allowing for having looked at {count(found.looked_at)}"
    lead = answer.own is None
    if here is None:
        return (
            Fact(
                LABEL,
                format_p_value(p_best),
                f"for the search as a whole, {looked}{_best_at(answer)}",
                lead=lead,
            ),
        )
    place = format_threshold_with_unit(answer.biomarker, here.threshold)
    best = Fact("The best of them", format_p_value(p_best), _where(answer).replace(", ", "at ", 1))
    if here.p is None:
        return Fact(LABEL, "no p-value", f"for {place}. {here.why_not}"), best
    if here.threshold == answer.best:
        return (
            Fact(
                LABEL, format_p_value(here.p), f"for {place}, the best of {count(found.looked_at)}", lead=lead
            ),
        )
    return Fact(LABEL, format_p_value(here.p), f"for {place}, {looked}", lead=lead), best


def _where(answer: Searched) -> str:
    return "" if answer.best is None else f", {format_threshold_with_unit(answer.biomarker, answer.best)}"


def _best_at(answer: Searched) -> str:
    return (
        ""
        if answer.best is None
        else f"; the best is {format_threshold_with_unit(answer.biomarker, answer.best)}"
    )


def _describe_declaration(answer: Searched) -> list[str]:
    if answer.declared is None:
        return []
    if answer.own is None:
        fixed = _name_threshold(answer.biomarker, answer.declared.thresholds)
        away = "What is shown has been moved away from it and counts as searched."
        return [f"{declared_in(answer.declared)}: {fixed}. {away}"]
    caution = [NOT_OF_PARTICIPANTS] if answer.chosen_people else []
    if isinstance(answer.own, NotEstimable):
        return caution
    if choose_interaction_test(answer.own)[0] < ALPHA:
        return [
            f"As declared, the data suggest that the effect differs between the groups. {IF_FIXED}",
            *caution,
        ]
    return [f"As declared, the data do not show {NEITHER}.", *caution]


def _describe_moved(answer: Searched) -> tuple[Fact, ...]:
    """A declaration from which the thresholds have been moved away: it must not pass for theirs."""
    if answer.own is not None or answer.declared is None:
        return ()
    fixed = _name_threshold(answer.biomarker, answer.declared.thresholds)
    return (Fact(declared_in(answer.declared), fixed, "moved away from it since: counts as searched"),)


def _describe_search(answer: Searched, p_best: float) -> list[str]:
    here, looked_at = most_telling(answer), answer.found.looked_at
    if here is None or here.p is None:
        return [describe_search_p_value(p_best, looked_at), judge_search(p_best, answer.biomarker)]
    if answer.own is not None:
        return [
            "Had it been found by looking: "
            f"{describe_search_p_value(here.p, looked_at).replace('Without', 'without')}"
        ]
    return [describe_search_p_value(here.p, looked_at), _of_threshold(answer, here.p, p_best)]


def _of_threshold(answer: Searched, p: float, p_best: float) -> str:
    """Of one threshold; it may be luck while the best one is not."""
    if p < ALPHA or p_best >= ALPHA:
        return judge_search(p, answer.biomarker)
    return (
        f"This threshold is compatible with chance; the best one{_where(answer)}, is less so: the data "
        f"suggest that the effect depends on {answer.biomarker.short}. {NOT_WHERE}"
    )


def _name_threshold(biomarker: Biomarker, thresholds: tuple[float, ...]) -> str:
    """Thresholds in a row, the unit once: ``750 and 3,700 pg/mL``."""
    *others, last = thresholds
    return format_list(
        [
            *(format_threshold(biomarker, value) for value in others),
            format_threshold_with_unit(biomarker, last),
        ]
    )


def _compute(trial: Trial, selection: Selection, step: int) -> Searched | NotEstimable | None:
    return find_threshold_evidence(trial, selection, share=step)


SEARCHED = SteppedPanel(
    "searched",
    SHARES,
    among_few_enough(_compute, "The search over thresholds"),
    explain_threshold_evidence,
    work=among_few_enough(search_share, "The search over thresholds"),
)
