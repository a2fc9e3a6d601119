"""Steps of scripts that read strata, covariates and the biomarker as a number, in R and Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mirodash.questions.covariate_adjustment import choose_adjustment
from mirodash.stratification.selection import Selection
from mirodash.stratification.strata import levels_of
from mirodash.stratification.validation import resolve
from mirodash.trial.trial import Trial

ColumnKind = Literal["number", "log", "factor", "numeric factor"]


@dataclass(frozen=True, slots=True)
class BaselineColumn:
    """A column of the file, and how it is read: as it is, as its logarithm, as levels, as numbered levels."""

    column: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class BaselineColumns:
    """What a view needs beyond groups.

    ``marker`` is the column of the biomarker, empty without one; ``strata`` are those of the stratified test,
    ``covariates`` and ``within`` those of the adjusted hazard ratio.
    """

    marker: str
    strata: tuple[BaselineColumn, ...]
    covariates: tuple[BaselineColumn, ...]
    within: tuple[BaselineColumn, ...]

    @property
    def all(self) -> tuple[BaselineColumn, ...]:
        """Every column, the marker apart."""
        return (*self.strata, *self.covariates, *self.within)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that are read as numbers, the marker apart."""
        return tuple(dict.fromkeys(item.column for item in self.all if item.kind != "factor"))

    @property
    def is_adjusted(self) -> bool:
        """Whether there is an adjusted hazard ratio."""
        return bool(self.covariates or self.within)


def choose_baseline_columns(trial: Trial, selection: Selection) -> BaselineColumns:
    """The columns of the stratified, the adjusted and the continuous analysis of a view.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    chosen = resolve(trial, selection)
    found = choose_adjustment(trial, selection) if chosen.adjust else None
    covariates = tuple(
        BaselineColumn(
            _find_own_name(trial, item.column),
            ("factor" if levels_of(trial, item.column) else "numeric factor")
            if item.scale == "category"
            else "log"
            if item.scale == "log"
            else "number",
        )
        for item in (found.covariates if found else ())
    )
    return BaselineColumns(
        chosen.biomarker,
        tuple(_read_stratum(trial, name) for name in chosen.chosen_strata),
        covariates,
        tuple(_read_stratum(trial, name) for name in (found.strata if found else ())),
    )


def _read_stratum(trial: Trial, name: str) -> BaselineColumn:
    kind: ColumnKind = "factor" if levels_of(trial, name) is not None else "numeric factor"
    return BaselineColumn(_find_own_name(trial, name), kind)


def _find_own_name(trial: Trial, name: str) -> str:
    """The name in the file of a column that also goes by ``site`` or ``country``."""
    if name in trial.categories or name in trial.numbers:
        return name
    levels = levels_of(trial, name)
    return next((own for own, each in trial.categories.items() if each is levels), name)


R_CROSSED = """\
# Strata: the crossing of several columns, NA where one of them is not known
crossed <- function(...) {
  parts <- lapply(list(...), function(part) replace(as.character(part), part %in% "", NA))
  ifelse(Reduce(`|`, lapply(parts, is.na)), NA, do.call(paste, c(parts, sep = " / ")))
}

"""
PYTHON_CROSSED = '''\
def crossed(*parts):
    """Strata: the crossing of several columns, missing where one of them is not known."""
    parts = [part.astype(str).mask(part.isna() | (part.astype(str) == "")) for part in parts]
    known = pd.concat(parts, axis=1).notna().all(axis=1)
    return parts[0].str.cat(parts[1:], sep=" / ").where(known) if len(parts) > 1 else parts[0]

'''


@dataclass(frozen=True, slots=True)
class _Syntax:
    """How a language adds a column to the participants: ``assign`` of a name and a value, and functions."""

    assign: str
    marker: str
    log: str
    factor: str


_R = _Syntax("  people${} <- {}\n", "marker", "log({})", "factor(crossed({}))")
_PYTHON = _Syntax('    people["{}"] = {}\n', "MARKER", "np.log({})", "crossed({})")


def write_r_baseline(
    columns: BaselineColumns, quoted: Sequence[str], *, number: str, level: str
) -> Iterator[str]:
    """The lines that add these columns to the participants; ``quoted`` are their names in the order of `all`.

    ``number`` and ``level`` are the functions that read a column, with their opening bracket.
    """
    return _write_baseline(columns, quoted, number, level, _R)


def write_python_baseline(
    columns: BaselineColumns, quoted: Sequence[str], *, number: str, level: str
) -> Iterator[str]:
    """The same in Python; see `write_r_baseline`."""
    return _write_baseline(columns, quoted, number, level, _PYTHON)


def _write_baseline(
    columns: BaselineColumns, quoted: Sequence[str], number: str, level: str, syntax: _Syntax
) -> Iterator[str]:
    names = iter(quoted)

    def read(item: BaselineColumn) -> str:
        return f"{level if item.kind == 'factor' else number}data, {next(names)})"

    def cross(name: str, items: Sequence[BaselineColumn]) -> Iterator[str]:
        if items:
            yield syntax.assign.format(name, f"crossed({', '.join(map(read, items))})")

    if columns.marker:
        yield syntax.assign.format("marker", f"{number}data, {syntax.marker})")
    yield from cross("stratum", columns.strata)
    for k, item in enumerate(columns.covariates, start=1):
        value = read(item)
        if item.kind != "number":
            value = (syntax.log if item.kind == "log" else syntax.factor).format(value)
        yield syntax.assign.format(f"x{k}", value)
    yield from cross("within", columns.within)


R_END = "  people[kept, ]\n}\n\n"
PYTHON_END = "    return people[kept]\n\n"
