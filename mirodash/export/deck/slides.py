"""One view as one slide, and several as a file for PowerPoint or LibreOffice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pptx.enum.chart import XL_CHART_TYPE
from pptx.slide import Slide as PowerPointSlide
from pptx.util import Pt

from mirodash.budget import check_budget
from mirodash.export.deck.at_risk import at_risk_table
from mirodash.export.deck.chart import ScatterChart
from mirodash.export.deck.chart_xml import ChartData
from mirodash.export.deck.effect_chart import effect_chart
from mirodash.export.deck.forest_chart import FACT_LINE, HEADING, WIDTHS, forest_chart, forest_table
from mirodash.export.deck.frame import add_facts, add_frame, add_lead
from mirodash.export.deck.looks import BODY
from mirodash.export.deck.package import blank, finished, layout_of
from mirodash.export.deck.record import add_record, record
from mirodash.export.deck.search_chart import search_chart
from mirodash.export.deck.survival_chart import AT_RISK, AT_RISK_ROW, survival_chart
from mirodash.export.deck.tables import add_table
from mirodash.export.deck.texts import Paragraph, Run, add_text, describe
from mirodash.questions.talk.slide_data import (
    EffectPicture,
    ForestPicture,
    Pictured,
    SearchPicture,
    SurvivalPicture,
    pictured,
    without_forest,
)
from mirodash.questions.talk.stage_view import SlideWords, slide_words
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import minimal
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import ArmNames, arm_names
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class Slide:
    """One view of one trial; ``selection`` is what ``view.query`` says."""

    trial: Trial
    selection: Selection
    view: SavedView


def slides_of_view(trial: Trial, selection: Selection, pictures: Sequence[str] = ()) -> tuple[Slide, ...]:
    """The slides of one view: the pictures named, or all but the forest in the order of a talk.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    query = minimal(trial, selection).to_query()
    chosen = pictures or [key for key, _ in without_forest(trial, selection)]
    return tuple(Slide(trial, selection, SavedView(query, picture)) for picture in chosen)


def prepare(slide: Slide, *, on: date) -> None:
    """Compute and remember what one slide shows, so that `deck` is quick after it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    answer = pictured(slide.trial, slide.selection, slide.view.picture)
    slide_words(slide.trial, slide.selection, slide.view, on=on, answer=answer)


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
    made = blank()
    layout = layout_of(made)
    for one in slides:
        check_budget()
        _fill(made.slides.add_slide(layout), one, on)
    add_record(made, record([(one.view, one.trial.fingerprint) for one in slides], on=on))
    title = slides[0].trial.title if slides else "MiroDash"
    return finished(made, title=title, on=on)


def _fill(slide: PowerPointSlide, one: Slide, on: date) -> None:
    answer = pictured(one.trial, one.selection, one.view.picture)
    words = slide_words(one.trial, one.selection, one.view, on=on, answer=answer)
    names = arm_names(one.trial, one.selection)
    _picture(slide, answer, names, words)
    add_frame(slide, one.trial, words)


def _picture(slide: PowerPointSlide, answer: Pictured, names: ArmNames, words: SlideWords) -> None:
    match answer:
        case SurvivalPicture():
            _add_chart(slide, survival_chart(answer, names), "Survival chart", words.alt)
            widths, rows = at_risk_table(answer, names)
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
        case EffectPicture():
            _add_chart(slide, effect_chart(answer, names), "Effect chart", words.alt)
        case SearchPicture():
            _add_chart(slide, search_chart(answer, names), "Search chart", words.alt)
        case ForestPicture():
            _forest(slide, answer, names, words)
            return
        case NotEstimable():
            add_text(slide, BODY, [Paragraph((Run(answer.why, 24),))], name="Reason")
            return
    add_facts(slide, words.facts)


def _forest(slide: PowerPointSlide, picture: ForestPicture, names: ArmNames, words: SlideWords) -> None:
    box, rows = forest_table(picture, names)
    alt = "Each group with participants and events by arm, and its hazard ratio."
    heights = [HEADING, *[(box.height - HEADING) / (len(rows) - 1)] * (len(rows) - 1)]
    add_table(slide, box, WIDTHS, rows, name="Groups", alt=alt, heading=True, heights=heights)
    _add_chart(slide, forest_chart(picture), "Forest chart", words.alt)
    add_lead(slide, words.facts, FACT_LINE, of=picture.found.overall.label)


def _add_chart(slide: PowerPointSlide, chart: ScatterChart, name: str, alt: str) -> None:
    frame = chart.frame
    places = Pt(frame.left), Pt(frame.top), Pt(frame.width), Pt(frame.height)
    data = ChartData(chart)
    shape: Any = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, *places, data)  # type: ignore[arg-type]
    shape.name = name
    describe(shape, alt)
