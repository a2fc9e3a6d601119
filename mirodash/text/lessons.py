"""What is behind the built-in trials that only look as if a threshold mattered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lesson:
    """A built-in trial whose truth is known because it was made up; ``trial`` is its name in links."""

    trial: str
    title: str
    truth: str


TITLE = "The same pictures with nothing behind them"
INVITATION = (
    "Two built-in trials were made up with no threshold in them. Open one, look for the most impressive "
    "threshold, and then read what the search is worth."
)
LESSONS = (
    Lesson(
        "mirocals-null", "Nothing works", "Nothing predicts death, and the treatment does nothing to anybody."
    ),
    Lesson(
        "mirocals-prognostic",
        "Prognostic only",
        "pNFH predicts death, and the treatment helps everybody by the same hazard ratio.",
    ),
)


def truth_of(trial: str) -> str:
    """What is known of a built-in trial of the lesson; empty for every other trial."""
    return next((f"{lesson.title}: {lesson.truth}" for lesson in LESSONS if lesson.trial == trial), "")
