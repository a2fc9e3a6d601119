"""Comparison of the numbers in a file with the same numbers computed again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn, cast

from mirodash.errors import UnusableDataError, UnusableQuestionError
from mirodash.export.analysis_json import analysis_json
from mirodash.export.progression_json import progression_json
from mirodash.export.saved_json import KIND
from mirodash.questions.progression.measured import progression
from mirodash.questions.progression.slope_search import search_slope_thresholds
from mirodash.questions.report import analyze
from mirodash.stratification.selection import MAX_QUERY_LENGTH, Selection, not_understood
from mirodash.stratification.validation import validate
from mirodash.text.labels import one_line
from mirodash.text.numbers import count
from mirodash.trial.trial import Trial

MAX_VALUE_LENGTH = 80
MAX_NAME_LENGTH = 60
SHOWN_ALIKE = 20
SAVED_DIGITS = 15
"""Significant digits that LibreOffice keeps of a chart's numbers; a double has up to 17."""
HALF_A_DIGIT = 0.501 * 10.0 ** (1 - SAVED_DIGITS)
NOTHING = "nothing"
NAMES = ("label", "arm", "reason")
"""What an entry of a list is called, if it says so itself."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same; ``then`` and ``now`` are written out in full precision.

    ``rounded`` tells that both are one number to `SAVED_DIGITS`, as some programs round what they save.
    """

    where: str
    then: str
    now: str
    rounded: bool = False

    @property
    def sentence(self) -> str:
        """What differs, where, on one line."""
        return f"{self.where}: {self.then} in the file, {self.now} now"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many values were compared, and those that differ, in the order of what comes out now."""

    compared: int
    differences: tuple[Difference, ...]


def compare(then: object, now: object, *, where: str = "") -> Comparison:
    """Compare everything within two JSON values, to the last bit of each number.

    Parameters
    ----------
    then : JSON value
        From a file; it may be anything.
    now : JSON value
        As it is made now.
    where : str
        What both are called.
    """
    found = list(_compare(then, now, where))
    return Comparison(len(found), tuple(one for one in found if one is not None))


def _compare(then: object, now: object, where: str) -> Iterator[Difference | None]:
    """Yield a difference, or None where there is none, for every value in either."""
    if isinstance(then, dict) and isinstance(now, dict):
        yield from _in_objects(cast("Mapping[str, Any]", then), cast("Mapping[str, Any]", now), where)
    elif isinstance(then, list) and isinstance(now, list):
        yield from _in_lists(cast("Sequence[Any]", then), cast("Sequence[Any]", now), where)
    else:
        yield None if _same(then, now) else Difference(where, *_apart(then, now), _round(then, now))


def _in_objects(then: Mapping[str, Any], now: Mapping[str, Any], where: str) -> Iterator[Difference | None]:
    for key in dict.fromkeys((*now, *then)):
        inside = _join(where, one_line(key, MAX_NAME_LENGTH))
        if key not in then:
            yield Difference(inside, NOTHING, _show(now[key]))
        elif key not in now:
            yield Difference(inside, _show(then[key]), NOTHING)
        else:
            yield from _compare(then[key], now[key], inside)


def _in_lists(then: Sequence[Any], now: Sequence[Any], where: str) -> Iterator[Difference | None]:
    if len(then) != len(now):
        yield Difference(where, _show(then), _show(now))
        return
    for place, (before, after) in enumerate(zip(then, now, strict=True)):
        yield from _compare(before, after, f"{where}[{place}]{_name(after)}")


def _join(where: str, key: str) -> str:
    if not where:
        return key
    return f"{where} {key}" if where.endswith(":") else f"{where}.{key}"


def _name(entry: object) -> str:
    """What an entry calls itself, so that nobody has to count: `` pNFH ≤ 3,700 pg/mL:``."""
    if not isinstance(entry, dict):
        return ""
    said = cast("Mapping[str, Any]", entry)
    name = next((said[key] for key in NAMES if isinstance(said.get(key), str)), "")
    return f" {one_line(name, MAX_NAME_LENGTH)}:" if name else ""


def _same(one: object, other: object) -> bool:
    """Whether two values are the same to the last bit; 1 and 1.0 are not, nor are 0.0 and −0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float) and isinstance(other, float):
        return one.hex() == other.hex()
    return one == other


def _round(one: object, other: object) -> bool:
    if not (isinstance(one, float) and isinstance(other, float)):
        return False
    return math.isclose(one, other, rel_tol=HALF_A_DIGIT, abs_tol=0.0)


def _apart(then: object, now: object) -> tuple[str, str]:
    """Two values as they are shown; long texts from shortly before they part."""
    if not (isinstance(then, str) and isinstance(now, str)):
        return _show(then), _show(now)
    alike = next((k for k, (a, b) in enumerate(zip(then, now, strict=False)) if a != b), 0)
    start = alike - SHOWN_ALIKE if max(len(then), len(now)) > MAX_VALUE_LENGTH else 0
    if start <= 0:
        return _show(then), _show(now)
    return _show(f"…{then[start:]}"), _show(f"…{now[start:]}")


def _show(value: object) -> str:
    """A value with all its digits; of what holds many, how many."""
    if isinstance(value, dict):
        return f"an object with {count(len(cast('Mapping[str, Any]', value)))} keys"
    if isinstance(value, list):
        return f"a list of {count(len(cast('Sequence[Any]', value)))}"
    return one_line(json.dumps(value, ensure_ascii=False), MAX_VALUE_LENGTH)


MAX_KEY_LENGTH = 60


def read_question(query: str, trial: Trial) -> Selection:
    """The view that a query string holds, of the trial at hand whatever the file calls it.

    Raises
    ------
    UnusableQuestionError
        When it holds what means nothing, or does not fit the trial.
    """
    if len(query) > MAX_QUERY_LENGTH:
        raise UnusableQuestionError("The question in the file is longer than any view.")
    unknown = not_understood(query)
    if unknown:
        raise UnusableQuestionError(
            f"The question in the file holds '{one_line(key, MAX_KEY_LENGTH)}', which means nothing here."
            for key in unknown
        )
    selection = replace(Selection.from_query(query), trial="")
    found = validate(trial, selection)
    if found:
        raise UnusableQuestionError(f"The question in the file does not fit DATA. {one}" for one in found)
    return selection


NOT_JSON = "The file is neither JSON that can be read nor a PowerPoint file: it may be damaged."
NOT_NUMBERS = (
    "The file holds no numbers that can be made again: those are written by 'mirodash analyze --json', by "
    "'mirodash progression --json', by 'Numbers' in the menu Export of a page, and by 'mirodash export'."
)
A_STRIP = (
    "The file is a strip of views, which holds no numbers; 'mirodash export DATA --strip FILE' makes slides "
    "of it, and those can be replayed."
)
MAX_NUMBERS_BYTES = 10_000_000
"""In characters; a list of empty lists takes thirty times as much in memory."""
TOO_LARGE = "The file is larger than any file of numbers that MiroDash writes."
NOT_COMPARED = ("looks", "made")
"""What belongs to the browser and the day of the export, not to the data."""


@dataclass(frozen=True, slots=True)
class NumbersFile:
    """What `mirodash analyze --json`, `mirodash progression --json` or a page wrote.

    ``version`` is empty where the file does not say it, ``measurements`` (their fingerprint) in a file that
    is not about repeated measurements.
    """

    query: str
    fingerprint: str
    version: str
    content: Mapping[str, Any]
    measurements: str = ""


def read_numbers(text: str) -> NumbersFile:
    """Read a file of numbers.

    Raises
    ------
    UnusableDataError
        When it is none; a sentence says what it is instead, where that is known.
    """
    if len(text) > MAX_NUMBERS_BYTES:
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
    measurements = _object(content.get("trial")).get("measurements") if _is_progression(content) else ""
    return NumbersFile(query, fingerprint, _text(version), content, _text(measurements))


def _is_progression(content: Mapping[str, Any]) -> bool:
    """Whether a file is about a repeated measurement."""
    return isinstance(content.get("measure"), dict)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def replay_numbers(file: NumbersFile, trial: Trial) -> Comparison:
    """Make the numbers of the file's view again from a trial, and compare them.

    Raises
    ------
    UnusableQuestionError
        When the view does not fit the trial.
    """
    selection = read_question(file.query, trial)
    made: Any = json.loads(json.dumps(_make_numbers(file, trial, selection)))
    return compare(_comparable(file.content), _comparable(made))


def _make_numbers(file: NumbersFile, trial: Trial, selection: Selection) -> dict[str, Any]:
    if not _is_progression(file.content):
        return analysis_json(analyze(trial, selection))
    answer = progression(trial, selection)
    if answer is None:
        raise UnusableQuestionError(
            f"The file is about repeated measurements, and DATA ({trial.title}) has none: give them after it."
        )
    return progression_json(trial, selection, answer, search_slope_thresholds(trial, selection))


def _comparable(content: Mapping[str, Any]) -> dict[str, Any]:
    """Everything but the question, which was taken from the file, and what is told by itself."""
    kept = {key: value for key, value in content.items() if key not in NOT_COMPARED}
    for key, told in (("selection", ("query",)), ("trial", ("fingerprint", "measurements"))):
        kept[key] = {name: value for name, value in _object(kept.get(key)).items() if name not in told}
    return kept


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _object(value: object) -> Mapping[str, Any]:
    """A JSON object; whatever else it is, an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
