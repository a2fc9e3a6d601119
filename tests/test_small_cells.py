"""Where few participants must not be told apart, no count of them is in anything that is shown or written."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, cast

import numpy as np
import small_cells

from mirodash.export.analysis_json import analysis_json
from mirodash.export.code import code
from mirodash.questions.report import analyze
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.text.small_counts import WITHHELD, describe_suppression
from mirodash.trial.store import sample
from mirodash.web.threshold_controls import build_site_controls, describe_client_state
from mirodash.web.view import View
from tests.profiles import for_each

TRIAL = sample("mirocals")
HIDING = replace(TRIAL, min_cell=10)
SITE = TRIAL.site.names[0] if TRIAL.site else ""
FACTOR = next(factor.column for factor in TRIAL.dictionary.factors if factor.kind == "category")
LEVEL = TRIAL.categories[FACTOR].names[0]

VIEWS = {
    "as it opens": Selection(),
    "one site": Selection(sites=(SITE,)),
    "three thresholds": Selection(thresholds=(500.0, 3700.0, 9000.0)),
    "one level": Selection(filters=(LevelFilter(FACTOR, (LEVEL,)),)),
    "adjusted": Selection(adjust=("nfl_serum",) if "nfl_serum" in TRIAL.numbers else (), curves="adjusted"),
    "short": Selection(horizon=60.0),
}


@for_each("view", VIEWS)
def test_no_small_count_is_told_of(view: str) -> None:
    told = small_cells.told_of(HIDING, VIEWS[view])
    assert small_cells.leaks(told) == []
    assert small_cells.falls_of_few(told["analysis"], 10) == []


def test_no_picture_or_workbook_has_a_time_that_no_curve_tells() -> None:
    told, outcome = small_cells.told_of(HIDING, VIEWS["as it opens"]), TRIAL.outcomes["death"]
    steps = {
        float(time)
        for group in told["analysis"]["groups"]
        for arm in group["arms"]
        for time in (*arm["curve"]["time"], *arm["at_risk"]["time"])
    }
    drawn = small_cells.times_in(told, "days")
    assert len(drawn & steps) > 10
    events = np.sort(outcome.time[outcome.event])
    # a hazard ratio over time is drawn from where ten events of a group have come
    assert not drawn & set(events.tolist()) - steps - _tenth_events()
    assert min(drawn - {0.0}) >= 10
    everything = small_cells.told_of(TRIAL, VIEWS["as it opens"])
    assert small_cells.times_in(everything, "days") & set(events.tolist()) - steps
    assert small_cells.falls_of_few(everything["analysis"], 10)


def _tenth_events() -> set[float]:
    people, outcome = assign_groups(HIDING, Selection()), HIDING.outcomes["death"]
    found: set[float] = set()
    for group in people.shown:
        times = np.sort(outcome.time[group.mask & outcome.event])
        found |= {float(times[9]), float(times[-10])}
    return found


def test_the_search_for_small_counts_finds_them_where_they_are_told() -> None:
    found = small_cells.leaks(small_cells.told_of(TRIAL, VIEWS["one site"]))
    for place in ("analysis", "terminal", "announcement", "panel survival", "deck", "forest", "subgroups"):
        assert any(place in leak for leak in found), place


def test_a_slide_does_not_tell_that_nobody_is_left() -> None:
    slides = str(small_cells.told_of(HIDING, VIEWS["three thresholds"])["deck"])
    assert "nobody on" not in slides.lower()
    assert "nobody in this arm" not in slides.lower()
    assert "Counts below 10 are not shown; curves are disclosure-rounded." in slides


def test_files_say_that_counts_are_hidden_and_hide_them_as_text() -> None:
    made = analysis_json(analyze(HIDING, Selection(thresholds=(3700.0,))))
    assert made["disclosure"] == {"min_cell": 10, "curves": "rounded"}
    assert "<10" in made["groups"][2]["arms"][1]["at_risk"]["at_risk"]
    assert "disclosure" not in analysis_json(analyze(TRIAL, Selection()))


def test_a_script_says_that_it_prints_what_is_not_shown() -> None:
    assert "prints exact numbers" in code(HIDING, Selection(), "r")
    assert "prints exact numbers" in code(HIDING, Selection(), "python")
    assert "exact numbers" not in code(TRIAL, Selection(), "r")


def test_sentences_about_the_data_that_count_few_are_left_out() -> None:
    assert describe_suppression(TRIAL) == TRIAL.notices
    kept = describe_suppression(HIDING)
    assert kept[-1] == WITHHELD
    assert set(kept[:-1]) < set(TRIAL.notices)


def test_controls_offer_no_small_counts_and_only_thresholds_that_may_be_set() -> None:
    view = View(HIDING, Selection())
    controls = json.dumps([part.to_plotly_json() for part in build_site_controls(view)], default=_as_json)
    shown = [int(number) for number in re.findall(r"[(]([0-9]+)[)]", controls)]
    assert shown
    assert min(shown) >= 10
    assert "<\\u00a010" in controls
    assert describe_client_state(view)["snaps"] is True
    assert "snaps" not in describe_client_state(View(TRIAL, Selection()))


def _as_json(part: object) -> object:
    return cast("Any", part).to_plotly_json()


def test_of_a_choice_that_is_not_told_no_number_is_claimed() -> None:
    told = small_cells.told_of(HIDING, VIEWS["one site"])
    assert told["estimand"].startswith("part of 220 randomised")
    assert told["announcement"] == "All participants: not shown."
    assert told["footer"].startswith("n not shown · ")
    assert told["analysis"]["groups"][0]["n"] == "hidden"
