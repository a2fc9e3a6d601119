"""Columns and hanging paragraphs of plain text, at most a hundred characters wide."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH = 100
LABEL = 34


def aligned(rows: Sequence[Sequence[str]], *, indent: int = 2) -> list[str]:
    """Rows of texts in columns, the first to the left and the others to the right.

    >>> aligned([("", "n"), ("Placebo", "110")], indent=0)
    ['           n', 'Placebo  110']
    """
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines: list[str] = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(t.rjust(w) for t, w in zip(row[1:], widths[1:], strict=True))]
        lines.append((" " * indent + "  ".join(cells)).rstrip())
    return lines


def labelled(label: str, text: str) -> list[str]:
    """A label and its text, wrapped under itself, but never at a no-break space."""
    head = f"  {shortened(label, LABEL - 2)}".ljust(LABEL) + "  "
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)) or [
        head.rstrip()
    ]


def underlined(title: str, line: str) -> list[str]:
    """A heading, on as many lines as it needs."""
    lines = textwrap.wrap(title, WIDTH)
    return [*lines, line * max(map(len, lines))]


def wrapped(text: str) -> list[str]:
    """A paragraph."""
    return textwrap.wrap(text, WIDTH)


def item(text: str) -> list[str]:
    """One item of a list."""
    return textwrap.wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="    ")


def shortened(text: str, longest: int) -> str:
    """A name that may be too long for its column."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
