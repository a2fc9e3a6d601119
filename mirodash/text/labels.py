"""Labels of columns, endpoints, arms and selections, in menus and sentences, on one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import endpoint_of, reduce_to_canonical, resolve
from mirodash.text.numbers import count
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class ArmNames:
    """The labels of the treated and the control arm, and what the ratio of hazards is called.

    Where another event competes with the endpoint (``is_cause_specific``), hazard ratios are of this one
    among those who have had neither. ``exchanged`` where an arm has the part that is the other's in the
    trial's own view: each keeps the colour and the line that it has there.
    """

    treated: str
    control: str
    is_cause_specific: bool = False
    exchanged: bool = False

    @property
    def ratio(self) -> str:
        """In a sentence."""
        return "cause-specific hazard ratio" if self.is_cause_specific else "hazard ratio"

    @property
    def ratio_heading(self) -> str:
        """Where a line begins."""
        return capitalise(self.ratio)

    @property
    def ratio_briefly(self) -> str:
        """Where there is little room."""
        return "cause-specific HR" if self.is_cause_specific else "HR"


@lru_cache(maxsize=64)
def format_arm_names(trial: Trial, selection: Selection) -> ArmNames:
    """The labels that the dictionary gives the two arms the reader compares."""
    chosen = resolve(trial, selection)
    label, usual = trial.dictionary.arm_label, trial.dictionary
    return ArmNames(
        label(chosen.treated),
        label(chosen.control),
        is_cause_specific=bool(endpoint_of(trial, selection).competing),
        exchanged=chosen.treated == usual.control or chosen.control == usual.treated,
    )


def name_ratio(endpoint: Endpoint) -> str:
    """What a ratio of hazards of this endpoint is called in a sentence."""
    return ArmNames("", "", is_cause_specific=bool(endpoint.competing)).ratio


def format_column_label(trial: Trial, column: str) -> str:
    """What a column is called in a menu: the dictionary's label, else its own name."""
    described = trial.dictionary.factor(column) or trial.dictionary.biomarker(column)
    if described:
        return described.label
    return column.capitalize() if column in {"site", "country"} else column


def format_list(names: Sequence[str]) -> str:
    """Names in a row in a sentence.

    >>> format_list(["age"]), format_list(["age", "sex", "onset"])
    ('age', 'age, sex and onset')
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def cite_presets(names: Sequence[str], source: str) -> str:
    """Who published thresholds that are offered by name.

    >>> cite_presets(["3,700 published", "750 and 3,700"], "Bensimon et al., Lancet 2025")
    '3,700 published; 750 and 3,700: Bensimon et al., Lancet 2025'
    """
    return f"{'; '.join(names)}: {source}"


def capitalise(words: str) -> str:
    """Words as they begin a line, the first letter alone large.

    >>> capitalise("with the event")
    'With the event'
    """
    return words.capitalize()


def lower_first(label: str) -> str:
    """A label inside a sentence: without its capital, unless it starts with an abbreviation or a proper name.

    >>> lower_first("Site of onset"), lower_first("ALSFRS-R"), lower_first("El Escorial category")
    ('site of onset', 'ALSFRS-R', 'El Escorial category')
    >>> lower_first("Regulatory T cells")
    'regulatory T cells'
    """
    second = label.split(" ")[1:2]
    if label[1:2].isupper() or any(word.istitle() and len(word) > 1 for word in second):
        return label
    return label[:1].lower() + label[1:]


_INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}
"""Control characters, halves of surrogate pairs, and separators of lines and paragraphs."""
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@lru_cache(maxsize=256)
def one_line(text: str, longest: int | None = None) -> str:
    r"""The text without what breaks a line, a file or the direction of writing, cut where it is too long.

    >>> one_line("IL-2\n(low  dose)"), one_line("interleukin-2 in a low dose", 14)
    ('IL-2 (low dose)', 'interleukin-2…')
    """
    kept = text
    if not (text.isprintable() and "  " not in text and text == text.strip()):
        kept = _break_nowhere(text)
    if longest is None or len(kept) <= longest:
        return kept
    return f"{kept[: longest - 1].rstrip()}…"


def _break_nowhere(text: str) -> str:
    plain = "".join(
        " " if _is_line_break(letter) else letter for letter in text if letter not in _BIDI_CONTROLS
    )
    return " ".join(part for part in plain.split(" ") if part)


def _is_line_break(letter: str) -> bool:
    return letter < " " or (letter > "~" and unicodedata.category(letter) in _INVISIBLE)


MAX_SITES_NAMED = 3


def selected_people(trial: Trial, selection: Selection, *, longest: int) -> str:
    """Sites and filters: ``FR-01, FR-02; Sex: female``, or how many sites where they are many.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = reduce_to_canonical(trial, selection)
    told = [] if chosen.sites is None else [_describe_sites(trial, chosen.sites)]
    told += [item.sentence(trial) for item in chosen.filters]
    return one_line("; ".join(told), longest)


def _describe_sites(trial: Trial, sites: tuple[str, ...]) -> str:
    if 0 < len(sites) <= MAX_SITES_NAMED:
        return ", ".join(sites)
    every = 0 if trial.site is None else len(trial.site.names)
    countries = _list_whole_countries(trial, sites)
    if countries:
        return f"all {count(len(sites))} sites in {format_list(countries)}"
    return f"{count(len(sites))} of {count(every)} sites"


def _list_whole_countries(trial: Trial, sites: tuple[str, ...]) -> list[str]:
    """The countries whose sites these are, all of them; empty where some are missing."""
    if trial.site is None or trial.country is None or not sites:
        return []
    chosen = trial.site.is_in(sites)
    inside = {trial.country.names[code] for code in trial.country.codes[chosen].tolist() if code >= 0}
    whole = trial.country.is_in(tuple(inside))
    return sorted(inside) if (whole == chosen).all() else []


def describe_chosen_sites(trial: Trial, selection: Selection) -> str:
    """The sites that were chosen, as in footers; empty for all of them."""
    sites = reduce_to_canonical(trial, selection).sites
    return "" if sites is None else _describe_sites(trial, sites)
