"""Whether the result rests on one site: how far sites differ, and what remains without each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.analysis.subgroups import subgroups
from mirodash.stratification.groups import groups
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.splits import splits
from mirodash.stratification.validation import settled
from mirodash.survival.compare import hazard_ratios
from mirodash.survival.meta_analysis import Heterogeneity, heterogeneity
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class WithoutSite:
    """The overall hazard ratio when everybody of one site is left out."""

    site: str
    cox: HazardRatio | NotEstimable


@dataclass(frozen=True, slots=True)
class BetweenSites:
    """How far the effect differs between the sites that have one, and the result without each site.

    ``sites`` counts those with anybody in them of whom may be told; ``without`` has as many, in the order of
    their names.
    """

    overall: HazardRatio | NotEstimable
    sites: int
    spread: Heterogeneity | NotEstimable
    without: tuple[WithoutSite, ...]

    @property
    def estimated(self) -> tuple[tuple[str, HazardRatio], ...]:
        """Sites without which there still is a hazard ratio, with it."""
        return tuple((item.site, item.cox) for item in self.without if isinstance(item.cox, HazardRatio))

    @property
    def most_influential(self) -> tuple[str, HazardRatio] | None:
        """The site that moves the overall result most when it is left out."""
        if isinstance(self.overall, NotEstimable) or not self.estimated:
            return None
        whole = self.overall.coef
        return max(self.estimated, key=lambda item: abs(item[1].coef - whole))


@memoise
@share_result
def between_sites(trial: Trial, selection: Selection) -> BetweenSites | None:
    """Compare the sites of the selected participants; None when these are at fewer than two.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    split = next((split for split in splits(trial, selection) if split.kind == "site"), None)
    sites = [level for level in split.levels if level.mask.any()] if split else []
    found = subgroups(trial, selection)
    if len(sites) < 2 or found.of_sites is None:
        return None
    people = groups(trial, selection)
    inside, outcome = people.everyone, trial.outcomes[chosen.endpoint]
    left = hazard_ratios(
        outcome.time[inside],
        outcome.event[inside],
        people.treated[inside],
        np.stack([~site.mask[inside] for site in sites]),
        confidence=chosen.confidence,
    )
    estimates = [row.cox for row in found.of_sites.levels if isinstance(row.cox, HazardRatio)]
    return BetweenSites(
        overall=found.overall.cox,
        sites=len(sites),
        spread=heterogeneity(
            [cox.coef for cox in estimates], [cox.se for cox in estimates], confidence=chosen.confidence
        ),
        without=tuple(WithoutSite(site.label, cox) for site, cox in zip(sites, left, strict=True)),
    )
