"""A declaration that declares nothing is none."""

from __future__ import annotations

import pytest

from mirodash.stratification.selection import MAX_DOCUMENT_LENGTH, Declaration, Selection
from tests.profiles import for_each

SAP = "Statistical analysis plan 2.1"


@for_each(
    ("thresholds", "document", "day"),
    [
        ((), SAP, "2017-04-12"),
        ((float("nan"),), SAP, "2017-04-12"),
        ((3700.0,), "  ", "2017-04-12"),
        ((3700.0,), "a" * (MAX_DOCUMENT_LENGTH + 1), "2017-04-12"),
        ((3700.0,), SAP, "2017-13-01"),
        ((3700.0,), SAP, "12 April 2017"),
        ((3700.0,), SAP, "20170412"),
        ((3700.0,), SAP, ""),
    ],
)
def test_what_declares_nothing_is_refused(thresholds: tuple[float, ...], document: str, day: str):
    with pytest.raises(ValueError, match=r"declaration|date|isoformat|month"):
        Declaration(thresholds, document, day)


def test_thresholds_are_in_order_and_once():
    assert Declaration((2, 1, 2), f" {SAP} ", "2017-04-12") == Declaration((1, 2), SAP, "2017-04-12")


@for_each(
    "query",
    [
        "prespecified=3700",
        "prespecified=3700&prespecified-in=SAP",
        "prespecified=abc&prespecified-in=SAP&prespecified-on=2017-04-12",
        "prespecified-in=SAP&prespecified-on=2017-04-12",
    ],
)
def test_half_a_declaration_in_a_link_is_none(query: str):
    assert Selection.from_query(query).declared is None


def test_the_address_reads_like_what_it_says():
    declared = Declaration((750.0, 3700.5), "SAP 2.1", "2017-04-12")
    query = "prespecified=750&prespecified=3700.5&prespecified-in=SAP+2.1&prespecified-on=2017-04-12"
    assert Selection(declared=declared).to_query() == query
