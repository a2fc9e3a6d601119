"""Slides are made again: numbers changed by hand are found, and what a presenter may do is told."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Pt

from mirodash.errors import MirodashError, UnusableDataError, UnusableQuestionError
from mirodash.export import saved_json, slide_content
from mirodash.export.deck import Slide, deck
from mirodash.export.replay import Replayed, read_slides, replay_file
from mirodash.export.slide_content import SlideContent, match_slides, slide_contents
from mirodash.questions.talk import view_description
from mirodash.questions.talk.slide_data import build_starter_deck
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, DEGENERATE_KINDS
from tests.profiles import for_each, share_of_examples

DAY = date(2026, 5, 9)
MIROCALS = sample("mirocals")
Change = Callable[[Any], object]


@cache
def slides() -> bytes:
    """The starter story of the built-in trial: five slides."""
    return made(MIROCALS, *build_starter_deck(MIROCALS))


@cache
def contents() -> tuple[SlideContent, ...]:
    """What is on them."""
    return slide_contents(slides())


def made(trial: Trial, *views: SavedView) -> bytes:
    return deck([Slide(trial, Selection.from_query(view.query), view) for view in views], on=DAY)


def replay(file: bytes, trial: Trial = MIROCALS) -> Replayed:
    return replay_file(read_slides(file), trial)


def changed(change: Change, file: bytes | None = None) -> bytes:
    """Open the slides, change something, save them."""
    opened = Presentation(io.BytesIO(file or slides()))
    change(opened)
    saved = io.BytesIO()
    opened.save(saved)
    return saved.getvalue()


def shape(opened: Any, slide: int, name: str) -> Any:
    return next(one for one in opened.slides[slide].shapes if one.name == name)


def sentences(file: bytes, trial: Trial = MIROCALS) -> list[str]:
    return [one.sentence for one in replay(file, trial).differences]


def test_the_same_data_make_the_same_slides():
    found = replay(slides())
    assert found.is_same
    assert found.remarks == ()
    assert found.compared > 1_000


def test_slides_that_another_program_saved_again_are_still_the_same():
    again = replay(changed(lambda opened: None))
    assert (again.is_same, again.remarks) == (True, ())


def test_a_changed_number_in_a_chart_is_found_exactly():
    def change(opened: Any) -> None:
        (point,) = shape(opened, 2, "Survival chart 1").chart.part._element.xpath(
            "(//c:ser[.//c:v='IL-2'])[last()]//c:yVal//c:pt[@idx='4']/c:v"
        )
        point.text = "0.5"

    (told,) = sentences(changed(change))
    assert told.startswith("slide 3: Survival chart 1.series[")
    assert "IL-2: y[4]: 0.5 in the file, 0.9" in told


@for_each(
    ("slide", "name", "where"), [(0, "At risk", "slide 1: At risk[1]["), (3, "Facts", "slide 4: Facts[")]
)
def test_a_changed_cell_or_text_is_found_exactly(slide: int, name: str, where: str):
    def change(opened: Any) -> None:
        found = shape(opened, slide, name)
        cell = found.table.cell(1, 1) if name == "At risk" else found
        cell.text_frame.paragraphs[0].runs[0].text = "x"

    (told,) = sentences(changed(change))
    assert told.startswith(where)
    assert '"x' in told


def test_what_another_program_rounded_does_not_hide_what_somebody_changed():
    def change(opened: Any) -> None:
        values = shape(opened, 0, "Survival chart").chart.part._element.xpath("//c:yVal//c:v")
        for value in values:
            value.text = f"{float(value.text):.15g}"
        values[-1].text = "0.25"

    found = replay(changed(change)).differences
    assert len(found) > 20
    (told,) = [one.sentence for one in found if not one.rounded]
    assert "0.25 in the file" in told


def test_titles_and_notes_are_the_presenters():
    def change(opened: Any) -> None:
        for slide in opened.slides:
            slide.shapes.title.text_frame.text = "My own words"
            slide.notes_slide.notes_text_frame.text = "Breathe."

    found = replay(changed(change))
    assert (found.is_same, found.complete) == (True, False)
    assert found.remarks == tuple(
        f"Slide {place}: its title is not the sentence that MiroDash proposes, so not compared."
        for place in range(1, 6)
    )


def test_a_title_of_the_presenters_own_in_the_strip_is_told_and_is_no_difference():
    file = made(MIROCALS, SavedView("threshold=750", "survival-1", "Mine", "A note"))
    assert (replay(file).is_same, len(replay(file).remarks)) == (True, 1)


@for_each("edited", [True, False])
def test_a_workbook_that_is_not_as_it_was_written_is_told(edited: bool):
    def change(opened: Any) -> None:
        (chart,) = [shape for shape in opened.slides[1].shapes if shape.has_chart]
        part = chart.chart.part.chart_workbook.xlsx_part
        named.append(chart.name)
        book = load_workbook(io.BytesIO(part.blob))
        book.worksheets[0]["A2"] = 0.5
        out = io.BytesIO()
        book.save(out)
        part._blob = out.getvalue() if edited else b"no workbook"

    named: list[str] = []
    found = replay(changed(change))
    assert (found.is_same, found.complete) == (True, False)
    assert found.remarks == (
        f"Slide 2: not as it was written, so not compared: the workbook behind '{named[0]}'.",
    )


def _drop(opened: Any, place: int) -> None:
    entries = opened.slides._sldIdLst
    opened.part.drop_rel(entries[place].rId)
    entries.remove(entries[place])


def _move(opened: Any, place: int, to: int) -> None:
    entries = opened.slides._sldIdLst
    entry = entries[place]
    entries.remove(entry)
    entries.insert(to, entry)


def _add(opened: Any) -> None:
    slide = opened.slides.add_slide(opened.slide_layouts[0])
    slide.shapes.add_textbox(0, 0, Pt(100), Pt(50)).text_frame.text = "Thank you"


def test_slides_deleted_moved_and_added_are_told_and_are_no_difference():
    def change(opened: Any) -> None:
        _add(opened)
        _move(opened, 5, 0)
        _move(opened, 4, 1)
        _drop(opened, 3)

    found = replay(changed(change))
    assert found.is_same
    assert found.remarks == (
        "Not made from these data by MiroDash, so not compared: slide 1.",
        "1 slide was made by MiroDash and then deleted.",
        "The slides are in another order than they were made in.",
    )


@given(order=st.permutations(range(5)), kept=st.integers(1, 5), renumbered=st.booleans())
def test_every_slide_is_recognised_wherever_it_stands(order: list[int], kept: int, renumbered: bool):
    now = contents()
    then = [
        replace(now[k], place=place, identity=place if renumbered else now[k].identity)
        for place, k in enumerate(order[:kept], 1)
    ]
    assert {place: one.place - 1 for place, one in match_slides(then, now).items()} == dict(
        enumerate(order[:kept], 1)
    )


@given(st.integers(0, 4))
def test_a_copy_of_a_slide_is_what_it_copies(copied: int):
    now = contents()
    then = [*now, replace(now[copied], place=6, identity=999)]
    assert match_slides(then, now)[6] == now[copied]


def test_slides_are_recognised_by_what_they_show_where_their_numbers_were_given_anew():
    def change(opened: Any) -> None:
        _move(opened, 3, 0)
        for k, entry in enumerate(opened.slides._sldIdLst):
            entry.set("id", str(256 + k))

    found = replay(changed(change))
    assert found.differences == ()
    assert found.remarks == ("The slides are in another order than they were made in.",)


def test_what_was_put_on_a_slide_or_taken_from_it_is_told():
    def change(opened: Any) -> None:
        gone = shape(opened, 1, "Facts")._element
        gone.getparent().remove(gone)
        box = opened.slides[2].shapes.add_textbox(0, 0, Pt(100), Pt(50))
        box.name, box.text_frame.text = "My box\n<b>", "p = 0.001"

    found = replay(changed(change))
    assert found.is_same
    assert found.remarks == (
        "Slide 2: missing in the file, so not compared: 'Facts'.",
        "Slide 3: only in the file, so not compared: 'My box <b>'.",
    )


def test_other_data_are_told_first():
    found = replay(slides(), sample("mirocals-null"))
    assert not found.is_same
    assert found.remarks[0].startswith("DATA is not the file that these numbers were made from")
    assert len(found.differences) > 50
    assert not any("Source" in one.where for one in found.differences)


def test_slides_of_other_data_in_one_file_are_left_out_and_counted():
    gbsg2 = sample("gbsg2")
    mixed = [
        Slide(MIROCALS, Selection(), SavedView("", "survival-0")),
        Slide(gbsg2, Selection(trial="gbsg2"), SavedView("trial=gbsg2", "survival-0")),
        Slide(MIROCALS, Selection(), SavedView("", "effect")),
    ]
    file = deck(mixed, on=DAY)
    assert replay(file).is_same
    assert replay(file).remarks == ("1 slide was made from other data, so not compared.",)
    assert replay(file, gbsg2).is_same
    assert replay(file, gbsg2).remarks == ("2 slides were made from other data, so not compared.",)


def test_another_version_is_told_and_is_no_difference(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(view_description, "__version__", "0.0.9")
    monkeypatch.setattr(saved_json, "__version__", "0.0.9")
    old = made(MIROCALS, SavedView("", "effect"))
    monkeypatch.undo()
    found = replay(old)
    assert found.is_same
    assert found.remarks[0].startswith("The file was made by MiroDash 0.0.9; this is MiroDash ")


@for_each("name", DEGENERATE_KINDS)
def test_slides_of_a_trial_with_hardly_anything_in_it_can_be_replayed(name: str):
    trial = DEGENERATE[name]
    views = [SavedView("", picture) for picture in ("survival-0", "survival-1", "effect", "subgroups-1")]
    found = replay(made(trial, *views), trial)
    assert (found.is_same, found.remarks) == (True, ())


@for_each("picture", ["incidence-0", "incidence-2", "incidence-groups"])
def test_slides_that_show_one_minus_survival_can_be_replayed(picture: str):
    found = replay(made(MIROCALS, SavedView("threshold=3700", picture)))
    assert (found.is_same, found.remarks) == (True, ())
    others = replay(made(MIROCALS, SavedView("threshold=3700", picture)), sample("mirocals-null"))
    assert not others.is_same


def test_a_view_that_does_not_fit_is_told_after_what_data_they_are():
    file = made(MIROCALS, SavedView("site=FR-01", "survival-0"))
    with pytest.raises(UnusableQuestionError) as caught:
        replay(file, sample("gbsg2"))
    first, *others = caught.value.problems
    assert first.startswith("DATA is not the file")
    assert all("does not fit DATA" in one for one in others)
    assert others


def repacked(part: str, was: bytes, becomes: bytes) -> bytes:
    """The slides with bytes replaced in some of the parts of the file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(slides())) as old, zipfile.ZipFile(packed, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            changed_here = entry.filename.startswith(part)
            new.writestr(entry.filename, content.replace(was, becomes) if changed_here else content)
    return packed.getvalue()


@for_each(
    ("part", "was", "becomes"),
    [
        ("ppt/slides/slide2", b"<p:sld", b""),
        ("ppt/charts/chart", b"</c:chartSpace>", b""),
        ("ppt/charts/chart", b'idx="1"', b'idx="900000000"'),
        ("ppt/charts/chart", b'idx="1"', b'idx="x"'),
        ("ppt/presentation.xml", b"presentation", b"x"),
        ("customXml/item1", b"effect", b"affect"),
        ("customXml/item1", b"2026-05-09", b"2026-5-9"),
    ],
)
def test_damaged_slides_are_refused_in_a_sentence(part: str, was: bytes, becomes: bytes):
    with pytest.raises(UnusableDataError, match=r"damaged|no PowerPoint"):
        read_slides(repacked(part, was, becomes))


def test_a_file_that_unpacks_to_more_than_any_slides_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(slide_content, "MAX_UNPACKED_SIZE", 10_000_000)
    bomb = io.BytesIO(slides())
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/media/zeros.bin", bytes(10_000_001))
    with pytest.raises(UnusableDataError, match="unpacks to more"):
        read_slides(bomb.getvalue())


@pytest.mark.parametrize(
    "part",
    ["ppt/slides/slide1.xml", "ppt/media/picture.png", "ppt/slides/_rels/slide1.xml.rels"],
)
def test_what_takes_far_more_memory_than_room_is_not_read(part: str, monkeypatch: pytest.MonkeyPatch):
    """30 million empty elements fit into 150 kB of a file, and take gigabytes once they are read."""
    monkeypatch.setattr(slide_content, "MAX_MARKUP", 400_000)
    monkeypatch.setattr(slide_content, "MAX_RELATIONS", 1_000_000)
    assert slide_contents(slides())
    with zipfile.ZipFile(io.BytesIO(slides())) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    parts[part] = parts.get(part, b"") + b"<a/>" * 400_001
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert len(bomb.getvalue()) < 300_000
    monkeypatch.setattr(slide_content, "Presentation", pytest.fail)
    with pytest.raises(UnusableDataError, match="unpacks to more"):
        slide_contents(bomb.getvalue())


@share_of_examples(0.25)
@given(seed=st.integers(0, 2**32), cuts=st.integers(1, 6))
def test_a_file_damaged_anywhere_is_answered_or_refused(seed: int, cuts: int):
    """Whatever bytes stand where: an answer, or sentences, and nothing else."""
    dice = random.Random(seed)
    content = bytearray(slides())
    for _ in range(cuts):
        at = dice.randrange(len(content))
        content[at : at + dice.randrange(30)] = dice.randbytes(dice.randrange(30))
    told = _answered_or_refused(bytes(content))
    assert told
    assert all(sentence and "\n" not in sentence for sentence in told)


def _answered_or_refused(file: bytes) -> list[str]:
    try:
        found = replay(file)
    except MirodashError as error:
        return list(error.problems)
    return [*(one.sentence for one in found.differences), *found.remarks, f"{found.compared} compared"]
