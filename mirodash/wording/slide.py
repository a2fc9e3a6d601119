"""What a slide says: title, the numbers beside the picture, footer, and what the speaker should know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mirodash.analysis.pictured import Pictured, pictured
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.wording.explanation import Fact, Table
from mirodash.wording.finding import finding
from mirodash.wording.footer import footer, source
from mirodash.wording.one_line import one_line
from mirodash.wording.slide_facts import slide_facts
from mirodash.wording.slide_notes import slide_notes
from mirodash.wording.slide_picture import picture_words


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


def slide_words(
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
    shown = pictured(trial, selection, view.picture) if answer is None else answer
    said = picture_words(trial, selection, shown)
    proposed = finding(trial, selection, shown)
    return SlideWords(
        title=one_line(view.title) or proposed,
        proposed=proposed,
        facts=slide_facts(trial, selection, shown),
        footer=footer(trial, selection, method=said.method, on=on, shown=said.counted),
        source=source(trial, selection),
        notes=slide_notes(trial, selection, shown, said, note=view.note),
        alt=" ".join((said.seen, *said.sentences[:1])),
        tables=said.tables,
    )
