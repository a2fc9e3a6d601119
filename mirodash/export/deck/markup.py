"""XML as text: what stands in a file is exactly what was meant, whatever a name contains."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0 has no place for other control characters, nor for halves of a surrogate pair."""


def legible(text: str) -> str:
    r"""The text with what no XML file may contain replaced by the sign for an unreadable character.

    >>> legible("a\x00b\x1b"), legible("pNFH ≤ 3,700")
    ('a�b�', 'pNFH ≤ 3,700')
    """
    return _ILLEGAL.sub("\ufffd", text)


def written(text: str) -> str:
    """A text between two tags."""
    return escape(legible(text))


def tag(name: str, /, *content: str, **attributes: str | float) -> str:
    """An element with content that is XML already; attributes are texts or numbers.

    >>> tag("c:max", val=1.5), tag("a:p", tag("a:r")), tag("c:tx", written("<b>"))
    ('<c:max val="1.5"/>', '<a:p><a:r/></a:p>', '<c:tx>&lt;b&gt;</c:tx>')
    """
    opening = name + "".join(
        f" {key}={quoteattr(legible(_text(value)))}" for key, value in attributes.items()
    )
    inner = "".join(content)
    return f"<{opening}>{inner}</{name}>" if inner else f"<{opening}/>"


def number(value: float) -> str:
    """A number to its last bit.

    >>> number(0.1 + 0.2), number(3.0), number(1e-9)
    ('0.30000000000000004', '3', '1e-09')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)
