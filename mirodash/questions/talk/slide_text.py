"""Text of a slide: description of its picture, facts beside it, and speaker notes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mirodash.disclosure.counts import total_of
from mirodash.questions.baseline_table import describe_baseline, list_columns, write_row
from mirodash.questions.covariate_adjustment import adjusted_effect, describe_adjusted_effect
from mirodash.questions.effect_along_biomarker import (
    describe_curve_with_band,
    describe_effect_along_biomarker,
)
from mirodash.questions.finding import (
    MAX_SEARCHED,
    are_few_enough_to_search,
    explain_finding,
    find,
    summarise_finding,
)
from mirodash.questions.forest import describe_caution, describe_forest
from mirodash.questions.group_effects import describe_caution as caution_of
from mirodash.questions.group_effects import describe_effect_in_group, describe_estimand
from mirodash.questions.group_interaction import along_whole_range, effect_per_step
from mirodash.questions.participant_flow import REASONS, suppress_excluded_participants
from mirodash.questions.report import SYNTHETIC
from mirodash.questions.statistics.catalogue import describe_statistics, list_shown_methods, tabulate_methods
from mirodash.questions.statistics.group_survival import GroupSurvival, SurvivalByGroup
from mirodash.questions.statistics.hazards import describe_hazard_ratio_in_group
from mirodash.questions.statistics.landmarks import describe_landmarks_in_group
from mirodash.questions.statistics.statistic import InGroup
from mirodash.questions.subgroups import (
    describe_reason,
    describe_row,
    measure_site_heterogeneity,
    name_columns,
)
from mirodash.questions.survival_cards import describe_effect_within_strata, stratified_effect
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.progression_pictures import ProgressionPictured
from mirodash.questions.talk.progression_words import (
    describe_progression_picture,
    list_progression_facts,
    note_search,
)
from mirodash.questions.talk.slide_data import (
    BaselinePicture,
    EffectPicture,
    FindingPicture,
    ForestPicture,
    GroupsPicture,
    Pictured,
    SearchPicture,
    SurvivalPicture,
)
from mirodash.questions.talk.slide_title import shorten_names
from mirodash.questions.talk.view_description import describe_source
from mirodash.questions.threshold_evidence import (
    declared_in,
    explain_threshold_evidence,
    find_threshold_evidence,
)
from mirodash.questions.thresholds.threshold_scan import describe_threshold_scan
from mirodash.stratification.groups import assign_groups, select_measured
from mirodash.stratification.selection import Selection
from mirodash.stratification.threshold_sides import side_words
from mirodash.stratification.validation import find_active_declaration, resolve, resolve_endpoint
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.finding_sentences import LEDGER
from mirodash.text.labels import ArmNames, format_arm_names, format_list, one_line
from mirodash.text.methods import AT_RISK, CURVE, INCIDENCE
from mirodash.text.numbers import (
    count,
    format_confidence_level,
    format_hazard_ratio,
    format_interval,
    format_threshold,
)
from mirodash.text.small_counts import describe_participants
from mirodash.trial.trial import Trial

MAX_FACTS = 5
MAX_TEXT_LENGTH = 240


def list_slide_facts(trial: Trial, selection: Selection, answer: Pictured) -> tuple[Fact, ...]:
    """The numbers of one picture, the weightiest first; both sides of a threshold, or neither.

    Parameters
    ----------
    trial, selection
        The view.
    answer : Pictured
        What is shown of it.
    """
    return tuple(_describe_within_bounds(fact) for fact in _build_facts(trial, selection, answer))


def _describe_within_bounds(fact: Fact) -> Fact:
    """The same fact but for names without end."""
    label, value, detail = (one_line(text, MAX_TEXT_LENGTH) for text in (fact.label, fact.value, fact.detail))
    return replace(fact, label=label, value=value, detail=detail)


def _build_facts(trial: Trial, selection: Selection, answer: Pictured) -> tuple[Fact, ...]:
    match answer:
        case SurvivalPicture():
            facts = _describe_survival(trial, selection, answer)
        case GroupsPicture():
            names = format_arm_names(trial, selection)
            each = [_describe_hazard_ratio(answer.result, group, names) for group in answer.groups]
            facts = (*each, *_describe_finding(trial, selection))
        case EffectPicture():
            facts = _describe_effect(trial, selection, answer)
        case SearchPicture():
            facts = _search(trial, selection, answer)
        case ForestPicture():
            facts = _describe_forest(trial, selection, answer)
        case NotEstimable() | FindingPicture() | BaselinePicture():
            facts = ()
        case _:
            facts = list_progression_facts(trial, selection, answer, shorten_names(trial, selection))
    return facts


def _describe_survival(trial: Trial, selection: Selection, answer: SurvivalPicture) -> tuple[Fact, ...]:
    names = format_arm_names(trial, selection)
    own, *rest = describe_statistics(InGroup(answer.result, answer.group, names))
    if answer.place == 0:
        found = stratified_effect(trial, selection)
        within = (describe_effect_within_strata(trial, found, answer.result.confidence),) if found else ()
        return (replace(own, lead=True), *within, *rest)
    others = [
        _describe_hazard_ratio(answer.result, group, names)
        for place, group in enumerate(answer.result.groups)
        if place not in (0, answer.place)
    ]
    beside = [*others, *_describe_finding(trial, selection)]
    absolute = rest[: min(2, max(0, MAX_FACTS - 1 - len(beside)))]
    return (replace(own, lead=True), *absolute, *beside)


def _describe_hazard_ratio(result: SurvivalByGroup, group: GroupSurvival, names: ArmNames) -> Fact:
    """The hazard ratio of another group than the one shown, under that group's name."""
    ratio = describe_hazard_ratio_in_group(InGroup(result, group, names))
    return replace(ratio, label=f"{ratio.label}, {group.label}")


def _describe_finding(trial: Trial, selection: Selection) -> tuple[Fact, ...]:
    """How far to believe that the effect depends on the biomarker: no group stands on a slide without it."""
    return summarise_finding(find(trial, selection, max_searched=MAX_SEARCHED))


def _describe_effect(trial: Trial, selection: Selection, answer: EffectPicture) -> tuple[Fact, ...]:
    """The curve at a low, a middle and a high value, and the change for each step."""
    effect = answer.effect
    if effect.biomarker is None or isinstance(effect.curve, NotEstimable):
        return ()
    names = format_arm_names(trial, selection)
    told = describe_effect_along_biomarker(
        effect.biomarker, effect.curve, answer.spread, names, effect.confidence
    )
    rows = told.tables[0].rows
    middle_and_ends = (rows[0], rows[len(rows) // 2], rows[-1])
    at = tuple(
        Fact(f"{names.ratio_heading} at {value}", ratio, rest.removesuffix(")"))
        for _, value, estimate in middle_and_ends
        for ratio, _, rest in [estimate.partition(" (")]
    )
    step = along_whole_range(effect_per_step(trial, selection), effect.biomarker, effect.confidence)
    return (*at, step, *_describe_finding(trial, selection))


def _search(trial: Trial, selection: Selection, answer: SearchPicture) -> tuple[Fact, ...]:
    """What the search says, and the hazard ratios of all groups that the thresholds in view make."""
    result, names = survival_by_group(trial, selection), format_arm_names(trial, selection)
    each = [_describe_hazard_ratio(result, group, names) for group in result.groups[1:]]
    return (*explain_threshold_evidence(answer.searched).facts, *each)


def _describe_forest(trial: Trial, selection: Selection, answer: ForestPicture) -> tuple[Fact, ...]:
    overall, confidence = answer.found.overall, answer.found.confidence
    names = format_arm_names(trial, selection)
    whole = (
        Fact(
            names.ratio_heading,
            format_hazard_ratio(overall.cox.hr, overall.cox.ci),
            format_interval(overall.cox.ci, confidence),
            lead=True,
        )
        if isinstance(overall.cox, HazardRatio)
        else Fact(names.ratio_heading, "not estimable", describe_reason(overall.cox))
    )
    sites = measure_site_heterogeneity(trial, selection)
    return (whole, *describe_forest(answer.found, sites, names).facts)


MAX_GROUP_LENGTH = 60
UNADJUSTED = "The curves are Kaplan–Meier's; those adjusted to the same baseline are on the Explore page."
NOT_DRAWN = "The outer band, which holds the curve as a whole, is not drawn here."


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What is said of a picture.

    Attributes
    ----------
    method : str
        In a few words, for the footer.
    seen : str
        What is drawn, for those who cannot see it.
    sentences : tuple of str
        Everything that is said of it on the page it comes from, what it shows first.
    numbers : tuple of str
        The numbers that appear, by their names in the table of methods.
    tables : tuple of Table
        The picture's numbers as text.
    counted : (int, int) or None
        Participants and events in it; None for everybody selected.
    """

    method: str
    seen: str
    sentences: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    counted: tuple[int, int] | None = None


def describe_picture(trial: Trial, selection: Selection, answer: Pictured) -> PictureWords:
    """What is said of one picture; of one that does not exist, why.

    Parameters
    ----------
    trial, selection
        The view.
    answer : Pictured
        What is shown of it.
    """
    match answer:
        case SurvivalPicture():
            said = _describe_survival_picture(trial, selection, answer)
        case GroupsPicture() | FindingPicture() | BaselinePicture():
            said = _describe_wide_picture(trial, selection, answer)
        case EffectPicture():
            said = _describe_effect_picture(trial, selection, answer)
        case SearchPicture():
            said = _describe_search_picture(trial, selection, answer)
        case ForestPicture():
            said = _describe_forest_picture(trial, selection, answer)
        case NotEstimable():
            said = PictureWords("", "No picture can be drawn.", (answer.why,))
        case _:
            told = describe_progression_picture(trial, selection, answer, _describe_arms(trial, selection))
            said = PictureWords(
                told.method, told.seen, told.sentences, told.numbers, told.tables, told.counted
            )
    return said


def _describe_wide_picture(
    trial: Trial, selection: Selection, answer: GroupsPicture | FindingPicture | BaselinePicture
) -> PictureWords:
    if isinstance(answer, GroupsPicture):
        return _describe_groups_picture(trial, selection, answer)
    if isinstance(answer, FindingPicture):
        return _describe_finding_picture(answer)
    return _describe_baseline_picture(answer)


def _describe_arms(trial: Trial, selection: Selection) -> ArmNames:
    """The arms as the pages call them, but for names that no slide has room for."""
    names = format_arm_names(trial, selection)
    treated, control = (one_line(name, MAX_GROUP_LENGTH) for name in (names.treated, names.control))
    return replace(names, treated=treated, control=control)


def _list_numbers(result: SurvivalByGroup) -> list[str]:
    """What stands on every slide with curves, by the names in the table of methods."""
    curve = INCIDENCE if result.endpoint.competing else CURVE
    return [curve, *list_shown_methods(result), AT_RISK]


def _name_curves(result: SurvivalByGroup, *, rising: bool) -> str:
    if rising:
        return f"Curves of 1 − S (Kaplan–Meier), the share with {result.endpoint.event_word},"
    return "Curves of cumulative incidence" if result.endpoint.competing else "Kaplan–Meier curves"


def _name_method(result: SurvivalByGroup) -> str:
    return "Aalen–Johansen, Cox" if result.endpoint.competing else "Kaplan–Meier, Cox"


def _describe_survival_picture(trial: Trial, selection: Selection, answer: SurvivalPicture) -> PictureWords:
    names, short = _describe_arms(trial, selection), shorten_names(trial, selection)
    told = describe_effect_in_group(answer.result, answer.group, names)
    numbers = _list_numbers(answer.result)
    if isinstance(answer.group.comparison.cox, NotEstimable):
        numbers.append("Hazard ratio without events in an arm")
    if answer.place == 0 and selection.chosen_strata:
        numbers.append("Stratified hazard ratio")
    if answer.place and len(answer.result.groups) == 3:
        numbers.append("Ratio of hazard ratios")
    seen = (
        f"{_name_curves(answer.result, rising=answer.rising)} with "
        f"{format_confidence_level(answer.result.confidence)} bands, "
        f"{one_line(answer.group.label, MAX_GROUP_LENGTH)}: {short.treated} as a solid line, {short.control} "
        "dashed, and how many are at risk underneath."
    )
    unadjusted = (UNADJUSTED,) if selection.curves else ()
    compared = answer.group.comparison
    return PictureWords(
        _name_method(answer.result),
        seen,
        (told.sentence, *unadjusted),
        tuple(numbers),
        tuple(told.tables),
        (compared.n, compared.events),
    )


def _describe_groups_picture(trial: Trial, selection: Selection, answer: GroupsPicture) -> PictureWords:
    names, short = _describe_arms(trial, selection), shorten_names(trial, selection)
    told = [describe_effect_in_group(answer.result, group, names) for group in answer.groups]
    labels = [one_line(group.label, MAX_GROUP_LENGTH) for group in answer.groups]
    seen = (
        f"{_name_curves(answer.result, rising=answer.rising)} with "
        f"{format_confidence_level(answer.result.confidence)} bands side "
        "by side on "
        f"the same axes, {format_list(labels)}: {short.treated} as a solid line, {short.control} dashed; the "
        f"{names.ratio} of each group, and how many are at risk underneath."
    )
    if answer.skipped:
        skipped = format_list([one_line(label, MAX_GROUP_LENGTH) for label in answer.skipped])
        seen += f" There is no curve to draw of {skipped}."
    compared = [group.comparison for group in answer.groups]
    counted = total_of(*(one.n for one in compared)), total_of(*(one.events for one in compared))
    return PictureWords(
        _name_method(answer.result),
        seen,
        (*(one.sentence for one in told), *((UNADJUSTED,) if selection.curves else ())),
        (
            *_list_numbers(answer.result),
            *(("Ratio of hazard ratios",) if len(answer.result.groups) == 3 else ()),
        ),
        tuple(table for one in told for table in one.tables),
        counted if min(counted) >= 0 else None,
    )


def _describe_finding_picture(answer: FindingPicture) -> PictureWords:
    rows = tuple((item.name, item.result, item.says, item.cannot) for item in answer.evidence)
    return PictureWords(
        "evidence in order",
        f"The finding in words, over {count(len(rows))} rows of evidence in the order in which it counts.",
        (answer.happened, answer.belief),
        (
            "Hazard ratio",
            "Effect along the biomarker",
            "Searching over thresholds",
            "Whole curve of the effect",
        )
        if len(rows) > 1
        else ("Hazard ratio",),
        (Table("The evidence in the order in which it counts", LEDGER, rows),),
    )


def _describe_baseline_picture(answer: BaselinePicture) -> PictureWords:
    """Table 1 as the page has it; on the slide the groups give their differences alone."""
    told = describe_baseline(answer.found)
    seen = (
        f"Table 1, page {answer.page} of {answer.pages}: baseline characteristics by arm among all "
        "participants, with standardised differences among all and in each group."
    )
    rows = tuple(write_row(row) for row in answer.rows)
    return PictureWords(
        "standardised differences",
        seen,
        (told.sentence,),
        ("Baseline characteristics",),
        (Table(told.title, list_columns(answer.found), rows),),
    )


def _describe_effect_picture(trial: Trial, selection: Selection, answer: EffectPicture) -> PictureWords:
    effect = answer.effect
    if effect.biomarker is None or isinstance(effect.curve, NotEstimable):
        return PictureWords("", "No picture can be drawn.", ())
    biomarker, names = effect.biomarker, _describe_arms(trial, selection)
    told = describe_effect_along_biomarker(biomarker, effect.curve, answer.spread, names, effect.confidence)
    whole = answer.whole
    sentences = [told.sentence]
    if not isinstance(whole, NotEstimable):
        banded = describe_curve_with_band(
            told, biomarker, effect.curve, whole, effect.confidence, ratio=names.ratio
        ).sentence
        sentences += [banded.removeprefix(told.sentence).strip(), NOT_DRAWN]
    lines = [format_threshold(biomarker, line) for line in answer.thresholds]
    marked = f" Thresholds are marked at {format_list(lines)}." if lines else ""
    seen = (
        f"A curve of the {names.ratio} along {one_line(biomarker.label, MAX_GROUP_LENGTH)} with its "
        "pointwise "
        f"{format_confidence_level(effect.confidence)} band, a line at 1, and where the "
        f"participants are.{marked}"
    )
    numbers = ("Effect along the biomarker", "Per doubling or per step", "Whole curve of the effect")
    return PictureWords(
        "Cox with spline",
        seen,
        tuple(sentences),
        numbers,
        tuple(told.tables),
        _count_measured(trial, selection),
    )


def _describe_search_picture(trial: Trial, selection: Selection, answer: SearchPicture) -> PictureWords:
    endpoint, _ = resolve_endpoint(trial, selection)
    biomarker, found = answer.span.biomarker, explain_threshold_evidence(answer.searched)
    names = format_arm_names(trial, selection)
    below, above = side_words(equal_above=answer.scan.equal_above)
    told = describe_threshold_scan(
        biomarker,
        answer.scan,
        answer.sides,
        events=endpoint.plural,
        names=names,
        confidence=answer.confidence,
    )
    seen = (
        f"The {names.ratio} {below} and {above} each of {count(answer.scan.thresholds.size)} thresholds of "
        f"{one_line(biomarker.label, MAX_GROUP_LENGTH)}, both with "
        f"{format_confidence_level(answer.confidence)} bands, and how many participants there are."
    )
    method = "Cox on each side" if answer.searched.found.p_best is None else "search-corrected p"
    numbers = ("Searching over thresholds", "Hazard ratio")
    sentences = (told.sentence, found.sentence)
    return PictureWords(
        method, seen, sentences, numbers, tuple(told.tables), _count_measured(trial, selection)
    )


def _count_measured(trial: Trial, selection: Selection) -> tuple[int, int]:
    """Participants who have the biomarker, and their events."""
    people = select_measured(trial, selection)
    return (0, 0) if people is None else (people.values.size, int(people.event.sum()))


def _describe_forest_picture(trial: Trial, selection: Selection, answer: ForestPicture) -> PictureWords:
    names, sites = _describe_arms(trial, selection), measure_site_heterogeneity(trial, selection)
    told = describe_forest(answer.found, sites, names)
    shown = format_list(
        [one_line(factor.label, MAX_GROUP_LENGTH) for factor in answer.factors] or ["nothing else"]
    )
    first = "all participants, and by " if answer.page == 1 else ""
    seen = (
        f"A forest of {names.ratio}s with {format_confidence_level(answer.found.confidence)}, page "
        f"{answer.page} of "
        f"{answer.pages}: {first}{shown}; a line at 1 and one at the overall {names.ratio}."
    )
    numbers = ("Hazard ratio", "Shrunken estimates of subgroups", "Survival difference")
    between = ("Differences between sites",) if sites else ()
    return PictureWords(
        "Cox in each row",
        seen,
        (told.sentence, describe_caution(answer.found)),
        (*numbers, *between),
        (_build_rows(answer, told, trial, selection),),
    )


def _build_rows(answer: ForestPicture, told: Explanation, trial: Trial, selection: Selection) -> Table:
    """The rows of this page as they stand on the Subgroups page."""
    _, *others = [
        one for one in name_columns(answer.found, _describe_arms(trial, selection)) if one.key != "weight"
    ]
    header = ("Factor", "Group", *(f"{one.name}, {one.unit}" for one in others))
    levels = [(factor.label, level) for factor in answer.factors for level in factor.levels]
    everybody = [("", answer.found.overall)] if answer.page == 1 else []
    rows = [
        (factor, words.label, words.treated, words.control, words.ratio, words.shrunken, words.difference)
        for factor, level in [*everybody, *levels]
        for words in [describe_row(level)]
    ]
    place = f" ({answer.page} of {answer.pages})" if answer.pages > 1 else ""
    return Table(f"{told.title}{place}", header, tuple(rows))


NO_SEARCH = (
    f"Among more than {MAX_SEARCHED:,} participants the search over thresholds is left to the Thresholds "
    "page: nothing here allows for it."
)
MAX_PHRASE_LENGTH = 120
UNDECLARED = "Exploratory: nothing in this view is declared to have been fixed before the data were seen."


def write_slide_notes(
    trial: Trial, selection: Selection, answer: Pictured, said: PictureWords, *, note: str
) -> tuple[str, ...]:
    """Paragraphs for the speaker: their own, the whole sentence, the question, cautions, methods, source.

    Parameters
    ----------
    trial, selection
        The view.
    answer : Pictured
        What is shown of it.
    said : PictureWords
        What is said of it.
    note : str
        What the speaker wrote.
    """
    asked = "; ".join(
        one_line(phrase.text, MAX_PHRASE_LENGTH) for phrase in describe_estimand(trial, selection)
    )
    paragraphs = (
        note.strip(),
        " ".join(said.sentences),
        _note_finding(trial, selection, answer),
        f"What is asked: {asked}.",
        " ".join(_describe_exploratory_status(trial, selection)),
        " ".join(_of_thresholds(trial, selection, answer)),
        _note_adjusted(trial, selection, answer),
        _note_landmarks(trial, selection, answer),
        _note_excluded(trial, selection),
        SYNTHETIC if trial.dictionary.synthetic else "",
        _describe_methods(said.numbers),
        describe_source(trial, selection),
    )
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def _note_finding(trial: Trial, selection: Selection, answer: Pictured) -> str:
    """The finding of the whole view in its two sentences, or what the search over slopes found."""
    if isinstance(answer, ProgressionPictured):
        return note_search(answer.searched) if resolve(trial, selection).thresholds else ""
    told = explain_finding(find(trial, selection, max_searched=MAX_SEARCHED))
    return f"Finding: {told.title} {told.subtitle}".strip()


def _describe_exploratory_status(trial: Trial, selection: Selection) -> list[str]:
    declared, banner = find_active_declaration(trial, selection), caution_of(trial, selection)
    told = UNDECLARED if declared is None else f"{declared_in(declared)}."
    return [told, *([f"{banner}."] if banner else [])]


def _of_thresholds(trial: Trial, selection: Selection, answer: Pictured) -> list[str]:
    """What the thresholds that make a group are worth; of everybody, and of a search, nothing more."""
    whole = isinstance(answer, SurvivalPicture) and answer.place == 0
    if whole or not isinstance(answer, SurvivalPicture | GroupsPicture):
        return []
    if not are_few_enough_to_search(trial, selection):
        return [NO_SEARCH]
    found = find_threshold_evidence(trial, selection)
    return [] if found is None else [explain_threshold_evidence(found).sentence]


def _note_adjusted(trial: Trial, selection: Selection, answer: Pictured) -> str:
    """The adjusted effect in the group that is shown, where the reader asked for one."""
    if not isinstance(answer, SurvivalPicture):
        return ""
    found = adjusted_effect(trial, selection) if selection.adjust else None
    if found is None:
        return ""
    told = describe_adjusted_effect(trial, found.groups[answer.place], found.adjustment, found.confidence)
    return f"{format_arm_names(trial, selection).ratio_heading}, {told}."


def _note_landmarks(trial: Trial, selection: Selection, answer: Pictured) -> str:
    """Survival of the group that is shown at the other times of the view."""
    if not isinstance(answer, SurvivalPicture):
        return ""
    names = _describe_arms(trial, selection)
    told = [
        f"at {one.when} {one.treated} on {names.treated}, {one.control} on {names.control}, difference "
        f"{one.difference}"
        for one in describe_landmarks_in_group(answer.result, answer.group)
    ]
    return f"{answer.result.endpoint.state.capitalize()} {'; '.join(told)}." if told else ""


def _note_excluded(trial: Trial, selection: Selection) -> str:
    """Everybody randomised who is in none of the groups; nobody vanishes."""
    excluded = suppress_excluded_participants(trial, assign_groups(trial, selection))
    if not excluded:
        return f"Everybody {one_line(trial.dictionary.population)} is counted."
    total = total_of(*(number for _, number in excluded))
    reasons = ", ".join(f"{count(number)} {REASONS[reason]}" for reason, number in excluded)
    where = "in no group" if resolve(trial, selection).thresholds else "left out"
    everybody = count(describe_participants(trial))
    return f"Of {everybody}, {count(total)} {'is' if total == 1 else 'are'} {where}: {reasons}."


def _describe_methods(numbers: tuple[str, ...]) -> str:
    known = {name: (method, function) for name, method, function in tabulate_methods().rows}
    told = [f"{name}: {known[name][0]} (R: {known[name][1]})." for name in numbers]
    return " ".join(["How these numbers are made.", *told]) if told else ""
