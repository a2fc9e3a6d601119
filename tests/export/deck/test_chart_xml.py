"""Elements of a chart stand in the standard's order (ECMA-376, part 1, 21.2), which PowerPoint insists on."""

from __future__ import annotations

import math
from typing import Any

from mirodash.questions.talk.slide_data import list_picture_names
from mirodash.stratification.selection import Selection
from tests.export.deck.taken_apart import C, chart_of, made, slides
from tests.panels.views import DEGENERATE, DEGENERATE_KINDS, TRIALS
from tests.profiles import for_each

SHOWN = ["showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"]
ORDER = {
    "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection "
    "chart spPr txPr externalData printSettings userShapes extLst",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly "
    "dispBlanksAs extLst",
    "plotArea": "layout scatterChart valAx valAx dTable spPr",
    "layout": "manualLayout",
    "manualLayout": "layoutTarget xMode yMode wMode hMode x y w h",
    "scatterChart": "scatterStyle varyColors ser dLbls axId axId",
    "ser": "idx order tx spPr marker dPt dLbls trendline errBars xVal yVal smooth",
    "marker": "symbol size spPr",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr",
    "dLbls": "dLbl delete numFmt spPr txPr dLblPos " + " ".join(SHOWN),
    "dLbl": "idx delete layout tx numFmt spPr txPr dLblPos " + " ".join(SHOWN),
    "errBars": "errDir errBarType errValType noEndCap plus minus val spPr",
    "numRef": "f numCache",
    "strRef": "f strCache",
    "numCache": "formatCode ptCount pt",
    "strCache": "ptCount pt",
    "valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark "
    "minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit dispUnits",
    "scaling": "logBase orientation max min",
    "title": "tx layout overlay spPr txPr",
    "tx": "strRef rich",
    "rich": "bodyPr lstStyle p",
    "txPr": "bodyPr lstStyle p",
    "p": "pPr r endParaRPr",
    "r": "rPr t",
    "rPr": "ln solidFill latin ea cs",
    "defRPr": "ln solidFill latin ea cs",
    "ln": "noFill solidFill prstDash round headEnd tailEnd",
    "spPr": "noFill solidFill ln",
    "xVal": "numRef",
    "yVal": "numRef",
}
MANY = {"ser", "dPt", "dLbl", "pt", "p", "r"}
LEAVES = {"externalData", "pPr", "endParaRPr", "solidFill", "pt", "majorGridlines"}


def misplaced(element: Any) -> list[str]:
    """Return the elements under this one that stand where the standard has no place for them."""
    name = element.tag.partition("}")[2]
    wrong = []
    children = [child.tag.partition("}")[2] for child in element]
    if children and name not in LEAVES:
        allowed, place = ORDER[name].split(), 0
        for child in children:
            while place < len(allowed) and allowed[place] != child:
                place += 1
            if place == len(allowed):
                wrong.append(f"{child} in {name}")
                break
            place += child not in MANY
    return wrong + [problem for child in element for problem in misplaced(child)]


@for_each("name", ["mirocals", "gbsg2"])
def test_every_picture_of_a_trial_is_in_order(name: str):
    trial = TRIALS[name]
    pictures = [key for key, _ in list_picture_names(trial, Selection())]
    found = slides(made(trial, *pictures))
    assert len(found) == len(pictures)
    assert sum(shape.has_chart for slide in found for shape in slide.shapes) >= len(pictures) - 2
    for slide in found:
        charts = [shape.chart for shape in slide.shapes if shape.has_chart]
        assert [problem for chart in charts for problem in misplaced(chart.part._element)] == []


@for_each("trial", [DEGENERATE[name] for name in DEGENERATE_KINDS])
def test_any_trial_makes_slides_that_open_and_whose_numbers_are_numbers(trial: Any):
    pictures = [key for key, _ in list_picture_names(trial, Selection())]
    found = slides(made(trial, *pictures, "effect", "search"))
    assert len(found) == len(pictures) + 2
    for slide in found:
        for shape in slide.shapes:
            if shape.has_chart:
                root = shape.chart.part._element
                values = [
                    float(v.text)
                    for v in root.iter(f"{C}v")
                    if v.getparent().getparent().tag != f"{C}strCache"
                ]
                limits = [
                    float(limit.get("val"))
                    for tag in ("min", "max", "crossesAt")
                    for limit in root.iter(C + tag)
                ]
                assert all(map(math.isfinite, values + limits))
                assert misplaced(root) == []


def test_a_logarithmic_axis_starts_above_zero_and_crosses_at_its_end():
    (slide,) = slides(made(TRIALS["mirocals"], "effect"))
    for axis in chart_of(slide).chart.part._element.iter(f"{C}valAx"):
        low, high = (float(axis.find(f"{C}scaling/{C}{end}").get("val")) for end in ("min", "max"))
        assert 0 < low < high
        assert int(axis.find(f"{C}scaling/{C}logBase").get("val")) in (2, 10)
    across, up = chart_of(slide).chart.part._element.iter(f"{C}valAx")
    for one, other in ((across, up), (up, across)):
        assert one.find(f"{C}crossAx").get("val") == other.find(f"{C}axId").get("val")
        assert one.find(f"{C}crossesAt").get("val") == other.find(f"{C}scaling/{C}min").get("val")


def test_series_are_of_one_length_for_libreoffice():
    for slide in slides(made(TRIALS["mirocals"], "survival-2", "effect")):
        counts = {count.get("val") for count in chart_of(slide).chart.part._element.iter(f"{C}ptCount")} - {
            "1"
        }
        assert len(counts) == 1
