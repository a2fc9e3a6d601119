"""Hypothesis profiles (quick, ci, nightly), shares of their examples, and loops that report all failures."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import product
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
settings.register_profile("quick", max_examples=25, **_PATIENT)
settings.register_profile("ci", max_examples=50, derandomize=True, database=None, print_blob=True, **_PATIENT)
settings.register_profile("nightly", max_examples=1000, print_blob=True, **_PATIENT)
settings.load_profile(PROFILE)


def share_of_examples(share: float, **changes: Any) -> settings:
    """Return settings with a share of the profile's examples, three at least, for a test that costs more.

    0.2 is for a test whose examples cost five times as much as those of others.
    ``changes`` are further arguments of ``hypothesis.settings``.
    """
    return settings(max_examples=max(3, round(share * settings.default.max_examples)), **changes)


def for_each(**values: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test once for every combination of values, as one item that reports all that fail.

    Like ``pytest.mark.parametrize``, but each combination is a subtest, which costs less than an item. What
    the test takes beside the values are fixtures, made once for all combinations.
    """
    combinations = [dict(zip(values, chosen, strict=True)) for chosen in product(*map(list, values.values()))]
    assert combinations, "a loop over nothing tests nothing"

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def run(subtests: pytest.Subtests, **fixtures: Any) -> None:
            for chosen in combinations:
                with subtests.test(**chosen):
                    test(**chosen, **fixtures)

        signature = inspect.signature(test)
        kept = [parameter for name, parameter in signature.parameters.items() if name not in values]
        asked = inspect.Parameter("subtests", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = signature.replace(parameters=[asked, *kept])  # type: ignore[attr-defined]
        return run

    return decorate
