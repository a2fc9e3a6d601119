"""The documents, checked: what they tell a reader to type works, and what they point to is there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from click.testing import CliRunner, Result

from mirodash.cli import main
from tests.profiles import for_each

ROOT = Path(__file__).parents[1]
FOLDERS = ("sample_data", "assets", "benchmarks", "docs", "mirodash", "tests")
TOP_LEVEL = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
DATA_SUFFIXES = {".csv", ".xlsx", ".xpt", ".sas7bdat", ".parquet", ".toml", ".json", ".pptx"}
DOCUMENTS = [
    *(ROOT / name for name in TOP_LEVEL),
    *sorted(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md")),
]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the content of every fenced block."""
    for fence in re.finditer(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL):
        yield fence[1], fence[2]


def _prose(text: str) -> str:
    """Return a document without its fenced blocks, in which a # is no heading and brackets are no link."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def _typed(text: str) -> Iterator[str]:
    """Yield what a reader is told to type: every line of a sh block, the lines after $ in a console block."""
    for language, block in _blocks(text):
        if language not in {"sh", "bash", "console"}:
            continue
        for line in block.replace("\\\n", " ").splitlines():
            if language == "console" and not line.startswith("$ "):
                continue
            yield line.removeprefix("$ ").strip()


def _mirodash_commands() -> list[tuple[str, str]]:
    """Return (document, arguments after `mirodash`) for every such line, without pipes and redirections."""
    found: list[tuple[str, str]] = []
    for page in DOCUMENTS:
        for line in _typed(page.read_text(encoding="utf-8")):
            command = re.split(r"\s[|>&]|;", line)[0]
            if (typed := re.match(r"(?:\S*/)?mirodash\s+(.*)", command)) is not None:
                found.append((_name(page), typed[1]))
    return found


def _makefile_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def _run(arguments: list[str], folder: Path = ROOT) -> Result:
    """Run a command in this process; that it can be started from outside is tested once, below."""
    with chdir(folder):
        return CliRunner().invoke(main, arguments, prog_name="mirodash")


@lru_cache
def _options(subcommand: str) -> frozenset[str]:
    """Return the options that a subcommand's own help names."""
    helped = _run([subcommand, "--help"])
    assert helped.exit_code == 0, helped.stderr
    return frozenset(re.findall(r"--[a-z][a-z-]*", helped.stdout))


def _anchors(page: Path) -> set[str]:
    """Return the anchors that the headings of a document make."""
    headings = re.findall(r"^#+ +(.+?) *$", _prose(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _targets(text: str) -> Iterator[str]:
    """Yield what links and pictures in a document point to, on this machine only."""
    prose = _prose(text)
    found = re.findall(r"\]\(<?([^)\s>]+)", prose) + re.findall(r"(?:src|href|srcset)=\"([^\"]+)\"", prose)
    yield from (target for target in found if not re.match(r"[a-z]+:", target))


@for_each("page", DOCUMENTS)
def test_every_make_target_that_a_document_names_exists(page: Path):
    text = page.read_text(encoding="utf-8")
    in_prose = re.findall(r"`make ([a-z]+)", _prose(text))
    typed = [word for line in _typed(text) for word in re.findall(r"(?:^|&& )make ([a-z]+)", line)]
    assert set(in_prose + typed) - _makefile_targets() == set()


def _made_by(words: list[str]) -> str:
    """Return the file that a command writes, if it says so."""
    return next((after for option, after in pairwise(words) if option in {"-o", "--output"}), "")


def _makers(page: str) -> dict[str, list[str]]:
    """Return, for every file that a command in a document writes, the words of that command."""
    lines = [shlex.split(line, comments=True) for name, line in _mirodash_commands() if name == page]
    return {made: words for words in lines if (made := _made_by(words))}


@for_each(("page", "arguments"), _mirodash_commands())
def test_every_mirodash_line_that_a_document_shows_works(page: str, arguments: str, tmp_path: Path):
    words = shlex.split(arguments, comments=True)
    subcommand = next((word for word in words if not word.startswith("-")), None)
    makers = _makers(page)
    own_files = [
        word
        for word in words
        if Path(word).suffix.lower() in DATA_SUFFIXES and word not in makers and not (ROOT / word).is_file()
    ]
    assert [name for name in own_files if name.startswith("sample_data/")] == [], page
    if subcommand == "serve" or own_files:  # serve never ends, and the reader's own files are not here
        assert subcommand is not None
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options - _options(subcommand) == set(), f"{page}: mirodash {arguments}"
        return
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    for made in makers.keys() & (set(words) - {_made_by(words)}):  # what an earlier line has written
        assert _run(makers[made], tmp_path).exit_code == 0
    done = _run(words, tmp_path)
    assert done.exit_code == 0, f"{page}: mirodash {arguments}\n{done.stderr}"
    assert done.stdout.strip() or (tmp_path / _made_by(words)).is_file(), f"{page}: mirodash {arguments}"


def test_the_program_that_documents_name_is_installed():
    done = subprocess.run(
        [Path(sys.executable).parent / "mirodash", "--help"],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == _run(["--help"]).stdout.split()


@for_each("page", DOCUMENTS)
def test_every_link_and_picture_is_there(page: Path):
    missing = []
    for target in _targets(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        pointed_at = page.parent / path if path else page
        if not pointed_at.exists() or (anchor and anchor not in _anchors(pointed_at)):
            missing.append(target)
    assert missing == []


@for_each("page", DOCUMENTS)
def test_every_file_of_the_repository_that_a_document_names_is_there(page: Path):
    text = _prose(page.read_text(encoding="utf-8"))
    named = re.findall(rf"`((?:{'|'.join(FOLDERS)}|\.ci)/[\w./-]*)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_changelog_keeps_a_place_for_numbers_that_changed():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert releases
    assert [
        release.splitlines()[0] for release in releases if "### Numbers that changed" not in release
    ] == []


def test_the_newest_entry_of_the_changelog_is_the_version_in_the_package_or_what_follows_it():
    version = re.search(r'__version__ = "([^"]+)"', (ROOT / "mirodash" / "__init__.py").read_text("utf-8"))
    assert version is not None
    newest = re.search(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] in {version[1], "Unreleased"}


def test_every_setting_of_a_server_is_in_its_table() -> None:
    read = set(
        re.findall(r'"(MIRODASH_[A-Z_]+)"', (ROOT / "mirodash/settings.py").read_text(encoding="utf-8"))
    )
    table = (ROOT / "docs/server.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(MIRODASH_[A-Z_]+)` \|", table, re.MULTILINE)) == read
