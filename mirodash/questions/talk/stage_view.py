"""A saved view on stage: slide text, figure, and the range in which its thresholds can be dragged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.plot.theme import Figure, Theme
from mirodash.questions.progression.words import DEATH_ALONE, DEATH_WORST, HAD_NOBODY_DIED
from mirodash.questions.talk.progression_pictures import BiologyPicture, ProgressionPicture
from mirodash.questions.talk.progression_words import OTHER_GROUP
from mirodash.questions.talk.slide_data import (
    BaselinePicture,
    FindingPicture,
    ForestPicture,
    GroupsPicture,
    Pictured,
    SurvivalPicture,
    find_slide_data,
)
from mirodash.questions.talk.slide_text import describe_picture, list_slide_facts, write_slide_notes
from mirodash.questions.talk.slide_title import write_slide_title
from mirodash.questions.talk.stage_figures import draw_stage_figure
from mirodash.questions.talk.view_description import describe_footer, describe_source
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.survival.results import NotEstimable
from mirodash.text.facts import Fact, Table
from mirodash.text.labels import format_arm_names, one_line
from mirodash.text.numbers import format_confidence_level
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class SlideWords:
    """Everything on a slide that is not its picture.

    Attributes
    ----------
    title : str
        The presenter's own, or else ``proposed``.
    proposed : str
        The finding as a sentence, with what it leaves open.
    facts : tuple of Fact
        Few, with intervals; both sides of a threshold always.
    footer : str
        n and events, method, exploratory or the declaration, SYNTHETIC, version, short fingerprint, date.
    source : str
        The query string and the whole fingerprint, for files: with them the slide can be made again.
    notes : tuple of str
        Paragraphs for the speaker: their own note, the sentence, methods, caveats.
    alt : str
        The picture in words, for those who cannot see it.
    tables : tuple of Table
        The numbers behind the picture.
    """

    title: str
    proposed: str
    facts: tuple[Fact, ...]
    footer: str
    source: str
    notes: tuple[str, ...]
    alt: str
    tables: tuple[Table, ...] = ()


def describe_slide(
    trial: Trial, selection: Selection, view: SavedView, *, on: date, answer: Pictured | None = None
) -> SlideWords:
    """Everything that a slide says; where there is no picture, why there is none.

    Parameters
    ----------
    trial, selection
        What the view's query stands for.
    view : SavedView
        Which picture of it, and what the presenter wrote.
    on : date
        The day the slide is made.
    answer : Pictured or None
        What is shown, where it has been computed already.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    shown = find_slide_data(trial, selection, view.picture) if answer is None else answer
    said = describe_picture(trial, selection, shown)
    proposed = write_slide_title(trial, selection, shown)
    return SlideWords(
        title=one_line(view.title) or proposed,
        proposed=proposed,
        facts=list_slide_facts(trial, selection, shown),
        footer=describe_footer(trial, selection, method=said.method, on=on, shown=said.counted),
        source=describe_source(trial, selection),
        notes=write_slide_notes(trial, selection, shown, said, note=view.note),
        alt=" ".join((said.seen, *said.sentences[:1])),
        tables=said.tables,
    )


WIDE_PICTURES = (ForestPicture, GroupsPicture, FindingPicture, BaselinePicture, BiologyPicture)
"""Pictures that have the slide for themselves."""
OF_A_GROUP = ("Hazard ratio, ", "Cause-specific hazard ratio, ")
"""How the facts begin that are about another side of a threshold."""
BRIEFLY = {
    **dict(zip(OF_A_GROUP, ("HR, ", "Cause-specific HR, "), strict=True)),
    OTHER_GROUP: "Slope, ",
    HAD_NOBODY_DIED: "Slope",
    DEATH_WORST: "Death worst",
    DEATH_ALONE: "Death",
}
"""What a label is where there is little room, by how it begins; each of these is needed."""


@dataclass(frozen=True, slots=True)
class StageFact:
    """A fact as a room sees it.

    One that is ``needed`` is never left out for want of room; ``brief`` is its label where there is little,
    and ``reach`` its interval.
    """

    fact: Fact
    needed: bool
    brief: str
    reach: str


@dataclass(frozen=True, eq=False, slots=True)
class OnStage:
    """What the stage shows of one view.

    Attributes
    ----------
    words : SlideWords
        Title, footer, and everything that is told about the picture.
    facts : tuple of StageFact
        In the order in which they get room.
    figure : dict or None
        None where there is nothing to draw; the words say why.
    is_wide : bool
        True for a picture that needs the whole width and has its numbers in it.
    thresholds : tuple of float
        Those that can be dragged on this picture, ascending.
    span : BiomarkerSpan or None
        The axis of the slider.
    stops : tuple of float
        Where a threshold can stand.
    """

    words: SlideWords
    facts: tuple[StageFact, ...]
    figure: Figure | None
    is_wide: bool
    thresholds: tuple[float, ...] = ()
    span: BiomarkerSpan | None = None
    stops: tuple[float, ...] = ()


def build_stage_view(
    trial: Trial, selection: Selection, view: SavedView, *, theme: Theme, on: date
) -> OnStage:
    """Compute one view once, and show it in picture and words.

    Parameters
    ----------
    trial, selection
        What the view's query stands for.
    view : SavedView
        Which picture, and the presenter's own title.
    theme : Theme
        Light or dark.
    on : date
        The day of the talk.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    answer, span = find_slide_data(trial, selection, view.picture), biomarker_span(trial, selection)
    words = describe_slide(trial, selection, view, on=on, answer=answer)
    if isinstance(answer, NotEstimable):
        shown = OnStage(words, (), None, is_wide=True)
    else:
        figure = draw_stage_figure(answer, names=format_arm_names(trial, selection), theme=theme)
        facts = _in_order(words.facts, span, confidence=selection.confidence)
        shown = OnStage(words, facts, figure, is_wide=isinstance(answer, WIDE_PICTURES))
    stops = candidate_thresholds(trial, selection)
    if not _moves(answer) or span is None or not stops:
        return shown
    return replace(shown, thresholds=resolve(trial, selection).thresholds or (), span=span, stops=stops)


def _moves(answer: Pictured) -> bool:
    """Whether the picture has a threshold in it: everybody's survival and a forest do not follow one.

    What cannot be estimated may be so only where the threshold stands now, so it can be moved as well.
    """
    if isinstance(answer, SurvivalPicture):
        return answer.place > 0
    if isinstance(answer, ProgressionPicture):
        return answer.place > 0
    return not isinstance(answer, ForestPicture | BaselinePicture | BiologyPicture)


def _in_order(
    facts: tuple[Fact, ...], span: BiomarkerSpan | None, *, confidence: float
) -> tuple[StageFact, ...]:
    """What the slide is about, how the groups compare, and then the rest.

    A reason that is a whole sentence stays in the notes: on stage "not estimable" has to do.
    """
    told = [replace(fact, detail="") if fact.detail.endswith(".") else fact for fact in facts]
    lead = [fact for fact in told if fact.lead]
    others = [fact for fact in told if not fact.lead]
    of_groups = [place for place, fact in enumerate(others) if fact.label.startswith(OF_A_GROUP)]
    first = of_groups[0] if of_groups else 0
    ordered = (*lead, *others[first:], *others[:first])
    unit = f" {span.biomarker.unit}" if span and span.biomarker.unit else ""
    level = f"{format_confidence_level(confidence)} "
    return tuple(
        StageFact(
            fact,
            needed=fact.lead or fact.label.startswith(tuple(BRIEFLY)),
            brief=_brief(fact.label, unit),
            reach=f"({fact.detail.removeprefix(level)})" if fact.detail.startswith(level) else fact.detail,
        )
        for fact in ordered
    )


def _brief(label: str, unit: str) -> str:
    """Of a group, without the unit that the slider and the title say."""
    begins = next((start for start in BRIEFLY if label.startswith(start)), "")
    return f"{BRIEFLY[begins]}{label.removeprefix(begins)}".removesuffix(unit) if begins else label
