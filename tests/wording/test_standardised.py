"""A card says what its standardised curves are standardised to, what they show, and why there are none."""

from __future__ import annotations

from mirodash.plot.theme import LIGHT
from mirodash.questions.panel import show
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.stratification.selection import Selection
from mirodash.text.facts import Explanation
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import of_size

MIROCALS = sample("mirocals")
CHOSEN = Selection(adjust=("age", "csf_pnfh", "svc", "sex", "el_escorial"), curves="adjusted")


def said(trial: Trial, selection: Selection, place: int = 0) -> Explanation:
    shown = show(SURVIVAL[place], trial, selection, LIGHT)
    assert shown is not None
    return shown.explanation


def test_sentence_and_fact_say_what_r_says() -> None:
    told = said(MIROCALS, CHOSEN)
    # R: 0.6303 on treatment and 0.5821 on control
    assert (
        "The curves are standardised to the same baseline (age, log CSF pNFH, slow vital capacity, sex, El "
        "Escorial category, country × site of onset): had everybody been on IL-2, 63 % would be alive at 640 "
        "days, on Placebo 58 %."
    ) in unify_spaces(told.sentence)
    assert unify_spaces(told.sentence).endswith("3 who lack a value are not in them: slow vital capacity 3.")
    assert told.subtitle.endswith("90 deaths · standardised")
    fact = told.facts[1]
    assert (fact.label, fact.value) == (
        "Standardised, alive at 640 days".replace("640 days", "640\u00a0days"),
        "63\u202f% v 58\u202f%",
    )
    assert unify_spaces(fact.detail).startswith("difference +5 points (95 % CI ")


def test_the_table_has_the_curves_at_every_tick() -> None:
    told = said(MIROCALS, CHOSEN)
    table, ticks = told.tables[-1], 8
    assert table.caption == "All participants: standardised survival"
    assert len(table.rows) == 2 * ticks
    assert [unify_spaces(cell) for cell in table.rows[0]] == ["IL-2", "0 days", "100 %", "–"]
    assert unify_spaces(table.rows[ticks - 1][2]) == "63.0 %"
    assert unify_spaces(table.rows[-1][2]) == "58.2 %"


def test_curves_that_cannot_be_standardised_say_why() -> None:
    told = said(MIROCALS, Selection(adjust=("site",), curves="adjusted"), 2)
    assert "The curves are Kaplan–Meier's. They cannot be standardised to the same baseline: The hazard" in (
        told.sentence
    )
    assert told.facts == said(MIROCALS, Selection(), 2).facts


def test_a_group_of_nobody_says_only_that() -> None:
    trial = of_size(40)
    told = said(trial, Selection(thresholds=(-1e6,), curves="adjusted", adjust=("age",)), 1)
    assert told.sentence == "No participants are in this group: pNFH ≤ −1,000,000 pg/mL."


def test_somebody_left_out_is_one_person() -> None:
    ages = [float("nan"), *(float(20 + (7 * k) % 60) for k in range(1, 40))]
    told = said(of_size(40, numbers={"age": ages}), Selection(adjust=("age",), curves="adjusted"))
    assert told.sentence.endswith("1 who lacks a value is not in them: age 1.")
