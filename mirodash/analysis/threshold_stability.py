"""How far the best threshold would move if other participants of the same kind had been in the trial."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mirodash.analysis.threshold_scan import threshold_scan
from mirodash.disclosure.curve_values import at_stops
from mirodash.stratification.groups import candidate_thresholds, measured, people_only
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.survival.results import NotEstimable, Numbers, ThresholdStability
from mirodash.survival.threshold_search import best_thresholds, stability_of
from mirodash.trial.trial import Trial

SHARES = 100
SHARE_SIZE = 5
"""Bootstrap samples in a share: 500 in all. Of 100,000 participants a share takes about a second."""
SEED = 0


def threshold_stability(
    trial: Trial, selection: Selection, *, share: int = SHARES
) -> ThresholdStability | NotEstimable:
    """The best threshold of each bootstrap sample, after so many of `SHARES` shares of them.

    Shares are memoised, so each costs only itself.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    same = people_only(selection)
    scan = threshold_scan(trial, same)
    if isinstance(scan, NotEstimable):
        return scan
    if scan.best_threshold is None:
        return NotEstimable("No threshold leaves enough participants and events on both sides of it.")
    return _stability(trial, same, min(max(share, 0), SHARES), scan.best_threshold)


@lru_cache(maxsize=64)
def _stability(trial: Trial, selection: Selection, shares: int, observed: float) -> ThresholdStability:
    best = np.concatenate((np.empty(0), *(_share(trial, selection, k) for k in range(shares))))
    return stability_of(best, observed, seed=SEED)


@lru_cache(maxsize=16 * SHARES)
@share_result
def _share(trial: Trial, selection: Selection, k: int) -> Numbers:
    people = measured(trial, selection)
    if people is None:
        return np.empty(0)
    people = at_stops(trial, selection, people)
    return best_thresholds(
        people.time,
        people.event,
        people.treated,
        people.values,
        numbers=range(k * SHARE_SIZE, (k + 1) * SHARE_SIZE),
        thresholds=candidate_thresholds(trial, selection),
        strata=people.stratum,
        seed=SEED,
    )
