"""Options that every command shares, the trial and selection they name, and errors as plain sentences."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import click

from mirodash.errors import MirodashError, UnusableDataError, UnusableQuestionError
from mirodash.settings import Settings
from mirodash.stratification.command_options import (
    CommandOptions,
    parse_names,
    parse_numbers,
    parse_selection,
)
from mirodash.stratification.selection import KEYS, Selection, not_understood
from mirodash.trial.adam import is_row_flag
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Answers, Roles
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from mirodash.uploads.uploads import OWN


def open_trial(data: tuple[str, ...], *, query: str | None, **options: Any) -> tuple[Trial, Selection]:
    """The trial that was asked for and the view of it, checked against each other."""
    asked = CommandOptions(**{item.name: options.pop(item.name) for item in fields(CommandOptions)})
    linked = _read_link((query or "").split("?")[-1].split("#")[0])
    answers, asked = _parse_answers(options, asked)
    roles = _parse_roles(options)
    if is_built_in(data):
        first = next(iter(SAMPLES))
        if linked.trial.startswith(OWN):
            raise UnusableQuestionError(
                "The link in --query is about an uploaded trial: give its file as DATA."
            )
        name = data[0] if data else linked.trial or first
        if linked.trial not in ("", name):
            raise UnusableQuestionError(
                f"The link in --query is about the trial '{linked.trial[:60]}', and DATA is '{name}': "
                "leave one of them out."
            )
        trial = _sample(name, roles, answers)
        linked = replace(linked, trial="" if name == first else name, **_asked_of(roles))
    else:
        trial = _read(data, roles, answers, asked)
        linked = replace(linked, trial="")
    trial = replace(trial, min_cell=Settings.from_env().min_cell)
    return trial, parse_selection(trial, linked, asked)


def _parse_roles(options: dict[str, Any]) -> Roles:
    """What the options say of columns and values; the first value of the event is the one it is called by."""
    values = options.pop("event_value", ())
    options["event_value"] = values[0] if values else None
    options["other_event_values"] = tuple(values[1:]) or None
    options["censored_values"] = tuple(options.get("censored_values", ())) or None
    options["competing"] = tuple(options.get("competing", ())) or None
    return Roles(**options)


def _parse_answers(options: dict[str, Any], asked: CommandOptions) -> tuple[Answers, CommandOptions]:
    """What the options answer about the file, taken from them; flags that are kept act when it is read.

    Raises
    ------
    UnusableQuestionError
        When a code for "not known" is not given as COLUMN=CODE.
    """
    missing: dict[str, tuple[str, ...]] = {}
    for text in options.pop("missing", ()):
        column, equals, codes = text.rpartition("=")
        if not equals or not column:
            raise UnusableQuestionError(
                f"'{text}' does not say which code means not known; write COLUMN=CODE, e.g. crp=-999, or "
                "COLUMN= when all its cells are values."
            )
        missing[column.strip()] = tuple(code for part in codes.split(",") if (code := part.strip()))
    flags = [text for text in asked.keep if is_row_flag(text.partition("=")[0].strip()) and "=" in text]
    keep = tuple(
        (column.strip(), parse_names(values, ())) for column, _, values in (f.partition("=") for f in flags)
    )
    answers = Answers(
        leave_out=tuple(options.pop("leave_out", ())),
        ignore=tuple(options.pop("ignore", ())),
        missing=tuple(missing.items()),
        keep=keep,
    )
    return answers, replace(asked, keep=tuple(text for text in asked.keep if text not in flags))


def _read(data: tuple[str, ...], roles: Roles, answers: Answers, asked: CommandOptions) -> Trial:
    """The trial in files; what is wrong with the question as such is said with what is wrong with them."""
    try:
        return read_trial(tuple(Path(name) for name in data), roles, answers)
    except UnusableDataError as error:
        raise UnusableDataError([*error.problems, *parse_numbers(asked)[1]]) from error


def _read_link(query: str) -> Selection:
    """The view that a pasted link holds; a key that means nothing is a question not asked."""
    unknown = not_understood(query)
    if unknown:
        known = ", ".join(KEYS)
        raise UnusableQuestionError(
            f"'{key[:60]}' in --query means nothing here; it takes {known}, keep.COLUMN and range.COLUMN."
            for key in unknown
        )
    return Selection.from_query(query)


def is_built_in(data: tuple[str, ...]) -> bool:
    """True for no data at all, or a name; a file has an ending, or is there."""
    if len(data) != 1:
        return not data
    return data[0] in SAMPLES or not (Path(data[0]).suffix or Path(data[0]).exists())


def _sample(name: str, roles: Roles, answers: Answers) -> Trial:
    """A built-in trial; its columns are described already, so options cannot name others."""
    trial = sample(name)
    about_files = (
        "id",
        "time",
        "event",
        "event_value",
        "arm",
        "site",
        "country",
        "param",
        "time_unit",
        "sheet",
        "entry",
        "competing",
    )
    said = [_OPTION_OF.get(part, f"--{part}") for part in about_files if getattr(roles, part) is not None]
    said += [f"--{part.replace('_', '-')}" for part, given in asdict(answers).items() if given]
    if said:
        raise UnusableQuestionError(
            f"{', '.join(said)} can only be given for a file: the columns of '{name}' are described already."
        )
    return trial


_OPTION_OF = {"event_value": "--event-value", "time_unit": "--unit"}


def _asked_of(roles: Roles) -> dict[str, Any]:
    """What says how to read a file is, for a built-in trial, a question to it."""
    return {part: value for part in ("biomarker", "control", "treated") if (value := getattr(roles, part))}


THRESHOLD_HELP = (
    "Groups are: at most X, and above X. Repeatable, up to three; 'none' for no groups, 'median', "
    "'tertiles' or 'quartiles' of the biomarker."
)
EQUAL_HELP = "Whether a value equal to a threshold is in the group above it (>= X)."
KEEP_HELP = "Only participants with these values, or in a range: age=40..60. Repeatable."
ENTRY_HELP = "Column with the time at which each came under observation, if after randomisation."
LANDMARK_HELP = (
    "Also tell survival at this time, in the file's time unit. Repeatable; 12, 18 and 24 months without, "
    "'none' for no table."
)
STRATA_HELP = (
    "Also compare within its strata. Repeatable; 'none' for no strata where the dictionary names some."
)
ADJUST_HELP = (
    "Adjust the effect for it. Repeatable; COLUMN:factor for codes, COLUMN:number for amounts, where whole "
    "numbers may be either."
)
UNIT_HELP = "What the times are counted in, where neither file, name nor dates say it."
EVENT_VALUE_HELP = "Its value where the event happened, e.g. 1. Repeatable."
CENSORED_HELP = "Its value that counts as censored although it may be another event. Repeatable."
IGNORE_HELP = "Column that plays no part, and about which nothing is asked. Repeatable."
MISSING_HELP = "Codes for 'not known', e.g. crp=-999; crp= says that all are values. Repeatable."
LEAVE_OUT_HELP = "Column whose impossible cells, or repeated rows, are left out. Repeatable."
COMPETING_HELP = "A value that means another event, after which this one can no longer come. Repeatable."
ENDPOINT_HELP = "Which endpoint of a trial that has several, e.g. pfs; the first if nothing is said."
Command = Callable[..., Any]


DATA = (
    click.argument("data", nargs=-1),
    click.option("--id", metavar="COLUMN", help="Column that identifies a participant."),
    click.option("--time", metavar="COLUMN", help="Column with the time to event or censoring."),
    click.option("--entry", metavar="COLUMN", help=ENTRY_HELP),
    click.option("--event", metavar="COLUMN", help="Column that says whether the event happened."),
    click.option("--event-value", metavar="VALUE", multiple=True, help=EVENT_VALUE_HELP),
    click.option("--censored-value", "censored_values", metavar="VALUE", multiple=True, help=CENSORED_HELP),
    click.option("--competing", metavar="VALUE", multiple=True, help=COMPETING_HELP),
    click.option("--arm", metavar="COLUMN", help="Column with the treatment arm."),
    click.option("--control", metavar="VALUE", help="The arm to compare with, e.g. Placebo."),
    click.option("--treated", metavar="VALUE", help="The arm of interest."),
    click.option("--biomarker", metavar="COLUMN", help="Numeric column that makes the groups."),
    click.option("--site", metavar="COLUMN", help="Column with the site."),
    click.option("--country", metavar="COLUMN", help="Column with the country."),
    click.option("--param", metavar="PARAMCD", help="Which endpoint of an ADaM file comes first."),
    click.option(
        "--sheet", metavar="NAME", help="Sheet of a workbook; else the one that looks like a trial."
    ),
    click.option(
        "--unit",
        "--time-unit",
        "time_unit",
        type=click.Choice(["days", "weeks", "months", "years"]),
        help=UNIT_HELP,
    ),
    click.option("--ignore", metavar="COLUMN", multiple=True, help=IGNORE_HELP),
    click.option("--missing", metavar="COLUMN=CODE", multiple=True, help=MISSING_HELP),
    click.option("--leave-out", metavar="COLUMN", multiple=True, help=LEAVE_OUT_HELP),
)
STATISTIC_HELP = "A statistic beyond the usual ones, with its parameters. May be repeated."
UP_TO_HELP = "Censor every participant at the horizon, for hazard ratios and tests as well."
QUESTION = (
    click.option("--endpoint", metavar="KEY", help=ENDPOINT_HELP),
    click.option("--threshold", "thresholds", metavar="X", multiple=True, help=THRESHOLD_HELP),
    click.option("--equal-above/--equal-below", "equal_above", default=None, help=EQUAL_HELP),
    click.option("--sites", metavar="A,B", help="Only these sites."),
    click.option("--keep", metavar="COLUMN=V1,V2", multiple=True, help=KEEP_HELP),
    click.option("--horizon", metavar="T", help="How far to look, in the file's time unit."),
    click.option("--landmark", "landmarks", metavar="T", multiple=True, help=LANDMARK_HELP),
    click.option("--statistic", "statistics", metavar="NAME:X,Y", multiple=True, help=STATISTIC_HELP),
    click.option("--up-to-horizon", "up_to_horizon", is_flag=True, help=UP_TO_HELP),
    click.option("--strata", metavar="COLUMN", multiple=True, help=STRATA_HELP),
    click.option("--adjust", metavar="COLUMN", multiple=True, help=ADJUST_HELP),
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
