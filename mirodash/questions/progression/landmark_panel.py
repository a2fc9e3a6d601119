"""Response and later death: a landmark analysis among the treated, and why a split by response misleads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mirodash.errors import CannotComputeError
from mirodash.longitudinal.landmark import Landmark, analyse_landmark
from mirodash.plot.theme import Figure, Theme, build_axis, build_base_layout, escape
from mirodash.questions.panel import Panel
from mirodash.questions.progression.measured import SMALL_COUNTS
from mirodash.stratification.groups import assign_groups, people_only
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Mask, Selection
from mirodash.stratification.validation import resolve, resolve_endpoint
from mirodash.survival.results import NotEstimable, Numbers
from mirodash.text.facts import Explanation, Fact, Table, TablesOnDemand
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import (
    FIXED,
    count,
    estimate_with_interval,
    format_hazard_ratio,
    format_number,
)
from mirodash.text.ticks import DAYS
from mirodash.trial.dictionary import Measure
from mirodash.trial.repeated_measurements import Series
from mirodash.trial.trial import Trial

LANDMARKS = (28.0, 84.0, 182.0)
"""Days that are always shown together: nobody chooses the one that looks best."""
HEIGHT = 236
_MARGIN = (206, 16, 10, 44)
_REACH = 4.4
_TICKS = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, eq=False, slots=True)
class MarkerLandmarks:
    """One marker: its landmarks, and the ratio that a split by ever having responded would give.

    ``phase`` is the phase of a cycle at which it is read, empty where there is none. ``rises`` tells whether
    a response is a rise.
    """

    measure: Measure
    phase: str
    rises: bool
    landmarks: tuple[Landmark | NotEstimable, ...]
    ever: Landmark | NotEstimable


@dataclass(frozen=True, eq=False, slots=True)
class LandmarkAnalysis:
    """All markers of a trial, among the participants on treatment."""

    markers: tuple[MarkerLandmarks, ...]
    treated: str
    adjusted_for: str
    singular: str
    confidence: float


def analyse_response(trial: Trial, selection: Selection) -> LandmarkAnalysis | None:
    """Response of each marker and the event after each landmark; None for a trial without markers.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    measures = [measure for measure in trial.dictionary.measurements if measure.kind == "biology"]
    if not measures or not trial.series:
        return None
    chosen = resolve(trial, selection)
    endpoint, _ = resolve_endpoint(trial, selection)
    biomarker = trial.dictionary.biomarker(chosen.biomarker)
    people = people_only(selection)
    return LandmarkAnalysis(
        markers=tuple(_analyse(trial, people, measure.key, chosen.confidence) for measure in measures),
        treated=format_arm_names(trial, selection).treated,
        adjusted_for=biomarker.short if biomarker else "",
        singular=endpoint.singular,
        confidence=chosen.confidence,
    )


@memoise
def _analyse(trial: Trial, selection: Selection, key: str, confidence: float) -> MarkerLandmarks:
    measure = next(measure for measure in trial.dictionary.measurements if measure.key == key)
    series = trial.series.get(key)
    phase = series.phases[0] if series is not None and series.phases else ""
    if series is None or trial.min_cell:
        why = NotEstimable(SMALL_COUNTS if trial.min_cell else "It was not measured.")
        return MarkerLandmarks(measure, phase, True, (why,) * len(LANDMARKS), why)
    people = assign_groups(trial, selection)
    endpoint, _ = resolve_endpoint(trial, selection)
    outcome, mine = trial.outcomes[endpoint.key], people.everyone & people.treated
    days, died = (outcome.time * DAYS[endpoint.unit])[mine], outcome.event[mine]
    risk = _find_risk(trial, resolve(trial, selection).biomarker)
    own = None if risk is None else risk[mine]
    change = _list_changes(series, mine.size)
    usable = (series.day > 0) & ~np.isnan(change) & mine[series.person]
    if series.phases:
        usable &= series.phase == 0

    def respond_by(day: float) -> Numbers:
        known = usable & (series.day <= day)
        response = np.full(mine.size, np.nan)
        # sorted by day, so that the last one until then stays
        response[series.person[known]] = change[known]
        return response[mine]

    found = tuple(
        analyse_landmark(respond_by(day), days, died, own, landmark=day, confidence=confidence)
        for day in LANDMARKS
    )
    rises = bool(np.median(change[usable]) >= 0) if usable.any() else True
    ever = _compare_ever(series, change if rises else -change, usable, mine)
    naive = (
        NotEstimable("No participant was measured again.")
        if ever is None
        else analyse_landmark(ever, days, died, None, landmark=0.0, confidence=confidence)
    )
    return MarkerLandmarks(measure, phase, rises, found, naive)


def _find_risk(trial: Trial, biomarker: str) -> Numbers | None:
    """The baseline biomarker on the scale on which it tells of risk; None without one."""
    if biomarker not in trial.numbers:
        return None
    values = trial.numbers[biomarker].values
    return np.log(values) if np.nanmin(values, initial=np.inf) > 0 else values


def _list_changes(series: Series, participants: int) -> Numbers:
    """Change of each value since its participant's baseline; NaN without one."""
    baseline = np.full(participants, np.nan)
    before = series.day <= 0
    baseline[series.person[before]] = series.value[before]
    return series.value - baseline[series.person]


def _compare_ever(series: Series, response: Numbers, usable: Mask, mine: Mask) -> Numbers | None:
    """1 for whoever was ever seen at or above the median response, 0 for the others."""
    if not usable.any():
        return None
    cut = float(np.median(response[usable]))
    ever = np.zeros(mine.size)
    ever[series.person[usable & (response >= cut)]] = 1.0
    return ever[mine]


def explain_response(found: LandmarkAnalysis) -> Explanation:
    """The hazard ratios of every landmark, what they are not, and what a split by response would show."""
    adjusted = f", adjusted for {found.adjusted_for} at baseline" if found.adjusted_for else ""
    return Explanation(
        title=f"Response and later {found.singular}",
        subtitle=(
            f"{found.treated} only: hazard ratio of {found.singular} after each landmark for a response "
            f"larger by one standard deviation{adjusted}"
        ),
        sentence=(
            "An association among treated survivors, not an effect of treatment: response was not "
            "randomised. Who died by a landmark is counted out, so each landmark has other people. All "
            "landmarks are shown. A split by having ever responded is biased (immortal time): only who lives "
            "can still respond, so that responders seem to live longer even where nothing works."
        ),
        facts=tuple(_list_facts(found)),
        tables=TablesOnDemand(lambda: (_build_table(found),)),
    )


def _name(marker: MarkerLandmarks) -> str:
    at = f" at {marker.phase}" if marker.phase else ""
    return f"{marker.measure.short}{at}"


def _list_facts(found: LandmarkAnalysis) -> Iterator[Fact]:
    for marker in found.markers:
        each = zip(LANDMARKS, marker.landmarks, strict=True)
        told = "; ".join(f"day{FIXED}{day:g} {_describe(one, found.confidence)}" for day, one in each)
        yield Fact(_name(marker), "", told)
        ever = marker.ever
        if isinstance(ever, Landmark):
            way = "rise" if marker.rises else "fall"
            ratio = float(np.exp(ever.coef / ever.sd))
            value = format_hazard_ratio(ratio, (ratio, ratio))
            told = (
                f"hazard ratio {value}, biased: by ever having had at least the median {way}, from day 0; "
                "not to be quoted"
            )
            yield Fact(f"{_name(marker)}, split by response", "", told, uncertain=True)


def _describe(one: Landmark | NotEstimable, confidence: float) -> str:
    if isinstance(one, NotEstimable):
        return "not estimable"
    return estimate_with_interval(one.hr, one.ci, confidence)


def _build_table(found: LandmarkAnalysis) -> Table:
    rows: list[tuple[str, ...]] = []
    for marker in found.markers:
        for day, one in zip(LANDMARKS, marker.landmarks, strict=True):
            if isinstance(one, NotEstimable):
                rows.append((_name(marker), format_number(day, 0), *["–"] * 5, one.why))
                continue
            sizes = (count(one.participants), count(one.events), count(one.gone), count(one.unmeasured))
            sd = format_number(one.sd, marker.measure.decimals)
            ratio = estimate_with_interval(one.hr, one.ci, found.confidence)
            rows.append((_name(marker), format_number(day, 0), *sizes, sd, ratio))
    header = (
        *("Marker", "Landmark, day", "Participants", "Events after it", "Died or left by it"),
        *("Alive, not measured", "SD of the response", "Hazard ratio per SD"),
    )
    return Table(f"Response and later {found.singular}, {found.treated}", header, tuple(rows))


def draw_response(found: LandmarkAnalysis, theme: Theme) -> Figure:
    """Draw the hazard ratio of every landmark with its interval, and hollow the biased split.

    Raises
    ------
    CannotComputeError
        When nothing can be estimated.
    """
    rows: list[tuple[str, float, float, float, bool]] = []
    for marker in found.markers:
        for day, one in zip(LANDMARKS, marker.landmarks, strict=True):
            if isinstance(one, Landmark):
                rows.append((f"{_name(marker)}, day {day:g}", one.hr, *one.ci, False))
        if isinstance(marker.ever, Landmark):
            ever, per = marker.ever, marker.ever.sd
            low, high = (float(np.exp(np.log(end) / per)) for end in ever.ci)
            rows.append((f"{_name(marker)}, ever (biased)", float(np.exp(ever.coef / per)), low, high, True))
    if not rows:
        first = found.markers[0].landmarks[0]
        raise CannotComputeError(
            f"No picture: {first.why if isinstance(first, NotEstimable) else 'nothing is estimable.'}"
        )
    layout = build_base_layout(theme, height=HEIGHT, margin=_MARGIN)
    layout |= {
        "hovermode": "closest",
        "uirevision": "landmarks",
        "xaxis": build_axis(
            theme,
            type="log",
            range=[-np.log10(_REACH), np.log10(_REACH)],
            tickmode="array",
            tickvals=list(_TICKS),
            ticktext=[f"{tick:g}" for tick in _TICKS],
            ticks="outside",
            showline=True,
            title={
                "text": "hazard ratio per SD",
                "font": {"size": 11.5, "color": theme.quiet},
                "standoff": 4,
            },
        ),
        "yaxis": build_axis(
            theme,
            range=[len(rows) - 0.5, -0.5],
            tickmode="array",
            tickvals=list(range(len(rows))),
            ticktext=[escape(label) for label, *_ in rows],
            ticklen=0,
        ),
        "shapes": [
            {
                "type": "line",
                "x0": 1,
                "x1": 1,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": theme.ink, "width": 1},
            }
        ],
    }
    return {"data": [_draw_rows(rows, theme, biased=biased) for biased in (False, True)], "layout": layout}


def _draw_rows(rows: list[tuple[str, float, float, float, bool]], theme: Theme, *, biased: bool) -> Figure:
    shown = [(place, row) for place, row in enumerate(rows) if row[4] is biased]
    colour = theme.quiet if biased else theme.accent
    return {
        "type": "scatter",
        "x": [hr for _, (_, hr, *_) in shown],
        "y": [place for place, _ in shown],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - hr for _, (_, hr, _, high, _) in shown],
            "arrayminus": [hr - low for _, (_, hr, low, _, _) in shown],
            "color": colour,
            "thickness": 1.6,
            "width": 3,
        },
        "mode": "markers",
        "marker": {"symbol": "circle-open" if biased else "circle", "size": 8, "color": colour},
        "hovertext": [
            f"{escape(label)}<br>{hr:.2f} ({low:.2f} to {high:.2f})" for _, (label, hr, low, high, _) in shown
        ],
        "hoverinfo": "text",
    }


RESPONSE = Panel(
    "progression-landmark",
    analyse_response,
    explain_response,
    draw_response,
    HEIGHT,
    moves_with_thresholds=False,
)
