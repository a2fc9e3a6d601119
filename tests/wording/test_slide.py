"""A slide says what the page says, both sides of a threshold, and why where there is no picture."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.effect_along_biomarker import EFFECT_BY_BIOMARKER
from mirodash.questions.finding import find, summarise_finding
from mirodash.questions.group_interaction import DIFFERING
from mirodash.questions.report import MAX_SEARCHED
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.talk.slide_data import find_slide_data, list_picture_names
from mirodash.questions.talk.stage_view import SlideWords, describe_slide
from mirodash.questions.threshold_evidence import SEARCHED
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Declaration, LevelFilter, Selection
from mirodash.survival.results import NotEstimable
from mirodash.text.facts import Explanation, Fact
from mirodash.text.numbers import format_p_value, unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, DEGENERATE_KINDS, HTML, KINDS, TRIALS, of_size, selections
from tests.profiles import for_each, share_of_examples
from tests.small_trials import eight_people

MIROCALS = sample("mirocals")
TODAY = date(2026, 11, 22)
PLAN = Declaration((3700.0,), "Statistical analysis plan 2.1", "2017-04-12")
A_CLAIM_OF_NOTHING = re.compile(
    r"\bno (difference(?! to)|benefit|interaction|dependence)|(?<!not statistically )significant",
    re.IGNORECASE,
)
NOT_A_NUMBER = re.compile(r"\b(nan|inf|-inf|None|NaN|Infinity)\b")
NO_EFFECT = re.compile(r"(?<!crosses )(?<!one side of )\bno effect", re.IGNORECASE)


def words(trial: Trial = MIROCALS, picture: str = "survival-1", **chosen: Any) -> SlideWords:
    """Return what a slide of a view says."""
    return describe_slide(trial, Selection(**chosen), SavedView("", picture), on=TODAY)


def all_of(said: SlideWords) -> list[str]:
    """Return every text of a slide."""
    facts = [text for fact in said.facts for text in (fact.label, fact.value, fact.detail)]
    cells = [cell for table in said.tables for row in (table.header, *table.rows) for cell in row]
    return [said.title, said.proposed, *facts, said.footer, said.source, *said.notes, said.alt, *cells]


def numbers_of(facts: tuple[Fact, ...]) -> list[tuple[str, str]]:
    """Return values and details, which are the same wherever a fact stands."""
    return [(fact.value, fact.detail) for fact in facts]


def explained(panel: Any, selection: Selection, trial: Trial = MIROCALS) -> Explanation:
    """Return what the page says."""
    answer = (
        panel.compute(trial, selection, panel.steps) if panel is SEARCHED else panel.compute(trial, selection)
    )
    told = panel.explain(answer)
    assert isinstance(told, Explanation)
    return told


@for_each("place", [1, 2])
def test_a_groups_numbers_are_those_of_explore_with_the_other_side_and_the_finding(place: int):
    own = explained(SURVIVAL[place], Selection())
    other = explained(SURVIVAL[3 - place], Selection())
    finding = summarise_finding(find(MIROCALS, Selection()))
    facts = words(picture=f"survival-{place}").facts
    # there is no room on a slide for the number needed to treat, which follows from the difference
    first = [fact for fact in own.facts if "needed to treat" not in fact.label][:3]
    assert numbers_of(facts) == numbers_of((*first, other.facts[0], *finding))
    assert facts[3].label == f"Hazard ratio, {other.title}"
    assert facts[4].label == "Effect depends on pNFH"


def test_of_three_and_four_groups_all_the_others_are_there():
    for thresholds in ((1500.0, 4000.0), (1200.0, 2500.0, 4000.0)):
        result = survival_by_group(MIROCALS, Selection(thresholds=thresholds))
        facts = words(thresholds=thresholds, picture="survival-2").facts
        labels = [fact.label for fact in facts]
        for place, group in enumerate(result.groups):
            assert (f"Hazard ratio, {group.label}" in labels) == (place not in (0, 2))
        assert len(facts) <= 5
        assert "Ratio of hazard ratios" not in labels


def test_all_participants_have_their_own_numbers_and_the_stratified_one_where_it_was_asked_for():
    asked = {"strata": ("country",)}
    told = explained(SURVIVAL[0], Selection(**asked)).facts
    own = [fact for fact in told if "needed to treat" not in fact.label]
    assert numbers_of(words(picture="survival-0", **asked).facts) == numbers_of(own)
    assert "Stratified" in [fact.label for fact in words(picture="survival-0", **asked).facts]
    assert "Stratified" not in [fact.label for fact in words(picture="survival-0").facts]


def test_the_numbers_along_the_biomarker_stand_in_the_table_of_the_page():
    told, differing = explained(EFFECT_BY_BIOMARKER, Selection()), explained(DIFFERING, Selection())
    *at, step, finding = words(picture="effect").facts
    assert (finding,) == summarise_finding(find(MIROCALS, Selection()))
    cells = {row[1]: row[2] for row in told.tables[0].rows}
    assert len(at) == 3
    for fact in at:
        place = fact.label.removeprefix("Hazard ratio at ")
        assert cells[place] == f"{fact.value} ({fact.detail})"
    assert step == differing.facts[1]


def test_the_search_says_what_the_page_says_and_gives_both_sides():
    told = explained(SEARCHED, Selection())
    facts = words(picture="search").facts
    assert facts[: len(told.facts)] == told.facts
    assert [fact.label for fact in facts[len(told.facts) :]] == [
        "Hazard ratio, pNFH ≤ 3,700 pg/mL",
        "Hazard ratio, pNFH > 3,700 pg/mL",
    ]


@for_each("name", DEGENERATE_KINDS)
def test_a_trial_with_hardly_anything_in_it_has_words_for_every_picture(name: str):
    trial = DEGENERATE[name]
    for picture, _ in list_picture_names(trial, Selection()):
        said = describe_slide(trial, Selection(), SavedView("", picture), on=TODAY)
        assert said.title == said.proposed
        assert said.title
        assert said.alt
        assert said.footer
        shown = find_slide_data(trial, Selection(), picture)
        if isinstance(shown, NotEstimable):
            assert said.title == shown.why
            assert shown.why in said.alt
            assert shown.why in said.notes
            assert said.facts == ()
        for text in all_of(said):
            assert not NOT_A_NUMBER.search(text), text
            assert not NO_EFFECT.search(text), text
            assert not A_CLAIM_OF_NOTHING.search(text), text


@for_each("name", KINDS)
def test_one_side_of_a_threshold_is_never_told_alone(name: str):
    trial = TRIALS[name]
    result = survival_by_group(trial, Selection())
    for place, shown in enumerate(result.groups):
        if place == 0 or not shown.comparison.n:
            continue
        labels = [fact.label for fact in words(trial, f"survival-{place}").facts]
        others = [group.label for k, group in enumerate(result.groups) if k not in (0, place)]
        assert [label for label in labels if label.startswith("Hazard ratio, ")] == [
            f"Hazard ratio, {other}" for other in others
        ]


@share_of_examples(0.4)
@given(data=st.data(), name=st.sampled_from(["mirocals", "gbsg2", "eight people", "three arms"]))
def test_whatever_is_chosen_there_are_words_and_no_uncorrected_p_value(data: st.DataObject, name: str):
    trial = TRIALS[name]
    selection = data.draw(selections(trial))
    picture = data.draw(st.sampled_from([key for key, _ in list_picture_names(trial, selection)]))
    said = describe_slide(trial, selection, SavedView("", picture), on=TODAY)
    for text in all_of(said):
        assert not NOT_A_NUMBER.search(text), text
        assert not NO_EFFECT.search(text), text
    assert "\n" not in said.title + said.footer
    if picture != "search":
        # those of the finding need no threshold, or are corrected for the search, as that of the slopes is
        apart = ("Effect depends on", "Slopes, after the search")
        others = [fact for fact in said.facts if not fact.label.startswith(apart)]
        shown = " ".join([said.title, *(f"{fact.value} {fact.detail}" for fact in others), said.footer])
        assert not re.search(r"\bp\s*[=<>]", shown)


def test_the_p_values_of_a_search_are_the_corrected_ones():
    for thresholds in ((3700.0,), (2000.0,), ()):
        said = words(picture="search", thresholds=thresholds)
        found = SEARCHED.compute(MIROCALS, Selection(thresholds=thresholds), SEARCHED.steps)
        assert found is not None
        assert not isinstance(found, NotEstimable)
        allowed = {
            format_p_value(p)
            for p in (found.found.p_best, *(one.p for one in found.found.at))
            if p is not None
        }
        text = " ".join([said.title, *(fact.value for fact in said.facts)])
        shown = re.findall(r"p\s[=<>]\s[\d.]+", text)
        assert shown
        assert set(shown) <= allowed


def test_the_presenters_title_stands_and_the_proposal_is_kept():
    view = SavedView("", "survival-1", title=" Who lives\n longer ", note="Breathe.\nSlowly.")
    said = describe_slide(MIROCALS, Selection(), view, on=TODAY)
    assert said.title == "Who lives longer"
    assert said.proposed == words().title
    assert said.notes[0] == "Breathe.\nSlowly."
    assert words().notes[0] != ""


def test_the_notes_hold_question_methods_cautions_and_what_makes_the_numbers_again():
    said = words()
    told = "\n".join(said.notes)
    assert explained(SURVIVAL[1], Selection()).sentence in said.notes
    assert "What is asked: 220 randomised; death from any cause" in told
    assert "Exploratory: the overall result is not established." in told
    assert explained(SEARCHED, Selection()).sentence in said.notes
    assert "Ratio of hazard ratios: Cox model with treatment × group" in told
    assert "SYNTHETIC" in told
    assert said.notes[-1] == said.source == f"?trial=mirocals · {MIROCALS.fingerprint}"


def test_a_declared_threshold_says_where_and_is_still_compared_with_a_search():
    told = "\n".join(words(declared=PLAN).notes)
    assert "Declared in Statistical analysis plan 2.1, 12 April 2017." in told
    assert "Exploratory: nothing in this view is declared" not in told
    assert "Had it been found by looking: without an interaction" in told


def test_where_no_search_was_made_nothing_is_said_to_allow_for_one():
    told = "\n".join(words(of_size(MAX_SEARCHED + 1), "survival-1").notes)
    assert "nothing here allows for it" in told
    assert "Without an interaction" not in told


def test_whoever_is_in_no_group_is_counted_in_the_notes():
    told = unify_spaces("\n".join(words(filters=(LevelFilter("sex", ("F",)),)).notes))
    left = (
        220
        - survival_by_group(MIROCALS, Selection(filters=(LevelFilter("sex", ("F",)),))).overall.comparison.n
    )
    assert f"Of 220, {left} are in no group: {left} filtered out." in told
    assert "Everybody randomised is counted." in words().notes


def test_adjusted_curves_are_not_passed_off_as_what_is_drawn():
    told = "\n".join(words(curves="adjusted", adjust=("age",)).notes)
    assert "those adjusted to the same baseline are on the Explore page" in told
    assert "Hazard ratio, adjusted for age" in told
    assert "Explore page" not in "\n".join(words().notes)


def test_the_end_of_follow_up_is_said_on_the_slide_itself():
    ended = of_size(40, time=[float(1 + k) for k in range(40)], event=[k % 2 for k in range(40)])
    made = words(ended, "survival-0")
    assert "is not estimable on" in made.title
    assert any("not estimable after" in fact.value for fact in made.facts)
    assert not any("not estimable" in fact.value for fact in words(picture="survival-0").facts)


def test_every_page_of_the_forest_has_its_own_rows_and_all_of_them():
    tables = [
        words(picture=picture).tables[0]
        for picture, _ in list_picture_names(MIROCALS, Selection())
        if picture.startswith("subgroups")
    ]
    assert [table.rows[0][1] for table in tables].count("All participants") == 1
    rows = [row[:2] for table in tables for row in table.rows]
    assert len(rows) == len(set(rows))


def test_hostile_names_stay_text_and_endless_ones_are_cut():
    markup = words(DEGENERATE["names that are markup"], "survival-0")
    assert HTML[:20] in markup.title
    endless = words(DEGENERATE["names without end"], "survival-0")
    assert len(endless.title) < 200
    assert len(endless.footer) < 200
    assert max(map(len, all_of(endless))) < 2_000


def test_a_picture_that_the_view_does_not_have_is_said():
    said = words(eight_people(), "subgroups-40")
    assert said.title == "The forest of this view ends on page 2."
    assert said.tables == ()


def test_an_answer_that_is_there_already_is_not_computed_again():
    selection = Selection()
    answer = find_slide_data(MIROCALS, selection, "effect")
    given = describe_slide(MIROCALS, selection, SavedView("", "survival-0"), on=TODAY, answer=answer)
    assert given.title == words(picture="effect").title
