"""Quantiles by one interpolation against numpy's, to the last digit."""

from __future__ import annotations

import numpy as np

from mirodash.survival.spline import quantiles
from tests.profiles import for_each


@for_each("size", [1, 2, 3, 7, 220, 1001])
def test_quantiles_are_those_of_numpy(size: int) -> None:
    rng = np.random.default_rng(size)
    shares = np.concatenate(([0.0, 0.01, 0.05, 0.35, 0.5, 0.65, 0.95, 0.99, 1.0], rng.random(20)))
    for values in (rng.lognormal(8, 1, size), np.round(rng.normal(size=size)), np.full(size, 1 / 3)):
        np.testing.assert_array_equal(quantiles(np.sort(values), shares), np.quantile(values, shares))
