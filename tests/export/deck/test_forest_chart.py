"""A forest's squares lie on the rows of its table, whose texts are ours, and nothing is left out."""

from __future__ import annotations

from typing import Any

import pytest

from mirodash.questions.subgroups import describe_row, subgroups
from mirodash.questions.talk.slide_data import forest_pages
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio
from mirodash.trial.store import sample
from tests.export.deck.taken_apart import C, cells, chart_of, made, series_of, shapes, slides
from tests.panels.views import DEGENERATE
from tests.profiles import for_each

MIROCALS = sample("mirocals")


def pages(trial: Any) -> list[Any]:
    count = len(forest_pages(subgroups(trial, Selection())))
    return slides(made(trial, *(f"subgroups-{page}" for page in range(1, count + 1))))


def test_every_subgroup_is_on_a_page_with_its_numbers_in_our_words():
    found = subgroups(MIROCALS, Selection())
    shown = [line for slide in pages(MIROCALS) for line in cells(shapes(slide)["Groups"].table)]
    for level in (found.overall, *(level for factor in found.factors for level in factor.levels)):
        told = describe_row(level)
        assert [told.label, told.treated, told.control, "", told.ratio] in shown
    for factor in found.factors:
        assert any(line[0].startswith(factor.label) and line[4] == "" for line in shown)


@for_each("trial", [MIROCALS, sample("gbsg2"), DEGENERATE["names without end"]])
def test_estimates_lie_on_their_rows(trial: Any):
    found = subgroups(trial, Selection())
    estimates = {
        describe_row(level).ratio: level.cox
        for level in (found.overall, *(level for factor in found.factors for level in factor.levels))
    }
    for slide in pages(trial):
        table = shapes(slide)["Groups"]
        tops = [table.top]
        for line in table.table.rows:
            tops.append(tops[-1] + line.height)
        shape, drawn = chart_of(slide), series_of(slide)
        layout = shape.chart.part._element.find(f"{C}chart/{C}plotArea/{C}layout/{C}manualLayout")
        y, h = (float(layout.find(f"{C}{part}").get("val")) for part in "yh")
        rows = len(tops) - 2
        both = [drawn[name] for name in ("Hazard ratio", "All participants") if name in drawn]
        points = [point for one in both for point in zip(one.x, one.y, strict=True)]
        for ratio, height in points:
            place = shape.top + shape.height * (y + h * (1 - height / rows))
            (k,) = [k for k in range(rows + 1) if tops[k] < place < tops[k + 1]]
            assert place == pytest.approx((tops[k] + tops[k + 1]) / 2, abs=12_700)
            cox = estimates[cells(table.table)[k][4]]
            assert isinstance(cox, HazardRatio)
            assert ratio == pytest.approx(cox.hr, rel=0.01)
        there = [line for line in cells(table.table)[1:] if "(" in line[4]]
        assert len(points) == len(there)


def test_estimates_and_intervals_are_the_engines_to_the_last_bit():
    first = series_of(pages(MIROCALS)[0])
    found = subgroups(MIROCALS, Selection())
    levels = [level for factor in found.factors[:3] for level in factor.levels]
    ratios = [level.cox for level in levels if isinstance(level.cox, HazardRatio)]
    assert first["Hazard ratio"].x == [cox.hr for cox in ratios]
    ends = [x for k, x in enumerate(first["Hazard ratio: interval"].x) if k % 3 != 2]
    assert ends == [end for cox in ratios for end in cox.ci]
    assert isinstance(found.overall.cox, HazardRatio)
    assert first["All participants: interval"].x == list(found.overall.cox.ci)


def test_a_square_is_larger_the_more_it_tells():
    (slide, *_) = pages(MIROCALS)
    squares = series_of(slide)["Hazard ratio"].element
    sizes = [int(size) for size in squares.xpath("./c:dPt/c:marker/c:size/@val")]
    found = subgroups(MIROCALS, Selection())
    weights = [level.weight for factor in found.factors[:3] for level in factor.levels]
    assert len(sizes) == len(weights)
    assert sizes[weights.index(max(weights))] == max(sizes) > min(sizes) == sizes[weights.index(min(weights))]


def test_the_overall_effect_is_in_a_line_under_every_page():
    for slide in pages(MIROCALS):
        assert shapes(slide)["Facts"].text_frame.text.startswith("All participants: hazard ratio 0.8")
