"""A mapping written down as a dictionary says the same when it is read again."""

from __future__ import annotations

import tomllib

from hypothesis import given

from mirodash.trial.dictionary import BiomarkerDraft, Draft, EndpointDraft, FactorDraft, Roles
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from tests.profiles import share_of_examples
from tests.trial.drafts import drafts


@share_of_examples(0.4)
@given(drafts())
def test_what_is_written_is_read_again(draft: Draft):
    assert parse_dictionary(write_dictionary(draft), draft.file) == draft


def test_nothing_said_is_an_empty_dictionary():
    assert write_dictionary(Draft()) == ""


def test_a_dictionary_reads_as_a_person_would_write_it():
    draft = Draft(
        title="Essai",
        roles=Roles(id="patient", arm="bras", control="témoin", param="OS"),
        endpoints=(EndpointDraft("death", "jours", "décès", unit="days", horizon=300.0),),
        biomarkers=(BiomarkerDraft("nfl", unit="pg/mL", lower_limit=15.6),),
        factors=(FactorDraft("sexe", levels=(("M", "homme"), ("F", "femme"))),),
        leave_out=("jours",),
    )
    assert (
        write_dictionary(draft)
        == """\
title = "Essai"
leave_out = [
    "jours",
]

[columns]
participant = "patient"
arm = "bras"
parameter = "OS"

[arms]
control = "témoin"

[endpoints.death]
time = "jours"
event = "décès"
unit = "days"
horizon = 300

[biomarkers.nfl]
unit = "pg/mL"
lower_limit = 15.6

[factors.sexe.levels]
M = "homme"
F = "femme"
"""
    )


def test_half_a_surrogate_pair_does_not_keep_a_mapping_from_being_saved():
    text = write_dictionary(Draft(title="a\ud800b"))
    assert tomllib.loads(text)["title"] == "a?b"
    text.encode("utf-8")
