"""R script of a view, with the survival package: reading, selecting and comparing arms."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.export.code.baseline_steps import R_CROSSED, R_END, write_r_baseline
from mirodash.export.code.biomarker_steps import R_MEASURED, R_RANGES_LIMITS, r_grouped, r_possible
from mirodash.export.code.labelled_files import DATASET_JSON, LABELLED, read_in_r
from mirodash.export.code.outcome_steps import (
    R_HOLDS,
    write_r_outcome,
    write_r_outcome_choices,
    write_r_parts,
)
from mirodash.export.code.r_statistics import write_r_statistics
from mirodash.export.code.recipe import (
    Numeric,
    Recipe,
    list_values,
    quote_number,
    quote_r_text,
    write_comment,
    write_header,
)

FIND = """\
# The k-th file: as named when the script was started, or in this folder, or beside the script
find <- function(k) {
  given <- commandArgs(trailingOnly = TRUE)
  if (length(given) >= k) return(given[k])
  script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
  beside <- file.path(dirname(gsub("~+~", " ", script, fixed = TRUE)), basename(files[k]))
  for (path in c(files[k], beside)) if (file.exists(path)) return(path)
  stop("There is no file '", files[k], "'; say where it is: Rscript script.R",
       strrep(" PATH", length(files)), call. = FALSE)
}

"""

_READ_TEXT = """\
# Every cell as text; what is a number is decided column by column
read <- function(path) {
  text <- iconv(list(readBin(path, "raw", file.size(path))), encoding, "UTF-8")
  data <- read.csv(text = sub("^\\ufeff", "", text), sep = separator, encoding = "UTF-8", SKIPPED
                   colClasses = "character", na.strings = character(), check.names = FALSE, SHAPE)
THEN  names(data) <- tidy(names(data))
  data
}

"""
_RAGGED = """\
  names(data) <- unlist(data[1, ])
  data <- data[-1, ]
"""

_READ_TYPED = """\
# Needs the package PACKAGE
read <- function(path) {
  if (!requireNamespace("PACKAGE", quietly = TRUE))
    stop("To read this kind of file R needs a package: install.packages(\\"PACKAGE\\")", call. = FALSE)
  data <- as.data.frame(CALL)
  names(data) <- tidy(names(data))
  data
}

"""
_TYPED = {
    ".xlsx": (
        "readxl",
        'readxl::read_excel(path, skip = LINES, col_types = "text", .name_repair = "minimal")',
    ),
    ".sas7bdat": ("haven", "haven::zap_labels(haven::read_sas(path))"),
    ".parquet": ("arrow", "arrow::read_parquet(path)"),
}

READ_XPT = """\
# Needs the package haven, or foreign, which comes with most installations of R
read <- function(path) {
  if (requireNamespace("haven", quietly = TRUE)) data <- haven::zap_labels(haven::read_xpt(path))
  else if (requireNamespace("foreign", quietly = TRUE)) data <- foreign::read.xport(path)
  else stop("To read this kind of file R needs a package: install.packages(\\"haven\\")", call. = FALSE)
  data <- as.data.frame(data)
  names(data) <- tidy(names(data))
  data
}

"""


def read_text(*, lines_above: int, widest: int) -> str:
    """Reads a table of text, of which some rows may end in more empty cells than the header has names."""
    shape = f"header = FALSE, col.names = 1:{widest}" if widest else "fill = FALSE"
    text = _READ_TEXT.replace("SHAPE", shape).replace("THEN", _RAGGED if widest else "")
    return text.replace(" SKIPPED", f" skip = {lines_above}," if lines_above else "")


def read_typed(kind: str, *, lines_above: int, sheet: str = "") -> str:
    """Reads a file in which values have types."""
    if kind == ".xpt":
        return READ_XPT
    if kind in (*LABELLED, *DATASET_JSON):
        return read_in_r(kind)
    package, call = _TYPED[kind]
    of_sheet = f"sheet = {quote_r_text(sheet)}, " if sheet else ""
    call = call.replace("skip = LINES", f"{of_sheet}skip = {lines_above}")
    return _READ_TYPED.replace("PACKAGE", package).replace("CALL", call)


TIDY = """\
tidy <- function(text) trimws(text, whitespace = "[\\\\h\\\\v]")

"""

TIDY_ANY = """\
# A text on one line, without signs that steer
tidy <- function(text) {
  odd <- grepl("[\\\\p{C}\\\\p{Z}]", gsub(" ", "", text), perl = TRUE)
  steering <- "[\\\\p{Cc}\\\\p{Zl}\\\\p{Zp}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]"
  text[odd] <- gsub(" {2,}", " ", gsub(steering, " ", enc2utf8(text[odd]), perl = TRUE))
  trimws(text, whitespace = "[\\\\h\\\\v]")
}

"""

_CELLS = """\
# A column as text, empty where nothing is known
cells <- function(data, name) {
  if (is.null(data[[name]])) stop("There is no column '", name, "'", call. = FALSE)
TEXT  text[is.na(text) | tolower(text) %in% c("na", "n/a", ".", "nan", "null")] <- ""
COMMA  text
}

"""
_AS_TEXT = """\
  text <- data[[name]]
  text <- if (is.numeric(text)) vapply(text, format, "", digits = 15, scientific = FALSE)
          else if (is.logical(text)) tolower(text) else as.character(text)
  text <- tidy(text)
"""
_COMMA = """\
  is_number <- grepl("^([<>\\u2264\\u2265]=?\\\\s*)?[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?$", text, perl = TRUE)
  text[is_number] <- sub(",", ".", text[is_number])
"""


def write_cells(*, decimal_comma: bool, typed: bool) -> str:
    """The function that gives a column as text."""
    text = _CELLS.replace("TEXT", _AS_TEXT if typed else "  text <- tidy(data[[name]])\n")
    return text.replace("COMMA", _COMMA if decimal_comma else "")


LEVEL = """\
# A column as names of levels: 1.0 is 1 and 0.50 is 0.5, but 01 stays 01
level <- function(data, name) {
  text <- cells(data, name)
  decimal <- grepl("^-?(0|[1-9][0-9]*)[.][0-9]+$", text)
  text[decimal] <- sub("[.]?0+$", "", text[decimal])
  text
}

"""

_NUMBER = """\
# A column as numbers, NA where nothing is known
number <- function(data, name) {
TYPED  suppressWarnings(as.numeric(cells(data, name)))
}

"""
_NUMBER_LIMITS = """\
# A column as numbers; a value below or above what the assay can measure stands at the limit
number <- function(data, name) {
TYPED  text <- cells(data, name)
NAMED  suppressWarnings(as.numeric(sub("^(<=?|>=?|\\u2264|\\u2265)\\\\s*", "", text, perl = TRUE)))
}

"""
_NAMED = """\
  named <- "\\\\s*([LU]?LO[QD]|[LU]OQ))$"
  below <- grepl(paste0("(?i)^(BLQ|BLL?OQ|BLOD|(<=?|\\u2264)", named), text, perl = TRUE)
  above <- grepl(paste0("(?i)^(ALQ|AU?LOQ|(>=?|\\u2265)", named), text, perl = TRUE)
  text[below] <- limits[[name]][1]
  text[above] <- limits[[name]][2]
"""


_FINITE = """\
# Texts as numbers, NA for what is none: such cells were left out
finite <- function(text) {
  text[!grepl("^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$", text)] <- NA
  value <- as.numeric(text)
  ifelse(is.finite(value), value, NA)
}

"""


def number(*, typed: bool, limits: bool, named: bool, strict: bool) -> str:
    """The function that gives a column as numbers."""
    text = _NUMBER_LIMITS if limits else _NUMBER
    own = "  if (is.numeric(data[[name]])) return(as.numeric(data[[name]]))\n"
    if strict:
        text = _FINITE + text.replace("suppressWarnings(as.numeric(", "finite((")
        own = "  if (is.numeric(data[[name]])) return(ifelse(is.finite(data[[name]]), data[[name]], NA))\n"
    return text.replace("NAMED", _NAMED if named else "").replace("TYPED", own if typed else "")


CLOSE_TIMES = """\
# Times closer than survival can tell apart (aeqSurv) are one, in the whole file
merged <- function(time) {
  known <- sort(unique(time))
  apart <- c(TRUE, diff(known) > sqrt(.Machine$double.eps) * max(1, mean(known)))
  known[apart][cumsum(apart)[match(time, known)]]
}

"""

ONE_PARAM = '  data <- data[cells(data, "PARAMCD") == paramcd, ]\n'
FIRST_ROWS = """\
# The first row of every participant: later ones, and rows without an identifier, were left out
first_rows <- function(data) {
  who <- cells(data, participant_column)
  data[who != "" & !duplicated(who), ]
}

"""
ONE_ROW_EACH = "  data <- first_rows(data)\n"
_JOIN = """\
# Everybody of ADSL with the endpoint of ADTTE; a column that both have is taken from ADSL
join <- function(adsl, adtte) {
ONE_PARAMONE_ROW_EACH  new <- setdiff(names(adtte), names(adsl))
  cbind(adsl, adtte[match(cells(adsl, "USUBJID"), cells(adtte, "USUBJID")), new])
}

"""


def join(*, one_param: bool, one_row_each: bool) -> str:
    """The function that joins ADSL and ADTTE."""
    rows = ONE_ROW_EACH.replace("data", "adsl") + ONE_ROW_EACH.replace("data", "adtte")
    text = _JOIN.replace("ONE_PARAM", ONE_PARAM.replace("data", "adtte") if one_param else "")
    return text.replace("ONE_ROW_EACH", rows if one_row_each else "")


LIBRARIES = """\
library(survival)
options(warn = 2)  # what is only warned of would be a wrong number here"""

_OPEN = """\
# Everybody in this view: time, event, arm (treated is 1) and biomarker group
participants <- function() {
"""
ONE_FILE = f"{_OPEN}  data <- read(find(1))\n"
TWO_FILES = f"""\
{_OPEN}  both <- list(read(find(1)), read(find(2)))
  endpoint <- vapply(both, function(data) all(c("AVAL", "CNSR") %in% names(data)), NA)
  data <- join(both[[which(!endpoint)]], both[[which(endpoint)]])
"""
ARM = "  arm <- LEVELS(data, arm_column)\n"
SELECTED = "  kept <- arm %in% c(control, treated) & !is.na(time)\n"
KEEP = "  for (this in keep) kept <- kept & LEVELS(data, this$name) %in% this$levels\n"
RANGES = """\
  for (this in ranges) {
    value <- NUMBER(data, this$name)
    kept <- kept & !is.na(value) & value >= this$low & value <= this$high
  }
"""
UNGROUPED = """\
  people <- data.frame(time, event, treated = as.numeric(arm == treated))
"""


MADE_WITH = "R 4.2 and survival 3.5"
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "CP1252", "latin-1": "latin1"}


def write_r_script(recipe: Recipe, *, standing: str) -> str:
    """The whole script; everything from the trial stands in its block of constants.

    Raises
    ------
    UnusableQuestionError
        When a name cannot be written in R.
    """
    names = "ADSL ADTTE" if len(recipe.files) > 1 else "FILE"
    top = "\n".join(
        write_header(
            recipe, quote_r_text, standing=standing, made_with=MADE_WITH, run=f"Rscript script.R {names}"
        )
    )
    chosen = "\n".join(write_r_choices(recipe))
    return (
        f"{top}\n\n{LIBRARIES}\n\n{chosen}\n\n"
        + "".join(write_r_functions(recipe))
        + _write_statistics(recipe)
    )


def _write_statistics(recipe: Recipe) -> str:
    own = recipe.baseline
    return write_r_statistics(
        further=recipe.further,
        has_marker=bool(own.marker),
        is_stratified=bool(own.strata),
        is_adjusted=own.is_adjusted,
        has_entry=bool(recipe.entry),
        has_competing=bool(recipe.competing),
    )


def write_r_choices(recipe: Recipe) -> Iterator[str]:
    """What was chosen, as constants."""
    file = recipe.files[0]
    yield f"files <- {_write_texts(recipe.paths)}"
    if file.delimiter:
        yield f"separator <- {quote_r_text(file.delimiter)}"
        yield f"encoding <- {quote_r_text(ENCODINGS[file.encoding])}"
    if recipe.files[-1].param:
        yield f"paramcd <- {quote_r_text(recipe.files[-1].param)}"
    yield from _write_outcome(recipe)
    yield from _write_filters(recipe)
    if recipe.named_limits:
        own, names = (
            [_write_limits(c) for c in recipe.named_limits],
            tuple(c.column for c in recipe.named_limits),
        )
        limits = f"setNames(list({', '.join(own)}), {_write_texts(names)})"
        yield f"limits <- {limits}  # of the assay, for values that only name them"
    if recipe.rounded:
        decimals = [(c.column, c.decimals) for c in recipe.rounded if c.decimals is not None]
        digits = [(c.column, c.digits) for c in recipe.rounded if c.digits is not None]
        yield f"decimals_of <- {_named_numbers(decimals)}  # of columns with traces of computing"
        yield f"digits_of <- {_named_numbers(digits)}"
    if recipe.biomarker:
        yield f"biomarker <- {quote_r_text(recipe.biomarker.column)}"
        yield f"thresholds <- c({', '.join(map(quote_number, recipe.thresholds))})"
    yield from _write_baseline_choices(recipe)
    yield f"labels <- {_write_texts(recipe.labels)}"


def _write_baseline_choices(recipe: Recipe) -> Iterator[str]:
    own = recipe.baseline
    marks = [f"{quote_r_text(quote_number(time))} = {quote_number(time)}" for time in recipe.landmarks]
    yield list_values("landmarks <- c(", marks, ")  # other times at which survival is read")
    if own.marker:
        yield f"marker <- {quote_r_text(own.marker)}"
    if own.is_adjusted:
        yield f"covariates <- {_write_texts(tuple(f'x{k + 1}' for k in range(len(own.covariates))))}"
        yield f"is_within <- {str(bool(own.within)).upper()}  # whether there are strata"


def _write_outcome(recipe: Recipe) -> Iterator[str]:
    end = recipe.endpoint
    value = (
        quote_r_text(end.event_value)
        if isinstance(recipe.event_value, str)
        else quote_number(recipe.event_value)
    )
    yield f"arm_column <- {quote_r_text(recipe.arm)}"
    yield f"control <- {quote_r_text(recipe.control)}"
    yield f"treated <- {quote_r_text(recipe.treated)}"
    yield (
        f"time_column <- {quote_r_text(end.time)}  # {end.unit} from "
        f"{write_comment(end.origin, quote_r_text)}"
    )
    yield f"event_column <- {quote_r_text(end.event)}"
    if not recipe.has_lists:
        yield f"event_value <- {value}"
    yield from write_r_outcome_choices(recipe)
    if recipe.one_row_each:
        yield f"participant_column <- {quote_r_text(recipe.one_row_each)}"
    if recipe.longest is not None:
        yield f"longest <- {quote_number(recipe.longest)}  # time that can be: a hundred years"
    if recipe.decimals is not None:
        yield f"decimals <- {recipe.decimals}  # of the times in the file"
    yield f"horizon <- {quote_number(recipe.horizon)}"
    yield f"time_unit <- {quote_r_text(end.unit.removesuffix('s'))}"
    yield f"confidence <- {quote_number(recipe.confidence)}"


def _write_filters(recipe: Recipe) -> Iterator[str]:
    if recipe.levels:
        kept = [
            f"list(name = {quote_r_text(column)}, levels = {_write_texts(names)})"
            for column, names in recipe.levels
        ]
        yield list_values("keep <- list(", kept, ")  # only participants with one of these")
    if recipe.ranges:
        yield list_values(
            "ranges <- list(", [_write_range(*r) for r in recipe.ranges], ")  # both ends included"
        )


def _write_texts(texts: tuple[str, ...]) -> str:
    return list_values("c(", [quote_r_text(text) for text in texts], ")", before=20)


def _write_range(column: Numeric, low: float | None, high: float | None) -> str:
    lowest = "-Inf" if low is None else quote_number(low)
    highest = "Inf" if high is None else quote_number(high)
    ends = f"low = {lowest}, high = {highest}"
    return f"list(name = {quote_r_text(column.column)}, {ends})"


def _named_numbers(pairs: list[tuple[str, int]]) -> str:
    numbers = ", ".join(str(number) for _, number in pairs)
    return f"setNames(c({numbers}), {_write_texts(tuple(name for name, _ in pairs))})" if pairs else "c()"


def _write_limits(column: Numeric) -> str:
    lower, upper = ("NA" if limit is None else quote_number(limit) for limit in (column.lower, column.upper))
    return f"c({lower}, {upper})"


def write_r_functions(recipe: Recipe) -> Iterator[str]:
    """The functions this file needs, none that it does not."""
    file, typed = recipe.files[0], recipe.kind != ".csv"
    yield FIND
    if typed:
        yield read_typed(recipe.kind, lines_above=file.lines_above, sheet=file.sheet)
    else:
        yield read_text(lines_above=file.lines_above, widest=file.widest)
    yield TIDY if recipe.printable else TIDY_ANY
    yield write_cells(decimal_comma=file.decimal_comma, typed=typed)
    if recipe.has_number_levels:
        yield LEVEL
    yield number(typed=typed, limits=recipe.has_limits, named=bool(recipe.named_limits), strict=recipe.strict)
    read = "measured(" if recipe.rounded else "number("
    if recipe.rounded:
        yield R_MEASURED
    if recipe.has_limits:
        yield r_possible(named=bool(recipe.named_limits)).replace("NUMBER(", read)
    yield from _write_column_functions(recipe)


def _write_column_functions(recipe: Recipe) -> Iterator[str]:
    """What is done with columns once they are read, down to the participants of the view."""
    if recipe.baseline.all:
        yield R_CROSSED
    if recipe.has_lists:
        yield R_HOLDS
    if recipe.close_times:
        yield CLOSE_TIMES
    if recipe.one_row_each:
        yield FIRST_ROWS
    if len(recipe.files) > 1:
        yield join(one_param=bool(recipe.files[-1].param), one_row_each=bool(recipe.one_row_each))
    yield "".join(_write_participants(recipe))


def _write_participants(recipe: Recipe) -> Iterator[str]:
    """From the file to the participants of the view, in the steps this view takes."""
    one_file = len(recipe.files) == 1
    levels = "level(" if recipe.has_number_levels else "cells("
    yield ONE_FILE if one_file else TWO_FILES
    if one_file and recipe.files[0].param:
        yield ONE_PARAM
    if one_file and recipe.one_row_each:
        yield ONE_ROW_EACH
    yield ARM.replace("LEVELS(", levels)
    yield from write_r_outcome(recipe)
    yield SELECTED
    if recipe.levels:
        yield KEEP.replace("LEVELS(", levels)
    read = "measured(" if recipe.rounded else "number("
    if recipe.ranges:
        yield R_RANGES_LIMITS if recipe.has_limits else RANGES.replace("NUMBER(", read)
    if recipe.biomarker:
        step = r_grouped(limits=recipe.has_limits, equal_above=recipe.equal_above)
        yield step.replace("NUMBER(", read)
    else:
        yield UNGROUPED
    yield from write_r_parts(recipe)
    quoted = [quote_r_text(item.column) for item in recipe.baseline.all]
    yield from write_r_baseline(recipe.baseline, quoted, number=read, level=levels)
    yield R_END
