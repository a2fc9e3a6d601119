"""Whatever a browser sends where steps, looks, forms and strips are expected is answered, and quietly."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from mirodash.stratification.saved_view import claim_of
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.web.panel_host import SOMETHING_WENT_WRONG
from tests.dashboard.renderer import CALLBACKS, Part, Reader, outputs_of
from tests.profiles import for_each, share_of_examples

LONG = "x" * 200_000
HOSTILE = share_of_examples(
    0.3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
QUERIES = st.sampled_from(
    (
        "",
        "threshold=1000",
        "threshold=",
        "site=",
        "adjust=age&curves=adjusted&stratum=country",
        "adjust=nothing&curves=odd",
        "prespecified=3700&prespecified-in=SAP&prespecified-on=2020-01-01",
        "prespecified=nan&prespecified-in=%3Cb%3E&prespecified-on=x",
        "trial=__proto__",
        "confidence=0.99999",
        "\ud800",
        LONG,
    )
)
ODD = st.sampled_from(
    (
        *(None, True, 0, -1, 1.5, 10**400, math.nan, math.inf, "", "light", "\ud800", "\x00", LONG),
        *([], {}, [[]], {"a": 1}, [None], {"": {}}),
    )
)
STEPS = st.fixed_dictionaries({}, optional={"query": QUERIES | ODD, "step": st.integers(-1, 3) | ODD})
SEEN = st.dictionaries(QUERIES, ODD, max_size=4) | st.lists(QUERIES | ODD, max_size=4) | ODD
LOOKS = st.fixed_dictionaries(
    {}, optional={"mirocals": SEEN, "pages": SEEN | st.fixed_dictionaries({"mirocals": SEEN})}
)
FORMS = st.fixed_dictionaries(
    {},
    optional={
        "answers": st.dictionaries(st.sampled_from(("prior", "cut", "chance", "no")), ODD, max_size=3) | ODD,
        "notes": st.dictionaries(st.sampled_from(("prior", "other", "no")), ODD, max_size=3) | ODD,
        **dict.fromkeys(("leaning", "grade", "reason", "initials", "day"), ODD),
    },
)
CLAIM = json.loads(json.dumps(asdict(claim_of(sample("mirocals"), Selection()))))
FILES = st.builds(
    lambda claim, form: {
        "text": json.dumps({"format": "mirodash-credibility-1", "claim": claim, "form": form})
    },
    st.just(CLAIM) | ODD,
    FORMS | ODD,
) | st.fixed_dictionaries(
    {"text": st.sampled_from(("[" * 90_000, "9" * 5_000, "NaN", "{", "\ufeff{}")) | ODD}
)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "key": st.sampled_from(("effect", "survival-1", "survival-4", "flow", "subgroups", "histogram", "x"))
        | ODD,
        "what": st.sampled_from(("picture", "table")) | ODD,
        "step": st.integers(-1, 3) | ODD,
        "at": ODD,
    },
)
PICTURES = (
    st.sampled_from(("effect", "search", "survival-1", "subgroups-1", "subgroups-99", "subgroups")) | ODD
)
KEPT = st.fixed_dictionaries(
    {},
    optional={"query": QUERIES | ODD, "picture": PICTURES, "title": ODD, "note": ODD, "at": ODD, "page": ODD},
)
STRIPS = st.fixed_dictionaries({}, optional={"views": st.lists(KEPT | ODD, max_size=3) | ODD, "at": ODD})
STRIP_FILES = st.builds(
    lambda strip: {"text": json.dumps({"mirodash": "strip", "version": 1, **strip})}, STRIPS
) | st.fixed_dictionaries({"text": ODD, "at": ODD})
CLICKS = st.sampled_from((1, 2, 3)) | ODD
BY_NAME = {
    "looks-seen": LOOKS,
    "panel-menu-asked": ASKED,
    "keep-asked": KEPT,
    "keep-chosen": KEPT,
    "stage-asked": KEPT,
    "strip-views": STRIPS,
    "strip-wanted": STRIPS,
    "strip-file": STRIP_FILES,
    "credibility-now": FORMS,
    "credibility-file": FILES,
    "selection-query": QUERIES,
    "selection-settled": QUERIES,
    "selection-population": QUERIES,
}


def _values(declared: list[Part]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return what might be sent where each of these is expected: nearly right, or anything."""
    return st.tuples(*(_value(part["id"], part["property"]) | ODD for part in declared))


def _value(name: str, prop: str) -> st.SearchStrategy[Any]:
    if prop == "n_clicks":
        return CLICKS
    return STEPS if name.endswith("-step") else BY_NAME.get(name, ODD)


@HOSTILE
@given(data=st.data())
def test_what_nearly_fits_is_answered_and_nothing_goes_wrong(reader: Reader, data: st.DataObject):
    callback = data.draw(st.sampled_from(reader.server_callbacks()))
    declared = [*callback["inputs"], *callback["state"]]
    body = reader.body(outputs_of(callback)[0][0], *data.draw(_values(declared)))
    reply = reader.client.post(CALLBACKS, data=json.dumps(body), content_type="application/json")
    text = reply.get_data(as_text=True)
    assert reply.status_code < 500, text
    assert "Traceback" not in text
    if reply.status_code == 200:
        assert SOMETHING_WENT_WRONG not in text
        json.loads(text, parse_constant=pytest.fail)


@for_each(key=["searched", "adjusted", "prognosis", "over-time", "best-thresholds"])
def test_a_step_for_what_is_no_text_is_not_taken(reader: Reader, key: str, caplog: pytest.LogCaptureFixture):
    # half a surrogate pair can be sent, but not sent back
    place = f"panel-{key}-words"
    body = reader.body(place, {"query": "\ud800", "step": 1}, "light")
    with caplog.at_level(logging.INFO):
        reply = reader.client.post(CALLBACKS, data=json.dumps(body), content_type="application/json")
    assert reply.status_code in (200, 204)
    assert "hazard" not in reply.get_data(as_text=True).lower()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
