"""What is drawn along the biomarker: its axis, its spread by arm, and the effect with its band."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.plot.effect_curves import draw_effect_curve
from mirodash.plot.theme import DARK, LIGHT, Figure, Theme, build_biomarker_axis, escape, shorten
from mirodash.questions.biomarker_distribution import biomarker_distribution, draw_biomarker_histogram
from mirodash.questions.effect_along_biomarker import effect_by_biomarker
from mirodash.stratification.selection import Selection
from mirodash.survival.results import EffectCurve
from mirodash.text.labels import format_arm_names
from mirodash.trial.dictionary import Biomarker, Scale
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial
from tests.panels.test_explore_panels import plain
from tests.panels.views import LONG, TRIALS, of_size
from tests.profiles import for_each

MIROCALS = TRIALS["mirocals"]
THEMES = for_each("theme", [LIGHT, DARK])


def _effect(trial: Trial, theme: Theme = LIGHT, **chosen: Any) -> tuple[Figure, EffectCurve, BiomarkerSpan]:
    selection = Selection(**chosen)
    found, span = effect_by_biomarker(trial, selection), biomarker_span(trial, selection)
    assert isinstance(found.curve, EffectCurve)
    assert span is not None
    values = np.concatenate([found.control_values, found.treated_values])
    names = format_arm_names(trial, selection)
    figure = draw_effect_curve(span, found.curve, values, names=names, theme=theme, confidence=0.95)
    return figure, found.curve, span


def _histogram(trial: Trial, theme: Theme = LIGHT, **chosen: Any) -> Figure:
    selection = Selection(**chosen)
    spread, span = biomarker_distribution(trial, selection), biomarker_span(trial, selection)
    assert spread is not None
    assert span is not None
    return draw_biomarker_histogram(span, spread, format_arm_names(trial, selection), theme)


def _line(figure: Figure) -> Figure:
    (line,) = [t for t in figure["data"] if t["mode"] == "lines" and t["line"]["width"] > 0]
    return line


def _edge(figure: Figure) -> float:
    return 10 ** figure["layout"]["yaxis"]["range"][1]


@for_each("name", SAMPLES)
def test_the_line_is_the_fitted_hazard_ratio(name: str):
    figure, curve, span = _effect(TRIALS[name])
    line = _line(figure)
    assert line["x"] == [span.position(value) for value in curve.biomarker.tolist()]
    assert line["y"] == curve.hazard_ratio.tolist()
    plain(figure)


@for_each("name", SAMPLES)
def test_the_band_is_the_interval_wherever_it_can_be_seen(name: str):
    figure, curve, _ = _effect(TRIALS[name])
    (band,) = [t for t in figure["data"] if t.get("fill") == "toself"]
    size = curve.biomarker.size
    for drawn, wanted in ((band["y"][:size], curve.upper), (band["y"][size:][::-1], curve.lower)):
        seen = (wanted < _edge(figure)) & (wanted > 1 / _edge(figure))
        assert np.array(drawn)[seen].tolist() == wanted[seen].tolist()
        assert np.all((np.array(drawn) > _edge(figure)) == (wanted > _edge(figure)))


@THEMES
def test_no_effect_has_its_line_and_both_ways_are_named(theme: Theme):
    figure, _, _ = _effect(MIROCALS, theme)
    assert [(s["y0"], s["y1"]) for s in figure["layout"]["shapes"]] == [(1, 1)]
    upper, lower = sorted(figure["layout"]["annotations"], key=lambda note: -note["y"])
    assert "favours Placebo" in upper["text"]
    assert "favours IL-2" in lower["text"]
    # the curve rises: it leaves the upper left and the lower right corner free
    assert (upper["xanchor"], lower["xanchor"]) == ("left", "right")
    low, high = figure["layout"]["yaxis"]["range"]
    assert low == -high
    assert low <= lower["y"] < 0 < upper["y"] <= high
    assert _line(figure)["line"]["color"] == theme.accent


def test_pointing_at_the_curve_tells_value_ratio_and_interval():
    figure, curve, _ = _effect(MIROCALS)
    told = _line(figure)["hovertext"][60]
    assert _line(figure)["hoverinfo"] == "text"
    assert f"{curve.biomarker[60]:,.0f} pg/mL" in told
    assert f"{curve.hazard_ratio[60]:.2f} (" in told
    assert f"{curve.lower[60]:.2f} to {curve.upper[60]:.2f}" in told


def test_a_rug_shows_where_participants_are_and_not_more_than_can_be_seen():
    for trial, marks in ((MIROCALS, 220), (of_size(2000), 600)):
        figure, _, span = _effect(trial)
        (rug,) = [t for t in figure["data"] if t["mode"] == "markers"]
        assert len(rug["x"]) == len(rug["y"]) == marks
        assert rug["hoverinfo"] == "skip"
        assert span.position(span.low) <= min(rug["x"]) < max(rug["x"]) <= span.position(span.high)
        assert all(1 / _edge(figure) <= y < 1 for y in rug["y"])


def test_names_without_end_do_not_run_over_the_picture():
    figure, _, _ = _effect(of_size(60, arm=[(LONG, "Placebo")[k % 2] for k in range(60)], treated=LONG))
    assert all(len(note["text"]) < 60 for note in figure["layout"]["annotations"])


def test_labels_that_are_markup_stay_text():
    marker = Biomarker("pnfh", "<b>pNFH</b>", "<i>p</i>", unit="<u>", scale="log")
    shown = json.dumps(_effect(of_size(60, biomarkers=(marker,)))[0])
    for tag in ("<b>", "<i>", "<u>"):
        assert tag not in shown
    assert "&lt;b&gt;pNFH" in shown


def test_a_moved_threshold_leaves_the_picture_as_it_is():
    assert _effect(MIROCALS, thresholds=(1000.0,))[0] == _effect(MIROCALS, thresholds=(2000.0, 4000.0))[0]


@THEMES
@for_each("name", SAMPLES)
def test_the_histogram_counts_everybody_once(name: str, theme: Theme):
    figure = _histogram(TRIALS[name], theme)
    control, treated = figure["data"]
    spread = biomarker_distribution(TRIALS[name], Selection())
    assert spread is not None
    assert (sum(control["y"]), sum(treated["y"])) == (spread.control.sum(), spread.treated.sum())
    assert (control["marker"]["color"], treated["marker"]["color"]) == (theme.control.bar, theme.treated.bar)
    plain(figure)
    assert len(control["customdata"]) == len(control["y"])


def test_histogram_and_curve_have_the_same_axis():
    one, other = _histogram(MIROCALS)["layout"]["xaxis"], _effect(MIROCALS)[0]["layout"]["xaxis"]
    for key in ("range", "tickvals", "ticktext"):
        assert one[key] == other[key]
    assert _histogram(MIROCALS, sites=("FR-01",))["layout"]["xaxis"] == one


def test_bars_touch_and_stand_within_the_axis():
    figure = _histogram(MIROCALS)
    bars = figure["data"][0]
    ends = [(x - w / 2, x + w / 2) for x, w in zip(bars["x"], bars["width"], strict=True)]
    for (_, left), (right, _) in pairwise(ends):
        assert left == pytest.approx(right)
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < ends[0][0] < ends[-1][1] < high


def _axis(low: float, high: float, scale: Scale, decimals: int = 0) -> Figure:
    marker = Biomarker("x", "X", "X", scale=scale, decimals=decimals)
    return build_biomarker_axis(BiomarkerSpan(marker, low, high, scale), LIGHT)


def test_ticks_of_an_axis_by_hand():
    assert _axis(150, 12_000, "log")["ticktext"] == ["200", "500", "1,000", "2,000", "5,000", "10,000"]
    assert _axis(0.3, 40_000, "log")["ticktext"] == ["1", "10", "100", "1,000", "10,000"]
    assert _axis(0, 48, "linear")["ticktext"] == ["0", "10", "20", "30", "40"]
    assert _axis(-1.9, 0.2, "linear")["ticktext"] == ["−1.5", "−1.0", "−0.5", "0.0"]
    assert _axis(0.02, 3, "log")["ticktext"] == ["0.03", "0.1", "0.3", "1", "3"]
    assert _axis(21, 29.5, "log")["ticktext"] == ["22", "24", "26", "28"]
    assert _axis(0.9, 1.6, "log")["ticktext"] == ["1.0", "1.2", "1.4", "1.6"]
    assert _axis(0, 0.25, "linear")["ticktext"] == ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25"]


FAR = st.floats(-1e300, 1e300, allow_subnormal=False)


@given(FAR, FAR, st.sampled_from(["log", "linear"]))
def test_every_axis_has_a_few_ticks_within_it_each_with_its_text(one: float, other: float, scale: Scale):
    low, high = sorted((one, other))
    if scale == "log":
        low, high = sorted((max(abs(low), 1e-300), max(abs(high), 1e-300)))
    if not high - low > 1e-6 * max(abs(low), abs(high)):
        return
    axis = _axis(low, high, scale)
    start, end = axis["range"]
    assert start < end
    assert 2 <= len(axis["tickvals"]) == len(axis["ticktext"]) <= 12
    assert all(math.isfinite(tick) for tick in axis["tickvals"])
    slack = 1e-9 * max(abs(start), abs(end))
    assert all(start - slack <= tick <= end + slack for tick in axis["tickvals"])
    json.dumps(axis, allow_nan=False)


def test_text_from_data_is_made_harmless():
    assert escape("<b>a & b</b>") == "&lt;b&gt;a &amp; b&lt;/b&gt;"
    assert escape("&lt;") == "&amp;lt;"
    assert "%{" not in escape("100 %{x}")
    assert escape("{x} 100 %") == "{x} 100 %"
    assert shorten("Placebo") == "Placebo"
    assert shorten("abcdef", 4) == "abc…"
    assert len(shorten(LONG)) < 12


@THEMES
def test_the_histogram_names_its_arms_where_bars_are_low(theme: Theme):
    histogram = _histogram(MIROCALS, theme)
    treated, control = histogram["layout"]["annotations"]
    bars = {bar["hovertemplate"].split("<br>")[1].split(":")[0]: bar["marker"] for bar in histogram["data"]}
    for note, name, mark in ((treated, "IL-2", "■"), (control, "Placebo", "▨")):
        assert note["text"].endswith(f">{mark}</span> {name}")
        assert bars[name]["color"] in note["text"]
        assert ("pattern" in bars[name]) is (mark == "▨")
    heights = np.add(*(bar["y"] for bar in histogram["data"]))
    near = slice(0, 4) if treated["xanchor"] == "left" else slice(-4, None)
    assert max(heights[near]) < max(heights) / 2
    assert treated["yshift"] > control["yshift"]
