"""Steps of scripts that read SPSS, Stata and Dataset-JSON files as they are read here, in R and Python."""

from __future__ import annotations

from mirodash.trial.readers.columnar import MAX_CODES

LABELLED = (".sav", ".zsav", ".dta")
"""Kinds of files in which values have labels."""
DATASET_JSON = (".json", ".ndjson")

_R_LABELLED = f"""\
# Labels in place of values where all have one; a few labelled codes among numbers are not known
labelled <- function(column, labels) {{
  text <- if (is.numeric(column)) vapply(as.numeric(column), format, "", digits = 15, scientific = FALSE)
          else trimws(as.character(column))
  text[is.na(column)] <- ""
  codes <- if (is.numeric(labels)) vapply(as.numeric(labels), format, "", digits = 15, scientific = FALSE)
           else trimws(as.character(labels))
  held <- setdiff(text, "")
  if (all(held %in% codes) && !anyDuplicated(names(labels)))
    return(ifelse(text == "", "", names(labels)[match(text, codes)]))
  if (any(held %in% codes) && length(setdiff(held, codes)) > {MAX_CODES}) column[text %in% codes] <- NA
  column
}}

# Needs the package haven, or foreign, which comes with most installations of R
read <- function(path) {{
  if (requireNamespace("haven", quietly = TRUE)) {{
    data <- as.data.frame(HAVEN)
    labels <- lapply(data, attr, "labels")
    data <- haven::zap_labels(data)
  }} else if (requireNamespace("foreign", quietly = TRUE)) {{
FOREIGN
  }} else stop("To read this kind of file R needs a package: install.packages(\\"haven\\")", call. = FALSE)
  for (name in names(data)) {{
    if (length(labels[[name]])) data[[name]] <- labelled(data[[name]], labels[[name]])
  }}
  names(data) <- tidy(names(data))
  data
}}

"""
_R_SPSS = """\
    data <- tryCatch(
      suppressWarnings(foreign::read.spss(path, use.value.labels = FALSE, to.data.frame = TRUE,
                                          reencode = FALSE, stringsAsFactors = FALSE)),
      error = function(failed)
        stop("This file needs a package: install.packages(\\"haven\\")", call. = FALSE))
    page <- attr(data, "codepage")
    from <- if (length(page) && page > 500 && page < 65000) paste0("CP", page) else "UTF-8"
    labels <- lapply(data, function(column) {
      own <- attr(column, "value.labels")
      if (length(own)) setNames(own, iconv(names(own), from, "UTF-8"))
    })
    names(data) <- names(labels) <- iconv(names(data), from, "UTF-8")
    texts <- vapply(data, is.character, NA)
    data[texts] <- lapply(data[texts], iconv, from, "UTF-8")"""
_R_STATA = """\
    data <- tryCatch(foreign::read.dta(path, convert.factors = FALSE), error = function(failed)
      stop("This file needs a package: install.packages(\\"haven\\")", call. = FALSE))
    labels <- attr(data, "label.table")[attr(data, "val.labels")]
    names(labels) <- names(data)"""
_R_JSON = """\
# Needs the package jsonlite
read <- function(path) {
  if (!requireNamespace("jsonlite", quietly = TRUE))
    stop("To read this kind of file R needs a package: install.packages(\\"jsonlite\\")", call. = FALSE)
  parse <- function(text) jsonlite::fromJSON(text, simplifyVector = FALSE)
  lines <- readLines(path, encoding = "UTF-8", warn = FALSE)
  lines[1] <- sub("^\\ufeff", "", lines[1])
  about <- if (jsonlite::validate(lines[1])) parse(lines[1])
  if (is.null(about) || "rows" %in% names(about)) {
    about <- parse(paste(lines, collapse = "\\n"))
    rows <- about$rows
  } else rows <- lapply(Filter(nzchar, trimws(lines[-1])), parse)  # one value a line
  data <- lapply(seq_along(about$columns), function(k) {
    values <- lapply(rows, function(row) if (is.null(row[[k]])) NA else row[[k]])
    unlist(values)
  })
  names(data) <- tidy(vapply(about$columns, function(column) column$name, ""))
  as.data.frame(data, check.names = FALSE, stringsAsFactors = FALSE)
}

"""


def read_in_r(kind: str) -> str:
    """The function of an R script that reads such a file.

    Parameters
    ----------
    kind : str
        The ending of its name, one of ``LABELLED`` and ``DATASET_JSON``.
    """
    if kind in DATASET_JSON:
        return _R_JSON
    stata = kind == ".dta"
    text = _R_LABELLED.replace("FOREIGN", _R_STATA if stata else _R_SPSS)
    return text.replace("HAVEN", "haven::read_dta(path)" if stata else "haven::read_sav(path)")


_PYTHON_LABELLED = f'''\
def labelled(column, labels):
    """Labels in place of values where all have one; a few labelled codes among numbers are not known."""
    held = set(column) - {{""}}
    if held <= labels.keys() and len(set(labels.values())) == len(labels):
        return column.map(lambda value: labels.get(value, value))
    few = held & labels.keys() and len(held - labels.keys()) > {MAX_CODES}
    return column.mask(column.isin(list(labels)), "") if few else column


def read(path):
    """The values as people write them, and labels in place of values that have them."""
    data, about = pyreadstat.READER(str(path))
    data = data.astype(object).map(as_text)
    for name, labels in about.variable_value_labels.items():
        data[name] = labelled(data[name], {{as_text(value): str(label) for value, label in labels.items()}})
    data.columns = [tidy(str(name)) for name in data.columns]
    return data

'''
_PYTHON_JSON = '''\
def read(path):
    """The values of CDISC Dataset-JSON: one value, or one value a line."""
    text = Path(path).read_text(encoding="utf-8-sig")
    first, _, rest = text.partition("\\n")
    about = json.loads(first) if first.rstrip().endswith("}") else json.loads(text)
    if "rows" in about:
        about = json.loads(text)
        rows = about["rows"]
    else:
        rows = [json.loads(line) for line in rest.splitlines() if line.strip()]
    names = [tidy(column["name"]) for column in about["columns"]]
    return pd.DataFrame(rows, columns=names, dtype=object).map(as_text)

'''


def read_in_python(kind: str) -> str:
    """The function of a Python script that reads such a file; see `read_in_r`."""
    if kind in DATASET_JSON:
        return _PYTHON_JSON
    return _PYTHON_LABELLED.replace("READER", "read_dta" if kind == ".dta" else "read_sav")
