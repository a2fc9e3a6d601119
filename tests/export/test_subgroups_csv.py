"""The file holds every row at full precision, opens as it is meant to, and never runs anything."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from mirodash.export.csv_tables import HEADER, write_subgroups
from mirodash.questions.subgroups import measure_site_heterogeneity, subgroups
from mirodash.stratification.selection import Selection
from mirodash.survival.results import HazardRatio
from mirodash.trial.dictionary import Factor
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import KINDS, TRIALS, of_size
from tests.profiles import for_each


def text_of(trial: Trial, selection: Selection | None = None) -> str:
    chosen = selection or Selection()
    return write_subgroups(trial, chosen, subgroups(trial, chosen), measure_site_heterogeneity(trial, chosen))


def lines_of(trial: Trial, selection: Selection | None = None) -> list[dict[str, str]]:
    text = text_of(trial, selection)
    assert text.startswith("\ufefffactor,kind,group,")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_every_number_comes_back_as_it_was() -> None:
    trial = sample("mirocals")
    found = subgroups(trial, Selection())
    rows = {("overall", "All participants"): found.overall}
    rows |= {(factor.label, row.label): row for factor in found.factors for row in factor.levels}
    lines = {(line["factor"], line["group"]): line for line in lines_of(trial)}
    for where, row in rows.items():
        line = lines[where]
        assert (int(line["n"]), int(line["events_treated"])) == (row.n, row.treated.events)
        if isinstance(row.cox, HazardRatio):
            assert float(line["hazard_ratio"]) == row.cox.hr
            assert (float(line["hazard_ratio_lower"]), float(line["hazard_ratio_upper"])) == row.cox.ci
            assert float(line["log_hazard_ratio"]) == row.cox.coef
        else:
            assert line["hazard_ratio"] == line["weight"] == ""
            assert line["not_estimable"] == row.cox.why
        if row.shrunken:
            assert float(line["shrunken_hazard_ratio"]) == row.shrunken.hr


def test_who_lacks_a_factor_has_a_line() -> None:
    lines = [line for line in lines_of(sample("mirocals")) if line["group"] == "(missing)"]
    assert {line["factor"]: line["n"] for line in lines} == {
        "Slow vital capacity": "3",
        "Serum NfL": "6",
        "Regulatory T cells in blood": "9",
    }


def test_a_site_has_the_overall_result_without_it() -> None:
    lines = {line["group"]: line for line in lines_of(sample("mirocals")) if line["kind"] == "site"}
    assert float(lines["FR-02"]["overall_hazard_ratio_without"]) == pytest.approx(0.9323, abs=1e-4)
    others = [line for line in lines_of(sample("mirocals")) if line["kind"] != "site"]
    assert {line["overall_hazard_ratio_without"] for line in others} == {""}


def test_every_line_says_what_it_belongs_to() -> None:
    for line in lines_of(sample("mirocals"), Selection.from_query("keep.sex=F&threshold=1000")):
        assert line["view"] == "threshold=1000&keep.sex=F"
        assert "SYNTHETIC" in line["trial"]
        assert (line["horizon"], line["time_unit"], line["confidence"]) == ("640.0", "days", "0.95")


@for_each("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_text_of_the_file_never_becomes_a_formula(start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    trial = of_size(
        40,
        categories={"sex": [(evil, "m")[k % 3 == 0] for k in range(40)]},
        factors=(Factor("sex", f"{start}label", "category"),),
        site=[f"{start}site-{k % 2}" for k in range(40)],
        title=f"{start}title",
    )
    for line in lines_of(trial):
        for name, cell in line.items():
            if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")):
                assert name not in ("factor", "group", "trial", "not_estimable", "view")
                assert float(cell) < 0
    assert f"'{evil}" in {line["group"] for line in lines_of(trial)}
    assert f"'{start}label" in {line["factor"] for line in lines_of(trial)}


def test_negative_numbers_stay_numbers() -> None:
    lines = lines_of(sample("mirocals"))
    assert any(line["log_hazard_ratio"].startswith("-") for line in lines)
    assert not any(line["log_hazard_ratio"].startswith("'") for line in lines)


@for_each("name", KINDS)
def test_every_trial_has_a_file_without_anything_that_is_no_number(name: str) -> None:
    numeric = set(HEADER) - {
        "factor",
        "kind",
        "group",
        "not_estimable",
        "time_unit",
        "view",
        "trial",
        "footer",
    }
    lines = lines_of(TRIALS[name])
    assert lines
    for line in lines:
        assert None not in line
        for column in numeric:
            value: Any = line[column]
            assert value == "" or abs(float(value)) < float("inf"), (column, value)
