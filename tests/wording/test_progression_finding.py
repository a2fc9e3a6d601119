"""The finding of Progression answers the reader's own question in both groups, and says how far it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirodash.longitudinal.visits import MeanDifference, compare_at_visit, compare_means
from mirodash.questions.progression.biology import biology, explain_biology
from mirodash.questions.progression.measured import progression, values_at_visits
from mirodash.questions.progression.slope_finding import (
    PROGRESSION_FINDING,
    PROGRESSION_FINDING_AT_HAND,
    ProgressionFinding,
    explain_progression_finding,
    find_progression,
)
from mirodash.questions.progression.slope_search import scan_slopes, search_slope_thresholds
from mirodash.stratification.selection import LevelFilter, Selection
from mirodash.survival.results import HazardRatio
from mirodash.text.facts import Explanation
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from mirodash.web.progression_page import build_progression_page
from mirodash.web.view import View
from tests.profiles import for_each

AT_3700 = Selection(thresholds=(3700.0,))


def found(selection: Selection = AT_3700, trial: str = "mirocals") -> ProgressionFinding:
    made = find_progression(sample(trial), selection)
    assert made is not None
    return made


def told(selection: Selection = AT_3700, trial: str = "mirocals") -> Explanation:
    return explain_progression_finding(found(selection, trial))


@for_each(
    ("estimand", "starts", "ends"),
    [
        (
            "",
            "With pNFH ≤ 3,700 pg/mL, ALSFRS-R fell by 0.62 points a month on IL-2 and 0.81 on placebo "
            "(23 % slower); with pNFH > 3,700 pg/mL, 1.29 and 1.14 (13 % faster)",
            ", as if no participant had died.",
        ),
        (
            "worst",
            "With pNFH ≤ 3,700 pg/mL, a participant on IL-2 did better than one on placebo in 66 % of pairs",
            ", with death as the worst outcome.",
        ),
        (
            "alive",
            "With pNFH ≤ 3,700 pg/mL, mean ALSFRS-R of those alive at month 18 was 30.4 points on IL-2 and "
            "25.7 on placebo; with pNFH > 3,700 pg/mL, 16.8 and 21.2.",
            ".",
        ),
        ("death", "With pNFH ≤ 3,700 pg/mL, the hazard ratio of death was 0.56 (95 % CI", ")."),
    ],
)
def test_it_answers_the_question_that_is_marked_in_both_groups(estimand: str, starts: str, ends: str) -> None:
    title = unify_spaces(told(replace(AT_3700, estimand=estimand)).title)
    assert title.startswith(starts)
    assert title.endswith(ends)
    assert "with pNFH > 3,700 pg/mL" in title


def test_how_far_to_believe_it_rests_on_the_search_and_says_survival_once() -> None:
    belief = unify_spaces(told().subtitle)
    assert belief.startswith(
        "Whether the effect of IL-2 on the slope of ALSFRS-R depends on pNFH is inconclusive"
    )
    assert "a change at 3,700 pg/mL is not established" in belief
    assert belief.count("survival") == 1
    facts = {unify_spaces(fact.label): unify_spaces(fact.value) for fact in told().facts}
    assert facts["After searching 176 thresholds"] == "p = 0.12"
    assert facts["3,700 pg/mL"] == "p = 0.47"
    assert facts["Survival"].startswith("HR 0.81")


def test_the_lesson_in_which_nothing_works_establishes_nothing() -> None:
    belief = told(trial="mirocals-null").subtitle
    assert "It is not established that" in belief


def test_questions_that_disagree_in_direction_are_flagged_where_they_do() -> None:
    made = found()
    group = made.answer.groups[1]
    assert isinstance(group.death, HazardRatio)
    harmful = replace(group, death=replace(group.death, hr=1.4))
    groups = (made.answer.groups[0], harmful, *made.answer.groups[2:])
    other = explain_progression_finding(replace(made, answer=replace(made.answer, groups=groups)))
    assert "the four questions disagree in direction with pNFH ≤ 3,700" in unify_spaces(other.subtitle)
    (flag,) = [fact for fact in other.facts if fact.label == "Four questions"]
    assert flag.uncertain
    assert "disagree in direction" not in told().subtitle


def test_before_the_search_it_says_that_it_is_computed() -> None:
    made = find_progression(sample("mirocals"), AT_3700, pending=True)
    assert made is not None
    assert made.searched is None
    assert "still being computed" in explain_progression_finding(made).subtitle


def test_without_a_threshold_it_is_about_all_participants() -> None:
    said = told(Selection(thresholds=()))
    assert unify_spaces(said.title).startswith("Of 220 participants, ALSFRS-R fell by 0.75 points a month")


def test_nobody_selected_is_said() -> None:
    assert "nothing to compare" in told(Selection(filters=(LevelFilter("sex", ()),))).title


def test_another_biomarker_than_the_trial_s_first_pays_for_the_choice() -> None:
    made = found(Selection(biomarker="serum_nfl", thresholds=()))
    assert made.biomarkers > 1
    assert made.whole_range is not None
    assert made.along.p <= made.whole_range  # type: ignore[union-attr]
    assert f"after correction for {made.biomarkers} biomarkers" in str(
        explain_progression_finding(made).tables
    )


def test_small_counts_leave_estimates_without_counts() -> None:
    guarded = replace(sample("mirocals"), min_cell=10)
    made = find_progression(guarded, AT_3700)
    assert made is not None
    said = explain_progression_finding(made)
    assert "nan" not in str(said).casefold()
    assert scan_slopes(guarded, AT_3700) is not None
    alive = find_progression(guarded, replace(AT_3700, estimand="alive"))
    assert alive is not None
    assert "cannot be compared" in explain_progression_finding(alive).title


def test_a_trial_without_measurements_has_none() -> None:
    assert find_progression(sample("gbsg2"), Selection()) is None
    assert PROGRESSION_FINDING_AT_HAND.compute(sample("gbsg2"), Selection()) is None
    PROGRESSION_FINDING.advance(sample("gbsg2"), Selection(), 1)


def test_models_along_the_thresholds_are_those_of_the_view() -> None:
    scanned = scan_slopes(sample("mirocals"), AT_3700)
    searched = search_slope_thresholds(sample("mirocals"), AT_3700)
    assert hasattr(scanned, "lines")
    assert len(scanned.lines) == scanned.thresholds.size <= 25  # type: ignore[union-attr]
    line = float(scanned.thresholds[12])  # type: ignore[union-attr]
    answer = progression(sample("mirocals"), Selection(thresholds=(line,)))
    assert answer is not None
    difference = scanned.lines[12].slope_difference(1, 0)  # type: ignore[union-attr]
    wanted = answer.groups[1].slopes.difference
    assert difference.estimate == pytest.approx(wanted.estimate, rel=1e-7)  # type: ignore[union-attr]
    assert searched is not None


def test_means_at_a_visit_are_compared_as_the_values_themselves() -> None:
    trial = sample("mirocals")
    answer = progression(trial, Selection(thresholds=()))
    assert answer is not None
    visits = answer.overall.visits[0]  # type: ignore[index]
    compared = compare_at_visit(visits.control, visits.treated, 4)
    values = values_at_visits(trial, "alsfrs_r")[0][2][:, 4]
    wanted = compare_means(values, trial.arm.is_in(("IL-2",)))
    assert isinstance(compared, MeanDifference)
    assert isinstance(wanted, MeanDifference)
    assert compared.estimate == pytest.approx(wanted.estimate, rel=1e-12)
    assert compared.ci == pytest.approx(wanted.ci, rel=1e-12)
    assert compared.n == wanted.n


def test_the_page_says_what_is_invented_what_is_not_offered_and_leads_to_where_nothing_works() -> None:
    page = str(build_progression_page(View(sample("mirocals"), replace(AT_3700, measure="svc"))))
    assert "SVC: How it declines is invented." in page
    assert (
        "Change among completers, shares of responders and last values carried forward are not offered"
        in page
    )
    assert "See the same split in a trial in which nothing works" in page
    lesson = str(build_progression_page(View(sample("mirocals-null"), AT_3700)))
    assert "Nothing works" in lesson
    assert "See the same split" not in lesson
    shown = biology(sample("mirocals"), AT_3700)
    assert shown is not None
    assert "all values are invented" in explain_biology(shown).sentence
