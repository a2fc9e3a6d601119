"""Every obstacle has its own sentence, and none is missed."""

from __future__ import annotations

from mirodash.survival.data import ArmCounts, find_obstacle_to_comparison, find_obstacle_to_hazard_ratio
from tests.profiles import for_each


@for_each(
    ("arms", "variance", "start"),
    [
        (ArmCounts(0, 0, 0, 0, 0, 0), 0.0, "No participants are in this group"),
        (ArmCounts(7, 0, 3, 0, 0, 0), 0.0, "Only the control arm is in this group (7)"),
        (ArmCounts(0, 7, 0, 3, 0, 0), 0.0, "Only the treated arm is in this group (7)"),
        (ArmCounts(7, 8, 0, 0, 0, 0), 0.0, "No events in either arm (0 of 15)"),
        (ArmCounts(7, 8, 2, 2, 0, 0), 0.0, "No event came while both arms were at risk"),
        (ArmCounts(7, 8, 7, 8, 7, 8), 0.0, "Whenever an event came, everybody still at risk had it"),
    ],
)
def test_obstacles_to_any_comparison(arms: ArmCounts, variance: float, start: str) -> None:
    why = find_obstacle_to_comparison(arms, variance=variance)
    assert why is not None
    assert why.startswith(start)


@for_each(
    ("arms", "start"),
    [
        (ArmCounts(7, 8, 1, 0, 1, 0), "Only 1 event among 15 participants"),
        (ArmCounts(7, 8, 3, 0, 3, 0), "No events in the treated arm (0 of 8)"),
        (ArmCounts(7, 8, 0, 3, 0, 3), "No events in the control arm (0 of 7)"),
        (ArmCounts(7, 8, 3, 2, 3, 0), "No events in the treated arm (of 8) while both arms were at risk"),
        (ArmCounts(7, 8, 3, 2, 0, 2), "No events in the control arm (of 7) while both arms were at risk"),
    ],
)
def test_obstacles_to_a_hazard_ratio(arms: ArmCounts, start: str) -> None:
    assert find_obstacle_to_comparison(arms, variance=0.5) is None
    why = find_obstacle_to_hazard_ratio(arms)
    assert why is not None
    assert why.startswith(start)
    assert why.endswith("the hazard ratio cannot be estimated.")


def test_two_arms_with_events_while_both_are_at_risk_have_a_hazard_ratio() -> None:
    assert find_obstacle_to_hazard_ratio(ArmCounts(7, 8, 3, 2, 3, 1)) is None
