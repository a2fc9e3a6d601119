"""That readers in the part about load ask for what pages ask for, and that what they get is counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import bare_app, load
from benchmarks.__main__ import parts
from benchmarks.load import Requests
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.web import ids
from tests.dashboard.renderer import Reader


def test_a_move_redraws_and_what_settles_goes_on_until_every_step_is_done():
    reader = Reader(create_app(Settings()))
    moves = load._product_moves(Requests(reader.callbacks))

    def answer(body: bytes) -> bytes:
        reply = reader.client.post("/_dash-update-component", data=body, content_type="application/json")
        assert reply.status_code == 200
        return reply.get_data()

    pictures = [json.loads(answer(moves.moving(number)))["response"] for number in (3, 4)]
    assert ids.panel("survival-1", "figure") in pictures[0]
    assert pictures[0] != pictures[1]
    tables, *steps = moves.settled(3)
    asked = tables(None)
    assert asked is not None
    told = answer(asked)
    assert list(json.loads(told)["response"]) == [ids.tables_of(load.PAGE)]
    assert tables(told) is None
    for key, thread in zip(load.STEP_KEYS, steps, strict=True):
        last: bytes | None = None
        while (asked := thread(last)) is not None:
            last = answer(asked)
        assert last is not None
        done, of = load._progress(last, ids.panel(key, "words"))
        assert done == of > 0


def test_neighbouring_moves_of_the_bare_page_show_different_pictures():
    reader = Reader(bare_app.bare_app(load.builtin()))
    moves = load._bare_moves(Requests(reader.callbacks))
    first, second = (reader.post(json.loads(moves.moving(number))).get_json() for number in (3, 4))
    assert first["response"].keys() == second["response"].keys()
    assert first != second
    assert moves.settled(3) == ()


@pytest.mark.nightly
def test_every_number_of_readers_has_its_rows_and_workers_have_memory(tmp_path: Path):
    rows = {row.what: row for row in load.measure(tmp_path, blocks=1, seconds=0.5, readers=(1, 3))}
    assert len(rows) == 2 * 4 + 2
    for readers in ("1 reader", "3 readers"):
        assert (rows[f"{readers}: errors"].ours, rows[f"{readers}: errors"].theirs) == ("0", "0")
        assert float(rows[f"{readers}: requests a second"].ours) > 0
    sizes = [float(row.ours.removesuffix(" MiB")) for what, row in rows.items() if what.startswith("memory")]
    assert sizes[0] > sizes[1] > 10


def test_it_is_a_part_of_the_quick_measurement_and_of_the_full_one():
    assert "load" in parts(quick=True)
    assert parts(quick=True).keys() == parts(quick=False).keys()
