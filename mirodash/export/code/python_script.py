"""Python script of a view, with pandas and lifelines: reading, selecting and comparing arms."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.export.code.baseline_steps import PYTHON_CROSSED, PYTHON_END, write_python_baseline
from mirodash.export.code.biomarker_steps import (
    PYTHON_MEASURED,
    PYTHON_RANGES_LIMITS,
    PYTHON_TABLE,
    python_grouped,
    python_possible,
)
from mirodash.export.code.labelled_files import DATASET_JSON, LABELLED, read_in_python
from mirodash.export.code.outcome_steps import (
    PYTHON_HOLDS,
    write_python_outcome,
    write_python_outcome_choices,
    write_python_parts,
)
from mirodash.export.code.python_statistics import write_python_statistics
from mirodash.export.code.recipe import (
    Numeric,
    Recipe,
    list_values,
    quote_number,
    quote_python_text,
    write_comment,
    write_header,
)

FIND = '''\
def find(k):
    """The k-th file: as named when the script was started, or in this folder, or beside the script."""
    if len(sys.argv) > 1 + k:
        return Path(sys.argv[1 + k])
    for path in (Path(FILES[k]), Path(__file__).parent / Path(FILES[k]).name):
        if path.is_file():
            return path
    sys.exit(f"There is no file {FILES[k]!r}; say where it is: python script.py{' PATH' * len(FILES)}")

'''

_READ = '''\
def read(path):
    """{doc}"""
    data = {call}
{then}    data.columns = [tidy(str(name)) for name in data.columns]
    return data

'''
_TYPED = "    data = data.astype(object).map(as_text)\n"
_CSV = "pd.read_csv(path, sep=SEPARATOR, encoding=ENCODING, SKIPPEDdtype=str, na_filter=False)"
_EXCEL = "pd.read_excel(path, SKIPPEDdtype=object, keep_default_na=False)"
_SAS = "The values as people write them. (pandas.read_sas would read a 0 in a transport file as 5.4e-79.)"


def _write_reading(call: str, *, doc: str = "The values as people write them.", then: str = _TYPED) -> str:
    return _READ.format(doc=doc, call=call, then=then)


READ = {
    ".csv": _write_reading(
        _CSV, doc="Every cell as text; what is a number is decided column by column.", then=""
    ),
    ".xlsx": _write_reading(_EXCEL),
    ".xpt": _write_reading("pyreadstat.read_xport(str(path))[0]", doc=_SAS),
    ".sas7bdat": _write_reading("pyreadstat.read_sas7bdat(str(path))[0]", doc=_SAS),
    ".parquet": _write_reading("pd.read_parquet(path)"),
    **{kind: read_in_python(kind) for kind in (*LABELLED, *DATASET_JSON)},
}


def read_ragged(widest: int) -> str:
    """Reads a table of text in which some rows end in more empty cells than the header has names."""
    call = _CSV.replace("(path,", f"(path, header=None, names=range({widest}),")
    then = "    data, data.columns = data[1:], data.iloc[0].fillna('')\n"
    return _write_reading(call, doc="Every cell as text; rows may end in empty cells.", then=then)


AS_TEXT = '''\
def as_text(value):
    """A typed value as a person would write it: 1.0 is 1."""
    if pd.isna(value):
        return ""
    if pd.api.types.is_float(value):
        return f"{value:.0f}" if abs(value) < 1e15 and value == round(value) else str(float(value))
    return str(value).lower() if pd.api.types.is_bool(value) else str(value)

'''

TIDY = """\
def tidy(text):
    return text.strip()

"""

TIDY_ANY = '''\
def tidy(text):
    """A text on one line, without signs that steer."""
    if not text.isprintable():
        steering = r"[\\x00-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]"
        text = re.sub(" {2,}", " ", re.sub(steering, " ", text))
    return text.strip()

'''


def write_cells(*, decimal_comma: bool, typed: bool) -> str:
    """The function that gives a column as text."""
    fill = '.fillna("")' if typed else ""
    comma = (
        '    commas = r"([<>\\u2264\\u2265]=?\\s*)?[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?"\n'
        '    text = text.mask(text.str.fullmatch(commas), text.str.replace(",", "."))\n'
    )
    return (
        "def cells(data, name):\n"
        '    """A column as text, empty where nothing is known."""\n'
        "    if name not in data:\n"
        '        sys.exit(f"There is no column {name!r}.")\n'
        f"    text = data[name]{fill}.map(tidy)\n"
        '    text = text.mask(text.str.lower().isin(["na", "n/a", ".", "nan", "null"]), "")\n'
        f"{comma if decimal_comma else ''}"
        "    return text\n\n"
    )


LEVEL = '''\
def level(data, name):
    """A column as names of levels: 1.0 is 1 and 0.50 is 0.5, but 01 stays 01."""
    decimal = re.compile(r"-?(?:0|[1-9][0-9]*)\\.[0-9]+")
    return cells(data, name).map(lambda x: x.rstrip("0").rstrip(".") if decimal.fullmatch(x) else x)

'''

NUMBER = '''\
def number(data, name):
    """A column as numbers, NaN where nothing is known."""
    return cells(data, name).replace("", "nan").astype(float)

'''

NUMBER_LIMITS = '''\
def number(data, name):
    """A column as numbers; a value below or above what the assay can measure stands at the limit."""
    text = cells(data, name).str.replace(r"^(<=?|>=?|\\u2264|\\u2265)\\s*", "", regex=True)
    return text.replace("", "nan").astype(float)

'''

NUMBER_NAMED_LIMITS = '''\
def number(data, name):
    """A column as numbers; a value below or above what the assay can measure stands at the limit."""
    text = cells(data, name)
    lower, upper = LIMITS.get(name, (None, None))
    named = r"\\s*([LU]?LO[QD]|[LU]OQ)"
    below = text.str.fullmatch(f"(?i)BLQ|BLL?OQ|BLOD|(<=?|\\u2264){named}")
    above = text.str.fullmatch(f"(?i)ALQ|AU?LOQ|(>=?|\\u2265){named}")
    text = text.mask(below, str(lower)).mask(above, str(upper))
    text = text.str.replace(r"^(<=?|>=?|\\u2264|\\u2265)\\s*", "", regex=True)
    return text.replace("", "nan").astype(float)

'''

CLOSE_TIMES = '''\
def merged(time):
    """Times closer than R can tell apart (aeqSurv) are one."""
    known = pd.Series(sorted(time.dropna().unique()), dtype=float)
    apart = known.diff().fillna(float("inf")) > 2**-26 * max(1, known.mean())
    return time.map(dict(zip(known, known.where(apart).ffill())))

'''

ONE_PARAM = '    data = data[cells(data, "PARAMCD") == PARAMCD]\n'
FINITE = '''\
def finite(text):
    """Texts as numbers, NaN for what is none: such cells were left out."""
    number = r"[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?"
    value = text.where(text.str.fullmatch(number), "nan").astype(float)
    return value.where(value.abs() != float("inf"))

'''
_AS_NUMBERS = '.replace("", "nan").astype(float)'


def number(*, limits: bool, named: bool, strict: bool) -> str:
    """The function that gives a column as numbers."""
    text = NUMBER_NAMED_LIMITS if named else NUMBER_LIMITS if limits else NUMBER
    return text.replace(_AS_NUMBERS, ".pipe(finite)") if strict else text


FIRST_ROWS = '''\
def first_rows(data):
    """The first row of every participant: later ones, and rows without an identifier, were left out."""
    who = cells(data, PARTICIPANT)
    return data[(who != "") & ~who.duplicated()]

'''
ONE_ROW_EACH = "    data = first_rows(data)\n"
_JOIN = '''\
def join(adsl, adtte):
    """Everybody of ADSL with the endpoint of ADTTE; a column that both have is taken from ADSL."""
ONE_PARAMONE_ROW_EACH    new = [name for name in adtte.columns if name not in adsl.columns]
    adtte = adtte[new].set_index(cells(adtte, "USUBJID"))
    return adsl.set_index(cells(adsl, "USUBJID")).join(adtte).fillna("")

'''


def join(*, one_param: bool, one_row_each: bool) -> str:
    """The function that joins ADSL and ADTTE."""
    rows = ONE_ROW_EACH.replace("data", "adsl") + ONE_ROW_EACH.replace("data", "adtte")
    text = _JOIN.replace("ONE_PARAM", ONE_PARAM.replace("data", "adtte") if one_param else "")
    return text.replace("ONE_ROW_EACH", rows if one_row_each else "")


_IMPORTS = """\
from math import exp
from pathlib import Path

import numpy as np
import pandas as pd
SASfrom lifelines import CoxPHFitterCURVES
TESTfrom scipy.stats import chi2, norm"""


def write_imports(recipe: Recipe) -> str:
    """What a script imports beside ``sys``: curves and tests that lifelines has not are in the script."""
    text = _IMPORTS.replace("SAS", "import pyreadstat\n" if recipe.kind in SAS else "")
    text = text.replace("CURVES", "" if recipe.entry or recipe.competing else ", KaplanMeierFitter")
    return text.replace("TEST", "" if recipe.entry else "from lifelines.statistics import logrank_test\n")


ONE_FILE = '''\
def participants():
    """Everybody in this view: time, event, arm (treated is 1) and biomarker group."""
    data = read(find(0))
'''
TWO_FILES = '''\
def participants():
    """Everybody in this view: time, event, arm (treated is 1) and biomarker group."""
    adsl, adtte = sorted((read(find(0)), read(find(1))), key=lambda data: {"AVAL", "CNSR"} <= set(data))
    data = join(adsl, adtte)
'''
ARM = "    arm = LEVELS(data, ARM)\n"
SELECTED = "    kept = arm.isin([CONTROL, TREATED]) & time.notna()\n"
KEEP = """\
    for name, levels in KEEP:
        kept &= LEVELS(data, name).isin(levels)
"""
RANGES = """\
    for name, low, high in RANGES:
        kept &= NUMBER(data, name).between(low, high)
"""
UNGROUPED = f"""\
{PYTHON_TABLE}"""


MADE_WITH = "Python 3.11, pandas 2.3 and lifelines 0.30"
SAS = (".xpt", ".sas7bdat", *LABELLED)


def write_python_script(recipe: Recipe, *, standing: str) -> str:
    """The whole script; everything from the trial stands in its block of constants."""
    names = "ADSL ADTTE" if len(recipe.files) > 1 else "FILE"
    lines = write_header(
        recipe, quote_python_text, standing=standing, made_with=MADE_WITH, run=f"python script.py {names}"
    )
    top = "\n".join(lines)
    chosen = "\n".join(write_python_choices(recipe))
    own = recipe.baseline
    statistics = write_python_statistics(
        further=recipe.further,
        has_marker=bool(own.marker),
        is_stratified=bool(own.strata),
        is_adjusted=own.is_adjusted,
        has_entry=bool(recipe.entry),
        has_competing=bool(recipe.competing),
    )
    functions = (part.strip("\n") for part in (*write_python_functions(recipe), *statistics))
    return "\n\n".join((top, _write_imports(recipe), chosen)) + "\n\n\n" + "\n\n\n".join(functions) + "\n"


def _write_imports(recipe: Recipe) -> str:
    own = "import re\nimport sys" if _needs_re(recipe) else "import sys"
    own = f"import json\n{own}" if recipe.kind in DATASET_JSON else own
    return f"{own}\n{write_imports(recipe)}"


def _needs_re(recipe: Recipe) -> bool:
    return recipe.has_number_levels or not recipe.printable


def write_python_choices(recipe: Recipe) -> Iterator[str]:
    """What was chosen, as constants."""
    file = recipe.files[0]
    yield f"FILES = {_write_texts(recipe.paths)}"
    if file.delimiter:
        yield f"SEPARATOR, ENCODING = {quote_python_text(file.delimiter)}, {quote_python_text(file.encoding)}"
    if recipe.files[-1].param:
        yield f"PARAMCD = {quote_python_text(recipe.files[-1].param)}"
    yield from _write_outcome(recipe)
    yield from _write_filters(recipe)
    if recipe.named_limits:
        limits = [f"{quote_python_text(c.column)}: {_write_limits(c)}" for c in recipe.named_limits]
        yield list_values("LIMITS = {", limits, "}  # of the assay, for values that only name them")
    if recipe.rounded:
        decimals = [(c.column, c.decimals) for c in recipe.rounded if c.decimals is not None]
        digits = [(c.column, c.digits) for c in recipe.rounded if c.digits is not None]
        yield f"DECIMALS_OF = {_named_numbers(decimals)}  # of columns with traces of computing"
        yield f"DIGITS = {_named_numbers(digits)}"
    if recipe.biomarker:
        yield f"BIOMARKER = {quote_python_text(recipe.biomarker.column)}"
        yield f"THRESHOLDS = [{', '.join(map(quote_number, recipe.thresholds))}]"
    marks = [f"{quote_python_text(quote_number(time))}: {quote_number(time)}" for time in recipe.landmarks]
    yield list_values("LANDMARKS = {", marks, "}  # other times at which survival is read")
    if recipe.baseline.marker:
        yield f"MARKER = {quote_python_text(recipe.baseline.marker)}"
    if recipe.baseline.is_adjusted:
        terms = tuple(f"x{k + 1}" for k in range(len(recipe.baseline.covariates)))
        yield f"COVARIATES = {_write_texts(terms)}"
        yield f"IS_WITHIN = {bool(recipe.baseline.within)}  # whether there are strata"
    yield f"LABELS = {_write_texts(recipe.labels, before=9)}"


def _write_outcome(recipe: Recipe) -> Iterator[str]:
    end, value = recipe.endpoint, recipe.event_value
    yield f"ARM = {quote_python_text(recipe.arm)}"
    yield f"CONTROL = {quote_python_text(recipe.control)}"
    yield f"TREATED = {quote_python_text(recipe.treated)}"
    yield (
        f"TIME = {quote_python_text(end.time)}  # {end.unit} from "
        f"{write_comment(end.origin, quote_python_text)}"
    )
    yield f"EVENT = {quote_python_text(end.event)}"
    if not recipe.has_lists:
        yield f"EVENT_VALUE = {quote_python_text(value) if isinstance(value, str) else quote_number(value)}"
    yield from write_python_outcome_choices(recipe)
    if recipe.one_row_each:
        yield f"PARTICIPANT = {quote_python_text(recipe.one_row_each)}"
    if recipe.longest is not None:
        yield f"LONGEST = {quote_number(recipe.longest)}  # time that can be: a hundred years"
    if recipe.decimals is not None:
        yield f"DECIMALS = {recipe.decimals}  # of the times in the file"
    yield f"HORIZON = {quote_number(recipe.horizon)}"
    yield f"TIME_UNIT = {quote_python_text(end.unit.removesuffix('s'))}"
    yield f"CONFIDENCE = {quote_number(recipe.confidence)}"


def _write_filters(recipe: Recipe) -> Iterator[str]:
    if recipe.levels:
        kept = [f"({quote_python_text(column)}, {_write_texts(names)})" for column, names in recipe.levels]
        yield list_values("KEEP = [", kept, "]  # only participants with one of these")
    if recipe.ranges:
        ends = [
            f"({quote_python_text(c.column)}, {_write_end(low, '-inf')}, {_write_end(high, 'inf')})"
            for c, low, high in recipe.ranges
        ]
        yield list_values("RANGES = [", ends, "]  # only participants within, both ends included")


def _write_texts(texts: tuple[str, ...], *, before: int = 20) -> str:
    return list_values("[", [quote_python_text(text) for text in texts], "]", before=before)


def _named_numbers(pairs: list[tuple[str, int]]) -> str:
    return f"{{{', '.join(f'{quote_python_text(name)}: {number}' for name, number in pairs)}}}"


def _write_limits(column: Numeric) -> str:
    lower, upper = (
        "None" if limit is None else quote_number(limit) for limit in (column.lower, column.upper)
    )
    return f"({lower}, {upper})"


def _write_end(end: float | None, opened: str) -> str:
    return f'float("{opened}")' if end is None else quote_number(end)


def write_python_functions(recipe: Recipe) -> Iterator[str]:
    """The functions this file needs, none that it does not."""
    yield FIND
    file = recipe.files[0]
    read = read_ragged(file.widest) if file.widest else READ[recipe.kind]
    sheet = f"sheet_name={quote_python_text(file.sheet)}, " if file.sheet else ""
    yield read.replace("SKIPPED", sheet + (f"skiprows={file.lines_above}, " if file.lines_above else ""))
    if recipe.kind != ".csv":
        yield AS_TEXT
    yield TIDY if recipe.printable else TIDY_ANY
    yield write_cells(decimal_comma=file.decimal_comma, typed=recipe.kind != ".csv")
    if recipe.has_number_levels:
        yield LEVEL
    if recipe.strict:
        yield FINITE
    named = bool(recipe.named_limits)
    yield number(limits=recipe.has_limits, named=named, strict=recipe.strict)
    yield from _measurements(recipe)
    yield from _write_column_functions(recipe)
    yield _write_participants(recipe)


def _write_column_functions(recipe: Recipe) -> Iterator[str]:
    """What is done with columns once they are read, down to the participants of the view."""
    if recipe.baseline.all:
        yield PYTHON_CROSSED
    if recipe.has_lists:
        yield PYTHON_HOLDS
    if recipe.close_times:
        yield CLOSE_TIMES
    if recipe.one_row_each:
        yield FIRST_ROWS
    if len(recipe.files) > 1:
        yield join(one_param=bool(recipe.files[-1].param), one_row_each=bool(recipe.one_row_each))


def _measurements(recipe: Recipe) -> Iterator[str]:
    """What a biomarker needs beyond the numbers in its cells."""
    if recipe.rounded:
        yield PYTHON_MEASURED
    if recipe.has_limits:
        read = "measured(" if recipe.rounded else "number("
        yield python_possible(named=bool(recipe.named_limits)).replace("NUMBER(", read)


def _write_participants(recipe: Recipe) -> str:
    """From the file to the participants of the view, in the steps this view takes."""
    steps = [TWO_FILES if len(recipe.files) > 1 else ONE_FILE]
    if len(recipe.files) == 1 and recipe.files[0].param:
        steps.append(ONE_PARAM)
    if len(recipe.files) == 1 and recipe.one_row_each:
        steps.append(ONE_ROW_EACH)
    steps.append(ARM.replace("LEVELS(", "level(" if recipe.has_number_levels else "cells("))
    steps += write_python_outcome(recipe)
    steps.append(SELECTED)
    if recipe.levels:
        steps.append(KEEP.replace("LEVELS(", "level(" if recipe.has_number_levels else "cells("))
    read = "measured(" if recipe.rounded else "number("
    if recipe.ranges:
        steps.append(PYTHON_RANGES_LIMITS if recipe.has_limits else RANGES.replace("NUMBER(", read))
    if recipe.biomarker:
        step = python_grouped(limits=recipe.has_limits, equal_above=recipe.equal_above)
        steps.append(step.replace("NUMBER(", read))
    else:
        steps.append(UNGROUPED)
    steps += write_python_parts(recipe)
    quoted = [quote_python_text(item.column) for item in recipe.baseline.all]
    level = "level(" if recipe.has_number_levels else "cells("
    steps += write_python_baseline(recipe.baseline, quoted, number=read, level=level)
    steps.append(PYTHON_END)
    return "".join(steps)
