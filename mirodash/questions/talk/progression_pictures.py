"""Pictures of repeated measurements on slides: by visit, slopes along the biomarker, pairs, and biology."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mirodash.longitudinal.death_then_function import DeathThenFunction
from mirodash.longitudinal.slope_along_biomarker import SlopeCurve
from mirodash.questions.finding import are_few_enough_to_search
from mirodash.questions.progression.biology import Biology, biology
from mirodash.questions.progression.measured import GroupProgression, Progression, VisitsOfArms, progression
from mirodash.questions.progression.pairs_panel import Pairs
from mirodash.questions.progression.slope_panels import SLOPES_ALONG, SlopesAlong
from mirodash.questions.progression.slope_search import SlopesSearched, search_slope_thresholds
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.saved_view import BIOLOGY, LINES, PAIRS, PROGRESSION, SLOPES
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import ArmNames, format_arm_names, one_line
from mirodash.trial.trial import Trial

NOTHING_MEASURED = "This trial holds no repeated measurements."
NO_SUCH_GROUP = "This view has no such group: its thresholds make fewer."
MAX_NAME_LENGTH = 60

Searched = SlopesSearched | NotEstimable | None
"""None where no search was made: among too many participants, or without a biomarker."""


@dataclass(frozen=True, eq=False, slots=True)
class ProgressionPicture:
    """One group by visit; ``answer`` has the other groups, which stand beside it in numbers."""

    answer: Progression
    place: int
    visits: VisitsOfArms
    searched: Searched

    @property
    def group(self) -> GroupProgression:
        """The group that is shown."""
        return self.answer.groups[self.place]

    @property
    def name(self) -> str:
        """What is measured, and at which phase of a cycle where there are several."""
        short = self.answer.measure.short
        return f"{short} at {self.visits.phase}" if self.visits.phase else short


@dataclass(frozen=True, eq=False, slots=True)
class SlopesPicture:
    """The difference in slope along the biomarker; ``thresholds`` are those in view."""

    found: SlopesAlong
    curve: SlopeCurve
    thresholds: tuple[float, ...]
    searched: Searched


@dataclass(frozen=True, eq=False, slots=True)
class LinesPicture:
    """The fitted lines of both arms in every group, side by side; of all participants without a threshold.

    ``unit`` is that of the biomarker, as it ends the names of groups.
    """

    answer: Progression
    unit: str
    searched: Searched

    @property
    def labels(self) -> tuple[str, ...]:
        """What the groups that have lines are called, without the biomarker's unit."""
        return tuple(group.label.removesuffix(self.unit) for group in self.shown)

    @property
    def shown(self) -> tuple[GroupProgression, ...]:
        """The groups that have lines."""
        groups = self.answer.groups[1:] or self.answer.groups
        return tuple(g for g in groups if not isinstance(g.slopes.difference, NotEstimable))


@dataclass(frozen=True, eq=False, slots=True)
class PairsPicture:
    """How often the treated participant of a pair did better, in every group."""

    answer: Progression
    searched: Searched

    @property
    def compared(self) -> tuple[tuple[GroupProgression, DeathThenFunction], ...]:
        """The groups in which pairs can be compared, all participants first."""
        return tuple(
            (group, group.pairs) for group in self.answer.groups if isinstance(group.pairs, DeathThenFunction)
        )


@dataclass(frozen=True, eq=False, slots=True)
class BiologyPicture:
    """What treatment does to markers and to function in every group; ``labels`` of groups are short."""

    found: Biology
    labels: tuple[str, ...]
    searched: Searched

    @property
    def answer(self) -> Progression:
        """The measurement of function beside the markers."""
        return self.found.answer


ProgressionPictured = ProgressionPicture | SlopesPicture | LinesPicture | PairsPicture | BiologyPicture


def find_progression_picture(
    trial: Trial, selection: Selection, picture: str
) -> ProgressionPictured | NotEstimable:
    """The answers behind one picture of repeated measurements; why there are none, where there are none.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    answer = progression(trial, selection)
    if answer is None:
        return NotEstimable(NOTHING_MEASURED)
    if picture == SLOPES:
        return _find_slopes(trial, selection)
    if picture == LINES:
        return _find_lines(trial, selection, answer)
    if picture == PAIRS:
        return _find_pairs(trial, selection, answer)
    if picture == BIOLOGY:
        return _find_biology(trial, selection)
    return _find_visits(trial, selection, answer, PROGRESSION.index(picture))


def _find_lines(trial: Trial, selection: Selection, answer: Progression) -> LinesPicture | NotEstimable:
    found = LinesPicture(answer, _name_unit(trial, selection), _search(trial, selection))
    if found.shown:
        return found
    why = (answer.groups[1:] or answer.groups)[0].slopes.difference
    return why if isinstance(why, NotEstimable) else NotEstimable("No lines can be drawn.")


def _find_visits(
    trial: Trial, selection: Selection, answer: Progression, place: int
) -> ProgressionPicture | NotEstimable:
    if place >= len(answer.groups):
        return NotEstimable(NO_SUCH_GROUP)
    visits = answer.groups[place].visits
    if isinstance(visits, NotEstimable):
        return visits
    return ProgressionPicture(answer, place, visits[0], _search(trial, selection))


def _find_pairs(trial: Trial, selection: Selection, answer: Progression) -> PairsPicture | NotEstimable:
    pairs = answer.overall.pairs
    return pairs if isinstance(pairs, NotEstimable) else PairsPicture(answer, _search(trial, selection))


def _find_biology(trial: Trial, selection: Selection) -> BiologyPicture | NotEstimable:
    found = biology(trial, selection)
    if found is None:
        return NotEstimable("This trial holds no repeated measurements of markers.")
    unit = _name_unit(trial, selection)
    labels = tuple(group.label.removesuffix(unit) for group in found.answer.groups)
    return BiologyPicture(found, labels, _search(trial, selection))


def _name_unit(trial: Trial, selection: Selection) -> str:
    """The biomarker's unit as it ends the name of a group."""
    marker = trial.dictionary.biomarker(resolve(trial, selection).biomarker)
    return f" {marker.unit}" if marker and marker.unit else ""


def _find_slopes(trial: Trial, selection: Selection) -> SlopesPicture | NotEstimable:
    found = SLOPES_ALONG.compute(trial, selection)
    if found is None:
        return NotEstimable("No participant has this biomarker.")
    if isinstance(found.curve, NotEstimable):
        return found.curve
    thresholds = resolve(trial, selection).thresholds or ()
    return SlopesPicture(found, found.curve, thresholds, _search(trial, selection))


def _search(trial: Trial, selection: Selection) -> Searched:
    """What the thresholds in view are worth after the search, where a slide can wait for it."""
    few = are_few_enough_to_search(trial, selection)
    return search_slope_thresholds(trial, selection) if few else None


def name_progression_pictures(trial: Trial, selection: Selection) -> tuple[tuple[str, str], ...]:
    """``(picture, name)`` of what can be shown of the measurement of a view; none without measurements.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if not trial.series:
        return ()
    chosen = resolve(trial, selection)
    measures = trial.dictionary.measurements
    short = next(measure.short for measure in measures if measure.key == chosen.measure)
    shown = zip(PROGRESSION, assign_groups(trial, selection).shown, strict=False)
    groups = tuple((picture, _name(f"{short}: {group.label}")) for picture, group in shown)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    along = () if marker is None else ((SLOPES, _name(f"{short}: slopes by {marker.short}")),)
    in_lines = () if trial.series[chosen.measure].phases else ((LINES, _name(f"{short}: fitted lines")),)
    has_markers = any(measure.kind == "biology" for measure in measures)
    beside = ((BIOLOGY, "Biology beside the clinic"),) if has_markers else ()
    return (*groups, *along, *in_lines, (PAIRS, _name(f"{short} and death together")), *beside)


def _name(text: str) -> str:
    return one_line(text, MAX_NAME_LENGTH)


def pairs_of(trial: Trial, selection: Selection, answer: PairsPicture) -> Pairs:
    """The pairs as the page explains them."""
    return Pairs(answer.answer, name_arms(trial, selection), answer.answer.measure.visits_unit)


def name_arms(trial: Trial, selection: Selection) -> ArmNames:
    """The arms, short enough for a slide."""
    names = format_arm_names(trial, selection)
    return replace(names, treated=_name(names.treated), control=_name(names.control))
