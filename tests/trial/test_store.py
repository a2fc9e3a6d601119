"""Which trials can be looked at, under which names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirodash.errors import UnusableQuestionError
from mirodash.trial import store as store_module
from mirodash.trial.build import read_trial
from mirodash.trial.store import SAMPLES, TrialStore, names_in, sample, sample_folder
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.trial.small_files import Rows, Write


@pytest.fixture
def small(write: Write, rows: Rows) -> Trial:
    """Return the small trial."""
    return read_trial([write(rows)])


def test_given_trials_come_before_samples_and_the_first_is_the_default(small: Trial):
    store = TrialStore([small])
    assert store.names()[0] == ("small", "small")
    assert store.ids() == ("small", *SAMPLES)
    assert len(store) == 1 + len(SAMPLES)
    assert store.get() is small
    assert store.get("small") is small
    assert "small" in store
    assert "mirocals" in store
    assert "other" not in store


def test_without_a_given_trial_it_opens_on_mirocals():
    assert TrialStore().get() is sample("mirocals")


def test_names_do_not_read_participants(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store_module, "sample", lambda name: pytest.fail("a sample was read"))
    names = dict(TrialStore().names())
    assert names["mirocals"].endswith("(SYNTHETIC)")


def test_titles_in_menus_are_those_of_the_trials():
    store = TrialStore()
    assert all(store.get(trial_id).title == title for trial_id, title in store.names())


def test_a_given_trial_takes_the_place_of_a_sample_and_twins_are_numbered(small: Trial):
    store = TrialStore([small, small, small], samples=("small", "mirocals"))
    assert store.ids() == ("small", "small-2", "small-3", "mirocals")
    assert store.get("small-2").id == "small-2"


def test_unknown_trials_are_a_sentence(small: Trial):
    store = TrialStore([small], samples=())
    with pytest.raises(
        UnusableQuestionError, match=r"There is no trial 'smal'; there are small; did you mean"
    ):
        store.get("smal")
    with pytest.raises(UnusableQuestionError, match=r"There is no trial to look at\."):
        TrialStore(samples=()).get()


def test_unknown_samples_are_a_sentence():
    with pytest.raises(UnusableQuestionError, match=r"There is no built-in trial 'mirocal'; .*'mirocals'\?"):
        sample("mirocal")


def test_samples_are_read_once_and_mirocals_comes_first():
    assert SAMPLES[:3] == ("mirocals", "mirocals-prognostic", "mirocals-null")
    assert names_in(sample_folder()) == SAMPLES
    assert sample("mirocals") is sample("mirocals")


@for_each("name", SAMPLES)
def test_every_sample_is_a_sound_trial(name: str):
    trial = sample(name)
    assert trial.id == name
    assert trial.dictionary.synthetic == name.startswith("mirocals")
    assert trial.dictionary.biomarkers
    assert all(outcome.usable.all() for outcome in trial.outcomes.values())
    assert not any("Columns recognised" in notice for notice in trial.notices)


def test_mirocals_has_220_participants():
    trial = sample("mirocals")
    assert trial.arm.counts() == {"Placebo": 110, "IL-2": 110}
    assert trial.site is not None
    assert len(trial.site.names) == 17


def test_every_trial_is_given_out_with_what_may_be_told_of_it(small: Trial):
    store = TrialStore([small, replace(small, id="stricter", min_cell=20)], min_cell=10)
    told = {name: store.get(name) for name in store.ids()}
    assert {name: trial.min_cell for name, trial in told.items()} == {
        **dict.fromkeys(store.ids(), 10),
        "stricter": 20,
    }
    # the same object each time, so that results are found again
    assert [store.get(name) is told[name] for name in told] == [True] * len(told)
    assert sample("mirocals").min_cell == 0
