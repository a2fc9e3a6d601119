"""One dashboard with the built-in trials, for the tests that only read from it."""

from __future__ import annotations

import pytest
from dash import Dash

from mirodash.factory import create_app
from mirodash.settings import Settings
from tests.dashboard.renderer import Reader


@pytest.fixture(scope="session")
def app() -> Dash:
    """Return a dashboard as `gunicorn app:server` makes it."""
    return create_app(Settings())


@pytest.fixture
def reader(app: Dash) -> Reader:
    """Return a browser that looks at it."""
    return Reader(app)
