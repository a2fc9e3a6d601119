"""From what was typed to a trial and a view of it, checked against each other."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError, UnusableQuestionError
from mirodash.settings import Settings
from mirodash.stratification.command_options import Asked, asked_numbers, asked_selection
from mirodash.stratification.selection import KEYS, Selection, not_understood
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from mirodash.uploads.uploads import OWN


def opened(data: tuple[str, ...], *, query: str | None, **options: Any) -> tuple[Trial, Selection]:
    """The trial that was asked for and the view of it, checked against each other."""
    asked = Asked(**{item.name: options.pop(item.name) for item in fields(Asked)})
    linked = _linked((query or "").split("?")[-1].split("#")[0])
    roles = Roles(**options)
    if is_built_in(data):
        first = next(iter(SAMPLES))
        if linked.trial.startswith(OWN):
            raise UnusableQuestionError(
                "The link in --query is about a trial that somebody uploaded: give its file as DATA."
            )
        name = data[0] if data else linked.trial or first
        if linked.trial not in ("", name):
            raise UnusableQuestionError(
                f"The link in --query is about the trial '{linked.trial[:60]}', and DATA is '{name}': "
                "leave one of them out."
            )
        trial = _sample(name, roles)
        linked = replace(linked, trial="" if name == first else name, **_asked_of(roles))
    else:
        trial = _read(data, roles, asked)
        linked = replace(linked, trial="")
    trial = replace(trial, min_cell=Settings.from_env().min_cell)
    return trial, asked_selection(trial, linked, asked)


def _read(data: tuple[str, ...], roles: Roles, asked: Asked) -> Trial:
    """The trial in files; what is wrong with the question as such is said with what is wrong with them."""
    try:
        return read_trial(tuple(Path(name) for name in data), roles)
    except UnusableDataError as error:
        raise UnusableDataError([*error.problems, *asked_numbers(asked)[1]]) from error


def _linked(query: str) -> Selection:
    """The view that a pasted link holds; a key that means nothing is a question not asked."""
    unknown = not_understood(query)
    if unknown:
        known = ", ".join(KEYS)
        raise UnusableQuestionError(
            f"'{key[:60]}' in --query means nothing here; what can stand there is {known}, keep.COLUMN "
            "and range.COLUMN."
            for key in unknown
        )
    return Selection.from_query(query)


def is_built_in(data: tuple[str, ...]) -> bool:
    """True for no data at all, or a name; a file has an ending, or is there."""
    if len(data) != 1:
        return not data
    return data[0] in SAMPLES or not (Path(data[0]).suffix or Path(data[0]).exists())


def _sample(name: str, roles: Roles) -> Trial:
    """A built-in trial; its columns are described already, so options cannot name others."""
    trial = sample(name)
    about_files = ("id", "time", "event", "event_value", "arm", "site", "country", "param", "time_unit")
    said = [f"--{part.replace('_', '-')}" for part in about_files if getattr(roles, part) is not None]
    if said:
        raise UnusableQuestionError(
            f"{', '.join(said)} can only be given for a file: the columns of '{name}' are described already."
        )
    return trial


def _asked_of(roles: Roles) -> dict[str, str]:
    """What says how to read a file is, for a built-in trial, a question to it."""
    return {part: value for part in ("biomarker", "control", "treated") if (value := getattr(roles, part))}
