"""Participants, sites and countries: by names, and identifiers are believed even where they are repeated."""

from __future__ import annotations

from tests.profiles import for_each
from tests.trial.guessing.judging import guessed

N = 30
UNIQUE = [f"P-{i * 7 % N}" for i in range(N)]


@for_each(
    "name", ["id", "ID", "Patient", "patient_id", "Numéro", "N° patient", "sujet", "code_patient", "USUBJID",
             "no.", "pidnum", "IPP", "record_id", "Identifiant", "PARTICIP"],
)  # fmt: skip
def test_an_identifier_is_recognised_by_its_name(name: str):
    assert guessed({"x": ["1", "2"] * (N // 2), name: UNIQUE}).draft.roles.id == name


@for_each("name", ["site_id", "centre_no", "patient_age", "number of nodes", "postal code"])
def test_other_numbers_identify_nobody(name: str):
    assert guessed({"x": ["1", "2"] * (N // 2), name: [str(40 + i) for i in range(N)]}).draft.roles.id is None


def test_a_repeated_identifier_is_still_the_identifier():
    answer = guessed({"patient": [str(i // 2) for i in range(N)], "time": [str(i) for i in range(N)]})
    assert answer.draft.roles.id == "patient"
    assert answer.reasons["id"] == "Its name says so; 15 different ones in 30 rows."


def test_a_number_that_is_repeated_is_no_identifier():
    assert guessed({"no": ["1", "2", "3"] * (N // 3)}).draft.roles.id is None


def test_usubjid_comes_before_subjid():
    assert guessed({"SUBJID": UNIQUE, "USUBJID": UNIQUE}).draft.roles.id == "USUBJID"


@for_each("name", ["site", "Centre", "Hôpital", "SITEID", "studyCentre", "inst", "numéro_centre"])
def test_a_site_is_recognised_by_its_name(name: str):
    assert guessed({"id": UNIQUE, name: [f"S{i % 4}" for i in range(N)]}).draft.roles.site == name


@for_each("name", ["site of onset", "tumour_site", "site_métastase"])
def test_a_place_in_the_body_is_no_site(name: str):
    assert guessed({"id": UNIQUE, name: ["limb", "bulbar"] * (N // 2)}).draft.roles.site is None


@for_each("name", ["country", "Pays", "PAÍS", "Land", "country_code"])
def test_a_country_is_recognised_by_its_name(name: str):
    answer = guessed({"id": UNIQUE, name: ["France", "UK"] * (N // 2)})
    assert answer.draft.roles.country == name
    assert answer.reasons["country"] == "Its name says so: 2 countries."


def test_one_country_is_the_same_for_everybody():
    assert (
        guessed({"country": ["France"] * N}).reasons["country"] == "Its name says so: the same for everybody."
    )
