"""Columns are called what the dictionary calls them, and names keep their capitals inside a sentence."""

from __future__ import annotations

from mirodash.text.labels import format_column_label, lower_first
from tests.panels.views import TRIALS, of_size
from tests.profiles import for_each


def test_a_column_has_the_dictionarys_label():
    assert format_column_label(of_size(4), "sex") == "Sex"
    assert format_column_label(TRIALS["mirocals"], "age") == TRIALS["mirocals"].dictionary.factor("age").label  # type: ignore[union-attr]


@for_each("column", ["site", "country", "anything"])
def test_any_other_column_has_some_name(column: str):
    assert format_column_label(of_size(4), column).lower() == column


@for_each(
    ("label", "inside"), [("Site", "site"), ("OS", "OS"), ("ALSFRS-R slope", "ALSFRS-R slope"), ("", "")]
)
def test_a_label_inside_a_sentence(label: str, inside: str):
    assert lower_first(label) == inside
