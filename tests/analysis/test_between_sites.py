"""The result without each site is R's on the other sites, and a trial at one site has no sites to compare."""

from __future__ import annotations

import pytest

from mirodash.questions.subgroups import BetweenSites, measure_site_heterogeneity
from mirodash.stratification.selection import Selection
from mirodash.survival.meta_analysis import Heterogeneity
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, of_size
from tests.profiles import for_each
from tests.reference_cases import load_json

STORED = load_json("subgroups")


def between(trial: Trial, selection: Selection | None = None) -> BetweenSites:
    found = measure_site_heterogeneity(trial, selection or Selection())
    assert found is not None
    return found


def test_the_result_without_each_site_equals_r() -> None:
    ours = {item.site: item.cox for item in between(sample("mirocals")).without}
    assert ours.keys() == STORED["without_site"].keys()
    for site, cox in ours.items():
        assert isinstance(cox, HazardRatio)
        assert cox.hr == pytest.approx(STORED["without_site"][site], rel=1e-8)


def test_the_spread_between_sites_equals_r() -> None:
    ours, theirs = between(sample("mirocals")).spread, STORED["spreads"]["site"]
    assert isinstance(ours, Heterogeneity)
    assert ours.levels == len(theirs["effect"])
    assert (ours.q, ours.tau) == pytest.approx(
        (theirs["heterogeneity"]["q"], theirs["heterogeneity"]["tau"]), rel=1e-7
    )


def test_the_most_influential_site_is_the_one_whose_absence_moves_the_result_most() -> None:
    found = between(sample("mirocals"))
    assert isinstance(found.overall, HazardRatio)
    assert found.most_influential is not None
    site, cox = found.most_influential
    moved = {item: abs(other.coef - found.overall.coef) for item, other in found.estimated}
    assert moved[site] == max(moved.values()) == abs(cox.coef - found.overall.coef)


@for_each("sites", [("UK-01",), ()])
def test_fewer_than_two_sites_cannot_be_compared(sites: tuple[str, ...]) -> None:
    assert measure_site_heterogeneity(sample("mirocals"), Selection(sites=sites)) is None
    assert measure_site_heterogeneity(DEGENERATE["no sites"], Selection()) is None


def test_sites_in_which_nothing_can_be_estimated_are_said_to_be_so() -> None:
    found = between(of_size(40, event=[0] * 40))
    assert isinstance(found.spread, NotEstimable)
    assert found.sites == 3
    assert found.most_influential is None
    assert found.estimated == ()


@for_each("name", DEGENERATE)
def test_no_trial_is_too_small_to_ask(name: str) -> None:
    found = measure_site_heterogeneity(DEGENERATE[name], Selection())
    assert found is None or len(found.without) == found.sites
