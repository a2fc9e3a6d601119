"""The template: a pair of files that works as it is, says that it is made up, and explains every key."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from mirodash.cli import main
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import BiomarkerDraft, Draft, EndpointDraft, FactorDraft, MeasureDraft
from mirodash.trial.infer.infer_dictionary import infer_dictionary
from mirodash.trial.readers.files import read_table
from mirodash.trial.store import template_csv, template_toml


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return the CSV file of the template, with its dictionary beside it."""
    path = tmp_path / "template.csv"
    path.write_text(template_csv(), encoding="utf-8")
    path.with_suffix(".toml").write_text(template_toml(), encoding="utf-8")
    return path


def test_the_pair_is_a_trial_of_eight_made_up_participants(template: Path):
    trial = read_trial([template])
    assert trial.participants == 8
    assert trial.dictionary.synthetic
    assert (trial.dictionary.control, trial.dictionary.treated) == ("placebo", "drug")
    assert int(trial.outcomes["death"].event.sum()) == 4
    assert trial.numbers["csf_pnfh_pg_ml"].below_limit.tolist().count(True) == 1
    assert trial.site is not None
    assert trial.country is not None


def test_it_can_be_analysed(template: Path):
    reply = CliRunner().invoke(main, ["analyze", str(template), "--json"])
    assert reply.exit_code == 0, reply.output
    assert json.loads(reply.stdout)["trial"]["participants"] == 8


def test_it_says_loudly_that_nobody_in_it_exists(template: Path):
    assert template_toml().startswith("# THIS TRIAL IS MADE UP")
    assert "MADE-UP" in tomllib.loads(template_toml())["title"]
    rows = template_csv().splitlines()[1:]
    assert all(row.startswith("MADE-UP-") for row in rows)


def test_every_key_a_dictionary_can_have_is_shown():
    shown = tomllib.loads(template_toml())
    said = set(shown["endpoints"]["death"])
    assert {f.name for f in fields(EndpointDraft)} - {"key", "entry", "competing", "competing_word"} == said
    for key in ("entry", "competing", "competing_word"):
        assert f"# {key} = " in template_toml()
    assert {f.name for f in fields(BiomarkerDraft)} - {"column"} == set(shown["biomarkers"]["csf_pnfh_pg_ml"])
    factors = set(shown["factors"]["age"]) | set(shown["factors"]["sex"])
    assert {f.name for f in fields(FactorDraft)} - {"column"} == factors
    seldom = {"source", "time_unit", "used"}
    measured = {f.name for f in fields(MeasureDraft)} - {"key", *seldom}
    assert measured == set(shown["measurements"]["alsfrs_r"])
    for key in seldom:
        assert f"# {key} = " in template_toml()
    elsewhere = {"file", "roles", "arm_labels", "randomised_within", "default_strata"}
    own = {"columns", "arms", "randomisation"}
    assert {f.name for f in fields(Draft)} - elsewhere == set(shown) - own
    assert "# parameter = " in template_toml()


def test_its_columns_are_recognised_without_the_dictionary(template: Path):
    proposed = infer_dictionary([read_table(template)]).draft
    written = read_trial([template]).dictionary.endpoints[0]
    assert proposed.endpoints[0].time == written.time
    assert proposed.endpoints[0].event == written.event
    assert proposed.roles.id == "patient"
    assert proposed.roles.control == "placebo"
    (marker, *_) = proposed.biomarkers
    assert (marker.label, marker.unit, marker.lower_limit) == ("CSF pNFH", "pg/mL", 15.6)
