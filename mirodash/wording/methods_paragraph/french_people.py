"""Which trial, which arms and which participants, in French."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.stratification.selection import Filter, LevelFilter
from mirodash.trial.trial import Trial
from mirodash.wording.disclosure import participants_of
from mirodash.wording.methods_paragraph.french_terms import column_in_french, in_french, unit_in_french
from mirodash.wording.methods_paragraph.french_writing import french_list, french_number, quoted
from mirodash.wording.methods_paragraph.question import Question
from mirodash.wording.numbers import count

INCLUDED = ("enrolled", "included")


def of_which_trial(asked: Question) -> Iterator[str]:
    """The trial, loudly synthetic where it is, its population and its arms."""
    trial = asked.trial
    if trial.dictionary.synthetic:
        yield "DONNÉES SYNTHÉTIQUES : aucun participant n'est réel."
    design = "d'un essai randomisé" if asked.is_randomised else "d'un essai"
    treated, control = (_arm(trial, name) for name in (asked.names.treated, asked.names.control))
    yield (
        f"Analyse {design}, {quoted(trial.dictionary.title)} ({_population(asked)}), comparant les bras "
        f"{treated} (traité) et {control} (témoin)."
    )
    if asked.other_arms:
        yield "Les participants des autres bras ont été exclus."


def who_was_selected(asked: Question) -> str:
    """Sites and filters, or that there are none."""
    said: list[str] = []
    if asked.sites is not None:
        named = french_list(asked.sites) if asked.sites else "aucun"
        said.append(f"{count(len(asked.sites))} des {count(asked.all_sites)} centres ({named})")
    said += [_filter(asked.trial, item) for item in asked.filters]
    if not said:
        return "Aucun participant n'a été choisi selon son centre ou ses caractéristiques initiales."
    return f"Seuls ces participants ont été analysés : {' ; '.join(said)}."


def disclosure_in_french(min_cell: int) -> str:
    """That small counts are not shown; empty where everything is told."""
    if not min_cell:
        return ""
    return (
        f"Les effectifs inférieurs à {min_cell} ne sont pas montrés et les courbes sont arrondies pour "
        "protéger les participants."
    )


def _population(asked: Question) -> str:
    number, called = french_number(count(participants_of(asked.trial))), asked.trial.dictionary.population
    plural = "s" if asked.trial.participants > 1 else ""
    if asked.is_randomised:
        return f"{number} participant{plural} randomisé{plural}"
    if called in INCLUDED:
        return f"{number} participant{plural} inclus"
    return f"{number} participant{plural}, population : {in_french(asked.trial, called)}"


def _arm(trial: Trial, name: str) -> str:
    return in_french(trial, name)


def _filter(trial: Trial, item: Filter) -> str:
    name = column_in_french(trial, item.column)
    factor = trial.dictionary.factor(item.column)
    if isinstance(item, LevelFilter):
        called = dict(factor.levels) if factor else {}
        levels = [in_french(trial, called.get(level, level)) for level in item.levels]
        return f"{name} : {' ou '.join(levels) or 'aucun niveau'}"
    unit = f" {unit_in_french(trial, factor.unit)}" if factor and factor.unit else ""
    low, high = (None if end is None else french_number(f"{end:g}") for end in (item.low, item.high))
    if low is None:
        return f"{name} : jusqu'à {high}{unit}"
    if high is None:
        return f"{name} : à partir de {low}{unit}"
    return f"{name} : de {low} à {high}{unit}"
