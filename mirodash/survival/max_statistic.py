"""Maximally selected test statistic: the best threshold against its permutation distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirodash.budget import check_budget
from mirodash.survival.data import convert_to_numbers, validate_indicator, validate_times
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Counts, Numbers
from mirodash.survival.spline import compute_null_residuals

LEAST_PARTICIPANTS, LEAST_EVENTS = 10, 3
"""What a threshold must leave on each side to be looked at."""
SEARCHED = (0.1, 0.9)
"""Percentiles of the biomarker between which is looked, as shares."""


def list_observed_between(marker: Numbers, shares: tuple[float, float]) -> Numbers:
    """Distinct observed values between two percentiles, ascending; NaN is left out.

    >>> list_observed_between(np.array([1.0, 2, 2, 3, 4, 5, np.nan]), (0.1, 0.9))
    array([2., 3., 4.])
    """
    known = marker[~np.isnan(marker)]
    if not known.size:
        return known
    low, high = np.quantile(known, shares)
    values = np.unique(known)
    return values[(values >= low) & (values <= high)]


def find_searchable_range(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    strata: ArrayLike | None = None,
) -> Numbers:
    """Rows biomarker, stratum, time, event and arm of those with the biomarker: (5, participants).

    They are in one order whatever that of the file, ascending by biomarker, so that the same seed draws the
    same people.

    Raises
    ------
    ValueError
        When the arrays do not fit together or the biomarker is infinite.
    """
    times = validate_times(time)
    marker = convert_to_numbers(biomarker, "biomarker")
    within = np.zeros(times.size) if strata is None else np.asarray(strata)
    for name, column in (("biomarker", marker), ("strata", within)):
        if column.shape != times.shape:
            raise ValueError(f"There are {times.size} times but {name} has shape {column.shape}.")
    if np.isinf(marker).any():
        raise ValueError(f"{int(np.isinf(marker).sum())} of {marker.size} biomarker values are infinite.")
    happened = validate_indicator(event, "event", times.size)
    arm = validate_indicator(treated, "treated", times.size)
    stratum = np.unique(within, return_inverse=True)[1]
    rows = np.empty((5, times.size))
    for row, column in zip(rows, (marker, stratum, times, happened, arm), strict=True):
        row[:] = column
    known = rows[:, ~np.isnan(marker)]
    return known[:, np.lexsort(known[::-1])]


def list_candidates(
    marker: Numbers,
    event: Numbers,
    thresholds: ArrayLike | None,
    *,
    least: tuple[int, int] = (LEAST_PARTICIPANTS, LEAST_EVENTS),
    search: tuple[float, float] = SEARCHED,
) -> Numbers:
    """Observed values at which both sides are large enough, ascending.

    Parameters
    ----------
    marker, event : array (participants,)
        In ascending order of the biomarker, which is known of everybody.
    thresholds : array (thresholds,) or None
        Where to look; None for every observed value.
    least : (int, int)
        Participants and events that must be left on each side.
    search : (float, float)
        Shares of participants between which is looked.
    """
    if not marker.size:
        return marker
    lines = np.unique(marker)
    if thresholds is not None:
        given = largest_observed(marker, convert_to_numbers(thresholds, "thresholds"))
        lines = np.unique(given[~np.isnan(given)])
    n_below = marker.searchsorted(lines, side="right")
    events_below = np.cumsum(event)[n_below - 1]
    people = np.minimum(n_below, marker.size - n_below)
    events = np.minimum(events_below, event.sum() - events_below)
    large = (people >= max(1, least[0])) & (events >= least[1])
    return np.intersect1d(lines[large], list_observed_between(marker, search))


def largest_observed(marker: Numbers, thresholds: Numbers) -> Numbers:
    """The largest of the ascending values <= each threshold, (thresholds,); NaN below all of them."""
    return np.append(marker, np.nan)[marker.searchsorted(thresholds, side="right") - 1]


SHARE_SIZE = 500
"""Resamples in a share: some milliseconds for a trial of a few hundred."""
CELLS_AT_ONCE = 16_000  # resamples × participants handled together: few enough for the processor's cache
NO_VARIANCE = 1e-9  # a model that explains everybody leaves rounding errors, and they tell nothing
NO_EVENTS = 1e-300


@dataclass(frozen=True, eq=False, slots=True)
class SearchTest:
    """A search over thresholds, ready to be held against searches in which chance alone was at work.

    Made by `search_test`. Participants are in ascending order of the biomarker.

    Attributes
    ----------
    thresholds : array (candidates,)
        Where was looked: observed values, ascending; "below" is biomarker <= threshold.
    score_z : array (candidates,)
        Standardised interaction score at each of them; positive where the hazard ratio is larger above.
    marker : array (participants,)
        Biomarker of those who have it, ascending.
    """

    thresholds: Numbers
    score_z: Numbers
    marker: Numbers
    _arm: Numbers
    _centre: Numbers
    _residual: Numbers
    _strata: tuple[Counts, ...]
    _below: Counts
    _above_share: Numbers

    def score_at(self, thresholds: ArrayLike) -> Numbers:
        """The score at any thresholds, (thresholds,); NaN where it is no candidate.

        A threshold between two observed values makes the same groups as the lower of the two.
        """
        place = self.thresholds.searchsorted(self.observed_at(thresholds))
        found = np.append(self.thresholds, np.nan)[place] == self.observed_at(thresholds)
        return np.where(found, np.append(self.score_z, np.nan)[place], np.nan)

    def observed_at(self, thresholds: ArrayLike) -> Numbers:
        """The largest observed value <= each threshold, (thresholds,); NaN below all of them."""
        return largest_observed(self.marker, np.asarray(thresholds, dtype=np.float64))

    def share(self, k: int, *, resamples: int = SHARE_SIZE, seed: int = 0) -> Numbers:
        """Largest ``|score|`` of each of the resamples of share ``k``, (resamples,).

        A share has random numbers of its own, so shares can be computed one by one, in any order, and
        are together what `compute_permuted_maxima` gives.
        """
        if not self.thresholds.size:
            return read_only(np.zeros(resamples))
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(k,)))
        largest = np.empty(resamples)
        rows = max(1, CELLS_AT_ONCE // self.marker.size)
        for first in range(0, resamples, rows):
            check_budget()
            last = min(first + rows, resamples)
            arms = np.tile(self._arm, (last - first, 1))
            for members in self._strata:
                arms[:, members] = rng.permuted(arms[:, members], axis=1)
            largest[first:last] = np.abs(self._scores(arms)).max(axis=1)
        return read_only(largest)

    def _scores(self, arms: Numbers) -> Numbers:
        return _standardise_scores(
            arms - self._centre, self._residual, below=self._below, above_share=self._above_share
        )


def search_test(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    biomarker: ArrayLike,
    *,
    thresholds: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    least_participants: int = LEAST_PARTICIPANTS,
    least_events: int = LEAST_EVENTS,
    search: tuple[float, float] = SEARCHED,
) -> SearchTest:
    """Prepare the test of the largest treatment × (biomarker > threshold) interaction.

    Treatment works alike for everybody in the null model, and the biomarker may be prognostic (see
    `mirodash.survival.spline`). Of its martingale residuals M the score above c is the sum of
    (A - mean of A) (1(biomarker > c) - share of the expected events above c) M, divided by the root of
    its own sum of squares. Arms A are dealt anew, within strata, over the residuals as they are.

    Notes
    -----
    Level in per cent at a nominal 5, n = 220 with 90 events, when nothing is there / the biomarker is
    prognostic / treatment works for everybody / both, from 14,000 trials each (standard error 0.2):
    4.7 / 5.2 / 4.5 / 4.7, and 5.3 with two treated to one control (5,000 trials); power 63 in the
    predictive scenario of ``benchmarks/calibration.py``. Tried on some of the same trials (4,000 to
    8,000), and left:

    - residuals divided by the root of 1 - leverage when dealt anew (Davison and Hinkley, Bootstrap
      Methods, 1997, section 6.2): 4.2 / 5.0 / 4.0 / 4.2, power 60;
    - arms centred on the treated share of expected events, the efficient score's: 4.3 / 5.9 / 6.1 / 5.8,
      power 69; with leverages 4.3 / 5.0 / 5.5 / 5.2 and power 66, but 3.6 with two to one;
    - the null model fitted anew, by one step, to the arms dealt: 4.4 / 4.4 / 4.4 / 4.8 where the above had
      4.5 / 4.5 / 4.5 / 4.8, for twice the time.

    Multipliers on score contributions (Lin, Wei and Ying) came out at up to 8 with a prognostic biomarker.

    Sources: Therneau, Grambsch and Fleming, Biometrika 77 (1990) 147, for the residuals; Rosenbaum, Stat
    Sci 17 (2002) 286, for dealing arms anew over residuals; Lin, Wei and Ying, Biometrika 80 (1993) 557.

    Parameters
    ----------
    time, event, treated : array (participants,)
    biomarker : array (participants,)
        In any unit; those for whom it is NaN are left out.
    thresholds : array (thresholds,), optional
        Where to look; by default at every observed value.
    strata : array (participants,), optional
        Strata of the randomisation; arms are dealt anew within them.
    least_participants, least_events : int
        What must be left on each side of a threshold.
    search : (float, float)
        Shares of participants between which thresholds are looked for.

    Raises
    ------
    ValueError
        When the arrays do not fit together.
    """
    marker, stratum, times, happened, arm = find_searchable_range(time, event, treated, biomarker, strata)
    model = compute_null_residuals(times, happened, arm, marker)
    lines = list_candidates(
        marker, happened, thresholds, least=(least_participants, least_events), search=search
    )
    return prepare_search(marker, arm, stratum, residual=model.residual, expected=model.expected, lines=lines)


def prepare_search(
    marker: Numbers, arm: Numbers, stratum: ArrayLike, *, residual: Numbers, expected: Numbers, lines: Numbers
) -> SearchTest:
    """The test of a search over what a null model leaves of each participant.

    Parameters
    ----------
    marker, arm, stratum : array (participants,)
        In ascending order of the biomarker, which is known of everybody.
    residual, expected : array (participants,)
        What the model leaves, and the information it has: expected events, or that on a slope.
    lines : array (candidates,)
        Observed values, ascending.
    """
    codes = np.asarray(stratum)
    members = [np.flatnonzero(codes == code) for code in np.unique(codes)]
    centre = np.empty(arm.size)
    for of in members:
        centre[of] = arm[of].mean()
    below = marker.searchsorted(lines, side="right")
    known = np.cumsum(expected)
    share = 1 - known[below - 1] / max(known[-1], NO_EVENTS) if lines.size else np.empty(0)
    score = _standardise_scores((arm - centre)[None], residual, below=below, above_share=share)[0]
    # where one side is all of one arm, or nothing is left to explain, nothing can be told
    tells = np.isfinite(score)
    return SearchTest(
        read_only(lines[tells]),
        read_only(score[tells]),
        read_only(marker),
        read_only(arm),
        read_only(centre),
        read_only(residual),
        tuple(members),
        read_only(below[tells]),
        read_only(share[tells]),
    )


def compute_permuted_maxima(test: SearchTest, n_resamples: int, *, seed: int = 0) -> Numbers:
    """All shares one after the other: the largest ``|score|`` of each resample, (n_resamples,)."""
    sizes = [min(SHARE_SIZE, n_resamples - first) for first in range(0, n_resamples, SHARE_SIZE)]
    shares = [test.share(k, resamples=size, seed=seed) for k, size in enumerate(sizes)]
    return np.concatenate((np.empty(0), *shares))


def _standardise_scores(
    centred: Numbers, residual: Numbers, *, below: Counts, above_share: Numbers
) -> Numbers:
    """The score at every threshold over its own root sum of squares: (resamples, thresholds).

    One cumulative sum along the biomarker gives the scores of all thresholds together, so the cost does
    not grow with their number.
    """
    terms = centred * residual
    sums = np.cumsum(terms, axis=1)
    squares = np.cumsum(np.square(terms, out=terms), axis=1)
    low, low_squares = sums[:, below - 1], squares[:, below - 1]
    low *= -1
    low += (1 - above_share) * sums[:, -1:]
    variance = (1 - above_share) ** 2 * (squares[:, -1:] - low_squares) + above_share**2 * low_squares
    return np.divide(low, np.sqrt(variance), out=np.full_like(low, np.nan), where=variance > NO_VARIANCE)
