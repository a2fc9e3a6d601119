"""What every slide has around its picture: title, numbers beside it, footer, source and notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.slide import Slide as PowerPointSlide

from mirodash.export.deck.letters import lines_set
from mirodash.export.deck.looks import (
    BESIDE,
    FOOTER,
    INK,
    LOUD,
    QUIET,
    SOURCE,
    TAG,
    TITLE,
    TOP_LINE,
    WHITE,
    Box,
    lines_of,
)
from mirodash.export.deck.markup import legible
from mirodash.export.deck.package import put
from mirodash.export.deck.texts import Paragraph, Run, add_text, set_text
from mirodash.questions.talk.stage_view import SlideWords
from mirodash.text.facts import Fact
from mirodash.text.labels import in_sentence, one_line
from mirodash.trial.trial import Trial

TITLE_LETTERS = (28.0, 24.0, 20.0, 16.0, 13.0)
"""The largest that fits; a presenter's own title may be long, and is never cut."""
FACT_SCALES = (1.0, 0.92, 0.85, 0.77, 0.7, 0.6)
"""Of the numbers beside the picture, the largest that fits; `SMALLEST` where none does."""
SMALLEST = 0.55
LINE = 1.17
BOLDER = 1.04
"""Bold letters are so much wider."""
LONGEST_NAME = 70
LONGEST_SOURCE = 330
"""Letters of the source that fit under the footer; the whole query is in the file's record as well."""


def add_frame(slide: PowerPointSlide, trial: Trial, words: SlideWords) -> None:
    """Everything but the picture and the numbers beside it."""
    _title(slide, words.title)
    _small(slide, TOP_LINE, trial.dictionary.title, size=13, name="Trial", longest=LONGEST_NAME)
    if trial.dictionary.synthetic:
        _synthetic(slide)
    size = 12.0 if lines_of(words.footer, 12, FOOTER.width) <= 2 else 10.0
    _small(slide, FOOTER, words.footer, size=size, name="Footer")
    source = words.source if len(words.source) <= LONGEST_SOURCE else _short(words.source)
    size = 8.0 if lines_of(source, 8, SOURCE.width) == 1 else 6.0
    _small(slide, SOURCE, source, size=size, name="Source")
    _notes(slide, words.notes)


def add_facts(slide: PowerPointSlide, facts: Sequence[Fact]) -> None:
    """The numbers beside the picture, as large as there is room for."""
    if not facts:
        return
    scale = next((one for one in FACT_SCALES if _height(_paragraphs(facts, one)) <= BESIDE.height), SMALLEST)
    add_text(slide, BESIDE, _paragraphs(facts, scale), name="Facts")


def add_lead(slide: PowerPointSlide, facts: Sequence[Fact], box: Box, *, of: str) -> None:
    """The one number a picture is about, and of whom it is, in a line under the picture."""
    lead = next((fact for fact in facts if fact.lead), None)
    if lead is None:
        return
    detail = f" ({lead.detail})" if lead.detail else ""
    runs = (
        Run(f"{of}: {in_sentence(lead.label)} ", 20, QUIET),
        Run(lead.value, 20, bold=True),
        Run(detail, 20, QUIET),
    )
    add_text(slide, box, [Paragraph(runs)], name="Facts")


def _paragraphs(facts: Sequence[Fact], scale: float) -> list[Paragraph]:
    return [paragraph for k, fact in enumerate(facts) for paragraph in _fact(fact, scale, first=not k)]


def _fact(fact: Fact, scale: float, *, first: bool) -> list[Paragraph]:
    """Label and value in one line, what belongs to them under it."""
    colour = QUIET if fact.uncertain else INK
    above = 0 if first else 9 * scale
    label = Run(f"{fact.label} " if fact.value else fact.label, 20 * scale, QUIET)
    value = Run(fact.value, 24 * scale, colour, bold=True)
    lines = [Paragraph((label, value), above)]
    if _tall(lines[0], BESIDE.width) > LINE * value.size + 1:  # a value is not torn apart
        lines = [Paragraph((label,), above), Paragraph((value,))]
    return [*lines, Paragraph((Run(fact.detail, 20 * scale, QUIET),))] if fact.detail else lines


def _height(paragraphs: Sequence[Paragraph]) -> float:
    """How much room the facts would take, in points."""
    return sum(paragraph.above + _tall(paragraph, BESIDE.width) for paragraph in paragraphs)


def _tall(paragraph: Paragraph, width: float) -> float:
    return LINE * max(run.size for run in paragraph.runs) * lines_set(paragraph.runs, width)


def _title(slide: PowerPointSlide, title: str) -> None:
    shape: Any = slide.shapes.title
    shape.name = "Title"
    put(shape, TITLE)
    size = next(
        (s for s in TITLE_LETTERS if LINE * s * lines_of(title, s * BOLDER, TITLE.width) <= TITLE.height),
        TITLE_LETTERS[-1],
    )
    set_text(shape, [Paragraph((Run(title, size, bold=True),))])


def _small(
    slide: PowerPointSlide, box: Box, text: str, *, size: float, name: str, longest: int | None = None
) -> None:
    add_text(slide, box, [Paragraph((Run(one_line(text, longest), size, QUIET),))], name=name)


def _synthetic(slide: PowerPointSlide) -> None:
    run = Run("SYNTHETIC", 16, WHITE, bold=True)
    shape = add_text(slide, TAG, [Paragraph((run,))], name="Synthetic", align="centre", middle=True)
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(LOUD)


def _short(source: str) -> str:
    """A long query in part, and the fingerprint in full."""
    query, between, fingerprint = source.rpartition(" · ")
    room = LONGEST_SOURCE - len(between) - len(fingerprint) - 1
    return f"{query[:room]}…{between}{fingerprint}"


def _notes(slide: PowerPointSlide, notes: Sequence[str]) -> None:
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None  # noqa: S101 - the notes master of python-pptx has it
    for k, text in enumerate(notes):
        paragraph = frame.add_paragraph() if k else frame.paragraphs[0]
        run = paragraph.add_run()
        run.text = legible(text.replace("\v", " "))
        run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
