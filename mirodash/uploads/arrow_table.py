"""Tables of uploaded files as bytes that can be kept, and back, without anything lost on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.table import Column, SourceFile, Table

_ABOUT = b"mirodash-table-1"
_DIGEST = hashlib.sha256().digest_size
DAMAGED = "What was kept of this file is damaged; upload the file again."

# Cells are kept as binary and not as Arrow text, which holds no lone surrogates; workbooks can.
CODEC: tuple[str, str] = ("utf-8", "surrogatepass")


def table_bytes(table: Table) -> bytes:
    """An Arrow IPC stream of the table, and behind its end the SHA-256 of the stream.

    Texts that repeat in a column stand once in the stream, as do the row numbers that columns share, and
    all of it is compressed: a large table takes less than its own text.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and most readers look at built-in trials

    numberings: dict[tuple[int, ...], int] = {}
    arrays: dict[str, Any] = {}
    columns: list[dict[str, Any]] = []
    for name, column in table.columns.items():
        arrays[f"cells {len(columns)}"] = _encoded(column.cells, pa)
        columns.append(
            {
                "name": name,
                "label": column.label,
                "is_text": column.is_text,
                "file": column.file,
                "rows": numberings.setdefault(column.rows, len(numberings)),
            }
        )
    arrays |= {f"rows {k}": pa.array(rows, pa.int64()) for rows, k in numberings.items()}
    about = {
        "name": table.name,
        "notices": table.notices,
        "files": [asdict(file) for file in table.files],
        "columns": columns,
    }
    text = json.dumps(about, ensure_ascii=False).encode(*CODEC)
    return stream_bytes(arrays, {_ABOUT: text})


def table_from(kept: bytes) -> Table:
    """The table of which these are the bytes.

    Raises
    ------
    UnusableDataError
        When they are not what `table_bytes` made.
    """
    import pyarrow as pa  # noqa: PLC0415

    stream = unsealed(kept)
    try:
        with pa.ipc.open_stream(stream) as reader:
            about = (reader.schema.metadata or {})[_ABOUT]
            content = reader.read_all()
        content.validate(full=True)
        return _table(json.loads(about.decode(*CODEC)), content)
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnusableDataError(DAMAGED) from error


def stream_bytes(arrays: Mapping[str, Any], about: Mapping[bytes, bytes]) -> bytes:
    """Arrow arrays of one length with what is to be known about them, packed, with a digest behind them."""
    import pyarrow as pa  # noqa: PLC0415

    schema = pa.schema([(name, array.type) for name, array in arrays.items()], metadata=dict(about))
    sink = pa.BufferOutputStream()
    smaller = pa.ipc.IpcWriteOptions(compression="zstd" if pa.Codec.is_available("zstd") else None)
    with pa.ipc.new_stream(sink, schema, options=smaller) as writer:
        writer.write_batch(pa.record_batch(list(arrays.values()), schema=schema))
    return sealed(sink.getvalue().to_pybytes())


def sealed(stream: bytes) -> bytes:
    """Bytes with their SHA-256 behind them."""
    return stream + hashlib.sha256(stream).digest()


def unsealed(kept: bytes) -> bytes:
    """What `sealed` was given.

    Raises
    ------
    UnusableDataError
        When something of it is missing or changed.
    """
    stream, digest = kept[:-_DIGEST], kept[-_DIGEST:]
    if hashlib.sha256(stream).digest() != digest:
        raise UnusableDataError(DAMAGED)
    return stream


def _encoded(cells: Sequence[str], pa: Any) -> Any:
    """Cells as they are where most of them differ, else every text once and where it stands."""
    different = dict.fromkeys(cells)
    if 2 * len(different) > len(cells):
        return _binary(cells, pa)
    codes = {cell: code for code, cell in enumerate(different)}
    places = pa.array([codes[cell] for cell in cells], pa.int32())
    return pa.DictionaryArray.from_arrays(places, _binary(list(codes), pa))


def _binary(texts: Sequence[str], pa: Any) -> Any:
    try:
        return pa.array(texts, pa.string()).view(pa.binary())
    except ValueError:  # a lone surrogate
        return pa.array([text.encode(*CODEC) for text in texts], pa.binary())


def _decoded(cells: Any) -> tuple[str, ...]:
    if not len(cells):
        return ()
    (chunk,) = cells.chunks
    if not hasattr(chunk, "dictionary"):
        return tuple([text.decode(*CODEC) for text in chunk.to_pylist()])
    texts = [text.decode(*CODEC) for text in chunk.dictionary.to_pylist()]
    return tuple([texts[code] for code in chunk.indices.to_pylist()])


def _table(about: Mapping[str, Any], content: Any) -> Table:
    columns: dict[str, Column] = {}
    numberings: dict[int, tuple[int, ...]] = {}
    for index, told in enumerate(about["columns"]):
        shared = told["rows"]
        if shared not in numberings:
            numberings[shared] = tuple(content.column(f"rows {shared}").to_pylist())
        columns[told["name"]] = Column(
            _decoded(content.column(f"cells {index}")),
            numberings[shared],
            told["label"],
            told["is_text"],
            told["file"],
        )
    files = tuple(SourceFile(**file) for file in about["files"])
    return Table(about["name"], columns, tuple(about["notices"]), files)
