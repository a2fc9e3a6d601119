"""A store in memory, and every question whose result workers share, for tests of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

import numpy as np

from mirodash.questions.covariate_adjustment import adjusted_effect
from mirodash.questions.effect_along_biomarker import simultaneous_band
from mirodash.questions.forest import compute_factor_interactions
from mirodash.questions.prognosis_panel import prognosis
from mirodash.questions.subgroups import measure_site_heterogeneity
from mirodash.questions.survival_cards import standardise_survival
from mirodash.questions.thresholds.stability_panel import threshold_stability
from mirodash.questions.thresholds.stepp_windows import effect_in_windows
from mirodash.questions.thresholds.threshold_scan import evaluate_thresholds, search_thresholds
from mirodash.stratification.selection import RangeFilter, Selection
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial

MIROCALS = sample("mirocals")
SMALL_CELLS = replace(MIROCALS, min_cell=10)
ADJUSTED = Selection(adjust=("age", "svc"), thresholds=(3000.0,), curves="adjusted")
FEW = replace(ADJUSTED, filters=(RangeFilter("age", 79.0, 200.0),))
"""Too few participants for anything to be estimated."""

Ask = Callable[[Trial, Selection], object]
QUESTIONS: Mapping[str, Ask] = {
    "searched_at": lambda t, s: evaluate_thresholds(t, s, share=2),
    "_scanned": lambda t, s: search_thresholds(t, s, share=2),
    "_in_windows": lambda t, s: effect_in_windows(t, s, "sliding", share=2),
    "_share": lambda t, s: threshold_stability(t, s, share=2),
    "_band": simultaneous_band,
    "_adjusted_effect": adjusted_effect,
    "_standardised": lambda t, s: [standardise_survival(t, s, place) for place in (0, 1)],
    "_prognosis": prognosis,
    "factor_interactions": compute_factor_interactions,
    "between_sites": measure_site_heterogeneity,
}
"""By the function whose result is shared; ``_share`` is that of the search and of windows as well."""


@dataclass
class Memory:
    """A store that forgets nothing and counts what it answered."""

    kept: dict[str, bytes] = field(default_factory=dict[str, bytes])
    found: int = 0
    missed: int = 0

    def get(self, key: str) -> bytes | None:
        value = self.kept.get(key)
        self.found += value is not None
        self.missed += value is None
        return value

    def put(self, key: str, value: bytes) -> None:
        self.kept[key] = value


def ticking() -> Callable[[], float]:
    """A clock by which everything takes a second."""
    seconds: Iterator[int] = iter(range(10**9))
    return lambda: float(next(seconds))


def assert_same(one: Any, other: Any) -> None:
    """Every part is of the same type and holds the same, to the last bit."""
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif is_dataclass(one):
        for item in fields(one):
            assert_same(getattr(one, item.name), getattr(other, item.name))
    elif isinstance(one, tuple | list):
        assert len(one) == len(other)
        for mine, theirs in zip(one, other, strict=True):
            assert_same(mine, theirs)
    elif isinstance(one, Mapping):
        assert list(one) == list(other)
        assert_same(list(one.values()), list(other.values()))
    else:
        assert one == other
