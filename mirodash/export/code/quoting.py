r"""The one way by which a name or number from a trial gets into a script: as a constant, in plain ASCII.

Nothing that a column, level or title holds can end the constant it stands in: quotes and backslashes are
escaped, and so are line breaks, signs that steer and every letter beyond ASCII. Comments take texts
quoted in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirodash.errors import UnusableQuestionError

WIDEST = 100
LONGEST_REMARK = 300
LONGEST_IN_R = 400
"""Signs of a constant: R gives up on a line with more than about a thousand escaped letters."""
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

Quoted = Callable[[str], str]


def python_text(text: str) -> str:
    r"""A text as a Python constant.

    >>> print(python_text('a"b\\'), python_text("pNFH ≤ 3\n"), python_text("\U0001f600"))
    "a\"b\\" "pNFH \u2264 3\n" "\U0001f600"
    """
    return f'"{"".join(map(_python_sign, text))}"'


def _python_sign(sign: str) -> str:
    if sign in _ESCAPED or " " <= sign <= "~":
        return _ESCAPED.get(sign, sign)
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def r_text(text: str) -> str:
    r"""A text as an R constant.

    Raises
    ------
    UnusableQuestionError
        When it holds what no text of R can: a zero byte, or half of a pair of signs.

    >>> print(r_text('a"b\\'), r_text("pNFH ≤ 3\n"), r_text("\U0001f600"))
    "a\"b\\" "pNFH \u{2264} 3\n" "\U{1f600}"
    """
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise UnusableQuestionError(
            "A name in this trial holds a sign that R cannot write, so there is no R script of this view."
        )
    pieces = [text[k : k + LONGEST_IN_R] for k in range(0, len(text), LONGEST_IN_R)] or [""]
    quoted = [f'"{"".join(map(_r_sign, piece))}"' for piece in pieces]
    if len(quoted) == 1:
        return quoted[0]
    rows = ",\n  ".join(quoted)
    return f"paste0({rows})"


def _r_sign(sign: str) -> str:
    if sign in _ESCAPED or " " <= sign <= "~":
        return _ESCAPED.get(sign, sign)
    return f"\\u{{{ord(sign):x}}}" if ord(sign) < 0x10000 else f"\\U{{{ord(sign):x}}}"


def remark(text: str, quoted: Quoted) -> str:
    """A text for a comment, quoted as in the code and short enough to stay on its line."""
    return quoted(text if len(text) <= LONGEST_REMARK else f"{text[:LONGEST_REMARK]}...")


def number(value: float) -> str:
    """A finite number as a constant of either language, from which exactly the same number is read.

    >>> number(3700.0), number(0.1), number(1e-9)
    ('3700', '0.1', '1e-09')
    """
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def listed(opening: str, items: Sequence[str], closing: str, *, before: int = 0) -> str:
    """Constants in a row, over several lines when they would reach beyond 100 columns.

    >>> listed("c(", ["1", "2"], ")")
    'c(1, 2)'
    """
    line = f"{opening}{', '.join(items)}{closing}"
    if before + len(line) <= WIDEST or len(items) < 2:
        return line
    rows = [""]
    for item in items:
        if rows[-1] and len(rows[-1]) + len(item) + 2 > WIDEST - 4:
            rows.append("")
        rows[-1] += f", {item}" if rows[-1] else item
    return f"{opening}\n    " + ",\n    ".join(rows) + f"\n{closing}"
