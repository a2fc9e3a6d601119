"""Files that harm whoever reads them carelessly, made on the spot: bombs, lies, damage and disguises."""

from __future__ import annotations

import io
import random
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>'
_LIST = "[Content_Types].xml"
_STRINGS_ARE_A_PART = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/>'
)
MEGABYTES = 10_000_000


@lru_cache(maxsize=1)
def good_workbook() -> Mapping[str, bytes]:
    """The parts of a small workbook, by name."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "time", "event", "arm"])
    for k in range(40):
        sheet.append([f"P{k}", 10 + k, k % 2, "AB"[k % 2]])
    target = io.BytesIO()
    book.save(target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A packed folder of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def workbook(**changed: bytes) -> bytes:
    """A small workbook of which some parts are others: ``sheet``, ``strings``, ``styles`` or ``book``."""
    names = {
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
    }
    parts = {**good_workbook(), **{names[key]: content for key, content in changed.items()}}
    if "strings" not in changed:
        return packed(parts)
    # openpyxl writes the texts into the cells, and so lists no part for them
    parts[_LIST] = parts[_LIST].replace(b"</Types>", _STRINGS_ARE_A_PART + b"</Types>")
    return packed(parts)


def sheet(rows: bytes, *, before: str = "", dimension: str = "") -> bytes:
    """A sheet of these rows."""
    return (
        f'<?xml version="1.0"?>{before}'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{dimension}<sheetData>".encode()
        + rows
        + b"</sheetData></worksheet>"
    )


def texts(content: bytes, before: str = "") -> bytes:
    """The texts that the cells of a workbook share."""
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<sst xmlns="{name}">'.encode() + content + b"</sst>"


def inline(text: bytes, column: str = "A", row: int = 1) -> bytes:
    """A row of one cell with its text in it."""
    cell = f'<row r="{row}"><c r="{column}{row}" t="inlineStr"><is><t>'.encode()
    return cell + text + b"</t></is></c></row>"


def noise(size: int) -> bytes:
    """Bytes that do not pack, the same every time."""
    return random.Random(1).randbytes(size)  # noqa: S311 - nobody is to be kept from guessing them


def letters() -> bytes:
    """Two million letters that hardly pack, so that what else is in a workbook may be 100 times smaller."""
    return noise(1_000_000).hex().encode()


def lying_zip() -> bytes:
    """A workbook whose directory says that its sheet of 120 MB has 1 kB."""
    content = bytearray(workbook(sheet=sheet(b" " * 120_000_000)))
    true = struct.pack("<I", len(sheet(b"")) + 120_000_000)
    return bytes(content.replace(true, struct.pack("<I", 1_000)))


def overlapping_zip() -> bytes:
    """Ninety entries of the directory that all point at one part of 10 MB."""
    with zipfile.ZipFile(io.BytesIO(workbook(sheet=sheet(b" " * 10_000_000)))) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    content = workbook(sheet=sheet(b" " * 10_000_000))
    start = content.index(b"PK\x01\x02")
    directory = b""
    for k in range(90):
        name = f"xl/worksheets/sheet{k}.xml".encode()
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, entry.CRC, entry.compress_size, 1_000,
            len(name), 0, 0, 0, 0, 0, entry.header_offset,
        ) + name  # fmt: skip
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 90, 90, len(directory), start, 0)
    return content[:start] + directory + end


def many_entries() -> bytes:
    """A directory of 200,000 empty parts."""
    name = b"xl/a"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), *[0] * 4, 0, 0)
    count = 190_000
    directory = (entry + name) * count
    # more than a directory of the older kind can count
    zip64 = struct.pack(
        "<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), len(local)
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(local) + len(directory), 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return local + directory + zip64 + locator + end


def parquet(**columns: pa.Array) -> bytes:
    """A Parquet file of these columns."""
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, compression="zstd")
    return target.getvalue()


def cells(rows: int, columns: int) -> bytes:
    """Rows of ones."""
    row = b"<c><v>1</v></c>" * columns
    return b"".join(b'<row r="%d">%b</row>' % (k + 1, row) for k in range(rows))


def repeated(rows: int, columns: int) -> bytes:
    """Cells that all show the first of the texts."""
    row = b'<c t="s"><v>0</v></c>' * columns
    return b"".join(b'<row r="%d">%b</row>' % (k + 1, row) for k in range(rows))


def lying_parquet() -> bytes:
    """A file of 3 million rows that says everywhere it has 40."""
    content = parquet(id=pa.array([7] * 3_000_000), arm=pa.array(["A"] * 3_000_000))
    # numbers of variable length: 6,000,000 as written for 3 million, and 80 with needless zeros behind it
    return content.replace(b"\x80\x9b\xee\x02", b"\xd0\x80\x80\x00")


def xpt(rows: bytes) -> bytes:
    """A transport file of one column of numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xpt"
        pyreadstat.write_xport(pd.DataFrame({"id": [1.0], "time": [2.0]}), str(path))
        content = path.read_bytes()
    return content[: content.rindex(b"HEADER RECORD") + 80] + rows


def sas7bdat() -> bytes:
    """A native data set of which hardly more than the first page's signature is right."""
    return b"\0" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf" + b"\x33" * 20_000


def ole(part: str) -> bytes:
    """Microsoft's older container around a part of this name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1_000 + part.encode("utf-16-le") + b"\0" * 2_000
