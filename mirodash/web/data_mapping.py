"""Mapping of an upload's columns: previews and distributions, and the dictionary they stand for."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from mirodash.errors import UnusableDataError
from mirodash.text.data_sentences import (
    describe_level,
    describe_missing,
    describe_not_numeric,
    describe_numbers,
    describe_too_many_values,
    describe_values,
)
from mirodash.trial import adam
from mirodash.trial.baseline import FEW_VALUES, scale_of
from mirodash.trial.column_roles import KNOWN_COLUMN_NAMES
from mirodash.trial.dictionary import (
    BiomarkerDraft,
    Direction,
    Draft,
    EndpointDraft,
    FactorDraft,
    MeasureDraft,
    Roles,
    TimeUnit,
)
from mirodash.trial.event_words import event_key, event_keys
from mirodash.trial.infer.infer_dictionary import InferredDictionary
from mirodash.trial.joining import join
from mirodash.trial.problems import Findings, Problem
from mirodash.trial.repeated_measurements import part_tables
from mirodash.trial.repeated_rows import split_identifier
from mirodash.trial.table import Column, Table, level_name, natural_key, number_in, one_line, parse_numbers
from mirodash.trial.trial import MAX_ARMS

Data = dict[str, Any]
Columns = Mapping[str, Column]
BINS = 16
MAX_LEVELS = 12
ROWS_SHOWN = 10
COLUMNS_SHOWN = 40
MAX_CELL_LENGTH = 60
MIN_QUOTED = 3
"""Shorter ones would be found in other words, too."""
FEW_WORDS = 0.2
"""So much of a column of numbers may be words and stays what it is."""
_COUNT = re.compile(
    r"\brows? \d+(?:, \d+)*(?: and \d+)?"
    r"|\b(?<!\d,)\d++(?:,\d++)*+ (?!and\b|in\b|or\b)[a-z]+"
    r"|\([\d,]++\)|(?P<other>\b\d++\b)"
)
"""Numbers of rows, a number of something, one in brackets, and any other number."""
MASK = "•••"
"""Stands for an identifier: whose row it is stays in the file."""
MASKED = "Identifies participants; not shown"


def describe_upload_columns(tables: Sequence[Table], param: str | None) -> dict[str, Column]:
    """Every column of one table or of several that belong together, with the rows of one ADaM endpoint.

    Tables that do not fit together as they are stand beside each other, so that the reader sees why.
    """
    # what was measured again and again has rows of its own
    tables, _ = part_tables(tables)
    joined = join(tables, param, Findings()) if len(tables) > 1 else None
    if joined is not None:
        return dict(joined.columns)
    found: dict[str, Column] = {}
    for table in sorted(tables, key=adam.is_time_to_event):
        for name, column in _of_one_endpoint(table, param).columns.items():
            found.setdefault(name, column)
    return found


def _of_one_endpoint(table: Table, param: str | None) -> Table:
    if not adam.is_time_to_event(table):
        return table
    try:
        return adam.one_parameter(table, param)
    except UnusableDataError:
        return table


def find_identifying(columns: Columns, chosen: Collection[str | None]) -> frozenset[str]:
    """Columns that say who somebody is: those chosen, those so called, and texts that hardly repeat."""
    parts = {part for name in chosen if name for part in split_identifier(name)[-1:]}
    return frozenset(
        name
        for name, column in columns.items()
        if name in chosen
        or name in parts
        or name.casefold() in KNOWN_COLUMN_NAMES["id"]
        or _hardly_repeats(column)
    )


def _hardly_repeats(column: Column) -> bool:
    """Whether these are texts of which most differ; a few words among measurements make no identifiers.

    One row too many of one participant, or two rows of each, must not put everybody on the page.
    """
    known = column.known()
    distinct = len(set(known))
    return (
        distinct > FEW_VALUES
        and 2 * distinct >= len(known)
        and len(parse_numbers(known).not_numbers) > FEW_WORDS * len(known)
    )


def describe_columns(columns: Columns, masked: Collection[str]) -> list[Data]:
    """A line for every column: its name, whether it holds numbers, and its distribution with words for it."""
    return [
        {"name": name, "label": cut(column.label), **_describe_distribution(column, masked=name in masked)}
        for name, column in columns.items()
    ]


def _describe_distribution(column: Column, *, masked: bool) -> Data:
    known = column.known()
    missing = describe_missing(len(column.cells) - len(known))
    if masked:
        return {"kind": "identifier", "bars": [], "said": MASKED, "missing": missing}
    parsed = parse_numbers(known)
    values = parsed.values[np.isfinite(parsed.values)]
    others = len(parsed.not_numbers) + len(parsed.unstated_limits)
    if others <= FEW_WORDS * len(known) and np.unique(values).size > FEW_VALUES:
        drawn = _of_numbers(values)
        said = f"{drawn['said']}; {describe_not_numeric(others)}" if others else drawn["said"]
        return {"kind": "numbers", "bars": drawn["bars"], "said": said, "missing": missing}
    return {"kind": "levels", **_of_levels([level_name(cell) for cell in known]), "missing": missing}


def _of_numbers(values: NDArray[np.float64]) -> Data:
    said = describe_numbers(values)
    drawn = np.log10(values) if scale_of(values) == "log" else values
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(drawn.max() - drawn.min())
    if not np.isfinite(spread) or spread <= abs(float(drawn.max())) * 1e-12:
        return {"bars": [], "said": said}
    counts, _ = np.histogram(drawn, bins=BINS)
    return {"bars": _compute_heights(counts.tolist()), "said": said}


def _of_levels(names: Sequence[str]) -> Data:
    counts = Counter(names)
    if not counts or len(counts) > MAX_LEVELS:
        return {"bars": [], "said": describe_values(len(counts))}
    ordered = sorted(counts, key=natural_key)
    said = ", ".join(describe_level(cut(name), counts[name], len(names)) for name in ordered)
    return {"bars": _compute_heights([counts[name] for name in ordered]), "said": said}


def _compute_heights(counts: Iterable[int]) -> list[float]:
    listed = list(counts)
    tallest = max(listed, default=0) or 1
    return [round(number / tallest, 3) for number in listed]


def describe_levels_to_choose(column: Column | None, masked: Collection[str], name: str | None) -> Data:
    """The values among which arms and events are chosen, with how often each occurs."""
    if column is None or name in masked:
        return {"options": [], "said": MASKED if column is not None else ""}
    spelt: dict[float | str, str] = {}
    counts: Counter[float | str] = Counter()
    # of two spellings of one value the one that stands last is shown
    last = dict.fromkeys(reversed(column.cells))
    often = Counter(column.cells)
    for cell in reversed(last):
        key = event_key(cell)
        if key is not None:
            spelt[key] = level_name(cell)
            counts[key] += often[cell]
    if len(counts) > MAX_ARMS:
        return {"options": [], "said": describe_too_many_values(len(counts))}
    ordered = sorted(counts, key=lambda key: natural_key(spelt[key]))
    return {"options": [[spelt[key], counts[key]] for key in ordered], "said": ""}


def describe_events(column: Column, values: Sequence[str]) -> tuple[int, int, int]:
    """How many had the event if these values mean it, of how many known, and how many are not known."""
    keys, wanted = event_keys(column.cells), {event_key(value) for value in values}
    known = [key for key in keys if key is not None]
    return sum(key in wanted for key in known), len(known), len(keys) - len(known)


def preview(columns: Columns, masked: Collection[str], first: Sequence[str | None]) -> Data:
    """The first ten rows, the columns that play a part before the others."""
    chosen = list(dict.fromkeys([*(name for name in first if name in columns), *columns]))[:COLUMNS_SHOWN]
    rows = [
        [
            MASK if name in masked and cell else cut(cell)
            for name in chosen
            for cell in _format_cell(columns[name], row)
        ]
        for row in range(min(ROWS_SHOWN, max((len(c.cells) for c in columns.values()), default=0)))
    ]
    return {"header": chosen, "rows": rows, "columns": len(columns)}


def _format_cell(column: Column, row: int) -> tuple[str]:
    return (column.cells[row] if row < len(column.cells) else "",)


def drop_identifying(text: str, names: Collection[str], columns: Columns) -> str:
    """A sentence about columns that identify participants, without the identifiers it quotes.

    Rows and people are counted in numbers that look like identifiers; they stay.
    """
    quoted = {cell for name in names if name in columns for cell in columns[name].known()}
    numbers = {cell for cell in quoted if cell.isdecimal()}
    for cell in sorted(quoted - numbers, key=len, reverse=True):
        if len(cell) >= MIN_QUOTED:
            text = text.replace(cell, MASK)
    return _COUNT.sub(lambda found: MASK if found["other"] in numbers else found[0], text)


def cut(text: str) -> str:
    """A cell as it fits into a table."""
    return text if len(text) <= MAX_CELL_LENGTH else f"{text[: MAX_CELL_LENGTH - 1]}…"


Form = dict[str, Any]
MAX_LABEL_LENGTH = 300
MAX_NAME_LENGTH = 20_000
MAX_COLUMNS = 2_000
KEY = "endpoint"


def form_from(draft: Draft) -> Form:
    """What the fields of the mapping hold for a draft; every choice is text, ``""`` where there is none."""
    roles, endpoint = draft.roles, next(iter(draft.endpoints), None)
    time, event = (endpoint.time, endpoint.event) if endpoint else (roles.time, roles.event)
    texts = {
        "title": draft.title,
        "id": roles.id,
        "time": time,
        "unit": endpoint.unit if endpoint else roles.time_unit,
        "event": event,
        "event_value": endpoint.event_value if endpoint else roles.event_value,
        "arm": roles.arm,
        "control": roles.control,
        "treated": roles.treated,
        "site": roles.site,
        "country": roles.country,
        "entry": endpoint.entry if endpoint else roles.entry,
        "param": roles.param,
    }
    return {
        **{key: text or "" for key, text in texts.items()},
        "horizon": _number_text(endpoint.horizon if endpoint else roles.horizon),
        "biomarkers": {each.column: _biomarker_fields(each) for each in draft.biomarkers},
        "factors": {each.column: {"label": each.label or ""} for each in draft.factors},
        "measurements": {each.key: _measure_fields(each) for each in draft.measurements},
        "leave_out": list(draft.leave_out),
        "ignore": list(draft.ignore),
        "missing": [f"{name}={','.join(codes)}" for name, codes in draft.missing],
        "keep": [f"{name}={','.join(values)}" for name, values in draft.keep],
        "other_event_values": list(endpoint.other_event_values if endpoint else ()),
        "competing": list(endpoint.competing if endpoint else ()),
        "censored_values": list(endpoint.censored_values if endpoint else ()),
        "unwanted_endpoints": [],
    }


def _biomarker_fields(biomarker: BiomarkerDraft) -> dict[str, str]:
    return {
        "label": biomarker.label or "",
        "unit": biomarker.unit,
        "lower": _number_text(biomarker.lower_limit),
        "upper": _number_text(biomarker.upper_limit),
    }


def _measure_fields(measure: MeasureDraft) -> dict[str, Any]:
    unit = measure.visits_unit if measure.columns else measure.time_unit
    return {
        "used": measure.used,
        "label": measure.label or "",
        "unit": measure.unit,
        "direction": measure.direction or "",
        "kind": measure.kind or "function",
        "time_unit": unit or "",
    }


def _number_text(number: float | None) -> str:
    return "" if number is None else f"{number:.12g}"


def chosen_param(form: object) -> str | None:
    """The endpoint of an ADaM file that the fields name; None when they name none."""
    return _name(_fields(form), "param")


def draft_from(form: object, guess: InferredDictionary) -> Draft:
    """The draft that the fields stand for; what is of the wrong kind counts as not chosen.

    What the fields do not hold (presets, levels, how an event is called) stays as in ``guess.draft``,
    as long as it is about the same column.
    """
    fields, base = _fields(form), guess.draft
    places: dict[str, Any] = {part: _column_or_none(fields, part, base) for part in ("id", "site", "country")}
    roles = replace(
        base.roles,
        arm=_name(fields, "arm") or "",
        param=_name(fields, "param"),
        **places,
        control=_name(fields, "control"),
        treated=_name(fields, "treated"),
        time=None,
        event=None,
        event_value=None,
        time_unit=None,
        horizon=None,
        biomarker=None,
    )
    endpoints, roles = _endpoints(fields, base, roles)
    return replace(
        base,
        title=_label(fields, "title"),
        roles=roles,
        arm_labels=base.arm_labels if roles.arm == base.roles.arm else (),
        endpoints=endpoints,
        biomarkers=_biomarkers(fields, base.biomarkers),
        factors=_factors(fields, base.factors),
        measurements=tuple(_measure(each, fields) for each in base.measurements),
        leave_out=_list_values(fields.get("leave_out")),
        ignore=_list_values(fields.get("ignore")),
        missing=_list_by_column(fields.get("missing")),
        keep=_list_by_column(fields.get("keep")),
    )


def _endpoints(
    fields: Mapping[str, Any], base: Draft, roles: Roles
) -> tuple[tuple[EndpointDraft, ...], Roles]:
    """The endpoint in the fields, with the others that are wanted; one column of the two is a mere role."""
    first = next(iter(base.endpoints), None)
    time, event = _name(fields, "time"), _name(fields, "event")
    others = _list_others(fields, base, time, event)
    said = first.entry if first else roles.entry
    entry = _name(fields, "entry") if "entry" in fields else said
    unit, horizon = _unit(fields), _positive(fields.get("horizon"))
    if time is None or event is None:
        roles = replace(roles, time=time or "", event=event or "", entry=entry)
        return others, replace(roles, time_unit=unit, horizon=horizon)
    fresh = EndpointDraft(first.key if first else KEY, time, event)
    kept = next((each for each in base.endpoints if each.event == event), fresh)
    value = _name(fields, "event_value")
    values = ("other_event_values", "competing", "censored_values")
    ticked: dict[str, Any] = {part: _list_values(fields.get(part)) for part in values}
    chosen = replace(kept, time=time, event_value=value, unit=unit, horizon=horizon, entry=entry, **ticked)
    return (chosen, *others), replace(roles, entry=None)


def _list_others(
    fields: Mapping[str, Any], base: Draft, time: str | None, event: str | None
) -> tuple[EndpointDraft, ...]:
    """The endpoints beside the one in the fields, the proposal's first where another took its place."""
    unwanted = _list_values(fields.get("unwanted_endpoints"))
    further = base.endpoints[1:]
    is_swapped = any(each.event == event for each in further)
    listed = base.endpoints if is_swapped else further
    return tuple(
        each
        for each in listed
        if each.key not in unwanted and {each.time, each.event}.isdisjoint({time, event})
    )


def _biomarkers(fields: Mapping[str, Any], known: Iterable[BiomarkerDraft]) -> tuple[BiomarkerDraft, ...]:
    before = {each.column: each for each in known}
    return tuple(
        _biomarker(before.get(column, BiomarkerDraft(column)), details)
        for column, details in _is_ticked(fields.get("biomarkers"), before)
    )


def _biomarker(known: BiomarkerDraft, details: Mapping[str, Any]) -> BiomarkerDraft:
    low, high = _number(details.get("lower")), _number(details.get("upper"))
    if low is not None and high is not None and low >= high:
        low = high = None
    unit = _label(details, "unit") or ""
    label = _label(details, "label")
    short = known.short if label == known.label else None
    return replace(known, label=label, short=short, unit=unit, lower_limit=low, upper_limit=high)


def _factors(fields: Mapping[str, Any], known: Iterable[FactorDraft]) -> tuple[FactorDraft, ...]:
    before = {each.column: each for each in known}
    return tuple(
        replace(before.get(column, FactorDraft(column)), label=_label(details, "label"))
        for column, details in _is_ticked(fields.get("factors"), before)
    )


def _measure(known: MeasureDraft, fields: Mapping[str, Any]) -> MeasureDraft:
    """A repeated measurement as its fields say; what is measured, and where, is known from the file alone."""
    given = _fields(fields.get("measurements"))
    if known.key not in given:
        return known
    details = _fields(given[known.key])
    label, time_unit = _label(details, "label"), _unit(details, "time_unit")
    changed = replace(
        known,
        used=details.get("used") is not False,
        label=label,
        short=known.short if label == known.label else None,
        unit=_label(details, "unit") or "",
        direction=_one_of(details, "direction", ("higher", "lower")),
        kind="biology" if details.get("kind") == "biology" else known.kind and "function",
    )
    if known.columns:
        return replace(changed, visits_unit=time_unit or known.visits_unit)
    return replace(changed, time_unit=time_unit)


def _one_of(fields: Mapping[str, Any], key: str, offered: tuple[Direction, ...]) -> Direction | None:
    return next((each for each in offered if each == fields.get(key)), None)


def _is_ticked(sent: object, before: Iterable[str]) -> list[tuple[str, dict[str, Any]]]:
    """The ticked columns, those of the draft in its order and then the others in theirs."""
    given = {name: _fields(details) for name, details in _fields(sent).items() if _is_name(name)}
    order = dict.fromkeys([*(name for name in before if name in given), *given])
    return [(name, given[name]) for name in order][:MAX_COLUMNS]


def field_problems(form: object) -> tuple[Problem, ...]:
    """What stands in a field for a number and is none: it would otherwise be left out in silence."""
    fields = _fields(form)
    problems = _of_number("The horizon", fields.get("horizon"), part="horizon", least=0.0)
    for column, sent in _fields(fields.get("biomarkers")).items():
        details = _fields(sent)
        for key, name in (("lower", "The lower limit"), ("upper", "The upper limit")):
            problems += _of_number(f"{name} of '{column[:60]}'", details.get(key), columns=(column,))
        low, high = _number(details.get("lower")), _number(details.get("upper"))
        if low is not None and high is not None and low >= high:
            what = f"The lower limit of '{column[:60]}' must lie below the upper one."
            problems.append(Problem(what, columns=(column,)))
    return tuple(problems)


def _of_number(
    name: str, sent: object, *, part: str = "", columns: tuple[str, ...] = (), least: float = -math.inf
) -> list[Problem]:
    if not isinstance(sent, str) or not sent.strip():
        return []
    number = _number(sent)
    if number is not None and number > least:
        return []
    wanted = "a number" if least == -math.inf else f"a number above {least:g}"
    todo = "Correct it, or leave it empty."
    return [Problem(f"{name} must be {wanted}.", chosen=todo, columns=columns, part=part)]


def _fields(sent: object) -> dict[str, Any]:
    given = cast("dict[Any, Any]", sent) if isinstance(sent, dict) else {}
    return {key: value for key, value in given.items() if isinstance(key, str)}


def _is_name(sent: object) -> bool:
    return isinstance(sent, str) and 0 < len(sent) <= MAX_NAME_LENGTH


def _name(fields: Mapping[str, Any], key: str) -> str | None:
    """A column or a level, exactly as the file spells it."""
    sent = fields.get(key)
    return sent if _is_name(sent) else None


def _column_or_none(fields: Mapping[str, Any], part: str, base: Draft) -> str | None:
    """A column; ``""`` where the reader chose none although one was proposed, so that none is found."""
    if fields.get(part) == "" and getattr(base.roles, part) is not None:
        return ""
    return _name(fields, part)


def _label(fields: Mapping[str, Any], key: str) -> str | None:
    sent = fields.get(key)
    return one_line(sent)[:MAX_LABEL_LENGTH].strip() or None if isinstance(sent, str) else None


def _unit(fields: Mapping[str, Any], key: str = "unit") -> TimeUnit | None:
    sent = fields.get(key)
    return cast(TimeUnit, sent) if isinstance(sent, str) and sent in get_args(TimeUnit) else None


def _number(sent: object) -> float | None:
    """A number as people type it: with a point or a comma before its decimals."""
    if not isinstance(sent, str) or len(sent) > 40:
        return None
    number = number_in(sent.strip().replace(",", ".", 1))
    return number if number is not None and math.isfinite(number) else None


def _positive(sent: object) -> float | None:
    number = _number(sent)
    return number if number is not None and number > 0 else None


def _list_by_column(sent: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """``crp=-999,999`` and its like as columns with their values; the last one of a column counts."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _list_values(sent):
        column, equals, values = entry.rpartition("=")
        if equals and column:
            found[column] = tuple(value for part in values.split(",") if (value := part.strip()))
    return tuple(found.items())


def _list_values(sent: object) -> tuple[str, ...]:
    listed = cast("list[Any]", sent) if isinstance(sent, list) else []
    return tuple(dict.fromkeys(name for name in listed if _is_name(name)))[:MAX_COLUMNS]
