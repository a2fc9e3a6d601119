"""Commands on files: export slides or JSON, and replay an exported file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import click

from mirodash.cli.trial_options import (
    data_options,
    in_plain_sentences,
    is_built_in,
    open_trial,
    require_data,
    trial_options,
    writable,
)
from mirodash.errors import UnusableDataError, UnusableQuestionError
from mirodash.export.deck import Slide, deck, slides_of_view
from mirodash.export.live_page import write_live_page
from mirodash.export.number_comparison import SAVED_DIGITS
from mirodash.export.replay import Replayed, read_kept, replay_file
from mirodash.export.saved_json import MAX_STRIP_BYTES, read_strip
from mirodash.export.word_report import write_word_report
from mirodash.stratification.command_options import CommandOptions
from mirodash.stratification.saved_view import (
    BIOLOGY,
    EFFECT,
    FINDING,
    GROUPS,
    GROUPS_INCIDENCE,
    INCIDENCE,
    LINES,
    PAIRS,
    PROGRESSION,
    SEARCH,
    SLOPES,
    SUBGROUPS,
    SURVIVAL,
    SavedView,
    is_picture,
)
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import validate
from mirodash.text.labels import one_line
from mirodash.text.numbers import count
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial

SLIDES, LIVE, WORD = ".pptx", ".html", ".docx"
MAX_NAME_LENGTH = 60


class _Writer(Protocol):
    def __call__(self, trial: Trial, selection: Selection, *, on: date) -> bytes: ...


def _write_live_bytes(trial: Trial, selection: Selection, *, on: date) -> bytes:
    return write_live_page(trial, selection, on=on).encode()


WHOLE: dict[str, tuple[str, _Writer]] = {
    LIVE: ("A live page", _write_live_bytes),
    WORD: ("A report", write_word_report),
}
"""By ending, the files of one whole view."""
PICTURE_HELP = (
    f"{SURVIVAL[0]} (all participants), {EFFECT}, {GROUPS} (all groups together), {SURVIVAL[1]} (the lowest "
    f"group) and so on, these as 1 − S: {INCIDENCE[0]}, {GROUPS_INCIDENCE}; {SEARCH}, {FINDING}, "
    f"{SUBGROUPS}-1 and so on; of repeated measurements {PROGRESSION[0]} and so on, {SLOPES}, {LINES}, "
    f"{PAIRS} and {BIOLOGY}. Repeatable; all but the subgroups and measurements if not given."
)


@click.command()
@trial_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    required=True,
    help="Where to write: slides (.pptx), a live page (.html) or a report in Word (.docx).",
)
@click.option("--picture", "pictures", metavar="PICTURE", multiple=True, help=PICTURE_HELP)
@click.option("--strip", metavar="FILE.json", help="A strip of views saved on the Present page.")
@in_plain_sentences
def export(
    *, data: tuple[str, ...], output: str, pictures: tuple[str, ...], strip: str | None, **options: Any
) -> None:
    """Write DATA as PowerPoint slides with charts that can be edited, as a live page, or as a report in Word.

    A live page is one HTML file of a view whose threshold can be dragged, offline and without MiroDash. A
    report holds the words, numbers and tables of a view, Table 1 and the methods.

    DATA is what 'mirodash analyze' accepts, and the options say which view; or --strip names a file with
    several views, each of which becomes a slide. A file that is there already is replaced.
    """
    require_data(data, asked=options["query"] or strip)
    target = _target(output)
    whole = WHOLE.get(target.suffix.lower())
    if whole is not None:
        what, write = whole
        if pictures or strip:
            raise UnusableQuestionError(f"{what} is of one view, whole: leave --picture and --strip out.")
        _write(target, write(*open_trial(data, **options), on=date.today()))
        click.echo(writable(f"{one_line(output)}: {what.lower()}"))
        return
    unknown = [name for name in pictures if not is_picture(name)]
    if unknown:
        raise UnusableQuestionError(f"There is no picture '{name[:60]}'; {PICTURE_HELP}" for name in unknown)
    if strip is None:
        slides = slides_of_view(*open_trial(data, **options), pictures)
    else:
        _nothing_else(pictures, options)
        slides = _slides_of_strip(_read(Path(strip)), data, options)
    _write(target, deck(slides, on=date.today()))
    click.echo(writable(f"{one_line(output)}: {len(slides)} {'slide' if len(slides) == 1 else 'slides'}"))


def _target(output: str) -> Path:
    """Where to write, known to be possible before anything is computed."""
    target = Path(output)
    if target.suffix.lower() not in (SLIDES, *WHOLE):
        raise UnusableQuestionError(
            f"Slides are written to a file that ends in {SLIDES}, a live page to one in {LIVE}, a report to "
            f"one in {WORD}, not '{output}'."
        )
    try:
        if target.is_dir():
            raise UnusableQuestionError(f"'{output}' is a folder; name a file in it.")
        if not target.parent.is_dir():
            raise UnusableQuestionError(
                f"There is no folder '{target.parent}' to write '{target.name}' into."
            )
    except OSError as error:
        raise _unwritable(target, error) from error
    return target


def _nothing_else(pictures: tuple[str, ...], options: dict[str, Any]) -> None:
    """A strip asks its own questions."""
    asked = {"query": "--query", **{item.name: f"--{item.name}" for item in fields(CommandOptions)}}
    asked["thresholds"] = "--threshold"
    asked["landmarks"] = "--landmark"
    asked["statistics"] = "--statistic"
    said = [name for key, name in asked.items() if options[key]] + (["--picture"] if pictures else [])
    if said:
        raise UnusableQuestionError(f"A strip says what to show: leave {', '.join(said)} out, or --strip.")


def _read(path: Path) -> tuple[SavedView, ...]:
    try:
        with path.open("rb") as file:
            text = file.read(4 * MAX_STRIP_BYTES + 1).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnusableDataError(f"'{path}' is no strip of views: it is not text.") from error
    except OSError as error:
        raise UnusableDataError(
            f"'{path}' cannot be read ({(error.strerror or 'no reason').lower()})."
        ) from error
    views = read_strip(text)
    if not views:
        raise UnusableDataError(f"'{path}' is a strip without views: there is nothing to show.")
    return views


def _slides_of_strip(
    views: tuple[SavedView, ...], data: tuple[str, ...], options: dict[str, Any]
) -> tuple[Slide, ...]:
    """Each view of the trial at hand; without one, of the built-in trial that it names."""
    if not data:
        return tuple(Slide(*open_trial((), **{**options, "query": view.query}), view) for view in views)
    trial, plain = open_trial(data, **options)
    called = _names(trial, data)
    slides: list[Slide] = []
    found: list[str] = []
    for place, view in enumerate(views, start=1):
        asked = Selection.from_query(view.query)
        if asked.trial not in called:
            named = f", '{one_line(asked.trial, MAX_NAME_LENGTH)}'" if asked.trial else ""
            found.append(f"View {place} is of another trial{named}, not the one in DATA.")
            continue
        selection = replace(asked, trial=plain.trial)
        found += [f"View {place}: {problem}" for problem in validate(trial, selection)]
        slides.append(Slide(trial, selection, view))
    if found:
        raise UnusableQuestionError(found)
    return tuple(slides)


def _names(trial: Trial, data: tuple[str, ...]) -> set[str]:
    """What a link may call the trial; a link without a name means what the program opened with."""
    others = is_built_in(data) and trial.id != SAMPLES[0]
    return {trial.id} if others else {"", trial.id}


def _write(target: Path, content: bytes) -> None:
    """Write all or nothing: a failure leaves the file that was there."""
    partial = target.with_name(f".mirodash.{os.getpid()}.part")  # however long the name of the file
    try:
        try:
            partial.write_bytes(content)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> UnusableQuestionError:
    reason = (error.strerror or "no reason given").lower()
    return UnusableQuestionError(f"'{one_line(str(target))}' cannot be written ({reason}).")


DIFFERENT = 1
MAX_TOLD = 20
NOTHING_ASKED: dict[str, Any] = {
    "query": None,
    "thresholds": (),
    "sites": None,
    "keep": (),
    "strata": (),
    "adjust": (),
    "horizon": None,
    "confidence": None,
    "equal_above": None,
    "landmarks": (),
    "statistics": (),
    "up_to_horizon": False,
    "endpoint": None,
}


@click.command()
@click.argument("file")
@data_options
@in_plain_sentences
def replay(*, file: str, data: tuple[str, ...], **roles: Any) -> None:
    """Make the numbers of FILE again from DATA, and say which are not the same.

    FILE holds numbers (.json, from 'mirodash analyze --json', 'mirodash progression --json' or a page),
    slides (.pptx) or a live page (.html). DATA is what 'mirodash analyze' accepts, with the same options; the
    question is in FILE. Every number is compared bit for bit, every text of a slide letter by letter, but for
    its title and its notes.

    Ends with 0 when everything is the same, 1 when something differs, and 2 when FILE or DATA is unusable.
    """
    if not data:
        raise click.UsageError("Missing argument 'DATA...': the file that the numbers were made from.")
    kept = read_kept(Path(file))
    trial, _ = open_trial(data, **NOTHING_ASKED, **roles)
    found = replay_file(kept, trial)
    for sentence in _print_result(found):
        click.echo(writable(sentence))
    if not found.is_same:
        sys.exit(DIFFERENT)


def _print_result(found: Replayed) -> Iterator[str]:
    """The data and the version first, then what differs."""
    yield from found.remarks
    differing = len(found.differences)
    if not differing:
        what = "Everything" if found.complete else "Everything that was compared"
        nevertheless = "" if found.same_data else " nevertheless"
        yield f"{what} is the same{nevertheless}, bit for bit: {count(found.compared)} values."
        return
    # what another program rounded must not hide what somebody changed
    told = [one for one in found.differences if not one.rounded]
    rounded = differing - len(told)
    verb = "differs" if differing == 1 else "differ"
    yield f"{count(differing)} of {count(found.compared)} values {verb}:"
    for one in told[:MAX_TOLD]:
        yield f"  {one.sentence}"
    if len(told) > MAX_TOLD:
        yield f"  and {count(len(told) - MAX_TOLD)} more"
    if rounded:
        after = f"after the {SAVED_DIGITS}th significant digit, where some programs round what they save"
        yield f"  {count(rounded)} only {after}"
