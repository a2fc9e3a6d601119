"""A biomarker's value is written with as many digits as it takes to see it."""

from __future__ import annotations

from mirodash.text.numbers import format_bare_value, format_biomarker_value, unify_spaces
from mirodash.trial.dictionary import Biomarker
from tests.profiles import for_each


@for_each(
    ("value", "decimals", "text"),
    [
        (3700.0, 0, "3,700"),
        (-1234.56, 1, "−1,234.6"),
        (0.0, 0, "0"),
        (0.004, 0, "0.004"),
        (-3e-9, 2, "−3e-09"),
        (4e20, 0, "4e+20"),
        (-4e20, 0, "−4e+20"),
    ],
)
def test_values_by_hand(value: float, decimals: int, text: str):
    assert format_bare_value(Biomarker("x", "X", "X", decimals=decimals), value) == text


def test_the_unit_stays_beside_its_number():
    shown = format_biomarker_value(Biomarker("x", "X", "X", unit="pg/mL"), 3700)
    assert " " not in shown
    assert unify_spaces(shown) == "3,700 pg/mL"
    assert format_biomarker_value(Biomarker("x", "X", "X"), 7) == "7"
