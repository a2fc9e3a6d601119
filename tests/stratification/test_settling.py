"""A selection meets a trial: open fields are filled in, what does not fit is said and can be left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.selection import Declaration, LevelFilter, RangeFilter, Selection
from mirodash.stratification.validation import (
    find_active_declaration,
    list_adjustable,
    reduce_to_canonical,
    repair,
    resolve,
    resolve_endpoint,
    unknown_name,
    validate,
)
from tests.profiles import for_each
from tests.small_trials import DEATH, RELAPSE, eight_people, small_trial

TRIAL = eight_people(endpoints=(DEATH, RELAPSE))
WITHOUT_BIOMARKER = small_trial(arm=["IL-2", "Placebo"], time=[1, 2], event=[1, 0])


def test_open_fields_are_the_dictionarys():
    assert resolve(TRIAL, Selection()) == Selection(
        endpoint="death",
        horizon=640.0,
        biomarker="pnfh",
        thresholds=(3700.0,),
        equal_above=False,
        treated="IL-2",
        control="Placebo",
        unit="days",
    )


def test_another_endpoint_brings_its_own_horizon_and_unit():
    full = resolve(TRIAL, Selection(endpoint="relapse"))
    assert (full.horizon, full.unit) == (90.0, "weeks")


def test_another_biomarker_brings_its_own_thresholds():
    full = resolve(TRIAL, Selection(biomarker="nfl"))
    assert (full.biomarker, full.thresholds) == ("nfl", ())


def test_what_was_chosen_stays():
    chosen = Selection(horizon=100, thresholds=(), sites=("UK-01",), strata=("sex",), unit="months")
    full = resolve(TRIAL, chosen)
    assert (full.horizon, full.thresholds, full.sites, full.strata, full.unit) == (
        100,
        (),
        ("UK-01",),
        ("sex",),
        "months",
    )


def test_a_trial_without_a_biomarker_has_none_and_no_thresholds():
    full = resolve(WITHOUT_BIOMARKER, Selection())
    assert (full.biomarker, full.thresholds) == ("", ())


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"endpoint": "deaht"}, "There is no endpoint 'deaht' in this trial; did you mean 'death'?"),
    ({"endpoint": "xyz"}, "There is no endpoint 'xyz' in this trial; it has death, relapse."),
    ({"horizon": 1e6}, "A horizon of 1e+06 days is more than 100 years; is the unit right?"),
    (
        {"endpoint": "relapse", "horizon": 6000},
        "A horizon of 6,000 weeks is more than 100 years; is the unit right?",
    ),
    ({"biomarker": "PNFH"}, "There is no biomarker 'PNFH' in this trial; did you mean 'pnfh' (CSF pNFH)?"),
    (
        {"treated": "low dose"},
        "There is no arm 'low dose' in this trial; it has High dose, IL-2, Placebo.",
    ),
    (
        {"treated": "Placebo"},
        "The treated and the control arm are both 'Placebo'; choose two different arms.",
    ),
    ({"sites": ("UK-1", "FR-01")}, "There is no site 'UK-1' in this trial; did you mean 'UK-01'?"),
    (
        {"filters": (LevelFilter("sex", ("x",)), RangeFilter("age", 40, 50))},
        "Column 'sex' has no value 'x'; it has f, m.",
    ),
    ({"strata": ("sex", "sexe")}, "There is no column with strata 'sexe' in this trial; did you mean 'sex'?"),
    (
        {"adjust": ("age", "aeg")},
        "There is no baseline column to adjust for 'aeg' in this trial; did you mean 'age'?",
    ),
    (
        {"adjust": ("arm",)},
        "There is no baseline column to adjust for 'arm' in this trial; it has pnfh, nfl, sex, age, site.",
    ),
    ({"confidence": 0.99999}, "The confidence level can be at most 0.9999; 0.95 is usual."),
    ({"unit": "hours"}, "There is no unit of time 'hours'; choose days, weeks, months, years."),
]


@for_each(("fields", "sentence"), UNFIT)
def test_what_does_not_fit_is_said_and_mended(fields: dict[str, Any], sentence: str):
    chosen = Selection(**fields)
    assert validate(TRIAL, chosen) == (sentence,)
    assert validate(TRIAL, repair(TRIAL, chosen)) == ()
    with pytest.raises(UnusableQuestionError) as refused:
        resolve(TRIAL, chosen)
    assert refused.value.problems == (sentence,)


def test_a_threshold_cannot_have_been_fixed_without_a_biomarker():
    chosen = Selection(declared=Declaration(thresholds=(5.0,), document="Protocol", date="2024-05-01"))
    assert validate(WITHOUT_BIOMARKER, chosen) == (
        "There is no biomarker in this trial on which a threshold could have been fixed.",
    )
    assert repair(WITHOUT_BIOMARKER, chosen) == Selection()
    assert validate(TRIAL, chosen) == ()


def test_baseline_columns_can_be_adjusted_for_and_outcomes_cannot():
    assert list_adjustable(TRIAL) == ("pnfh", "nfl", "sex", "age", "site")
    assert list_adjustable(WITHOUT_BIOMARKER) == ("sex", "age")


def test_mending_leaves_what_fits():
    chosen = Selection(
        sites=("UK-1", "FR-01"),
        filters=(LevelFilter("sex", ("x",)), RangeFilter("age", 40, 50)),
        strata=("sex", "sexe"),
        horizon=100,
    )
    assert repair(TRIAL, chosen) == Selection(
        sites=("FR-01",), filters=(RangeFilter("age", 40, 50),), strata=("sex",), horizon=100
    )
    assert repair(TRIAL, Selection(sites=("nowhere",))) == Selection()


def test_a_threshold_of_an_unknown_biomarker_goes_with_it():
    assert repair(TRIAL, Selection(biomarker="il6", thresholds=(5,))) == Selection()


def test_mending_an_unknown_arm_does_not_leave_the_same_arm_twice():
    assert validate(TRIAL, repair(TRIAL, Selection(treated="xyz", control="IL-2"))) == ()


def test_a_trial_that_lacks_a_thing_says_so():
    chosen = Selection(thresholds=(5,), sites=("UK-01",), biomarker="pnfh")
    assert validate(WITHOUT_BIOMARKER, chosen) == (
        "There is no biomarker 'pnfh': this trial has none.",
        "There is no biomarker in this trial on which a threshold could be set.",
        "This trial has no sites to choose from.",
    )
    assert repair(WITHOUT_BIOMARKER, chosen) == Selection()


def test_a_measurement_makes_no_strata():
    many = small_trial(
        arm=["IL-2", "Placebo"] * 11, time=[1.0] * 22, event=[1] * 22, numbers={"age": list(range(22))}
    )
    assert validate(many, Selection(strata=("age",))) == (
        "Column 'age' has too many different values to compare people within each of them.",
    )


def test_a_long_list_of_what_there_is_is_cut_short():
    trial = eight_people(site=[f"S-{k}" for k in range(100, 108)], arm=["IL-2", "Placebo"] * 4)
    many = small_trial(
        arm=["IL-2", "Placebo"] * 10,
        time=[1.0] * 20,
        event=[1] * 20,
        site=[f"S-{k}" for k in range(100, 120)],
    )
    assert validate(trial, Selection(sites=("nowhere",)))[0].endswith("S-107.")
    assert validate(many, Selection(sites=("nowhere",)))[0].endswith("S-111 and 8 more.")


def test_what_the_dictionary_says_anyway_is_left_out_of_the_address():
    full = resolve(TRIAL, Selection())
    assert reduce_to_canonical(TRIAL, full).to_query() == ""
    assert (
        reduce_to_canonical(TRIAL, Selection(endpoint="relapse", horizon=90, unit="weeks")).to_query()
        == "endpoint=relapse"
    )
    assert reduce_to_canonical(TRIAL, Selection(biomarker="nfl", thresholds=())).to_query() == "biomarker=nfl"
    assert reduce_to_canonical(TRIAL, Selection(thresholds=())).to_query() == "threshold="
    assert reduce_to_canonical(WITHOUT_BIOMARKER, Selection(thresholds=())).to_query() == ""


def test_every_site_is_no_choice_unless_somebody_has_none():
    everywhere = Selection(sites=("FR-01", "UK-01"))
    assert reduce_to_canonical(TRIAL, everywhere) == everywhere
    complete = eight_people(site=["UK-01", "FR-01"] * 4)
    assert reduce_to_canonical(complete, everywhere) == Selection()


CHOSEN = st.builds(
    Selection,
    endpoint=st.sampled_from(["", "death", "relapse"]),
    horizon=st.sampled_from([None, 640, 90, 100]),
    biomarker=st.sampled_from(["", "pnfh", "nfl"]),
    thresholds=st.sampled_from([None, (), (3700,), (750, 3700)]),
    treated=st.sampled_from(["", "IL-2", "High dose"]),
    control=st.sampled_from(["", "Placebo"]),
    sites=st.sampled_from([None, (), ("UK-01",), ("FR-01", "UK-01")]),
    unit=st.sampled_from(["", "days", "weeks", "months"]),
    strata=st.sampled_from([(), ("sex",), ("site", "sex")]),
)


@given(CHOSEN)
def test_the_shortest_address_shows_the_same_view_and_cannot_be_shortened(chosen: Selection):
    short = reduce_to_canonical(TRIAL, chosen)
    assert resolve(TRIAL, short) == resolve(TRIAL, chosen)
    assert reduce_to_canonical(TRIAL, resolve(TRIAL, chosen)) == short == reduce_to_canonical(TRIAL, short)


@given(
    st.text(max_size=60), st.sampled_from(["endpoint", "biomarker", "treated", "site", "keep.sex", "stratum"])
)
def test_whatever_an_address_says_it_can_be_mended(text: str, key: str):
    fixed = repair(TRIAL, Selection.from_query(f"{key}={text}&{text}"))
    assert validate(TRIAL, fixed) == ()
    assert resolve(TRIAL, fixed).endpoint in ("death", "relapse")


def test_a_declaration_stands_only_while_exactly_its_thresholds_are_in_view():
    opening = resolve(TRIAL, Selection()).thresholds
    assert opening
    plan = Declaration(opening, "Protocol", "2016-01-02")
    assert find_active_declaration(TRIAL, Selection(declared=plan)) is plan
    assert find_active_declaration(TRIAL, Selection(declared=plan, thresholds=opening)) is plan
    for moved in ((), (opening[0] + 1,), (*opening, opening[-1] + 1)):
        assert find_active_declaration(TRIAL, Selection(declared=plan, thresholds=moved)) is None
    assert find_active_declaration(TRIAL, Selection(thresholds=opening)) is None


def test_the_horizon_is_the_readers_or_that_of_the_endpoint():
    for asked, endpoint in (("", DEATH), ("relapse", RELAPSE)):
        assert resolve_endpoint(TRIAL, Selection(endpoint=asked)) == (endpoint, endpoint.horizon)
        assert resolve_endpoint(TRIAL, Selection(endpoint=asked, horizon=99)) == (endpoint, 99)


def test_a_biomarker_may_be_meant_by_its_label_and_both_names_are_said():
    labels = {"csf_pnfh": "CSF pNFH", "serum_nfl": "Serum NfL", "tregs": "tregs"}

    def told(given: str) -> str:
        return unknown_name("biomarker", given, labels, labels=labels)

    assert told("serum nfl") == (
        "There is no biomarker 'serum nfl' in this trial; did you mean 'serum_nfl' (Serum NfL)?"
    )
    assert told("treg") == "There is no biomarker 'treg' in this trial; did you mean 'tregs'?"
    assert told("creatinine").endswith("it has csf_pnfh (CSF pNFH), serum_nfl (Serum NfL), tregs.")
