"""Pictures of an upload before it is used: times with and without the event, the biomarker, first curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.disclosure.counts import explain_suppression
from mirodash.errors import UnusableQuestionError
from mirodash.plot.step_curves import CARD, drawn, every_step
from mirodash.questions.statistics.group_survival import at_horizon
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.selection import Selection
from mirodash.survival.results import ArmSummary
from mirodash.text.data_sentences import describe_first_curve, describe_numbers
from mirodash.text.facts import shorten_text
from mirodash.text.labels import capitalise, format_arm_names
from mirodash.text.numbers import format_number
from mirodash.text.ticks import tick_times
from mirodash.trial.baseline import decimals_of, scale_of
from mirodash.trial.trial import Trial

Data = dict[str, Any]
BINS = 24
MAX_ARM_LENGTH = 40


def describe_first_pictures(trial: Trial) -> list[Data]:
    """The pictures of a trial: its times, its first biomarker, and the curves of all participants.

    Each is plain numbers between 0 and 1 or 0 and 100 with the words beside it, which the page draws. Counts
    below the trial's ``min_cell`` are in none of them: bars are made wider until they hold enough, curves
    fall where enough events have come.

    Parameters
    ----------
    trial : Trial
        As the mapping makes it.
    """
    try:
        curves = _describe_curves(trial)
    except UnusableQuestionError:
        curves = None
    found = (_describe_times(trial), _describe_biomarker(trial), curves)
    return [picture for picture in found if picture is not None]


def _describe_times(trial: Trial) -> Data | None:
    """The times of the first endpoint, those with the event apart from the others."""
    endpoint = trial.dictionary.endpoints[0]
    outcome = trial.outcomes[endpoint.key]
    usable, event = outcome.usable, outcome.event
    times, other = outcome.time[usable], outcome.competing_of(usable)
    ended = {"event": event[usable], "other": np.zeros(times.size, np.bool_) if other is None else other}
    ended["censored"] = ~(ended["event"] | ended["other"])
    names = {"event": capitalise(endpoint.plural), "other": "Competing event", "censored": "Censored"}
    shown = [name for name in names if name != "other" or other is not None]
    bars = _count_bars([times[ended[name]] for name in shown], times, trial.min_cell)
    if bars is None:
        # all together may be told where how they ended may not
        shown, bars = shown[:1], _count_bars((times,), times, trial.min_cell)
    if bars is None:
        return None
    return {
        "kind": "bars",
        "title": f"Time '{endpoint.time}'",
        "series": [[name, names[name]] for name in shown],
        "bars": bars,
        **_describe_range(times, endpoint.unit, trial.min_cell),
    }


def _describe_biomarker(trial: Trial) -> Data | None:
    """The values of the first biomarker, on its own scale."""
    if not trial.dictionary.biomarkers:
        return None
    biomarker = trial.dictionary.biomarkers[0]
    values = trial.numbers[biomarker.column].values
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    is_log = scale_of(values) == "log"
    placed = np.log10(values) if is_log else values
    bars = _count_bars((placed,), placed, trial.min_cell)
    if bars is None:
        return None
    scale = ", logarithmic" if is_log else ""
    return {
        "kind": "bars",
        "title": f"Biomarker '{biomarker.column}'{scale}",
        "series": [["event", ""]],
        "bars": bars,
        **_describe_range(values, biomarker.unit, trial.min_cell),
    }


def _describe_range(values: NDArray[np.float64], unit: str, min_cell: int) -> Data:
    """The ends of the axis and the range in words; the smallest and the largest value are of one each."""
    if min_cell:
        return {"ends": ["lowest", "highest"], "said": ""}
    decimals = decimals_of(values)
    low, high = (format_number(float(end), decimals) for end in (values.min(), values.max()))
    return {"ends": [low, high], "said": f"{describe_numbers(values)} {unit}".strip()}


def _count_bars(
    parts: Sequence[NDArray[np.float64]], values: NDArray[np.float64], min_cell: int
) -> list[list[float]] | None:
    """Heights of stacked bars, each series a list; None where even two bars would tell few apart."""
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    if not values.size or not np.isfinite(high - low) or high <= low:
        return None
    bins = BINS
    while bins > 1:
        counts = np.array([np.histogram(part, bins, (low, high))[0] for part in parts])
        if not min_cell or bool(((counts == 0) | (counts >= min_cell)).all()):
            tallest = max(1, int(counts.sum(axis=0).max()))
            return (counts / tallest).round(3).tolist()
        bins //= 2
    return None


def _describe_curves(trial: Trial) -> Data:
    """Both arms' curves among all participants, to the horizon."""
    view = Selection(thresholds=())
    result = survival_by_group(trial, view)
    compared, endpoint = result.overall.comparison, result.endpoint
    names = format_arm_names(trial, view)
    title = f"{endpoint.label}, all participants"
    why = explain_suppression(compared)
    if why:
        return {"kind": "curves", "title": title, "lines": [], "ticks": [], "said": why}
    written = result.overall.written
    arms = (
        ("treated", names.treated, compared.treated, written.treated),
        ("control", names.control, compared.control, written.control),
    )
    ticks = tick_times(result.horizon, endpoint.unit, endpoint.unit)
    decimals = decimals_of(ticks)
    return {
        "kind": "curves",
        "title": title,
        "axis": f"{capitalise(endpoint.state)}, {endpoint.unit} from {endpoint.origin}",
        "lines": [
            {
                "role": role,
                "path": _draw_path(arm, result.horizon),
                "said": describe_first_curve(
                    shorten_text(name, MAX_ARM_LENGTH), end.survival_at, endpoint.state, at_horizon(result)
                ),
            }
            for role, name, arm, end in arms
            if arm.has_curve
        ],
        "ticks": [
            [round(100 * tick / result.horizon, 2), format_number(tick, decimals)] for tick in ticks.tolist()
        ],
        "said": "",
    }


def _draw_path(arm: ArmSummary, horizon: float) -> str:
    """A curve as the path of an SVG of 100 by 100, from time 0 to the horizon."""
    line = drawn(every_step(arm.curve, horizon), CARD)
    across, down = 100 * line.time / horizon, 100 * (1 - line.height)
    first, *others = zip(across.tolist(), down.tolist(), strict=True)
    is_stepped = line.shape == "hv"
    rest = (f"H{x:.2f}V{y:.2f}" if is_stepped else f"L{x:.2f} {y:.2f}" for x, y in others)
    return f"M{first[0]:.2f} {first[1]:.2f}{''.join(rest)}"
