"""An address with a number at the end of what numbers can be opens a page, and what cannot be is said."""

from __future__ import annotations

import json

import pytest

from tests.dashboard.renderer import Reader

NEVER = ("5e-324", "1e-300", "1e-7", "1e308", "-1", "-0", "0", "nan", "inf", "-inf", "1e999", "many")
EXTREME = ("5e-324", "1e-300", "-0", "0", "1e308", "-1e308", "3700,", "nan", "inf")


@pytest.mark.parametrize("horizon", NEVER)
def test_a_horizon_that_cannot_be_is_a_sentence_beside_the_page(reader: Reader, horizon: str):
    written = reader.open(f"?horizon={horizon}")
    assert '"main"' in json.dumps(written["page-content"])
    assert "horizon" in json.dumps(written["shell-notice"])


def test_the_shortest_horizon_opens_and_redraws(reader: Reader):
    written = reader.open("?horizon=0.000001")
    assert '"main"' in json.dumps(written["page-content"])
    assert "horizon" not in json.dumps(written["shell-notice"])
    assert reader.redraw("horizon=0.000001")["panels"]


@pytest.mark.parametrize("threshold", EXTREME)
def test_a_threshold_at_the_end_of_what_numbers_can_be_opens_the_page(reader: Reader, threshold: str):
    written = reader.open(f"?threshold={threshold}")
    assert '"main"' in json.dumps(written["page-content"])
    said = "The threshold" in json.dumps(written["shell-notice"])
    assert said == (threshold in ("nan", "inf", "3700,"))
