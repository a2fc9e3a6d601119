"""The rules of the house, checked: what a reader may rely on in every file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "mirodash"
ASSETS = ROOT / "assets"
MODULES = sorted(PACKAGE.rglob("*.py"))
LINES_AT_MOST = 260
NAMES_THAT_SAY_NOTHING = {"utils.py", "helpers.py", "common.py", "misc.py"}
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "diskcache", "joblib"}
XML_NAMESPACES = "http://www.w3.org/"


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _imports(source: str) -> set[str]:
    """Return the top-level names that a piece of Python imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found


def _locked(lock: str) -> dict[str, str]:
    """Return the entry of every distribution in a lock, by its normalised name."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    return {canonicalize_name(entry.partition("==")[0]): entry for entry in entries if "==" in entry}


def _asked_for() -> dict[str, list[str]]:
    """Return what pyproject.toml asks for, by the lock that must hold it."""
    project = _project()
    groups, product = project["dependency-groups"], project["project"]["dependencies"]
    setup = [*project["build-system"]["requires"], *groups["setup"]]
    return {
        "requirements-setup.lock": setup,
        "requirements.lock": product,
        "requirements-bench.lock": [*setup, *product, *groups["bench"]],
    }


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_short_enough_to_read_at_one_sitting(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_AT_MOST


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_opens_with_one_sentence_about_itself(path: Path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, f"{_name(path)} has no docstring"
    opening = docstring.partition("\n\n")[0]
    assert opening.endswith((".", "?")), f"{_name(path)}: the opening is not a sentence: {opening!r}"
    assert not re.search(r"[.!]\s+[A-Z]", opening), f"{_name(path)}: more than one sentence: {opening!r}"


def test_no_file_has_a_name_that_says_nothing():
    folders = [PACKAGE, ROOT / "tests", ROOT / "benchmarks"]
    named = [_name(p) for folder in folders for p in folder.rglob("*.py") if p.name in NAMES_THAT_SAY_NOTHING]
    assert named == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_stores_nothing_that_could_run_code_when_it_is_read(path: Path):
    assert _imports(path.read_text(encoding="utf-8")) & FORBIDDEN_IMPORTS == set()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_never_hands_html_to_the_browser_unescaped(path: Path):
    assert "dangerously_allow_html" not in path.read_text(encoding="utf-8")


def test_what_only_tests_need_is_not_imported_by_the_product():
    distributions = packages_distributions()
    declared = {canonicalize_name(Requirement(line).name) for line in _project()["project"]["dependencies"]}
    product = [*MODULES, *ROOT.glob("app.py")]
    imported = {name for path in product for name in _imports(path.read_text(encoding="utf-8"))}
    foreign = imported - set(sys.stdlib_module_names) - {"mirodash"}
    undeclared = {
        name
        for name in foreign
        if not {canonicalize_name(distribution) for distribution in distributions.get(name, [])} & declared
    }
    assert undeclared == set(), "imported, but not among the dependencies of the product in pyproject.toml"


def test_every_dependency_is_locked_at_a_version_that_fits():
    wrong = []
    for lock, lines in _asked_for().items():
        locked = _locked(lock)
        for requirement in map(Requirement, lines):
            entry = locked.get(canonicalize_name(requirement.name), "")
            version = re.match(r"[^=]+==([^ ;\\\n]+)", entry)
            if version is None or version[1] not in requirement.specifier:
                wrong.append(f"{lock}: {requirement}")
    assert wrong == [], "make lock remakes the locks"


def test_locks_agree_on_what_is_in_several_of_them():
    product, setup, everything = (_locked(f"requirements{name}.lock") for name in ("", "-setup", "-bench"))
    assert len(product) > 30
    assert {name for name in product.keys() & setup.keys() if product[name] != setup[name]} == set()
    assert {name for name, entry in (product | setup).items() if everything.get(name) != entry} == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-setup.lock", "requirements-bench.lock"])
def test_a_lock_has_hashes_and_names_no_host_and_no_folder(lock: str):
    assert [name for name, entry in _locked(lock).items() if "--hash=sha256:" not in entry] == []
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"\S*(?:://|--index|--find-links| @ )\S*", text) == []
    assert re.findall(r"(?<![\w.])/\w+/\S*", text) == []


def test_imports_point_down_the_layers():
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [command, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _assets(*endings: str) -> list[Path]:
    return sorted(p for p in ASSETS.rglob("*") if p.suffix in endings)


@pytest.mark.parametrize("path", _assets(".css", ".js"), ids=_name)
def test_an_asset_loads_nothing_from_another_machine(path: Path):
    text = path.read_text(encoding="utf-8").replace(XML_NAMESPACES, "")
    assert re.findall(r"https?://\S*", text) == []
    assert re.findall(r"url\(\s*[\"']?//\S*", text) == []
    assert re.findall(r"[\"'`]//\w\S*", text) == []


@pytest.mark.parametrize("path", _assets(".css"), ids=_name)
def test_every_file_that_a_style_sheet_names_is_there(path: Path):
    named = re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8"))
    local = [name for name in named if not name.startswith(("data:", "#"))]
    assert [name for name in local if not (path.parent / name).is_file()] == []


@pytest.mark.parametrize("path", [*MODULES, *ROOT.glob("app.py")], ids=_name)
def test_no_module_loads_scripts_or_styles_from_another_machine(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    assert keywords & {"external_scripts", "external_stylesheets"} == set()
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    loaded = [t for t in texts if isinstance(t, str) and re.search(r"(?:src|href)=[\"']?(?:https?:)?//", t)]
    assert loaded == []


def test_the_fonts_come_with_their_licence():
    fonts = ASSETS / "fonts"
    assert list(fonts.glob("*.woff2"))
    assert "SIL Open Font License" in (fonts / "OFL.txt").read_text(encoding="utf-8")
    stated = (fonts / "README.md").read_text(encoding="utf-8")
    assert [font.name for font in fonts.glob("*.woff2") if font.name not in stated] == []


def test_the_clean_room_run_does_what_contributors_do():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert re.findall(r"^make .*$", text, re.MULTILINE) == ["make test"]
    assert "MIRODASH_REQUIRE_TOOLS=1" in text


@pytest.mark.parametrize(("required", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
@pytest.mark.parametrize("marker", ["browser", "r"])
def test_a_missing_tool_skips_a_test_except_where_tools_are_required(
    tmp_path: Path, marker: str, required: str, outcome: str
):
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "test_one.py").write_text(
        f"import pytest\n\n@pytest.mark.{marker}\ndef test_one():\n    pass\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", f"--config-file={ROOT / 'pyproject.toml'}", tmp_path],
        cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path), "MIRODASH_REQUIRE_TOOLS": required},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert outcome in done.stdout
    assert "is not installed" in done.stdout


def test_every_test_in_a_browser_says_that_it_needs_one() -> None:
    journeys = sorted((ROOT / "tests" / "e2e").glob("test_*.py"))
    assert journeys
    unmarked = [
        _name(path)
        for path in journeys
        if "\npytestmark = pytest.mark.browser\n" not in path.read_text(encoding="utf-8")
    ]
    assert not unmarked
