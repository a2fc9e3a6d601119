"""What a room can read: sizes, thickness and contrast of every picture, and numbers that are the engine's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from mirodash.plot.stage import (
    FONT_SIZE,
    SIZE_WITH_FACTS,
    STROKE,
    WIDE,
    build_stage_theme,
    fit_text,
    measure_width,
)
from mirodash.plot.theme import DARK, LIGHT, Figure, Theme
from mirodash.questions.subgroups import format_ratio_and_interval
from mirodash.questions.talk.slide_data import (
    EffectPicture,
    FindingPicture,
    ForestPicture,
    GroupsPicture,
    Pictured,
    SearchPicture,
    SurvivalPicture,
    find_slide_data,
)
from mirodash.questions.talk.slide_text import describe_picture
from mirodash.questions.talk.stage_figures import draw_stage_figure
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve, HazardRatio, NotEstimable
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import count, format_hazard_ratio, format_percent
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial
from tests.figures.contrast import contrast
from tests.panels.views import HTML, KINDS, LONG, TRIALS
from tests.profiles import for_each

MIROCALS = TRIALS["mirocals"]
PICTURES = (
    *("survival-0", "survival-1", "survival-2", "groups", "finding", "effect", "search"),
    *("subgroups-1", "subgroups-2", "incidence-1", "incidence-groups"),
)
EVERY_TRIAL = for_each("name", KINDS)
EVERY_PICTURE = for_each("picture", PICTURES)
THEMES = for_each("theme", [LIGHT, DARK])
STRONG = 7.0
SEEN = 3.0


def answer(trial: Trial, picture: str, **chosen: Any) -> Pictured:
    return find_slide_data(trial, Selection(**chosen), picture)


def draw(trial: Trial, picture: str, theme: Theme = LIGHT, **chosen: Any) -> Figure:
    names = format_arm_names(trial, Selection(**chosen))
    return draw_stage_figure(answer(trial, picture, **chosen), names=names, theme=theme)


def _dictionaries(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _dictionaries(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _dictionaries(inner)


def _fonts(figure: Figure) -> list[dict[str, Any]]:
    keys = ("font", "tickfont", "textfont")
    return [part[key] for part in _dictionaries(figure) for key in keys if key in part]


def _widths(figure: Figure) -> list[float]:
    lines = [part["line"]["width"] for part in _dictionaries(figure) if "width" in part.get("line", {})]
    axes = [part[key] for part in _dictionaries(figure) for key in ("linewidth", "tickwidth") if key in part]
    return [width for width in [*lines, *axes] if width]  # a band has no edge


@EVERY_TRIAL
@EVERY_PICTURE
def test_letters_and_lines_are_large_enough_for_the_back_row(name: str, picture: str) -> None:
    figure = draw(TRIALS[name], picture)
    if isinstance(answer(TRIALS[name], picture), NotEstimable):
        assert figure["data"] == []
        return
    assert min(font["size"] for font in _fonts(figure)) >= FONT_SIZE
    assert min(_widths(figure)) >= STROKE
    assert figure["layout"]["width"] <= WIDE[0]
    assert figure["layout"]["height"] <= WIDE[1]


@EVERY_TRIAL
@EVERY_PICTURE
def test_a_picture_is_json_without_numbers_that_json_does_not_have(name: str, picture: str) -> None:
    json.dumps(draw(TRIALS[name], picture), allow_nan=False)


@THEMES
@for_each("name", SAMPLES)
@EVERY_PICTURE
def test_letters_and_lines_stand_out(name: str, picture: str, theme: Theme) -> None:
    figure = draw(TRIALS[name], picture, theme)
    letters = {font["color"] for font in _fonts(figure)}
    assert letters
    assert {c: contrast(c, theme.ground) for c in letters if contrast(c, theme.ground) < STRONG} == {}
    lines = {part["line"]["color"] for part in _dictionaries(figure) if "color" in part.get("line", {})}
    assert lines
    assert min(contrast(line, theme.ground) for line in lines) >= SEEN


@THEMES
def test_arms_keep_their_lines_and_get_stronger_letters(theme: Theme) -> None:
    stronger = build_stage_theme(theme)
    for arm, usual in ((stronger.treated, theme.treated), (stronger.control, theme.control)):
        assert (arm.line, arm.dash == "solid", arm.band) == (usual.line, usual.dash == "solid", usual.band)
        assert contrast(arm.text, theme.ground) >= STRONG
        assert contrast(arm.line, arm.band, ground=theme.ground) >= SEEN


@EVERY_TRIAL
@EVERY_PICTURE
def test_at_most_two_curves_are_drawn(name: str, picture: str) -> None:
    found = answer(TRIALS[name], picture)
    if isinstance(found, ForestPicture | NotEstimable):
        return
    fields = len(found.groups) if isinstance(found, GroupsPicture) else 1
    lines = [t for t in draw(TRIALS[name], picture)["data"] if t.get("line", {}).get("width")]
    assert len(lines) <= 2 * fields


@for_each("name", SAMPLES)
@for_each("unit", ["days", "months"])
def test_numbers_at_risk_stand_under_their_ticks_one_row_an_arm(name: str, unit: str) -> None:
    found = answer(TRIALS[name], "survival-1", unit=unit)
    assert isinstance(found, SurvivalPicture)
    figure = draw(TRIALS[name], "survival-1", unit=unit)
    ticks = figure["layout"]["xaxis"]["tickvals"]
    (under,) = [trace for trace in figure["data"] if trace["mode"] == "text"]
    assert under["x"] == [*ticks, *ticks]
    assert ticks[-1] == pytest.approx(figure["layout"]["xaxis"]["range"][1])
    compared = found.group.comparison
    for row, arm in enumerate((compared.treated, compared.control)):
        shown = [text for text, y in zip(under["text"], under["y"], strict=True) if y == row]
        expected = {count(int(n)) for n in arm.at_risk.at_risk}
        assert shown[0] == count(arm.n)
        assert shown[-1] == count(int(arm.at_risk.at_risk[-1]))
        assert set(shown) <= expected


@EVERY_TRIAL
def test_marks_under_the_axis_do_not_touch(name: str) -> None:
    figure = draw(TRIALS[name], "survival-0")
    if not figure["data"]:
        return
    axis, margin = figure["layout"]["xaxis"], figure["layout"]["margin"]
    across = figure["layout"]["width"] - margin["l"] - margin["r"]
    places = [across * tick / axis["range"][1] for tick in axis["tickvals"]]
    gaps = np.diff(places) - [
        (measure_width(a) + measure_width(b)) / 2
        for a, b in zip(axis["ticktext"], axis["ticktext"][1:], strict=False)
    ]
    assert (gaps > 0).all()


def test_curves_end_with_the_name_and_the_share_that_the_engine_says() -> None:
    found = answer(MIROCALS, "survival-1")
    assert isinstance(found, SurvivalPicture)
    told = [note["text"] for note in draw(MIROCALS, "survival-1")["layout"]["annotations"]]
    for name, arm in (
        ("IL-2", found.group.comparison.treated),
        ("Placebo", found.group.comparison.control),
    ):
        assert arm.survival_at is not None
        assert f"<b>{name}</b><br>{format_percent(arm.survival_at.estimate)}" in told


def test_all_groups_stand_side_by_side_with_their_ratios_and_their_numbers_at_risk() -> None:
    found = answer(MIROCALS, "groups", thresholds=(750.0, 3700.0))
    assert isinstance(found, GroupsPicture)
    figure = draw(MIROCALS, "groups", thresholds=(750.0, 3700.0))
    told = [note["text"] for note in figure["layout"]["annotations"]]
    assert len(found.groups) == 3
    assert figure["layout"]["height"] <= SIZE_WITH_FACTS[1]
    for k, group in enumerate(found.groups, 1):
        axis = "x" if k == 1 else f"x{k}"
        own = [trace for trace in figure["data"] if trace["xaxis"] == axis]
        (under,) = [trace for trace in own if trace["mode"] == "text"]
        compared = group.comparison
        assert {count(compared.treated.n), count(compared.control.n)} <= set(under["text"])
        assert (
            under["x"][: len(under["x"]) // 2] == figure["layout"][f"xaxis{'' if k == 1 else k}"]["tickvals"]
        )
        ratio = compared.cox
        said = (
            f"HR {format_hazard_ratio(ratio.hr, ratio.ci)}"
            if isinstance(ratio, HazardRatio)
            else "HR not est"
        )
        assert any(text.startswith(said) for text in told)
    words = " ".join(note["text"] for note in draw(MIROCALS, "groups")["layout"]["annotations"])
    assert "57/174 deaths" in words
    assert "33/46 deaths" in words


def test_groups_without_a_curve_are_skipped_and_said_to_be() -> None:
    selection = Selection(thresholds=(4172.0,))
    found = find_slide_data(TRIALS["gbsg2"], selection, "groups")
    assert isinstance(found, GroupsPicture)
    assert (len(found.groups), len(found.skipped)) == (1, 1)
    assert found.skipped[0] in describe_picture(TRIALS["gbsg2"], selection, found).seen


def test_the_finding_stands_with_its_evidence_in_order() -> None:
    found = answer(MIROCALS, "finding")
    assert isinstance(found, FindingPicture)
    told = [note["text"] for note in draw(MIROCALS, "finding")["layout"]["annotations"]]
    brief = [f"<b>{item.brief}</b>" for item in found.evidence if item.short]
    assert [text for text in told if text in brief] == brief
    assert " ".join(told).startswith("With pNFH")


def test_names_too_long_for_a_margin_stand_in_the_picture_with_their_lines() -> None:
    found = answer(TRIALS["gbsg2"], "survival-1")
    assert isinstance(found, SurvivalPicture)
    layout = draw(TRIALS["gbsg2"], "survival-1")["layout"]
    told = [note["text"] for note in layout["annotations"]]
    assert {"<b>Hormonal therapy</b>", "<b>No hormonal therapy</b>"} <= set(told)
    for arm in (found.group.comparison.treated, found.group.comparison.control):
        assert arm.survival_at is not None
        assert f"<b>{format_percent(arm.survival_at.estimate)}</b>" in told
    samples = [(shape["yref"], shape["line"]["dash"] == "solid") for shape in layout["shapes"]]
    assert sorted(samples) == [("y", False), ("y", True), ("y2", False), ("y2", True)]


def test_survival_is_drawn_as_estimated_up_to_the_horizon() -> None:
    found = answer(MIROCALS, "survival-2")
    assert isinstance(found, SurvivalPicture)
    lines = [t for t in draw(MIROCALS, "survival-2")["data"] if "dash" in t.get("line", {})]
    drawn = {"solid" if t["line"]["dash"] == "solid" else "dash": t for t in lines}
    for dash, arm in (("solid", found.group.comparison.treated), ("dash", found.group.comparison.control)):
        curve = arm.curve
        inside = (curve.events > 0) & (curve.time <= found.result.horizon)
        assert drawn[dash]["x"][1:-1] == curve.time[inside].tolist()
        assert drawn[dash]["y"][1:-1] == curve.estimate[inside].tolist()
        assert drawn[dash]["x"][-1] == found.result.horizon


def test_the_effect_is_drawn_as_fitted_with_no_effect_and_the_thresholds() -> None:
    found = answer(MIROCALS, "effect", thresholds=(750.0, 3700.0))
    assert isinstance(found, EffectPicture)
    curve = found.effect.curve
    assert isinstance(curve, EffectCurve)
    figure = draw(MIROCALS, "effect", thresholds=(750.0, 3700.0))
    (line,) = [trace for trace in figure["data"] if trace["line"]["width"]]
    assert line["y"] == curve.hazard_ratio.tolist()
    assert line["x"] == pytest.approx(np.log10(curve.biomarker).tolist())
    shapes = figure["layout"]["shapes"]
    assert [shape["y0"] for shape in shapes if shape.get("yref") == "y"] == [1]
    thresholds = [shape["x0"] for shape in shapes if shape.get("xref") == "x"]
    assert thresholds == pytest.approx(np.log10([750, 3700]).tolist())
    told = [note["text"] for note in figure["layout"]["annotations"]]
    assert "<b>3,700</b>" in told
    assert "▲ favours Placebo" in told
    beside = {note["text"][0]: note["xanchor"] for note in figure["layout"]["annotations"]}
    assert (beside["▲"], beside["▼"]) == ("left", "right")


def test_the_search_draws_both_sides_of_every_threshold() -> None:
    found = answer(MIROCALS, "search")
    assert isinstance(found, SearchPicture)
    figure = draw(MIROCALS, "search")
    lines = {t["line"]["dash"]: t for t in figure["data"] if t["line"]["width"]}
    for dash, side in (("solid", found.sides[0]), ("dot", found.sides[1])):
        known = side.hazard_ratio[np.isfinite(side.hazard_ratio)]
        assert set(np.clip(known, 1e-3, 1e3).tolist()) <= {y for y in lines[dash]["y"] if y is not None}
    told = [note["text"] for note in figure["layout"]["annotations"]]
    assert {"<b>at or below</b>", "<b>above</b>"} <= set(told)


def test_a_forest_has_a_line_and_numbers_for_every_row() -> None:
    found = answer(MIROCALS, "subgroups-1")
    assert isinstance(found, ForestPicture)
    figure = draw(MIROCALS, "subgroups-1")
    told = [note["text"] for note in figure["layout"]["annotations"]]
    rows = [found.found.overall, *(level for factor in found.factors for level in factor.levels)]
    for row in rows:
        assert isinstance(row.cox, HazardRatio)
        assert format_ratio_and_interval(row.cox.hr, row.cox.ci) in told
    squares = next(trace for trace in figure["data"] if trace["mode"] == "markers")
    assert squares["x"] == [row.cox.hr for row in rows if isinstance(row.cox, HazardRatio)]
    assert {factor.label for factor in found.factors} <= {text[3:-4] for text in told if text[:3] == "<b>"}


@EVERY_TRIAL
def test_no_interval_of_a_forest_leaves_its_axis(name: str) -> None:
    figure = draw(TRIALS[name], "subgroups-1")
    if not figure["data"]:
        return
    low, high = (10**end for end in figure["layout"]["xaxis"]["range"])
    for trace in figure["data"]:
        assert all(low * 0.999 <= x <= high * 1.001 for x in trace["x"] if x is not None)


@for_each("name", ["names that are markup", "names without end"])
@EVERY_PICTURE
def test_names_from_data_stay_text_and_are_cut(name: str, picture: str) -> None:
    drawn = json.dumps(draw(TRIALS[name], picture), ensure_ascii=False)
    assert HTML not in drawn
    assert "<script" not in drawn
    assert LONG[:60] not in drawn


def test_marks_are_written_where_there_is_room() -> None:
    assert fit_text([], []) == []
    assert fit_text([5], ["a"]) == [0]
    assert fit_text([0, 100, 200, 300], ["1", "2", "3", "4"]) == [0, 1, 2, 3]
    assert fit_text([0, 10, 20, 30], ["1000", "2000", "3000", "4000"]) == [3]


@THEMES
@for_each(("falling", "rising"), [("survival-1", "incidence-1"), ("groups", "incidence-groups")])
def test_where_1_minus_s_is_drawn_the_picture_says_so(falling: str, rising: str, theme: Theme) -> None:
    down, up = draw(MIROCALS, falling, theme), draw(MIROCALS, rising, theme)
    lines = [
        [t["y"] for t in each["data"] if "width" in t.get("line", {}) and "fill" not in t]
        for each in (down, up)
    ]
    assert [y for line in lines[1] for y in line] == pytest.approx([1 - y for line in lines[0] for y in line])
    said = [[note["text"] for note in each["layout"]["annotations"]] for each in (down, up)]
    assert [any("1 − S: with death" in text for text in texts) for texts in said] == [False, True]
    told = describe_picture(MIROCALS, Selection(), answer(MIROCALS, rising))
    assert told.seen.startswith("Curves of 1 − S (Kaplan–Meier), the share with death,")
