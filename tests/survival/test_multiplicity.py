"""Adjusted p-values are those of R's p.adjust, and keep false finds as rare as they promise."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.survival.interactions import adjust_by_holm, compute_family_wise_error_rate
from tests.reference_cases import load_json


def test_equals_r() -> None:
    stored = load_json("subgroups")
    names = list(stored["interactions"])
    ours = adjust_by_holm([stored["interactions"][name]["p_lr"] for name in names])
    assert ours == pytest.approx([stored["holm"][name] for name in names], rel=1e-12)


def test_an_adjusted_p_is_never_smaller_nor_above_1_and_keeps_the_order() -> None:
    rng = np.random.default_rng(0)
    raw = rng.uniform(size=50).tolist()
    ours = adjust_by_holm(raw)
    assert all(p <= adjusted <= 1 for p, adjusted in zip(raw, ours, strict=True))
    ordered = [ours[k] for k in np.argsort(raw)]
    assert ordered == sorted(ordered)


def test_one_test_needs_no_adjustment_and_none_none() -> None:
    assert adjust_by_holm([0.03]) == (0.03,)
    assert adjust_by_holm([]) == ()


def test_without_any_effect_something_is_found_as_rarely_as_promised() -> None:
    rng = np.random.default_rng(4)
    raw = rng.uniform(size=(4000, 10))
    assert np.mean([min(adjust_by_holm(row.tolist())) < 0.05 for row in raw]) == pytest.approx(0.05, abs=0.01)
    assert np.mean((raw < 0.05).any(axis=1)) == pytest.approx(compute_family_wise_error_rate(10), abs=0.02)


def test_what_is_no_p_value_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust_by_holm([0.5, 1.5])
