"""What a file remembers comes back as it was; files of any other origin are refused in sentences."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation

from mirodash.errors import UnusableDataError
from mirodash.export.deck import read_record
from mirodash.export.deck.slides import (
    DAMAGED,
    MAX_PARTS,
    MAX_RECORD_SIZE,
    NAMESPACE,
    NOT_OURS,
    NOT_SLIDES,
    TOO_LARGE,
)
from mirodash.export.saved_json import strip_json
from mirodash.stratification.saved_view import SavedView
from mirodash.trial.store import sample
from tests.export.deck.taken_apart import TODAY, made, rewritten
from tests.profiles import for_each, share_of_examples

MIROCALS = sample("mirocals")
PART = "customXml/item1.xml"
FILE = made(MIROCALS, "survival-4", "subgroups-99", title='a "title" <b>', note="line\n\nline")


def refused(file: bytes) -> str:
    with pytest.raises(UnusableDataError) as error:
        read_record(file)
    (sentence,) = error.value.problems
    return sentence


def recorded(text: str) -> bytes:
    return rewritten(FILE, {PART: f'<record xmlns="{NAMESPACE}">{text}</record>'.encode()})


def test_the_record_is_the_strip_with_the_fingerprints_of_the_data():
    views = [
        SavedView("", picture, 'a "title" <b>', "line\n\nline") for picture in ("survival-4", "subgroups-99")
    ]
    expected: dict[str, Any] = strip_json(views, on=TODAY)
    for view in expected["views"]:
        view["fingerprint"] = MIROCALS.fingerprint
    assert read_record(FILE) == expected


def test_the_record_is_still_there_when_the_file_was_saved_again():
    out = io.BytesIO()
    presentation = Presentation(io.BytesIO(FILE))
    presentation.slides[0].shapes.title.text_frame.text = "Another title"
    presentation.save(out)
    assert read_record(out.getvalue()) == read_record(FILE)


def test_other_files_are_refused():
    other = io.BytesIO()
    Presentation().save(other)
    assert refused(b"") == refused(b"PK\x03\x04 nonsense") == refused(FILE[:-200]) == NOT_SLIDES
    assert refused(other.getvalue()) == NOT_OURS
    assert refused(rewritten(FILE, {}, without=["customXml"])) == NOT_OURS
    assert refused(rewritten(FILE, {}, without=["ppt/presentation.xml"])) == NOT_SLIDES


@for_each(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"views": 1}',
        '{"views": [1]}',
        '{"views": [{"query": ""}]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_record_is_refused(text: str):
    assert refused(recorded(text)) == DAMAGED


def test_a_record_that_is_no_xml_or_a_bomb_is_refused():
    entity = f'<!DOCTYPE r [<!ENTITY a "{"a" * 1000}">]><record xmlns="{NAMESPACE}">&a;</record>'
    for content in (f'<record xmlns="{NAMESPACE}">', entity):
        assert refused(rewritten(FILE, {PART: content.encode()})) == DAMAGED


def test_a_record_that_unpacks_to_very_much_is_refused():
    assert refused(recorded("x" * (MAX_RECORD_SIZE + 1))) == TOO_LARGE
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for k in range(MAX_PARTS + 1):
            archive.writestr(f"{k}", b"")
    assert refused(many.getvalue()) == TOO_LARGE


@share_of_examples(0.6)
@given(st.data())
def test_a_file_with_wrong_bytes_is_read_or_refused(data: st.DataObject):
    content = bytearray(FILE)
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnusableDataError):
        assert read_record(bytes(content))["views"]
