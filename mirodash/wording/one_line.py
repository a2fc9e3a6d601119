"""Text of any origin where there is room for one line: no breaks, no invisible commands, no endless names."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}
"""Control characters, halves of surrogate pairs, and separators of lines and paragraphs."""
_TURNS_TEXT_ROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str, longest: int | None = None) -> str:
    r"""The text without what breaks a line, a file or the direction of writing, cut where it is too long.

    >>> one_line("IL-2\n(low  dose)"), one_line("interleukin-2 in a low dose", 14)
    ('IL-2 (low dose)', 'interleukin-2…')
    """
    plain = "".join(" " if _breaks(letter) else letter for letter in text if letter not in _TURNS_TEXT_ROUND)
    kept = " ".join(part for part in plain.split(" ") if part)
    if longest is None or len(kept) <= longest:
        return kept
    return f"{kept[: longest - 1].rstrip()}…"


def _breaks(letter: str) -> bool:
    return letter < " " or (letter > "~" and unicodedata.category(letter) in _INVISIBLE)
