"""Sums over risk sets against plain loops over participants and event times."""

from __future__ import annotations

import numpy as np

from mirodash.survival.cox_likelihood import (
    EventTimeIndex,
    GroupedRiskSums,
    IndividualSums,
    RiskSums,
    index_events,
)
from mirodash.survival.results import Counts, Numbers
from tests.profiles import for_each

CODE = np.array([0, 0, 2, 2, 3, 1, 1, 2, 4, 4, 0, 3])
EVENT = np.array([0, 1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0], dtype=np.bool_)
STRATA = [
    None,
    np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]),
    np.array([2, 2, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0]),
]
CELL = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 1])


def by_hand(stratum: Counts | None) -> tuple[Numbers, Numbers]:
    """Who is at risk, and who fails, at every (stratum, event time): (slots, participants)."""
    s = np.zeros_like(CODE) if stratum is None else stratum
    slots = sorted({(a, t) for a, t, e in zip(s, CODE, EVENT, strict=True) if e})
    at_risk = np.array([[a == b and t <= u for b, u in zip(s, CODE, strict=True)] for a, t in slots])
    failing = np.array([(s == a) & (t == CODE) & EVENT for a, t in slots])
    return at_risk.astype(float), failing.astype(float)


def slots_and_sums(stratum: Counts | None, kind: str) -> tuple[EventTimeIndex, RiskSums, Numbers]:
    slots = index_events(CODE, EVENT, stratum)
    if kind == "individuals":
        return slots, IndividualSums(slots), np.eye(CODE.size)
    return slots, GroupedRiskSums(slots, CELL, 4), np.eye(4)[CELL]


@for_each("kind", ["individuals", "cells"])
@for_each("stratum", STRATA)
def test_all_four_sums_are_those_of_a_loop(stratum: Counts | None, kind: str) -> None:
    slots, sums, unit_of = slots_and_sums(stratum, kind)
    at_risk, failing = by_hand(stratum)
    rng = np.random.default_rng(1)
    values = rng.normal(size=(3, unit_of.shape[1]))
    amounts = rng.normal(size=slots.tied.size)
    np.testing.assert_array_equal(slots.tied, failing.sum(axis=1))
    np.testing.assert_allclose(sums.at_risk(values), values @ unit_of.T @ at_risk.T, atol=1e-14)
    np.testing.assert_allclose(sums.failing(values), values @ unit_of.T @ failing.T, atol=1e-14)
    np.testing.assert_allclose(sums.while_at_risk(amounts), unit_of.T @ at_risk.T @ amounts, atol=1e-14)
    np.testing.assert_allclose(sums.when_failing(amounts), unit_of.T @ failing.T @ amounts, atol=1e-14)
    np.testing.assert_array_equal(sums.participants, unit_of.sum(axis=0))
    np.testing.assert_array_equal(sums.events, unit_of.T @ EVENT)
