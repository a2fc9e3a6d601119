"""Disclosure control along time and biomarker: aggregated event times, grid values, and axes."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirodash.disclosure.counts import suppress_rows, withhold_statistics
from mirodash.stratification.disclosure_grid import build_disclosure_grid
from mirodash.stratification.groups import Measured, candidate_thresholds
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.stratification.threshold_sides import Bounds
from mirodash.stratification.validation import resolve
from mirodash.survival.compare import compare_arms
from mirodash.survival.data import validate_times
from mirodash.survival.further_statistics import Choice
from mirodash.survival.kaplan_meier import read_only
from mirodash.survival.results import (
    ArmComparison,
    Counts,
    EffectCurve,
    NotEstimable,
    Numbers,
    ThresholdScan,
    compute_z_quantile,
)
from mirodash.trial.dictionary import Biomarker, Scale
from mirodash.trial.trial import Trial


def no_stops(trial: Trial) -> NotEstimable:
    """Where nothing can be cut, nothing can be told along the biomarker either."""
    return NotEstimable(
        f"No threshold leaves at least {trial.min_cell} participants of each arm on both sides of it."
    )


def snap_to_grid_values(trial: Trial, selection: Selection, people: Measured) -> Measured:
    """The same people, each with the end of their stretch between two stops instead of their value.

    It is the upper end, or the lower one where equal values go above a threshold.

    Without a limit to what may be told they are returned as they are.
    """
    if not trial.min_cell:
        return people
    stops = candidate_thresholds(trial, selection)
    side = "right" if people.equal_above else "left"
    ends = np.array(find_interval_ends(stops))
    values = (ends[:-1] if people.equal_above else ends[1:])[np.searchsorted(stops, people.order, side=side)]
    return replace(people, values=values, order=values, bounds=Bounds(values, values))


def find_interval_ends(stops: tuple[float, ...]) -> tuple[float, ...]:
    """The stops with an end below and one above them that follow from the stops alone.

    >>> find_interval_ends((10.0, 20.0, 40.0)), find_interval_ends((-1.0, 1.0)), find_interval_ends(())
    ((5.0, 10.0, 20.0, 40.0, 80.0), (-3.0, -1.0, 1.0, 3.0), (0.0, 1.0))
    """
    if not stops:
        return (0.0, 1.0)
    first, last = stops[0], stops[-1]
    if first > 0:
        ratio = 2.0 if len(stops) == 1 else max(stops[1] / first, last / stops[-2])
        return (first / ratio, *stops, last * ratio)
    step = (last - first) / max(1, len(stops) - 1) or abs(first) or 1.0
    return (first - step, *stops, last + step)


def suppress_outside_grid(
    trial: Trial, selection: Selection, curve: EffectCurve | NotEstimable
) -> EffectCurve | NotEstimable:
    """The curve between its first and its last stop, beyond which few participants would make it.

    Its knots are percentiles, told to two digits.
    """
    if not trial.min_cell or isinstance(curve, NotEstimable):
        return curve
    shown = select_between_grid_values(trial, selection, curve.biomarker)
    if not shown.any():
        return no_stops(trial)
    biomarker, ratio, lower, upper = (
        _keep_grid(column, shown)
        for column in (curve.biomarker, curve.hazard_ratio, curve.lower, curve.upper)
    )
    return replace(
        curve,
        biomarker=biomarker,
        hazard_ratio=ratio,
        lower=lower,
        upper=upper,
        knots=tuple(float(f"{knot:.2g}") for knot in curve.knots),
    )


def select_between_grid_values(trial: Trial, selection: Selection, values: Numbers) -> NDArray[np.bool_]:
    """Which values lie between the first and the last stop; none where there are fewer than two."""
    stops = candidate_thresholds(trial, selection)
    if not stops:
        return np.zeros(values.shape, dtype=np.bool_)
    return (values >= stops[0]) & (values <= stops[-1])


def _keep_grid(column: Numbers, shown: NDArray[np.bool_]) -> Numbers:
    kept = column[shown]
    kept.flags.writeable = False
    return kept


AxisScale = Literal["log", "asinh", "linear"]
AXIS_PADDING = 0.02
"""Share of the range left free at each end."""
BROKEN_SHARE = 0.04
"""Of the axis between its breaks, what each compressed end takes."""
WORTH_A_BREAK = 0.12
"""Of the middle of an axis, what one end must take to be compressed."""
LEAST_TO_BREAK = 100
"""Participants of whom the outermost hundredth is one, at least."""
LEAST_OF_A_TAIL, LONG_TAIL = 10, 10.0
"""Positive values that make a tail, and how many times their median the largest is in a long one."""


@dataclass(frozen=True, slots=True)
class BiomarkerSpan:
    """From where to where a biomarker is drawn, in its own unit, and on which scale.

    Attributes
    ----------
    low, high : float
        The ends of the axis.
    scale : {"log", "asinh", "linear"}
        ``asinh`` where zeros rule out the logarithm of a biomarker with a long tail: it is even up to about
        ``bend``, and as a logarithm beyond.
    breaks : (float or None, float or None)
        Values beyond which the axis is compressed, so that a few far participants leave no empty third: the
        1st and the 99th percentile, each only where it helps.
    """

    biomarker: Biomarker
    low: float
    high: float
    scale: AxisScale
    bend: float = 1.0
    breaks: tuple[float | None, float | None] = (None, None)

    def position(self, value: float) -> float:
        """A value in the units of the axis: powers of ten on a log scale."""
        return self.positions((value,))[0]

    def positions(self, values: Iterable[float]) -> list[float]:
        """Many values in the units of the axis: where it is compressed is found once for all of them."""
        given = list(values)
        scaled = list(map(math.log10 if self.scale == "log" else self._scaled, given))
        if self.breaks == (None, None):
            return scaled
        first, last = map(self._scaled, self._middle)
        tail, (low, high) = BROKEN_SHARE * (last - first), self.breaks
        if low is not None:
            span = first - self._scaled(self.low)
            scaled = [
                first - tail * (first - raw) / span if value < low else raw
                for value, raw in zip(given, scaled, strict=True)
            ]
        if high is not None:
            span = self._scaled(self.high) - last
            scaled = [
                last + tail * (raw - last) / span if value > high else raw
                for value, raw in zip(given, scaled, strict=True)
            ]
        return scaled

    def value_at(self, position: float) -> float:
        """The value that stands at a place on the axis, within its ends."""
        first, last = (self._scaled(end) for end in self._middle)
        tail = BROKEN_SHARE * (last - first)
        raw = position
        if self.breaks[0] is not None and position < first:
            raw = first - (first - position) * (first - self._scaled(self.low)) / tail
        if self.breaks[1] is not None and position > last:
            raw = last + (position - last) * (self._scaled(self.high) - last) / tail
        if self.scale == "linear":
            return raw
        value = 10.0**raw if self.scale == "log" else self.bend * math.sinh(raw * math.log(10))
        return min(max(value, self.low), self.high)

    def describe(self) -> dict[str, Any]:
        """The axis as plain data, from which ``assets/query.js`` finds the same positions."""
        return {
            "ends": [self.low, self.high],
            "log": self.scale == "log",
            "bend": self.bend if self.scale == "asinh" else None,
            "breaks": list(self.breaks),
        }

    @property
    def _middle(self) -> tuple[float, float]:
        """From where to where the axis is drawn at its full scale."""
        low, high = self.breaks
        return self.low if low is None else low, self.high if high is None else high

    def _scaled(self, value: float) -> float:
        if self.scale == "log":
            return math.log10(value)
        return math.asinh(value / self.bend) / math.log(10) if self.scale == "asinh" else value


def biomarker_span(trial: Trial, selection: Selection) -> BiomarkerSpan | None:
    """The observed range over the whole trial with a little room; None where nobody has the biomarker.

    Where few participants must not be told apart, the axis follows from the stops alone: its ends would be
    two participants' values.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return _find_span(trial, resolve(trial, selection).biomarker)


@memoise
def _find_span(trial: Trial, column: str) -> BiomarkerSpan | None:
    """Of the whole trial: every panel along the biomarker asks for it, whoever is selected."""
    biomarker = trial.dictionary.biomarker(column)
    if biomarker is None:
        return None
    values = trial.numbers[biomarker.column].values
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    low, high = float(known.min()), float(known.max())
    if trial.min_cell:
        scale: Scale = "log" if biomarker.scale == "log" and low > 0 else "linear"
        ends = find_interval_ends(build_disclosure_grid(trial, biomarker.column).stops)
        # without a stop, an axis on which nothing is drawn
        return BiomarkerSpan(biomarker, ends[0] or 0.1 * (scale == "log"), ends[-1], scale)
    spread = not math.isclose(low, high)
    if biomarker.scale == "log" and low > 0:
        decades = AXIS_PADDING * (math.log10(high) - math.log10(low)) if spread else math.log10(1.1)
        found = BiomarkerSpan(
            biomarker, _within_floats(low / 10**decades), _within_floats(high * 10**decades), "log"
        )
        return _break_axis(found, known)
    bend = _find_bend(known)
    if bend is not None:
        reach = AXIS_PADDING * math.asinh(high / bend)
        ends = (-bend * math.sinh(reach), bend * math.sinh(math.asinh(high / bend) + reach))
        return _break_axis(BiomarkerSpan(biomarker, *ends, "asinh", bend), known)
    room = high * AXIS_PADDING - low * AXIS_PADDING if spread else abs(high) * 0.1 or 1.0
    return _break_axis(BiomarkerSpan(biomarker, low - room, high + room, "linear"), known)


def _find_bend(known: Numbers) -> float | None:
    """Where an asinh scale turns into a logarithm: 1, 2 or 5 times a power of ten near the low values.

    None where an even scale does: where there are no zeros, values below zero, or no long tail to the right.

    Source: Burbidge, Magee and Robb, J Am Stat Assoc 1988;83:123-127.
    """
    positive = known[known > 0]
    if known.min() != 0 or positive.size < LEAST_OF_A_TAIL or known.max() < LONG_TAIL * np.median(positive):
        return None
    usual = float(np.quantile(positive, 0.1, method="inverted_cdf"))
    power = 10.0 ** math.floor(math.log10(usual))
    return max(digit * power for digit in (1, 2, 5) if digit * power <= usual * (1 + 1e-9))


def _break_axis(span: BiomarkerSpan, known: Numbers) -> BiomarkerSpan:
    """The axis with a break where few far participants would take much of it."""
    if known.size < LEAST_TO_BREAK:
        return span
    ends = [float(np.quantile(known, share, method="inverted_cdf")) for share in (0.01, 0.99)]
    low, first, last, high = span.positions((span.low, *ends, span.high))
    if not last - first > 0:
        return span
    is_far = (first - low, high - last)
    chosen = [
        end if far > WORTH_A_BREAK * (last - first) else None for end, far in zip(ends, is_far, strict=True)
    ]
    return replace(span, breaks=(chosen[0], chosen[1]))


def _within_floats(positive: float) -> float:
    """The value, or the nearest one that has a logarithm."""
    return min(max(positive, sys.float_info.min), sys.float_info.max)


MAX_LOG = 700.0
"""exp() of more is infinite."""


@dataclass(frozen=True, eq=False, slots=True)
class Side:
    """Everybody on one side of each threshold; arrays are (thresholds,), NaN where not estimable."""

    hazard_ratio: Numbers
    lower: Numbers
    upper: Numbers
    n: Counts
    events: Counts


def suppress_scan(scan: ThresholdScan, fewest: tuple[Counts, Counts], min_cell: int) -> ThresholdScan:
    """The scan with small counts as their limit, on both sides, as both add up to everybody.

    Where an arm of a side had few events, the side has no hazard ratio, as how sure that is tells how few.
    ``fewest`` are the events (thresholds,) of the arm that had fewer, below and above.
    """
    n_below, n_above = suppress_rows((scan.n_below, scan.n_above), min_cell)
    events_below, events_above = suppress_rows((scan.events_below, scan.events_above), min_cell)
    below, above = (events < min_cell for events in fewest)
    return replace(
        scan,
        n_below=n_below,
        n_above=n_above,
        events_below=events_below,
        events_above=events_above,
        hazard_ratio_below=_drop_suppressed(scan.hazard_ratio_below, below),
        standard_error_below=_drop_suppressed(scan.standard_error_below, below),
        hazard_ratio_above=_drop_suppressed(scan.hazard_ratio_above, above),
        standard_error_above=_drop_suppressed(scan.standard_error_above, above),
        interaction_z=_drop_suppressed(scan.interaction_z, below | above),
    )


def _drop_suppressed(numbers: Numbers, few: NDArray[np.bool_]) -> Numbers:
    made = np.where(few, np.nan, numbers)
    made.flags.writeable = False
    return made


def threshold_sides(scan: ThresholdScan, confidence: float) -> tuple[Side, Side]:
    """Those at or below and those above every threshold, with Wald intervals of the hazard ratio."""
    below = _side(
        scan.hazard_ratio_below, scan.standard_error_below, confidence, scan.n_below, scan.events_below
    )
    above = _side(
        scan.hazard_ratio_above, scan.standard_error_above, confidence, scan.n_above, scan.events_above
    )
    return below, above


def _side(ratio: Numbers, se: Numbers, confidence: float, n: Counts, events: Counts) -> Side:
    reach = compute_z_quantile(confidence) * se
    known = np.isfinite(ratio) & np.isfinite(reach) & (ratio > 0)
    log = np.where(known, np.log(np.where(known, ratio, 1.0)), np.nan)
    low, middle, high = (
        np.exp(np.clip(log + shift, -MAX_LOG, MAX_LOG)) for shift in (-reach, 0.0 * reach, reach)
    )
    for array in (low, middle, high):
        array.flags.writeable = False
    return Side(middle, low, high, n, events)


def aggregate_event_times(time: ArrayLike, event: ArrayLike, treated: ArrayLike, *, min_cell: int) -> Numbers:
    """Everybody's time, arm by arm, moved to the middle of those with whom it is enough.

    Parameters
    ----------
    time, event, treated : array (participants,)
        As for `mirodash.survival.compare.compare_arms`.
    min_cell : int
        How many have the event together at the least.

    Returns
    -------
    array (participants,)
        In the order given. In an arm with fewer than ``min_cell`` events all leave at the last of their
        times.

    Examples
    --------
    >>> aggregate_event_times([1, 2, 3, 5, 8, 9, 9], [1, 1, 0, 1, 1, 0, 1], [0] * 7, min_cell=2)
    array([1., 1., 8., 8., 8., 8., 8.])
    >>> aggregate_event_times([1, 2, 3, 5, 8], [1, 0, 1, 0, 0], [0] * 5, min_cell=2)
    array([1., 1., 1., 8., 8.])
    """
    moved = validate_times(time).astype(np.float64)
    happened, arms = np.asarray(event, dtype=np.bool_), np.asarray(treated)
    for arm in np.unique(arms):
        members = np.flatnonzero(arms == arm)
        ends, steps = _steps(moved[members], happened[members], min_cell)
        place = np.minimum(ends.searchsorted(moved[members], side="left"), steps.size - 1)
        moved[members] = steps[place]
    return read_only(moved)


def _steps(time: Numbers, happened: NDArray[np.bool_], enough: int) -> tuple[Numbers, Numbers]:
    """Until when people leave together, ascending, and when they do; all at last where few had the event."""
    distinct, at = np.unique(time, return_inverse=True)
    events, left = np.cumsum(np.bincount(at, happened)), np.cumsum(np.bincount(at))
    if events[-1] < enough:
        return distinct[-1:], distinct[-1:]
    found = _gather_events(events, events[-1] // (events[-1] // enough), since=0)
    # what does not divide evenly, or what ties took from the last step, is part of the one before
    found[-1] = int(events.searchsorted(events[-1]))
    upto = np.concatenate(([0.0], events[found]))
    middle = events.searchsorted(np.ceil((upto[:-1] + upto[1:]) / 2))
    after = _gather_events(left, enough, since=float(left[found[-1]]))
    # the few who are left stay for as long as events come, or restricted means would end before
    leave = [*middle.tolist(), *(after or found[-1:])]
    return distinct[[*found, *(after or [-1])]], distinct[leave]


def _gather_events(upto: Numbers | Counts, enough: float, *, since: float) -> list[int]:
    """The places at which enough have come together, as often as they do; ties come together."""
    found: list[int] = []
    while (place := int(upto.searchsorted(since + enough))) < upto.size:
        found.append(place)
        since = float(upto[place])
    return found


def compare_arms_rounded(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    members: ArrayLike,
    *,
    horizon: float,
    ticks: ArrayLike,
    entry: ArrayLike | None = None,
    competing: ArrayLike | None = None,
    confidence: float = 0.95,
    min_cell: int = 0,
    further: tuple[Choice, ...] = (),
) -> tuple[ArmComparison, ...]:
    """Compare the arms in every group, with curves that step only when ``min_cell`` events have gathered.

    Parameters are those of `mirodash.survival.compare.compare_arms`; with ``min_cell`` 0 so is the answer.

    Raises
    ------
    ValueError
        As there; and with entry times or competing events of anybody when ``min_cell`` is above 0.
    """
    exact = compare_arms(
        time,
        event,
        treated,
        members,
        horizon=horizon,
        ticks=ticks,
        entry=entry,
        competing=competing,
        confidence=confidence,
        further=further,
    )
    if not min_cell:
        return exact
    if (entry is not None and np.size(entry)) or competing is not None:
        raise ValueError(
            "Curves with entry times or competing events cannot be made to step where enough events have "
            "gathered."
        )
    columns = [np.asarray(column) for column in (time, event, treated)]
    rows: Iterable[NDArray[np.bool_]] = np.asarray(members, dtype=np.bool_)
    made: list[ArmComparison] = []
    for inside, of_group in zip(rows, exact, strict=True):
        own, happened, arm = (column[inside] for column in columns)
        rounded = compare_arms(
            aggregate_event_times(own, happened, arm, min_cell=min_cell),
            happened,
            arm,
            np.ones((1, own.size), dtype=np.bool_),
            horizon=horizon,
            ticks=ticks,
            confidence=confidence,
        )[0]
        made.append(_aggregate_curve(rounded, of_group, min_cell))
    return tuple(made)


def _aggregate_curve(rounded: ArmComparison, exact: ArmComparison, min_cell: int) -> ArmComparison:
    """The rounded curves with the exact tests; neither tests nor differences of too few events."""
    if exact.n and exact.events < min_cell:
        why = NotEstimable(f"Fewer than {min_cell} events: the effect is not shown.")
        return replace(rounded, **withhold_statistics(exact, why))
    return replace(
        rounded, logrank=exact.logrank, cox=exact.cox, ph_test=exact.ph_test, further=exact.further
    )
