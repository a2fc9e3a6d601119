"""What a drag sends stays small for a trial of any size, and says the same numbers."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest

from mirodash.factory import create_app
from mirodash.questions.survival_curves import survival_by_group
from mirodash.settings import Settings
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import format_percents_with_intervals
from mirodash.trial.trial import Trial
from mirodash.web import ids
from tests.dashboard.renderer import Reader
from tests.panels.views import of_size

MAX_PAYLOAD = 60_000
"""Bytes, not compressed."""


@cache
def large() -> Trial:
    return of_size(20_000)


@cache
def drag(query: str) -> bytes:
    reader = Reader(create_app(Settings(), trials=(large(),)))
    reply = reader.post(reader.body(ids.words_of("explore", ids.SELECTION), query, "light"))
    assert reply.status_code == 200
    return reply.get_data()


@pytest.mark.parametrize("query", ["threshold=3700", "threshold=1200"])
def test_a_drag_of_a_large_trial_sends_little(query: str):
    assert len(drag(query)) <= MAX_PAYLOAD


def test_what_is_told_along_a_thinned_curve_is_exact():
    figure = json.loads(drag("threshold=3700"))["response"][ids.panel("survival-1", "figure")]["figure"]
    shown = survival_by_group(large(), Selection(thresholds=(3700.0,))).groups[1].comparison
    lines = [trace for trace in figure["data"] if "customdata" in trace]
    assert sum(trace.get("line", {}).get("shape") == "linear" for trace in figure["data"]) == 2
    assert [len(line["x"]) > 20 for line in lines] == [True, True]
    for line, arm in zip(lines, (shown.treated, shown.control), strict=True):
        scale = line["x"][-1] / 640
        for x, told in zip(line["x"][1:], line["customdata"][1:], strict=True):
            k = int(arm.curve.time.searchsorted(x / scale + 1e-9, side="right")) - 1
            at_k = ([float(part[k])] for part in (arm.curve.estimate, arm.curve.lower, arm.curve.upper))
            ((share, _, _),) = format_percents_with_intervals(*at_k)
            assert re.sub(r"\s", " ", told).startswith(re.sub(r"\s", " ", share))
