"""Bootstrap stability of the best threshold: figure, text and panel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span, snap_to_grid_values
from mirodash.errors import CannotComputeError
from mirodash.plot.effect_curves import MARGIN
from mirodash.plot.theme import Figure, Theme, build_axis, build_base_layout, escape, titled_biomarker_axis
from mirodash.questions.panel import SteppedPanel, among_few_enough
from mirodash.questions.thresholds.threshold_scan import NO_SEARCH_AFTER_ENTRY, threshold_scan
from mirodash.stratification.groups import candidate_thresholds, has_entry_times, people_only, select_measured
from mirodash.stratification.selection import Selection
from mirodash.stratification.shared_results import share_result
from mirodash.stratification.threshold_sides import count_uncertain, split_at
from mirodash.survival.max_statistic import largest_observed
from mirodash.survival.results import NotEstimable, Numbers, ThresholdStability
from mirodash.survival.threshold_search import find_best_thresholds, stability_of
from mirodash.text.facts import Explanation, Fact, Table
from mirodash.text.numbers import (
    count,
    format_bare_value,
    format_biomarker_value,
    format_percent,
    format_threshold_with_unit,
)
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.trial import Trial

SHARES = 100
SHARE_SIZE = 5
"""Bootstrap samples in a share: 500 in all. Of 100,000 participants a share takes about a second."""
SEED = 0


def threshold_stability(
    trial: Trial, selection: Selection, *, share: int = SHARES
) -> ThresholdStability | NotEstimable:
    """The best threshold of each bootstrap sample, after so many of `SHARES` shares of them.

    Shares are memoised, so each costs only itself.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if has_entry_times(trial, selection):
        return NO_SEARCH_AFTER_ENTRY
    same = people_only(selection)
    scan = threshold_scan(trial, same)
    if isinstance(scan, NotEstimable):
        return scan
    if scan.best_threshold is None:
        return NotEstimable("No threshold leaves enough participants and events on both sides of it.")
    return _stability(trial, same, min(max(share, 0), SHARES), scan.best_threshold)


@lru_cache(maxsize=64)
def _stability(trial: Trial, selection: Selection, shares: int, observed: float) -> ThresholdStability:
    best = np.concatenate((np.empty(0), *(_share(trial, selection, k) for k in range(shares))))
    return stability_of(best, observed, seed=SEED)


@lru_cache(maxsize=16 * SHARES)
@share_result
def _share(trial: Trial, selection: Selection, k: int) -> Numbers:
    people = select_measured(trial, selection)
    if people is None:
        return np.empty(0)
    people = snap_to_grid_values(trial, selection, people)
    candidates = np.array(candidate_thresholds(trial, selection))
    candidates = candidates[count_uncertain(people.bounds, candidates, equal_above=people.equal_above) == 0]
    splits = split_at(candidates, equal_above=people.equal_above)
    observed = largest_observed(np.sort(people.order), splits)
    best = find_best_thresholds(
        people.time,
        people.event,
        people.treated,
        people.order,
        numbers=range(k * SHARE_SIZE, (k + 1) * SHARE_SIZE),
        thresholds=observed,
        strata=people.stratum,
        seed=SEED,
    )
    return np.append(candidates, np.nan)[observed.searchsorted(best)]


TITLE = "Where would the best threshold land?"
MIDDLE = (0.1, 0.9)
"""Between these shares lie the middle 80 % of the samples."""
NEAR, FIRM = 0.1, 0.5
NOT_FIRM = "The data do not say firmly where a line should be drawn."
TOLD_AT = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def where_the_best_lands(biomarker: Biomarker, found: ThresholdStability, *, asked: int) -> Explanation:
    """The range that holds most samples, and how many stay near the trial's own best threshold.

    Parameters
    ----------
    biomarker : Biomarker
    found : ThresholdStability
        After some or all of the samples.
    asked : int
        How many samples there will be.
    """
    drawn = f"after {count(found.samples)} of {count(asked)} bootstrap samples"
    if found.observed is None or not found.best.size:
        return Explanation(TITLE, drawn, "")
    low, high = describe_middle(found.best)
    observed = format_threshold_with_unit(biomarker, found.observed)
    spread = f"{format_bare_value(biomarker, low)} to {format_biomarker_value(biomarker, high)}"
    without = found.samples - found.best.size
    return Explanation(
        title=TITLE,
        subtitle=f"Best threshold when participants are resampled, {drawn}",
        sentence=f"Here the best threshold is {observed}. In bootstrap samples of the same participants "
        f"the middle 80 % lie from {spread}{_describe_nearness(found, found.observed)}",
        facts=(
            Fact("Best in this trial", observed),
            Fact("Middle 80 % of samples", spread, f"{count(without)} without any" if without else ""),
        ),
        tables=(_build_table(biomarker, found),),
    )


def describe_middle(best: Numbers) -> tuple[float, float]:
    """The ends of the middle 80 %, values that some sample has."""
    low, high = np.quantile(best, MIDDLE, method="inverted_cdf").tolist()
    return low, high


def _describe_nearness(found: ThresholdStability, observed: float) -> str:
    """How many samples stay near; a tenth of a value of 0 or less would mean nothing."""
    if observed <= 0:
        return "."
    share = float((np.abs(found.best - observed) <= NEAR * observed).mean())
    told = f", and {format_percent(share)} lie within ±10 % of it."
    return told if share >= FIRM else f"{told} {NOT_FIRM}"


def _build_table(biomarker: Biomarker, found: ThresholdStability) -> Table:
    ends = np.quantile(found.best, TOLD_AT, method="inverted_cdf").tolist()
    rows = tuple(
        (format_percent(share), format_biomarker_value(biomarker, value))
        for share, value in zip(TOLD_AT, ends, strict=True)
    )
    return Table("Best threshold in bootstrap samples", ("Samples at or below", biomarker.label), rows)


HEIGHT = 176
BINS = 48


def draw_best_thresholds(span: BiomarkerSpan, best: Numbers, observed: float, theme: Theme) -> Figure:
    """Draw a histogram of the best thresholds.

    Parameters
    ----------
    span : BiomarkerSpan
        The axis.
    best : array (samples,)
        The best threshold of each sample, at least one.
    observed : float
        The best threshold of the trial itself.
    theme : Theme
        Colours by meaning.

    Returns
    -------
    dict
        A plotly figure: bars, a bracket over the middle 80 %, and a mark at the trial's own.
    """
    low, high = span.position(span.low), span.position(span.high)
    edges = np.linspace(low, high, BINS + 1)
    places = np.array([span.position(value) for value in best.tolist()])
    shares = np.histogram(places, edges)[0] / best.size
    top = float(shares.max())
    layout = build_base_layout(theme, height=HEIGHT, margin=MARGIN)
    layout |= {
        "bargap": 0,
        "hovermode": "closest",
        "xaxis": titled_biomarker_axis(span, theme),
        "yaxis": build_axis(
            theme,
            range=[0, 1.34 * top],
            tickmode="array",
            tickvals=[0, top],
            ticktext=["0", format_percent(top)],
        ),
        "shapes": _draw_bracket(span, best, 1.12 * top, theme),
        "annotations": [_build_bracket_name(theme), _observed_name(span, observed, 1.2 * top, theme)],
        "uirevision": "best",
    }
    return {
        "data": [_draw_bars(span, edges, shares, theme), _draw_observed(span, observed, 1.2 * top, theme)],
        "layout": layout,
    }


def _draw_bars(span: BiomarkerSpan, edges: Numbers, shares: Numbers, theme: Theme) -> Figure:
    ends = [format_bare_value(span.biomarker, span.value_at(edge)) for edge in edges.tolist()]
    return {
        "type": "bar",
        "x": ((edges[:-1] + edges[1:]) / 2).tolist(),
        "y": shares.tolist(),
        "width": np.diff(edges).tolist(),
        "customdata": [
            f"{start} to {end} {escape(span.biomarker.unit)}<br>{format_percent(share)} of samples"
            for (start, end), share in zip(pairwise(ends), shares.tolist(), strict=True)
        ],
        "marker": {"color": theme.accent, "opacity": 0.75, "line": {"width": 0}},
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _draw_bracket(span: BiomarkerSpan, best: Numbers, height: float, theme: Theme) -> list[Figure]:
    """A line over the range that holds the middle 80 %, with its two ends."""
    left, right = (span.position(value) for value in describe_middle(best))
    line = {"color": theme.ink, "width": 1.5}
    drawn = {"type": "line", "xref": "x", "yref": "y", "line": line}
    ends = [drawn | {"x0": x, "x1": x, "y0": 0.96 * height, "y1": 1.04 * height} for x in (left, right)]
    return [drawn | {"x0": left, "x1": right, "y0": height, "y1": height}, *ends]


def _build_bracket_name(theme: Theme) -> Figure:
    return {
        "text": "├┤ middle 80 % of samples",
        "x": 0.0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1.0,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 3,
        "showarrow": False,
        "font": {"size": 11, "color": theme.quiet},
    }


def _draw_observed(span: BiomarkerSpan, observed: float, height: float, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "x": [span.position(observed)],
        "y": [height],
        "mode": "markers",
        "marker": {"symbol": "triangle-down", "size": 11, "color": theme.ink},
        "hoverinfo": "skip",
    }


def _observed_name(span: BiomarkerSpan, observed: float, height: float, theme: Theme) -> Figure:
    where, low, high = (span.position(value) for value in (observed, span.low, span.high))
    to_left = where > low + 0.5 * (high - low)
    return {
        "text": f"this trial: {escape(format_threshold_with_unit(span.biomarker, observed))}",
        "x": where,
        "xanchor": "right" if to_left else "left",
        "xshift": -9 if to_left else 9,
        "y": height,
        "yanchor": "middle",
        "yshift": 2,
        "showarrow": False,
        "bgcolor": theme.veil,
        "font": {"size": 12, "color": theme.ink},
    }


@dataclass(frozen=True, eq=False, slots=True)
class StabilityView:
    """The samples so far, and the axis."""

    found: ThresholdStability
    span: BiomarkerSpan


def _compute(trial: Trial, selection: Selection, step: int) -> StabilityView | NotEstimable:
    found, span = threshold_stability(trial, selection, share=step), biomarker_span(trial, selection)
    if isinstance(found, NotEstimable):
        return found
    if span is None or found.observed is None or not found.best.size:
        return NotEstimable(
            "In no sample does a threshold leave enough participants and events on both sides."
        )
    return StabilityView(found, span)


def _explain(answer: StabilityView | NotEstimable) -> Explanation:
    if isinstance(answer, NotEstimable):
        return Explanation(TITLE, "", "")
    return where_the_best_lands(
        answer.span.biomarker,
        answer.found,
        asked=SHARES * SHARE_SIZE,
    )


def _draw(answer: StabilityView | NotEstimable, theme: Theme) -> Figure:
    if isinstance(answer, NotEstimable):
        raise CannotComputeError(answer.why)
    observed = answer.found.observed
    if observed is None:
        raise CannotComputeError("The trial itself has no best threshold.")
    return draw_best_thresholds(answer.span, answer.found.best, observed, theme)


BEST_THRESHOLDS = SteppedPanel(
    "best-thresholds",
    SHARES,
    among_few_enough(_compute, "Where the best threshold lands in bootstrap samples"),
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)
