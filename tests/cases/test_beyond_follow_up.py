"""Beyond an arm's follow-up there is no survival, difference or number needed to treat, anywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pptx import Presentation

from mirodash import cli
from mirodash.plot.theme import LIGHT
from mirodash.questions.group_effects import absolute_effects, describe_absolute_effect
from mirodash.questions.survival_curves import draw_survival_card, survival_by_group
from mirodash.questions.talk.slide_data import SurvivalPicture
from mirodash.questions.talk.stage_curves import draw_survival
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import ArmNames
from tests.export.code.same_numbers import LANGUAGES, printed_by_r, printed_here
from tests.small_trials import small_trial

# Above 10 the drug arm is followed to day 188 and the curve is not at 0; below 10 both arms pass day 750.
HIGH = """\
Placebo,225,1,21.1 Drug,188,0,12.5 Placebo,97,1,21.1 Drug,154,0,17.6 Placebo,82,1,29.8 Drug,91,1,21.2
Placebo,83,1,20.1 Drug,34,1,24.3 Placebo,368,1,28.9 Drug,49,1,15.6 Placebo,711,0,23.5 Drug,133,0,19.4
Placebo,88,1,16.9 Drug,171,0,14.6 Placebo,550,0,28.6 Drug,175,0,21.0 Placebo,234,1,21.7 Drug,111,0,20.1
Placebo,276,1,14.2 Drug,91,1,18.4 Placebo,227,1,12.6 Drug,105,0,24.0 Placebo,104,1,18.6 Drug,110,0,15.1
Placebo,41,1,11.4 Drug,125,0,13.0 Placebo,758,1,13.7 Drug,124,1,16.9 Placebo,574,1,21.5 Drug,146,1,27.6
Placebo,40,1,20.3 Drug,7,1,14.8 Placebo,467,1,23.0 Drug,172,0,26.7 Placebo,502,1,14.6 Drug,119,0,22.4
Placebo,624,0,19.5 Drug,150,0,17.7 Placebo,99,1,18.2 Drug,139,0,13.7 Placebo,99,1,29.8 Drug,111,0,18.0
Placebo,224,1,13.7 Drug,111,0,17.2 Placebo,292,1,13.5 Drug,57,1,18.4 Placebo,895,0,20.0 Drug,128,0,18.0
Placebo,112,1,15.2 Drug,171,0,24.4"""
LOW = """\
Placebo,120,1,2.1 Drug,160,1,2.4 Placebo,240,1,3.3 Drug,330,1,3.1 Placebo,310,1,4.2 Drug,480,1,4.8
Placebo,420,1,5.0 Drug,790,0,5.5 Placebo,560,1,6.1 Drug,640,1,6.4 Placebo,800,0,7.2 Drug,820,0,7.7
Placebo,770,0,8.0 Drug,860,0,8.6 Placebo,850,0,9.1 Drug,700,1,9.4"""
DIED_OUT_CONTROL = [(10 * k, 1) for k in range(1, 31)]
DIED_OUT_DRUG = [
    *((445, 1), (790, 0), (755, 0), (303, 1), (720, 0), (735, 0), (417, 1), (738, 0), (701, 0), (674, 1)),
    *((831, 0), (843, 0), (156, 1), (717, 0), (787, 0), (630, 1), (857, 0), (854, 0), (549, 1), (891, 0)),
    *((741, 0), (590, 1), (894, 0), (878, 0), (221, 1), (899, 0), (894, 0), (282, 1), (707, 0), (788, 0)),
]

# R 4.2.2, survival 3.5-3:
#   f <- survfit(Surv(time, event) ~ arm, data = d[d$bm > 10, ], conf.type = "log-log")
#   summary(f, times = 750)                    stops: "no points selected for one or more curves"
#   summary(f["arm=Placebo"], times = 750)     0.192 (0.065964533337477996 to 0.36724133624795591)
#   summary(f, rmean = 188)$table              148.61538461538464 (11.93554234806559) and
#                                              146.6 (10.57393020593573)
#   f <- survfit(Surv(time, event) ~ arm, data = died_out)
#   summary(f, rmean = 800)$table              155 (15.802601754844746) and
#                                              675.56666666666661 (36.899132279268613)
#   quantile(survfit(Surv(time, 1 - event) ~ arm, data = d[d$bm > 10, ], conf.type = "log-log"), 0.5)
#                                              711 (550 to NA) v 139 (111 to 171)
PLACEBO_AT_750 = (0.192, 0.065964533337477996, 0.36724133624795591)
MEANS_TO_188 = {"Drug": (148.61538461538464, 11.93554234806559), "Placebo": (146.6, 10.57393020593573)}
MEANS_TO_800 = {"Control": (155.0, 15.802601754844746), "Drug": (675.56666666666661, 36.899132279268613)}


def run(*arguments: object) -> str:
    result = CliRunner().invoke(cli.main, [str(word) for word in arguments], prog_name="mirodash")
    assert result.exit_code == 0, (result.stderr, result.exception)
    return result.stdout


def analysed(*arguments: object) -> dict[str, Any]:
    return json.loads(run("analyze", *arguments, "--json"))


def in_one_line(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def write(path: Path, rows: Iterable[Sequence[object]], time: str = "time_days") -> Path:
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("id", "arm", time, "event", "bm"))
        writer.writerows((f"P{k:03}", *row) for k, row in enumerate(rows))
    return path


@pytest.fixture
def short(tmp_path: Path) -> list[str]:
    """Return the question of a trial in which one arm of one group is followed to day 188 of 750."""
    rows = [row.split(",") for row in f"{LOW} {HIGH}".split()]
    path = write(tmp_path / "short.csv", rows)
    return [str(path), "--control", "Placebo", "--biomarker", "bm", "--threshold", "10", "--horizon", "750"]


@pytest.fixture
def died_out(tmp_path: Path) -> list[str]:
    """Return the question of a trial in whose control arm everyone has died by day 300."""
    rows = [("Control", *row, 1.5 + k) for k, row in enumerate(DIED_OUT_CONTROL)]
    rows += [("Drug", *row, 2.5 + k) for k, row in enumerate(DIED_OUT_DRUG)]
    path = write(tmp_path / "died_out.csv", rows)
    return [str(path), "--control", "Control", "--threshold", "none"]


def test_json_gives_no_survival_beyond_follow_up(short: list[str]):
    _, low, high = analysed(*short)["groups"]
    placebo, drug = high["arms"]
    assert drug["survival_at"]["time"] == 750
    assert drug["survival_at"]["estimate"] is None
    assert drug["survival_at"]["ci"] == [None, None]
    assert drug["survival_at"]["at_risk"] == 0
    assert drug["survival_at"]["flags"]["carried_forward"] is True
    assert "not estimable after day 188" in drug["survival_at"]["flags"]["not_estimable"].lower()
    at = placebo["survival_at"]
    assert (at["estimate"], *at["ci"]) == pytest.approx(PLACEBO_AT_750, abs=1e-12)
    assert at["flags"] == {"carried_forward": False, "capped_at": None, "not_estimable": None}
    assert high["survival_difference"]["estimate"] is None
    assert "day 188" in high["survival_difference"]["flags"]["not_estimable"]
    known = [arm["survival_at"] for arm in low["arms"]]
    assert all(at["flags"]["not_estimable"] is None and at["estimate"] is not None for at in known)
    assert low["survival_difference"]["estimate"] == pytest.approx(
        known[1]["estimate"] - known[0]["estimate"], abs=1e-12
    )


def test_json_says_where_a_restricted_mean_is_capped(short: list[str]):
    _, low, high = analysed(*short)["groups"]
    for arm in high["arms"]:
        mean = arm["rmst"]
        assert (mean["estimate"], mean["se"]) == pytest.approx(MEANS_TO_188[arm["arm"]], abs=1e-10)
        assert (mean["tau"], mean["flags"]["capped_at"]) == (188, 188)
    assert high["rmst_difference"]["flags"]["capped_at"] == 188
    assert low["rmst_difference"]["flags"]["capped_at"] is None
    assert low["rmst_difference"]["tau"] == 750


def test_follow_up_is_that_of_reverse_kaplan_meier(short: list[str]):
    placebo, drug = analysed(*short)["groups"][2]["arms"]
    assert (placebo["follow_up"]["median"], placebo["follow_up"]["ci"]) == (711, [550, None])
    assert (drug["follow_up"]["median"], drug["follow_up"]["ci"]) == (139, [111, 171])
    told = in_one_line(run("analyze", *short)).partition("bm > 10")[2]
    assert "Median follow-up, days Placebo 711 (550 or more); Drug 139 (111 to 171)" in told


def test_every_estimate_has_its_flags(short: list[str]):
    told = analysed(*short, "--adjust", "bm")
    for group in told["groups"]:
        estimates = [
            group[key] for key in ("logrank", "cox", "ph_test", "rmst_difference", "survival_difference")
        ]
        estimates += [arm[key] for arm in group["arms"] for key in ("survival_at", "rmst", "follow_up")]
        for estimate in estimates:
            assert set(estimate["flags"]) == {"carried_forward", "capped_at", "not_estimable"}
    for estimate in (told["interaction"], told["continuous"], told["adjusted"]):
        assert set(estimate["flags"]) == {"carried_forward", "capped_at", "not_estimable"}


def test_a_curve_at_zero_is_known_and_caps_no_restricted_mean(died_out: list[str]):
    (everyone,) = analysed(*died_out, "--horizon", "800")["groups"]
    control = everyone["arms"][0]
    assert control["survival_at"]["estimate"] == 0
    assert control["survival_at"]["flags"] == {
        "carried_forward": False,
        "capped_at": None,
        "not_estimable": None,
    }
    for arm in everyone["arms"]:
        mean = arm["rmst"]
        assert (mean["estimate"], mean["se"]) == pytest.approx(MEANS_TO_800[arm["arm"]], abs=1e-10)
        assert (mean["tau"], mean["flags"]["capped_at"]) == (800, None)
    difference = everyone["rmst_difference"]
    assert difference["estimate"] == pytest.approx(520.56666666666661, abs=1e-10)
    assert difference["flags"]["capped_at"] is None


def test_only_an_arm_that_is_not_at_zero_caps_the_mean(died_out: list[str]):
    (everyone,) = analysed(*died_out, "--horizon", "2000")["groups"]
    assert everyone["rmst_difference"]["tau"] == everyone["rmst_difference"]["flags"]["capped_at"] == 899
    control, drug = everyone["arms"]
    assert control["survival_at"]["estimate"] == 0
    assert "day 899" in drug["survival_at"]["flags"]["not_estimable"]


def test_two_curves_at_zero_are_known_for_ever(tmp_path: Path):
    rows = [("Placebo", t, 1, t) for t in (1, 2, 3, 4)] + [("Drug", t, 1, t) for t in (2, 4, 6, 8)]
    path = write(tmp_path / "gone.csv", rows)
    asked = [path, "--threshold", "none", "--horizon", "50", "--event-value", "1"]
    (everyone,) = analysed(*asked)["groups"]
    assert [arm["survival_at"]["estimate"] for arm in everyone["arms"]] == [0, 0]
    assert [arm["rmst"]["estimate"] for arm in everyone["arms"]] == pytest.approx([2.5, 5.0], abs=1e-12)
    assert everyone["rmst_difference"]["tau"] == 50


def test_follow_up_to_the_horizon_itself_is_enough(tmp_path: Path):
    rows = [("Placebo", t, t < 60, 1 + t) for t in (20, 40, 60)]
    rows += [("Drug", t, t < 60, 1 + t) for t in (30, 50, 60)]
    path = write(tmp_path / "ends.csv", [(arm, t, int(e), b) for arm, t, e, b in rows])
    (there,) = analysed(path, "--threshold", "none", "--horizon", "60")["groups"]
    assert [arm["survival_at"]["estimate"] for arm in there["arms"]] == pytest.approx([1 / 3, 1 / 3])
    (beyond,) = analysed(path, "--threshold", "none", "--horizon", "60.5")["groups"]
    assert [arm["survival_at"]["estimate"] for arm in beyond["arms"]] == [None, None]


def test_the_terminal_gives_no_number_beyond_follow_up(short: list[str]):
    told = in_one_line(run("analyze", *short)).partition("bm > 10")[2]
    assert "not estimable after day 188" in told
    assert "carried forward" not in told
    for carried in ("61 %", "42 points"):
        assert carried not in told
    assert "up to 188 days" in told


def test_the_unit_is_the_trials(tmp_path: Path):
    rows = [row.split(",") for row in HIGH.split()]
    months = [(arm, round(float(t) / 30, 1), event, bm) for arm, t, event, bm in rows]
    path = write(tmp_path / "months.csv", months, time="time_months")
    asked = [path, "--threshold", "none", "--horizon", "24", "--time-unit", "months"]
    assert "not estimable after month 6.3" in in_one_line(run("analyze", *asked))


def test_a_died_out_arm_is_not_said_to_be_carried_forward(died_out: list[str]):
    told = in_one_line(run("analyze", *died_out, "--horizon", "800"))
    assert "carried forward" not in told
    assert "last follow-up" not in told
    assert "+521 days" in told


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_methods_give_the_horizon_that_was_used(short: list[str], language: str):
    told = in_one_line(run("methods", *short, "--language", language))
    assert "188" in told
    assert "750" in told


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_methods_do_not_claim_a_horizon_that_nobody_reached(short: list[str], language: str):
    asked = [*short[:-4], "--threshold", "none", "--horizon", "5000"]
    told = in_one_line(run("methods", *asked, "--language", language))
    assert "860" in told
    assert not re.search(r"up to it \(|jusqu'à cet horizon", told)


def printed(asked: list[str], language: str, folder: Path) -> tuple[dict[tuple[str, str], float | None], str]:
    """What the script of a view prints, and what it says of what it leaves out."""
    script = folder / ("script.py" if language == "python" else "script.R")
    script.write_text(run("code", *asked, "--language", language), encoding="utf-8")
    said = io.StringIO()
    with redirect_stderr(said):
        rows = (printed_here if language == "python" else printed_by_r)(script, asked[0])
    if language == "r":
        said.write((folder / "said").read_text("utf-8"))
    return {(group, quantity): value for group, quantity, value in rows}, said.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_leaves_it_out_and_says_why(short: list[str], language: str, tmp_path: Path):
    numbers, said = printed(short, language, tmp_path)
    high = next(group for group, _ in numbers if ">" in group)
    assert numbers[high, "survival_treated"] is None
    assert numbers[high, "survival_control"] == pytest.approx(0.192, abs=1e-12)
    assert "188" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_knows_a_curve_at_zero(died_out: list[str], language: str, tmp_path: Path):
    numbers, said = printed([*died_out, "--horizon", "800"], language, tmp_path)
    assert {value for (_, quantity), value in numbers.items() if quantity == "survival_control"} == {0}
    assert said == ""


def slide_texts(path: Path) -> list[str]:
    texts: list[str] = []
    slide: Any
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
        if slide.has_notes_slide:
            texts.append(slide.notes_slide.notes_text_frame.text)
    return texts


def test_a_slide_gives_no_number_beyond_follow_up(short: list[str], tmp_path: Path):
    path = tmp_path / "slides.pptx"
    run("export", *short, "--picture", "survival-2", "-o", path)
    told = in_one_line(" ".join(slide_texts(path)))
    assert "not estimable after day 188" in told
    assert "carried forward" not in told
    for carried in ("61 %", "61.4 %", "42 points"):
        assert carried not in told


def test_a_slides_curve_ends_with_its_follow_up(short: list[str], tmp_path: Path):
    path = tmp_path / "slides.pptx"
    run("export", *short, "--picture", "survival-2", "-o", path)
    shapes: Any = Presentation(str(path)).slides[0].shapes
    (chart,) = [shape.chart for shape in shapes if shape.has_chart]
    ends = {series.name: max(_x_values(series)) for series in chart.plots[0].series}
    assert ends["Drug"] == 188
    assert ends["Placebo"] == 750
    assert max(end for name, end in ends.items() if name.startswith("Drug")) == 188


def _x_values(series: Any) -> list[float]:
    return [float(v.text) for v in series._element.iterfind(".//{*}xVal//{*}v")]


@pytest.mark.parametrize("kind", ["json", "pptx"])
def test_a_file_of_it_is_made_again_the_same(short: list[str], kind: str, tmp_path: Path):
    path = tmp_path / f"made.{kind}"
    if kind == "json":
        path.write_text(run("analyze", *short, "--json"), encoding="utf-8")
    else:
        run("export", *short, "-o", path)
    assert "same" in run("replay", path, *short[:5]).lower()


NAMES = ArmNames("IL-2", "Placebo")
HERE = small_trial(
    arm=["IL-2"] * 6 + ["Placebo"] * 6,
    time=[40, 60, 90, 120, 150, 188, 50, 80, 300, 500, 700, 720],
    event=[1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0],
)


def test_there_is_no_number_needed_to_treat_beyond_follow_up():
    view = Selection(horizon=640)
    result, (effect,) = survival_by_group(HERE, view), absolute_effects(HERE, view)
    assert effect.number_needed is None
    survival, needed, _ = describe_absolute_effect(result, effect, NAMES).facts
    assert in_one_line(survival.value) == "not estimable after day 188"
    assert in_one_line(survival.detail) == "IL-2 was followed to day 188; Placebo 33 %"
    assert (needed.value, in_one_line(needed.detail)) == ("not reported", "not estimable after day 188")


@pytest.mark.parametrize("place", ["card", "stage"])
def test_a_picture_ends_a_curve_with_its_follow_up(place: str):
    result = survival_by_group(HERE, Selection(horizon=640))
    if place == "card":
        figure = draw_survival_card(result, result.overall, NAMES, LIGHT)
    else:
        figure = draw_survival(SurvivalPicture(result, 0, NotEstimable("No group.")), NAMES, LIGHT)
    lines = [trace for trace in figure["data"] if "dash" in trace.get("line", {})]
    assert {line["line"]["color"]: line["x"][-1] for line in lines} == {
        LIGHT.treated.line: 188,
        LIGHT.control.line: 640,
    }
    labels = [in_one_line(note["text"]) for note in figure["layout"]["annotations"]]
    assert "<b>IL-2</b><br>–" in labels
    assert "<b>Placebo</b><br>33 %" in labels
