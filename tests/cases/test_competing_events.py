"""Where another event can come first, curves are cumulative incidence and hazard ratios cause-specific."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from reference_cases import FOLDER, load_json

from mirodash import cli
from mirodash.disclosure.counts import suppress_comparison
from mirodash.export.csv_tables import write_subgroups
from mirodash.plot.step_curves import censor_marks, every_step
from mirodash.plot.theme import LIGHT
from mirodash.questions.finding import explain_finding, find
from mirodash.questions.group_effects import (
    absolute_effects,
    describe_absolute_effect,
    describe_estimand,
)
from mirodash.questions.statistics.catalogue import describe_statistics
from mirodash.questions.statistics.landmarks import describe_landmarks_in_group
from mirodash.questions.statistics.statistic import InGroup
from mirodash.questions.subgroups import name_columns, subgroups
from mirodash.questions.survival_cards import standardise_survival
from mirodash.questions.survival_curves import draw_survival_card, survival_by_group
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.talk.slide_data import SurvivalPicture, find_slide_data
from mirodash.questions.talk.slide_title import write_slide_title
from mirodash.questions.talk.stage_view import describe_slide
from mirodash.questions.thresholds.stepp_windows import effect_in_windows
from mirodash.stratification.groups import COMPETING_NOT_SHOWN, assign_groups
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.survival.results import Difference, NotEstimable
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import unify_spaces
from mirodash.trial.build import check, read_trial
from mirodash.trial.dictionary import Draft, EndpointDraft, Roles
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from mirodash.trial.readers.files import read_table
from mirodash.trial.trial import Trial
from mirodash.uploads.serialisation import trial_bytes, trial_from
from tests.profiles import for_each

PBC = FOLDER / "pbc.csv"
CASE = Path(__file__).resolve().parents[3].joinpath("shared/cases/intake/E03_status_0_1_2_transplant.csv")
ASKED = (
    "--id id --arm trt --control 2 --treated 1 --time time --event status --event-value 2 --time-unit days"
)
QUESTION = "--horizon 1826 --threshold none"
NAMES = ArmNames("D-penicillamine", "placebo")
close = pytest.approx


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


def analyse(*more: str) -> Any:
    result = run("analyze", str(PBC), *ASKED.split(), *QUESTION.split(), *more, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def read(**changes: Any) -> Trial:
    roles = Roles(
        id="id",
        arm="trt",
        control="2",
        treated="1",
        time="time",
        event="status",
        event_value="2",
        time_unit="days",
        competing=("1",),
    )
    return read_trial([PBC], replace(roles, **changes))


VIEW = Selection(horizon=1826.0, thresholds=())


def test_the_command_line_gives_what_r_gives() -> None:
    answer, expected = analyse("--competing", "1"), load_json("competing")["days"]
    group = answer["groups"][0]
    assert answer["question"]["competing"] == ["1"]
    assert group["cox"]["coef"] == close(expected["coef"], abs=1e-8)
    shares: list[float] = []
    for arm, name in zip(group["arms"], ("control", "treated"), strict=True):
        theirs = expected[name]
        place = max(k for k, time in enumerate(theirs["time"]) if time <= 1826)
        told = arm["cumulative_incidence"]
        assert told["estimate"] == close(theirs["estimate"][place], abs=1e-12)
        assert told["ci"] == close([theirs["lower"][place], theirs["upper"][place]], abs=1e-10)
        assert arm["survival_at"]["estimate"] == close(1 - told["estimate"], abs=1e-12)
        table = arm["at_risk"]
        rows = zip(table["at_risk"], table["events"], table["censored"], table["competing"], strict=True)
        assert {sum(row) for row in rows} == {arm["n"]}
        shares.append(told["estimate"])
    assert group["survival_difference"]["estimate"] == close(shares[0] - shares[1], abs=1e-12)
    printed = " ".join(
        run("analyze", str(PBC), *ASKED.split(), *QUESTION.split(), "--competing", "1").stdout.split()
    )
    for words in (
        "a cause-specific hazard ratio below 1 favours the former. Competing event: status = 1.",
        "Cause-specific hazard ratio",
        "Incidence difference at horizon",
        "Difference in time lost",
        "with event at horizon",
    ):
        assert words in printed


def test_landmarks_are_the_cumulative_incidence_that_r_gives() -> None:
    expected, times = load_json("competing")["days"], (365.25, 1000.0, 1826.0)
    chosen = [part for time in times for part in ("--landmark", str(time))]
    landmarks = analyse("--competing", "1", *chosen)["groups"][0]["landmarks"]
    shares: list[list[float]] = []
    for time, landmark in zip(times, landmarks, strict=True):
        shares.append([])
        for arm, name in zip(landmark["arms"], ("control", "treated"), strict=True):
            theirs = expected[name]
            place = max(k for k, when in enumerate(theirs["time"]) if when <= time)
            told = arm["cumulative_incidence"]
            assert told["estimate"] == close(theirs["estimate"][place], abs=1e-12)
            assert told["ci"] == close([theirs["lower"][place], theirs["upper"][place]], abs=1e-10)
            shares[-1].append(100 * told["estimate"])
    printed = run(
        "analyze", str(PBC), *ASKED.split(), *QUESTION.split(), "--competing", "1", *chosen
    ).stdout.split()
    for control, treated in shares:
        assert f"{control:.1f}" in printed or f"{control:.0f}" in printed
        assert f"{treated:.1f}" in printed or f"{treated:.0f}" in printed


def test_forest_finding_and_tables_tell_what_the_curves_show() -> None:
    trial = read(competing=("1",), biomarker="bili")
    result = survival_by_group(trial, VIEW)
    overall = result.overall.written.survival_difference
    assert isinstance(overall, Difference)
    forest = subgroups(trial, VIEW)
    assert forest.overall.survival_difference == overall
    assert name_columns(forest, NAMES)[-1].name == "Difference in incidence"
    header, line, *_ = csv.reader(write_subgroups(trial, VIEW, forest, None).splitlines())
    assert float(line[header.index("incidence_difference")]) == close(overall.estimate)
    told = explain_finding(find(trial, VIEW)).title
    assert "the cumulative incidence of the event at 1,826 days was 28 %" in unify_spaces(told)
    (words, *_) = describe_landmarks_in_group(result, result.overall)
    assert words.treated.startswith("5.7")


def test_censoring_the_other_event_is_another_question_with_another_answer(tmp_path: Path) -> None:
    beside = analyse("--competing", "1")["groups"][0]["arms"][0]["survival_at"]["estimate"]
    rows = PBC.read_text(encoding="utf-8").splitlines()
    place = rows[0].split(",").index('"status"')
    cells = [row.split(",") for row in rows]
    for row in cells[1:]:
        row[place] = "2" if row[place] == "2" else "0"
    path = tmp_path / "censored.csv"
    path.write_text("\n".join(map(",".join, cells)), encoding="utf-8")
    result = run("analyze", str(path), *ASKED.split(), *QUESTION.split(), "--json")
    alone = json.loads(result.stdout)["groups"][0]
    assert alone["arms"][0]["survival_at"]["estimate"] < beside
    assert "cumulative_incidence" not in alone["arms"][0]


def test_pictures_rise_and_texts_tell_the_same_share() -> None:
    trial = read()
    result = survival_by_group(trial, VIEW)
    group = result.groups[0]
    shown = group.written
    for arm, written in (
        (group.comparison.control, shown.control),
        (group.comparison.treated, shown.treated),
    ):
        line = every_step(arm.curve, 1826.0)
        assert line.estimate[0] == 0
        assert (line.estimate[1:] >= line.estimate[:-1]).all()
        assert written.survival_at is not None
        assert line.estimate[-1] == close(written.survival_at.estimate)
        _, height = censor_marks(arm.curve, 1826.0)
        assert height.max() <= line.estimate[-1]
    card = draw_survival_card(result, group, NAMES, LIGHT)
    texts = [text["text"] for text in card["layout"]["annotations"]]
    assert any("other" in text for text in texts)
    title = write_slide_title(trial, VIEW, find_slide_data(trial, VIEW, "survival-0"))
    assert "the cumulative incidence of the event at 1,826\xa0days was" in title
    # curves that rise already are not turned over
    kept = find_slide_data(trial, VIEW, "incidence-0")
    assert isinstance(kept, SurvivalPicture)
    assert kept.drawn is kept.group
    facts = {
        fact.label: fact
        for fact in describe_absolute_effect(result, absolute_effects(trial, VIEW)[0], NAMES).facts
    }
    assert any(label.startswith("With the event at") for label in facts)
    assert "Time lost" in facts


def test_the_question_and_the_methods_name_the_competing_event() -> None:
    trial = read()
    said = [phrase.text for phrase in describe_estimand(trial, VIEW)]
    assert "competing event: status = 1" in said
    assert any(words.startswith("cumulative incidence and time lost to") for words in said)
    for language, words in (("en", "Aalen and Johansen"), ("fr", "Aalen et Johansen")):
        assert words in methods_paragraph(trial, VIEW, language=language, looks=None, versions={})


def test_grays_test_is_told_of_all_participants_and_withheld_with_small_counts() -> None:
    trial = read(biomarker="bili")
    view = replace(VIEW, thresholds=(1.4,))
    result = survival_by_group(trial, view)
    told = [describe_statistics(InGroup(result, group, NAMES)) for group in result.groups]
    assert [[fact.label for fact in facts].count("Gray's test") for facts in told] == [1, 0, 0]
    answer = analyse("--competing", "1")["groups"][0]
    assert answer["gray"]["p"] == close(load_json("gray")["days"]["second"][1], rel=1e-9)
    printed = " ".join(
        run("analyze", str(PBC), *ASKED.split(), *QUESTION.split(), "--competing", "1").stdout.split()
    )
    assert "Gray's test chi-square 0.07, p = 0.80" in printed
    facts = describe_slide(trial, view, SavedView(view.to_query(), "survival-0"), on=date(2026, 1, 2)).facts
    assert "Gray's test" in [fact.label for fact in facts]
    hidden = suppress_comparison(result.overall.comparison, 70)
    assert isinstance(hidden.gray, NotEstimable)
    assert "0.07" not in hidden.gray.why


def test_what_cannot_be_had_beside_another_event_says_so() -> None:
    trial = read(biomarker="bili")
    windows = effect_in_windows(trial, VIEW, "sliding")
    assert isinstance(windows, NotEstimable)
    assert "Another event can come first" in windows.why
    adjusted = standardise_survival(trial, replace(VIEW, curves="adjusted", adjust=("age",)), 0)
    assert adjusted is not None
    assert isinstance(adjusted.curves, NotEstimable)
    people = assign_groups(replace(trial, min_cell=5), VIEW)
    assert people.withheld == COMPETING_NOT_SHOWN
    assert not people.everyone.any()


def test_a_dictionary_and_an_upload_keep_it() -> None:
    endpoint = EndpointDraft(
        "death", "time", "status", event_value="2", unit="days", competing=("1",), competing_word="transplant"
    )
    draft = Draft(roles=Roles(id="id", arm="trt", control="2", treated="1"), endpoints=(endpoint,))
    assert parse_dictionary(write_dictionary(draft), "pbc.toml").endpoints == draft.endpoints
    trial = check([read_table(PBC)], draft).trial
    assert trial is not None
    assert trial.dictionary.endpoints[0].other_event == "transplant"
    kept = trial_from(trial_bytes(trial, "")).trial
    assert kept == trial
    assert kept.outcomes["death"].competing is not None
    assert int(kept.outcomes["death"].competing.sum()) == 19
    without = replace(draft, endpoints=(replace(endpoint, competing=(), competing_word="", event_value="2"),))
    assert check([read_table(PBC)], without).trial != trial


@for_each(
    ("value", "said"),
    [("3", "never holds the competing event '3'"), ("2", "cannot be the event and a competing one")],
)
def test_a_value_that_cannot_compete_is_refused(value: str, said: str) -> None:
    result = run("analyze", str(PBC), *ASKED.split(), "--competing", value)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


@pytest.mark.skipif(not CASE.exists(), reason="the case files are not here")
def test_the_case_file_is_read_with_its_transplants_as_another_event() -> None:
    asked = (
        "--control Placebo --time days --event status --event-value 2 --competing 1 --threshold none --json"
    )
    result = run("analyze", str(CASE), *asked.split())
    assert result.exit_code == 0, result.stderr
    arms = json.loads(result.stdout)["groups"][0]["arms"]
    assert sum(arm["competing_events"] for arm in arms) == 3
