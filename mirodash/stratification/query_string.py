"""How each choice is written in a query string, and read again."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from mirodash.stratification.declaration import DECLARATION_KEYS, decode_declaration, encode_declaration
from mirodash.stratification.filters import Filter, LevelFilter, RangeFilter

Pairs = list[tuple[str, str]]

LONGEST_QUERY = 20_000
"""Longer text is not a view anybody made; what follows is ignored."""

KEYS = (
    *("trial", "endpoint", "horizon", "biomarker", "threshold", "treated", "control"),
    *("site", "stratum", "adjust", "curves", *DECLARATION_KEYS, "confidence", "unit"),
)
"""What can stand before ``=`` in a query; ``keep.COLUMN`` and ``range.COLUMN`` are filters."""


def not_understood(query: str) -> tuple[str, ...]:
    """The keys of a query string that mean nothing here, each once, in their order.

    A page ignores them, for a link must open; who types a query by hand is better told.

    >>> not_understood("thresholds=3700&keep.sex=F&site=FR-01")
    ('thresholds',)
    """
    pairs = parse_qsl(query.removeprefix("?")[:LONGEST_QUERY], keep_blank_values=True)
    keys = dict.fromkeys(key for key, _ in pairs)
    return tuple(key for key in keys if key not in KEYS and not key.startswith(("keep.", "range.")))


def _number(value: float) -> str:
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _text_field(key: str) -> tuple[Callable[[str], Pairs], Callable[[Pairs], str | None]]:
    return (
        lambda value: [(key, value)],
        lambda pairs: next((v for k, v in pairs if k == key and v), None),
    )


def _number_field(key: str) -> tuple[Callable[[float], Pairs], Callable[[Pairs], float | None]]:
    return (
        lambda value: [(key, _number(value))],
        lambda pairs: next((float(v) for k, v in pairs if k == key), None),
    )


def _encode_many(key: str, values: Iterable[str]) -> Pairs:
    return [(key, value) for value in values] or [(key, "")]


def _decode_many(key: str, pairs: Pairs) -> tuple[str, ...] | None:
    given = [v for k, v in pairs if k == key]
    return tuple(v for v in given if v) if given else None


def _encode_filters(filters: tuple[Filter, ...]) -> Pairs:
    pairs: Pairs = []
    for item in filters:
        if isinstance(item, LevelFilter):
            pairs += _encode_many(f"keep.{item.column}", item.levels)
        else:
            low = "" if item.low is None else _number(item.low)
            high = "" if item.high is None else _number(item.high)
            pairs.append((f"range.{item.column}", f"{low}..{high}"))
    return pairs


def _decode_filters(pairs: Pairs) -> tuple[Filter, ...] | None:
    filters: list[Filter] = []
    for key in dict.fromkeys(k for k, _ in pairs):
        kind, _, column = key.partition(".")
        if kind == "keep" and column:
            filters.append(LevelFilter(column, _decode_many(key, pairs) or ()))
        elif kind == "range" and column:
            found = _range(column, next(v for k, v in pairs if k == key))
            filters += [found] if found else []
    return tuple(filters) or None


def _range(column: str, text: str) -> RangeFilter | None:
    low, dots, high = text.partition("..")
    try:
        ends = [float(end) if end else None for end in (low, high)]
    except ValueError:
        return None
    if not dots or ends == [None, None] or any(e is not None and not math.isfinite(e) for e in ends):
        return None
    return RangeFilter(column, ends[0], ends[1])


_FIELDS: dict[str, tuple[Callable[[Any], Pairs], Callable[[Pairs], Any]]] = {
    "trial": _text_field("trial"),
    "endpoint": _text_field("endpoint"),
    "horizon": _number_field("horizon"),
    "biomarker": _text_field("biomarker"),
    "thresholds": (
        lambda values: _encode_many("threshold", map(_number, values)),
        lambda pairs: (
            None
            if (texts := _decode_many("threshold", pairs)) is None
            else tuple(float(text) for text in texts)
        ),
    ),
    "treated": _text_field("treated"),
    "control": _text_field("control"),
    "sites": (
        lambda values: _encode_many("site", values),
        lambda pairs: _decode_many("site", pairs),
    ),
    "filters": (_encode_filters, _decode_filters),
    "strata": (
        lambda values: _encode_many("stratum", values),
        lambda pairs: _decode_many("stratum", pairs),
    ),
    "adjust": (
        lambda values: _encode_many("adjust", values),
        lambda pairs: _decode_many("adjust", pairs),
    ),
    "curves": _text_field("curves"),
    "declared": (encode_declaration, decode_declaration),
    "confidence": _number_field("confidence"),
    "unit": _text_field("unit"),
}
ENCODERS = {name: codec[0] for name, codec in _FIELDS.items()}
DECODERS = {name: codec[1] for name, codec in _FIELDS.items()}
