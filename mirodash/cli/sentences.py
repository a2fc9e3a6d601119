"""Answers and failures in plain sentences that any terminal can show."""

from __future__ import annotations

import functools
import logging
import sys
from typing import Any

import click

from mirodash.cli.options import Command
from mirodash.errors import MirodashError

LOG = logging.getLogger("mirodash")

UNUSABLE = 2
PLAIN = str.maketrans({"≤": "<=", "−": "-", "–": "-", "×": "x", "…": "."})
"""For terminals that cannot show the signs we use."""


def in_plain_sentences(command: Command) -> Command:
    """Failures become one sentence per problem on stderr and exit code 2, never a traceback."""

    @functools.wraps(command)
    def guarded(*, debug: bool, **options: Any) -> None:
        try:
            command(**options)
        except MirodashError as error:
            refuse(*error.problems)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            if debug:
                LOG.exception("unexpected failure")
            reason = (error.strerror or "no reason given").lower()
            refuse(f"Something could not be read or written ({reason}).")
        except Exception as error:
            if debug:
                LOG.exception("unexpected failure")
            name = type(error).__name__
            refuse(f"Something unexpected went wrong ({name}); run again with --debug to see where.")

    return guarded


def refuse(*sentences: str) -> None:
    """Print the sentences where errors go and end with the exit code for unusable data or questions."""
    for sentence in sentences:
        click.echo(writable(sentence), err=True)
    sys.exit(UNUSABLE)


def writable(text: str) -> str:
    """The text in signs that this terminal can show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "replace").decode(encoding)
    return text
