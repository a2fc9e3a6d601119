"""Slides of repeated measurements say the page's numbers, both sides of a threshold, and the search."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from mirodash.longitudinal.death_then_function import DeathThenFunction
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.questions.progression.measured import Progression, progression
from mirodash.questions.talk.slide_data import list_picture_names
from mirodash.questions.talk.stage_view import SlideWords, describe_slide
from mirodash.stratification.saved_view import OF_PROGRESSION, SavedView
from mirodash.stratification.selection import ESTIMANDS, LevelFilter, Selection
from mirodash.text.facts import Fact
from mirodash.text.numbers import format_number, unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each

MIROCALS = sample("mirocals")
AT_3700 = Selection(thresholds=(3700.0,))
TODAY = date(2026, 5, 9)


def words(picture: str, selection: Selection = AT_3700, trial: Trial = MIROCALS) -> SlideWords:
    return describe_slide(trial, selection, SavedView("", picture), on=TODAY)


def answer(selection: Selection = AT_3700) -> Progression:
    found = progression(MIROCALS, selection)
    assert found is not None
    return found


def facts(said: SlideWords) -> dict[str, Fact]:
    return {unify_spaces(fact.label): fact for fact in said.facts}


def test_a_group_has_the_four_answers_the_other_side_and_what_the_search_leaves() -> None:
    said, found = words("progression-1"), answer()
    assert list(facts(said)) == [
        "If no participant had died",
        "Death as the worst outcome",
        "While alive",
        "Death alone",
        "Difference in slope, pNFH > 3,700 pg/mL",
        "Slopes, after the search",
    ]
    for label, group in (
        ("If no participant had died", found.groups[1]),
        ("Difference in slope, pNFH > 3,700 pg/mL", found.groups[2]),
    ):
        difference = group.slopes.difference
        assert isinstance(difference, Contrast)
        assert facts(said)[label].value.startswith(format_number(difference.estimate, 2, signed=True))
    assert unify_spaces(facts(said)["Slopes, after the search"].value) == "p = 0.47"
    assert list(facts(words("progression-0"))) == [*facts(said)][:4]


@for_each("estimand", ["", *ESTIMANDS])
def test_the_question_that_the_reader_marked_leads_and_gives_the_title(estimand: str) -> None:
    said = words("progression-1", replace(AT_3700, estimand=estimand))
    leading = [fact.label for fact in said.facts if fact.lead]
    names = ("If no participant had died", "Death as the worst outcome", "While alive", "Death alone")
    wanted = dict(zip(ESTIMANDS, names, strict=True))[estimand or "slope"]
    assert leading == [wanted]
    told = {
        "slope": "had none died",
        "worst": "win probability",
        "alive": "alive and measured",
        "death": "hazard ratio",
    }
    assert told[estimand or "slope"] in said.title


def test_a_title_says_where_a_direction_is_not_established() -> None:
    for picture in ("progression-0", "progression-1", "progression-2"):
        difference = answer().groups[int(picture[-1])].slopes.difference
        assert isinstance(difference, Contrast)
        open_still = difference.ci[0] <= 0 <= difference.ci[1]
        assert ("not established" in words(picture).title) == open_still
    narrow = words("progression-0", replace(AT_3700, confidence=0.6)).title
    assert "not established" in narrow


def test_pairs_are_told_of_every_group() -> None:
    said = words("progression-pairs")
    for group in answer().groups:
        assert isinstance(group.pairs, DeathThenFunction)
        assert facts(said)[group.label].value.startswith(f"{100 * group.pairs.probability:.0f}")
    by_rule = words("progression-pairs", replace(AT_3700, rule="last_common_visit"))
    assert "Finkelstein–Schoenfeld" in by_rule.notes[0]
    assert "CAFS" in said.notes[0]


def test_the_only_p_values_are_those_of_the_search() -> None:
    for picture in OF_PROGRESSION[:3] + OF_PROGRESSION[5:]:
        said = words(picture)
        told = [f"{fact.label}: {fact.value}" for fact in said.facts if "search" not in fact.label]
        assert not any(re.search(r"\bp [=<>]", unify_spaces(text)) for text in (said.title, *told))


def test_selected_people_and_missing_pictures_are_said() -> None:
    part = Selection(thresholds=(3700.0,), filters=(LevelFilter("sex", ("F",)),))
    for picture in (
        *("progression-0", "progression-1", "progression-along"),
        "progression-lines",
        "progression-pairs",
    ):
        assert words(picture, part).title.startswith("Among those selected, ")
    assert "no such group" in words("progression-4").title
    assert "no repeated measurements" in words("progression-0", Selection(), sample("gbsg2")).title
    guarded = replace(MIROCALS, min_cell=10)
    said = words("progression-1", trial=guarded)
    assert said.facts == ()
    assert "not shown" in said.title


def test_a_marker_in_cycles_is_shown_at_one_phase_and_says_which() -> None:
    said = words("progression-0", replace(AT_3700, measure="tregs", estimand="alive"))
    assert "Tregs at peak" in said.title
    assert "Tregs at peak" in said.alt


def test_fitted_lines_say_every_group_and_are_established_only_by_the_search() -> None:
    said, found = words("progression-lines"), answer()
    title = unify_spaces(said.title)
    assert title == (
        "ALSFRS-R slope difference +0.19 with pNFH ≤ 3,700, −0.15 points a month with "
        "pNFH > 3,700 pg/mL: not established"
    )
    assert isinstance(found.interaction, Contrast)
    assert found.interaction.p < 0.05  # by itself it would look established
    assert [*facts(said)] == ["pNFH ≤ 3,700 pg/mL", "pNFH > 3,700 pg/mL", "Slopes, after the search"]
    many = unify_spaces(words("progression-lines", Selection(thresholds=(750.0, 3700.0))).title)
    assert "+0.44 with pNFH ≤ 750 to −0.15 points a month with pNFH > 3,700 pg/mL" in many


def test_markers_of_a_cycle_have_no_fitted_lines_to_keep() -> None:
    kept = [dict(list_picture_names(MIROCALS, Selection(measure=measure))) for measure in ("", "tregs")]
    assert [("progression-lines" in names) for names in kept] == [True, False]
