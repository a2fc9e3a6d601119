"""Script plan of a view in no language yet, how its names and numbers are quoted, and its header."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mirodash import __version__
from mirodash.errors import UnusableQuestionError
from mirodash.export.code.baseline_steps import BaselineColumns, choose_baseline_columns
from mirodash.questions.statistics.landmarks import list_landmark_times
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import LevelFilter, RangeFilter, Selection
from mirodash.stratification.validation import reduce_to_canonical, resolve, resolve_endpoint
from mirodash.survival.further_statistics import Choice
from mirodash.text.small_counts import describe_exact_numbers
from mirodash.trial.adam_endpoints import as_in_file
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.event_words import event_key
from mirodash.trial.joining import OWN_MEASUREMENTS
from mirodash.trial.outcomes import SAME_TIME, longest
from mirodash.trial.precision import precision
from mirodash.trial.table import Source, SourceFile, number_in
from mirodash.trial.trial import Trial

MAX_LINE_WIDTH = 100
MAX_REMARK_LENGTH = 300
MAX_R_STRING_LENGTH = 400
"""Signs of a constant: R gives up on a line with more than about a thousand escaped letters."""
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

Quoted = Callable[[str], str]


def quote_python_text(text: str) -> str:
    r"""A text as a Python constant.

    >>> print(quote_python_text('a"b\\'), quote_python_text("pNFH ≤ 3\n"), quote_python_text("\U0001f600"))
    "a\"b\\" "pNFH \u2264 3\n" "\U0001f600"
    """
    return f'"{"".join(map(_escape_python_character, text))}"'


def _escape_python_character(sign: str) -> str:
    if sign in _ESCAPED or " " <= sign <= "~":
        return _ESCAPED.get(sign, sign)
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quote_r_text(text: str) -> str:
    r"""A text as an R constant.

    Raises
    ------
    UnusableQuestionError
        When it holds what no text of R can: a zero byte, or half of a pair of signs.

    >>> print(quote_r_text('a"b\\'), quote_r_text("pNFH ≤ 3\n"), quote_r_text("\U0001f600"))
    "a\"b\\" "pNFH \u{2264} 3\n" "\U{1f600}"
    """
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise UnusableQuestionError(
            "A name in this trial holds a sign that R cannot write, so there is no R script of this view."
        )
    pieces = [text[k : k + MAX_R_STRING_LENGTH] for k in range(0, len(text), MAX_R_STRING_LENGTH)] or [""]
    quoted = [f'"{"".join(map(_escape_r_character, piece))}"' for piece in pieces]
    if len(quoted) == 1:
        return quoted[0]
    rows = ",\n  ".join(quoted)
    return f"paste0({rows})"


def _escape_r_character(sign: str) -> str:
    if sign in _ESCAPED or " " <= sign <= "~":
        return _ESCAPED.get(sign, sign)
    return f"\\u{{{ord(sign):x}}}" if ord(sign) < 0x10000 else f"\\U{{{ord(sign):x}}}"


def write_comment(text: str, quoted: Quoted) -> str:
    """A text for a comment, quoted as in the code and short enough to stay on its line."""
    return quoted(text if len(text) <= MAX_REMARK_LENGTH else f"{text[:MAX_REMARK_LENGTH]}...")


def quote_number(value: float) -> str:
    """A finite number as a constant of either language, from which exactly the same number is read.

    >>> quote_number(3700.0), quote_number(0.1), quote_number(1e-9)
    ('3700', '0.1', '1e-09')
    """
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def list_values(opening: str, items: Sequence[str], closing: str, *, before: int = 0) -> str:
    """Constants in a row, over several lines when they would reach beyond 100 columns.

    >>> list_values("c(", ["1", "2"], ")")
    'c(1, 2)'
    """
    line = f"{opening}{', '.join(items)}{closing}"
    if before + len(line) <= MAX_LINE_WIDTH or len(items) < 2:
        return line
    rows = [""]
    for item in items:
        if rows[-1] and len(rows[-1]) + len(item) + 2 > MAX_LINE_WIDTH - 4:
            rows.append("")
        rows[-1] += f", {item}" if rows[-1] else item
    return f"{opening}\n    " + ",\n    ".join(rows) + f"\n{closing}"


@dataclass(frozen=True, slots=True)
class Numeric:
    """A numeric column.

    ``limits`` tells that some of its values are beyond a limit of the assay (``<15.6``), ``named`` that some
    name the limit without its number (``<LLOQ``) and stand at ``lower`` or ``upper``. Its values are rounded
    to ``decimals``, or to significant ``digits``, where one of them is given.
    """

    column: str
    limits: bool
    named: bool
    lower: float | None
    upper: float | None
    decimals: int | None = None
    digits: int | None = None


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
    event_values, competing : tuple of (value, spelling)
        All that mean the event, and another event after which this one can no longer come: what each means,
        as ``event_value``, and how the file writes it.
    is_flag : bool
        Whether empty cells of the event's column mean that it did not come.
    entry : str
        The column of the time from which each is at risk; empty where everybody is from the origin on.
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
    equal_above : bool
        Whether a value equal to a threshold belongs to the group above it.
    labels : tuple of str
        Of all participants and the groups.
    baseline : BaselineColumns
        Columns of the continuous, the stratified and the adjusted analysis.
    numbers : tuple of Numeric
        Those of them that are numbers.
    landmarks : tuple of float
        Other times at which survival is read.
    further : tuple of Choice
        Statistics beyond the usual ones.
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
    up_to_horizon: bool
    confidence: float
    arm: str
    control: str
    treated: str
    levels: tuple[tuple[str, tuple[str, ...]], ...]
    ranges: tuple[tuple[Numeric, float | None, float | None], ...]
    biomarker: Numeric | None
    thresholds: tuple[float, ...]
    labels: tuple[str, ...]
    baseline: BaselineColumns
    numbers: tuple[Numeric, ...] = ()
    landmarks: tuple[float, ...] = ()
    further: tuple[Choice, ...] = ()
    equal_above: bool = False
    min_cell: int = 0
    event_values: tuple[tuple[float | str, str], ...] = ()
    competing: tuple[tuple[float | str, str], ...] = ()
    is_flag: bool = False
    entry: str = ""

    @property
    def has_lists(self) -> bool:
        """Whether lists of values say what each event is, as there are several or another one competes."""
        return len(self.event_values) > 1 or bool(self.competing)

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
    def rounded(self) -> tuple[Numeric, ...]:
        """Columns in which computing has left traces beyond the precision of the file."""
        found = {c.column: c for c in self.numeric if c.decimals is not None or c.digits is not None}
        return tuple(found.values())

    @property
    def printable(self) -> bool:
        """Whether no cell of the files holds a sign that steers."""
        return all(file.printable for file in self.files)

    @property
    def numeric(self) -> tuple[Numeric, ...]:
        """The numeric columns that are read, apart from the time."""
        own = () if self.biomarker is None else (self.biomarker,)
        found = (*own, *(column for column, _, _ in self.ranges), *self.numbers)
        return tuple({column.column: column for column in found}.values())

    @property
    def has_number_levels(self) -> bool:
        """Whether a level is a number, so that 1.0 in the file may mean 1."""
        if any(item.kind == "factor" for item in self.baseline.all):
            return True
        wanted = (self.control, self.treated, *(name for _, names in self.levels for name in names))
        return any(number_in(name) is not None for name in wanted)


def plan_script(
    trial: Trial, selection: Selection, *, paths: tuple[str, ...] = (), beside_measurements: bool = False
) -> Recipe:
    """What makes the numbers of this view.

    With ``beside_measurements`` a file of repeated measurements is none of its files, as the script reads
    that for itself; baseline values that come from there must not play a part.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial, or the trial was read from no file or from two that are
        written differently.
    """
    chosen = resolve(trial, selection)
    source = _find_files(trial, chosen, beside_measurements=beside_measurements)
    endpoint, horizon = resolve_endpoint(trial, selection)
    in_file, code = as_in_file(endpoint)
    entry = endpoint.entry.removesuffix(f" ({code})") if code else endpoint.entry
    read = {in_file.time, in_file.event, entry, chosen.biomarker, *(f.column for f in chosen.filters)}
    coded = [name for name in source.coded if name in read]
    if coded:
        raise UnusableQuestionError(
            f"Codes mean not known in column '{coded[0]}', which no short script reads again: leave "
            "these cells empty in the file, and give that."
        )
    sites = () if chosen.sites is None or source.site is None else ((source.site, chosen.sites),)
    kept = tuple((f.column, f.levels) for f in chosen.filters if isinstance(f, LevelFilter))
    ranges = (f for f in chosen.filters if isinstance(f, RangeFilter))
    decimals, close = _write_rounding(trial, endpoint)
    follow_up = {name for name in (endpoint.time, endpoint.entry) if name}
    made = assign_groups(trial, selection)
    baseline = choose_baseline_columns(trial, selection)
    numbers = dict.fromkeys(name for name in (baseline.marker, *baseline.numbers) if name)
    return Recipe(
        title=trial.title,
        synthetic=trial.dictionary.synthetic,
        query=reduce_to_canonical(trial, selection).to_query(),
        fingerprint=trial.fingerprint,
        files=tuple(replace(file, param=code) if code and file.param else file for file in source.files),
        paths=paths or tuple(file.name for file in source.files),
        endpoint=in_file,
        event_value=event_key(endpoint.event_value) or 0.0,
        decimals=decimals,
        close_times=close,
        one_row_each=source.one_row_each,
        strict=any(name in trial.numbers or name in follow_up for name in source.left_out),
        longest=longest(endpoint.unit) if follow_up & set(source.left_out) else None,
        odd_events=endpoint.event in source.left_out,
        horizon=horizon,
        up_to_horizon=selection.up_to_horizon,
        confidence=chosen.confidence,
        arm=source.arm,
        control=chosen.control,
        treated=chosen.treated,
        levels=(*sites, *kept),
        ranges=tuple((_numeric(trial, f.column), f.low, f.high) for f in ranges),
        biomarker=_numeric(trial, chosen.biomarker) if made.groups else None,
        thresholds=(chosen.thresholds or ()) if made.groups else (),
        equal_above=bool(chosen.equal_above),
        min_cell=trial.min_cell,
        labels=tuple(group.label for group in made.shown),
        baseline=baseline,
        numbers=tuple(_numeric(trial, name) for name in numbers),
        landmarks=list_landmark_times(trial, selection),
        further=chosen.further,
        event_values=_list_meant((endpoint.event_value, *endpoint.other_event_values)),
        competing=_list_meant(endpoint.competing),
        is_flag=endpoint.event in source.flags,
        entry=entry,
    )


def _list_meant(values: Sequence[str]) -> tuple[tuple[float | str, str], ...]:
    """What each value means, and how the file writes it."""
    meant = ((event_key(value), value) for value in values)
    return tuple((key, value) for key, value in meant if key is not None)


def _find_files(trial: Trial, chosen: Selection, *, beside_measurements: bool) -> Source:
    """The files that a script reads, if it can read them in the same way."""
    source = trial.source
    if source is None:
        raise UnusableQuestionError("This trial was not read from a file, so no script can read it again.")
    used = {*(f.column for f in chosen.filters), *((chosen.biomarker,) if chosen.thresholds else ())}
    if beside_measurements and used.isdisjoint(source.from_measurements):
        kept = tuple(file for file in source.files if file.unscripted != OWN_MEASUREMENTS)
        source = replace(source, files=kept)
    unscripted = next((file.unscripted for file in source.files if file.unscripted), "")
    if unscripted:
        raise UnusableQuestionError(
            f"This file has {unscripted}, which no short script reads again: save what is read from it as "
            "CSV, and give that."
        )
    kinds = {replace(file, name=Path(file.name).suffix, printable=True, param="") for file in source.files}
    if len(kinds) > 1:
        raise UnusableQuestionError(
            "The two files are of different kinds or written differently: no script of this view reads both."
        )
    return source


def _numeric(trial: Trial, column: str) -> Numeric:
    measured = trial.numbers[column]
    marker = trial.dictionary.biomarker(column)
    return Numeric(
        column,
        limits=bool(measured.below_limit.any() or measured.above_limit.any()),
        named=trial.source is not None and column in trial.source.named_limits,
        lower=marker.lower_limit if marker else None,
        upper=marker.upper_limit if marker else None,
        decimals=dict(trial.source.decimals).get(column) if trial.source else None,
        digits=dict(trial.source.digits).get(column) if trial.source else None,
    )


def _write_rounding(trial: Trial, endpoint: Endpoint) -> tuple[int | None, bool]:
    """The decimals of the file's times, and whether times may be closer than R tells apart."""
    outcome = trial.outcomes[endpoint.key]
    parts = (outcome.time,) if outcome.entry is None else (outcome.time, outcome.entry)
    times = np.unique(np.concatenate([part[outcome.usable] for part in parts]))
    if not times.size:
        return None, False
    decimals = precision(times)
    apart = SAME_TIME * max(1.0, float(times.mean()))
    return decimals, decimals is None or 10.0**-decimals <= apart


ABOUT = "Survival by arm, for all participants and in each biomarker group: one view of a trial."
PRINTS = (
    "CSV with the numbers that 'mirodash analyze' prints of the view, but not Firth's",
    "estimate and what allows for a search; empty where a number does not exist.",
)


def write_header(
    recipe: Recipe,
    quoted: Quoted,
    *,
    standing: str,
    made_with: str,
    run: str,
    about: str = ABOUT,
    prints: tuple[str, ...] = PRINTS,
) -> Iterator[str]:
    """The comment lines of a script; whatever comes from the trial is quoted in them as in the code.

    Parameters
    ----------
    recipe : Recipe
    quoted : callable
        The language's own quoting.
    standing : str
        Exploratory, or where the thresholds were declared.
    made_with : str
        The versions under which such scripts are tested.
    run : str
        How the script is started.
    about : str
        What it is, in one line.
    prints : tuple of str
        What it prints, line by line.
    """
    yield f"# {about}"
    yield "#"
    yield f"# Trial        {write_comment(recipe.title, quoted)}"
    if recipe.synthetic:
        yield "# SYNTHETIC    No participant is real."
    yield f"# View         {write_comment(f'?{recipe.query}', quoted)}"
    yield f"# Data         {recipe.fingerprint}"
    for place, line in enumerate(_describe_estimand(recipe, quoted)):
        yield f"# {'' if place else 'Estimand'}".ljust(15) + line
    yield f"# Status       {write_comment(standing, quoted)}"
    yield "#              A threshold chosen after looking exaggerates. Never compare the p-values of two"
    yield "#              groups: the interaction compares their effects."
    yield f"# Written by   MiroDash {__version__}; tested with {made_with}"
    yield f"# Run          {run}"
    for place, line in enumerate(prints):
        yield f"# {'' if place else 'Prints'}".ljust(15) + line
    for place, line in enumerate(describe_exact_numbers(recipe.min_cell)):
        yield f"# {'' if place else 'Small counts'}".ljust(15) + line


def _describe_estimand(recipe: Recipe, quoted: Quoted) -> Iterator[str]:
    """What is estimated where that is not plain survival; names from the trial are quoted."""
    if recipe.competing:
        other = write_comment(recipe.endpoint.other_event, quoted)
        yield f"cumulative incidence beside a competing event, {other}:"
        yield "Aalen and Johansen's estimate, and 'survival' is one minus it. Hazard ratios and the"
        yield "log-rank test are cause-specific: the competing event counts as censoring in them alone."
    if recipe.entry:
        entry = write_comment(recipe.entry, quoted)
        yield f"participants are at risk from their entry on (left truncation): {entry}"
