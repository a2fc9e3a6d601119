"""Every mistake in a dictionary has its sentence, and none stops the others from being found."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial import dictionary_toml
from mirodash.trial.dictionary import Draft, Preset
from mirodash.trial.dictionary_toml import read_dictionary
from tests.profiles import for_each
from tests.trial.small_files import Rows, Write, problems_of


def read(tmp_path: Path, text: str | bytes) -> Draft:
    path = tmp_path / "trial.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_dictionary(path)


def mistakes(tmp_path: Path, text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(UnusableDataError) as caught:
        read(tmp_path, text)
    return caught.value.problems


FULL = """
title = "Full"
synthetic = true
description = "d"
source = "s"
population = "everybody"
[columns]
participant = "p"
arm = "a"
site = "s"
country = "c"
[arms]
control = 0
treated = 1.0
[arms.labels]
0 = "placebo"
1 = "drug"
[endpoints.death]
label = "Death"
time = "t"
event = "e"
event_value = true
unit = "months"
horizon = 21
origin = "diagnosis"
singular = "death"
plural = "deaths"
event_free = "alive"
[endpoints.relapse]
time = "rt"
event = "r"
event_value = "yes"
[biomarkers.m]
label = "Marker"
short = "M"
unit = ""
scale = "log"
decimals = 1
lower_limit = 15.6
upper_limit = 5000
note = "n"
default_thresholds = [3700, 750]
presets = [{ name = "both", thresholds = [750, 3700] }, { name = "none", thresholds = [] }]
[factors.sex]
label = "Sex"
levels = { M = "male", F = "female" }
[factors.age]
unit = "years"
decimals = 0
cut = 60
[randomisation]
within = ["c", "sex"]
strata = ["c"]
[french]
"Site of onset" = "site de début"
"""


def test_everything_that_can_be_said(tmp_path: Path):
    draft = read(tmp_path, FULL)
    assert (draft.title, draft.synthetic, draft.population) == ("Full", True, "everybody")
    assert (draft.roles.id, draft.roles.country) == ("p", "c")
    assert (draft.roles.control, draft.roles.treated) == ("0", "1")
    assert draft.arm_labels == (("0", "placebo"), ("1", "drug"))
    death, relapse = draft.endpoints
    assert (death.key, death.event_value, death.unit, death.horizon) == ("death", "true", "months", 21.0)
    assert (relapse.event_value, relapse.unit, relapse.horizon, relapse.origin) == (
        "yes",
        None,
        None,
        "randomisation",
    )
    (marker,) = draft.biomarkers
    assert marker.default_thresholds == (750.0, 3700.0)
    assert marker.presets == (Preset("both", (750.0, 3700.0)), Preset("none", ()))
    assert draft.factors[0].levels == (("M", "male"), ("F", "female"))
    assert draft.factors[1].cut == 60
    assert (draft.randomised_within, draft.default_strata) == (("c", "sex"), ("c",))
    assert draft.french == (("Site of onset", "site de début"),)


def test_an_empty_dictionary_says_nothing(tmp_path: Path):
    assert read(tmp_path, "") == Draft(file="trial.toml")


@for_each(
    ("text", "sentence"),
    [
        ('titel = "x"', "The top of the file has an unknown key 'titel'; did you mean 'title'?"),
        ("zzz = 1\n[columns]", "The top of the file has an unknown key 'zzz'; known are columns, arms, "
         "randomisation, title, synthetic, description, source, population, endpoints, biomarkers, factors, "
         "french, leave_out, ignore, missing, keep, measurements."),
        ("title = 3", "The top of the file: 'title' must be a text in quotation marks."),
        ('synthetic = "yes"', "The top of the file: 'synthetic' must be true or false."),
        ("columns = 3", "The top of the file: 'columns' must be a table."),
        ('[columns]\nparticipants = "p"',
         "[columns] has an unknown key 'participants'; did you mean 'participant'?"),
        ("[arms]\ncontrol = [1]", "[arms]: 'control' must be a text, a number or true/false."),
        ("[arms]\ncontrol = nan", "[arms]: 'control' must be a text, a number or true/false."),
        ("[arms.labels]\nA = 3", "[arms]: 'labels' must be a table of texts like { F = \"female\" }."),
        ("[arms]\nlabels = 3", "[arms]: 'labels' must be a table of texts like { F = \"female\" }."),
        ('[endpoints.e]\ntime = "t"', "[endpoints.e]: 'event' is missing."),
        ('[endpoints.e]\ntime = "t"\nevent = ""', "[endpoints.e]: 'event' is missing."),
        ("endpoints = { e = 3 }", "[endpoints]: 'e' must be a table."),
        ('[endpoints.e]\ntime = "t"\nevent = "e"\nunit = "dyas"',
         '[endpoints.e]: \'unit\' must be one of "days", "weeks", "months", "years".'),
        ('[endpoints.e]\ntime = "t"\nevent = "e"\nhorizon = 0',
         "[endpoints.e]: 'horizon' must be a number above 0."),
        ('[endpoints.e]\ntime = "t"\nevent = "e"\nhorizon = inf',
         "[endpoints.e]: 'horizon' must be a number above 0."),
        ("[biomarkers.m]\ndecimals = 1.5", "[biomarkers.m]: 'decimals' must be a whole number from 0 to 8."),
        ("[biomarkers.m]\nlower_limit = true", "[biomarkers.m]: 'lower_limit' must be a number."),
        ("[biomarkers.m]\nlower_limit = 1" + "0" * 400, "[biomarkers.m]: 'lower_limit' must be a number."),
        ("[biomarkers.m]\nlower_limit = 9\nupper_limit = 3",
         "[biomarkers.m]: 'lower_limit' must lie below 'upper_limit'."),
        ('[biomarkers.m]\nscale = ["log"]', '[biomarkers.m]: \'scale\' must be one of "log", "linear".'),
        ("[biomarkers.m]\ndefault_thresholds = 750",
         "[biomarkers.m]: 'default_thresholds' must be a list of numbers like [750, 3700]."),
        ("[biomarkers.m]\ndefault_thresholds = [1, 2, 3, 4]",
         "[biomarkers.m]: 'default_thresholds' has 4 thresholds; at most three can be set."),
        ("[biomarkers.m]\npresets = [{ thresholds = [3] }]",
         "[biomarkers.m.presets] no. 1: 'name' is missing."),
        ("[biomarkers.m]\npresets = [3]",
         "[biomarkers.m]: 'presets' must be a list of tables like [{ name = ... }]."),
        ('[randomisation]\nwithin = "country"',
         "[randomisation]: 'within' must be a list of texts like [\"a\", \"b\"]."),
        ("[randomisation]\nwithin = [3]",
         "[randomisation]: 'within' must be a list of texts like [\"a\", \"b\"]."),
    ],
)  # fmt: skip
def test_every_mistake_has_its_sentence(tmp_path: Path, text: str, sentence: str):
    assert mistakes(tmp_path, text) == (f"Dictionary 'trial.toml': {sentence}",)


def test_all_mistakes_are_found_at_once(tmp_path: Path):
    assert len(mistakes(tmp_path, "titel = 1\nsynthetic = 2\n[endpoints.e]\nunit = 3\n")) == 5


@for_each(
    ("content", "start"),
    [
        (b'title = "x', "The dictionary 'trial.toml' is not valid TOML: "),
        (b'title = "\xff"', "The dictionary 'trial.toml' is not a TOML file in UTF-8."),
        (b"a = " + b"[" * 5000, "The dictionary 'trial.toml' is not"),
    ],
)
def test_what_is_no_toml(tmp_path: Path, content: bytes, start: str):
    (problem,) = mistakes(tmp_path, content)
    assert problem.startswith(start)


def test_a_dictionary_that_cannot_be_opened(tmp_path: Path):
    with pytest.raises(UnusableDataError, match=r"The dictionary 'absent\.toml' cannot be opened"):
        read_dictionary(tmp_path / "absent.toml")


def test_a_dictionary_larger_than_a_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dictionary_toml, "MAX_BYTES", 10)
    assert mistakes(tmp_path, FULL) == ("The dictionary 'trial.toml' is larger than a dictionary can be.",)


def test_columns_that_do_not_exist_are_told_with_where_they_are_named(write: Write, rows: Rows):
    text = """
[columns]
site = "cite"
[endpoints.e]
time = "day"
event = "event"
[biomarkers.marke]
[factors.sexe]
[randomisation]
within = ["zzz"]
"""
    found = problems_of(write(rows, text))
    assert found == (
        "There is no column 'cite' (named in 'small.toml'); did you mean 'site'?",
        "There is no column 'day' (named in 'small.toml', [endpoints.e]); did you mean 'days'?",
        "There is no column 'marke' (named in 'small.toml', [biomarkers.marke]); did you mean 'marker'?",
        "There is no column 'sexe' (named in 'small.toml', [factors.sexe]); did you mean 'sex'?",
        "There is no column 'zzz' (named in 'small.toml', [randomisation]); the columns are id, days, event, "
        "arm, marker, sex and site.",
    )
