"""Repeated measurements are read from long tables, columns and ADaM, and whatever is left out is counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial.build import check, read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from mirodash.trial.infer.infer_dictionary import infer_dictionary
from mirodash.trial.readers.files import read_table
from mirodash.trial.store import list_trials, sample, sample_folder
from mirodash.trial.trial import Trial
from mirodash.uploads.serialisation import trial_bytes, trial_from
from tests.profiles import for_each

PEOPLE = "who,arm,days,died,marker{more}\n" + "".join(
    f"P{k},{('Placebo', 'Drug')[k % 2]},{100 + k},{k % 2},{k + 1}.5{{rest}}\n" for k in range(6)
)
TOML = """
[columns]
participant = "who"
arm = "arm"
[arms]
control = "Placebo"
treated = "Drug"
[endpoints.death]
time = "days"
event = "died"
event_value = 1
[biomarkers.marker]
scale = "linear"
"""


def read(
    folder: Path, visits: str, *, toml: str = "", more: str = "", rest: str = "", beside: bool = False
) -> Trial:
    people = folder / "trial.csv"
    people.write_text(PEOPLE.format(more=more, rest=rest), encoding="utf-8")
    (folder / "trial.toml").write_text(TOML + toml, encoding="utf-8")
    file = folder / ("trial.visits.csv" if beside else "visits.csv")
    if visits:
        file.write_text(visits, encoding="utf-8")
    return read_trial([people] if beside or not visits else [people, file])


LONG = "who,day,measure,value\n" + "".join(
    f"P{k},{day},score,{40 - k - day / 10}\n" for k in range(6) for day in (0, 30, 61)
)


@for_each("beside", [False, True])
def test_a_long_table_is_read_beside_the_participants(tmp_path: Path, beside: bool) -> None:
    trial = read(tmp_path, LONG, beside=beside)
    (measure,) = trial.dictionary.measurements
    assert (measure.key, measure.visits) == ("score", (0.0, 30.0, 61.0))
    series = trial.series["score"]
    assert series.person.tolist() == [k for k in range(6) for _ in range(3)]
    assert series.day[:3].tolist() == [0, 30, 61]
    assert series.value[:3].tolist() == [40, 37, 33.9]


def test_measurements_change_no_fingerprint_of_the_trial_and_have_one(tmp_path: Path) -> None:
    with_visits, without = read(tmp_path, LONG), read(tmp_path, "")
    assert with_visits.fingerprint == without.fingerprint
    assert (without.measured, with_visits == without) == ("", False)
    assert with_visits.measured.startswith("sha256:")
    other = read(tmp_path, LONG.replace("40.0", "41.0"))
    assert other.measured != with_visits.measured


def test_a_column_for_each_measurement_and_months_as_time(tmp_path: Path) -> None:
    visits = "participant,month,fvc,weight\n" + "".join(
        f"P{k},{m},{90 - m},70\n" for k in range(6) for m in (0, 2)
    )
    trial = read(tmp_path, visits)
    assert sorted(trial.series) == ["fvc", "weight"]
    assert trial.series["fvc"].day[:2].tolist() == [0, 2 * 30.4375]


def test_columns_beside_the_participants_are_a_series_where_the_dictionary_says_so(tmp_path: Path) -> None:
    toml = """
    [measurements.alsfrs_r]
    label = "ALSFRS-R"
    direction = "higher"
    visits_unit = "months"
    [measurements.alsfrs_r.columns]
    alsfrs_m0 = 0
    alsfrs_m3 = 3
    """
    trial = read(tmp_path, "", toml=toml, more=",alsfrs_m0,alsfrs_m3", rest=",40,")
    (measure,) = trial.dictionary.measurements
    assert (measure.label, measure.direction, measure.visits) == ("ALSFRS-R", "higher", (0.0, 3.0))
    assert trial.series["alsfrs_r"].person.tolist() == list(range(6))


def test_a_column_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    toml = '[measurements.score]\n[measurements.score.columns]\n"score_m0" = 0\n'
    with pytest.raises(UnusableDataError, match="there is no column 'score_m0'"):
        read(tmp_path, "", toml=toml)


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    toml = '[measurements.score]\nlimits = [0, 48]\ndirection = "higher"\n'
    rows = (
        *("P0,0,score,30", "P0,0,score,31", "P1,,score,30", "P2,5,score,99", "P3,5,score,lots"),
        *("X9,5,score,1", "P4,1,mood,3"),
    )
    trial = read(tmp_path, "\n".join(["who,day,measure,value", *rows, ""]), toml=toml)
    assert trial.series["score"].value.tolist() == [30]
    text = " ".join(trial.notices)
    for sentence in (
        "'visits.csv': 1 row of participants who are not in the trial left out.",
        "'visits.csv': 1 row without a time left out.",
        "1 row of measurements that the dictionary does not describe (mood) left out.",
        "Measurement 'score': 1 value is left out, for they are no numbers.",
        "Measurement 'score': 1 value is left out, for they are not between 0 and 48.",
        "Measurement 'score': 1 value is left out, for an earlier row has the same participant and day.",
    ):
        assert sentence in text


BDS = (
    "USUBJID,PARAMCD,AVAL,ADY,AVISIT,ABLFL,ANL01FL,DTYPE\n"
    "S1,ALT,20,-3,Baseline,Y,,\n"
    "S1,ALT,25,29,Week 4,,Y,\n"
    "S1,ALT,26,30,Week 4,,,\n"
    "S1,ALT,26,9999,End,,Y,LOV\n"
    "S1,ALT,27,40,Unscheduled 1,,Y,\n"
    "S2,ALT,21,1,Baseline,Y,,\n"
)


def test_bds_keeps_the_baseline_drops_what_is_derived_and_has_no_day_0(tmp_path: Path) -> None:
    (tmp_path / "adsl.csv").write_text("USUBJID,TRT01P\nS1,A\nS2,B\nS3,A\nS4,B\n", encoding="utf-8")
    adtte = "USUBJID,PARAMCD,AVAL,CNSR\n" + "".join(f"S{k},OS,{k}0,{k % 2}\n" for k in range(1, 5))
    (tmp_path / "adtte.csv").write_text(adtte, encoding="utf-8")
    (tmp_path / "adlb.csv").write_text(BDS, encoding="utf-8")
    (tmp_path / "adsl.toml").write_text('[arms]\ncontrol = "A"\ntreated = "B"\n', encoding="utf-8")
    files = [tmp_path / name for name in ("adlb.csv", "adsl.csv", "adtte.csv")]
    trial = read_trial(files, Roles(time_unit="days"))
    series = trial.series["ALT"]
    assert series.day.tolist() == [-3, 28, 39, 0]
    assert series.value.tolist() == [20, 25, 27, 21]
    assert series.scheduled.tolist() == [True, True, False, True]
    text = " ".join(trial.notices)
    assert "1 row derived from others (DTYPE) left out" in text
    assert "1 row neither for analysis (ANL01FL) nor at baseline (ABLFL) left out" in text


def test_a_dropped_file_of_measurements_proposes_no_baseline_column() -> None:
    """Among participants enough for an inference, as on the Data page."""
    tables = [read_table(sample_folder() / f"mirocals{ending}.csv") for ending in ("", ".visits")]
    inferred = infer_dictionary(tables)
    named = [item.column for item in (*inferred.draft.biomarkers, *inferred.draft.factors)]
    assert not {"value", "day", "phase", "measure"} & set(named)
    found = check(tables, inferred.draft)
    assert found.trial is not None
    assert set(found.trial.series) == {"alsfrs_r", "ccl2", "svc", "tregs"}


def test_dates_are_counted_from_the_date_of_randomisation(tmp_path: Path) -> None:
    visits = "who,date,measure,value\nP0,2020-03-01,score,1\nP0,2020-03-31,score,2\n"
    trial = read(tmp_path, visits, more=",RANDDT", rest=",2020-03-01")
    assert trial.series["score"].day.tolist() == [0, 30]
    with pytest.raises(UnusableDataError, match="no date of randomisation"):
        read(tmp_path, visits)


def test_peak_and_trough_stay_apart(tmp_path: Path) -> None:
    visits = "who,day,phase,measure,value\nP0,8,peak,cells,9\nP0,28,trough,cells,7\nP0,0,,cells,6\n"
    series = read(tmp_path, visits).series["cells"]
    assert [series.phases[k] if k >= 0 else "" for k in series.phase] == ["", "peak", "trough"]


def test_a_folder_takes_visits_with_their_trial(tmp_path: Path) -> None:
    read(tmp_path, LONG, beside=True)
    (trial,) = list_trials(tmp_path).trials
    assert list(trial.series) == ["score"]


def test_a_kept_trial_keeps_its_measurements() -> None:
    trial = sample("mirocals")
    kept = trial_from(trial_bytes(trial, "r")).trial
    assert kept == trial
    assert kept.dictionary.measurements == trial.dictionary.measurements
    for key, held in trial.series.items():
        np.testing.assert_array_equal(kept.series[key].value, held.value)
        assert kept.series[key].phases == held.phases


def test_a_dictionary_of_measurements_is_written_as_it_was_read() -> None:
    text = (
        '[measurements.x]\nlabel = "X"\ndirection = "lower"\nlimits = [0, 5]\nvisits = [0, 3]\n'
        'visits_unit = "months"\nkind = "biology"\n[measurements.x.columns]\nx_m0 = 0\n'
    )
    draft = parse_dictionary(text, "t.toml")
    assert replace(parse_dictionary(write_dictionary(draft), "t.toml"), file="") == replace(draft, file="")


def test_limits_that_run_backwards_are_a_mistake() -> None:
    with pytest.raises(UnusableDataError, match="lowest and the highest"):
        parse_dictionary("[measurements.x]\nlimits = [5, 0]\n", "t.toml")


def test_a_measurement_that_is_not_used_is_left_out_and_said(tmp_path: Path) -> None:
    two = LONG + LONG.replace(",score,", ",other,").split("\n", 1)[1]
    trial = read(tmp_path, two, toml="[measurements.score]\nused = false\n[measurements.other]\n")
    assert list(trial.series) == ["other"]
    assert "Measurement 'score' is left out, as the dictionary says." in trial.notices


def test_times_whose_unit_the_dictionary_says_are_counted_in_it(tmp_path: Path) -> None:
    weeks = LONG.replace("who,day,", "who,time,")
    trial = read(tmp_path, weeks, toml='[measurements.score]\ntime_unit = "weeks"\n')
    assert trial.series["score"].day[:3].tolist() == [0, 210, 427]
    assert read(tmp_path, weeks).series["score"].day[:3].tolist() == [0, 30, 61]


def test_what_was_read_of_each_measurement_is_told_with_what_was_not(tmp_path: Path) -> None:
    read(tmp_path, "")
    visits = tmp_path / "visits.csv"
    visits.write_text(f"{LONG}stranger,3,score,9\nP1,90,score,high\n", encoding="utf-8")
    tables = [read_table(tmp_path / "trial.csv"), read_table(visits)]
    inferred = infer_dictionary(tables).draft.measurements
    draft = replace(parse_dictionary(TOML, "trial.toml"), measurements=inferred)
    assert [(m.key, m.used, m.columns) for m in draft.measurements] == [("score", True, ())]
    checked = check(tables, draft)
    (told,) = checked.measured
    assert (told.key, told.source, told.values, told.participants) == ("score", "visits.csv", 18, 6)
    assert told.days == (0, 61)
    assert told.timed
    assert [*checked.measured_left_out] == ["", "score"]
    assert "1 row of participants who are not in the trial" in checked.measured_left_out[""][0]
    assert "1 value is left out, for they are no numbers" in checked.measured_left_out["score"][0]
    same = check(tables, replace(draft, measurements=()))
    assert checked.trial is not None
    assert same.trial is not None
    assert checked.trial.measured == same.trial.measured


def test_how_a_measurement_stands_in_the_files_is_kept_for_scripts(tmp_path: Path) -> None:
    toml = '[measurements.fs]\nsource = "score"\ntime_unit = "weeks"\n'
    (told,) = read(tmp_path, LONG.replace("who,day,", "who,time,"), toml=toml).source.measured  # type: ignore[union-attr]
    assert (told.key, told.name, told.columns, told.time_unit) == ("fs", "score", (), "weeks")
