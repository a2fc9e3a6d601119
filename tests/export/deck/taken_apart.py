"""A file of slides taken apart again: charts as numbers, workbooks, and texts by the names of shapes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl
from pptx import Presentation

from mirodash.export.deck import Slide, deck
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial

TODAY = date(2026, 11, 22)
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True)
class DrawnSeries:
    """One series as the chart part holds it."""

    name: str
    x: list[float]
    y: list[float | None]
    element: Any

    def texts(self) -> list[str]:
        """The labels at its points."""
        labels = self.element.findall(f"{C}dLbls/{C}dLbl")
        return ["\n".join(p_text(p) for p in label.iter(f"{A}p")) for label in labels]


def p_text(paragraph: Any) -> str:
    return "".join(t.text or "" for t in paragraph.iter(f"{A}t"))


def made(trial: Trial, *pictures: str, title: str = "", note: str = "", **chosen: Any) -> bytes:
    """Return the file of these pictures of one view."""
    selection = Selection(**chosen)
    views = [SavedView(selection.to_query(), picture, title, note) for picture in pictures]
    return deck([Slide(trial, selection, view) for view in views], on=TODAY)


def slides(file: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(file)).slides)


def shapes(slide: Any) -> dict[str, Any]:
    named = {shape.name: shape for shape in slide.shapes}
    assert len(named) == len(list(slide.shapes)), "two shapes share a name"
    return named


def chart_of(slide: Any) -> Any:
    """Return the chart's shape on a slide."""
    (shape,) = [shape for shape in slide.shapes if shape.has_chart]
    return shape


def series_of(slide: Any, shape: Any = None) -> dict[str, DrawnSeries]:
    """Return what a chart draws: the one that is given, or the only one of the slide."""
    root = (shape or chart_of(slide)).chart.part._element
    found = {}
    for element in root.iter(f"{C}ser"):
        name = element.find(f"{C}tx/{C}strRef/{C}strCache/{C}pt/{C}v").text
        x, y = (numbers(element.find(f"{C}{axis}Val")) for axis in "xy")
        length = max((k for k, value in enumerate(x) if value is not None), default=-1) + 1
        assert name not in found
        found[name] = DrawnSeries(name, [v for v in x[:length] if v is not None], y[:length], element)
    return found


def numbers(element: Any) -> list[float | None]:
    """Return the numbers that a chart remembers, None where a cell is empty."""
    cache = element.find(f"{C}numRef/{C}numCache")
    values: list[float | None] = [None] * int(cache.find(f"{C}ptCount").get("val"))
    for point in cache.findall(f"{C}pt"):
        values[int(point.get("idx"))] = float(point.find(f"{C}v").text)
    return values


def sheet_of(slide: Any) -> Any:
    """Return the worksheet behind a slide's chart."""
    blob = chart_of(slide).chart.part.chart_workbook.xlsx_part.blob
    return openpyxl.load_workbook(io.BytesIO(blob)).worksheets[0]


def every_text(file: bytes) -> str:
    """Return everything in the file that is text, workbooks included."""
    texts = []
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            texts.append(name)
            if name.endswith(".xlsx"):
                texts.append(every_text(content))
            else:
                texts.append(content.decode("utf-8"))
    return "\n".join(texts)


def cells(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def rewritten(file: bytes, changes: dict[str, bytes], *, without: Sequence[str] = ()) -> bytes:
    """Return the ZIP file with some parts replaced, added or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes and not any(re.search(part, name) for part in without):
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()
