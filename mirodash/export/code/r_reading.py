"""How R scripts read a file: parts put together as the file needs; nothing of a trial is in them."""

from __future__ import annotations

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


def read_typed(kind: str, *, lines_above: int) -> str:
    """Reads a file in which values have types."""
    if kind == ".xpt":
        return READ_XPT
    package, call = _TYPED[kind]
    call = call.replace("skip = LINES", f"skip = {lines_above}" if lines_above else "skip = 0")
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


def cells(*, decimal_comma: bool, typed: bool) -> str:
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
