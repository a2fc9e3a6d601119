"""What every test shares: how hard Hypothesis looks, what runs only at night, what a missing tool does.

Hypothesis has three profiles, chosen by ``HYPOTHESIS_PROFILE``. ``quick``, the default by hand, looks at a
few examples, at other ones each time; ``ci``, the default where ``CI`` is ``true``, at the same ones every
time; ``nightly`` at many. A test that costs more than others takes a share of them
(``tests.profiles.share_of_examples``), so that no number of examples is written into a test.

A test marked ``nightly`` is left out unless ``HYPOTHESIS_PROFILE=nightly`` or a ``-m`` that names the marker
(``-m nightly``) asks for it. It is a wider sweep of something that a test without the marker looks at too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pytest

from tests.changed_files import changed_files, concerns
from tests.profiles import NIGHTLY

CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
LONGEST = ("test_installing.py", "test_accessibility.py", "test_strip.py", "test_thresholds_page.py")
"""Files with tests that take about half a minute or more, the longest first."""
LOAD_R_PACKAGES = "for (p in c('survival', 'jsonlite', 'nlme', 'foreign')) library(p, character.only = TRUE)"


@lru_cache(maxsize=1)
def _chromium() -> str | None:
    """Return the path of the system's Chromium, or None."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@lru_cache(maxsize=1)
def _rscript() -> str | None:
    """Return the path of an Rscript that can load survival, jsonlite, nlme and foreign, or None."""
    path = shutil.which("Rscript")
    if path is None:
        return None
    loaded = subprocess.run([path, "-e", LOAD_R_PACKAGES], capture_output=True, check=False)
    return path if loaded.returncode == 0 else None


def _nginx() -> str | None:
    """Return the path of nginx, which lies where only administrators look, or None."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _what_is_missing(item: pytest.Item) -> str | None:
    """Say in a sentence which tool this test needs and the machine lacks, or return None."""
    if item.get_closest_marker("browser") and _chromium() is None:
        return "Chromium is not installed, and this test looks at a page in it."
    if item.get_closest_marker("index") and not _index_answers():
        return "The package index does not answer, and this test installs from it."
    if item.get_closest_marker("r") and _rscript() is None:
        return "R with survival, jsonlite, nlme and foreign is not installed, and this test compares with it."
    if item.get_closest_marker("redis") and shutil.which("redis-server") is None:
        return "redis-server is not installed, and this test keeps trials in it."
    if item.get_closest_marker("nginx") and not (_nginx() and shutil.which("openssl")):
        return "nginx and openssl are not installed, and this test serves through them."
    return None


@lru_cache(maxsize=1)
def _index_answers() -> bool:
    """Tell whether the package index that pip is told to use can be reached."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run([*command, folder, "pip"], capture_output=True, check=False).returncode == 0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to run only the tests that concern what differs from the last commit."""
    parser.addoption("--changed", action="store_true", help="run test files that concern uncommitted changes")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With ``--changed``, leave out the files whose tests do not concern what changed."""
    if not config.getoption("--changed") or collection_path.suffix != ".py":
        return None
    return True if not concerns(collection_path, changed_files()) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose tool is missing; where MIRODASH_REQUIRE_TOOLS is 1, fail it instead."""
    missing = _what_is_missing(item)
    if missing is None:
        return
    if os.environ.get("MIRODASH_REQUIRE_TOOLS") == "1":
        pytest.fail(f"{missing} MIRODASH_REQUIRE_TOOLS=1 forbids skipping it.", pytrace=False)
    pytest.skip(missing)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Give three workers to two cores: a journey waits for its page, and a script for its program."""
    cores = yield
    return cores + (cores + 1) // 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the nights' tests to the night, and let every worker begin with tests that take long.

    A test marked ``nightly`` stays where this is the night, or where ``-m`` names the marker.
    """
    left_out = [item for item in items if item.get_closest_marker("nightly")]
    if left_out and not NIGHTLY and "nightly" not in config.option.markexpr:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]
    items[:] = _long_ones_first(items, workers=int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _long_ones_first(items: list[pytest.Item], *, workers: int) -> list[pytest.Item]:
    """Return the tests so that every worker begins with some of the longest files, each of them whole.

    ``--dist worksteal`` gives each worker as many tests as the others, in the order in which they stand: one
    that takes a minute and comes last would leave the others with nothing to do.
    """
    others = iter([item for item in items if item.path.name not in LONGEST])
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        names = LONGEST[worker::workers]
        first = [item for name in names for item in items if item.path.name == name]
        share = (len(items) - len(ordered)) // (workers - worker)
        ordered += [*first, *islice(others, max(0, share - len(first)))]
    return [*ordered, *others]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the system's Chromium, for tests marked ``browser``."""
    path = _chromium()
    assert path is not None, "a test that uses this fixture must be marked `browser`"
    return path


@pytest.fixture(scope="session")
def rscript() -> str:
    """Return the path of Rscript, for tests marked ``r``."""
    path = _rscript()
    assert path is not None, "a test that uses this fixture must be marked `r`"
    return path


@pytest.fixture(scope="session")
def nginx() -> str:
    """Return the path of nginx, for tests marked ``nginx``."""
    path = _nginx()
    assert path is not None, "a test that uses this fixture must be marked `nginx`"
    return path


@pytest.fixture(scope="session")
def cdisc_pilot() -> Path:
    """Return the folder of the CDISC pilot study's ADaM files, where a copy lies beside the checkout."""
    folder = Path(__file__).parents[2] / "shared" / "data" / "cdisc-pilot"
    if not folder.is_dir():
        pytest.skip("The CDISC pilot study is not in the folder beside the checkout.")
    return folder
