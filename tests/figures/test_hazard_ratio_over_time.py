"""What is drawn of the hazard ratio over time: every event once, the curve, and one place for each group."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from mirodash.plot.theme import DARK, LIGHT, Figure, Theme
from mirodash.questions.hazard_ratio_over_time import HazardRatioOverTime, hazard_ratio_over_time
from mirodash.questions.hazard_ratio_panel import HEIGHT, draw_hazard_ratio_over_time
from mirodash.stratification.selection import Selection
from mirodash.survival.schoenfeld import ScaledSchoenfeldResiduals
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from tests.panels.test_explore_panels import plain
from tests.panels.views import HTML, KINDS, TRIALS, of_size
from tests.profiles import for_each

THEMES = for_each("theme", [LIGHT, DARK])
CUTS = ((), (3700.0,), (750.0, 3700.0), (500.0, 1500.0, 3700.0))


def _drawn(trial: Trial, theme: Theme = LIGHT, **chosen: Any) -> tuple[Figure, HazardRatioOverTime]:
    result = hazard_ratio_over_time(trial, Selection(**chosen))
    return draw_hazard_ratio_over_time(result, theme), result


def _of(figure: Figure, place: int, mode: str) -> list[Figure]:
    axis = "x" if place == 0 else f"x{place + 1}"
    return [t for t in figure["data"] if t["xaxis"] == axis and t["mode"] == mode]


def _curves(figure: Figure, place: int) -> list[Figure]:
    return [t for t in _of(figure, place, "lines") if "customdata" in t]


@THEMES
@for_each("name", SAMPLES)
def test_every_event_is_marked_once_in_the_colour_and_shape_of_its_arm(name: str, theme: Theme):
    figure, result = _drawn(sample(name), theme, thresholds=(1500.0,))
    plain(figure)
    assert figure["layout"]["height"] == HEIGHT
    for place, group in enumerate(result.groups):
        marks = {m["marker"]["symbol"]: m for m in _of(figure, place, "markers")}
        found = group.residuals
        if not isinstance(found, ScaledSchoenfeldResiduals):
            assert marks == {}
            continue
        for symbol, style, arm in (
            ("circle", theme.treated, found.treated),
            ("diamond-open", theme.control, ~found.treated),
        ):
            assert marks[symbol]["marker"]["color"] == style.line
            assert marks[symbol]["x"] == found.time[arm].tolist()
            np.testing.assert_allclose(marks[symbol]["y"], np.exp(found.residual[arm]))


def test_the_curve_and_its_band_are_the_smoothed_hazard_ratio():
    figure, result = _drawn(sample("mirocals"), unit="months")
    found = result.groups[0].residuals
    assert isinstance(found, ScaledSchoenfeldResiduals)
    assert found.smooth is not None
    (curve,) = _curves(figure, 0)
    (band,) = [t for t in _of(figure, 0, "lines") if t.get("fill") == "toself"]
    np.testing.assert_allclose(curve["x"], found.smooth.time / 30.4375)
    np.testing.assert_allclose(curve["y"], np.exp(found.smooth.estimate))
    np.testing.assert_allclose(band["y"][: len(curve["x"])], np.exp(found.smooth.upper))
    np.testing.assert_allclose(band["y"][len(curve["x"]) :][::-1], np.exp(found.smooth.lower))
    assert "months" in curve["customdata"][0]


@THEMES
def test_no_effect_and_the_one_hazard_ratio_are_level_lines(theme: Theme):
    figure, result = _drawn(sample("mirocals"), theme)
    for place, group in enumerate(result.groups):
        levels = {line["line"]["color"]: line for line in _of(figure, place, "lines") if len(line["x"]) == 2}
        assert isinstance(group.residuals, ScaledSchoenfeldResiduals)
        assert levels[theme.ink]["y"] == [1.0, 1.0]
        assert levels[theme.accent]["y"] == pytest.approx([np.exp(group.residuals.coef)] * 2)
        assert levels[theme.accent]["line"]["dash"] == "dot"


@for_each("thresholds", CUTS)
def test_every_group_has_its_own_place_on_the_same_axes(thresholds: tuple[float, ...]):
    figure, result = _drawn(sample("mirocals"), thresholds=thresholds)
    layout, number = figure["layout"], len(result.groups)
    ends = ["", *(str(k + 1) for k in range(1, number))]
    assert {f"xaxis{end}" for end in ends} == {key for key in layout if key.startswith("xaxis")}
    places = [(layout[f"xaxis{end}"]["domain"], layout[f"yaxis{end}"]["domain"]) for end in ends]
    for k, (across, up) in enumerate(places):
        assert 0 <= across[0] < across[1] <= 1
        assert 0 <= up[0] < up[1] <= 1
        for other_across, other_up in places[:k]:
            beside = across[0] >= other_across[1] or other_across[0] >= across[1]
            assert beside or up[1] <= other_up[0]
    for axis in ("xaxis", "yaxis"):
        assert len({tuple(layout[f"{axis}{end}"]["range"]) for end in ends}) == 1
    shown = [note["text"] for note in layout["annotations"] if note["text"].startswith("<b>")]
    assert len(shown) == number


@for_each("thresholds", CUTS)
def test_the_lowest_row_alone_names_the_unit(thresholds: tuple[float, ...]):
    layout = _drawn(sample("mirocals"), thresholds=thresholds)[0]["layout"]
    for key in [key for key in layout if key.startswith("xaxis")]:
        lowest = layout[key.replace("x", "y", 1)]["domain"][0] == 0
        assert layout[key]["title"]["text"] == ("days" if lowest else "")


def test_a_group_without_a_hazard_ratio_keeps_its_place_and_says_so():
    figure, _ = _drawn(sample("mirocals"), thresholds=(500.0,))
    assert [n["xref"] for n in figure["layout"]["annotations"] if n["text"] == "no hazard ratio"] == [
        "x2 domain"
    ]
    assert _of(figure, 1, "lines")
    assert _of(figure, 1, "markers") == []


def test_few_events_are_points_without_a_curve():
    figure, result = _drawn(sample("mirocals"), thresholds=(500.0, 1500.0, 3700.0))
    assert result.groups[2].comparison.events < 20
    assert _of(figure, 2, "markers")
    assert _curves(figure, 2) == []
    assert len(_curves(figure, 3)) == 1


@THEMES
def test_only_doubt_stands_out(theme: Theme):
    figure, _ = _drawn(sample("mirocals-null"), theme, thresholds=(2700.0,))
    words = {text.partition("proportional hazards ")[2][:9]: text for text in _titles(figure)}
    assert f"color:{theme.ink}" in words["doubtful<"]
    assert f"color:{theme.quiet}" in words["plausible"]


def _titles(figure: Figure) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


def test_marks_of_very_unequal_arms_stay_on_the_picture():
    trial = of_size(400, arm=[("IL-2" if k % 100 == 0 else "Placebo") for k in range(400)], event=[1] * 400)
    figure, _ = _drawn(trial, thresholds=())
    low, high = figure["layout"]["yaxis"]["range"]
    heights = [y for mark in _of(figure, 0, "markers") for y in mark["y"]]
    assert all(10**low < y < 10**high for y in heights)


@for_each("name", KINDS)
def test_ticks_of_time_are_told_apart(name: str):
    result = hazard_ratio_over_time(TRIALS[name], Selection())
    if not isinstance(result.groups[0].residuals, ScaledSchoenfeldResiduals):
        return
    layout = draw_hazard_ratio_over_time(result, LIGHT)["layout"]
    for key in [key for key in layout if key.startswith("xaxis")]:
        low, high = layout[key]["range"]
        assert low < high
        assert len(set(layout[key]["ticktext"])) == len(layout[key]["tickvals"])
        assert all(a < b for a, b in pairwise(layout[key]["tickvals"]))


def test_labels_that_are_markup_stay_text():
    figure, _ = _drawn(TRIALS["names that are markup"])
    assert HTML not in str(figure)
    assert "<script" not in str(figure)
