"""Editable PowerPoint scatter chart as DrawingML: axes, series, labels and error bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mirodash.export.deck.package import Column, cells, heading, workbook
from mirodash.export.deck.style import AXIS, DECLARATION, FONT, GRID, INK, Box, Dash, number, tag, written

Numbers = Sequence[float | None]
Place = Literal["r", "l", "t", "b", "ctr"]
CHART_LETTERS = 18.0


@dataclass(frozen=True, slots=True)
class Line:
    """How a series is drawn between its points."""

    colour: str
    width: float
    dash: Dash = "solid"


@dataclass(frozen=True, slots=True)
class Marker:
    """How a series is drawn at its points; ``sizes`` (points,) where each has its own."""

    symbol: Literal["circle", "square", "diamond"]
    size: int
    colour: str
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point, in as many lines as they have; ``up`` moves them, in points."""

    at: int
    text: str
    place: Place
    colour: str = INK
    bold: bool = False
    size: float = CHART_LETTERS
    up: float = 0.0


@dataclass(frozen=True, slots=True)
class Ticks:
    """A short upright line at every point, ``height`` long in the units of the axis."""

    line: Line
    height: float


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one set of points; None in ``y`` is a gap."""

    name: str
    x: Sequence[float]
    y: Numbers
    line: Line | None = None
    marker: Marker | None = None
    labels: tuple[Label, ...] = ()
    ticks: Ticks | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: from where to where, its title, and the marks that it writes by itself.

    ``log`` is the base of a logarithmic axis. Where marks are not evenly spaced ``step`` is None, and
    a series writes them as labels (`marks`). ``title_at`` is where the title starts, from the left (None for
    the middle of the axis) and from the top, in points on the slide.
    """

    low: float
    high: float
    title: str
    log: int | None = None
    step: float | None = None
    number_format: str = "General"
    grid: bool = False
    title_at: tuple[float | None, float] | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class ScatterChart:
    """A chart in ``frame``, whose axes span exactly ``plot``; both in points on the slide."""

    frame: Box
    plot: Box
    x: Axis
    y: Axis
    series: tuple[Series, ...]


def columns(series: Sequence[Series], *, x_name: str) -> list[Column]:
    """The columns of the workbook: for every series its x and its y."""
    return [column for one in series for column in (Column(x_name, one.x), Column(one.name, one.y))]


def marks(
    name: str,
    ticks: Sequence[tuple[float, str]],
    *,
    bottom: float,
    height: float,
) -> Series:
    """The marks of a horizontal axis that are not evenly spaced, as labels of a series along it.

    A mark whose text is empty stands without one.
    """
    return Series(
        name=name,
        x=[value for value, _ in ticks],
        y=[bottom] * len(ticks),
        labels=tuple(Label(k, text, "b") for k, (_, text) in enumerate(ticks) if text),
        ticks=Ticks(Line(AXIS, 1.0), height),
    )


def straight(name: str, x: tuple[float, float], y: tuple[float, float], line: Line) -> Series:
    """A straight line from one point to another: a threshold, or no effect."""
    return Series(name, x, y, line=line)


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


_NAMES = {
    "xmlns:c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "xmlns:a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xmlns:r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
_ACROSS, _UP = "111111111", "222222222"


@dataclass(frozen=True, slots=True)
class ChartData:
    """What python-pptx asks for when it adds a chart: the chart part, and the workbook behind it."""

    chart: ScatterChart

    def xml_bytes(self, _chart_type: object = None) -> bytes:
        """The chart part."""
        return (DECLARATION + _chart_space(self.chart)).encode("utf-8")

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook that opens with *Edit data*."""
        return workbook(columns(self.chart.series, x_name=self.chart.x.title))


def _chart_space(chart: ScatterChart) -> str:
    inner = tag(
        "c:chart",
        tag("c:autoTitleDeleted", val=1),
        tag("c:plotArea", _where(chart), _scatter(chart), _across(chart), _up(chart)),
        tag("c:plotVisOnly", val=1),
        tag("c:dispBlanksAs", val="gap"),
    )
    return tag(
        "c:chartSpace",
        tag("c:date1904", val=0),
        tag("c:lang", val="en-GB"),
        tag("c:roundedCorners", val=0),
        inner,
        tag("c:spPr", tag("a:noFill"), tag("a:ln", tag("a:noFill"))),
        letters(INK),
        **_NAMES,
    )


def _scatter(chart: ScatterChart) -> str:
    rows = max(len(one.x) for one in chart.series)
    series = (series_xml(one, k, rows=rows, frame=chart.frame) for k, one in enumerate(chart.series))
    return tag(
        "c:scatterChart",
        tag("c:scatterStyle", val="lineMarker"),
        tag("c:varyColors", val=0),
        *series,
        tag("c:axId", val=_ACROSS),
        tag("c:axId", val=_UP),
    )


def _where(chart: ScatterChart) -> str:
    """The inside of the axes as shares of the frame: so tables can stand exactly under ticks."""
    frame, plot = chart.frame, chart.plot
    return tag(
        "c:layout",
        tag(
            "c:manualLayout",
            tag("c:layoutTarget", val="inner"),
            tag("c:xMode", val="edge"),
            tag("c:yMode", val="edge"),
            tag("c:x", val=(plot.left - frame.left) / frame.width),
            tag("c:y", val=(plot.top - frame.top) / frame.height),
            tag("c:w", val=plot.width / frame.width),
            tag("c:h", val=plot.height / frame.height),
        ),
    )


def _across(chart: ScatterChart) -> str:
    return _axis(chart.x, _ACROSS, _UP, crosses=chart.y.low, side="b", title=_title_across(chart))


def _up(chart: ScatterChart) -> str:
    return _axis(chart.y, _UP, _ACROSS, crosses=chart.x.low, side="l", title=_title(chart.y, turned=True))


def _axis(axis: Axis, own: str, other: str, *, crosses: float, side: str, title: str) -> str:
    """One axis; ``crosses`` is where on the other one it lies."""
    labels = "none" if axis.step is None else "low"
    scale = [tag("c:logBase", val=axis.log)] if axis.log else []
    return tag(
        "c:valAx",
        tag("c:axId", val=own),
        tag(
            "c:scaling",
            *scale,
            tag("c:orientation", val="minMax"),
            tag("c:max", val=axis.high),
            tag("c:min", val=axis.low),
        ),
        tag("c:delete", val=0 if axis.shown else 1),
        tag("c:axPos", val=side),
        tag("c:majorGridlines", tag("c:spPr", stroke(GRID, 0.75))) if axis.grid else "",
        title,
        tag("c:numFmt", formatCode=axis.number_format, sourceLinked="0"),
        tag("c:majorTickMark", val="none"),
        tag("c:minorTickMark", val="none"),
        tag("c:tickLblPos", val=labels),
        tag("c:spPr", stroke(AXIS, 1.0)),
        letters(INK),
        tag("c:crossAx", val=other),
        tag("c:crossesAt", val=crosses),
        tag("c:crossBetween", val="midCat"),
        tag("c:majorUnit", val=axis.step) if axis.step is not None else "",
    )


def _title_across(chart: ScatterChart) -> str:
    """The horizontal axis in words, placed by hand where labels stand between it and the axis."""
    if chart.x.title_at is None:
        return _title(chart.x)
    left, top = chart.x.title_at
    if left is None:
        left = chart.plot.left + (chart.plot.width - 0.5 * CHART_LETTERS * len(chart.x.title)) / 2
    where = tag(
        "c:layout",
        tag(
            "c:manualLayout",
            tag("c:xMode", val="edge"),
            tag("c:yMode", val="edge"),
            tag("c:x", val=max((left - chart.frame.left) / chart.frame.width, 0.0)),
            tag("c:y", val=(top - chart.frame.top) / chart.frame.height),
        ),
    )
    return _title(chart.x, where)


def _title(axis: Axis, where: str = "", *, turned: bool = False) -> str:
    if not axis.title:
        return ""
    way = {"rot": "-5400000", "vert": "horz"} if turned else {}
    looks = tag("a:rPr", fill(INK), font(), lang="en-GB", sz=round(100 * CHART_LETTERS), b=0)
    run = tag("a:r", looks, tag("a:t", written(axis.title)))
    text = tag("c:rich", tag("a:bodyPr", **way), tag("a:lstStyle"), tag("a:p", tag("a:pPr"), run))
    return tag("c:title", tag("c:tx", text), where, tag("c:overlay", val=1 if where else 0))
