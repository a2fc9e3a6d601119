"""Standardised curves stand in front, Kaplan–Meier's behind, and the card keeps its numbers at risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mirodash.plot.theme import DARK, LIGHT, Theme
from mirodash.questions.panel import show
from mirodash.questions.survival_cards import SURVIVAL, standardise_survival
from mirodash.stratification.selection import Selection
from mirodash.survival.adjusted import StandardisedSurvival
from mirodash.text.numbers import format_percent
from mirodash.trial.store import sample
from tests.profiles import for_each

MIROCALS = sample("mirocals")
PLAIN = Selection(adjust=("age",))
CHOSEN = Selection(adjust=("age",), curves="adjusted")


def drawn(selection: Selection, place: int = 0, theme: Theme = LIGHT) -> dict[str, Any]:
    shown = show(SURVIVAL[place], MIROCALS, selection, theme)
    assert shown is not None
    assert shown.figure is not None
    return shown.figure


def lines(figure: dict[str, Any]) -> list[dict[str, Any]]:
    return [t for t in figure["data"] if t["mode"] == "lines" and t["line"]["width"]]


@for_each("theme", [LIGHT, DARK])
@for_each("place", [0, 1, 2])
def test_the_thick_lines_are_the_standardised_curves(place: int, theme: Theme) -> None:
    found = standardise_survival(MIROCALS, CHOSEN, place)
    assert found is not None
    assert isinstance(found.curves, StandardisedSurvival)
    *thin, treated, control = lines(drawn(CHOSEN, place, theme))
    for trace, curve, style in (
        (treated, found.curves.treated, theme.treated),
        (control, found.curves.control, theme.control),
    ):
        assert trace["x"] == pytest.approx([*curve.time.tolist(), 640])
        assert trace["y"][:-1] == pytest.approx(curve.estimate.tolist())
        assert (trace["line"]["color"], trace["line"]["dash"]) == (style.line, style.dash)
    assert len(thin) == 2
    assert all(line["line"]["width"] < treated["line"]["width"] for line in thin)


def test_the_thin_lines_are_kaplan_and_meiers() -> None:
    thin, observed = lines(drawn(CHOSEN))[:2], lines(drawn(PLAIN))
    assert [(line["x"], line["y"]) for line in thin] == [(line["x"], line["y"]) for line in observed]


def test_the_numbers_at_risk_stay_what_was_observed() -> None:
    (table,) = (t for t in drawn(CHOSEN)["data"] if t["mode"] == "text")
    (plain,) = (t for t in drawn(PLAIN)["data"] if t["mode"] == "text")
    assert table == plain


def test_bands_hold_the_curves_and_end_at_the_horizon() -> None:
    figure = drawn(CHOSEN)
    bands = [t for t in figure["data"] if t.get("fill") == "toself"]
    assert len(bands) == 2
    found = standardise_survival(MIROCALS, CHOSEN, 0)
    assert found is not None
    assert isinstance(found.curves, StandardisedSurvival)
    first = found.curves.treated
    assert max(bands[0]["x"]) == 640
    assert max(bands[0]["y"]) == pytest.approx(float(np.nanmax(first.upper)))
    assert min(bands[0]["y"]) == pytest.approx(float(np.nanmin(first.lower)))


def test_the_ends_are_named_with_what_the_standardised_curves_say() -> None:
    found = standardise_survival(MIROCALS, CHOSEN, 0)
    assert found is not None
    assert isinstance(found.curves, StandardisedSurvival)
    texts = [note["text"] for note in drawn(CHOSEN)["layout"]["annotations"][-2:]]
    control, treated = found.curves.at_horizon
    assert [format_percent(treated) in texts[0], format_percent(control) in texts[1]] == [True, True]


def test_without_the_choice_the_card_is_as_it_was() -> None:
    assert drawn(PLAIN) == drawn(Selection())


def test_where_nothing_can_be_standardised_kaplan_and_meier_stay() -> None:
    few = Selection(adjust=("site",), curves="adjusted", thresholds=(3700,))
    assert drawn(few, 2) == drawn(Selection(thresholds=(3700,)), 2)
