"""Charts of repeated measurements hold the engine's numbers, and replay gives every one of them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mirodash.export.deck import deck, slides_of_view
from mirodash.export.replay import read_slides, replay_file
from mirodash.longitudinal.death_then_function import DeathThenFunction
from mirodash.questions.progression.measured import progression
from mirodash.questions.progression.slope_panels import slope_curve
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import sample
from tests.export.deck.taken_apart import cells, made, series_of, shapes, slides

MIROCALS = sample("mirocals")
AT_3700 = Selection(thresholds=(3700.0,))
PICTURES = (
    "progression-1",
    "progression-along",
    "progression-pairs",
    "progression-biology",
    "progression-lines",
)
FILE = deck(slides_of_view(MIROCALS, AT_3700, PICTURES), on=date(2026, 5, 9))


def test_means_and_counts_are_those_of_the_page() -> None:
    slide = slides(FILE)[0]
    found = progression(MIROCALS, AT_3700)
    assert found is not None
    visits = found.groups[1].visits
    assert not isinstance(visits, NotEstimable)
    for name, arm in (("IL-2", visits[0].treated), ("Placebo", visits[0].control)):
        drawn = series_of(slide)[name]
        assert drawn.y == arm.mean.tolist()
        spread = [end for end in series_of(slide)[f"{name}: interval"].y if end is not None]
        np.testing.assert_array_equal(spread[::2], arm.lower)
        np.testing.assert_array_equal(spread[1::2], arm.upper)
    table = cells(shapes(slide)["States"].table)
    measured = next(row for row in table if row[0] == "measured")
    shown = [int(text) for text in measured[1:] if text]
    assert [shown[0], shown[-1]] == visits[0].treated.measured[[0, -1]].tolist()


def test_slopes_and_pairs_are_the_engines_to_the_last_bit() -> None:
    along, pairs = slides(FILE)[1:3]
    curve = slope_curve(MIROCALS, AT_3700)
    assert not isinstance(curve, NotEstimable)
    assert series_of(along)["Difference in slope"].y == curve.estimate.tolist()
    assert series_of(along)["Upper limit"].y == curve.upper.tolist()
    assert series_of(along)["Threshold 3,700"].x == [3700.0, 3700.0]
    found = progression(MIROCALS, AT_3700)
    assert found is not None
    compared = [group.pairs for group in found.groups if isinstance(group.pairs, DeathThenFunction)]
    assert series_of(pairs)["Win probability"].x == [one.probability for one in compared]


def test_fitted_lines_have_a_chart_for_each_group_with_the_models_lines_and_bands() -> None:
    slide = slides(FILE)[4]
    found = progression(MIROCALS, AT_3700)
    assert found is not None
    lines = found.lines
    assert not isinstance(lines, NotEstimable)
    for place, group in enumerate(found.groups[1:]):
        drawn = series_of(slide, shapes(slide)[f"Lines chart, {group.label}"])
        for cell, name in ((2 * place + 1, "IL-2"), (2 * place, "Placebo")):
            fitted = lines.line(cell, drawn[name].x)
            assert not isinstance(fitted, NotEstimable)
            np.testing.assert_allclose(drawn[name].y, fitted[0], rtol=1e-12)
            reach = np.array(drawn[f"{name}: upper limit"].y) - fitted[0]
            np.testing.assert_allclose(reach, 1.959963984540054 * fitted[1], rtol=1e-9)


def test_biology_has_a_chart_for_each_marker_and_one_for_function() -> None:
    names = set(shapes(slides(FILE)[3]))
    assert {"Groups", "Tregs, % of CD4+ chart", "CCL2, pg/mL chart", "ALSFRS-R slope chart"} <= names


def test_the_slides_replay_and_say_when_the_measurements_are_others() -> None:
    file = read_slides(FILE)
    found = replay_file(file, MIROCALS)
    assert (found.is_same, found.complete, found.remarks) == (True, True, ())
    assert found.compared > 1_000
    other = replace(MIROCALS, measured="sha256:0")
    told = replay_file(file, other)
    assert not told.is_same
    assert "repeated measurements in DATA are not those" in told.remarks[0]


@pytest.mark.parametrize(
    "query", ["horizon=365&threshold=", "threshold=750&threshold=3700&measure=svc&rule=last_visit"]
)
def test_other_views_make_slides_as_well(query: str) -> None:
    selection = Selection.from_query(query)
    file = deck(slides_of_view(MIROCALS, selection, ("progression-0", *PICTURES[1:])), on=date(2026, 5, 9))
    for slide in slides(file):
        assert "Reason" not in shapes(slide)
    assert made(sample("gbsg2"), "progression-0")
