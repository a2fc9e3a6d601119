"""What the cards of a strip say of their views: trial, picture, who is selected, and the proposed title."""

from __future__ import annotations

import logging
from typing import Any

from mirodash.dashboard.failures import log_failure
from mirodash.dashboard.panel_host import SOMETHING_WENT_WRONG
from mirodash.dashboard.view import View, kept_view_of
from mirodash.errors import MirodashError
from mirodash.questions.group_effects import estimand
from mirodash.questions.talk.slide_data import picture_names, pictured
from mirodash.questions.talk.slide_title import finding
from mirodash.stratification.groups import groups
from mirodash.stratification.saved_view import EFFECT, SEARCH, SUBGROUPS, SURVIVAL, SavedView
from mirodash.stratification.validation import minimal
from mirodash.trial.store import TrialStore

LOG = logging.getLogger(__name__)
Data = dict[str, Any]

NO_VIEW = "This is no view that can be shown."
USUAL_NAMES = {
    EFFECT: "Effect by biomarker",
    SEARCH: "Search over thresholds",
    SURVIVAL[0]: "All participants",
}
"""For views whose trial is not here, or whose picture does not exist in it."""


def card_words(store: TrialStore, kept: SavedView | None) -> Data:
    """One card; whatever was kept, there is something to say.

    Parameters
    ----------
    store : TrialStore
        The trials that are served.
    kept : SavedView or None
        None for what no page can have kept.
    """
    if kept is None:
        return _cannot("A view", NO_VIEW)
    view = kept_view_of(store, kept.query)
    if view.problems:
        return _cannot(usual_name(kept.picture), *view.problems)
    try:
        return _words(view, kept)
    except MirodashError as error:
        return _cannot(usual_name(kept.picture), *error.problems)
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, "a kept view could not be described", error)
        return _cannot(usual_name(kept.picture), SOMETHING_WENT_WRONG)


def proposed_title(view: View, picture: str) -> str:
    """The sentence that the data propose for one picture of a view."""
    return finding(view.trial, view.selection, pictured(view.trial, view.selection, picture))


def usual_name(picture: str) -> str:
    """What a picture is called where its view cannot say it."""
    usual = "Subgroups" if picture.startswith(SUBGROUPS) else "A group"
    return USUAL_NAMES.get(picture, usual)


def view_phrases(view: View) -> list[str]:
    """The trial, its groups, and who is selected for what, as short phrases.

    What the effect is measured in is the last phrase of every estimand, and says nothing about one view.
    """
    made = [group.label for group in groups(view.trial, view.selection).groups]
    asked = [phrase.text for phrase in estimand(view.trial, view.selection)]
    return [view.trial.dictionary.title, *made, *asked[:-1]]


def page_of(picture: str) -> str:
    """The page on which a picture stands."""
    if picture.startswith(SUBGROUPS):
        return "/subgroups"
    return "/thresholds" if picture == SEARCH else "/"


def _words(view: View, kept: SavedView) -> Data:
    query = minimal(view.trial, view.selection).to_query()
    page = page_of(kept.picture)
    names = dict(picture_names(view.trial, view.selection))
    return {
        "name": names.get(kept.picture, usual_name(kept.picture)),
        "proposed": proposed_title(view, kept.picture),
        "phrases": view_phrases(view),
        "synthetic": view.trial.dictionary.synthetic,
        "href": f"{page}?{query}" if query else page,
        "problems": [],
    }


def _cannot(name: str, *problems: str) -> Data:
    return {
        "name": name,
        "proposed": "",
        "phrases": [],
        "synthetic": False,
        "href": "",
        "problems": list(problems),
    }
