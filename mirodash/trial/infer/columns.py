"""Infers what a column is: its profile and unit, participant identifier, site, country or arm."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.infer import names as known
from mirodash.trial.infer.names import fold, score, words
from mirodash.trial.table import Column, are_dates, join_list, level_name, natural_key, parse_numbers
from mirodash.trial.trial import MAX_ARMS, is_no_arm

_FEW = 12
_BEGINNING = 100


@dataclass(frozen=True, eq=False)
class Profile:
    """One column and what can be seen in it; each look is taken when it is first asked for."""

    name: str
    column: Column

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How often each cell stands there, without the empty ones."""
        counts = Counter(self.column.cells)
        del counts[""]
        return counts

    @cached_property
    def known(self) -> int:
        """In how many rows something stands."""
        return sum(self.counts.values())

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.column.cells)

    def has_levels(self, least: int, most: float) -> bool:
        """Whether there are so many different values; of many it is not asked how they are named."""
        return least <= len(self.counts) <= 3 * most + 3 and least <= len(self.levels) <= most

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """The values as levels are named (1.0 is 1), the most frequent first."""
        counts: Counter[str] = Counter()
        for cell, count in self.counts.items():
            counts[level_name(cell)] += count
        return dict(counts.most_common())

    @cached_property
    def numbers(self) -> Mapping[str, float]:
        """The number of every cell that is one; a value beyond an assay limit stands at the limit."""
        cells = list(self.counts)
        beginning = parse_numbers(cells[:_BEGINNING])
        if len(cells) > _BEGINNING and len(beginning.not_numbers) == _BEGINNING:
            return {}  # free text: reading it to its end would find no more numbers than it began with
        values = parse_numbers(cells).values.tolist()
        return {cell: value for cell, value in zip(cells, values, strict=True) if math.isfinite(value)}

    @cached_property
    def readable(self) -> int:
        """In how many rows a number stands, or the name of an assay limit as ``<LLOQ``."""
        if len(self.numbers) in (0, len(self.counts)):
            return self.known if self.numbers else 0
        others = [cell for cell in self.counts if cell not in self.numbers]
        named = [others[place] for place in parse_numbers(others).unstated_limits]
        return sum(self.counts[cell] for cell in self.numbers) + sum(self.counts[cell] for cell in named)

    @property
    def numeric_share(self) -> float:
        """How many of the known cells are readable as numbers, 0 to 1."""
        return self.readable / self.known if self.known else 0.0

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """The numbers (participants,), NaN where there is none."""
        numbers, none = self.numbers, float("nan")
        return np.array([numbers.get(cell, none) for cell in self.column.cells], dtype=np.float64)

    @cached_property
    def distinct(self) -> NDArray[np.float64]:
        """The different numbers, sorted."""
        return np.unique(np.fromiter(self.numbers.values(), dtype=np.float64, count=len(self.numbers)))

    @cached_property
    def are_dates(self) -> bool:
        """Whether (nearly) every known cell is a date."""
        cells = list(islice(self.counts, _FEW))
        return bool(cells) and sum(
            not self.numbers.get(cell) and are_dates([cell]) for cell in cells
        ) > 0.8 * len(cells)

    @property
    def is_unique(self) -> bool:
        """Whether no two rows hold the same."""
        return self.known > 1 and len(self.counts) == self.known

    @cached_property
    def is_whole(self) -> bool:
        """Whether all numbers are whole."""
        return bool(self.distinct.size) and bool(np.all(self.distinct == np.floor(self.distinct)))


_ENOUGH = 4.0
_LIKELY = 3.0
"""The points of a name like ``drug``, which is enough for a few texts that are about equally frequent."""
_BALANCED_SHARE = 0.15
_MIN_SHARE = 0.02
_ABSENT = known.DENIALS | {"free", "absent", "off", "minus", "none", "never", "ohne", "sin"}
_PRESENT = frozenset({"with", "avec", "plus", "on", "present", "mit", "con"})
_DENIALS = ("non-", "non ", "non", "not ", "no ", "un", "sans ")


@dataclass(frozen=True, slots=True)
class FoundArm:
    """The column of the arms with control and treated, each with a sentence why; None asks."""

    column: Profile | None = None
    control: str | None = None
    treated: str | None = None
    reason: str = ""
    control_reason: str = ""


def find_arm(profiles: Sequence[Profile], *, chosen: bool = False) -> FoundArm:
    """The column whose name or values say that they are arms; ``chosen`` ones need not say it."""
    scored = [(_infer_points(profile), profile) for profile in profiles]
    scored = [(points, profile) for points, profile in scored if chosen or points >= _ENOUGH]
    if not scored:
        return FoundArm(reason="No column looks like the arms of a trial.")
    column = max(scored, key=lambda pair: pair[0])[1]
    names = sorted(column.levels, key=natural_key)
    control, why = _infer_control(names)
    shown = [f"{name[:40]} ({column.levels[name]:,})" for name in names]
    by_name = score(column.name, known.ARM, known.NOT_ARM) >= _ENOUGH
    source = "Its name says so" if by_name else "Its values say so"
    return FoundArm(
        column, control, _infer_treated(names, control), f"{source}: {join_list(shown, most=MAX_ARMS)}.", why
    )


def _infer_points(profile: Profile) -> float:
    """Points for the name, and for a level that is called like a control."""
    if not _could_be_arms(profile):
        return 0.0
    points = score(profile.name, known.ARM, known.NOT_ARM)
    names = list(profile.levels)
    if points == _LIKELY and not profile.numbers and _is_balanced(profile):
        points = _ENOUGH
    if any(set(words(name)) & known.CONTROLS for name in names):
        points += 3.0 if points else _infer_by_values(profile)
    elif points and _find_denied(names):
        points += 3.0
    return points


def _infer_by_values(profile: Profile) -> float:
    """A column of any name is the arm when a level is a placebo, and it is no site or stratum."""
    loud = {"placebo", "plazebo", "temoin", "sham", "control", "standard"}
    said = any(set(words(name)) & loud for name in profile.levels)
    return _ENOUGH if said and not set(words(profile.name)) & (known.NOT_ARM - {"dose"}) else 0.0


def _could_be_arms(profile: Profile) -> bool:
    if not profile.has_levels(2, MAX_ARMS) or profile.are_dates:
        return False
    if profile.numbers and not profile.is_whole:
        return False
    counts = [count for name, count in profile.levels.items() if not is_no_arm(name)]
    return len(counts) > 1 and min(counts) >= max(1.0, _MIN_SHARE * profile.known)


def _is_balanced(profile: Profile) -> bool:
    """Whether every level is about as frequent as the others, as arms are."""
    return min(profile.levels.values()) >= _BALANCED_SHARE * profile.known


def _infer_control(names: Sequence[str]) -> tuple[str | None, str]:
    """The control among the levels when words tell, and why; codes like 0 and 1 do not tell."""
    names = [name for name in names if not is_no_arm(name)]
    called = [name for name in names if set(words(name)) & known.CONTROLS]
    if len(called) > 1:
        called = [name for name in called if len(words(name)) == 1]
    if len(called) == 1:
        return called[0], "It is called like a control."
    denied = _find_denied(names) if len(names) == 2 else None
    if denied:
        return denied, "It says that the treatment was not given."
    shared = [name for name in names if all(_adds_to(other, name) for other in names if other != name)]
    if len(shared) == 1 and len(names) > 1:
        return shared[0], "The other arm is the same with something added."
    if all(fold(name) in known.NO | known.YES or name.isdigit() for name in names):
        return None, f"{join_list(list(names), most=4)} do not say which one is the control."
    return None, "No arm is called like a control: which one is it?"


def _find_denied(names: Sequence[str]) -> str | None:
    """The level that denies: ``no`` beside ``yes``, ``Nonmaintained`` beside ``Maintained``, ``no_bev``."""
    if len(names) != 2:
        return None
    for name, other in (names, list(names)[::-1]):
        low, high = fold(name), fold(other)
        if (low in known.NO and high in known.YES) and not low.isdigit():
            return name
        if any(low == denial + high for denial in _DENIALS) or _is_without(name, other):
            return name
    return None


def _is_without(name: str, other: str) -> bool:
    """``no_bev`` and ``without bev`` say that ``bev`` is absent."""
    mine, theirs = set(words(name)), set(words(other))
    return (
        bool(mine & _ABSENT) and bool(theirs) and mine - _ABSENT == theirs - _PRESENT and not theirs & _ABSENT
    )


def _adds_to(other: str, name: str) -> bool:
    """``riluzole + IL-2`` adds something to ``riluzole``."""
    mine, theirs = set(words(name)), set(words(other))
    return (
        bool(mine)
        and mine < theirs
        and any(not word.isdigit() for word in mine)
        and bool(theirs - mine - _ABSENT)
    )


def _infer_treated(names: Sequence[str], control: str | None) -> str | None:
    """The arm to compare: the only other one; of several it is asked which."""
    others = [name for name in names if name != control and not is_no_arm(name)]
    return others[0] if control is not None and len(others) == 1 else None


_ENOUGH_PEOPLE = 3.0
_MAX_SITES = 400


def find_participant(profiles: Sequence[Profile]) -> tuple[Profile | None, str]:
    """The column that identifies participants, and why.

    A name that says so is believed even where an identifier is repeated: that is a problem to be shown,
    not a reason to take every row as somebody else.
    """
    best: tuple[float, Profile] | None = None
    for profile in profiles:
        points = _identifies(profile)
        if points >= _ENOUGH_PEOPLE and (best is None or points > best[0]):
            best = points, profile
    if best is None:
        return None, "No column identifies participants; every row is taken as one."
    column = best[1]
    if column.is_unique:
        return column, f"{_infer_source(column)}, and all {column.known:,} differ."
    return column, f"{_infer_source(column)}; {len(column.counts):,} different ones in {column.known:,} rows."


def find_repeated(profiles: Sequence[Profile]) -> tuple[Profile | None, str]:
    """A column whose values stand in several rows each, and go with the same time every time.

    Such is an identifier in a file with a row for each visit, whatever it is called.
    """
    times = [p for p in profiles if p.numeric_share == 1 and p.distinct.size > _FEW and not p.is_unique]
    for profile in profiles:
        count = len(profile.counts)
        if (
            not _MIN_PEOPLE <= count <= profile.rows / 1.5
            or profile.known < profile.rows
            or profile.are_dates
        ):
            continue
        if profile.numbers and not profile.is_whole:
            continue
        for time in times:
            if time is profile or _go_together(profile, time):
                continue
            pairs = set(zip(profile.column.cells, time.column.cells, strict=True))
            if len(pairs) == count and len(time.counts) > count / 3:
                why = f"Each of its {count:,} values is in several rows, with the same '{time.name}'."
                return profile, why
    return None, "No column identifies participants; every row is taken as one."


_MIN_PEOPLE = 12
_TOGETHER = 0.9


def _go_together(profile: Profile, other: Profile) -> bool:
    """Whether one column of numbers grows with another, as a time does with the same in another unit."""
    if profile.numeric_share < 1:
        return False
    with np.errstate(invalid="ignore", divide="ignore"):
        return bool(abs(np.corrcoef(profile.values, other.values)[0, 1]) > _TOGETHER)


def _infer_source(profile: Profile) -> str:
    return "Its name says so" if _name_points(profile.name) >= _ENOUGH_PEOPLE else "It counts up"


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
    return np.array_equal(profile.distinct, np.arange(1, profile.known + 1))


def numbers_people(profile: Profile) -> bool:
    """Whether a column is called like an identifier and holds whole numbers: no measurement."""
    return _name_points(profile.name) >= _ENOUGH_PEOPLE and profile.numeric_share == 1 and profile.is_whole


def find_site(profiles: Sequence[Profile]) -> tuple[Profile | None, str]:
    """The column of the sites, and why."""
    named = _match_name(profiles, known.SITE, known.NOT_SITE)
    return _best([(points, p) for points, p in named if p.has_levels(2, _most_sites(p))], "sites")


def _most_sites(profile: Profile) -> float:
    return min(_MAX_SITES, max(2.0, 0.6 * profile.known))


def find_country(profiles: Sequence[Profile]) -> tuple[Profile | None, str]:
    """The column of the countries, and why."""
    named = _match_name(profiles, known.COUNTRY, known.NOT_SITE)
    fit = [(points, p) for points, p in named if p.has_levels(1, min(60.0, max(1.0, 0.6 * p.known)))]
    return _best(fit, "countries")


def _match_name(
    profiles: Sequence[Profile], weights: known.Weights, unwanted: Collection[str]
) -> list[tuple[float, Profile]]:
    """The columns whose names say so, dates and measurements left aside."""
    return [
        (points, profile)
        for profile in profiles
        if (points := score(profile.name, weights, unwanted)) >= _ENOUGH_PEOPLE
        and not (profile.are_dates or (profile.numbers and not profile.is_whole))
    ]


def _best(scored: Sequence[tuple[float, Profile]], many: str) -> tuple[Profile | None, str]:
    if not scored:
        return None, ""
    column = max(scored, key=lambda pair: pair[0])[1]
    found = f"{len(column.levels):,} {many}" if len(column.levels) > 1 else "the same for everybody"
    return column, f"Its name says so: {found}."


_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]$")
_MAX_NAME_LENGTH = 80
_AMOUNTS = "pg|ng|ug|µg|μg|mcg|mg|g|kg|pmol|nmol|umol|µmol|mmol|mol|iu|ui|u|mui|miu|ku|meq|fmol|cells"
_VOLUMES = "ml|l|dl|ul|µl|mm3|mg|g|kg|m2"
_RATIO = re.compile(
    rf"(?:^|[_ .\-])({_AMOUNTS})(?:[_ .\-]|[_ .\-]?(?:/|per)[_ .\-]?)({_VOLUMES})$", re.IGNORECASE
)
_ALONE = re.compile(r"[_ .\-](kg|cm|mm|mmhg|pct|percent|pourcent|bpm|points|%)$", re.IGNORECASE)
_SPELT: Mapping[str, str] = {
    "ug": "µg", "μg": "µg", "mcg": "µg", "umol": "µmol", "ml": "mL", "l": "L", "dl": "dL", "ul": "µL",
    "µl": "µL", "iu": "IU", "ui": "IU", "u": "U", "mui": "mIU", "miu": "mIU", "ku": "kU", "meq": "mEq",
    "mm3": "mm³", "m2": "m²", "pct": "%", "percent": "%", "pourcent": "%", "mmhg": "mmHg",
}  # fmt: skip
_LOOKS_LIKE_UNIT = re.compile(r"[^/]{0,8}(?:/|%)[^/]{0,12}|[µa-zA-Z]{1,6}")
_SPELLINGS = (
    "CSF LCR pNFH NfL CRP BMI IMC LDH PSA WBC ALSFRS SVC FVC ECOG EGFR AST ALT IL6 Hb HER2 CD4 CD8 ALP TSH "
    "BNP GFR INR NfH GFAP"
)
_ACRONYMS: Mapping[str, str] = {word.casefold(): word for word in _SPELLINGS.split()}


def infer_unit(name: str) -> tuple[str, str]:
    """The unit that the end of a name holds, and the name without it.

    Examples
    --------
    >>> infer_unit("csf_pnfh_pg_ml"), infer_unit("NfL (pg/mL)"), infer_unit("albumine_g_l")
    (('pg/mL', 'csf_pnfh'), ('pg/mL', 'NfL'), ('g/L', 'albumine'))
    >>> infer_unit("bili"), infer_unit("IL-2 (arm)"), infer_unit("onset_months")
    (('', 'bili'), ('', 'IL-2 (arm)'), ('months', 'onset'))
    """
    if len(name) > _MAX_NAME_LENGTH:
        return "", name
    bracket = _BRACKETS.search(name.rstrip())
    if bracket:
        before, unit = name[: bracket.start()].rstrip(), _read_bracketed(bracket[1].strip())
        return (unit, before) if unit and before else ("", name)
    ratio = _RATIO.search(name)
    if ratio and ratio.start():
        return f"{_read_spelt(ratio[1])}/{_read_spelt(ratio[2])}", name[: ratio.start()]
    alone = _ALONE.search(name)
    if alone and alone.start():
        return _read_spelt(alone[1]), name[: alone.start()]
    return _infer_time_at_end(name)


def _infer_time_at_end(name: str) -> tuple[str, str]:
    """``onset_months`` is measured in months."""
    before, separator, last = name.rpartition(_infer_separator(name))
    unit = known.UNITS.get(fold(last), "") if separator and before and len(last) > 1 else ""
    return (unit, before) if unit else ("", name)


def _infer_separator(name: str) -> str:
    """The last of the signs that separate words in a name, a blank when there is none."""
    return next((sign for sign in reversed(name) if sign in "_. -"), " ")


def _read_bracketed(inside: str) -> str:
    if "/" in inside or "%" in inside:
        return inside if _LOOKS_LIKE_UNIT.fullmatch(inside) else ""
    time = known.UNITS.get(fold(inside))
    return time or (_read_spelt(inside) if _ALONE.search(f"_{inside}") or inside.casefold() in _SPELT else "")


def _read_spelt(part: str) -> str:
    return _SPELT.get(
        part.casefold(), part if part.casefold() not in _AMOUNTS.split("|") else part.casefold()
    )


def label_of(name: str) -> str | None:
    """A readable label where the name allows no doubt, else None, and the name itself is shown.

    Examples
    --------
    >>> label_of("csf_pnfh_pg_ml"), label_of("albumine_g_l"), label_of("Taux de CRP (mg/L)")
    ('CSF pNFH', 'Albumine', 'Taux de CRP')
    >>> label_of("x1"), label_of("bili"), label_of("age")
    (None, None, 'Age')
    """
    _, bare = infer_unit(name)
    parts = [part for part in re.split(r"[_\s.]+", bare) if part]
    if bare == name and len(parts) < 2 and fold(name) not in ("age", "sex", "sexe", "site"):
        return None
    if not parts or len(name) > _MAX_NAME_LENGTH or not all(_is_readable(part) for part in parts):
        return None
    spelt = [_ACRONYMS.get(part.casefold(), part) for part in parts]
    if spelt[0] == parts[0] and spelt[0].islower():
        spelt[0] = spelt[0][:1].upper() + spelt[0][1:]
    return " ".join(spelt)


def _is_readable(part: str) -> bool:
    if part.casefold() in _ACRONYMS:
        return True
    return part.replace("-", "").isalpha() and (len(part) >= 3 or fold(part) in known.NEUTRAL)
