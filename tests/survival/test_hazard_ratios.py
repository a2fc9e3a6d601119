"""Hazard ratios of many groups are those that comparing the arms of each group gives."""

from __future__ import annotations

import numpy as np

from mirodash.survival.compare import compare_arms, estimate_hazard_ratios
from tests.reference_cases import load_case


def test_each_group_has_the_hazard_ratio_of_its_comparison() -> None:
    case = load_case("veteran")
    rng = np.random.default_rng(5)
    members = rng.random((12, case.time.size)) < np.linspace(0, 1, 12)[:, None]
    compared = compare_arms(
        case.time, case.event, case.treated, members, horizon=case.horizon, ticks=[0.0], confidence=0.9
    )
    found = estimate_hazard_ratios(case.time, case.event, case.treated, members, confidence=0.9)
    assert found == tuple(group.cox for group in compared)
