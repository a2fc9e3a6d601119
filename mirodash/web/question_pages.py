"""Explore, Thresholds and Subgroups pages: controls on the left, questions on the right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.disclosure.curve_values import biomarker_span
from mirodash.export.csv_tables import write_subgroups
from mirodash.plot.theme import find_theme
from mirodash.questions.baseline_table import BASELINE
from mirodash.questions.biomarker_distribution import biomarker_distribution, draw_biomarker_histogram
from mirodash.questions.covariate_adjustment import ADJUSTED
from mirodash.questions.effect_along_biomarker import EFFECT_BY_BIOMARKER, describe_biomarker_spread
from mirodash.questions.finding import FINDING
from mirodash.questions.forest import (
    NARROW_NOTE,
    compute_factor_interactions,
    describe_interactions,
    draw_forest,
    list_factor_tests,
)
from mirodash.questions.group_interaction import DIFFERING
from mirodash.questions.hazard_ratio_panel import HAZARD_RATIO_OVER_TIME
from mirodash.questions.page_panels import EXPLORE_PANELS, THRESHOLD_ARGUMENT, THRESHOLDS_PANELS, ArgumentStep
from mirodash.questions.panel import Panel, SteppedPanel
from mirodash.questions.panel_words import describe_tables
from mirodash.questions.participant_flow import FLOW
from mirodash.questions.prognosis_panel import PROGNOSIS
from mirodash.questions.subgroups import measure_site_heterogeneity, subgroups
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.talk.view_description import describe_footer
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.splits import list_splits
from mirodash.stratification.validation import reduce_to_canonical, resolve
from mirodash.text.labels import format_arm_names
from mirodash.text.methods import describe_method
from mirodash.text.threshold_argument import (
    CONCLUSION_TITLE,
    NOT_CONCLUDED,
    QUESTION_TITLE,
    describe_order,
    describe_threshold_question,
)
from mirodash.trial.store import SAMPLES, TrialStore
from mirodash.web import components, ids, panel_host, threshold_packs
from mirodash.web.components import (
    PANEL_MENU_SUBGROUPS,
    THRESHOLDS,
    build_aria_attributes,
    build_data_attributes,
    build_file_name,
    build_menu_button,
)
from mirodash.web.panel_host import (
    build_disclosure_line,
    build_finding_place,
    build_methods,
    build_page_footer,
    build_panel_place,
    build_table_place,
    stepped_place,
)
from mirodash.web.rail import build_rail
from mirodash.web.threshold_controls import describe_client_state
from mirodash.web.view import View, read_view


def build_workspace(
    page: str, view: View, answers: Sequence[Component], *, finding: SteppedPanel[Any] = FINDING
) -> Component:
    """A page with the rail: every control set; the pictures arrive with the first callback."""
    chosen = reduce_to_canonical(view.trial, view.selection)
    query = chosen.to_query()
    stores: list[Component] = [
        dcc.Store(id=ids.SELECTION, data=query),
        dcc.Store(id=ids.SELECTION_SETTLED, data=query),
        dcc.Store(id=ids.POPULATION, data=replace(chosen, thresholds=None).to_query()),
        dcc.Store(id=ids.VIEW, data=describe_client_state(view)),
        dcc.Store(id=ids.STOPS, data=list(candidate_thresholds(view.trial, view.selection))),
        *(dcc.Store(id=name) for name in (ids.HANDLES_PLACED, ids.STEPS_STARTED, ids.LOOKS_COUNTED)),
        *(
            html.Div(id=ids.words_of(page, follows), hidden=True)
            for follows in (ids.SELECTION, ids.POPULATION)
        ),
        *panel_host.build_stores(page),
        *components.build_panel_stores(),
    ]
    line = html.Section(
        [
            html.P(id=ids.ESTIMAND, className="estimand"),
            html.P(id=ids.BANNER, className="banner"),
        ],
        className="estimand-line",
        **build_aria_attributes(label="What is estimated"),
    )
    main = html.Main(list(answers), className="main", id="main")
    beside = html.Div([build_rail(view), main], className="workspace")
    return html.Div(
        [
            *stores,
            build_finding_place(view.trial, finding),
            line,
            beside,
            *build_disclosure_line(view),
            build_page_footer(view, page),
        ],
        className="sheet",
    )


def register_workspace(app: Dash, store: TrialStore) -> None:
    """Wire what all pages with a rail share: the histogram, the handles, and the count of looks."""

    @app.callback(
        Output(ids.HISTOGRAM, "figure"),
        Output(ids.HISTOGRAM_SAID, "children"),
        Output(ids.STOPS, "data"),
        Input(ids.POPULATION, "data"),
        Input(ids.THEME, "data"),
    )
    def draw_histogram(query: object, theme: object) -> tuple[dict[str, Any], str, list[float]]:
        view = read_view(store, query)
        trial, selection = view.trial, view.selection
        spread, span = biomarker_distribution(trial, selection), biomarker_span(trial, selection)
        if spread is None or span is None:
            return {"data": [], "layout": {}}, "", []
        names = format_arm_names(trial, selection)
        figure = draw_biomarker_histogram(
            span, spread, names, find_theme(theme if isinstance(theme, str) else "")
        )
        return figure, describe_biomarker_spread(spread, names), list(candidate_thresholds(trial, selection))

    for function, output, inputs in (
        ("placeHandles", ids.HANDLES_PLACED, (ids.VIEW, ids.STOPS)),
        ("countLook", ids.LOOKS_COUNTED, (ids.SELECTION_SETTLED,)),
    ):
        app.clientside_callback(
            ClientsideFunction("mirodash", function),
            Output(output, "data"),
            *(Input(name, "data") for name in inputs),
        )


EXPLORE_PAGE = "explore"


def build_explore_page(view: View) -> Component:
    """The page for one view."""
    over_time = [html.Summary("Hazard ratio over time"), stepped_place(HAZARD_RATIO_OVER_TIME)]
    table_1 = [
        html.Summary("Table 1: baseline characteristics by arm and group"),
        build_table_place(BASELINE),
    ]
    answers = [
        html.Div(
            [build_panel_place(EFFECT_BY_BIOMARKER, view), build_panel_place(DIFFERING, view)],
            className="first-row",
        ),
        html.Div([build_panel_place(panel, view) for panel in SURVIVAL], className="cards"),
        html.Div(
            [html.Details(over_time, className="behind"), html.Div(className="figure-options")],
            className="under-cards",
        ),
        html.Div([stepped_place(ADJUSTED), stepped_place(PROGNOSIS)], className="like-with-like"),
        build_panel_place(FLOW, view),
        html.Details(table_1, className="behind"),
        build_methods(),
        *threshold_packs.build_pack_places(EXPLORE_PAGE),
    ]
    return build_workspace(EXPLORE_PAGE, view, answers)


def register_explore(app: Dash, store: TrialStore) -> None:
    """Let the panels follow the selection."""
    panel_host.register_panel_host(app, EXPLORE_PAGE, EXPLORE_PANELS, store)


PLACE = "forest-place"
HEAD = "forest-head"
SAID = "forest-said"
TABLE = "forest-table"
SORTED = "forest-sorted"
NOTES = "forest-notes"
TESTS = "forest-tests"
KEY = "forest-key"
SHOW_TESTS = "forest-show-tests"
DOWNLOAD = "forest-download"
FILE = "forest-file"

FOREST = "data-forest"
INTERACTIONS = "data-interactions"
"""Where both arrive as JSON, watched by ``assets/forest.js``, which writes text and never markup."""
ROW_PX = 28


def build_forest_place(view: View) -> Component:
    """An empty place for the forest; the selection fills it, and ``assets/forest.js`` writes it."""
    ways = list_splits(view.trial, view.selection)
    rows = 1 + sum(1 + len(split.levels) for split in ways)
    show: dict[str, Any] = build_aria_attributes(expanded="false", controls=TESTS)
    tools = html.Div(
        [
            html.Button("Show P for interaction", id=SHOW_TESTS, type="button", className="plain", **show),
            html.Button("Download CSV", id=DOWNLOAD, type="button", className="plain"),
            html.Span(id=SORTED, role="status", className="said"),
            html.Span(id=KEY, className="forest-key"),
        ],
        className="forest-tools",
    )
    region: dict[str, Any] = {"tabIndex": 0, "role": "region", **build_aria_attributes(labelledby=HEAD)}
    parts: list[Component] = [
        html.Div(id=HEAD, className="panel-head"),
        build_menu_button(PANEL_MENU_SUBGROUPS, pictured=True, tabled=False),
        html.Div(id=SAID, className="forest-said"),
        tools,
        html.Div(id=TESTS, className="forest-tests"),
        html.P(NARROW_NOTE, className="note forest-narrow"),
        # as high as it will be, so that nothing jumps when it is written
        html.Div(id=TABLE, className="forest-region", style={"minHeight": f"{rows * ROW_PX}px"}, **region),
        html.Div(id=NOTES, className="forest-notes"),
        dcc.Download(id=FILE),
    ]
    return html.Section(parts, id=PLACE, className="forest", **build_aria_attributes(labelledby=HEAD))


def register_forest(app: Dash, store: TrialStore) -> None:
    """Let the forest follow the selection, test when it is asked, and give the file."""

    @app.callback(Output(PLACE, FOREST), Input(ids.SELECTION_SETTLED, "data"))
    def draw_forest(query: object) -> str:
        return _build_forest(read_view(store, query))

    @app.callback(
        Output(TESTS, INTERACTIONS),
        Input(SHOW_TESTS, "n_clicks"),
        Input(ids.SELECTION_SETTLED, "data"),
        prevent_initial_call=True,
    )
    def test_factors(clicks: object, query: object) -> str:
        asked = isinstance(clicks, int) and clicks % 2 == 1
        return _build_tests(read_view(store, query)) if asked else ""

    @app.callback(
        Output(FILE, "data"),
        Input(DOWNLOAD, "n_clicks"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )
    def take_away(clicks: object, query: object) -> Any:
        if not clicks:
            return no_update
        view = read_view(store, query)
        trial, selection = view.trial, view.selection
        foot = describe_footer(
            trial, selection, method=describe_method(PANEL_MENU_SUBGROUPS), on=date.today()
        )
        found, sites = subgroups(trial, selection), measure_site_heterogeneity(trial, selection)
        text = write_subgroups(trial, selection, found, sites, footer=foot)
        name = build_file_name(trial, "subgroups", "csv")
        return {"content": text, "filename": name, "type": "text/csv;charset=utf-8"}


def _build_forest(view: View) -> str:
    trial, selection = view.trial, view.selection
    shown = draw_forest(
        subgroups(trial, selection),
        measure_site_heterogeneity(trial, selection),
        format_arm_names(trial, selection),
    )
    return json.dumps(shown, ensure_ascii=False, allow_nan=False)


def _build_tests(view: View) -> str:
    found = compute_factor_interactions(view.trial, view.selection)
    told = describe_interactions(found)
    shown = {
        "factors": list_factor_tests(found),
        "title": told.title,
        "subtitle": told.subtitle,
        "sentence": told.sentence,
        "tables": describe_tables(told.tables),
    }
    return json.dumps(shown, ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A built-in trial whose truth is known because it was made up; ``trial`` is its name in links."""

    trial: str
    title: str
    truth: str


TITLE = "The same pictures with nothing behind them"
INVITATION = (
    "Two built-in trials were made up with no threshold in them. Open one, look for the most impressive "
    "threshold, and then read what the search is worth."
)
LESSONS = (
    Lesson(
        "mirocals-null", "Nothing works", "Nothing predicts death, and the treatment does nothing to anybody."
    ),
    Lesson(
        "mirocals-prognostic",
        "Prognostic only",
        "pNFH predicts death, and the treatment helps everybody by the same hazard ratio.",
    ),
)


def describe_truth(trial: str) -> str:
    """What is known of a built-in trial of the lesson; empty for every other trial."""
    return next((f"{lesson.title}: {lesson.truth}" for lesson in LESSONS if lesson.trial == trial), "")


def build_lesson(view: View) -> Component:
    """Links to the trials without an effect; on one of them, what is known to be true of it."""
    truth = describe_truth(view.trial.id)
    told = html.P(truth, className="truth") if truth else html.P(INVITATION)
    links = [
        html.A(f"Open “{item.title}”", href=f"{THRESHOLDS}?trial={item.trial}", className="view-link chip")
        for item in LESSONS
        if item.trial != view.trial.id and item.trial in SAMPLES
    ]
    if truth:
        links.append(html.A("Back to the first trial", href=THRESHOLDS, className="view-link chip"))
    return html.Section([html.H2(TITLE), told, html.Div(links, className="chips")], className="lesson")


SUBGROUPS_PAGE_PAGE = "subgroups"


def build_subgroups_page(view: View) -> Component:
    """The page for one view."""
    return build_workspace(SUBGROUPS_PAGE_PAGE, view, [build_forest_place(view), build_methods()])


def register_subgroups_page(app: Dash, store: TrialStore) -> None:
    """Let the forest follow the selection once it has settled, and the question above it at once."""
    panel_host.register_panel_host(app, SUBGROUPS_PAGE_PAGE, (), store)
    register_forest(app, store)


THRESHOLDS_PAGE_PAGE = "thresholds"
AT_ONCE = tuple(panel for panel in THRESHOLDS_PANELS if isinstance(panel, Panel))
IN_STEPS = tuple(panel for panel in THRESHOLDS_PANELS if isinstance(panel, SteppedPanel))


def build_thresholds_page(view: View) -> Component:
    """The page for one view."""
    marker = view.trial.dictionary.biomarker(resolve(view.trial, view.selection).biomarker)
    asked = describe_threshold_question(
        format_arm_names(view.trial, view.selection).treated, marker.short if marker else ""
    )
    question = html.Section(
        [
            html.H2(QUESTION_TITLE),
            html.P(asked, className="asked"),
            html.P(describe_order(len(THRESHOLD_ARGUMENT)), className="subtitle"),
        ],
        className="argument-question",
    )
    steps = [_build_step(number, step, view) for number, step in enumerate(THRESHOLD_ARGUMENT, 1)]
    conclusion = html.Section(
        [
            html.H2(CONCLUSION_TITLE),
            # what the finding at the top says, once it is there: assets/words.js writes both
            html.P(className="concluded", **build_data_attributes(says=FINDING.key)),
            html.P(NOT_CONCLUDED, className="subtitle"),
        ],
        className="argument-end",
    )
    return build_workspace(
        THRESHOLDS_PAGE_PAGE,
        view,
        [
            question,
            html.Div(steps, className="argument"),
            conclusion,
            build_lesson(view),
            build_methods(),
            *threshold_packs.build_pack_places(THRESHOLDS_PAGE_PAGE),
        ],
    )


def _build_step(number: int, step: ArgumentStep, view: View) -> Component:
    """One step of the argument, its panels under its own heading."""
    places = [
        stepped_place(panel, heading="h3")
        if isinstance(panel, SteppedPanel)
        else build_panel_place(panel, view, heading="h3")
        for panel in step.panels
    ]
    return html.Section(
        [
            html.H2([html.Span(str(number), className="step-number"), step.title]),
            html.P(step.reason, className="step-reason"),
            html.Div(places, className="along"),
        ],
        className="argument-step",
    )


def register_thresholds_page(app: Dash, store: TrialStore) -> None:
    """Let the panels that are ready at once follow the selection; the others take steps."""
    panel_host.register_panel_host(app, THRESHOLDS_PAGE_PAGE, AT_ONCE, store)


def register_packs(app: Dash, store: TrialStore) -> None:
    """Let what follows a dragged threshold follow it without the server."""
    pages = {EXPLORE_PAGE: EXPLORE_PANELS, THRESHOLDS_PAGE_PAGE: AT_ONCE}
    following = {
        page: tuple(panel for panel in panels if panel.moves_with_thresholds)
        for page, panels in pages.items()
    }
    threshold_packs.register(app, store, following)
