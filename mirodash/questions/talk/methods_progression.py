"""Sentences of the methods paragraph on repeated measurements, in English and French."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.longitudinal.death_then_function import Rule
from mirodash.questions.progression.words import name_estimands
from mirodash.questions.talk.view_description import Question
from mirodash.questions.thresholds.threshold_scan import RESAMPLES
from mirodash.survival.max_statistic import LEAST_PARTICIPANTS
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import lower_first
from mirodash.text.numbers import NARROW, count

_RULES: dict[Rule, str] = {
    "joint_rank": (
        "participants with {event} ranked below all others, by its time, and the others by their last change "
        "from baseline (joint rank, CAFS; Wilcoxon's test)"
    ),
    "last_common_visit": (
        "by {event} where the other participant was followed for longer, otherwise by the change from "
        "baseline "
        "at the last visit that both had reached (Finkelstein and Schoenfeld)"
    ),
    "last_visit": (
        "by {event} where the other participant was followed for longer, otherwise by the last change from "
        "baseline of each"
    ),
}


def describe_measurements(asked: Question) -> Iterator[str]:
    """How slopes, pairs and means by visit were estimated; nothing where they are not asked for."""
    answer = asked.measured
    if answer is None:
        return
    name, event = lower_first(answer.measure.label), asked.endpoint.singular
    primary = name_estimands(answer).get(answer.estimand, "")
    marked = (
        f"the primary question was “{lower_first(primary)}”"
        if primary
        else "none of them was marked as primary"
    )
    yield (
        f"Repeated measurements of {name} were analysed in four ways that differ in how {event} is allowed "
        "for; "
        f"{marked}."
    )
    if not isinstance(answer.lines, NotEstimable):
        group = "group × arm × time" if asked.thresholds else "arm × time"
        yield (
            f"Slopes as if no participant had died came from a linear mixed model with {group} as fixed "
            "effects "
            "and a random intercept and slope for each participant, fitted by restricted maximum likelihood, "
            "with normal intervals; relative slowing has Fieller's interval."
        )
    if not isinstance(answer.overall.pairs, NotEstimable):
        yield (
            f"With {event} as the worst outcome, every participant on {asked.names.treated} was compared "
            "with "
            f"every one on {asked.names.control}: {_RULES[answer.rule].format(event=event)}; the win "
            "probability "
            "has DeLong's interval and the win ratio that of Dong and others."
        )
    if not isinstance(answer.overall.visits, NotEstimable):
        yield (
            "Means at planned visits are of those alive and measured, with Student's intervals; nothing was "
            "imputed or carried forward."
        )
    if asked.marker is not None and asked.thresholds and not isinstance(answer.lines, NotEstimable):
        yield (
            "The interaction of slopes with the group was tested by a test that allows for a search over "
            "thresholds: the largest standardised interaction score from the 10th to the 90th percentile (at "
            f"least {LEAST_PARTICIPANTS} participants on either side) over the residuals of a mixed model "
            "with "
            f"treatment and a spline of the biomarker, compared with {count(RESAMPLES)} re-randomisations of "
            "the arms."
        )


_FRENCH_QUESTIONS = {
    "slope": "l'évolution si aucun participant n'était décédé",
    "worst": "le décès comme pire issue",
    "alive": "les participants vivants",
    "death": "le décès seul",
}
_FRENCH_RULES: dict[Rule, str] = {
    "joint_rank": (
        "les participants ayant présenté l'événement ({event}) classés après tous les autres, selon son "
        "délai, et "
        "les autres selon leur dernière variation depuis l'inclusion (rang conjoint, CAFS ; test de Wilcoxon)"
    ),
    "last_common_visit": (
        "selon l'événement ({event}) lorsque l'autre participant a été suivi plus longtemps, sinon selon la "
        "variation depuis l'inclusion à la dernière visite commune (Finkelstein et Schoenfeld)"
    ),
    "last_visit": (
        "selon l'événement ({event}) lorsque l'autre participant a été suivi plus longtemps, sinon selon la "
        "dernière variation de chacun depuis l'inclusion"
    ),
}


def describe_measurements_in_french(asked: Question, *, measure: str, event: str) -> Iterator[str]:
    """The same in French; ``measure`` and ``event`` are their names in French."""
    answer = asked.measured
    if answer is None:
        return
    primary = _FRENCH_QUESTIONS.get(answer.estimand, "")
    marked = (
        f"la question principale était : {primary}" if primary else "aucune n'a été désignée comme principale"
    )
    yield (
        f"Les mesures répétées ({measure}) ont été analysées de quatre façons, selon la prise en compte de "
        f"l'événement ({event}) ; {marked}."
    )
    if not isinstance(answer.lines, NotEstimable):
        group = "groupe × bras × temps" if asked.thresholds else "bras × temps"
        yield (
            "Les pentes, comme si aucun participant n'était décédé, proviennent d'un modèle linéaire mixte "
            f"({group} en effets fixes, ordonnée à l'origine et pente aléatoires par participant), estimé "
            "par "
            "maximum de vraisemblance restreinte, avec intervalles normaux ; le ralentissement relatif a "
            "l'intervalle de Fieller."
        )
    if not isinstance(answer.overall.pairs, NotEstimable):
        yield (
            "Avec l'événement comme pire issue, chaque participant du bras traité a été comparé à chaque "
            f"participant du bras contrôle : {_FRENCH_RULES[answer.rule].format(event=event)} ; la "
            "probabilité de "
            "gain a l'intervalle de DeLong et le win ratio celui de Dong et coll."
        )
    if not isinstance(answer.overall.visits, NotEstimable):
        yield (
            "Les moyennes aux visites prévues sont celles des participants vivants et mesurés, avec "
            "intervalles de "
            "Student, sans imputation ni report de la dernière valeur."
        )
    if asked.marker is not None and asked.thresholds and not isinstance(answer.lines, NotEstimable):
        yield (
            "L'interaction des pentes avec le groupe a été testée par un test corrigé pour la recherche du "
            "seuil : "
            "le plus grand score d'interaction standardisé du 10e au 90e centile (au moins "
            f"{LEAST_PARTICIPANTS} participants de chaque côté), calculé sur les résidus d'un modèle mixte "
            "avec "
            "traitement et spline du biomarqueur, a été comparé à ceux de "
            f"{count(RESAMPLES).replace(',', NARROW)} nouveaux tirages au sort des bras."
        )
