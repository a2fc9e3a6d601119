"""What somebody types as a filter, a threshold or a list of sites is understood, or refused in a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.command_options import CommandOptions, parse_filter, parse_names, parse_selection
from mirodash.stratification.selection import Filter, LevelFilter, RangeFilter, Selection
from tests.profiles import for_each
from tests.small_trials import eight_people, small_trial

TRIAL = eight_people()
NOTHING = CommandOptions(thresholds=(), sites=None, keep=(), strata=(), horizon=None, confidence=None)


@for_each(
    ("text", "meant"),
    [
        ("sex=f", LevelFilter("sex", ("f",))),
        ("sex = female, m", LevelFilter("sex", ("f", "m"))),
        ("site=UK-01,FR-01", LevelFilter("site", ("UK-01", "FR-01"))),
        ("age=40..60", RangeFilter("age", 40, 60)),
        ("age=..60", RangeFilter("age", None, 60)),
        ("age=40.5..", RangeFilter("age", 40.5, None)),
        ("age=40..inf", RangeFilter("age", 40, None)),
        ("age=50", RangeFilter("age", 50, 50)),
    ],
)
def test_a_filter_is_understood(text: str, meant: Filter):
    assert parse_filter(TRIAL, text) == meant


@for_each(
    ("text", "sentence"),
    [
        ("sex", "'sex' is not a filter"),
        ("=f", "'=f' is not a filter"),
        ("sexe=f", "no column 'sexe' in this trial; did you mean 'sex'"),
        ("age=young", "Column 'age' holds numbers; 'young' is no range"),
        ("age=..", "is no range"),
        ("age=nan..50", "is no range"),
        ("age=1e400..", "is no range"),
        ("age=inf..", "is no range"),
        ("age=..-inf", "is no range"),
        ("age=1_0..60", "is no range"),
    ],
)
def test_what_is_no_filter_is_refused(text: str, sentence: str):
    with pytest.raises(UnusableQuestionError, match=sentence):
        parse_filter(TRIAL, text)


def test_a_name_may_hold_a_comma():
    trial = small_trial(
        arm=["IL-2", "Placebo"], time=[1, 2], event=[1, 0], categories={"sex": ["other, or both", "f"]}
    )
    assert parse_filter(trial, "sex=other, or both") == LevelFilter("sex", ("other, or both",))
    assert parse_names("a, ,b,", ()) == ("a", "b")


@for_each(
    ("said", "chosen"),
    [
        ({}, Selection(horizon=9)),
        ({"thresholds": ("3700", "750")}, Selection(horizon=9, thresholds=(750, 3700))),
        ({"thresholds": ("none",)}, Selection(horizon=9, thresholds=())),
        ({"sites": "UK-01"}, Selection(horizon=9, sites=("UK-01",))),
        ({"keep": ("sex=f",)}, Selection(horizon=9, filters=(LevelFilter("sex", ("f",)),))),
        ({"strata": ("sex",), "confidence": "0.9"}, Selection(horizon=9, strata=("sex",), confidence=0.9)),
        ({"horizon": "100"}, Selection(horizon=100)),
    ],
)
def test_what_was_typed_changes_what_the_link_says(said: dict[str, Any], chosen: Selection):
    assert parse_selection(TRIAL, Selection(horizon=9), replace(NOTHING, **said)) == chosen


@for_each(
    ("said", "sentence"),
    [
        ({"sites": " ,"}, "'--sites' names nothing"),
        ({"keep": ("sex=",)}, "'sex=' names nothing"),
        ({"keep": ("sex=f", "age=..50", "sex=m")}, "Column 'sex' is filtered more than once"),
        ({"thresholds": ("low",)}, "A threshold must be a number"),
        ({"thresholds": ("1", "2", "3", "4")}, "at most three thresholds"),
        ({"thresholds": ("nan",)}, "and not 'nan'"),
        ({"thresholds": ("inf",)}, "a threshold must be a number"),
        ({"thresholds": ("1_000",)}, "and not '1_000'"),
        ({"thresholds": ("none", "5")}, "no other threshold can be given"),
        ({"horizon": "abc"}, "--horizon must be a number, and 'abc' is none"),
        ({"horizon": "inf"}, "the horizon must be a positive number"),
        ({"confidence": ""}, "--confidence must be a number"),
        ({"horizon": "-1"}, "the horizon must be a positive number"),
        ({"confidence": "95"}, "the confidence level must lie between"),
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, Any], sentence: str):
    with pytest.raises(UnusableQuestionError, match=sentence):
        parse_selection(TRIAL, Selection(), replace(NOTHING, **said))


def test_columns_to_adjust_for_replace_those_of_a_link():
    linked = Selection(adjust=("sex",))
    assert parse_selection(TRIAL, linked, NOTHING) == linked
    assert parse_selection(TRIAL, linked, replace(NOTHING, adjust=("age", "nfl"))).adjust == ("age", "nfl")
    with pytest.raises(UnusableQuestionError, match="no baseline column to adjust for 'died'"):
        parse_selection(TRIAL, linked, replace(NOTHING, adjust=("died",)))


def test_everything_that_cannot_be_asked_is_said_at_once():
    asked = CommandOptions(("low",), "Nowhere", ("seks=f", "age=x"), ("region",), "abc", "95")
    with pytest.raises(UnusableQuestionError) as refused:
        parse_selection(TRIAL, Selection(biomarker="il6"), asked)
    wanted = ("'low'", "--horizon", "confidence level", "'seks'", "'age'", "'Nowhere'", "'region'", "'il6'")
    assert len(refused.value.problems) == len(wanted)
    for word in wanted:
        assert sum(word in sentence for sentence in refused.value.problems) == 1, word
