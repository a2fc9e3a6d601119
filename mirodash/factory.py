"""Builds a dashboard: the one place where trials, pages, callbacks and safety come together."""

from __future__ import annotations

import functools
import importlib
import logging
import sys

from dash import Dash, set_props

from mirodash.errors import GoneError, OverBudgetError, UnavailableError
from mirodash.settings import Settings, assets_folder
from mirodash.stratification.shared_results import SharedResults
from mirodash.trial.build import read_trial
from mirodash.trial.store import TrialStore, list_trials
from mirodash.trial.trial import Trial
from mirodash.uploads.intake import allowance
from mirodash.uploads.uploads import Uploads, create_store, open_results
from mirodash.version import digest_program
from mirodash.web import (
    credibility_page,
    data_page,
    downloads,
    ids,
    kept_answers,
    navigation,
    panel_host,
    present_page,
    progression_page,
    question_pages,
    security,
    sessions,
    static_files,
    strip,
    threshold_controls,
    upload_route,
)
from mirodash.web.first_words import PageWithWords
from mirodash.web.navigation import INDEX, build_shell
from mirodash.web.panel_host import SOMETHING_WENT_WRONG
from mirodash.web.public_links import PublicLinks
from mirodash.web.security import protect
from mirodash.web.sessions import ReadersTrials
from mirodash.web.static_files import (
    OWN_IN_DASH,
    CompressedFiles,
    read_bundles,
    read_charts_library,
    write_page,
)
from mirodash.web.view import log_failure

LOG = logging.getLogger(__name__)


def create_app(
    settings: Settings, *, trials: tuple[Trial, ...] = (), files: CompressedFiles | None = None
) -> Dash:
    """Build a dashboard; called twice it gives two that know nothing of each other.

    Parameters
    ----------
    settings : Settings
        See `mirodash.settings`.
    trials : tuple of Trial
        Trials already read; they come first in the switcher, before the files and the folder that the
        settings name and the built-in trials.
    files : CompressedFiles, optional
        Where static files are kept compressed; in the memory of this dashboard when left out.

    Raises
    ------
    UnusableDataError
        When a file named in the settings cannot be read as a trial, or none in the folder.
    """
    # while one request loads pandas, plotly would find half of it for another; so it is loaded before any
    importlib.import_module("pandas")
    vault = create_store(settings)
    uploads = Uploads(vault, min_cell=settings.min_cell, allowed=allowance(settings))
    shared = _share(settings, trials)
    store = ReadersTrials(shared, uploads, kept_seconds=settings.kept_seconds)
    links = PublicLinks(settings.public_url)
    bundles = (*read_bundles(assets_folder()), read_charts_library(assets_folder()))
    app = PageWithWords(
        __name__,
        assets_folder=str(assets_folder()),
        title="MiroDash",
        update_title="",
        index_string=write_page(INDEX, *bundles),
        assets_ignore=OWN_IN_DASH,
        serve_locally=True,
        enable_mcp=False,
        health_endpoint="health",
        on_error=_tell,
        use_pages=False,
        # Dash would write all pages, 190 kB of JSON, into each, for the browser to look for misspelt ids;
        # tests/dashboard/test_wiring.py looks for them, and for misspelt properties, in the same pages
        suppress_callback_exceptions=True,
    )
    # before Dash and every page: what comes from elsewhere is not even looked at
    security.register(app.server, (*settings.hosts, *links.list_names()))
    static_files.register(app, bundles, files or CompressedFiles())
    if shared.is_built_in:
        kept_answers.register(app.server)
    app.layout = lambda: build_shell(store)
    _register_pages(app, store, links)
    sessions.register_reader(app.server, settings)
    sessions.register_readiness(app.server, vault, settings)
    upload_route.register(app, uploads, settings)
    data_page.register(app, store, uploads, settings)
    protect(app, settings.largest_request, functools.partial(navigation.choose_status, store))
    sessions.register_computing(app.server, settings.request_seconds, _long(), _results(settings, shared))
    return app


def _register_pages(app: PageWithWords, store: TrialStore, links: PublicLinks) -> None:
    """Every page and what it offers; the callback that takes steps after the pages whose panels do."""
    navigation.register(app, store)
    threshold_controls.register(app)
    question_pages.register_workspace(app, store)
    downloads.register_taking_away(app, store, links)
    question_pages.register_explore(app, store)
    question_pages.register_thresholds_page(app, store)
    question_pages.register_packs(app, store)
    question_pages.register_subgroups_page(app, store)
    progression_page.register_progression_page(app, store)
    credibility_page.register(app, store)
    downloads.register_panel_taken(app, store)
    strip.register_keeping(app, store)
    present_page.register_present_page(app, store, links)
    panel_host.register_stepped_host(app, navigation.IN_STEPS, store)


def _long() -> tuple[str, ...]:
    """What is written by callbacks that compute long: of one reader they run one after the other."""
    return (
        *(ids.panel(panel.key, "words") for panel in navigation.IN_STEPS),
        ids.PACK,
        present_page.ANSWER,
        present_page.PACK,
        strip.DECK_SAID,
        present_page.TOLD,
        downloads.TAKEN,
        strip.PROPOSED,
        downloads.SLIDES_FILE,
        downloads.LIVE_FILE,
        downloads.WORD_FILE,
        ids.EXPORT_FILE,
    )


def _results(settings: Settings, shared: TrialStore) -> SharedResults | None:
    """The results that workers share: of the trials of everybody, never of those that readers brought."""
    kept = open_results(settings)
    if kept is None:
        return None
    return SharedResults(kept, digest_program(), lambda trial: trial.id in shared)


def _share(settings: Settings, trials: tuple[Trial, ...]) -> TrialStore:
    """The trials of everybody: what was read already, the files, the folder, and the built-in ones."""
    found = [*trials, *(read_trial([path]) for path in settings.data)]
    if settings.data_folder is not None:
        folder = list_trials(settings.data_folder)
        found += folder.trials
        # said to whoever started the program, and nowhere kept
        sys.stderr.writelines(f"{problem}\n" for problem in folder.problems)
    return TrialStore(found, min_cell=settings.min_cell)


def _tell(error: Exception) -> None:
    """An unexpected failure is logged, and the reader told; what was on screen stays.

    A trial that cannot be had, and computing that takes too long, are no such failures: `guard` and
    `sessions` in `mirodash.web` answer with their sentences.
    """
    if isinstance(error, (GoneError, UnavailableError, OverBudgetError)):
        raise error
    log_failure(LOG, "callback failed", error)
    set_props(ids.NOTICE, {"children": SOMETHING_WENT_WRONG})
