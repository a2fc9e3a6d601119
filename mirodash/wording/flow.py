"""What became of everybody randomised, in words: nobody vanishes."""

from __future__ import annotations

from mirodash.analysis.participant_flow import ArmCounts, ParticipantFlow
from mirodash.disclosure.counts import NOT_TOLD, total_of
from mirodash.wording.arms import ArmNames
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.numbers import count

TITLE = "Where everybody is"
REASONS = {
    "another arm": "in another arm",
    "another site": "at another site",
    "filtered out": "filtered out",
    "unusable": "without a usable outcome",
    "biomarker missing": "without the biomarker",
    "too few to be shown": "in groups too small to be shown",
}


def flow_of_participants(flow: ParticipantFlow, names: ArmNames, notices: tuple[str, ...]) -> Explanation:
    """Randomised → selected → in a group, and why the others are left out."""
    left_out = total_of(*(number for _, number in flow.excluded))
    reasons = ", ".join(f"{count(number)} {REASONS[reason]}" for reason, number in flow.excluded)
    told = f"{count(left_out)} left out: {reasons}." if left_out else "Nobody is left out."
    facts = [
        Fact("Randomised", count(flow.randomised)),
        Fact("Selected", count(flow.selected.total), _by_arm(flow.selected, names)),
        *(Fact(group.label, count(group.total), _by_arm(group, names)) for group in flow.groups),
        *(Fact("Left out", count(number), REASONS[reason]) for reason, number in flow.excluded),
    ]
    return Explanation(
        title=TITLE,
        subtitle=told,
        sentence=" ".join(notices),
        facts=tuple(facts),
        tables=(_table(flow, names),),
    )


def _by_arm(counts: ArmCounts, names: ArmNames) -> str:
    if counts.control == counts.treated == NOT_TOLD:
        return ""
    return f"{count(counts.treated)} {names.treated}, {count(counts.control)} {names.control}"


def _table(flow: ParticipantFlow, names: ArmNames) -> Table:
    rows = [("Randomised", count(flow.randomised), "", "")]
    rows += [
        (group.label, count(group.total), count(group.treated), count(group.control))
        for group in (flow.selected, *flow.groups)
    ]
    rows += [(f"Left out: {REASONS[reason]}", count(number), "", "") for reason, number in flow.excluded]
    return Table("Participants", ("", "n", names.treated, names.control), tuple(rows))
