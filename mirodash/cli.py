"""The command line: analyse a trial, or open it in the dashboard."""

from __future__ import annotations

import functools
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from mirodash import __version__, serving
from mirodash.analysis.report import analyze as analysed
from mirodash.errors import MirodashError, UnusableDataError, UnusableQuestionError
from mirodash.export.analysis_json import analysis_json
from mirodash.stratification.asked import Asked, asked_numbers, asked_selection
from mirodash.stratification.selection import KEYS, Selection, not_understood
from mirodash.stratification.settling import minimal
from mirodash.trial.reading import read_trial
from mirodash.trial.roles import Roles
from mirodash.trial.samples import SAMPLES, sample
from mirodash.trial.trial import Trial
from mirodash.wording.tables import analysis_tables

UNUSABLE = 2
PLAIN = str.maketrans({"≤": "<=", "−": "-", "–": "-", "×": "x", "…": "."})
"""For terminals that cannot show the signs we use."""
THRESHOLD_HELP = "Groups are: at most X, and above X. Repeatable, up to three; 'none' for no groups."
KEEP_HELP = "Only participants with these values, or in a range: age=40..60. Repeatable."
UNIT_HELP = "What the times are counted in; days if neither file nor column says."
Command = Callable[..., Any]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mirodash")
def main() -> None:
    """Who benefits from a treatment, and can I believe it?

    MiroDash compares two arms of a randomised trial: among everybody, and in the groups that a threshold
    on a biomarker makes. Nothing leaves this machine.

    \b
    Try it on a synthetic trial:
      mirodash analyze mirocals --threshold 3700
      mirodash serve
    On your own file:
      mirodash analyze trial.csv --time days --event died --event-value 1 --arm arm
        --control placebo --treated drug --biomarker pnfh --threshold 3700
    """  # noqa: D301 - click keeps the lines after a backspace character as they are


def _trial_options(command: Command) -> Command:
    """The options that say which data and which question; the same on every command."""
    options = (
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
        click.option("--threshold", "thresholds", metavar="X", multiple=True, help=THRESHOLD_HELP),
        click.option("--sites", metavar="A,B", help="Only these sites."),
        click.option("--keep", metavar="COLUMN=V1,V2", multiple=True, help=KEEP_HELP),
        click.option("--horizon", metavar="T", help="How far to look, in the file's time unit."),
        click.option("--strata", metavar="COLUMN", multiple=True, help="Also compare within it. Repeatable."),
        click.option("--confidence", metavar="SHARE", help="Of intervals; usually 0.95."),
        click.option("--query", metavar="TEXT", help="The part after '?' of a link to a view."),
        click.option("--debug", is_flag=True, help="Say where in the program something failed."),
    )
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


def _in_plain_sentences(command: Command) -> Command:
    """Failures become one sentence per problem on stderr and exit code 2, never a traceback."""

    @functools.wraps(command)
    def guarded(*, debug: bool, **options: Any) -> None:
        try:
            command(**options)
        except MirodashError as error:
            _refuse(*error.problems)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if debug:
                logging.getLogger("mirodash").exception("unexpected failure")
            name = type(error).__name__
            _refuse(f"Something unexpected went wrong ({name}); run again with --debug to see where.")

    return guarded


def _refuse(*sentences: str) -> None:
    for sentence in sentences:
        click.echo(_writable(sentence), err=True)
    sys.exit(UNUSABLE)


@main.command()
@_trial_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON at full precision instead of tables.")
@_in_plain_sentences
def analyze(*, data: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Print survival, effects and interaction for DATA.

    DATA is a CSV, XLSX, SAS (.xpt, .sas7bdat) or Parquet file, two ADaM files (ADSL and ADTTE), or the
    name of a built-in trial: mirocals, mirocals-prognostic, mirocals-null, gbsg2. A file DATA.toml beside
    the file may describe its columns; options override it.
    """
    if not data and not options["query"]:
        raise click.UsageError("Missing argument 'DATA...': a file, or a built-in trial such as mirocals.")
    trial, selection = _opened(data, **options)
    analysis = analysed(trial, selection)
    if as_json:
        click.echo(json.dumps(analysis_json(analysis), allow_nan=False, indent=2))
    else:
        click.echo(_writable(analysis_tables(analysis)), nl=False)


@main.command()
@_trial_options
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"{serving.USUAL_PORT} if not given; 0 for any free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@_in_plain_sentences
def serve(*, data: tuple[str, ...], port: int | None, host: str, no_browser: bool, **options: Any) -> None:
    """Open the dashboard, on DATA or on the built-in trials.

    DATA is what 'mirodash analyze' accepts. Other machines cannot reach the dashboard unless --host says so.
    """
    trial, opening = _opened(data, **options)
    # after the data are known to be usable; analyze needs neither and must start fast
    from mirodash.factory import create_app  # noqa: PLC0415
    from mirodash.settings import Settings  # noqa: PLC0415

    trials = () if _is_built_in(data) else (trial,)
    settings = Settings.from_env()
    app = create_app(replace(settings, data=()) if data else settings, trials=trials)
    with serving.listening(host, port) as listener:
        # what the options ask for is a view like any other: it stands in the address
        serving.run(
            app.server, listener, host, query=minimal(trial, opening).to_query(), no_browser=no_browser
        )


def _opened(data: tuple[str, ...], *, query: str | None, **options: Any) -> tuple[Trial, Selection]:
    """The trial that was asked for and the view of it, checked against each other."""
    asked = Asked(**{item.name: options.pop(item.name) for item in fields(Asked)})
    linked = _linked((query or "").split("?")[-1].split("#")[0])
    roles = Roles(**options)
    if _is_built_in(data):
        first = next(iter(SAMPLES))
        name = data[0] if data else linked.trial or first
        trial = _sample(name, roles)
        linked = replace(linked, trial="" if name == first else name, **_asked_of(roles))
    else:
        trial = _read(data, roles, asked)
        linked = replace(linked, trial="")
    return trial, asked_selection(trial, linked, asked)


def _read(data: tuple[str, ...], roles: Roles, asked: Asked) -> Trial:
    """The trial in files; what is wrong with the question as such is said with what is wrong with them."""
    try:
        return read_trial(tuple(Path(name) for name in data), roles)
    except UnusableDataError as error:
        raise UnusableDataError([*error.problems, *asked_numbers(asked)[1]]) from error


def _linked(query: str) -> Selection:
    """The view that a pasted link holds; a key that means nothing is a question not asked."""
    unknown = not_understood(query)
    if unknown:
        known = ", ".join(KEYS)
        raise UnusableQuestionError(
            f"'{key[:60]}' in --query means nothing here; what can stand there is {known}, keep.COLUMN "
            "and range.COLUMN."
            for key in unknown
        )
    return Selection.from_query(query)


def _is_built_in(data: tuple[str, ...]) -> bool:
    """True for no data at all, or a name; a file has an ending, or is there."""
    if len(data) != 1:
        return not data
    return data[0] in SAMPLES or not (Path(data[0]).suffix or Path(data[0]).exists())


def _sample(name: str, roles: Roles) -> Trial:
    """A built-in trial; its columns are described already, so options cannot name others."""
    trial = sample(name)
    about_files = ("id", "time", "event", "event_value", "arm", "site", "country", "param", "time_unit")
    said = [f"--{part.replace('_', '-')}" for part in about_files if getattr(roles, part) is not None]
    if said:
        raise UnusableQuestionError(
            f"{', '.join(said)} can only be given for a file: the columns of '{name}' are described already."
        )
    return trial


def _asked_of(roles: Roles) -> dict[str, str]:
    """What says how to read a file is, for a built-in trial, a question to it."""
    return {part: value for part in ("biomarker", "control", "treated") if (value := getattr(roles, part))}


def _writable(text: str) -> str:
    """The text in signs that this terminal can show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "replace").decode(encoding)
    return text
