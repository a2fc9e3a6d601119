"""One request computes so long and no longer, and of one reader one long computation runs at a time."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from dash import Dash

from mirodash.budget import check_budget, limit_computing
from mirodash.errors import OverBudgetError
from mirodash.web import ids, present_page, sessions, strip
from mirodash.web.sessions import MAX_WAITING, NOT_YOUR_TURN, Turns
from tests.dashboard.renderer import Reader, outputs_of

SPENT = "mirodash.web.sessions.limit_computing"


def without_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every request have used up its time before it begins."""
    monkeypatch.setattr(SPENT, lambda seconds: limit_computing(-seconds))


def test_a_panel_that_takes_too_long_says_so_and_what_to_do(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_time(monkeypatch)
    told = reader.step("best-thresholds", "keep.onset=bulbar&keep.sex=F", 1)
    sentence = told["panels"]["best-thresholds"]["cannot"]
    assert "was stopped" in sentence
    assert "fewer participants" in sentence
    assert told["steps"]["done"] == told["steps"]["of"], "nobody asks for what takes too long again"


def test_a_slide_that_takes_too_long_says_so(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    without_time(monkeypatch)
    asked = {"ticket": 1, "query": "keep.onset=bulbar&keep.sex=M", "picture": "search"}
    assert "was stopped" in reader.ask(present_page.ANSWER, asked, "light")[present_page.ANSWER]


def test_what_has_no_place_for_a_sentence_is_refused_with_one(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_time(monkeypatch)
    body = reader.body(ids.EXPORT_FILE, 1, "keep.onset=bulbar&keep.sex=M", None)
    reply = reader.post(body)
    assert reply.status_code == 503
    assert reply.mimetype == "text/plain"
    assert "was stopped" in reply.get_data(as_text=True)


def test_a_budget_ends_with_its_request(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    without_time(monkeypatch)
    reader.step("searched", "keep.sex=F", 1)
    check_budget()


def test_every_component_that_counts_as_long_is_written_by_a_callback(reader: Reader) -> None:
    written = {name for callback in reader.server_callbacks() for name, _ in outputs_of(callback)}
    long = computing_long()
    assert strip.DECK_SAID in long
    assert long <= written


def computing_long() -> set[str]:
    from mirodash import factory  # noqa: PLC0415 - what it lists is no part of what it offers

    return set(factory._long())


def test_of_one_reader_one_runs_and_the_others_wait() -> None:
    turns, order = Turns(patience=30.0), [0]
    inside, go = threading.Event(), threading.Event()

    def first() -> None:
        with turns.turn("a"):
            inside.set()
            go.wait(30)
            order.append(1)

    def second() -> None:
        with turns.turn("a"):
            order.append(2)

    threads = [threading.Thread(target=first)]
    threads[0].start()
    assert inside.wait(30)
    threads.append(threading.Thread(target=second))
    threads[1].start()
    with turns.turn("b"):
        assert order == [0], "another reader does not wait"
    go.set()
    for thread in threads:
        thread.join(30)
    assert order == [0, 1, 2]


def test_whose_turn_does_not_come_is_told() -> None:
    turns = Turns(patience=0.0)
    with turns.turn("a"), pytest.raises(OverBudgetError, match="still running"), turns.turn("a"):
        pass
    with turns.turn("a"):
        pass


def test_no_more_wait_than_may() -> None:
    turns, go = Turns(patience=30.0), threading.Event()
    started = threading.Barrier(2)

    def hold() -> None:
        with turns.turn("a"):
            started.wait(30)
            go.wait(30)

    def queue() -> None:
        with turns.turn("a"):
            pass

    threads = [threading.Thread(target=hold)]
    threads[0].start()
    started.wait(30)
    for _ in range(MAX_WAITING):
        threads.append(threading.Thread(target=queue))
        threads[-1].start()
    while turns.asking("a") <= MAX_WAITING:
        go.wait(0.001)
    with pytest.raises(OverBudgetError, match="still running"), turns.turn("a"):
        pass
    go.set()
    for thread in threads:
        thread.join(30)
    assert turns.asking("a") == 0


def test_a_reader_whose_turn_does_not_come_is_answered(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy(Turns):
        def turn(self, who: str) -> Any:
            raise OverBudgetError(NOT_YOUR_TURN)

    monkeypatch.setattr(sessions, "Turns", Busy)
    server = app.server.__class__("beside")
    sessions.register_computing(server, 10, ["slow"])
    server.add_url_rule("/_dash-update-component", view_func=lambda: "done", methods=["POST"])
    client = server.test_client()
    sent = {"output": "x", "outputs": [{"id": "slow", "property": "data"}]}
    reply = client.post("/_dash-update-component", json=sent)
    assert (reply.status_code, reply.get_data(as_text=True)) == (503, NOT_YOUR_TURN)
    sent["outputs"] = [{"id": "quick", "property": "data"}]
    assert client.post("/_dash-update-component", json=sent).get_data(as_text=True) == "done"


def test_behind_a_proxy_on_this_machine_visitors_are_told_apart_by_the_address_it_saw(app: Dash) -> None:
    handed_on = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    seen = {peer: _address(app, peer, handed_on) for peer in ("", "127.0.0.1", "::1", "192.0.2.1")}
    assert seen == {
        "": "198.51.100.7",
        "127.0.0.1": "198.51.100.7",
        "::1": "198.51.100.7",
        "192.0.2.1": "192.0.2.1",
    }
    assert _address(app, "127.0.0.1", {}) == "127.0.0.1"


def _address(app: Dash, peer: str, headers: dict[str, str]) -> str:
    with app.server.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}):
        return sessions._who()
