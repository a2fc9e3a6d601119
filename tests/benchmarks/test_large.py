"""The part about a large trial measures every answer in steps and a real move of a threshold."""

from __future__ import annotations

from pathlib import Path

from benchmarks import large
from mirodash.web.navigation import IN_STEPS


def test_every_answer_in_steps_has_a_row_and_so_has_a_move(tmp_path: Path):
    rows = list(large.measure(tmp_path, steps=1, size=2_000))
    assert len(rows) == len(IN_STEPS) + 2
    for panel, row in zip(IN_STEPS, rows, strict=False):
        assert row.what.startswith(f"{panel.key}, n = 2,000: longest of 1 of {panel.steps} steps")
    sent = rows[-2]
    assert sent.what == "a move of a threshold, n = 2,000: sent"
    assert 10 < float(sent.ours.removesuffix(" kB")) < 1_000
    assert sent.met is (float(sent.ours.removesuffix(" kB")) <= large.MAX_PAYLOAD / 1000)
