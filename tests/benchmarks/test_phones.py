"""That a phone in the part about a room asks for every stop once, and gets it."""

from __future__ import annotations

import json

from benchmarks.load import Requests
from benchmarks.people import builtin
from benchmarks.phones import list_blocks
from mirodash.factory import create_app
from mirodash.questions.threshold_pack import BLOCK, list_packed_stops
from mirodash.settings import Settings
from mirodash.stratification.selection import Selection
from mirodash.web import ids
from tests.dashboard.renderer import Reader


def test_the_blocks_hold_every_stop_once_and_are_answered() -> None:
    stops = list_packed_stops(builtin(), Selection())
    blocks = list_blocks()
    assert [stops.index(one["near"]) for one in blocks] == list(range(0, len(stops), BLOCK))
    reader = Reader(create_app(Settings()))
    body = Requests(reader.callbacks).body(f"{ids.PACK}.data-pack", blocks[-1])
    reply = reader.client.post("/_dash-update-component", data=body, content_type="application/json")
    assert reply.status_code == 200
    told = json.loads(json.loads(reply.get_data())["response"][ids.PACK]["data-pack"])
    assert (told["at"], told["of"]) == (len(blocks), len(stops))
    assert [stop["at"] for stop in told["block"]["stops"]] == list(stops[told["first"] :])
