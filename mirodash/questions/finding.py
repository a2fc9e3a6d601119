"""Finding of a view: what happened on both sides of the thresholds, and how far to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from mirodash.disclosure.counts import explain_suppression
from mirodash.questions.biomarker_distribution import biomarker_distribution
from mirodash.questions.effect_along_biomarker import (
    effect_by_biomarker,
    linear_interaction,
    simultaneous_band,
)
from mirodash.questions.group_effects import is_established
from mirodash.questions.group_interaction import EffectPerStep, describe_step, effect_per_step
from mirodash.questions.panel import MAX_PARTICIPANTS, Panel, SteppedPanel
from mirodash.questions.statistics.absolute import format_shares_of_arms
from mirodash.questions.statistics.group_survival import (
    GroupSurvival,
    SurvivalByGroup,
    at_horizon,
    describe_ratio_span,
)
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.threshold_evidence import Searched, declared_in, find_threshold_evidence
from mirodash.questions.thresholds.threshold_scan import SHARES, is_search_remembered, search_share
from mirodash.stratification.groups import assign_groups, thresholds_as_written
from mirodash.stratification.selection import Declaration, Selection
from mirodash.stratification.validation import are_people_chosen, find_active_declaration, resolve
from mirodash.survival.effect_modification import (
    ALPHA,
    Confirmation,
    ModificationEvidence,
    Verdict,
    judge_effect_modification,
)
from mirodash.survival.interactions import adjust_by_holm
from mirodash.survival.results import HazardRatio, NotEstimable, SimultaneousBand
from mirodash.text.facts import Explanation, Fact
from mirodash.text.finding_sentences import (
    LEFT_OUT,
    NOBODY,
    PENDING,
    SHOW_EVERYONE,
    Evidence,
    GroupShares,
    Line,
    LineStatus,
    Overall,
    Scene,
    describe_band_evidence,
    describe_belief,
    describe_biomarker_choice,
    describe_conclusion,
    describe_curve_ends,
    describe_line_evidence,
    describe_overall_evidence,
    describe_participant_choice,
    describe_range_evidence,
    describe_search_evidence,
    describe_what_happened,
    explain_evidence,
)
from mirodash.text.labels import format_arm_names, format_list, lower_first, one_line
from mirodash.text.numbers import (
    FIXED,
    count,
    estimate_with_interval,
    format_biomarker_value,
    format_hazard_ratio,
    format_p_value,
    format_range,
    format_threshold_with_unit,
)
from mirodash.text.small_counts import selected_of
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

MAX_SEARCHED = 5_000
"""Among more participants a search takes longer than a slide or a terminal should wait, and so do curves of
the effect along every biomarker: the whole range is then tested by a straight line."""
ENDS = (0.1, 0.9)
"""Percentiles of the biomarker at which the curve is read where no threshold makes groups."""
MAX_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class WholeRange:
    """Treatment × biomarker without a threshold: the p-value of the effect curve.

    ``linear`` where there are too few events for a curve: the p-value is then of a steady change.
    """

    p: float
    linear: bool


@dataclass(frozen=True, slots=True)
class Family:
    """The whole range of each of ``number`` biomarkers; ``p`` of the one in view allows for all of them.

    ``counts`` tells whether it does so in the verdict: where the reader chose another biomarker than the
    dictionary's.
    """

    number: int
    p: float
    counts: bool


@dataclass(frozen=True, eq=False, slots=True)
class Finding:
    """Everything that the two sentences and the ledger say.

    ``asked`` is the selection as it came, by which results are remembered; ``selection`` has the defaults.
    ``evidence`` and ``verdict`` are None without a biomarker. ``searched`` is None where the search was not
    made: ``evidence.confirmed_by`` says why.
    """

    trial: Trial
    asked: Selection
    selection: Selection
    result: SurvivalByGroup
    biomarker: Biomarker | None
    overall: Overall
    along: WholeRange | NotEstimable
    family: Family | None
    searched: Searched | NotEstimable | None
    band: SimultaneousBand | NotEstimable | None
    declared: Declaration | None
    evidence: ModificationEvidence | None
    verdict: Verdict | None


def are_few_enough_to_search(trial: Trial, selection: Selection) -> bool:
    """Whether the search over thresholds is quick: at most `MAX_SEARCHED` participants are selected.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return int(assign_groups(trial, selection).everyone.sum()) <= MAX_SEARCHED


def find(
    trial: Trial, selection: Selection, *, max_searched: int = MAX_PARTICIPANTS, pending: bool = False
) -> Finding:
    """The finding of a view.

    Parameters
    ----------
    trial, selection
        The view.
    max_searched : int
        Among more participants the search over thresholds is left out.
    pending : bool
        What takes long (the search, the simultaneous band) is left for later, and said to be.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    result = survival_by_group(trial, selection)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    overall = judge_overall(result)
    if marker is None:
        nothing = NotEstimable("This trial has no biomarker by which the effect could differ.")
        return Finding(
            trial, selection, chosen, result, None, overall, nothing, None, None, None, None, None, None
        )
    size = int(assign_groups(trial, selection).everyone.sum())
    few = size <= max_searched
    searched = find_threshold_evidence(trial, selection) if few and not pending else None
    band = simultaneous_band(trial, selection) if size <= MAX_SEARCHED and not pending else None
    along = examine_whole_range(trial, selection)
    family = None if pending else _find_family(trial, selection, along)
    declared = find_active_declaration(trial, selection)
    without = "left out" if not few else "pending" if pending else "impossible"
    evidence = _gather(along, family, searched, band, without=without)
    return Finding(
        trial=trial,
        asked=selection,
        selection=chosen,
        result=result,
        biomarker=marker,
        overall=overall,
        along=along,
        family=family,
        searched=searched,
        band=band,
        declared=declared,
        evidence=evidence,
        verdict=judge_effect_modification(evidence),
    )


def judge_overall(result: SurvivalByGroup) -> Overall:
    """Whether the overall hazard ratio is established, and which way."""
    cox = result.overall.comparison.cox
    if isinstance(cox, NotEstimable):
        return "none"
    if not is_established(cox):
        return "open"
    return "lower" if cox.hr < 1 else "higher"


def examine_whole_range(trial: Trial, selection: Selection) -> WholeRange | NotEstimable:
    """The interaction over the whole range: the test of the effect curve, or of a straight line without it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if are_few_enough_to_search(trial, selection):
        curve = effect_by_biomarker(trial, selection).curve
        if not isinstance(curve, NotEstimable):
            return WholeRange(curve.p_lr, linear=False)
    line = linear_interaction(trial, selection)
    return line if isinstance(line, NotEstimable) else WholeRange(line.p_lr, linear=True)


def _find_family(trial: Trial, selection: Selection, along: WholeRange | NotEstimable) -> Family | None:
    """What the whole range is worth among all biomarkers of the trial; None where there is only one."""
    markers, chosen = trial.dictionary.biomarkers, resolve(trial, selection).biomarker
    if len(markers) < 2 or isinstance(along, NotEstimable):
        return None
    columns = [marker.column for marker in markers]
    tests = [examine_whole_range(trial, replace(selection, biomarker=c, thresholds=())) for c in columns]
    p_values = [1.0 if isinstance(test, NotEstimable) else test.p for test in tests]
    adjusted = adjust_by_holm(p_values)[columns.index(chosen)]
    return Family(len(columns), adjusted, counts=chosen != columns[0])


def _gather(
    along: WholeRange | NotEstimable,
    family: Family | None,
    searched: Searched | NotEstimable | None,
    band: SimultaneousBand | NotEstimable | None,
    *,
    without: Confirmation,
) -> ModificationEvidence:
    whole = None if isinstance(along, NotEstimable) else along.p
    if whole is not None and family is not None and family.counts:
        whole = family.p
    constant = None if not isinstance(band, SimultaneousBand) else _constant(band) is not None
    if not isinstance(searched, Searched):
        return ModificationEvidence(whole, without, None, constant)
    own = searched.own
    if own is not None:
        return ModificationEvidence(
            whole, "declared", None if isinstance(own, NotEstimable) else own.p_lr, constant
        )
    return ModificationEvidence(whole, "search", searched.found.p_best, constant)


def _constant(band: SimultaneousBand) -> tuple[float, float] | None:
    """The hazard ratios that fit into the band everywhere, None where there is none."""
    low, high = float(band.lower.max()), float(band.upper.min())
    return (low, high) if low <= high else None


def explain_finding(found: Finding) -> Explanation:
    """Two sentences, the evidence in brief beside them, and the ledger as a table."""
    comparison = found.result.overall.comparison
    if not comparison.n:
        return Explanation(NOBODY, "", "")
    scene = _set_scene(found)
    groups = [_describe_shares(found.result, group) for group in found.result.groups]
    happened = describe_what_happened(scene, groups[0], groups[1:], _describe_along(found))
    verdict = found.verdict or Verdict("not estimable", ())
    declared = found.evidence is not None and found.evidence.confirmed_by == "declared"
    belief = describe_belief(scene, verdict, _judge_line(found), found.overall, declared=declared)
    ledger = _list_evidence(found, scene)
    return explain_evidence(happened, belief, ledger)


def state_conclusion(found: Finding) -> str:
    """How far to believe that the effect depends on the biomarker; without one, what happened."""
    declared = found.evidence is not None and found.evidence.confirmed_by == "declared"
    verdict = found.verdict or Verdict("not estimable", ())
    told = describe_conclusion(_set_scene(found), verdict, declared=declared)
    return told or explain_finding(found).title.removesuffix(".")


def _set_scene(found: Finding) -> Scene:
    trial, asked = found.trial, found.asked
    names = format_arm_names(trial, asked)
    selected = are_people_chosen(trial, asked)
    everybody = int(assign_groups(trial, asked).everyone.sum())
    people = selected_of(trial, everybody) if selected else count(found.result.overall.comparison.n)
    return Scene(
        names=replace(
            names,
            treated=lower_first(one_line(names.treated, MAX_NAME_LENGTH)),
            control=lower_first(one_line(names.control, MAX_NAME_LENGTH)),
        ),
        marker=found.biomarker.short if found.biomarker else "",
        people=f"{people} {'participant' if people == '1' else 'participants'}",
        selected=selected,
        free=found.result.endpoint.event_free,
        incidence_of=found.result.endpoint.event_word if found.result.endpoint.competing else "",
        when=at_horizon(found.result),
        biomarkers=count(found.family.number) if found.family and found.family.counts else "",
    )


def _write_lines(found: Finding) -> tuple[str, ...]:
    """The thresholds in view with the digits of the groups' names, without their unit."""
    return _write_thresholds(found.trial, found.asked) if found.biomarker else ()


@lru_cache(maxsize=64)
def _write_thresholds(trial: Trial, asked: Selection) -> tuple[str, ...]:
    chosen = resolve(trial, asked)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    if marker is None or not chosen.thresholds:
        return ()
    values = trial.numbers[marker.column].values[assign_groups(trial, asked).codes >= 0]
    above = bool(chosen.equal_above)
    return thresholds_as_written(chosen.thresholds, marker.decimals, values, equal_above=above)


def _describe_shares(result: SurvivalByGroup, group: GroupSurvival) -> GroupShares:
    """Survival of both arms at the horizon, or what can be said instead."""
    compared = group.comparison
    written = group.written
    treated, control = written.treated.survival_at, written.control.survival_at
    label = one_line(group.label, MAX_NAME_LENGTH)
    if explain_suppression(compared) or treated is None or control is None:
        return GroupShares(label, "", "", "the arms cannot be compared")
    if treated.estimate is None or control.estimate is None:
        return GroupShares(label, "", "", _describe_without_shares(result, group))
    return GroupShares(label, *format_shares_of_arms(treated, control))


def _describe_without_shares(result: SurvivalByGroup, group: GroupSurvival) -> str:
    """Where follow-up of an arm ends before the horizon: the hazard ratio, which does not need it."""
    cox = group.comparison.cox
    _, measure, _ = result.measures
    ended = f"{measure.removesuffix(' difference')} at {at_horizon(result)} is not estimable"
    if isinstance(cox, NotEstimable):
        return ended
    return f"{ended} ({result.measures[0]} {estimate_with_interval(cox.hr, cox.ci, result.confidence)})"


def _describe_along(found: Finding) -> str:
    """Both ends of the effect curve, where no threshold makes groups."""
    if found.selection.thresholds or found.biomarker is None:
        return ""
    effect = effect_by_biomarker(found.trial, found.asked)
    spread = biomarker_distribution(found.trial, found.asked)
    if isinstance(effect.curve, NotEstimable) or spread is None or not spread.quantiles:
        return ""
    quantiles, curve = dict(spread.quantiles), effect.curve
    low, high = (
        (
            format_hazard_ratio(float(curve.hazard_ratio[np.abs(curve.biomarker - value).argmin()])),
            format_biomarker_value(found.biomarker, value),
        )
        for value in (quantiles[share] for share in ENDS)
    )
    low = (low[0], f"{one_line(found.biomarker.short, MAX_NAME_LENGTH)} {low[1]}")
    return describe_curve_ends(low, high, found.result.measures[0])


def _judge_line(found: Finding) -> Line | None:
    """What the thresholds in view are worth; of several those that are least established."""
    searched, lines, marker = found.searched, _write_lines(found), found.biomarker
    if not lines or marker is None or not isinstance(searched, Searched):
        return None
    if searched.own is not None:
        is_shown = not isinstance(searched.own, NotEstimable) and searched.own.p_lr < ALPHA
        return Line("declared" if is_shown else "refuted", _add_unit(lines, marker))
    by_status: dict[LineStatus, list[str]] = {"open": [], "kept": [], "untested": []}
    for line, one in zip(lines, searched.found.at, strict=True):
        by_status["untested" if one.p is None else "kept" if one.p < ALPHA else "open"].append(line)
    status: LineStatus = next(status for status in by_status if by_status[status])
    return Line(status, _add_unit(by_status[status], marker))


def _add_unit(lines: Sequence[str], marker: Biomarker) -> tuple[str, ...]:
    """The unit after the last of several thresholds."""
    return (*lines[:-1], f"{lines[-1]}{FIXED}{marker.unit}".strip())


def _list_evidence(found: Finding, scene: Scene) -> tuple[Evidence, ...]:
    """The ledger: what counts first stands first."""
    ledger = [_describe_overall(found, scene)]
    if found.biomarker is not None and found.evidence is not None:
        ledger.append(_describe_range(found, scene))
        ledger += _describe_family(found)
        ledger += _describe_search(found)
        ledger += _describe_lines(found)
        if isinstance(found.band, SimultaneousBand):
            fits = _constant(found.band)
            ledger.append(describe_band_evidence(scene, "" if fits is None else format_range(fits)))
    if scene.selected:
        ledger.append(describe_participant_choice(scene.people))
    return tuple(ledger)


def _describe_overall(found: Finding, scene: Scene) -> Evidence:
    cox, confidence = found.result.overall.comparison.cox, found.result.confidence
    if isinstance(cox, HazardRatio):
        told = f"{scene.names.ratio} {estimate_with_interval(cox.hr, cox.ci, confidence)}"
        brief = f"{scene.names.ratio_briefly} {format_hazard_ratio(cox.hr, cox.ci)} ({format_range(cox.ci)})"
        if span := describe_ratio_span(found.result):
            told, brief = f"{told}, {span}", f"{brief}, all follow-up"
        return describe_overall_evidence(scene, found.overall, told, brief)
    return describe_overall_evidence(scene, found.overall, "not estimable", "not estimable")


def _describe_range(found: Finding, scene: Scene) -> Evidence:
    along, marker, family = found.along, found.biomarker, found.family
    if isinstance(along, NotEstimable) or marker is None:
        why = along.why if isinstance(along, NotEstimable) else ""
        return describe_range_evidence(
            scene, f"not estimable. {why}", "", "", significant=False, linear=False
        )
    step = effect_per_step(found.trial, found.asked)
    size = ""
    if isinstance(step, EffectPerStep):
        ratio = estimate_with_interval(step.ratio, step.ci, found.result.confidence)
        size = f"{scene.names.ratio} × {ratio} per {describe_step(step.step, marker)}"
        if not along.linear:
            size = f"as a straight line {size}"
    corrected = format_p_value(family.p) if family and family.counts else ""
    p = family.p if family and family.counts else along.p
    return describe_range_evidence(
        scene, size, format_p_value(along.p), corrected, significant=p < ALPHA, linear=along.linear
    )


def _describe_family(found: Finding) -> list[Evidence]:
    family = found.family
    if family is None or family.counts:
        return []
    p = format_p_value(family.p)
    return [describe_biomarker_choice(count(family.number), p, significant=family.p < ALPHA)]


def _describe_search(found: Finding) -> list[Evidence]:
    searched, evidence, marker = found.searched, found.evidence, found.biomarker
    if evidence is None or marker is None:
        return []
    if not isinstance(searched, Searched) or searched.found.p_best is None or searched.best is None:
        without = {"pending": PENDING, "left out": LEFT_OUT}.get(evidence.confirmed_by, "not possible")
        return [describe_search_evidence("", without, "", significant=False)]
    p = searched.found.p_best
    best = format_threshold_with_unit(marker, searched.best)
    looked_at = count(searched.found.looked_at)
    return [describe_search_evidence(looked_at, format_p_value(p), best, significant=p < ALPHA)]


def _describe_lines(found: Finding) -> list[Evidence]:
    searched, marker, lines = found.searched, found.biomarker, _write_lines(found)
    if not isinstance(searched, Searched) or marker is None or not lines:
        return []
    if searched.own is not None and found.declared is not None:
        own = searched.own
        p = "not estimable" if isinstance(own, NotEstimable) else format_p_value(own.p_lr)
        shown = not isinstance(own, NotEstimable) and own.p_lr < ALPHA
        place = lower_first(declared_in(found.declared))
        where = format_list(_add_unit(lines, marker))
        return [describe_line_evidence(where, p, "", significant=shown, declared=place)]
    return [
        describe_line_evidence(
            _add_unit([line], marker)[0],
            "" if one.p is None else format_p_value(one.p),
            one.why_not,
            significant=one.p is not None and one.p < ALPHA,
            declared="",
        )
        for line, one in zip(lines, searched.found.at, strict=True)
    ]


def summarise_finding(found: Finding) -> tuple[Fact, ...]:
    """The verdict with its tests as one fact, for slides; nothing without a biomarker or participants."""
    if found.biomarker is None or found.verdict is None or not found.result.overall.comparison.n:
        return ()
    searched = found.searched
    tests = [("whole range", None if found.evidence is None else found.evidence.whole_range)]
    if isinstance(searched, Searched):
        at = [one.p for one in searched.found.at if one.p is not None]
        tests.append(("best threshold", searched.found.p_best))
        if len(searched.found.at) == 1 == len(at):
            tests.append(("this one", at[0]))
        if searched.own is not None:
            own = searched.own
            tests = [*tests[:2], ("as declared", None if isinstance(own, NotEstimable) else own.p_lr)]
    told = "; ".join(f"{name} {format_p_value(p)}" for name, p in tests if p is not None)
    name = one_line(found.biomarker.short, MAX_NAME_LENGTH)
    return (Fact(f"Effect depends on {name}", found.verdict.level, told),)


def list_evidence(found: Finding) -> tuple[Evidence, ...]:
    """The ledger; nothing where no participants are selected."""
    if not found.result.overall.comparison.n:
        return ()
    return _list_evidence(found, _set_scene(found))


def recall_finding(trial: Trial, selection: Selection) -> Finding:
    """The finding without what takes long: what is at hand counts, the rest is said to be computed."""
    return find(trial, selection, pending=not is_search_remembered(trial, selection))


def _explain_on_page(found: Finding) -> Explanation:
    """The finding; where no participants are selected, with what brings them back."""
    told = explain_finding(found)
    if found.result.overall.comparison.n:
        return told
    return replace(told, facts=(Fact("", "", word=SHOW_EVERYONE, behind="everyone"),))


def _compute_step(trial: Trial, selection: Selection, step: int) -> Finding:
    return find(trial, selection, pending=step < SHARES)


def _advance(trial: Trial, selection: Selection, step: int) -> None:
    if int(assign_groups(trial, selection).everyone.sum()) <= MAX_PARTICIPANTS:
        search_share(trial, selection, step)


KEY = "finding"
FINDING = SteppedPanel(KEY, SHARES, _compute_step, _explain_on_page, work=_advance)
"""Once the reader pauses: with the search and the simultaneous band."""
FINDING_AT_HAND = Panel(KEY, recall_finding, _explain_on_page)
"""While a threshold is dragged."""
