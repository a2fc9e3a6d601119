"""Uploads taken in: files are read and trials built in a process that may fail without harm."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.settings import Settings
from mirodash.trial.build import check
from mirodash.trial.dictionary_toml import parse_dictionary
from mirodash.trial.joining import MAX_FILES
from mirodash.trial.readers.limits import UPLOAD_LIMITS
from mirodash.trial.table import Table, one_line
from mirodash.uploads import reader_process
from mirodash.uploads.reader_process import Allowance, Work
from mirodash.uploads.serialisation import revision_of, table_from, trial_bytes, unsealed

MAX_SENTENCE_LENGTH = 2_000


def allowance(settings: Settings) -> Allowance:
    """What whoever runs the program allows."""
    limits = replace(
        UPLOAD_LIMITS,
        size=settings.largest_upload,
        # no text has more characters than bytes, but a packed file has
        text=max(UPLOAD_LIMITS.text, 2 * settings.largest_upload),
        rows=settings.upload_rows,
        columns=settings.upload_columns,
        cells=settings.upload_cells,
        cell=settings.upload_cell,
        inflated=settings.upload_inflated,
        ratio=settings.upload_ratio,
        # a cell of a sheet is four marks, and takes ten times as long to read as one of a text
        tags=max(UPLOAD_LIMITS.tags, settings.upload_cells // 2),
    )
    return Allowance(limits, settings.upload_seconds, settings.upload_memory)


DEFAULT_LIMITS = allowance(Settings())
"""What nobody set."""


def taken_in(
    files: Sequence[tuple[str, Path]], allowed: Allowance = DEFAULT_LIMITS, *, sheet: str = ""
) -> tuple[bytes, ...]:
    """Read files as tables of text, in the order given, each as the bytes that are kept of it.

    Parameters
    ----------
    files : sequence of (str, Path)
        What its owner calls each file, and where it lies: a private folder, in which the answer is
        written as well.
    allowed : Allowance
        What reading one of them may take.
    sheet : str
        Of a workbook; empty for the one that looks most like a trial.

    Raises
    ------
    UnusableDataError
        With sentences about every file that cannot be read, whatever it did to its reader.
    """
    contents: list[bytes] = []
    problems: list[str] = []
    for name, path in files:
        try:
            contents.append(_read(name, path, allowed, sheet))
        except UnusableDataError as error:
            problems += error.problems
    if problems:
        raise UnusableDataError(problems)
    return tuple(contents)


def tables_of(files: Sequence[tuple[str, Path]], allowed: Allowance = DEFAULT_LIMITS) -> tuple[Table, ...]:
    """The tables themselves, for whoever looks at them here; a server never does."""
    return tuple(map(table_from, taken_in(files, allowed)))


def _read(name: str, path: Path, allowed: Allowance, sheet: str) -> bytes:
    limits = asdict(allowed.limits)
    about = {"path": str(path.absolute()), "name": name, "limits": limits, "sheet": sheet}
    work = Work(
        f"{reader_process.__name__}:read", name, (reader_process.TABLE, reader_process.PROBLEMS), about, {}
    )
    with reader_process.in_words(name):
        answer = reader_process.run(work, allowed, reader_process.READING, beside=path.parent)
    return whole(answer, reader_process.TABLE, name)


def whole(answer: dict[str, bytes], wanted: str, name: str) -> bytes:
    """What a child left; it saw what a stranger sent, so its answer is believed no more than that.

    Parameters
    ----------
    answer : dict of str to bytes
        What the child left.
    wanted : str
        The part of it that is there when everything went well, with its digest.
    name : str
        What the reader calls the file.

    Raises
    ------
    UnusableDataError
        With the sentences that the child left in its place, or with one that it left nothing of use.
    """
    try:
        if wanted in answer:
            unsealed(answer[wanted])
            return answer[wanted]
        problems = _sentences(json.loads(answer[reader_process.PROBLEMS]))
    except Exception as error:  # whatever a damaged answer raises, the reader hears a sentence
        raise UnusableDataError(
            f"'{name}' cannot be read: it is damaged, or far larger inside than the file of a trial; "
            "save its table as CSV and send that."
        ) from error
    raise UnusableDataError(problems)


def _sentences(answer: Any) -> list[str]:
    # cut before they are looked at sign by sign: an answer may be as long as a file
    problems = [
        one_line(str(problem)[:MAX_SENTENCE_LENGTH])
        for problem in islice(answer, reader_process.MAX_PROBLEMS)
    ]
    if not problems:
        raise ValueError
    return problems


TABLES = tuple(f"table {k + 1}" for k in range(MAX_FILES))
_DICTIONARY, _TRIAL = "dictionary", "trial"
FILE = "This file"
"""What an upload is called where nobody looked what its reader calls it."""


def built(contents: Sequence[bytes], dictionary: bytes, allowed: Allowance) -> bytes:
    """The bytes of the trial that a dictionary makes of tables.

    Parameters
    ----------
    contents : sequence of bytes
        Of one table or several, as `arrow_table.table_bytes` makes them.
    dictionary : bytes
        The text of a dictionary file.
    allowed : Allowance
        What it may take.

    Raises
    ------
    UnusableDataError
        With a sentence for everything that keeps the tables from being a trial.
    """
    files = {**dict(zip(TABLES, contents, strict=False)), _DICTIONARY: dictionary}
    work = Work(
        f"{__name__}:build", FILE, (_TRIAL, reader_process.PROBLEMS), {"tables": len(contents)}, files
    )
    with reader_process.in_words(FILE):
        answer = reader_process.run(work, allowed, reader_process.LOOKING)
    return whole(answer, _TRIAL, FILE)


def build(about: Mapping[str, Any]) -> None:
    """Build the trial of the files in this folder; what a child does."""
    tables = [table_from(Path(name).read_bytes()) for name in TABLES[: about["tables"]]]
    dictionary = Path(_DICTIONARY).read_bytes()
    checked = check(tables, parse_dictionary(dictionary.decode(), f"{Path(tables[0].name).stem}.toml"))
    if checked.trial is None:
        raise UnusableDataError(dict.fromkeys(problem.shown for problem in checked.problems))
    Path(_TRIAL).write_bytes(trial_bytes(checked.trial, revision_of(dictionary)))
