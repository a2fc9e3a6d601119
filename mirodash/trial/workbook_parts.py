"""Looks into an Excel workbook before it is opened: it is a packed folder, and may unpack to anything."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from mirodash.errors import UnusableDataError
from mirodash.trial.limits import Limits

_SHEETS = "xl/worksheets/"
_STRINGS = "xl/sharedStrings"
_LARGE = (_SHEETS, _STRINGS)
"""Parts that grow with the table; all others are about its looks."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_CHUNK = 1 << 16
_ENDS = {b"</": 2, b"/>": 1, b"<?": 1, b"<!": 1}
"""What closes an element or is none, and how much of the count of ``<`` it takes back."""
_DEEPEST = 1_000
"""Elements within elements, roughly; a dozen in what spreadsheet programs write."""


def holds_formulas(path: Path, name: str, limits: Limits) -> bool:
    """Unpack a workbook to nowhere, and tell whether a sheet of it holds formulas.

    The directory of a packed folder may say anything about the parts, so the bytes are counted as they
    come out.

    Raises
    ------
    UnusableDataError
        When it is no workbook, damaged, encrypted, or larger inside than the workbook of a trial.
    """
    damaged = f"'{name}' is damaged or not an Excel workbook."
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, path.stat().st_size, name, limits)
            if len({entry.filename for entry in entries}) < len(entries):
                raise UnusableDataError(damaged)
            contents = _Contents(path.stat().st_size, name, limits)
            for entry in entries:
                contents.unpack(archive, entry)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, zlib.error) as error:
        raise UnusableDataError(damaged) from error
    return contents.formulas


def _check_directory(entries: list[zipfile.ZipInfo], size: int, name: str, limits: Limits) -> None:
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > limits.entries or inflated > limits.inflated or inflated / size > limits.ratio:
        raise UnusableDataError(
            f"'{name}' would unpack to {inflated / 1e6:,.0f} MB in {len(entries)} parts, which is not "
            "what the workbook of a trial looks like; save the sheet as CSV and read that."
        )
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnusableDataError(f"'{name}' is protected by a password; save it again without one.")
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise UnusableDataError(
            f"'{name}' is packed in a way that no spreadsheet program uses; open it in Excel, and save it "
            "again."
        )


class _Contents:
    """What came out of a workbook so far."""

    def __init__(self, size: int, name: str, limits: Limits) -> None:
        self.formulas = False
        self._left = min(limits.inflated, limits.ratio * size)
        self._tags = {True: limits.tags, False: limits.other_tags}
        self._name = name

    def unpack(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        """Count one part.

        Raises
        ------
        UnusableDataError
            When there is too much in all the parts until here.
        """
        large = entry.filename.startswith(_LARGE)
        sheet = entry.filename.startswith(_SHEETS)
        before, depth = b"", 0
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                self._left -= len(chunk)
                self._tags[large] -= chunk.count(b"<")
                depth += chunk.count(b"<") - sum(
                    times * (before + chunk).count(end) for end, times in _ENDS.items()
                )
                if self._left < 0 or min(self._tags.values()) < 0 or depth > _DEEPEST:
                    raise UnusableDataError(
                        f"'{self._name}' unpacks to far more than the workbook of a trial; save the sheet "
                        "as CSV and read that."
                    )
                self.formulas |= sheet and b"<f" in before + chunk
                before = chunk[-1:]
