"""Arms are called on screen what the dictionary calls them."""

from __future__ import annotations

import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.selection import Selection
from mirodash.text.labels import ArmNames, format_arm_names
from tests.panels.views import of_size


def test_labels_come_from_the_dictionary():
    trial = of_size(4, arm_labels=(("IL-2", "aldesleukin"),))
    assert format_arm_names(trial, Selection()) == ArmNames(treated="aldesleukin", control="Placebo")


def test_names_follow_what_the_reader_compares():
    names = format_arm_names(of_size(4), Selection(treated="Placebo", control="IL-2"))
    assert names == ArmNames(treated="Placebo", control="IL-2", exchanged=True)


def test_an_unknown_arm_is_refused():
    with pytest.raises(UnusableQuestionError, match="Vitamin"):
        format_arm_names(of_size(4), Selection(treated="Vitamin C"))
