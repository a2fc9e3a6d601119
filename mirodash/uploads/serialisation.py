"""Tables and trials as Arrow bytes, and dataclasses as JSON: what passes between processes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import Dictionary, Endpoint
from mirodash.trial.repeated_measurements import Series, fingerprint_series
from mirodash.trial.table import Column, Source, SourceFile, Table
from mirodash.trial.trial import MISSING, Levels, Measurements, Outcome, Trial, fingerprint

_ABOUT_TABLE = b"mirodash-table-2"
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
        arrays[f"cells {len(columns)}"] = _encode(column.cells, pa)
        columns.append(
            {
                "name": name,
                "label": column.label,
                "is_text": column.is_text,
                "file": column.file,
                "unit": column.unit,
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
    return stream_bytes(arrays, {_ABOUT_TABLE: text})


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
            about = (reader.schema.metadata or {})[_ABOUT_TABLE]
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


def _encode(cells: Sequence[str], pa: Any) -> Any:
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


def _decode(cells: Any) -> tuple[str, ...]:
    if not len(cells):
        return ()
    (chunk,) = cells.chunks
    if not hasattr(chunk, "dictionary"):
        return tuple([text.decode(*CODEC) for text in chunk.to_pylist()])
    texts = [text.decode(*CODEC) for text in chunk.dictionary.to_pylist()]
    return tuple([texts[code] for code in chunk.indices.to_pylist()])


def _source_file(about: dict[str, Any]) -> SourceFile:
    about["sheets"] = tuple(about["sheets"])
    return SourceFile(**about)


def _table(about: Mapping[str, Any], content: Any) -> Table:
    columns: dict[str, Column] = {}
    numberings: dict[int, tuple[int, ...]] = {}
    for index, told in enumerate(about["columns"]):
        shared = told["rows"]
        if shared not in numberings:
            numberings[shared] = tuple(content.column(f"rows {shared}").to_pylist())
        columns[told["name"]] = Column(
            _decode(content.column(f"cells {index}")),
            numberings[shared],
            told["label"],
            told["is_text"],
            told["file"],
            told["unit"],
        )
    files = tuple(_source_file(file) for file in about["files"])
    return Table(about["name"], columns, tuple(about["notices"]), files)


Data = TypeVar("Data")


def to_plain(data: object) -> dict[str, Any]:
    """A dataclass as a dictionary that JSON can hold."""
    return asdict(cast(Any, data))


def from_plain(kind: type[Data], plain: object) -> Data:
    """The dataclass that `to_plain` was given, after it went through JSON.

    A field with a default may be absent: what was kept before the field existed is read as it was meant.

    Parameters
    ----------
    kind : type
        The dataclass; its fields are texts, numbers, truths, literals, dataclasses, tuples of such, or None.
    plain : object
        What JSON held.

    Raises
    ------
    ValueError
        When it is not what such a dataclass becomes.

    Examples
    --------
    >>> from mirodash.trial.dictionary import Preset
    >>> from_plain(Preset, {"name": "median", "thresholds": [3, 4.5]})
    Preset(name='median', thresholds=(3.0, 4.5), source='')
    """
    hints = _hints(kind)
    if not isinstance(plain, Mapping):
        raise ValueError(f"no {kind.__name__}")
    given = cast("Mapping[str, Any]", plain)
    if not _required(kind) <= set(given) <= set(hints):
        raise ValueError(f"no {kind.__name__}")
    return kind(**{name: _value(hint, given[name]) for name, hint in hints.items() if name in given})


@cache
def _required(kind: type) -> frozenset[str]:
    without = [
        field.name
        for field in fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    return frozenset(without)


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _value(hint: Any, plain: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(hint), plain)
    if origin is tuple:
        return _tuple(get_args(hint), plain)
    if origin is Literal:
        fits = plain in get_args(hint)
    elif is_dataclass(hint):
        return from_plain(cast("type[Any]", hint), plain)
    elif hint is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    else:
        fits = type(plain) is hint
    if not fits:
        raise ValueError(f"no {hint}")
    return plain


def _one_of(hints: tuple[Any, ...], plain: Any) -> Any:
    """A value that may be None; no field of ours may be of two other kinds."""
    if plain is None and type(None) in hints:
        return None
    (hint,) = (hint for hint in hints if hint is not type(None))
    return _value(hint, plain)


def _tuple(hints: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise ValueError("no list")
    given = cast("list[Any]", plain)
    wanted = [hints[0]] * len(given) if hints[1:] == (...,) else list(hints)
    return tuple(_value(hint, item) for hint, item in zip(wanted, given, strict=True))


_ABOUT_TRIAL = b"mirodash-trial-1"
_PARTS = {"n": ("values", "below_limit", "above_limit"), "o": ("time", "event", "usable")}
"""The arrays of a numeric column and of an outcome."""
_KINDS: Mapping[type[np.generic], str] = {np.float64: "float64", np.int32: "int32", np.uint8: "uint8"}


@dataclass(frozen=True, eq=False, slots=True)
class KeptTrial:
    """A trial with the dictionary it was made with: ``revision`` is the digest of its text."""

    trial: Trial
    revision: str


def trial_bytes(trial: Trial, revision: str) -> bytes:
    """An Arrow IPC stream of the trial, and behind its end the SHA-256 of the stream."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and most readers look at built-in trials

    arrays: dict[str, Any] = {}
    for kind, parts in (("n", trial.numbers), ("o", trial.outcomes)):
        for place, held in enumerate(parts.values()):
            arrays |= {
                f"{kind} {place} {name}": _encode_array(getattr(held, name), pa) for name in _PARTS[kind]
            }
    for place, outcome in enumerate(trial.outcomes.values()):
        if outcome.entry is not None:
            arrays[f"o {place} entry"] = _encode_array(outcome.entry, pa)
        if outcome.competing is not None:
            arrays[f"o {place} competing"] = _encode_array(outcome.competing, pa)
    for place, levels in enumerate(trial.categories.values()):
        arrays[f"c {place}"] = _encode_array(levels.codes, pa)
    about = {
        "id": trial.id,
        "revision": revision,
        "dictionary": to_plain(trial.dictionary),
        "source": None if trial.source is None else to_plain(trial.source),
        "notices": trial.notices,
        "numbers": list(trial.numbers),
        "outcomes": list(trial.outcomes),
        "categories": [[name, levels.names] for name, levels in trial.categories.items()],
        **{part: _column_of(trial, part) for part in ("arm", "site", "country")},
        "series": {key: _plain_series(held) for key, held in trial.series.items()},
    }
    return stream_bytes(arrays, {_ABOUT_TRIAL: json.dumps(about).encode(*CODEC)})


_SERIES: Mapping[str, str] = {
    "person": "<i4",
    "day": "<f8",
    "value": "<f8",
    "scheduled": "<u1",
    "phase": "<i4",
}


def _plain_series(held: Series) -> dict[str, Any]:
    """Measurements, which are not one for each participant, as texts beside the arrays that are."""
    arrays = {name: getattr(held, name).astype(kind).tobytes() for name, kind in _SERIES.items()}
    return {"phases": held.phases} | {name: b64encode(raw).decode() for name, raw in arrays.items()}


def _series(about: Mapping[str, Any], participants: int) -> Series:
    raw = {name: np.frombuffer(b64decode(about[name]), kind) for name, kind in _SERIES.items()}
    phases = tuple(map(str, about["phases"]))
    person, phase = raw["person"].astype(np.int32), raw["phase"].astype(np.int32)
    if len({array.size for array in raw.values()}) != 1 or not np.isfinite([raw["day"], raw["value"]]).all():
        raise ValueError("series")
    if person.size and not (0 <= person.min() <= person.max() < participants and phase.max() < len(phases)):
        raise ValueError("series")
    days, values = raw["day"].astype(np.float64), raw["value"].astype(np.float64)
    return Series(person, days, values, raw["scheduled"] != 0, phase, phases)


def _encode_array(array: NDArray[Any], pa: Any) -> Any:
    """An array as Arrow's, truths as bytes; made of numpy's own memory, for else pandas would be loaded."""
    plain = np.ascontiguousarray(array.view(np.uint8) if array.dtype == np.bool_ else array)
    kind = _KINDS[plain.dtype.type]
    return pa.Array.from_buffers(getattr(pa, kind)(), plain.size, [None, pa.py_buffer(plain)])


def _decode_array(column: Any, kind: type[np.generic]) -> NDArray[Any]:
    (chunk,) = column.chunks
    if str(chunk.type) != {"float64": "double"}.get(_KINDS[kind], _KINDS[kind]) or chunk.null_count:
        raise ValueError(str(chunk.type))
    return np.frombuffer(chunk.buffers()[1], kind, count=len(chunk), offset=chunk.offset * kind().itemsize)


def _column_of(trial: Trial, part: str) -> str | None:
    """The column in which arm, site or country stand."""
    return next((name for name, levels in trial.categories.items() if levels is getattr(trial, part)), None)


def trial_from(kept: bytes) -> KeptTrial:
    """The trial of which these are the bytes; its fingerprint is computed and not believed.

    Raises
    ------
    UnusableDataError
        When they are not what `trial_bytes` made.
    """
    import pyarrow as pa  # noqa: PLC0415

    try:
        with pa.ipc.open_stream(unsealed(kept)) as reader:
            about = json.loads((reader.schema.metadata or {})[_ABOUT_TRIAL].decode(*CODEC))
            content = reader.read_all()
        content.validate(full=True)
        return KeptTrial(_trial(about, content), str(about["revision"]))
    except (
        *(pa.ArrowException, OSError, ValueError, LookupError),
        *(TypeError, AttributeError, RecursionError),
    ) as error:
        raise UnusableDataError(DAMAGED) from error


def _trial(about: Mapping[str, Any], content: Any) -> Trial:
    def array(name: str, kind: type[np.generic]) -> NDArray[Any]:
        found = _decode_array(content.column(name), kind)
        found.setflags(write=False)
        return found

    def truths(name: str) -> NDArray[np.bool_]:
        return array(name, np.uint8) != 0

    def three(kind: str, place: int) -> tuple[NDArray[Any], ...]:
        first, second, third = (f"{kind} {place} {name}" for name in _PARTS[kind])
        found = array(first, np.float64), truths(second), truths(third)
        for each in found:
            each.setflags(write=False)
        return found

    numbers = {str(name): Measurements(*three("n", k)) for k, name in enumerate(about["numbers"])}

    def outcome(place: int) -> Outcome:
        entry = f"o {place} entry"
        held, other = Outcome(*three("o", place)), f"o {place} competing"
        if entry in content.column_names:
            held = replace(held, entry=array(entry, np.float64))
        return replace(held, competing=truths(other)) if other in content.column_names else held

    outcomes = {str(name): outcome(k) for k, name in enumerate(about["outcomes"])}
    categories = {
        str(name): _levels(array(f"c {k}", np.int32), tuple(map(str, names)))
        for k, (name, names) in enumerate(about["categories"])
    }
    dictionary = from_plain(Dictionary, about["dictionary"])
    _check(dictionary, numbers, outcomes, categories)
    people = categories[about["arm"]].codes.size
    series = {str(key): _series(held, people) for key, held in about["series"].items()}
    if set(series) != {measure.key for measure in dictionary.measurements}:
        raise ValueError("series")
    return Trial(
        id=str(about["id"]),
        dictionary=dictionary,
        fingerprint=fingerprint(dictionary, outcomes, numbers, categories),
        arm=categories[about["arm"]],
        outcomes=MappingProxyType(outcomes),
        site=categories.get(about["site"]),
        country=categories.get(about["country"]),
        numbers=MappingProxyType(numbers),
        categories=MappingProxyType(categories),
        notices=tuple(map(str, about["notices"])),
        source=None if about["source"] is None else from_plain(Source, about["source"]),
        series=MappingProxyType(series),
        measured=fingerprint_series(dictionary.measurements, series) if series else "",
    )


def _levels(codes: NDArray[np.int32], names: tuple[str, ...]) -> Levels:
    if codes.size and not MISSING <= int(codes.min()) <= int(codes.max()) < len(names):
        raise ValueError("codes")
    return Levels(codes, names)


def _check(
    dictionary: Dictionary,
    numbers: Mapping[str, Measurements],
    outcomes: Mapping[str, Outcome],
    categories: Mapping[str, Levels],
) -> None:
    """Refuse a trial that names a part which it does not hold, or an endpoint of which no time can be."""
    named = [biomarker.column for biomarker in dictionary.biomarkers]
    named += [factor.column for factor in dictionary.factors if factor.kind == "numeric"]
    others = [factor.column for factor in dictionary.factors if factor.kind == "category"]
    others += [*dictionary.randomised_within, *dictionary.default_strata]
    keys = [endpoint.key for endpoint in dictionary.endpoints]
    if not (set(named) <= set(numbers) and set(others) <= set(categories) | set(numbers)):
        raise ValueError("columns")
    if not keys or set(keys) != set(outcomes):
        raise ValueError("endpoints")
    for endpoint in dictionary.endpoints:
        _check_outcome(endpoint, outcomes[endpoint.key])


def _check_outcome(endpoint: Endpoint, outcome: Outcome) -> None:
    """Refuse an outcome of which no time can be, or that lacks a part that its endpoint has."""
    times, entry = outcome.time[outcome.usable], outcome.entry_of(outcome.usable)
    said = (bool(endpoint.entry), bool(endpoint.competing))
    if said != (entry is not None, outcome.competing is not None):
        raise ValueError("parts of an outcome")
    if not (np.isfinite(times).all() and (times >= 0).all()):
        raise ValueError("times")
    if entry is not None and not (np.isfinite(entry) & ((entry == 0) | (entry > 0) & (entry < times))).all():
        raise ValueError("entries")
    if outcome.competing is not None and (outcome.competing & outcome.event & outcome.usable).any():
        raise ValueError("two events")


def revision_of(dictionary: bytes) -> str:
    """The digest of a dictionary's text, by which a trial that was made with it is known."""
    return hashlib.sha256(dictionary).hexdigest()
