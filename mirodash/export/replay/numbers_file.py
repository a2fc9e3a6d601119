"""The numbers of a view in a file, and the same numbers made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from mirodash.errors import UnusableDataError
from mirodash.export.analysis_json import analysis_json
from mirodash.export.replay.comparing import Comparison, compare
from mirodash.export.replay.question import asked_in
from mirodash.export.strip_json import KIND
from mirodash.questions.report import analyze
from mirodash.trial.trial import Trial

NOT_JSON = "The file is neither JSON that can be read nor a PowerPoint file: it may be damaged."
NOT_NUMBERS = (
    "The file holds no numbers that can be made again: those are written by 'mirodash analyze --json', by "
    "'Numbers' in the menu Export of a page, and by 'mirodash export'."
)
A_STRIP = (
    "The file is a strip of views, which holds no numbers; 'mirodash export DATA --strip FILE' makes slides "
    "of it, and those can be replayed."
)
LARGEST = 10_000_000
"""In characters; a list of empty lists takes thirty times as much in memory."""
TOO_LARGE = "The file is larger than any file of numbers that MiroDash writes."
NOT_COMPARED = ("looks", "made")
"""What belongs to the browser and the day of the export, not to the data."""


@dataclass(frozen=True, slots=True)
class NumbersFile:
    """What `mirodash analyze --json` or a page wrote; ``version`` is empty where the file does not say it."""

    query: str
    fingerprint: str
    version: str
    content: Mapping[str, Any]


def read_numbers(text: str) -> NumbersFile:
    """Read a file of numbers.

    Raises
    ------
    UnusableDataError
        When it is none; a sentence says what it is instead, where that is known.
    """
    if len(text) > LARGEST:
        raise UnusableDataError(TOO_LARGE)
    try:
        read: Any = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnusableDataError(NOT_JSON) from error
    content = _object(read)
    if content.get("mirodash") == KIND:
        raise UnusableDataError(A_STRIP)
    query = _object(content.get("selection")).get("query")
    fingerprint = _object(content.get("trial")).get("fingerprint")
    if not isinstance(query, str) or not isinstance(fingerprint, str) or "groups" not in content:
        raise UnusableDataError(NOT_NUMBERS)
    version = _object(content.get("made")).get("version")
    return NumbersFile(query, fingerprint, version if isinstance(version, str) else "", content)


def replayed_numbers(file: NumbersFile, trial: Trial) -> Comparison:
    """Make the numbers of the file's view again from a trial, and compare them.

    Raises
    ------
    UnusableQuestionError
        When the view does not fit the trial.
    """
    made: Any = json.loads(json.dumps(analysis_json(analyze(trial, asked_in(file.query, trial)))))
    return compare(_comparable(file.content), _comparable(made))


def _comparable(content: Mapping[str, Any]) -> dict[str, Any]:
    """Everything but the question, which was taken from the file, and the fingerprint, told by itself."""
    kept = {key: value for key, value in content.items() if key not in NOT_COMPARED}
    for key, inside in (("selection", "query"), ("trial", "fingerprint")):
        kept[key] = {name: value for name, value in _object(kept.get(key)).items() if name != inside}
    return kept


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _object(value: object) -> Mapping[str, Any]:
    """A JSON object; whatever else it is, an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
