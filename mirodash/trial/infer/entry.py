"""Infers the time from which participants were at risk, where they entered after time 0 (left truncation)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mirodash.trial.infer import names as known
from mirodash.trial.infer.columns import Profile
from mirodash.trial.infer.names import score, words, wordset

_ENTRY_WORDS = wordset(
    "entry entree entering entered enter entrance tstart ltrunc truncation truncated trunc eintritt entrada "
    "ingresso delayed"
)
_START_WORDS = wordset("start begin debut left inclusion enrolment enrollment in")
_ENTRY: known.Weights = dict.fromkeys(_ENTRY_WORDS, 5.0) | dict.fromkeys(_START_WORDS, 3.0)
_STRONG = 5.0
_STRANGE = wordset("age date dt crp score visit site therapy treatment symptom symptoms diagnosis onset dose")
_ENDS = wordset("stop tstop exit end fin out right sortie last final")
_BESIDE = known.BESIDE | _ENDS | {"at", "into", "risk", "t", "on", "delay"}
_NEARLY_ALL = 0.95
_MIN_KNOWN = 0.5


def find_entry(profiles: Sequence[Profile], time: Profile | None) -> Profile | None:
    """The column of entry times beside a time: called like one, and before the time in (nearly) every row.

    A column in which everybody starts at 0 is none, and nor is a measurement made at entry.
    """
    if time is None:
        return None
    found = [(points, profile) for profile in profiles if (points := _points(profile, time))]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _points(profile: Profile, time: Profile) -> float:
    if profile is time or profile.name == time.name or profile.rows != time.rows or profile.are_dates:
        return 0.0
    # where the age is the time, the age at entry is the entry
    of_age = {"age"} & set(words(time.name))
    points = score(profile.name, _ENTRY, _STRANGE - of_age, neutral=_BESIDE | of_age)
    if points < 3.0 or (points < _STRONG and not set(words(time.name)) & _ENDS):
        return 0.0
    if profile.numeric_share < _NEARLY_ALL or profile.known < _MIN_KNOWN * profile.rows:
        return 0.0
    entry, exit_ = profile.values, time.values
    both = np.isfinite(entry) & np.isfinite(exit_)
    if not both.any() or not (entry[both] > 0).any() or (entry[both] < 0).any():
        return 0.0
    return points if (entry[both] <= exit_[both]).mean() >= _NEARLY_ALL else 0.0
