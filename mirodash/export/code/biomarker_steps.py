"""Steps of scripts that read a biomarker: its precision, its assay limits and its groups, in R and Python."""

from __future__ import annotations

R_MEASURED = """\
# A column rounded to the precision of the file
measured <- function(data, name) {
  value <- number(data, name)
  if (name %in% names(decimals_of)) round(value, decimals_of[[name]])
  else if (name %in% names(digits_of)) signif(value, digits_of[[name]])
  else value
}

"""
_R_POSSIBLE = """\
# The lowest and the highest that a value can be: beyond a limit of the assay one end is open
possible <- function(data, name) {
  value <- NUMBER(data, name)
  text <- cells(data, name)
  below <- grepl("^[<\\u2264]", text, perl = TRUE)BELOW
  above <- grepl("^[>\\u2265]", text, perl = TRUE)ABOVE
  included <- grepl("^([<>]=|[\\u2264\\u2265])", text, perl = TRUE)
  next_to <- pmax(abs(value) * .Machine$double.eps, 1e-300)
  least <- if (min(value, na.rm = TRUE) >= 0) 0 else -Inf
  list(low = ifelse(below, least, ifelse(above & !included, value + next_to, value)),
       high = ifelse(above, Inf, ifelse(below & !included, value - next_to, value)))
}

"""


def r_possible(*, named: bool) -> str:
    """The function that gives the ends between which each value of a column lies."""
    below = ' | grepl("(?i)^(BLQ|BLL?OQ|BLOD)$", text, perl = TRUE)' if named else ""
    above = ' | grepl("(?i)^(ALQ|AU?LOQ)$", text, perl = TRUE)' if named else ""
    return _R_POSSIBLE.replace("BELOW", below).replace("ABOVE", above)


R_RANGES_LIMITS = """\
  for (this in ranges) {
    value <- possible(data, this$name)
    kept <- kept & !is.na(value$low) & value$low >= this$low & value$high <= this$high
  }
"""
_R_LOWER = "# a threshold belongs to the lower group: (-Inf, c1], (c1, c2], (c2, Inf)"
_R_UPPER = "# a threshold belongs to the upper group: (-Inf, c1), [c1, c2), [c2, Inf)"
_R_CUT = """\
  group <- cut(NUMBER(data, biomarker), c(-Inf, thresholds, Inf), labels = FALSE, right = CLOSED)
"""
_R_CUT_LIMITS = """\
  value <- possible(data, biomarker)
  group <- findInterval(value$low, thresholds, left.open = CLOSED) + 1
  # beyond a limit of the assay the side of a threshold is not always certain
  group[group != findInterval(value$high, thresholds, left.open = CLOSED) + 1] <- NA
"""
_R_GROUPED = """\
  people <- data.frame(time, event, treated = as.numeric(arm == treated), group)
"""


def r_grouped(*, limits: bool, equal_above: bool) -> str:
    """The step that sorts participants into the groups of the biomarker."""
    cut = (_R_CUT_LIMITS if limits else _R_CUT).replace("CLOSED", "FALSE" if equal_above else "TRUE")
    return f"  {_R_UPPER if equal_above else _R_LOWER}\n{cut}{_R_GROUPED}"


PYTHON_TABLE = """\
    people = pd.DataFrame({"time": time, "event": event.astype(int), "treated": (arm == TREATED).astype(int)})
"""
PYTHON_MEASURED = '''\
def measured(data, name):
    """A column rounded to the precision of the file."""
    value = number(data, name)
    if name in DIGITS:
        return value.map(lambda x: float(f"{x:.{DIGITS[name] - 1}e}"))
    return value.round(DECIMALS_OF[name]) if name in DECIMALS_OF else value

'''
_PYTHON_POSSIBLE = '''\
def possible(data, name):
    """The lowest and the highest that a value can be: beyond a limit of the assay one end is open."""
    value, text = NUMBER(data, name), cells(data, name)
    below = text.str.match("[<\\u2264]")BELOW
    above = text.str.match("[>\\u2265]")ABOVE
    included = text.str.match("[<>]=|[\\u2264\\u2265]")
    next_to = (value.abs() * 2**-52).clip(lower=1e-300)
    least = 0.0 if value.min() >= 0 else -float("inf")
    low = value.mask(above & ~included, value + next_to).mask(below, least)
    high = value.mask(below & ~included, value - next_to).mask(above, float("inf"))
    return low, high

'''


def python_possible(*, named: bool) -> str:
    """The function that gives the ends between which each value of a column lies."""
    below = ' | text.str.fullmatch("(?i)BLQ|BLL?OQ|BLOD")' if named else ""
    above = ' | text.str.fullmatch("(?i)ALQ|AU?LOQ")' if named else ""
    return _PYTHON_POSSIBLE.replace("BELOW", below).replace("ABOVE", above)


PYTHON_RANGES_LIMITS = """\
    for name, lowest, highest in RANGES:
        low, high = possible(data, name)
        kept &= (low >= lowest) & (high <= highest)
"""
_PYTHON_LOWER = "# a threshold belongs to the lower group: (-inf, c1], (c1, c2], (c2, inf)"
_PYTHON_UPPER = "# a threshold belongs to the upper group: (-inf, c1), [c1, c2), [c2, inf)"
_PYTHON_CUT = """\
    ends = [-float("inf"), *THRESHOLDS, float("inf")]
    people["group"] = pd.cut(NUMBER(data, BIOMARKER), ends, labels=False, right=CLOSED)
"""
_PYTHON_CUT_LIMITS = """\
    low, high = possible(data, BIOMARKER)
    group = sum((low OVER c).astype(int) for c in THRESHOLDS)
    # beyond a limit of the assay the side of a threshold is not always certain
    certain = low.notna() & (group == sum((high OVER c).astype(int) for c in THRESHOLDS))
    people["group"] = group.where(certain)
"""


def python_grouped(*, limits: bool, equal_above: bool) -> str:
    """The step that sorts participants into the groups of the biomarker."""
    cut = (_PYTHON_CUT_LIMITS if limits else _PYTHON_CUT).replace("CLOSED", str(not equal_above))
    cut = cut.replace("OVER", ">=" if equal_above else ">")
    note = _PYTHON_UPPER if equal_above else _PYTHON_LOWER
    return f"{PYTHON_TABLE}    {note}\n{cut}"
