"""Whatever a file holds, there is a proposal; and an ADaM study is proposed with death before the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mirodash.trial.build import check
from mirodash.trial.dictionary import Draft
from mirodash.trial.infer.infer_dictionary import infer_dictionary
from mirodash.trial.readers.files import read_table
from mirodash.trial.table import Column, Table
from tests.profiles import for_each, share_of_examples
from tests.trial.drafts import HOSTILE
from tests.trial.guessing.judging import guessed, table_of

NAMES = (
    "time", "T", "durée", "status", "DÉCÈS", "deces", "décès", "vivant", "cens", "arm", "bras", "Arm ",
    "id", "ID",
    "site", "pays", "NfL (pg/mL)", "start", "stop", "os_time", "os_event", "USUBJID", "AVAL", "CNSR",
    "PARAMCD",
    "PARAM", "TRT01P", "", " ", "_", "__", "µ", "(days)", "age",
)  # fmt: skip
CELLS = (
    "", "0", "1", "2", "-1", "1e308", "inf", "-inf", "1_000", "<15.6", "<LLOQ", ">", "<", "< ",
    ">9e999", "oui", "non",
    "mort", "vivant", "placebo", "no event", "2014-01-02", "31/12/2014", "1.5", "+", "-", ".", "e",
    "1e", "٣", "²",
)  # fmt: skip


def hostile_tables() -> st.SearchStrategy[Table]:
    names = st.sampled_from(NAMES + HOSTILE) | st.text(max_size=8)
    cells = st.sampled_from(CELLS) | st.sampled_from(HOSTILE) | st.text(max_size=6)
    column = st.tuples(st.lists(cells, min_size=0, max_size=4).filter(bool), st.booleans())

    def built(content: dict[str, tuple[list[str], bool]], rows: int, name: str) -> Table:
        columns = {
            key: Column(
                tuple(few[i * 7 % len(few)] for i in range(rows)), tuple(range(2, rows + 2)), "", text
            )
            for key, (few, text) in content.items()
        }
        return Table(name, columns)

    return st.builds(
        built,
        st.dictionaries(names, column, max_size=8),
        st.integers(0, 30),
        st.sampled_from(("a.csv", "", *HOSTILE)),
    )


@share_of_examples(0.6)
@given(st.lists(hostile_tables(), max_size=3), st.none() | st.text(max_size=4))
def test_there_is_a_proposal_whatever_the_tables_hold(tables: list[Table], param: str | None):
    answer = infer_dictionary(tables, param)
    columns = {name for table in tables for name in table.columns}
    roles = answer.draft.roles
    named = {roles.id, roles.arm, roles.site, roles.country, roles.time, roles.event} - {None}
    named |= {b.column for b in answer.draft.biomarkers} | {f.column for f in answer.draft.factors}
    assert named <= columns
    assert all(0 < len(reason) < 2_000 for reason in answer.reasons.values())


@share_of_examples(0.5)
@given(hostile_tables())
def test_no_column_plays_two_parts(table: Table):
    draft = infer_dictionary([table]).draft
    roles = draft.roles
    parts = [roles.id, roles.arm, roles.site, roles.country, roles.time, roles.event]
    parts += [name for endpoint in draft.endpoints for name in (endpoint.time, endpoint.event)]
    played = [name for name in parts if name is not None]
    assert len(played) == len(set(played))
    assert {b.column for b in draft.biomarkers}.isdisjoint(played)
    assert {f.column for f in draft.factors}.isdisjoint(played)


@for_each("cells", [["", "0"], ["1", "0"], ["0", "0"]])
def test_what_could_be_time_and_event_is_the_event(cells: list[str]):
    draft = guessed({"time": ["", ""], "os_event": cells}).draft
    assert (draft.roles.time, draft.roles.event, draft.endpoints) == (None, "os_event", ())


def test_no_file_is_no_proposal():
    assert infer_dictionary([]).draft == Draft()


@for_each("rows", [1, 2, 220])
def test_empty_columns_are_nothing(rows: int):
    answer = guessed({name: [""] * rows for name in ("id", "time", "status", "arm", "crp_mg_l")})
    assert (answer.draft.endpoints, answer.draft.roles.arm, answer.draft.biomarkers) == ((), None, ())
    assert "looks like the time" in answer.reasons["time"]


def test_a_number_without_end_identifies_nobody_in_two_files():
    people, arms = [f"P{i}" for i in range(12)], ["placebo", "drug"] * 6
    endless = [*(str(i) for i in range(11)), "inf"]
    first = table_of({"patient": people, "arm": arms, "assay": endless})
    second = table_of({"patient": people, "assay": endless}, "lab.csv")
    assert infer_dictionary([first, second]).draft.roles.id == "patient"


def test_names_that_are_the_same_without_accents_are_two_columns():
    days = [str(10 * i) for i in range(1, 41)]
    flags = ["1" if i % 3 else "0" for i in range(40)]
    answer = guessed({"décès": flags, "deces": ["0"] * 40, "délai": days, "delai": [""] * 40})
    endpoint = answer.draft.endpoints[0]
    assert (endpoint.time, endpoint.event) == ("délai", "décès")


def test_of_two_thousand_columns_the_roles_are_found_and_some_biomarkers():
    rows = 30
    columns = {f"gene_{i}": [f"{(i * j) % 97 / 7:.3f}" for j in range(rows)] for i in range(1_995)}
    columns |= {
        "id": [f"P{j}" for j in range(rows)],
        "arm": ["placebo" if j % 2 else "drug" for j in range(rows)],
        "days": [str(9 * j + 3) for j in range(rows)],
        "died": ["1" if j % 3 else "0" for j in range(rows)],
        "nfl_pg_ml": ["<2" if j == 5 else str(3 + j * 37 % 60) for j in range(rows)],
    }
    answer = infer_dictionary([table_of(columns)])
    assert (answer.draft.endpoints[0].time, answer.draft.endpoints[0].event) == ("days", "died")
    assert answer.draft.biomarkers[0].column == "nfl_pg_ml"
    assert len(answer.draft.biomarkers) == len(answer.draft.factors) == 60
    assert check([table_of(columns)], answer.draft).problems == ()


def study(folder: Path) -> tuple[Table, Table]:
    return read_table(folder / "adsl.xpt"), read_table(folder / "adtte.xpt")


def test_an_adam_pair_is_a_trial_once_the_treated_arm_is_said(cdisc_pilot: Path):
    adsl, adtte = study(cdisc_pilot)
    answer = infer_dictionary([adsl, adtte])
    (problem,) = check([adsl, adtte], answer.draft).problems
    assert problem.part == "treated"
    roles = replace(answer.draft.roles, treated="Xanomeline High Dose")
    checked = check([adsl, adtte], replace(answer.draft, roles=roles))
    assert checked.problems == ()
    assert checked.trial is not None
    assert (checked.trial.dictionary.control, checked.trial.dictionary.treated) == (
        "Placebo",
        "Xanomeline High Dose",
    )
    assert checked.trial.participants == 254
    assert {param for param, _ in answer.parameters} == set(adtte.columns["PARAMCD"].known())


def test_the_order_of_the_two_files_does_not_matter(cdisc_pilot: Path):
    adsl, adtte = study(cdisc_pilot)
    assert infer_dictionary([adsl, adtte]) == infer_dictionary([adtte, adsl])


def test_the_events_of_a_study_are_counted_in_adtte(cdisc_pilot: Path):
    adsl, adtte = study(cdisc_pilot)
    events = adtte.columns["CNSR"].cells.count("0")
    assert (
        infer_dictionary([adsl, adtte]).reasons["event"] == f"CNSR 0 is the event in ADaM: {events} of 254."
    )


def test_adsl_alone_asks_for_the_time(cdisc_pilot: Path):
    answer = infer_dictionary([study(cdisc_pilot)[0]])
    assert (answer.draft.roles.id, answer.draft.roles.arm) == ("USUBJID", "TRT01P")
    assert answer.draft.endpoints == ()


def adtte_of(*params: tuple[str, str], n: int = 20) -> Table:
    rows = [(code, name, i) for code, name in params for i in range(n)]
    return table_of(
        {
            "USUBJID": [f"U-{i}" for _, _, i in rows],
            "TRTP": ["Placebo" if i % 2 else "Drug" for _, _, i in rows],
            "PARAMCD": [code for code, _, _ in rows],
            "PARAM": [name for _, name, _ in rows],
            "AVAL": [str(i + 1) for _, _, i in rows],
            "CNSR": ["0" if i % 4 else "1" for _, _, i in rows],
            "AGE": [str(40 + i) for _, _, i in rows],
        },
        "adtte.csv",
    )


def test_death_is_proposed_before_other_endpoints():
    table = adtte_of(("PFS", "Progression-Free Survival (months)"), ("OS", "Overall Survival (months)"))
    answer = infer_dictionary([table])
    assert answer.parameters == (
        ("PFS", "Progression-Free Survival (months)"),
        ("OS", "Overall Survival (months)"),
    )
    assert answer.draft.roles.param == "OS"
    assert answer.draft.endpoints[0].label == "Overall Survival"
    assert answer.draft.endpoints[0].unit == "months"
    assert check([table], answer.draft).problems == ()


def test_the_first_endpoint_is_proposed_where_none_is_death():
    answer = infer_dictionary(
        [adtte_of(("TTP", "Time to progression (days)"), ("TTR", "Time to relapse (days)"))]
    )
    assert answer.draft.roles.param == "TTP"


def test_another_endpoint_can_be_asked_for():
    table = adtte_of(("PFS", "Progression-Free Survival (months)"), ("OS", "Overall Survival (months)"))
    answer = infer_dictionary([table], "PFS")
    assert (answer.draft.roles.param, answer.draft.endpoints[0].key) == ("PFS", "pfs")
    assert infer_dictionary([table], "nonsense").draft == infer_dictionary([table]).draft


def test_two_files_that_are_no_study_are_taken_by_the_first():
    columns = {"time": [str(i) for i in range(20)], "status": ["0", "1"] * 10}
    one, other = table_of(columns), table_of({"x": ["1"] * 20})
    assert infer_dictionary([one, other]).draft == replace(infer_dictionary([one]).draft)
