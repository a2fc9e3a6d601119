"""What is being asked, in one line, and the caution that cannot be dismissed."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.survival_by_group import SurvivalByGroup, survival_by_group
from mirodash.stratification.groups import groups
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled
from mirodash.survival.results import HazardRatio
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial
from mirodash.wording.arms import arm_names
from mirodash.wording.disclosure import participants_of, selected_of
from mirodash.wording.effects import at_horizon
from mirodash.wording.labels import in_sentence
from mirodash.wording.numbers import count

EXPLORATORY = "Exploratory: the overall result is not established"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of the estimand line; the ones that a reader chose are strong."""

    text: str
    strong: bool = False


def estimand(trial: Trial, selection: Selection) -> tuple[Phrase, ...]:
    """Population, endpoint and event, time origin, horizon, arms and summary measures, in that order."""
    chosen = settled(trial, selection)
    result = survival_by_group(trial, selection)
    names = arm_names(trial, selection)
    endpoint = result.endpoint
    return (
        *_population(trial, selection),
        Phrase(endpoint_and_event(endpoint)),
        Phrase(f"from {endpoint.origin} to {at_horizon(result)}", strong=True),
        Phrase(f"{names.treated} versus {names.control}", strong=True),
        *(Phrase(item.sentence(trial), strong=True) for item in chosen.filters),
        Phrase("hazard ratio, survival difference, restricted mean"),
    )


def _population(trial: Trial, selection: Selection) -> tuple[Phrase, ...]:
    selected = int(groups(trial, selection).everyone.sum())
    population = trial.dictionary.population
    if selected == trial.participants:
        return (Phrase(f"{count(participants_of(trial))} {population}", strong=True),)
    return (Phrase(f"{selected_of(trial, selected)} {population}", strong=True),)


def endpoint_and_event(endpoint: Endpoint) -> str:
    """The endpoint, and what counts as an event where its name does not say so."""
    label = in_sentence(endpoint.label)
    return label if endpoint.singular in label.casefold() else f"{label} (event: {endpoint.singular})"


def caution_of(trial: Trial, selection: Selection) -> str | None:
    """The banner of a view; see `caution`."""
    return caution(survival_by_group(trial, selection))


def caution(result: SurvivalByGroup) -> str | None:
    """The banner: shown whenever the overall interval includes no effect, or there is none."""
    cox = result.overall.comparison.cox
    if isinstance(cox, HazardRatio) and not cox.ci[0] <= 1 <= cox.ci[1]:
        return None
    return EXPLORATORY
