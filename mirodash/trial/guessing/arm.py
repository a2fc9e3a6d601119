"""Finds the column of the arms, and which of them is the control when its name tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mirodash.trial.arms import MOST_ARMS
from mirodash.trial.cells import natural_key
from mirodash.trial.guessing import vocabulary as known
from mirodash.trial.guessing.names import folded, score, words
from mirodash.trial.guessing.profile import Profile
from mirodash.trial.table import in_words

_ENOUGH = 4.0
_SMALLEST_SHARE = 0.02
_DENIALS = ("non-", "non ", "non", "not ", "no ", "un", "sans ")


@dataclass(frozen=True, slots=True)
class FoundArm:
    """The column of the arms with control and treated, each with a sentence why; None asks."""

    column: Profile | None = None
    control: str | None = None
    treated: str | None = None
    reason: str = ""
    control_reason: str = ""


def find_arm(profiles: Sequence[Profile]) -> FoundArm:
    """The column whose name or values say that they are arms."""
    scored = [(points, profile) for profile in profiles if (points := _points(profile)) >= _ENOUGH]
    if not scored:
        return FoundArm(reason="No column looks like the arms of a trial.")
    column = max(scored, key=lambda pair: pair[0])[1]
    names = sorted(column.levels, key=natural_key)
    control, why = _control(names)
    shown = [f"{name[:40]} ({column.levels[name]:,})" for name in names]
    by_name = score(column.name, known.ARM, known.NOT_ARM) >= _ENOUGH
    source = "Its name says so" if by_name else "Its values say so"
    return FoundArm(
        column, control, _treated(names, control), f"{source}: {in_words(shown, most=MOST_ARMS)}.", why
    )


def _points(profile: Profile) -> float:
    """Points for the name, and for a level that is called like a control."""
    if not _could_be_arms(profile):
        return 0.0
    points = score(profile.name, known.ARM, known.NOT_ARM)
    names = list(profile.levels)
    if any(set(words(name)) & known.CONTROLS for name in names):
        points += 3.0 if points else _told_by_values(profile)
    elif points and _denied(names):
        points += 3.0
    return points


def _told_by_values(profile: Profile) -> float:
    """A column of any name is the arm when a level is a placebo, and it is no site or stratum."""
    loud = {"placebo", "plazebo", "temoin", "sham", "control", "standard"}
    said = any(set(words(name)) & loud for name in profile.levels)
    return _ENOUGH if said and not set(words(profile.name)) & known.NOT_ARM else 0.0


def _could_be_arms(profile: Profile) -> bool:
    if not profile.has_levels(2, MOST_ARMS) or profile.are_dates:
        return False
    if profile.numbers and not profile.is_whole:
        return False
    return min(profile.levels.values()) >= max(1.0, _SMALLEST_SHARE * profile.known)


def _control(names: Sequence[str]) -> tuple[str | None, str]:
    """The control among the levels when words tell, and why; codes like 0 and 1 do not tell."""
    called = [name for name in names if set(words(name)) & known.CONTROLS]
    if len(called) > 1:
        called = [name for name in called if len(words(name)) == 1]
    if len(called) == 1:
        return called[0], "It is called like a control."
    denied = _denied(names) if len(names) == 2 else None
    if denied:
        return denied, "It says that the treatment was not given."
    shared = [name for name in names if all(_adds_to(other, name) for other in names if other != name)]
    if len(shared) == 1 and len(names) > 1:
        return shared[0], "The other arm is the same with something added."
    if all(folded(name) in known.NO | known.YES or name.isdigit() for name in names):
        return None, f"{in_words(list(names), most=4)} do not say which one is the control."
    return None, "No arm is called like a control: which one is it?"


def _denied(names: Sequence[str]) -> str | None:
    """The level that denies: ``no`` beside ``yes``, ``Nonmaintained`` beside ``Maintained``."""
    if len(names) != 2:
        return None
    for name, other in (names, list(names)[::-1]):
        low, high = folded(name), folded(other)
        if (low in known.NO and high in known.YES) and not low.isdigit():
            return name
        if any(low == denial + high for denial in _DENIALS):
            return name
    return None


def _adds_to(other: str, name: str) -> bool:
    """``riluzole + IL-2`` adds something to ``riluzole``."""
    mine, theirs = set(words(name)), set(words(other))
    return bool(mine) and mine < theirs and any(not word.isdigit() for word in mine)


def _treated(names: Sequence[str], control: str | None) -> str | None:
    """The arm to compare: the only other one, else the highest dose or the longest combination."""
    others = [name for name in names if name != control]
    if control is None or not others:
        return None
    high = [name for name in others if set(words(name)) & {"high", "haute", "forte", "hoch", "alta"}]
    return high[0] if len(high) == 1 else max(others, key=lambda name: len(words(name)))
