"""Sentences of the finding: what happened in each group, how far to believe it, and the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mirodash.survival.effect_modification import Verdict
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.labels import ArmNames, format_list

Overall = Literal["lower", "higher", "open", "none"]
"""The overall hazard ratio: established below 1, above 1, compatible with 1, or not estimable."""
LineStatus = Literal["open", "kept", "declared", "refuted", "untested"]
"""A threshold in view: not established, or still significant after the search; declared and significant or
not; ``untested`` where the search does not reach it."""


@dataclass(frozen=True, slots=True)
class Line:
    """Thresholds that share a status, as they are written, the last with its unit."""

    status: LineStatus
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupShares:
    """Survival in one group as it is written: ``75 %`` and ``60 %``; ``instead`` is what is said without."""

    label: str
    treated: str
    control: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the sentences are about.

    Attributes
    ----------
    names : ArmNames
        As they are written within a sentence.
    marker : str
        The short name of the biomarker; empty without one.
    people : str
        ``220 participants``; ``selected`` tells whether the reader chose them by sites or filters.
    free, when : str
        ``alive`` and ``640 days``.
    incidence_of : str
        ``relapse``, where another event competes and shares are of those who had it; empty elsewhere.
    biomarkers : str
        Among how many biomarkers this one was chosen by the reader, ``6``; empty for the trial's first.
    on : str
        Behind "the effect of IL-2" where it is another one than that on the event: `` on the slope of SVC``.
    """

    names: ArmNames
    marker: str
    people: str
    selected: bool
    free: str
    when: str
    incidence_of: str = ""
    biomarkers: str = ""
    on: str = ""


MAX_NAMED_GROUPS = 3
"""Of more groups the sentence gives the shares in their order: named one by one they fill a phone."""
SHOW_EVERYONE = "Show all sites and participants"
"""Beside it: what brings them back."""
NOBODY = "No participants are selected, so there is nothing to compare."


def describe_what_happened(
    scene: Scene, everybody: GroupShares, groups: Sequence[GroupShares], along: str
) -> str:
    """Survival of both arms in every group, or of all participants where no threshold makes groups.

    Parameters
    ----------
    scene : Scene
    everybody : GroupShares
        All participants.
    groups : sequence of GroupShares
        Ascending; both sides of every threshold.
    along : str
        `describe_curve_ends`, where there are no groups; empty where there is no curve.
    """
    start = f"Among the {scene.people} selected, " if scene.selected else ""
    if not groups:
        whom = "" if scene.selected else f"{'Among' if scene.incidence_of else 'Of'} {scene.people}, "
        return f"{start}{whom}{_describe_first(scene, everybody)}{f'; {along}' if along else ''}."
    if len(groups) > MAX_NAMED_GROUPS and not any(group.instead for group in groups):
        return f"{start}{_describe_many(scene, groups, capital=not start)}."
    first, *others = groups
    opening = "with" if start else "With"
    parts = [f"{start}{opening} {first.label}, {_describe_first(scene, first)}"]
    parts += [f"with {group.label}, {_describe_next(scene, group, first)}" for group in others]
    return f"{'; '.join(parts)}."


def _describe_many(scene: Scene, groups: Sequence[GroupShares], *, capital: bool) -> str:
    """Survival of either arm in many groups, which their order names."""
    told = (
        f"from the lowest to the highest of {len(groups)} groups of {scene.marker}, "
        f"{format_list([group.treated for group in groups])} were {scene.free} at {scene.when} on "
        f"{scene.names.treated}, {format_list([group.control for group in groups])} on {scene.names.control}"
    )
    return f"{told[:1].upper()}{told[1:]}" if capital else told


def _describe_first(scene: Scene, group: GroupShares) -> str:
    if group.instead:
        return group.instead
    treated, control = scene.names.treated, scene.names.control
    if scene.incidence_of:
        measure = f"the cumulative incidence of {scene.incidence_of} at {scene.when}"
        return f"{measure} was {group.treated} on {treated} and {group.control} on {control}"
    return f"{group.treated} were {scene.free} at {scene.when} on {treated} and {group.control} on {control}"


def _describe_next(scene: Scene, group: GroupShares, first: GroupShares) -> str:
    if group.instead or first.instead:
        return _describe_first(scene, group)
    return f"{group.treated} and {group.control}"


def describe_curve_ends(low: tuple[str, str], high: tuple[str, str], ratio: str) -> str:
    """The hazard ratio at a low and a high value of the biomarker, each as (hazard ratio, value).

    ``ratio`` is what it is called.
    """
    return f"the {ratio} goes from {low[0]} at {low[1]} to {high[0]} at {high[1]}"


def describe_belief(
    scene: Scene, verdict: Verdict, line: Line | None, overall: Overall, *, declared: bool
) -> str:
    """How far to believe it, in one sentence of whole clauses: effect modification, the line, the overall."""
    clauses = [*list_modification_clauses(scene, verdict, line, declared=declared)]
    clauses.append(describe_overall_effect(scene, overall))
    text = "; ".join(clauses)
    return f"{text[:1].upper()}{text[1:]}."


def list_modification_clauses(
    scene: Scene, verdict: Verdict, line: Line | None, *, declared: bool
) -> list[str]:
    """Whether the effect depends on the biomarker, and what the thresholds in view are worth, if any."""
    if not scene.marker:
        return []
    return [_describe_modification(scene, verdict, declared=declared), *_describe_line(verdict, line)]


def describe_conclusion(scene: Scene, verdict: Verdict, *, declared: bool) -> str:
    """Whether the effect depends on the biomarker, as a title; empty without a biomarker."""
    text = _describe_modification(scene, verdict, declared=declared) if scene.marker else ""
    return f"{text[:1].upper()}{text[1:]}"


def _describe_modification(scene: Scene, verdict: Verdict, *, declared: bool) -> str:
    claim = f"the effect of {scene.names.treated}{scene.on} depends on {scene.marker}"
    reasons = verdict.reasons
    if verdict.level == "not estimable":
        return f"whether {claim} cannot be estimated"
    if "pending" in reasons:
        along = "suggests" if "whole range" in reasons else "does not show"
        return f"the whole range {along} that {claim}; the search over thresholds is still being computed"
    if verdict.level == "not established":
        return f"it is not established that {claim}, nor excluded"
    if verdict.level == "suggestive":
        return f"it is suggestive, not established, that {claim}"
    if verdict.level == "consistent":
        return f"all tests in this trial agree that {claim}, which another trial has to confirm"
    return f"whether {claim} is inconclusive: {_describe_disagreement(scene, reasons, declared=declared)}"


def _describe_disagreement(scene: Scene, reasons: Sequence[str], *, declared: bool) -> str:
    """Why the evidence is inconclusive: which test supports the claim, and which does not."""
    test = "the declared threshold" if declared else "the search over thresholds"
    if "whole range" not in reasons:
        among = f" after correction for {scene.biomarkers} biomarkers" if scene.biomarkers else ""
        return f"{test} suggests it, the whole range does not{among}"
    if "left out" in reasons:
        return "the whole range suggests it, and the search over thresholds was left out"
    if "impossible" in reasons:
        return "the whole range suggests it, but a search over thresholds is not possible"
    return f"the whole range suggests it, {test} does not"


def _describe_line(verdict: Verdict, line: Line | None) -> list[str]:
    """What the thresholds in view are worth as the places where the effect changes."""
    if line is None or not verdict.reasons or "pending" in verdict.reasons:
        return []
    where = format_list(list(line.written))
    if line.status == "declared":
        return [f"at the declared {where} the data suggest a difference"]
    if line.status == "refuted":
        return [f"a difference at the declared {where} is not established"]
    if line.status == "kept":
        return [f"a change at {where} withstands the correction for the search"]
    if line.status == "untested":
        return [f"a change at {where} cannot be tested by the search"]
    # where nothing is established along the range, nothing is at a threshold: once is enough
    return [f"a change at {where} is not established"] if verdict.level != "not established" else []


def describe_overall_effect(scene: Scene, overall: Overall) -> str:
    """The overall comparison of survival as a clause."""
    treated, control = scene.names.treated, scene.names.control
    if overall == "none":
        return "the overall effect cannot be estimated"
    if overall == "open":
        return "the overall comparison is not statistically significant"
    hazard = "cause-specific hazard" if scene.names.is_cause_specific else "hazard"
    return f"overall, the {hazard} was {overall} on {treated} than on {control}"


LEDGER = ("Evidence", "Result", "What it says", "What it cannot say")
PENDING = "being computed"
LEFT_OUT = "left out among so many participants"


def explain_evidence(title: str, belief: str, ledger: Sequence[Evidence]) -> Explanation:
    """A finding with its evidence: in brief as facts, and as the ledger behind *Why?*."""
    return Explanation(
        title=title,
        subtitle=belief,
        sentence="",
        facts=tuple(
            Fact(item.short, item.brief, uncertain=not item.supports) for item in ledger if item.short
        ),
        tables=(
            Table(
                "Why: the evidence in the order in which it counts",
                LEDGER,
                tuple((item.name, item.result, item.says, item.cannot) for item in ledger),
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry of the ledger.

    ``short`` and ``brief`` are its name and number beside the finding, empty where it stands in the ledger
    alone; ``supports`` tells whether it supports what
    is asked: the overall effect of the first entry, effect modification of the others.
    """

    name: str
    result: str
    says: str
    cannot: str
    short: str
    brief: str
    supports: bool


def describe_overall_evidence(scene: Scene, overall: Overall, estimate: str, brief: str) -> Evidence:
    """The comparison of all participants; ``estimate`` is its hazard ratio with interval, or why none."""
    treated, control = scene.names.treated, scene.names.control
    hazard = "cause-specific hazard" if scene.names.is_cause_specific else "hazard"
    says = {
        "none": "Nothing: there are too few events.",
        "open": "The interval includes 1: the comparison is not statistically significant.",
        "lower": f"The {hazard} was lower on {treated} than on {control}.",
        "higher": f"The {hazard} was higher on {treated} than on {control}.",
    }[overall]
    cannot = (
        "Whether the effect is the same for all participants; an interval that includes 1 excludes little."
    )
    shown = overall in ("lower", "higher")
    return Evidence("Overall comparison", estimate, says, cannot, "Overall", brief, shown)


def describe_range_evidence(
    scene: Scene, estimate: str, p: str, corrected: str, *, significant: bool, linear: bool
) -> Evidence:
    """Treatment × biomarker over the whole range; ``estimate`` is its size, or why there is none.

    ``corrected`` is the p-value that allows for the choice of the biomarker, where it counts; ``linear``
    tells that too few events allowed no curve.
    """
    says = (
        f"The {scene.names.ratio} changes with {scene.marker}; no threshold is needed to see it."
        if significant
        else f"A change of the {scene.names.ratio} with {scene.marker} is not shown."
    )
    cannot = "Where a threshold should lie."
    if linear:
        cannot = f"Where a threshold should lie; it assumes a steady change along {scene.marker}."
    among = f"{corrected} after correction for {scene.biomarkers} biomarkers" if corrected else ""
    result = ", ".join(part for part in (p, among, estimate) if part)
    return Evidence(
        f"Whole range, {'straight line' if linear else 'curve of any shape'}",
        result,
        says,
        cannot,
        f"Whole range, {scene.biomarkers} biomarkers" if corrected else "Whole range",
        corrected or p or "not estimable",
        significant,
    )


def describe_search_evidence(looked_at: str, p: str, best: str, *, significant: bool) -> Evidence:
    """The search over all thresholds; ``p`` may be `PENDING` or `LEFT_OUT`, ``best`` is the best of them."""
    says = {
        True: "The best threshold is more extreme than the best of a trial without interaction usually is.",
        False: "The best threshold is no more extreme than the best of a trial without interaction often is.",
    }[significant]
    if not best:
        says = "Nothing yet." if p == PENDING else "Nothing."
    cannot = "Which threshold is right: neighbouring ones share nearly all participants."
    result = f"{p} for {best}, the best" if best else p
    name = f"Search over {looked_at} thresholds" if looked_at else "Search over thresholds"
    short = f"After searching {looked_at} thresholds" if looked_at else "After the search"
    return Evidence(name, result, says, cannot, short, p, significant and bool(best))


def describe_line_evidence(line: str, p: str, why_not: str, *, significant: bool, declared: str) -> Evidence:
    """One threshold in view: corrected for the search, or by itself with where it was declared."""
    name = f"{line}, {declared}" if declared else line
    if declared:
        result, says = f"interaction {p}; {declared}", "The declared threshold is tested by itself."
        cannot = "Anything, if the threshold was not fixed before the data were seen."
    else:
        result = f"{p} after the search" if p else why_not
        says = (
            "This threshold is more extreme than the best of a trial without interaction usually is."
            if significant
            else "A change of the effect at this threshold is not shown."
        )
        cannot = "That the effect is the same on both sides."
    return Evidence(f"Threshold {line}", result, says, cannot, name, p or "not tested", significant)


def describe_band_evidence(scene: Scene, constant: str) -> Evidence:
    """Whether one hazard ratio fits the band of the whole curve; ``constant`` is the range that does."""
    if constant:
        says = f"A constant effect is compatible: {scene.marker} may not matter."
        return Evidence(
            "Simultaneous band",
            f"a constant {scene.names.ratio} of {constant} fits",
            says,
            "That the effect is constant: a changing effect fits as well.",
            "Constant effect",
            "compatible",
            supports=False,
        )
    return Evidence(
        "Simultaneous band",
        f"no constant {scene.names.ratio} fits",
        "No constant effect is compatible with the curve.",
        "Where the effect changes, nor by how much at any one value.",
        "Constant effect",
        "excluded",
        supports=True,
    )


def describe_biomarker_choice(number: str, p: str, *, significant: bool) -> Evidence:
    """That the biomarker is one of several, with the p-value of the whole range that allows for it."""
    return Evidence(
        f"Choice among {number} biomarkers",
        f"{p} for the whole range (Holm)",
        "The test over the whole range allows for the choice of the biomarker.",
        "It does not allow for the choice of endpoints or participants.",
        "",
        "",
        significant,
    )


def describe_participant_choice(people: str) -> Evidence:
    """That the reader selected participants, for which no p-value allows."""
    return Evidence(
        "Participants selected",
        people,
        "Every number is of this selection.",
        "How much the selection contributed: no p-value here allows for it.",
        "",
        "",
        supports=False,
    )
