"""The starter set tells the article's story in views that exist, in titles that the data propose."""

from __future__ import annotations

from mirodash.questions.report import MAX_SEARCHED
from mirodash.questions.talk.slide_data import GroupsPicture, build_starter_deck, find_slide_data
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.trial.dictionary import Biomarker
from mirodash.trial.store import SAMPLES, TrialStore, sample
from mirodash.web.view import read_view
from tests.panels.views import KINDS, TRIALS, of_size
from tests.profiles import for_each

MARKER = Biomarker("pnfh", "CSF pNFH", "pNFH", default_thresholds=(500.0, 1500.0, 3000.0))


def test_it_goes_from_everybody_along_the_biomarker_to_both_sides_and_the_search():
    assert [view.picture for view in build_starter_deck(sample("mirocals"))] == [
        *("survival-0", "effect", "groups", "search", "finding"),
    ]


def test_all_groups_of_several_thresholds_stand_on_one_slide():
    told = build_starter_deck(of_size(80, biomarkers=(MARKER,)))
    assert [view.picture for view in told].count("groups") == 1
    shown = find_slide_data(of_size(80, biomarkers=(MARKER,)), Selection(), "groups")
    assert isinstance(shown, GroupsPicture)
    assert len(shown.groups) + len(shown.skipped) == 4


@for_each("name", KINDS)
def test_only_the_search_may_turn_out_not_to_exist(name: str):
    told = [view.picture for view in build_starter_deck(TRIALS[name])]
    for picture in ("effect", "groups"):
        exists = not isinstance(find_slide_data(TRIALS[name], Selection(), picture), NotEstimable)
        assert (picture in told) == (exists and bool(TRIALS[name].dictionary.biomarkers))
    assert told[0] == "survival-0"


def test_where_a_search_takes_too_long_for_a_slide_it_is_left_out():
    assert "search" in [view.picture for view in build_starter_deck(of_size(MAX_SEARCHED))]
    assert "search" not in [view.picture for view in build_starter_deck(of_size(MAX_SEARCHED + 1))]


def test_without_thresholds_there_are_no_sides_and_without_a_biomarker_only_everybody():
    bare = Biomarker("pnfh", "CSF pNFH", "pNFH")
    assert [view.picture for view in build_starter_deck(of_size(40, biomarkers=(bare,)))] == [
        *("survival-0", "effect", "search", "finding"),
    ]
    assert [view.picture for view in build_starter_deck(TRIALS["no biomarker"])] == ["survival-0"]


@for_each("name", KINDS)
def test_titles_are_left_to_the_data_and_every_slide_has_a_note(name: str):
    for view in build_starter_deck(TRIALS[name]):
        assert view.title == ""
        assert 0 < len(view.note) < 200


@for_each("name", SAMPLES)
def test_every_view_of_a_built_in_trial_exists_and_opens_that_trial(name: str):
    for view in build_starter_deck(sample(name)):
        opened = read_view(TrialStore(), view.query)
        assert opened.problems == ()
        assert opened.trial == sample(name)
        assert not isinstance(find_slide_data(opened.trial, opened.selection, view.picture), NotEstimable)


def test_a_trial_is_named_only_where_it_is_not_the_first():
    assert {view.query for view in build_starter_deck(sample(SAMPLES[0]))} == {""}
    assert {view.query for view in build_starter_deck(sample("gbsg2"))} == {"trial=gbsg2"}
    assert {view.query for view in build_starter_deck(of_size(40))} == {""}
    assert {view.query for view in build_starter_deck(sample("gbsg2"), named="")} == {""}
    assert {
        Selection.from_query(view.query).trial
        for view in build_starter_deck(of_size(40), named="own & other")
    } == {"own & other"}
