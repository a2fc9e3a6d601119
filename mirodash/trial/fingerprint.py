"""A digest that two files share exactly when they hold the same trial."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np

from mirodash.trial.dictionary import Dictionary
from mirodash.trial.trial import Levels, Measurements, Outcome

_FORMAT = "mirodash-trial-1"


def fingerprint(
    dictionary: Dictionary,
    outcomes: Mapping[str, Outcome],
    numbers: Mapping[str, Measurements],
    categories: Mapping[str, Levels],
) -> str:
    """``sha256:`` and the digest of the checked content and its dictionary.

    The format of the file does not matter, nor the order of its rows where participants have
    identifiers: they are sorted by them before. The identifiers themselves are not in it, nor what its texts
    are in French: a translation changes neither a number nor what is meant by it.
    """
    digest = hashlib.sha256(_FORMAT.encode())

    def add(name: str, *arrays: np.ndarray) -> None:
        digest.update(json.dumps([name, [len(array) for array in arrays]]).encode())
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes())

    said = {name: value for name, value in asdict(dictionary).items() if name != "french"}
    digest.update(json.dumps(said, sort_keys=True, ensure_ascii=True).encode())
    for key, outcome in sorted(outcomes.items()):
        time = np.where(outcome.usable, outcome.time, 0.0).astype("<f8")
        add(f"outcome {key}", time, outcome.event & outcome.usable, outcome.usable)
    for key, measured in sorted(numbers.items()):
        known = ~np.isnan(measured.values)
        values = np.where(known, measured.values, 0.0).astype("<f8")
        add(f"number {key}", values, known, measured.below_limit, measured.above_limit)
    for key, levels in sorted(categories.items()):
        add(f"category {json.dumps([key, levels.names])}", levels.codes.astype("<i4"))
    return f"sha256:{digest.hexdigest()}"
