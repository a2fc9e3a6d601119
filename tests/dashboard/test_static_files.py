"""What a browser gets of static files: few, compressed once, and kept as long as their address says."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version

from mirodash.factory import create_app
from mirodash.settings import Settings, assets_folder
from mirodash.web.static_files import ASK_AGAIN, FOREVER, CompressedFiles, read_bundles

PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
BROTLI = {"Accept-Encoding": "br, gzip"}


@pytest.fixture(scope="module")
def files() -> CompressedFiles:
    return CompressedFiles()


@pytest.fixture(scope="module")
def client(files: CompressedFiles) -> FlaskClient:
    return create_app(Settings(), files=files).server.test_client()


def _linked(client: FlaskClient) -> list[str]:
    return re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js)[^"]*)"', client.get("/").get_data(as_text=True))


def test_own_scripts_and_styles_are_two_files_with_all_of_them(client: FlaskClient):
    own = [path for path in _linked(client) if path.startswith("/assets/")]
    assert [path.rpartition(".")[2] for path in own] == ["css", "js"]
    for path in own:
        content = client.get(path).get_data()
        for part in assets_folder().glob(f"*.{path.rpartition('.')[2]}"):
            assert part.read_bytes() in content, part.name


def test_an_address_changes_with_the_content(tmp_path: Path):
    (tmp_path / "one.css").write_text("a { color: red }")
    (tmp_path / "one.js").write_text("const one = 1")
    style, script = read_bundles(tmp_path)
    (tmp_path / "two.js").write_text("const two = one + 1")
    again, longer = read_bundles(tmp_path)
    assert again == style
    assert longer.path != script.path
    assert longer.content == b"const one = 1\n;\nconst two = one + 1"


def test_every_file_of_the_page_is_compressed_once_and_kept(client: FlaskClient, files: CompressedFiles):
    for path in _linked(client):
        answer = client.get(path, headers=BROTLI)
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200, path
        assert answer.headers["Content-Encoding"] == "br", path
        assert answer.headers["Cache-Control"] == FOREVER, path
        assert "Accept-Encoding" in answer.headers["Vary"], path
        assert brotli.decompress(answer.get_data()) == plain.get_data(), path
        assert client.get(path, headers=BROTLI).get_data() is not None
    # whatever version an address names, the file is one
    script = next(path for path in _linked(client) if "dash_renderer" in path)
    before = len(files)
    for version in range(20):
        assert client.get(re.sub(r"\.v\w+m\w+\.", f".v{version}m{version}.", script)).status_code == 200
    assert len(files) == before


def test_a_file_whose_address_stays_is_asked_for_by_its_tag(client: FlaskClient):
    first = client.get(PLOTLY, headers=BROTLI)
    assert first.headers["Cache-Control"] == ASK_AGAIN
    assert len(first.get_data()) < 1_400_000
    again = client.get(PLOTLY, headers={**BROTLI, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_the_charts_library_is_the_part_of_plotly_that_its_readme_names(client: FlaskClient):
    page = client.get("/").get_data(as_text=True)
    (path,) = re.findall(r'<meta name="charts-library" content="([^"]+)">', page)
    answer = client.get(path, headers=BROTLI)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "br")
    assert answer.headers["Cache-Control"] == FOREVER
    assert len(answer.get_data()) < 420_000
    script = brotli.decompress(answer.get_data())
    assert script == client.get(path, headers={"Accept-Encoding": "identity"}).get_data()
    folder = assets_folder() / "plotly"
    assert hashlib.sha256(script).hexdigest() in (folder / "README.md").read_text(encoding="utf-8")
    # what Python's plotly writes is read by the same version
    assert f"plotly.js (cartesian - minified) v{get_plotlyjs_version()}".encode() in script[:300]
    assert "MIT License" in (folder / "LICENSE.txt").read_text(encoding="utf-8")


def test_answers_are_compressed(client: FlaskClient):
    answer = client.get("/_dash-layout", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/health", headers=BROTLI).headers  # a few bytes


def test_what_was_compressed_well_is_there_at_the_next_start(tmp_path: Path):
    content = b"a long file " * 5_000
    first = CompressedFiles(tmp_path)
    first.improve_in_background()
    first.compress("file", content)
    first.finish()
    (kept,) = tmp_path.glob("*.br")
    assert brotli.decompress(kept.read_bytes()) == content
    assert CompressedFiles(tmp_path).compress("file", content) == kept.read_bytes()
    kept.write_bytes(b"damaged")
    assert brotli.decompress(CompressedFiles(tmp_path).compress("file", content)) == content


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path):
    (tmp_path / "file").write_text("")
    files = CompressedFiles(tmp_path / "file" / "below")
    files.improve_in_background()
    assert brotli.decompress(files.compress("name", b"x" * 1_000)) == b"x" * 1_000
    files.finish()
