"""The forest is plain data for any view, says why where there is no estimate, and has no p-value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.forest import TICKS, draw_forest
from mirodash.questions.subgroups import measure_site_heterogeneity, subgroups
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import repair
from mirodash.text.labels import format_arm_names
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.test_explore_panels import DIFFERENT_VIEWS, P_VALUE, UNSAID, plain
from tests.panels.views import DEGENERATE, KINDS, TRIALS, of_size, selections
from tests.profiles import for_each, share_of_examples


def forest_of(trial: Trial, selection: Selection | None = None) -> dict[str, Any]:
    chosen = selection or Selection()
    return draw_forest(
        subgroups(trial, chosen), measure_site_heterogeneity(trial, chosen), format_arm_names(trial, chosen)
    )


def rows(shown: dict[str, Any]) -> list[dict[str, Any]]:
    return [shown["overall"], *(row for group in shown["groups"] for row in group["rows"])]


def row_named(shown: dict[str, Any], label: str) -> dict[str, Any]:
    return next(row for row in rows(shown) if row["label"] == label)


def written(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in ("href", "key", "label"):
                yield from written(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from written(value)
    elif isinstance(node, str):
        yield node


def check(trial: Trial, selection: Selection) -> None:
    shown = forest_of(trial, selection)
    plain(shown)
    json.dumps(shown, allow_nan=False)
    names = set(trial.arm.names) | {trial.dictionary.arm_label(name) for name in trial.arm.names}
    names |= set(trial.site.names) if trial.site else set()
    for text in written(shown):
        without_names = re.sub("|".join(map(re.escape, names)), "", text) if names else text
        assert not P_VALUE.search(without_names), text
        assert not UNSAID.search(without_names), text
    everyone = assign_groups(trial, selection).everyone
    assert sum(shown["overall"]["sort"][arm] for arm in ("treated", "control")) == int(everyone.sum())
    for row in rows(shown):
        assert bool(row["why"]) == (row["plot"] is None)
        assert row["ratio"]
        assert row["difference"]


@for_each("name", KINDS)
def test_every_trial_has_a_forest(name: str) -> None:
    for view in DIFFERENT_VIEWS:
        trial = TRIALS[name]
        check(trial, repair(trial, Selection(**view)))


@given(st.data())
@share_of_examples(0.4)
def test_every_view_has_a_forest(data: st.DataObject) -> None:
    trial = TRIALS[data.draw(st.sampled_from(sorted(TRIALS)))]
    if len(trial.arm.names) > 1:
        check(trial, data.draw(selections(trial)))


def test_a_row_says_what_it_draws() -> None:
    row = row_named(forest_of(sample("mirocals")), "female")
    assert (row["treated"], row["control"]) == ("40 (15)", "44 (22)")
    assert row["ratio"] == "0.68 (0.35 to 1.31)"
    assert row["plot"]["ratio"] == pytest.approx(0.6798, abs=1e-4)
    assert (row["plot"]["low"], row["plot"]["high"]) == pytest.approx((0.3524, 1.3113), abs=1e-4)
    assert row["plot"]["ratio"] < row["plot"]["shrunken"] < 0.8
    first, last = row["plot"]["shrunkenEnds"]
    assert row["plot"]["low"] < first < row["plot"]["shrunken"] < last < row["plot"]["high"]
    assert row["difference"] == "+12 (−9 to +34)"
    assert row["href"] == "/?keep.sex=F"
    assert not row["uncertain"]


def test_everybody_is_the_plain_address_and_the_first_row() -> None:
    overall = forest_of(sample("mirocals"))["overall"]
    assert (overall["href"], overall["label"]) == ("/", "All participants")
    assert (overall["plot"]["weight"], overall["plot"]["shrunken"]) == (1.0, None)


def test_a_group_too_small_says_so_and_leads_to_it_all_the_same() -> None:
    row = row_named(forest_of(sample("mirocals")), "FR-03")
    assert (row["ratio"], row["why"]) == ("not estimable", "only 1 event among 8 participants")
    assert row["sort"]["ratio"] is None
    assert row["href"] == "/?site=FR-03"
    assert row["uncertain"]


def test_nobody_leads_nowhere() -> None:
    shown = forest_of(sample("mirocals"), Selection.from_query("keep.sex=F"))
    row = row_named(shown, "male")
    assert (row["href"], row["treated"], row["control"]) == (None, "0 (0)", "0 (0)")
    assert row["why"] == "no participants are in this group"


def test_who_lacks_a_factor_stands_beside_its_name() -> None:
    notes = {group["label"]: group["note"] for group in forest_of(sample("mirocals"))["groups"]}
    assert notes["Slow vital capacity"] == "missing: 3"
    assert notes["CSF pNFH"] == "at the thresholds chosen"
    assert notes["Sex"] == ""
    medians = {group["label"]: group["note"] for group in forest_of(of_size(40))["groups"]}
    assert medians["Age"] == "cut at the median"


def test_arms_that_have_names_without_end_do_not_fill_the_head() -> None:
    shown = forest_of(DEGENERATE["names without end"])
    assert all(len(column["name"]) <= 24 for column in shown["columns"])
    assert all(len(shown["axis"][side]) <= 32 for side in ("left", "right"))


def test_the_axis_is_the_usual_one_unless_effects_lie_beyond_it() -> None:
    assert tuple(forest_of(sample("mirocals"))["axis"]["ticks"]) == TICKS[0]
    waiting = np.random.default_rng(2).exponential(100, 400) * np.where(np.arange(400) % 2 == 0, 8, 1)
    strong = of_size(400, time=waiting.round(3).tolist(), event=[1] * 400)
    assert tuple(forest_of(strong)["axis"]["ticks"]) == TICKS[1]
    for ticks in TICKS:
        assert [1 / tick for tick in reversed(ticks)] == pytest.approx(list(ticks))


def test_words_tell_how_rows_agree_and_what_one_site_does() -> None:
    shown = forest_of(sample("mirocals"))
    assert "Overall hazard ratio 0.81" in shown["sentence"]
    assert "4 more are too small to estimate" in shown["sentence"]
    facts = {fact["label"]: unify_spaces(f"{fact['value']} {fact['detail']}") for fact in shown["facts"]}
    assert facts["Between sites"].startswith("I² 0 % 13 of 17 sites differ no more than by chance; a typical")
    assert facts["Without one site"].startswith("0.72 to 0.93")
    assert "without FR-02: 0.93 (95 % CI 0.59 to 1.46)" in facts["Largest influence"]
    assert len(shown["tables"][0]["rows"]) == 17


def test_a_trial_without_sites_has_nothing_to_say_of_them() -> None:
    shown = forest_of(DEGENERATE["no sites"])
    assert (shown["facts"], shown["tables"]) == ([], [])


def test_events_are_named_in_the_head_unless_their_name_is_long() -> None:
    units = {name: forest_of(sample(name))["columns"][1]["unit"] for name in ("mirocals", "gbsg2")}
    assert units == {"mirocals": "n (deaths)", "gbsg2": "n (events)"}
