"""Slides of saved views: picture, facts, footer and notes, with a record for replay."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.presentation import Presentation as PowerPoint
from pptx.slide import Slide as PowerPointSlide
from pptx.util import Pt

from mirodash.budget import check_budget
from mirodash.errors import UnusableDataError
from mirodash.export.deck.chart import ChartData, ScatterChart
from mirodash.export.deck.curve_charts import (
    AT_RISK,
    AT_RISK_ROW,
    at_risk_table,
    build_effect_chart,
    build_survival_chart,
    search_chart,
)
from mirodash.export.deck.package import build_blank_presentation, find_layout, finish, put
from mirodash.export.deck.progression_charts import (
    STATE_ROW,
    build_biology_charts,
    build_biology_table,
    build_lines_charts,
    build_pairs_chart,
    build_slopes_chart,
    build_states_table,
    build_visit_chart,
    place_states,
)
from mirodash.export.deck.style import (
    BESIDE,
    BESIDE_CODE,
    BODY,
    CODE,
    DECLARATION,
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
    Paragraph,
    Run,
    add_text,
    build_lines,
    build_tag,
    count_lines,
    describe,
    set_text,
    strip_illegal_xml,
    write_xml,
)
from mirodash.export.deck.tables import (
    FACT_LINE,
    HEADING,
    WIDTHS,
    add_table,
    build_forest_chart,
    build_forest_table,
)
from mirodash.export.deck.wide_slides import add_words, build_group_fields, write_facts, write_heads
from mirodash.export.link_code import NO_LINK, PublicLink, draw_code_picture
from mirodash.export.saved_json import strip_json
from mirodash.questions.talk.progression_pictures import (
    BiologyPicture,
    LinesPicture,
    PairsPicture,
    ProgressionPicture,
    ProgressionPictured,
    SlopesPicture,
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
    find_slide_data,
    without_forest,
)
from mirodash.questions.talk.stage_view import SlideWords, describe_slide
from mirodash.stratification.saved_view import OF_PROGRESSION, SavedView
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.survival.results import NotEstimable
from mirodash.text.facts import Fact
from mirodash.text.labels import ArmNames, format_arm_names, lower_first, one_line
from mirodash.text.link_sentences import describe_code
from mirodash.trial.trial import Trial

TITLE_LETTERS = (28.0, 24.0, 20.0, 16.0, 13.0)
"""The largest that fits; a presenter's own title may be long, and is never cut."""
FACT_SCALES = (1.0, 0.92, 0.85, 0.77, 0.7, 0.6)
"""Of the numbers beside the picture, the largest that fits; `MIN_SCALE` where none does."""
MIN_SCALE = 0.55
LINE = 1.17
BOLDER = 1.04
"""Bold letters are so much wider."""
MAX_NAME_LENGTH = 70
MAX_SOURCE_LENGTH = 330
"""Letters of the source that fit under the footer; the whole query is in the file's record as well."""


def add_frame(slide: PowerPointSlide, trial: Trial, words: SlideWords, *, address: str = "") -> None:
    """Everything but the picture and the numbers beside it; with an address its code beside the title."""
    _title(slide, words.title, BESIDE_CODE if address else TITLE)
    if address:
        _add_code(slide, address)
    _small(slide, TOP_LINE, trial.dictionary.title, size=13, name="Trial", longest=MAX_NAME_LENGTH)
    if trial.dictionary.synthetic:
        _build_synthetic(slide)
    size = 12.0 if build_lines(words.footer, 12, FOOTER.width) <= 2 else 10.0
    _small(slide, FOOTER, words.footer, size=size, name="Footer")
    source = words.source if len(words.source) <= MAX_SOURCE_LENGTH else _short(words.source)
    size = 8.0 if build_lines(source, 8, SOURCE.width) == 1 else 6.0
    _small(slide, SOURCE, source, size=size, name="Source")
    _build_notes(slide, words.notes)


def add_facts(slide: PowerPointSlide, facts: Sequence[Fact]) -> None:
    """The numbers beside the picture, as large as there is room for."""
    if not facts:
        return
    scale = next(
        (one for one in FACT_SCALES if _build_height(_build_paragraphs(facts, one)) <= BESIDE.height),
        MIN_SCALE,
    )
    add_text(slide, BESIDE, _build_paragraphs(facts, scale), name="Facts", shrinks=True)


def add_lead(slide: PowerPointSlide, facts: Sequence[Fact], box: Box, *, of: str) -> None:
    """The one number a picture is about, and of whom it is, in a line under the picture."""
    lead = next((fact for fact in facts if fact.lead), None)
    if lead is None:
        return
    detail = f" ({lead.detail})" if lead.detail else ""
    runs = (
        Run(f"{of}: {lower_first(lead.label)} ", 20, QUIET),
        Run(lead.value, 20, bold=True),
        Run(detail, 20, QUIET),
    )
    add_text(slide, box, [Paragraph(runs)], name="Facts", shrinks=True)


def _build_paragraphs(facts: Sequence[Fact], scale: float) -> list[Paragraph]:
    return [paragraph for k, fact in enumerate(facts) for paragraph in _build_fact(fact, scale, first=not k)]


def _build_fact(fact: Fact, scale: float, *, first: bool) -> list[Paragraph]:
    """Label and value in one line, what belongs to them under it."""
    colour = QUIET if fact.uncertain else INK
    above = 0 if first else 9 * scale
    label = Run(f"{fact.label} " if fact.value else fact.label, 20 * scale, QUIET)
    value = Run(fact.value, 24 * scale, colour, bold=True)
    lines = [Paragraph((label, value), above)]
    if _tall(lines[0], BESIDE.width) > LINE * value.size + 1:  # a value is not torn apart
        lines = [Paragraph((label,), above), Paragraph((value,))]
    return [*lines, Paragraph((Run(fact.detail, 20 * scale, QUIET),))] if fact.detail else lines


def _build_height(paragraphs: Sequence[Paragraph]) -> float:
    """How much room the facts would take, in points."""
    return sum(paragraph.above + _tall(paragraph, BESIDE.width) for paragraph in paragraphs)


def _tall(paragraph: Paragraph, width: float) -> float:
    return LINE * max(run.size for run in paragraph.runs) * count_lines(paragraph.runs, width)


def _add_code(slide: PowerPointSlide, address: str) -> None:
    places = Pt(CODE.left), Pt(CODE.top), Pt(CODE.width), Pt(CODE.height)
    picture: Any = slide.shapes.add_picture(io.BytesIO(draw_code_picture(address)), *places)
    picture.name = "Code of the link"
    describe(picture, describe_code(address))


def _title(slide: PowerPointSlide, title: str, box: Box) -> None:
    shape: Any = slide.shapes.title
    shape.name = "Title"
    put(shape, box)
    size = next(
        (s for s in TITLE_LETTERS if LINE * s * build_lines(title, s * BOLDER, box.width) <= box.height),
        TITLE_LETTERS[-1],
    )
    set_text(shape, [Paragraph((Run(title, size, bold=True),))], shrinks=True)


def _small(
    slide: PowerPointSlide, box: Box, text: str, *, size: float, name: str, longest: int | None = None
) -> None:
    add_text(slide, box, [Paragraph((Run(one_line(text, longest), size, QUIET),))], name=name)


def _build_synthetic(slide: PowerPointSlide) -> None:
    run = Run("SYNTHETIC", 16, WHITE, bold=True)
    shape = add_text(slide, TAG, [Paragraph((run,))], name="Synthetic", align="centre", middle=True)
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(LOUD)


def _short(source: str) -> str:
    """A long query in part, and the fingerprint in full."""
    query, between, fingerprint = source.rpartition(" · ")
    room = MAX_SOURCE_LENGTH - len(between) - len(fingerprint) - 1
    return f"{query[:room]}…{between}{fingerprint}"


def _build_notes(slide: PowerPointSlide, notes: Sequence[str]) -> None:
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None  # noqa: S101 - the notes master of python-pptx has it
    for k, text in enumerate(notes):
        paragraph = frame.add_paragraph() if k else frame.paragraphs[0]
        run = paragraph.add_run()
        run.text = strip_illegal_xml(text.replace("\v", " "))
        run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK


NAMESPACE = "urn:mirodash:record"
"""Of the part that holds the record; a name, and no address of anything."""
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    NotImplementedError,
    OSError,
    EOFError,
    RuntimeError,
)
"""What a damaged ZIP file can raise."""
MAX_FILE_SIZE = 100_000_000
MAX_PARTS = 20_000
MAX_RECORD_SIZE = 4_000_000
MAX_LOOKED_AT = 50
_STORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ITEM = "{6D69726F-6461-7368-0000-7265636F7264}"
"""The part's own name: "mirodash" and "record" in letters' numbers."""

NOT_SLIDES = "This is no PowerPoint file that can be read."
TOO_LARGE = "This file is larger than slides with charts are."
NOT_OURS = "These slides hold no record of the views they were made from: MiroDash did not make them."
DAMAGED = "The record of the views in these slides is damaged."


def record(kept: Sequence[tuple[SavedView, Trial]], *, on: date) -> dict[str, Any]:
    """The strip as `strip_json` writes it, and with each view the fingerprints of the data it was of."""
    told = strip_json([view for view, _ in kept], on=on)
    views = cast("list[dict[str, Any]]", told["views"])
    for view, (saved, trial) in zip(views, kept, strict=True):
        view["fingerprint"] = trial.fingerprint
        if saved.picture in OF_PROGRESSION:
            view["measurements"] = trial.measured
    return told


def embed_metadata(made: PowerPoint, told: dict[str, Any]) -> None:
    """Put the record into a part that PowerPoint keeps and does not show."""
    package = made.part.package
    text = build_tag(
        "record", write_xml(json.dumps(told, allow_nan=False, ensure_ascii=True)), xmlns=NAMESPACE
    )
    item = Part(
        PackURI("/customXml/item1.xml"), "application/xml", package, (DECLARATION + text).encode("utf-8")
    )
    schema = {"xmlns:ds": _STORE, "ds:itemID": _ITEM}
    inner = build_tag("ds:schemaRefs", build_tag("ds:schemaRef", **{"ds:uri": NAMESPACE}))
    properties = Part(
        PackURI("/customXml/itemProps1.xml"),
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        package,
        (DECLARATION + build_tag("ds:datastoreItem", inner, **schema)).encode("utf-8"),
    )
    item.relate_to(properties, f"{_OFFICE}/customXmlProps")
    made.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)


def read_record(file: bytes) -> dict[str, Any]:
    """The record in a file of slides, as nested dictionaries; what they hold is of any origin.

    Parameters
    ----------
    file : bytes
        A PPTX file, also one that PowerPoint has saved again.

    Returns
    -------
    dict
        What `mirodash.export.saved_json.strip_json` writes, with a ``fingerprint`` in every view.

    Raises
    ------
    UnusableDataError
        When it is no such file, is damaged, or is far too large.
    """
    if len(file) > MAX_FILE_SIZE:
        raise UnusableDataError(TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            found = _find_part(archive)
    except UNREADABLE as error:
        raise UnusableDataError(NOT_SLIDES) from error
    if found is None:
        raise UnusableDataError(NOT_OURS)
    return _list_views(found)


def _find_part(archive: zipfile.ZipFile) -> str | None:
    """The text of the first part that is a record; parts are unpacked only as far as a record may be long."""
    entries = archive.infolist()
    if len(entries) > MAX_PARTS:
        raise UnusableDataError(TOO_LARGE)
    if "ppt/presentation.xml" not in archive.namelist():
        raise UnusableDataError(NOT_SLIDES)
    parts = [entry for entry in entries if entry.filename.startswith("customXml/item")]
    for entry in parts[:MAX_LOOKED_AT]:
        with archive.open(entry) as part:
            content = part.read(MAX_RECORD_SIZE + 1)
        if NAMESPACE.encode() not in content[:2_000]:
            continue
        if len(content) > MAX_RECORD_SIZE:
            raise UnusableDataError(TOO_LARGE)
        text = _build_text(content)
        if text is not None:
            return text
    return None


def _build_text(content: bytes) -> str | None:
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnusableDataError(DAMAGED) from error
    return (root.text or "") if root.tag == f"{{{NAMESPACE}}}record" else None


def _list_views(text: str) -> dict[str, Any]:
    try:
        told: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableDataError(DAMAGED) from error
    if not isinstance(told, dict):
        raise UnusableDataError(DAMAGED)
    views = cast("dict[str, Any]", told).get("views")
    if not isinstance(views, list) or not all(_is_view(view) for view in cast("list[object]", views)):
        raise UnusableDataError(DAMAGED)
    return cast("dict[str, Any]", told)


def _is_view(view: object) -> bool:
    if not isinstance(view, dict):
        return False
    fields = cast("dict[str, Any]", view)
    return all(isinstance(fields.get(name), str) for name in ("query", "picture", "fingerprint"))


@dataclass(frozen=True, slots=True)
class Slide:
    """One view of one trial; ``selection`` is what ``view.query`` says, ``link`` where others open it."""

    trial: Trial
    selection: Selection
    view: SavedView
    link: PublicLink = NO_LINK


def slides_of_view(
    trial: Trial, selection: Selection, pictures: Sequence[str] = (), *, link: PublicLink = NO_LINK
) -> tuple[Slide, ...]:
    """The slides of one view: the pictures named, or all but the forest in the order of a talk.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    query = reduce_to_canonical(trial, selection).to_query()
    chosen = pictures or [key for key, _ in without_forest(trial, selection)]
    return tuple(Slide(trial, selection, SavedView(query, picture), link) for picture in chosen)


def prepare(slide: Slide, *, on: date) -> None:
    """Compute and remember what one slide shows, so that `deck` is quick after it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    answer = find_slide_data(slide.trial, slide.selection, slide.view.picture)
    describe_slide(slide.trial, slide.selection, slide.view, on=on, answer=answer)


def deck(slides: Sequence[Slide], *, on: date) -> bytes:
    """A PPTX file with one slide a view, whose charts and tables can be edited.

    Parameters
    ----------
    slides : sequence of Slide
        In the order in which they are shown.
    on : date
        The day it is made, which stands in the footer and in the file's properties.

    Raises
    ------
    UnusableQuestionError
        When a selection does not fit its trial.
    """
    made = build_blank_presentation()
    layout = find_layout(made)
    for one in slides:
        check_budget()
        _fill(made.slides.add_slide(layout), one, on)
    embed_metadata(made, record([(one.view, one.trial) for one in slides], on=on))
    title = slides[0].trial.title if slides else "MiroDash"
    return finish(made, title=title, on=on)


def _fill(slide: PowerPointSlide, one: Slide, on: date) -> None:
    answer = find_slide_data(one.trial, one.selection, one.view.picture)
    words = describe_slide(one.trial, one.selection, one.view, on=on, answer=answer)
    names = format_arm_names(one.trial, one.selection)
    _build_picture(slide, answer, names, words)
    add_frame(slide, one.trial, words, address=one.link.address)


def _build_picture(slide: PowerPointSlide, answer: Pictured, names: ArmNames, words: SlideWords) -> None:
    match answer:
        case SurvivalPicture():
            chart = build_survival_chart(answer.result, answer.drawn, names, rising=answer.rising)
            _add_chart(slide, chart, "Survival chart", words.alt)
            widths, rows = at_risk_table(answer.result, answer.group, names)
            alt = "Participants at risk in each arm at the marks of the time axis."
            add_table(
                slide,
                AT_RISK,
                widths,
                rows,
                name="At risk",
                alt=alt,
                heading=False,
                heights=[AT_RISK_ROW] * len(rows),
            )
        case GroupsPicture():
            _build_groups(slide, answer, names, words)
            return
        case FindingPicture() | BaselinePicture():
            add_words(slide, answer)
            return
        case EffectPicture():
            _add_chart(slide, build_effect_chart(answer, names), "Effect chart", words.alt)
        case SearchPicture():
            _add_chart(slide, search_chart(answer, names), "Search chart", words.alt)
        case ForestPicture():
            _build_forest(slide, answer, names, words)
            return
        case NotEstimable():
            add_text(slide, BODY, [Paragraph((Run(answer.why, 24),))], name="Reason", shrinks=True)
            return
        case _:
            _build_progression(slide, answer, names, words)
            return
    add_facts(slide, words.facts)


def _build_groups(slide: PowerPointSlide, picture: GroupsPicture, names: ArmNames, words: SlideWords) -> None:
    fields = list(build_group_fields(picture, names))
    write_heads(slide, fields)
    for k, (field, group) in enumerate(zip(fields, picture.groups, strict=True), 1):
        alt = f"{words.alt} This is {group.label}." if k > 1 else words.alt
        _add_chart(slide, field.chart, f"Survival chart {k}", alt)
        add_table(
            slide,
            field.place.at_risk,
            field.widths,
            field.rows,
            name=f"At risk {k}",
            alt=f"Participants at risk in each arm at the marks of the time axis, {group.label}.",
            heading=False,
            heights=[AT_RISK_ROW] * len(field.rows),
        )
    write_facts(slide, words.facts)


def _build_forest(slide: PowerPointSlide, picture: ForestPicture, names: ArmNames, words: SlideWords) -> None:
    box, rows = build_forest_table(picture, names)
    alt = "Each group with participants and events by arm, and its hazard ratio."
    heights = [HEADING, *[(box.height - HEADING) / (len(rows) - 1)] * (len(rows) - 1)]
    add_table(slide, box, WIDTHS, rows, name="Groups", alt=alt, heading=True, heights=heights)
    _add_chart(slide, build_forest_chart(picture), "Forest chart", words.alt)
    add_lead(slide, words.facts, FACT_LINE, of=picture.found.overall.label)


STATES_ALT = "How many in each arm were measured, alive and not measured, or dead at the marked visits."


def _build_progression(
    slide: PowerPointSlide, answer: ProgressionPictured, names: ArmNames, words: SlideWords
) -> None:
    """A picture of repeated measurements, and the numbers beside it."""
    match answer:
        case ProgressionPicture():
            _add_chart(slide, build_visit_chart(answer, names), "Visits chart", words.alt)
            widths, rows = build_states_table(answer, names)
            box, heights = place_states(answer), [STATE_ROW] * len(rows)
            add_table(slide, box, widths, rows, name="States", alt=STATES_ALT, heading=False, heights=heights)
        case SlopesPicture():
            _add_chart(slide, build_slopes_chart(answer, names), "Slopes chart", words.alt)
        case LinesPicture():
            for name, chart in build_lines_charts(answer, names):
                _add_chart(slide, chart, f"Lines chart, {name}", words.alt)
        case PairsPicture():
            _add_chart(slide, build_pairs_chart(answer, names), "Pairs chart", words.alt)
        case BiologyPicture():
            _build_biology(slide, answer, words)
            return
    add_facts(slide, words.facts)


def _build_biology(slide: PowerPointSlide, picture: BiologyPicture, words: SlideWords) -> None:
    widths, heights, rows = build_biology_table(picture)
    alt = "The groups, and over each column which difference between the arms it shows."
    add_table(slide, BODY, widths, rows, name="Groups", alt=alt, heading=True, heights=heights)
    for name, chart in build_biology_charts(picture):
        _add_chart(slide, chart, f"{name} chart", words.alt)


def _add_chart(slide: PowerPointSlide, chart: ScatterChart, name: str, alt: str) -> None:
    frame = chart.frame
    places = Pt(frame.left), Pt(frame.top), Pt(frame.width), Pt(frame.height)
    data = ChartData(chart)
    shape: Any = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, *places, data)  # type: ignore[arg-type]
    shape.name = name
    describe(shape, alt)
