"""Who was selected is said in few words, and a view of everybody says nothing."""

from __future__ import annotations

from mirodash.stratification.selection import LevelFilter, RangeFilter, Selection
from mirodash.text.labels import selected_people
from mirodash.trial.store import sample
from tests.panels.views import DEGENERATE, KINDS, LONG, TRIALS
from tests.profiles import for_each

MIROCALS = sample("mirocals")


@for_each("name", KINDS)
def test_a_view_of_everybody_says_nothing(name: str):
    trial = TRIALS[name]
    assert selected_people(trial, Selection(thresholds=()), longest=40) == ""


def test_sites_and_filters_are_named_in_the_words_of_the_trial():
    chosen = Selection(
        sites=("FR-02", "FR-01"), filters=(LevelFilter("sex", ("F",)), RangeFilter("age", None, 60.0))
    )
    told = selected_people(MIROCALS, chosen, longest=80)
    assert told.startswith("FR-01, FR-02; ")
    for item in chosen.filters:
        assert item.sentence(MIROCALS) in told


def test_many_sites_are_counted():
    assert MIROCALS.site is not None
    assert selected_people(MIROCALS, Selection(sites=MIROCALS.site.names[:4]), longest=40) == "4 of 17 sites"
    assert selected_people(MIROCALS, Selection(sites=()), longest=40) == "0 of 17 sites"


def test_there_is_never_more_than_there_is_room_for():
    told = selected_people(
        DEGENERATE["names without end"], Selection(filters=(LevelFilter("site", ()),)), longest=30
    )
    assert len(told) <= 30
    assert len(selected_people(DEGENERATE["names without end"], Selection(sites=(LONG,)), longest=30)) <= 30
