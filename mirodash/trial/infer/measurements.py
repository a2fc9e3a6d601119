"""Infers biomarkers and factors, and which columns are known only after randomisation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from mirodash.trial.baseline import FEW_VALUES, MAX_LEVELS
from mirodash.trial.dictionary import BiomarkerDraft, FactorDraft
from mirodash.trial.infer import names as known
from mirodash.trial.infer.columns import Profile, counts_up, infer_unit, label_of, numbers_people
from mirodash.trial.infer.endpoint import ENOUGH, score_time
from mirodash.trial.infer.names import score, words, wordset
from mirodash.trial.table import level_name, number_in

_LATER = wordset(
    "offtrt off tstart start stop discontinued discontinuation withdrawal withdrawn withdrew dropout "
    "arret sortie toxicity toxicite tox ae sae eig ei teae crossover compliance observance cumulative "
    "cumule cumulee totaldose response reponse recist followup suivi nadir post change evolution "
    "progression progressed relapse relapsed recurrence recidive rechute recur cause cumdose end fin last "
    "derniere dernier eot eos discharge transplant transplanted lost perdu outcome death deces dead died "
    "exitus mort eosstt dcsreas lddtheld dthfl subsequent rescue salvage reason raison cycles doses "
    "adherence discont"
)
_WEIGHTS = wordset(
    "iptw ipw ipcw iptws ipws siptw sipw sipcw propensity pscore weights stabilised stabilized overlap"
)
"""Weights of an analysis, which are no measurements; ``weight`` alone is that of a body."""
_WEIGHT = wordset("weight wt w sw poids")
_WEIGHT_OF = wordset(
    "sampling ps survey case inverse probability freq frequency analysis matching entropy sample"
)
_DATES = wordset("date dt dtc datum fecha")
"""Dates are no measurements, also where a program wrote them as numbers."""
_EARLIER = wordset(
    "baseline bl screening inclusion prior previous before pre history antecedent antecedents avant initial "
    "initiale onset diagnosis diagnostic atcd debut"
)
_ON_TREATMENT = wordset("treatment traitement trt therapy exposure exposition dosing")
_SINCE = wordset("since depuis from line ligne lines naive age")
_LENGTHS = wordset("duration duree") | frozenset(word for word in known.UNITS if len(word) > 1)
"""``treatment_months`` is known only when treatment ended."""
_VISIT = re.compile(r"(?:m|w|s|j|d|v|wk|week|month|mois|semaine|jour|day|visit|visite|cycle|c)0*[1-9][0-9]*")
_BASELINE_VISIT = frozenset({"v1", "d1", "j1", "c1", "visit1", "visite1", "day1", "jour1", "c3", "c4"})
_SAME = 0.995
_MIN_PARTICIPANTS = 12


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
    if set(parts) & _LATER or _at_a_later_visit(name) or parts[:2] in (("time", "to"), ("days", "to")):
        return True
    if _ON_TREATMENT & set(parts) and not _SINCE & set(parts) and (_LENGTHS & set(parts)):
        return True
    return score_time(name) >= ENOUGH or score(name, known.EVENT, known.NOT_EVENT) >= ENOUGH + 1


def _at_a_later_visit(name: str) -> bool:
    """``nfl_m6`` and ``crp.week12``, but neither ``cd4_m0`` nor ``il_6``."""
    tokens = [token for token in re.split(r"[^0-9a-z]+", name[:200].casefold()) if token]
    return any(_VISIT.fullmatch(token) and token not in _BASELINE_VISIT for token in tokens[1:])


def _repeats_outcome(profile: Profile, part: Profile) -> bool:
    """The same as the time or the event in another unit or coding."""
    if profile.rows != part.rows or part.known < _MIN_PARTICIPANTS:
        return False
    if part.has_levels(2, 3):
        return (
            profile.has_levels(2, 3) and len(profile.levels) == len(part.levels) and _follows(profile, part)
        )
    mine, theirs = profile.values, part.values
    both = np.isfinite(mine) & np.isfinite(theirs)
    if both.sum() < _MIN_PARTICIPANTS:
        return False
    x, y = mine[both], theirs[both]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        x, y = x - x.mean(), y - y.mean()
        size = float(np.sqrt((x**2).sum() * (y**2).sum()))
        return bool(size > 0 and np.isfinite(size) and abs(float((x * y).sum())) / size > _SAME)


def _follows(profile: Profile, leader: Profile) -> bool:
    """Whether each value of ``leader`` goes with one value only, so that nothing new is said."""
    if (
        profile.rows != leader.rows
        or leader.known < _MIN_PARTICIPANTS
        or len(profile.counts) > len(leader.counts)
    ):
        return False
    pairs = {pair for pair in zip(leader.column.cells, profile.column.cells, strict=True) if all(pair)}
    leaders = {first for first, _ in pairs}
    return len(pairs) == len(leaders) > 1 and len({second for _, second in pairs}) > 1


MAX_PROPOSED_COLUMNS = 60
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
    """Biomarkers, the likeliest first, and factors in the order of the file, with a sentence for each.

    ``left`` says of every other column why it is not offered.
    """

    biomarkers: tuple[BiomarkerDraft, ...] = ()
    factors: tuple[FactorDraft, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict[str, str])
    left: dict[str, str] = field(default_factory=dict[str, str])


LATER = "it is known only after randomisation"
_BY_NAME = f"{LATER}, as its name says"
_UNUSED = "it looks like weights, which no analysis here uses"
_REPEATS = "it says the same as the outcome or the arm"
_TOO_MANY = "more columns than can be proposed"
_NO_MEASUREMENT = "an identifier, dates, free text or a single value"


def find_baseline(
    profiles: Sequence[Profile], outcome: Sequence[Profile], arm: Profile | None
) -> FoundBaseline:
    """Everything known at randomisation; what tells of the outcome, and copies of the arm, stay out."""
    reasons: dict[str, str] = {}
    left: dict[str, str] = {}
    kinds: dict[Profile, str] = {}
    for profile in profiles:
        kind = _infer_kind(profile)
        why = why_not_baseline(profile, outcome) or ("" if kind else _NO_MEASUREMENT)
        if why or kind is None:
            left[profile.name] = why
        else:
            kinds[profile] = kind
    numbers = sorted(
        (p for p, kind in kinds.items() if kind == "number"), key=_infer_likelihood, reverse=True
    )
    new = partial(_says_more, outcome=outcome, arm=arm)
    measured = list(islice(filter(new, numbers), MAX_PROPOSED_COLUMNS))
    factors = list(
        islice(
            filter(new, (p for p in kinds if kinds[p] == "category" or p.numeric_share == 1)),
            MAX_PROPOSED_COLUMNS,
        )
    )
    for profile in kinds:
        if profile not in measured and profile not in factors:
            left[profile.name] = _TOO_MANY if new(profile) else _REPEATS
    drafts = [_infer_factor(p, reasons, numeric=kinds[p] == "number") for p in factors]
    markers = [_infer_biomarker(p, reasons) for p in measured]
    labels = {d.column: d.label for d in (*markers, *drafts) if d.label}
    counted = Counter(labels.values())
    # of two columns with one label the names tell which is which
    named = {column for column, label in labels.items() if counted[label] > 1}
    return FoundBaseline(
        tuple(replace(d, label=None) if d.column in named else d for d in markers),
        tuple(replace(d, label=None) if d.column in named else d for d in drafts),
        reasons,
        left,
    )


def why_not_baseline(profile: Profile, outcome: Sequence[Profile]) -> str:
    """Why a column is no baseline measurement, as the end of a sentence; empty where it may be one."""
    if _is_weight(profile):
        return _UNUSED
    if is_named_later(profile.name):
        return _BY_NAME
    return _why_later(profile, outcome) if outcome and profile.known < profile.rows else ""


def _is_weight(profile: Profile) -> bool:
    """Whether a column holds the weights of an analysis: by its name, or by a name and a mean of about 1."""
    parts = set(words(profile.name))
    if parts & _WEIGHTS or (parts & _WEIGHT and parts & _WEIGHT_OF):
        return True
    if not parts & _WEIGHT or profile.numeric_share < 1 or profile.is_whole or profile.distinct[0] <= 0:
        return False
    return _MEANS_OF_WEIGHTS[0] <= float(np.nanmean(profile.values)) <= _MEANS_OF_WEIGHTS[1]


def _why_later(profile: Profile, outcome: Sequence[Profile]) -> str:
    """Why a column that is empty for some must have been filled after randomisation."""
    known_cells = np.array([bool(cell) for cell in profile.column.cells])
    for part in outcome:
        if part.rows != profile.rows:
            continue
        if part.has_levels(2, 2) and _is_known_by(known_cells, part):
            return f"{LATER}: it is filled for those with one value of '{part.name}' alone"
        if (
            profile.numeric_share >= _MOSTLY
            and part.distinct.size > FEW_VALUES
            and _never_beyond(profile, part)
        ):
            return f"{LATER}: it never lies beyond '{part.name}', and is empty otherwise"
    return ""


def _is_known_by(known_cells: NDArray[np.bool_], event: Profile) -> bool:
    """Whether exactly those are known of whom the event has one of its values."""
    both, masks = _event_masks(event)
    return any(np.array_equal(known_cells[both], has[both]) for has in masks)


@lru_cache(maxsize=2)
def _event_masks(event: Profile) -> tuple[NDArray[np.bool_], list[NDArray[np.bool_]]]:
    """Of whom the event is known, and who has each of its values that is not too rare, (participants,)."""
    cells = np.array([level_name(cell) for cell in event.column.cells])
    both = cells != ""
    masks = [cells == value for value in event.levels]
    return both, [has for has in masks if min(has.sum(), (both & ~has).sum()) >= _MIN_GROUP]


def _never_beyond(profile: Profile, time: Profile) -> bool:
    """Whether a time-like column lies within the follow-up of everybody, and would not by chance.

    Under independence the number of values beyond the time of their participant would be about Poisson; with
    ``_MIN_EXPECTED`` expected, none at all is no chance.
    """
    values, times = profile.values, time.values
    known_cells = np.isfinite(values) & np.isfinite(times)
    if (
        known_cells.sum() < _MIN_GROUP
        or (values[known_cells] < 0).any()
        or (values[known_cells] > times[known_cells]).any()
    ):
        return False
    ordered = np.sort(times[np.isfinite(times)])
    shorter = np.searchsorted(ordered, values[known_cells], side="left")
    return float(shorter.sum() / ordered.size) >= _MIN_EXPECTED


_MEANS_OF_WEIGHTS = (0.5, 2.5)
_MIN_GROUP = 4
_MIN_EXPECTED = 4.6
"""Of as many expected, none happens once in a hundred."""


def _says_more(profile: Profile, outcome: Sequence[Profile], arm: Profile | None) -> bool:
    return not repeats(profile, outcome, arm)


def _infer_kind(profile: Profile) -> str | None:
    """``number``, ``category``, or None for dates, identifiers, free text and a single value."""
    levels = len(profile.counts)
    if levels < 2 or profile.are_dates or counts_up(profile) or numbers_people(profile):
        return None
    is_code = profile.column.is_text and not _infer_limits(profile)
    if profile.distinct.size > FEW_VALUES and profile.numeric_share >= _MOSTLY and not is_code:
        return "number"
    return "category" if levels <= MAX_LEVELS and not (profile.is_unique and levels > 2) else None


def _infer_likelihood(profile: Profile) -> float:
    """How much a column of numbers looks like an assay, by its name, unit, limits and spread."""
    parts = set(words(profile.name))
    unit, _ = infer_unit(profile.name)
    spread = profile.distinct[0] > 0 and profile.distinct[-1] > 10 * profile.distinct[0]
    points = (
        3.0 * ("/" in unit)
        + 4.0 * bool(_infer_limits(profile))
        + 3.0 * bool(parts & _MARKERS)
        + float(spread)
    )
    return points - 4.0 * bool(parts & _DEMOGRAPHIC)


def _infer_unit(profile: Profile) -> str:
    """The unit in the name; an age is in years where it looks like one."""
    unit = profile.column.unit or infer_unit(profile.name)[0] or _unit_in_label(profile.column.label)
    if not unit and words(profile.name) == ("age",) and 18 <= profile.distinct[-1] <= 120:
        return "years"
    return unit


def _unit_in_label(label: str) -> str:
    """The unit in brackets behind a label (``Neurofilament light (pg/mL)``)."""
    return infer_unit(label)[0] if label.rstrip().endswith((")", "]")) else ""


def _infer_biomarker(profile: Profile, reasons: dict[str, str]) -> BiomarkerDraft:
    unit = _infer_unit(profile)
    limits = _infer_limits(profile)
    lower, upper = _limit(limits, "<≤"), _limit(limits, ">≥")
    reasons[profile.name] = _infer_reason(profile, unit, limits)
    return BiomarkerDraft(
        profile.name,
        label=None if profile.column.label else label_of(profile.name),
        unit=unit,
        lower_limit=lower,
        upper_limit=upper if upper is None or lower is None or upper > lower else None,
    )


def _infer_limits(profile: Profile) -> Counter[str]:
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


def _infer_reason(profile: Profile, unit: str, limits: Counter[str]) -> str:
    low, high = f"{profile.distinct[0]:,.6g}", f"{profile.distinct[-1]:,.6g}"
    said = [f"Numbers from {low} to {high} in {profile.readable:,} of {profile.rows:,}"]
    if unit:
        said.append(f"in {unit}")
    lower, upper = (
        Counter({cell: n for cell, n in limits.items() if cell[0] in signs}) for signs in ("<≤", ">≥")
    )
    if lower and upper:
        said.append(f"{_count_limits(lower)} below and {_count_limits(upper)} above the limits of the assay")
    elif limits:
        first = limits.most_common(1)[0][0][:20]
        said.append(f"{limits.total():,} beyond the limit of the assay ({first})")
    if others := profile.known - profile.readable:
        said.append(f"{others:,} not numeric")
    return "; ".join(said) + "."


def _count_limits(limits: Counter[str]) -> str:
    """How many values lay beyond one limit, as the most frequent cell writes it."""
    return f"{limits.total():,} ({limits.most_common(1)[0][0][:20]})"


def _infer_factor(profile: Profile, reasons: dict[str, str], *, numeric: bool) -> FactorDraft:
    reasons[profile.name] = _infer_factor_reason(profile, numeric=numeric)
    label = None if profile.column.label else label_of(profile.name)
    return FactorDraft(
        profile.name,
        kind="numeric" if numeric else "category",
        label=label,
        unit=_infer_unit(profile) if numeric else "",
    )


def _infer_factor_reason(profile: Profile, *, numeric: bool) -> str:
    if numeric:
        return _infer_reason(profile, "", Counter())
    return f"{len(profile.levels):,} values in {profile.known:,} of {profile.rows:,}."
