"""Finds what was measured or known at randomisation: biomarkers with units and assay limits, and factors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

import numpy as np

from mirodash.trial.baseline import FEW_VALUES
from mirodash.trial.cells import number_in
from mirodash.trial.draft import BiomarkerDraft, FactorDraft
from mirodash.trial.guessing.after_baseline import is_named_later, repeats
from mirodash.trial.guessing.names import words
from mirodash.trial.guessing.people import counts_up, numbers_people
from mirodash.trial.guessing.profile import Profile
from mirodash.trial.guessing.units import label_of, unit_in_name
from mirodash.trial.guessing.vocabulary import wordset
from mirodash.trial.undescribed import MOST_LEVELS

MOST = 60
"""More columns than this are not proposed: a reader adds what is missing."""
_MOSTLY = 0.9
_LIMIT = re.compile(r"(<=?|>=?|≤|≥)\s*+(.++)")
_DEMOGRAPHIC = wordset("age weight height poids taille bmi imc year annee wt kg cm bp sbp dbp pouls pulse")
_MARKERS = wordset(
    "nfl pnfh nfh gfap crp ldh psa albumin albumine bili bilirubin bilirubine il6 il2 hb hemoglobin "
    "hemoglobine haemoglobin cd4 cd8 tregs ferritin ferritine creatinine csf lcr serum plasma her2 ca125 cea "
    "afp bnp troponin troponine tsh karno karnofsky copper cholesterol score slope pente marker marqueur "
    "biomarker biomarqueur titer titre expression"
)


@dataclass(frozen=True, slots=True)
class FoundBaseline:
    """Biomarkers, the likeliest first, and factors in the order of the file, with a sentence for each."""

    biomarkers: tuple[BiomarkerDraft, ...] = ()
    factors: tuple[FactorDraft, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict[str, str])


def find_baseline(
    profiles: Sequence[Profile], outcome: Sequence[Profile], arm: Profile | None
) -> FoundBaseline:
    """Everything known at randomisation; what tells of the outcome, and copies of the arm, stay out."""
    reasons: dict[str, str] = {}
    kinds = {p: kind for p in profiles if not is_named_later(p.name) and (kind := _kind(p))}
    numbers = sorted((p for p, kind in kinds.items() if kind == "number"), key=_likelihood, reverse=True)
    new = partial(_says_more, outcome=outcome, arm=arm)
    measured = list(islice(filter(new, numbers), MOST))
    factors = islice(filter(new, (p for p in kinds if kinds[p] == "category" or p.numeric_share == 1)), MOST)
    drafts = [_factor(p, reasons, numeric=kinds[p] == "number") for p in factors]
    return FoundBaseline(tuple(_biomarker(p, reasons) for p in measured), tuple(drafts), reasons)


def _says_more(profile: Profile, outcome: Sequence[Profile], arm: Profile | None) -> bool:
    return not repeats(profile, outcome, arm)


def _kind(profile: Profile) -> str | None:
    """``number``, ``category``, or None for dates, identifiers, free text and a single value."""
    levels = len(profile.counts)
    if levels < 2 or profile.are_dates or counts_up(profile) or numbers_people(profile):
        return None
    if profile.distinct.size > FEW_VALUES and profile.numeric_share >= _MOSTLY:
        return None if profile.column.is_text and not _limits(profile) else "number"
    return "category" if levels <= MOST_LEVELS and not (profile.is_unique and levels > 2) else None


def _likelihood(profile: Profile) -> float:
    """How much a column of numbers looks like an assay, by its name, unit, limits and spread."""
    parts = set(words(profile.name))
    unit, _ = unit_in_name(profile.name)
    spread = profile.distinct[0] > 0 and profile.distinct[-1] > 10 * profile.distinct[0]
    points = 3.0 * ("/" in unit) + 4.0 * bool(_limits(profile)) + 3.0 * bool(parts & _MARKERS) + float(spread)
    return points - 4.0 * bool(parts & _DEMOGRAPHIC)


def _unit(profile: Profile) -> str:
    """The unit in the name; an age is in years where it looks like one."""
    unit, _ = unit_in_name(profile.name)
    if not unit and words(profile.name) == ("age",) and 18 <= profile.distinct[-1] <= 120:
        return "years"
    return unit


def _biomarker(profile: Profile, reasons: dict[str, str]) -> BiomarkerDraft:
    unit = _unit(profile)
    limits = _limits(profile)
    lower, upper = _limit(limits, "<≤"), _limit(limits, ">≥")
    reasons[profile.name] = _reason(profile, unit, limits)
    return BiomarkerDraft(
        profile.name,
        label=None if profile.column.label else label_of(profile.name),
        unit=unit,
        lower_limit=lower,
        upper_limit=upper if upper is None or lower is None or upper > lower else None,
    )


def _limits(profile: Profile) -> Counter[str]:
    """Cells that say a value was beyond a limit (``<15.6``, ``>5000``), with how often."""
    return Counter(
        {cell: n for cell, n in profile.counts.items() if cell[0] in "<>≤≥" and _LIMIT.fullmatch(cell)}
    )


def _limit(limits: Collection[str], signs: str) -> float | None:
    """The assay's limit on one side, when all cells name the same one."""
    found = {
        number
        for cell in limits
        if cell[0] in signs and (number := number_in(cell.lstrip("<>=≤≥ "))) is not None
    }
    limit = found.pop() if len(found) == 1 else None
    return limit if limit is not None and np.isfinite(limit) else None


def _reason(profile: Profile, unit: str, limits: Counter[str]) -> str:
    low, high = f"{profile.distinct[0]:,.6g}", f"{profile.distinct[-1]:,.6g}"
    said = [f"Numbers from {low} to {high} in {profile.known:,} of {profile.rows:,}"]
    if unit:
        said.append(f"in {unit}")
    if limits:
        first = limits.most_common(1)[0][0][:20]
        said.append(f"{limits.total():,} beyond the limit of the assay ({first})")
    return "; ".join(said) + "."


def _factor(profile: Profile, reasons: dict[str, str], *, numeric: bool) -> FactorDraft:
    reasons[profile.name] = _factor_reason(profile, numeric=numeric)
    label = None if profile.column.label else label_of(profile.name)
    return FactorDraft(
        profile.name,
        kind="numeric" if numeric else "category",
        label=label,
        unit=_unit(profile) if numeric else "",
    )


def _factor_reason(profile: Profile, *, numeric: bool) -> str:
    if numeric:
        return _reason(profile, "", Counter())
    return f"{len(profile.levels):,} values in {profile.known:,} of {profile.rows:,}."
