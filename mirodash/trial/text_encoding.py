"""Turns the bytes of a text file into letters, and says where that cannot be done without guessing."""

from __future__ import annotations

import codecs
import re

from mirodash.errors import UnusableDataError

_SAVE_AS_UTF8 = "open it in a spreadsheet and save it as CSV UTF-8"
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# letters with accents, dashes and quotation marks in UTF-8; in other encodings they make no word
_TWO_BYTES = re.compile(rb"[\xc3\xc2][\x80-\xbf]|\xe2[\x80-\x89][\x80-\xbf]")
_SAMPLE = 4_096


def decoded(raw: bytes, name: str) -> tuple[str, str]:
    """The text of a file, and the encoding in which it is written.

    Parameters
    ----------
    raw : bytes
        All of the file.
    name : str
        What people call it.

    Raises
    ------
    UnusableDataError
        When it is no text, cut off in a letter, or written in two encodings.
    """
    if raw.startswith(_WIDE):
        raise UnusableDataError(f"'{name}' is written in UTF-32; {_SAVE_AS_UTF8}.")
    if raw.startswith(_UTF16):
        return _whole(raw, name, "utf-16"), "utf-16"
    if _alternates(raw):
        raise UnusableDataError(f"'{name}' is written in UTF-16 without saying so; {_SAVE_AS_UTF8}.")
    if b"\0" in raw:
        raise _no_text(name, raw.count(b"\n", 0, raw.index(b"\0")) + 1)
    try:
        return raw.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and _TWO_BYTES.search(raw):
            raise UnusableDataError(
                f"'{name}' is cut off in the middle of a letter; get it again."
            ) from error
        return _older(raw, name, error.start)


def _whole(raw: bytes, name: str, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(name, 0) from error
    if "\0" in text:
        raise _no_text(name, text.count("\n", 0, text.index("\0")) + 1)
    return text


def _older(raw: bytes, name: str, first: int) -> tuple[str, str]:
    """A text that is not in UTF-8 from the byte ``first`` on: in what Windows used before."""
    both = _TWO_BYTES.search(raw)
    if both is not None:
        line, other = (raw.count(b"\n", 0, place) + 1 for place in (both.start(), first))
        raise UnusableDataError(
            f"'{name}' is written in two encodings (line {line} in UTF-8, line {other} not), so its letters "
            f"cannot be told; {_SAVE_AS_UTF8}, and look at the letters with accents."
        )
    try:
        return raw.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "latin-1"


def _alternates(raw: bytes) -> bool:
    """Whether every second byte is nothing, as in Latin letters of two bytes each."""
    sample = raw[: min(_SAMPLE, len(raw) // 2 * 2)]
    even, odd = sample[::2], sample[1::2]
    least = 0.8 * len(even)
    return len(even) >= 4 and (
        (even.count(0) >= least and 0 not in odd) or (odd.count(0) >= least and 0 not in even)
    )


def _no_text(name: str, line: int) -> UnusableDataError:
    where = f" (the first sign that is none stands in line {line})" if line > 1 else ""
    return UnusableDataError(f"'{name}' is not a table of text, whatever its name says{where}.")
