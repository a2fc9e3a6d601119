"""Steps of scripts that read strata, covariates and the biomarker as a number, in R and Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mirodash.questions.covariate_adjustment import choose_adjustment
from mirodash.stratification.selection import Selection, levels_of
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


def write_r_baseline(
    columns: BaselineColumns, quoted: Sequence[str], *, number: str, level: str
) -> Iterator[str]:
    """The lines that add these columns to the participants; ``quoted`` are their names in the order of `all`.

    ``number`` and ``level`` are the functions that read a column, with their opening bracket.
    """
    names = iter(quoted)
    if columns.marker:
        yield f"  people$marker <- {number}data, marker)\n"
    strata = [_read_r(item, next(names), number, level) for item in columns.strata]
    if strata:
        yield f"  people$stratum <- crossed({', '.join(strata)})\n"
    for k, item in enumerate(columns.covariates, start=1):
        read = _read_r(item, next(names), number, level)
        if item.kind == "log":
            read = f"log({read})"
        elif item.kind != "number":
            read = f"factor(crossed({read}))"
        yield f"  people$x{k} <- {read}\n"
    within = [_read_r(item, next(names), number, level) for item in columns.within]
    if within:
        yield f"  people$within <- crossed({', '.join(within)})\n"


def _read_r(item: BaselineColumn, quoted: str, number: str, level: str) -> str:
    return f"{level if item.kind == 'factor' else number}data, {quoted})"


def write_python_baseline(
    columns: BaselineColumns, quoted: Sequence[str], *, number: str, level: str
) -> Iterator[str]:
    """The same in Python; see `write_r_baseline`."""
    names = iter(quoted)
    if columns.marker:
        yield f'    people["marker"] = {number}data, MARKER)\n'
    strata = [_read_r(item, next(names), number, level) for item in columns.strata]
    if strata:
        yield f'    people["stratum"] = crossed({", ".join(strata)})\n'
    for k, item in enumerate(columns.covariates, start=1):
        read = _read_r(item, next(names), number, level)
        if item.kind == "log":
            read = f"np.log({read})"
        elif item.kind != "number":
            read = f"crossed({read})"
        yield f'    people["x{k}"] = {read}\n'
    within = [_read_r(item, next(names), number, level) for item in columns.within]
    if within:
        yield f'    people["within"] = crossed({", ".join(within)})\n'


R_END = "  people[kept, ]\n}\n\n"
PYTHON_END = "    return people[kept]\n\n"
