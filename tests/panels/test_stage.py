"""What a room sees of a kept view: the weightiest numbers first, both sides of a threshold, and a handle."""

from __future__ import annotations

from datetime import date

from mirodash.plot.theme import LIGHT
from mirodash.questions.talk.slide_data import build_starter_deck, find_slide_data
from mirodash.questions.talk.stage_view import OnStage, build_stage_view, describe_slide
from mirodash.stratification.groups import candidate_thresholds
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable
from mirodash.text.numbers import unify_spaces
from tests.panels.views import DEGENERATE_KINDS, KINDS_VIEWED, VIEWED
from tests.profiles import for_each

MIROCALS = VIEWED["mirocals"]
TODAY = date(2026, 11, 22)
PICTURES = ("survival-0", "survival-1", "survival-4", "effect", "search", "subgroups-1", "subgroups-9")


def shown(name: str, picture: str, query: str = "", title: str = "") -> OnStage:
    view = SavedView(query, picture, title)
    return build_stage_view(VIEWED[name], Selection.from_query(query), view, theme=LIGHT, on=TODAY)


def labels(stage: OnStage) -> list[str]:
    return [unify_spaces(one.fact.label) for one in stage.facts]


@for_each("name", KINDS_VIEWED)
@for_each("picture", PICTURES)
def test_every_picture_of_every_trial_has_a_title_and_a_footer(name: str, picture: str) -> None:
    stage = shown(name, picture)
    answer = find_slide_data(VIEWED[name], Selection(), picture)
    assert stage.words.title
    assert stage.words.footer.startswith(("n = ", "n not shown"))
    if isinstance(answer, NotEstimable):
        assert (stage.figure, stage.facts) == (None, ())
        assert stage.words.title.endswith(".")
        return
    assert stage.figure is not None
    assert stage.figure["data"]
    if picture.startswith("survival"):
        assert [one.fact.lead for one in stage.facts] == [True] + [False] * (len(stage.facts) - 1)
        assert any(len(trace["x"]) for trace in stage.figure["data"])
    assert sorted(labels(stage)) == sorted(unify_spaces(fact.label) for fact in stage.words.facts)


def test_words_are_those_of_every_slide() -> None:
    view = SavedView("", "survival-1", "Ours")
    words = describe_slide(MIROCALS, Selection(), view, on=TODAY)
    assert shown("mirocals", "survival-1", title="Ours").words == words


def test_how_groups_compare_comes_before_what_is_told_of_one() -> None:
    assert labels(shown("mirocals", "survival-1"))[:3] == [
        "Hazard ratio",
        "Hazard ratio, pNFH > 3,700 pg/mL",
        "Effect depends on pNFH",
    ]
    assert labels(shown("mirocals", "search"))[:3] == [
        "Searching over thresholds",
        "Hazard ratio, pNFH ≤ 3,700 pg/mL",
        "Hazard ratio, pNFH > 3,700 pg/mL",
    ]


@for_each("thresholds", ["threshold=3700", "threshold=750&threshold=2000&threshold=3700"])
@for_each("place", [1, 2])
def test_every_other_side_of_the_thresholds_is_needed(thresholds: str, place: int) -> None:
    stage = shown("mirocals", f"survival-{place}", thresholds)
    groups = thresholds.count("=") + 1
    assert sum(one.needed for one in stage.facts) == groups  # its own, and those of the others
    assert [one.needed for one in stage.facts] == sorted((one.needed for one in stage.facts), reverse=True)


def test_labels_have_a_brief_form_for_where_there_is_little_room() -> None:
    brief = [unify_spaces(one.brief) for one in shown("mirocals", "survival-1").facts[:3]]
    assert brief == ["Hazard ratio", "HR, pNFH > 3,700", "Effect depends on pNFH"]


def test_no_fact_is_lost_or_made_up() -> None:
    for view in build_starter_deck(MIROCALS):
        stage = shown("mirocals", view.picture, view.query)
        assert sorted(labels(stage)) == sorted(unify_spaces(fact.label) for fact in stage.words.facts)
        values = {fact.label: fact.value for fact in stage.words.facts}
        assert {one.fact.label: one.fact.value for one in stage.facts} == values


def test_a_reason_that_is_a_sentence_stays_in_the_notes() -> None:
    stage = shown("mirocals", "survival-2", "threshold=750&threshold=3700")
    (missing,) = [one.fact for one in stage.facts if one.fact.value == "not estimable"]
    assert missing.detail == ""


@for_each("picture", ["survival-1", "survival-2", "effect", "search"])
def test_a_threshold_can_be_dragged_where_the_picture_follows_it(picture: str) -> None:
    stage = shown("mirocals", picture)
    assert stage.thresholds == (3700.0,)
    assert stage.stops == candidate_thresholds(MIROCALS, Selection())
    assert stage.span is not None


@for_each("picture", ["survival-0", "subgroups-1"])
def test_a_picture_without_the_threshold_has_no_handle(picture: str) -> None:
    stage = shown("mirocals", picture)
    assert (stage.thresholds, stage.span) == ((), None)


def test_a_group_that_cannot_be_shown_here_can_be_left_by_moving_the_threshold() -> None:
    stage = shown("mirocals", "survival-1", "threshold=1")
    assert stage.figure is None
    assert stage.thresholds == (1.0,)


def test_a_forest_has_the_slide_for_itself() -> None:
    assert shown("mirocals", "subgroups-1").is_wide
    assert not shown("mirocals", "survival-1").is_wide


@for_each("name", DEGENERATE_KINDS)
def test_a_slide_without_a_picture_says_why_as_its_title(name: str) -> None:
    stage = shown(name, "survival-4")
    assert stage.figure is None
    assert stage.words.title == stage.words.proposed
    assert stage.words.title.endswith(".")
