"""Scripts of a repeated measurement print the numbers of ``mirodash progression``, by nlme and scipy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.export.code import LANGUAGES as BOTH
from mirodash.export.code import ScriptLanguage, progression_code
from mirodash.export.progression_json import progression_json
from mirodash.questions.progression.measured import progression
from mirodash.stratification.selection import Selection
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
        numbers = {**_slopes(group["had_nobody_died"]), **_pairs(group["death_as_worst_outcome"])}
        for arm in ("treated", "control"):
            numbers |= _visits(group["while_alive"]["visits"][0][arm], arm, answer.measure.visits)
        rows += [(group["label"], quantity, value) for quantity, value in numbers.items()]
    if told["interaction"]:
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


def _visits(found: dict[str, Any], arm: str, planned: tuple[float, ...]) -> dict[str, float | None]:
    assert len(found["day"]) == len(planned)
    return {
        f"visit_{k + 1}_{what}_{arm}": found[what][k]
        for k in range(len(planned))
        for what in ("measured", "mean", "lower", "upper")
    }


def check(query: str, language: ScriptLanguage, folder: Path) -> None:
    trial, selection = sample("mirocals"), Selection.from_query(query)
    script = folder / f"script.{'py' if language == 'python' else 'R'}"
    script.write_text(progression_code(trial, selection, language), encoding="ascii", newline="\n")
    files = [sample_folder() / name for name in ("mirocals.csv", "mirocals.visits.csv")]
    found = (printed_here if language == "python" else printed_by_r)(script, *files)
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


def test_markers_in_cycles_and_trials_without_measurements_have_no_script() -> None:
    with pytest.raises(UnusableQuestionError, match="several phases of a cycle"):
        progression_code(sample("mirocals"), Selection(measure="tregs"), "r")
    with pytest.raises(UnusableQuestionError, match="no repeated measurements"):
        progression_code(sample("gbsg2"), Selection(), "python")
