"""Building a dashboard: which trials it opens with, which it offers, and what it refuses to open."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from dash import Dash

from mirodash.errors import UnusableDataError
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.trial.store import SAMPLES, sample_folder
from mirodash.web import ids
from tests.dashboard.renderer import Reader, components
from tests.panels.views import of_size
from tests.profiles import for_each


def _offered(app: Dash) -> list[str]:
    layout = Reader(app).get("/_dash-layout").get_json()
    (menu,) = [p["props"] for p in components(layout) if p["props"].get("id") == "header-trial"]
    return [item["value"] for item in menu["data"]]


def test_the_built_in_trials_are_offered_and_the_synthetic_ones_say_so_beside_the_menu():
    app = create_app(Settings())
    assert _offered(app) == list(SAMPLES)
    for name in SAMPLES:
        badge = Reader(app).open(f"?trial={name}")[ids.BADGE]
        assert badge == ("SYNTHETIC" if name.startswith("mirocals") else ""), name


def test_given_trials_come_first_then_files_then_the_built_in_ones():
    app = create_app(Settings(data=(sample_folder() / "gbsg2.csv",)), trials=(of_size(12),))
    assert _offered(app) == ["small", "gbsg2", *(name for name in SAMPLES if name != "gbsg2")]
    assert Reader(app).open()["header-trial"] == "small"
    assert Reader(app).open("?trial=gbsg2")["header-trial"] == "gbsg2"
    assert Reader(app).open("?trial=gbsg2")["header-badge"] == ""


@for_each("content", ["", "a,b\n1,2\n", "not a table at all"])
def test_a_file_that_cannot_be_read_is_refused_before_anything_is_served(tmp_path: Path, content: str):
    path = tmp_path / "broken.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnusableDataError) as refused:
        create_app(Settings(data=(path,)))
    assert refused.value.problems
    assert all(problem.endswith((".", "?")) for problem in refused.value.problems)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(UnusableDataError, match=r"nothing\.csv"):
        create_app(Settings(data=(tmp_path / "nothing.csv",)))


def test_the_server_says_that_it_is_well():
    reply = Reader(create_app(Settings())).get("/health")
    assert reply.status_code == 200


def test_everything_is_served_from_this_machine():
    app = create_app(Settings())
    assert app.config.serve_locally if "serve_locally" in app.config else app.scripts.config.serve_locally
    assert app.config.external_scripts == []
    assert app.config.external_stylesheets == []


def test_no_rows_of_a_trial_are_written_to_the_log(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        reader = Reader(create_app(Settings()))
        reader.open("?trial=nothing&site=XX")
        reader.redraw("threshold=1234")
    assert "csf_pnfh" not in caplog.text
    assert len(caplog.text) < 5_000


def test_pandas_is_loaded_before_there_are_requests_that_could_find_half_of_it():
    program = """
import sys
from mirodash.factory import create_app
from mirodash.settings import Settings
create_app(Settings())
print("pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
