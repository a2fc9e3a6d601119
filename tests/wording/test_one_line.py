"""Text of any origin fits on one line of a slide, and stays the text that it is."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from mirodash.text.labels import one_line
from mirodash.trial.store import SAMPLES, sample
from tests.profiles import for_each

ANYTHING = st.text(st.characters())


@given(ANYTHING)
def test_nothing_is_left_that_breaks_a_line_a_file_or_the_direction_of_writing(text: str):
    told = one_line(text)
    assert not {unicodedata.category(letter) for letter in told} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(told) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert len(told.splitlines()) <= 1
    told.encode("utf-8")


@given(ANYTHING, st.integers(1, 40))
def test_it_is_never_longer_than_there_is_room_for(text: str, longest: int):
    told = one_line(text, longest)
    assert len(told) <= longest
    assert told == one_line(text) or told.endswith("…")


@given(ANYTHING)
def test_doing_it_twice_changes_nothing(text: str):
    assert one_line(one_line(text)) == one_line(text)


@for_each("text", ["72\u202f% at 640\u00a0days", "مرحبا", "<b>x</b> & 'y'", "=1+1", "x ≤ 3,700 pg/mL"])
def test_ordinary_text_is_left_as_it_is(text: str):
    assert one_line(text) == text


def test_half_a_character_is_left_out():
    assert one_line("a\ud800b") == "a b"


@for_each("name", SAMPLES)
def test_the_names_of_built_in_trials_are_left_as_they_are(name: str):
    dictionary = sample(name).dictionary
    for marker in dictionary.biomarkers:
        assert one_line(marker.label) == marker.label
    assert one_line(dictionary.title) == dictionary.title
