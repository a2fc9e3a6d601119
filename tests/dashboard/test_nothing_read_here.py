"""A file goes from the upload to the pictures without a cell of it being read in the server's process."""

from __future__ import annotations

import io
from typing import Any

import pytest
from dash import Dash

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.trial.table import Column
from mirodash.uploads import reader_process
from mirodash.uploads.uploads import Uploads
from mirodash.web import ids
from tests.dashboard.french_trial import NAME, french_csv
from tests.dashboard.renderer import Reader


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """Return a dashboard that keeps uploads in a folder of its own."""
    return create_app(Settings(uploads=tmp_path_factory.mktemp("uploads") / "kept"))


@pytest.fixture
def reader(own_app: Dash, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Return a browser of a server in which no column of text can be made."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a table was read in the server's process")

    found = Reader(own_app)
    monkeypatch.setattr(Column, "__init__", refuse)
    return found


def look(reader: Reader, **asked: Any) -> dict[str, Any]:
    return reader.ask(ids.ANSWERED, {"at": 1, **asked})[ids.ANSWERED]


def send(reader: Reader, content: bytes, name: str = NAME) -> str:
    sent = {"file": (io.BytesIO(content), name)}
    return reader.client.post("/uploads", data=sent, headers={"X-MiroDash": "upload"}).get_json()["trial"]


def test_an_upload_is_mapped_used_and_shown_from_what_children_answered(reader: Reader):
    draft = send(reader, french_csv())
    form = look(reader, draft=draft, opens=True)["form"]
    told = look(reader, draft=draft, form={**form, "title": "Essai"})
    assert told["usable"]
    ordered = {"at": 2, "what": "dictionary", "draft": draft, "form": form}
    assert 'time = "Délai (jours)"' in reader.ask(ids.DONE, ordered)[ids.DONE]["text"]
    used = reader.ask(ids.DONE, {**ordered, "what": "use"})[ids.DONE]
    assert used["trial"] == draft
    assert reader.redraw(f"trial={draft}")["panels"]


def test_where_no_child_stays_one_is_started_for_each_task(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader_process, "STAYING", False)
    draft = send(reader, french_csv())
    told = look(reader, draft=draft, opens=True)
    assert told["usable"]
    ordered = {"at": 2, "what": "use", "draft": draft, "form": told["form"]}
    assert reader.ask(ids.DONE, ordered)[ids.DONE]["trial"] == draft


def test_what_columns_mean_is_found_out_once(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    proposed: list[bytes] = []
    propose = Uploads.propose
    monkeypatch.setattr(
        Uploads, "propose", lambda self, *given: proposed.append(given[2]) or propose(self, *given)
    )
    draft = send(reader, french_csv())
    form = look(reader, draft=draft, opens=True)["form"]
    for title in ("one", "two"):
        assert look(reader, draft=draft, form={**form, "title": title})["usable"]
    assert look(reader, draft=draft, opens=True)["reasons"]
    assert len(proposed) == 1
    adtte = "USUBJID,PARAMCD,PARAM,AVAL,CNSR,TRT01P\n" + "".join(
        f"P{k},{code},{code} time,{k + 1},{k % 2},{'AB'[k % 3 % 2]}\n"
        for k in range(40)
        for code in ("OS", "PFS")
    )
    study = send(reader, adtte.encode(), "adtte.csv")
    form = look(reader, draft=study, opens=True)["form"]
    assert form["param"] == "OS"
    again = look(reader, draft=study, form={**form, "param": "PFS"})
    assert again["preview"]["rows"]
    assert len(proposed) == 3, "another endpoint is another question"


@pytest.mark.parametrize("cell", ["1" * 32_000 + "-", "1." * 16_000, "<" + " " * 32_000 + "x", "-" * 32_767])
@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_cell_of_the_longest_kind_is_looked_at_like_any_other(reader: Reader, cell: str, place: int):
    rows = [[f"P{k}", str(k + 10), str(k % 2), "AB"[k // 2 % 2], f"{k}.5"] for k in range(40)]
    rows[7][place] = cell
    text = "\n".join(",".join(row) for row in [["id", "time", "event", "arm", "v"], *rows])
    told = look(reader, draft=send(reader, text.encode(), "long.csv"), opens=True)
    assert told["size"].startswith("40 rows")
    assert told["verdict"]
