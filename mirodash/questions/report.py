"""The whole analysis of a selection, and its tables as plain text for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mirodash.disclosure.counts import SUPPRESSED, explain_suppression
from mirodash.disclosure.curve_values import Side, threshold_sides
from mirodash.questions.covariate_adjustment import AdjustedEffect, adjusted_effect, describe_adjusted_effect
from mirodash.questions.effect_along_biomarker import linear_interaction
from mirodash.questions.finding import (
    MAX_SEARCHED,
    Finding,
    are_few_enough_to_search,
    explain_finding,
    find,
    list_evidence,
)
from mirodash.questions.group_effects import describe_caution_of_estimand
from mirodash.questions.group_interaction import describe_left_out, interaction
from mirodash.questions.participant_flow import suppress_excluded_participants
from mirodash.questions.statistics.absolute import choose_means_decimals, choose_survival_decimals
from mirodash.questions.statistics.catalogue import list_told
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup, describe_ratio_span
from mirodash.questions.statistics.hazards import HAZARD_RATIO, describe_chi_square, describe_hazard_ratio
from mirodash.questions.statistics.statistic import InGroup
from mirodash.questions.survival_cards import EffectWithinStrata, stratified_effect
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.threshold_evidence import Searched, find_threshold_evidence, searched_lines
from mirodash.questions.thresholds.threshold_scan import SearchedAt
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.threshold_sides import side_words
from mirodash.stratification.validation import reduce_to_canonical, resolve
from mirodash.survival.results import (
    ArmSummary,
    ContinuousInteraction,
    HazardRatio,
    InteractionTest,
    NotEstimable,
    OpenInterval,
    RatioOfHazardRatios,
    ThresholdScan,
)
from mirodash.text import numbers
from mirodash.text.facts import align_columns, format_item, label_lines, shorten_text, underline, wrap_text
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import format_bare_value, format_threshold_with_unit
from mirodash.text.small_counts import (
    describe_disclosure,
    describe_participants,
    describe_suppression,
    format_n,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial


@dataclass(frozen=True, eq=False, slots=True)
class Analysis:
    """Everything ``mirodash analyze`` tells.

    ``selection`` is concrete in every field; ``query`` is its canonical query string. ``excluded`` counts
    everybody in no group by reason. ``stratified`` is None unless strata were chosen,
    ``adjusted`` unless baseline columns to adjust for were. ``searched`` allows for a search over thresholds;
    None without thresholds, and for more than `MAX_SEARCHED` participants, of whom only
    ``mirodash scan`` and the Thresholds page tell it. ``finding`` reconciles all of them.
    """

    trial: Trial
    selection: Selection
    query: str
    excluded: tuple[tuple[str, int], ...]
    survival: SurvivalByGroup
    interaction: RatioOfHazardRatios | InteractionTest | NotEstimable
    continuous: ContinuousInteraction | NotEstimable
    stratified: EffectWithinStrata | None
    adjusted: AdjustedEffect | None
    searched: Searched | NotEstimable | None
    finding: Finding


@memoise
def analyze(trial: Trial, selection: Selection) -> Analysis:
    """Answer every question about one selection of a trial.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return Analysis(
        trial=trial,
        selection=resolve(trial, selection),
        query=reduce_to_canonical(trial, selection).to_query(),
        excluded=suppress_excluded_participants(trial, assign_groups(trial, selection)),
        survival=survival_by_group(trial, selection),
        interaction=interaction(trial, selection),
        continuous=linear_interaction(trial, selection),
        stratified=stratified_effect(trial, selection),
        adjusted=adjusted_effect(trial, selection) if selection.adjust else None,
        searched=_find_search(trial, selection),
        finding=find(trial, selection, max_searched=MAX_SEARCHED),
    )


def _find_search(trial: Trial, selection: Selection) -> Searched | NotEstimable | None:
    few = are_few_enough_to_search(trial, selection)
    return find_threshold_evidence(trial, selection) if few and resolve(trial, selection).thresholds else None


def group_table(group: GroupSurvival, analysis: Analysis) -> list[str]:
    """The lines of one group."""
    compared = group.comparison
    events = f"{numbers.count(compared.events)} {_describe_events(compared.events, analysis)}"
    title = f"{group.label}: {format_n(compared.n)}, {events}"
    lines = underline(f"{group.label}: not shown" if compared.n == SUPPRESSED else title, "-")
    if nothing := explain_suppression(compared):
        return [*lines, f"  {nothing}"]
    lines += [*_describe_arms(group, analysis), ""]
    if isinstance(compared.cox, NotEstimable) and not (
        compared.control.has_curve and compared.treated.has_curve
    ):
        return lines + label_lines("Comparison", f"not estimable. {compared.cox.why}")
    told = InGroup(analysis.survival, group, format_arm_names(analysis.trial, analysis.selection))
    for statistic in list_told(analysis.survival):
        lines += statistic.lines(told) if statistic.lines else []
        lines += _describe_adjusted(group, analysis) if statistic is HAZARD_RATIO else []
    return lines


def _describe_adjusted(group: GroupSurvival, analysis: Analysis) -> list[str]:
    found = analysis.adjusted
    if found is None:
        return []
    adjusted = found.groups[analysis.survival.groups.index(group)]
    return label_lines(
        "", describe_adjusted_effect(analysis.trial, adjusted, found.adjustment, found.confidence)
    )


def _describe_arms(group: GroupSurvival, analysis: Analysis) -> list[str]:
    survival, label = analysis.survival, analysis.trial.dictionary.arm_label
    unit, level = survival.endpoint.unit, numbers.format_confidence_level(survival.confidence)
    arms = (
        (label(survival.control), group.written.control),
        (label(survival.treated), group.written.treated),
    )
    plural, free = survival.endpoint.plural, survival.endpoint.state
    # what is named by long words elsewhere goes by the usual short ones in a column
    events, survivors = plural if len(plural) <= 8 else "events", free if len(free) <= 10 else "event-free"
    mean = ("restricted", f"mean, {unit}")
    if survival.endpoint.competing:
        survivors, mean = "with event", ("mean time", f"lost, {unit}")
    head = (
        ("", "", "", f"median, {unit}", f"{survivors} at horizon", mean[0]),
        ("", "n", events, f"({level})", f"({level})", mean[1]),
    )
    places = Places(
        choose_survival_decimals(arm.survival_at for _, arm in arms),
        choose_means_decimals((arm.rmst for _, arm in arms), unit),
    )
    summaries = align_columns(
        [*head, *((shorten_text(name, 20), *_describe_arm(arm, unit, places)) for name, arm in arms)]
    )
    followed = "; ".join(f"{shorten_text(name, 20)} {_describe_follow_up(arm, unit)}" for name, arm in arms)
    *inner, last = survival.ticks.tolist()
    ticks = [numbers.format_number(tick, _choose_decimals([*inner, last])) for tick in inner]
    ticks.append(numbers.chosen_time(last))
    at_risk = [
        (shorten_text(name, 20), *(numbers.count(n) for n in arm.at_risk.at_risk.tolist()))
        for name, arm in arms
    ]
    at_risk_lines = align_columns([(f"At risk after {unit}", *ticks), *at_risk])
    return [*summaries, "", *at_risk_lines, "", *label_lines(f"Median follow-up, {unit}", followed)]


class Places(NamedTuple):
    """Decimals of what stands in one column: shares in per cent, mean times."""

    shares: int
    means: int


def _describe_arm(arm: ArmSummary, unit: str, places: Places) -> tuple[str, ...]:
    return (
        numbers.count(arm.n),
        numbers.count(arm.events),
        _describe_median(arm, unit),
        _describe_proportion_alive(arm, places.shares),
        _describe_mean(arm, places.means),
    )


def _describe_median(arm: ArmSummary, unit: str) -> str:
    return _format_median(arm.median, arm.median_ci, unit) if arm.has_curve else "–"


def _describe_follow_up(arm: ArmSummary, unit: str) -> str:
    return _format_median(arm.follow_up, arm.follow_up_ci, unit) if arm.has_curve else "–"


def _format_median(median: float | None, ends: OpenInterval, unit: str) -> str:
    places = numbers.choose_time_decimals(unit)
    shown = "not reached" if median is None else _describe_time(median, places)
    if ends == (None, None):
        return shown
    return f"{shown} ({numbers.format_range(ends, lambda end: _describe_time(end, places))})"


def _describe_time(value: float, places: int) -> str:
    """A time with the dictionary's places, or one more where it falls between two (52.5 days)."""
    return numbers.format_number(value, places if float(round(value, places)) == value else max(places, 1))


def _describe_proportion_alive(arm: ArmSummary, places: int) -> str:
    at = arm.survival_at
    if at is None:
        return "–"
    if at.estimate is None:
        return "not estimable *"
    shown = numbers.format_percent(at.estimate, decimals=places)
    if at.lower is not None and at.upper is not None:
        ends = [numbers.format_percent(end, decimals=places) for end in (at.lower, at.upper)]
        shown += f" ({' to '.join(ends)})"
    return shown


def _describe_mean(arm: ArmSummary, places: int) -> str:
    if arm.rmst is None:
        return "–"
    return numbers.format_number(arm.rmst.estimate, places)


def _describe_events(number: int, analysis: Analysis) -> str:
    endpoint = analysis.survival.endpoint
    return endpoint.singular if number == 1 else endpoint.plural


def _choose_decimals(ticks: Sequence[float]) -> int:
    """As few decimals as show every tick before the horizon, at most three significant digits of the step."""
    *inner, _ = sorted(ticks)
    step = min(np.diff(sorted(ticks)), default=1.0)
    most = 0 if step >= 10 else 1 if step >= 1 else 3
    exact = (n for n in range(most) if all(abs(round(tick, n) - tick) < 1e-9 * step for tick in inner))
    return next(exact, most)


UNCORRECTED = (
    "The p-values of groups and interactions hold for thresholds declared before anybody saw the data. "
    "Beside a threshold that was chosen by looking they are too small: they are not corrected for the search."
)
SYNTHETIC = "SYNTHETIC DATA. These participants do not exist; nothing here is evidence about a treatment."


def analysis_tables(analysis: Analysis) -> str:
    """The analysis in lines of at most a hundred characters, ending in a newline."""
    blocks = [
        _heading(analysis),
        _describe_finding(analysis),
        *(group_table(group, analysis) for group in analysis.survival.groups),
        _across_groups(analysis),
        _describe_exclusions(analysis),
        _describe_notices(analysis),
        wrap_text(describe_disclosure(analysis.trial.min_cell)),
    ]
    return numbers.unify_spaces("\n\n".join("\n".join(block) for block in blocks if block)) + "\n"


def _heading(analysis: Analysis) -> list[str]:
    trial, survival = analysis.trial, analysis.survival
    overall = survival.overall.comparison.cox
    lines = underline(trial.title, "=")
    if trial.dictionary.synthetic:
        lines += ["", SYNTHETIC]
    lines += ["", *wrap_text(_describe_estimand(analysis)), *wrap_text(_describe_participants(analysis))]
    warning = describe_caution_of_estimand(survival)
    if warning and isinstance(overall, NotEstimable):
        lines += ["", *wrap_text(f"{warning}. The {survival.measures[0]} among all is not estimable.")]
    elif warning and isinstance(overall, HazardRatio):
        shown = numbers.estimate_with_interval(overall.hr, overall.ci, survival.confidence)
        lines += ["", *wrap_text(f"{warning} ({survival.measures[0]} among all {shown}).")]
    return lines


def _describe_finding(analysis: Analysis) -> list[str]:
    """The finding in two sentences, and the evidence in the order in which it counts."""
    told = explain_finding(analysis.finding)
    lines = [*underline("Finding", "-"), *wrap_text(told.title), *wrap_text(told.subtitle)]
    ledger = [label_lines(item.name, item.result) for item in list_evidence(analysis.finding)]
    return [*lines, *([""] if ledger else []), *(line for entry in ledger for line in entry)]


def _describe_span(analysis: Analysis) -> str:
    """Over what time hazard ratios and tests are, where that is not plain."""
    if analysis.selection.up_to_horizon:
        return ", at which every participant is censored"
    span = describe_ratio_span(analysis.survival)
    return f"; events, {analysis.survival.measures[0]}s and tests are {span}" if span else ""


def _describe_estimand(analysis: Analysis) -> str:
    """Population, endpoint, time origin, horizon and measure in one sentence."""
    survival, dictionary = analysis.survival, analysis.trial.dictionary
    endpoint = survival.endpoint
    horizon = numbers.chosen_time(survival.horizon, endpoint.unit)
    entry = f"at risk from entry ({endpoint.entry}) on, " if endpoint.entry else ""
    other = f" Competing event: {endpoint.other_event}." * bool(endpoint.competing)
    return (
        f"{endpoint.label} ({endpoint.event} = {endpoint.event_values}), {endpoint.unit} from "
        f"{endpoint.origin}, {entry}to a horizon of {horizon}{_describe_span(analysis)}. "
        f"{dictionary.arm_label(survival.treated)} versus "
        f"{dictionary.arm_label(survival.control)}; a {survival.measures[0]} below 1 favours the "
        f"former.{other}"
    )


def _describe_participants(analysis: Analysis) -> str:
    chosen = analysis.selection
    parts = [f"{numbers.count(describe_participants(analysis.trial))} {analysis.trial.dictionary.population}"]
    if chosen.sites is not None:
        parts.append(f"sites {', '.join(chosen.sites)}" if chosen.sites else "no site")
    parts += [item.sentence(analysis.trial) for item in chosen.filters]
    return f"Population: {'; '.join(parts)}."


def _across_groups(analysis: Analysis) -> list[str]:
    lines = ["Between groups", "--------------"]
    lines += label_lines("Interaction", _describe_interaction(analysis))
    lines += label_lines("Continuous interaction", _describe_continuous(analysis))
    within = analysis.stratified
    if within is not None:
        lines += _describe_stratified_effect(
            within, analysis.survival.measures[0], analysis.survival.confidence
        )
    lines += _search(analysis)
    if any(_is_carried_forward(group) for group in analysis.survival.groups):
        who = _describe_no_participants(analysis.trial.min_cell)
        lines += ["", *wrap_text(f"* {who} at risk at the horizon: survival there is not estimable.")]
    return lines


def _search(analysis: Analysis) -> list[str]:
    """What the thresholds are worth after a search, and the caution about every other p-value."""
    if not analysis.selection.thresholds:
        return []
    found = analysis.searched
    told = searched_lines(found) if isinstance(found, Searched) else ()
    return [*(line for label, text in told for line in label_lines(label, text)), "", *wrap_text(UNCORRECTED)]


def _describe_stratified_effect(within: EffectWithinStrata, ratio: str, confidence: float) -> list[str]:
    """Hazard ratio and log-rank test within strata, or once why there are none."""
    by, cox, logrank = f"Stratified by {', '.join(within.by)}", within.effect.cox, within.effect.logrank
    if isinstance(cox, NotEstimable) and isinstance(logrank, NotEstimable):
        lines = label_lines(by, f"not estimable. {cox.why}")
    else:
        lines = label_lines(by, f"{ratio} {describe_hazard_ratio(cox, confidence)}")
        lines += label_lines("", f"log-rank {describe_chi_square(logrank)}")
    if within.missing:
        belong = "participant belongs" if within.missing == 1 else "participants belong"
        lines += label_lines("", f"{numbers.count(within.missing)} {belong} to no stratum.")
    return lines


def _describe_interaction(analysis: Analysis) -> str:
    test = analysis.interaction
    if isinstance(test, NotEstimable):
        return f"not estimable. {test.why}"
    if isinstance(test, RatioOfHazardRatios):
        return _describe_ratio(analysis, test)
    told = _describe_groups_test(test) if test.ratio is None else _describe_ratio(analysis, test.ratio)
    said = describe_left_out(test, [group.label for group in analysis.survival.groups[1:]])
    return f"{told}. {said}" if said else told


def _describe_ratio(analysis: Analysis, test: RatioOfHazardRatios) -> str:
    shown = numbers.estimate_with_interval(test.ratio, test.ci, analysis.survival.confidence)
    tests = (
        numbers.format_named_p_value(test.p_wald, numbers.WALD),
        numbers.format_named_p_value(test.p_lr, numbers.LIKELIHOOD_RATIO),
    )
    return f"ratio of {analysis.survival.measures[0]}s, upper over lower group: {shown}, {'; '.join(tests)}"


def _describe_groups_test(test: InteractionTest) -> str:
    freedom = f"{test.df} {'degree' if test.df == 1 else 'degrees'} of freedom"
    shown = numbers.format_named_p_value(test.p_lr, numbers.LIKELIHOOD_RATIO)
    return f"chi-square {test.statistic:.2f} on {freedom}, {shown}"


def _describe_continuous(analysis: Analysis) -> str:
    effect = analysis.continuous
    if isinstance(effect, NotEstimable):
        return f"not estimable. {effect.why}"
    marker = analysis.trial.dictionary.biomarker(analysis.selection.biomarker)
    name = marker.short if marker else analysis.selection.biomarker
    per = f"log {name}" if effect.scale == "log" else f"{name} (not its logarithm: some values are 0 or less)"
    if effect.scale != "log" and marker and marker.scale == "linear":
        per = name
    # a step of the biomarker may be small: the coefficient has three significant digits of its error
    places = max(3, 2 - math.floor(math.log10(effect.se))) if effect.se > 0 else 3
    sign = numbers.format_number(effect.coef, places, signed=True)
    shown = f"coefficient {sign} (SE {effect.se:.{places}f})"
    p = numbers.format_named_p_value(effect.p_lr, numbers.LIKELIHOOD_RATIO)
    return f"treatment × {per} as a straight line: {shown}, {p}; the finding tests a curve of any shape"


def _describe_exclusions(analysis: Analysis) -> list[str]:
    if not analysis.excluded:
        return [f"Everybody {analysis.trial.dictionary.population} is counted above."]
    rows = [(reason, numbers.count(n)) for reason, n in analysis.excluded]
    head = "In no group" if analysis.selection.thresholds else "Left out"
    return [head, "-" * len(head), *align_columns(rows)]


def _describe_notices(analysis: Analysis) -> list[str]:
    """What was noticed while reading the data; nothing that may be told is kept from the reader."""
    notices = describe_suppression(analysis.trial)
    if not notices:
        return []
    lines = ["Noticed in the data", "-------------------"]
    return lines + [line for notice in notices for line in format_item(notice)]


def _describe_no_participants(min_cell: int) -> str:
    return f"Fewer than {min_cell} in this arm are" if min_cell else "No participant in this arm is"


def _is_carried_forward(group: GroupSurvival) -> bool:
    ats = (group.comparison.control.survival_at, group.comparison.treated.survival_at)
    return any(at is not None and at.carried_forward for at in ats)


SEARCHED = (
    "The search-corrected p-value says how often chance alone makes the best of all these thresholds look as "
    "good as this one. No interval in the table is corrected for the search."
)
NOT_SEARCHED = "not searched"


def scan_table(
    trial: Trial,
    biomarker: Biomarker,
    scan: ThresholdScan,
    searched: SearchedAt,
    confidence: float,
    *,
    ratio: str = "HR",
) -> str:
    """The scan in lines, ending in a newline; ``ratio`` heads the columns of hazard ratios."""
    head = underline(f"{trial.title}: {biomarker.label}", "=")
    if trial.dictionary.synthetic:
        head += ["", SYNTHETIC]
    blocks = [
        head,
        _write_search_lines(biomarker, scan, searched),
        _build_scan_rows(biomarker, scan, ratio, confidence),
    ]
    return numbers.unify_spaces("\n\n".join("\n".join(block) for block in blocks)) + "\n"


def _write_search_lines(biomarker: Biomarker, scan: ThresholdScan, searched: SearchedAt) -> list[str]:
    if scan.p_value_adjusted is None:
        return wrap_text("No threshold leaves enough participants and events on both sides to be searched.")
    looked = f"{numbers.count(searched.looked_at)} thresholds, {numbers.count(scan.n_resamples)} resamples"
    within = f", arms permuted within {' × '.join(searched.within)}" if searched.within else ""
    lines = label_lines(
        "Searching over thresholds", f"{numbers.format_p_value(scan.p_value_adjusted)} ({looked}{within})"
    )
    if scan.best_threshold is not None:
        lines += label_lines("Best threshold", format_threshold_with_unit(biomarker, scan.best_threshold))
    for one in searched.at:
        told = (
            f"{NOT_SEARCHED}. {one.why_not}"
            if one.p is None
            else f"allowing for the search, {numbers.format_p_value(one.p)}"
        )
        lines += label_lines(f"At {format_threshold_with_unit(biomarker, one.threshold)}", told)
    return [*lines, "", *wrap_text(SEARCHED)]


def _build_scan_rows(biomarker: Biomarker, scan: ThresholdScan, ratio: str, confidence: float) -> list[str]:
    below, above = threshold_sides(scan, confidence)
    level, names = numbers.format_confidence_level(confidence), side_words(equal_above=scan.equal_above)
    rows: list[tuple[str, ...]] = [
        (
            "",
            "n",
            "events",
            f"{ratio} {names[0]} ({level})",
            "n",
            "events",
            f"{ratio} {names[1]} ({level})",
            "z",
        ),
    ]
    for k, threshold in enumerate(scan.thresholds.tolist()):
        z = float(scan.interaction_z[k])
        written = "-" if math.isnan(z) else numbers.format_number(z, 2, signed=True)
        rows.append(
            (
                _as_observed(biomarker, threshold),
                *_describe_side(below, k),
                *_describe_side(above, k),
                written,
            )
        )
    return align_columns(rows)


def _as_observed(biomarker: Biomarker, threshold: float) -> str:
    """With more decimals than usual where the usual ones would name a value that makes other groups."""
    if round(threshold, biomarker.decimals) == threshold:
        return format_bare_value(biomarker, threshold)
    return f"{threshold:,.10g}".replace("-", numbers.MINUS, 1) if threshold < 0 else f"{threshold:,.10g}"


def _describe_side(side: Side, k: int) -> tuple[str, str, str]:
    ratio = float(side.hazard_ratio[k])
    ends = (float(side.lower[k]), float(side.upper[k]))
    counts = numbers.count(side.n[k]), numbers.count(side.events[k])
    if math.isnan(ratio):
        return *counts, "not estimable"
    shown = numbers.format_hazard_ratio(ratio, ends)
    return *counts, f"{shown} ({numbers.format_range(ends)})"
