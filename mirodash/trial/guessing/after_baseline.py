"""Recognises columns that are known only after randomisation, and copies of the outcome or the arm."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from mirodash.trial.guessing import vocabulary as known
from mirodash.trial.guessing.names import score, words
from mirodash.trial.guessing.outcome import ENOUGH, time_points
from mirodash.trial.guessing.profile import Profile
from mirodash.trial.guessing.vocabulary import wordset

_LATER = wordset(
    "offtrt off tstart start stop discontinued discontinuation withdrawal withdrawn withdrew dropout "
    "arret sortie toxicity toxicite tox ae sae eig ei teae crossover compliance observance cumulative "
    "cumule cumulee totaldose response reponse recist followup suivi nadir post change evolution "
    "progression progressed relapse relapsed recurrence recidive rechute recur cause cumdose end fin last "
    "derniere dernier eot eos discharge transplant transplanted lost perdu outcome death deces dead died "
    "exitus mort"
)
_DATES = wordset("date dt dtc datum fecha")
"""Dates are no measurements, also where a program wrote them as numbers."""
_EARLIER = wordset(
    "baseline bl screening inclusion prior previous before pre history antecedent antecedents avant initial "
    "initiale onset diagnosis diagnostic atcd debut"
)
_VISIT = re.compile(r"(?:m|w|s|j|d|v|wk|week|month|mois|semaine|jour|day|visit|visite|cycle|c)0*[1-9][0-9]*")
_BASELINE_VISIT = frozenset({"v1", "d1", "j1", "c1", "visit1", "visite1", "day1", "jour1", "c3", "c4"})
_SAME = 0.995
_FEWEST = 12


def repeats(profile: Profile, outcome: Sequence[Profile], arm: Profile | None) -> bool:
    """Whether a column says what the outcome or the arm says already, in another unit or coding."""
    return any(_repeats_outcome(profile, part) for part in outcome) or (
        arm is not None and _follows(profile, arm)
    )


def is_named_later(name: str) -> bool:
    """Whether a name tells of what happened after randomisation.

    Examples
    --------
    >>> [is_named_later(name) for name in ("pfs_months", "nfl_m6", "cause_deces", "nfl_m0", "prior_relapse")]
    [True, True, True, False, False]
    """
    parts = words(name)
    if set(parts) & _DATES:
        return True
    if set(parts) & _EARLIER:
        return False
    if set(parts) & _LATER or _at_a_later_visit(name):
        return True
    return time_points(name) >= ENOUGH or score(name, known.EVENT, known.NOT_EVENT) >= ENOUGH + 1


def _at_a_later_visit(name: str) -> bool:
    """``nfl_m6`` and ``crp.week12``, but neither ``cd4_m0`` nor ``il_6``."""
    tokens = [token for token in re.split(r"[^0-9a-z]+", name[:200].casefold()) if token]
    return any(_VISIT.fullmatch(token) and token not in _BASELINE_VISIT for token in tokens[1:])


def _repeats_outcome(profile: Profile, part: Profile) -> bool:
    """The same as the time or the event in another unit or coding."""
    if profile.rows != part.rows or part.known < _FEWEST:
        return False
    if part.has_levels(2, 3):
        return (
            profile.has_levels(2, 3) and len(profile.levels) == len(part.levels) and _follows(profile, part)
        )
    mine, theirs = profile.values, part.values
    both = np.isfinite(mine) & np.isfinite(theirs)
    if both.sum() < _FEWEST:
        return False
    x, y = mine[both], theirs[both]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        x, y = x - x.mean(), y - y.mean()
        size = float(np.sqrt((x**2).sum() * (y**2).sum()))
        return bool(size > 0 and np.isfinite(size) and abs(float((x * y).sum())) / size > _SAME)


def _follows(profile: Profile, leader: Profile) -> bool:
    """Whether each value of ``leader`` goes with one value only, so that nothing new is said."""
    if profile.rows != leader.rows or leader.known < _FEWEST or len(profile.counts) > len(leader.counts):
        return False
    pairs = {pair for pair in zip(leader.column.cells, profile.column.cells, strict=True) if all(pair)}
    leaders = {first for first, _ in pairs}
    return len(pairs) == len(leaders) > 1 and len({second for _, second in pairs}) > 1
