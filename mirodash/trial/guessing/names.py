"""Takes the name of a column apart into words that can be looked up."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from unicodedata import combining, normalize

from mirodash.trial.guessing import vocabulary as known
from mirodash.trial.guessing.vocabulary import Weights, wordset

_LONGEST = 120
_SEPARATORS = re.compile(r"[^0-9A-Za-zµμ%°]+")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_PIECES = wordset(
    "time days months weeks years to death dead died status stat event evt cens os pfs dfs rfs efs fu surv "
    "survival rec prog free follow up temps duree suivi survie deces jours mois ans delai diag date id pat "
    "dth pro trt arm code site censor last fl"
)
"""What names are put together from without a sign between: ``rectime``, ``censdead``, ``fustat``."""
_LONGEST_COMPOUND = 24


def folded(text: str) -> str:
    """Lower case without accents.

    Examples
    --------
    >>> folded("Décès"), folded("Œdème")
    ('deces', 'oedeme')
    """
    plain = "".join(sign for sign in normalize("NFKD", text) if not combining(sign))
    return plain.casefold().replace("œ", "oe").replace("æ", "ae")


def words(name: str) -> tuple[str, ...]:
    """The words of a name, folded.

    Examples
    --------
    >>> words("Durée_suivi (mois)"), words("osTime"), words("censrec"), words("USUBJID")
    (('duree', 'suivi', 'mois'), ('os', 'time'), ('cens', 'rec'), ('usubjid',))
    """
    return _words(name[:_LONGEST])


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    plain = "".join(sign for sign in normalize("NFKD", name) if not combining(sign))
    found: list[str] = []
    for token in _SEPARATORS.split(plain.replace("œ", "oe").replace("Œ", "Oe")):
        if token:
            found += _parts(token)
    return tuple(found)


def _parts(token: str) -> list[str]:
    """A token as it is when it is known, else at changes of case and digits, else by known pieces."""
    whole = token.casefold()
    if whole in _known():
        return [whole]
    camel = [part.casefold() for part in _CAMEL.findall(token)] or [whole]
    return [piece for part in camel for piece in _compound(part)]


def _compound(part: str) -> list[str]:
    if part in _known() or len(part) > _LONGEST_COMPOUND:
        return [part]
    return _split(part) or [part]


def _split(part: str) -> list[str] | None:
    if part in _PIECES:
        return [part]
    for end in range(len(part) - 2, 1, -1):
        if part[:end] in _PIECES and (rest := _split(part[end:])):
            return [part[:end], *rest]
    return None


@cache
def _known() -> frozenset[str]:
    tables = (known.TIME, known.EVENT, known.ARM, known.SITE, known.COUNTRY, known.PARTICIPANT)
    return frozenset(word for table in tables for word in table) | _PIECES | known.DEATH | known.RECURRENCE


def score(
    name: str, weights: Weights, unwanted: Collection[str], *, neutral: Collection[str] = known.BESIDE
) -> float:
    """How surely a name names a part: the best of its words, less for words that do not belong.

    Examples
    --------
    >>> score("status", known.EVENT, known.NOT_EVENT), score("er_status", known.EVENT, known.NOT_EVENT)
    (5.0, 2.0)
    >>> score("age_group", known.ARM, known.NOT_ARM), score("colour", known.ARM, known.NOT_ARM)
    (0.0, 0.0)
    """
    parts = words(name)
    matched = [weights[word] for word in parts if word in weights and _counts(word, parts)]
    if not matched or any(word in unwanted and word not in weights for word in parts):
        return 0.0
    strange = sum(not (word in weights or word in neutral or word.isdigit()) for word in parts)
    return max(0.0, max(matched) + 0.25 * (len(matched) - 1) - 3.0 * min(strange, 2))


def _counts(word: str, parts: Sequence[str]) -> bool:
    """A single letter means something only alone: ``T``, not ``stage_T``."""
    return len(word) > 1 or len(parts) == 1


def named(name: str) -> str:
    """A name in quotes, as a sentence can hold it."""
    return f"'{name}'" if len(name) <= 60 else f"'{name[:57]}...'"
