"""Windows along the biomarker in words: where the effect is, and what the tests allow to say."""

from __future__ import annotations

from typing import Any

import numpy as np

from mirodash.questions.thresholds.stepp_windows import describe_effect_in_windows
from mirodash.text.facts import Explanation
from mirodash.text.numbers import unify_spaces
from tests.made_up_scans import NAN, made_up_windows
from tests.profiles import for_each
from tests.small_trials import DEATH, MARKER

NEITHER = "do not show that the effect depends on pNFH, nor that it does not"


def _told(**changes: Any) -> Explanation:
    return describe_effect_in_windows(
        MARKER, made_up_windows(**changes), endpoint=DEATH, horizon="640 days", confidence=0.95
    )


def test_the_first_the_middle_and_the_last_window_are_told():
    sentence = unify_spaces(_told().sentence)
    assert sentence.startswith(
        "The hazard ratio is 0.40 in the window around 100 pg/mL, 0.90 in the window around 400 pg/mL, "
        "1.40 in the window around 800 pg/mL."
    )


@for_each(
    ("p_ratio", "p_difference", "clear", "unclear"),
    [
        (0.3, 0.6, "", "In the hazard ratio and the survival difference, four tests allowed for, they"),
        (
            0.01,
            0.6,
            "In the hazard ratio the windows differ more than by chance",
            "In the survival difference, four tests allowed for, they",
        ),
        (
            0.3,
            0.01,
            "In the survival difference the windows differ more than by chance",
            "In the hazard ratio, four tests allowed for, they",
        ),
        (0.01, 0.012, "In the hazard ratio and the survival difference the windows differ", ""),
        (0.02, 0.6, "", "In the hazard ratio and the survival difference, four tests"),
        (None, 0.6, "", "In the survival difference, four tests allowed for, they"),
        (0.01, None, "In the hazard ratio the windows differ", ""),
    ],
)
def test_each_test_speaks_of_its_own_measure(
    p_ratio: float | None, p_difference: float | None, clear: str, unclear: str
):
    sentence = _told(p_hazard_ratio=p_ratio, p_difference=p_difference).sentence
    assert clear in sentence
    assert (NEITHER in sentence) == bool(unclear)
    assert unclear in sentence
    assert ("differ more than by chance" in sentence) == bool(clear)


def test_without_tests_nothing_is_claimed():
    sentence = _told(p_hazard_ratio=None, p_difference=None).sentence
    assert "cannot be tested" in sentence
    assert "luck easily" not in sentence


def test_p_values_are_those_of_all_windows_together():
    ratio, difference = _told().facts
    assert unify_spaces(ratio.detail) == "resampling test over all windows: p = 0.31, one of four tests"
    assert (ratio.value, unify_spaces(difference.value)) == ("overall 0.80", "overall +7 points")
    assert "Alive at 640 days" in difference.label
    assert _told(p_hazard_ratio=None).facts[0].detail == ""
    assert _told(overall_difference=None).facts[1].value == "overall not estimable"


def test_windows_without_an_estimate_are_counted_with_the_reason():
    sentence = _told(
        without_hazard_ratio=(("No event in an arm.", 2),),
        without_difference=(("Nobody is left.", 1), ("follow-up of an arm ends before the horizon", 3)),
    ).sentence
    assert "2 windows without a hazard ratio: No event in an arm." in sentence
    assert "1 window without a difference: Nobody is left." in sentence
    assert "3 windows without a difference: follow-up of an arm ends before the horizon" in sentence


def test_every_window_is_a_row():
    (table,) = _told().tables
    assert len(table.rows) == 4
    assert unify_spaces(table.rows[0][0]) == "10 to 200 pg/mL"
    assert unify_spaces(table.rows[0][3]) == "0.40 (95 % CI 0.20 to 0.80)"
    assert unify_spaces(table.rows[0][4]) == "+25 points (95 % CI +5 to +45)"
    assert table.rows[3][4] == "not estimable"


def test_limits_that_do_not_exist_are_left_out():
    (table,) = _told(
        hazard_ratio_upper=np.array([NAN, 1.0, 2.0, 3.0]), difference_lower=np.array([NAN, 0.0, 0.0, NAN])
    ).tables
    assert unify_spaces(table.rows[0][3]) == "0.40 (95 % CI 0.20 or more)"
    assert unify_spaces(table.rows[0][4]) == "+25 points"


def test_no_window_with_a_ratio_is_said():
    assert "cannot be estimated in any window" in _told(hazard_ratio=np.full(4, NAN)).sentence


def test_the_two_designs_are_told_apart():
    sliding, tail = _told(), _told(design="tail")
    assert sliding.title != tail.title
    assert "about 40 participants" in sliding.subtitle
    assert "then lose the lowest" in tail.subtitle
