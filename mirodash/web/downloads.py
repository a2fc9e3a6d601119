"""Downloads of a view and of its panels: slides, numbers, scripts, methods, figures and tables."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.disclosure.curve_values import biomarker_span
from mirodash.errors import OverBudgetError
from mirodash.export.analysis_json import encode_numbers
from mirodash.export.baseline_numbers import write_baseline
from mirodash.export.code import code, progression_code
from mirodash.export.csv_tables import write_table
from mirodash.export.curve_numbers import write_numbers
from mirodash.export.deck import deck, slides_of_view
from mirodash.export.live_page import write_live_page
from mirodash.export.word_report import write_word_report
from mirodash.plot.theme import LIGHT, Theme, find_theme
from mirodash.questions import biomarker_distribution as biomarker_histogram
from mirodash.questions import page_panels
from mirodash.questions.baseline_table import BASELINE, find_baseline
from mirodash.questions.biomarker_distribution import biomarker_distribution
from mirodash.questions.effect_along_biomarker import INVITATION, describe_biomarker_spread
from mirodash.questions.forest import draw_forest
from mirodash.questions.panel import Panel, PanelContent, SteppedPanel
from mirodash.questions.panel_words import Data, describe_panel_words
from mirodash.questions.subgroup_credibility import count_views
from mirodash.questions.subgroups import measure_site_heterogeneity, subgroups
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.talk.view_description import describe_footer, describe_source
from mirodash.stratification.validation import resolve
from mirodash.text.facts import Explanation
from mirodash.text.labels import format_arm_names
from mirodash.text.methods import describe_method, describe_software_versions
from mirodash.text.numbers import format_threshold
from mirodash.trial.store import TrialStore
from mirodash.web import components, ids
from mirodash.web.components import (
    ASKED,
    GIVEN,
    HISTOGRAM,
    PANEL_MENU_SUBGROUPS,
    POWERPOINT,
    TAKEN,
    WORD_DOCUMENT,
    Language,
    TextDialog,
    build_aria_attributes,
    build_file_name,
    build_file_stem,
)
from mirodash.web.panel_host import SOMETHING_WENT_WRONG, show_panel
from mirodash.web.public_links import PublicLinks
from mirodash.web.view import View, log_failure, parse_sequence, read_view

LOG = logging.getLogger(__name__)
AnyPanel = Panel[Any] | SteppedPanel[Any]
PANELS: tuple[AnyPanel, ...] = (
    *page_panels.EXPLORE_PANELS,
    *page_panels.IN_STEPS,
    *page_panels.THRESHOLDS_PANELS,
    *page_panels.PROGRESSION_PANELS,
)


def register_panel_taken(app: Dash, store: TrialStore) -> None:
    """Answer what the menu of a panel asks for; only then, so that a drag waits for nothing."""
    known = {panel.key: panel for panel in PANELS}

    @app.callback(
        Output(TAKEN, GIVEN),
        Input(ASKED, "data"),
        State(ids.SELECTION, "data"),
        State(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def give(asked: object, query: object, theme: object) -> Any:
        if not isinstance(asked, dict) or not isinstance(key := asked.get("key"), str):
            return no_update
        view = read_view(store, query)
        try:
            options = find_theme(theme if isinstance(theme, str) else "").options
            told = _take_panel(known, key, view, asked, on_paper=replace(LIGHT, options=options))
        except OverBudgetError as error:
            told = {"cannot": " ".join(error.problems)}
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
            log_failure(LOG, f"nothing to take from panel {key}", error, view)
            told = {"cannot": SOMETHING_WENT_WRONG}
        if told is None:
            return no_update
        answer = {**told, "at": parse_sequence(asked.get("at"))}
        return json.dumps(answer, ensure_ascii=True, allow_nan=False)


def _take_panel(
    known: dict[str, AnyPanel], key: str, view: View, asked: dict[str, Any], *, on_paper: Theme
) -> Data | None:
    """The answer for one panel; None where there is no such panel or nothing in it."""
    if key == PANEL_MENU_SUBGROUPS:
        return {**_belonging(view, key), "forest": _build_forest(view)}
    if key == HISTOGRAM:
        return _build_histogram(view)
    panel = known.get(key)
    if panel is None:
        return None
    answer = show_panel(_as_seen(panel, asked.get("step")), view, on_paper)
    if answer is None:
        return None
    what = asked.get("what")
    if what in ("table", "numbers"):
        return _build_table(view, key, answer) if what == "table" else _build_numbers(view, key)
    thresholds = _build_thresholds(view) if panel.along_biomarker else []
    return _build_picture(view, key, answer, height=panel.height, thresholds=thresholds)


def _as_seen(panel: AnyPanel, step: object) -> Panel[Any]:
    """A panel that takes steps as far as the reader has let it come."""
    if isinstance(panel, Panel):
        return panel
    return panel.after(step if isinstance(step, int) and step > 0 else panel.steps)


def _build_picture(
    view: View, key: str, answer: PanelContent, *, height: int, thresholds: list[Data]
) -> Data:
    words = describe_panel_words(answer) or {}
    return {
        **_belonging(view, key),
        **words,
        "subtitle": str(words.get("subtitle", "")).removesuffix(INVITATION).strip(),
        "figure": answer.figure,
        "height": height,
        "thresholds": thresholds,
    }


def _build_table(view: View, key: str, answer: PanelContent) -> Data | None:
    if key == BASELINE.key:
        return _build_baseline(view)
    about = _belonging(view, key)
    text = write_table(answer.explanation.tables, (about["footer"], about["source"]))
    return {**about, "table": text}


def _build_numbers(view: View, key: str) -> Data | None:
    """The picture's coordinates, every cell a number or a name."""
    about = _belonging(view, key)
    text = write_numbers(view.trial, view.selection, key, about=about["footer"])
    return None if text is None else {**about, "stem": f"{about['stem']}-numbers", "table": text}


def _build_baseline(view: View) -> Data | None:
    """Table 1 in numbers, one line for each arm of each group."""
    found = find_baseline(view.trial, view.selection)
    if found is None:
        return None
    about = _belonging(view, BASELINE.key)
    return {**about, "table": write_baseline(found, (about["footer"], about["source"]))}


def _belonging(view: View, key: str) -> Data:
    """What every file says of where it comes from."""
    trial, selection = view.trial, view.selection
    foot = describe_footer(
        trial, selection, method=describe_method(key), on=date.today(), shown=_count_tables(view, key)
    )
    return {
        "footer": foot,
        "source": describe_source(trial, selection),
        "synthetic": trial.dictionary.synthetic,
        "stem": build_file_stem(trial, key),
    }


def _count_tables(view: View, key: str) -> tuple[int, int] | None:
    """How many participants and events are in the picture of one group; None for everybody selected."""
    groups = survival_by_group(view.trial, view.selection).groups
    by_key = {f"survival-{place}": group.comparison for place, group in enumerate(groups)}
    found = by_key.get(key)
    return (found.n, found.events) if found else None


def _build_thresholds(view: View) -> list[Data]:
    """Where the thresholds lie along the axis, from 0 to 1: on the page they are handles on the picture."""
    span = biomarker_span(view.trial, view.selection)
    if span is None:
        return []
    low, high = span.position(span.low), span.position(span.high)
    return [
        {"at": (span.position(c) - low) / (high - low), "label": format_threshold(span.biomarker, c)}
        for c in resolve(view.trial, view.selection).thresholds or ()
        if span.low <= c <= span.high
    ]


def _build_histogram(view: View) -> Data | None:
    trial, selection = view.trial, view.selection
    spread, span = biomarker_distribution(trial, selection), biomarker_span(trial, selection)
    if spread is None or span is None:
        return None
    names = format_arm_names(trial, selection)
    figure = biomarker_histogram.draw_biomarker_histogram(span, spread, names, LIGHT)
    told = Explanation(span.biomarker.label, "", describe_biomarker_spread(spread, names))
    height = 2 * biomarker_histogram.HEIGHT
    answer = PanelContent(told, figure)
    return _build_picture(view, HISTOGRAM, answer, height=height, thresholds=_build_thresholds(view))


def _build_forest(view: View) -> Data:
    trial, selection = view.trial, view.selection
    return draw_forest(
        subgroups(trial, selection),
        measure_site_heterogeneity(trial, selection),
        format_arm_names(trial, selection),
    )


MENU = "export-menu"
LIST = "export-list"
SLIDES = "export-slides"
SLIDES_FILE = "export-slides-file"
LIVE = "export-live"
WORD = "export-word"
WORD_FILE = "export-word-file"
LIVE_FILE = "export-live-file"


MEASURED = "-measured"
"""Behind a language: of the repeated measurement of the view."""


def _build_code(view: View, language: str, _seen: object) -> str:
    write = progression_code if language.endswith(MEASURED) else code
    return write(view.trial, view.selection, "python" if language.startswith("python") else "r")


def _build_methods(view: View, language: str, seen: object) -> str:
    return methods_paragraph(
        view.trial,
        view.selection,
        language="fr" if language.startswith("fr") else "en",
        looks=count_views(view.trial, view.selection, seen),
        versions=describe_software_versions(),
        measured=language.endswith(MEASURED),
    )


CODE = TextDialog(
    "code",
    "The code behind this view",
    "It reads your own file, makes the same groups, and prints the same numbers.",
    (
        Language("r", "R", "R"),
        Language("python", "Python", "py"),
        Language(f"r{MEASURED}", "R, progression", "R"),
        Language(f"python{MEASURED}", "Python, progression", "py"),
    ),
    _build_code,
    is_code=True,
)
METHODS = TextDialog(
    "methods",
    "Methods, ready for an abstract",
    "What was asked and how it was answered, without the answer.",
    (
        Language("en", "English", "txt"),
        Language("fr", "Français", "txt"),
        Language(f"en{MEASURED}", "English, with progression", "txt"),
        Language(f"fr{MEASURED}", "Français, avec progression", "txt"),
    ),
    _build_methods,
)
DIALOGS = (CODE, METHODS)


def export_menu() -> list[Component]:
    """The menu in the header, and the dialogs that it opens."""
    items = (
        (SLIDES, "PowerPoint slides", "Charts that can be edited"),
        (LIVE, "Live page (HTML)", "One file whose threshold can be dragged, offline"),
        (WORD, "Report (Word)", "Words and tables, Table 1, methods"),
        (ids.EXPORT_NUMBERS, "Numbers", "Everything as JSON, at full precision"),
        (CODE.part("open"), "Code", "The same numbers in R or Python"),
        (METHODS.part("open"), "Methods paragraph", "In English or French"),
        (ids.PRINT, "Print", "On paper, or as PDF"),
    )
    popup: dict[str, Any] = build_aria_attributes(haspopup="menu", expanded="false", controls=LIST)
    button = html.Button("Export", id=MENU, type="button", **popup)
    hidden: dict[str, Any] = {"hidden": True, "role": "menu", **build_aria_attributes(label="Export")}
    menu = html.Div(
        [_build_item(*item) for item in items], id=LIST, className="menu-list export-list", **hidden
    )
    return [
        html.Div([button, menu], className="export"),
        *(components.build_text_dialog(one) for one in DIALOGS),
        dcc.Download(id=SLIDES_FILE),
        dcc.Download(id=LIVE_FILE),
        dcc.Download(id=WORD_FILE),
    ]


def _build_item(identifier: str, name: str, what: str) -> Component:
    held: dict[str, Any] = {"role": "menuitem", "tabIndex": -1}
    return html.Button([name, " ", html.Small(what)], id=identifier, type="button", **held)


def register_taking_away(app: Dash, store: TrialStore, links: PublicLinks) -> None:
    """Make what is asked for, of the view that is on screen."""
    for dialog in DIALOGS:
        components.register(app, store, dialog)
    _register_file(app, store, ids.EXPORT_NUMBERS, ids.EXPORT_FILE, _send_numbers)
    _register_file(app, store, LIVE, LIVE_FILE, _send_live_page)
    _register_file(app, store, WORD, WORD_FILE, _send_report)
    _register_file(app, store, SLIDES, SLIDES_FILE, partial(_send_slides, links))


def _register_file(
    app: Dash, store: TrialStore, button: str, file: str, send: Callable[[View, object], Any]
) -> None:
    """Let a button make a file; ``send`` takes the view and what the browser says was looked at."""

    @app.callback(
        Output(file, "data"),
        Input(button, "n_clicks"),
        State(ids.SELECTION, "data", allow_optional=True),
        State(ids.LOOKS, "data"),
        prevent_initial_call=True,
    )
    def make(clicks: object, query: object, seen: object) -> Any:
        return send(read_view(store, query), seen) if clicks else no_update


def _send_numbers(view: View, seen: object) -> Any:
    looked = count_views(view.trial, view.selection, seen)
    numbers = encode_numbers(view.trial, view.selection, looked=looked, on=date.today())
    text = json.dumps(numbers, indent=2, ensure_ascii=False, allow_nan=False)
    return dcc.send_string(text, build_file_name(view.trial, "", "json"))


def _send_live_page(view: View, _seen: object) -> Any:
    text = write_live_page(view.trial, view.selection, on=date.today())
    return dcc.send_string(text, build_file_name(view.trial, "", "html"), type="text/html;charset=utf-8")


def _send_report(view: View, seen: object) -> Any:
    looks = count_views(view.trial, view.selection, seen)
    file = write_word_report(view.trial, view.selection, on=date.today(), looks=looks)
    return dcc.send_bytes(file, build_file_name(view.trial, "", "docx"), type=WORD_DOCUMENT)


def _send_slides(links: PublicLinks, view: View, _seen: object) -> Any:
    link = links.find(view, components.EXPLORE)
    file = deck(slides_of_view(view.trial, view.selection, link=link), on=date.today())
    return dcc.send_bytes(file, build_file_name(view.trial, "", "pptx"), type=POWERPOINT)
