"""What every request of a view sends is parsed and validated once, and as if each were alone."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from mirodash.stratification.groups import select_measured
from mirodash.stratification.selection import Selection
from mirodash.stratification.unreadable_address import numbers_misread
from mirodash.stratification.validation import validate
from mirodash.trial.store import sample
from tests.profiles import for_each

MIROCALS = sample("mirocals")


@for_each(
    "query",
    [
        "threshold=2500&threshold=4500&horizon=12&adjust=age",
        "threshold=2500&horizon=-1&confidence=0.9",
        "threshold=1&threshold=2&threshold=3&threshold=4&curves=wavy&adjust=age",
        "confidence=3&curves=adjusted&horizon=nan",
    ],
)
def test_every_choice_is_parsed_as_if_it_were_alone(query: str) -> None:
    said: dict[str, object] = {}
    keys = dict.fromkeys(pair.partition("=")[0] for pair in query.split("&"))
    for key in keys:
        alone = Selection.from_query("&".join(pair for pair in query.split("&") if pair.startswith(key)))
        chosen = {item.name: getattr(alone, item.name) for item in fields(Selection)}
        said |= {name: value for name, value in chosen.items() if value != getattr(Selection(), name)}
    assert Selection.from_query(query) == Selection(**said)  # type: ignore[arg-type]


def test_asking_again_gives_the_same_object() -> None:
    query = "threshold=3700&horizon=nan"
    selection = Selection.from_query(query)
    assert Selection.from_query(query) is selection
    assert validate(MIROCALS, selection) is validate(MIROCALS, Selection.from_query(query))
    assert numbers_misread(query) is numbers_misread(query)


def test_participants_that_are_kept_cannot_be_written_to() -> None:
    people = select_measured(MIROCALS, Selection())
    assert people is not None
    assert select_measured(MIROCALS, Selection()) is people
    with pytest.raises(ValueError, match="read-only"):
        np.put(people.values, 0, 1.0)
