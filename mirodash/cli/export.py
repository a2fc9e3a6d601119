"""The command that writes a view, or a strip of kept views, as slides for a talk."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from mirodash.cli.opening import is_built_in, opened
from mirodash.cli.options import require_data, trial_options
from mirodash.cli.sentences import in_plain_sentences, writable
from mirodash.errors import UnusableDataError, UnusableQuestionError
from mirodash.export.deck import Slide, deck, slides_of_view
from mirodash.export.saved_json import LARGEST, read_strip
from mirodash.stratification.command_options import Asked
from mirodash.stratification.saved_view import EFFECT, SEARCH, SUBGROUPS, SURVIVAL, SavedView, is_picture
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import problems
from mirodash.text.labels import one_line
from mirodash.trial.store import SAMPLES
from mirodash.trial.trial import Trial

ENDING = ".pptx"
LONGEST_NAME = 60
PICTURE_HELP = (
    f"{SURVIVAL[0]} (all participants), {SURVIVAL[1]} (the lowest group) and so on, {EFFECT}, {SEARCH}, "
    f"{SUBGROUPS}-1 and so on. Repeatable; all but the subgroups if not given."
)


@click.command()
@trial_options
@click.option("-o", "--output", metavar="FILE.pptx", required=True, help="Where to write the slides.")
@click.option("--picture", "pictures", metavar="PICTURE", multiple=True, help=PICTURE_HELP)
@click.option("--strip", metavar="FILE.json", help="A strip of views saved on the Present page.")
@in_plain_sentences
def export(
    *, data: tuple[str, ...], output: str, pictures: tuple[str, ...], strip: str | None, **options: Any
) -> None:
    """Write DATA's pictures as PowerPoint slides with charts that can be edited.

    DATA is what 'mirodash analyze' accepts, and the options say which view; or --strip names a file with
    several views, each of which becomes a slide. A file that is there already is replaced.
    """
    require_data(data, asked=options["query"] or strip)
    target = _target(output)
    unknown = [name for name in pictures if not is_picture(name)]
    if unknown:
        raise UnusableQuestionError(f"There is no picture '{name[:60]}'; {PICTURE_HELP}" for name in unknown)
    if strip is None:
        slides = slides_of_view(*opened(data, **options), pictures)
    else:
        _nothing_else(pictures, options)
        slides = _slides_of_strip(_read(Path(strip)), data, options)
    _write(target, deck(slides, on=date.today()))
    click.echo(writable(f"{one_line(output)}: {len(slides)} {'slide' if len(slides) == 1 else 'slides'}"))


def _target(output: str) -> Path:
    """Where to write, known to be possible before anything is computed."""
    target = Path(output)
    if target.suffix.lower() != ENDING:
        raise UnusableQuestionError(f"Slides are written to a file that ends in {ENDING}, not '{output}'.")
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
    asked = {"query": "--query", **{item.name: f"--{item.name}" for item in fields(Asked)}}
    asked["thresholds"] = "--threshold"
    said = [name for key, name in asked.items() if options[key]] + (["--picture"] if pictures else [])
    if said:
        raise UnusableQuestionError(f"A strip says what to show: leave {', '.join(said)} out, or --strip.")


def _read(path: Path) -> tuple[SavedView, ...]:
    try:
        with path.open("rb") as file:
            text = file.read(4 * LARGEST + 1).decode("utf-8")
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
        return tuple(Slide(*opened((), **{**options, "query": view.query}), view) for view in views)
    trial, plain = opened(data, **options)
    called = _names(trial, data)
    slides: list[Slide] = []
    found: list[str] = []
    for place, view in enumerate(views, start=1):
        asked = Selection.from_query(view.query)
        if asked.trial not in called:
            named = f", '{one_line(asked.trial, LONGEST_NAME)}'" if asked.trial else ""
            found.append(f"View {place} is of another trial{named}, not the one in DATA.")
            continue
        selection = replace(asked, trial=plain.trial)
        found += [f"View {place}: {problem}" for problem in problems(trial, selection)]
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
