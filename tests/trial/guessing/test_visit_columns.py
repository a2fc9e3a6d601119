"""Columns that hold one visit each become a measurement over time, and nothing else does."""

from __future__ import annotations

from mirodash.trial.build import check
from mirodash.trial.dictionary import Answers, Draft, Roles
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from mirodash.trial.infer.infer_dictionary import infer_dictionary
from mirodash.trial.infer.visit_columns import infer_visit_columns
from mirodash.trial.table import Column, Table
from tests.profiles import for_each

NAMES = ("alsfrs_m0", "alsfrs_m3", "alsfrs_m12")
PEOPLE = 24


def table(*names: str, values: int = 9) -> Table:
    """Participants with both arms, an outcome, and these columns of so many different values."""
    columns = {
        "id": tuple(f"P-{k}" for k in range(PEOPLE)),
        "arm": tuple(("drug", "placebo")[k % 2] for k in range(PEOPLE)),
        "days": tuple(str(30 + (37 * k) % 600) for k in range(PEOPLE)),
        "died": tuple(str(k % 3 % 2) for k in range(PEOPLE)),
        "age": tuple(str(40 + (7 * k) % 31) for k in range(PEOPLE)),
    }
    for place, name in enumerate(names):
        columns[name] = tuple(str(40 - 2 * place - (5 * k) % values) for k in range(PEOPLE))
    return Table(
        "wide", {name: Column(cells, tuple(range(2, PEOPLE + 2))) for name, cells in columns.items()}
    )


def test_they_are_one_measurement_with_their_times_and_the_page_has_it() -> None:
    (draft,) = infer_dictionary([table(*NAMES)]).draft.measurements
    assert (draft.key, draft.visits_unit) == ("alsfrs", "months")
    assert draft.columns == (("alsfrs_m0", 0.0), ("alsfrs_m3", 3.0), ("alsfrs_m12", 12.0))
    checked = check([table(*NAMES)], Draft(), Roles(time_unit="days"), Answers())
    assert checked.trial is not None
    assert checked.trial.series["alsfrs"].value.size == 3 * PEOPLE
    assert any("are taken as visits of 'alsfrs', in months" in notice for notice in checked.notices)


@for_each(
    "names",
    [
        ("alsfrs_m0", "alsfrs_m3"),
        ("visit1", "visit2", "visit3"),
        ("alsfrs_m0", "svc_m3", "crp_m6"),
        ("alsfrs0", "alsfrs3", "alsfrs6"),
    ],
)
def test_too_few_columns_other_names_and_events_are_none(names: tuple[str, ...]) -> None:
    assert infer_dictionary([table(*names)]).draft.measurements == ()
    assert infer_visit_columns(table("dead_m3", "dead_m6", "dead_m9", values=1), ()) == ()


def test_ignored_visits_are_left_out_and_the_proposal_can_be_saved() -> None:
    inferred = infer_dictionary([table(*NAMES, "alsfrs_m18")], answers=Answers(ignore=("alsfrs_m18",)))
    assert [name for name, _ in inferred.draft.measurements[0].columns] == list(NAMES)
    saved = parse_dictionary(write_dictionary(inferred.draft), "wide.toml")
    assert saved.measurements[0].columns == inferred.draft.measurements[0].columns
