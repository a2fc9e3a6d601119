"""What every test shares: how hard Hypothesis looks, and what a machine without Chromium, R or Redis does."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is not a wrong answer, so no profile has a deadline. In ci the same examples come every time.
settings.register_profile("local", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "local")
)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
LOAD_R_PACKAGES = 'for (name in c("survival", "jsonlite")) library(name, character.only = TRUE)'


@lru_cache(maxsize=1)
def _chromium() -> str | None:
    """Return the path of the system's Chromium, or None."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@lru_cache(maxsize=1)
def _rscript() -> str | None:
    """Return the path of an Rscript that can load survival and jsonlite, or None."""
    path = shutil.which("Rscript")
    if path is None:
        return None
    loaded = subprocess.run([path, "-e", LOAD_R_PACKAGES], capture_output=True, check=False)
    return path if loaded.returncode == 0 else None


def _what_is_missing(item: pytest.Item) -> str | None:
    """Say in a sentence which tool this test needs and the machine lacks, or return None."""
    if item.get_closest_marker("browser") and _chromium() is None:
        return "Chromium is not installed, and this test looks at a page in it."
    if item.get_closest_marker("r") and _rscript() is None:
        return "R with the packages survival and jsonlite is not installed, and this test compares with it."
    if item.get_closest_marker("redis") and shutil.which("redis-server") is None:
        return "redis-server is not installed, and this test keeps trials in it."
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose tool is missing; where MIRODASH_REQUIRE_TOOLS is 1, fail it instead."""
    missing = _what_is_missing(item)
    if missing is None:
        return
    if os.environ.get("MIRODASH_REQUIRE_TOOLS") == "1":
        pytest.fail(f"{missing} MIRODASH_REQUIRE_TOOLS=1 forbids skipping it.", pytrace=False)
    pytest.skip(missing)


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
def cdisc_pilot() -> Path:
    """Return the folder of the CDISC pilot study's ADaM files, where a copy lies beside the checkout."""
    folder = Path(__file__).parents[2] / "shared" / "data" / "cdisc-pilot"
    if not folder.is_dir():
        pytest.skip("The CDISC pilot study is not in the folder beside the checkout.")
    return folder
