"""The command that prints a script which makes a view's numbers again, without MiroDash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mirodash.cli.opening import is_built_in, opened
from mirodash.cli.options import require_data, trial_options
from mirodash.cli.sentences import in_plain_sentences
from mirodash.export.code import LANGUAGES, ScriptLanguage
from mirodash.export.code import code as script_of
from mirodash.trial.store import sample_folder
from mirodash.trial.trial import Trial


@click.command()
@trial_options
@click.option("--language", type=click.Choice(LANGUAGES), required=True, help="With survival, or lifelines.")
@in_plain_sentences
def code(*, data: tuple[str, ...], language: ScriptLanguage, **options: Any) -> None:
    """Print a script that reads DATA and prints the numbers of 'mirodash analyze'.

    DATA is what 'mirodash analyze' accepts. The script needs R with survival, or Python with pandas and
    lifelines, but not MiroDash: python script.py trial.csv.
    """
    require_data(data, asked=options["query"])
    trial, selection = opened(data, **options)
    click.echo(script_of(trial, selection, language, paths=_paths(trial, data)), nl=False)


def _paths(trial: Trial, data: tuple[str, ...]) -> tuple[str, ...]:
    """Where the script looks for its files: as they were typed, in the order in which it reads them."""
    files = trial.source.files if trial.source else ()
    if not is_built_in(data):
        names = [file.name for file in files]
        return tuple(sorted(data, key=lambda path: names.index(Path(path).name)))
    here, folder = Path.cwd(), sample_folder()
    if folder.is_relative_to(here):
        folder = folder.relative_to(here)
    return tuple((folder / file.name).as_posix() for file in files)
