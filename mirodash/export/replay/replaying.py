"""From a file that MiroDash wrote to what of it comes out again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mirodash import __version__
from mirodash.errors import UnusableDataError, UnusableQuestionError
from mirodash.export.replay.comparing import Difference
from mirodash.export.replay.numbers_file import NOT_JSON, NumbersFile, read_numbers, replayed_numbers
from mirodash.export.replay.slides_file import SlidesFile, of_these_data, read_slides, replayed_slides
from mirodash.text.labels import one_line
from mirodash.trial.trial import Trial

LARGEST = 50_000_000
ZIPPED = b"PK"
"""How a PowerPoint file starts, like every ZIP file."""
LONGEST_VERSION = 40
ANOTHER_FILE = (
    "DATA is not the file that these numbers were made from: its fingerprint is {now}, theirs {then}."
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
            content = file.read(LARGEST + 1)  # what is no file on a disk does not say how long it is
    except (OSError, ValueError) as error:
        raise UnusableDataError(f"'{one_line(path.name)}' cannot be opened.") from error
    if len(content) > LARGEST:
        raise UnusableDataError(f"'{one_line(path.name)}' is larger than any file that MiroDash writes.")
    if content.startswith(ZIPPED):
        return read_slides(content)
    try:
        return read_numbers(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnusableDataError(NOT_JSON) from error


def replayed(file: NumbersFile | SlidesFile, trial: Trial) -> Replayed:
    """Make the numbers of a file again from a trial, and compare every one.

    Raises
    ------
    UnusableQuestionError
        When what the file asks does not fit the trial.
    """
    fingerprint = _fingerprint(file, trial)
    told = _remarks(fingerprint, file.version, trial)
    try:
        if isinstance(file, NumbersFile):
            found, by_hand = replayed_numbers(file, trial), ()
        else:
            slides = replayed_slides(file, trial)
            found, by_hand = slides.found, slides.done_by_hand
    except UnusableQuestionError as error:
        # other data are the likeliest reason, so they are told first here, too
        raise UnusableQuestionError([*told, *error.problems]) from error
    same_data = fingerprint == trial.fingerprint
    return Replayed(same_data, not by_hand, (*told, *by_hand), found.compared, found.differences)


def _fingerprint(file: NumbersFile | SlidesFile, trial: Trial) -> str:
    """Of the data that the numbers, or those among the slides that are compared, were made from."""
    if isinstance(file, NumbersFile):
        return file.fingerprint
    return next((fingerprint for _, fingerprint in of_these_data(file, trial)), trial.fingerprint)


def _remarks(fingerprint: str, version: str, trial: Trial) -> tuple[str, ...]:
    """What is to be said before any number: other data, another version."""
    told: list[str] = []
    if fingerprint != trial.fingerprint:
        then = one_line(fingerprint, len(trial.fingerprint))
        told.append(ANOTHER_FILE.format(now=trial.fingerprint, then=then))
    if version and version != __version__:
        then = one_line(version, LONGEST_VERSION)
        told.append(f"The file was made by MiroDash {then}; this is MiroDash {__version__}.")
    return tuple(told)
