"""A data dictionary as far as somebody wrote it down; what is left open is found in the data."""

from __future__ import annotations

from dataclasses import dataclass, field

from mirodash.trial.dictionary import Kind, Preset, Scale, TimeUnit
from mirodash.trial.roles import Roles


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """An endpoint of which only the columns may be known."""

    key: str
    time: str
    event: str
    label: str | None = None
    event_value: str | None = None
    unit: TimeUnit | None = None
    horizon: float | None = None
    origin: str = "randomisation"
    singular: str = "event"
    plural: str = "events"
    event_free: str = "event-free"


@dataclass(frozen=True, slots=True)
class BiomarkerDraft:
    """A biomarker of which only the column may be known."""

    column: str
    label: str | None = None
    short: str | None = None
    unit: str = ""
    scale: Scale | None = None
    decimals: int | None = None
    lower_limit: float | None = None
    upper_limit: float | None = None
    note: str = ""
    presets: tuple[Preset, ...] = ()
    default_thresholds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class FactorDraft:
    """A baseline factor of which only the column may be known."""

    column: str
    kind: Kind | None = None
    label: str | None = None
    unit: str = ""
    decimals: int | None = None
    levels: tuple[tuple[str, str], ...] = ()
    cut: float | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a dictionary file says. ``file`` is its name, empty when there is none.

    ``roles`` holds the columns of participants, arms, sites and countries, the two arms and the
    ``PARAMCD`` of an ADaM file. ``leave_out`` names columns whose impossible cells the reader agreed to
    leave out.
    """

    file: str = ""
    title: str | None = None
    synthetic: bool = False
    description: str = ""
    source: str = ""
    population: str = "randomised"
    roles: Roles = field(default_factory=Roles)
    arm_labels: tuple[tuple[str, str], ...] = ()
    endpoints: tuple[EndpointDraft, ...] = ()
    biomarkers: tuple[BiomarkerDraft, ...] = ()
    factors: tuple[FactorDraft, ...] = ()
    randomised_within: tuple[str, ...] = ()
    default_strata: tuple[str, ...] = ()
    french: tuple[tuple[str, str], ...] = ()
    leave_out: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """False where there is no dictionary and no mapping, so that everything is found in the data."""
        return self != Draft()
