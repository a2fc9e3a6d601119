"""An invented trial of 120 participants, written in the ways in which people keep their files."""

from __future__ import annotations

from datetime import date, timedelta

COLUMNS = ("patient", "arm", "days", "death", "nfl", "age")
Rows = list[list[str]]


def people() -> Rows:
    """Return patient, arm, days, death, nfl (thousands, one decimal) and age of everybody."""
    return [
        [
            f"P{k + 1:03d}",
            ("Placebo", "Drug")[k % 2],
            str(20 + (k * 379 + k * k * 17) % 811 + 60 * (k % 2)),
            str(int((k * 7 + k // 5) % 11 < 7)),
            f"{1000.5 + (k * 5273 + k * k * 31) % 14000:.1f}",
            str(40 + k * 13 % 37),
        ]
        for k in range(120)
    ]


def text(rows: Rows, delimiter: str = ",", header: tuple[str, ...] = COLUMNS) -> str:
    """Write the table as text."""
    return "".join(delimiter.join(row) + "\n" for row in [list(header), *rows])


def started(k: int) -> date:
    """Return when participant number ``k`` was randomised."""
    return date(2019, 1, 7) + timedelta(days=k * 11 % 500)


def ended(k: int) -> date:
    """Return when participant number ``k`` died or was last seen."""
    return started(k) + timedelta(days=int(people()[k][2]))
