"""A methods paragraph tells what was asked and how, of any view of any trial, and none of the results."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.subgroup_credibility import ViewHistory
from mirodash.questions.talk.methods_french import format_french_day, format_french_time
from mirodash.questions.talk.methods_paragraph import Language, methods_paragraph
from mirodash.questions.talk.view_description import SHORT_FINGERPRINT
from mirodash.stratification.selection import Declaration, Selection
from mirodash.text.methods import describe_software_versions
from mirodash.text.numbers import unify_spaces
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, DEGENERATE_KINDS, HTML, TRIALS, of_size, selections
from tests.profiles import for_each, share_of_examples

MIROCALS = sample("mirocals")
SHORT = len("sha256:") + SHORT_FINGERPRINT
VERSIONS = {"MiroDash": "1.2", "Python": "3.99"}
LANGUAGES: tuple[Language, ...] = ("en", "fr")
DECLARED = Declaration((3700.0,), "Analysis plan 2.1", "2017-04-12")
LOOKED = ViewHistory(12, 5, ("csf_pnfh", "serum_nfl"), ("sex",), every_threshold=True, every_factor=True)


def written(
    trial: Trial = MIROCALS, *, language: Language = "en", looks: ViewHistory | None = None, **chosen: Any
) -> str:
    """Return the paragraph, with its spaces as they are."""
    return methods_paragraph(trial, Selection(**chosen), language=language, looks=looks, versions=VERSIONS)


def told(trial: Trial = MIROCALS, **asked: Any) -> str:
    """Return the paragraph with ordinary spaces."""
    return unify_spaces(written(trial, **asked))


def test_it_names_trial_endpoint_groups_tests_and_software():
    paragraph = told()
    parts = (
        "SYNTHETIC DATA: no participant is real.",
        "a randomised trial, MIROCALS-like trial (220 randomised participants)",
        "comparing IL-2 (treated arm) with Placebo (control arm)",
        "death from any cause, timed from randomisation, with a horizon of 640 days",
        "a threshold on CSF pNFH (phosphorylated neurofilament heavy chain in cerebrospinal fluid, measured",
        "at 3,700 pg/mL",
        "Participants without a value of pNFH are in the analysis of all participants and in no group",
        "Kaplan–Meier with log–log intervals",
        "Efron's handling of ties, Wald intervals",
        "restricted mean survival time",
        "10,000 re-randomisations of the arms within country × site of onset",
        "Intervals are 95 % confidence intervals.",
        "No threshold was pre-specified; the analysis is exploratory.",
        "How many selections were looked at was not counted.",
        "Software: MiroDash 1.2, Python 3.99 and R's package survival as the reference implementation.",
        f"Data fingerprint {MIROCALS.fingerprint[:SHORT]}.",
    )
    places = [paragraph.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_in_french_it_uses_the_terms_of_the_field():
    paragraph = told(language="fr")
    parts = (
        "DONNÉES SYNTHÉTIQUES : aucun participant n'est réel.",
        "essai randomisé, « MIROCALS-like trial » (220 participants randomisés)",
        "décès toutes causes, le délai étant compté depuis la randomisation, avec un horizon de 640 jours",
        "un seuil du biomarqueur pNFH dans le LCR (chaîne lourde phosphorylée des neurofilaments",
        "3 700 pg/mL",
        "courbes de Kaplan-Meier",
        "test du log-rank",
        "rapports de risques instantanés (hazard ratios)",
        "moyenne de survie restreinte",
        "test corrigé pour la recherche du seuil",
        "10 000 nouveaux tirages au sort des bras, dans les strates de la randomisation (pays × site",
        "intervalles de confiance à 95 %",
        "Aucun seuil n'était préspécifié ; il s'agit d'une analyse exploratoire.",
        "Le nombre de sélections examinées n'a pas été compté.",
    )
    places = [paragraph.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_what_was_chosen_is_told():
    chosen = Selection.from_query(
        "threshold=750&threshold=3700&keep.sex=F&range.age=40..60.5&site=FR-01&site=FR-02&stratum=country"
        "&confidence=0.9&unit=months"
    )
    english, french = (
        unify_spaces(methods_paragraph(MIROCALS, chosen, language=one, looks=None, versions=VERSIONS))
        for one in LANGUAGES
    )
    assert "2 of 17 sites (FR-01 and FR-02); Age: 40 to 60.5 years; Sex: female." in english
    assert "2 des 17 centres (FR-01 et FR-02) ; âge : de 40 à 60,5 ans ; sexe : femmes." in french
    assert "at 750 and 3,700 pg/mL;" in english
    assert "seuils du biomarqueur" in french
    assert "750 et 3 700 pg/mL ;" in french
    assert "horizon of 21.027 months" in english
    assert "horizon de 21,027 mois" in french
    assert "stratified by country" in english
    assert "(strates : pays)" in french
    assert "90 % confidence" in english
    assert "confiance à 90 %" in french


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_adjusted_view_names_its_covariates_and_strata(language: Language):
    adjusted = told(language=language, adjust=("age", "serum_nfl"), curves="adjusted")
    named = " (strata named by the dictionary)"
    age = {"en": f"adjusted for age and log serum NfL, within country × site of onset{named}, in Cox models"}
    assert age.get(language, "covariables : âge et NfL sérique (logarithme) ; strates : pays × ") in adjusted


def test_the_versions_here_are_those_that_run():
    assert set(describe_software_versions()) == {"MiroDash", "Python"}
    assert all(re.fullmatch(r"\d+\.\d+.*", version) for version in describe_software_versions().values())


def test_a_declared_threshold_is_told_with_document_and_date():
    english, french = (told(language=one, declared=DECLARED) for one in LANGUAGES)
    assert (
        "The threshold of 3,700 pg/mL was declared as pre-specified in “Analysis plan 2.1” (12 Apr" in english
    )
    assert "not corrected because the threshold was declared" in english
    assert "exploratory" not in english
    assert (
        "Le seuil de 3 700 pg/mL a été déclaré préspécifié dans « Analysis plan 2.1 » (12 avril 2017)."
        in french
    )
    assert "exploratoire" not in french


@for_each(("language", "word"), [("en", "exploratory"), ("fr", "exploratoire")])
@for_each("chosen", [{"thresholds": (3000.0,)}, {"thresholds": ()}, {"sites": ("FR-01",)}])
def test_what_was_not_declared_stays_exploratory(language: Language, word: str, chosen: dict[str, Any]):
    paragraph = told(language=language, declared=DECLARED, **chosen)
    assert "Analysis plan 2.1" in paragraph
    assert word in paragraph
    corrected = "not corrected because" if language == "en" else "non corrigé parce que"
    assert (corrected in paragraph) == ("sites" in chosen)


def test_looks_are_counted_where_somebody_counted():
    english, french = (told(language=one, looks=LOOKED) for one in LANGUAGES)
    assert "12 distinct selections were looked at: 5 sets of thresholds on this biomarker" in english
    assert (
        "2 biomarkers and 1 other factor; every possible threshold and every baseline factor were" in english
    )
    assert "12 sélections distinctes ont été examinées : 5 jeux de seuils" in french
    assert "2 biomarqueurs et 1 autre facteur ; tous les seuils possibles et tous les facteurs" in french
    once = told(language="fr", looks=ViewHistory(1, 1, ("csf_pnfh",), ()))
    assert "1 sélection distincte a été examinée : 1 jeu de seuils de ce biomarqueur, 1 biomarqueur" in once


def test_a_trial_that_does_not_call_itself_randomised_is_not_called_so():
    assert "randomised" not in told(sample("gbsg2")).split(".")[0]
    assert "essai randomisé" not in told(sample("gbsg2"), language="fr")
    assert "686 participants inclus" in told(sample("gbsg2"), language="fr")


def test_what_nobody_translated_stands_between_quotation_marks():
    trial = of_size(
        40,
        endpoints=(Endpoint("e", "First fall", "t", "e", "1", 90.0, origin="first dose", singular="fall"),),
        population="treated",
    )
    paragraph = told(trial, language="fr")
    assert "« First fall »," in paragraph
    assert "depuis « first dose »" in paragraph
    assert "population : « treated »" in paragraph
    assert "« CSF pNFH »" in paragraph


@for_each("name", SAMPLES)
def test_the_built_in_trials_say_everything_in_french(name: str):
    trial = sample(name)
    for marker in trial.dictionary.biomarkers:
        paragraph = written(trial, language="fr", biomarker=marker.column)
        assert re.findall("«[^»]*»", unify_spaces(paragraph)) == [f"« {trial.dictionary.title} »"]


@given(data=st.data())
@share_of_examples(0.4)
def test_every_view_of_every_trial_has_a_paragraph_on_one_line(data: st.DataObject):
    trial = TRIALS[data.draw(st.sampled_from(sorted(TRIALS)))]
    chosen = data.draw(selections(trial))
    for language in LANGUAGES:
        paragraph = methods_paragraph(
            trial,
            chosen,
            language=language,
            looks=data.draw(st.sampled_from([None, LOOKED])),
            versions=VERSIONS,
        )
        assert not re.search(r"\b(nan|inf|None|NotEstimable)\b", paragraph)
        assert "\n" not in paragraph
        assert paragraph.endswith(".")
        assert "  " not in paragraph


@for_each("name", DEGENERATE_KINDS)
def test_french_punctuation_is_french(name: str):
    trial = DEGENERATE[name]
    paragraph = written(trial, language="fr", looks=LOOKED)
    if HTML not in trial.arm.names:  # names are given as they are
        assert re.findall(r"[^\u202f](?:[;!?%»]|:(?! *[0-9a-f]{8}))", paragraph) == []
    assert re.findall("«[^\u202f]", paragraph) == []
    assert re.findall(r"\d,\d{3}(?!\d)", paragraph) == []


def test_nothing_of_the_results_is_in_it():
    """Other outcomes of the same people leave every word as it was, but for the fingerprint."""
    outcome = MIROCALS.outcomes["death"]
    turned = replace(outcome, time=outcome.time[::-1], event=outcome.event[::-1])
    assert not np.array_equal(turned.event, outcome.event)
    other = replace(MIROCALS, outcomes={"death": turned}, fingerprint="sha256:" + "0" * 64)
    for language in LANGUAGES:
        before, after = (written(trial, language=language) for trial in (MIROCALS, other))
        assert before != after
        assert before.replace(MIROCALS.fingerprint[:SHORT], other.fingerprint[:SHORT]) == after


def test_dates_and_times_are_written_in_french():
    assert [unify_spaces(format_french_day(day)) for day in (date(2017, 4, 12), date(2026, 8, 1))] == [
        "12 avril 2017",
        "1er août 2026",
    ]
    assert [unify_spaces(format_french_time(value, "years")) for value in (1.5, 2, 1825)] == [
        "1,5 an",
        "2 ans",
        "1 825 ans",
    ]


def test_the_paragraph_says_on_which_side_equal_values_are_and_when_survival_was_read():
    chosen = {"equal_above": True, "landmarks": (365.25, 400.0), "thresholds": (3700,)}
    english, french = (told(language=language, **chosen) for language in ("en", "fr"))
    assert "whose value equals a threshold is in the group above it" in english
    assert "une valeur égale à un seuil appartient au groupe supérieur" in unify_spaces(french)
    assert "also read at 12 months (365 days) and 400 days, where" in unify_spaces(english)
    assert "aussi été lues à 12 mois et 13,142 mois" in unify_spaces(french)
    assert "also read" not in told(language="en", landmarks=())
