"""The data dictionary as a TOML file: read with a sentence for every mistake, and written."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TypeVar, cast, get_args

import tomli_w

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import (
    BiomarkerDraft,
    Draft,
    EndpointDraft,
    FactorDraft,
    Kind,
    MeasureDraft,
    MeasureKind,
    Preset,
    Roles,
    Scale,
    TimeUnit,
)
from mirodash.trial.table import level_name, suggest_name, text_of

T = TypeVar("T")


class Section:
    """A table of a TOML file; `close` reports the keys nobody asked for.

    Parameters
    ----------
    place : str
        How the table is named in sentences, e.g. ``[endpoints.death]``; empty at the top.
    content : mapping
    problems : list of str
        To which a sentence for every mistake is added.
    """

    def __init__(self, place: str, content: Mapping[str, object], problems: list[str]) -> None:
        self.place = place
        self._content = content
        self._problems = problems
        self._known: list[str] = []

    def text(self, key: str) -> str | None:
        """A text that is not empty."""
        return self._take(key, "a text in quotation marks", _as_text) or None

    def choice(self, key: str) -> str | None:
        """A text; an empty one says that there is none, which is more than saying nothing."""
        return self._take(key, "a text in quotation marks", _as_text)

    def words(self, key: str, default: str) -> str:
        """A text, or what stands for it when nothing is said."""
        return self.text(key) or default

    def flag(self, key: str, *, otherwise: bool = False) -> bool:
        """True or false; ``otherwise`` when nothing is said."""
        said = self._take(key, "true or false", _as_flag)
        return otherwise if said is None else said

    def number(self, key: str) -> float | None:
        """A finite number."""
        return self._take(key, "a number", _as_number)

    def positive(self, key: str) -> float | None:
        """A finite number above 0."""
        return self._take(key, "a number above 0", _as_positive)

    def count(self, key: str) -> int | None:
        """A whole number from 0 to 8, for decimals."""
        return self._take(key, "a whole number from 0 to 8", _as_count)

    def level(self, key: str) -> str | None:
        """A value of a column: a text, a number or true/false, as the name of a level."""
        return self._take(key, "a text, a number or true/false", _as_level)

    def one_of(self, key: str, choices: tuple[T, ...]) -> T | None:
        """One of some words."""
        named = ", ".join(f'"{choice}"' for choice in choices)
        return self._take(key, f"one of {named}", lambda v: v if v in choices else None)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self._take(key, 'a list of texts like ["a", "b"]', _list_of(_as_text)) or ()

    def levels(self, key: str) -> tuple[str, ...]:
        """A list of values of a column."""
        return self._take(key, 'a list of values like [1, "dead"]', _list_of(_as_level)) or ()

    def levels_by_column(self, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """A table with a list of values for each column."""
        inside = self.section(key)
        return tuple((name, inside.levels(name)) for name in inside.names())

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of finite numbers."""
        return self._take(key, "a list of numbers like [750, 3700]", _list_of(_as_number)) or ()

    def labels(self, key: str) -> tuple[tuple[str, str], ...]:
        """A table of texts like ``{ F = "female" }``, in its order."""
        return self._take(key, 'a table of texts like { F = "female" }', _as_labels) or ()

    def section(self, key: str) -> Section:
        """A table inside this one; empty when it is not there."""
        found = self._take(key, "a table", _as_table)
        return Section(self._inside(key), found or {}, self._problems)

    def sections(self, key: str) -> list[tuple[str, Section]]:
        """Every table inside the table ``key``, with its name."""
        inside = self.section(key)
        before = len(self._problems)
        found: list[tuple[str, Section]] = []
        for name in inside.names():
            section = inside.section(name)
            if len(self._problems) == before:
                found.append((name, section))
            before = len(self._problems)
        return found

    def names(self) -> tuple[str, ...]:
        """The keys in the file's order."""
        return tuple(self._content)

    def add(self, problem: str) -> None:
        """Report something this table says that cannot be."""
        self._problems.append(f"{self._named()}: {problem}")

    def items(self, key: str) -> list[Section]:
        """Every table of a list of tables."""
        found = self._take(key, "a list of tables like [{ name = ... }]", _list_of(_as_table)) or ()
        return [Section(f"{self._inside(key)} no. {i}", t, self._problems) for i, t in enumerate(found, 1)]

    def require(self, key: str, value: str | None) -> str:
        """``value``, with a sentence when it was never given."""
        if self._content.get(key, "") == "":
            self.add(f"'{key}' is missing.")
        return value or ""

    def close(self) -> None:
        """Report every key that means nothing here."""
        for key in self._content:
            if key not in self._known:
                hint = suggest_name(key, self._known) or f"; known are {', '.join(self._known)}."
                self._problems.append(f"{self._named()} has an unknown key '{key}'{hint}")

    def _take(self, key: str, wanted: str, convert: Callable[[object], T | None]) -> T | None:
        self._known.append(key)
        if key not in self._content:
            return None
        value = convert(self._content[key])
        if value is None:
            self.add(f"'{key}' must be {wanted}.")
        return value

    def _inside(self, key: str) -> str:
        return f"[{self.place.strip('[]')}.{key}]" if self.place else f"[{key}]"

    def _named(self) -> str:
        return self.place or "The top of the file"


def _as_text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None


def _as_flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _as_positive(value: object) -> float | None:
    number = _as_number(value)
    return number if number is not None and number > 0 else None


def _as_count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 8 else None


def _as_level(value: object) -> str | None:
    if isinstance(value, str):
        return level_name(value.strip()) or None
    return text_of(value) if isinstance(value, bool) or _as_number(value) is not None else None


def _as_table(value: object) -> Mapping[str, object] | None:
    return cast(Mapping[str, object], value) if isinstance(value, dict) else None


def _as_labels(value: object) -> tuple[tuple[str, str], ...] | None:
    table = _as_table(value)
    if table is None or not all(isinstance(label, str) and label.strip() for label in table.values()):
        return None
    return tuple((level_name(level.strip()), str(label).strip()) for level, label in table.items())


def _list_of(convert: Callable[[object], T | None]) -> Callable[[object], tuple[T, ...] | None]:
    def converted(value: object) -> tuple[T, ...] | None:
        if not isinstance(value, list):
            return None
        items = [convert(item) for item in cast(Sequence[object], value)]
        return None if any(item is None for item in items) else tuple(i for i in items if i is not None)

    return converted


MAX_BYTES = 1_000_000


def read_dictionary(path: Path) -> Draft:
    """Read a dictionary file.

    Raises
    ------
    UnusableDataError
        With a sentence for every key that is unknown, of the wrong kind or missing.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise UnusableDataError(f"The dictionary '{path.name}' is larger than a dictionary can be.")
        text = raw.decode("utf-8-sig")
    except ValueError as error:
        raise UnusableDataError(f"The dictionary '{path.name}' is not a TOML file in UTF-8.") from error
    except OSError as error:
        raise UnusableDataError(f"The dictionary '{path.name}' cannot be opened.") from error
    return parse_dictionary(text, path.name)


def parse_dictionary(text: str, name: str) -> Draft:
    """What a dictionary says that is already text; ``name`` is how sentences call it.

    Raises
    ------
    UnusableDataError
        With a sentence for every key that is unknown, of the wrong kind or missing.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnusableDataError(f"The dictionary '{name}' is not valid TOML: {error}.") from error
    except (RecursionError, ValueError) as error:
        raise UnusableDataError(f"The dictionary '{name}' is not a TOML file in UTF-8.") from error
    problems: list[str] = []
    draft = _read_draft(name, Section("", content, problems))
    if problems:
        raise UnusableDataError(f"Dictionary '{name}': {problem}" for problem in problems)
    return draft


def _read_draft(file: str, top: Section) -> Draft:
    columns, arms, randomisation = top.section("columns"), top.section("arms"), top.section("randomisation")
    within = randomisation.texts("within")
    draft = Draft(
        file=file,
        title=top.text("title"),
        synthetic=top.flag("synthetic"),
        description=top.words("description", ""),
        source=top.words("source", ""),
        population=top.words("population", "randomised"),
        roles=Roles(
            id=columns.choice("participant"),
            arm=columns.text("arm"),
            site=columns.choice("site"),
            country=columns.choice("country"),
            control=arms.level("control"),
            treated=arms.level("treated"),
            param=columns.text("parameter"),
        ),
        arm_labels=arms.labels("labels"),
        endpoints=tuple(_read_endpoint(key, section) for key, section in top.sections("endpoints")),
        biomarkers=tuple(_read_biomarker(key, section) for key, section in top.sections("biomarkers")),
        factors=tuple(_read_factor(key, section) for key, section in top.sections("factors")),
        randomised_within=within,
        default_strata=randomisation.texts("strata") or within,
        french=top.labels("french"),
        leave_out=top.texts("leave_out"),
        ignore=top.texts("ignore"),
        missing=top.levels_by_column("missing"),
        keep=top.levels_by_column("keep"),
        measurements=tuple(_read_measure(key, section) for key, section in top.sections("measurements")),
    )
    for section in (columns, arms, randomisation, top):
        section.close()
    return draft


def _read_endpoint(key: str, section: Section) -> EndpointDraft:
    endpoint = EndpointDraft(
        key=key,
        time=section.require("time", section.text("time")),
        event=section.require("event", section.text("event")),
        label=section.text("label"),
        event_value=section.level("event_value"),
        unit=section.one_of("unit", get_args(TimeUnit)),
        horizon=section.positive("horizon"),
        origin=section.words("origin", "randomisation"),
        singular=section.words("singular", "event"),
        plural=section.words("plural", "events"),
        event_free=section.words("event_free", "event-free"),
        entry=section.text("entry"),
        other_event_values=section.levels("other_event_values"),
        censored_values=section.levels("censored_values"),
        competing=section.levels("competing"),
        competing_word=section.words("competing_word", ""),
    )
    section.close()
    return endpoint


def _read_biomarker(column: str, section: Section) -> BiomarkerDraft:
    biomarker = BiomarkerDraft(
        column=column,
        label=section.text("label"),
        short=section.text("short"),
        unit=section.words("unit", ""),
        scale=section.one_of("scale", get_args(Scale)),
        decimals=section.count("decimals"),
        lower_limit=section.number("lower_limit"),
        upper_limit=section.number("upper_limit"),
        note=section.words("note", ""),
        presets=tuple(_read_preset(item) for item in section.items("presets")),
        default_thresholds=_read_thresholds(section, "default_thresholds"),
        equal_above=section.flag("equal_above"),
    )
    low, high = biomarker.lower_limit, biomarker.upper_limit
    if low is not None and high is not None and low >= high:
        section.add("'lower_limit' must lie below 'upper_limit'.")
    section.close()
    return biomarker


def _read_preset(section: Section) -> Preset:
    preset = Preset(
        section.require("name", section.text("name")),
        _read_thresholds(section, "thresholds"),
        section.text("source") or "",
    )
    section.close()
    return preset


def _read_thresholds(section: Section, key: str) -> tuple[float, ...]:
    """Up to three thresholds in ascending order: what a view can hold."""
    given = tuple(sorted(set(section.numbers(key))))
    if len(given) > 3:
        section.add(f"'{key}' has {len(given)} thresholds; at most three can be set.")
    return given


def _read_factor(column: str, section: Section) -> FactorDraft:
    factor = FactorDraft(
        column=column,
        kind=section.one_of("kind", get_args(Kind)),
        label=section.text("label"),
        unit=section.words("unit", ""),
        decimals=section.count("decimals"),
        levels=section.labels("levels"),
        cut=section.number("cut"),
    )
    section.close()
    return factor


def _read_measure(key: str, section: Section) -> MeasureDraft:
    limits, visits = section.numbers("limits"), section.numbers("visits")
    columns = section.section("columns")
    times = tuple((name, columns.number(name)) for name in columns.names())
    measure = MeasureDraft(
        key=key,
        label=section.text("label"),
        short=section.text("short"),
        unit=section.words("unit", ""),
        decimals=section.count("decimals"),
        direction=section.one_of("direction", ("higher", "lower")),
        limits=(limits[0], limits[1]) if len(limits) == 2 else None,
        visits=tuple(sorted(set(visits))),
        visits_unit=section.one_of("visits_unit", get_args(TimeUnit)) or "days",
        note=section.words("note", ""),
        kind=section.one_of("kind", get_args(MeasureKind)),
        source=section.words("source", ""),
        columns=tuple((name, time) for name, time in times if time is not None),
        time_unit=section.one_of("time_unit", get_args(TimeUnit)),
        used=section.flag("used", otherwise=True),
    )
    if limits and (len(limits) != 2 or limits[0] >= limits[1]):
        section.add("'limits' must be the lowest and the highest value, like [0, 48].")
    columns.close()
    section.close()
    return measure


_PARTS = {"participant": "id", "arm": "arm", "site": "site", "country": "country", "parameter": "param"}
"""The keys of ``[columns]`` and the roles they name."""

_CAN_BE_NOBODY = ("participant", "site", "country")

_Written = str | bool | int | float | list[object] | dict[str, object]


def write_dictionary(draft: Draft) -> str:
    """A draft as TOML, in the order in which a person would write it.

    Only what a dictionary can say is written: texts without blanks around them, and of ``draft.roles``
    the columns, the arms and the ``PARAMCD``. What is left to the data stays left out.

    Examples
    --------
    >>> print(write_dictionary(Draft(title="Trial", leave_out=("days",))), end="")
    title = "Trial"
    leave_out = [
        "days",
    ]
    """
    roles = draft.roles
    content: dict[str, object] = _select_given(
        draft, Draft(), ("title", "synthetic", "description", "source")
    )
    content |= _select_given(draft, Draft(), ("population", "leave_out", "ignore"))
    columns = {key: getattr(roles, part) for key, part in _PARTS.items()}
    content["columns"] = {
        key: name for key, name in columns.items() if name or (name == "" and key in _CAN_BE_NOBODY)
    }
    content["arms"] = _texts({"control": roles.control, "treated": roles.treated})
    if draft.arm_labels:
        content["arms"] |= {"labels": dict(draft.arm_labels)}
    content["endpoints"] = {e.key: _item(e, EndpointDraft("", "", "")) for e in draft.endpoints}
    content["biomarkers"] = {b.column: _item(b, BiomarkerDraft("")) for b in draft.biomarkers}
    content["factors"] = {f.column: _item(f, FactorDraft("")) for f in draft.factors}
    content["measurements"] = {m.key: _item(m, MeasureDraft("")) for m in draft.measurements}
    content["randomisation"] = _randomisation(draft)
    content["missing"] = {name: list(codes) for name, codes in draft.missing}
    content["keep"] = {name: list(values) for name, values in draft.keep}
    content["french"] = dict(draft.french)
    text = tomli_w.dumps({key: value for key, value in content.items() if value not in ({}, [])})
    # half of a surrogate pair, which a browser may send, is no text that a file can hold
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _texts(values: Mapping[str, str | None]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value}


def _randomisation(draft: Draft) -> dict[str, object]:
    said: dict[str, object] = {}
    if draft.randomised_within:
        said["within"] = list(draft.randomised_within)
    if draft.default_strata != draft.randomised_within:
        said["strata"] = list(draft.default_strata)
    return said


def _item(
    item: EndpointDraft | BiomarkerDraft | FactorDraft | MeasureDraft,
    silent: EndpointDraft | BiomarkerDraft | FactorDraft | MeasureDraft,
) -> dict[str, object]:
    """The keys of one endpoint, biomarker, factor or measurement; its name stands in the heading."""
    keys = [f.name for f in fields(item)]
    return _select_given(item, silent, [key for key in keys if key not in ("key", "column")])


def _select_given(item: object, silent: object, keys: list[str] | tuple[str, ...]) -> dict[str, object]:
    """The values of these keys that differ from what stands for "not said"."""
    values = {key: getattr(item, key) for key in keys if getattr(item, key) != getattr(silent, key)}
    return {key: _write_value(key, value) for key, value in values.items()}


def _write_value(key: str, value: object) -> _Written:
    if key in ("levels", "columns") and isinstance(value, tuple):
        return dict(value)
    if isinstance(value, tuple):
        return [_write_value("", item) for item in value]
    if isinstance(value, Preset):
        cited = {"source": value.source} if value.source else {}
        return {"name": value.name, "thresholds": _write_value("", value.thresholds), **cited}
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if isinstance(value, bool | int | float) else str(value)
