"""Replay: whether the numbers of an exported file are reproduced from the same data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from mirodash import __version__
from mirodash.errors import UnusableDataError, UnusableQuestionError
from mirodash.export.deck import Slide, deck, read_record
from mirodash.export.live_page import BEGINNING, read_live_numbers
from mirodash.export.number_comparison import (
    NOT_JSON,
    Comparison,
    Difference,
    NumbersFile,
    compare,
    read_numbers,
    read_question,
    replay_numbers,
)
from mirodash.export.saved_json import is_day
from mirodash.export.slide_content import (
    DAMAGED,
    SOURCE,
    SlideContent,
    done_by_hand,
    match_slides,
    slide_contents,
)
from mirodash.questions.talk.view_description import SHORT_FINGERPRINT
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.text.labels import one_line
from mirodash.trial.trial import Trial

PROGRAM = "MiroDash "
MAX_VIEWS = 200
MAX_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class SlidesFile:
    """What `mirodash export` or a page wrote; ``views`` stand with the fingerprint of their data.

    ``measurements`` are the fingerprints of repeated measurements of those data that had some.
    """

    views: tuple[tuple[SavedView, str], ...]
    on: date
    program: str
    slides: tuple[SlideContent, ...]
    measurements: tuple[tuple[str, str], ...] = ()

    @property
    def version(self) -> str:
        """Of the program that made the file; empty where the file does not say it."""
        return self.program.removeprefix(PROGRAM)


@dataclass(frozen=True, slots=True)
class ReplayedSlides:
    """What differs, and what a presenter did to the slides, as sentences."""

    found: Comparison
    done_by_hand: tuple[str, ...]


def read_slides(file: bytes) -> SlidesFile:
    """Read a file of slides.

    Raises
    ------
    UnusableDataError
        When it is none, or not one of ours; a sentence says which.
    """
    told = _record(file)
    on, program = told.get("date"), told.get("program")
    views = cast("list[dict[str, Any]]", told["views"])
    if not (isinstance(on, str) and is_day(on) and isinstance(program, str)) or len(views) > MAX_VIEWS:
        raise UnusableDataError(DAMAGED)
    try:
        kept = tuple((SavedView(view["query"], view["picture"]), str(view["fingerprint"])) for view in views)
    except ValueError as error:
        raise UnusableDataError(DAMAGED) from error
    measured = dict.fromkeys(
        (str(view["fingerprint"]), found)
        for view in views
        if isinstance(found := view.get("measurements"), str) and found
    )
    return SlidesFile(kept, date.fromisoformat(on), one_line(program), slide_contents(file), tuple(measured))


def _record(file: bytes) -> dict[str, Any]:
    try:
        return read_record(file)
    except UnusableDataError:
        raise
    except Exception as error:  # whatever a damaged archive makes its readers trip over
        raise UnusableDataError(DAMAGED) from error


def of_these_data(file: SlidesFile, trial: Trial) -> tuple[tuple[SavedView, str], ...]:
    """The views that were made from a trial; all of them where none was."""
    return tuple(one for one in file.views if one[1] == trial.fingerprint) or file.views


def replay_slides(file: SlidesFile, trial: Trial) -> ReplayedSlides:
    """Make the slides of a file again from a trial, and compare every number and text on them.

    Raises
    ------
    UnusableQuestionError
        When a view does not fit the trial.
    """
    views = of_these_data(file, trial)
    again = slide_contents(deck(_slides(views, trial), on=file.on))
    now = tuple(_as_then(made, file, trial, view[1]) for made, view in zip(again, views, strict=True))
    made_as = match_slides(file.slides, now)
    compared, differences = 0, list[Difference]()
    for slide in file.slides:
        if slide.place in made_as:
            one = _compare(slide, made_as[slide.place])
            compared += one.compared
            differences += one.differences
    others = len(file.views) - len(views)
    same_data = all(fingerprint == trial.fingerprint for _, fingerprint in views)
    by_hand = done_by_hand(file.slides, now, made_as, of_other_data=others, same_data=same_data)
    return ReplayedSlides(Comparison(compared, tuple(differences)), tuple(by_hand))


def _slides(views: Sequence[tuple[SavedView, str]], trial: Trial) -> list[Slide]:
    slides: list[Slide] = []
    problems: list[str] = []
    for view, _ in views:
        try:
            asked = read_question(view.query, trial)
        except UnusableQuestionError as error:
            problems += error.problems
            continue
        named = Selection.from_query(view.query).trial
        slides.append(Slide(trial, replace(asked, trial=named), view))
    if problems:
        raise UnusableQuestionError(list(dict.fromkeys(problems))[:MAX_PROBLEMS])
    return slides


def _as_then(made: SlideContent, file: SlidesFile, trial: Trial, fingerprint: str) -> SlideContent:
    """A slide made now with the data and the version of then in its texts: those were told by themselves."""
    pairs = (
        (trial.fingerprint, fingerprint),
        (f"data {_short(trial.fingerprint)}", f"data {_short(fingerprint)}"),
        (f"{PROGRAM}{__version__}", file.program),
    )

    def renamed(content: Any) -> Any:
        if isinstance(content, list):
            return [renamed(one) for one in cast("list[Any]", content)]
        if not isinstance(content, str):
            return content
        for now, then in pairs:
            content = content.replace(now, then)
        return content

    return replace(made, shapes={name: renamed(content) for name, content in made.shapes.items()})


def _short(fingerprint: str) -> str:
    return fingerprint.removeprefix("sha256:")[:SHORT_FINGERPRINT]


def _compare(then: SlideContent, now: SlideContent) -> Comparison:
    """Whatever both have; what only one has, is told by itself."""
    names = [name for name in now.shapes if name in then.shapes]
    return compare(
        {name: _unname(name, then.shapes[name]) for name in names},
        {name: _unname(name, now.shapes[name]) for name in names},
        where=f"slide {then.place}:",
    )


def _unname(shape: str, content: Any) -> Any:
    """The source without the name of its trial: that the data are others was told by itself."""
    if shape != SOURCE or not isinstance(content, list):
        return content
    lines = cast("list[Any]", content)
    return [re.sub(r"\?trial=[^&\s]+&?", "?", line) if isinstance(line, str) else line for line in lines]


MAX_FILE_BYTES = 50_000_000
ZIPPED = b"PK"
"""How a PowerPoint file starts, like every ZIP file."""
MAX_VERSION_LENGTH = 40
ANOTHER_FILE = (
    "DATA is not the file that these numbers were made from: its fingerprint is {now}, theirs {then}."
)
OTHER_MEASUREMENTS = (
    "The repeated measurements in DATA are not those that these numbers were made from: their fingerprint is "
    "{now}, not {then}."
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it.

    ``same_data`` tells whether the fingerprints agree, ``complete`` whether all that is in the file was
    compared. ``remarks`` are sentences on what differs without being a number: the data, the version, slides
    that the presenter added.
    """

    same_data: bool
    complete: bool
    remarks: tuple[str, ...]
    compared: int
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether the same data gave the same numbers."""
        return self.same_data and not self.differences


def read_kept(path: Path) -> NumbersFile | SlidesFile:
    """Read a file that MiroDash wrote.

    Raises
    ------
    UnusableDataError
        With a sentence on why it cannot be replayed.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)  # what is no file on a disk does not say how long it is
    except (OSError, ValueError) as error:
        raise UnusableDataError(f"'{one_line(path.name)}' cannot be opened.") from error
    if len(content) > MAX_FILE_BYTES:
        raise UnusableDataError(f"'{one_line(path.name)}' is larger than any file that MiroDash writes.")
    if content.startswith(ZIPPED):
        return read_slides(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableDataError(NOT_JSON) from error
    return read_numbers(read_live_numbers(text) if text.startswith(BEGINNING) else text)


def replay_file(file: NumbersFile | SlidesFile, trial: Trial) -> Replayed:
    """Make the numbers of a file again from a trial, and compare every one.

    Raises
    ------
    UnusableQuestionError
        When what the file asks does not fit the trial.
    """
    fingerprint, measured = _fingerprint(file, trial), _measurements(file, trial)
    told = _remarks(fingerprint, file.version, trial)
    if measured and measured != trial.measured:
        then, now = one_line(measured, len(trial.fingerprint)), trial.measured or "none"
        told = (*told, OTHER_MEASUREMENTS.format(now=now, then=then))
    try:
        if isinstance(file, NumbersFile):
            found, by_hand = replay_numbers(file, trial), ()
        else:
            slides = replay_slides(file, trial)
            found, by_hand = slides.found, slides.done_by_hand
    except UnusableQuestionError as error:
        # other data are the likeliest reason, so they are told first here, too
        raise UnusableQuestionError([*told, *error.problems]) from error
    same_data = fingerprint == trial.fingerprint and measured in ("", trial.measured)
    return Replayed(same_data, not by_hand, (*told, *by_hand), found.compared, found.differences)


def _fingerprint(file: NumbersFile | SlidesFile, trial: Trial) -> str:
    """Of the data that the numbers, or those among the slides that are compared, were made from."""
    if isinstance(file, NumbersFile):
        return file.fingerprint
    return next((fingerprint for _, fingerprint in of_these_data(file, trial)), trial.fingerprint)


def _measurements(file: NumbersFile | SlidesFile, trial: Trial) -> str:
    """The fingerprint of the repeated measurements behind the numbers; empty where there are none."""
    if isinstance(file, NumbersFile):
        return file.measurements
    return dict(file.measurements).get(_fingerprint(file, trial), "")


def _remarks(fingerprint: str, version: str, trial: Trial) -> tuple[str, ...]:
    """What is to be said before any number: other data, another version."""
    told: list[str] = []
    if fingerprint != trial.fingerprint:
        then = one_line(fingerprint, len(trial.fingerprint))
        told.append(ANOTHER_FILE.format(now=trial.fingerprint, then=then))
    if version and version != __version__:
        then = one_line(version, MAX_VERSION_LENGTH)
        told.append(f"The file was made by MiroDash {then}; this is MiroDash {__version__}.")
    return tuple(told)
