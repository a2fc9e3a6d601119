"""Steps of scripts that read times, events, entry times and competing events, in R and Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mirodash.export.code.recipe import Recipe, list_values, quote_number, quote_python_text, quote_r_text

R_HOLDS = """\
# Which cells hold one of these values, however it is written: Yes and yes, or 1, 1.0 and true
holds <- function(data, name, values) {
  text <- tolower(cells(data, name))
  code <- suppressWarnings(as.numeric(ifelse(text == "true", "1", ifelse(text == "false", "0", text))))
  code %in% values$codes | text %in% tolower(values$words)
}

"""
PYTHON_HOLDS = '''\
def holds(data, name, codes, words):
    """Which cells hold one of these values, however it is written: Yes and yes, or 1, 1.0 and true."""
    text = cells(data, name).str.casefold()
    code = pd.to_numeric(text.replace({"true": "1", "false": "0"}), errors="coerce")
    return code.isin(codes) | text.isin([word.casefold() for word in words])

'''


@dataclass(frozen=True, slots=True)
class _Steps:
    """The lines with which a language reads an outcome; most files need few of them.

    ``left_out`` reads again which times cannot be, and ``left_out_entry`` which entries; ``origin`` puts
    those who are there at the origin before it, so that they are at risk at time 0 as well.
    """

    times: str
    known: str
    left_out: str
    odd_events: str
    entry: str
    left_out_entry: str
    both_known: str
    round: str
    round_entry: str
    merge: str
    merge_both: str
    too_late: str
    event_text: str
    event_truth: str
    event_number: str
    event_values: str
    competing: str
    censor: str
    censor_competing: str
    censor_entry: str
    censor_time: str
    origin: str


_R = _Steps(
    times="  time <- number(data, time_column)\n",
    known='  time[cells(data, event_column) == ""] <- NA\n',
    left_out="""\
  plain <- finite(cells(data, time_column))
  time[is.na(plain) | plain < 0 | plain > longest] <- NA  # was left out
""",
    odd_events="""\
  code <- "^([+]?([0-9]+[.]?[0-9]*|[.][0-9]+)|true|false)$"
  time[!grepl(code, cells(data, event_column), ignore.case = TRUE)] <- NA  # was left out
""",
    entry="  entry <- number(data, entry_column)\n",
    left_out_entry="""\
  plain <- finite(cells(data, entry_column))
  entry[is.na(plain) | plain < 0 | plain > longest] <- NA  # was left out
""",
    both_known="""\
  time[is.na(entry)] <- NA
  entry[is.na(time)] <- NA
""",
    round="  time <- round(time, decimals)  # ties are counted at the precision of the file\n",
    round_entry="  entry <- round(entry, decimals)\n",
    merge="  time <- merged(time)\n",
    merge_both="""\
  both <- merged(c(time, entry))
  time <- both[seq_along(time)]
  entry <- both[-seq_along(time)]
""",
    too_late="  time[which(entry >= time & entry > 0)] <- NA  # was left out\n",
    event_text="  event <- tolower(cells(data, event_column)) == tolower(event_value)\n",
    event_truth="""\
  event <- tolower(cells(data, event_column))
  event <- suppressWarnings(as.numeric(ifelse(event == "true", "1", ifelse(event == "false", "0", event))))
  event <- event %in% event_value
""",
    event_number="  event <- suppressWarnings(as.numeric(cells(data, event_column))) %in% event_value\n",
    event_values="  event <- holds(data, event_column, event_values)\n",
    competing="  competing <- holds(data, event_column, competing_values)\n",
    censor="  event <- event & time <= horizon  # nothing after the horizon counts\n",
    censor_competing="  competing <- competing & time <= horizon\n",
    censor_entry="  time[which(entry >= horizon)] <- NA\n",
    censor_time="  time <- pmin(time, horizon)\n",
    origin="  entry[which(entry == 0)] <- -1  # at risk from the origin on, the origin included\n",
)
_PYTHON = _Steps(
    times="    time = number(data, TIME)\n",
    known='    time = time.mask(cells(data, EVENT) == "")\n',
    left_out="""\
    time = time.where(finite(cells(data, TIME)).between(0, LONGEST))  # others were left out
""",
    odd_events="""\
    code = r"(?i)[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)|true|false"
    time = time.where(cells(data, EVENT).str.fullmatch(code))  # others were left out
""",
    entry="    entry = number(data, ENTRY)\n",
    left_out_entry="""\
    entry = entry.where(finite(cells(data, ENTRY)).between(0, LONGEST))  # others were left out
""",
    both_known="    time, entry = time.where(entry.notna()), entry.where(time.notna())\n",
    round="    time = time.round(DECIMALS)  # ties are counted at the precision of the file\n",
    round_entry="    entry = entry.round(DECIMALS)\n",
    merge="    time = merged(time)\n",
    merge_both="""\
    both = merged(pd.concat([time, entry], ignore_index=True)).to_numpy()
    time, entry = (pd.Series(part, data.index) for part in (both[: len(data)], both[len(data) :]))
""",
    too_late="    time = time.mask((entry >= time) & (entry > 0))  # others were left out\n",
    event_text="    event = cells(data, EVENT).str.casefold() == EVENT_VALUE\n",
    event_truth="""\
    event = cells(data, EVENT).str.lower().replace({"true": "1", "false": "0"})
    event = pd.to_numeric(event, errors="coerce") == EVENT_VALUE
""",
    event_number='    event = pd.to_numeric(cells(data, EVENT), errors="coerce") == EVENT_VALUE\n',
    event_values="    event = holds(data, EVENT, **EVENT_VALUES)\n",
    competing="    competing = holds(data, EVENT, **COMPETING_VALUES)\n",
    censor="    event = event & (time <= HORIZON)  # nothing after the horizon counts\n",
    censor_competing="    competing = competing & (time <= HORIZON)\n",
    censor_entry="    time = time.mask(entry >= HORIZON)\n",
    censor_time="    time = time.clip(upper=HORIZON)\n",
    origin="    entry = entry.replace(0, -1)  # at risk from the origin on, the origin included\n",
)


def write_r_outcome(recipe: Recipe) -> Iterator[str]:
    """Times, events and what else an outcome has, in the steps this file needs."""
    return _write_outcome(recipe, _R)


def write_python_outcome(recipe: Recipe) -> Iterator[str]:
    """The same in Python; see `write_r_outcome`."""
    return _write_outcome(recipe, _PYTHON)


def _write_outcome(recipe: Recipe, steps: _Steps) -> Iterator[str]:
    ends, late, other = recipe.longest is not None, bool(recipe.entry), bool(recipe.competing)
    rounds, horizon = recipe.decimals is not None, recipe.up_to_horizon
    chosen = (
        (steps.times, True),
        (steps.known, not recipe.is_flag),
        (steps.left_out, ends),
        (steps.odd_events, recipe.odd_events),
        (steps.entry, late),
        (steps.left_out_entry, late and ends),
        (steps.both_known, late),
        (steps.round, rounds),
        (steps.round_entry, late and rounds),
        (steps.merge_both if late else steps.merge, recipe.close_times),
        (steps.too_late, late),
        (_choose_event(recipe, steps), True),
        (steps.competing, other),
        (steps.censor, horizon),
        (steps.censor_competing, horizon and other),
        (steps.censor_entry, horizon and late),
        (steps.censor_time, horizon),
        (steps.origin, late),
    )
    return (text for text, is_needed in chosen if is_needed)


def _choose_event(recipe: Recipe, steps: _Steps) -> str:
    """How this file says that the event came."""
    if recipe.has_lists:
        return steps.event_values
    if isinstance(recipe.event_value, str):
        return steps.event_text
    return steps.event_truth if recipe.event_value in (0, 1) else steps.event_number


def write_r_parts(recipe: Recipe) -> Iterator[str]:
    """The columns of the participants that an outcome has beyond time and event."""
    if recipe.entry:
        yield "  people$entry <- entry\n"
    if recipe.competing:
        yield "  people$competing <- competing\n"


def write_python_parts(recipe: Recipe) -> Iterator[str]:
    """The same in Python; see `write_r_parts`."""
    if recipe.entry:
        yield '    people["entry"] = entry\n'
    if recipe.competing:
        yield '    people["competing"] = competing.astype(int)\n'


def write_r_outcome_choices(recipe: Recipe) -> Iterator[str]:
    """The entry column and the values that mean events, as constants."""
    if recipe.entry:
        yield f"entry_column <- {quote_r_text(recipe.entry)}  # at risk from then on"
    for name, values in _name_values(recipe):
        codes, words = _sort_values(values)
        shown = list_values("c(", [quote_r_text(word) for word in words], ")", before=30)
        yield f"{name} <- list(codes = c({', '.join(map(quote_number, codes))}), words = {shown})"


def write_python_outcome_choices(recipe: Recipe) -> Iterator[str]:
    """The same in Python; see `write_r_outcome_choices`."""
    if recipe.entry:
        yield f"ENTRY = {quote_python_text(recipe.entry)}  # at risk from then on"
    for name, values in _name_values(recipe):
        codes, words = _sort_values(values)
        shown = list_values("[", [quote_python_text(word) for word in words], "]", before=30)
        yield f"{name.upper()} = dict(codes=[{', '.join(map(quote_number, codes))}], words={shown})"


def _name_values(recipe: Recipe) -> Iterator[tuple[str, tuple[tuple[float | str, str], ...]]]:
    """The lists of values that a script needs, each value as what it means and as the file spells it."""
    if recipe.has_lists:
        yield "event_values", recipe.event_values
    if recipe.competing:
        yield "competing_values", recipe.competing


def _sort_values(values: Sequence[tuple[float | str, str]]) -> tuple[Sequence[float], list[str]]:
    """Numbers, and words as the file spells them."""
    codes = [meant for meant, _ in values if not isinstance(meant, str)]
    return codes, [spelt for meant, spelt in values if isinstance(meant, str)]
