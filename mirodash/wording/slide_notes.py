"""What a speaker should know about a slide: everything that there was no room for."""

from __future__ import annotations

from mirodash.analysis.adjusted_effect import adjusted_effect
from mirodash.analysis.participant_flow import told_excluded
from mirodash.analysis.pictured import Pictured, SurvivalPicture
from mirodash.analysis.report import MOST_SEARCHED
from mirodash.analysis.searched import searched_here
from mirodash.disclosure.counts import total_of
from mirodash.stratification.groups import groups
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled, standing_declaration
from mirodash.trial.trial import Trial
from mirodash.wording.adjusted import adjusted_in_words
from mirodash.wording.disclosure import participants_of
from mirodash.wording.estimand import caution_of, estimand
from mirodash.wording.flow import REASONS
from mirodash.wording.footer import source
from mirodash.wording.methods import methods
from mirodash.wording.numbers import count
from mirodash.wording.one_line import one_line
from mirodash.wording.searched import declared_in, searched
from mirodash.wording.slide_picture import PictureWords
from mirodash.wording.tables import SYNTHETIC

NO_SEARCH = (
    f"Among more than {MOST_SEARCHED:,} participants the search over thresholds is left to the Thresholds "
    "page: nothing here allows for it."
)
LONGEST_PHRASE = 120
UNDECLARED = "Exploratory: nothing in this view is declared to have been fixed before the data were seen."


def slide_notes(
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
    asked = "; ".join(one_line(phrase.text, LONGEST_PHRASE) for phrase in estimand(trial, selection))
    paragraphs = (
        note.strip(),
        " ".join(said.sentences),
        f"What is asked: {asked}.",
        " ".join(_standing(trial, selection)),
        " ".join(_of_thresholds(trial, selection, answer)),
        _adjusted(trial, selection, answer),
        _left_out(trial, selection),
        SYNTHETIC if trial.dictionary.synthetic else "",
        _methods(said.numbers),
        source(trial, selection),
    )
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def _standing(trial: Trial, selection: Selection) -> list[str]:
    declared, banner = standing_declaration(trial, selection), caution_of(trial, selection)
    told = UNDECLARED if declared is None else f"{declared_in(declared)}."
    return [told, *([f"{banner}."] if banner else [])]


def _of_thresholds(trial: Trial, selection: Selection, answer: Pictured) -> list[str]:
    """What the thresholds that make a group are worth; of everybody, and of a search, nothing more."""
    if not isinstance(answer, SurvivalPicture) or answer.place == 0:
        return []
    if int(groups(trial, selection).everyone.sum()) > MOST_SEARCHED:
        return [NO_SEARCH]
    found = searched_here(trial, selection)
    return [] if found is None else [searched(found).sentence]


def _adjusted(trial: Trial, selection: Selection, answer: Pictured) -> str:
    """The adjusted effect in the group that is shown, where the reader asked for one."""
    if not isinstance(answer, SurvivalPicture):
        return ""
    found = adjusted_effect(trial, selection) if selection.adjust else None
    if found is None:
        return ""
    told = adjusted_in_words(trial, found.groups[answer.place], found.adjustment, found.confidence)
    return f"Hazard ratio, {told}."


def _left_out(trial: Trial, selection: Selection) -> str:
    """Everybody randomised who is in none of the groups; nobody vanishes."""
    excluded = told_excluded(trial, groups(trial, selection))
    if not excluded:
        return f"Everybody {one_line(trial.dictionary.population)} is counted."
    total = total_of(*(number for _, number in excluded))
    reasons = ", ".join(f"{count(number)} {REASONS[reason]}" for reason, number in excluded)
    where = "in no group" if settled(trial, selection).thresholds else "left out"
    everybody = count(participants_of(trial))
    return f"Of {everybody}, {count(total)} {'is' if total == 1 else 'are'} {where}: {reasons}."


def _methods(numbers: tuple[str, ...]) -> str:
    known = {name: (method, function) for name, method, function in methods().rows}
    told = [f"{name}: {known[name][0]} (R: {known[name][1]})." for name in numbers]
    return " ".join(["How these numbers are made.", *told]) if told else ""
