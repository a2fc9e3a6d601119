"""The rules of the house, checked: what a reader may rely on in every file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.profiles import for_each

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "mirodash"
ASSETS = ROOT / "assets"
MODULES = sorted(PACKAGE.rglob("*.py"))
LINES_AT_MOST = 600
NAMES_THAT_SAY_NOTHING = {"utils.py", "helpers.py", "common.py", "misc.py"}
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "diskcache", "joblib"}
XML_NAMESPACES = "http://www.w3.org/"


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(_text(path))))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _imports(path: Path) -> set[str]:
    """Return the top-level names that a file of Python imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in _nodes(path):
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


def test_a_module_is_short_enough_to_read_at_one_sitting():
    lines = {_name(path): len(_text(path).splitlines()) for path in MODULES}
    assert {name: number for name, number in lines.items() if number > LINES_AT_MOST} == {}


def test_a_module_opens_with_one_sentence_about_itself():
    openings = {_name(path): _opening(path) for path in MODULES}
    assert {n: text for n, text in openings.items() if not text.endswith((".", "?"))} == {}
    assert {n: text for n, text in openings.items() if re.search(r"[.!]\s+[A-Z]", text)} == {}


def _opening(path: Path) -> str:
    module = _nodes(path)[0]
    assert isinstance(module, ast.Module)
    return (ast.get_docstring(module) or "").partition("\n\n")[0]


def test_no_file_has_a_name_that_says_nothing():
    folders = [PACKAGE, ROOT / "tests", ROOT / "benchmarks"]
    named = [_name(p) for folder in folders for p in folder.rglob("*.py") if p.name in NAMES_THAT_SAY_NOTHING]
    assert named == []


def test_a_module_stores_nothing_that_could_run_code_when_it_is_read():
    found = {_name(path): _imports(path) & FORBIDDEN_IMPORTS for path in MODULES}
    assert {name: imported for name, imported in found.items() if imported} == {}


def test_a_module_never_hands_html_to_the_browser_unescaped():
    assert [_name(path) for path in MODULES if "dangerously_allow_html" in _text(path)] == []


def test_what_only_tests_need_is_not_imported_by_the_product():
    distributions = packages_distributions()
    declared = {canonicalize_name(Requirement(line).name) for line in _project()["project"]["dependencies"]}
    product = [*MODULES, *ROOT.glob("app.py")]
    imported = {name for path in product for name in _imports(path)}
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


def test_locks_have_hashes_and_name_no_host_and_no_folder():
    wrong: list[str] = []
    for lock in _asked_for():
        wrong += [f"{lock}: {n} has no hash" for n, e in _locked(lock).items() if "--hash=sha256:" not in e]
        text = (ROOT / lock).read_text(encoding="utf-8")
        wrong += re.findall(r"\S*(?:://|--index|--find-links| @ )\S*", text)
        wrong += re.findall(r"(?<![\w.])/\w+/\S*", text)
    assert wrong == []


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


@for_each("path", _assets(".css", ".js"))
def test_an_asset_loads_nothing_from_another_machine(path: Path):
    text = path.read_text(encoding="utf-8").replace(XML_NAMESPACES, "")
    assert re.findall(r"https?://\S*", text) == []
    assert re.findall(r"url\(\s*[\"']?//\S*", text) == []
    assert re.findall(r"[\"'`]//\w\S*", text) == []


@for_each("path", _assets(".css"))
def test_no_style_sheet_makes_the_whole_page_depend_on_what_is_in_it(path: Path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    # a picture adds a thousand elements, and after each one every element of such a page is styled again
    assert re.findall(r"(?:html|body|:root|main|\*)[^\s,{>+~]*:has\([^{]*", text) == []


@for_each("path", _assets(".css"))
def test_every_file_that_a_style_sheet_names_is_there(path: Path):
    named = re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8"))
    local = [name for name in named if not name.startswith(("data:", "#"))]
    assert [name for name in local if not (path.parent / name).is_file()] == []


def test_no_module_loads_scripts_or_styles_from_another_machine():
    loaded: list[tuple[str, str]] = []
    for path in [*MODULES, *ROOT.glob("app.py")]:
        for node in _nodes(path):
            if isinstance(node, ast.keyword) and node.arg in {"external_scripts", "external_stylesheets"}:
                loaded.append((_name(path), node.arg))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                hosts = re.findall(r"(?:src|href)=[\"']?(?:https?:)?//\S*", node.value)
                loaded += [(_name(path), host) for host in hosts]
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


@for_each(
    ("environment", "outcomes"),
    [
        ({"MIRODASH_REQUIRE_TOOLS": "1"}, {"passed": 1, "errors": 2, "deselected": 1}),
        ({"MIRODASH_REQUIRE_TOOLS": "0", "HYPOTHESIS_PROFILE": "nightly"}, {"passed": 2, "skipped": 2}),
    ],
)
def test_a_missing_tool_skips_a_test_except_where_tools_are_required_and_the_night_runs_all(
    tmp_path: Path, environment: dict[str, str], outcomes: dict[str, int]
):
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "test_marks.py").write_text(
        "import pytest\n\n\ndef test_plain():\n    pass\n"
        + "".join(
            f"\n\n@pytest.mark.{marker}\ndef test_{marker}():\n    pass\n"
            for marker in ("browser", "r", "nightly")
        ),
        encoding="utf-8",
    )
    kept = {name: value for name, value in os.environ.items() if name != "HYPOTHESIS_PROFILE"}
    kept |= {"PYTHONPATH": str(ROOT), "PATH": str(tmp_path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", f"--config-file={ROOT / 'pyproject.toml'}", tmp_path],
        cwd=tmp_path,
        env=kept | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    found = re.findall(r"(\d+) (passed|skipped|errors|deselected)", done.stdout.splitlines()[-1])
    assert {what: int(number) for number, what in found} == outcomes, done.stdout
    assert done.stdout.count("is not installed") >= 2


def test_every_test_in_a_browser_says_that_it_needs_one() -> None:
    journeys = sorted((ROOT / "tests" / "e2e").glob("test_*.py"))
    assert journeys
    unmarked = [
        _name(path)
        for path in journeys
        if "\npytestmark = pytest.mark.browser\n" not in path.read_text(encoding="utf-8")
    ]
    assert not unmarked
