"""Scripts of a repeated measurement print the numbers of ``mirodash progression``, by nlme and scipy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.export.code import LANGUAGES as BOTH
from mirodash.export.code import ScriptLanguage, progression_code
from mirodash.export.progression_json import progression_json
from mirodash.questions.progression.measured import Progression, progression
from mirodash.stratification.selection import RangeFilter, Selection
from mirodash.text.ticks import convert_time
from mirodash.trial.build import read_trial
from mirodash.trial.store import sample, sample_folder
from mirodash.trial.trial import Trial
from tests.export.code.same_numbers import LANGUAGES, Row, differences, printed_by_r, printed_here
from tests.profiles import for_each

QUERIES = (
    "threshold=3700",
    "threshold=&rule=last_visit&measure=svc&confidence=0.9",
    "threshold=750&threshold=3700",
)
BY_VISIT = "threshold=2000&rule=last_common_visit&keep.sex=F"


def wanted(trial: Trial, selection: Selection) -> list[Row]:
    """What ``progression --json`` says, as rows of the scripts' table."""
    answer = progression(trial, selection)
    assert answer is not None
    told = progression_json(trial, selection, answer, None)
    rows: list[Row] = []
    for group in told["groups"]:
        numbers: dict[str, float | None] = {}
        if not trial.series[answer.measure.key].phases:
            numbers = {**_slopes(group["had_nobody_died"]), **_pairs(group["death_as_worst_outcome"])}
        for visits in group["while_alive"]["visits"]:
            for arm in ("treated", "control"):
                numbers |= _visits(visits[arm], arm, answer, visits["phase"])
        rows += [(group["label"], quantity, value) for quantity, value in numbers.items()]
    if told["interaction"] and "estimate" in told["interaction"]:
        found = told["interaction"]
        values = (found["estimate"], found["se"], *found["ci"])
        names = ("difference", "se", "lower", "upper")
        rows += [("interaction", name, value) for name, value in zip(names, values, strict=True)]
    return rows


def _slopes(found: dict[str, Any]) -> dict[str, float | None]:
    told: dict[str, float | None] = {}
    for arm in ("treated", "control"):
        told |= {
            f"slope_{arm}": found["slope"][arm]["estimate"],
            f"slope_{arm}_se": found["slope"][arm]["se"],
        }
    apart, share = found["difference"], found["slower_by"]
    told |= {"difference": apart["estimate"], "difference_se": apart["se"]}
    told |= {"difference_lower": apart["ci"][0], "difference_upper": apart["ci"][1]}
    low, high = share.get("ci", (None, None))
    return told | {"slower": share.get("share"), "slower_lower": low, "slower_upper": high}


def _pairs(found: dict[str, Any]) -> dict[str, float | None]:
    benefit, ratio = found["net_benefit"], found["win_ratio"]
    return {
        "wins": found["wins"],
        "losses": found["losses"],
        "ties": found["ties"],
        "net_benefit": benefit["estimate"],
        "net_benefit_lower": benefit["ci"][0],
        "net_benefit_upper": benefit["ci"][1],
        "win_ratio": ratio["estimate"],
        "win_ratio_lower": ratio["ci"][0],
        "win_ratio_upper": ratio["ci"][1],
        "mean_rank_treated": found["mean_rank"]["treated"],
        "mean_rank_control": found["mean_rank"]["control"],
    }


def _visits(
    found: dict[str, Any], arm: str, answer: Progression, phase: str | None
) -> dict[str, float | None]:
    """The planned visits of one arm; at those at which nobody was measured in this phase nobody is."""
    measure, before = answer.measure, f"{phase}_" if phase else ""
    days = [convert_time(visit, measure.visits_unit, "days") for visit in measure.visits]
    told: dict[str, float | None] = {}
    for k, day in enumerate(days):
        here = found["day"].index(day) if day in found["day"] else None
        for what in ("measured", "mean", "lower", "upper"):
            none = 0 if what == "measured" else None
            told[f"{before}visit_{k + 1}_{what}_{arm}"] = none if here is None else found[what][here]
    return told


def check(
    query: str, language: ScriptLanguage, folder: Path, trial: Trial | None = None, *files: Path
) -> None:
    trial, selection = trial or sample("mirocals"), Selection.from_query(query)
    script = folder / f"script.{'py' if language == 'python' else 'R'}"
    script.write_text(progression_code(trial, selection, language), encoding="ascii", newline="\n")
    read = files or [sample_folder() / name for name in ("mirocals.csv", "mirocals.visits.csv")]
    found = (printed_here if language == "python" else printed_by_r)(script, *read)
    assert differences(found, wanted(trial, selection)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@for_each("query", QUERIES)
def test_the_numbers_of_the_page_come_out_of_both_languages(
    query: str, language: ScriptLanguage, tmp_path: Path
) -> None:
    check(query, language, tmp_path)


@pytest.mark.r
def test_the_rule_of_finkelstein_and_schoenfeld_in_r(tmp_path: Path) -> None:
    check(BY_VISIT, "r", tmp_path)


@for_each("language", BOTH)
def test_a_script_says_what_it_is_and_fits_a_screen(language: ScriptLanguage) -> None:
    text = progression_code(sample("mirocals"), Selection(thresholds=(3700.0,)), language)
    for said in ("Slopes, pairs and means by visit", "SYNTHETIC", "mirodash progression", "MEASUREMENTS"):
        assert said in text
    assert max(map(len, text.splitlines())) <= 110
    assert len(text.splitlines()) < 420


@pytest.mark.parametrize("language", LANGUAGES)
def test_peak_and_trough_of_a_cycle_have_means_and_no_line(language: ScriptLanguage, tmp_path: Path) -> None:
    check("threshold=3700&measure=tregs", language, tmp_path)


def write_wide(folder: Path) -> Path:
    """The sample with a column for each visit of a score, in months, and without a file of visits."""
    lines = (sample_folder() / "mirocals.csv").read_text(encoding="utf-8").splitlines()
    trial = sample("mirocals")
    series = trial.series["alsfrs_r"]
    months = (0, 3, 6, 12)
    cells = [[""] * len(months) for _ in range(trial.participants)]
    for person, day, value in zip(series.person, series.day, series.value, strict=True):
        near = min(range(len(months)), key=lambda k: abs(day - 30.4375 * months[k]))
        if abs(day - 30.4375 * months[near]) < 20:
            cells[person][near] = f"{value:g}"
    header = ",".join((lines[0], *(f"fs_m{month}" for month in months)))
    rows = [",".join((line, *own)) for line, own in zip(lines[1:], cells, strict=True)]
    file = folder / "wide.csv"
    file.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    words = (sample_folder() / "mirocals.toml").read_text(encoding="utf-8")
    start, end = words.index("[measurements."), words.index("[randomisation]")
    columns = "".join(f"fs_m{month} = {month}\n" for month in months)
    own = (
        '[measurements.fs]\nunit = "points"\ndirection = "higher"\nvisits_unit = "months"\n'
        f"limits = [0, 48]\n[measurements.fs.columns]\n{columns}\n"
    )
    (folder / "wide.toml").write_text(words[:start] + own + words[end:], encoding="utf-8")
    return file


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_for_each_visit_is_read_from_the_same_file(language: ScriptLanguage, tmp_path: Path) -> None:
    file = write_wide(tmp_path)
    trial = read_trial([file])
    assert trial.series["fs"].person.size > 400
    check("threshold=3700", language, tmp_path, trial, file)


def write_adam(folder: Path) -> list[Path]:
    """Sixty invented participants as ADSL, ADTTE and BDS, with derived, unscheduled and unwanted rows."""
    adsl = ["USUBJID,TRT01P,NFL"]
    adtte = ["USUBJID,PARAMCD,PARAM,AVAL,AVALU,CNSR"]
    adqs = ["USUBJID,PARAMCD,PARAM,AVISIT,ADY,AVAL,ABLFL,ANL01FL,DTYPE"]
    for k in range(60):
        who, arm = f"01-{k:03d}", k % 2
        adsl.append(f"{who},{('Placebo', 'Drug')[arm]},{3 + (k * 37) % 50}")
        adtte.append(f"{who},OS,Overall survival,{100 + (k * 53) % 400},DAYS,{int(k % 3 == 0)}")
        level, pace = 40 + (k * 37) % 11, 1 + (k * 29) % 13 / 4 - 0.4 * arm
        for visit in range(2 + (k * 7) % 5):
            score = level - visit * pace + (k * 53 + visit * visit * 17 + visit * 31) % 23 / 8
            day = 1 if visit == 0 else 30 * visit + (k * 5 + visit) % 4
            flags = "Y,," if visit == 0 else ",Y,"
            adqs.append(f"{who},FS,Function score,Month {visit},{day},{score:.2f},{flags}")
        adqs.append(
            f"{who},FS,Function score,Unscheduled 1.1,{41 + k % 3},{level - 1.4 * pace + k % 5:.2f},,Y,"
        )
        adqs.append(f"{who},FS,Function score,Month 9,280,{10 + k % 3},,,")
        adqs.append(f"{who},FS,Function score,Minimum,9999,{5 + k % 3},,Y,MINIMUM")
    files = []
    for name, rows in (("adsl", adsl), ("adtte", adtte), ("adqs", adqs)):
        files.append(folder / f"{name}.csv")
        files[-1].write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "adsl.toml").write_text(
        '[columns]\narm = "TRT01P"\n[arms]\ncontrol = "Placebo"\ntreated = "Drug"\n'
        '[biomarkers.NFL]\n[factors.FS]\nkind = "numeric"\n[measurements.FS]\nlabel = "Function score"\n'
        'direction = "higher"\n'
        "visits = [0, 30, 60, 90, 120, 150]\n",
        encoding="utf-8",
    )
    return files


@pytest.mark.parametrize("language", LANGUAGES)
def test_adam_s_days_flags_and_derived_rows_are_read_alike(language: ScriptLanguage, tmp_path: Path) -> None:
    files = write_adam(tmp_path)
    trial = read_trial(files)
    assert trial.series["FS"].day.min() == 0  # ADaM's day 1 is that of randomisation
    assert trial.series["FS"].day.max() < 200  # neither derived rows nor those that are not for analysis
    check("threshold=25", language, tmp_path, trial, *files)


def test_baseline_values_out_of_measurements_have_no_script(tmp_path: Path) -> None:
    trial = read_trial(write_adam(tmp_path))
    assert trial.source is not None
    assert trial.source.from_measurements == ("FS",)
    with pytest.raises(UnusableQuestionError, match="measurements in a file of their own"):
        progression_code(trial, Selection(filters=(RangeFilter("FS", 0, 50),)), "r")


def test_times_whose_unit_is_said_are_stretched_alike(tmp_path: Path) -> None:
    people, visits = tmp_path / "trial.csv", tmp_path / "trial.visits.csv"
    people.write_text((sample_folder() / "mirocals.csv").read_text(encoding="utf-8"), encoding="utf-8")
    words = (sample_folder() / "mirocals.toml").read_text(encoding="utf-8")
    words = words.replace("[measurements.svc]\n", '[measurements.svc]\ntime_unit = "weeks"\n')
    (tmp_path / "trial.toml").write_text(words, encoding="utf-8")
    rows = (sample_folder() / "mirocals.visits.csv").read_text(encoding="utf-8").splitlines()
    made = [rows[0].replace("day", "time")]
    for row in rows[1:]:
        who, measure, day, phase, value = row.split(",")
        made.append(
            ",".join((who, measure, f"{float(day) / 7:.10g}", phase, value)) if measure == "svc" else row
        )
    visits.write_text("\n".join(made) + "\n", encoding="utf-8")
    trial = read_trial([people])
    np.testing.assert_allclose(trial.series["svc"].day, sample("mirocals").series["svc"].day, atol=1e-6)
    check("threshold=3700&measure=svc", "python", tmp_path, trial, people, visits)


def test_trials_without_measurements_have_no_script() -> None:
    with pytest.raises(UnusableQuestionError, match="no repeated measurements"):
        progression_code(sample("gbsg2"), Selection(), "python")
