"""The biomarker beside prognosis: R's numbers for the built-in trial, and an answer for every trial."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirodash.questions.group_interaction import EffectPerStep, effect_per_step
from mirodash.questions.prognosis_panel import BiomarkerAndPrognosis, prognosis
from mirodash.stratification.selection import Selection
from mirodash.survival.adjusted import PrognosisAdjusted, Ratio
from mirodash.survival.results import NotEstimable
from mirodash.trial.store import sample
from tests.panels.views import DEGENERATE, of_size
from tests.profiles import for_each
from tests.reference_cases import load_json

MIROCALS = sample("mirocals")
R = load_json("adjusted")["mirocals"]["prognosis"]


def answered(selection: Selection) -> tuple[BiomarkerAndPrognosis, PrognosisAdjusted]:
    answer = prognosis(MIROCALS, selection)
    assert answer is not None
    assert isinstance(answer.found, PrognosisAdjusted)
    return answer, answer.found


@for_each("name", ["alone", "adjusted", "predictive_alone", "predictive_adjusted"])
def test_equals_r(name: str) -> None:
    _, found = answered(Selection())
    ratio = getattr(found, name)
    assert isinstance(ratio, Ratio)
    assert (found.participants, found.events) == (R["n"], R["events"])
    assert ratio.ratio == pytest.approx(R[name]["ratio"], rel=1e-7)
    assert ratio.ci == pytest.approx(R[name]["ci"], rel=1e-7)


def test_without_a_choice_every_other_factor_tells_the_prognosis() -> None:
    answer, _ = answered(Selection(biomarker="svc"))
    columns = [item.column for item in answer.factors]
    assert "svc" not in columns
    assert columns == [f.column for f in MIROCALS.dictionary.factors if f.column != "svc"]


def test_chosen_columns_are_the_prognosis_but_for_the_biomarker_itself() -> None:
    answer, _ = answered(Selection(adjust=("age", "csf_pnfh", "country")))
    assert [item.column for item in answer.factors] == ["age", "country"]


def test_alone_it_is_what_the_explore_page_says_of_the_same_people() -> None:
    _, found = answered(Selection(adjust=("age",)))
    explored = effect_per_step(MIROCALS, Selection())
    assert isinstance(explored, EffectPerStep)
    assert isinstance(found.predictive_alone, Ratio)
    assert found.predictive_alone.ratio == pytest.approx(explored.ratio, rel=1e-9)
    assert found.predictive_alone.ci == pytest.approx(explored.ci, rel=1e-9)


def test_those_who_lack_something_are_counted() -> None:
    answer, found = answered(Selection())
    assert answer.left_out + found.participants == MIROCALS.participants
    assert dict(answer.missing) == {"serum_nfl": 6, "tregs": 9, "svc": 3}


def test_moving_a_threshold_changes_nothing() -> None:
    assert prognosis(MIROCALS, Selection(thresholds=(900,))) is prognosis(
        MIROCALS, replace(Selection(), curves="adjusted", unit="months")
    )


def test_a_biomarker_without_a_logarithm_goes_by_steps() -> None:
    answer = prognosis(of_size(40, biomarker=[float(k - 20) for k in range(40)], site=None), Selection())
    assert answer is not None
    assert answer.step == 20


@for_each("name", DEGENERATE)
def test_every_trial_has_an_answer_or_a_reason(name: str) -> None:
    answer = prognosis(DEGENERATE[name], Selection())
    if answer is None or isinstance(answer.found, NotEstimable):
        assert answer is None or answer.found.why.endswith(".")
        return
    for field in ("alone", "adjusted", "predictive_alone", "predictive_adjusted"):
        ratio = getattr(answer.found, field)
        assert isinstance(ratio, NotEstimable) or 0 < ratio.ci[0] <= ratio.ratio <= ratio.ci[1]


def test_nobody_with_everything_is_said() -> None:
    nobody = prognosis(DEGENERATE["biomarker known of nobody"], Selection())
    assert nobody is not None
    assert nobody.found == NotEstimable("No participant has both the biomarker and every factor.")
