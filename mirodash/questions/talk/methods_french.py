"""Methods paragraph in French: terms, typography and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from mirodash.questions.covariate_adjustment import Covariate
from mirodash.questions.statistics.catalogue import write_sentences
from mirodash.questions.subgroup_credibility import ViewHistory
from mirodash.questions.talk.methods_progression import describe_measurements_in_french
from mirodash.questions.talk.view_description import Question
from mirodash.questions.thresholds.threshold_scan import RESAMPLES
from mirodash.stratification.selection import Declaration, Filter, LevelFilter
from mirodash.survival.max_statistic import LEAST_EVENTS, LEAST_PARTICIPANTS
from mirodash.text.labels import format_column_label, one_line
from mirodash.text.methods import describe_programs
from mirodash.text.numbers import FIXED, NARROW, choose_time_decimals, chosen_time, count, format_threshold
from mirodash.text.small_counts import describe_participants
from mirodash.text.ticks import convert_time
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
UNITS = {"days": "jours", "weeks": "semaines", "months": "mois", "years": "ans"}
_ONE = {"days": "jour", "weeks": "semaine", "months": "mois", "years": "an"}


def format_french_number(text: str) -> str:
    """A number as English writes it, as French does: a decimal comma, thousands apart.

    >>> format_french_number("3,700.5") == f"3{NARROW}700,5"
    True
    """
    return text.replace(",", NARROW).replace(".", ",")


def format_french_time(value: float, unit: str) -> str:
    """A time that somebody chose: ``640 jours``, ``1,5 an``; the plural starts at two."""
    names = UNITS if value >= 2 else _ONE
    return f"{format_french_number(chosen_time(value))}{FIXED}{names[unit]}"


def format_french_level(confidence: float) -> str:
    """A level of confidence: ``95 %``."""
    return f"{format_french_number(f'{100 * confidence:.4g}')}{NARROW}%"


def format_french_day(day: date) -> str:
    """A date, of which only the first is an ordinal: ``1er avril 2017``, ``12 avril 2017``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{FIXED}{MONTHS[day.month - 1]}{FIXED}{day.year}"


def format_french_list(names: Sequence[str]) -> str:
    """Names in a row: ``âge, sexe et pays``."""
    *others, last = names
    return f"{', '.join(others)} et {last}" if others else last


def quote_text(text: str) -> str:
    """A text between quotation marks, as one that is not French is given."""
    return f"«{NARROW}{text}{NARROW}»"


def set_spaces(text: str) -> str:
    """The spaces before double punctuation and inside quotation marks, narrow and unbreakable.

    >>> set_spaces("Seuil : « A » ; 95 %") == f"Seuil{NARROW}: «{NARROW}A{NARROW}»{NARROW}; 95{NARROW}%"
    True
    """
    return re.sub(r"« ", f"«{NARROW}", re.sub(r" (?=[;:!?%»])", NARROW, text))


COMMON = {
    "randomisation": "la randomisation",
    "baseline": "l'inclusion",
    "diagnosis": "le diagnostic",
    "event": "événement",
    "events": "événements",
    "death": "décès",
    "deaths": "décès",
    "death from any cause": "décès toutes causes",
    "overall survival": "survie globale",
    "progression": "progression",
    "relapse": "rechute",
    "recurrence": "récidive",
    "placebo": "placebo",
    "sex": "sexe",
    "female": "femmes",
    "male": "hommes",
    "age": "âge",
    "country": "pays",
    "site": "site",
    **UNITS,
}
"""Terms that need no dictionary; keys in lower case."""


def in_french(trial: Trial, text: str) -> str:
    """A text of the dictionary in French; one that nobody translated stays as it is, between « »."""
    known = translate_or_none(trial, text)
    return quote_text(text) if known is None else known


def translate_or_none(trial: Trial, text: str) -> str | None:
    """A text of the dictionary in French, None where nobody said it."""
    return dict(trial.dictionary.french).get(text) or COMMON.get(text.casefold())


def translate_column(trial: Trial, column: str) -> str:
    """What a column is called."""
    return in_french(trial, format_column_label(trial, column))


def translate_unit(trial: Trial, unit: str) -> str:
    """A unit; most are signs that every language shares, so that one nobody translated stands bare."""
    return translate_or_none(trial, unit) or unit


INCLUDED = ("enrolled", "included")


def of_which_trial(asked: Question) -> Iterator[str]:
    """The trial, loudly synthetic where it is, its population and its arms."""
    trial = asked.trial
    if trial.dictionary.synthetic:
        yield "DONNÉES SYNTHÉTIQUES : aucun participant n'est réel."
    design = "d'un essai randomisé" if asked.is_randomised else "d'un essai"
    treated, control = (_describe_arm(trial, name) for name in (asked.names.treated, asked.names.control))
    yield (
        f"Analyse {design}, {quote_text(trial.dictionary.title)} ({_describe_population(asked)}), "
        "comparant les bras "
        f"{treated} (traité) et {control} (témoin)."
    )
    if asked.other_arms:
        yield "Les participants des autres bras ont été exclus."


def who_was_selected(asked: Question) -> str:
    """Sites and filters, or that there are none."""
    said: list[str] = []
    if asked.sites is not None:
        named = format_french_list(asked.sites) if asked.sites else "aucun"
        said.append(f"{count(len(asked.sites))} des {count(asked.all_sites)} centres ({named})")
    said += [_filter(asked.trial, item) for item in asked.filters]
    if not said:
        return "Aucun participant n'a été choisi selon son centre ou ses caractéristiques initiales."
    return f"Seuls ces participants ont été analysés : {' ; '.join(said)}."


def describe_disclosure_in_french(min_cell: int) -> str:
    """That small counts are not shown; empty where everything is told."""
    if not min_cell:
        return ""
    return (
        f"Les effectifs inférieurs à {min_cell} ne sont pas montrés et les courbes sont arrondies pour "
        "protéger les participants."
    )


def _describe_population(asked: Question) -> str:
    number, called = (
        format_french_number(count(describe_participants(asked.trial))),
        asked.trial.dictionary.population,
    )
    plural = "s" if asked.trial.participants > 1 else ""
    if asked.is_randomised:
        return f"{number} participant{plural} randomisé{plural}"
    if called in INCLUDED:
        return f"{number} participant{plural} inclus"
    return f"{number} participant{plural}, population : {in_french(asked.trial, called)}"


def _describe_arm(trial: Trial, name: str) -> str:
    return in_french(trial, name)


def _filter(trial: Trial, item: Filter) -> str:
    name = translate_column(trial, item.column)
    factor = trial.dictionary.factor(item.column)
    if isinstance(item, LevelFilter):
        called = dict(factor.levels) if factor else {}
        levels = [in_french(trial, called.get(level, level)) for level in item.levels]
        return f"{name} : {' ou '.join(levels) or 'aucun niveau'}"
    unit = f" {translate_unit(trial, factor.unit)}" if factor and factor.unit else ""
    low, high = (None if end is None else format_french_number(f"{end:g}") for end in (item.low, item.high))
    if low is None:
        return f"{name} : jusqu'à {high}{unit}"
    if high is None:
        return f"{name} : à partir de {low}{unit}"
    return f"{name} : de {low} à {high}{unit}"


REFERENCE = "le package survival de R comme implémentation de référence"
MEASURED_REFERENCE = "les packages survival et nlme de R comme implémentations de référence"
NOT_COUNTED = "Le nombre de sélections examinées n'a pas été compté."


def write_french_paragraph(asked: Question, looks: ViewHistory | None, versions: Mapping[str, str]) -> str:
    """One paragraph; see `mirodash.questions.talk.methods_paragraph`."""
    sentences = (
        *of_which_trial(asked),
        who_was_selected(asked),
        _describe_endpoint(asked),
        *_describe_groups(asked),
        *_describe_tests(asked),
        _describe_interaction(asked),
        *describe_measurements_in_french(asked, measure=_name_measure(asked), event=_name_event(asked)),
        *_beyond(asked),
        f"Les intervalles sont des intervalles de confiance à {format_french_level(asked.confidence)}.",
        *_describe_prespecification(asked),
        NOT_COUNTED if looks is None else _describe_view_history(looks),
        f"Logiciels : {format_french_list([*describe_programs(versions), _name_reference(asked)])}.",
        describe_disclosure_in_french(asked.trial.min_cell),
        f"Empreinte des données : {asked.fingerprint}.",
    )
    return " ".join(set_spaces(one_line(sentence)) for sentence in sentences if sentence)


def _name_reference(asked: Question) -> str:
    return REFERENCE if asked.measured is None else MEASURED_REFERENCE


def _name_measure(asked: Question) -> str:
    return "" if asked.measured is None else in_french(asked.trial, asked.measured.measure.label)


def _name_event(asked: Question) -> str:
    return in_french(asked.trial, asked.endpoint.singular)


def _describe_span(asked: Question) -> str:
    """Over what time hazard ratios and tests are, where that is not plain."""
    if asked.up_to_horizon:
        return " Toutes les analyses ont été censurées à cet horizon."
    return " Les rapports de risque et les tests portent sur tout le suivi." if asked.span else ""


def _describe_horizon(asked: Question) -> str:
    return format_french_time(asked.horizon, asked.unit)


def _describe_endpoint(asked: Question) -> str:
    endpoint = asked.endpoint
    label, event = in_french(asked.trial, endpoint.label), in_french(asked.trial, endpoint.singular)
    counted = "" if endpoint.singular in endpoint.label.casefold() else f" (événement : {event})"
    return (
        f"Le critère de jugement était : {label}{counted}, le délai étant compté depuis "
        f"{in_french(asked.trial, endpoint.origin)}, avec un horizon de "
        f"{_describe_horizon(asked)} ; les participants "
        "sans événement ont été censurés à la fin de leur suivi, et ceux dont le critère n'était pas "
        "exploitable ont été exclus et comptés."
        f"{_describe_entry(asked)}{_describe_competing(asked)}{_describe_span(asked)}"
    )


def _describe_competing(asked: Question) -> str:
    if not asked.endpoint.competing:
        return ""
    other = in_french(asked.trial, asked.endpoint.other_event)
    return (
        f" Un autre événement ({other}) était en compétition : après lui, celui-ci ne pouvait plus "
        "survenir, et "
        "il n'a été traité comme une censure que pour les hazard ratios et les tests, cause-spécifiques."
    )


def _describe_entry(asked: Question) -> str:
    if not asked.endpoint.entry:
        return ""
    return (
        " Les participants, entrés en observation après l'origine, n'ont été comptés comme à risque qu'à "
        "partir de leur entrée (troncature à gauche) ; avant la première entrée d'un bras, sa "
        "courbe reste à 100 %."
    )


def _describe_groups(asked: Question) -> Iterator[str]:
    marker = asked.marker
    if marker is None:
        return
    name = in_french(asked.trial, marker.label)
    note = f" ({in_french(asked.trial, marker.note)})" if marker.note else ""
    if not asked.thresholds:
        yield f"L'effet a été examiné tout au long du biomarqueur {name}{note}, sans groupes."
        return
    cut = "un seuil" if len(asked.thresholds) == 1 else "des seuils"
    yield (
        f"Les groupes ont été formés par {cut} du biomarqueur {name}{note} : "
        f"{_with_unit(asked, asked.thresholds, marker)} ; une valeur égale à un seuil appartient au groupe "
        f"{'supérieur' if asked.equal_above else 'inférieur'}."
    )
    yield (
        "Les participants sans valeur de ce biomarqueur figurent dans l'analyse de l'ensemble des "
        "participants et dans aucun groupe ; aucune valeur n'a été imputée."
    )


def _with_unit(asked: Question, values: tuple[str, ...], marker: Biomarker) -> str:
    unit = translate_unit(asked.trial, marker.unit)
    return f"{format_french_list([format_french_number(value) for value in values])} {unit}".strip()


def _describe_incidence(asked: Question) -> str:
    """How curves and effects were estimated beside a competing event."""
    gray = "" if asked.endpoint.entry else ", par le test de Gray sur les incidences cumulées"
    return (
        "L'incidence cumulée a été estimée par la méthode d'Aalen et Johansen avec intervalles log-log "
        "(jackknife infinitésimal) ; les bras ont été comparés par le test du log-rank et par des "
        "rapports de "
        "risques instantanés (hazard ratios) issus de modèles de Cox (ex æquo traités selon Efron, "
        "intervalles "
        f"et tests de Wald), cause-spécifiques{gray}, et par les différences d'incidence cumulée à "
        f"{_describe_horizon(asked)} et de temps moyen perdu jusqu'à {_describe_end_of_means(asked)}."
    )


def _describe_tests(asked: Question) -> Iterator[str]:
    yield (
        _describe_incidence(asked)
        if asked.endpoint.competing
        else (
            "La survie a été estimée par des courbes de Kaplan-Meier avec intervalles log-log ; les bras "
            "ont été "
            "comparés par le test du log-rank, par des rapports de risques instantanés (hazard ratios) "
            "issus de "
            "modèles de Cox (ex æquo traités selon Efron, intervalles et tests de Wald), et par les "
            "différences de survie "
            f"à {_describe_horizon(asked)} et de moyenne de survie restreinte jusqu'à "
            f"{_describe_end_of_means(asked)} (variance de Greenwood)."
        )
    )
    if asked.follow_up:
        yield (
            f"Dans un bras dont le suivi s'est terminé avant l'horizon ({_describe_ends(asked)}), la survie "
            "n'est pas estimable au-delà, et les moyennes restreintes des deux bras s'arrêtent à ce délai."
        )
    if asked.landmarks:
        marks = [
            format_french_time(convert_time(time, asked.endpoint.unit, "months"), "months")
            for time in asked.landmarks
        ]
        yield (
            f"La survie et sa différence ont aussi été lues à {format_french_list(marks)}, là où les deux "
            "bras ont été suivis aussi longtemps."
        )
    yield from write_sentences(asked.further, "fr")
    if asked.strata:
        yield (
            "Un test du log-rank stratifié et un modèle de Cox stratifié ont été ajoutés pour l'ensemble des "
            f"participants (strates : {_describe_crossed_groups(asked, asked.strata)})."
        )


def _describe_end_of_means(asked: Question) -> str:
    return "ce délai ou à la fin du suivi" if asked.follow_up else "cet horizon"


def _describe_ends(asked: Question) -> str:
    """``ensemble des participants : 695 jours ; bm > 10 : 188 jours``."""
    places = choose_time_decimals(asked.unit)
    return " ; ".join(
        f"{_describe_group(asked, end.place)} : {format_french_time(round(end.time, places), asked.unit)}"
        for end in asked.follow_up
    )


def _describe_group(asked: Question, place: int) -> str:
    """All participants, or the group between two neighbouring thresholds."""
    if not place or asked.marker is None:
        return "ensemble des participants"
    cuts, short = [format_french_number(cut) for cut in asked.thresholds], asked.marker.short
    below, above = cuts[place - 2 : place - 1], cuts[place - 1 : place]
    if not above:
        return f"{short} > {below[0]}"
    return f"{below[0]} < {short} ≤ {above[0]}" if place > 1 else f"{short} ≤ {above[0]}"


def _describe_crossed_groups(asked: Question, columns: tuple[str, ...]) -> str:
    return " × ".join(translate_column(asked.trial, column) for column in columns)


def _describe_interaction(asked: Question) -> str:
    if asked.marker is None:
        return "Aucun biomarqueur n'ayant été mesuré, aucune interaction n'a été testée."
    along = (
        "L'effet en fonction du biomarqueur a été estimé par un modèle de "
        "Cox avec interaction entre le traitement et une spline cubique restreinte, et testé par un test du "
        "rapport de vraisemblance"
    )
    if not asked.thresholds:
        return f"{along}."
    strata = f", dans les strates de la randomisation ({_describe_crossed_groups(asked, asked.within)})"
    return (
        f"{along} ; l'interaction entre traitement et groupe a été testée {_own_test(asked)}par un test "
        "corrigé pour la recherche du seuil : le plus grand score d'interaction standardisé du 10e au 90e "
        f"centile (au moins {LEAST_PARTICIPANTS} participants et {LEAST_EVENTS} événements de chaque côté) a "
        f"été comparé à ceux de {format_french_number(count(RESAMPLES))} nouveaux tirages au sort des bras"
        f"{strata if asked.within else ''}."
    )


def _own_test(asked: Question) -> str:
    """The test of a threshold that was declared, which no search has to be allowed for."""
    if not asked.stands:
        return ""
    one = len(asked.thresholds) == 1
    fixed = "le seuil était déclaré" if one else "les seuils étaient déclarés"
    test = "test de Wald" if one else "test du rapport de vraisemblance"
    return f"par le {test} de l'interaction traitement × groupe, non corrigé parce que {fixed}, et "


def _beyond(asked: Question) -> Iterator[str]:
    found = asked.adjustment
    if found is None:
        return
    names = [
        f"{translate_column(asked.trial, item.column)}{_describe_scale(item)}" for item in found.covariates
    ]
    allowed = f"ajustés (covariables : {format_french_list(names)}" if names else "stratifiés ("
    strata = f"strates : {_describe_crossed_groups(asked, found.strata)}" if found.strata else ""
    if found.is_default:
        strata += ", nommées par le dictionnaire"
    between = " ; " if names and strata else ""
    kind = " cause-spécifiques" if asked.endpoint.competing else ""
    yield (
        f"Les rapports de risques instantanés{kind} ont aussi été {allowed}{between}{strata}) "
        "par modèle de Cox."
    )
    if asked.curves_adjusted:
        yield "Les courbes de survie ont été standardisées sur les mêmes caractéristiques initiales."


def _describe_scale(item: Covariate) -> str:
    """How a covariate enters the model, where that is not the column's own way."""
    if item.kind:
        return " (facteur)" if item.kind == "factor" else " (nombre)"
    return " (logarithme)" if item.scale == "log" else ""


def _describe_prespecification(asked: Question) -> Iterator[str]:
    declared = asked.declared
    if declared is None:
        yield "Aucun seuil n'était préspécifié ; il s'agit d'une analyse exploratoire."
        return
    fixed = _describe_declaration(asked, declared)
    where = f"{quote_text(declared.document)} ({format_french_day(date.fromisoformat(declared.date))})"
    if asked.stands:
        yield f"{fixed} dans {where}."
        if asked.chooses_people:
            yield (
                "Cette déclaration porte sur le seuil, non sur le choix des centres ou des participants : "
                "il s'agit d'une analyse exploratoire."
            )
        return
    yield f"{fixed} dans {where}, sans que cela soit utilisé ici : il s'agit d'une analyse exploratoire."


def _describe_declaration(asked: Question, declared: Declaration) -> str:
    marker = asked.marker or Biomarker("", "", "")
    values = asked.thresholds if asked.stands else [format_threshold(marker, c) for c in declared.thresholds]
    named = _with_unit(asked, tuple(values), marker)
    if len(declared.thresholds) == 1:
        return f"Le seuil de {named} a été déclaré préspécifié"
    return f"Les seuils {named} ont été déclarés préspécifiés"


def _describe_view_history(seen: ViewHistory) -> str:
    many = seen.selections > 1
    told = (
        f"Dans le navigateur d'où vient ce texte, {_describe_counts(seen.selections, 'sélection')} "
        f"{'distinctes ont été examinées' if many else 'distincte a été examinée'} : "
        f"{_describe_counts(seen.thresholds, 'jeu', plural='jeux')} de seuils de ce biomarqueur, "
        f"{_describe_counts(len(seen.biomarkers), 'biomarqueur')} et "
        f"{_describe_counts(len(seen.factors), 'autre')} "
        f"{'facteurs' if len(seen.factors) > 1 else 'facteur'}"
    )
    everything = [
        *(["tous les seuils possibles"] if seen.every_threshold else []),
        *(["tous les facteurs initiaux"] if seen.every_factor else []),
    ]
    shown = f" ; {format_french_list(everything)} y ont été affichés" if everything else ""
    return f"{told}{shown}. Ce qui a été examiné ailleurs n'est pas connu."


def _describe_counts(number: int, one: str, *, plural: str = "") -> str:
    name = (plural or f"{one}s") if number > 1 else one
    return f"{format_french_number(count(number))} {name}"
