"""Frozen dataclasses as JSON and back, each field checked against its type: a child may answer anything."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Data = TypeVar("Data")


def to_plain(data: object) -> dict[str, Any]:
    """A dataclass as a dictionary that JSON can hold."""
    return asdict(cast(Any, data))


def from_plain(kind: type[Data], plain: object) -> Data:
    """The dataclass that `to_plain` was given, after it went through JSON.

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
    Preset(name='median', thresholds=(3.0, 4.5))
    """
    hints = _hints(kind)
    if not isinstance(plain, Mapping) or set(cast("Mapping[str, Any]", plain)) != set(hints):
        raise ValueError(f"no {kind.__name__}")
    given = cast("Mapping[str, Any]", plain)
    return kind(**{name: _value(hint, given[name]) for name, hint in hints.items()})


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
