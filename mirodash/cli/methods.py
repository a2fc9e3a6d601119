"""The command that writes the methods of a view as a paragraph for an abstract."""

from __future__ import annotations

from typing import Any

import click

from mirodash.cli.opening import opened
from mirodash.cli.options import require_data, trial_options
from mirodash.cli.sentences import in_plain_sentences, writable
from mirodash.questions.talk.methods_paragraph import Language, methods_paragraph
from mirodash.text.methods import versions_here


@click.command()
@trial_options
@click.option(
    "--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="English or French."
)
@in_plain_sentences
def methods(*, data: tuple[str, ...], language: Language, **options: Any) -> None:
    """Print the methods of an analysis of DATA as a paragraph, ready for an abstract.

    DATA is what 'mirodash analyze' accepts. The paragraph tells what was asked and how it was answered,
    without the answer. French terms come from the table [french] of the dictionary DATA.toml.
    """
    require_data(data, asked=options["query"])
    trial, selection = opened(data, **options)
    paragraph = methods_paragraph(trial, selection, language=language, looks=None, versions=versions_here())
    click.echo(writable(paragraph))
