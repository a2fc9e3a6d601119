"""The file around the slides tells its title and day, and neither a machine nor a person."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from pptx import Presentation

from mirodash.trial.store import sample
from tests.export.deck.taken_apart import made

FILE = made(sample("mirocals"), "survival-0")


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(FILE)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_properties_name_the_trial_the_program_and_the_day():
    about = Presentation(io.BytesIO(FILE)).core_properties
    assert (about.author, about.last_modified_by) == ("MiroDash", "MiroDash")
    assert about.title == "MIROCALS-like trial (SYNTHETIC)"
    assert about.created == about.modified == datetime.fromisoformat("2026-11-22T00:00:00")
    assert (about.comments, about.keywords, about.subject, about.category) == ("", "", "", "")
    assert about.revision == 1


def test_nothing_is_left_of_the_template():
    inside = parts()
    assert not [name for name in inside if "thumbnail" in name or "printerSettings" in name]
    assert sum(name.startswith("ppt/slideLayouts/slideLayout") for name in inside) == 1
    text = b"\n".join(inside.values())
    for leftover in (b"Steve", b"python-pptx", b"Macintosh", b"Calibri", b"screen4x3"):
        assert leftover not in text


def test_every_part_is_of_the_same_moment():
    with zipfile.ZipFile(io.BytesIO(FILE)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in archive.infolist()} == {0}


def test_every_relation_leads_somewhere():
    inside = parts()
    for name, content in inside.items():
        if name.endswith(".rels"):
            for part in content.decode().split('Target="')[1:]:
                assert part.split('"')[0].split("/")[-1] in {path.split("/")[-1] for path in inside}
