"""Progression answers four questions with the engine's numbers, apart, and says where they disagree."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from mirodash.longitudinal import fit_lines, sum_by_person
from mirodash.longitudinal.death_then_function import DeathThenFunction
from mirodash.longitudinal.mixed_model import Contrast
from mirodash.longitudinal.slopes import Lines
from mirodash.longitudinal.visits import MeanDifference
from mirodash.plot.theme import LIGHT
from mirodash.questions.page_panels import PROGRESSION_PANELS
from mirodash.questions.panel import Panel, SteppedPanel, show
from mirodash.questions.progression.biology import biology, explain_biology
from mirodash.questions.progression.measured import GroupProgression, Progression, progression
from mirodash.questions.progression.slope_search import SlopesSearched, search_slope_thresholds
from mirodash.questions.progression.visit_card import PROGRESSION_CARDS, draw_visit_card
from mirodash.questions.progression.words import describe_agreement, list_directions
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.survival.results import HazardRatio, NotEstimable
from mirodash.text.labels import ArmNames
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.profiles import for_each

AT_3700 = Selection(thresholds=(3700.0,))
NAMES = ArmNames("IL-2", "Placebo")


def answer(trial: Trial | None = None, selection: Selection = AT_3700) -> Progression:
    found = progression(trial or sample("mirocals"), selection)
    assert found is not None
    return found


def lines(group: GroupProgression) -> Contrast:
    assert isinstance(group.slopes.difference, Contrast)
    return group.slopes.difference


def test_slopes_are_those_of_one_model_for_group_arm_and_time() -> None:
    trial = sample("mirocals")
    series = trial.series["alsfrs_r"]
    sums = sum_by_person(series.person, series.day / 30.4375, series.value, trial.participants)
    above = (trial.numbers["csf_pnfh"].values > 3700).astype(int)
    expected = fit_lines(sums, above, trial.arm.is_in(("IL-2",)), groups=2)
    assert isinstance(expected, Lines)
    found = answer()
    for place, group in enumerate(found.groups[1:]):
        wanted = expected.slope_difference(2 * place + 1, 2 * place)
        assert isinstance(wanted, Contrast)
        assert lines(group).estimate == pytest.approx(wanted.estimate, rel=1e-9)
    assert isinstance(found.interaction, Contrast)
    difference = lines(found.groups[2]).estimate - lines(found.groups[1]).estimate
    assert found.interaction.estimate == pytest.approx(difference, rel=1e-9)


def test_all_participants_stay_the_same_wherever_the_threshold_is() -> None:
    found = [answer(selection=Selection(thresholds=(c,))).overall for c in (1000.0, 3700.0)]
    assert found[0] is found[1]


def test_pairs_and_visits_count_everybody_of_a_group() -> None:
    for group in answer().groups:
        control, treated = group.participants
        assert isinstance(group.pairs, DeathThenFunction)
        assert group.pairs.pairs == control * treated
        assert not isinstance(group.visits, NotEstimable)
        for arm, size in ((group.visits[0].control, control), (group.visits[0].treated, treated)):
            total = arm.measured + arm.not_measured + arm.dead + arm.not_followed
            assert total.tolist() == [size] * arm.visits.size


def test_the_published_slowing_and_its_opposite_are_said_in_words() -> None:
    low, high = (PROGRESSION_CARDS[place] for place in (1, 2))
    texts = []
    for panel in (low, high):
        shown = show(panel, sample("mirocals"), AT_3700, LIGHT)
        assert shown is not None
        assert [fact.label for fact in shown.explanation.facts] == [
            "If no participant had died",
            "Death as the worst outcome",
            "While alive",
            "Death alone",
        ]
        texts.append(unify_spaces(shown.explanation.facts[0].detail))
    assert "23 % slower" in texts[0]
    assert "13 % faster (95 % CI −10 % to 43 %)" in texts[1]


def test_every_place_that_shows_the_win_probability_shows_that_of_the_pairs() -> None:
    found = answer()
    pairs = next(panel for panel in PROGRESSION_PANELS if panel.key == "progression-pairs")
    shown = show(pairs, sample("mirocals"), AT_3700, LIGHT)
    assert shown is not None
    for group, fact in zip(found.groups, shown.explanation.facts, strict=True):
        assert isinstance(group.pairs, DeathThenFunction)
        low, high = group.pairs.probability_ci
        wanted = f"{group.pairs.probability:.0%} win probability (95% CI {low:.0%} to {high:.0%})"
        assert unify_spaces(fact.value).replace(" %", "%") == wanted
        card = show(PROGRESSION_CARDS[found.groups.index(group)], sample("mirocals"), AT_3700, LIGHT)
        assert card is not None
        assert fact.value in [one.value for one in card.explanation.facts]


def test_answers_that_disagree_in_direction_are_flagged() -> None:
    group = answer().groups[1]
    assert isinstance(group.death, HazardRatio)
    harmful = replace(group, death=replace(group.death, hr=1.4))
    assert dict(list_directions(answer(), harmful))["Death alone"] == -1
    said = describe_agreement(answer(), harmful, NAMES)
    assert "disagree in direction" in said
    assert "death alone favours Placebo" in said
    assert "disagree" not in describe_agreement(answer(), group, NAMES)


def test_no_picture_or_sentence_has_a_p_value_beside_a_threshold_but_that_of_the_search() -> None:
    for panel in PROGRESSION_PANELS:
        whole = panel.after(20) if isinstance(panel, SteppedPanel) else panel
        shown = show(whole, sample("mirocals"), AT_3700, LIGHT)
        if shown is None:
            continue
        told = shown.explanation
        rows = [cell for table in told.tables for row in table.rows for cell in row]
        words = [told.sentence, *(f"{fact.value} {fact.detail}" for fact in told.facts), *rows]
        has_p = any(re.search(r"\bp [=<>]", unify_spaces(text)) for text in words)
        assert has_p == (panel.key in ("progression-searched", "progression-finding")), panel.key


def test_the_lesson_without_an_effect_on_slopes_does_not_survive_the_search() -> None:
    trial = sample("mirocals-prognostic")
    interaction = answer(trial).interaction
    assert isinstance(interaction, Contrast)
    assert interaction.p < 0.01
    searched = search_slope_thresholds(trial, AT_3700)
    assert isinstance(searched, SlopesSearched)
    assert searched.found.at[0].p is not None
    assert searched.found.at[0].p > 0.15


def test_counts_under_the_axis_stand_at_the_ticks() -> None:
    panel = PROGRESSION_CARDS[0]
    found = panel.compute(sample("mirocals"), AT_3700)
    assert found is not None
    figure = draw_visit_card(found, LIGHT)
    ticks = figure["layout"]["xaxis"]["tickvals"]
    assert set(figure["data"][-1]["x"]) == set(ticks)


@for_each("measure", ["svc", "tregs"])
def test_other_measurements_are_answered_as_far_as_they_can_be(measure: str) -> None:
    found = answer(selection=replace(AT_3700, measure=measure))
    assert not isinstance(found.overall.visits, NotEstimable)
    phases = [visits.phase for visits in found.overall.visits]
    if measure == "svc":
        assert isinstance(found.overall.slopes.difference, Contrast)
        assert phases == [""]
    else:
        assert isinstance(found.overall.slopes.difference, NotEstimable)
        assert phases == ["peak", "trough"]


def test_a_measurement_without_a_direction_is_not_ranked() -> None:
    trial = sample("mirocals")
    measures = tuple(replace(m, direction="") for m in trial.dictionary.measurements)
    silent = replace(trial, dictionary=replace(trial.dictionary, measurements=measures), measured="other")
    pairs = answer(silent).overall.pairs
    assert isinstance(pairs, NotEstimable)
    assert "direction" in pairs.why


def test_a_lower_score_that_is_better_turns_the_pairs_round() -> None:
    trial = sample("mirocals")
    measures = tuple(replace(m, direction="lower") for m in trial.dictionary.measurements)
    other = replace(trial, dictionary=replace(trial.dictionary, measurements=measures), measured="turned")
    one, two = answer(trial).overall.pairs, answer(other).overall.pairs
    assert isinstance(one, DeathThenFunction)
    assert isinstance(two, DeathThenFunction)
    assert one.by_death == two.by_death
    assert one.wins != two.wins


def test_slopes_are_per_year_where_the_reader_counts_in_years() -> None:
    by_month, by_year = (
        lines(answer(selection=replace(AT_3700, unit=unit)).overall) for unit in ("", "years")
    )
    assert by_year.estimate == pytest.approx(12 * by_month.estimate, rel=1e-6)


def test_a_group_without_anybody_has_reasons_and_no_nan() -> None:
    nobody = Selection(filters=(LevelFilter("sex", ()),), thresholds=(3700.0,))
    found = answer(selection=nobody)
    for group in found.groups:
        assert isinstance(group.slopes.difference, NotEstimable)
        assert isinstance(group.pairs, NotEstimable)
    for panel in PROGRESSION_PANELS:
        whole: Panel[object] = panel.after(1) if isinstance(panel, SteppedPanel) else panel
        shown = show(whole, sample("mirocals"), nobody, LIGHT)
        if shown is not None:
            assert "nan" not in str(shown.explanation).casefold()


def test_a_trial_without_measurements_has_no_such_question() -> None:
    assert progression(sample("gbsg2"), Selection()) is None
    for panel in PROGRESSION_PANELS:
        whole: Panel[object] = panel.after(1) if isinstance(panel, SteppedPanel) else panel
        assert show(whole, sample("gbsg2"), Selection(), LIGHT) is None


def test_under_small_counts_estimates_stay_and_counts_by_visit_go() -> None:
    guarded = replace(sample("mirocals"), min_cell=10)
    overall = answer(guarded, Selection(thresholds=())).overall
    assert isinstance(overall.slopes.difference, Contrast)
    assert isinstance(overall.visits, NotEstimable)
    assert isinstance(overall.courses, NotEstimable)
    small = answer(guarded, Selection(thresholds=(750.0,)))
    for group in small.groups[1:]:
        assert isinstance(group.slopes.difference, NotEstimable) or min(group.participants) >= 10


def test_cells_rise_and_ccl2_falls_at_peak_more_than_at_trough() -> None:
    found = biology(sample("mirocals"), AT_3700)
    assert found is not None
    for marker, sign in zip(found.markers, (1, -1), strict=True):
        for phases in marker.groups[:2]:
            peak, trough = (phase.overall for phase in phases)
            assert isinstance(peak, MeanDifference)
            assert isinstance(trough, MeanDifference)
            assert sign * peak.estimate > sign * trough.estimate > 0
    table = explain_biology(found).tables[0]
    assert len(table.rows) == 3 * 2 * 5
    assert {row[1] for row in table.rows} == {"peak", "trough"}


def test_biology_is_compared_among_those_measured_alone() -> None:
    trial = sample("mirocals")
    found = biology(trial, Selection(thresholds=()))
    assert found is not None
    series = trial.series["tregs"]
    here = series.day == 8
    treated = trial.arm.is_in(("IL-2",))[series.person[here]]
    values = series.value[here]
    first = found.markers[0].groups[0][0].by_visit[0]
    assert isinstance(first, MeanDifference)
    assert first.n == (int((~treated).sum()), int(treated.sum()))
    assert first.estimate == pytest.approx(values[treated].mean() - values[~treated].mean())


def test_directions_ignore_how_certain_an_estimate_is() -> None:
    assert {name for name, _ in list_directions(answer(), answer().overall)} == {
        "If no participant had died",
        "Death as the worst outcome",
        "Death alone",
    }
    assert all(np.isfinite(sign) for _, sign in list_directions(answer(), answer().overall))
