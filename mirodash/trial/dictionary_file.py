"""Reads the data dictionary beside a trial's file: a TOML file that names columns in the reader's words."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import Kind, Preset, Scale, TimeUnit
from mirodash.trial.draft import BiomarkerDraft, Draft, EndpointDraft, FactorDraft
from mirodash.trial.roles import Roles
from mirodash.trial.toml_section import Section

MOST_BYTES = 1_000_000


def read_dictionary(path: Path) -> Draft:
    """Read a dictionary file.

    Raises
    ------
    UnusableDataError
        With a sentence for every key that is unknown, of the wrong kind or missing.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > MOST_BYTES:
            raise UnusableDataError(f"The dictionary '{path.name}' is larger than a dictionary can be.")
        text = raw.decode("utf-8-sig")
    except ValueError as error:
        raise UnusableDataError(f"The dictionary '{path.name}' is not a TOML file in UTF-8.") from error
    except OSError as error:
        raise UnusableDataError(f"The dictionary '{path.name}' cannot be opened.") from error
    return dictionary_in(text, path.name)


def dictionary_in(text: str, name: str) -> Draft:
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
    draft = _draft(name, Section("", content, problems))
    if problems:
        raise UnusableDataError(f"Dictionary '{name}': {problem}" for problem in problems)
    return draft


def _draft(file: str, top: Section) -> Draft:
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
        endpoints=tuple(_endpoint(key, section) for key, section in top.sections("endpoints")),
        biomarkers=tuple(_biomarker(key, section) for key, section in top.sections("biomarkers")),
        factors=tuple(_factor(key, section) for key, section in top.sections("factors")),
        randomised_within=within,
        default_strata=randomisation.texts("strata") or within,
        french=top.labels("french"),
        leave_out=top.texts("leave_out"),
    )
    for section in (columns, arms, randomisation, top):
        section.close()
    return draft


def _endpoint(key: str, section: Section) -> EndpointDraft:
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
    )
    section.close()
    return endpoint


def _biomarker(column: str, section: Section) -> BiomarkerDraft:
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
        presets=tuple(_preset(item) for item in section.items("presets")),
        default_thresholds=_thresholds(section, "default_thresholds"),
    )
    low, high = biomarker.lower_limit, biomarker.upper_limit
    if low is not None and high is not None and low >= high:
        section.add("'lower_limit' must lie below 'upper_limit'.")
    section.close()
    return biomarker


def _preset(section: Section) -> Preset:
    preset = Preset(section.require("name", section.text("name")), _thresholds(section, "thresholds"))
    section.close()
    return preset


def _thresholds(section: Section, key: str) -> tuple[float, ...]:
    """Up to three thresholds in ascending order: what a view can hold."""
    given = tuple(sorted(set(section.numbers(key))))
    if len(given) > 3:
        section.add(f"'{key}' has {len(given)} thresholds; at most three can be set.")
    return given


def _factor(column: str, section: Section) -> FactorDraft:
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
