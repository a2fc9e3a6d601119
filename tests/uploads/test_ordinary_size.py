"""A trial of 20,000 participants with 112 columns is nothing special, and is taken by what nobody set."""

from __future__ import annotations

from pathlib import Path

from mirodash.uploads.intake import taken_in
from mirodash.uploads.serialisation import table_from

PEOPLE, COLUMNS = 20_000, 112


def test_a_large_ordinary_trial_is_taken_in(tmp_path: Path):
    rest = [",".join(f"{(k * j) % 977 / 10}" for j in range(4, COLUMNS)) for k in range(200)]
    lines = [",".join(["id", "time", "event", "arm", *(f"v{j}" for j in range(4, COLUMNS))])]
    lines += [f"{k},{k % 600 + 1},{k % 2},{'AB'[k // 2 % 2]},{rest[k % 200]}" for k in range(PEOPLE)]
    path = tmp_path / "0"
    path.write_text("\n".join(lines), encoding="ascii")
    (content,) = taken_in([("large.csv", path)])
    table = table_from(content)
    assert (len(table), len(table.columns)) == (PEOPLE, COLUMNS)
