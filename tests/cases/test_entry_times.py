"""Participants who come under observation late are at risk from their entry on, or nothing is computed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mirodash import cli
from mirodash.questions.group_effects import describe_estimand
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.thresholds.stability_panel import threshold_stability
from mirodash.questions.thresholds.stepp_windows import effect_in_windows
from mirodash.questions.thresholds.threshold_scan import (
    evaluate_thresholds,
    search_thresholds,
    threshold_scan,
)
from mirodash.stratification.groups import ENTRY_NOT_SHOWN, assign_groups
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.build import check, read_trial
from mirodash.trial.dictionary import Draft, EndpointDraft, Roles
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from mirodash.trial.infer.infer_dictionary import infer_dictionary
from mirodash.trial.readers.files import read_table
from mirodash.trial.trial import Trial
from mirodash.uploads.serialisation import trial_bytes, trial_from
from mirodash.web.data_mapping import draft_from, form_from
from tests.cases.invented import COLUMNS, people, text
from tests.profiles import for_each

CASE = Path(__file__).resolve().parents[3].joinpath("shared/cases/numbers/late_entry_days.csv")
ROLES = Roles(time="days", event="death", control="Placebo", entry="entered", biomarker="age")
ASKED = (
    "--time days --event death --control Placebo --entry entered --biomarker age --threshold 55 --horizon 400"
)
close = pytest.approx

# tests/cases/entry.R, R 4.2.2 with survival 3.5-3
RATIO = (0.67872470344523, 0.418295744913199, 1.10129550364518)
SURVIVAL = (0.395524853150268, 0.595462315462315)
MEANS = ((253.122571735549, 28.4754291464310), (318.943931854907, 23.4868549204194))
MEDIANS = (304, 534)
INTERACTION = (1.72999597978359, 0.690370052171419, 4.33519107709533)


def entered(row: list[str], k: int) -> str:
    return str(int(row[2]) * (k * 5 % 8) // 10)


def late(folder: Path, *, change: Any = entered) -> Path:
    """Write the invented trial with entry times."""
    rows = [[*row, change(row, k)] for k, row in enumerate(people())]
    path = folder / "late.csv"
    path.write_text(text(rows, header=(*COLUMNS, "entered")), encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


def analyse(path: Path, asked: str = ASKED) -> Any:
    result = run("analyze", str(path), *asked.split(), "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_command_line_gives_what_r_gives(tmp_path: Path) -> None:
    answer = analyse(late(tmp_path))
    group = answer["groups"][0]
    assert (group["cox"]["hr"], *group["cox"]["ci"]) == close(RATIO, abs=1e-8)
    for arm, survival, mean, median in zip(group["arms"], SURVIVAL, MEANS, MEDIANS, strict=True):
        assert arm["survival_at"]["estimate"] == close(survival, abs=1e-12)
        assert (arm["rmst"]["estimate"], arm["rmst"]["se"]) == close(mean, abs=1e-10)
        assert arm["median"] == median
        table = arm["at_risk"]
        parts = zip(table["at_risk"], table["events"], table["censored"], strict=True)
        assert [sum(each) for each in parts] == table["entered"]
        assert table["entered"][-1] <= arm["n"]
    ratio = answer["interaction"]
    assert (ratio["ratio_of_hazard_ratios"], *ratio["ci"]) == close(INTERACTION, abs=1e-7)


@pytest.mark.skipif(not CASE.exists(), reason="the case files are not here")
def test_the_case_file_gives_what_r_gives() -> None:
    group = analyse(CASE, "--time exit_days --entry entry_days --control Placebo --threshold none")["groups"][
        0
    ]
    assert (group["cox"]["hr"], *group["cox"]["ci"]) == close((0.786, 0.482, 1.283), abs=5e-4)


def test_entry_at_the_origin_gives_exactly_the_numbers_without(tmp_path: Path) -> None:
    path = late(tmp_path, change=lambda row, k: "0")
    with_entry, without = analyse(path), analyse(path, ASKED.replace(" --entry entered", ""))
    for group in with_entry["groups"]:
        for arm in group["arms"]:
            assert set(arm["at_risk"].pop("entered")) == {arm["n"]}
    assert with_entry["groups"] == without["groups"]
    assert with_entry["interaction"] == without["interaction"]
    assert with_entry["continuous"] == without["continuous"]


def read(path: Path) -> Trial:
    return read_trial([path], ROLES)


def test_a_dictionary_an_upload_and_the_mapping_say_the_same(tmp_path: Path) -> None:
    path = late(tmp_path)
    trial = read(path)
    endpoint = EndpointDraft("death", "days", "death", unit="days", entry="entered")
    draft = Draft(roles=Roles(control="Placebo"), endpoints=(endpoint,))
    assert parse_dictionary(write_dictionary(draft), "late.toml").endpoints == draft.endpoints
    table = read_table(path)
    said = check([table], draft).trial
    assert said is not None
    assert said.outcomes["death"].entry is not None
    assert said.outcomes["death"].entry.tolist() == trial.outcomes["death"].entry.tolist()  # type: ignore[union-attr]
    kept = trial_from(trial_bytes(trial, "")).trial
    assert kept.fingerprint == trial.fingerprint
    guess = infer_dictionary([table])
    form = form_from(guess.draft)
    for kind in ("biomarkers", "factors"):
        form[kind].pop("entered", None)
    mapped = draft_from({**form, "entry": "entered"}, guess)
    assert mapped.endpoints[0].entry == "entered"
    assert form_from(mapped)["entry"] == "entered"
    again = check([table], mapped).trial
    assert again is not None
    assert again.outcomes[mapped.endpoints[0].key].entry is not None
    assert "entered" not in {marker.column for marker in trial.dictionary.biomarkers}


def test_a_fingerprint_tells_entry_times(tmp_path: Path) -> None:
    path = late(tmp_path)
    without = read_trial(
        [path], Roles(time="days", event="death", control="Placebo", biomarker="age", entry="")
    )
    assert read(path).fingerprint != without.fingerprint


def test_what_cannot_be_had_with_entry_times_says_so(tmp_path: Path) -> None:
    trial, selection = read(late(tmp_path)), Selection(thresholds=(55.0,))
    for refused in (
        search_thresholds(trial, selection),
        evaluate_thresholds(trial, selection),
        threshold_stability(trial, selection),
        effect_in_windows(trial, selection, "sliding"),
    ):
        assert isinstance(refused, NotEstimable)
        assert "come under observation at different times" in refused.why
    scan = threshold_scan(trial, selection)
    assert not isinstance(scan, NotEstimable)
    assert scan.best_threshold is None
    result = run("scan", str(tmp_path / "late.csv"), *ASKED.split())
    assert result.exit_code == 2
    assert "come under observation at different times" in " ".join(result.stderr.split())


def test_entry_is_said_where_the_question_is(tmp_path: Path) -> None:
    trial, selection = read(late(tmp_path)), Selection()
    assert "at risk from entry on" in [phrase.text for phrase in describe_estimand(trial, selection)]
    for language, words in (("en", "left truncation"), ("fr", "troncature à gauche")):
        assert words in methods_paragraph(trial, selection, language=language, looks=None, versions={})
    assert "at risk from entry (entered) on" in " ".join(
        run("analyze", str(tmp_path / "late.csv"), *ASKED.split()).stdout.split()
    )


def test_small_counts_are_not_told_by_entries(tmp_path: Path) -> None:
    people_of = assign_groups(replace(read(late(tmp_path)), min_cell=5), Selection())
    assert people_of.withheld == ENTRY_NOT_SHOWN
    assert not people_of.everyone.any()


@for_each(
    ("cell", "said"),
    [
        ("2400", "the entry is not before the end of follow-up ('days') in row 3"),
        ("-3", "the time is negative in row 3"),
        ("soon", "'soon' is not a number, in row 3"),
    ],
)
def test_impossible_entries_are_listed_by_row(tmp_path: Path, cell: str, said: str) -> None:
    path = late(tmp_path, change=lambda row, k: cell if k == 1 else entered(row, k))
    result = run("analyze", str(path), *ASKED.split())
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    agreed = Draft(
        roles=Roles(control="Placebo"),
        endpoints=(EndpointDraft("death", "days", "death", unit="days", entry="entered"),),
        leave_out=("entered",),
    )
    trial = check([read_table(path)], agreed).trial
    assert trial is not None
    assert trial.outcomes["death"].usable.sum() == 119


def test_a_start_and_a_stop_column_are_taken_and_said(tmp_path: Path) -> None:
    path = late(tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8").replace("days", "stop").replace("entered", "start"), "utf-8"
    )
    asked = "--event death --control Placebo --time-unit days"
    found = run("analyze", str(path), *asked.split(), "--time", "stop")
    assert "at risk from 'start' on (delayed entry)" in " ".join(found.stdout.split())
    named = run("analyze", str(path), *asked.split(), "--time", "stop", "--entry", "start")
    assert named.exit_code == 0
    assert named.stdout.splitlines()[:20] == found.stdout.splitlines()[:20]
