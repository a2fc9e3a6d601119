"""Death and function as one outcome: joint ranks (CAFS), win ratio and net benefit over all pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from mirodash.budget import check_budget
from mirodash.survival.data import convert_to_numbers, validate_confidence, validate_indicator, validate_times
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import Counts, Interval, NotEstimable, Numbers, compute_z_quantile

Rule = Literal["joint_rank", "last_common_visit", "last_visit"]
"""How pairs are compared: CAFS as in ALS trials, Finkelstein and Schoenfeld, or as the package WINS does."""

RULES: tuple[Rule, ...] = ("joint_rank", "last_common_visit", "last_visit")
MAX_PARTICIPANTS = 4_000
"""More are compared by the joint rank alone, which needs no pairs."""
_ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class WinRatio:
    """Wins of the treated over their losses, with the interval of Dong and others (2016)."""

    ratio: float
    ci: Interval
    p: float


@dataclass(frozen=True, eq=False, slots=True)
class DeathThenFunction:
    """Every treated against every control participant, death before function.

    Attributes
    ----------
    rule : str
    n : (int, int)
        Compared, control then treated.
    unknown : (int, int)
        Alive without a value after baseline, and therefore in no pair: control, treated.
    wins, losses, ties : int
        Pairs in which the treated participant did better, did worse, or neither.
    by_death, by_function : int
        Pairs that death decided, and those that function did.
    mean_rank : (float, float)
        Of the score against everybody else, control then treated; a higher rank is better.
    score : array (compared participants,)
        Comparisons won minus lost against all others.
    net_benefit : float
        (wins - losses) / pairs.
    net_benefit_ci : (float, float)
    probability : float
        That a treated participant does better than a control participant, ties counted half.
    win_odds : float
        ``None`` where there are no losses or ties.
    win_ratio : WinRatio or NotEstimable
    z, p : float
        Finkelstein and Schoenfeld's test, which for the joint rank is Wilcoxon's with correction for ties.
    """

    rule: Rule
    n: tuple[int, int]
    unknown: tuple[int, int]
    wins: int
    losses: int
    ties: int
    by_death: int
    by_function: int
    mean_rank: tuple[float, float]
    score: Numbers
    net_benefit: float
    net_benefit_ci: Interval
    win_odds: float | None
    win_ratio: WinRatio | NotEstimable
    z: float
    p: float

    @property
    def pairs(self) -> int:
        """How many pairs of a treated and a control participant there are."""
        return self.n[0] * self.n[1]

    @property
    def probability(self) -> float:
        """Of a treated participant to do better than a control participant, ties counted half."""
        return 0.5 + self.net_benefit / 2

    @property
    def probability_ci(self) -> Interval:
        """Interval of `probability`."""
        low, high = self.net_benefit_ci
        return 0.5 + low / 2, 0.5 + high / 2


@dataclass(frozen=True, eq=False, slots=True)
class Courses:
    """Follow-up of participants and the changes of their measurements since baseline.

    Attributes
    ----------
    time : array (participants,)
        To death or the end of follow-up, no later than the horizon.
    died : array (participants,)
        True where that was death.
    treated : array (participants,)
    measured_at, change : array (participants, most measurements)
        Times of the values after baseline, ascending, infinity where there are no more, and their change
        from baseline in the direction in which more is better.
    """

    time: Numbers
    died: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    measured_at: Numbers
    change: Numbers

    @property
    def last_change(self) -> Numbers:
        """Change at the last measurement, (participants,); NaN without one."""
        return self.change_by(np.full(self.time.size, np.inf))

    def change_by(self, until: Numbers) -> Numbers:
        """Change at each participant's last measurement up to ``until``, over leading axes, or NaN."""
        known = np.isfinite(self.measured_at) & (self.measured_at <= until[..., None])
        place = known.sum(axis=-1)
        padded = np.concatenate((np.full((self.time.size, 1), np.nan), self.change), axis=1)
        people = np.broadcast_to(np.arange(self.time.size), place.shape)
        return padded[people, place]


def gather_courses(
    time: ArrayLike,
    died: ArrayLike,
    treated: ArrayLike,
    *,
    person: ArrayLike,
    measured_at: ArrayLike,
    change: ArrayLike,
    horizon: float,
) -> Courses:
    """Follow-up and changes up to a horizon; death after it counts as being alive at it.

    Parameters
    ----------
    time, died, treated : array (participants,)
    person : array (measurements,)
        Whose each change is, from 0.
    measured_at, change : array (measurements,)
        When after baseline, and how much better than at baseline.
    horizon : float

    Raises
    ------
    ValueError
        When lengths differ, or a time or change is missing.
    """
    times = validate_times(time)
    event = validate_indicator(died, "died", times.size) == 1
    arm = validate_indicator(treated, "treated", times.size) == 1
    who = np.asarray(person, dtype=np.int64)
    at, changes = convert_to_numbers(measured_at, "measured_at"), convert_to_numbers(change, "change")
    if not who.shape == at.shape == changes.shape:
        raise ValueError(f"There are {who.size} participants, {at.size} times and {changes.size} changes.")
    if not (np.isfinite(at).all() and np.isfinite(changes).all()):
        raise ValueError("Times and changes of measurements must be finite numbers.")
    # what was measured after death or the horizon is not part of the course
    kept = at <= np.minimum(times, horizon)[who]
    who, at, changes = who[kept], at[kept], changes[kept]
    order = np.lexsort((at, who))
    who, at, changes = who[order], at[order], changes[order]
    first = np.searchsorted(who, np.arange(times.size))
    place = np.arange(who.size) - first[who]
    most = int(place.max()) + 1 if place.size else 1
    when, values = np.full((times.size, most), np.inf), np.full((times.size, most), np.nan)
    when[who, place], values[who, place] = at, changes
    return Courses(
        time=read_only(np.minimum(times, horizon)),
        died=read_only(event & (times <= horizon)),
        treated=read_only(arm),
        measured_at=read_only(when),
        change=read_only(values),
    )


def compare_death_then_function(
    courses: Courses, *, rule: Rule = "joint_rank", confidence: float = 0.95
) -> DeathThenFunction | NotEstimable:
    """Compare every treated with every control participant: by death first, survivors by their change.

    ``joint_rank``
        The rule of ALS trials (CAFS): who died does worse than who lives, of two who died who died earlier,
        of two who live whose change is worse. It puts everybody in one order, so that ranks decide and
        Wilcoxon's test is that of the scores.
    ``last_common_visit``
        Finkelstein and Schoenfeld: a death counts only where the other was followed for longer; otherwise
        change at the last time at which both were followed decides.
    ``last_visit``
        As the package WINS: as before, but the last change of each decides.

    Notes
    -----
    Two who died on the same day tie under the joint rank; public code for CAFS gives neither a point there,
    which is the same in the sum. A survivor without any value after baseline is in no pair, and is counted.

    Sources: Berry and others, Amyotroph Lateral Scler Frontotemporal Degener 14 (2013) 162; Finkelstein and
    Schoenfeld, Stat Med 18 (1999) 1341; Dong and others, Pharm Stat 15 (2016) 430; Buyse, Stat Med 29 (2010)
    3245.
    """
    level = validate_confidence(confidence)
    last = courses.last_change
    known = courses.died | ~np.isnan(last)
    unknown = _count_arms(~known, courses.treated)
    n = _count_arms(known, courses.treated)
    if min(n) == 0:
        empty = "control" if n[0] == 0 else "treated"
        return NotEstimable(f"No participant in the {empty} arm died or was measured after baseline.")
    if rule != "joint_rank" and sum(n) > MAX_PARTICIPANTS:
        return NotEstimable(
            f"More than {MAX_PARTICIPANTS:,} participants are compared by the joint rank alone."
        )
    mine = Courses(
        courses.time[known],
        courses.died[known],
        courses.treated[known],
        courses.measured_at[known],
        courses.change[known],
    )
    points = _rank_jointly(mine) if rule == "joint_rank" else _compare_pairs(mine, rule)
    return _summarise(points, mine.treated, rule=rule, n=n, unknown=unknown, confidence=level)


def _count_arms(chosen: NDArray[np.bool_], treated: NDArray[np.bool_]) -> tuple[int, int]:
    return int((chosen & ~treated).sum()), int((chosen & treated).sum())


@dataclass(frozen=True, eq=False, slots=True)
class _Points:
    """Of each participant: comparisons won minus lost against all, and won and lost against the other arm.

    ``by_death`` and ``by_function`` count pairs of one treated and one control participant.
    """

    score: Numbers
    won: Numbers
    lost: Numbers
    by_death: int
    by_function: int


def _rank_jointly(courses: Courses) -> _Points:
    """All comparisons by ranks, as the joint rank is one order of everybody."""
    died, treated = courses.died, courses.treated
    key = np.where(died, courses.time, courses.last_change)
    distinct = np.unique(key, return_inverse=True)[1]
    # every survivor stands above everybody who died
    place = np.where(died, distinct, distinct + int(distinct.max()) + 1)
    score = 2 * _rank(place) - (place.size + 1)
    won, lost = np.empty(place.size), np.empty(place.size)
    for arm in (False, True):
        others = np.sort(place[treated != arm])
        mine = treated == arm
        won[mine] = np.searchsorted(others, place[mine], side="left")
        lost[mine] = others.size - np.searchsorted(others, place[mine], side="right")
    both_alive = int((~died & treated).sum()) * int((~died & ~treated).sum())
    decided = int((won + lost)[treated].sum())
    alive = ~died
    function = _count_decided(place[alive & treated], place[alive & ~treated], both_alive)
    return _Points(score, won, lost, decided - function, function)


def _count_decided(treated: Counts, control: Counts, pairs: int) -> int:
    values, treated_counts = np.unique(treated, return_counts=True)
    others = np.sort(control)
    same = np.searchsorted(others, values, side="right") - np.searchsorted(others, values, side="left")
    return pairs - int((same * treated_counts).sum())


def _compare_pairs(courses: Courses, rule: Rule) -> _Points:
    """Every participant against every other, some rows at a time."""
    n = courses.time.size
    score, won, lost = np.zeros(n), np.zeros(n), np.zeros(n)
    by_death = by_function = 0
    for rows, points, death in _pairs(courses, rule):
        other = courses.treated[rows, None] != courses.treated[None, :]
        score[rows] = points.sum(axis=1)
        won[rows] = ((points > 0) & other).sum(axis=1)
        lost[rows] = ((points < 0) & other).sum(axis=1)
        mine = other & courses.treated[rows, None]
        by_death += int((death & mine).sum())
        by_function += int(((points != 0) & ~death & mine).sum())
    return _Points(score, won, lost, by_death, by_function)


def _pairs(courses: Courses, rule: Rule) -> Iterator[tuple[slice, Numbers, NDArray[np.bool_]]]:
    """Rows of the table of comparisons: 1 where the row did better, -1 worse; and which death decided."""
    time, died, last = courses.time, courses.died, courses.last_change
    for first in range(0, time.size, _ROWS_AT_ONCE):
        check_budget()
        rows = slice(first, min(first + _ROWS_AT_ONCE, time.size))
        mine = time[rows, None]
        better = died[None, :] & (mine > time[None, :])
        worse = died[rows, None] & (time[None, :] > mine)
        if rule == "last_common_visit":
            until = np.minimum(mine, time[None, :])
            others = courses.change_by(until)
            own = _change_of_rows(courses, rows, until)
        else:
            own, others = last[rows, None], last[None, :]
        # without a value after baseline by then, function decides nothing
        function = np.sign(np.nan_to_num(own - others))
        death = better | worse
        yield rows, np.where(death, better.astype(np.float64) - worse, function), death


def _change_of_rows(courses: Courses, rows: slice, until: Numbers) -> Numbers:
    """The rows' own changes up to the times common with each other participant, (rows, participants)."""
    when, values = courses.measured_at[rows], courses.change[rows]
    padded = np.concatenate((np.full((len(values), 1), np.nan), values), axis=1)
    place = (np.isfinite(when)[:, None, :] & (when[:, None, :] <= until[:, :, None])).sum(axis=-1)
    return np.take_along_axis(padded, place, axis=1)


def _summarise(
    points: _Points,
    treated: NDArray[np.bool_],
    *,
    rule: Rule,
    n: tuple[int, int],
    unknown: tuple[int, int],
    confidence: float,
) -> DeathThenFunction:
    total, pairs = sum(n), n[0] * n[1]
    wins, losses = int(points.won[treated].sum()), int(points.lost[treated].sum())
    ties = pairs - wins - losses
    ranks = _rank(points.score)
    variance = n[0] * n[1] / (total * (total - 1)) * float((points.score**2).sum())
    z = float(points.score[treated].sum() / np.sqrt(variance)) if variance > 0 else 0.0
    benefit = (wins - losses) / pairs
    reach = compute_z_quantile(confidence) * _benefit_error(points, treated)
    half = losses + ties / 2
    return DeathThenFunction(
        rule=rule,
        n=n,
        unknown=unknown,
        wins=wins,
        losses=losses,
        ties=ties,
        by_death=points.by_death,
        by_function=points.by_function,
        mean_rank=(float(ranks[~treated].mean()), float(ranks[treated].mean())),
        score=read_only(points.score),
        net_benefit=benefit,
        net_benefit_ci=(max(-1.0, benefit - reach), min(1.0, benefit + reach)),
        win_odds=(wins + ties / 2) / half if half else None,
        win_ratio=_win_ratio(points, treated, wins=wins, losses=losses, confidence=confidence),
        z=z,
        p=float(2 * ndtr(-abs(z))),
    )


def _rank(values: Numbers) -> Numbers:
    """Ranks from 1 with the mean rank for ties, as R's ``rank``; `scipy.stats` takes a second to load."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[place]


def _benefit_error(points: _Points, treated: NDArray[np.bool_]) -> float:
    """Standard error of the net benefit: twice that of DeLong and others (1988) for a ROC curve's area."""
    benefit = (points.won - points.lost) / np.where(treated, (~treated).sum(), treated.sum())
    return float(np.sqrt(sum(_variance_of_mean(benefit[arm]) for arm in (treated, ~treated))))


def _variance_of_mean(values: Numbers) -> float:
    # of a single value nothing is known but that it lies between -1 and 1
    return float(values.var(ddof=1)) / values.size if values.size > 1 else 1.0


def _win_ratio(
    points: _Points, treated: NDArray[np.bool_], *, wins: int, losses: int, confidence: float
) -> WinRatio | NotEstimable:
    """The win ratio; the standard error of its logarithm takes wins and losses as alike, as WINS does."""
    if not wins or not losses:
        none = "won" if not wins else "lost"
        return NotEstimable(f"No pair was {none} by the treated participant, so there is no ratio.")
    n = {True: int(treated.sum()), False: int((~treated).sum())}
    if min(n.values()) < 2:
        return NotEstimable("An arm has a single participant, so the win ratio has no interval.")
    # products over two different partners of one participant, without those of a partner with itself
    both = (points.won - points.lost) ** 2 - (points.won + points.lost)
    spread = sum(float(both[treated == arm].sum()) / ((n[not arm] - 1) * n[arm]) for arm in (True, False))
    if spread <= 0:
        return NotEstimable("Too few pairs for the interval of a win ratio.")
    se = float(np.sqrt(n[True] * n[False] * spread)) / ((wins + losses) / 2)
    coef = float(np.log(wins / losses))
    reach = compute_z_quantile(confidence) * se
    ends = (float(np.exp(coef - reach)), float(np.exp(coef + reach)))
    return WinRatio(wins / losses, ends, float(2 * ndtr(-abs(coef / se))))
