"""Commands that print: analyze, scan, code and methods, and serve, which opens the dashboard."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from mirodash import serving
from mirodash.cli.trial_options import (
    in_plain_sentences,
    is_built_in,
    open_trial,
    require_data,
    trial_options,
    writable,
)
from mirodash.errors import UnusableQuestionError
from mirodash.export.analysis_json import analysis_json, scan_json
from mirodash.export.baseline_numbers import baseline_json
from mirodash.export.code import LANGUAGES, ScriptLanguage, progression_code
from mirodash.export.code import code as script_of
from mirodash.export.progression_json import progression_json
from mirodash.questions.baseline_table import find_baseline, print_baseline
from mirodash.questions.progression.measured import progression as compute_progression
from mirodash.questions.progression.printed import progression_tables
from mirodash.questions.progression.slope_search import search_slope_thresholds
from mirodash.questions.report import analysis_tables, scan_table
from mirodash.questions.report import analyze as analysed
from mirodash.questions.talk.methods_paragraph import Language, methods_paragraph
from mirodash.questions.thresholds.threshold_scan import evaluate_thresholds, search_thresholds
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import reduce_to_canonical, resolve, validate
from mirodash.survival.results import NotEstimable
from mirodash.text.labels import format_arm_names
from mirodash.text.methods import describe_software_versions
from mirodash.trial.store import sample_folder
from mirodash.trial.trial import Trial

STARTING = "MiroDash is starting ..."


@click.command()
@trial_options
@click.option("--language", type=click.Choice(LANGUAGES), required=True, help="With survival, or lifelines.")
@click.option("--measure", metavar="NAME", help="A script of this repeated measurement instead, with nlme.")
@in_plain_sentences
def code(*, data: tuple[str, ...], language: ScriptLanguage, measure: str | None, **options: Any) -> None:
    """Print a script that reads DATA and prints the numbers of 'mirodash analyze'.

    DATA is what 'mirodash analyze' accepts. The script needs R with survival, or Python with pandas and
    lifelines, but not MiroDash: python script.py trial.csv.
    """
    require_data(data, asked=options["query"])
    trial, selection = open_trial(data, **options)
    paths = _paths(trial, data)
    if measure is None:
        click.echo(script_of(trial, selection, language, paths=paths), nl=False)
    else:
        chosen = _choose_measure(trial, selection, measure)
        click.echo(progression_code(trial, chosen, language, paths=paths), nl=False)


def _choose_measure(trial: Trial, selection: Selection, measure: str) -> Selection:
    """The view with this repeated measurement.

    Raises
    ------
    UnusableQuestionError
        When the trial has no such measurement.
    """
    chosen = replace(selection, measure=measure)
    found = validate(trial, chosen)
    if found:
        raise UnusableQuestionError(found)
    return chosen


def _paths(trial: Trial, data: tuple[str, ...]) -> tuple[str, ...]:
    """Where the script looks for its files: as they were typed, in the order in which it reads them."""
    files = trial.source.files if trial.source else ()
    if not is_built_in(data):
        names = [file.name for file in files]
        # files of repeated measurements have no part in the script
        read = (path for path in data if Path(path).name in names)
        return tuple(sorted(read, key=lambda path: names.index(Path(path).name)))
    here, folder = Path.cwd(), sample_folder()
    if folder.is_relative_to(here):
        folder = folder.relative_to(here)
    return tuple((folder / file.name).as_posix() for file in files)


@click.command()
@trial_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON at full precision instead of tables.")
@in_plain_sentences
def analyze(*, data: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Print survival, effects and interaction for DATA.

    DATA is a CSV, XLSX, SAS (.xpt, .sas7bdat) or Parquet file, two ADaM files (ADSL and ADTTE), or the
    name of a built-in trial: mirocals, mirocals-prognostic, mirocals-null, gbsg2. A file DATA.toml beside
    the file may describe its columns; options override it.
    """
    require_data(data, asked=options["query"])
    trial, selection = open_trial(data, **options)
    analysis = analysed(trial, selection)
    if as_json:
        click.echo(json.dumps(analysis_json(analysis), allow_nan=False, indent=2))
    else:
        click.echo(writable(analysis_tables(analysis)), nl=False)


@click.command()
@trial_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON at full precision instead of a table.")
@in_plain_sentences
def scan(*, data: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Look along every threshold of DATA's biomarker, and say how much of the best one is luck.

    DATA is what 'mirodash analyze' accepts. The p-value allows for the search over all thresholds.
    """
    require_data(data, asked=options["query"])
    trial, selection = open_trial(data, **options)
    if selection.chosen_strata or selection.adjust:
        raise UnusableQuestionError(
            ["A scan is neither stratified nor adjusted: leave --strata and --adjust out."]
        )
    found, searched = search_thresholds(trial, selection), evaluate_thresholds(trial, selection)
    biomarker = trial.dictionary.biomarker(resolve(trial, selection).biomarker)
    if isinstance(found, NotEstimable) or isinstance(searched, NotEstimable) or biomarker is None:
        why = found.why if isinstance(found, NotEstimable) else "This trial has no biomarker."
        raise UnusableQuestionError([why])
    if as_json:
        click.echo(json.dumps(scan_json(found, min_cell=trial.min_cell), allow_nan=False, indent=2))
    else:
        short = format_arm_names(trial, selection).ratio_briefly
        said = scan_table(trial, biomarker, found, searched, selection.confidence, ratio=short)
        click.echo(writable(said), nl=False)


@click.command()
@trial_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON at full precision instead of a table.")
@in_plain_sentences
def baseline(*, data: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Print the baseline characteristics of DATA by arm, among all participants and in every group (Table 1).

    DATA is what 'mirodash analyze' accepts. Differences between arms are standardised.
    """
    require_data(data, asked=options["query"])
    trial, selection = open_trial(data, **options)
    found = find_baseline(trial, selection)
    if found is None:
        raise UnusableQuestionError(f"{trial.title} has no baseline characteristics that could be shown.")
    if as_json:
        click.echo(json.dumps(baseline_json(trial, selection, found), allow_nan=False, indent=2))
    else:
        click.echo(writable(print_baseline(trial.title, found)), nl=False)


@click.command()
@trial_options
@click.option(
    "--measure", metavar="NAME", help="Which repeated measurement; the dictionary's first if not given."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON at full precision instead of tables.")
@in_plain_sentences
def progression(*, data: tuple[str, ...], measure: str | None, as_json: bool, **options: Any) -> None:
    """Print how a repeated measurement changes in both arms, with death allowed for in four ways.

    DATA is what 'mirodash analyze' accepts, and files of measurements after it (participant, day, measure,
    value; or ADaM BDS). NAME.visits.csv beside NAME.csv is read by itself.
    """
    require_data(data, asked=options["query"])
    trial, selection = open_trial(data, **options)
    if measure is not None:
        selection = _choose_measure(trial, selection, measure)
    answer = compute_progression(trial, selection)
    if answer is None:
        raise UnusableQuestionError(f"{trial.title} has no repeated measurements: give them after DATA.")
    searched = search_slope_thresholds(trial, selection)
    if as_json:
        told = progression_json(trial, selection, answer, searched)
        click.echo(json.dumps(told, allow_nan=False, indent=2))
    else:
        names = format_arm_names(trial, selection)
        click.echo(writable(progression_tables(trial, answer, searched, names)), nl=False)


@click.command()
@trial_options
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"{serving.USUAL_PORT} if not given; 0 for any free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option(
    "--data",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder whose trials everybody can look at, after DATA.",
)
@in_plain_sentences
def serve(
    *,
    data: tuple[str, ...],
    port: int | None,
    host: str,
    no_browser: bool,
    folder: Path | None,
    **options: Any,
) -> None:
    """Open the dashboard, on DATA or on the built-in trials.

    DATA is what 'mirodash analyze' accepts. Other machines cannot reach the dashboard unless --host says so.
    With --data, every file in DIR is offered as well, with DIR/NAME.toml as its dictionary, and two that
    differ in ADSL and ADTTE as one trial; without DATA, the first of them is what opens. Nothing in DIR is
    ever written.
    """
    trial, opening = open_trial(data, **options)
    # after the data are known to be usable; analyze needs none of these and must start fast
    from mirodash.settings import Settings  # noqa: PLC0415

    trials = () if is_built_in(data) else (trial,)
    settings = Settings.from_env()
    settings = replace(
        settings,
        data=() if data else settings.data,
        data_folder=folder or settings.data_folder,
        hosts=(*settings.hosts, *serving.host_names(host)),
    )
    # the first start takes seconds; whoever reads standard output waits for the address alone
    click.echo(STARTING, err=True)
    from mirodash.factory import create_app  # noqa: PLC0415
    from mirodash.web.static_files import CompressedFiles, find_cache_folder  # noqa: PLC0415

    files = CompressedFiles(find_cache_folder())
    files.improve_in_background()
    app = create_app(settings, trials=trials, files=files)
    with serving.listen(host, port) as listener:
        warning = serving.public_warning(listener, settings.hosts)
        if warning:
            click.echo(warning, err=True)
        # what the options ask for is a view like any other: it stands in the address
        query = reduce_to_canonical(trial, opening).to_query()
        if query and not trials and (settings.data or settings.data_folder):
            # a question about a built-in trial, where another one is what opens
            query = reduce_to_canonical(trial, replace(opening, trial=trial.id)).to_query()
        serving.freeze_memory()
        serving.run(app.server, listener, host, query=query, no_browser=no_browser)


@click.command()
@trial_options
@click.option(
    "--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="English or French."
)
@click.option("--measure", metavar="NAME", help="Tell of this repeated measurement as well.")
@in_plain_sentences
def methods(*, data: tuple[str, ...], language: Language, measure: str | None, **options: Any) -> None:
    """Print the methods of an analysis of DATA as a paragraph, ready for an abstract.

    DATA is what 'mirodash analyze' accepts. The paragraph tells what was asked and how it was answered,
    without the answer. French terms come from the table [french] of the dictionary DATA.toml.
    """
    require_data(data, asked=options["query"])
    trial, selection = open_trial(data, **options)
    if measure is not None:
        selection = _choose_measure(trial, selection, measure)
    paragraph = methods_paragraph(
        trial,
        selection,
        language=language,
        looks=None,
        versions=describe_software_versions(),
        measured=measure is not None,
    )
    click.echo(writable(paragraph))
