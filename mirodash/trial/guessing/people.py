"""Finds the columns that say who a participant is, at which site, in which country."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from mirodash.trial.guessing import vocabulary as known
from mirodash.trial.guessing.names import score, words
from mirodash.trial.guessing.profile import Profile

_ENOUGH = 3.0
_MOST_SITES = 400


def find_participant(profiles: Sequence[Profile]) -> tuple[Profile | None, str]:
    """The column that identifies participants, and why.

    A name that says so is believed even where an identifier is repeated: that is a problem to be shown,
    not a reason to take every row as somebody else.
    """
    best: tuple[float, Profile] | None = None
    for profile in profiles:
        points = _identifies(profile)
        if points >= _ENOUGH and (best is None or points > best[0]):
            best = points, profile
    if best is None:
        return None, "No column identifies participants; every row is taken as one."
    column = best[1]
    if column.is_unique:
        return column, f"{_source(column)}, and all {column.known:,} differ."
    return column, f"{_source(column)}; {len(column.counts):,} different ones in {column.known:,} rows."


def _source(profile: Profile) -> str:
    return "Its name says so" if _name_points(profile.name) >= _ENOUGH else "It counts up"


def _name_points(name: str) -> float:
    parts = words(name)
    if name.strip() in ("n°", "N°", "#"):
        return 4.0
    points = score(name, known.PARTICIPANT, known.NOT_PARTICIPANT)
    return points + (2.0 if points and len(parts) > 1 and set(parts) & {"patient", "participant"} else 0.0)


def _identifies(profile: Profile) -> float:
    points = _name_points(profile.name)
    if not points or profile.known < 2 or profile.are_dates or (profile.numbers and not profile.is_whole):
        return 0.0
    if points < 6:
        # a number or a code is an identifier when no two are the same
        return points * profile.is_unique
    return points + profile.is_unique if len(profile.counts) > min(2, profile.known - 1) else 0.0


def counts_up(profile: Profile) -> bool:
    """Whether a column holds row numbers: 1, 2, 3, ... in any order."""
    if not profile.is_unique or profile.numeric_share < 1:
        return False
    return bool(np.array_equal(profile.distinct, np.arange(1, profile.known + 1)))


def numbers_people(profile: Profile) -> bool:
    """Whether a column is called like an identifier and holds whole numbers: no measurement."""
    return _name_points(profile.name) >= _ENOUGH and profile.numeric_share == 1 and profile.is_whole


def find_site(profiles: Sequence[Profile]) -> tuple[Profile | None, str]:
    """The column of the sites, and why."""
    named = _named(profiles, known.SITE, known.NOT_SITE)
    return _best([(points, p) for points, p in named if p.has_levels(2, _most_sites(p))], "sites")


def _most_sites(profile: Profile) -> float:
    return min(_MOST_SITES, max(2.0, 0.6 * profile.known))


def find_country(profiles: Sequence[Profile]) -> tuple[Profile | None, str]:
    """The column of the countries, and why."""
    named = _named(profiles, known.COUNTRY, known.NOT_SITE)
    fit = [(points, p) for points, p in named if p.has_levels(1, min(60.0, max(1.0, 0.6 * p.known)))]
    return _best(fit, "countries")


def _named(
    profiles: Sequence[Profile], weights: known.Weights, unwanted: Collection[str]
) -> list[tuple[float, Profile]]:
    """The columns whose names say so, dates and measurements left aside."""
    return [
        (points, profile)
        for profile in profiles
        if (points := score(profile.name, weights, unwanted)) >= _ENOUGH
        and not (profile.are_dates or (profile.numbers and not profile.is_whole))
    ]


def _best(scored: Sequence[tuple[float, Profile]], many: str) -> tuple[Profile | None, str]:
    if not scored:
        return None, ""
    column = max(scored, key=lambda pair: pair[0])[1]
    found = f"{len(column.levels):,} {many}" if len(column.levels) > 1 else "the same for everybody"
    return column, f"Its name says so: {found}."
