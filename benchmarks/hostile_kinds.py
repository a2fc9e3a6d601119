"""The kinds of hostile files that are tried: under which name each comes, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from benchmarks.hostile_made import (
    BILLION_LAUGHS,
    MEGABYTES,
    OUTSIDE,
    cells,
    inline,
    letters,
    lying_parquet,
    lying_zip,
    many_entries,
    noise,
    ole,
    overlapping_zip,
    packed,
    parquet,
    repeated,
    sas7bdat,
    sheet,
    texts,
    workbook,
    xpt,
)

_CSV = b"id,time,event,arm\n" + b"".join(
    b"P%d,%d,%d,%c\n" % (k, k + 1, k % 2, 65 + k % 2) for k in range(200)
)

HOSTILE: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "one line of 10 MB": ("a.csv", lambda: b"x" * (MEGABYTES - 1)),
    "a million columns": ("a.csv", lambda: b",".join(b"c%d" % k for k in range(1_000_000)) + b"\n"),
    "a million columns of one name": ("a.csv", lambda: b"a," * 1_000_000 + b"\n"),
    "five million cells": ("a.csv", lambda: b"a,b,c,d,e\n" + b"1,1,1,1,1\n" * 999_000),
    "a cell of 2 MB": ("a.csv", lambda: b"id,notes\nP1," + b"x" * 2_000_000 + b"\nP2,\n"),
    "a name of 2 MB": ("a.csv", lambda: b"id," + b"x" * 2_000_000 + b"\nP1,2\n"),
    "10 MB of quotation marks": ("a.csv", lambda: b'"' * (MEGABYTES - 1)),
    "a quotation mark never closed": ("a.csv", lambda: b'a,b\n"' + b"x,y\n" * 2_000_000),
    "only commas": ("a.csv", lambda: b"," * MEGABYTES),
    "only line ends": ("a.csv", lambda: b"\r\n" * (MEGABYTES // 2)),
    "NUL bytes": ("a.csv", lambda: _CSV + b"P9,\0\0,1,A\n"),
    "UTF-32": ("a.csv", lambda: _CSV.decode().encode("utf-32")),
    "UTF-16 without a mark": ("a.csv", lambda: _CSV.decode().encode("utf-16-le")),
    "two encodings": ("a.csv", lambda: _CSV + "P9,1,1,é\n".encode() + b"P9,1,1,\xe9\n"),
    "random bytes": ("a.csv", lambda: noise(1_000_000)),
    "a bomb in a sheet": ("a.xlsx", lambda: workbook(sheet=sheet(b" " * 120_000_000))),
    "a bomb with a lying directory": ("a.xlsx", lying_zip),
    "overlapping parts": ("a.xlsx", overlapping_zip),
    "190,000 parts": ("a.xlsx", many_entries),
    "a bomb in the texts": ("a.xlsx", lambda: workbook(strings=texts(b"<si><t/></si>" * 3_500_000))),
    "a bomb in the looks": ("a.xlsx", lambda: workbook(styles=texts(b"<xf/>" * 2_000_000 + letters()))),
    "entities in a sheet": ("a.xlsx", lambda: workbook(sheet=sheet(inline(b"&a9;"), before=BILLION_LAUGHS))),
    "entities in the texts": (
        "a.xlsx",
        lambda: workbook(strings=texts(b"<si><t>&a9;</t></si>", BILLION_LAUGHS)),
    ),
    "entities in the book": (
        "a.xlsx",
        lambda: workbook(book=BILLION_LAUGHS.encode() + b"<workbook>&a9;</workbook>"),
    ),
    "a file of the server in a sheet": (
        "a.xlsx",
        lambda: workbook(sheet=sheet(inline(b"&a9;"), before=OUTSIDE)),
    ),
    "700,000 cells": (
        "a.xlsx",
        lambda: workbook(sheet=sheet(cells(3_500, 200) + noise(500_000).hex().encode())),
    ),
    "a row far beyond the last": ("a.xlsx", lambda: workbook(sheet=sheet(inline(b"x", "A", 99_999_999_999)))),
    "a column far beyond the last": ("a.xlsx", lambda: workbook(sheet=sheet(inline(b"x", "ZZZ")))),
    "a cell of 2 MB in a sheet": ("a.xlsx", lambda: workbook(sheet=sheet(inline(letters())))),
    "one long text in every cell": (
        "a.xlsx",
        lambda: workbook(
            strings=texts(b"<si><t>" + noise(15_000).hex().encode() + b"</t></si>"),
            sheet=sheet(repeated(200, 100)),
        ),
    ),
    "marks within marks": ("a.xlsx", lambda: workbook(sheet=sheet(b"<a>" * 900_000 + letters()))),
    "a locked workbook": ("a.xlsx", lambda: ole("EncryptedPackage")),
    "an old workbook": ("a.xls", lambda: ole("Workbook")),
    "a web page": ("a.xls", lambda: b"<html><table><tr><td>id</td></tr></table></html>"),
    "a workbook cut in half": ("a.xlsx", lambda: workbook()[:3_000]),
    "a packed folder": ("a.xlsx", lambda: packed({"a.csv": _CSV})),
    "a Word document": ("a.xlsx", lambda: packed({"word/document.xml": b"<a/>"})),
    "an OpenDocument file": ("a.ods", lambda: packed({"mimetype": b"x", "content.xml": b"<a/>"})),
    "a PDF": ("a.csv", lambda: b"%PDF-1.7\n" + noise(100_000)),
    "a picture": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + noise(100_000)),
    "a pickle": ("a.pkl", lambda: b"\x80\x04\x95" + noise(1_000)),
    "a database": ("a.db", lambda: b"SQLite format 3\0" + noise(1_000)),
    "30 million rows": (
        "a.parquet",
        lambda: parquet(id=pa.nulls(30_000_000, pa.int8()), arm=pa.nulls(30_000_000, pa.int8())),
    ),
    "rows that are lied about": ("a.parquet", lying_parquet),
    "one long text in every row": (
        "a.parquet",
        lambda: parquet(id=pa.array(["x" * 30_000] * 2_000), arm=pa.array(["A"] * 2_000)),
    ),
    "a cell of 5 MB in a column": (
        "a.parquet",
        lambda: parquet(id=pa.array(["x" * 5_000_000] * 2), arm=pa.array(["A", "B"])),
    ),
    "a column file cut in half": (
        "a.parquet",
        lambda: parquet(id=pa.array(range(9_000)), b=pa.array(range(9_000)))[:20_000],
    ),
    "10 MB of empty rows": ("a.xpt", lambda: xpt(b"\x41\x10" * (MEGABYTES // 2 // 80 * 80 - 2_000))),
    "a transport file cut in half": ("a.xpt", lambda: xpt(b"")[:500]),
    "a native data set of nonsense": ("a.sas7bdat", sas7bdat),
}
"""What it is: under which name it comes, and how it is made."""
