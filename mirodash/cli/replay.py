"""The command that makes the numbers of a file again, and says which are not the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mirodash.cli.opening import opened
from mirodash.cli.options import data_options
from mirodash.cli.sentences import in_plain_sentences, writable
from mirodash.export.number_comparison import SAVED_DIGITS
from mirodash.export.replay import Replayed, read_kept, replayed
from mirodash.text.numbers import count

DIFFERENT = 1
MOST_TOLD = 20
NOTHING_ASKED: dict[str, Any] = {
    "query": None,
    "thresholds": (),
    "sites": None,
    "keep": (),
    "strata": (),
    "adjust": (),
    "horizon": None,
    "confidence": None,
}


@click.command()
@click.argument("file")
@data_options
@in_plain_sentences
def replay(*, file: str, data: tuple[str, ...], **roles: Any) -> None:
    """Make the numbers of FILE again from DATA, and say which are not the same.

    FILE holds numbers (.json, from 'mirodash analyze --json' or from a page) or slides (.pptx). DATA is what
    'mirodash analyze' accepts, with the same options; the question is in FILE. Every number is compared bit
    for bit, every text of a slide letter by letter, but for its title and its notes.

    Ends with 0 when everything is the same, 1 when something differs, and 2 when FILE or DATA is unusable.
    """
    if not data:
        raise click.UsageError("Missing argument 'DATA...': the file that the numbers were made from.")
    kept = read_kept(Path(file))
    trial, _ = opened(data, **NOTHING_ASKED, **roles)
    found = replayed(kept, trial)
    for sentence in _told(found):
        click.echo(writable(sentence))
    if not found.is_same:
        sys.exit(DIFFERENT)


def _told(found: Replayed) -> Iterator[str]:
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
    for one in told[:MOST_TOLD]:
        yield f"  {one.sentence}"
    if len(told) > MOST_TOLD:
        yield f"  and {count(len(told) - MOST_TOLD)} more"
    if rounded:
        after = f"after the {SAVED_DIGITS}th significant digit, where some programs round what they save"
        yield f"  {count(rounded)} only {after}"
