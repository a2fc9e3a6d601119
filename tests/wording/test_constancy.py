"""The quiet word beside a hazard ratio: it doubts, it never assures."""

from __future__ import annotations

from dataclasses import replace

from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.survival.results import ArmComparison, NotEstimable, ProportionalHazardsTest
from mirodash.text.methods import describe_proportional_hazards, note_proportional_hazards
from mirodash.trial.store import sample
from tests.profiles import for_each

COMPARED = survival_by_group(sample("mirocals"), Selection()).overall.comparison


def _with(p: float, events: int) -> ArmComparison:
    return replace(COMPARED, ph_test=ProportionalHazardsTest(4.0, p), events=events)


@for_each(
    ("p", "events", "word"),
    [
        (0.5, 90, "plausible"),
        (0.05, 90, "plausible"),
        (0.0499, 90, "doubtful"),
        (0.5, 20, "plausible"),
        (0.5, 19, "unclear"),
        (0.01, 19, "doubtful"),
    ],
)
def test_the_word_follows_the_test_and_the_events(p: float, events: int, word: str):
    assert describe_proportional_hazards(_with(p, events)) == word
    assert note_proportional_hazards(_with(p, events)) == f"proportional hazards {word}"


def test_without_a_test_there_is_no_word():
    without = replace(COMPARED, ph_test=NotEstimable("No participants are in this group."))
    assert describe_proportional_hazards(without) == note_proportional_hazards(without) == ""
