"""The options that every command shares: which data, and which question to ask of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import click

THRESHOLD_HELP = "Groups are: at most X, and above X. Repeatable, up to three; 'none' for no groups."
KEEP_HELP = "Only participants with these values, or in a range: age=40..60. Repeatable."
UNIT_HELP = "What the times are counted in; days if neither file nor column says."
Command = Callable[..., Any]


DATA = (
    click.argument("data", nargs=-1),
    click.option("--id", metavar="COLUMN", help="Column that identifies a participant."),
    click.option("--time", metavar="COLUMN", help="Column with the time to event or censoring."),
    click.option("--event", metavar="COLUMN", help="Column that says whether the event happened."),
    click.option("--event-value", metavar="VALUE", help="Its value where the event happened, e.g. 1."),
    click.option("--arm", metavar="COLUMN", help="Column with the treatment arm."),
    click.option("--control", metavar="VALUE", help="The arm to compare with, e.g. Placebo."),
    click.option("--treated", metavar="VALUE", help="The arm of interest."),
    click.option("--biomarker", metavar="COLUMN", help="Numeric column that makes the groups."),
    click.option("--site", metavar="COLUMN", help="Column with the site."),
    click.option("--country", metavar="COLUMN", help="Column with the country."),
    click.option("--param", metavar="PARAMCD", help="Which endpoint of an ADaM time-to-event file."),
    click.option("--time-unit", type=click.Choice(["days", "weeks", "months", "years"]), help=UNIT_HELP),
)
QUESTION = (
    click.option("--threshold", "thresholds", metavar="X", multiple=True, help=THRESHOLD_HELP),
    click.option("--sites", metavar="A,B", help="Only these sites."),
    click.option("--keep", metavar="COLUMN=V1,V2", multiple=True, help=KEEP_HELP),
    click.option("--horizon", metavar="T", help="How far to look, in the file's time unit."),
    click.option("--strata", metavar="COLUMN", multiple=True, help="Also compare within it. Repeatable."),
    click.option("--adjust", metavar="COLUMN", multiple=True, help="Adjust the effect for it. Repeatable."),
    click.option("--confidence", metavar="SHARE", help="Of intervals; usually 0.95."),
    click.option("--query", metavar="TEXT", help="The part after '?' of a link to a view."),
)
DEBUG = click.option("--debug", is_flag=True, help="Say where in the program something failed.")


def trial_options(command: Command) -> Command:
    """The options that say which data and which question; the same on every command."""
    return _with((*DATA, *QUESTION, DEBUG), command)


def data_options(command: Command) -> Command:
    """Those of them that say which data, and how to read them."""
    return _with((*DATA, DEBUG), command)


def require_data(data: tuple[str, ...], *, asked: str | None) -> None:
    """Refuse a command without DATA, unless a link or a strip (``asked``) says which trial is meant."""
    if not data and not asked:
        raise click.UsageError("Missing argument 'DATA...': a file, or a built-in trial such as mirocals.")


def _with(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)
