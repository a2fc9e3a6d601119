"""Reads units out of names: of the time, and of biomarkers, whose names become readable without them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mirodash.trial.dictionary import TimeUnit
from mirodash.trial.guessing import vocabulary as known
from mirodash.trial.guessing.names import folded, words
from mirodash.trial.guessing.profile import Profile

_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]$")
_LONGEST_NAME = 80
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
_MOST_DAYS_LOOK = 150.0
_MOST_YEARS_LOOK = 15.0


def unit_in_name(name: str) -> tuple[str, str]:
    """The unit that the end of a name holds, and the name without it.

    Examples
    --------
    >>> unit_in_name("csf_pnfh_pg_ml"), unit_in_name("NfL (pg/mL)"), unit_in_name("albumine_g_l")
    (('pg/mL', 'csf_pnfh'), ('pg/mL', 'NfL'), ('g/L', 'albumine'))
    >>> unit_in_name("bili"), unit_in_name("IL-2 (arm)"), unit_in_name("onset_months")
    (('', 'bili'), ('', 'IL-2 (arm)'), ('months', 'onset'))
    """
    if len(name) > _LONGEST_NAME:
        return "", name
    bracket = _BRACKETS.search(name.rstrip())
    if bracket:
        before, unit = name[: bracket.start()].rstrip(), _bracketed(bracket[1].strip())
        return (unit, before) if unit and before else ("", name)
    ratio = _RATIO.search(name)
    if ratio and ratio.start():
        return f"{_spelt(ratio[1])}/{_spelt(ratio[2])}", name[: ratio.start()]
    alone = _ALONE.search(name)
    if alone and alone.start():
        return _spelt(alone[1]), name[: alone.start()]
    return _time_at_end(name)


def _time_at_end(name: str) -> tuple[str, str]:
    """``onset_months`` is measured in months."""
    before, separator, last = name.rpartition(_separator(name))
    unit = known.UNITS.get(folded(last), "") if separator and before and len(last) > 1 else ""
    return (unit, before) if unit else ("", name)


def _separator(name: str) -> str:
    """The last of the signs that separate words in a name, a blank when there is none."""
    return next((sign for sign in reversed(name) if sign in "_. -"), " ")


def _bracketed(inside: str) -> str:
    if "/" in inside or "%" in inside:
        return inside if _LOOKS_LIKE_UNIT.fullmatch(inside) else ""
    time = known.UNITS.get(folded(inside))
    return time or (_spelt(inside) if _ALONE.search(f"_{inside}") or inside.casefold() in _SPELT else "")


def _spelt(part: str) -> str:
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
    _, bare = unit_in_name(name)
    parts = [part for part in re.split(r"[_\s.]+", bare) if part]
    if bare == name and len(parts) < 2 and folded(name) not in ("age", "sex", "sexe", "site"):
        return None
    if not parts or len(name) > _LONGEST_NAME or not all(_readable(part) for part in parts):
        return None
    spelt = [_ACRONYMS.get(part.casefold(), part) for part in parts]
    if spelt[0] == parts[0] and spelt[0].islower():
        spelt[0] = spelt[0][:1].upper() + spelt[0][1:]
    return " ".join(spelt)


def _readable(part: str) -> bool:
    if part.casefold() in _ACRONYMS:
        return True
    return part.replace("-", "").isalpha() and (len(part) >= 3 or folded(part) in known.NEUTRAL)


def time_unit(time: Profile) -> tuple[TimeUnit, str]:
    """The unit of a time, and how it is known: from its name, its label, or guessed from its range."""
    for text, source in ((time.name, "its name"), (time.column.label, "its label")):
        said: set[TimeUnit] = {known.UNITS[word] for word in words(text) if word in known.UNITS}
        if len(said) == 1:
            (unit,) = said
            return unit, f"in {unit}, as {source} says"
    longest = float(time.distinct[-1]) if time.distinct.size else 0.0
    likely = _likely_unit(longest, whole=time.is_whole)
    return likely, f"nothing says the unit, and up to {longest:,.6g} looks like {likely}: please check"


def _likely_unit(longest: float, *, whole: bool) -> TimeUnit:
    """What trials of this length are usually measured in; weeks cannot be told from days or months."""
    if longest <= _MOST_YEARS_LOOK and not whole:
        return "years"
    return "months" if longest <= _MOST_DAYS_LOOK else "days"
