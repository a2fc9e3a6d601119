"""What the tests of reading share: a small clean trial as rows of text, and the sentences a file earns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles

Rows = list[dict[str, str]]
Write = Callable[..., Path]
Edit = Callable[..., Rows]
NOTHING_SAID = Roles()


def problems_of(path: Path, roles: Roles = NOTHING_SAID) -> tuple[str, ...]:
    """Every sentence that reading this file earns."""
    with pytest.raises(UnusableDataError) as caught:
        read_trial([path], roles)
    return caught.value.problems


def only_problem_of(path: Path, roles: Roles = NOTHING_SAID) -> str:
    """The one sentence that reading this file earns."""
    (problem,) = problems_of(path, roles)
    return problem


def small_rows(n: int = 40) -> Rows:
    """Return n clean participants: two arms, both sexes, three sites, an event in every third."""
    return [
        {
            "id": f"P-{i:03d}",
            "days": str(10 + 7 * i),
            "event": "1" if i % 3 == 0 else "0",
            "arm": "Placebo" if i % 2 else "Drug",
            "marker": str(100 + 37 * (i * 17 % n)),
            "sex": "FM"[i // 2 % 2],
            "site": f"S{i % 3 + 1}",
        }
        for i in range(n)
    ]
