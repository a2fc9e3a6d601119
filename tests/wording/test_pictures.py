"""The menu of pictures names what a view has, and nothing that it has not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.slide_data import (
    MAX_NAME_LENGTH,
    ForestPicture,
    find_slide_data,
    list_picture_names,
)
from mirodash.stratification.saved_view import is_picture
from mirodash.stratification.selection import Selection
from mirodash.text.labels import one_line
from mirodash.trial.store import sample
from tests.panels.views import TRIALS, of_size, selections
from tests.profiles import for_each, share_of_examples

MIROCALS = sample("mirocals")


def test_everybody_comes_first_then_the_continuum_the_groups_the_search_measurements_and_the_forest():
    names = list_picture_names(MIROCALS, Selection())
    assert names[:7] == (
        ("survival-0", "All participants"),
        ("effect", "Effect by pNFH"),
        ("groups", "Both groups"),
        ("survival-1", "pNFH ≤ 3,700 pg/mL"),
        ("survival-2", "pNFH > 3,700 pg/mL"),
        ("search", "Searching over thresholds"),
        ("finding", "The finding, with its evidence"),
    )
    assert names[7:14] == (
        ("progression-0", "ALSFRS-R: All participants"),
        ("progression-1", "ALSFRS-R: pNFH ≤ 3,700 pg/mL"),
        ("progression-2", "ALSFRS-R: pNFH > 3,700 pg/mL"),
        ("progression-along", "ALSFRS-R: slopes by pNFH"),
        ("progression-lines", "ALSFRS-R: fitted lines"),
        ("progression-pairs", "ALSFRS-R and death together"),
        ("progression-biology", "Biology beside the clinic"),
    )
    assert names[14:] == (
        *((f"subgroups-{page}", f"Subgroups, {page} of 6") for page in range(1, 7)),
        *((f"baseline-{page}", f"Table 1, {page} of 3") for page in range(1, 4)),
    )


@share_of_examples(0.3)
@given(data=st.data(), name=st.sampled_from(list(TRIALS)))
def test_the_menu_follows_the_view(data: st.DataObject, name: str):
    trial = TRIALS[name]
    selection = data.draw(selections(trial))
    names = dict(list_picture_names(trial, selection))
    result = survival_by_group(trial, selection)
    assert all(map(is_picture, names))
    assert all(0 < len(label) <= MAX_NAME_LENGTH for label in names.values())
    assert [names[key] for key in names if key.startswith("survival")] == [
        one_line(group.label, MAX_NAME_LENGTH) for group in result.groups
    ]
    assert ("effect" in names) == ("search" in names) == bool(trial.dictionary.biomarkers)
    forests = [key for key in names if key.startswith("subgroups")]
    for key in forests:
        shown = find_slide_data(trial, selection, key)
        assert isinstance(shown, ForestPicture)
        assert shown.pages == len(forests)


def test_one_page_of_subgroups_is_not_numbered_and_none_is_not_named():
    assert dict(list_picture_names(TRIALS["no biomarker"], Selection()))["subgroups-1"] == "Subgroups"
    bare = of_size(40, biomarker=None, site=None, categories={}, numbers={}, factors=())
    assert [key for key, _ in list_picture_names(bare, Selection())] == ["survival-0", "finding"]


@for_each("sites", [150, 400])
def test_a_trial_with_very_many_sites_has_all_its_pages(sites: int):
    trial = of_size(2 * sites, site=[f"S-{k % sites:04d}" for k in range(2 * sites)])
    keys = [key for key, _ in list_picture_names(trial, Selection()) if key.startswith("subgroups")]
    assert len(keys) >= sites / 11
    assert all(map(is_picture, keys))
