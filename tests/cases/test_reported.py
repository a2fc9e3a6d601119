"""What is adjusted for is what was asked for; numbers are R's, with the decimals of their intervals.

The values of R are made by ``reported.R`` beside this file, from the same formulas.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mirodash import cli
from mirodash.factory import create_app
from mirodash.questions.group_effects import describe_effect_in_group
from mirodash.questions.survival_curves import survival_by_group
from mirodash.settings import Settings
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import reduce_to_canonical, validate
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import unify_spaces
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.store import sample
from tests.dashboard.renderer import Reader, components
from tests.profiles import for_each

R: dict[str, Any] = json.loads(Path(__file__).with_name("reported.json").read_text(encoding="utf-8"))
COUNTRIES, ONSETS = ("AU", "BR", "CA", "FR", "IT"), ("acute", "gradual", "mixed")


def _row(i: int) -> tuple[Any, ...]:
    age, time = 40 + i * 13 % 37, 20 + i * 89 % 601
    event = int(i * 53 % 10 < 7 and time <= 560)
    quiet = 8 if not event and i % 4 == 0 else 1 + (i * 19 + i // 8) % 7
    return (
        f"P{i:03}",
        "Drug" if i % 2 else "Placebo",
        time,
        event,
        age,
        COUNTRIES[(i * 7 + i // 6) % 5],
        ONSETS[(i * 5 + i // 7) % 3],
        101 + (i * 17 + i // 5) % 51,
        1 + (i * 11 + i // 9) % 9,
        12 * age,
        quiet,
    )


HEADER = "id,arm,time_days,event,age,country,onset,centre_no,histology,age_months,quiet"


def write(folder: Path) -> Path:
    rows = [",".join(map(str, _row(i))) for i in range(240)]
    file = folder / "trial.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path)


def run(path: Path, *arguments: str) -> Result:
    asked = ["analyze", str(path), "--control", "Placebo", "--threshold", "none", *arguments]
    return CliRunner().invoke(cli.main, asked, prog_name="mirodash")


def told(path: Path, *arguments: str) -> dict[str, Any]:
    result = run(path, *arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def numbers(found: dict[str, Any]) -> list[float]:
    return [found["hr"], *found["ci"], found["se"], found["p"]]


def of_r(name: str) -> list[float]:
    return [R[name]["hr"], *R[name]["ci"], R[name]["se"], R[name]["p"]]


@for_each(
    ("name", "arguments", "strata"),
    [
        ("age", ["--adjust", "age"], []),
        ("age", ["--adjust", "age", "--strata", "none"], []),
        (
            "age within country and onset",
            ["--adjust", "age", "--strata", "country", "--strata", "onset"],
            ["country", "onset"],
        ),
        ("histology:factor", ["--adjust", "histology:factor"], []),
        ("histology:number", ["--adjust", "histology:number"], []),
        ("age and the same in months", ["--adjust", "age", "--adjust", "age_months"], []),
    ],
)
def test_an_adjusted_hazard_ratio_is_that_of_r_for_the_same_model(
    tmp_path_factory: pytest.TempPathFactory, name: str, arguments: list[str], strata: list[str]
):
    file = write(tmp_path_factory.mktemp("trial"))
    found = told(file, *arguments)["adjusted"]
    assert numbers(found) == pytest.approx(of_r(name), rel=1e-7)
    assert found["strata"] == strata
    assert found["strata_named_by"] == ("reader" if strata else None)


@for_each("site", [["--site", "centre_no", "--adjust", "site"], ["--adjust", "centre_no:factor"]])
def test_51_numbered_sites_can_be_adjusted_for(tmp_path_factory: pytest.TempPathFactory, site: list[str]):
    file = write(tmp_path_factory.mktemp("trial"))
    found = told(file, *site)["adjusted"]
    assert numbers(found) == pytest.approx(of_r("site:factor"), rel=1e-6)


@for_each("arguments", [["--strata", "centre_no"], ["--site", "centre_no", "--strata", "site"]])
def test_51_numbered_sites_can_be_strata(tmp_path_factory: pytest.TempPathFactory, arguments: list[str]):
    file = write(tmp_path_factory.mktemp("trial"))
    found = told(file, *arguments)["stratified"]["cox"]
    assert [found["hr"], *found["ci"]] == pytest.approx(of_r("within site")[:3], rel=1e-7)
    assert f"{R['within site']['hr']:.2f} (95 % CI" in run(file, *arguments).stdout


def test_a_level_without_events_weighs_nothing_and_is_said(path: Path):
    found = told(path, "--adjust", "quiet:factor")["adjusted"]
    assert numbers(found) == pytest.approx(of_r("quiet:factor"), rel=1e-6)
    assert found["n"] == 240
    assert found["without_events"] > 0
    said = run(path, "--adjust", "quiet:factor").stdout
    assert "in a level without any event, which tells nothing" in " ".join(said.split())


def test_a_collinear_column_is_dropped_and_named(path: Path):
    found = told(path, "--adjust", "age", "--adjust", "age_months")["adjusted"]
    assert found["collinear"] == [R["age and the same in months"]["dropped"]]
    said = " ".join(run(path, "--adjust", "age", "--adjust", "age_months").stdout.split())
    assert "Age_months is fixed by the others and left out of the model (in R: NA)." in said


def test_codes_are_asked_about_on_the_command_line_and_offered_twice_on_the_page(path: Path):
    result = run(path, "--adjust", "histology")
    assert result.exit_code == 2
    assert "Are they codes or amounts?" in result.stderr
    assert "--adjust histology:factor" in result.stderr
    assert "--adjust histology:number" in result.stderr
    trial = read_trial((path,), Roles(control="Placebo"))
    assert not validate(trial, Selection(adjust=("age",)))
    page = Reader(create_app(Settings(), trials=(trial,))).open("")["page-content"]
    (menu,) = [part["props"] for part in components(page) if part["props"].get("id") == "rail-adjust"]
    offered = [option["value"] for option in menu["data"]]
    assert {"histology:factor", "histology:number", "site", "age"} <= {*offered}
    assert "histology" not in offered


def test_strata_that_the_dictionary_names_are_said_and_can_be_switched_off():
    trial = sample("mirocals")
    named = CliRunner().invoke(cli.main, ["analyze", "mirocals", "--adjust", "age"]).stdout
    assert "country × site of onset (strata named by the dictionary)" in " ".join(named.split())
    none = CliRunner().invoke(cli.main, ["analyze", "mirocals", "--adjust", "age", "--strata", "none"]).stdout
    assert "named by the dictionary" not in none
    off = Selection.from_query("stratum=&adjust=age")
    assert off.strata == ()
    assert reduce_to_canonical(trial, off).to_query() == "stratum=&adjust=age"
    assert reduce_to_canonical(sample("gbsg2"), off).to_query() == "adjust=age"


def test_a_landmark_table_is_that_of_r_and_ends_with_follow_up(path: Path):
    asked = [text for time in R["landmarks"]["time"] for text in ("--landmark", str(time))]
    group = told(path, *asked, "--landmark", "700")["groups"][0]
    *known, beyond = group["landmarks"]
    assert [one["time"] for one in known] == R["landmarks"]["time"]
    for k, one in enumerate(known):
        of_arm = dict(zip(("control", "treated"), one["arms"], strict=True))
        for role, arm in of_arm.items():
            theirs = [R["landmarks"][name][role][k] for name in ("survival", "lower", "upper", "at_risk")]
            assert [arm["estimate"], *arm["ci"], arm["at_risk"]] == pytest.approx(theirs, abs=1e-12)
        first, second = (R["landmarks"]["se"][role][k] for role in ("control", "treated"))
        apart = of_arm["treated"]["estimate"] - of_arm["control"]["estimate"]
        assert one["difference"]["estimate"] == pytest.approx(apart, abs=1e-12)
        assert one["difference"]["se"] == pytest.approx(math.hypot(first, second), abs=1e-10)
    assert beyond["difference"]["estimate"] is None
    for arm, role in zip(beyond["arms"], ("control", "treated"), strict=True):
        assert arm["estimate"] is None
        assert arm["flags"]["carried_forward"]
        assert f"Not estimable after day {R['last'][role]:.0f}" in arm["flags"]["not_estimable"]
    said = " ".join(run(path, *asked, "--landmark", "700").stdout.split())
    assert "At 12 months (365 days)" in said
    assert f"difference not estimable after day {min(R['last'].values()):.0f}" in said
    assert told(path, "--landmark", "none")["groups"][0]["landmarks"] == []


def test_the_usual_landmarks_are_12_18_and_24_months_behind_each_card(path: Path):
    trial = read_trial((path,), Roles(control="Placebo"))
    result = survival_by_group(trial, Selection(thresholds=()))
    explained = describe_effect_in_group(result, result.groups[0], format_arm_names(trial, Selection()))
    table = next(table for table in explained.tables if table.caption.endswith("survival at several times"))
    assert [unify_spaces(row[0]) for row in table.rows] == [
        "12 months (365 days)",
        "18 months (548 days)",
        "24 months (730 days)",
    ]
    assert unify_spaces(table.rows[-1][-1]).startswith("not estimable after day ")


def test_rare_events_have_the_decimals_of_their_interval(tmp_path: Path):
    rows = ["id,arm,time_days,event"]
    for k in range(4000):
        event = int(k % 1332 == 1 if k % 2 else k % 182 == 0)
        arm = "Drug" if k % 2 else "Placebo"
        rows.append(f"{k},{arm},{1 + k * 7 % 350 if event else 365},{event}")
    file = tmp_path / "rare.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    arms = told(file, "--horizon", "360")["groups"][0]["arms"]
    for k, arm in enumerate(arms):
        found = [arm["survival_at"]["estimate"], *arm["survival_at"]["ci"]]
        of_r = [R["rare"][name][k] for name in ("survival", "lower", "upper")]
        assert found == pytest.approx(of_r, abs=1e-12)
    said = " ".join(run(file, "--horizon", "360").stdout.split())
    for k in (0, 1):
        share, low, high = (100 * R["rare"][name][k] for name in ("survival", "lower", "upper"))
        assert f"{share:.3f} % ({low:.3f} % to {high:.3f} %)" in said
    assert "100" not in said.partition("Hazard ratio")[0].partition("restricted")[2].partition("At risk")[0]
