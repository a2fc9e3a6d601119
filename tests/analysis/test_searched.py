"""The thresholds in view are found by looking unless exactly they were declared."""

from __future__ import annotations

from mirodash.questions.group_interaction import interaction
from mirodash.questions.threshold_evidence import Searched, find_threshold_evidence
from mirodash.questions.thresholds.threshold_scan import evaluate_thresholds, search_thresholds
from mirodash.stratification.selection import Declaration, Selection
from mirodash.survival.results import ThresholdScan
from mirodash.trial.store import sample
from tests.profiles import for_each

PLAN = Declaration((3700.0,), "Statistical analysis plan 2.1", "2017-04-12")


@for_each("name", ["mirocals", "mirocals-null", "mirocals-prognostic"])
def test_the_best_is_that_of_the_scan_and_its_p_value_that_of_the_search(name: str):
    trial, selection = sample(name), Selection()
    found, scan = (
        find_threshold_evidence(trial, selection, share=2),
        search_thresholds(trial, selection, share=2),
    )
    assert isinstance(found, Searched)
    assert isinstance(scan, ThresholdScan)
    assert found.best == scan.best_threshold
    assert found.found.p_best == scan.p_value_adjusted
    assert found.best is not None
    at_best = evaluate_thresholds(trial, Selection(thresholds=(found.best,)), share=2)
    assert [one.p for one in getattr(at_best, "at", ())] == [found.found.p_best]


def test_only_thresholds_that_stand_as_declared_have_a_test_of_their_own():
    trial = sample("mirocals")
    there = find_threshold_evidence(trial, Selection(declared=PLAN, thresholds=(3700.0,)), share=1)
    moved = find_threshold_evidence(trial, Selection(declared=PLAN, thresholds=(3600.0,)), share=1)
    assert isinstance(there, Searched)
    assert isinstance(moved, Searched)
    assert there.own == interaction(trial, Selection(thresholds=(3700.0,)))
    assert (moved.own, moved.declared) == (None, PLAN)


@for_each(("query", "chosen"), [("", False), ("keep.sex=F", True), ("site=UK-01", True)])
def test_choosing_participants_is_noticed(query: str, chosen: bool):
    found = find_threshold_evidence(sample("mirocals"), Selection.from_query(query), share=1)
    assert isinstance(found, Searched)
    assert found.chosen_people is chosen
