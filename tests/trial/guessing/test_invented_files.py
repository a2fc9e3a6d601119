"""Invented files in French, English and mixed habits: every role is found, and nothing known only later."""

from __future__ import annotations

from dataclasses import replace

from mirodash.trial.build import check
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from tests.profiles import for_each
from tests.trial.guessing.invented import INVENTED
from tests.trial.guessing.judging import guessed, misses, table_of


@for_each("name", INVENTED)
def test_the_roles_are_found(name: str):
    case = INVENTED[name]
    answer = guessed(case.columns)
    assert misses(case.truth, answer) == {}
    assert (answer.draft.roles.site, answer.draft.roles.country) == (case.site, case.country)


@for_each("name", INVENTED)
def test_the_unit_and_the_limit_of_a_biomarker_are_read(name: str):
    case = INVENTED[name]
    drafts = {draft.column: draft for draft in guessed(case.columns).draft.biomarkers}
    found = {
        name: (drafts[name].label, drafts[name].unit, drafts[name].lower_limit) for name in case.biomarkers
    }
    assert found == case.biomarkers


@for_each("name", INVENTED)
def test_nothing_known_only_later_is_offered(name: str):
    case = INVENTED[name]
    draft = guessed(case.columns).draft
    offered = {b.column for b in draft.biomarkers} | {f.column for f in draft.factors}
    endpoint = draft.endpoints[0]
    assert offered.isdisjoint({*case.later, endpoint.time, endpoint.event, draft.roles.arm})
    assert offered <= set(case.columns)


@for_each("name", INVENTED)
def test_the_proposal_becomes_a_trial_once_the_control_is_said(name: str):
    case = INVENTED[name]
    table, answer = table_of(case.columns), guessed(case.columns)
    draft = answer.draft
    if draft.roles.control is None:
        first, second = sorted(set(case.columns[str(draft.roles.arm)]))
        draft = replace(draft, roles=replace(draft.roles, control=first, treated=second))
    elif draft.roles.treated is None:
        draft = replace(draft, roles=replace(draft.roles, treated="High dose"))
    endpoint, *further = draft.endpoints
    said = replace(endpoint, unit=endpoint.unit or "days", event_value=endpoint.event_value or "0")
    draft = replace(draft, endpoints=(said, *further))
    problems = check([table], draft).problems
    # a cell <LLOQ needs a limit that only the reader knows
    asked = [name for name in case.biomarkers if "<LLOQ" in case.columns[name]]
    assert [problem.columns for problem in problems] == [(name,) for name in asked]


@for_each("name", INVENTED)
def test_the_proposal_can_be_saved_as_a_dictionary(name: str):
    case = INVENTED[name]
    draft = guessed(case.columns).draft
    assert parse_dictionary(write_dictionary(draft), draft.file) == draft
    assert draft.file == "trial.toml"


@for_each("name", INVENTED)
def test_every_part_has_a_reason(name: str):
    case = INVENTED[name]
    answer = guessed(case.columns)
    draft = answer.draft
    parts = {"time", "event", "arm", "control", "id"}
    columns = {b.column for b in draft.biomarkers} | {f.column for f in draft.factors}
    assert parts | columns <= set(answer.reasons)
    assert all(reason.endswith((".", "?")) for reason in answer.reasons.values())


def test_the_reason_counts_the_events():
    answer = guessed(INVENTED["French, statut 1/2"].columns)
    assert answer.reasons["event"] == "2 = event is R's habit: 14 of 40 are 2."
    assert guessed(INVENTED["R's habits"].columns).reasons["event"] == "Two values, 14 of 40 are 1."
    assert (
        "the other value, 0, is the event: 14 of 40"
        in guessed(INVENTED["French, vivant"].columns).reasons["event"]
    )


def test_a_death_is_called_a_death():
    endpoint = guessed(INVENTED["two endpoints"].columns).draft.endpoints[0]
    assert (endpoint.key, endpoint.singular, endpoint.plural, endpoint.event_free) == (
        "death",
        "death",
        "deaths",
        "alive",
    )


def test_which_of_several_arms_is_compared_is_asked():
    roles = guessed(INVENTED["everything in one arm of three"].columns).draft.roles
    assert (roles.control, roles.treated) == ("Placebo", None)
