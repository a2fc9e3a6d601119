"""What a reader uploads is that reader's alone: through links, callbacks, strips, slides and exports."""

from __future__ import annotations

import copy
import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.trial.store import SAMPLES
from mirodash.uploads.uploads import create_store
from mirodash.web.sessions import COOKIE
from tests.dashboard.owners import Owner
from tests.dashboard.renderer import CALLBACKS, Part, Reader, components, outputs_of
from tests.profiles import NIGHTLY, for_each
from tests.trial.small_files import small_rows

FEWER, MORE = 60, 84
CALLS = 500 if NIGHTLY else 50
"""By each of two readers."""
OWN_NAME = re.compile(r"own-[A-Za-z0-9_-]{22}")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings under which uploads are kept in a folder of these tests."""
    return Settings(uploads=tmp_path_factory.mktemp("kept") / "uploads")


@pytest.fixture(scope="module")
def served(settings: Settings) -> Dash:
    """Return a dashboard that keeps uploads there."""
    return create_app(settings)


@pytest.fixture(scope="module")
def ada(served: Dash, settings: Settings) -> Owner:
    """Return a reader."""
    return Owner(served, settings)


@pytest.fixture(scope="module")
def ben(served: Dash, settings: Settings) -> Owner:
    """Return another one."""
    return Owner(served, settings)


@pytest.fixture(scope="module")
def adas(ada: Owner, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of the first one's trial."""
    return ada.upload_people(FEWER, "Ada's trial", tmp_path_factory.mktemp("ada"))


@pytest.fixture(scope="module")
def bens(ben: Owner, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of the other one's."""
    return ben.upload_people(MORE, "Ben's trial", tmp_path_factory.mktemp("ben"))


def _counts(n: int, threshold: int) -> list[tuple[int, int]]:
    """Recount participants and events: everybody, at or below the threshold, above it."""
    people = [(int(row["marker"]), int(row["event"])) for row in small_rows(n)]
    low, high = ([one for one in people if (one[0] <= threshold) == is_low] for is_low in (True, False))
    return [(len(group), sum(event for _, event in group)) for group in (people, low, high)]


def _again(owner: Owner) -> Owner:
    """Return the same browser for another thread: a client of the tests answers one call at a time."""
    same, cookie = copy.copy(owner), owner.client.get_cookie(COOKIE)
    assert cookie is not None
    same.client = owner.app.server.test_client()
    same.client.set_cookie(COOKIE, cookie.value)
    return same


def _ask(known: Owner, name: str, n: int, threshold: int, kind: int) -> None:
    """Ask one question, and compare the answer with a recount of the rows of the reader's own file."""
    owner = _again(known)
    query = f"trial={name}&threshold={threshold}"
    counted = _counts(n, threshold)
    if kind == 0:
        file = owner.ask("header-export-file", 1, query, None)["header-export-file"]
        told = json.loads(file["content"])
        assert [(group["n"], group["events"]) for group in told["groups"]] == counted
        assert told["trial"]["participants"] == n
        text = json.dumps(file)
    elif kind == 1:
        text = json.dumps(owner.tables(query))
        told = re.findall(r": (\d+) \w+ of (\d+),", json.loads(text)["said"])
        assert [(int(people), int(events)) for events, people in told] == counted
    else:
        asked = {"ticket": 1, "query": query, "picture": "survival-0", "title": ""}
        slide = json.loads(owner.ask("stage-answer", asked, "light")["stage-answer"])
        assert f"n = {n}, " in slide["footer"]
        text = json.dumps(slide)
    assert set(OWN_NAME.findall(text)) <= {name}


def test_callbacks_of_two_readers_at_once_are_each_about_their_own_trial(
    ada: Owner, ben: Owner, adas: str, bens: str
):
    chosen = random.Random(5)
    asked = [(owner, name, n) for owner, name, n in ((ada, adas, FEWER), (ben, bens, MORE))] * CALLS
    chosen.shuffle(asked)
    calls = [(*one, chosen.choice((500, 800, 1_100, 1_500)), chosen.randrange(3)) for one in asked]
    with ThreadPoolExecutor(8) as several:
        for done in [several.submit(_ask, *call) for call in calls]:
            done.result()


GUESSED = "own-" + "A" * 22
TRACES = ("Ada's trial", f"of {FEWER}", f"n = {FEWER}", f'"participants": {FEWER}')
"""What only an answer about the first reader's trial holds."""


def _value(name: str, prop: str, query: str) -> Any:
    """Return what a page that is open on this view sends there."""
    kept = {"query": query, "picture": "survival-0", "title": "", "note": ""}
    draft = query.partition("&")[0].removeprefix("trial=")
    sent: dict[str, Any] = {
        "address-read": {"pathname": "/", "search": f"?{query}"},
        "keep-asked": {"at": 1, "query": query, "page": "/"},
        "keep-chosen": {"at": 1, **kept},
        "stage-asked": {"ticket": 1, **kept},
        "strip-views": {"views": [kept]},
        "strip-wanted": {"at": 1, "views": [kept]},
        "panel-menu-asked": {"key": "survival-0", "what": "table", "at": 1},
        "shell-theme": "light",
        "looks-seen": {},
        "credibility-now": {"answers": {}, "notes": {}},
        "credibility-file": {"text": "{}"},
        "strip-file": {"text": "{}", "at": 1},
        "data-asked": {"at": 1, "opens": True, "draft": draft},
        "data-ordered": {"at": 1, "what": "dictionary", "draft": draft},
    }
    if prop == "n_clicks":
        return 1
    if name.endswith("-step"):
        return {"query": query, "step": 1}
    return sent.get(name, query if prop == "data" else "r")


def _bodies(reader: Reader, query: str) -> list[Part]:
    return [
        reader.body(
            outputs_of(callback)[0][0],
            *(
                _value(part["id"], part["property"], query)
                for part in (*callback["inputs"], *callback["state"])
            ),
        )
        for callback in reader.server_callbacks()
    ]


def _asking(reader: Reader, query: str) -> dict[str, tuple[int, str]]:
    replies = {body["output"]: reader.client.post(CALLBACKS, json=body) for body in _bodies(reader, query)}
    return {name: (reply.status_code, reply.get_data(as_text=True)) for name, reply in replies.items()}


def test_no_callback_tells_another_reader_anything(
    served: Dash, ada: Owner, ben: Owner, adas: str, bens: str
):
    query = f"trial={adas}&threshold=800"
    hers = _asking(ada, query)
    assert {status for status, _ in hers.values()} <= {200, 204}
    # the question is a fair one: most answers to its owner are about the trial
    assert sum(any(trace in text for trace in TRACES) for _, text in hers.values()) >= 10
    for reader in (ben, Reader(served)):
        theirs = _asking(reader, query)
        for name, (status, text) in theirs.items():
            assert status in (200, 204, 404), name
            assert not any(trace in text for trace in TRACES), name
            assert "MIROCALS-like trial" not in text, name
        assert sum(status == 404 for status, _ in theirs.values()) >= 15


@for_each(page=["/", "/thresholds", "/subgroups", "/credibility", "/present"])
def test_a_link_opens_for_its_owner_alone(served: Dash, ada: Owner, ben: Owner, adas: str, page: str):
    address = f"{page}?trial={adas}"
    assert ada.get(address).status_code == 200
    assert ada.open(f"?trial={adas}", page)["header-trial"] == adas
    for reader in (ben, Reader(served)):
        assert reader.get(address).status_code == 404
        opened = reader.open(f"?trial={adas}", page)
        told = json.dumps(opened["page-content"], ensure_ascii=False)
        assert "it opens only for whoever did so" in told
        assert "for 1\u00a0hour" in told
        assert '"href": "/"' in told
        # a trial chosen in the header would be opened at once
        assert opened["header-trial"] is None
        assert OWN_NAME.findall(json.dumps(opened)) == []


@for_each(name=[GUESSED, "own-", "own-x", "own-../../etc/passwd", "own-" + "A" * 5_000, "own-%00", "own-é"])
def test_a_name_that_somebody_guessed_opens_nothing(served: Dash, ada: Owner, name: str):
    for reader in (ada, Reader(served)):
        assert reader.client.get("/", query_string={"trial": name}).status_code == 404
        sent = reader.post(reader.body("tables-of-explore", f"trial={name}"))
        assert sent.status_code == 404
        assert "it opens only for whoever did so" in sent.get_data(as_text=True)
        assert sent.mimetype == "text/plain"


def test_an_upload_is_mapped_by_its_owner_alone(served: Dash, ada: Owner, ben: Owner, adas: str):
    address = f"/data?draft={adas}"
    statuses = [asking.client.get(address).status_code for asking in (ada, ben, Reader(served))]
    assert statuses == [200, 404, 404]
    assert Reader(served).client.get(f"/data?draft={'x' * 26}").status_code == 404


def test_everybody_is_offered_their_own_after_those_of_everybody(
    served: Dash, ada: Owner, ben: Owner, adas: str, bens: str
):
    def offered(reader: Reader) -> list[tuple[str, str]]:
        layout = reader.get("/_dash-layout").get_json()
        (menu,) = [p["props"] for p in components(layout) if p["props"].get("id") == "header-trial"]
        return [(item["value"], item["label"]) for item in menu["data"]][len(SAMPLES) :]

    assert offered(ada) == [(adas, "Ada's trial (yours)")]
    assert offered(ben) == [(bens, "Ben's trial (yours)")]
    assert offered(Reader(served)) == []


def test_a_strip_leaves_out_the_views_of_another_readers_trial(ada: Owner, ben: Owner, adas: str):
    views = [{"query": query, "picture": "survival-0"} for query in ("threshold=1000", f"trial={adas}")]
    told = ben.ask("strip-told", {"at": 1, "views": views})["strip-told"]["words"]
    assert told[0]["problems"] == []
    assert "it opens only for whoever did so" in told[1]["problems"][0]
    slides = ben.ask("strip-deck-file", {"at": 1, "from": 0}, {"views": views})
    assert slides["strip-deck-said"]["said"].startswith("1 slide: ")
    assert (
        "View 2 was left out. This link is to a trial that was uploaded" in slides["strip-deck-said"]["said"]
    )
    asked = {"ticket": 4, "query": f"trial={adas}", "picture": "survival-0", "title": "Mine"}
    slide = json.loads(ben.ask("stage-answer", asked, "light")["stage-answer"])
    assert set(slide) == {"ticket", "cannot"}
    assert json.loads(ada.ask("stage-answer", asked, "light")["stage-answer"])["title"] == "Mine"


@for_each(what=["use", "delete", "dictionary"])
def test_another_readers_trial_is_neither_mapped_anew_nor_deleted(
    served: Dash, ada: Owner, ben: Owner, adas: str, what: str
):
    before, dictionary = ada.tables(f"trial={adas}"), ada.uploads().dictionary(ada.secret, adas)
    for reader in (ben, Reader(served)):
        ordered = {"at": 1, "what": what, "draft": adas, "trial": adas, "form": None}
        reply = reader.post(reader.body("data-done", ordered))
        assert reply.status_code in (200, 404)
        text = reply.get_data(as_text=True)
        assert "Ada's trial" not in text
        assert "[columns]" not in text
        if what != "delete" or reader is not ben:
            assert reply.status_code == 404 or json.loads(text)["response"]["data-done"]["data"]["problems"]
    assert ada.tables(f"trial={adas}") == before
    assert ada.uploads().dictionary(ada.secret, adas) == dictionary


def test_a_trial_that_was_deleted_is_gone_at_once_and_the_page_gets_no_other_numbers(
    ada: Owner, settings: Settings, tmp_path: Path
):
    name = ada.upload_people(40, "Short-lived", tmp_path)
    query = f"trial={name}"
    assert ada.tables(query)["said"]
    Owner.uploads(ada).delete(ada.secret, name)
    for body in _bodies(ada, query):
        reply = ada.client.post(CALLBACKS, json=body)
        assert reply.status_code in (200, 204, 404)
        assert "MIROCALS-like trial" not in reply.get_data(as_text=True)
    assert ada.post(ada.body("tables-of-explore", query)).status_code == 404
    assert ada.get(f"/?{query}").status_code == 404


def test_two_readers_of_one_file_are_never_told_of_each_other(
    ada: Owner, ben: Owner, tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("twins")
    hers, his = (owner.upload_people(48, "The same study", folder) for owner in (ada, ben))
    for owner, own, other in ((ada, hers, his), (ben, his, hers)):
        for body in _bodies(owner, f"trial={own}"):
            if "-step" in body["inputs"][0]["id"]:
                continue  # a search takes long, and is about a trial as the others are
            reply = owner.client.post(CALLBACKS, json=body)
            assert reply.status_code in (200, 204)
            assert other not in reply.get_data(as_text=True)
    ada.uploads().delete(ada.secret, hers)
    assert ada.post(ada.body("tables-of-explore", f"trial={hers}")).status_code == 404
    assert ben.tables(f"trial={his}")["said"]


def test_what_is_exported_says_what_it_is_about_and_opens_nothing_by_itself(
    served: Dash, ada: Owner, adas: str
):
    query = f"trial={adas}&threshold=800"
    file = ada.ask("header-export-file", 1, query, None)["header-export-file"]
    fingerprint = ada.uploads().trial(ada.secret, adas).fingerprint
    assert json.loads(file["content"])["trial"]["fingerprint"] == fingerprint
    assert file["filename"] == "mirodash-Ada-s-trial.json"
    # its query names the trial, which is of no use to whoever finds the file
    assert adas in file["content"]
    assert Reader(served).get(f"/?{query}").status_code == 404
    assert ada.secret not in file["content"]


def test_an_upload_that_cannot_be_built_any_more_is_said_and_no_failure(ada: Owner, tmp_path: Path):
    name = ada.upload_people(60, "Ada's old one", tmp_path)
    create_store(ada.settings).put(ada.secret, name, {"table 1": b"kept by another version", "trial": b"too"})
    reply = ada.client.get(f"/?trial={name}")
    assert reply.status_code == 404
    said = json.dumps(ada.open(f"?trial={name}", "/")["page-content"])
    assert "damaged; upload the file again" in said
    ada.uploads().delete(ada.secret, name)
