"""What is offered as known at randomisation, with units and limits; and what is not."""

from __future__ import annotations

from mirodash.trial.infer.infer_dictionary import InferredDictionary
from tests.profiles import for_each
from tests.trial.guessing.judging import guessed

N = 40
DAYS = [str(3 + 17 * i) for i in range(N)]
DIED = ["1" if i % 3 else "0" for i in range(N)]
ARM = ["drug" if i % 2 else "placebo" for i in range(N)]
MIXED = [str(3 + 7 * i % N) for i in range(N)]


def with_column(name: str, cells: list[str]) -> InferredDictionary:
    return guessed({"days": DAYS, "died": DIED, "arm": ARM, name: cells})


def offered(name: str, cells: list[str]) -> set[str]:
    draft = with_column(name, cells).draft
    return {b.column for b in draft.biomarkers} | {f.column for f in draft.factors}


@for_each(
    ("cells", "lower", "upper"),
    [
        (["<15.6", "<15.6", ">5000", *MIXED[3:]], 15.6, 5000.0),
        (["< 2", "≤2", *MIXED[2:]], 2.0, None),
        (["<2", "<4", *MIXED[2:]], None, None),
        (["<LLOQ", *MIXED[1:]], None, None),
        (["<1e999", *MIXED[1:]], None, None),
        ([">3", "<9", *MIXED[2:]], 9.0, None),
        (MIXED, None, None),
    ],
)
def test_the_limits_of_an_assay_are_those_all_cells_name(
    cells: list[str], lower: float | None, upper: float | None
):
    (marker,) = with_column("crp", cells).draft.biomarkers
    assert (marker.column, marker.lower_limit, marker.upper_limit) == ("crp", lower, upper)


def test_the_reason_counts_what_was_beyond_a_limit():
    answer = with_column("crp_mg_l", ["<5", "<5", *MIXED[2:]])
    assert answer.reasons["crp_mg_l"] == (
        "Numbers from 4 to 42 in 40 of 40; in mg/L; 2 beyond the limit of the assay (<5)."
    )


def test_the_reason_tells_the_two_limits_apart_and_counts_what_is_no_number():
    answer = with_column("crp_mg_l", ["<5", "<5", ">40", "NC", "", *MIXED[5:]])
    assert answer.reasons["crp_mg_l"] == (
        "Numbers from 4 to 42 in 38 of 40; in mg/L; 2 (<5) below and 1 (>40) above the limits of the assay; "
        "1 not numeric."
    )


@for_each(
    "name",
    ["pfs_months", "progression", "cause_of_death", "recist_response", "nfl_m6", "crp.week12", "off_study",
     "toxicité", "arrêt_traitement", "dose_cumulée", "date", "relapse", "survived",
     "en_vie"],
)  # fmt: skip
def test_what_is_known_later_is_not_offered(name: str):
    assert name not in offered(name, MIXED)
    assert name not in offered(name, ["a", "b"] * (N // 2))


@for_each("name", ["age", "nfl_m0", "prior_relapse", "onset_months", "cd4_baseline", "wt.loss"])
def test_what_is_known_at_randomisation_is_offered(name: str):
    assert name in offered(name, MIXED)


def test_the_outcome_in_another_coding_is_not_offered():
    assert not offered("v9", [f"{float(day) / 30.4375:.3f}" for day in DAYS])
    assert not offered("v9", ["gone" if died == "1" else "here" for died in DIED])
    assert not offered("v9", ["2" if arm == "drug" else "1" for arm in ARM])
    assert offered("v9", ["a", "a", "b", "b"] * (N // 4))


def test_dates_identifiers_free_text_and_single_values_are_not_offered():
    assert not offered("v9", [f"2020-01-{1 + i % 28:02d}" for i in range(N)])
    assert not offered("v9", [str(i + 1) for i in range(N)])
    assert not offered("v9", [f"remark {i}" for i in range(N)])
    assert not offered("v9", ["same"] * N)


def test_numbers_of_participants_within_their_arm_are_no_measurement():
    assert not offered("no.", [str(1 + i // 2) for i in range(N)])


def test_a_column_with_a_few_words_among_its_numbers_is_offered_for_the_reader_to_decide():
    draft = with_column("crp", ["not done", *MIXED[1:]]).draft
    assert [marker.column for marker in draft.biomarkers] == ["crp"]
    assert draft.factors == ()


def test_assays_come_before_age():
    columns = {"days": DAYS, "died": DIED, "arm": ARM, "age": [str(40 + i * 7 % 31) for i in range(N)]}
    draft = guessed(columns | {"x": MIXED, "NfL (pg/mL)": [str(100 - 3 * int(v) % 97) for v in MIXED]}).draft
    assert [marker.column for marker in draft.biomarkers] == ["NfL (pg/mL)", "x", "age"]
    assert draft.biomarkers[-1].unit == "years"
