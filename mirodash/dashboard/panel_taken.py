"""What a reader takes from one panel: its picture on white ground with its words, or its tables as a file."""

from __future__ import annotations

import json
import logging
from datetime import date
from typing import Any

from dash import Dash, Input, Output, State, no_update

from mirodash.dashboard import ids
from mirodash.dashboard.failures import log_failure
from mirodash.dashboard.file_names import file_stem
from mirodash.dashboard.panel_host import SOMETHING_WENT_WRONG, shown
from mirodash.dashboard.panel_menu import ASKED, GIVEN, HISTOGRAM, SUBGROUPS, TAKEN
from mirodash.dashboard.sent_counts import count_sent
from mirodash.dashboard.view import View, view_of
from mirodash.dashboard.words import Data, panel_words
from mirodash.disclosure.curve_values import biomarker_span
from mirodash.errors import OverBudgetError
from mirodash.export.csv_tables import table_csv
from mirodash.plot.theme import LIGHT
from mirodash.questions import biomarker_distribution as biomarker_histogram
from mirodash.questions import page_panels
from mirodash.questions.biomarker_distribution import biomarker_distribution
from mirodash.questions.effect_along_biomarker import INVITATION, spread_of_biomarker
from mirodash.questions.forest import forest
from mirodash.questions.panel import Panel, Shown, SteppedPanel
from mirodash.questions.subgroups import between_sites, subgroups
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.view_description import footer, source
from mirodash.stratification.validation import settled
from mirodash.text.facts import Explanation
from mirodash.text.labels import arm_names
from mirodash.text.methods import method_of
from mirodash.text.numbers import bare_value
from mirodash.trial.store import TrialStore

LOG = logging.getLogger(__name__)
AnyPanel = Panel[Any] | SteppedPanel[Any]
PANELS: tuple[AnyPanel, ...] = (
    *page_panels.EXPLORE_PANELS,
    *page_panels.IN_STEPS,
    *page_panels.THRESHOLDS_PANELS,
)


def register(app: Dash, store: TrialStore) -> None:
    """Answer what the menu of a panel asks for; only then, so that a drag waits for nothing."""
    known = {panel.key: panel for panel in PANELS}

    @app.callback(
        Output(TAKEN, GIVEN),
        Input(ASKED, "data"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )
    def give(asked: object, query: object) -> Any:
        if not isinstance(asked, dict) or not isinstance(key := asked.get("key"), str):
            return no_update
        view = view_of(store, query)
        try:
            told = _taken(known, key, view, asked)
        except OverBudgetError as error:
            told = {"cannot": " ".join(error.problems)}
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
            log_failure(LOG, f"nothing to take from panel {key}", error, view)
            told = {"cannot": SOMETHING_WENT_WRONG}
        if told is None:
            return no_update
        answer = {**told, "at": count_sent(asked.get("at"))}
        return json.dumps(answer, ensure_ascii=True, allow_nan=False)


def _taken(known: dict[str, AnyPanel], key: str, view: View, asked: dict[str, Any]) -> Data | None:
    """The answer for one panel; None where there is no such panel or nothing in it."""
    if key == SUBGROUPS:
        return {**_belonging(view, key), "forest": _forest(view)}
    if key == HISTOGRAM:
        return _histogram(view)
    panel = known.get(key)
    if panel is None:
        return None
    answer = shown(_as_seen(panel, asked.get("step")), view, LIGHT)
    if answer is None:
        return None
    if asked.get("what") == "table":
        return _table(view, key, answer)
    thresholds = _thresholds(view) if panel.along_biomarker else []
    return _picture(view, key, answer, height=panel.height, thresholds=thresholds)


def _as_seen(panel: AnyPanel, step: object) -> Panel[Any]:
    """A panel that takes steps as far as the reader has let it come."""
    if isinstance(panel, Panel):
        return panel
    return panel.after(step if isinstance(step, int) and step > 0 else panel.steps)


def _picture(view: View, key: str, answer: Shown, *, height: int, thresholds: list[Data]) -> Data:
    words = panel_words(answer) or {}
    return {
        **_belonging(view, key),
        **words,
        "subtitle": str(words.get("subtitle", "")).removesuffix(INVITATION).strip(),
        "figure": answer.figure,
        "height": height,
        "thresholds": thresholds,
    }


def _table(view: View, key: str, answer: Shown) -> Data:
    about = _belonging(view, key)
    text = table_csv(answer.explanation.tables, (about["footer"], about["source"]))
    return {**about, "table": text}


def _belonging(view: View, key: str) -> Data:
    """What every file says of where it comes from."""
    trial, selection = view.trial, view.selection
    foot = footer(trial, selection, method=method_of(key), on=date.today(), shown=_counted(view, key))
    return {
        "footer": foot,
        "source": source(trial, selection),
        "synthetic": trial.dictionary.synthetic,
        "stem": file_stem(trial, key),
    }


def _counted(view: View, key: str) -> tuple[int, int] | None:
    """How many participants and events are in the picture of one group; None for everybody selected."""
    groups = survival_by_group(view.trial, view.selection).groups
    by_key = {f"survival-{place}": group.comparison for place, group in enumerate(groups)}
    found = by_key.get(key)
    return (found.n, found.events) if found else None


def _thresholds(view: View) -> list[Data]:
    """Where the thresholds lie along the axis, from 0 to 1: on the page they are handles on the picture."""
    span = biomarker_span(view.trial, view.selection)
    if span is None:
        return []
    low, high = span.position(span.low), span.position(span.high)
    return [
        {"at": (span.position(c) - low) / (high - low), "label": bare_value(span.biomarker, c)}
        for c in settled(view.trial, view.selection).thresholds or ()
        if span.low <= c <= span.high
    ]


def _histogram(view: View) -> Data | None:
    trial, selection = view.trial, view.selection
    spread, span = biomarker_distribution(trial, selection), biomarker_span(trial, selection)
    if spread is None or span is None:
        return None
    names = arm_names(trial, selection)
    figure = biomarker_histogram.biomarker_histogram(span, spread, names, LIGHT)
    told = Explanation(span.biomarker.label, "", spread_of_biomarker(spread, names))
    height = 2 * biomarker_histogram.HEIGHT
    answer = Shown(told, figure)
    return _picture(view, HISTOGRAM, answer, height=height, thresholds=_thresholds(view))


def _forest(view: View) -> Data:
    trial, selection = view.trial, view.selection
    return forest(subgroups(trial, selection), between_sites(trial, selection), arm_names(trial, selection))
