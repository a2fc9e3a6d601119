"""Hypothesis profiles (quick, ci, nightly), shares of their examples, and loops that report all failures."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "quick")
NIGHTLY = PROFILE == "nightly"

# A slow machine is not a wrong answer, so no profile has a deadline; and a trial is much data by design.
_PATIENT: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile("quick", max_examples=15, **_PATIENT)
settings.register_profile("ci", max_examples=20, derandomize=True, database=None, print_blob=True, **_PATIENT)
settings.register_profile("nightly", max_examples=1000, print_blob=True, **_PATIENT)
settings.load_profile(PROFILE)


def share_of_examples(share: float, **changes: Any) -> settings:
    """Return settings with a share of the profile's examples, three at least, for a test that costs more.

    0.2 is for a test whose examples cost five times as much as those of others.
    ``changes`` are further arguments of ``hypothesis.settings``; health checks are suppressed in addition.
    """
    if "suppress_health_check" in changes:
        changes["suppress_health_check"] = [
            *settings.default.suppress_health_check,
            *changes["suppress_health_check"],
        ]
    return settings(max_examples=max(3, round(share * settings.default.max_examples)), **changes)


def for_each(
    names: str | tuple[str, ...] = (), values: Iterable[Any] = (), /, **named: Iterable[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test once for every value, as one item that reports all that fail.

    Written like ``pytest.mark.parametrize``, and several make every combination; but each is a subtest, which
    costs less than an item. What the test takes beside the values are fixtures, made once for all of them;
    only ``tmp_path`` is a folder of its own for each, and what ``monkeypatch`` changes is undone after each.
    A test that changes another fixture keeps its ``pytest.mark.parametrize``. Values of one argument may be
    given by its name: ``@for_each(name=KINDS)``.
    """
    one = isinstance(names, str)
    chosen = [{names: value} if one else dict(zip(names, value, strict=True)) for value in values]
    added = [*([chosen] if names else []), *([{name: v} for v in given] for name, given in named.items())]
    assert added, "a loop over nothing tests nothing"
    assert all(added), "a loop over nothing tests nothing"
    every = [value for loop in added for row in loop for value in row.values()]
    assert not any(hasattr(value, "marks") for value in every), "marks are of items"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        inner: Callable[..., None] = getattr(test, "looped", test)
        loops = [*getattr(test, "loops", []), *added]

        @wraps(inner)
        def run(subtests: pytest.Subtests, **fixtures: Any) -> None:
            folder = fixtures.get("tmp_path")
            for place, parts in enumerate(product(*loops)):
                values = {name: value for part in parts for name, value in part.items()}
                if folder is not None:
                    fixtures["tmp_path"] = folder / str(place)
                    fixtures["tmp_path"].mkdir()
                called = " ".join(f"{name}={_brief(value)}" for name, value in values.items())
                with subtests.test(called), pytest.MonkeyPatch.context() as patch:
                    own = {"monkeypatch": patch} if "monkeypatch" in fixtures else {}
                    inner(**values, **fixtures | own)

        run.looped, run.loops = inner, loops  # type: ignore[attr-defined]
        given = {name for loop in loops for name in loop[0]}
        signature = inspect.signature(inner)
        kept = [parameter for name, parameter in signature.parameters.items() if name not in given]
        asked = inspect.Parameter("subtests", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = signature.replace(parameters=[asked, *kept])  # type: ignore[attr-defined]
        return run

    return decorate


def _brief(value: Any) -> str:
    """Return what tells one value of a loop from the others, without writing out a trial or a figure."""
    if isinstance(value, str | int | float | tuple | dict | Path | None):
        return repr(value)[:80]
    return str(getattr(value, "key", getattr(value, "__name__", type(value).__name__)))
