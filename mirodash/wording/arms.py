"""What the two arms of a view are called on screen."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import settled
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class ArmNames:
    """The labels of the treated and the control arm."""

    treated: str
    control: str


def arm_names(trial: Trial, selection: Selection) -> ArmNames:
    """The labels that the dictionary gives the two arms the reader compares."""
    chosen = settled(trial, selection)
    label = trial.dictionary.arm_label
    return ArmNames(label(chosen.treated), label(chosen.control))
