"""A slide says what its words say, in shapes that can be found by name, whatever the trial contains."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from pptx.enum.text import MSO_AUTO_SIZE

from mirodash.export.deck import Slide, deck, read_record, slides_of_view
from mirodash.export.link_code import PublicLink, draw_code_picture
from mirodash.export.slide_content import slide_contents
from mirodash.questions.talk.slide_data import build_starter_deck, list_picture_names
from mirodash.questions.talk.stage_view import describe_slide
from mirodash.stratification.saved_view import MAX_NOTE_LENGTH, MAX_TITLE_LENGTH, SavedView
from mirodash.stratification.selection import Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.store import sample
from tests.export.deck.taken_apart import TODAY, C, every_text, made, numbers, shapes, slides
from tests.profiles import for_each, share_of_examples
from tests.small_trials import levels

MIROCALS, GBSG2 = sample("mirocals"), sample("gbsg2")
HOSTILE = '=cmd|x \x00\x1b<b>"q"</b>\u202e RTL مرحبا 😀 \ud800 &amp; \x0b'
CHARTS = {"survival-0": "Survival chart", "effect": "Effect chart", "search": "Search chart"}


def the_story() -> bytes:
    return deck([Slide(MIROCALS, Selection(), view) for view in build_starter_deck(MIROCALS)], on=TODAY)


def test_words_shrink_where_a_machine_takes_a_wider_typeface():
    """Title and numbers, not the counts that stand under ticks."""
    for picture in ("survival-0", "groups", "finding"):
        (slide,) = slides(made(MIROCALS, picture))
        shrinking = {
            shape.name
            for shape in slide.shapes
            if shape.has_text_frame and shape.text_frame.auto_size == MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
        }
        assert {"Title", "Finding" if picture == "finding" else "Facts"} <= shrinking
        assert "Footer" not in shrinking


@for_each("picture", CHARTS)
def test_a_slide_says_what_its_words_say(picture: str):
    (slide,) = slides(made(MIROCALS, picture))
    words = describe_slide(MIROCALS, Selection(), SavedView("", picture), on=TODAY)
    found = shapes(slide)
    assert set(found) - {"At risk"} == {
        "Title",
        CHARTS[picture],
        "Facts",
        "Trial",
        "Synthetic",
        "Footer",
        "Source",
    }
    assert found["Title"].text_frame.text == slide.shapes.title.text_frame.text == words.title
    assert found["Footer"].text_frame.text == words.footer
    assert found["Source"].text_frame.text == words.source
    assert found["Synthetic"].text_frame.text == "SYNTHETIC"
    assert slide.notes_slide.notes_text_frame.text == "\n".join(words.notes)
    facts = found["Facts"].text_frame.text
    for fact in words.facts:
        assert fact.label in facts
        assert fact.value in facts
        assert fact.detail in facts
    (properties,) = found[CHARTS[picture]].element.xpath("./*/p:cNvPr")
    assert properties.get("descr") == words.alt


def test_what_is_read_from_far_away_is_large():
    for slide in slides(the_story()):
        found = shapes(slide)
        (title,) = {run.font.size.pt for p in found["Title"].text_frame.paragraphs for run in p.runs}
        assert title >= 28
        if "Evidence" in found:  # words and a table alone
            continue
        (lead, *_) = found["Facts"].text_frame.paragraphs[0].runs
        assert lead.font.size.pt >= 16


def test_everything_stands_on_the_slide():
    presentation = Presentation(io.BytesIO(the_story()))
    assert (presentation.slide_width, presentation.slide_height) == (12_192_000, 6_858_000)
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= presentation.slide_width
            assert shape.top + shape.height <= presentation.slide_height


def test_every_word_is_in_british_english():
    text = every_text(the_story())
    assert 'lang="en-US"' not in text
    assert text.count('lang="en-GB"') > 50


def test_only_a_synthetic_trial_is_called_one():
    (slide,) = slides(made(GBSG2, "survival-0"))
    assert "Synthetic" not in shapes(slide)


def test_a_view_that_cannot_be_shown_says_why():
    (slide,) = slides(made(MIROCALS, "survival-4"))
    assert (
        shapes(slide)["Reason"].text_frame.text == "This view has no such group: its thresholds make fewer."
    )
    assert not any(shape.has_chart for shape in slide.shapes)


def test_a_view_becomes_its_pictures_in_the_order_of_a_talk():
    chosen = [one.view.picture for one in slides_of_view(MIROCALS, Selection(thresholds=(750.0, 3700.0)))]
    assert chosen == [
        *("survival-0", "effect", "groups", "survival-1", "survival-2", "survival-3", "search", "finding"),
    ]
    (one,) = slides_of_view(MIROCALS, Selection(), ["subgroups-2"])
    assert one.view.picture == "subgroups-2"


def test_there_are_no_pictures_in_the_file():
    with zipfile.ZipFile(io.BytesIO(the_story())) as archive:
        assert not [
            name for name in archive.namelist() if "media" in name or name.endswith((".png", ".jpeg"))
        ]


def test_the_code_of_a_link_is_beside_the_title_and_nothing_else_moves():
    address = "https://mirodash.example/?trial=mirocals"
    view = SavedView("trial=mirocals", "survival-0")
    files = [
        deck([Slide(MIROCALS, Selection(), view, link)], on=TODAY)
        for link in (PublicLink(), PublicLink(why_none="No code."), PublicLink(address))
    ]
    assert files[0] == files[1]
    (bare,), (coded,) = slides(files[0]), slides(files[2])
    code = shapes(coded)["Code of the link"]
    assert code.width == code.height
    assert code.image.blob == draw_code_picture(address)
    assert code._element.xpath("./*/p:cNvPr")[0].get("descr").endswith(address)
    title = shapes(coded)["Title"]
    assert title.left + title.width < code.left
    assert code.top + code.height <= shapes(coded)["Survival chart"].top
    places = [
        {name: (s.left, s.top, s.width, s.height) for name, s in shapes(one).items() if name != "Title"}
        for one in (bare, coded)
    ]
    del places[1]["Code of the link"]
    assert places[0] == places[1]
    contents = [slide_contents(file)[0].shapes for file in (files[0], files[2])]
    assert contents[0] == contents[1]  # so a replay compares the same


def test_the_same_views_make_the_same_bytes():
    assert the_story() == the_story()


@share_of_examples(0.25)
@given(st.text(max_size=MAX_TITLE_LENGTH), st.text(max_size=300))
def test_any_title_and_note_leave_the_file_whole(title: str, note: str):
    (slide,) = slides(made(MIROCALS, "survival-4", title=title, note=note))
    assert "Reason" in shapes(slide)


def test_a_hostile_title_is_text_and_nothing_else():
    title = HOSTILE + "W" * (MAX_TITLE_LENGTH - len(HOSTILE))
    (slide,) = slides(made(MIROCALS, "survival-0", title=title, note="n" * MAX_NOTE_LENGTH))
    shown = shapes(slide)["Title"].text_frame.text
    assert shown.startswith("=cmd|x")
    assert '<b>"q"</b>' in shown
    assert "😀" in shown
    assert not set(shown) & set("\x00\x1b\x0b\u202e\ud800\n")


def test_a_long_question_is_shortened_on_the_slide_and_whole_in_the_record():
    sites = tuple(f"a site with a long name, number {k}" for k in range(40))
    trial = replace(MIROCALS, site=levels([sites[k % 40] for k in range(220)]))
    chosen = Selection(sites=sites[:39])
    view = SavedView(chosen.to_query(), "survival-0")
    file = deck([Slide(trial, chosen, view)], on=TODAY)
    shown = shapes(slides(file)[0])["Source"].text_frame.text
    assert len(shown) < 400 < len(view.query)
    assert shown.endswith(f"… · {trial.fingerprint}")
    assert read_record(file)["views"][0]["query"] == view.query


def test_no_participant_is_in_the_file(tmp_path: Path):
    people = [f"ZEBRA-{k:03d}-QUOKKA" for k in range(60)]
    lines = ["who,days,died,arm,pnfh"]
    lines += [
        f"{name},{10 + 7 * k},{k % 3 and 1},{('drug', 'placebo')[k % 2]},{500 + 97 * (k * 31 % 60)}"
        for k, name in enumerate(people)
    ]
    path = tmp_path / "trial.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    roles = Roles(
        id="who", time="days", event="died", event_value="1", arm="arm", control="placebo", treated="drug",
        biomarker="pnfh",
    )  # fmt: skip
    trial = read_trial([path], roles)
    file = made(trial, *(key for key, _ in list_picture_names(trial, Selection())))
    text = every_text(file)
    assert "ZEBRA" not in text
    assert "QUOKKA" not in text
    for private in (str(tmp_path), Path.home().name, "python-pptx", "Steve", "Macintosh"):
        assert len(private) < 5 or private not in text


def _tables(odp: Path) -> list[list[list[float]]]:
    """Return the columns of numbers of every chart in a file of LibreOffice."""
    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    found = []
    with zipfile.ZipFile(odp) as archive:
        names = sorted(n for n in archive.namelist() if n.startswith("Object ") and n.endswith("content.xml"))
        for name in names:
            root = fromstring(archive.read(name))
            rows = [list(row) for row in root.iter(f"{table}table-rows") for row in row]
            values = [[float(cell.get(f"{office}value", "nan")) for cell in row] for row in rows]
            found.append([[v for v in column if math.isfinite(v)] for column in zip(*values, strict=True)])
    return found


def test_libreoffice_reads_every_number(tmp_path: Path):
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed, and this test opens slides in it.")
    file = made(MIROCALS, "survival-2", "effect", "subgroups-1")
    path = tmp_path / "slides.pptx"
    path.write_bytes(file)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "odp", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    charts = [shape for slide in slides(file) for shape in slide.shapes if shape.has_chart]
    read = _tables(path.with_suffix(".odp"))
    assert len(read) == len(charts)
    for chart, columns in zip(charts, read, strict=True):
        flat = sorted(value for column in columns for value in column)
        ours = []
        for part in chart.chart.part._element.iter(f"{C}xVal", f"{C}yVal"):
            ours += [value for value in numbers(part) if value is not None]
        assert flat == pytest.approx(sorted(ours), rel=1e-9)
