"""The survival chart holds the engine's numbers to the last bit, and its table stands under its marks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from mirodash.export.deck.curve_charts import SURVIVAL_CHART_PLOT
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import count
from mirodash.trial.store import sample
from tests.export.deck.taken_apart import C, cells, chart_of, made, series_of, shapes, sheet_of, slides
from tests.panels.views import DEGENERATE, TRIALS
from tests.profiles import for_each

MIROCALS, GBSG2 = sample("mirocals"), sample("gbsg2")
EMU = 12_700


def height_at(path: list[tuple[float, float]], t: float) -> float:
    """The height of a step line just after t."""
    return [y for x, y in path if x <= t][-1]


@for_each(("trial", "place"), [(MIROCALS, 0), (MIROCALS, 2), (GBSG2, 1)])
def test_curves_are_the_engines_to_the_last_bit(trial: Any, place: int):
    (slide,) = slides(made(trial, f"survival-{place}"))
    result, drawn = survival_by_group(trial, Selection()), series_of(slide)
    compared = result.groups[place].comparison
    label = trial.dictionary.arm_label
    for name, arm in ((label(result.treated), compared.treated), (label(result.control), compared.control)):
        curve = arm.curve
        there = (curve.events > 0) & (curve.time <= result.horizon)
        path = list(zip(drawn[name].x, drawn[name].y, strict=True))
        for t, s in zip(curve.time[there].tolist(), curve.estimate[there].tolist(), strict=True):
            assert height_at(path, t) == s
        assert set(drawn[name].y) == {1.0, *curve.estimate[there].tolist()}
        assert path[-1][0] == result.horizon
        assert all(x0 == x1 or y0 == y1 for (x0, y0), (x1, y1) in pairwise(path))
        for end, values in (("lower", curve.lower), ("upper", curve.upper)):
            known = values[there][np.isfinite(values[there])]
            assert set(drawn[f"{name}: {end} limit"].y) == set(known.tolist())


@for_each(("falling", "rising"), [("survival-2", "incidence-2"), ("groups", "incidence-groups")])
def test_curves_of_1_minus_s_are_the_falling_ones_turned_over(falling: str, rising: str):
    (down,), (up,) = (slides(made(MIROCALS, picture)) for picture in (falling, rising))
    chart = "Survival chart 1" if falling == "groups" else "Survival chart"
    before, after = (series_of(slide, shapes(slide)[chart]) for slide in (down, up))
    for name in ("IL-2", "Placebo"):
        one, other = before[name], after[name]
        assert other.x == one.x
        assert other.y == pytest.approx([1 - share for share in one.y], abs=1e-15)
        assert after[f"{name}: upper limit"].y == pytest.approx(
            [1 - share for share in before[f"{name}: lower limit"].y], abs=1e-15
        )
        if rising == "incidence-groups":
            heads = [shapes(slide)["Group 1"].text_frame.text.split("\n")[0] for slide in (down, up)]
            assert heads[1] == f"{heads[0]}, 1 − S"
            told = [each[name].texts()[-1] for each in (before, after)]
            assert sum(int(text.split()[0].removesuffix("%")) for text in told) == 100
    facts = [shapes(slide)["Facts"].text_frame.text for slide in (down, up)]
    assert facts[0] == facts[1]


def test_censor_ticks_are_times_of_the_whole_arm():
    (slide,) = slides(made(GBSG2, "survival-0"))
    result = survival_by_group(GBSG2, Selection())
    curve = result.overall.comparison.control.curve
    name = f"{GBSG2.dictionary.arm_label(result.control)}: censored"
    there = curve.time[(curve.censored > 0) & (curve.time < result.horizon)].tolist()
    drawn = series_of(slide)[name].x
    assert drawn
    assert set(drawn) <= set(there)


def test_times_are_in_the_readers_unit():
    (slide,) = slides(made(MIROCALS, "survival-0", unit="months"))
    drawn = series_of(slide)
    assert max(drawn["IL-2"].x) == pytest.approx(640 / 30.4375)
    assert drawn["Marks, months"].texts() == ["0", "3", "6", "9", "12", "15", "18", "21"]


def test_a_mark_that_would_touch_the_horizon_is_drawn_without_its_number():
    (slide,) = slides(made(MIROCALS, "survival-0", horizon=2000))
    drawn = series_of(slide)["Marks, days"]
    assert drawn.x == [0, 360, 720, 1080, 1440, 1800, 2000]
    assert drawn.texts() == ["0", "360", "720", "1,080", "1,440", "2,000"]


def test_marks_are_those_of_the_result():
    (slide,) = slides(made(MIROCALS, "survival-0"))
    marks = series_of(slide)["Marks, days"]
    assert marks.x == survival_by_group(MIROCALS, Selection()).ticks.tolist()
    assert marks.texts() == ["0", "90", "180", "270", "360", "450", "540", "640"]


def plot_of(slide: Any) -> tuple[float, float]:
    """Left and right end of the axes in points, from the chart part alone."""
    shape = chart_of(slide)
    layout = shape.chart.part._element.find(f"{C}chart/{C}plotArea/{C}layout/{C}manualLayout")
    assert layout.find(f"{C}layoutTarget").get("val") == "inner"
    x, w = (float(layout.find(f"{C}{part}").get("val")) for part in "xw")
    left = shape.left / EMU + x * shape.width / EMU
    return left, left + w * shape.width / EMU


@for_each("trial", [MIROCALS, GBSG2, TRIALS["times of ages"], TRIALS["times of a blink"]])
@for_each("unit", ["", "years"])
def test_numbers_at_risk_stand_under_their_marks(trial: Any, unit: str):
    (slide,) = slides(made(trial, "survival-0", unit=unit))
    left, right = plot_of(slide)
    frame = shapes(slide)["At risk"]
    edges = np.cumsum([frame.left, *(column.width for column in frame.table.columns)]) / EMU
    middles = (edges[:-1] + edges[1:]) / 2
    (marks,) = [one for name, one in series_of(slide).items() if name.startswith("Marks")]
    under = [left + (right - left) * t / marks.x[-1] for t in marks.x]
    numbers = [k for k, text in enumerate(cells(frame.table)[1]) if text]
    assert middles[numbers] == pytest.approx(under, abs=0.05)
    assert frame.top == chart_of(slide).top + chart_of(slide).height


def test_numbers_at_risk_are_the_engines_in_our_words():
    (slide,) = slides(made(MIROCALS, "survival-1"))
    compared = survival_by_group(MIROCALS, Selection()).groups[1].comparison
    rows = cells(shapes(slide)["At risk"].table)
    assert [row[0] for row in rows] == ["At risk, IL-2", "", "At risk, Placebo", ""]
    for row, arm in ((rows[1], compared.treated), (rows[3], compared.control)):
        assert [text for text in row if text] == [count(n) for n in arm.at_risk.at_risk.tolist()]


def test_an_arm_looks_the_same_as_everywhere():
    (slide,) = slides(made(MIROCALS, "survival-0"))
    looks = {}
    for name in ("IL-2", "Placebo"):
        (line,) = series_of(slide)[name].element.xpath("./c:spPr/a:ln")
        assert int(line.get("w")) >= 3 * EMU
        looks[name] = (line.xpath(".//a:srgbClr/@val"), line.xpath("./a:prstDash/@val"))
    assert looks == {"IL-2": (["0072B2"], ["solid"]), "Placebo": (["D55E00"], ["sysDash"])}


def test_names_stand_at_the_ends_of_curves_and_apart():
    (slide,) = slides(made(DEGENERATE["all die before the horizon"], "survival-0"))
    moved = []
    for name in ("IL-2", "Placebo"):
        (label,) = series_of(slide)[name].element.xpath("./c:dLbls/c:dLbl")
        assert int(label.xpath("./c:idx/@val")[0]) == len(series_of(slide)[name].x) - 1
        assert series_of(slide)[name].texts() == [name]
        share = -float(label.xpath("./c:layout/c:manualLayout/c:y/@val")[0])
        moved.append(
            series_of(slide)[name].y[-1] * SURVIVAL_CHART_PLOT.height + share * chart_of(slide).height / EMU
        )
    assert abs(moved[0] - moved[1]) > 20
    assert min(moved) > 10


def test_the_workbook_behind_a_chart_holds_the_same_numbers():
    (slide,) = slides(made(MIROCALS, "survival-0"))
    sheet = sheet_of(slide)
    for place, one in enumerate(series_of(slide).values()):
        assert sheet.cell(1, 2 * place + 2).value == one.name
        for axis, values in ((1, one.x), (2, one.y)):
            column = [sheet.cell(row, 2 * place + axis).value for row in range(2, len(values) + 2)]
            assert [float(value) for value in column] == values
        reference = one.element.xpath("./c:yVal/c:numRef/c:f")[0].text
        assert reference.startswith(f"Sheet1!${sheet.cell(1, 2 * place + 2).column_letter}$2:")
