"""Threshold scan: the effect on both sides of every threshold, and the permutation p-value of the best."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.curve_values import Side, no_stops, snap_to_grid_values, suppress_scan
from mirodash.stratification.groups import (
    Measured,
    candidate_thresholds,
    has_entry_times,
    people_only,
    select_measured,
)
from mirodash.stratification.result_cache import memoise, recall
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.strata import find_randomisation_strata
from mirodash.stratification.threshold_sides import (
    Bounds,
    count_uncertain,
    side_words,
    split_at,
    steps_between,
)
from mirodash.stratification.validation import resolve
from mirodash.survival.data import validate_follow_up
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.max_statistic import (
    LEAST_EVENTS,
    LEAST_PARTICIPANTS,
    SEARCHED,
    SHARE_SIZE,
    SearchTest,
    list_observed_between,
    search_test,
)
from mirodash.survival.results import (
    Counts,
    NotEstimable,
    Numbers,
    ThresholdScan,
    compute_permutation_p_value,
)
from mirodash.survival.threshold_search import SubgroupFits, fit_both_sides, scan_of
from mirodash.text.facts import Explanation, Table
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import (
    count,
    format_bare_value,
    format_biomarker_value,
    format_confidence_level,
    format_hazard_ratio,
    format_p_value,
    format_percent,
    format_range,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

SHARES = 20
"""Of 500 resamples each: 10,000 in all."""
SEED = 0
NOWHERE = np.empty(0)
"""No threshold at all, in place of those that a search may look at."""
NO_SEARCH_AFTER_ENTRY = NotEstimable(
    "Participants come under observation at different times: the search draws arms again as if all had been "
    "there from the origin on, so there is no test that allows for it."
)


@dataclass(frozen=True, slots=True)
class SearchedThreshold:
    """One threshold within the search; ``p`` is None, with the reason, where was not looked."""

    threshold: float
    p: float | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class SearchedAt:
    """The reader's thresholds, with p-values that allow for having looked at all of them.

    ``looked_at`` is how many thresholds were looked at, ``p_best`` the p-value of the most impressive of
    them; None where nothing could be looked at.
    """

    at: tuple[SearchedThreshold, ...]
    looked_at: int
    p_best: float | None
    n_resamples: int
    within: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Search:
    people: Measured
    lines: Numbers
    sides: SubgroupFits
    test: SearchTest
    within: tuple[str, ...]


def threshold_scan(trial: Trial, selection: Selection) -> ThresholdScan | NotEstimable:
    """Hazard ratios below and above every threshold that makes a different pair of groups.

    Nothing is resampled, so nothing is told about luck; see `search_thresholds`.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _scan(trial, people_only(selection), 0)


def search_thresholds(
    trial: Trial, selection: Selection, *, share: int = SHARES
) -> ThresholdScan | NotEstimable:
    """The same with the test that allows for the search, after so many of `SHARES` shares of resampling.

    Arms are dealt anew within the strata of the randomisation, where the trial names them; participants
    of unknown stratum are one more. Shares are memoised, so each costs only itself.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if has_entry_times(trial, selection):
        return NO_SEARCH_AFTER_ENTRY
    return _scan(trial, people_only(selection), min(max(share, 0), SHARES))


@lru_cache(maxsize=256)
@share_result
def evaluate_thresholds(
    trial: Trial, selection: Selection, *, share: int = SHARES
) -> SearchedAt | NotEstimable:
    """The p-values of the thresholds that are set, as if each had been found by looking everywhere.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    same = people_only(selection)
    search = _search(trial, same)
    if isinstance(search, NotEstimable):
        return search
    if search.people.entry is not None:
        return NO_SEARCH_AFTER_ENTRY
    people = search.people
    counted = (
        ("of the participants", None, LEAST_PARTICIPANTS),
        ("of the events", people.event, LEAST_EVENTS),
    )
    place = SearchPlace(people.bounds, people.order, people.equal_above, counted, trial.min_cell)
    lines = np.array(resolve(trial, selection).thresholds or (), dtype=np.float64)
    return judge_thresholds(search.test, _maxima(trial, same, share), lines, place, within=search.within)


@dataclass(frozen=True, eq=False, slots=True)
class SearchPlace:
    """Who is on which side in a search over thresholds, and what it needs there.

    ``order`` is the biomarker of those searched, (participants,). ``counted`` says what each side must hold:
    its name, who has it (participants,), None for everybody, and how many.
    """

    bounds: Bounds
    order: Numbers
    equal_above: bool
    counted: tuple[tuple[str, NDArray[np.bool_] | None, int], ...]
    min_cell: int


def judge_thresholds(
    test: SearchTest, maxima: Numbers, lines: Numbers, place: SearchPlace, *, within: tuple[str, ...] = ()
) -> SearchedAt:
    """The p-values of thresholds as if each had been found by looking everywhere, whatever is searched for.

    Parameters
    ----------
    test : SearchTest
    maxima : array (resamples,)
        The largest statistic of each.
    lines : array (thresholds,)
    place : SearchPlace
    within : tuple of str
        Strata within which arms were permuted.
    """
    score = np.where(
        count_uncertain(place.bounds, lines, equal_above=place.equal_above) == 0,
        test.score_at(split_at(lines, equal_above=place.equal_above)),
        np.nan,
    )
    p = compute_permutation_p_value(score, maxima)
    everywhere = compute_permutation_p_value(test.score_z, maxima)
    tested = bool(test.thresholds.size and maxima.size)
    return SearchedAt(
        tuple(
            SearchedThreshold(float(line), None, _why_not(float(line), test, place))
            if np.isnan(own)
            else SearchedThreshold(float(line), float(own) if tested else None)
            for line, own in zip(lines, p, strict=True)
        ),
        test.thresholds.size,
        float(everywhere.min()) if tested else None,
        maxima.size,
        within,
    )


def search_share(trial: Trial, selection: Selection, share: int) -> None:
    """Do the work of one share (1 to `SHARES`) of the resampling, and remember it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if has_entry_times(trial, selection):
        return
    same = people_only(selection)
    _share(trial, same, share - 1)
    if share == SHARES:
        _all_maxima(trial, same)


def is_search_remembered(trial: Trial, selection: Selection) -> bool:
    """Whether the whole resampling is at hand, or there is none: asking for p-values takes no time."""
    return has_entry_times(trial, selection) or recall(_all_maxima, trial, people_only(selection)) is not None


def _why_not(threshold: float, test: SearchTest, place: SearchPlace) -> str:
    """Why a threshold was not looked at, as a sentence."""
    uncertain = int(count_uncertain(place.bounds, [threshold], equal_above=place.equal_above)[0])
    if uncertain:
        were = "1 participant was" if uncertain == 1 else f"{count(uncertain)} participants were"
        return f"{were} measured only as beyond a limit of the assay, and may be on either side of it."
    threshold = float(split_at(threshold, equal_above=place.equal_above))
    below = place.order <= threshold
    for counted, of, enough in place.counted:
        held = np.ones_like(below) if of is None else of
        fewest = min(int((below & held).sum()), int((~below & held).sum()))
        if fewest < enough:
            holds = f"too few {counted}" if fewest < place.min_cell else f"{fewest} {counted}"
            return f"One side of it holds {holds}: the search needs at least {enough}."
    if test.observed_at(threshold) not in list_observed_between(test.marker, SEARCHED):
        low, high = SEARCHED
        return f"The search goes from the {100 * low:.0f}th to the {100 * high:.0f}th percentile."
    return "The arms cannot be distinguished."


@lru_cache(maxsize=64)
def _search(trial: Trial, selection: Selection) -> _Search | NotEstimable:
    people = select_measured(trial, selection)
    if people is None:
        return NotEstimable("This trial has no biomarker on which a threshold could be set.")
    candidates = candidate_thresholds(trial, selection)
    if not candidates and trial.min_cell:
        return no_stops(trial)
    if not candidates:
        return NotEstimable(
            "Fewer than two different biomarker values: no threshold splits these participants."
        )
    lines, people = np.array(candidates), snap_to_grid_values(trial, selection, people)
    return _Search(
        people,
        lines,
        _fit_certain_sides(people, lines),
        search_test(
            people.time,
            people.event,
            people.treated,
            people.order,
            thresholds=list_searchable_splits(people.bounds, people.values, equal_above=people.equal_above)
            if people.entry is None
            else NOWHERE,
            strata=people.stratum,
        ),
        find_randomisation_strata(trial),
    )


def list_searchable_splits(held: Bounds, values: Numbers, *, equal_above: bool) -> Numbers | None:
    """Where a search may split participants, everybody with certainty; None is anywhere."""
    if held.highest is held.lowest:
        return None
    lines = steps_between(held, np.unique(values), equal_above=equal_above).thresholds
    certain = count_uncertain(held, lines, equal_above=equal_above) == 0
    return split_at(lines[certain], equal_above=equal_above)


def _fit_certain_sides(people: Measured, lines: Numbers) -> SubgroupFits:
    """Both sides of every threshold, each with those who are certainly on it."""
    observed = validate_follow_up(people.time, people.event, people.treated, people.entry)
    splits = split_at(lines, equal_above=people.equal_above)
    below = fit_both_sides(observed, people.bounds.highest, splits)
    if people.bounds.highest is people.bounds.lowest:
        return below
    above = fit_both_sides(observed, people.bounds.lowest, splits)
    return SubgroupFits(
        *(
            np.stack((getattr(below, name)[0], getattr(above, name)[1]))
            for name in ("n", "events", "coef", "se")
        )
    )


@lru_cache(maxsize=32 * SHARES)
@share_result
def _share(trial: Trial, selection: Selection, k: int) -> Numbers:
    search = _search(trial, selection)
    if isinstance(search, NotEstimable) or search.people.entry is not None:
        return np.empty(0)
    return search.test.share(k, seed=SEED)


def _maxima(trial: Trial, selection: Selection, shares: int) -> Numbers:
    if shares == SHARES:
        return _all_maxima(trial, selection)
    return _join_shares(trial, selection, shares)


@memoise
def _all_maxima(trial: Trial, selection: Selection) -> Numbers:
    return _join_shares(trial, selection, SHARES)


def _join_shares(trial: Trial, selection: Selection, shares: int) -> Numbers:
    return np.concatenate((np.empty(0), *(_share(trial, selection, k) for k in range(shares))))


@lru_cache(maxsize=128)
@share_result
def _scan(trial: Trial, selection: Selection, shares: int) -> ThresholdScan | NotEstimable:
    search = _search(trial, selection)
    if isinstance(search, NotEstimable):
        return search
    equal_above = search.people.equal_above
    found = scan_of(
        split_at(search.lines, equal_above=equal_above),
        search.sides,
        search.test,
        _maxima(trial, selection, shares),
        seed=SEED,
    )
    if equal_above:
        found = replace(found, thresholds=read_only(search.lines.copy()), equal_above=True)
    return suppress_scan(found, _fewest_events(search), trial.min_cell) if trial.min_cell else found


def _fewest_events(search: _Search) -> tuple[Counts, Counts]:
    """The events of the arm with fewer of them, below and above every threshold."""
    people = search.people
    below = people.order <= split_at(search.lines, equal_above=people.equal_above)[:, None]
    arms = people.event & people.treated, people.event & ~people.treated
    fewest = [np.min([(side & arm).sum(axis=1) for arm in arms], axis=0) for side in (below, ~below)]
    return fewest[0], fewest[1]


RESAMPLES = SHARES * SHARE_SIZE
ALPHA = 0.05
"""The search stands out when luck does as well in fewer trials than this; the envelope has the same level."""
LABEL = "Searching over thresholds"
INSIDE = "95 % of trials without dependence stay inside"
NOT_WHERE = "The data are less informative about where a threshold should lie."
NOTHING_TO_SEARCH = (
    f"No threshold leaves at least {LEAST_PARTICIPANTS} participants and {LEAST_EVENTS} events on each side, "
    "so there is nothing to search."
)


def describe_progress(resamples: int) -> str:
    """How far the resampling is.

    >>> describe_progress(4500), describe_progress(10_000)
    ('4,500 of 10,000 resamples so far', '10,000 resamples')
    """
    if resamples < RESAMPLES:
        return f"{count(resamples)} of {count(RESAMPLES)} resamples so far"
    return f"{count(resamples)} resamples"


def judge_search(p: float, biomarker: Biomarker) -> str:
    """What a search is worth as a whole, as a sentence."""
    if p >= ALPHA:
        return (
            "The search finds no threshold beyond what chance produces: the data do not show that the effect "
            f"depends on {biomarker.short}, nor that it does not."
        )
    return (
        "After correction for the search, this is more than chance usually produces: the data suggest that "
        f"the effect depends on {biomarker.short}. {NOT_WHERE}"
    )


def describe_search_p_value(p: float, looked_at: int) -> str:
    """A search-corrected p-value as what it means.

    >>> describe_search_p_value(0.999, 176)
    'Without an interaction, at least one of 176 thresholds would look this extreme in nearly all trials.'
    """
    # as many digits as the p-value beside it: 0.035 is not 3 %
    share = f"{format_percent(p, decimals=1 if p < 0.1 else 0)} of trials"
    if p < 0.01:
        share = "fewer than 1 in 100 trials"
    if p > 0.99:
        share = "nearly all trials"
    of_all = f"at least one of {count(looked_at)} thresholds"
    return f"Without an interaction, {of_all} would look this extreme in {share}."


def format_p_value_at(scan: ThresholdScan, place: int) -> list[str]:
    """The corrected p-value of one threshold, if there is one."""
    if scan.p_value_adjusted_at is None:
        return []
    return [f"{LABEL.lower()}, {format_p_value(float(scan.p_value_adjusted_at[place]))}"]


TITLE = "Sensitivity to the choice of threshold"
MAX_ROWS = 25
"""A table that can still be read; the command line prints every threshold."""
TOLD_AT = (0.1, 0.5, 0.9)
CAUTION = (
    "Neighbouring thresholds share nearly all participants; no interval allows for how many were looked at."
)


def describe_threshold_scan(
    biomarker: Biomarker,
    scan: ThresholdScan,
    sides: tuple[Side, Side],
    *,
    events: str,
    names: ArmNames,
    confidence: float,
) -> Explanation:
    """The hazard ratios on both sides at the 10th, 50th and 90th percentile; a table of some more.

    Parameters
    ----------
    biomarker : Biomarker
    scan : ThresholdScan
    sides : (Side, Side)
        Below and above; ``scan.equal_above`` tells which of them has equal values.
    events : str
        What several events are called.
    names : ArmNames
    confidence : float
        Of the intervals.
    """
    total = int((scan.n_below + scan.n_above)[0])
    places = [int((scan.n_below >= share * total).argmax()) for share in TOLD_AT]
    told = [_at(biomarker, scan, sides, k, names.ratio) for k in dict.fromkeys(places)]
    return Explanation(
        title=TITLE,
        subtitle=f"{names.ratio_heading} on each side of every threshold, with "
        f"{format_confidence_level(confidence)}; how many are there underneath.",
        sentence=f"With the threshold at {'; at '.join(told)}. {CAUTION}",
        tables=(_build_table(biomarker, scan, sides, events=events, names=names, confidence=confidence),),
    )


def list_suppressed_places(
    among: NDArray[np.intp], scan: ThresholdScan, best: int | None = None
) -> list[int]:
    """Which thresholds a table tells of: some at equal steps of participants, and the best if given."""
    if among.size <= MAX_ROWS:
        return among.tolist()
    below = scan.n_below[among]
    wanted = np.linspace(below[0], below[-1], MAX_ROWS)
    kept = set(among[np.minimum(below.searchsorted(wanted), among.size - 1)].tolist())
    return sorted(kept if best is None else kept | {best})


def _at(biomarker: Biomarker, scan: ThresholdScan, sides: tuple[Side, Side], k: int, ratio: str) -> str:
    below, above = (_describe_ratio(side, k) for side in sides)
    at = format_biomarker_value(biomarker, float(scan.thresholds[k]))
    sides_of = side_words(equal_above=scan.equal_above)
    return f"{at} the {ratio} is {below} {sides_of[0]} and {above} {sides_of[1]}"


def _describe_ratio(side: Side, k: int) -> str:
    ratio = float(side.hazard_ratio[k])
    ends = (float(side.lower[k]), float(side.upper[k]))
    return format_hazard_ratio(ratio, ends) if math.isfinite(ratio) else "not estimable"


def _build_table(
    biomarker: Biomarker,
    scan: ThresholdScan,
    sides: tuple[Side, Side],
    *,
    events: str,
    names: ArmNames,
    confidence: float,
) -> Table:
    level, unit = format_confidence_level(confidence), f", {biomarker.unit}" if biomarker.unit else ""
    rows = [
        (
            format_bare_value(biomarker, float(scan.thresholds[k])),
            *(cell for side in sides for cell in _build_cells(side, k)),
        )
        for k in list_suppressed_places(np.arange(scan.thresholds.size), scan)
    ]
    header = [f"{biomarker.label}{unit}"]
    for side in side_words(equal_above=scan.equal_above):
        header += [f"n {side}", f"{events.capitalize()} {side}", f"{names.ratio_heading} {side} ({level})"]
    return Table(f"Both sides of thresholds of {biomarker.label}", tuple(header), tuple(rows))


def _build_cells(side: Side, k: int) -> tuple[str, str, str]:
    ratio = _describe_ratio(side, k)
    if math.isfinite(float(side.hazard_ratio[k])):
        ends = (float(side.lower[k]), float(side.upper[k]))
        ratio = f"{ratio} ({format_range(ends)})"
    return count(int(side.n[k])), count(int(side.events[k])), ratio
