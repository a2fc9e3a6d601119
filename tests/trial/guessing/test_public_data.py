"""Public survival data and the built-in trials: the right columns, and what is missed said openly."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from mirodash.trial.build import check
from mirodash.trial.dictionary_toml import read_dictionary
from mirodash.trial.infer.infer_dictionary import InferredDictionary, infer_dictionary
from mirodash.trial.readers.files import read_table
from tests.profiles import for_each
from tests.trial.guessing.judging import misses, proposed
from tests.trial.guessing.truths import ASKED, LIFELINES, LIFELINES_MISSES, REFERENCES, REFERENCES_ASKED

ROOT = Path(__file__).parents[3]
SAMPLES = ("gbsg2", "mirocals", "mirocals-null", "mirocals-prognostic")


@pytest.fixture(scope="session")
def datasets() -> ModuleType:
    """Return the data sets of lifelines, whose import takes longer than that of everything else here."""
    return import_module("lifelines.datasets")


def from_lifelines(datasets: ModuleType, name: str, folder: Path) -> InferredDictionary:
    frame: pd.DataFrame = getattr(datasets, f"load_{name}")()
    path = folder / f"{name}.csv"
    frame.to_csv(path, index=frame.index.name is not None)
    return infer_dictionary([read_table(path)])


def reference(name: str) -> InferredDictionary:
    return infer_dictionary([read_table(ROOT / "tests" / "reference" / f"{name}.csv")])


def test_every_loader_of_lifelines_has_its_truth(datasets: ModuleType):
    loaders = {name.removeprefix("load_") for name in dir(datasets) if name.startswith("load_")}
    assert loaders == set(LIFELINES)


@for_each("name", LIFELINES)
def test_the_columns_of_lifelines_data_are_found(datasets: ModuleType, name: str, tmp_path: Path):
    found = misses(LIFELINES[name], from_lifelines(datasets, name, tmp_path))
    asked = {part: None for of, part in ASKED if of == name}
    assert found == {part: said for (of, part), said in LIFELINES_MISSES.items() if of == name} | asked


@for_each("name", REFERENCES)
def test_the_columns_of_the_reference_trials_are_found(name: str):
    found = misses(REFERENCES[name], reference(name))
    assert found == {part: None for of, part in REFERENCES_ASKED if of == name}


def test_a_trial_whose_arm_is_coded_in_three_ways_is_found_in_the_file_itself(datasets: ModuleType):
    path = Path(str(datasets.__file__)).with_name("ACTG175.csv")
    answer = infer_dictionary([read_table(path)])
    # 'cens' is 1 for the event (R's speff2trial::ACTG175); 'treat' only tells one arm from the other three
    assert proposed(answer) == {
        "time": "days", "event": "cens", "value": None, "unit": "days", "arm": "arms", "control": None,
        "id": "pidnum",
    }  # fmt: skip
    assert not {"treat", "offtrt", "cens", "days"} & {factor.column for factor in answer.draft.factors}


def test_a_unit_that_nothing_says_is_asked_with_how_long_it_would_be():
    assert reference("aml").reasons["unit"] == (
        "Nothing says the unit: the longest would be 5.3 months in days or 3.1 years in weeks or 13 years in "
        "months: which one is it?"
    )


def test_competing_events_are_named_but_not_chosen():
    answer = reference("pbc")
    assert "'status' holds" in answer.reasons["event"]
    assert "competing events: which of them mean the event?" in answer.reasons["event"]


@for_each("name", SAMPLES)
def test_the_built_in_trials_are_understood_as_their_dictionaries_say(name: str):
    path = ROOT / "sample_data" / f"{name}.csv"
    answer, written = infer_dictionary([read_table(path)]).draft, read_dictionary(path.with_suffix(".toml"))
    assert answer.roles == replace(answer.roles, **{
        part: getattr(written.roles, part) for part in ("id", "arm", "site", "country", "control", "treated")
    })  # fmt: skip
    (mine,), (theirs,) = answer.endpoints, written.endpoints
    assert (mine.time, mine.event, mine.unit) == (theirs.time, theirs.event, theirs.unit)
    # an indicator of censoring is asked about
    assert mine.event_value == (None if mine.event == "cens" else theirs.event_value)
    limits = {marker.column: marker.lower_limit for marker in answer.biomarkers}
    for marker in written.biomarkers:
        assert limits[marker.column] == marker.lower_limit
    assert {factor.column for factor in written.factors} <= {factor.column for factor in answer.factors}
    assert {mine.time, mine.event}.isdisjoint(limits)


@for_each("name", SAMPLES)
def test_the_proposal_for_a_built_in_trial_is_a_trial_without_a_question(name: str):
    table = read_table(ROOT / "sample_data" / f"{name}.csv")
    draft = infer_dictionary([table]).draft
    if draft.endpoints[0].event == "cens":
        (problem,) = check([table], draft).problems
        assert problem.part == "event_value"
        draft = replace(draft, endpoints=(replace(draft.endpoints[0], event_value="1"),))
    checked = check([table], draft)
    assert checked.problems == ()
    assert checked.trial is not None


def test_only_the_control_is_asked_where_arms_are_numbers():
    table = read_table(ROOT / "tests" / "reference" / "veteran.csv")
    answer = infer_dictionary([table])
    assert "do not say which one is the control" in answer.reasons["control"]
    said = replace(
        answer.draft,
        roles=replace(answer.draft.roles, control="1", treated="2"),
        endpoints=(replace(answer.draft.endpoints[0], unit="days"),),
    )
    assert check([table], said).problems == ()
