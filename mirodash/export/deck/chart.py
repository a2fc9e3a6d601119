"""Editable PowerPoint scatter chart as DrawingML: axes, series, labels and error bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mirodash.export.deck.package import Column, build_cells, build_heading, build_workbook
from mirodash.export.deck.style import (
    AXIS,
    DECLARATION,
    FONT,
    GRID,
    INK,
    Box,
    Dash,
    build_tag,
    number,
    write_xml,
)

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
    a series writes them as labels (`build_marks`). ``title_at`` is where the title starts, from the left
    (None for
    the middle of the axis) and from the top, in points on the slide. ``in_workbook`` names its columns there,
    where the title does not.
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
    in_workbook: str = ""


@dataclass(frozen=True, slots=True)
class ScatterChart:
    """A chart in ``frame``, whose axes span exactly ``plot``; both in points on the slide."""

    frame: Box
    plot: Box
    x: Axis
    y: Axis
    series: tuple[Series, ...]


def build_columns(series: Sequence[Series], *, x_name: str) -> list[Column]:
    """The columns of the workbook: for every series its x and its y."""
    return [column for one in series for column in (Column(x_name, one.x), Column(one.name, one.y))]


def build_marks(
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


def interpolate(name: str, x: tuple[float, float], y: tuple[float, float], line: Line) -> Series:
    """A straight line from one point to another: a threshold, or no effect."""
    return Series(name, x, y, line=line)


EMU = 12_700
"""English metric units in a point."""


def build_series_xml(series: Series, order: int, *, rows: int, frame: Box) -> str:
    """The series at its place in the order; ``rows`` is the length of the longest one.

    All have that many cells, the last ones empty: LibreOffice 7.4 loses a series that a longer one follows.
    """
    place = 2 * order
    return build_tag(
        "c:ser",
        build_tag("c:idx", val=order),
        build_tag("c:order", val=order),
        _name(series.name, place),
        build_tag("c:spPr", _build_line(series.line)),
        _build_marker(series.marker),
        *_build_points(series.marker),
        _build_labels(series.labels, frame) if series.labels else "",
        _build_ticks(series.ticks) if series.ticks else "",
        build_tag("c:xVal", _build_numbers(series.x, place, rows)),
        build_tag("c:yVal", _build_numbers(series.y, place + 1, rows)),
        build_tag("c:smooth", val=0),
    )


def build_stroke(colour: str, width: float, dash: str = "solid") -> str:
    """A line; width in points."""
    ends = {"w": str(round(width * EMU)), "cap": "flat"}
    return build_tag("a:ln", fill(colour), build_tag("a:prstDash", val=dash), build_tag("a:round"), **ends)


def fill(colour: str) -> str:
    """A plain colour."""
    return build_tag("a:solidFill", build_tag("a:srgbClr", val=colour))


def build_font() -> str:
    """The letters of every word of a chart, of any writing."""
    return build_tag("a:latin", typeface=FONT) + build_tag("a:cs", typeface=FONT)


def build_letters(colour: str, size: float = CHART_LETTERS) -> str:
    """How words of a chart are set, where they are not words of ours."""
    run = build_tag(
        "a:defRPr",
        fill(colour),
        build_font(),
        sz=round(size * 100),
        b=0,
    )
    end = build_tag("a:endParaRPr", lang="en-GB")
    return build_tag(
        "c:txPr",
        build_tag("a:bodyPr"),
        build_tag("a:lstStyle"),
        build_tag("a:p", build_tag("a:pPr", run), end),
    )


def _name(name: str, place: int) -> str:
    value = build_tag("c:pt", build_tag("c:v", write_xml(name)), idx=0)
    cache = build_tag("c:strCache", build_tag("c:ptCount", val=1), value)
    return build_tag("c:tx", build_tag("c:strRef", build_tag("c:f", build_heading(place + 1)), cache))


def _build_line(line: Line | None) -> str:
    if line is None:
        return build_tag("a:ln", build_tag("a:noFill"), w=str(3 * EMU))
    return build_stroke(line.colour, line.width, line.dash)


def _build_marker(marker: Marker | None) -> str:
    if marker is None:
        return build_tag("c:marker", build_tag("c:symbol", val="none"))
    return _draw_points(marker, marker.size)


def _draw_points(marker: Marker, size: int) -> str:
    return build_tag(
        "c:marker",
        build_tag("c:symbol", val=marker.symbol),
        build_tag("c:size", val=size),
        build_tag("c:spPr", fill(marker.colour), build_tag("a:ln", build_tag("a:noFill"))),
    )


def _build_points(marker: Marker | None) -> list[str]:
    """Markers that have a size of their own."""
    if marker is None:
        return []
    return [
        build_tag(
            "c:dPt", build_tag("c:idx", val=k), _draw_points(marker, size), build_tag("c:bubble3D", val=0)
        )
        for k, size in enumerate(marker.sizes)
    ]


def _build_labels(labels: Sequence[Label], frame: Box) -> str:
    ordered = sorted(labels, key=lambda label: label.at)
    return build_tag("c:dLbls", *(_label(label, frame) for label in ordered), *_show_labels(value=0))


def _show_labels(*, value: int) -> list[str]:
    """Which of its own words a label shows: none but, where it has others in their place, the value."""
    flags = {"LegendKey": 0, "Val": value, "CatName": 0, "SerName": 0, "Percent": 0, "BubbleSize": 0}
    return [build_tag(f"c:show{name}", val=flag) for name, flag in flags.items()]


def _label(label: Label, frame: Box) -> str:
    looks = build_tag(
        "a:rPr",
        fill(label.colour),
        build_font(),
        lang="en-GB",
        sz=round(label.size * 100),
        b=1 if label.bold else 0,
    )
    lines = [
        build_tag("a:p", build_tag("a:pPr"), build_tag("a:r", looks, build_tag("a:t", write_xml(line))))
        for line in label.text.split("\n")
    ]
    moved = build_tag(
        "c:manualLayout", build_tag("c:x", val=0), build_tag("c:y", val=-label.up / frame.height)
    )
    return build_tag(
        "c:dLbl",
        build_tag("c:idx", val=label.at),
        build_tag("c:layout", moved if label.up else ""),
        build_tag(
            "c:tx",
            build_tag("c:rich", build_tag("a:bodyPr", wrap="none"), build_tag("a:lstStyle"), *lines),
        ),
        build_tag("c:dLblPos", val=label.place),
        *_show_labels(value=1),
    )


def _build_ticks(ticks: Ticks) -> str:
    """Error bars of one length, which is how a chart draws a short line at a point."""
    return build_tag(
        "c:errBars",
        build_tag("c:errDir", val="y"),
        build_tag("c:errBarType", val="plus"),
        build_tag("c:errValType", val="fixedVal"),
        build_tag("c:noEndCap", val=1),
        build_tag("c:val", val=ticks.height),
        build_tag("c:spPr", build_stroke(ticks.line.colour, ticks.line.width, ticks.line.dash)),
    )


def _build_numbers(values: Sequence[float | None], place: int, rows: int) -> str:
    # written at once: of tens of thousands in a file every call counts
    points = [
        f'<c:pt idx="{k}"><c:v>{number(value)}</c:v></c:pt>'
        for k, value in enumerate(values)
        if value is not None
    ]
    cache = build_tag(
        "c:numCache", build_tag("c:formatCode", "General"), build_tag("c:ptCount", val=rows), *points
    )
    return build_tag("c:numRef", build_tag("c:f", build_cells(place, rows)), cache)


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
        return (DECLARATION + _build_chart_space(self.chart)).encode("utf-8")

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook that opens with *Edit data*."""
        x = self.chart.x
        return build_workbook(build_columns(self.chart.series, x_name=x.in_workbook or x.title))


def _build_chart_space(chart: ScatterChart) -> str:
    inner = build_tag(
        "c:chart",
        build_tag("c:autoTitleDeleted", val=1),
        build_tag(
            "c:plotArea", _where(chart), _build_scatter(chart), _across(chart), _build_vertical_axis(chart)
        ),
        build_tag("c:plotVisOnly", val=1),
        build_tag("c:dispBlanksAs", val="gap"),
    )
    return build_tag(
        "c:chartSpace",
        build_tag("c:date1904", val=0),
        build_tag("c:lang", val="en-GB"),
        build_tag("c:roundedCorners", val=0),
        inner,
        build_tag("c:spPr", build_tag("a:noFill"), build_tag("a:ln", build_tag("a:noFill"))),
        build_letters(INK),
        **_NAMES,
    )


def _build_scatter(chart: ScatterChart) -> str:
    rows = max(len(one.x) for one in chart.series)
    series = (build_series_xml(one, k, rows=rows, frame=chart.frame) for k, one in enumerate(chart.series))
    return build_tag(
        "c:scatterChart",
        build_tag("c:scatterStyle", val="lineMarker"),
        build_tag("c:varyColors", val=0),
        *series,
        build_tag("c:axId", val=_ACROSS),
        build_tag("c:axId", val=_UP),
    )


def _where(chart: ScatterChart) -> str:
    """The inside of the axes as shares of the frame: so tables can stand exactly under ticks."""
    frame, plot = chart.frame, chart.plot
    return build_tag(
        "c:layout",
        build_tag(
            "c:manualLayout",
            build_tag("c:layoutTarget", val="inner"),
            build_tag("c:xMode", val="edge"),
            build_tag("c:yMode", val="edge"),
            build_tag("c:x", val=(plot.left - frame.left) / frame.width),
            build_tag("c:y", val=(plot.top - frame.top) / frame.height),
            build_tag("c:w", val=plot.width / frame.width),
            build_tag("c:h", val=plot.height / frame.height),
        ),
    )


def _across(chart: ScatterChart) -> str:
    return _build_axis(chart.x, _ACROSS, _UP, crosses=chart.y.low, side="b", title=_title_across(chart))


def _build_vertical_axis(chart: ScatterChart) -> str:
    return _build_axis(
        chart.y, _UP, _ACROSS, crosses=chart.x.low, side="l", title=_title(chart.y, turned=True)
    )


def _build_axis(axis: Axis, own: str, other: str, *, crosses: float, side: str, title: str) -> str:
    """One axis; ``crosses`` is where on the other one it lies."""
    labels = "none" if axis.step is None else "low"
    scale = [build_tag("c:logBase", val=axis.log)] if axis.log else []
    return build_tag(
        "c:valAx",
        build_tag("c:axId", val=own),
        build_tag(
            "c:scaling",
            *scale,
            build_tag("c:orientation", val="minMax"),
            build_tag("c:max", val=axis.high),
            build_tag("c:min", val=axis.low),
        ),
        build_tag("c:delete", val=0 if axis.shown else 1),
        build_tag("c:axPos", val=side),
        build_tag("c:majorGridlines", build_tag("c:spPr", build_stroke(GRID, 0.75))) if axis.grid else "",
        title,
        build_tag("c:numFmt", formatCode=axis.number_format, sourceLinked="0"),
        build_tag("c:majorTickMark", val="none"),
        build_tag("c:minorTickMark", val="none"),
        build_tag("c:tickLblPos", val=labels),
        build_tag("c:spPr", build_stroke(AXIS, 1.0)),
        build_letters(INK),
        build_tag("c:crossAx", val=other),
        build_tag("c:crossesAt", val=crosses),
        build_tag("c:crossBetween", val="midCat"),
        build_tag("c:majorUnit", val=axis.step) if axis.step is not None else "",
    )


def _title_across(chart: ScatterChart) -> str:
    """The horizontal axis in words, placed by hand where labels stand between it and the axis."""
    if chart.x.title_at is None:
        return _title(chart.x)
    left, top = chart.x.title_at
    if left is None:
        left = chart.plot.left + (chart.plot.width - 0.5 * CHART_LETTERS * len(chart.x.title)) / 2
    where = build_tag(
        "c:layout",
        build_tag(
            "c:manualLayout",
            build_tag("c:xMode", val="edge"),
            build_tag("c:yMode", val="edge"),
            build_tag("c:x", val=max((left - chart.frame.left) / chart.frame.width, 0.0)),
            build_tag("c:y", val=(top - chart.frame.top) / chart.frame.height),
        ),
    )
    return _title(chart.x, where)


def _title(axis: Axis, where: str = "", *, turned: bool = False) -> str:
    if not axis.title:
        return ""
    way = {"rot": "-5400000", "vert": "horz"} if turned else {}
    looks = build_tag("a:rPr", fill(INK), build_font(), lang="en-GB", sz=round(100 * CHART_LETTERS), b=0)
    run = build_tag("a:r", looks, build_tag("a:t", write_xml(axis.title)))
    text = build_tag(
        "c:rich",
        build_tag("a:bodyPr", **way),
        build_tag("a:lstStyle"),
        build_tag("a:p", build_tag("a:pPr"), run),
    )
    return build_tag("c:title", build_tag("c:tx", text), where, build_tag("c:overlay", val=1 if where else 0))
