"""Interactions by factor equal R's, are adjusted for their number, and leave a searched threshold out."""

from __future__ import annotations

import pytest

from mirodash.questions.forest import compute_factor_interactions
from mirodash.stratification.selection import Declaration, Selection
from mirodash.survival.interactions import adjust_by_holm
from mirodash.survival.meta_analysis import LikelihoodRatioTest
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import sample
from tests.panels.views import DEGENERATE, of_size
from tests.profiles import for_each
from tests.reference_cases import load_json

STORED = load_json("subgroups")["interactions"]
DECLARED = Declaration((3700.0,), "Analysis plan", "2017-04-12")


def test_each_factor_is_tested_as_in_r_but_not_the_threshold_that_was_searched() -> None:
    found = compute_factor_interactions(sample("mirocals"), Selection())
    assert {item.key for item in found.factors} == STORED.keys() - {"csf_pnfh"}
    assert found.searched == "CSF pNFH"
    for item in found.factors:
        assert isinstance(item.found.test, LikelihoodRatioTest)
        assert item.found.test.p == pytest.approx(STORED[item.key]["p_lr"], rel=1e-7)
        assert item.found.left_out == STORED[item.key]["left_out"]


def test_the_adjustment_counts_all_tests() -> None:
    found = compute_factor_interactions(sample("mirocals"), Selection())
    assert found.tested == len(found.factors) == 12
    assert found.chance == pytest.approx(1 - 0.95**12)
    raw = [item.found.test.p for item in found.factors if isinstance(item.found.test, LikelihoodRatioTest)]
    assert tuple(item.p_adjusted for item in found.factors) == adjust_by_holm(raw)


def test_a_threshold_declared_beforehand_is_tested_like_any_factor() -> None:
    found = compute_factor_interactions(sample("mirocals"), Selection(declared=DECLARED))
    assert found.tested == 13
    assert found.searched == ""
    first = found.factors[0]
    assert first.key == "csf_pnfh"
    assert isinstance(first.found.test, LikelihoodRatioTest)
    assert first.found.test.p == pytest.approx(STORED["csf_pnfh"]["p_lr"], rel=1e-7)


def test_another_threshold_than_the_declared_one_is_a_search() -> None:
    found = compute_factor_interactions(
        sample("mirocals"), Selection(declared=DECLARED, thresholds=(2000.0,))
    )
    assert found.searched == "CSF pNFH"


@for_each("name", DEGENERATE)
def test_a_factor_without_two_effects_has_a_sentence_and_is_not_counted(name: str) -> None:
    found = compute_factor_interactions(DEGENERATE[name], Selection())
    there = [item for item in found.factors if isinstance(item.found.test, LikelihoodRatioTest)]
    assert found.tested == len(there)
    for item in found.factors:
        if isinstance(item.found.test, NotEstimable):
            assert item.p_adjusted is None
            assert item.found.test.why.endswith(".")
        else:
            assert item.p_adjusted is not None
            assert item.found.test.p <= item.p_adjusted <= 1


def test_a_factor_that_nobody_has_says_so() -> None:
    found = compute_factor_interactions(of_size(40, numbers={"age": [float("nan")] * 40}), Selection())
    (age,) = [item for item in found.factors if item.key == "age"]
    assert isinstance(age.found.test, NotEstimable)
    assert age.found.test.why.startswith("No value is known")
