"""How Python scripts read a file: parts put together as the file needs; nothing of a trial is in them."""

from __future__ import annotations

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


def _reading(call: str, *, doc: str = "The values as people write them.", then: str = _TYPED) -> str:
    return _READ.format(doc=doc, call=call, then=then)


READ = {
    ".csv": _reading(_CSV, doc="Every cell as text; what is a number is decided column by column.", then=""),
    ".xlsx": _reading(_EXCEL),
    ".xpt": _reading("pyreadstat.read_xport(str(path))[0]", doc=_SAS),
    ".sas7bdat": _reading("pyreadstat.read_sas7bdat(str(path))[0]", doc=_SAS),
    ".parquet": _reading("pd.read_parquet(path)"),
}


def read_ragged(widest: int) -> str:
    """Reads a table of text in which some rows end in more empty cells than the header has names."""
    call = _CSV.replace("(path,", f"(path, header=None, names=range({widest}),")
    then = "    data, data.columns = data[1:], data.iloc[0].fillna('')\n"
    return _reading(call, doc="Every cell as text; rows may end in empty cells.", then=then)


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


def cells(*, decimal_comma: bool, typed: bool) -> str:
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
