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
from mirodash.stratification.validation import find_unparsed_keys
from mirodash.text.labels import one_line
from mirodash.trial.trial import Trial

Json = dict[str, Any]
FORMAT = "mirodash-credibility-1"
LARGEST_FILE = 100_000
"""Characters; a form with every note at its longest has a tenth of it."""
LONGEST_NOTE = 300
LONGEST_INITIALS = 20
CREDIBILITY_JSON_TEXTS = {"reason": LONGEST_NOTE, "initials": LONGEST_INITIALS, "day": LONGEST_INITIALS}
LEANINGS = ("", "lowers", "raises")
NOT_A_FORM = "This file is no credibility form of MiroDash."


def credibility_json(
    trial: Trial, query: str, found: Credibility, assessment: Assessment, facts: Mapping[str, tuple[str, ...]]
) -> Json:
    """Everything that stands on the form, as nested dictionaries for ``json.dumps(allow_nan=False)``.

    ``facts`` are the locked sentences by question, ``query`` is the canonical query string of the view.
    """
    given = form(assessment)
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


def form(assessment: Assessment) -> Json:
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


def assessment_of(kept: object) -> Assessment:
    """The human part as the browser kept it; whatever is not understood is as if it had not been given."""
    given = _mapping(kept) or {}
    answers = _mapping(given.get("answers")) or {}
    notes = _mapping(given.get("notes")) or {}
    leaning = given.get("leaning")
    return Assessment(
        answers={q: Answer(answers[q]) for q in QUESTIONS if _problem_of_answer(q, answers.get(q)) == ""},
        notes={q: text for q in (*QUESTIONS, OTHER) if (text := _short(notes.get(q), LONGEST_NOTE))},
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
    content = _content(text)
    written = _mapping(content.get("claim"))
    given = _mapping(content.get("form"))
    if written is None or given is None:
        raise UnusableDataError(NOT_A_FORM)
    problems = [*_problems_of_claim(written, claim), *_problems_of_form(given)]
    if problems:
        raise UnusableDataError(problems)
    return assessment_of(given)


def _content(text: str) -> Mapping[str, Any]:
    if len(text) > LARGEST_FILE:
        raise UnusableDataError(
            f"The file is larger than {LARGEST_FILE:,} characters: it is no credibility form."
        )
    try:
        read: Any = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnusableDataError("This file is not JSON: it may be damaged, or of another kind.") from error
    content = _mapping(read)
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


def _problems_of_claim(written: Mapping[str, Any], claim: Claim) -> list[str]:
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


def _problems_of_form(given: Mapping[str, Any]) -> list[str]:
    answers, notes = _mapping(given.get("answers", {})), _mapping(given.get("notes", {}))
    if answers is None or notes is None:
        return [NOT_A_FORM]
    found = [_problem_of_answer(question, answer) for question, answer in answers.items()]
    found += [
        _problem_of_text(f"note on {key!r}", notes[key], LONGEST_NOTE)
        for key in (*QUESTIONS, OTHER)
        if key in notes
    ]
    found += [
        _problem_of_text(name, given.get(name, ""), longest)
        for name, longest in CREDIBILITY_JSON_TEXTS.items()
    ]
    grade = given.get("grade", "")
    if grade != "" and not _is_one_of(Grade, grade):
        found.append("The grade in this file is none of very low, low, moderate and high.")
    if given.get("leaning", "") not in LEANINGS:
        found.append("What else bears on the claim neither lowers nor raises credibility in this file.")
    return [*dict.fromkeys(problem for problem in found if problem)]


def _problem_of_answer(question: str, answer: object) -> str:
    if question not in QUESTIONS:
        return "This file answers a question that the form does not have."
    allowed = _is_one_of(Answer, answer) and (question == "cut" or answer != Answer.NOT_APPLICABLE.value)
    return "" if allowed else f"Question {QUESTIONS.index(question) + 1} has an answer that does not exist."


def _problem_of_text(what: str, text: object, longest: int) -> str:
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


def _mapping(value: object) -> Mapping[str, Any] | None:
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
MOST_VIEWS = 100
LARGEST = 1_000_000
LONGEST_QUOTED = 60
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
    kept = _views(_parsed(text))
    problems = [problem for place, view in enumerate(kept, start=1) for problem in _problems(place, view)]
    if problems:
        raise UnusableDataError(problems)
    return tuple(_view(cast("Json", view)) for view in kept)


def _parsed(text: str) -> object:
    if len(text) > LARGEST:
        raise UnusableDataError(f"This file is too large for a strip of views: over {LARGEST // 10**6} MB.")
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_refused)
    except (ValueError, RecursionError):
        raise UnusableDataError(NOT_JSON) from None


def _refused(constant: str) -> None:
    """JSON has no infinity, and no number that is none."""
    raise ValueError(constant)


def _views(found: object) -> list[object]:
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
    if len(kept) > MOST_VIEWS:
        raise UnusableDataError(f"This strip has {len(kept):,} views; at most {MOST_VIEWS} can be shown.")
    return kept


def _problems(place: int, view: object) -> Iterator[str]:
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
            _view(fields)
        except ValueError as error:
            wrong.append(one_line(str(error)))
    yield from (f"View {place}: {reason}." for reason in wrong)


def _wrong_keys(query: str) -> Iterator[str]:
    """What of a query a page would ignore: a strip that shows other people than it was made of misleads."""
    unknown = not_understood(query)
    yield from (f"'{_quoted(key)}' in its query means nothing here" for key in unknown)
    unread = (key for key in find_unparsed_keys(query) if key not in unknown)
    yield from (f"what its query says of '{_quoted(key)}' cannot be read" for key in unread)


def _quoted(key: str) -> str:
    return one_line(key, LONGEST_QUOTED)


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


def _view(fields: Json) -> SavedView:
    """One view.

    Raises
    ------
    ValueError
        When there is no such picture, or a text is too long.
    """
    title, note = fields.get("title", "").strip(), fields.get("note", "").strip()
    given = SavedView(fields["query"], fields["picture"], title, note)
    return SavedView(Selection.from_query(given.query).to_query(), given.picture, title, note)
