"""Trials that differ in kind, each served by one dashboard for all tests; at night every trial there is."""

from __future__ import annotations

from functools import cache

from dash import Dash

from mirodash.factory import create_app
from mirodash.settings import Settings
from tests.dashboard.renderer import Reader
from tests.panels.views import TRIALS
from tests.profiles import NIGHTLY

KINDS = (
    "mirocals",
    "gbsg2",
    "no biomarker",
    "nobody",
    "events in one arm",
    "names that are markup",
)
SWEPT = tuple(TRIALS) if NIGHTLY else KINDS


@cache
def _app_of(name: str) -> Dash:
    return create_app(Settings(), trials=(TRIALS[name],))


def reader_of(name: str) -> Reader:
    """Return a reader of the dashboard that opens on this trial; nothing may be changed in it."""
    return Reader(_app_of(name))
