"""The effect in windows of participants along the biomarker, in words."""

from __future__ import annotations

import numpy as np

from mirodash.analysis.effect_in_windows import RESAMPLES
from mirodash.survival.results import Design, EffectInWindows, Numbers
from mirodash.trial.dictionary import Biomarker, Endpoint
from mirodash.wording.biomarker_value import bare_value, biomarker_value
from mirodash.wording.explanation import Explanation, Fact, Table
from mirodash.wording.luck import SURPRISING
from mirodash.wording.numbers import (
    confidence_level,
    count,
    difference_in_points,
    estimate_with_interval,
    hazard_ratio,
    p_value,
    points,
)

TITLES: dict[Design, str] = {
    "sliding": "Effect in windows that slide along {}",
    "tail": "Effect in windows that grow from either end of {}",
}
DESIGNS: dict[Design, str] = {
    "sliding": "Each window holds about {size} participants and shares most of them with the next.",
    "tail": "Windows grow from the lowest values to everybody, then lose the lowest values step by step.",
}
TEST = "resampling test over all windows"
TESTS = 4
"""Two designs with two measures each stand on one page: a verdict allows for all four (Bonferroni)."""
OVERLAP = "Neighbouring windows share participants, so they rise and fall together."


def title(design: Design, biomarker: Biomarker) -> str:
    """What one design of windows is called."""
    return TITLES[design].format(biomarker.short)


def effect_in_windows(
    biomarker: Biomarker, found: EffectInWindows, *, endpoint: Endpoint, horizon: str, confidence: float
) -> Explanation:
    """The first, the middle and the last window, the tests of the whole pattern, and every window in a table.

    Parameters
    ----------
    biomarker : Biomarker
    found : EffectInWindows
    endpoint : Endpoint
        What being free of the event is called.
    horizon : str
        In words, in the reader's unit.
    confidence : float
        Of the intervals.
    """
    size = count(float(np.median(found.n)))
    measure = f"{endpoint.event_free.capitalize()} at {horizon}"
    return Explanation(
        title=title(found.design, biomarker),
        subtitle=f"{DESIGNS[found.design].format(size=size)} With {confidence_level(confidence)} of each."
        f"{_unfinished(found)}",
        sentence=" ".join(
            [_from_end_to_end(biomarker, found), _pattern(found, biomarker), OVERLAP, *_gaps(found)]
        ),
        facts=(
            _fact(
                "Hazard ratio", f"overall {hazard_ratio(found.overall_hazard_ratio)}", found.p_hazard_ratio
            ),
            _fact(f"{measure}, difference", _overall_difference(found), found.p_difference),
        ),
        tables=(_table(biomarker, found, measure, confidence),),
    )


def _unfinished(found: EffectInWindows) -> str:
    """How far the draws are, as long as some are to come."""
    if found.n_resamples >= RESAMPLES:
        return ""
    return f" {count(found.n_resamples)} of {count(RESAMPLES)} resamples so far."


def _fact(label: str, overall: str, p: float | None) -> Fact:
    told = f"; {TEST}: {p_value(p)}, one of four tests" if p is not None else ""
    return Fact(label, overall, told.removeprefix("; "))


def _overall_difference(found: EffectInWindows) -> str:
    known = found.overall_difference
    return "overall not estimable" if known is None else f"overall {points(known, signed=True)}"


def _from_end_to_end(biomarker: Biomarker, found: EffectInWindows) -> str:
    known = np.flatnonzero(np.isfinite(found.hazard_ratio))
    if not known.size:
        return "The hazard ratio cannot be estimated in any window."
    places = dict.fromkeys([int(known[0]), int(known[known.size // 2]), int(known[-1])])
    told = [
        f"{hazard_ratio(float(found.hazard_ratio[k]))} in the window around "
        f"{biomarker_value(biomarker, float(found.median[k]))}"
        for k in places
    ]
    return f"The hazard ratio is {', '.join(told)}."


def _pattern(found: EffectInWindows, biomarker: Biomarker) -> str:
    """What the tests of the whole pattern say, each of its own measure."""
    tests = (("hazard ratio", found.p_hazard_ratio), ("survival difference", found.p_difference))
    known = [(measure, p) for measure, p in tests if p is not None]
    if not known:
        return "Whether the windows differ more than luck makes them cannot be told."
    clear = [measure for measure, p in known if p < SURPRISING / TESTS]
    unclear = [measure for measure, p in known if p >= SURPRISING / TESTS]
    told: list[str] = []
    if clear:
        told.append(
            f"In the {' and the '.join(clear)} the windows differ more than luck easily makes them, four "
            "tests allowed for."
        )
    if unclear:
        told.append(
            f"In the {' and the '.join(unclear)}, four tests allowed for, they do not show that the effect "
            f"depends on {biomarker.short}, nor that it does not."
        )
    return " ".join(told)


def _gaps(found: EffectInWindows) -> list[str]:
    """Which windows are without an estimate and why: nothing is left out silently."""
    told: list[str] = []
    for what, reasons in (
        ("hazard ratio", found.without_hazard_ratio),
        ("difference", found.without_difference),
    ):
        told += [f"{count(n)} {_windows(n)} without a {what}: {why}" for why, n in reasons]
    if found.carried_forward < 0:
        told.append(
            f"In some windows fewer than {-found.carried_forward} in one arm are at risk at the horizon; "
            "where nobody is, the last value stands."
        )
    elif found.carried_forward:
        n = found.carried_forward
        told.append(
            f"In {count(n)} {_windows(n)} nobody in one arm is at risk any more at the horizon; the "
            f"last value stands."
        )
    return told


def _windows(n: int) -> str:
    return "window" if n == 1 else "windows"


def _table(biomarker: Biomarker, found: EffectInWindows, measure: str, confidence: float) -> Table:
    ratios = (found.hazard_ratio, found.hazard_ratio_lower, found.hazard_ratio_upper)
    differences = (found.difference, found.difference_lower, found.difference_upper)
    rows = tuple(
        (
            f"{bare_value(biomarker, float(found.low[k]))} to "
            f"{biomarker_value(biomarker, float(found.high[k]))}",
            count(int(found.n[k])),
            count(int(found.events[k])),
            ratio_in_window(ratios, k, confidence),
            difference_in_window(differences, k, confidence),
        )
        for k in range(found.n.size)
    )
    header = (f"Window of {biomarker.label}", "n", "Events", "Hazard ratio", f"{measure}: difference")
    return Table(f"Effect in windows of {biomarker.label}", header, rows)


def ratio_in_window(values: tuple[Numbers, Numbers, Numbers], k: int, confidence: float) -> str:
    """A hazard ratio with its interval, or that there is none."""
    ratio, low, high = (float(value[k]) for value in values)
    if not np.isfinite(ratio):
        return "not estimable"
    return estimate_with_interval(ratio, (_end(low), _end(high)), confidence)


def difference_in_window(values: tuple[Numbers, Numbers, Numbers], k: int, confidence: float) -> str:
    """A difference of two shares with its interval, or that there is none."""
    difference, low, high = (float(value[k]) for value in values)
    if not np.isfinite(difference):
        return "not estimable"
    if not (np.isfinite(low) and np.isfinite(high)):
        return points(difference, signed=True)
    return difference_in_points(difference, (low, high), confidence)


def _end(value: float) -> float | None:
    return value if np.isfinite(value) else None
