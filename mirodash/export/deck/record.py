"""What a file of slides remembers of the views in it, so that their numbers can be made again."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.presentation import Presentation as PowerPoint

from mirodash.errors import UnusableDataError
from mirodash.export.deck.markup import DECLARATION, tag, written
from mirodash.export.strip_json import strip_json
from mirodash.stratification.saved_view import SavedView

NAMESPACE = "urn:mirodash:record"
"""Of the part that holds the record; a name, and no address of anything."""
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    NotImplementedError,
    OSError,
    EOFError,
    RuntimeError,
)
"""What a damaged ZIP file can raise."""
LARGEST_FILE = 100_000_000
MOST_PARTS = 20_000
LARGEST_RECORD = 4_000_000
MOST_LOOKED_AT = 50
_STORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ITEM = "{6D69726F-6461-7368-0000-7265636F7264}"
"""The part's own name: "mirodash" and "record" in letters' numbers."""

NOT_SLIDES = "This is no PowerPoint file that can be read."
TOO_LARGE = "This file is larger than slides with charts are."
NOT_OURS = "These slides hold no record of the views they were made from: MiroDash did not make them."
DAMAGED = "The record of the views in these slides is damaged."


def record(kept: Sequence[tuple[SavedView, str]], *, on: date) -> dict[str, Any]:
    """The strip as `strip_json` writes it, and with each view the fingerprint of the data it was of."""
    told = strip_json([view for view, _ in kept], on=on)
    views = cast("list[dict[str, Any]]", told["views"])
    for view, (_, fingerprint) in zip(views, kept, strict=True):
        view["fingerprint"] = fingerprint
    return told


def add_record(made: PowerPoint, told: dict[str, Any]) -> None:
    """Put the record into a part that PowerPoint keeps and does not show."""
    package = made.part.package
    text = tag("record", written(json.dumps(told, allow_nan=False, ensure_ascii=True)), xmlns=NAMESPACE)
    item = Part(
        PackURI("/customXml/item1.xml"), "application/xml", package, (DECLARATION + text).encode("utf-8")
    )
    schema = {"xmlns:ds": _STORE, "ds:itemID": _ITEM}
    inner = tag("ds:schemaRefs", tag("ds:schemaRef", **{"ds:uri": NAMESPACE}))
    properties = Part(
        PackURI("/customXml/itemProps1.xml"),
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        package,
        (DECLARATION + tag("ds:datastoreItem", inner, **schema)).encode("utf-8"),
    )
    item.relate_to(properties, f"{_OFFICE}/customXmlProps")
    made.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)


def read_record(file: bytes) -> dict[str, Any]:
    """The record in a file of slides, as nested dictionaries; what they hold is of any origin.

    Parameters
    ----------
    file : bytes
        A PPTX file, also one that PowerPoint has saved again.

    Returns
    -------
    dict
        What `mirodash.export.strip_json.strip_json` writes, with a ``fingerprint`` in every view.

    Raises
    ------
    UnusableDataError
        When it is no such file, is damaged, or is far too large.
    """
    if len(file) > LARGEST_FILE:
        raise UnusableDataError(TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            found = _found(archive)
    except UNREADABLE as error:
        raise UnusableDataError(NOT_SLIDES) from error
    if found is None:
        raise UnusableDataError(NOT_OURS)
    return _told(found)


def _found(archive: zipfile.ZipFile) -> str | None:
    """The text of the first part that is a record; parts are unpacked only as far as a record may be long."""
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise UnusableDataError(TOO_LARGE)
    if "ppt/presentation.xml" not in archive.namelist():
        raise UnusableDataError(NOT_SLIDES)
    parts = [entry for entry in entries if entry.filename.startswith("customXml/item")]
    for entry in parts[:MOST_LOOKED_AT]:
        with archive.open(entry) as part:
            content = part.read(LARGEST_RECORD + 1)
        if NAMESPACE.encode() not in content[:2_000]:
            continue
        if len(content) > LARGEST_RECORD:
            raise UnusableDataError(TOO_LARGE)
        text = _text(content)
        if text is not None:
            return text
    return None


def _text(content: bytes) -> str | None:
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnusableDataError(DAMAGED) from error
    return (root.text or "") if root.tag == f"{{{NAMESPACE}}}record" else None


def _told(text: str) -> dict[str, Any]:
    try:
        told: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableDataError(DAMAGED) from error
    if not isinstance(told, dict):
        raise UnusableDataError(DAMAGED)
    views = cast("dict[str, Any]", told).get("views")
    if not isinstance(views, list) or not all(_is_view(view) for view in cast("list[object]", views)):
        raise UnusableDataError(DAMAGED)
    return cast("dict[str, Any]", told)


def _is_view(view: object) -> bool:
    if not isinstance(view, dict):
        return False
    fields = cast("dict[str, Any]", view)
    return all(isinstance(fields.get(name), str) for name in ("query", "picture", "fingerprint"))
