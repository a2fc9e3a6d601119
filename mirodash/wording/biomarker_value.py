"""A value of a biomarker as text, with its unit where it stands alone."""

from __future__ import annotations

from mirodash.trial.dictionary import Biomarker
from mirodash.wording.numbers import FIXED, quantity

LARGEST_WRITTEN_OUT = 1e15


def bare_value(biomarker: Biomarker, value: float) -> str:
    """A value without its unit, with the decimals of the dictionary or as many as it needs to be seen.

    >>> bare_value(Biomarker("x", "X", "X"), 3700.0), bare_value(Biomarker("x", "X", "X"), 1e-20)
    ('3,700', '1e-20')
    """
    vanishes = value != 0 and round(value, biomarker.decimals) == 0
    if vanishes or abs(value) >= LARGEST_WRITTEN_OUT:
        return f"{value:.3g}".replace("-", "−" if value < 0 else "-", 1)
    return quantity(value, biomarker.decimals)


def biomarker_value(biomarker: Biomarker, value: float) -> str:
    """A value with its unit, held together: ``3,700 pg/mL``."""
    return f"{bare_value(biomarker, value)}{FIXED}{biomarker.unit}".strip()
