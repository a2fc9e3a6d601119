"""One sentence for screen readers when a view has settled."""

from __future__ import annotations

from mirodash.analysis.survival_by_group import survival_by_group
from mirodash.disclosure.counts import NOT_TOLD
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio
from mirodash.trial.trial import Trial
from mirodash.wording.numbers import count, estimate_with_interval


def announcement(trial: Trial, selection: Selection) -> str:
    """Each group with its counts and hazard ratio, briefly."""
    result = survival_by_group(trial, selection)
    told: list[str] = []
    for group in result.groups:
        comparison = group.comparison
        if comparison.n == NOT_TOLD:
            told.append(f"{group.label}: not shown.")
            continue
        cox = comparison.cox
        ratio = (
            f"hazard ratio {estimate_with_interval(cox.hr, cox.ci, result.confidence)}"
            if isinstance(cox, HazardRatio)
            else "hazard ratio not estimable"
        )
        events = result.endpoint.singular if comparison.events == 1 else result.endpoint.plural
        told.append(f"{group.label}: {count(comparison.events)} {events} of {count(comparison.n)}, {ratio}.")
    return " ".join(told)
