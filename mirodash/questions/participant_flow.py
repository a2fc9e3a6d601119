"""Participant flow: everybody randomised, selected, grouped or excluded, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.disclosure.counts import SUPPRESSED, suppress_complementary, suppress_small, total_of
from mirodash.questions.panel import Panel
from mirodash.stratification.disclosure_grid import Mask
from mirodash.stratification.groups import Group, Groups, assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import ArmNames, format_arm_names
from mirodash.text.notices import OF_ALL, list_notices_in_view
from mirodash.text.numbers import count
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class ArmCounts:
    """How many people of each arm there are in a group."""

    label: str
    control: int
    treated: int

    @property
    def total(self) -> int:
        """Both arms together."""
        return total_of(self.control, self.treated)


@dataclass(frozen=True, slots=True)
class ParticipantFlow:
    """Randomised → selected → in a group; ``excluded`` counts the others by reason.

    With thresholds, ``grouped`` and ``excluded`` add up to ``randomised``; without, ``selected`` and
    ``excluded`` do.
    """

    randomised: int
    selected: ArmCounts
    groups: tuple[ArmCounts, ...]
    excluded: tuple[tuple[str, int], ...]

    @property
    def grouped(self) -> int:
        """How many people are in one of the groups."""
        return total_of(*(group.total for group in self.groups))


@memoise
def count_participant_flow(trial: Trial, selection: Selection) -> ParticipantFlow:
    """Count everybody randomised once.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    people = assign_groups(trial, selection)
    selected, *made = (_counts(trial, group, people.treated) for group in people.shown)
    return ParticipantFlow(
        suppress_small(trial.participants, trial.min_cell),
        selected,
        tuple(made),
        suppress_excluded_participants(trial, people),
    )


def suppress_excluded_participants(trial: Trial, people: Groups) -> tuple[tuple[str, int], ...]:
    """Those in no group by reason, as far as they may be told."""
    reasons = tuple(reason for reason, _ in people.excluded)
    numbers = suppress_complementary([number for _, number in people.excluded], trial.min_cell)
    return tuple(zip(reasons, numbers, strict=True))


def _counts(trial: Trial, group: Group, is_treated: Mask) -> ArmCounts:
    everybody, treated = group.n, int(np.count_nonzero(group.mask & is_treated))
    if trial.min_cell and not everybody:  # of a choice that is not told at all, nobody is there either
        return ArmCounts(group.label, SUPPRESSED, SUPPRESSED)
    return ArmCounts(group.label, *suppress_complementary((everybody - treated, treated), trial.min_cell))


TITLE = "Participant flow"
REASONS = {
    "another arm": "in another arm",
    "another site": "at another site",
    "filtered out": "filtered out",
    "unusable": "without a usable outcome",
    "biomarker missing": "without the biomarker",
    "beyond the assay limit": "beyond an assay limit, on an unknown side of a threshold",
    "too few to be shown": "in groups too small to be shown",
}


def describe_participant_flow(
    flow: ParticipantFlow, names: ArmNames, notices: tuple[str, ...]
) -> Explanation:
    """Randomised → selected → in a group, and why the others are left out."""
    left_out = total_of(*(number for _, number in flow.excluded))
    reasons = ", ".join(f"{count(number)} {REASONS[reason]}" for reason, number in flow.excluded)
    told = f"{count(left_out)} excluded: {reasons}." if left_out else "No participants are excluded."
    facts = [
        Fact("Randomised", count(flow.randomised)),
        Fact("Selected", count(flow.selected.total), _by_arm(flow.selected, names)),
        *(Fact(group.label, count(group.total), _by_arm(group, names)) for group in flow.groups),
        *(Fact("Excluded", count(number), REASONS[reason]) for reason, number in flow.excluded),
    ]
    return Explanation(
        title=TITLE,
        subtitle=told,
        sentence=f"{OF_ALL if notices and left_out else ''}{' '.join(notices)}",
        facts=tuple(facts),
        tables=(_build_table(flow, names),),
    )


def _by_arm(counts: ArmCounts, names: ArmNames) -> str:
    if counts.control == counts.treated == SUPPRESSED:
        return ""
    return f"{count(counts.treated)} {names.treated}, {count(counts.control)} {names.control}"


def _build_table(flow: ParticipantFlow, names: ArmNames) -> Table:
    rows = [("Randomised", count(flow.randomised), "", "")]
    rows += [
        (group.label, count(group.total), count(group.treated), count(group.control))
        for group in (flow.selected, *flow.groups)
    ]
    rows += [(f"Excluded: {REASONS[reason]}", count(number), "", "") for reason, number in flow.excluded]
    return Table("Participants", ("", "n", names.treated, names.control), tuple(rows))


def _compute(trial: Trial, selection: Selection) -> Explanation:
    return describe_participant_flow(
        count_participant_flow(trial, selection),
        format_arm_names(trial, selection),
        list_notices_in_view(trial, selection),
    )


def _explain(answer: Explanation) -> Explanation:
    return answer


FLOW = Panel("flow", _compute, _explain)
