"""Sentences that join the pictures of the Thresholds page into one argument: question, steps, conclusion."""

from __future__ import annotations

from mirodash.text.numbers import count

QUESTION_TITLE = "The question"
CONCLUSION_TITLE = "Conclusion"
NOT_CONCLUDED = (
    "None of this shows where a line should be drawn: neighbouring thresholds share nearly all participants. "
    "A threshold counts as confirmed only where it was specified before the data were seen, or where another "
    "trial finds it again."
)

WHOLE_RANGE = (
    "Without any threshold",
    "One curve along the whole range. Nothing was chosen, so its test needs no correction, and it counts "
    "first.",
)
SEARCH = (
    "After searching every threshold",
    "Whoever looks at all of them finds an extreme one by chance. The p-value here allows for that.",
)
PLACE = (
    "Where the best threshold would lie",
    "If the effect changes, does it change at one place? In other samples of the same participants the best "
    "threshold moves.",
)
EVERY_THRESHOLD = (
    "What each threshold would have shown",
    "Hazard ratios on both sides of every possible line: how much the result rests on the choice of one.",
)
WINDOWS = (
    "In overlapping windows",
    "The same question without a line and without the shape of a curve (STEPP): a check, with a test of its "
    "own.",
)


def describe_threshold_question(treated: str, marker: str) -> str:
    """What the page asks.

    >>> describe_threshold_question("IL-2", "pNFH")
    'Does the effect of IL-2 depend on pNFH, and if so, where does it change?'
    """
    if not marker:
        return "This trial has no biomarker by which the effect could differ."
    return f"Does the effect of {treated} depend on {marker}, and if so, where does it change?"


def describe_beyond_chance(beyond: int, searched: int) -> str:
    """At how many thresholds the statistic of the search leaves the band of chance.

    >>> describe_beyond_chance(0, 176)
    'The statistic stays inside the band at all 176 thresholds.'
    >>> describe_beyond_chance(3, 176).partition(".")[0]
    'The statistic leaves the band at 3 of 176 thresholds'
    """
    if not beyond:
        return f"The statistic stays inside the band at all {count(searched)} thresholds."
    return (
        f"The statistic leaves the band at {count(beyond)} of {count(searched)} thresholds. Neighbouring "
        "ones rest on nearly the same participants."
    )


def describe_order(steps: int) -> str:
    """How the evidence is ordered."""
    return (
        f"The answer so far is at the top of the page. Below it, {steps} pieces of evidence, in the order in "
        "which they count."
    )
