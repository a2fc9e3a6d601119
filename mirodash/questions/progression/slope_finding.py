"""Finding on repeated measurements: the reader's own question in every group, and how far to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mirodash.longitudinal.death_then_function import DeathThenFunction
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.longitudinal.visits import MeanDifference, compare_at_visit
from mirodash.questions.finding import MAX_NAME_LENGTH, judge_overall
from mirodash.questions.panel import MAX_PARTICIPANTS, Panel, SteppedPanel
from mirodash.questions.progression.measured import GroupProgression, Progression, progression
from mirodash.questions.progression.slope_panels import find_slope_interaction
from mirodash.questions.progression.slope_search import (
    SlopesSearched,
    is_slope_search_remembered,
    search_slope_thresholds,
    search_slopes_share,
)
from mirodash.questions.progression.words import (
    PER_UNIT,
    SLOPE_DECIMALS,
    describe_agreement,
    describe_difference_in_slope,
    describe_slowing_briefly,
    find_last_visit_of_both,
    format_means,
    format_visit,
    format_win_probability,
    list_directions,
    name_estimands,
)
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.thresholds.threshold_scan import ALPHA, SHARES
from mirodash.stratification.groups import assign_groups, thresholds_as_written
from mirodash.stratification.selection import ESTIMANDS, Selection
from mirodash.stratification.validation import reduce_to_canonical, resolve
from mirodash.survival.effect_modification import (
    ModificationEvidence,
    Verdict,
    judge_effect_modification,
)
from mirodash.survival.interactions import adjust_by_holm
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.facts import Explanation
from mirodash.text.finding_sentences import (
    LEFT_OUT,
    NOBODY,
    PENDING,
    Evidence,
    Line,
    LineStatus,
    Overall,
    Scene,
    describe_line_evidence,
    describe_participant_choice,
    describe_search_evidence,
    explain_evidence,
)
from mirodash.text.labels import ArmNames, format_arm_names, lower_first, one_line
from mirodash.text.numbers import (
    FIXED,
    count,
    estimate_with_interval,
    format_hazard_ratio,
    format_interval,
    format_number,
    format_p_value,
    format_percent,
    format_range,
    format_threshold_with_unit,
)
from mirodash.text.progression_sentences import (
    Favoured,
    GroupAnswer,
    Question,
    describe_direction_evidence,
    describe_progression,
    describe_progression_belief,
    describe_question_evidence,
    describe_slope_range_evidence,
    describe_survival_evidence,
)
from mirodash.text.small_counts import selected_of
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial


@dataclass(frozen=True, eq=False, slots=True)
class ProgressionFinding:
    """Everything that the sentences and the ledger on a repeated measurement say.

    ``searched`` is None where the search was not made; ``pending`` tells that it is still computed.
    ``whole_range`` is the p-value of the straight line along the biomarker, corrected for the choice among
    several where the reader chose another than the trial's first; ``biomarkers`` is then how many.
    """

    trial: Trial
    selection: Selection
    answer: Progression
    everybody: int
    biomarker: Biomarker | None
    along: Contrast | NotEstimable
    whole_range: float | None
    biomarkers: int
    searched: SlopesSearched | NotEstimable | None
    pending: bool
    verdict: Verdict
    survival: Overall

    @property
    def question(self) -> str:
        """The key of the reader's own question; the first one where none was marked."""
        return self.answer.estimand or ESTIMANDS[0]


def find_progression(
    trial: Trial, selection: Selection, *, max_searched: int = MAX_PARTICIPANTS, pending: bool = False
) -> ProgressionFinding | None:
    """The finding of a view; None for a trial without repeated measurements.

    Parameters
    ----------
    trial, selection
        The view.
    max_searched : int
        Among more participants the search over thresholds is left out.
    pending : bool
        What takes long is left for later, and said to be.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    answer = progression(trial, selection)
    if answer is None:
        return None
    chosen = resolve(trial, selection)
    everybody = int(assign_groups(trial, selection).everyone.sum())
    marker = trial.dictionary.biomarker(chosen.biomarker)
    along = find_slope_interaction(trial, selection)
    few = everybody <= max_searched
    searched = search_slope_thresholds(trial, selection) if few and not pending and marker else None
    whole, biomarkers = _correct_for_choice(trial, selection, along, pending=pending)
    best = searched.found.p_best if isinstance(searched, SlopesSearched) else None
    without = "left out" if not few else "pending" if pending else "search"
    evidence = ModificationEvidence(whole, without, best, None)
    return ProgressionFinding(
        trial=trial,
        selection=chosen,
        answer=answer,
        everybody=everybody,
        biomarker=marker,
        along=along,
        whole_range=whole,
        biomarkers=biomarkers,
        searched=searched,
        pending=pending,
        verdict=judge_effect_modification(evidence),
        survival=judge_overall(survival_by_group(trial, selection)),
    )


def _correct_for_choice(
    trial: Trial, selection: Selection, along: Contrast | NotEstimable, *, pending: bool
) -> tuple[float | None, int]:
    """The p-value of the whole range, and among how many biomarkers it allows for the choice (0: none)."""
    if isinstance(along, NotEstimable):
        return None, 0
    columns = [marker.column for marker in trial.dictionary.biomarkers]
    chosen = resolve(trial, selection).biomarker
    if pending or len(columns) < 2 or chosen == columns[0]:
        return along.p, 0
    each = [find_slope_interaction(trial, replace(selection, biomarker=c, thresholds=())) for c in columns]
    p_values = [1.0 if isinstance(one, NotEstimable) else one.p for one in each]
    return float(adjust_by_holm(p_values)[columns.index(chosen)]), len(columns)


def explain_progression_finding(found: ProgressionFinding) -> Explanation:
    """Two sentences, the evidence in brief beside them, and the ledger as a table."""
    if not found.everybody:
        return Explanation(NOBODY, "", "")
    scene, question = _set_scene(found), _ask(found)
    groups = found.answer.groups[1:] or found.answer.groups[:1]
    told = [_describe_group(found, group, scene) for group in groups]
    if len(found.answer.groups) == 1:
        told = [replace(told[0], label="")]
    favoured, result, brief = _judge_question(found)
    disagreeing = _list_disagreeing(found)
    belief = describe_progression_belief(
        scene,
        found.verdict,
        _judge_line(found),
        question,
        favoured,
        disagreeing=disagreeing,
        survival=found.survival,
    )
    ledger = [
        describe_question_evidence(scene, question, favoured, result, brief),
        *_list_search_evidence(found, scene),
        describe_direction_evidence(disagreeing, _describe_directions(found, scene.names)),
        _describe_survival(found),
    ]
    if scene.selected:
        ledger.append(describe_participant_choice(scene.people))
    return explain_evidence(describe_progression(scene, question, told), belief, ledger)


def _set_scene(found: ProgressionFinding) -> Scene:
    trial, chosen = found.trial, found.selection
    names = format_arm_names(trial, chosen)
    least = reduce_to_canonical(trial, chosen)
    selected = bool(least.filters) or least.sites is not None
    people = selected_of(trial, found.everybody) if selected else count(found.everybody)
    treated, control = (
        lower_first(one_line(name, MAX_NAME_LENGTH)) for name in (names.treated, names.control)
    )
    return Scene(
        names=replace(names, treated=treated, control=control),
        marker=found.biomarker.short if found.biomarker else "",
        people=f"{people} {'participant' if people == '1' else 'participants'}",
        selected=selected,
        free="",
        when="",
        biomarkers=count(found.biomarkers) if found.biomarkers else "",
        on=f" on the slope of {_name_measure(found)}",
    )


def _name_measure(found: ProgressionFinding) -> str:
    return one_line(found.answer.measure.short, MAX_NAME_LENGTH)


def _ask(found: ProgressionFinding) -> Question:
    answer, key = found.answer, found.question
    unit = f"{FIXED}{answer.measure.unit}" if answer.measure.unit else ""
    about_event = key in ("worst", "death")
    return Question(
        key=key,
        name=name_estimands(answer)[key],
        short=answer.endpoint.singular if about_event else _name_measure(found),
        verb=_choose_verb(answer),
        unit=f"{unit} {PER_UNIT[answer.per]}" if key == "slope" else unit,
    )


def _choose_verb(answer: Progression) -> str:
    """What all slopes have in common; without it they keep their signs."""
    slopes = [
        slope.estimate
        for group in answer.groups
        for slope in (group.slopes.treated, group.slopes.control)
        if isinstance(slope, Contrast)
    ]
    if all(slope < 0 for slope in slopes):
        return "fell by"
    return "rose by" if all(slope > 0 for slope in slopes) else "changed by"


def _describe_group(found: ProgressionFinding, group: GroupProgression, scene: Scene) -> GroupAnswer:
    """The answer to the reader's question in one group, as it is written."""
    answer, label = found.answer, one_line(group.label, MAX_NAME_LENGTH)
    return {"slope": _describe_slopes, "worst": _describe_pairs, "alive": _describe_means}.get(
        found.question, _describe_death
    )(answer, group, label)


def _describe_slopes(answer: Progression, group: GroupProgression, label: str) -> GroupAnswer:
    treated, control = group.slopes.treated, group.slopes.control
    if isinstance(treated, NotEstimable) or isinstance(control, NotEstimable):
        short = one_line(answer.measure.short, MAX_NAME_LENGTH)
        return GroupAnswer(label, "", instead=f"the slopes of {short} cannot be compared")
    keeps_sign = _choose_verb(answer) == "changed by"
    written = (
        format_number(
            slope.estimate if keeps_sign else abs(slope.estimate), SLOPE_DECIMALS, signed=keeps_sign
        )
        for slope in (treated, control)
    )
    return GroupAnswer(label, *written, also=describe_slowing_briefly(answer, group))


def _describe_pairs(answer: Progression, group: GroupProgression, label: str) -> GroupAnswer:
    pairs = group.pairs
    if isinstance(pairs, NotEstimable):
        return GroupAnswer(label, "", instead="the pairs cannot be compared")
    ends = format_interval(pairs.probability_ci, answer.confidence, number=format_percent)
    return GroupAnswer(label, format_percent(pairs.probability), also=ends)


def _describe_means(answer: Progression, group: GroupProgression, label: str) -> GroupAnswer:
    visits, last = find_last_visit_of_both(group)
    if visits is None or last is None:
        return GroupAnswer(label, "", instead="the means of those alive cannot be compared")
    when = format_visit(answer.measure, float(visits.treated.visits[last]))
    return GroupAnswer(label, *format_means(answer, visits, last), also=f"of those alive at {when}")


def _describe_death(answer: Progression, group: GroupProgression, label: str) -> GroupAnswer:
    cox = group.death
    if isinstance(cox, NotEstimable):
        return GroupAnswer(
            label, "", instead=f"the hazard ratio of {answer.endpoint.singular} is not estimable"
        )
    ends = format_interval(cox.ci, answer.confidence)
    return GroupAnswer(label, format_hazard_ratio(cox.hr, cox.ci), also=ends)


def _judge_question(found: ProgressionFinding) -> tuple[Favoured, str, str]:
    """Whom the reader's question favours among all participants, its estimate, and that in brief."""
    answer, overall = found.answer, found.answer.overall
    better = -1 if answer.measure.direction == "lower" else 1
    if found.question == "worst" and isinstance(overall.pairs, DeathThenFunction):
        pairs = overall.pairs
        brief = f"{format_percent(pairs.probability)} ({format_range(pairs.probability_ci, format_percent)})"
        return _favours(pairs.probability_ci, 0.5), format_win_probability(pairs, answer.confidence), brief
    if found.question == "alive":
        visits, last = find_last_visit_of_both(overall)
        if visits is None or last is None:
            return "none", "not estimable", "not estimable"
        compared = compare_at_visit(visits.control, visits.treated, last, confidence=answer.confidence)
        if isinstance(compared, MeanDifference):
            places = answer.measure.decimals
            ends = format_range(compared.ci, lambda end: format_number(end, places, signed=True))
            brief = f"{format_number(compared.estimate, places, signed=True)} ({ends})"
            return _favours(compared.ci, 0.0, better), f"difference in means {brief}", brief
    if found.question == "death" and isinstance(overall.death, HazardRatio):
        cox = overall.death
        told = f"hazard ratio {estimate_with_interval(cox.hr, cox.ci, answer.confidence)}"
        return (
            _favours(cox.ci, 1.0, -1),
            told,
            f"HR {format_hazard_ratio(cox.hr, cox.ci)} ({format_range(cox.ci)})",
        )
    difference = overall.slopes.difference
    if found.question == "slope" and isinstance(difference, Contrast):
        ends = format_range(difference.ci, _signed)
        told = describe_difference_in_slope(answer, difference)
        return (
            _favours(difference.ci, 0.0, better if answer.measure.direction else 0),
            told,
            f"{_signed(difference.estimate)} ({ends})",
        )
    return "none", "not estimable", "not estimable"


def _favours(ends: tuple[float, float], none: float, better: int = 1) -> Favoured:
    """Whom an interval favours that leaves "no difference" out; nobody where more is neither good nor bad."""
    if ends[0] <= none <= ends[1] or not better:
        return "open"
    return "treated" if better * (ends[0] - none) > 0 else "control"


def _signed(value: float) -> str:
    return format_number(value, SLOPE_DECIMALS, signed=True)


def _list_disagreeing(found: ProgressionFinding) -> tuple[str, ...]:
    """Groups in which two of the four questions favour different arms: ``with pNFH > 3,700``."""
    answer = found.answer
    named: list[str] = []
    for place, group in enumerate(answer.groups):
        signs = {sign for _, sign in list_directions(answer, group) if sign}
        if len(signs) > 1:
            named.append(f"with {one_line(group.label, MAX_NAME_LENGTH)}" if place else "overall")
    return tuple(named)


def _describe_directions(found: ProgressionFinding, names: ArmNames) -> str:
    """What is said of the first group in which they disagree, else of all participants."""
    answer = found.answer
    for group in answer.groups:
        if len({sign for _, sign in list_directions(answer, group) if sign}) > 1:
            return describe_agreement(answer, group, names)
    return describe_agreement(answer, answer.overall, names)


def _describe_survival(found: ProgressionFinding) -> Evidence:
    cox, confidence = found.answer.overall.death, found.answer.confidence
    if isinstance(cox, NotEstimable):
        return describe_survival_evidence("not estimable", "not estimable", established=False)
    told = f"hazard ratio {estimate_with_interval(cox.hr, cox.ci, confidence)}"
    brief = f"HR {format_hazard_ratio(cox.hr, cox.ci)} ({format_range(cox.ci)})"
    return describe_survival_evidence(told, brief, established=found.survival in ("lower", "higher"))


def _write_lines(found: ProgressionFinding) -> tuple[str, ...]:
    """The thresholds in view with the digits of the groups' names and the unit."""
    chosen, marker = found.selection, found.biomarker
    if marker is None or not chosen.thresholds:
        return ()
    people = assign_groups(found.trial, chosen)
    values = found.trial.numbers[marker.column].values[people.codes >= 0]
    above = bool(chosen.equal_above)
    written = thresholds_as_written(chosen.thresholds, marker.decimals, values, equal_above=above)
    return tuple(f"{line}{FIXED}{marker.unit}".strip() for line in written)


def _judge_line(found: ProgressionFinding) -> Line | None:
    """What the thresholds in view are worth; of several those that are least established."""
    lines, searched = _write_lines(found), found.searched
    if not lines or not isinstance(searched, SlopesSearched):
        return None
    by_status: dict[LineStatus, list[str]] = {"open": [], "kept": [], "untested": []}
    for line, one in zip(lines, searched.found.at, strict=True):
        by_status["untested" if one.p is None else "kept" if one.p < ALPHA else "open"].append(line)
    status: LineStatus = next(status for status in by_status if by_status[status])
    return Line(status, tuple(by_status[status]))


def _list_search_evidence(found: ProgressionFinding, scene: Scene) -> list[Evidence]:
    """The whole range, the search and every threshold in view; nothing without a biomarker."""
    if found.biomarker is None:
        return []
    searched = found.searched
    return [
        _describe_range(found, scene),
        _describe_best(found, searched),
        *_describe_thresholds(_write_lines(found), searched),
    ]


def _describe_range(found: ProgressionFinding, scene: Scene) -> Evidence:
    along, p = found.along, found.whole_range
    if isinstance(along, NotEstimable) or p is None:
        why = along.why if isinstance(along, NotEstimable) else ""
        return describe_slope_range_evidence(scene, f"not estimable. {why}", "", significant=False)
    among = f"after correction for {scene.biomarkers} biomarkers" if scene.biomarkers else ""
    return describe_slope_range_evidence(scene, among, format_p_value(p), significant=p < ALPHA)


def _describe_best(found: ProgressionFinding, searched: SlopesSearched | NotEstimable | None) -> Evidence:
    if not isinstance(searched, SlopesSearched) or searched.found.p_best is None or searched.best is None:
        without = PENDING if found.pending else LEFT_OUT if searched is None else "not possible"
        return describe_search_evidence("", without, "", significant=False)
    p = searched.found.p_best
    best = format_threshold_with_unit(searched.biomarker, searched.best)
    return describe_search_evidence(
        count(searched.found.looked_at), format_p_value(p), best, significant=p < ALPHA
    )


def _describe_thresholds(
    lines: Sequence[str], searched: SlopesSearched | NotEstimable | None
) -> list[Evidence]:
    if not isinstance(searched, SlopesSearched):
        return []
    return [
        describe_line_evidence(
            line,
            "" if one.p is None else format_p_value(one.p),
            one.why_not,
            significant=one.p is not None and one.p < ALPHA,
            declared="",
        )
        for line, one in zip(lines, searched.found.at, strict=True)
    ]


def _compute_step(trial: Trial, selection: Selection, step: int) -> ProgressionFinding | None:
    return find_progression(trial, selection, pending=step < SHARES)


def _advance(trial: Trial, selection: Selection, step: int) -> None:
    if trial.series and int(assign_groups(trial, selection).everyone.sum()) <= MAX_PARTICIPANTS:
        search_slopes_share(trial, selection, step)


def recall_progression_finding(trial: Trial, selection: Selection) -> ProgressionFinding | None:
    """The finding without what takes long: what is at hand counts, the rest is said to be computed."""
    return find_progression(
        trial, selection, pending=bool(trial.series) and not is_slope_search_remembered(trial, selection)
    )


KEY = "progression-finding"
PROGRESSION_FINDING = SteppedPanel(KEY, SHARES, _compute_step, explain_progression_finding, work=_advance)
"""Once the reader pauses: with the search over thresholds."""
PROGRESSION_FINDING_AT_HAND = Panel(KEY, recall_progression_finding, explain_progression_finding)
"""While a threshold is dragged."""
