"""Nobody vanishes: everybody randomised is in a group or left out for a reason that is told."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.questions.participant_flow import REASONS, count_participant_flow, describe_participant_flow
from mirodash.stratification.selection import LevelFilter, RangeFilter, Selection
from mirodash.text.facts import Explanation
from mirodash.text.labels import format_arm_names
from mirodash.text.notices import OF_ALL, list_notices_in_view
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import KINDS, TRIALS, selections
from tests.profiles import for_each
from tests.small_trials import eight_people


def told(trial: Trial, selection: Selection) -> Explanation:
    """Return what is said of a view."""
    return describe_participant_flow(
        count_participant_flow(trial, selection),
        format_arm_names(trial, selection),
        ("A notice.", "Another."),
    )


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def test_every_reason_in_words_for_eight_people():
    explanation = told(eight_people(), Selection(sites=("UK-01",), filters=(LevelFilter("sex", ("f",)),)))
    facts = {fact.detail: fact.value for fact in explanation.facts if fact.label == "Excluded"}
    # one in the high-dose arm; three elsewhere or nowhere; one man; one without an arm
    assert facts == {
        REASONS["another arm"]: "1",
        REASONS["another site"]: "4",
        REASONS["filtered out"]: "1",
        REASONS["unusable"]: "1",
    }
    assert "7 excluded" in explanation.subtitle
    assert all(f"{number} {reason}" in explanation.subtitle for reason, number in facts.items())


def test_people_without_the_biomarker_are_counted():
    explanation = told(eight_people(), Selection())
    assert f"1 {REASONS['biomarker missing']}" in explanation.subtitle
    assert "No participants are excluded" in told(TRIALS["mirocals"], Selection()).subtitle


def test_what_was_noticed_in_the_data_is_told():
    assert told(TRIALS["mirocals"], Selection()).sentence == "A notice. Another."
    assert told(eight_people(), Selection()).sentence == f"{OF_ALL}A notice. Another."


def test_what_was_noticed_of_columns_that_are_not_in_view_is_left_to_the_data_page():
    trial = sample("mirocals")

    def noticed(**chosen: Any) -> str:
        return " ".join(list_notices_in_view(trial, Selection(**chosen)))

    assert all(text in " ".join(trial.notices) for text in ("Serum NfL", "CSF pNFH", "Slow vital capacity"))
    assert "CSF pNFH was below" in noticed()
    assert "lack" not in noticed()
    assert "lack Serum NfL" in noticed(biomarker="serum_nfl")
    assert "CSF pNFH" not in noticed(biomarker="serum_nfl")
    assert "share their time" in noticed(biomarker="serum_nfl")
    vital = next(
        factor.column for factor in trial.dictionary.factors if factor.label == "Slow vital capacity"
    )
    assert "lack Slow vital capacity" in noticed(filters=(RangeFilter(vital, 10.0, None),))
    assert "lack Slow vital capacity" in noticed(adjust=(vital,))


@for_each("name", KINDS)
def test_the_table_has_a_row_for_everybody(name: str):
    trial = TRIALS[name]
    _adds_up(trial, Selection())
    _adds_up(trial, Selection(thresholds=()))


@given(data=st.data())
def test_whatever_is_chosen_everybody_is_counted_once(data: st.DataObject):
    trial = TRIALS[data.draw(st.sampled_from(sorted(TRIALS)))]
    _adds_up(trial, data.draw(selections(trial)))


def _adds_up(trial: Trial, selection: Selection) -> None:
    explanation = told(trial, selection)
    (table,) = explanation.tables
    randomised, selected, *rest = table.rows
    left_out = [_number(row[1]) for row in rest if row[0].startswith("Excluded")]
    grouped = [row for row in rest if not row[0].startswith("Excluded")]
    assert _number(randomised[1]) == trial.participants
    inside = [_number(row[1]) for row in grouped] or [_number(selected[1])]
    assert sum(inside) + sum(left_out) == trial.participants
    for row in (selected, *grouped):
        assert _number(row[2]) + _number(row[3]) == _number(row[1])
    facts = [_number(fact.value) for fact in explanation.facts]
    assert facts == [_number(row[1]) for row in table.rows]
    numbers = re.findall(r"^[\d,]+", explanation.subtitle)
    assert (_number(numbers[0]) if numbers else 0) == sum(left_out)
