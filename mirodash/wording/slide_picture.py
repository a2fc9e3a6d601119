"""A slide's picture in words: by which method, what is seen, every sentence, and the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.between_sites import between_sites
from mirodash.analysis.pictured import EffectPicture, ForestPicture, Pictured, SearchPicture, SurvivalPicture
from mirodash.stratification.groups import measured
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import asked_endpoint
from mirodash.survival.results import NotEstimable
from mirodash.trial.trial import Trial
from mirodash.wording.along_biomarker import effect_along_biomarker
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.biomarker_value import bare_value
from mirodash.wording.effects import effect_in_group
from mirodash.wording.explanation import Explanation, Table
from mirodash.wording.finding import short_names
from mirodash.wording.forest_rows import columns, row
from mirodash.wording.labels import listed
from mirodash.wording.numbers import confidence_level, count
from mirodash.wording.one_line import one_line
from mirodash.wording.searched import searched
from mirodash.wording.simultaneous_band import curve_with_band
from mirodash.wording.subgroups import caution, forest_in_words
from mirodash.wording.threshold_scan import effect_at_every_threshold

LONGEST_GROUP = 60
CURVES = ("Survival curve and interval", "Survival at the horizon", "Survival difference")
IN_A_GROUP = (*CURVES, "Restricted mean difference", "Hazard ratio", "At risk, censored, events")
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


def picture_words(trial: Trial, selection: Selection, answer: Pictured) -> PictureWords:
    """What is said of one picture; of one that does not exist, why.

    Parameters
    ----------
    trial, selection
        The view.
    answer : Pictured
        What is shown of it.
    """
    if isinstance(answer, SurvivalPicture):
        return _survival(trial, selection, answer)
    if isinstance(answer, EffectPicture):
        return _effect(trial, selection, answer)
    if isinstance(answer, SearchPicture):
        return _search(trial, selection, answer)
    if isinstance(answer, ForestPicture):
        return _forest(trial, selection, answer)
    return PictureWords("", "No picture can be drawn.", (answer.why,))


def _arms(trial: Trial, selection: Selection) -> ArmNames:
    """The arms as the pages call them, but for names that no slide has room for."""
    names = arm_names(trial, selection)
    return ArmNames(one_line(names.treated, LONGEST_GROUP), one_line(names.control, LONGEST_GROUP))


def _survival(trial: Trial, selection: Selection, answer: SurvivalPicture) -> PictureWords:
    names, short = _arms(trial, selection), short_names(trial, selection)
    told = effect_in_group(answer.result, answer.group, names)
    numbers = [*IN_A_GROUP]
    if isinstance(answer.group.comparison.cox, NotEstimable):
        numbers.append("Hazard ratio without events in an arm")
    if answer.place == 0 and selection.strata:
        numbers.append("Stratified hazard ratio")
    if answer.place and len(answer.result.groups) == 3:
        numbers.append("Ratio of hazard ratios")
    seen = (
        f"Kaplan–Meier curves with {confidence_level(answer.result.confidence)} bands, "
        f"{one_line(answer.group.label, LONGEST_GROUP)}: {short.treated} as a solid line, {short.control} "
        "dashed, and how many are at risk underneath."
    )
    unadjusted = (UNADJUSTED,) if selection.curves else ()
    compared = answer.group.comparison
    arms = (compared.treated.survival_at, compared.control.survival_at)
    carried = " (last value carried forward)" if any(at and at.carried_forward for at in arms) else ""
    return PictureWords(
        f"Kaplan–Meier{carried}, Cox",
        seen,
        (told.sentence, *unadjusted),
        tuple(numbers),
        tuple(told.tables),
        (compared.n, compared.events),
    )


def _effect(trial: Trial, selection: Selection, answer: EffectPicture) -> PictureWords:
    effect = answer.effect
    if effect.biomarker is None or isinstance(effect.curve, NotEstimable):
        return PictureWords("", "No picture can be drawn.", ())
    biomarker, names = effect.biomarker, _arms(trial, selection)
    told = effect_along_biomarker(biomarker, effect.curve, answer.spread, names, effect.confidence)
    whole = answer.whole
    sentences = [told.sentence]
    if not isinstance(whole, NotEstimable):
        banded = curve_with_band(told, biomarker, effect.curve, whole, effect.confidence).sentence
        sentences += [banded.removeprefix(told.sentence).strip(), NOT_DRAWN]
    lines = [bare_value(biomarker, line) for line in answer.thresholds]
    marked = f" Thresholds are marked at {listed(lines)}." if lines else ""
    seen = (
        f"A curve of the hazard ratio along {one_line(biomarker.label, LONGEST_GROUP)} with its pointwise "
        f"{confidence_level(effect.confidence)} band, a line at 1, and where the participants stand.{marked}"
    )
    numbers = ("Effect along the biomarker", "Per doubling or per step", "Whole curve of the effect")
    return PictureWords(
        "Cox with spline",
        seen,
        tuple(sentences),
        numbers,
        tuple(told.tables),
        _measured(trial, selection),
    )


def _search(trial: Trial, selection: Selection, answer: SearchPicture) -> PictureWords:
    endpoint, _ = asked_endpoint(trial, selection)
    biomarker, found = answer.span.biomarker, searched(answer.searched)
    told = effect_at_every_threshold(
        biomarker, answer.scan, answer.sides, events=endpoint.plural, confidence=answer.confidence
    )
    seen = (
        f"The hazard ratio at or below and above each of {count(answer.scan.thresholds.size)} thresholds of "
        f"{one_line(biomarker.label, LONGEST_GROUP)}, both with {confidence_level(answer.confidence)} bands, "
        "and how many participants there are."
    )
    method = "Cox on each side" if answer.searched.found.p_best is None else "search-corrected p"
    numbers = ("Searching over thresholds", "Hazard ratio")
    sentences = (told.sentence, found.sentence)
    return PictureWords(method, seen, sentences, numbers, tuple(told.tables), _measured(trial, selection))


def _measured(trial: Trial, selection: Selection) -> tuple[int, int]:
    """Participants who have the biomarker, and their events."""
    people = measured(trial, selection)
    return (0, 0) if people is None else (int(people.values.size), int(people.event.sum()))


def _forest(trial: Trial, selection: Selection, answer: ForestPicture) -> PictureWords:
    names, sites = _arms(trial, selection), between_sites(trial, selection)
    told = forest_in_words(answer.found, sites, names)
    shown = listed([one_line(factor.label, LONGEST_GROUP) for factor in answer.factors] or ["nothing else"])
    first = "all participants, and by " if answer.page == 1 else ""
    seen = (
        f"A forest of hazard ratios with {confidence_level(answer.found.confidence)}, page {answer.page} of "
        f"{answer.pages}: {first}{shown}; a line at 1 and one at the overall hazard ratio."
    )
    numbers = ("Hazard ratio", "Shrunken estimates of subgroups", "Survival difference")
    between = ("Differences between sites",) if sites else ()
    return PictureWords(
        "Cox in each row",
        seen,
        (told.sentence, caution(answer.found)),
        (*numbers, *between),
        (_rows(answer, told, trial, selection),),
    )


def _rows(answer: ForestPicture, told: Explanation, trial: Trial, selection: Selection) -> Table:
    """The rows of this page as they stand on the Subgroups page."""
    _, *others = [one for one in columns(answer.found, _arms(trial, selection)) if one.key != "weight"]
    header = ("Factor", "Group", *(f"{one.name}, {one.unit}" for one in others))
    levels = [(factor.label, level) for factor in answer.factors for level in factor.levels]
    everybody = [("", answer.found.overall)] if answer.page == 1 else []
    rows = [
        (factor, words.label, words.treated, words.control, words.ratio, words.shrunken, words.difference)
        for factor, level in [*everybody, *levels]
        for words in [row(level)]
    ]
    place = f" ({answer.page} of {answer.pages})" if answer.pages > 1 else ""
    return Table(f"{told.title}{place}", header, tuple(rows))
