"""Splits put everybody selected into one level or count them as missing, and lead to just these people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import LevelFilter, RangeFilter, Selection
from mirodash.stratification.splits import Split, list_splits
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.trial.dictionary import Factor
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, TRIALS, selections
from tests.profiles import for_each, share_of_examples
from tests.small_trials import AGE, eight_people, small_trial

NAN = float("nan")


def split_of(trial: Trial, key: str, selection: Selection | None = None) -> Split:
    return next(split for split in list_splits(trial, selection or Selection()) if split.key == key)


def counts(split: Split) -> dict[str, int]:
    return {level.label: int(level.mask.sum()) for level in split.levels}


def check_all(trial: Trial, selection: Selection) -> None:
    everyone = assign_groups(trial, selection).everyone
    for split in list_splits(trial, selection):
        inside = np.sum([level.mask for level in split.levels], axis=0)
        assert (inside <= everyone).all(), "nobody is in two levels, nor in one without being selected"
        assert int(np.sum(inside)) + split.missing == int(everyone.sum())
        for level in split.levels:
            if level.leads_to is None:
                assert not level.mask.any()
                continue
            opened = Selection.from_query(reduce_to_canonical(trial, level.leads_to).to_query())
            assert opened.trial == selection.trial
            reached = assign_groups(trial, opened)
            if split.kind == "biomarker":
                assert any((group.mask == level.mask).all() for group in reached.groups)
            else:
                assert (reached.everyone == level.mask).all(), (split.key, level.label)


@for_each("name", TRIALS)
def test_a_row_leads_to_exactly_the_people_it_counts(name: str) -> None:
    check_all(TRIALS[name], Selection())


@given(st.data())
@share_of_examples(0.6)
def test_in_any_view_a_row_leads_to_exactly_the_people_it_counts(data: st.DataObject) -> None:
    trial = TRIALS[data.draw(st.sampled_from(sorted(TRIALS)))]
    if len(trial.arm.names) < 2:
        return
    check_all(trial, data.draw(selections(trial)))


def test_everything_that_can_be_split_is_split_once_in_the_order_of_the_dictionary() -> None:
    keys = [split.key for split in list_splits(sample("mirocals"), Selection())]
    assert keys == [
        *("csf_pnfh", "sex", "age", "onset", "el_escorial", "onset_months", "alsfrs_r", "alsfrs_slope"),
        *("svc", "serum_nfl", "tregs", "country", "site"),
    ]
    chosen = Selection(biomarker="svc")
    assert [split.key for split in list_splits(sample("mirocals"), chosen)].count("svc") == 1
    assert split_of(sample("mirocals"), "svc", chosen).kind == "biomarker"


def test_a_number_is_cut_where_the_dictionary_says() -> None:
    trial = sample("mirocals")
    age = trial.numbers["age"].values
    split = split_of(trial, "age")
    assert split.cut == "dictionary"
    assert counts(split) == {"≤ 60 years": int((age <= 60).sum()), "> 60 years": int((age > 60).sum())}


def test_a_number_without_a_cut_is_split_at_the_median_of_those_selected() -> None:
    trial = eight_people()
    split = split_of(trial, "age")
    assert split.cut == "median"
    assert counts(split) == {"≤ 50 years": 2, "> 50 years": 3}
    women = split_of(trial, "age", Selection(filters=(LevelFilter("sex", ("f",)),)))
    assert counts(women) == {"≤ 40 years": 1, "> 40 years": 1}


def test_a_number_of_which_everybody_has_the_same_leaves_the_upper_level_empty() -> None:
    assert counts(split_of(DEGENERATE["no biomarker"], "age")) == {"≤ 50 years": 40, "> 50 years": 0}


def test_who_lacks_a_factor_is_counted_as_missing() -> None:
    columns = {"sex": ["f", None, "m", None]}
    trial = small_trial(
        arm=["IL-2", "Placebo"] * 2,
        time=[1, 2, 3, 4],
        event=[1] * 4,
        categories=columns,
        numbers={"age": [NAN] * 4},
    )
    assert split_of(trial, "sex").missing == 2
    assert (split_of(trial, "age").levels, split_of(trial, "age").missing) == ((), 4)
    assert split_of(trial, "age").codes().size == 0
    assert split_of(trial, "sex").codes().tolist() == [0, -1, 1, -1]


def test_a_cut_is_written_with_as_many_decimals_as_the_truth_needs() -> None:
    trial = small_trial(
        arm=["IL-2", "Placebo"],
        time=[1, 2],
        event=[1, 1],
        numbers={"age": [60.2, 60.4]},
        factors=(Factor("age", AGE.label, "numeric", cut=60.3),),
    )
    assert list(counts(split_of(trial, "age"))) == ["≤ 60.3", "> 60.3"]


def test_a_row_above_a_cut_keeps_a_range_that_the_reader_set() -> None:
    kept = RangeFilter("age", 45.0, 70.0)
    level = split_of(sample("mirocals"), "age", Selection(filters=(kept,))).levels[1]
    assert level.leads_to is not None
    assert level.leads_to.filters == (RangeFilter("age", 61.0, 70.0),)


def test_a_country_leads_to_its_sites_which_the_page_has_controls_for() -> None:
    trial = sample("mirocals")
    france = split_of(trial, "country").levels[0]
    assert france.label == "France"
    assert france.leads_to is not None
    assert france.leads_to.sites == tuple(f"FR-{k:02}" for k in range(1, 11))


def test_sites_that_the_reader_left_out_have_no_row() -> None:
    chosen = Selection(sites=("UK-01", "UK-02"))
    assert list(counts(split_of(sample("mirocals"), "site", chosen))) == ["UK-01", "UK-02"]
    assert list(counts(split_of(sample("mirocals"), "country", chosen))) == ["UK"]


def test_a_country_whose_sites_are_not_known_leads_to_itself() -> None:
    places = ["France", "UK"] * 4
    trial = small_trial(
        arm=["IL-2", "Placebo"] * 4,
        time=[1, 2, 3, 4, 5, 6, 7, 8],
        event=[1] * 8,
        categories={"land": places, "sex": ["f", "m"] * 4},
        numbers={"age": [50.0] * 8},
    )
    trial = replace(trial, country=trial.categories["land"], fingerprint="sha256:with-countries")
    france = split_of(trial, "country").levels[0]
    assert france.leads_to is not None
    assert france.leads_to.filters == (LevelFilter("land", ("France",)),)
    check_all(trial, Selection())
