"""Everybody randomised is in one group or left out for one reason, recounted by hand and at random."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import LevelFilter, RangeFilter, Selection
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.small_trials import MARKER, eight_people, small_trial


def _members(mask: np.ndarray[Any, Any]) -> list[int]:
    return np.flatnonzero(mask).tolist()


def test_the_eight_people_by_hand():
    people = assign_groups(eight_people(), Selection())
    assert _members(people.everyone) == [0, 1, 2, 3, 6]
    assert [_members(group.mask) for group in people.groups] == [[0, 2], [1, 6]]
    assert people.codes.tolist() == [0, 1, 0, -1, -1, -1, 1, -1]
    assert _members(people.treated) == [0, 2]
    assert people.excluded == (("another arm", 1), ("unusable", 2), ("biomarker missing", 1))


def test_a_value_on_the_threshold_is_in_the_lower_group():
    lower, middle, upper = assign_groups(eight_people(), Selection(thresholds=(900, 3700))).groups
    assert [_members(g.mask) for g in (lower, middle, upper)] == [[2], [0], [1, 6]]
    assert [(g.lower, g.upper) for g in (lower, middle, upper)] == [
        (None, 900.0),
        (900.0, 3700.0),
        (3700.0, None),
    ]


def test_without_thresholds_nobody_is_left_out_for_a_missing_biomarker():
    people = assign_groups(eight_people(), Selection(thresholds=()))
    assert people.groups == ()
    assert people.excluded == (("another arm", 1), ("unusable", 2))
    assert [group.label for group in people.shown] == ["All participants"]
    assert people.shown[0].n == 5


def test_the_first_reason_that_applies_counts():
    # participant 7 is in another arm, at another site, and filtered out
    chosen = Selection(sites=("FR-01",), filters=(LevelFilter("sex", ("m",)),))
    assert assign_groups(eight_people(), chosen).excluded == (
        ("another arm", 1),
        ("another site", 4),
        ("filtered out", 2),
        ("biomarker missing", 1),
    )


def test_another_pair_of_arms():
    people = assign_groups(eight_people(), Selection(treated="High dose"))
    assert _members(people.everyone) == [1, 3, 6, 7]
    assert _members(people.treated) == [7]
    assert dict(people.excluded)["another arm"] == 3


def test_no_sites_leave_nobody_and_every_group_stays():
    people = assign_groups(eight_people(), Selection(sites=()))
    assert [group.n for group in people.shown] == [0, 0, 0]
    assert people.excluded == (("another arm", 1), ("another site", 7))


def test_a_range_keeps_its_ends_and_nobody_without_a_value():
    people = assign_groups(eight_people(), Selection(filters=(RangeFilter("age", 40, 60),)))
    assert _members(people.everyone) == [0, 1, 2]


def test_a_trial_without_a_biomarker_has_everybody_in_one_group():
    trial = small_trial(arm=["IL-2", "Placebo"], time=[1, 2], event=[1, 0])
    people = assign_groups(trial, Selection())
    assert people.groups == ()
    assert people.shown[0].n == 2
    assert people.excluded == ()


@for_each(
    ("thresholds", "labels"),
    [
        ((3700,), ["pNFH ≤ 3,700 pg/mL", "pNFH > 3,700 pg/mL"]),
        ((750, 3700), ["pNFH ≤ 750 pg/mL", "750 < pNFH ≤ 3,700 pg/mL", "pNFH > 3,700 pg/mL"]),
        # two thresholds never look alike
        (
            (3700, 3700.25),
            ["pNFH ≤ 3,700 pg/mL", "3,700 < pNFH ≤ 3,700.2 pg/mL", "pNFH > 3,700.2 pg/mL"],
        ),
        # rounded to 3,701 the label would put the participant with 3,700.5 in the wrong group; 3,700 does not
        ((3700.2,), ["pNFH ≤ 3,700 pg/mL", "pNFH > 3,700 pg/mL"]),
        ((3700.499,), ["pNFH ≤ 3,700 pg/mL", "pNFH > 3,700 pg/mL"]),
        ((5e-324,), ["pNFH ≤ 0 pg/mL", "pNFH > 0 pg/mL"]),
        ((1e300,), ["pNFH ≤ 1e+300 pg/mL", "pNFH > 1e+300 pg/mL"]),
        (
            (-1e-200, 1e-200),
            ["pNFH ≤ −1e−200 pg/mL", "−1e−200 < pNFH ≤ 1e−200 pg/mL", "pNFH > 1e−200 pg/mL"],
        ),
        ((3700.5,), ["pNFH ≤ 3,700.5 pg/mL", "pNFH > 3,700.5 pg/mL"]),
    ],
)
def test_labels_tell_the_truth(thresholds: tuple[float, ...], labels: list[str]):
    people = assign_groups(eight_people(), Selection(thresholds=thresholds))
    assert [group.label for group in people.groups] == labels


def test_a_biomarker_without_a_unit_is_labelled_without_one():
    people = assign_groups(
        eight_people(biomarkers=(type(MARKER)("pnfh", "Score", "score"),)), Selection(thresholds=(-1,))
    )
    assert [group.label for group in people.groups] == ["score ≤ −1", "score > −1"]


def test_a_selection_that_does_not_fit_is_refused_with_its_sentences():
    with pytest.raises(UnusableQuestionError, match="no endpoint 'relapse'"):
        assign_groups(eight_people(), Selection(endpoint="relapse"))


def test_what_is_remembered_cannot_be_written_to():
    people = assign_groups(eight_people(), Selection())
    for array in (people.everyone, people.codes, people.treated, people.groups[0].mask):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


ARMS = st.sampled_from(["IL-2", "Placebo", "High dose", None])
VALUES = st.sampled_from([math.nan, 0.5, 1.0, 2.0, 3.0, 3700.0, 3700.5])
PERSON = st.tuples(
    ARMS,
    st.sampled_from([math.nan, 0.0, 1.0, 640.0]),
    st.sampled_from([math.nan, 0.0, 1.0]),
    VALUES,
    st.sampled_from(["UK-01", "FR-01", None]),
    st.sampled_from(["f", "m", None]),
)
SELECTIONS = st.builds(
    Selection,
    thresholds=st.lists(VALUES.filter(math.isfinite), max_size=3).map(tuple),
    sites=st.none() | st.lists(st.sampled_from(["UK-01", "FR-01"]), max_size=2).map(tuple),
    filters=st.just(()) | st.just((LevelFilter("sex", ("f",)),)),
)


def _trial(people: list[tuple[Any, ...]]) -> Trial:
    every = [
        *people,
        ("IL-2", 1.0, 1.0, 1.0, "UK-01", "f"),
        ("Placebo", 1.0, 0.0, 2.0, "FR-01", "m"),
    ]
    arm, time, event, biomarker, site, sex = (list(column) for column in zip(*every, strict=True))
    return small_trial(
        arm=arm, time=time, event=event, biomarker=biomarker, site=site, categories={"sex": sex}
    )


@given(st.lists(PERSON, max_size=30), SELECTIONS)
def test_counts_add_up_to_the_number_randomised(people: list[tuple[Any, ...]], chosen: Selection):
    trial = _trial(people)
    found = assign_groups(trial, chosen)
    counted = found.groups if chosen.thresholds else found.shown
    assert sum(group.n for group in counted) + sum(n for _, n in found.excluded) == trial.participants
    assert all(n > 0 for _, n in found.excluded)


@given(st.lists(PERSON, max_size=30), SELECTIONS)
def test_nobody_is_in_two_groups_and_everybody_in_one_has_a_value_in_it(
    people: list[tuple[Any, ...]], chosen: Selection
):
    trial = _trial(people)
    found = assign_groups(trial, chosen)
    assert len(found.groups) == (len(chosen.thresholds or ()) + 1 if chosen.thresholds else 0)
    times_in = np.zeros(trial.participants, dtype=int)
    for k, group in enumerate(found.groups):
        times_in += group.mask
        values = trial.numbers["pnfh"].values[group.mask]
        low = -math.inf if group.lower is None else group.lower
        high = math.inf if group.upper is None else group.upper
        assert all(low < value <= high for value in values)
        assert np.array_equal(group.mask, found.codes == k)
        assert not (group.mask & ~found.everyone).any()
    assert times_in.max() <= 1
    assert not (found.treated & ~found.everyone).any()


ANY_THRESHOLDS = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=3).map(tuple)


@given(
    st.lists(PERSON, min_size=1, max_size=30),
    SELECTIONS | st.builds(Selection, thresholds=ANY_THRESHOLDS),
)
def test_labels_are_all_different(people: list[tuple[Any, ...]], chosen: Selection):
    labels = [group.label for group in assign_groups(_trial(people), chosen).shown]
    assert len(set(labels)) == len(labels)
