"""Checked trials as bytes that can be kept, and back: whoever opens one need not read its file again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import Dictionary
from mirodash.trial.table import Source
from mirodash.trial.trial import MISSING, Levels, Measurements, Outcome, Trial, fingerprint
from mirodash.uploads.arrow_table import CODEC, DAMAGED, stream_bytes, unsealed
from mirodash.uploads.plain_data import from_plain, to_plain

_ABOUT = b"mirodash-trial-1"
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
            arrays |= {f"{kind} {place} {name}": _encoded(getattr(held, name), pa) for name in _PARTS[kind]}
    for place, levels in enumerate(trial.categories.values()):
        arrays[f"c {place}"] = _encoded(levels.codes, pa)
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
    }
    return stream_bytes(arrays, {_ABOUT: json.dumps(about).encode(*CODEC)})


def _encoded(array: NDArray[Any], pa: Any) -> Any:
    """An array as Arrow's, truths as bytes; made of numpy's own memory, for else pandas would be loaded."""
    plain = np.ascontiguousarray(array.view(np.uint8) if array.dtype == np.bool_ else array)
    kind = _KINDS[plain.dtype.type]
    return pa.Array.from_buffers(getattr(pa, kind)(), plain.size, [None, pa.py_buffer(plain)])


def _decoded(column: Any, kind: type[np.generic]) -> NDArray[Any]:
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
            about = json.loads((reader.schema.metadata or {})[_ABOUT].decode(*CODEC))
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
        found = _decoded(content.column(name), kind)
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
    outcomes = {str(name): Outcome(*three("o", k)) for k, name in enumerate(about["outcomes"])}
    categories = {
        str(name): _levels(array(f"c {k}", np.int32), tuple(map(str, names)))
        for k, (name, names) in enumerate(about["categories"])
    }
    dictionary = from_plain(Dictionary, about["dictionary"])
    _check(dictionary, numbers, outcomes, categories)
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
    for outcome in outcomes.values():
        times = outcome.time[outcome.usable]
        if not (np.isfinite(times).all() and (times >= 0).all()):
            raise ValueError("times")


def revision_of(dictionary: bytes) -> str:
    """The digest of a dictionary's text, by which a trial that was made with it is known."""
    return hashlib.sha256(dictionary).hexdigest()
