"""Saved views and credibility assessments as JSON files, written and read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, NoReturn, cast

from mirodash import __version__
from mirodash.errors import UnusableDataError
from mirodash.questions.credibility_text import CITATION, INSTRUMENT
from mirodash.questions.subgroup_credibility import (
    OTHER,
    QUESTIONS,
    Answer,
    Assessment,
    Credibility,
    Grade,
    ceiling,
)
from mirodash.stratification.saved_view import Claim, SavedView
from mirodash.stratification.selection import Selection, not_understood
from mirodash.stratification.unreadable_address import find_unparsed_keys
from mirodash.text.labels import one_line
from mirodash.trial.trial import Trial

Json = dict[str, Any]
FORMAT = "mirodash-credibility-1"
MAX_FILE_BYTES = 100_000
"""Characters; a form with every note at its longest has a tenth of it."""
MAX_NOTE_LENGTH = 300
MAX_INITIALS_LENGTH = 20
CREDIBILITY_JSON_TEXTS = {
    "reason": MAX_NOTE_LENGTH,
    "initials": MAX_INITIALS_LENGTH,
    "day": MAX_INITIALS_LENGTH,
}
LEANINGS = ("", "lowers", "raises")
NOT_A_FORM = "This file is no credibility form of MiroDash."


def encode_credibility(
    trial: Trial, query: str, found: Credibility, assessment: Assessment, facts: Mapping[str, tuple[str, ...]]
) -> Json:
    """Everything that stands on the form, as nested dictionaries for ``json.dumps(allow_nan=False)``.

    ``facts`` are the locked sentences by question, ``query`` is the canonical query string of the view.
    """
    given = encode_form(assessment)
    highest = ceiling(assessment.answers).highest
    claim = asdict(found.claim) | {"thresholds": list(found.claim.thresholds)}
    return {
        "format": FORMAT,
        "software": f"MiroDash {__version__}",
        "instrument": {"name": INSTRUMENT, "source": CITATION},
        "trial": {"name": trial.title, "fingerprint": trial.fingerprint},
        "selection": {"query": query},
        "claim": claim,
        "interaction": {"p": found.chance.p, "test": found.chance.how, "why_not": found.chance.why or None},
        "declared": asdict(found.declared) if found.declared else None,
        "overall": found.overall,
        "facts": {question: list(told) for question, told in facts.items()},
        "ceiling": highest.value if highest else None,
        "form": given,
    }


def encode_form(assessment: Assessment) -> Json:
    """The human part alone, as it is kept in the browser."""
    return {
        "answers": {question: answer.value for question, answer in assessment.answers.items()},
        "notes": dict(assessment.notes),
        "leaning": assessment.leaning,
        "grade": assessment.grade.value if assessment.grade else "",
        "reason": assessment.reason,
        "initials": assessment.initials,
        "day": assessment.day,
    }


def read_assessment(kept: object) -> Assessment:
    """The human part as the browser kept it; whatever is not understood is as if it had not been given."""
    given = _read_mapping(kept) or {}
    answers = _read_mapping(given.get("answers")) or {}
    notes = _read_mapping(given.get("notes")) or {}
    leaning = given.get("leaning")
    return Assessment(
        answers={q: Answer(answers[q]) for q in QUESTIONS if _validate_answer(q, answers.get(q)) == ""},
        notes={q: text for q in (*QUESTIONS, OTHER) if (text := _short(notes.get(q), MAX_NOTE_LENGTH))},
        leaning=leaning if leaning in LEANINGS else "",
        grade=Grade(given["grade"]) if _is_one_of(Grade, given.get("grade")) else None,
        **{name: _short(given.get(name), longest) for name, longest in CREDIBILITY_JSON_TEXTS.items()},
    )


def read_credibility(text: str, claim: Claim) -> Assessment:
    """The human part of an exported form, for the claim on screen.

    Raises
    ------
    UnusableDataError
        With a sentence for everything because of which the file cannot be taken; nothing of it is then.
    """
    content = _read_content(text)
    written = _read_mapping(content.get("claim"))
    given = _read_mapping(content.get("form"))
    if written is None or given is None:
        raise UnusableDataError(NOT_A_FORM)
    problems = [*_validate_claim(written, claim), *_validate_form(given)]
    if problems:
        raise UnusableDataError(problems)
    return read_assessment(given)


def _read_content(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_FILE_BYTES:
        raise UnusableDataError(
            f"The file is larger than {MAX_FILE_BYTES:,} characters: it is no credibility form."
        )
    try:
        read: Any = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnusableDataError("This file is not JSON: it may be damaged, or of another kind.") from error
    content = _read_mapping(read)
    if content is None or content.get("format") != FORMAT:
        raise UnusableDataError(NOT_A_FORM)
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_CALLED = {
    "endpoint": "another outcome",
    "biomarker": "another biomarker",
    "thresholds": "other thresholds",
    "treated": "other arms",
    "control": "other arms",
    "population": "other sites or filters",
}


def _validate_claim(written: Mapping[str, Any], claim: Claim) -> list[str]:
    if written.get("trial") != claim.trial:
        return ["This form is about another trial, or about other data of it. Nothing was changed."]
    expected: Json = asdict(claim) | {"thresholds": list(claim.thresholds)}
    others = dict.fromkeys(
        called for name, called in _CALLED.items() if not _same(written.get(name), expected[name])
    )
    if not others:
        return []
    return [
        f"This form is about another claim ({', '.join(others)}): open its view, then load it there. "
        "Nothing was changed."
    ]


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _validate_form(given: Mapping[str, Any]) -> list[str]:
    answers, notes = _read_mapping(given.get("answers", {})), _read_mapping(given.get("notes", {}))
    if answers is None or notes is None:
        return [NOT_A_FORM]
    found = [_validate_answer(question, answer) for question, answer in answers.items()]
    found += [
        _validate_text(f"note on {key!r}", notes[key], MAX_NOTE_LENGTH)
        for key in (*QUESTIONS, OTHER)
        if key in notes
    ]
    found += [
        _validate_text(name, given.get(name, ""), longest) for name, longest in CREDIBILITY_JSON_TEXTS.items()
    ]
    grade = given.get("grade", "")
    if grade != "" and not _is_one_of(Grade, grade):
        found.append("The grade in this file is none of very low, low, moderate and high.")
    if given.get("leaning", "") not in LEANINGS:
        found.append("What else bears on the claim neither lowers nor raises credibility in this file.")
    return [*dict.fromkeys(problem for problem in found if problem)]


def _validate_answer(question: str, answer: object) -> str:
    if question not in QUESTIONS:
        return "This file answers a question that the form does not have."
    allowed = _is_one_of(Answer, answer) and (question == "cut" or answer != Answer.NOT_APPLICABLE.value)
    return "" if allowed else f"Question {QUESTIONS.index(question) + 1} has an answer that does not exist."


def _validate_text(what: str, text: object, longest: int) -> str:
    if not isinstance(text, str):
        return f"The {what} in this file is no text."
    return "" if len(text) <= longest else f"The {what} in this file has more than {longest} characters."


def _is_one_of(kind: type[Answer] | type[Grade], value: object) -> bool:
    return isinstance(value, str) and value in {member.value for member in kind}


def _short(text: object, longest: int) -> str:
    """Text that can be written anywhere: cut to its length, half a surrogate pair replaced."""
    if not isinstance(text, str):
        return ""
    return text[:longest].encode("utf-8", "replace").decode("utf-8")


def _read_mapping(value: object) -> Mapping[str, Any] | None:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else None


def is_day(text: str) -> bool:
    """Whether a text is a day, as 2026-05-09.

    >>> is_day("2026-05-09"), is_day("9 May 2026")
    (True, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


KIND, VERSION = "strip", 1
MAX_VIEWS = 100
MAX_STRIP_BYTES = 1_000_000
MAX_QUOTED_LENGTH = 60
STRIP_JSON_TEXTS = ("query", "picture", "title", "note")
NOT_JSON = "This is no strip of views: the file is not JSON that can be read."
NOT_A_STRIP = 'This is no strip of views: a strip is a JSON object with "mirodash": "strip" in it.'


def strip_json(views: Iterable[SavedView], *, on: date) -> Json:
    """The strip as nested dictionaries that ``json.dumps(allow_nan=False)`` accepts.

    Parameters
    ----------
    views : iterable of SavedView
        In the order of the strip.
    on : date
        The day it is written.
    """
    return {
        "mirodash": KIND,
        "version": VERSION,
        "program": f"MiroDash {__version__}",
        "date": on.isoformat(),
        "views": [
            {"query": view.query, "picture": view.picture, "title": view.title, "note": view.note}
            for view in views
        ],
    }


def read_strip(text: str) -> tuple[SavedView, ...]:
    """Read a strip, with its queries in canonical form; unknown keys are left alone.

    Parameters
    ----------
    text : str
        Of any origin.

    Raises
    ------
    UnusableDataError
        When it is no strip, with a sentence for every view that cannot be read.
    """
    kept = _read_views(_parse(text))
    problems = [
        problem for place, view in enumerate(kept, start=1) for problem in _validate_view(place, view)
    ]
    if problems:
        raise UnusableDataError(problems)
    return tuple(_read_view(cast("Json", view)) for view in kept)


def _parse(text: str) -> object:
    if len(text) > MAX_STRIP_BYTES:
        raise UnusableDataError(
            f"This file is too large for a strip of views: over {MAX_STRIP_BYTES // 10**6} MB."
        )
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_refuse_of_strip)
    except (ValueError, RecursionError):
        raise UnusableDataError(NOT_JSON) from None


def _refuse_of_strip(constant: str) -> None:
    """JSON has no infinity, and no number that is none."""
    raise ValueError(constant)


def _read_views(found: object) -> list[object]:
    if not isinstance(found, dict):
        raise UnusableDataError(NOT_A_STRIP)
    strip = cast("Json", found)
    if strip.get("mirodash") != KIND:
        raise UnusableDataError(NOT_A_STRIP)
    version = strip.get("version")
    if type(version) is not int or version < VERSION:
        raise UnusableDataError(f'This strip does not say "version": {VERSION}.')
    if version > VERSION:
        raise UnusableDataError("This strip was made by a later version of MiroDash.")
    views = strip.get("views")
    if not isinstance(views, list):
        raise UnusableDataError('This strip has no list of "views".')
    kept = cast("list[object]", views)
    if len(kept) > MAX_VIEWS:
        raise UnusableDataError(f"This strip has {len(kept):,} views; at most {MAX_VIEWS} can be shown.")
    return kept


def _validate_view(place: int, view: object) -> Iterator[str]:
    """Sentences for what is wrong with one view."""
    if not isinstance(view, dict):
        yield f"View {place} is not a JSON object."
        return
    fields = cast("Json", view)
    wrong = list(_wrong_texts(fields))
    if not wrong:
        wrong += _wrong_keys(fields["query"])
    if not wrong:
        try:
            _read_view(fields)
        except ValueError as error:
            wrong.append(one_line(str(error)))
    yield from (f"View {place}: {reason}." for reason in wrong)


def _wrong_keys(query: str) -> Iterator[str]:
    """What of a query a page would ignore: a strip that shows other people than it was made of misleads."""
    unknown = not_understood(query)
    yield from (f"'{_quote(key)}' in its query means nothing here" for key in unknown)
    unread = (key for key in find_unparsed_keys(query) if key not in unknown)
    yield from (f"what its query says of '{_quote(key)}' cannot be read" for key in unread)


def _quote(key: str) -> str:
    return one_line(key, MAX_QUOTED_LENGTH)


def _wrong_texts(fields: Json) -> Iterator[str]:
    for name in STRIP_JSON_TEXTS:
        value = fields.get(name, None if name in STRIP_JSON_TEXTS[:2] else "")
        if value is None:
            yield f'it has no "{name}"'
        elif not isinstance(value, str):
            yield f'its "{name}" is not text'
        elif not _writable(value):
            yield f'its "{name}" holds half of a character'


def _writable(text: str) -> bool:
    """Half of a surrogate pair can stand in JSON, but in no file and on no slide."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _read_view(fields: Json) -> SavedView:
    """One view.

    Raises
    ------
    ValueError
        When there is no such picture, or a text is too long.
    """
    title, note = fields.get("title", "").strip(), fields.get("note", "").strip()
    given = SavedView(fields["query"], fields["picture"], title, note)
    return SavedView(Selection.from_query(given.query).to_query(), given.picture, title, note)
