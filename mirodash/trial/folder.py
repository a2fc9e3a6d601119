"""Every trial in a folder: each file with its dictionary beside it, ADSL and ADTTE together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mirodash.errors import UnusableDataError
from mirodash.trial.reading import read_trial
from mirodash.trial.trial import Trial

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xpt", ".sas7bdat", ".parquet")
"""How the names of files end that can hold a trial; what else lies in a folder is not its business."""

_PEOPLE = re.compile("adsl", re.IGNORECASE)
_ENDPOINTS = "adtte"


@dataclass(frozen=True, slots=True)
class FolderOfTrials:
    """What is in a folder: its trials by name, and a sentence for every file that is none."""

    trials: tuple[Trial, ...]
    problems: tuple[str, ...]


def trials_in(folder: Path) -> FolderOfTrials:
    """Read every trial in a folder; what cannot be read is told and left out.

    Raises
    ------
    UnusableDataError
        When the folder cannot be looked into, or holds nothing that can be read as a trial.
    """
    trials: list[Trial] = []
    problems: list[str] = []
    for paths in _together(_files(folder)):
        try:
            trials.append(read_trial(paths))
        except UnusableDataError as error:
            problems += (f"'{paths[0].name}' is left out: {problem}" for problem in error.problems)
    if not trials:
        empty = f"The folder '{folder.name}' holds no trial: no {', '.join(SUFFIXES)} file can be read."
        raise UnusableDataError([empty, *problems])
    return FolderOfTrials(tuple(trials), tuple(problems))


def _files(folder: Path) -> list[Path]:
    try:
        inside = sorted(folder.iterdir())
        return [path for path in inside if _is_visible(path) and path.suffix.lower() in SUFFIXES]
    except OSError as error:
        raise UnusableDataError(
            f"The folder '{folder.name}' cannot be looked into; name one that is there and can be read."
        ) from error


def _is_visible(path: Path) -> bool:
    """Editors and Excel leave files of their own beside an open one (``~$trial.xlsx``)."""
    return path.is_file() and not path.name.startswith((".", "~$"))


def _together(files: Iterable[Path]) -> Iterator[list[Path]]:
    """The files of each trial: two whose names differ in ADSL and ADTTE alone, or one."""
    left = {path.name.casefold(): path for path in files}
    for name, path in list(left.items()):
        beside = left.get(_PEOPLE.sub(_ENDPOINTS, name)) if _PEOPLE.search(name) else None
        if beside is not None:
            del left[name], left[beside.name.casefold()]
            yield [path, beside]
    yield from ([path] for path in left.values())
