"""What became of everybody randomised: selected, in which group, or left out and why."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.disclosure.counts import NOT_TOLD, told, told_parts, total_of
from mirodash.stratification.groups import Groups, groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
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
def participant_flow(trial: Trial, selection: Selection) -> ParticipantFlow:
    """Count everybody randomised once.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    people = groups(trial, selection)
    selected, *made = (_counts(trial, people, k) for k in range(len(people.groups) + 1))
    return ParticipantFlow(
        told(trial.participants, trial.min_cell), selected, tuple(made), told_excluded(trial, people)
    )


def told_excluded(trial: Trial, people: Groups) -> tuple[tuple[str, int], ...]:
    """Those in no group by reason, as far as they may be told."""
    reasons = tuple(reason for reason, _ in people.excluded)
    numbers = told_parts([number for _, number in people.excluded], trial.min_cell)
    return tuple(zip(reasons, numbers, strict=True))


def _counts(trial: Trial, people: Groups, k: int) -> ArmCounts:
    group = people.shown[k]
    treated = int((group.mask & people.treated).sum())
    if trial.min_cell and not group.n:  # of a choice that is not told at all, nobody is there either
        return ArmCounts(group.label, NOT_TOLD, NOT_TOLD)
    return ArmCounts(group.label, *told_parts((group.n - treated, treated), trial.min_cell))
