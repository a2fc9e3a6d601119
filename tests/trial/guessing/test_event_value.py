"""Which value means the event: words, codes, names that say alive or censored, and when to ask."""

from __future__ import annotations

from mirodash.trial.infer.columns import Profile
from mirodash.trial.infer.endpoint import Meaning, infer_event_value
from mirodash.trial.table import Column
from tests.profiles import for_each
from tests.trial.guessing.judging import guessed


def profile(name: str, cells: list[str]) -> Profile:
    return Profile(name, Column(tuple(cells), tuple(range(2, len(cells) + 2))))


def meaning(name: str, cells: list[str], times: list[str] | None = None) -> Meaning:
    return infer_event_value(profile(name, cells), profile("time", times) if times else None)


@for_each(
    ("name", "values", "event"),
    [
        ("status", ("0", "1"), "1"),
        ("status", ("1", "2"), "2"),
        ("status", ("1.0", "2.0"), "2"),
        ("died", ("false", "true"), "true"),
        ("décès", ("Non", "Oui"), "Oui"),
        ("décès", ("n", "o"), "o"),
        ("dead", ("N", "Y"), "Y"),
        ("vivant", ("0", "1"), "0"),
        ("vivant", ("oui", "non"), "non"),
        ("alive", ("no", "yes"), "no"),
        ("vital status", ("Alive", "Dead"), "Dead"),
        ("statut vital", ("vivant", "décédée"), "décédée"),
        ("alive", ("alive", "dead"), "dead"),
        ("OS_STATUS", ("0:LIVING", "1:DECEASED"), "1:DECEASED"),
        ("statut", ("en cours", "censuré"), "en cours"),
        ("relapse", ("no relapse", "relapse"), "relapse"),
        ("issue", ("pas d'événement", "oui, à J12"), "oui, à J12"),
        ("censored", ("0", "1"), None),
        ("is_censored", ("0", "1"), None),
        ("OS_CNSR", ("0", "1"), None),
        ("censurée", ("non", "oui"), "non"),
        ("CNSR", ("0", "1"), "0"),
        ("survived", ("0", "1"), "0"),
        ("en vie", ("non", "oui"), "non"),
        ("DTHFL", ("N", "Y"), "Y"),
        ("uncensored", ("0", "1"), "1"),
        ("event_free", ("0", "1"), None),
        ("sans récidive", ("0", "1"), None),
        ("not_censored", ("0", "1"), None),
        ("dead_or_alive", ("0", "1"), None),
        ("status", ("A", "B"), None),
        ("status", ("0", "2"), None),
        ("status", ("3", "4"), None),
    ],
)
def test_the_event_is_read_from_the_values_and_the_name(
    name: str, values: tuple[str, str], event: str | None
):
    cells = [values[i % 3 == 0] for i in range(30)]
    assert meaning(name, cells).value == event
    assert meaning(name, cells[::-1]).value == event


@for_each("event", ["0", "1"])
def test_an_indicator_of_censoring_is_asked_about_with_who_was_followed_longer(event: str):
    other = "1" if event == "0" else "0"
    cells = [event if i % 2 else other for i in range(40)]
    times = [str(100 + i) if i % 2 else str(500 + i) for i in range(40)]
    answer = meaning("cens", cells, times)
    assert answer.value is None
    assert f"Those with {other} were followed longer, as the censored often are." in answer.reason


def test_an_indicator_of_censoring_is_asked_for_where_times_do_not_tell():
    cells = ["0", "1"] * 20
    assert meaning("cens", cells, [str(i) for i in range(40)]).value is None
    assert meaning("cens", cells).value is None
    assert "which one censored?" in meaning("cens", cells).reason


def test_a_status_by_which_the_dead_were_followed_longer_is_asked_about():
    cells, times = ["0", "1"] * 20, ["10", "20"] * 20
    assert meaning("vital_status", cells, times).value is None
    assert "yet these were followed longer" in meaning("vital_status", cells, times).reason
    assert meaning("vital_status", cells, times[::-1]).value == "1"
    assert meaning("died", cells, times).value == "1"
    assert meaning("died", cells, times).reason.endswith("; please check.")


def test_reasons_for_censoring_are_no_competing_events():
    answer = guessed(
        {"days": [str(7 * i) for i in range(40)], "CNSR": ["0", "1", "2", "3"] * 10, "arm": ["A", "B"] * 20}
    )
    (endpoint,) = answer.draft.endpoints
    assert (endpoint.event, endpoint.event_value) == ("CNSR", "0")
    assert answer.reasons["event"] == "0 is the event in ADaM, and the others say why not: 10 of 40 are 0."


def test_a_measurement_called_like_an_event_is_no_competing_event():
    columns = {"days": [str(7 * i) for i in range(40)], "progrec": [str(3 * i) for i in range(40)]}
    answer = guessed(columns | {"cens": ["0", "1"] * 20})
    assert "progrec" not in answer.reasons["event"]


def test_one_value_is_asked_about_with_its_count():
    answer = meaning("status", ["1"] * 7 + [""] * 5)
    assert answer == Meaning(
        None, "It holds nothing but 1 (7), and is empty in 5 rows: does it mean the event?"
    )


def test_a_flag_of_death_is_the_event_and_empty_none():
    answer = meaning("died", ["1"] * 7 + [""] * 5)
    assert answer.value == "1"
    assert answer.reason.endswith("1 is taken for the event and empty for none; please check.")


def test_three_values_are_competing_events():
    answer = meaning("status", ["0", "1", "2", "0"])
    assert answer.value is None
    assert (
        answer.reason
        == "'status' holds 0 (2), 1 (1) and 2 (1), perhaps competing events: which of them mean the event?"
    )


def test_many_values_are_counted():
    assert "holds 20 different values instead of two" in meaning("status", [str(i) for i in range(20)]).reason
