"""Installing as a stranger does: the README's lines with old and new pip, and a wheel elsewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.checkout import ROOT, copy_checkout
from tests.profiles import NIGHTLY

LOCKS = ("requirements-setup.lock", "requirements.lock", "requirements-bench.lock")
OLDEST_PIP = "23.0.1"
"""Comes with Debian 12."""
BETWEEN = "pip==23.2.1"
"""Comes with Python 3.11."""
RELEASED_LATER = ("click", "dash", "numpy", "pytest", "setuptools", "werkzeug")
ASKED_FOR_WITH_AN_EXTRA = ROOT / "tests" / "asked_for_with_an_extra.lock"
"""Two entries of an earlier lock: pytest-cov asks for ``coverage[toml]``."""
FROM_LOCK = ("--no-deps", "--require-hashes", "--no-build-isolation")


def _run(command: Sequence[str | Path], *, cwd: Path = ROOT, **environment: str) -> str:
    """Run a command and return what it printed; a failure shows it."""
    # compiling 10,000 modules of which a test imports a few takes longer than installing them; in the
    # environment, pip reads the 1 of PIP_NO_COMPILE as that of PIP_COMPILE
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_COMPILE": "0"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **quiet, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{shlex.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _write_wheel(folder: Path, name: str, release: str) -> None:
    """Write a wheel that any index could offer tomorrow: a higher release of a package that is locked."""
    info = f"{name}-{release}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{release}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture(scope="module")
def later_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels, released after the locks were made."""
    folder = tmp_path_factory.mktemp("later")
    for name in (*RELEASED_LATER, "coverage"):
        _write_wheel(folder, name, "9999.0")
    return folder


def _pins(*locks: str) -> dict[str, str]:
    """Return the release that the locks name for this Python, by package."""
    pins: dict[str, str] = {}
    for lock in locks:
        for line in re.findall(
            r"^[a-z0-9][^\\\n]*==[^\\\n]*", (ROOT / lock).read_text("utf-8"), re.MULTILINE
        ):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate():
                pins[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return pins


def _installed(python: Path) -> dict[str, str]:
    """Return the release of every package that this Python finds, by package."""
    listed = "import importlib.metadata as m; [print(d.name, d.version) for d in m.distributions()]"
    rows = (row.split() for row in _run([python, "-c", listed]).splitlines())
    return {canonicalize_name(name): release for name, release in rows}


def _readme_lines(first: str) -> list[str]:
    """Return the README's block of commands that begins with this line."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (block,) = (block for block in blocks if block.startswith(first))
    return block.splitlines()


def _make_environment(folder: Path, *packages: str) -> Path:
    """Make a virtual environment with these packages alone and return its Python: a pip takes seconds."""
    _run([sys.executable, "-m", "venv", "--without-pip", folder])
    python = folder / "bin" / "python"
    if packages:
        _run([sys.executable, "-m", "pip", "--python", python, "install", *packages])
    return python


@pytest.mark.index
def test_what_pip_fetches_for_the_locks_the_oldest_pip_installs_by_the_readmes_lines_without_make(
    tmp_path: Path, later_releases: Path
):
    newest, fetched = _make_environment(tmp_path / "newest", "pip"), tmp_path / "fetched"
    from_index = {"PIP_FIND_LINKS": str(later_releases)}
    # what has no wheel is built with what the first lock brings, so that one is installed
    _run(
        [newest, "-m", "pip", "install", *FROM_LOCK, "--requirement", ROOT / LOCKS[0]], cwd=ROOT, **from_index
    )
    assert _installed(newest)["setuptools"] == _pins(LOCKS[0])["setuptools"]
    # the last lock holds what the product's holds
    asked = [*FROM_LOCK, "--dest", fetched, "--requirement", ROOT / LOCKS[-1]]
    _run([newest, "-m", "pip", "download", *asked], cwd=ROOT, **from_index)

    checkout = copy_checkout(tmp_path / "checkout")
    python = checkout / ".venv" / "bin" / "python"
    made, set_up, *installing, serve = _readme_lines("python3 -m venv .venv")
    assert serve.startswith(".venv/bin/mirodash serve")
    # without this Python's own pip, which is compiled file by file: the oldest takes its place at once
    _run([sys.executable, *shlex.split(made)[1:], "--without-pip"], cwd=checkout)
    _run([sys.executable, "-m", "pip", "--python", python, "install", f"pip=={OLDEST_PIP}"])
    _run(shlex.split(set_up), cwd=checkout, **from_index)
    # this pip takes a third of a minute to look through an index for what another pip has found there
    by_day = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"{fetched} {later_releases}"}
    source = from_index if NIGHTLY else by_day
    for line in installing:
        _run(shlex.split(line), cwd=checkout, **source)
    pins = _pins("requirements-setup.lock", "requirements.lock")
    found = _installed(python)
    assert {name: found.get(name) for name in pins} == pins
    # what the bench's lock holds beside the product's, by the same pip
    bench = [*FROM_LOCK, "--dry-run", "--requirement", LOCKS[-1]]
    _run([python, "-m", "pip", "install", *bench], cwd=checkout, **source)
    assert _run([checkout / ".venv" / "bin" / "mirodash", "--version"], cwd=tmp_path).startswith(
        "mirodash 0."
    )


@pytest.mark.index
@pytest.mark.nightly
def test_every_lock_is_complete_for_the_pip_between_whatever_is_released_later(
    tmp_path: Path, later_releases: Path
):
    python = _make_environment(tmp_path / "between", BETWEEN)
    for lock in (LOCKS[0], LOCKS[-1]):
        only_look = [] if lock == LOCKS[0] else ["--dry-run"]
        _run(
            [python, "-m", "pip", "install", *FROM_LOCK, *only_look, "--requirement", ROOT / lock],
            PIP_FIND_LINKS=str(later_releases),
        )
    assert _installed(python)["setuptools"] == _pins(LOCKS[0])["setuptools"]


@pytest.mark.index
def test_every_lock_is_complete_for_uv_whatever_is_released_later(tmp_path: Path, later_releases: Path):
    python = _make_environment(tmp_path / "by-uv")
    command: list[str | Path] = [sys.executable, "-m", "uv", "pip", "install", "--python", python]
    _run([*command, *FROM_LOCK, "--requirement", ROOT / LOCKS[0]])
    for lock in LOCKS:
        _run(
            [*command, *FROM_LOCK, "--dry-run", "--requirement", ROOT / lock, "--find-links", later_releases]
        )


@pytest.mark.index
def test_a_lock_that_is_resolved_is_stopped_by_a_later_release(tmp_path: Path, later_releases: Path):
    # the fault that complete locks mend: this pip resolves what is asked for with an extra apart from its pin
    python = _make_environment(tmp_path / "oldest", f"pip=={OLDEST_PIP}")
    command = [python, "-m", "pip", "install", "--dry-run", "--require-hashes"]
    stopped = subprocess.run(
        [*command, "--requirement", ASKED_FOR_WITH_AN_EXTRA],
        env={**os.environ, "PIP_FIND_LINKS": str(later_releases)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert stopped.returncode != 0
    assert "coverage[toml]" in stopped.stderr


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment elsewhere with the wheel in it; what it depends on is lent by this one."""
    folder = tmp_path_factory.mktemp("away")
    _run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder])
    (wheel,) = folder.glob("*.whl")
    python = _make_environment(folder / "venv", "--no-deps", "--no-index", str(wheel))
    packages = Path(_run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
    lent = Path(
        _run([sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
    )
    # the folder alone: links inside it, such as the one to the checkout, are not followed
    (packages / "lent.pth").write_text(f"{lent}\n", "utf-8")
    return folder


@pytest.fixture
def served(away: Path) -> Iterator[str]:
    """The address of a dashboard that the wheel serves, as it is printed when nobody reads a terminal."""
    command = [away / "venv" / "bin" / "mirodash", "serve", "--no-browser", "--port", "0"]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(command, cwd=away, env=buffered, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        try:
            yield line.partition("MiroDash is at ")[2].partition(" ")[0].rstrip("/")
        finally:
            server.terminate()


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - the address of the server just started
        return answer.read()


def test_an_installed_wheel_serves_the_page_with_everything_it_needs(served: str, away: Path):
    page = _get(f"{served}/").decode()
    assert "<title>MiroDash</title>" in page
    assets = {path.partition("?")[0] for path in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)}
    assert {name.rpartition(".")[2] for name in assets} >= {"css", "js"}
    fonts = {f"/assets/fonts/{path.name}" for path in (ROOT / "assets" / "fonts").glob("*.woff2")}
    assert all(_get(f"{served}{path}") for path in sorted(assets | fonts))
    printed = _run([away / "venv" / "bin" / "mirodash", "analyze", "gbsg2"], cwd=away)
    assert "686" in printed


def test_the_version_says_which_commit_it_was_built_from(away: Path):
    commit = _run(["git", "rev-parse", "--short", "HEAD"]).strip()
    here = _run([Path(sys.executable).parent / "mirodash", "--version"])
    elsewhere = _run([away / "venv" / "bin" / "mirodash", "--version"], cwd=away)
    assert here == elsewhere
    assert re.fullmatch(rf"mirodash \d+\.\d+\.\d+ \(commit {commit}\)\n", here)
