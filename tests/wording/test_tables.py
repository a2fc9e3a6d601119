"""The tables say the numbers, and the cautions that belong to them, in lines that fit a terminal."""

from __future__ import annotations

from typing import Any

from mirodash.questions.report import analysis_tables, analyze
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.text.facts import WIDTH, align_columns, shorten_text
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.small_trials import RELAPSE, eight_people, small_trial

MIROCALS = sample("mirocals")


def tables(trial: Trial, **chosen: Any) -> str:
    return analysis_tables(analyze(trial, Selection(**chosen)))


def _large(**changes: Any) -> Trial:
    n = 40
    columns: dict[str, Any] = {
        "arm": ["IL-2", "Placebo"] * (n // 2),
        "time": [float(10 + (7 * k) % 97) for k in range(n)],
        "event": [1 if k % 3 else 0 for k in range(n)],
        "biomarker": [float(1 + (11 * k) % 37) for k in range(n)],
        "site": [None, None, *(f"S-{k // 2 % 3}" for k in range(n - 2))],
    }
    return small_trial(**(columns | changes))


EVERY_KIND = [
    tables(MIROCALS),
    tables(sample("gbsg2")),
    tables(MIROCALS, thresholds=(750, 3700), strata=("country",), unit="months", confidence=0.9),
    tables(eight_people()),
    tables(eight_people(), sites=()),
    tables(_large(event=[0, 1] * 20), thresholds=(1000,)),
    tables(_large(), strata=("site",), horizon=30_000),
    tables(
        small_trial(
            arm=["IL-2", "Placebo", "A very long name of an arm, too long"], time=[1, 2, 3], event=[1, 1, 1]
        )
    ),
]


@for_each("text", EVERY_KIND)
def test_lines_fit_a_terminal_and_hold_ordinary_spaces(text: str):
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert text.endswith("\n")
    assert not {"\u202f", "\u00a0"} & set(text)
    assert "nan" not in text.split()
    assert "None" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_the_same_numbers_as_the_analysis():
    text = tables(MIROCALS)
    cox = analyze(MIROCALS, Selection()).survival.overall.comparison.cox
    assert f"{cox.hr:.2f} (95 % CI {cox.ci[0]:.2f} to {cox.ci[1]:.2f})" in text  # type: ignore[union-attr]
    assert "All participants: n = 220, 90 deaths" in text
    assert "pNFH ≤ 3,700 pg/mL: n = 174, 57 deaths" in text
    assert "ratio of hazard ratios, upper over lower group" in text
    assert "Everybody randomised is counted above." in text


def test_a_synthetic_trial_says_so_loudly():
    assert "SYNTHETIC DATA" in tables(MIROCALS)
    assert "SYNTHETIC" not in tables(eight_people())


def test_an_overall_result_that_is_not_established_says_so():
    assert "Exploratory: the overall result is not established (hazard ratio among all 0.81" in tables(
        MIROCALS
    )
    nobody = (
        "Exploratory: the overall result is not established. The hazard ratio among all is not estimable."
    )
    assert nobody in tables(eight_people(), sites=())
    clear = _large(time=[1.0 + k if k % 2 else 30.0 + k for k in range(40)], event=[1] * 40)
    assert "Exploratory" not in tables(clear)


def test_p_values_beside_thresholds_carry_their_caution():
    assert "not corrected for the search" in tables(MIROCALS).replace("\n", " ")
    assert "not corrected for the search" not in tables(MIROCALS, thresholds=()).replace("\n", " ")


def test_who_was_left_out_is_told():
    text = tables(eight_people())
    assert "In no group" in text
    assert "  biomarker missing  1" in text
    assert "Left out" in tables(eight_people(), thresholds=())


def test_what_was_noticed_in_the_data_is_told():
    trial = eight_people(title="Trial with a notice")
    object.__setattr__(trial, "notices", ("3 values below 15.6 stand at the limit.",))
    assert "  - 3 values below 15.6 stand at the limit." in tables(trial)


def test_the_population_says_what_was_chosen():
    text = tables(eight_people(), sites=("FR-01",), filters=(LevelFilter("sex", ("f",)),))
    assert "Population: 8 randomised; sites FR-01; Sex: female." in text
    assert "no site" in tables(eight_people(), sites=())


def test_a_group_nobody_is_in():
    text = tables(_large(), thresholds=(1000,))
    assert "pNFH > 1,000 pg/mL: n = 0, 0 deaths" in text
    assert "No participants are in this group." in text


def test_no_events_in_an_arm():
    text = " ".join(tables(_large(event=[0, 1] * 20)).split())
    assert "Hazard ratio not estimable." in text
    assert "Firth's estimate: " in text


def test_one_event_is_a_death():
    assert "n = 2, 1 death\n" in tables(eight_people())


def test_several_groups_are_tested_together():
    text = tables(_large(), thresholds=(10, 20))
    assert "on 2 degrees of freedom" in text
    assert "ratio of hazard ratios" not in text


def test_without_a_threshold_the_reason_is_given():
    assert "not estimable. No threshold is set" in tables(_large(), thresholds=())


def test_strata():
    text = " ".join(tables(_large(), strata=("site",)).split())
    assert "Stratified by site hazard ratio" in text
    assert "2 participants belong to no stratum." in text


def test_beyond_the_last_follow_up_survival_is_not_estimable_and_means_are_capped():
    text = " ".join(tables(_large(), horizon=30_000).split())
    assert "* No participant in this arm is at risk at the horizon: survival there is not estimable." in text
    assert "Survival difference at horizon not estimable after " in text
    assert ", where follow-up of an arm ends" in text
    assert "not estimable after" not in tables(_large(), horizon=20, landmarks=(15.0,))


@for_each(
    ("values", "scale", "words"),
    [
        (1, "log", "treatment × log pNFH as a straight line: coefficient"),
        (
            -20,
            "log",
            "treatment × pNFH (not its logarithm: some values are 0 or less) as a straight line: coefficient",
        ),
        (-20, "linear", "treatment × pNFH as a straight line: coefficient"),
    ],
)
def test_the_scale_of_the_continuous_interaction_is_named(values: int, scale: Any, words: str):
    trial = _large(
        biomarker=[float(values + (11 * k) % 37) for k in range(40)],
        biomarkers=(Biomarker("pnfh", "CSF pNFH", "pNFH", scale=scale),),
    )
    assert words in " ".join(tables(trial, thresholds=()).split())


def test_a_median_between_two_days_keeps_its_half():
    trial = small_trial(arm=["IL-2"] * 4 + ["Placebo"] * 4, time=[1, 2, 3, 4] * 2, event=[1] * 8)
    assert "2.5 (1 or more)" in tables(trial)


def test_short_times_keep_decimals():
    trial = small_trial(
        arm=["IL-2", "Placebo"] * 3, time=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6], event=[1] * 6, endpoints=(RELAPSE,)
    )
    assert "0.125" not in tables(trial, horizon=0.5)
    assert "  0.1  0.2  0.3  0.4  0.5" in tables(trial, horizon=0.5)
    assert "  0  1  2" in tables(trial, horizon=6)


@for_each(
    ("horizon", "heading", "ticks"),
    [
        (35, "to a horizon of 35 days", "25  30  35"),
        (182.5, "to a horizon of 182.5 days.", "150  182.5"),
        (0.5, "to a horizon of 0.5 days", "0.4  0.5"),
    ],
)
def test_a_horizon_stands_as_it_was_chosen(horizon: float, heading: str, ticks: str):
    text = " ".join(tables(_large(), horizon=horizon).split())
    assert heading in text
    assert ticks.replace("  ", " ") in text


def test_why_arms_cannot_be_compared_is_said_once_in_a_group():
    text = " ".join(tables(MIROCALS, filters=(LevelFilter("arm", ("IL-2",)),), thresholds=()).split())
    assert text.count("Only the treated arm is in this group") == 1
    assert "Comparison not estimable. Only the treated arm" in text
    one = " ".join(tables(MIROCALS, thresholds=(750,)).split())
    assert one.count("Only 1 event among 20 participants") == 1
    assert "Proportional hazards not estimable, as there is no hazard ratio." in one


def test_why_nothing_is_estimable_within_strata_is_said_once():
    text = " ".join(tables(MIROCALS, strata=("arm",), thresholds=()).split())
    assert text.count("In no stratum did an event come while both arms were at risk") == 1
    assert ".;" not in text


def test_columns():
    assert align_columns([("a", "1"), ("bcd", "22")]) == ["  a     1", "  bcd  22"]
    assert shorten_text("abcdef", 4) == "abc…"
    assert shorten_text("abcd", 4) == "abcd"


def test_everybody_is_named_as_the_trial_names_its_participants():
    text = tables(sample("gbsg2"))
    assert "Everybody enrolled is counted above." in text
    assert "randomised" not in text
