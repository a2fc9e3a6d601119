"""The table that is printed: what was measured, beside what, and whether the goal was met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADINGS = ("what", "ours", "theirs", "ratio", "goal", "met")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``met`` is None where there is no goal."""

    what: str
    ours: str
    theirs: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """What stands in each column."""
        said = "" if self.met is None else "yes" if self.met else "no"
        return (self.what, self.ours, self.theirs, self.ratio, self.goal, said)


def in_words(seconds: float) -> str:
    """A duration with three digits.

    >>> in_words(0.00525), in_words(12.34)
    ('5.25 ms', '12.3 s')
    """
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 1000 else f"{seconds:,.0f} s"


def times_faster(what: str, ours: float, theirs: float, *, goal: float | None = None) -> Row:
    """A row saying how many times faster we are; durations in seconds. Without a goal it is only said."""
    ratio = theirs / ours
    shown = f"{ratio:,.0f} ×" if ratio >= 100 else f"{ratio:.1f} ×"
    if goal is None:
        return Row(what, in_words(ours), in_words(theirs), shown)
    return Row(what, in_words(ours), in_words(theirs), shown, f"≥ {goal:,g} × faster", ratio >= goal)


def times_as_long(what: str, ours: float, theirs: float, *, goal: float) -> Row:
    """A row saying how many times as long we take; durations in seconds."""
    ratio = ours / theirs
    return Row(
        what, in_words(ours), in_words(theirs), f"{ratio:.2f} ×", f"≤ {goal:g} × as long", ratio <= goal
    )


def rendered(rows: Iterable[Row]) -> str:
    """The table as text, with numbers to the right."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(HEADINGS))]
    ruled = [lines[0], tuple("─" * width for width in widths), *lines[1:]]
    return "\n".join(_aligned(line, widths) for line in ruled)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    to_the_right = (1, 2, 3)
    placed = [
        cell.rjust(width) if k in to_the_right else cell.ljust(width)
        for k, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(placed).rstrip()
