"""An analysis as plain text for a terminal: aligned tables with the cautions that belong to them."""

from __future__ import annotations

from mirodash.analysis.report import Analysis
from mirodash.analysis.searched import Searched
from mirodash.analysis.stratified_effect import EffectWithinStrata
from mirodash.analysis.survival_by_group import GroupSurvival
from mirodash.survival.results import HazardRatio, InteractionTest, NotEstimable, RatioOfHazardRatios
from mirodash.wording import numbers
from mirodash.wording.disclosure import disclosure, participants_of, told_notices
from mirodash.wording.estimand import caution
from mirodash.wording.group_table import chi_square_in_words, group_table, hazard_ratio_in_words
from mirodash.wording.searched import searched_lines
from mirodash.wording.text_columns import aligned, item, labelled, underlined, wrapped

UNCORRECTED = (
    "The p-values of groups and interactions hold for thresholds declared before anybody saw the data. "
    "Beside a threshold that was chosen by looking they are too small: they are not corrected for the search."
)
SYNTHETIC = "SYNTHETIC DATA. These participants do not exist; nothing here is evidence about a treatment."


def analysis_tables(analysis: Analysis) -> str:
    """The analysis in lines of at most a hundred characters, ending in a newline."""
    blocks = [
        _heading(analysis),
        *(group_table(group, analysis) for group in analysis.survival.groups),
        _across_groups(analysis),
        _excluded(analysis),
        _noticed(analysis),
        wrapped(disclosure(analysis.trial.min_cell)),
    ]
    return numbers.plain_spaces("\n\n".join("\n".join(block) for block in blocks if block)) + "\n"


def _heading(analysis: Analysis) -> list[str]:
    trial, survival = analysis.trial, analysis.survival
    overall = survival.overall.comparison.cox
    lines = underlined(trial.title, "=")
    if trial.dictionary.synthetic:
        lines += ["", SYNTHETIC]
    lines += ["", *wrapped(_estimand(analysis)), *wrapped(_people(analysis))]
    warning = caution(survival)
    if warning and isinstance(overall, NotEstimable):
        lines += ["", *wrapped(f"{warning}. The hazard ratio among all is not estimable.")]
    elif warning and isinstance(overall, HazardRatio):
        shown = numbers.estimate_with_interval(overall.hr, overall.ci, survival.confidence)
        lines += ["", *wrapped(f"{warning} (hazard ratio among all {shown}).")]
    return lines


def _estimand(analysis: Analysis) -> str:
    """Population, endpoint, time origin, horizon and measure in one sentence."""
    survival, dictionary = analysis.survival, analysis.trial.dictionary
    endpoint = survival.endpoint
    horizon = numbers.chosen_time(survival.horizon, endpoint.unit)
    return (
        f"{endpoint.label} ({endpoint.event} = {endpoint.event_value}), {endpoint.unit} from "
        f"{endpoint.origin}, to a horizon of {horizon}. {dictionary.arm_label(survival.treated)} versus "
        f"{dictionary.arm_label(survival.control)}; a hazard ratio below 1 favours the former."
    )


def _people(analysis: Analysis) -> str:
    chosen = analysis.selection
    parts = [f"{numbers.count(participants_of(analysis.trial))} {analysis.trial.dictionary.population}"]
    if chosen.sites is not None:
        parts.append(f"sites {', '.join(chosen.sites)}" if chosen.sites else "no site")
    parts += [item.sentence(analysis.trial) for item in chosen.filters]
    return f"Population: {'; '.join(parts)}."


def _across_groups(analysis: Analysis) -> list[str]:
    lines = ["Between groups", "--------------"]
    lines += labelled("Interaction", _interaction(analysis))
    lines += labelled("Continuous interaction", _continuous(analysis))
    within = analysis.stratified
    if within is not None:
        lines += _stratified(within, analysis.survival.confidence)
    lines += _search(analysis)
    if any(_carried(group) for group in analysis.survival.groups):
        who = _nobody(analysis.trial.min_cell)
        lines += ["", f"* {who} at risk at the horizon; its last value is carried forward."]
    return lines


def _search(analysis: Analysis) -> list[str]:
    """What the thresholds are worth after a search, and the caution about every other p-value."""
    if not analysis.selection.thresholds:
        return []
    found = analysis.searched
    told = searched_lines(found) if isinstance(found, Searched) else ()
    return [*(line for label, text in told for line in labelled(label, text)), "", *wrapped(UNCORRECTED)]


def _stratified(within: EffectWithinStrata, confidence: float) -> list[str]:
    """Hazard ratio and log-rank test within strata, or once why there are none."""
    by, cox, logrank = f"Stratified by {', '.join(within.by)}", within.effect.cox, within.effect.logrank
    if isinstance(cox, NotEstimable) and isinstance(logrank, NotEstimable):
        lines = labelled(by, f"not estimable. {cox.why}")
    else:
        lines = labelled(by, f"hazard ratio {hazard_ratio_in_words(cox, confidence)}")
        lines += labelled("", f"log-rank {chi_square_in_words(logrank)}")
    if within.missing:
        belong = "participant belongs" if within.missing == 1 else "participants belong"
        lines += labelled("", f"{numbers.count(within.missing)} {belong} to no stratum.")
    return lines


def _interaction(analysis: Analysis) -> str:
    test = analysis.interaction
    if isinstance(test, NotEstimable):
        return f"not estimable. {test.why}"
    if isinstance(test, RatioOfHazardRatios):
        shown = numbers.estimate_with_interval(test.ratio, test.ci, analysis.survival.confidence)
        return f"ratio of hazard ratios, upper over lower group: {shown}, {numbers.p_value(test.p_lr)}"
    return _groups_test(test)


def _groups_test(test: InteractionTest) -> str:
    freedom = f"{test.df} {'degree' if test.df == 1 else 'degrees'} of freedom"
    return f"chi-square {test.statistic:.2f} on {freedom}, {numbers.p_value(test.p_lr)}"


def _continuous(analysis: Analysis) -> str:
    effect = analysis.continuous
    if isinstance(effect, NotEstimable):
        return f"not estimable. {effect.why}"
    marker = analysis.trial.dictionary.biomarker(analysis.selection.biomarker)
    name = marker.short if marker else analysis.selection.biomarker
    per = f"log {name}" if effect.scale == "log" else f"{name} (not its logarithm: some values are 0 or less)"
    if effect.scale != "log" and marker and marker.scale == "linear":
        per = name
    sign = numbers.quantity(effect.coef, 3, signed=True)
    return f"treatment × {per}: coefficient {sign} (SE {effect.se:.3f}), {numbers.p_value(effect.p_lr)}"


def _excluded(analysis: Analysis) -> list[str]:
    if not analysis.excluded:
        return [f"Everybody {analysis.trial.dictionary.population} is counted above."]
    rows = [(reason, numbers.count(n)) for reason, n in analysis.excluded]
    head = "In no group" if analysis.selection.thresholds else "Left out"
    return [head, "-" * len(head), *aligned(rows)]


def _noticed(analysis: Analysis) -> list[str]:
    """What was noticed while reading the data; nothing that may be told is kept from the reader."""
    notices = told_notices(analysis.trial)
    if not notices:
        return []
    lines = ["Noticed in the data", "-------------------"]
    return lines + [line for notice in notices for line in item(notice)]


def _nobody(min_cell: int) -> str:
    return f"Fewer than {min_cell} in this arm are" if min_cell else "Nobody in this arm is"


def _carried(group: GroupSurvival) -> bool:
    ats = (group.comparison.control.survival_at, group.comparison.treated.survival_at)
    return any(at is not None and at.carried_forward for at in ats)
