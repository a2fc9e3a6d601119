"""A file whose choices cannot be read is told so, and one that a page wrote never is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mirodash.stratification.unreadable_address import find_unparsed_keys
from tests.panels.views import TRIALS, selections
from tests.profiles import for_each, share_of_examples


@share_of_examples(0.6)
@given(data=st.data(), name=st.sampled_from(list(TRIALS)))
def test_whatever_a_page_writes_is_read(data: st.DataObject, name: str):
    assert find_unparsed_keys(data.draw(selections(TRIALS[name])).to_query()) == ()


@for_each(
    ("query", "keys"),
    [
        ("threshold=many", ("threshold",)),
        ("threshold=1&threshold=2&threshold=3&threshold=4", ("threshold",)),
        ("threshold=1e999", ("threshold",)),
        ("horizon=0&horizon=640", ("horizon",)),
        ("?horizon=nan&confidence=2", ("horizon", "confidence")),
        ("curves=wavy", ("curves",)),
        ("range.age=young", ("range.age",)),
        ("prespecified=3700", ("prespecified",)),
        (
            "prespecified=3700&prespecified-in=Plan&prespecified-on=yesterday",
            ("prespecified", "prespecified-in", "prespecified-on"),
        ),
    ],
)
def test_a_choice_that_cannot_be_read_is_named(query: str, keys: tuple[str, ...]):
    assert find_unparsed_keys(query) == keys


@for_each(
    "query",
    ["", "?", "confidence=0.95", "confidence=0.950", "trial=", "threshold=", "site=", "adjust=", "unit="],
)
def test_a_default_that_is_written_out_is_read(query: str):
    assert find_unparsed_keys(query) == ()
