"""Of very many marks those are drawn that can be seen: none is far from one that is."""

from __future__ import annotations

import numpy as np
import pytest

from mirodash.plot.step_curves import CELLS, FEW_POINTS, one_in_each_cell


@pytest.mark.parametrize("size", [1, FEW_POINTS])
def test_some_hundred_marks_are_all_drawn(size: int):
    assert one_in_each_cell(np.zeros(size), np.zeros(size)).tolist() == list(range(size))


def test_of_very_many_one_is_drawn_near_each():
    rng = np.random.default_rng(2)
    x, y = rng.uniform(size=40_000) ** 2, np.tanh(rng.normal(size=40_000))
    kept = one_in_each_cell(x, y)
    assert kept.size < x.size / 3
    cells = {(int(a * CELLS[0]), int((1 + b) / 2 * CELLS[1])) for a, b in zip(x, y, strict=True)}
    shown = [(int(a * CELLS[0]), int((1 + b) / 2 * CELLS[1])) for a, b in zip(x[kept], y[kept], strict=True)]
    assert len(shown) == len(set(shown))
    assert set(shown) == cells
