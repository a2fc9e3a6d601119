"""Numbers, counts and results of statistics as JSON values: full precision, null where none exists."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import SUPPRESSED
from mirodash.survival.results import (
    Counts,
    Difference,
    FirthEstimate,
    GrayTest,
    HazardRatio,
    LogRank,
    NotEstimable,
    ProportionalHazardsTest,
)
from mirodash.text.labels import lower_first
from mirodash.text.numbers import format_not_estimable_after, unify_spaces

Json = dict[str, Any]


HIDDEN = "hidden"


def encode_count(number: int) -> int | str:
    """A count; one that is not told as text, as no number may stand for it.

    >>> encode_count(12), encode_count(-10), encode_count(SUPPRESSED)
    (12, '<10', 'hidden')
    """
    if number == SUPPRESSED:
        return HIDDEN
    return f"<{-number}" if number < 0 else number


def json_number(value: float | None) -> float | None:
    """A plain float, or None for what no JSON number can say."""
    return None if value is None or not math.isfinite(value) else float(value)


def encode_flags(
    *,
    reason: NotEstimable | None = None,
    unit: str = "",
    followed_to: float | None = None,
    capped_at: float | None = None,
) -> Json:
    """What to know of an estimate before it is used.

    ``carried_forward``: follow-up ended before the time, so that only the curve's last value could be carried
    there, and there is no estimate. ``capped_at``: the time to which a restricted mean was lowered.
    ``not_estimable``: why there is no estimate.
    """
    ended = followed_to if reason is None else reason.followed_to
    why = None if reason is None else reason.why
    if ended is not None:
        after = unify_spaces(format_not_estimable_after(ended, unit))
        why = f"{after[:1].upper()}{after[1:]}{'.' if why is None else f': {lower_first(why)}'}"
    return {
        "carried_forward": ended is not None,
        "capped_at": json_number(capped_at),
        "not_estimable": why,
    }


def encode_test(test: LogRank | GrayTest | ProportionalHazardsTest | NotEstimable) -> Json:
    """A chi-square test; without one, null in its place and the reason in its flags."""
    if isinstance(test, NotEstimable):
        return {"statistic": None, "p": None, "flags": encode_flags(reason=test)}
    return {"statistic": json_number(test.statistic), "p": json_number(test.p), "flags": encode_flags()}


def encode_hazard_ratio(cox: HazardRatio | NotEstimable) -> Json:
    """A hazard ratio with its interval and tests, or why there is none."""
    if isinstance(cox, NotEstimable):
        return encode_not_estimable(cox)
    return {
        "hr": json_number(cox.hr),
        "ci": encode_pair(cox.ci),
        "coef": json_number(cox.coef),
        "se": json_number(cox.se),
        "p_wald": json_number(cox.p_wald),
        "p_lr": json_number(cox.p_lr),
        "p_score": json_number(cox.p_score),
        "flags": encode_flags(),
    }


def encode_not_estimable(reason: NotEstimable) -> Json:
    """Why there is no estimate, with Firth's where it stands in."""
    firth = {} if reason.firth is None else {"firth": _encode_firth(reason.firth)}
    return {"not_estimable": reason.why, **firth, "flags": encode_flags(reason=reason)}


def _encode_firth(firth: FirthEstimate) -> Json:
    return {
        "hr": json_number(firth.hr),
        "ci": encode_pair(firth.ci),
        "p": json_number(firth.p),
        "flags": encode_flags(),
    }


def encode_difference(time: str, difference: Difference | NotEstimable, unit: str) -> Json:
    """A difference at ``time`` or up to it; without one, null in its place and the reason in its flags."""
    if isinstance(difference, NotEstimable):
        flags = encode_flags(reason=difference, unit=unit)
        return {time: None, "estimate": None, "se": None, "ci": [None, None], "flags": flags}
    return {
        time: json_number(difference.time),
        "estimate": json_number(difference.estimate),
        "se": json_number(difference.se),
        "ci": encode_pair(difference.ci),
        "flags": encode_flags(capped_at=difference.time if difference.capped else None),
    }


def encode_pair(ends: tuple[float | None, float | None]) -> list[float | None]:
    """The ends of an interval, null for one that does not exist."""
    return [json_number(end) for end in ends]


def encode_values(values: NDArray[np.float64]) -> list[float | None]:
    """Many numbers, null for those that do not exist."""
    return [json_number(value) for value in values.tolist()]


def encode_counts(numbers: Counts) -> list[int | str]:
    """Many counts, each as `encode_count`."""
    return [encode_count(number) for number in numbers.tolist()]
