"""Fleming and Harrington's weighted log-rank test: as R has it, and told wherever a statistic is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mirodash.export.analysis_json import analysis_json
from mirodash.export.code import code
from mirodash.questions.panel import explain
from mirodash.questions.report import analysis_tables, analyze
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.talk.slide_data import find_slide_data
from mirodash.questions.talk.slide_text import describe_picture, list_slide_facts
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import validate
from mirodash.survival import compare_arms
from mirodash.survival.further_statistics import Choice
from mirodash.survival.results import LogRank, NotEstimable
from mirodash.trial.store import sample
from tests.reference_cases import CASES, load_case, load_json

TRIAL = sample("mirocals")
LATE = Selection(statistics=("weighted-logrank:0,1",))
LABEL = "Weighted log-rank, ρ 0, γ 1"


def test_equals_r() -> None:
    expected = {case["name"]: case["tests"] for case in load_json("weighted_logrank")}
    for name in CASES:
        case = load_case(name)
        choices = tuple(Choice("weighted-logrank", (one["rho"], one["gamma"])) for one in expected[name])
        (found,) = compare_arms(
            case.time,
            case.event,
            case.treated,
            np.ones((1, case.time.size), dtype=bool),
            horizon=case.horizon,
            ticks=[0],
            further=choices,
        )
        for choice, one in zip(choices, expected[name], strict=True):
            ours = found.further[choice.text]
            assert (ours.statistic, ours.p) == pytest.approx((one["statistic"], one["p"]), rel=1e-10)
        assert isinstance(found.logrank, LogRank)
        assert found.further["weighted-logrank:0,0"].statistic == pytest.approx(found.logrank.statistic)


def test_renaming_the_arms_changes_nothing_and_nothing_is_computed_of_one_arm() -> None:
    time, event, arm = [3, 5, 8, 8, 9, 12], [1, 1, 0, 1, 1, 0], np.array([0, 1, 0, 1, 1, 0])
    asked = {"horizon": 9, "ticks": [0], "further": LATE.further}
    members = np.array([[True] * 6])
    one, other = (compare_arms(time, event, treated, members, **asked)[0] for treated in (arm, 1 - arm))
    text = LATE.statistics[0]
    assert one.further[text].statistic == pytest.approx(other.further[text].statistic)
    assert one.further[text].difference == pytest.approx(-other.further[text].difference)
    (nobody,) = compare_arms(time, event, arm * 0, members, **asked)
    assert isinstance(nobody.further[text], NotEstimable)
    # the only event has everybody before it, so that 1 − S is 0
    (early,) = compare_arms([1, 2, 3], [1, 0, 0], [0, 1, 0], [[True] * 3], **asked)
    assert "weight of 0" in early.further[text].why


def test_it_is_told_wherever_a_statistic_is_told() -> None:
    found = survival_by_group(TRIAL, LATE).overall.comparison.further["weighted-logrank:0,1"]
    group = analysis_json(analyze(TRIAL, LATE))["groups"][0]["weighted-logrank:0,1"]
    assert (group["statistic"], group["p"]) == (found.statistic, found.p)
    assert analysis_tables(analyze(TRIAL, LATE)).count(LABEL) == len(survival_by_group(TRIAL, LATE).groups)
    picture = find_slide_data(TRIAL, LATE, "survival-0")
    assert LABEL in {fact.label for fact in list_slide_facts(TRIAL, LATE, picture)}
    assert "Weighted log-rank test" in describe_picture(TRIAL, LATE, picture).numbers
    for language, said in (("en", "ρ = 0 and γ = 1"), ("fr", "log-rank pondéré")):
        assert said in methods_paragraph(TRIAL, LATE, language=language, looks=None, versions={})
    for language in ("r", "python"):
        assert "weighted_logrank(people, 0, 1)" in code(TRIAL, LATE, language)
        assert "weighted_logrank" not in code(TRIAL, Selection(), language)


def test_its_p_value_stands_on_the_card_of_all_participants_alone() -> None:
    split = replace(LATE, thresholds=(3700.0,))
    cards = [explain(panel, TRIAL, split) for panel in SURVIVAL]
    assert [LABEL in {fact.label for fact in card.facts} for card in cards if card] == [True, False, False]


def test_small_counts_withhold_it() -> None:
    careful = replace(TRIAL, min_cell=48)
    for group in survival_by_group(careful, LATE).groups:
        assert isinstance(group.comparison.further["weighted-logrank:0,1"], NotEstimable)


def test_what_cannot_be_meant_is_refused() -> None:
    for text, said in (("weighted-logrank:0", "takes ρ and γ"), ("weighted-logrank:0,11", "from 0 to 10")):
        assert said in validate(TRIAL, Selection(statistics=(text,)))[0]
    assert "no further statistic 'peto'" in validate(TRIAL, Selection(statistics=("peto",)))[0]
    assert Selection.from_query("statistic=weighted-logrank:x").statistics == ()
