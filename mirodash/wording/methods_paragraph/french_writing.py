"""How French is written: numbers, dates, quotation marks and the spaces before its punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from mirodash.wording.numbers import FIXED, NARROW, chosen_time

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
UNITS = {"days": "jours", "weeks": "semaines", "months": "mois", "years": "ans"}
_ONE = {"days": "jour", "weeks": "semaine", "months": "mois", "years": "an"}


def french_number(text: str) -> str:
    """A number as English writes it, as French does: a decimal comma, thousands apart.

    >>> french_number("3,700.5") == f"3{NARROW}700,5"
    True
    """
    return text.replace(",", NARROW).replace(".", ",")


def french_time(value: float, unit: str) -> str:
    """A time that somebody chose: ``640 jours``, ``1,5 an``; the plural starts at two."""
    names = UNITS if value >= 2 else _ONE
    return f"{french_number(chosen_time(value))}{FIXED}{names[unit]}"


def french_level(confidence: float) -> str:
    """A level of confidence: ``95 %``."""
    return f"{french_number(f'{100 * confidence:.4g}')}{NARROW}%"


def french_day(day: date) -> str:
    """A date, of which only the first is an ordinal: ``1er avril 2017``, ``12 avril 2017``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{FIXED}{MONTHS[day.month - 1]}{FIXED}{day.year}"


def french_list(names: Sequence[str]) -> str:
    """Names in a row: ``âge, sexe et pays``."""
    *others, last = names
    return f"{', '.join(others)} et {last}" if others else last


def quoted(text: str) -> str:
    """A text between quotation marks, as one that is not French is given."""
    return f"«{NARROW}{text}{NARROW}»"


def typeset(text: str) -> str:
    """The spaces before double punctuation and inside quotation marks, narrow and unbreakable.

    >>> typeset("Seuil : « A » ; 95 %") == f"Seuil{NARROW}: «{NARROW}A{NARROW}»{NARROW}; 95{NARROW}%"
    True
    """
    return re.sub(r"« ", f"«{NARROW}", re.sub(r" (?=[;:!?%»])", NARROW, text))
