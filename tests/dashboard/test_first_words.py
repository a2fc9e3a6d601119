"""The numbers of a view stand in the page as it is sent, the same as the page shows once scripts have run."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
import small_cells

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.web import first_words
from tests.dashboard.renderer import Reader
from tests.profiles import for_each

MIROCALS = sample("mirocals")


def shown_trial(query: str) -> str:
    """The name of the trial that a query is of."""
    return Selection.from_query(query).trial or "mirocals"


def words_in(page: str) -> str:
    """The part before any script, without its markup."""
    found = re.search(r'<div id="first-words".*</main></div></div>', page)
    return html.unescape(re.sub(r"<[^>]+>", " ", found[0])) if found else ""


@for_each(
    query=[
        "",
        "threshold=1000.0&unit=months",
        "threshold=750.0&threshold=3700.0",
        "threshold=",
        "trial=gbsg2",
    ]
)
def test_a_page_is_sent_with_the_words_that_it_will_show(query: str, reader: Reader) -> None:
    sent = words_in(reader.get(f"/?{query}").get_data(as_text=True))
    shown = reader.redraw(query)
    groups = [words for key, words in shown["panels"].items() if words and key.startswith("survival-")]
    assert groups
    for words in (shown["panels"]["finding"], *groups):
        told = [words["title"], words["subtitle"], words["sentence"]]
        told += [text for fact in words["facts"] for text in (fact["label"], fact["value"], fact["detail"])]
        assert [text for text in told if text not in sent] == []
    assert shown["page"]["banner"] in sent
    assert ("SYNTHETIC" in sent) == sample(shown_trial(query)).dictionary.synthetic
    assert [phrase["text"] for phrase in shown["page"]["estimand"] if phrase["text"] not in sent] == []


@for_each(address=["/thresholds", "/nothing-here", "/?trial=own-0000000000000000"])
def test_other_pages_are_sent_without(address: str, reader: Reader) -> None:
    assert "first-words" not in reader.get(address).get_data(as_text=True)


def test_what_a_file_calls_its_arms_is_text() -> None:
    arm = replace(MIROCALS.arm, names=tuple(f"{name}<b>&" for name in MIROCALS.arm.names))
    dictionary = replace(
        MIROCALS.dictionary,
        treated=f"{MIROCALS.dictionary.treated}<b>&",
        control=f"{MIROCALS.dictionary.control}<b>&",
    )
    trial = replace(MIROCALS, id="marked", arm=arm, dictionary=dictionary, fingerprint="sha256:0")
    page = Reader(create_app(Settings(), trials=(trial,))).get("/").get_data(as_text=True)
    words = re.search(r'<div id="first-words".*', page)
    assert words
    assert words[0].count("&lt;b&gt;&amp;") > 6
    assert "<b>" not in words[0]


def test_small_counts_are_in_no_page() -> None:
    trial = replace(MIROCALS, min_cell=10)
    reader = Reader(create_app(Settings(min_cell=10), trials=(trial,)))
    sent = {
        query: words_in(reader.get(f"/?{query}").get_data(as_text=True)) for query in ("", "threshold=500.0")
    }
    assert all(sent.values())
    assert small_cells.leaks(sent) == []


def test_a_page_comes_without_words_where_they_fail_or_take_long(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("a cell")

    monkeypatch.setattr(first_words, "_write_words", fail)
    reply = reader.get("/")
    assert (reply.status_code, "first-words" in reply.get_data(as_text=True)) == (200, False)
    monkeypatch.undo()
    monkeypatch.setattr(first_words, "MAX_PARTICIPANTS", 100)
    assert "first-words" not in reader.get("/").get_data(as_text=True)
