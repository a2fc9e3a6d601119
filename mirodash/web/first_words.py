"""First words: the numbers of a view in the page itself, readable before any script has run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape
from typing import Any

from dash import Dash
from flask import request

from mirodash.errors import GoneError, OverBudgetError, UnavailableError
from mirodash.questions.finding import FINDING_AT_HAND
from mirodash.questions.panel import Panel, PanelContent, explain
from mirodash.questions.panel_words import Data, describe_page_words, describe_panel_words
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.thresholds.threshold_scan import is_search_remembered
from mirodash.stratification.result_cache import memoise
from mirodash.stratification.selection import Selection
from mirodash.trial.store import TrialStore
from mirodash.trial.trial import Trial
from mirodash.web.components import EXPLORE
from mirodash.web.view import log_failure, read_view

LOG = logging.getLogger(__name__)

PLACE = "<!-- first words -->"
"""Where they stand in the page; ``assets/first_words.js`` takes them away once the page is there."""
MAX_PARTICIPANTS = 20_000
"""Among more, a page would come later for having been computed first."""


PANELS: tuple[Panel[Any], ...] = (FINDING_AT_HAND, *SURVIVAL)


class PageWithWords(Dash):
    """Dash whose page is sent with what ``words`` says of the address that was asked for."""

    words: Callable[[], str] | None = None

    def interpolate_index(self, *parts: str, **named: str) -> str:
        """Fill in the page as Dash does, and the words."""
        page: str = super().interpolate_index(*parts, **named)
        return page.replace(PLACE, self.words() if self.words else "", 1)


def register(app: PageWithWords, store: TrialStore) -> None:
    """Send Explore with the words of the view that its address holds; every other page without."""

    def words() -> str:
        if request.path != EXPLORE:
            return ""
        try:
            view = read_view(store, request.query_string.decode("utf-8", "replace"))
        except (GoneError, UnavailableError):
            return ""
        trial, selection = view.trial, view.selection
        if trial.participants > MAX_PARTICIPANTS:
            return ""
        try:
            return _write_words(trial, selection, is_search_remembered(trial, selection))
        except OverBudgetError:
            return ""
        except Exception as error:  # noqa: BLE001 - whatever it is, the page comes without words
            log_failure(LOG, "no first words", error, view)
            return ""

    app.words = words


@memoise
def _write_words(
    trial: Trial,
    selection: Selection,
    is_at_hand: bool,  # noqa: FBT001 - what was written before the search is written anew after it
) -> str:
    """The finding, the question and every group, in the places that they have on the page."""
    explained = [explain(panel, trial, selection) for panel in PANELS]
    finding, *groups = (describe_panel_words(PanelContent(one)) for one in explained if one)
    page = describe_page_words(trial, selection)
    if trial.dictionary.synthetic:
        page["estimand"].insert(0, {"text": "SYNTHETIC", "strong": True})
    cards = "".join(_write_panel(group) for group in groups if group)
    return (
        '<div id="first-words" class="sheet">'
        f"{_write_finding(finding) if finding else ''}"
        f'<div class="estimand-line">{_write_estimand(page)}</div>'
        '<div class="workspace"><div class="rail"></div>'
        f'<main class="main"><div class="cards" data-shown="{len(groups)}">{cards}</div></main></div></div>'
    )


def _write_finding(words: Data) -> str:
    return (
        f'<section class="finding"><div class="finding-head"><h1>{escape(words["title"])}</h1>'
        f'<p class="subtitle">{escape(words["subtitle"])}</p></div>'
        f'<div class="finding-evidence">{_write_facts(words)}</div></section>'
    )


def _write_estimand(page: Data) -> str:
    phrases = " ".join(
        f'<span class="{"phrase strong" if phrase["strong"] else "phrase"}">{escape(phrase["text"])}</span>'
        for phrase in page["estimand"]
    )
    return f'<p class="estimand">{phrases}</p><p class="banner">{escape(page["banner"])}</p>'


def _write_panel(words: Data) -> str:
    return (
        f'<section class="panel"><div class="panel-head"><h2>{escape(words["title"])}</h2>'
        f'<p class="subtitle">{escape(words["subtitle"])}</p></div>'
        f'<div class="panel-body">{_write_facts(words)}<p class="sentence">{escape(words["sentence"])}</p>'
        "</div></section>"
    )


def _write_facts(words: Data) -> str:
    lines = "".join(
        f'<div class="{escape(fact["kind"])}"><dt>{escape(fact["label"])}</dt>'
        f"<dd><strong>{escape(fact['value'])}</strong> <span>{escape(fact['detail'])}</span></dd></div>"
        for fact in words["facts"]
    )
    return f'<dl class="facts">{lines}</dl>'
