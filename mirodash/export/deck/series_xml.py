"""One series of a chart as DrawingML: line, markers, labels, error bars and the numbers themselves."""

from __future__ import annotations

from collections.abc import Sequence

from mirodash.export.deck.chart import CHART_LETTERS, Label, Line, Marker, Series, Ticks
from mirodash.export.deck.looks import FONT, Box
from mirodash.export.deck.markup import number, tag, written
from mirodash.export.deck.workbook import cells, heading

EMU = 12_700
"""English metric units in a point."""


def series_xml(series: Series, order: int, *, rows: int, frame: Box) -> str:
    """The series at its place in the order; ``rows`` is the length of the longest one.

    All have that many cells, the last ones empty: LibreOffice 7.4 loses a series that a longer one follows.
    """
    place = 2 * order
    return tag(
        "c:ser",
        tag("c:idx", val=order),
        tag("c:order", val=order),
        _name(series.name, place),
        tag("c:spPr", _line(series.line)),
        _marker(series.marker),
        *_points(series.marker),
        _labels(series.labels, frame) if series.labels else "",
        _ticks(series.ticks) if series.ticks else "",
        tag("c:xVal", _numbers(series.x, place, rows)),
        tag("c:yVal", _numbers(series.y, place + 1, rows)),
        tag("c:smooth", val=0),
    )


def stroke(colour: str, width: float, dash: str = "solid") -> str:
    """A line; width in points."""
    ends = {"w": str(round(width * EMU)), "cap": "flat"}
    return tag("a:ln", fill(colour), tag("a:prstDash", val=dash), tag("a:round"), **ends)


def fill(colour: str) -> str:
    """A plain colour."""
    return tag("a:solidFill", tag("a:srgbClr", val=colour))


def font() -> str:
    """The letters of every word of a chart, of any writing."""
    return tag("a:latin", typeface=FONT) + tag("a:cs", typeface=FONT)


def letters(colour: str, size: float = CHART_LETTERS) -> str:
    """How words of a chart are set, where they are not words of ours."""
    run = tag(
        "a:defRPr",
        fill(colour),
        font(),
        sz=round(size * 100),
        b=0,
    )
    end = tag("a:endParaRPr", lang="en-GB")
    return tag("c:txPr", tag("a:bodyPr"), tag("a:lstStyle"), tag("a:p", tag("a:pPr", run), end))


def _name(name: str, place: int) -> str:
    value = tag("c:pt", tag("c:v", written(name)), idx=0)
    cache = tag("c:strCache", tag("c:ptCount", val=1), value)
    return tag("c:tx", tag("c:strRef", tag("c:f", heading(place + 1)), cache))


def _line(line: Line | None) -> str:
    if line is None:
        return tag("a:ln", tag("a:noFill"), w=str(3 * EMU))
    return stroke(line.colour, line.width, line.dash)


def _marker(marker: Marker | None) -> str:
    if marker is None:
        return tag("c:marker", tag("c:symbol", val="none"))
    return _drawn(marker, marker.size)


def _drawn(marker: Marker, size: int) -> str:
    return tag(
        "c:marker",
        tag("c:symbol", val=marker.symbol),
        tag("c:size", val=size),
        tag("c:spPr", fill(marker.colour), tag("a:ln", tag("a:noFill"))),
    )


def _points(marker: Marker | None) -> list[str]:
    """Markers that have a size of their own."""
    if marker is None:
        return []
    return [
        tag("c:dPt", tag("c:idx", val=k), _drawn(marker, size), tag("c:bubble3D", val=0))
        for k, size in enumerate(marker.sizes)
    ]


def _labels(labels: Sequence[Label], frame: Box) -> str:
    ordered = sorted(labels, key=lambda label: label.at)
    return tag("c:dLbls", *(_label(label, frame) for label in ordered), *_shown(value=0))


def _shown(*, value: int) -> list[str]:
    """Which of its own words a label shows: none but, where it has others in their place, the value."""
    flags = {"LegendKey": 0, "Val": value, "CatName": 0, "SerName": 0, "Percent": 0, "BubbleSize": 0}
    return [tag(f"c:show{name}", val=flag) for name, flag in flags.items()]


def _label(label: Label, frame: Box) -> str:
    looks = tag(
        "a:rPr",
        fill(label.colour),
        font(),
        lang="en-GB",
        sz=round(label.size * 100),
        b=1 if label.bold else 0,
    )
    lines = [
        tag("a:p", tag("a:pPr"), tag("a:r", looks, tag("a:t", written(line))))
        for line in label.text.split("\n")
    ]
    moved = tag("c:manualLayout", tag("c:x", val=0), tag("c:y", val=-label.up / frame.height))
    return tag(
        "c:dLbl",
        tag("c:idx", val=label.at),
        tag("c:layout", moved if label.up else ""),
        tag(
            "c:tx",
            tag("c:rich", tag("a:bodyPr", wrap="none"), tag("a:lstStyle"), *lines),
        ),
        tag("c:dLblPos", val=label.place),
        *_shown(value=1),
    )


def _ticks(ticks: Ticks) -> str:
    """Error bars of one length, which is how a chart draws a short line at a point."""
    return tag(
        "c:errBars",
        tag("c:errDir", val="y"),
        tag("c:errBarType", val="plus"),
        tag("c:errValType", val="fixedVal"),
        tag("c:noEndCap", val=1),
        tag("c:val", val=ticks.height),
        tag("c:spPr", stroke(ticks.line.colour, ticks.line.width, ticks.line.dash)),
    )


def _numbers(values: Sequence[float | None], place: int, rows: int) -> str:
    # written at once: of tens of thousands in a file every call counts
    points = [
        f'<c:pt idx="{k}"><c:v>{number(value)}</c:v></c:pt>'
        for k, value in enumerate(values)
        if value is not None
    ]
    cache = tag("c:numCache", tag("c:formatCode", "General"), tag("c:ptCount", val=rows), *points)
    return tag("c:numRef", tag("c:f", cells(place, rows)), cache)
