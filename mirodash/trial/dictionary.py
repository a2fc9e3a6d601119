"""The data dictionary: what each column of a trial means, complete or still a draft."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal, get_args

from mirodash.trial.problems import Problem

Scale = Literal["log", "linear"]
Kind = Literal["numeric", "category"]
TimeUnit = Literal["days", "weeks", "months", "years"]

_UNIT_WORDS: Mapping[TimeUnit, str] = {
    "days": "day days jour jours j tage dias giorni",
    "weeks": "week weeks wk wks semaine semaines sem woche wochen semanas",
    "months": "month months mo mos mth mths mois monat monate meses mesi",
    "years": "year years yr yrs annee annees ans jahr jahre anos anni",
}
UNITS: Mapping[str, TimeUnit] = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
"""The units of time by the words for them, folded, in several languages."""

MIN_HORIZON = 1e-6
"""In any unit: half a minute of a year; the ticks of a shorter axis say nothing, and in the end are all 0."""


def why_no_horizon(horizon: float) -> str:
    """Why a number cannot be a horizon, as a sentence; ``""`` when it can.

    >>> why_no_horizon(0), why_no_horizon(5e-324)
    ('The horizon must be a number above 0.', 'The horizon must be at least 0.000001; is the unit right?')
    """
    if not (math.isfinite(horizon) and horizon > 0):
        return "The horizon must be a number above 0."
    return "" if horizon >= MIN_HORIZON else "The horizon must be at least 0.000001; is the unit right?"


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of thresholds, a chip (``3,700 published``); ``source`` says who published it."""

    name: str
    thresholds: tuple[float, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Biomarker:
    """A numeric baseline measurement on which participants can be split by thresholds.

    ``lower_limit`` and ``upper_limit`` are the assay's limits, in ``unit``; ``note`` says when and
    how it was measured. ``default_thresholds`` is where the dashboard opens, and with ``equal_above`` a value
    equal to a threshold belongs to the group above it.
    """

    column: str
    label: str
    short: str
    unit: str = ""
    scale: Scale = "linear"
    decimals: int = 0
    lower_limit: float | None = None
    upper_limit: float | None = None
    note: str = ""
    presets: tuple[Preset, ...] = ()
    default_thresholds: tuple[float, ...] = ()
    equal_above: bool = False


@dataclass(frozen=True, slots=True)
class Factor:
    """A baseline characteristic by which participants can be filtered (and later compared).

    ``levels`` orders the values of a category and gives each its label as ``(value, label)`` pairs;
    ``cut`` is where a numeric factor is split in subgroup tables.
    """

    column: str
    label: str
    kind: Kind
    unit: str = ""
    decimals: int = 0
    levels: tuple[tuple[str, str], ...] = ()
    cut: float | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A time to an event: which columns hold it, and what counts as an event.

    ``horizon`` is in ``unit``, measured from ``origin``. ``singular`` and ``plural`` name one and
    several events (death, deaths); ``event_free`` names those without one (alive). ``entry`` is the column of
    the time at which participants came under observation, empty where all did at the origin. ``competing``
    are the values of ``event`` that mean another event, after which this one can no longer come, and
    ``competing_word`` names that event. ``other_event_values`` mean the event beside
    ``event_value``.
    """

    key: str
    label: str
    time: str
    event: str
    event_value: str
    horizon: float
    unit: TimeUnit = "days"
    origin: str = "randomisation"
    singular: str = "event"
    plural: str = "events"
    event_free: str = "event-free"
    entry: str = ""
    other_event_values: tuple[str, ...] = ()
    competing: tuple[str, ...] = ()
    competing_word: str = ""

    @property
    def event_values(self) -> str:
        """Every value that means the event, as a list in words."""
        return " or ".join((self.event_value, *self.other_event_values))

    @property
    def state(self) -> str:
        """What a share at some time is of: without the event, or with it where another one competes."""
        return f"with {self.event_word}" if self.competing else self.event_free

    @property
    def without(self) -> str:
        """Who has not had the event; beside another one, those who had that instead are among them."""
        return f"without {self.event_word}" if self.competing else self.event_free

    @property
    def event_word(self) -> str:
        """The event as a sentence needs it: ``relapse``, or ``the event``."""
        return "the event" if self.singular == "event" else self.singular

    @property
    def other_event(self) -> str:
        """What the competing event is called; by its values where nobody named it."""
        return self.competing_word or f"{self.event} = {' or '.join(self.competing)}"


Direction = Literal["higher", "lower", ""]
"""Which values of a measurement are better; empty where nobody said."""
MeasureKind = Literal["function", "biology"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something measured again and again: a score of function, a cell count.

    ``limits`` are the lowest and the highest value that there can be; ``visits`` are scheduled times from
    randomisation in ``visits_unit``, ascending, empty where nobody planned any.
    """

    key: str
    label: str
    short: str
    unit: str = ""
    decimals: int = 1
    direction: Direction = ""
    limits: tuple[float, float] | None = None
    visits: tuple[float, ...] = ()
    visits_unit: TimeUnit = "days"
    note: str = ""
    kind: MeasureKind = "function"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Everything the screens, the tables and the command line need to name things.

    ``french`` gives any of these texts in French, as ``(text, French)`` pairs.
    """

    title: str
    control: str
    treated: str
    endpoints: tuple[Endpoint, ...]
    biomarkers: tuple[Biomarker, ...] = ()
    factors: tuple[Factor, ...] = ()
    synthetic: bool = False
    description: str = ""
    source: str = ""
    population: str = "randomised"
    arm_labels: tuple[tuple[str, str], ...] = ()
    randomised_within: tuple[str, ...] = ()
    default_strata: tuple[str, ...] = ()
    french: tuple[tuple[str, str], ...] = ()
    measurements: tuple[Measure, ...] = ()

    def measure(self, key: str) -> Measure | None:
        """The repeated measurement with this key, if there is one."""
        return next((m for m in self.measurements if m.key == key), None)

    def endpoint(self, key: str) -> Endpoint | None:
        """The endpoint with this key, if there is one."""
        return next((e for e in self.endpoints if e.key == key), None)

    def biomarker(self, column: str) -> Biomarker | None:
        """The biomarker in this column, if there is one."""
        return next((b for b in self.biomarkers if b.column == column), None)

    def factor(self, column: str) -> Factor | None:
        """The factor in this column, if there is one."""
        return next((f for f in self.factors if f.column == column), None)

    def arm_label(self, arm: str) -> str:
        """How an arm is called on screen."""
        return dict(self.arm_labels).get(arm, arm)


@dataclass(frozen=True)
class Roles:
    """What a reader said about the columns and values of a file; None is "not said".

    Parameters
    ----------
    id, time, event, arm, biomarker, site, country, entry : str or None
        Names of columns; an empty one of id, site, country or entry says that no column plays this part.
        ``entry`` holds the time at which each came under observation, where some did after the origin.
    event_value : str or None
        The value of the event column that means the event happened.
    other_event_values, censored_values : tuple of str
        Other values that mean the event, and values that count as censored although they may be another
        event.
    control, treated : str or None
        Values of the arm column.
    param : str or None
        Which ``PARAMCD`` of an ADaM time-to-event file.
    horizon : float or None
        In the unit of the time column.
    time_unit : {"days", "weeks", "months", "years"} or None
        The unit of the time column.
    competing : tuple of str or None
        The values of the event column that mean another event, after which this one can no longer come.
    sheet : str or None
        Which sheet of a workbook.
    """

    id: str | None = None
    time: str | None = None
    event: str | None = None
    event_value: str | None = None
    arm: str | None = None
    control: str | None = None
    treated: str | None = None
    biomarker: str | None = None
    site: str | None = None
    country: str | None = None
    param: str | None = None
    horizon: float | None = None
    time_unit: TimeUnit | None = None
    sheet: str | None = None
    entry: str | None = None
    other_event_values: tuple[str, ...] | None = None
    censored_values: tuple[str, ...] | None = None
    competing: tuple[str, ...] | None = None

    def over(self, other: Roles) -> Roles:
        """These roles, and where they say nothing, the other's.

        Examples
        --------
        >>> Roles(time="days").over(Roles(time="weeks", arm="arm")) == Roles(time="days", arm="arm")
        True
        """
        chosen = {f.name: getattr(self, f.name) for f in fields(self)}
        return Roles(**{k: getattr(other, k) if v is None else v for k, v in chosen.items()})


@dataclass(frozen=True)
class Answers:
    """What a reader answered about the cells, rows and columns of a file, beyond the parts they play.

    Parameters
    ----------
    leave_out : tuple of str
        Columns whose impossible cells are left out.
    ignore : tuple of str
        Columns that play no part, and about which nothing is asked.
    missing : tuple of (str, tuple of str)
        Columns with the codes that stand in them for "not known"; no codes say that all cells are values.
    keep : tuple of (str, tuple of str)
        Columns with the values of the rows that are read; other rows are left before anything is looked for.
    """

    leave_out: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()


def validate_options(roles: Roles, problems: list[Problem]) -> Roles:
    """The options without those that cannot be; each of these is one of the ``problems``."""
    wrong = "" if roles.horizon is None else why_no_horizon(roles.horizon)
    if wrong:
        problems.append(Problem(wrong, part="horizon"))
        roles = replace(roles, horizon=None)
    if roles.time_unit is not None and roles.time_unit not in get_args(TimeUnit):
        what = f"'{roles.time_unit}' is no unit of time; known are {', '.join(get_args(TimeUnit))}."
        problems.append(Problem(what, part="unit"))
        roles = replace(roles, time_unit=None)
    return roles


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """An endpoint of which only the columns may be known.

    ``censored_values`` count as censored although they may be another event.
    """

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
    entry: str | None = None
    other_event_values: tuple[str, ...] = ()
    censored_values: tuple[str, ...] = ()
    competing: tuple[str, ...] = ()
    competing_word: str = ""


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
    equal_above: bool = False


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
class MeasureDraft:
    """A repeated measurement of which only the key may be known.

    ``source`` is what the file calls it where that is not the key (``PARAMCD``); ``columns`` are columns
    beside the participants, each with its scheduled time in ``visits_unit``. ``time_unit`` is that of the
    times in a file of their own, where its column is not called by it. What is not ``used`` is left out.
    """

    key: str
    label: str | None = None
    short: str | None = None
    unit: str = ""
    decimals: int | None = None
    direction: Direction | None = None
    limits: tuple[float, float] | None = None
    visits: tuple[float, ...] = ()
    visits_unit: TimeUnit = "days"
    note: str = ""
    kind: MeasureKind | None = None
    source: str = ""
    columns: tuple[tuple[str, float], ...] = ()
    time_unit: TimeUnit | None = None
    used: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """What a dictionary file says. ``file`` is its name, empty when there is none.

    ``roles`` holds the columns of participants, arms, sites and countries, the two arms and the
    ``PARAMCD`` of an ADaM file. ``leave_out``, ``ignore``, ``missing`` and ``keep`` are the `Answers`.
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
    ignore: tuple[str, ...] = ()
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()
    measurements: tuple[MeasureDraft, ...] = ()

    def answered(self, answers: Answers) -> Draft:
        """The draft with more answers; of one column the later ones count."""
        return replace(
            self,
            leave_out=tuple(dict.fromkeys(self.leave_out + answers.leave_out)),
            ignore=tuple(dict.fromkeys(self.ignore + answers.ignore)),
            missing=tuple((dict(self.missing) | dict(answers.missing)).items()),
            keep=tuple((dict(self.keep) | dict(answers.keep)).items()),
            measurements=tuple(_drop_columns(measure, answers.ignore) for measure in self.measurements),
        )

    @property
    def says_something(self) -> bool:
        """False where there is no dictionary and no mapping, so that everything is found in the data."""
        return self != Draft()


def _drop_columns(measure: MeasureDraft, ignored: tuple[str, ...]) -> MeasureDraft:
    """The measurement without the visits whose columns are ignored."""
    return replace(measure, columns=tuple(pair for pair in measure.columns if pair[0] not in ignored))


def validate_draft(draft: Draft) -> Iterator[Problem]:
    """A problem for everything that no dictionary file could say either."""
    for endpoint in draft.endpoints:
        yield from _validate_endpoint(endpoint)
    for biomarker in draft.biomarkers:
        yield from _validate_biomarker(biomarker)
    names = {
        "endpoint": [endpoint.key for endpoint in draft.endpoints],
        "biomarker": [biomarker.column for biomarker in draft.biomarkers],
        "factor": [factor.column for factor in draft.factors],
        "measurement": [measure.key for measure in draft.measurements],
    }
    for part, given in names.items():
        for name, count in Counter(given).items():
            if count > 1:
                what = f"The {part} '{name}' is described {count} times; once is enough."
                yield Problem(what, part="time" if part == "endpoint" else part)


def _validate_endpoint(endpoint: EndpointDraft) -> Iterator[Problem]:
    what = "" if endpoint.horizon is None else why_no_horizon(endpoint.horizon)
    if what:
        yield Problem(what, columns=(endpoint.time,), part="horizon")


def _validate_biomarker(biomarker: BiomarkerDraft) -> Iterator[Problem]:
    own, low, high = (biomarker.column,), biomarker.lower_limit, biomarker.upper_limit
    if not all(math.isfinite(limit) for limit in (low, high) if limit is not None):
        yield Problem("The limits of the assay must be numbers.", columns=own, part="biomarker")
    elif low is not None and high is not None and low >= high:
        what = "The lower limit of the assay must lie below the upper one."
        yield Problem(what, columns=own, part="biomarker")
    if len(set(biomarker.default_thresholds)) > 3:
        what = f"{len(biomarker.default_thresholds)} thresholds are given; at most three can be set."
        yield Problem(what, columns=own, part="biomarker")
