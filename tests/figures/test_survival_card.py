"""The survival card: numbers at risk under their ticks, arms by colour and line style, names as text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mirodash.plot.theme import DARK, LIGHT, Figure, FigureOptions, Theme
from mirodash.questions.statistics.group_survival import SurvivalByGroup
from mirodash.questions.survival_curves import draw_survival_card, list_count_rows, survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.text.decimals import choose_percent_decimals
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import count, format_percent, unify_spaces
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial
from tests.figures.contrast import contrast
from tests.panels.views import DEGENERATE, HTML, KINDS, LONG, TRIALS, of_size
from tests.profiles import for_each

MIROCALS = TRIALS["mirocals"]
THEMES = for_each("theme", [LIGHT, DARK])
INHABITED = [name for name in KINDS if survival_by_group(TRIALS[name], Selection()).overall.comparison.n]


def draw(trial: Trial, place: int = 0, theme: Theme = LIGHT, **chosen: Any) -> tuple[Figure, SurvivalByGroup]:
    """Draw one group of a view."""
    selection = Selection(**chosen)
    result = survival_by_group(trial, selection)
    return draw_survival_card(result, result.groups[place], format_arm_names(trial, selection), theme), result


def curves(figure: Figure) -> dict[str, Figure]:
    """Return the two curves by their line style: solid, or dashes however long."""
    lines = [trace for trace in figure["data"] if "dash" in trace.get("line", {})]
    return {"solid" if trace["line"]["dash"] == "solid" else "dash": trace for trace in lines}


def table(figure: Figure) -> Figure:
    """Return the numbers under the axis."""
    (found,) = [trace for trace in figure["data"] if trace["mode"] == "text"]
    return found


@for_each("name", INHABITED)
@for_each("unit", ["days", "months"])
def test_numbers_at_risk_stand_exactly_under_the_ticks_and_add_up(name: str, unit: str):
    figure, result = draw(TRIALS[name], unit=unit)
    ticks = figure["layout"]["xaxis"]["tickvals"]
    under = table(figure)
    rows: dict[float, list[tuple[float, int]]] = {}
    for x, y, text in zip(under["x"], under["y"], under["text"], strict=True):
        rows.setdefault(y, []).append((x, int(text.replace(",", ""))))
    named = list_count_rows(result)
    assert set(named) >= {"at risk", "events"}
    assert len(rows) == 2 * len(named)
    assert all([x for x, _ in row] == ticks for row in rows.values())
    arms = (result.overall.comparison.treated, result.overall.comparison.control)
    ordered = [[number for _, number in rows[y]] for y in sorted(rows)]
    half = len(named)
    for arm, counts in zip(arms, (ordered[:half], ordered[half:]), strict=True):
        assert [sum(each) for each in zip(*counts, strict=True)] == [arm.n] * len(ticks)
    assert under["yaxis"] == "y2"
    assert "xaxis" not in under, "the table has the same time axis as the curves"


@for_each("name", SAMPLES)
def test_the_table_names_its_rows_where_they_stand(name: str):
    figure, _ = draw(TRIALS[name])
    beside = [note for note in figure["layout"]["annotations"] if note["yref"] == "y2"]
    (block,) = (note for note in beside if "at risk" in note["text"])
    lines = block["text"].split("<br>")
    assert block["y"] == (len(lines) - 1) / 2, "the block is centred on the rows it names"
    # a line of text is 1.3 times as high as its letters
    low, high = figure["layout"]["yaxis2"]["domain"]
    inner = figure["layout"]["height"] - figure["layout"]["margin"]["t"] - figure["layout"]["margin"]["b"]
    assert (high - low) * inner / len(lines) == pytest.approx(1.3 * block["font"]["size"])
    for y in set(table(figure)["y"]):
        assert lines[y] in ("at risk", "censored", "events")
    assert lines.count("at risk") == 2
    assert [note["y"] for note in beside if note is not block] == [
        y for y in range(len(lines)) if lines[y] == "&nbsp;"
    ]


@for_each("place", [0, 1, 2])
def test_a_corner_at_every_event_is_the_kaplan_meier_estimate(place: int):
    figure, result = draw(MIROCALS, place)
    compared = result.groups[place].comparison
    for dash, arm in (("solid", compared.treated), ("dash", compared.control)):
        line = curves(figure)[dash]
        drawn = dict(zip(line["x"], line["y"], strict=True))
        inside = (arm.curve.events > 0) & (arm.curve.time <= result.horizon)
        assert inside.sum() > 5
        for time, estimate in zip(arm.curve.time[inside], arm.curve.estimate[inside], strict=True):
            assert drawn[time] == estimate
        assert line["line"]["shape"] == "hv"
        assert (line["x"][0], line["y"][0], line["x"][-1]) == (0, 1, result.horizon)


@THEMES
@for_each("name", INHABITED)
def test_an_arm_keeps_its_colour_and_line_style(name: str, theme: Theme):
    figure, result = draw(TRIALS[name], theme=theme)
    found = curves(figure)
    present = {"solid": result.overall.comparison.treated.n, "dash": result.overall.comparison.control.n}
    assert set(found) == {dash for dash, n in present.items() if n}
    for dash, line in found.items():
        assert line["line"]["color"] == (theme.treated if dash == "solid" else theme.control).line


def test_an_arm_keeps_its_look_when_the_arms_are_exchanged():
    for chosen in ({}, {"treated": "Placebo", "control": "IL-2"}):
        figure, _ = draw(MIROCALS, **chosen)
        assert "IL-2" in curves(figure)["solid"]["hovertemplate"]
        assert curves(figure)["solid"]["line"]["color"] == LIGHT.treated.line
        assert "Placebo" in curves(figure)["dash"]["hovertemplate"]
        assert curves(figure)["dash"]["line"]["color"] == LIGHT.control.line


def _with(**options: Any) -> Theme:
    return replace(LIGHT, options=FigureOptions(**options))


@for_each("name", SAMPLES)
def test_what_is_switched_off_is_not_drawn_and_all_else_stays(name: str):
    whole, _ = draw(TRIALS[name])
    bare, _ = draw(TRIALS[name], theme=_with(intervals=False, censor_ticks=False, risk_rows=False))
    assert {trace["mode"] for trace in bare["data"]} == {"lines"}
    assert "yaxis2" not in bare["layout"]
    assert not any("fill" in trace for trace in bare["data"])
    for dash, line in curves(bare).items():
        assert (line["x"], line["y"]) == (curves(whole)[dash]["x"], curves(whole)[dash]["y"])
    assert bare["layout"]["height"] == whole["layout"]["height"], "nothing on the page moves"
    assert bare["layout"]["yaxis"]["domain"][0] < whole["layout"]["yaxis"]["domain"][0]


@for_each("place", [0, 1, 2])
def test_one_minus_survival_mirrors_the_curves_and_says_what_it_is(place: int):
    (falling, _), (rising, _) = draw(MIROCALS, place), draw(MIROCALS, place, theme=_with(rising=True))
    for dash in ("solid", "dash"):
        one, other = curves(falling)[dash], curves(rising)[dash]
        assert one["x"] == other["x"]
        np.testing.assert_allclose(np.array(one["y"]) + np.array(other["y"]), 1, atol=1e-12)
    bands = [[t for t in figure["data"] if t.get("fill")] for figure in (falling, rising)]
    for one, other in zip(*bands, strict=True):
        assert (min(one["y"]), max(one["y"])) == pytest.approx((1 - max(other["y"]), 1 - min(other["y"])))
    assert "with death" in curves(rising)["solid"]["customdata"][-1]
    assert rising["layout"]["yaxis"]["title"]["text"] == "Cumulative incidence, %"


def test_the_axis_goes_from_and_to_where_the_reader_wants_it():
    layout = draw(MIROCALS, theme=_with(lowest=40, highest=100))[0]["layout"]
    low, high = layout["yaxis"]["range"]
    assert low == 0.4
    assert 1 <= high < 1.02
    assert layout["yaxis"]["ticktext"] == ["40", "50", "60", "70", "80", "90", "100"]
    ends = [note["y"] for note in layout["annotations"] if note["yref"] == "y"]
    assert all(low <= end <= high for end in ends)


@THEMES
@for_each("name", SAMPLES)
def test_everything_that_is_written_can_be_read(name: str, theme: Theme):
    layout = draw(TRIALS[name], theme=theme)[0]["layout"]
    letters = [note["font"]["color"] for note in layout["annotations"]]
    letters += [layout["font"]["color"], layout["xaxis"]["tickfont"]["color"], *_colours(name, theme)]
    assert min(contrast(colour, theme.ground) for colour in letters) >= 4.5
    assert min(note["font"]["size"] for note in layout["annotations"]) >= 10


def _colours(name: str, theme: Theme) -> list[str]:
    return table(draw(TRIALS[name], theme=theme)[0])["textfont"]["color"]


@for_each("place", [0, 1, 2])
def test_pointing_at_a_curve_tells_time_survival_interval_and_how_many_are_at_risk(place: int):
    figure, result = draw(MIROCALS, place)
    arm = result.groups[place].comparison.treated
    line = curves(figure)["solid"]
    assert "%{x" in line["hovertemplate"]
    assert result.unit.removesuffix("s") in line["hovertemplate"]
    assert len(line["customdata"]) == len(line["x"])
    i = int(np.flatnonzero(arm.curve.events > 0)[3])
    told = line["customdata"][line["x"].index(arm.curve.time[i])]
    share, *ends = (float(line[i]) for line in (arm.curve.estimate, arm.curve.lower, arm.curve.upper))
    places = choose_percent_decimals([(share, (ends[0], ends[1]))])
    assert all(format_percent(value, decimals=places) in told for value in (share, *ends))
    assert f"{count(int(arm.curve.at_risk[i]))} at risk" in told


@for_each("name", SAMPLES)
def test_pointing_at_a_curve_tells_nothing_of_anybody_alone(name: str):
    figure, result = draw(TRIALS[name])
    said = re.compile(r"[\d.]+ % [\w-]+( \([\d.]+ % CI [\d.]+ % to [\d.]+ %\))?<br>[\d,]+ at risk")
    pointed = [trace for trace in figure["data"] if "customdata" in trace]
    assert len(pointed) == 2
    for line in pointed:
        for told in line["customdata"]:
            assert said.fullmatch(unify_spaces(told)), told
    assert all(trace["hoverinfo"] == "skip" for trace in figure["data"] if "customdata" not in trace)
    assert result.overall.comparison.n > 100


def _without_x(node: Any) -> Any:
    """Return a figure without what lies along or names the time axis."""
    if isinstance(node, dict):
        along = ("x", "x0", "x1", "xaxis", "hovertemplate")
        return {k: _without_x(v) for k, v in node.items() if k not in along}
    return [_without_x(v) for v in node] if isinstance(node, list) else node


def test_another_unit_of_time_changes_the_time_axis_alone():
    # at a horizon of 360 days ticks stand at other times in months, so the table under them is left out
    days, months = (draw(MIROCALS, unit=unit)[0] for unit in ("days", "months"))
    for figure in (days, months):
        figure["data"].remove(table(figure))
    assert _without_x(days["data"]) == _without_x(months["data"])
    for one, other in zip(days["data"], months["data"], strict=True):
        np.testing.assert_allclose(one["x"], np.array(other["x"]) * 30.4375)
    assert months["layout"]["xaxis"]["range"][1] == pytest.approx(640 / 30.4375)
    assert months["layout"]["xaxis"]["title"]["text"] == "months since randomisation"
    assert [days["layout"][key] for key in ("yaxis", "yaxis2", "height")] == [
        months["layout"][key] for key in ("yaxis", "yaxis2", "height")
    ]


@for_each("name", ["names that are markup", "names without end"])
def test_names_are_text_and_fit(name: str):
    figure, _ = draw(DEGENERATE[name])
    shown = json.dumps(figure, ensure_ascii=False)
    assert "<script" not in shown
    assert "<i>" not in shown
    for note in figure["layout"]["annotations"]:
        letters = max(re.sub(r"</?b>", "", note["text"]).split("<br>"), key=len)
        letters = re.sub(r"&\w+;", "x", letters)
        assert "<" not in letters
        assert len(letters) < 40


def test_escaped_names_are_still_told_in_full():
    figure, _ = draw(DEGENERATE["names that are markup"])
    assert "&lt;b&gt;x&lt;/b&gt;" in curves(figure)["solid"]["hovertemplate"]
    assert HTML not in curves(figure)["solid"]["hovertemplate"]
    assert LONG[:5] in json.dumps(draw(DEGENERATE["names without end"])[0])


@for_each("shift", [0, 1, 2, 5, 20])
def test_the_names_at_the_ends_do_not_lie_on_each_other(shift: int):
    n = 80
    trial = of_size(
        n, time=[float(1 + k) for k in range(n)], event=[int(k % 2 or k > shift) for k in range(n)]
    )
    figure, _ = draw(trial, horizon=60.0)
    ends = [note for note in figure["layout"]["annotations"] if note["yref"] == "y"]
    assert len(ends) == 2
    layout = figure["layout"]
    (low, high), margin = layout["yaxis"]["domain"], layout["margin"]
    pixels = (high - low) * (layout["height"] - margin["t"] - margin["b"])
    lines = [end["text"].count("<br>") + 1 for end in ends]
    apart = abs(ends[0]["y"] - ends[1]["y"]) * pixels
    assert apart >= 1.3 * ends[0]["font"]["size"] * sum(lines) / 2
    assert all(0 <= end["y"] <= 1 for end in ends)
    upper = max(ends, key=lambda end: end["y"])
    told = [int(unify_spaces(end["text"]).rpartition("<br>")[2].removesuffix(" %")) for end in ends]
    assert told[ends.index(upper)] == max(told)


def test_all_groups_of_a_view_have_the_same_axes():
    layouts = [draw(MIROCALS, place, thresholds=(750, 2000, 3700))[0]["layout"] for place in range(5)]
    for layout in layouts[1:]:
        assert layout["xaxis"] == layouts[0]["xaxis"]
        assert layout["yaxis"] == layouts[0]["yaxis"]
    assert layouts[0]["yaxis"]["range"][0] == 0
    assert layouts[0]["xaxis"]["range"] == [0, 640]


@for_each("name", INHABITED)
def test_the_horizon_is_marked(name: str):
    figure, result = draw(TRIALS[name])
    places = [shape["x0"] for shape in figure["layout"]["shapes"]]
    assert result.horizon in places
    assert figure["layout"]["xaxis"]["tickvals"][-1] == result.horizon


def test_hidden_counts_have_room_beside_the_names_of_the_rows():
    told, _ = draw(MIROCALS)
    hidden, _ = draw(replace(MIROCALS, min_cell=10))
    assert "&lt;10" in hidden["data"][-1]["text"]
    assert hidden["layout"]["margin"]["l"] > told["layout"]["margin"]["l"] == 66
