"""How many thresholds, biomarkers and other factors somebody has looked at before making a claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import adjustable, settled
from mirodash.trial.trial import Trial

MOST_LOOKS = 1_000
"""Whoever looked more often than this has searched; counting on would change nothing."""
PAGES = "pages"
EVERY_THRESHOLD = "/thresholds"
EVERY_FACTOR = "/subgroups"
SITE = "site"
_SAME_LOOK: dict[str, Any] = {"unit": "", "confidence": 0.95, "curves": "", "declared": None}
"""What changes how a selection is shown, or what is said of it, but not what is looked at."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What was looked at in one browser, the view on screen included.

    ``selections`` counts distinct selections, ``thresholds`` distinct sets of thresholds on the biomarker of
    the claim; ``modifiers`` names the columns of biomarkers and of the factors by which people were
    selected. ``every_threshold`` and ``every_factor`` are True where a page showed them all at once.
    """

    selections: int
    thresholds: int
    biomarkers: tuple[str, ...]
    factors: tuple[str, ...]
    every_threshold: bool = False
    every_factor: bool = False

    @property
    def modifiers(self) -> int:
        """How many possible modifiers of the effect were looked at."""
        return len(self.biomarkers) + len(self.factors)

    @property
    def cut_moved(self) -> bool:
        """Whether the claim's threshold is one of several that were looked at."""
        return self.thresholds > 1 or self.every_threshold


def looks(trial: Trial, selection: Selection, seen: object) -> Looks:
    """Count what a browser has seen of a trial.

    Parameters
    ----------
    trial, selection
        The view on screen, which is a look as well.
    seen : object
        What the browser kept: query strings by trial name. Whatever else it is, is not counted.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    kept = cast("Mapping[Any, Any]", seen) if isinstance(seen, Mapping) else {}
    queries = tuple(sorted(_texts(kept.get(trial.id))))
    here = settled(trial, selection)
    views = {here, *_views(trial, queries)}
    pages = kept.get(PAGES)
    visited = set(_texts(pages.get(trial.id) if isinstance(pages, Mapping) and trial.id in pages else pages))
    all_factors = adjustable(trial) if EVERY_FACTOR in visited else ()
    biomarkers = {view.biomarker for view in views if view.biomarker}
    factors = {item.column for view in views for item in view.filters} | {*all_factors}
    if any(view.sites is not None for view in views):
        factors.add(SITE)
    return Looks(
        selections=len({replace(view, **_SAME_LOOK) for view in views}),
        thresholds=len({v.thresholds for v in views if v.biomarker == here.biomarker and v.thresholds}),
        biomarkers=tuple(sorted(biomarkers)),
        factors=tuple(sorted(factors - biomarkers)),
        every_threshold=EVERY_THRESHOLD in visited,
        every_factor=EVERY_FACTOR in visited,
    )


def _texts(found: object) -> Iterable[str]:
    """The first texts in a list, or among the keys of a mapping."""
    if not isinstance(found, Mapping | list | tuple):
        return ()
    return islice((text for text in cast("Iterable[Any]", found) if isinstance(text, str)), MOST_LOOKS)


@lru_cache(maxsize=32)
def _views(trial: Trial, queries: tuple[str, ...]) -> frozenset[Selection]:
    """The views that fit the trial, with every field filled in, so that each counts once."""
    found: set[Selection] = set()
    for query in queries:
        try:
            found.add(settled(trial, Selection.from_query(query)))
        except UnusableQuestionError:
            continue
    return frozenset(found)
