"""The Data page on the server: what it tells of an upload, to whom, and what becomes of a mapping."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from hypothesis import given
from hypothesis import strategies as st

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.text.numbers import unify_spaces
from mirodash.trial.build import check
from mirodash.trial.dictionary import Draft
from mirodash.trial.dictionary_toml import parse_dictionary, write_dictionary
from mirodash.trial.infer.infer_dictionary import InferredDictionary, infer_dictionary
from mirodash.trial.readers.files import read_table
from mirodash.trial.store import sample
from mirodash.trial.table import Column, Table
from mirodash.web import data_page, ids
from mirodash.web.data_mapping import (
    MASK,
    describe_columns,
    describe_events,
    describe_upload_columns,
    draft_from,
    drop_identifying,
    field_problems,
    find_identifying,
    form_from,
)
from mirodash.web.data_page import build_loaded_trial
from tests.dashboard.french_trial import DIED, NAME, PEOPLE, french_csv
from tests.dashboard.owners import Owner
from tests.dashboard.renderer import Reader
from tests.panels.views import HTML
from tests.profiles import for_each

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FORM_KEYS = list(form_from(Draft()))
FORMS = JSON | st.dictionaries(st.sampled_from(FORM_KEYS), JSON | st.sampled_from(["days", "Bras"]))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings by which uploads are kept in a folder of their own."""
    return Settings(uploads=tmp_path_factory.mktemp("uploads") / "kept")


@pytest.fixture(scope="module")
def own_app(settings: Settings) -> Dash:
    """Return a dashboard that keeps uploads there."""
    return create_app(settings)


def _table(folder: Path, content: bytes) -> Table:
    path = folder / NAME
    path.write_bytes(content)
    return read_table(path)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Return the French file as it is read."""
    return _table(tmp_path_factory.mktemp("file"), french_csv())


@pytest.fixture
def owner(own_app: Dash, settings: Settings) -> Owner:
    """Return a browser that the dashboard knows, and that brought nothing yet."""
    return Owner(own_app, settings)


@pytest.fixture
def draft(owner: Owner, table: Table) -> str:
    """Return the name of the French file that this browser brought."""
    return owner.uploads().keep(owner.secret, [table])


@pytest.fixture
def wrong(owner: Owner, tmp_path: Path) -> str:
    """Return the name of the same file with three impossible times."""
    return owner.uploads().keep(owner.secret, [_table(tmp_path, french_csv(wrong=True))])


def _open(reader: Reader, draft: str) -> dict[str, Any]:
    return reader.ask(ids.ANSWERED, {"at": 3, "draft": draft, "opens": True})[ids.ANSWERED]


def _check(reader: Reader, draft: str, form: Any) -> dict[str, Any]:
    return reader.ask(ids.ANSWERED, {"at": 4, "draft": draft, "form": form})[ids.ANSWERED]


def _order(reader: Reader, what: str, **more: Any) -> dict[str, Any]:
    return reader.ask(ids.DONE, {"at": 5, "what": what, **more})[ids.DONE]


def test_an_upload_opens_with_everything_that_was_understood(owner: Owner, draft: str):
    told = _open(owner, draft)
    form = told["form"]
    assert told["at"] == 3
    assert (form["id"], form["time"], form["unit"]) == ("Identifiant", "Délai (jours)", "days")
    assert (form["event"], form["event_value"]) == ("Statut vital", "2")
    assert (form["arm"], form["control"], form["treated"]) == ("Bras", "Placebo", "IL-2")
    assert "NfL (pg/mL)" in form["biomarkers"]
    assert told["question"].startswith(f"{DIED} of {PEOPLE} ")
    assert told["usable"]
    assert told["problems"] == []
    assert told["reasons"]["control"]


def test_no_identifier_of_a_participant_leaves_the_server(owner: Owner, draft: str):
    form = _open(owner, draft)["form"]
    for said in (_open(owner, draft), _check(owner, draft, {**form, "id": "", "arm": "Identifiant"})):
        assert "FR-0" not in json.dumps(said)
        masked = said["preview"]["header"].index("Identifiant")
        assert {row[masked] for row in said["preview"]["rows"]} == {MASK}


def test_a_value_that_means_the_event_is_counted_as_it_is_chosen(owner: Owner, draft: str):
    form = _open(owner, draft)["form"]
    told = _check(owner, draft, {**form, "event_value": "1"})
    assert told["question"].startswith(f"{PEOPLE - DIED} of {PEOPLE} ")


def test_nothing_is_left_out_before_the_reader_says_so_and_then_it_is_counted(owner: Owner, wrong: str):
    draft = wrong
    told = _open(owner, draft)
    (problem,) = told["problems"]
    assert (problem["leaves_out"], problem["agreed"], told["usable"]) == ("Délai (jours)", False, False)
    assert problem["tick"] == "Leave these 3 rows out"
    assert told["form"]["leave_out"] == []
    agreed = _check(owner, draft, {**told["form"], "leave_out": ["Délai (jours)"]})
    assert agreed["usable"]
    assert [(each["agreed"], each["tick"]) for each in agreed["problems"]] == [(True, problem["tick"])]
    usable = next(fact for fact in agreed["flow"] if fact["label"] == "With a usable outcome")
    assert (usable["value"], usable["detail"]) == (str(PEOPLE - 3), "3 without")
    assert (agreed["flow"][0]["label"], agreed["flow"][0]["value"]) == ("Outcomes left out", "3")


def test_what_the_reader_changed_is_there_when_the_page_is_loaded_anew(owner: Owner, draft: str):
    form = {**_open(owner, draft)["form"], "title": HTML, "horizon": "500,5", "site": ""}
    _check(owner, draft, form)
    again = _open(owner, draft)["form"]
    assert (again["title"], again["horizon"], again["site"]) == (HTML, "500.5", "")


def test_a_mapping_is_used_reopened_and_deleted(owner: Owner, draft: str):
    form = {**_open(owner, draft)["form"], "title": "Essai de Nîmes"}
    assert _order(owner, "use", draft=draft, form=form)["trial"] == draft
    (own,) = _open(owner, "")["own"]
    assert (own["trial"], own["title"], own["people"]) == (draft, "Essai de Nîmes", f"{PEOPLE} participants")
    page = owner.open(f"?trial={draft}", "/data")
    assert "Essai de Nîmes" in json.dumps(page["page-content"], ensure_ascii=False)
    done = _order(owner, "delete", trial=draft)
    assert "Essai de Nîmes was deleted" in done["said"]
    assert done["own"] == []
    assert draft not in [trial["value"] for trial in done["trials"]]
    assert _open(owner, draft)["gone"] == data_page.NOT_HERE


def test_a_mapping_with_problems_is_not_used(owner: Owner, wrong: str):
    draft = wrong
    form = _open(owner, draft)["form"]
    assert _order(owner, "use", draft=draft, form=form)["problems"] == [data_page.NOT_YET]
    assert [own["opens"] for own in _open(owner, "")["own"] if own["trial"] == draft] == [False]


def test_another_browser_learns_nothing_of_an_upload(
    own_app: Dash, settings: Settings, owner: Owner, draft: str
):
    stranger = Reader(own_app)
    told = _open(stranger, draft)
    assert told["gone"] == data_page.NOT_HERE
    assert "columns" not in told
    assert told["own"] == []
    for what in ("use", "dictionary"):
        assert _order(stranger, what, draft=draft, form={})["problems"] == [data_page.NOT_HERE]
    assert _order(stranger, "delete", trial=draft)["problems"] == [data_page.NOT_HERE]
    known = Owner(own_app, settings)
    _order(known, "delete", trial=draft)
    assert "gone" not in _open(owner, draft)


def test_the_saved_dictionary_makes_the_same_trial_on_the_command_line(
    owner: Owner, draft: str, table: Table
):
    form = {**_open(owner, draft)["form"], "horizon": "480"}
    saved = _order(owner, "dictionary", draft=draft, form=form)
    assert saved["name"] == "essai.toml"
    made = check([table], parse_dictionary(saved["text"], saved["name"])).trial
    shown = check([table], draft_from(form, infer_dictionary([table]))).trial
    assert made is not None
    assert shown is not None
    assert made.fingerprint == shown.fingerprint


def test_the_templates_can_be_had(owner: Owner):
    for kind in ("csv", "toml"):
        saved = _order(owner, f"template-{kind}")
        assert saved["name"] == f"mirodash-template.{kind}"
        assert saved["text"]


@for_each(draft=["own-", "own-AAAAAAAAAAAAAAAAAAAAAA", "../etc", HTML, 7, ["own"], {"a": 1}])
def test_an_upload_that_nobody_made_is_gone(owner: Reader, draft: Any):
    assert _open(owner, draft)["gone"] == data_page.NOT_HERE


@for_each(sent=[None, 7, [], "text", {}, {"what": []}, {"what": "format", "form": 3}])
def test_what_no_page_sends_changes_nothing(owner: Reader, sent: Any):
    done = owner.ask(ids.DONE, sent)
    assert done == {} or done[ids.DONE]["what"] == ""
    told = owner.ask(ids.ANSWERED, sent)
    assert told == {} or "columns" not in told[ids.ANSWERED]


@given(form=FORMS)
def test_any_form_is_a_draft(table: Table, form: object):
    proposal = infer_dictionary([table])
    draft = draft_from(form, proposal)
    assert {type(name) for name in draft.leave_out} <= {str}
    assert all(each.column for each in (*draft.biomarkers, *draft.factors))
    assert draft_from(form_from(draft), InferredDictionary(draft)) == draft
    assert check([table], draft).notices is not None
    assert all(problem.what.endswith(".") for problem in field_problems(form))


def test_an_unchanged_form_is_the_proposal_itself(table: Table):
    proposal = infer_dictionary([table])
    assert draft_from(form_from(proposal.draft), proposal) == proposal.draft
    assert parse_dictionary(write_dictionary(proposal.draft), proposal.draft.file) == proposal.draft


@for_each(text=["soon", "-3", "0", "1e999", "nan", "1,2,3"])
def test_a_horizon_that_is_none_is_a_problem_and_not_forgotten(text: str):
    (problem,) = field_problems({"horizon": text})
    assert problem.part == "horizon"


def test_limits_the_wrong_way_round_are_a_problem():
    sent = {"biomarkers": {"NfL": {"lower": "20", "upper": "3,5"}, "x": {"lower": "many"}}}
    first, second = field_problems(sent)
    assert first.columns == ("NfL",)
    assert second.columns == ("x",)
    assert draft_from(sent, InferredDictionary(Draft())).biomarkers[0].lower_limit is None


def _column(*cells: str) -> Column:
    return Column(cells, tuple(range(2, len(cells) + 2)))


def test_columns_that_say_who_somebody_is_are_masked_whatever_was_chosen():
    names = _column(*(f"Name {k}" for k in range(9)))
    columns = {"who": names, "subject_id": _column("1", "1"), "age": _column(*map(str, range(30, 39)))}
    assert find_identifying(columns, ()) == {"who", "subject_id"}
    assert find_identifying(columns, ("age",)) == {"who", "subject_id", "age"}


def test_a_word_among_measurements_makes_no_identifiers_of_them():
    times = _column(*(str(3 * k) for k in range(20)), "unknown", "lost")
    assert find_identifying({"days": times}, ()) == set()


@for_each(
    case=[
        ("400 participants appear twice: the first in rows 399, 400 and 2.", ""),
        ("Leave these 400 rows out, in row 400.", ""),
        ("Column 'id' holds 399 (400 participants) and 400 (2).", "••• (400 participants) and ••• (2)."),
        ("Column 'id': '400' is not a date.", "'•••' is not a date."),
        ("The arms are 399 and 400.", "The arms are ••• and •••."),
    ]
)
def test_numbers_that_are_identifiers_are_hidden_and_counts_stay(case: tuple[str, str]):
    said, shown = case
    assert drop_identifying(said, ("id",), {"id": _column("399", "400", "2", "2")}).endswith(shown or said)


def test_events_of_rows_that_are_left_out_are_not_counted(owner: Owner, tmp_path: Path):
    text = "id,days,died,arm\n" + "".join(
        f"P{k // 2},{5 + k},{k % 3 // 2},{'AB'[k // 2 % 2]}\n" for k in range(40)
    )
    upload = owner.uploads().keep(owner.secret, [_table(tmp_path, text.encode())])
    form = {**_open(owner, upload)["form"], "event_value": "1", "control": "A"}
    assert _check(owner, upload, form)["question"].startswith("13 of 40 died")
    told = _check(owner, upload, {**form, "leave_out": ["id"]})
    (events_told,) = [fact for fact in told["flow"] if fact["label"] == "Events"]
    assert told["question"].startswith(f"{events_told['value']} of 20 died")


def test_no_participant_column_is_taken_where_the_reader_chose_none(owner: Owner, tmp_path: Path):
    twice = "id,days,died,arm\n" + "".join(
        f"P{k // 2},{5 + k},{k % 3 // 2},{'AB'[k % 2]}\n" for k in range(40)
    )
    upload = owner.uploads().keep(owner.secret, [_table(tmp_path, twice.encode())])
    form = {**_open(owner, upload)["form"], "event_value": "1", "control": "A"}
    assert form["id"] == "id"
    assert not _check(owner, upload, form)["usable"]
    told = _check(owner, upload, {**form, "id": ""})
    assert (told["usable"], told["flow"][0]["value"]) == (True, "40")
    draft = draft_from({**form, "id": ""}, infer_dictionary([_table(tmp_path, twice.encode())]))
    assert parse_dictionary(write_dictionary(draft), "twice.toml").roles.id == ""


@for_each(part=["time", "event", "arm"])
def test_a_field_that_was_cleared_is_asked_for_whatever_columns_are_called(
    owner: Owner, tmp_path: Path, part: str
):
    lines = ["id,days,died,arm"] + [f"P{i},{i},{i % 2},{'AB'[i % 3 % 2]}" for i in range(1, 41)]
    upload = owner.uploads().keep(owner.secret, [_table(tmp_path, "\n".join(lines).encode())])
    form = {**_open(owner, upload)["form"], "event_value": "1", "control": "A", "treated": "B"}
    assert _check(owner, upload, form)["usable"]
    cleared = _check(owner, upload, {**form, part: ""})
    assert not cleared["usable"]
    assert [problem["part"] for problem in cleared["problems"]].count(part) == 1


def test_two_problems_of_one_column_are_agreed_to_with_one_tick(owner: Owner, tmp_path: Path):
    text = french_csv(wrong=True).decode("cp1252").replace(";612;", ";soon;").replace(";575;", ";later;")
    upload = owner.uploads().keep(owner.secret, [_table(tmp_path, text.encode("cp1252"))])
    opened = _open(owner, upload)
    column = [each["tick"] for each in opened["problems"] if each["leaves_out"] == "Délai (jours)"]
    assert column == ["", "Leave all these rows out"]
    told = _check(owner, upload, {**opened["form"], "leave_out": ["Délai (jours)"]})["problems"]
    agreed = [each for each in told if each["leaves_out"]]
    assert [(each["agreed"], each["tick"]) for each in agreed] == [(True, tick) for tick in column]


@for_each(
    case=[
        (("0", "1", "1.0", ""), "1", (2, 3, 1)),
        (("0", "1", "0"), "0", (2, 3, 0)),
        (("Yes", "no"), "yes", (1, 2, 0)),
    ]
)
def test_events_are_counted_as_they_are_read(case: tuple[tuple[str, ...], str, tuple[int, ...]]):
    cells, value, counted = case
    assert describe_events(_column(*cells), (value,)) == counted


def test_of_several_adam_endpoints_only_the_chosen_one_counts():
    adtte = Table(
        "adtte",
        {
            "USUBJID": _column("a", "a", "b", "b"),
            "PARAMCD": _column("OS", "PFS", "OS", "PFS"),
            "AVAL": _column("1", "2", "3", "4"),
            "CNSR": _column("0", "0", "1", "0"),
        },
    )
    assert describe_upload_columns([adtte], "OS")["CNSR"].cells == ("0", "1")
    assert len(describe_upload_columns([adtte], "nothing")["CNSR"].cells) == 4


@for_each(("words", "kind"), [(0, "numbers"), (8, "numbers"), (9, "levels")])
def test_a_few_words_among_numbers_do_not_hide_how_they_are_distributed(words: int, kind: str):
    cells = ("NC",) * words + tuple(str(100 + 7 * k) for k in range(40 - words))
    (told,) = describe_columns({"marker": Column(cells, tuple(range(2, 42)))}, masked=())
    assert told["kind"] == kind
    if kind == "numbers":
        assert told["bars"]
        assert ("8 not numeric" in told["said"]) == (words == 8)


def test_further_endpoints_are_listed_left_out_and_put_first(owner: Owner, tmp_path: Path):
    rows = ["id,arm,os_months,os_event,pfs_months,pfs_event,crp"]
    rows += [
        f"P{k},{('Placebo', 'Drug')[k % 2]},{5 + k % 23},{k % 3 > 0:d},{3 + k % 23},{k % 4 > 0:d},{k % 31}"
        for k in range(40)
    ]
    draft = owner.uploads().keep(owner.secret, [_table(tmp_path, "\n".join(rows).encode())])
    opened = _open(owner, draft)
    said = "Progression-free survival: 'pfs_months' with 'pfs_event' (30 of 40 had the event)"
    assert [(each["key"], each["said"]) for each in opened["endpoints"]] == [("pfs", said)]
    form = opened["form"]
    assert [picture["kind"] for picture in opened["pictures"]] == ["bars", "bars", "curves"]
    assert _check(owner, draft, form | {"arm": ""})["pictures"] == []

    without = _check(owner, draft, form | {"unwanted_endpoints": ["pfs"]})
    assert without["usable"]
    assert [each["key"] for each in without["endpoints"]] == ["pfs"]
    assert _open(owner, draft)["form"]["unwanted_endpoints"] == ["pfs"]
    assert (
        "endpoints.pfs"
        not in _order(owner, "dictionary", draft=draft, form=_open(owner, draft)["form"])["text"]
    )

    swapped = form | {"time": "pfs_months", "event": "pfs_event"}
    assert [each["key"] for each in _check(owner, draft, swapped)["endpoints"]] == ["death"]
    text = _order(owner, "dictionary", draft=draft, form=swapped)["text"]
    assert [e.key for e in parse_dictionary(text, "trial.toml").endpoints] == ["pfs", "death"]


def _texts(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def test_the_page_tells_how_every_column_of_the_trial_was_understood(min_cell: Callable[[int], Any]):
    trial = min_cell(0)
    text = _texts(build_loaded_trial(trial))
    words = trial.dictionary
    for column in (*words.biomarkers, *words.factors):
        assert column.column in text
    assert trial.fingerprint in text
    assert all(notice in text for notice in trial.notices)


def test_what_is_loaded_tells_no_small_count(min_cell: Callable[[int], Any]):
    assert "6 without" in _texts(build_loaded_trial(min_cell(0)))
    text = _texts(build_loaded_trial(min_cell(10)))
    assert "6 without" not in text
    assert "214" not in text
    assert "6 of 220" not in text


@pytest.fixture
def min_cell() -> Callable[[int], Any]:
    """Return a function that gives the built-in trial, told down to so many participants."""
    return lambda number: replace(sample("mirocals"), min_cell=number)


def test_a_file_larger_than_the_pieces_in_which_it_comes_is_taken(own_app: Dash, table: Table):
    reader = Reader(own_app)
    content = french_csv().replace(b"IL-2", b"IL-2" + b"x" * 3_000)
    sent = {"file": (io.BytesIO(content), NAME)}
    reply = reader.client.post("/uploads", data=sent, headers={"X-MiroDash": "upload"})
    assert reply.status_code == 200
    assert _open(reader, reply.get_json()["trial"])["size"].startswith(f"{len(table)} rows")


def _measured(folder: Path) -> list[Table]:
    """The French file with repeated measurements of its participants, some of them in a file of their own."""
    files = [folder / name for name in ("people.csv", "visits.csv")]
    people = "".join(
        f"P{k},{('Placebo', 'Drug')[k % 2]},{100 + 7 * k},{k % 3 % 2},"
        f"{40 - k % 9},{38 - k % 7},{35 - k % 5}\n"
        for k in range(24)
    )
    files[0].write_text(f"id,arm,days,died,fvc_m0,fvc_m3,fvc_m6\n{people}", encoding="utf-8")
    visits = "".join(f"P{k},{t},score,{40 - k % 5 - t}\n" for k in range(24) for t in (0, 3, 6))
    files[1].write_text(f"id,time,measure,value\n{visits}nobody,0,score,7\n", encoding="utf-8")
    return [read_table(file) for file in files]


def test_measurements_of_a_file_of_their_own_are_told_and_corrected(owner: Owner, tmp_path: Path):
    draft = owner.uploads().keep(owner.secret, _measured(tmp_path))
    opened = _open(owner, draft)
    form = opened["form"]
    assert form["measurements"] == {
        "score": {
            "used": True,
            "label": "",
            "unit": "",
            "direction": "",
            "kind": "function",
            "time_unit": "",
        }
    }
    told = opened["measured"]["measures"]["score"]
    assert told["source"] == "from 'visits.csv'"
    assert told["said"] == "72 values of 24 participants, day 0 to day 6"
    assert "1 row of participants who are not in the trial" in opened["measured"]["rows"][0]
    assert opened["size"].startswith("24 rows")  # those of participants
    form["measurements"]["score"] |= {
        "label": "Function score",
        "unit": "points",
        "direction": "higher",
        "time_unit": "months",
    }
    changed = _check(owner, draft, form)
    assert changed["measured"]["measures"]["score"]["said"].endswith("day 0 to day 183")
    text = _order(owner, "dictionary", draft=draft, form=form)["text"]
    (saved,) = parse_dictionary(text, "people.toml").measurements
    assert (saved.label, saved.unit, saved.direction, saved.time_unit) == (
        "Function score",
        "points",
        "higher",
        "months",
    )
    _order(owner, "use", draft=draft, form=form)
    assert list(owner.uploads().trial(owner.secret, draft).series) == ["score"]
    form["measurements"]["score"]["used"] = False
    assert _check(owner, draft, form)["measured"]["measures"]["score"]["said"] == "no value is used"


def test_columns_of_visits_are_told_and_their_unit_can_be_corrected(owner: Owner, tmp_path: Path):
    people = _measured(tmp_path)[0]
    draft = owner.uploads().keep(owner.secret, [people])
    opened = _open(owner, draft)
    form = opened["form"]
    assert form["measurements"]["fvc"]["time_unit"] == "months"
    told = opened["measured"]["measures"]["fvc"]
    assert told["source"] == "from 3 columns, 'fvc_m0' to 'fvc_m6'"
    assert told["said"].endswith("day 0 to day 183")
    form["measurements"]["fvc"]["time_unit"] = "weeks"
    assert _check(owner, draft, form)["measured"]["measures"]["fvc"]["said"].endswith("day 0 to day 42")


@for_each(
    sent=[
        {"score": 7},
        {"score": {"direction": "sideways", "kind": 3, "time_unit": "fortnights", "used": "maybe"}},
        {"other": {"used": False}},
        [],
        None,
    ]
)
def test_fields_of_measurements_that_mean_nothing_change_nothing(sent: Any, tmp_path: Path):
    proposal = infer_dictionary(_measured(tmp_path))
    form = form_from(proposal.draft) | {"measurements": sent}
    (measure,) = draft_from(form, proposal).measurements
    assert (measure.used, measure.direction, measure.time_unit, measure.kind) == (True, None, None, None)


def test_small_counts_of_measurements_are_not_told(tmp_path: Path):
    tables = _measured(tmp_path)
    app = create_app(Settings(uploads=tmp_path / "kept", min_cell=30))
    owner = Owner(app, Settings(uploads=tmp_path / "kept", min_cell=30))
    draft = owner.uploads().keep(owner.secret, tables)
    opened = _open(owner, draft)
    said = unify_spaces(opened["measured"]["measures"]["score"]["said"])
    assert said == "72 values of < 30 participants, day 0 to day 6"
    assert opened["measured"]["rows"] == []
