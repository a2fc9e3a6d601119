"""What a view asks, and of whom: everything that a methods paragraph tells, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.covariates import Adjustment, adjustment
from mirodash.analysis.time_units import converted
from mirodash.stratification.groups import groups, thresholds_as_written
from mirodash.stratification.selection import ADJUSTED, Declaration, Filter, Selection, randomised_within
from mirodash.stratification.validation import asked_endpoint, settled, standing_declaration
from mirodash.trial.dictionary import Biomarker, Endpoint
from mirodash.trial.trial import Trial
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.footer import SHORT_FINGERPRINT

RANDOMISED = "randomised"


@dataclass(frozen=True, slots=True)
class Question:
    """One view of a trial as far as methods tell of it.

    ``horizon`` is in ``unit``, the reader's. ``thresholds`` are written as on the groups' cards, ``sites`` is
    None for every one of the ``all_sites``. ``declared`` holds of the thresholds in view where ``stands``.
    ``adjustment`` is None unless covariates were chosen, ``within`` are the strata of the randomisation.
    """

    trial: Trial
    names: ArmNames
    other_arms: bool
    sites: tuple[str, ...] | None
    all_sites: int
    filters: tuple[Filter, ...]
    endpoint: Endpoint
    horizon: float
    unit: str
    marker: Biomarker | None
    thresholds: tuple[str, ...]
    within: tuple[str, ...]
    strata: tuple[str, ...]
    adjustment: Adjustment | None
    curves_adjusted: bool
    confidence: float
    declared: Declaration | None
    stands: bool

    @property
    def is_randomised(self) -> bool:
        """Whether the trial calls its participants randomised."""
        return self.trial.dictionary.population == RANDOMISED

    @property
    def chooses_people(self) -> bool:
        """Whether sites or participants were selected."""
        return self.sites is not None or bool(self.filters)

    @property
    def fingerprint(self) -> str:
        """As much of the fingerprint as tells two data sets apart."""
        return self.trial.fingerprint[: len("sha256:") + SHORT_FINGERPRINT]


def question_of(trial: Trial, selection: Selection) -> Question:
    """Gather what a view asks.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = settled(trial, selection)
    endpoint, horizon = asked_endpoint(trial, selection)
    adjusting = bool(chosen.adjust) or chosen.curves == ADJUSTED
    allowed_for = adjustment(trial, selection) if adjusting else None
    return Question(
        trial=trial,
        names=arm_names(trial, selection),
        other_arms=len(trial.arm.names) > 2,
        sites=chosen.sites,
        all_sites=len(trial.site.names) if trial.site else 0,
        filters=chosen.filters,
        endpoint=endpoint,
        horizon=converted(horizon, endpoint.unit, chosen.unit),
        unit=chosen.unit,
        marker=trial.dictionary.biomarker(chosen.biomarker),
        thresholds=_written(trial, selection),
        within=randomised_within(trial),
        strata=chosen.strata,
        adjustment=allowed_for if allowed_for and allowed_for.columns else None,
        curves_adjusted=chosen.curves == ADJUSTED,
        confidence=chosen.confidence,
        declared=selection.declared,
        stands=standing_declaration(trial, selection) is not None,
    )


def _written(trial: Trial, selection: Selection) -> tuple[str, ...]:
    """The thresholds with the digits that they have in the names of the groups."""
    chosen, people = settled(trial, selection), groups(trial, selection)
    marker = trial.dictionary.biomarker(chosen.biomarker)
    if marker is None or not chosen.thresholds:
        return ()
    values = trial.numbers[marker.column].values[people.codes >= 0]
    return thresholds_as_written(chosen.thresholds, marker.decimals, values)
