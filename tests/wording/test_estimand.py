"""The estimand names what is asked, and the banner stands wherever the overall result is not established."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.group_effects import describe_caution, describe_caution_of_estimand, describe_estimand
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import LevelFilter, RangeFilter, Selection
from mirodash.survival.results import HazardRatio
from mirodash.text.numbers import count, unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import TRIALS, of_size, selections
from tests.profiles import for_each
from tests.small_trials import RELAPSE, eight_people

MIROCALS = sample("mirocals")


def told(trial: Trial, **chosen: Any) -> str:
    """Return the line as read."""
    return unify_spaces(" ".join(phrase.text for phrase in describe_estimand(trial, Selection(**chosen))))


def test_it_names_population_endpoint_origin_horizon_arms_and_measures():
    line = told(MIROCALS)
    endpoint = MIROCALS.dictionary.endpoints[0]
    places = [
        line.index(words)
        for words in (
            f"220 {MIROCALS.dictionary.population}",
            endpoint.label.lower(),
            endpoint.origin,
            "640 days",
            "IL-2",
            "hazard ratio",
        )
    ]
    assert places == sorted(places)
    assert endpoint.singular in line
    assert "survival difference" in line
    assert "restricted mean" in line


def test_it_says_how_many_of_how_many_are_selected():
    assert told(MIROCALS, sites=("FR-01",)).startswith(
        f"{assign_groups(MIROCALS, Selection(sites=('FR-01',))).everyone.sum()} of 220 "
    )
    assert told(MIROCALS, sites=()).startswith("0 of 220 ")


def test_it_names_every_filter():
    line = told(
        MIROCALS,
        filters=(LevelFilter("sex", ("F",)), RangeFilter("age", 50.0, 70.0), RangeFilter("svc", None, 90.0)),
    )
    assert "50 to 70 years" in line
    assert "up to 90" in line
    assert any(label in line for _, label in MIROCALS.dictionary.factor("sex").levels)  # type: ignore[union-attr]


def test_it_names_the_arms_as_they_are_compared():
    forth, back = told(MIROCALS), told(MIROCALS, treated="Placebo", control="IL-2")
    assert forth.index("IL-2") < forth.index("lacebo")
    assert back.index("lacebo") < back.index("IL-2")


def test_the_event_is_named_where_the_endpoint_does_not_say_it():
    line = told(eight_people(endpoints=(RELAPSE,)))
    assert "relapse" in line
    assert "event" in line
    assert "90 weeks" in line
    assert "(event: death)" not in told(eight_people())


def test_the_horizon_is_in_the_readers_unit():
    assert "12 months" in told(MIROCALS, horizon=365.25, unit="months")


def test_an_abbreviation_keeps_its_capitals():
    assert "OS" in told(eight_people(endpoints=(RELAPSE.__class__("os", "OS", "t", "e", "1", 90.0),)))


@given(data=st.data())
def test_the_banner_is_there_if_and_only_if_the_overall_result_is_not_established(data: st.DataObject):
    trial = TRIALS[data.draw(st.sampled_from(sorted(TRIALS)))]
    selection = data.draw(selections(trial))
    cox = survival_by_group(trial, selection).overall.comparison.cox
    established = isinstance(cox, HazardRatio) and (cox.ci[0] > 1 or cox.ci[1] < 1)
    banner = describe_caution(trial, selection)
    assert (banner is None) == established
    if banner is not None:
        assert "not established" in banner
        assert "exploratory" in banner.lower()
    line = told_of(trial, selection)
    assert count(assign_groups(trial, selection).everyone.sum()) in line


def told_of(trial: Trial, selection: Selection) -> str:
    """Return the line as read."""
    return " ".join(phrase.text for phrase in describe_estimand(trial, selection))


def test_the_banner_does_not_depend_on_thresholds():
    result = survival_by_group(MIROCALS, Selection(thresholds=(3700,)))
    lower = result.groups[1].comparison.cox
    assert isinstance(lower, HazardRatio)
    assert lower.ci[1] < 1, "one group looks good"
    assert describe_caution_of_estimand(result) is not None, (
        "the overall result is not established all the same"
    )


@for_each("level", [0.5001, 0.8, 0.95])
def test_the_banner_follows_the_interval_that_is_shown(level: float):
    cox = survival_by_group(MIROCALS, Selection(confidence=level)).overall.comparison.cox
    assert isinstance(cox, HazardRatio)
    assert (describe_caution(MIROCALS, Selection(confidence=level)) is None) == (cox.ci[1] < 1)


def test_an_established_result_has_no_banner():
    n = 80
    clear = of_size(n, time=[float(5 * k + 1 if k % 2 else 200 + 5 * k) for k in range(n)], event=[1] * n)
    assert describe_caution(clear, Selection()) is None
    assert describe_caution(clear, Selection(treated="Placebo", control="IL-2")) is None
    assert describe_caution(clear, Selection(sites=())) is not None
