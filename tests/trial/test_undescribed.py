"""Without a dictionary: what looks like a biomarker or a factor, and what is left out and said so."""

from __future__ import annotations

from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Answers, Roles
from tests.trial.small_files import Rows, Write, only_problem_of


def test_numbers_are_biomarkers_and_factors_few_values_are_categories(write: Write, rows: Rows):
    more = [row | {"grade": str(i % 5), "age": str(40.5 + i % 30)} for i, row in enumerate(rows)]
    dictionary = read_trial([write(more)]).dictionary
    assert [b.column for b in dictionary.biomarkers] == ["marker", "age"]
    assert [(f.column, f.kind) for f in dictionary.factors] == [
        ("marker", "numeric"),
        ("sex", "category"),
        ("grade", "category"),
        ("age", "numeric"),
    ]
    assert dictionary.factors[2].levels == tuple((str(i), str(i)) for i in range(5))
    assert dictionary.biomarkers[1].decimals == 1


def test_the_scale_is_logarithmic_when_values_spread_over_more_than_a_decade(write: Write, rows: Rows):
    more = [row | {"wide": str(1.2**i), "zero": str(1.2**i - 1)} for i, row in enumerate(rows)]
    scales = {b.column: b.scale for b in read_trial([write(more)]).dictionary.biomarkers}
    assert scales == {"marker": "linear", "wide": "log", "zero": "linear"}


def test_dates_identifiers_free_text_and_constants_are_left_out(write: Write, rows: Rows):
    more = [
        row
        | {
            "randomised": f"2020-01-{1 + i % 28:02d}",
            "screening_no": str(9000 + 7 * i),
            "row": str(i + 1),
            "remark": f"text {i}",
            "constant": "yes",
            "blank": "",
            "status": str(i % 3),
        }
        for i, row in enumerate(rows)
    ]
    trial = read_trial([write(more)], Roles(event="event"))
    assert set(trial.numbers) == {"marker"}
    assert set(trial.categories) == {"sex", "arm", "site"}
    said = " ".join(notice for notice in trial.notices if notice.startswith("Not offered"))
    for name in ("randomised", "screening_no", "row", "remark", "constant", "blank", "status"):
        assert f"'{name}'" in said
    assert "(an identifier, dates, free text or a single value)" in said
    assert "(it is known only after randomisation, as its name says)" in said


def test_a_column_of_numbers_spoilt_by_a_word_is_told(write: Write, rows: Rows):
    rows[7]["marker"] = "haemolysed"
    trial = read_trial([write(rows)])
    assert not trial.numbers
    said = "It is not offered; --leave-out 'marker' takes such cells as missing."
    assert f"Column 'marker' would be numbers, but holds 'haemolysed' in row 9. {said}" in trial.notices
    assert read_trial([write(rows)], answers=Answers(leave_out=("marker",))).numbers["marker"]
    assert "'haemolysed' is not a number" in only_problem_of(write(rows), Roles(biomarker="marker"))
    rows[7]["marker"] = "<LLOQ"
    notices = read_trial([write(rows)]).notices
    assert f"Column 'marker' would be numbers, but holds '<LLOQ' in row 9. {said}" in notices


def test_an_option_names_the_first_biomarker(write: Write, rows: Rows):
    path = write([row | {"other": str(i * i)} for i, row in enumerate(rows)])
    assert [b.column for b in read_trial([path], Roles(biomarker="other")).dictionary.biomarkers] == [
        "other",
        "marker",
    ]


def test_sites_and_countries_are_no_factors_but_can_be_filtered_on(write: Write, rows: Rows):
    path = write([row | {"Country": "FU"[i % 2]} for i, row in enumerate(rows)])
    trial = read_trial([path])
    assert trial.country is not None
    assert trial.country.counts() == {"F": 20, "U": 20}
    assert {f.column for f in trial.dictionary.factors} == {"marker", "sex"}
    assert {"site", "Country"} < set(trial.categories)


def test_site_codes_keep_their_zeros_and_numbers_lose_theirs(write: Write, rows: Rows):
    path = write([row | {"site": f"0{i % 3}", "dose": f"{i % 3}.50"} for i, row in enumerate(rows)])
    trial = read_trial([path])
    assert trial.site is not None
    assert trial.site.names == ("00", "01", "02")
    assert trial.categories["dose"].names == ("0.5", "1.5", "2.5")


def test_a_unit_in_the_name_of_the_time_is_believed(write: Write, rows: Rows):
    path = write([{("time_months" if k == "days" else k): v for k, v in row.items()} for row in rows])
    trial = read_trial([path])
    assert trial.dictionary.endpoints[0].unit == "months"
    assert not any("taken to be in days" in notice for notice in trial.notices)
    assert read_trial([path], Roles(time_unit="days")).dictionary.endpoints[0].unit == "days"
