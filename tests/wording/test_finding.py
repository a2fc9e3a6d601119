"""A proposed title states what was estimated, and says so where the interval leaves the direction open."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.effect_along_biomarker import simultaneous_band
from mirodash.questions.statistics.absolute import choose_survival_decimals
from mirodash.questions.subgroups import subgroups
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.slide_data import SurvivalPicture, find_slide_data, list_picture_names
from mirodash.questions.talk.slide_title import write_slide_title
from mirodash.questions.threshold_evidence import Searched, find_threshold_evidence
from mirodash.stratification.selection import Declaration, LevelFilter, Selection
from mirodash.survival.results import Difference, HazardRatio, SimultaneousBand
from mirodash.text.numbers import format_hazard_ratio, format_p_value, format_percent, unify_spaces
from mirodash.trial.store import SAMPLES, sample
from mirodash.trial.trial import Trial
from tests.panels.views import KINDS, TRIALS, of_size, selections
from tests.profiles import for_each, share_of_examples
from tests.small_trials import eight_people

MIROCALS = sample("mirocals")
LONGEST_ON_TWO_LINES = 112


def title(trial: Trial = MIROCALS, picture: str = "survival-1", **chosen: Any) -> str:
    """Return the proposed title, with ordinary spaces."""
    selection = Selection(**chosen)
    return unify_spaces(write_slide_title(trial, selection, find_slide_data(trial, selection, picture)))


def test_a_group_whose_intervals_agree_has_both_shares_and_no_hedge():
    assert title() == "With pNFH ≤ 3,700 pg/mL, 75 % were alive at 640 days on IL-2 and 60 % on placebo"


def test_everybody_is_counted_and_a_wide_interval_is_not_established():
    told = title(picture="survival-0")
    assert told.startswith("Of all 220 participants, 63 % were alive at 640 days on IL-2 and 55 % on placebo")
    assert told.endswith(": difference not established")


@share_of_examples(0.6)
@given(data=st.data(), name=st.sampled_from([*SAMPLES, "eight people", "three arms", "events in one arm"]))
def test_a_title_is_hedged_exactly_where_an_interval_includes_no_difference(data: st.DataObject, name: str):
    trial = TRIALS[name]
    selection = data.draw(selections(trial))
    judging = replace(selection, confidence=max(selection.confidence, 0.95))
    for place, group in enumerate(survival_by_group(trial, judging).groups):
        shown = find_slide_data(trial, selection, f"survival-{place}")
        compared = group.comparison
        treated, control = compared.treated.survival_at, compared.control.survival_at
        if not isinstance(shown, SurvivalPicture) or treated is None or control is None:
            continue
        told = write_slide_title(trial, selection, shown)
        if treated.estimate is None or control.estimate is None:
            assert "is not estimable on" in told
            assert " %" not in unify_spaces(told.partition(", the share")[2])
            continue
        places = choose_survival_decimals((treated, control))
        assert format_percent(treated.estimate, decimals=places) in told
        assert format_percent(control.estimate, decimals=places) in told
        cox, apart = compared.cox, compared.survival_difference
        if isinstance(cox, HazardRatio) and isinstance(apart, Difference):
            open_ = cox.ci[0] <= 1 <= cox.ci[1] or apart.ci[0] <= 0 <= apart.ci[1]
            assert told.endswith("not established") == open_


def test_without_a_hazard_ratio_only_a_one_sided_firth_interval_establishes_anything():
    apart = title(TRIALS["events in one arm"], "survival-0", horizon=300)
    assert apart == "Of all 40 participants, 100 % were alive at 300 days on IL-2 and 45 % on placebo"
    assert title(TRIALS["one event"], "survival-0", horizon=300).endswith("not established")
    assert title(TRIALS["no events"], "survival-0", horizon=300).endswith("not established")


def test_one_arm_alone_is_not_compared():
    assert (
        title(eight_people()) == "With pNFH ≤ 3,700 pg/mL, everybody is on IL-2: the arms cannot be compared"
    )


def test_a_title_about_some_of_the_participants_says_so():
    women = {"filters": (LevelFilter("sex", ("F",)),)}
    n = survival_by_group(MIROCALS, Selection(**women)).overall.comparison.n
    assert title(picture="survival-0", **women).startswith(f"Of {n} participants selected, ")
    assert title(**women).startswith("With pNFH ≤ 3,700 pg/mL, of ")
    for picture in ("effect", "search", "subgroups-1"):
        assert title(picture=picture, sites=MIROCALS.site.names[1:] if MIROCALS.site else ()).startswith(
            "Among those selected, "
        )
        every = title(picture=picture, sites=MIROCALS.site.names if MIROCALS.site else ())
        assert every == title(picture=picture)


def test_people_left_out_without_being_selected_are_not_called_all():
    assert title(eight_people(), "survival-0").startswith("Of 5 participants, ")


def test_the_effect_is_told_where_people_are_and_where_it_passes_1():
    told = title(picture="effect")
    assert told.startswith(
        "The hazard ratio goes from 0.25 at pNFH 760 to 1.44 at 5,186 pg/mL, passing 1 near "
    )


@for_each("name", SAMPLES)
def test_a_curve_into_whose_band_a_flat_line_fits_is_hedged(name: str):
    band = simultaneous_band(sample(name), Selection())
    assert isinstance(band, SimultaneousBand)
    is_flat = any(
        (band.lower <= level).all() and (band.upper >= level).all() for level in np.geomspace(0.01, 100, 4001)
    )
    told = title(sample(name), "effect")
    assert (told.endswith(("change not established", "a flat line also fits"))) == is_flat


def test_a_curve_that_no_flat_line_fits_is_told_as_such():
    strong = of_size(
        400,
        arm=[("IL-2", "Placebo")[k % 2] for k in range(400)],
        biomarker=[float(100 + k) for k in range(400)],
        time=[float((50 + k if k % 2 else 450 - k) + k % 7) for k in range(400)],
        event=[1] * 400,
    )
    assert title(strong, "effect").endswith("; a flat line does not fit")


def test_the_search_gives_corrected_p_values_and_what_they_mean():
    answer = find_threshold_evidence(MIROCALS, Selection())
    assert isinstance(answer, Searched)
    best, here = answer.found.p_best, answer.found.at[0].p
    assert best is not None
    assert here is not None
    assert best < 0.05 < here
    told = title(picture="search")
    assert told == (
        f"Allowing for all {answer.found.looked_at} thresholds of pNFH, the best exceeds chance "
        f"({unify_spaces(format_p_value(best))}); 3,700 is not established"
    )
    several = title(picture="search", thresholds=(750, 3700))
    assert several.endswith("); none in view is established")


@for_each("name", SAMPLES)
def test_a_title_never_sets_one_p_value_against_another(name: str):
    trial = sample(name)
    for picture, _ in list_picture_names(trial, Selection()):
        for thresholds in (None, (), (750, 3700), (4172,)):
            assert title(trial, picture, thresholds=thresholds).count("p =") <= 1


def test_a_declared_threshold_is_not_judged_by_a_search():
    declared = Declaration((3700.0,), "Protocol", "2017-04-01")
    assert "3,700" not in title(picture="search", thresholds=(3700,), declared=declared)


def test_a_lower_confidence_does_not_make_a_title_bolder():
    for picture in ("survival-0", "survival-2", "effect"):
        assert title(picture=picture, confidence=0.51) == title(picture=picture)


def test_survival_beyond_all_follow_up_is_not_told():
    told = title(picture="survival-0", horizon=2000)
    assert unify_spaces(told) == (
        "Of all 220 participants, the share alive at 2,000 days is not estimable on IL-2 after day 640 and "
        "on placebo after day 640"
    )


def test_a_search_that_finds_nothing_says_that_nothing_stands_out():
    told = title(sample("mirocals-null"), "search")
    assert "not even the best exceeds chance" in told
    assert "the best stands out" not in told.replace("not even the best stands out", "")


def test_a_threshold_that_is_the_best_is_named_once_only():
    answer = find_threshold_evidence(MIROCALS, Selection())
    assert isinstance(answer, Searched)
    assert answer.best is not None
    assert title(picture="search", thresholds=(answer.best,)).count("p =") == 1
    assert title(picture="search", thresholds=()).count("p =") == 1


def test_the_forest_names_no_row_but_says_how_far_they_spread():
    found = subgroups(MIROCALS, Selection())
    rows = [level.cox for factor in found.factors for level in factor.levels]
    ratios = [cox.hr for cox in rows if isinstance(cox, HazardRatio)]
    told = title(picture="subgroups-2")
    assert f"In {len(ratios)} subgroups" in told
    assert f"from {format_hazard_ratio(min(ratios))} to {format_hazard_ratio(max(ratios))}" in told
    assert "(2 of 6)" in told
    labels = {level.label for factor in found.factors for level in factor.levels}
    assert not any(re.search(rf"(?<!\w){re.escape(label)}(?!\w)", told) for label in labels)


def test_a_forest_counts_the_intervals_that_leave_the_overall_ratio_out():
    found = subgroups(TRIALS["everybody leaves at time zero"], Selection())
    overall = found.overall.cox
    assert isinstance(overall, HazardRatio)
    rows = [level.cox for factor in found.factors for level in factor.levels]
    there = [cox for cox in rows if isinstance(cox, HazardRatio)]
    inside = sum(cox.ci[0] <= overall.hr <= cox.ci[1] for cox in there)
    assert inside < len(there)
    told = title(TRIALS["everybody leaves at time zero"], "subgroups-1")
    assert f"{inside} of {len(there)} intervals include the overall" in told


@for_each("name", SAMPLES[:3])
def test_a_title_fits_two_lines_where_names_are_short(name: str):
    trial = sample(name)
    for picture, _ in list_picture_names(trial, Selection()):
        assert len(title(trial, picture)) <= LONGEST_ON_TWO_LINES


@for_each("name", KINDS)
def test_a_title_is_one_line_without_a_verdict_on_nothing(name: str):
    trial = TRIALS[name]
    for picture, _ in list_picture_names(trial, Selection()):
        told = title(trial, picture)
        assert "\n" not in told
        assert told == told.strip()
        assert not re.search(r"no effect|no difference|significant|proves|equal", told, re.IGNORECASE)


def test_where_names_are_long_the_hedge_is_short_but_there():
    told = title(sample("gbsg2"), "survival-1")
    assert told.endswith("on no hormonal therapy: not established")
