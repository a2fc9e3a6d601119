"""What is drawn over all thresholds is what was computed, on axes that hold it, in both themes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.disclosure.curve_values import BiomarkerSpan, threshold_sides
from mirodash.plot.effect_curves import draw_effect_curve
from mirodash.plot.theme import DARK, LIGHT, Figure, Theme, find_free_edge
from mirodash.questions.thresholds.max_statistic_panel import draw_interaction_statistic
from mirodash.questions.thresholds.stability_panel import draw_best_thresholds
from mirodash.questions.thresholds.stepp_panel import draw_effect_in_windows
from mirodash.questions.thresholds.threshold_scan_panel import threshold_scan
from mirodash.survival.results import EffectCurve, SimultaneousBand, ThresholdScan
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import unify_spaces
from mirodash.text.ticks import choose_reach
from tests.figures.contrast import contrast
from tests.made_up_scans import NAN, made_up_scan, made_up_windows
from tests.panels.test_explore_panels import plain
from tests.profiles import for_each
from tests.small_trials import DEATH, MARKER

SPAN = BiomarkerSpan(MARKER, 50.0, 2000.0, "log")
NAMES = ArmNames("IL-2", "Placebo")
THEMES = for_each("theme", [LIGHT, DARK])


def _scan(theme: Theme = LIGHT, scan: ThresholdScan | None = None) -> Figure:
    shown = scan or made_up_scan()
    return threshold_scan(
        SPAN,
        shown.thresholds,
        threshold_sides(shown, 0.95),
        names=NAMES,
        endpoint=DEATH,
        theme=theme,
        confidence=0.95,
    )


def _statistic(theme: Theme = LIGHT, **changes: Any) -> Figure:
    return draw_interaction_statistic(SPAN, made_up_scan(**changes), theme)


def _windows(theme: Theme = LIGHT, **changes: Any) -> Figure:
    return draw_effect_in_windows(SPAN, made_up_windows(**changes), names=NAMES, theme=theme, confidence=0.95)


def _lines(figure: Figure, scale: str | None = None) -> list[Figure]:
    return [
        trace
        for trace in figure["data"]
        if trace.get("yaxis") == scale and trace["mode"].startswith("lines") and trace["line"].get("width")
    ]


def _told(figure: Figure) -> list[str]:
    (told,) = [trace["hovertext"] for trace in figure["data"] if trace.get("hovertext")]
    return [unify_spaces(text) for text in told]


def _notes(figure: Figure) -> str:
    return unify_spaces(" | ".join(note["text"] for note in figure["layout"]["annotations"]))


@THEMES
def test_both_sides_are_drawn_and_told_apart_without_colour_or_arms(theme: Theme):
    figure = _scan(theme)
    below, above = _lines(figure)
    assert next(y for y in below["y"] if y is not None) == pytest.approx(0.25)
    assert [y for y in above["y"] if y is not None][-1] == pytest.approx(2.0)
    assert below["line"]["dash"] != above["line"]["dash"]
    assert {below["line"]["color"], above["line"]["color"]} == {theme.accent, theme.ink}
    used = str(figure)
    assert theme.treated.line not in used
    assert theme.control.line not in used
    assert "<b>at or below</b>" in _notes(figure)
    assert "<b>above</b>" in _notes(figure)
    plain(figure)


@THEMES
def test_lines_are_seen_on_the_bands_they_cross(theme: Theme):
    for line in (theme.accent, theme.ink):
        for band in (theme.accent_band, theme.quiet_band):
            assert contrast(line, band, ground=theme.ground) >= 3.0


def test_the_counts_stand_under_the_ratios_on_the_same_axis():
    figure = _scan()
    counts = _lines(figure, "y2")
    ends = [(trace["y"][0], trace["y"][-1]) for trace in counts]
    assert ends == [(1, 39), (5, 97), (39, 1), (95, 3)]
    layout = figure["layout"]
    assert layout["yaxis2"]["domain"][1] < layout["yaxis"]["domain"][0]
    assert layout["xaxis"]["anchor"] == "y2"
    assert layout["yaxis2"]["range"][1] > 100


def test_pointing_tells_both_sides_with_intervals_and_counts():
    told = _told(_scan())
    assert len(told) == 5
    assert told[2] == (
        "<b>400 pg/mL</b>: hazard ratio<br>at or below: 0.50 (95 % CI 0.19 to 1.33)<br>20 deaths of 50"
        "<br>above: 1.20 (95 % CI 0.45 to 3.20)<br>20 deaths of 50"
    )
    assert "at or below: not estimable<br>1 death of 5" in told[0]


@for_each("figure", [_scan(), _statistic(), _windows()])
def test_pointing_shows_no_bare_logarithm_under_the_axis(figure: Figure):
    """Plotly labels the axis, too, unless all that answers is plain text: a template brings the label."""
    assert figure["layout"]["hovermode"] == "x"
    assert {trace["hoverinfo"] for trace in figure["data"]} == {"skip", "text"}
    assert not any("hovertemplate" in trace for trace in figure["data"])


def test_ratios_beyond_any_picture_do_not_break_it():
    wild = made_up_scan(hazard_ratio_above=np.array([1e300, 1e-300, 1.0, 2.0, NAN]))
    figure = _scan(scan=wild)
    plain(figure)
    heights = [y for trace in _lines(figure) for y in trace["y"] if y is not None]
    assert 1e-3 <= min(heights) <= max(heights) <= 1e3


def test_words_stand_where_the_lines_leave_room():
    skewed = made_up_scan(n_below=np.array([5, 95, 96, 97, 98]), n_above=np.array([95, 5, 4, 3, 2]))
    for scan, edge in ((made_up_scan(n_above=np.array([95, 94, 93, 20, 3])), "left"), (skewed, "right")):
        notes = [note for note in _scan(scan=scan)["layout"]["annotations"] if "favours" in note["text"]]
        assert {note["xanchor"] for note in notes} == {edge}


@THEMES
def test_the_statistic_stands_against_what_luck_reaches(theme: Theme):
    figure = _statistic(theme)
    envelope, line, dot, _ = figure["data"]
    assert set(envelope["y"]) == {2.5, -2.5}
    assert (envelope["x"][0], envelope["x"][1]) == (SPAN.position(200), SPAN.position(1600))
    assert line["y"][0] == 1.0
    assert (dot["x"], dot["y"]) == ([SPAN.position(800.0)], [3.0])
    assert "best: 800 pg/mL" in _notes(figure)
    assert "95 % of trials without dependence stay inside" in _notes(figure)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low == -high
    assert high > 3.0
    plain(figure)


def test_before_any_resampling_there_is_no_envelope_and_no_word_of_one():
    figure = _statistic(envelope=None, p_value_adjusted_at=None)
    assert not any(trace.get("fill") for trace in figure["data"])
    assert "stay inside" not in _notes(figure)
    assert all("p =" not in text for text in _told(figure))


def test_pointing_at_the_statistic_tells_the_p_value_of_the_search():
    told = _told(_statistic())
    assert len(told) == 3
    assert told[2] == "<b>800 pg/mL</b><br>z +3.00<br>searching over thresholds, p = 0.020"


@THEMES
def test_bars_hold_all_samples_and_the_bracket_the_middle(theme: Theme):
    best = np.array([100.0] * 2 + [400.0] * 5 + [900.0] * 2 + [1900.0])
    figure = draw_best_thresholds(SPAN, best, 400.0, theme)
    bars, mark = figure["data"]
    assert sum(bars["y"]) == pytest.approx(1.0)
    assert mark["x"] == [SPAN.position(400.0)]
    for value, share in ((100.0, 0.2), (400.0, 0.5), (1900.0, 0.1)):
        inside = np.abs(np.array(bars["x"]) - SPAN.position(value)) <= np.array(bars["width"]) / 2
        assert np.array(bars["y"])[inside].sum() == pytest.approx(share)
    bracket = figure["layout"]["shapes"][0]
    assert (bracket["x0"], bracket["x1"]) == (SPAN.position(100.0), SPAN.position(900.0))
    assert "this trial: 400 pg/mL" in _notes(figure)
    plain(figure)


@THEMES
def test_windows_stand_at_their_medians_in_both_measures(theme: Theme):
    figure = _windows(theme)
    (ratio,), (difference,) = _lines(figure, "y"), _lines(figure, "y2")
    assert ratio["x"] == difference["x"] == [SPAN.position(value) for value in (100, 200, 400, 800)]
    assert ratio["y"] == [0.4, 0.6, 0.9, 1.4]
    assert difference["y"] == [0.25, 0.15, 0.05, None]
    assert ratio["line"]["color"] == theme.accent
    plain(figure)


def test_the_overall_effect_is_a_line_of_its_own_beside_no_effect():
    heights = [
        (shape["yref"], shape["y0"], shape["line"].get("dash")) for shape in _windows()["layout"]["shapes"]
    ]
    assert heights == [("y", 1, None), ("y2", 0, None), ("y", 0.8, "dash"), ("y2", 0.07, "dash")]
    assert "overall 0.80" in _notes(_windows())
    assert "overall +7 points" in _notes(_windows())
    without = _windows(overall_difference=None)
    assert len(without["layout"]["shapes"]) == 3
    assert "points" not in _notes(without)


def test_more_survival_favours_the_treated_arm_as_a_lower_ratio_does():
    notes = [note for note in _windows()["layout"]["annotations"] if "favours" in note["text"]]
    said = {(note["yref"], note["yanchor"]): note["text"] for note in notes}
    assert said["y", "bottom"] == "▼ favours IL-2"
    assert said["y2", "top"] == "▲ favours IL-2"
    assert said["y", "top"] == "▲ favours Placebo"
    assert said["y2", "bottom"] == "▼ favours Placebo"
    heights = {note["yref"]: note["y"] for note in notes if note["yanchor"] == "top"}
    layout = _windows()["layout"]
    assert heights["y2"] == pytest.approx(layout["yaxis2"]["range"][1])
    assert heights["y"] == pytest.approx(layout["yaxis"]["range"][1])


def test_differences_fit_their_axis():
    layout = _windows(difference=np.array([0.9, -0.3, 0.1, 0.0]))["layout"]["yaxis2"]
    assert layout["range"] == [-1.0, 1.0]
    assert 3 <= len(layout["tickvals"]) <= 7
    assert layout["ticktext"][-1].startswith("+")


def test_pointing_at_a_window_tells_who_is_in_it():
    (ratio,) = _lines(_windows(), "y")
    assert unify_spaces(ratio["hovertext"][0]) == (
        "<b>10 to 200 pg/mL</b><br>40 participants, 15 events<br>hazard ratio 0.40 (95 % CI 0.20 to 0.80)"
    )


@THEMES
def test_a_simultaneous_band_lies_behind_the_other_and_has_an_edge(theme: Theme):
    values, ratio = np.array([100.0, 400.0, 1600.0]), np.array([0.5, 0.8, 1.5])
    curve = EffectCurve(values, ratio, ratio / 1.5, ratio * 1.5, (), "log", 0.5, 2)
    band = SimultaneousBand(ratio / 2, ratio * 2, 2.7)
    settings: Any = {"names": NAMES, "theme": theme, "confidence": 0.95}
    plainly, widely = (
        draw_effect_curve(SPAN, curve, values, **settings, simultaneous=wider) for wider in (None, band)
    )
    outer, *rest = widely["data"]
    assert rest == plainly["data"]
    assert widely["layout"] == plainly["layout"]
    assert outer["y"] == [1.0, 1.6, 3.0, 0.75, 0.4, 0.25, 1.0]
    assert outer["line"]["dash"] == "dot"
    assert outer["fillcolor"] != rest[0]["fillcolor"]


def test_the_axis_reaches_what_is_known():
    assert choose_reach(np.array([NAN, 1.0])) == pytest.approx(4.4)
    assert choose_reach(np.array([0.2])) == pytest.approx(8.0)
    assert choose_reach(np.array([1e300, NAN])) == choose_reach(np.array([1e-300])) == pytest.approx(8.8)
    assert choose_reach(np.array([])) == pytest.approx(4.4)


def test_the_free_edge_is_the_one_farther_from_the_lines():
    low, high = SPAN.position(SPAN.low), SPAN.position(SPAN.high)
    assert find_free_edge([low, (low + high) / 3], SPAN) == "right"
    assert find_free_edge([(low + high) / 2, high], SPAN) == "left"
    assert find_free_edge([], SPAN) == "left"
