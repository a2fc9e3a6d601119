"""From one or two files, with the dictionary beside them, to a checked trial or to every reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mirodash.errors import UnusableDataError
from mirodash.trial.checking import check
from mirodash.trial.dictionary_file import read_dictionary
from mirodash.trial.draft import Draft
from mirodash.trial.files import read_table
from mirodash.trial.problem import Problem
from mirodash.trial.roles import Roles, possible
from mirodash.trial.table import Table
from mirodash.trial.trial import Trial


def read_trial(paths: Sequence[Path], roles: Roles = Roles()) -> Trial:  # noqa: B008 - frozen
    """Read and check a trial.

    Parameters
    ----------
    paths : sequence of Path
        One file (CSV, XLSX, SAS, Parquet), with its dictionary ``<stem>.toml`` beside it if there is
        one, or ADSL and ADTTE in either order.
    roles : Roles
        What options say; they override the dictionary, which overrides ADaM and obvious names.

    Returns
    -------
    Trial
        Participants sorted by their identifiers (in the file's order when there are none).

    Raises
    ------
    UnusableDataError
        With a sentence for every problem, all at once.
    """
    tables, draft, problems = _read(paths)
    if problems:
        # the options alone can be judged without the files
        options: list[Problem] = []
        possible(roles, options)
        raise UnusableDataError([*(option.sentence for option in options), *problems])
    checked = check(tables, draft, roles)
    if checked.trial is None:
        raise UnusableDataError(problem.sentence for problem in checked.problems)
    return checked.trial


def _read(paths: Sequence[Path]) -> tuple[list[Table], Draft, list[str]]:
    """The tables, their dictionary, and a sentence for everything that cannot be read."""
    if not 1 <= len(paths) <= 2:
        return [], Draft(), [f"Give one file, or the two files ADSL and ADTTE; {len(paths)} were given."]
    tables: list[Table] = []
    draft, problems = Draft(), list[str]()
    for path in paths:
        try:
            tables.append(read_table(path))
        except UnusableDataError as error:
            problems += error.problems
    try:
        draft = _dictionary_beside(paths)
    except UnusableDataError as error:
        problems += error.problems
    return tables, draft, problems


def _dictionary_beside(paths: Sequence[Path]) -> Draft:
    beside = [path.with_suffix(".toml") for path in paths if path.name]
    found = [path for path in beside if path.is_file()]
    return read_dictionary(found[0]) if found else Draft()
