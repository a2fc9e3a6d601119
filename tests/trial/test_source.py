"""A trial remembers how its files are written, without being another trial for it."""

from __future__ import annotations

import codecs
from pathlib import Path

import openpyxl

from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.store import sample
from mirodash.trial.table import Source, SourceFile
from mirodash.trial.trial import Trial
from tests.profiles import for_each

ROWS = (("arm", "time", "event"), ("control", "5.5", "1"), ("drug", "7.25", "0"), ("drug", "8", "1"))
ROLES = Roles(time="time", event="event", arm="arm", control="control", time_unit="days")


def text(delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in ROWS)


def read(folder: Path, content: bytes, name: str = "trial.csv") -> Trial:
    path = folder / name
    path.write_bytes(content)
    return read_trial([path], ROLES)


def file_of(trial: Trial) -> SourceFile:
    assert trial.source is not None
    (file,) = trial.source.files
    return file


@for_each(
    ("content", "changes"),
    [
        (text().encode(), {}),
        (text(";").encode(), {"delimiter": ";"}),
        (text("\t").encode(), {"delimiter": "\t"}),
        (text(";").replace(".", ",").encode(), {"delimiter": ";", "decimal_comma": True}),
        (codecs.BOM_UTF16_LE + text().encode("utf-16-le"), {"encoding": "utf-16"}),
        (text().replace("drug", "médicament").encode("cp1252"), {"encoding": "cp1252"}),
        (b"\n,,\n" + text().encode(), {"lines_above": 2}),
        (text().replace("8,1", "8,1,").encode(), {"widest": 4}),
        (text().replace("drug", '"dr\nug"').encode(), {"printable": False}),
    ],
)
def test_a_text_file_says_how_it_is_written(tmp_path: Path, content: bytes, changes: dict[str, object]):
    usual = {"name": "trial.csv", "delimiter": ",", "encoding": "utf-8-sig", "printable": True}
    assert file_of(read(tmp_path, content)) == SourceFile(**(usual | changes))


def test_a_workbook_says_where_its_header_stands(tmp_path: Path):
    book = openpyxl.Workbook()
    for row in ((), *ROWS):
        book.active.append(row)
    book.save(tmp_path / "trial.xlsx")
    trial = read_trial([tmp_path / "trial.xlsx"], ROLES)
    assert file_of(trial) == SourceFile("trial.xlsx", lines_above=1)


def test_the_same_trial_in_another_file_is_the_same_trial(tmp_path: Path):
    comma = read(tmp_path, text().encode())
    semicolon = read(tmp_path, text(";").encode())
    assert comma.source != semicolon.source
    assert comma == semicolon
    assert comma.fingerprint == semicolon.fingerprint


def test_no_folder_is_remembered(tmp_path: Path):
    trial = read(tmp_path, text().encode())
    assert str(tmp_path) not in repr(trial.source)


def test_the_source_names_the_columns_that_no_dictionary_names():
    source = sample("mirocals").source
    assert isinstance(source, Source)
    assert (source.arm, source.site) == ("arm", "site")
    gbsg2 = sample("gbsg2").source
    assert gbsg2 is not None
    assert (gbsg2.arm, gbsg2.site) == ("horTh", None)


def test_two_adam_files_are_remembered_with_adsl_first(cdisc_pilot: Path):
    paths = [cdisc_pilot / "adtte.xpt", cdisc_pilot / "adsl.xpt"]
    trial = read_trial(paths, Roles(control="Placebo", treated="Xanomeline High Dose"))
    assert trial.source is not None
    assert trial.source.files == (SourceFile("adsl.xpt"), SourceFile("adtte.xpt", param="TTDE"))
