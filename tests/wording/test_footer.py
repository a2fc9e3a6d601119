"""What is taken away says how many, how, how far to trust it, from which data, by what and when."""

from __future__ import annotations

from datetime import date
from typing import Any

from mirodash import __version__
from mirodash.questions.talk.view_description import (
    describe_exploratory_status,
    describe_footer,
    describe_source,
    format_date,
)
from mirodash.stratification.groups import assign_groups
from mirodash.stratification.selection import Declaration, LevelFilter, Selection
from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from tests.panels.views import DEGENERATE, HTML, KINDS, LONG, TRIALS, of_size
from tests.profiles import for_each
from tests.small_trials import RELAPSE

MIROCALS, GBSG2 = sample("mirocals"), sample("gbsg2")
TODAY = date(2026, 11, 22)
SHORT_PLAN = Declaration((3700.0,), "SAP 2.1", "2017-04-12")
TWO_LINES = 160
"""Characters in two lines of 24 pixels that are 880 wide, at 11 pixels a character."""


def parts(trial: Trial = MIROCALS, method: str = "Kaplan–Meier, Cox", **chosen: Any) -> list[str]:
    """Return the parts of a footer."""
    return describe_footer(trial, Selection(**chosen), method=method, on=TODAY).split(" · ")


def test_it_says_how_many_how_how_far_from_what_by_what_and_when():
    assert parts() == [
        "n = 220, 90 deaths",
        "Kaplan–Meier, Cox",
        "exploratory",
        "SYNTHETIC",
        f"MiroDash {__version__}",
        f"data {MIROCALS.fingerprint[7:15]}",
        "22 November 2026",
    ]


def test_it_counts_whoever_is_shown():
    told = describe_footer(MIROCALS, Selection(), method="", on=TODAY, shown=(46, 1))
    assert told.startswith("n = 46, 1 death · exploratory")


@for_each("name", KINDS)
def test_synthetic_is_there_exactly_where_it_is_true(name: str):
    assert ("SYNTHETIC" in parts(TRIALS[name])) == TRIALS[name].dictionary.synthetic


def test_who_was_selected_is_said():
    told = parts(filters=(LevelFilter("sex", ("F",)),), sites=("FR-01", "FR-02"))
    n = assign_groups(
        MIROCALS, Selection(filters=(LevelFilter("sex", ("F",)),), sites=("FR-01", "FR-02"))
    ).everyone
    assert told[0].startswith(f"n = {n.sum()}, ")
    assert told[1] == "FR-01, FR-02; Sex: female"
    assert MIROCALS.site is not None
    assert parts(sites=MIROCALS.site.names) == parts()
    assert parts(sites=MIROCALS.site.names[1:])[1] == "16 of 17 sites"
    assert parts(sites=())[1] == "0 of 17 sites"


def test_a_declaration_stands_alone_only_where_the_overall_result_is_established_and_nobody_was_selected():
    own = Declaration((20.0,), "SAP 2.1", "2017-04-12")
    assert describe_exploratory_status(GBSG2, Selection(declared=own)) == "declared in SAP 2.1, 12 April 2017"
    women = Selection(declared=own, filters=(LevelFilter("menostat", ("Post",)),))
    assert describe_exploratory_status(GBSG2, women) == "declared in SAP 2.1, 12 April 2017; exploratory"
    assert describe_exploratory_status(MIROCALS, Selection(declared=SHORT_PLAN)).endswith("; exploratory")


def test_a_declaration_from_which_the_threshold_was_moved_does_not_stand():
    assert (
        describe_exploratory_status(MIROCALS, Selection(declared=SHORT_PLAN, thresholds=(3000.0,)))
        == "exploratory"
    )
    assert describe_exploratory_status(GBSG2, Selection()) == "exploratory"


@for_each("document", ["SAP 2.1", "Protocol 3.0"])
def test_it_fits_two_lines_in_usual_cases(document: str):
    declared = Declaration((3700.0,), document, "2017-04-12")
    for method in ("Kaplan–Meier, Cox", "Cox with spline", "search-corrected p"):
        for chosen in ({}, {"declared": declared}, {"sites": ("FR-01", "FR-02")}):
            assert len(describe_footer(MIROCALS, Selection(**chosen), method=method, on=TODAY)) <= TWO_LINES


def test_names_of_any_length_and_kind_leave_one_line():
    endless = Declaration((3700.0,), "Plan\n" + "x" * 190, "2017-04-12")
    told = describe_footer(MIROCALS, Selection(declared=endless), method="a\nb", on=TODAY)
    assert "declared in Plan xxxxxxxxxxxxxx…, 12 April 2017" in told
    assert "\n" not in told
    assert len(told) <= TWO_LINES + 10
    site = describe_footer(DEGENERATE["names without end"], Selection(sites=(LONG,)), method="", on=TODAY)
    assert len(site) < TWO_LINES
    assert HTML not in describe_footer(DEGENERATE["names that are markup"], Selection(), method="", on=TODAY)


def test_one_event_is_one_and_the_endpoint_names_it():
    assert parts(TRIALS["one event"])[0] == "n = 40, 1 death"
    relapses = of_size(40, endpoints=(RELAPSE,), event=[0] * 40)
    assert parts(relapses)[0] == "n = 40, 0 events"


def test_the_source_opens_the_same_view_of_the_same_data():
    chosen = Selection(thresholds=(3000.0, 1500.0), unit="months", sites=("FR-01",))
    query, fingerprint = describe_source(MIROCALS, chosen).split(" · ")
    assert fingerprint == MIROCALS.fingerprint
    assert query.startswith("?")
    assert (
        assign_groups(MIROCALS, Selection.from_query(query)).codes.tolist()
        == assign_groups(MIROCALS, chosen).codes.tolist()
    )
    assert describe_source(MIROCALS, Selection(thresholds=(3700.0,))) == (
        f"?trial=mirocals · {MIROCALS.fingerprint}"
    )


def test_a_date_is_written_out():
    assert format_date(date(2027, 2, 1)) == "1 February 2027"
