"""Makes the trial of uploaded tables and their dictionary, in a child process as all that reads cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mirodash.errors import UnusableDataError
from mirodash.trial.build import check
from mirodash.trial.dictionary_toml import dictionary_in
from mirodash.uploads import child, sandbox
from mirodash.uploads.arrow_table import table_from
from mirodash.uploads.arrow_trial import revision_of, trial_bytes
from mirodash.uploads.intake import whole
from mirodash.uploads.sandbox import Allowance, Work

TABLES = ("table 1", "table 2")
_DICTIONARY, _TRIAL = "dictionary", "trial"
FILE = "This file"
"""What an upload is called where nobody looked what its reader calls it."""


def built(contents: Sequence[bytes], dictionary: bytes, allowed: Allowance) -> bytes:
    """The bytes of the trial that a dictionary makes of tables.

    Parameters
    ----------
    contents : sequence of bytes
        Of one or two tables, as `arrow_table.table_bytes` makes them.
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
    work = Work(f"{__name__}:build", FILE, (_TRIAL, child.PROBLEMS), {"tables": len(contents)}, files)
    with sandbox.in_words(FILE):
        answer = sandbox.run(work, allowed, sandbox.LOOKING)
    return whole(answer, _TRIAL, FILE)


def build(about: Mapping[str, Any]) -> None:
    """Build the trial of the files in this folder; what a child does."""
    tables = [table_from(Path(name).read_bytes()) for name in TABLES[: about["tables"]]]
    dictionary = Path(_DICTIONARY).read_bytes()
    checked = check(tables, dictionary_in(dictionary.decode(), f"{Path(tables[0].name).stem}.toml"))
    if checked.trial is None:
        raise UnusableDataError(dict.fromkeys(problem.shown for problem in checked.problems))
    Path(_TRIAL).write_bytes(trial_bytes(checked.trial, revision_of(dictionary)))
