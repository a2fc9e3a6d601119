"""Frozen results as bytes and back, each part checked against its type: what is read is not trusted.

The types that a result may hold are those of its annotation and no others, so nothing in the bytes chooses
what is built.
"""

from __future__ import annotations

import json
import struct
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from math import prod
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

MAGIC = b"mr1\n"
_LENGTH = struct.Struct(">I")
_SCALARS: dict[Any, tuple[type, ...]] = {
    float: (float, int),
    int: (int,),
    bool: (bool,),
    str: (str,),
    type(None): (type(None),),
}
"""The exact types that fit a scalar annotation; numpy's own scalars are refused, as JSON has none."""
_DTYPES = frozenset((np.float64, np.int64, np.int32, np.bool_))


def encode(result: object, kind: Any) -> bytes:
    """Write a result of an annotated type as bytes.

    Parameters
    ----------
    result : object
    kind : type or annotation
        Of frozen dataclasses, tuples, numbers, texts, truths, literals, arrays, plain mappings, None and
        unions of them.

    Raises
    ------
    ValueError
        When the result is not of that type, or holds what cannot be written.

    Examples
    --------
    >>> decode(encode((1, 0.5), tuple[int, float]), tuple[int, float])
    (1, 0.5)
    """
    arrays: list[bytes] = []
    said = json.dumps(_plain(kind, result, arrays), separators=(",", ":")).encode()
    return b"".join((MAGIC, _LENGTH.pack(len(said)), said, *arrays))


def decode(data: bytes, kind: Any) -> Any:
    """Read what `encode` wrote; arrays are read-only.

    Raises
    ------
    ValueError
        When the bytes are not what a result of this type becomes.
    """
    try:
        start = len(MAGIC) + _LENGTH.size
        (length,) = _LENGTH.unpack(data[len(MAGIC) : start])
        if not data.startswith(MAGIC):
            raise ValueError("no result")
        arrays = _Arrays(data[start + length :])
        result = _read(kind, json.loads(data[start : start + length]), arrays)
    except (struct.error, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("no result") from error
    if arrays.taken != len(arrays.data):
        raise ValueError("more than a result")
    return result


class _Arrays:
    """The bytes of all arrays, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.taken = 0

    def take(self, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """The next array."""
        end = self.taken + prod(shape) * dtype.itemsize
        if end > len(self.data):
            raise ValueError("too few bytes")
        values = np.frombuffer(self.data[self.taken : end], dtype).reshape(shape).copy()
        values.flags.writeable = False
        self.taken = end
        return values


def _plain(kind: Any, value: Any, arrays: list[bytes]) -> Any:
    """A part of a result as JSON can hold it; the bytes of arrays are put aside."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _plain_of_one(get_args(kind), value, arrays)
    if origin is tuple and type(value) is tuple:
        items = cast("tuple[Any, ...]", value)
        return [_plain(of, item, arrays) for of, item in zip(_kinds(kind, len(items)), items, strict=True)]
    if origin is np.ndarray and type(value) is np.ndarray:
        return {"array": _put_aside(_dtype(kind), value, arrays)}
    if origin is Mapping and isinstance(value, Mapping):
        return {"map": _tree(cast("Mapping[str, Any]", value))}
    if is_dataclass(kind) and type(value) is kind:
        hints = _hints(cast("type[Any]", kind))
        content = [_plain(hint, getattr(value, name), arrays) for name, hint in hints.items()]
        return {"is": type(value).__name__, "of": content}
    if _is_scalar(kind, value):
        return value
    raise ValueError(f"{type(value).__name__} is no {kind}")


def _is_scalar(kind: Any, value: Any) -> bool:
    if get_origin(kind) is Literal:
        return type(value) in (str, int) and value in get_args(kind)
    return type(value) in _SCALARS.get(kind, ())


def _plain_of_one(kinds: tuple[Any, ...], value: Any, arrays: list[bytes]) -> Any:
    before = len(arrays)
    for kind in kinds:
        try:
            return _plain(kind, value, arrays)
        except ValueError:
            del arrays[before:]
    raise ValueError(f"{type(value).__name__} is none of {kinds}")


def _put_aside(dtype: np.dtype[Any], values: NDArray[Any], arrays: list[bytes]) -> list[Any]:
    if values.dtype != dtype:
        raise ValueError(f"an array of {values.dtype}, not of {dtype}")
    arrays.append(values.tobytes())
    return [dtype.str, list(values.shape)]


def _read(kind: Any, plain: Any, arrays: _Arrays) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_one(get_args(kind), plain, arrays)
    if origin is tuple and isinstance(plain, list):
        items = cast("list[Any]", plain)
        return tuple(
            _read(of, item, arrays) for of, item in zip(_kinds(kind, len(items)), items, strict=True)
        )
    if origin is np.ndarray:
        return _read_array(_dtype(kind), _only(plain, "array"), arrays)
    if origin is Mapping:
        return _tree(_only(plain, "map"))
    if _is_scalar(kind, plain):
        return plain
    if is_dataclass(kind) and isinstance(plain, dict):
        return _read_dataclass(cast("type[Any]", kind), cast("dict[str, Any]", plain), arrays)
    raise ValueError(f"no {kind}")


def _read_one(kinds: tuple[Any, ...], plain: Any, arrays: _Arrays) -> Any:
    before = arrays.taken
    for kind in kinds:
        try:
            return _read(kind, plain, arrays)
        except ValueError:
            arrays.taken = before
    raise ValueError(f"none of {kinds}")


def _read_array(dtype: np.dtype[Any], plain: Any, arrays: _Arrays) -> NDArray[Any]:
    if not isinstance(plain, list):
        raise ValueError("no array")
    said, shape = cast("list[Any]", plain)
    if said != dtype.str or not isinstance(shape, list):
        raise ValueError("another array")
    sizes = cast("list[Any]", shape)
    if not all(type(size) is int and size >= 0 for size in sizes):
        raise ValueError("no shape")
    return arrays.take(dtype, tuple(sizes))


def _read_dataclass(kind: type[Any], plain: dict[str, Any], arrays: _Arrays) -> Any:
    hints = _hints(kind)
    if set(plain) != {"is", "of"} or plain["is"] != kind.__name__ or not isinstance(plain["of"], list):
        raise ValueError(f"no {kind.__name__}")
    content = cast("list[Any]", plain["of"])
    values = [_read(hint, item, arrays) for hint, item in zip(hints.values(), content, strict=True)]
    return kind(**dict(zip(hints, values, strict=True)))


def _only(plain: Any, name: str) -> Any:
    if not isinstance(plain, dict) or set(cast("dict[str, Any]", plain)) != {name}:
        raise ValueError(f"no {name}")
    return cast("dict[str, Any]", plain)[name]


def _tree(value: Any) -> Any:
    """A mapping of texts to texts, whole numbers and such mappings: the state of random numbers."""
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        if all(type(key) is str for key, _ in items):
            return {key: _tree(item) for key, item in items}
    if type(value) in (str, int):
        return value
    raise ValueError(f"{type(value).__name__} in a mapping")


def _kinds(kind: Any, number: int) -> list[Any]:
    """The types of so many items of a tuple."""
    of = get_args(kind)
    return [of[0]] * number if of[1:] == (...,) else list(of)


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _dtype(kind: Any) -> np.dtype[Any]:
    """The element type of an annotated array; only plain numbers and truths, never objects."""
    (scalar,) = get_args(get_args(kind)[1])
    if scalar not in _DTYPES:
        raise ValueError(f"no array of {scalar}")
    return np.dtype(scalar)
