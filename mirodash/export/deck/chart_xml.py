"""A chart as DrawingML, every element in the order that the standard prescribes: PowerPoint insists on it."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.export.deck.chart import CHART_LETTERS, Axis, ScatterChart, columns
from mirodash.export.deck.looks import AXIS, GRID, INK
from mirodash.export.deck.markup import DECLARATION, tag, written
from mirodash.export.deck.series_xml import fill, font, letters, series_xml, stroke
from mirodash.export.deck.workbook import workbook

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
