"""What is told of two arms never lets anybody work out a small count."""

from __future__ import annotations

import numpy as np

from mirodash.disclosure.counts import SUPPRESSED, explain_suppression, suppress_comparison
from mirodash.survival.compare import compare_arms
from mirodash.survival.results import ArmComparison, NotEstimable


def compared(control: int, treated: int, *, deaths: tuple[int, int] = (0, 0)) -> ArmComparison:
    """So many participants in either arm, the first of whom died one after the other."""
    event = np.concatenate([np.arange(n) < died for n, died in zip((control, treated), deaths, strict=True)])
    time = np.concatenate([np.arange(1.0, control + 1), np.arange(1.5, treated + 1)])
    arm = np.repeat([0, 1], [control, treated])
    everybody = np.ones((1, control + treated), dtype=np.bool_)
    return compare_arms(time, event, arm, everybody, horizon=50.0, ticks=(0.0, 25.0, 50.0))[0]


def test_without_a_limit_the_comparison_is_the_same_object() -> None:
    exact = compared(30, 30, deaths=(4, 20))
    assert suppress_comparison(exact, 0) is exact


def test_an_arm_with_few_events_hides_those_of_the_other_and_all_from_which_they_follow() -> None:
    told = suppress_comparison(compared(30, 30, deaths=(4, 20)), 10)
    assert (told.n, told.events) == (60, 24)
    assert (told.control.n, told.control.events, told.treated.events) == (30, -10, SUPPRESSED)
    assert not told.control.has_curve
    assert not told.treated.has_curve
    few = NotEstimable("Fewer than 10 events are in an arm, so no more is shown.")
    assert (told.cox, told.logrank, told.rmst_difference, told.survival_difference) == (few,) * 4
    assert explain_suppression(told) == few.why
    assert (told.treated.at_risk.events == SUPPRESSED).all()


def test_every_column_of_the_table_at_risk_hides_two_or_none() -> None:
    table = suppress_comparison(compared(40, 40, deaths=(20, 20)), 10).control.at_risk
    for column in zip(table.at_risk, table.censored, table.events, strict=True):
        assert sum(number < 0 for number in column) != 1


def test_of_a_small_arm_nothing_but_that_it_is_small_is_told() -> None:
    told = suppress_comparison(compared(40, 4, deaths=(20, 2)), 10)
    assert (told.control.n, told.treated.n) == (SUPPRESSED, -10)
    assert not told.control.has_curve
    assert not told.treated.has_curve
    assert explain_suppression(told) == "Fewer than 10 participants are in an arm here, so no more is shown."


def test_a_reason_does_not_tell_that_nobody_died() -> None:
    told = suppress_comparison(compared(30, 30, deaths=(0, 20)), 10)
    assert isinstance(told.cox, NotEstimable)
    assert told.cox.why == "Fewer than 10 events are in an arm, so no more is shown."
    assert told.cox.firth is None


def test_nobody_is_not_told_from_a_choice_that_is_not_shown() -> None:
    told = suppress_comparison(compared(0, 0), 10)
    assert (told.n, told.events, told.control.n) == (SUPPRESSED, SUPPRESSED, SUPPRESSED)
