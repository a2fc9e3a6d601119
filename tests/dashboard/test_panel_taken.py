"""What the menu of a panel is told: light figures, the screen's words, one footer, and tables as a file."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from mirodash.plot.theme import DARK, LIGHT
from mirodash.questions.talk.view_description import describe_source
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.web.components import TAKEN
from mirodash.web.downloads import PANELS
from tests.dashboard.renderer import Reader
from tests.profiles import for_each

KEYS = tuple(dict.fromkeys(panel.key for panel in PANELS))


def _taken(reader: Reader, key: str, what: str, query: str = "", **more: Any) -> dict[str, Any]:
    written = reader.ask(TAKEN, {"key": key, "what": what, "at": 7, **more}, query, "light")
    return json.loads(written[TAKEN])


@for_each(key=["effect", "survival-0", "survival-1", "survival-2"])
def test_a_picture_has_the_words_of_the_screen_and_is_light(reader: Reader, key: str):
    told = _taken(reader, key, "picture", "threshold=2000")
    shown = reader.redraw("threshold=2000", "dark")
    words = shown["panels"][key]
    assert (told["title"], told["facts"], told["sentence"]) == tuple(
        words[name] for name in ("title", "facts", "sentence")
    )
    assert words["subtitle"].startswith(told["subtitle"])
    assert LIGHT.ink in json.dumps(told["figure"])
    assert DARK.ink not in json.dumps(told["figure"])
    assert told["at"] == 7


def test_a_group_counts_its_own_participants(reader: Reader):
    counted = [_taken(reader, f"survival-{place}", "picture")["footer"].split(" · ")[0] for place in range(3)]
    assert counted == ["n = 220, 90 deaths", "n = 174, 57 deaths", "n = 46, 33 deaths"]


def test_thresholds_lie_where_they_are_along_the_axis(reader: Reader):
    told = _taken(reader, "effect", "picture", "threshold=750&threshold=3700")["thresholds"]
    assert [line["label"] for line in told] == ["750", "3,700"]
    assert 0 < told[0]["at"] < told[1]["at"] < 1
    assert _taken(reader, "survival-1", "picture")["thresholds"] == []


@for_each(key=KEYS, query=["", "site=", "trial=gbsg2&threshold=90"])
def test_every_table_ends_with_what_it_belongs_to(reader: Reader, key: str, query: str):
    written = reader.ask(TAKEN, {"key": key, "what": "table", "step": 1}, query, "light")
    if key.endswith(("-3", "-4")):
        assert written == {}, "one threshold makes two groups"
        return
    if (key, query) == ("baseline", "site="):
        assert written == {}, "nobody is chosen, of whom Table 1 could tell"
        return
    if key.startswith("progression") and "gbsg2" in query:
        assert written == {}, "this trial has no measurements"
        return
    told = json.loads(written[TAKEN])
    rows = list(csv.reader(io.StringIO(told["table"].removeprefix("\ufeff"), newline="")))
    trial = sample("gbsg2" if "gbsg2" in query else "mirocals")
    assert rows[-1] == [describe_source(trial, Selection.from_query(query))]
    assert rows[-2] == [told["footer"]]
    assert told["stem"].endswith("SYNTHETIC") is trial.dictionary.synthetic


def test_a_panel_that_takes_steps_is_taken_as_far_as_it_has_come(reader: Reader):
    early = _taken(reader, "best-thresholds", "picture", step=1)["subtitle"]
    done = _taken(reader, "best-thresholds", "picture")["subtitle"]
    assert "500 of 500" in done
    assert early != done


@for_each(asked=[None, [], {}, {"key": 1}, {"key": "nothing"}, {"key": "survival-9"}])
def test_what_is_no_panel_gives_nothing(reader: Reader, asked: object):
    assert reader.ask(TAKEN, asked, "", "light") == {}
