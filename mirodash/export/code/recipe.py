"""What a script has to do to make the numbers of a view again, in no language yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.groups import groups
from mirodash.stratification.selection import LevelFilter, RangeFilter, Selection
from mirodash.stratification.validation import asked_endpoint, minimal, settled
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.outcomes import SAME_TIME, event_key, longest, precision
from mirodash.trial.table import SourceFile, number_in
from mirodash.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class Numeric:
    """A numeric column.

    ``limits`` tells that some of its values are beyond a limit of the assay (``<15.6``), ``named`` that some
    name the limit without its number (``<LLOQ``) and stand at ``lower`` or ``upper``.
    """

    column: str
    limits: bool
    named: bool
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything a script needs to know.

    Parameters
    ----------
    files : tuple of SourceFile
        One, or ADSL and ADTTE.
    paths : tuple of str
        Where the script looks for them when it is told nothing.
    event_value : float or str
        What means the event: a number, or a text without the difference between small and capital letters.
    decimals : int or None
        To which times are rounded; None where they are left as they are.
    close_times : bool
        Whether times may differ by less than R tells apart.
    one_row_each : str
        The column of participants when only the first row of each counts; empty when all rows do.
    strict : bool
        Whether cells that are no numbers stand where numbers belong, and count as missing.
    longest : float or None
        Times beyond it, or below 0, count as missing; None where there are no such times.
    odd_events : bool
        Whether cells that are no codes stand among the events, and count as missing.
    levels : tuple of (column, levels)
        Only participants with one of these: the sites and what else was kept.
    ranges : tuple of (column, lowest, highest)
        The same for numbers; None is an open end.
    labels : tuple of str
        Of all participants and the groups.
    within : tuple of str
        Columns of the stratified and adjusted analyses, which no script makes again.
    min_cell : int
        Fewer participants than this are not told apart on the screen; the script's own numbers are exact.
    """

    title: str
    synthetic: bool
    query: str
    fingerprint: str
    files: tuple[SourceFile, ...]
    paths: tuple[str, ...]
    endpoint: Endpoint
    event_value: float | str
    decimals: int | None
    close_times: bool
    one_row_each: str
    strict: bool
    longest: float | None
    odd_events: bool
    horizon: float
    confidence: float
    arm: str
    control: str
    treated: str
    levels: tuple[tuple[str, tuple[str, ...]], ...]
    ranges: tuple[tuple[Numeric, float | None, float | None], ...]
    biomarker: Numeric | None
    thresholds: tuple[float, ...]
    labels: tuple[str, ...]
    within: tuple[str, ...]
    min_cell: int = 0

    @property
    def kind(self) -> str:
        """What kind of file: the ending of its name, ``.csv`` for every table of text."""
        return ".csv" if self.files[0].delimiter else Path(self.files[0].name).suffix.lower()

    @property
    def has_limits(self) -> bool:
        """Whether a number may be written as beyond a limit of the assay."""
        return any(column.limits for column in self.numeric)

    @property
    def named_limits(self) -> tuple[Numeric, ...]:
        """Columns in which a limit of the assay is named without its number."""
        return tuple({column.column: column for column in self.numeric if column.named}.values())

    @property
    def printable(self) -> bool:
        """Whether no cell of the files holds a sign that steers."""
        return all(file.printable for file in self.files)

    @property
    def numeric(self) -> tuple[Numeric, ...]:
        """The numeric columns that are read, apart from the time."""
        own = () if self.biomarker is None else (self.biomarker,)
        return (*own, *(column for column, _, _ in self.ranges))

    @property
    def has_number_levels(self) -> bool:
        """Whether a level is a number, so that 1.0 in the file may mean 1."""
        wanted = (self.control, self.treated, *(name for _, names in self.levels for name in names))
        return any(number_in(name) is not None for name in wanted)


def recipe(trial: Trial, selection: Selection, *, paths: tuple[str, ...] = ()) -> Recipe:
    """What makes the numbers of this view.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial, or the trial was read from no file or from two that are
        written differently.
    """
    chosen = settled(trial, selection)
    source = trial.source
    if source is None:
        raise UnusableQuestionError("This trial was not read from a file, so no script can read it again.")
    if (
        len({replace(file, name=Path(file.name).suffix, printable=True, param="") for file in source.files})
        > 1
    ):
        raise UnusableQuestionError(
            "The two files are of different kinds or written differently: no script of this view reads both."
        )
    endpoint, horizon = asked_endpoint(trial, selection)
    sites = () if chosen.sites is None or source.site is None else ((source.site, chosen.sites),)
    kept = tuple((f.column, f.levels) for f in chosen.filters if isinstance(f, LevelFilter))
    ranges = (f for f in chosen.filters if isinstance(f, RangeFilter))
    decimals, close = _rounding(trial, endpoint)
    made = groups(trial, selection)
    return Recipe(
        title=trial.title,
        synthetic=trial.dictionary.synthetic,
        query=minimal(trial, selection).to_query(),
        fingerprint=trial.fingerprint,
        files=source.files,
        paths=paths or tuple(file.name for file in source.files),
        endpoint=endpoint,
        event_value=event_key(endpoint.event_value) or 0.0,
        decimals=decimals,
        close_times=close,
        one_row_each=source.one_row_each,
        strict=any(name in trial.numbers or name == endpoint.time for name in source.left_out),
        longest=longest(endpoint.unit) if endpoint.time in source.left_out else None,
        odd_events=endpoint.event in source.left_out,
        horizon=horizon,
        confidence=chosen.confidence,
        arm=source.arm,
        control=chosen.control,
        treated=chosen.treated,
        levels=(*sites, *kept),
        ranges=tuple((_numeric(trial, f.column), f.low, f.high) for f in ranges),
        biomarker=_numeric(trial, chosen.biomarker) if made.groups else None,
        thresholds=(chosen.thresholds or ()) if made.groups else (),
        min_cell=trial.min_cell,
        labels=tuple(group.label for group in made.shown),
        within=tuple(dict.fromkeys((*chosen.strata, *chosen.adjust))),
    )


def _numeric(trial: Trial, column: str) -> Numeric:
    measured = trial.numbers[column]
    marker = trial.dictionary.biomarker(column)
    return Numeric(
        column,
        limits=bool(measured.below_limit.any() or measured.above_limit.any()),
        named=trial.source is not None and column in trial.source.named_limits,
        lower=marker.lower_limit if marker else None,
        upper=marker.upper_limit if marker else None,
    )


def _rounding(trial: Trial, endpoint: Endpoint) -> tuple[int | None, bool]:
    """The decimals of the file's times, and whether times may be closer than R tells apart."""
    outcome = trial.outcomes[endpoint.key]
    times = np.unique(outcome.time[outcome.usable])
    if not times.size:
        return None, False
    decimals = precision(times)
    apart = SAME_TIME * max(1.0, float(times.mean()))
    return decimals, decimals is None or 10.0**-decimals <= apart
