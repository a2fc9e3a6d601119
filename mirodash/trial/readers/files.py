"""Reads a file into a table by what is in it: CSV, Excel, SAS, SPSS, Stata, Dataset-JSON or Parquet."""

from __future__ import annotations

import mmap
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath

from mirodash.errors import UnusableDataError
from mirodash.trial.infer.time_from_dates import add_time_from_dates
from mirodash.trial.readers.columnar import read_dta, read_parquet, read_sas7bdat, read_sav, read_xpt
from mirodash.trial.readers.csv_text import read_csv
from mirodash.trial.readers.dataset_json import read_dataset_json
from mirodash.trial.readers.excel import read_excel
from mirodash.trial.readers.limits import LOCAL_LIMITS, Limits, check_table
from mirodash.trial.table import SourceFile, Table

READABLE = "CSV, XLSX, SAS (.xpt, .sas7bdat), SPSS (.sav), Stata (.dta), Dataset-JSON or Parquet"
LOOKED_AT = 4_096

_ZIP = b"PK\x03\x04"
_IN_DIRECTORY = b"PK\x01\x02"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_TABLES = (
    (b"HEADER RECORD*******LIB", ".xpt", "a SAS transport file"),
    (b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", ".sas7bdat", "a SAS data set"),
    (b"PAR1", ".parquet", "a Parquet file"),
    (b"PARE", ".parquet", "an encrypted Parquet file"),
    (b"$FL2", ".sav", "an SPSS file"),
    (b"$FL3", ".zsav", "a compressed SPSS file"),
    (b"<stata_dta>", ".dta", "a Stata file"),
)
DATASET_JSON = b'"datasetJSONVersion"'
_TEXTS = (".xls", ".dat", ".asc", ".tab", ".text")
"""What tables of text are called now and then; what is none is refused in reading."""
_UNPACK = "unpack it, and give the file that is in it"
_ASK = "ask for the data themselves, as CSV or XLSX"
_SAVE = "open it in the program that made it, and save its table as CSV or XLSX"
_EXPORT = "open it in a spreadsheet, and save its table as CSV or XLSX"
_OTHERS = (
    (b"%PDF", "a PDF document", _ASK),
    (b"\x89PNG", "a picture", _ASK),
    (b"\xff\xd8\xff", "a picture", _ASK),
    (b"GIF8", "a picture", _ASK),
    (b"\x1f\x8b", "a packed file", _UNPACK),
    (b"BZh", "a packed file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a packed file", _UNPACK),
    (b"Rar!", "a packed file", _UNPACK),
    (b"\xfd7zXZ", "a packed file", _UNPACK),
    (b"SQLite format 3\0", "a database", "save the table as CSV"),
    (b"ARROW1", "a Feather file", "save the table as Parquet or CSV"),
    (b"\x89HDF", "an HDF5 file", "save the table as CSV"),
    (b"\x93NUMPY", "a NumPy file", "save the table as CSV with its columns named"),
    (b"{\\rtf", "a text document", _SAVE),
    *(
        (b"\x80" + bytes([k]), "a pickle", "it could run programs, so save the table as CSV")
        for k in (2, 3, 4, 5)
    ),
)
_MARKUP = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML file"),
    (b'{"', "a JSON file"),
    (b"[{", "a JSON file"),
)
_ZIPPED = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "open it in Excel and save it as .xlsx"),
    ("word/document.xml", "a Word document", "copy its table into a spreadsheet, and save that as .xlsx"),
    ("ppt/presentation.xml", "a PowerPoint file", _ASK),
    (
        "content.xml",
        "an OpenDocument file",
        "open it in the program that made it, and save it as .xlsx or CSV",
    ),
    ("Index/Document.iwa", "a Numbers file", "export it as Excel or CSV"),
)
_IN_OLD_OFFICE = (
    (
        "EncryptedPackage",
        "is protected by a password; remove the password in Excel and save it again as .xlsx.",
    ),
    ("Workbook", "is in the old Excel format; open it in Excel and save it as .xlsx or CSV."),
    ("WordDocument", "is a Word document; copy its table into a spreadsheet, and save that as .xlsx."),
)
_OLD_UNKNOWN = (
    "is protected by a password or in the old Excel format; save it without a password as .xlsx or CSV."
)


def check_kind(path: Path, name: str, beginning: bytes, limits: Limits) -> str:
    """The ending by which a file is to be read: the one of its name, when its content agrees.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What people call it.
    beginning : bytes
        Its first `LOOKED_AT` bytes.
    limits : Limits
        The most that is read.

    Raises
    ------
    UnusableDataError
        When it is of another kind, with what to do.
    """
    suffix = PurePath(name).suffix.lower()
    _check_not_of_r(name, suffix, beginning)
    if beginning.startswith(_OLD_OFFICE):
        raise UnusableDataError(f"'{name}' {_old_office(path)}")
    if beginning.startswith(_ZIP):
        _check_zip(path, name, limits)
    for magic, right, kind in ((_ZIP, ".xlsx", "an Excel workbook"), *_TABLES):
        if beginning.startswith(magic) and suffix != right:
            raise UnusableDataError(f"'{name}' is {kind} despite its name; rename it to end in {right}.")
    if DATASET_JSON in beginning and beginning.lstrip().startswith(b"{"):
        return ".json"
    _check_no_other(name, beginning)
    return ".txt" if suffix in _TEXTS else suffix


def _check_not_of_r(name: str, suffix: str, beginning: bytes) -> None:
    """Refuse what R saves of itself, and say which line of R writes a file that can be read."""
    if suffix not in (".rds", ".rda", ".rdata") and not beginning.startswith((b"RDX", b"RDA")):
        return
    table = f"{PurePath(name).stem}.csv"
    if suffix == ".rds":
        how = f'write.csv(readRDS("{name}"), "{table}", row.names = FALSE)'
    else:
        how = f'write.csv(DATA, "{table}", row.names = FALSE), with the name of the data frame for DATA'
    raise UnusableDataError(f"'{name}' is an R file and no table. Write its data frame as CSV in R: {how}.")


def _check_no_other(name: str, beginning: bytes) -> None:
    for magic, kind, todo in _OTHERS:
        if beginning.startswith(magic):
            raise UnusableDataError(f"'{name}' is {kind} and no table; {todo}.")
    words = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, kind in _MARKUP:
        if words.startswith(start):
            raise UnusableDataError(f"'{name}' is {kind}, whatever its name says; {_EXPORT}.")


def _check_zip(path: Path, name: str, limits: Limits) -> None:
    """Refuse what is packed like a workbook and is none; a damaged one is left to its reader."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        # listing them takes seconds when there are hundreds of thousands
        count = content[:].count(_IN_DIRECTORY)
    if count > 2 * limits.entries:
        raise UnusableDataError(
            f"'{name}' is packed from {count:,} parts, which the workbook of a trial is not; save the sheet "
            "as CSV and read that."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return
    for part, kind, todo in _ZIPPED:
        if part in parts:
            raise UnusableDataError(f"'{name}' is {kind}; {todo}.")
    if not any(part.startswith("xl/") for part in parts):
        raise UnusableDataError(f"'{name}' is a packed file and no table; {_UNPACK}.")


def _old_office(path: Path) -> str:
    """What is wrong with a file in Microsoft's older container, by the names of what it contains."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for part, wrong in _IN_OLD_OFFICE:
            if content.find(part.encode("utf-16-le")) >= 0:
                return wrong
    return _OLD_UNKNOWN


_READERS: dict[str, Callable[[Path, str, Limits], Table]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xpt": read_xpt,
    ".sas7bdat": read_sas7bdat,
    ".parquet": read_parquet,
    ".sav": read_sav,
    ".zsav": read_sav,
    ".dta": read_dta,
    ".json": read_dataset_json,
    ".ndjson": read_dataset_json,
}


def read_table(path: Path, *, name: str = "", limits: Limits = LOCAL_LIMITS, sheet: str = "") -> Table:
    """Read a file of any supported kind as text in named columns.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What people call it, when that is not the name under which it lies here.
    limits : Limits
        The most that is read.
    sheet : str
        Of a workbook; empty for the one that looks most like a trial.

    Raises
    ------
    UnusableDataError
        When the file does not exist, is of another kind, damaged, empty, or absurdly large.
    """
    name = name or path.name
    beginning = _beginning(path, name, limits)
    suffix = check_kind(path, name, beginning, limits)
    if suffix not in _READERS and suffix != ".xlsx":
        raise UnusableDataError(f"'{name}' cannot be read; give a {READABLE} file.")
    if suffix == ".xlsx":
        table = read_excel(path, name, limits, sheet)
    elif sheet:
        raise UnusableDataError(f"'{name}' is no workbook, so it has no sheet '{sheet[:60]}'.")
    else:
        table = _READERS[suffix](path, name, limits)
    _check(table, limits)
    dated = add_time_from_dates(table)
    unscripted = ""
    if len(dated.columns) > len(table.columns):
        unscripted = "a time that was computed from dates"
    elif suffix == ".parquet" and any(column.unit for column in table.columns.values()):
        unscripted = "durations among its columns"
    files = table.files or (SourceFile(name),)
    return replace(
        dated, files=tuple(replace(file, unscripted=file.unscripted or unscripted) for file in files)
    )


def _beginning(path: Path, name: str, limits: Limits) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UnusableDataError(f"'{path}' is a folder; give the file itself.")
        with path.open("rb") as file:
            beginning = file.read(LOOKED_AT)
    except FileNotFoundError as error:
        raise UnusableDataError(f"There is no file '{path}'.") from error
    except (OSError, ValueError) as error:
        raise UnusableDataError(f"'{path}' cannot be opened.") from error
    if size == 0:
        raise UnusableDataError(f"'{name}' is empty.")
    if size > limits.size:
        raise UnusableDataError(
            f"'{name}' has {size / 1e6:,.0f} MB; a trial of this size cannot be read at once."
        )
    return beginning


def _check(table: Table, limits: Limits) -> None:
    if len(table.columns) < 2:
        raise UnusableDataError(
            f"'{table.name}' has fewer than two columns with a name; "
            "a row must hold the names of the columns, above the rows of the participants."
        )
    if not len(table):
        raise UnusableDataError(f"'{table.name}' has a header but no participants.")
    check_table(table.name, limits, rows=len(table), columns=len(table.columns))
