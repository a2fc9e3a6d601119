"""Results as bytes: all that are shared come back to the last bit, and nothing else is read or written."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.one_view import forget
from mirodash.stratification import shared_results
from mirodash.stratification.result_codec import MAGIC, decode, encode
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import SharedResults
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.trial import Trial
from tests.stratification.shared_questions import (
    ADJUSTED,
    FEW,
    MIROCALS,
    QUESTIONS,
    SMALL_CELLS,
    Memory,
    assert_same,
    ticking,
)


@dataclass(frozen=True)
class Part:
    values: NDArray[np.float64]
    name: Literal["a", "b"]


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    pair: tuple[float, int]
    state: Mapping[str, Any]
    why: NotEstimable | Part | None


@dataclass(frozen=True)
class Alike:
    """With the fields of another."""

    values: NDArray[np.float64]
    name: str


def whole() -> Whole:
    part = Part(np.array([[1.5, np.nan, -0.0], [np.inf, 5e-324, 2.0]]), "b")
    return Whole((part, Part(np.empty(0), "a")), (0.1, 2**70), {"x": {"y": 2**127}}, NotEstimable("é"))


@pytest.mark.parametrize("trial", [MIROCALS, SMALL_CELLS], ids=["everything", "small cells"])
@pytest.mark.parametrize("selection", [ADJUSTED, FEW, Selection()], ids=["adjusted", "few", "plain"])
def test_every_result_that_is_shared_comes_back_as_it_was(
    trial: Trial, selection: Selection, monkeypatch: pytest.MonkeyPatch
):
    written: list[tuple[object, Any]] = []

    def record(result: object, kind: Any) -> bytes:
        written.append((result, kind))
        return encode(result, kind)

    monkeypatch.setattr(shared_results, "encode", record)
    asked: set[str] = set()
    for name, ask in QUESTIONS.items():
        forget()
        before = len(written)
        with SharedResults(Memory(), "1", lambda _: True, ticking()).use():
            ask(trial, selection)
        if len(written) > before:
            asked.add(name)
    # curves are standardised only where that was chosen
    wanted = set(QUESTIONS) - (set() if selection.curves else {"_standardised"})
    assert asked >= wanted - {"_share"}
    for result, kind in written:
        assert_same(decode(encode(result, kind), kind), result)


def test_every_kind_of_part_comes_back_and_arrays_are_read_only():
    back = decode(encode(whole(), Whole), Whole)
    assert_same(back, whole())
    assert np.signbit(back.parts[0].values[0, 2])
    assert not back.parts[0].values.flags.writeable


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.float64(1), float),
        (True, int),
        (1.0, int),
        ("c", Literal["a", "b"]),
        ([1.0], tuple[float, ...]),
        ((1.0,), tuple[float, float]),
        (np.zeros(2, dtype=np.int32), NDArray[np.float64]),
        (np.array([None]), NDArray[np.object_]),
        (np.array(["text"]), NDArray[np.str_]),
        (Alike(np.empty(0), "a"), Part),
        ({"a": object()}, Mapping[str, Any]),
        ({1: "a"}, Mapping[str, Any]),
        (object(), object),
        (Part(np.empty(0), "a"), NotEstimable | HazardRatio),
    ],
)
def test_what_the_annotation_does_not_say_is_not_written(value: object, kind: Any):
    with pytest.raises(ValueError, match=r".+"):
        encode(value, kind)


def test_bytes_of_another_type_are_no_result():
    written = encode(Part(np.zeros(3), "a"), Part)
    for kind in (Alike, NotEstimable, float, tuple[Part, ...], NotEstimable | HazardRatio, type(None)):
        with pytest.raises(ValueError, match=r".+"):
            decode(written, kind)


def _forged(said: object, data: bytes = b"") -> bytes:
    text = json.dumps(said).encode()
    return MAGIC + struct.pack(">I", len(text)) + text + data


@pytest.mark.parametrize(
    "said",
    [
        {"is": "Part", "of": [{"array": ["<f8", [10**12]]}, "a"]},
        {"is": "Part", "of": [{"array": ["<f8", [-1]]}, "a"]},
        {"is": "Part", "of": [{"array": ["<f8", [2**80, 0]]}, "a"]},
        {"is": "Part", "of": [{"array": ["|O", [1]]}, "a"]},
        {"is": "Part", "of": [{"array": ["<f8", ["1"]]}, "a"]},
        {"is": "Part", "of": [{"array": ["<f8"]}, "a"]},
        {"is": "Part", "of": [{"array": None}, "a"]},
        {"is": "Part", "of": [{"array": ["<f8", [1]]}, ["a"]]},
        {"is": "Part", "of": [{"array": ["<f8", [1]]}]},
        {"is": "Alike", "of": [{"array": ["<f8", [1]]}, "a"]},
        {"of": [{"array": ["<f8", [1]]}, "a"]},
        {"is": "Part", "of": {"values": 1}},
        ["Part"],
        None,
    ],
)
def test_a_forged_value_is_refused_whatever_it_says(said: object):
    with pytest.raises(ValueError, match=r".+"):
        decode(_forged(said, b"12345678"), Part)


def test_deep_nesting_is_refused_and_so_are_bytes_left_over():
    text = b'{"map":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
    for data in (MAGIC + struct.pack(">I", len(text)) + text, encode(whole(), Whole) + b"\0"):
        with pytest.raises(ValueError, match=r".+"):
            decode(
                data, Mapping[str, Any] if data.startswith(MAGIC + struct.pack(">I", len(text))) else Whole
            )


def test_truncated_and_damaged_values_are_refused_or_of_the_right_type():
    data = encode(whole(), Whole)
    for length in range(len(data)):
        with pytest.raises(ValueError, match=r".+"):
            decode(data[:length], Whole)
    drawn = random.Random(0)
    for _ in range(2_000):
        damaged = bytearray(data)
        damaged[drawn.randrange(len(data))] = drawn.randrange(256)
        try:
            assert type(decode(bytes(damaged), Whole)) is Whole
        except ValueError:
            continue
